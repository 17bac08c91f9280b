"""Write a release as files: ask the site, in this process, for every address in every form."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote

from ogpld import __version__
from ogpld.base_path import base_path
from ogpld.config import Settings
from ogpld.dumps.dump_index import FOLDER, read_index
from ogpld.errors import ExportError
from ogpld.export.addresses import is_computed, links_in, other_addresses, things_of
from ogpld.export.answers import Site, SiteAnswer, open_site
from ogpld.export.browser_page import write_error_files, write_query_page
from ogpld.export.export_rules import write_rules
from ogpld.export.file_tree import FileTree, changes_of, read_sums
from ogpld.export.records import HEADERS, REDIRECTS, AddressRecord, FileHeaders, RecordJournal
from ogpld.formats import media
from ogpld.language_tags import LANGUAGES
from ogpld.pipeline.progress import Progress
from ogpld.release import ReleaseStore
from ogpld.web.current.open_release import OpenRelease

#: What an export is made of, below its folder.
STATE = "export.json"
_RECORDS = ".records"
SITE = "site"
#: A name that no form has: the refusal lists the forms there are.
_NO_FORM = "no-such-form"
_SUFFIXES = {
    row.type: row.name for row in reversed(vars(media).values()) if isinstance(row, media.MediaType)
}
_THING = re.compile(r"(/doc/[^/]+/)[^/.]+")
_LAST_PAGE = re.compile(r'<[^>]*[?&]page=(\d+)>; rel="last"')
#: Leads to the newest dumps, as every path below it does.
_NEWEST_DUMPS = "/dump/current"
#: Parts of the path of a dump: nothing, `dump`, the release, the file.
_DUMP_PARTS = 4
#: Forms of lists whose pages are files too; tables are whole.
_PAGED = ("ttl", "jsonld", "json", "nt", "rdf", "html")
_HTML = "html"
_TEXTS = re.compile(
    r"text/|application/(?:[\w.-]+\+)?(?:json|xml)|application/(?:n-|trig|x-ndjson|sparql)|image/svg"
)


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What an export has.

    Attributes:
        forms: suffixes of the forms it is limited to, () for all; what has one form alone is always there.
        languages: of pages; the first of all languages is always there.
        packs: whether texts get a compressed file beside them.
    """

    forms: tuple[str, ...] = ()
    languages: tuple[str, ...] = tuple(LANGUAGES)
    packs: bool = False


@dataclass(frozen=True, slots=True)
class ExportSummary:
    """What an export did: the release, and numbers of files and bytes."""

    release: str
    addresses: int
    written: int
    unchanged: int
    removed: int


def write_export(
    folder: Path, settings: Settings, options: ExportOptions, progress: Progress
) -> ExportSummary:
    """Write the release in service into a folder.

    Raises:
        ExportError: when the folder has files of others or cannot be written, or an address has no answer.
        ReleaseError: when there is no release.
    """
    try:
        return _write_export(folder, settings, options, progress)
    except OSError as error:
        raise ExportError(
            f"{error.filename or folder} cannot be written: {error.strerror or error}",
            hint="make room, or choose another folder; run again, it goes on where it was",
        ) from error


def _write_export(
    folder: Path, settings: Settings, options: ExportOptions, progress: Progress
) -> ExportSummary:
    release = ReleaseStore(settings.home).with_data()
    index = read_index(release)
    state = _state(release.id, settings, options, has_dumps=index is not None)
    if _stands(folder, state):
        total = len(read_sums(folder))
        return ExportSummary(release.id, 0, 0, total, 0)
    tree = FileTree(folder, state, packs=options.packs)
    progress.step("opening the release")
    with tree, open_site(settings) as site, site.current_release.lease() as current:
        journal = RecordJournal(folder / _RECORDS, state)
        writer = _Writer(site, current, tree, journal, options)
        try:
            writer.write_all(progress)
            progress.step("writing rules")
            write_error_files(tree, SITE, site, writer.prefix)
            if not write_query_page(tree, SITE, current, journal, writer.prefix):
                progress.warn("/sparql is left out: it needs the dumps, and `make engine`")
            write_rules(tree, SITE, journal.records, writer.prefix, options.languages)
            summary = {"state": state, "release": release.id, "digest": release.manifest.digest}
            tree.write(STATE, (json.dumps(summary, indent=1) + "\n").encode())
            tree.finish()
        except BaseException:
            journal.close(is_complete=False)
            raise
        journal.close(is_complete=True)
    progress.finish()
    return ExportSummary(
        release.id, len(journal.records), tree.written, tree.unchanged, tree.removed
    )


def _state(release: str, settings: Settings, options: ExportOptions, *, has_dumps: bool) -> str:
    """Return what an export is made of as one line: equal lines give equal files."""
    made_of = repr((settings, options, has_dumps, __version__))
    return f"{release} {hashlib.sha256(made_of.encode()).hexdigest()}"


def _stands(folder: Path, state: str) -> bool:
    """Whether a folder has an export of a state, with every file as it was written."""
    try:
        before = json.loads((folder / STATE).read_bytes())["state"]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return before == state and next(changes_of(folder), None) is None


class _Writer:
    """Answers become files here."""

    def __init__(
        self,
        site: Site,
        current: OpenRelease,
        tree: FileTree,
        journal: RecordJournal,
        options: ExportOptions,
    ) -> None:
        self.prefix = base_path(current.iris.base)
        self._site, self._current, self._tree = site, current, tree
        self._journal, self._options = journal, options
        self._languages = [code for code in list(LANGUAGES)[1:] if code in options.languages]
        self._forms_of: dict[str, tuple[tuple[str, str], ...]] = {}

    def write_all(self, progress: Progress) -> None:
        """Write every address: things, what the release has besides, what their pages lead to."""
        for path in self._withdrawn():
            self._write(path)
        self._redirects()
        things = list(things_of(self._current))
        progress.step("writing documents", len(things))
        pending: dict[str, None] = {}
        for path in things:
            pending.update(dict.fromkeys(self._write(path)))
            progress.tick()
        pending.update(dict.fromkeys(other_addresses(self._current)))
        progress.step("writing lists, pages, dumps", len(pending))
        seen = set(things)
        while pending:
            path = next(iter(pending))
            del pending[path]
            if path in seen or (stem := _stem(path)) in seen or stem in pending:
                continue
            seen.add(path)
            pending.update((link, None) for link in self._write(path) if link not in seen)
            progress.reach(len(seen) - len(things), len(seen) - len(things) + len(pending))

    def _withdrawn(self) -> Iterator[str]:
        """Yield the addresses of things that earlier releases had."""
        current = self._current
        things = [
            *current.history.withdrawn_things(),
            *(t for e in current.erasures for t in e.things),
        ]
        for iri in dict.fromkeys(things):
            yield current.iris.document(iri).removeprefix(current.iris.base.rstrip("/"))

    def _redirects(self) -> None:
        """Note the addresses that lead to the newest."""
        for path in ("/dump", _NEWEST_DUMPS, "/release/current"):
            answer = self._site.get(path)
            if answer.status in REDIRECTS:
                self._note_redirect(self.prefix + path, answer)

    def _note_redirect(self, path: str, answer: SiteAnswer) -> None:
        location = answer.headers["location"]
        self._journal.add(AddressRecord(path, answer.status, location))

    def _write(self, path: str) -> Sequence[str]:
        """Write an address in its forms, and return the paths that its page leads to."""
        key = self.prefix + unquote(path)
        record = self._journal.records.get(key)
        if record and self._tree.has(record.files):
            return self._journal.links[key]
        if is_computed(path) or path.startswith(f"{_NEWEST_DUMPS}/") or self._dump_file(path, key):
            return ()
        forms, negotiates = self._forms(path)
        first = self._site.get(path, accept=forms[0][0] if negotiates else "")
        if first.status in REDIRECTS:
            self._note_redirect(key, first)
            return ()
        if first.status == HTTPStatus.GONE:
            self._write_gone(path, key)
            return ()
        if first.status != HTTPStatus.OK:
            if first.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise ExportError(
                    f"{path} is answered with {first.status}",
                    hint="the log above has the reason; run the command again: it goes on there",
                )
            return ()
        return self._write_forms(path, key, forms, first, negotiates=negotiates)

    def _dump_file(self, path: str, key: str) -> bool:
        """Have a dump be a link to the release's own file; say whether the address is one."""
        parts = path.split("/", 3)
        if len(parts) != _DUMP_PARTS or parts[1] != "dump":
            return False
        release = self._current.release_store.get(parts[2])
        index = read_index(release)
        entry = index.by_name.get(unquote(parts[3])) if index else None
        if entry is None:
            return False
        answer = self._site.get(path)
        name = SITE + key
        self._tree.copy(name, release.path / FOLDER / entry.file, entry.sha256)
        self._journal.add(AddressRecord(key, files={name: _headers_of(answer)}))
        return True

    def _forms(self, path: str) -> tuple[tuple[tuple[str, str], ...], bool]:
        """Return media type and suffix of each form of an address, and whether it negotiates."""
        thing = _THING.fullmatch(path)
        kind = thing[1] if thing else path
        if kind in self._forms_of:
            return self._forms_of[kind], True
        answer = self._site.get(path, f"format={_NO_FORM}")
        if answer.status != HTTPStatus.NOT_ACCEPTABLE:
            return (("", ""),), False
        available = json.loads(answer.body)["available"]
        forms = tuple((t, _SUFFIXES.get(t) or re.split(r"[/+.]", t)[-1]) for t in available)
        if thing:
            self._forms_of[kind] = forms
        return forms, True

    def _write_forms(
        self,
        path: str,
        key: str,
        forms: Sequence[tuple[str, str]],
        first: SiteAnswer,
        *,
        negotiates: bool,
    ) -> Sequence[str]:
        files: dict[str, FileHeaders] = {}
        links: list[str] = []
        forms_here = []
        if not negotiates:
            has_suffix = "." in key.rsplit("/", 1)[-1]
            forms = ((first.headers["content-type"], "" if has_suffix else _suffix_of(first)),)
        wanted = self._options.forms
        for number, (kind, suffix) in enumerate(forms):
            if number and wanted and suffix not in wanted:
                continue
            answer = first if not number else self._site.get(path, accept=kind)
            if answer.status != HTTPStatus.OK:
                continue  # RDF/XML cannot carry everything
            forms_here.append((kind, suffix))
            stem = key + ("index" if key.endswith("/") else "")
            self._save(files, stem, suffix, answer)
            is_page = answer.headers["content-type"].startswith(media.HTML.type)
            if is_page:
                links += links_in(answer.body, self.prefix)
                self._save_languages(files, path, "", kind, stem)
            last = _LAST_PAGE.search(answer.headers.get("link", ""))
            for page in range(2, int(last[1]) + 1) if last and suffix in _PAGED else ():
                query = f"page={page}"
                self._save(files, f"{stem}~{page}", suffix, self._site.get(path, query, kind))
                if is_page:
                    self._save_languages(files, path, query, kind, f"{stem}~{page}")
        record = AddressRecord(key, forms=tuple(forms_here), negotiates=negotiates, files=files)
        self._journal.add(record, list(dict.fromkeys(links)))
        return self._journal.links[key]

    def _save_languages(
        self, files: dict[str, FileHeaders], path: str, query: str, kind: str, stem: str
    ) -> None:
        """Save a page in the other languages."""
        for code in self._languages:
            named = "&".join(part for part in (query, f"lang={code}") if part)
            answer = self._site.get(path, named, kind)
            if answer.status == HTTPStatus.OK:
                self._save(files, f"{stem}~{code}", _HTML, answer)

    def _save(
        self, files: dict[str, FileHeaders], stem: str, suffix: str, answer: SiteAnswer
    ) -> None:
        if answer.status != HTTPStatus.OK:
            return
        name = f"{SITE}{stem}" + (f".{suffix}" if suffix else "")
        like = f"{SITE}{stem}.jsonld" if suffix == "json" else ""
        is_text = _TEXTS.match(answer.headers["content-type"]) is not None
        self._tree.write(name, answer.body, text=is_text, like=like)
        files[name] = _headers_of(answer)

    def _write_gone(self, path: str, key: str) -> None:
        """Write what is said of a thing that was withdrawn or erased."""
        files = {}
        for accept, suffix in ((media.PROBLEM.type, "json"), (media.HTML.type, _HTML)):
            answer = self._site.get(path, accept=accept)
            name = f"{SITE}{key}~gone.{suffix}"
            self._tree.write(name, answer.body)
            files[name] = _headers_of(answer)
        self._journal.add(AddressRecord(key, int(HTTPStatus.GONE), files=files))


def _stem(path: str) -> str:
    """Return an address without the suffix of a form; a path without one is no stem of itself."""
    stem, dot, suffix = path.rpartition(".")
    return stem if dot and suffix in _SUFFIXES.values() else ""


def _headers_of(answer: SiteAnswer) -> FileHeaders:
    return tuple(answer.headers.get(name, "") for name in HEADERS)


def _suffix_of(answer: SiteAnswer) -> str:
    """Return the suffix of the file of an address that has one form and no suffix itself."""
    kind = answer.headers["content-type"].partition(";")[0]
    return _SUFFIXES.get(kind) or kind.rpartition("/")[2]
