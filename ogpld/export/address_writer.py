"""Write addresses as files: ask the site, in this process, for each in every form."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import unquote

from ogpld.dumps.dump_index import FOLDER, read_index
from ogpld.errors import ExportError
from ogpld.export.addresses import is_computed, links_in
from ogpld.export.answers import Site, SiteAnswer
from ogpld.export.file_tree import FileTree, WrittenFiles
from ogpld.export.records import HEADERS, REDIRECTS, AddressRecord, FileHeaders
from ogpld.formats import media
from ogpld.language_tags import LANGUAGES
from ogpld.web.current.open_release import OpenRelease

#: The folder of the files below that of an export.
SITE = "site"
#: Leads to the newest dumps, as every path below it does.
NEWEST_DUMPS = "/dump/current"
#: A name that no form has: the refusal lists the forms there are.
_NO_FORM = "no-such-form"
_SUFFIXES = {row.type: row.name for row in media.MEDIA_TYPES}
_THING = re.compile(r"(/doc/[^/]+/)[^/.]+")
_LAST_PAGE = re.compile(r'<[^>]*[?&]page=(\d+)>; rel="last"')
#: Parts of the path of a dump: nothing, `dump`, the release, the file.
_DUMP_PARTS = 4
#: Forms of lists whose pages are files too; tables are whole.
_PAGED = frozenset(row.name for row in media.DOCUMENT_FORMS)
_HTML = media.HTML.name
_PAGE = "?page="
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


@dataclass(frozen=True)
class ExportSource:
    """What addresses are written from and to; forks of this process share it.

    Attributes:
        site: answers.
        current: the release it answers from.
        tree: what the files are written to.
        options: what the export has.
        prefix: the path of the base IRI, "" for a whole host.
        things: addresses that nothing has to lead to.
    """

    site: Site
    current: OpenRelease
    tree: FileTree
    options: ExportOptions
    prefix: str
    things: Collection[str]
    _forms_of: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    def forms(self, path: str) -> tuple[tuple[tuple[str, str], ...], bool]:
        """Return media type and suffix of each form of an address, and whether it negotiates."""
        thing = _THING.fullmatch(path)
        kind = thing[1] if thing else path
        if kind in self._forms_of:
            return self._forms_of[kind], True
        answer = self.site.get(path, f"format={_NO_FORM}")
        if answer.status != HTTPStatus.NOT_ACCEPTABLE:
            return (("", ""),), False
        available = json.loads(answer.body)["available"]
        forms = tuple((t, _SUFFIXES.get(t) or re.split(r"[/+.]", t)[-1]) for t in available)
        if thing:
            self._forms_of[kind] = forms
        return forms, True


@dataclass(frozen=True, slots=True)
class WrittenAddresses:
    """What was written of some addresses.

    Attributes:
        records: what is noted of each, with the addresses that it leads to beside those of things.
        files: their files.
        number: how many addresses there were.
    """

    records: Sequence[tuple[AddressRecord, Sequence[str]]]
    files: WrittenFiles
    number: int


def record_path(path: str, prefix: str) -> str:
    """Return the path of the record of an address, as servers decode it; a page of a list is `~2`."""
    plain, _, page = path.partition(_PAGE)
    key = prefix + unquote(plain)
    return f"{_file_stem(key)}~{page}" if page else key


def stem_of(path: str) -> str:
    """Return an address without the suffix of a form; a path without one is no stem of itself."""
    stem, dot, suffix = path.rpartition(".")
    return stem if dot and suffix in _SUFFIXES.values() else ""


def write_addresses(source: ExportSource, paths: Sequence[str]) -> WrittenAddresses:
    """Write addresses.

    Args:
        source: what from and to.
        paths: their paths; `?page=2` is the second page of a list, in every form that has pages.

    Raises:
        ExportError: when one has no answer.
    """
    writer = _Writer(source)
    for path in paths:
        writer.write(path)
    return WrittenAddresses(writer.records, writer.tree.files, len(paths))


class _Writer:
    """Answers become files here."""

    def __init__(self, source: ExportSource) -> None:
        self.tree = source.tree.part()
        self.records: list[tuple[AddressRecord, Sequence[str]]] = []
        self._source, self._site, self._options = source, source.site, source.options
        self._languages = [code for code in list(LANGUAGES)[1:] if code in source.options.languages]

    def write(self, path: str) -> None:
        """Write an address in its forms, and note it."""
        key = record_path(path, self._source.prefix)
        if is_computed(path) or path.startswith(f"{NEWEST_DUMPS}/") or self._dump_file(path, key):
            return
        plain, _, page = path.partition(_PAGE)
        forms, negotiates = self._source.forms(plain)
        if page:
            self._write_page(plain, page, key, forms)
            return
        first = self._ask(path, accept=forms[0][0] if negotiates else "")
        if first.status in REDIRECTS:
            self._note(AddressRecord(key, first.status, first.headers["location"]))
        elif first.status == HTTPStatus.GONE:
            self._write_gone(path, key)
        elif first.status == HTTPStatus.OK:
            self._write_forms(path, key, forms, first, negotiates=negotiates)

    def _ask(self, path: str, query: str = "", accept: str = "") -> SiteAnswer:
        """Return an answer of the site.

        Raises:
            ExportError: for one of a fault, which the next may not have.
        """
        answer = self._site.get(path, query, accept)
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise ExportError(
                f"{path} is answered with {answer.status}{f' for {accept}' if accept else ''}",
                hint="the log above has the reason; run the command again: it goes on there",
            )
        return answer

    def _note(self, record: AddressRecord, links: Sequence[str] = ()) -> None:
        self.records.append((record, links))

    def _dump_file(self, path: str, key: str) -> bool:
        """Link a dump to the release's own file; return whether the address is that of a dump."""
        parts = path.split("/", 3)
        if len(parts) != _DUMP_PARTS or parts[1] != "dump":
            return False
        release = self._source.current.release_store.get(parts[2])
        index = read_index(release)
        entry = index.by_name.get(unquote(parts[3])) if index else None
        if entry is None:
            return False
        answer = self._site.head(path)
        name = SITE + key
        self.tree.copy(name, release.path / FOLDER / entry.file, entry.sha256)
        self._note(AddressRecord(key, files={name: _headers_of(answer)}))
        return True

    def _write_forms(
        self,
        path: str,
        key: str,
        forms: Sequence[tuple[str, str]],
        first: SiteAnswer,
        *,
        negotiates: bool,
    ) -> None:
        files: dict[str, FileHeaders] = {}
        links: dict[str, None] = {}
        forms_here = []
        stem = _file_stem(key)
        if not negotiates:
            has_suffix = "." in key.rsplit("/", 1)[-1]
            forms = ((first.headers["content-type"], "" if has_suffix else _suffix_of(first)),)
        for number, (kind, suffix) in enumerate(self._wanted(forms)):
            answer = first if not number else self._ask(path, accept=kind)
            if answer.status != HTTPStatus.OK:
                continue  # RDF/XML cannot carry everything
            forms_here.append((kind, suffix))
            self._save(files, stem, suffix, answer)
            if _is_page(answer):
                links.update((link, None) for link in self._links(answer.body, path))
                self._save_languages(files, path, "", kind, stem)
            last = _LAST_PAGE.search(answer.headers.get("link", ""))
            if last and suffix in _PAGED:
                links.update((f"{path}{_PAGE}{page}", None) for page in range(2, int(last[1]) + 1))
        record = AddressRecord(key, forms=tuple(forms_here), negotiates=negotiates, files=files)
        self._note(record, list(links))

    def _write_page(self, path: str, page: str, key: str, forms: Sequence[tuple[str, str]]) -> None:
        """Write a page of a list in the forms that have as many; its record has no forms, but files."""
        files: dict[str, FileHeaders] = {}
        links: list[str] = []
        query = f"page={page}"
        for kind, suffix in self._wanted(forms):
            answer = self._ask(path, query, kind) if suffix in _PAGED else None
            if answer is None or answer.status != HTTPStatus.OK:
                continue
            self._save(files, key, suffix, answer)
            if _is_page(answer):
                links += self._links(answer.body, path)
                self._save_languages(files, path, query, kind, key)
        self._note(AddressRecord(key, files=files), list(dict.fromkeys(links)))

    def _wanted(self, forms: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        """Yield the first form, and those of the others that the export is to have."""
        wanted = self._options.forms
        for number, (kind, suffix) in enumerate(forms):
            if not number or not wanted or suffix in wanted:
                yield kind, suffix

    def _links(self, page: bytes, path: str) -> Iterator[str]:
        """Yield where a page leads beside things, its own forms and those of things, and the newest dumps."""
        things = self._source.things
        for link in links_in(page, self._source.prefix):
            stem = stem_of(link)
            if (
                link not in things
                and stem not in things
                and stem != path
                and not link.startswith(f"{NEWEST_DUMPS}/")
            ):
                yield link

    def _save_languages(
        self, files: dict[str, FileHeaders], path: str, query: str, kind: str, stem: str
    ) -> None:
        """Save a page in the other languages."""
        for code in self._languages:
            named = "&".join(part for part in (query, f"lang={code}") if part)
            answer = self._ask(path, named, kind)
            if answer.status == HTTPStatus.OK:
                self._save(files, f"{stem}~{code}", _HTML, answer)

    def _save(
        self, files: dict[str, FileHeaders], stem: str, suffix: str, answer: SiteAnswer
    ) -> None:
        name = f"{SITE}{stem}" + (f".{suffix}" if suffix else "")
        like = f"{SITE}{stem}.jsonld" if suffix == "json" else ""
        is_text = _TEXTS.match(answer.headers["content-type"]) is not None
        self.tree.write(name, answer.body, text=is_text, like=like)
        files[name] = _headers_of(answer)

    def _write_gone(self, path: str, key: str) -> None:
        """Write what is said of a thing that was withdrawn or erased."""
        files = {}
        for accept, suffix in ((media.PROBLEM.type, "json"), (media.HTML.type, _HTML)):
            answer = self._ask(path, accept=accept)
            name = f"{SITE}{key}~gone.{suffix}"
            self.tree.write(name, answer.body)
            files[name] = _headers_of(answer)
        self._note(AddressRecord(key, int(HTTPStatus.GONE), files=files))


def _is_page(answer: SiteAnswer) -> bool:
    return answer.headers["content-type"].startswith(media.HTML.type)


def _file_stem(key: str) -> str:
    """Return the path of the files of an address, without suffix."""
    return f"{key}index" if key.endswith("/") else key


def _headers_of(answer: SiteAnswer) -> FileHeaders:
    return tuple(answer.headers.get(name, "") for name in HEADERS)


def _suffix_of(answer: SiteAnswer) -> str:
    """Return the suffix of the file of an address that has one form and no suffix itself."""
    kind = answer.headers["content-type"].partition(";")[0]
    return _SUFFIXES.get(kind) or kind.rpartition("/")[2]
