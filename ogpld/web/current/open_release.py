"""Everything one release needs while it is served: its model, its workers, what is kept of its answers."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeVar

from ogpld.config import Settings
from ogpld.errors import OgpldError, ReleaseError
from ogpld.iris import Iris
from ogpld.language_tags import DEFAULT, LANGUAGES, nearest_name
from ogpld.model import Model
from ogpld.model.context import Context, make_context
from ogpld.model.frames import Frames, make_frames
from ogpld.queries import Value, bind, load
from ogpld.rdf import NamedNode
from ogpld.release import Release, ReleaseStore
from ogpld.release.context_archive import archive_context
from ogpld.release.erasure.erasure_record import Erasure
from ogpld.release.held_files import damaged_files
from ogpld.release.history import History
from ogpld.release.query_register import RegisterReader
from ogpld.report import Cause, Report
from ogpld.search.index import SearchIndex
from ogpld.search.matcher import Matcher
from ogpld.search.name_lookup import ReleaseNames
from ogpld.search.release_index import release_index
from ogpld.statistics import Statistics, release_statistics
from ogpld.stores import Query
from ogpld.stores.solutions import read_values
from ogpld.web.current.cache import ByteCache
from ogpld.web.current.page_names import page_names
from ogpld.web.current.published import by_thing, read_report
from ogpld.web.http.wordings import wording_of
from ogpld.wording import ENGLISH, Wording, english, language, own_name
from ogpld.workers.pool import QueryService
from ogpld.workers.pool_options import PoolOptions
from ogpld.workers.remote_service import RemoteQueryService

_LOG = logging.getLogger("ogpld")
#: Links of a kind that a document of a past release lists: as many as without a setting.
_PAST_PAGE_LINKS = Settings().page_links
T = TypeVar("T")

#: What checks a document, named because neither the web nor the stores may import it.
_TASK = "ogpld.validate.task:prepare"


#: What one release of the past may keep of answers, as a part of what the one in service may.
_PAST_SHARE = 16
#: Whole lists that a release in service may keep as files. Each holds a descriptor of the spare ones
#: (`ogpld/web/server/web_process.py`); an index holds one for each thread, workers one each.
_FILES = 32


def past_path_prefix(release: Release) -> str:
    """Return the path under which the documents of a release are kept."""
    return f"/release/{release.id}"


@dataclass(frozen=True, slots=True)
class RefusedRelease:
    """The release that `current` names and that is not served; its id is "" where `current` names none.

    Attributes:
        id: of the release.
        reason: why it is not served.
        denied: whether the user of the server may not read it; else it is damaged, or not there.
    """

    id: str
    reason: str
    denied: bool = False


def _query_service(release: Release, settings: Settings, *, past: bool) -> QueryService:
    """Return what answers queries over a release: our own workers, and the stores that are set."""
    if past:
        return QueryService(PoolOptions.of(release, settings, single=True))
    if not settings.store:
        return QueryService(PoolOptions.of(release, settings, task=_TASK))
    manifest = release.manifest
    return RemoteQueryService.over_stores(
        release, settings, base_iri=manifest.base_iri, digest=manifest.digest, task=_TASK
    )


@dataclass
class OpenRelease:
    """One release, opened.

    Attributes:
        release: the release.
        release_store: where it and the others are.
        settings: the server's settings.
        model: ontology, shapes and code lists the release was built with.
        store: the worker pool that answers about it.
        path_prefix: path in front of its documents; "" for the release in service.
        damaged: files that were not as they were published when it was opened.
        refused: the release that should be in service in its place.
        ending: whether the server was told to end.
    """

    release: Release
    release_store: ReleaseStore
    settings: Settings
    model: Model
    store: QueryService
    path_prefix: str = ""
    damaged: tuple[str, ...] = ()
    documents: ByteCache = field(init=False)
    results: ByteCache = field(init=False)
    files: ByteCache = field(init=False)
    leases: int = 0
    refused: RefusedRelease | None = None
    ending: bool = False

    def __post_init__(self) -> None:
        share = _PAST_SHARE if self.path_prefix else 1
        self.documents = ByteCache(self.settings.document_cache // share)
        self.results = ByteCache(self.settings.result_cache // share)
        self.files = ByteCache(self.settings.list_files // share, _FILES // share)

    @classmethod
    def open(
        cls,
        release: Release,
        release_store: ReleaseStore,
        settings: Settings,
        *,
        past: bool = False,
        store: QueryService | None = None,
    ) -> OpenRelease:
        """Open a release: verify it, read its model, start its workers.

        Args:
            release: the release.
            release_store: where it and the others are.
            settings: the server's settings.
            past: whether it is not the one in service: it gets one worker and checks no documents.
            store: what answers about it, where that is not to be a pool of workers.

        Raises:
            ReleaseError: when it is damaged.
        """
        release.verify()
        damaged = tuple(damaged_files(release))
        if damaged:  # what is read of its data is whole, so answers go on
            _LOG.error("damaged files of release %s: %s", release.id, ", ".join(damaged))
        store = store or _query_service(release, settings, past=past)
        model = release.model()
        prefix = past_path_prefix(release) if past else ""
        try:
            store.start()
            opened = cls(release, release_store, settings, model, store, prefix, damaged=damaged)
            store.lookup = ReleaseNames(lambda: opened.search_index)
            opened.keep_context()
            if not past:
                opened.read_names()
        except BaseException:
            store.close()
            raise
        return opened

    def keep_context(self) -> None:
        """Keep the JSON-LD context under its digest; where there is no room, pages go on without it."""
        try:
            archive_context(self.settings.home, self.context)
        except OSError as error:
            _LOG.warning("the JSON-LD context %s cannot be kept: %s", self.context.digest, error)

    def read_names(self) -> None:
        """Read what things are called before anybody asks; pages go on without it."""
        try:
            _ = self.matcher
        except (ReleaseError, OSError, sqlite3.Error):  # an index that is damaged
            _LOG.exception("the names of %s cannot be read", self.release.id)

    @cached_property
    def as_past(self) -> OpenRelease:
        """The same under the address it keeps when it is not in service any more."""
        return replace(self, path_prefix=past_path_prefix(self.release))

    @cached_property
    def iris(self) -> Iris:
        """The IRI policy of the release (its own base, not the server's)."""
        return replace(self.release.iris, path_prefix=self.path_prefix)

    @property
    def licence(self) -> str:
        """The licence of the data: what is set for the release in service, what was for one of the past."""
        licence = self.settings.licence
        return self.release.manifest.inputs.get("licence", licence) if self.path_prefix else licence

    @property
    def page_links(self) -> int:
        """How many links of a kind a document lists; for releases of the past no setting changes that."""
        return _PAST_PAGE_LINKS if self.path_prefix else self.settings.page_links

    @cached_property
    def query_register(self) -> RegisterReader:
        """The queries that have a permanent address, whatever release they were asked of."""
        return RegisterReader(self.settings.home)

    @cached_property
    def context(self) -> Context:
        """The JSON-LD context of the release."""
        return make_context(self.model)

    @cached_property
    def frames(self) -> Frames:
        """The JSON-LD frames of the release."""
        return make_frames(self.model, self.context)

    @cached_property
    def report(self) -> Report:
        """What the check found in the release.

        Raises:
            ReleaseError: when the file is missing or damaged.
        """
        return read_report(self.release)

    @cached_property
    def findings(self) -> Mapping[str, tuple[Cause, ...]]:
        """The findings by the IRI of the thing they are about, for its page."""
        try:
            return by_thing(self.report)
        except ReleaseError:  # pages go on without; the report's own address says what is wrong
            _LOG.exception("the findings of %s cannot be shown", self.release.id)
            return {}

    @cached_property
    def history(self) -> History:
        """What happened to things up to this release."""
        return History(self.release_store, self.release)

    @cached_property
    def erasures(self) -> Sequence[Erasure]:
        """The records of what was erased from any release, oldest first."""
        try:
            return self.release_store.erasures()
        except ReleaseError:
            _LOG.exception("the records of erasures cannot be read")
            return ()

    @cached_property
    def search_index(self) -> SearchIndex:
        """The index of what things of the release are called."""
        return release_index(self.release)

    @cached_property
    def statistics(self) -> Statistics:
        """What is counted over the commitments of the release."""
        return release_statistics(self.release)

    @cached_property
    def matcher(self) -> Matcher:
        """What tells which things of the release a text means."""
        return Matcher(self.search_index)

    @cached_property
    def member_codes(self) -> Mapping[str, tuple[str, str, str]]:
        """The ISO codes of members by IRI: two letters, three letters, three digits; "" for none."""
        return {
            row["member"]: (row.get("iso2", ""), row.get("iso3", ""), row.get("numeric", ""))
            for row in self.select("member-codes")
        }

    def select(self, name: str, **values: Value | Sequence[NamedNode]) -> list[dict[str, str]]:
        """Return the rows of one of our own queries: by variable the IRI, or the text of the literal.

        Args:
            name: of the file in `ogpld/queries`, without suffix.
            values: what stands in the query where it says `${…}`.
        """
        query = Query(bind(load(name), **values), ("json", ""))
        return read_values(self.store.answer(query, trusted=True).body)

    def names(self, iris: Iterable[str]) -> dict[str, tuple[str, str]]:
        """Return what things are called for a reader of the language that is written in, with its tag."""
        things = [NamedNode(iri) for iri in sorted(set(iris))]
        by_thing: dict[str, list[tuple[str, str]]] = {}
        for row in self.select("labels", things=things) if things else ():
            by_thing.setdefault(row["thing"], []).append((row["label"], row.get("language", "")))
        return {
            thing: own_name(thing) or nearest_name(names, language())
            for thing, names in by_thing.items()
        }

    def wording_in(self, language: str) -> Wording:
        """Return how a language of pages says things, with what it calls things of the release.

        A member is called by its usual name in the language where the data has exactly one; plans and reports
        without a title by names that are made of words of the language.
        """
        if language == DEFAULT:
            return ENGLISH
        try:
            return self._wordings[language]
        except OgpldError:
            _LOG.exception("what pages call things of %s cannot be read", self.release.id)
            return wording_of(language)

    @cached_property
    def _wordings(self) -> Mapping[str, Wording]:
        """How each language of pages says things, with what it calls things of the release."""
        codes = {code.iri: code.label for s in self.model.schemes.values() for code in s.codes}
        rows = [self.select(name) for name in ("member-names", "plan-names", "report-names")]
        wordings = {}
        for tag in LANGUAGES:
            wording = wording_of(tag)
            names = page_names(wording, codes, *rows)
            own = {name: name for name in names.values()}  # as they are found among labels
            wordings[tag] = replace(wording, labels={**own, **wording.labels, **names})
        return wordings

    def select_named(
        self, name: str, thing: str, **values: Value | Sequence[NamedNode]
    ) -> list[dict[str, str]]:
        """Return the rows of one of our own queries, each with the name of a thing of it.

        That is `label`, and `language` its tag.

        Args:
            name: of the file in `ogpld/queries`, without suffix.
            thing: the variable whose name is wanted; what has none is called by its key.
            values: what stands in the query where it says `${…}`.
        """
        rows = self.select(name, **values)
        names = self.names(row[thing] for row in rows)
        named = []
        for row in rows:
            text, tag = names.get(row[thing], (row[thing].rpartition("/")[2], ""))
            named.append({**row, "label": text, "language": tag})
        return named

    def cached(
        self, key: Hashable, make: Callable[[], T], size: Callable[[T], int] | None = None
    ) -> T:
        """Return what is cached under a key, made now where nothing is; kept while there is room.

        What is made is never None, and in English: it is kept for readers of every language. Its bytes are
        measured where no function gives them.
        """
        value: T | None = self.documents.get(key)
        if value is None:
            generation = self.documents.generation
            with english():
                value = make()
            self.documents.put(key, value, size(value) if size else None, generation)
        return value

    @cached_property
    def graph_sizes(self) -> Mapping[str, int]:
        """The number of statements of each named graph, by its IRI."""
        return {row["graph"]: int(row["size"]) for row in self.select("graph-sizes")}

    @cached_property
    def default_size(self) -> int:
        """The number of statements of the default graph."""
        return int(self.select("default-size")[0]["size"])

    @cached_property
    def left_out(self) -> Mapping[str, str]:
        """What each source graph leaves out, so that no page looks complete that is not."""
        return {row["graph"]: row["text"] for row in self.select("leaves-out")}
