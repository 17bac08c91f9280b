"""How a report is shown and written: causes page by page for people, its forms for programs.

Values of a report may come from anybody's document: links are made from our own IRIs alone, all else
is text. No Flask here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ogpld.errors import Where
from ogpld.formats import Statements, format_named, media
from ogpld.formats.negotiation import Offer
from ogpld.iris import Iris
from ogpld.model.context import Context
from ogpld.rdf import canonical_triples
from ogpld.report import Cause, Report, report_quads
from ogpld.web.http.jsonld_profile import shaped
from ogpld.web.http.page_numbers import page_number
from ogpld.web.http.responses import HTML, JSON, OFFERS
from ogpld.web.pages.links import local_path
from ogpld.web.pages.tables import Value

#: The report in our own words: what causes and cells it is about, which the W3C's graph cannot say.
PLAIN_JSON = replace(media.offer_of(media.JSON), names=("report",))
TEXT = replace(media.offer_of(media.TEXT), names=("text",))
#: Every form of a report; the first answers `*/*`, as for documents.
REPORT_OFFERS: tuple[Offer, ...] = media.apart(
    [*(offer for offer in OFFERS if offer not in {HTML, JSON}), PLAIN_JSON, TEXT, HTML]
)

#: Causes on one page.
PAGE = 60
#: Places and things named of one cause before the others are counted.
PLACES = 10
#: Characters of a value that are shown; a cell may hold a megabyte.
_LONG = 400


@dataclass(frozen=True, slots=True)
class PlaceView:
    """Rows of one column of a file, or the file alone; `line` is for files that are no tables."""

    file: str
    column: str
    rows: tuple[Value, ...] = ()
    line: int | None = None


@dataclass(frozen=True, slots=True)
class CauseView:
    """One cause as a page shows it: the first places and things, and how many more there are."""

    anchor: str
    severity: str
    messages: tuple[str, ...]
    value: str | None
    hint: str
    places: tuple[PlaceView, ...]
    more_places: int
    things: tuple[Value, ...]
    more_things: int
    shapes: tuple[Value, ...]
    count: int


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A page of a report.

    Attributes:
        causes: those on this page.
        counts: findings by severity, of the whole report.
        total: causes that fit what is asked for.
        number: of this page.
        pages: how many there are.
        severity: the only one shown, "" for all.
        about: the only thing shown, "" for all.
        first: number of the first cause shown, from 1.
    """

    causes: tuple[CauseView, ...]
    counts: Mapping[str, int]
    total: int
    number: int = 1
    pages: int = 1
    severity: str = ""
    about: str = ""
    first: int = 1


#: What things are called, with tags, by IRI.
Names = Mapping[str, tuple[str, str]]


def _no_names(_iris: Iterable[str]) -> Names:
    return {}


def report_page(
    causes: Sequence[Cause],
    counts: Mapping[str, int],
    *,
    iris: Iris,
    table: Callable[[str], str] | None,
    path: str = "",
    number: str = "1",
    severity: str = "",
    about: str = "",
    names: Callable[[Iterable[str]], Names] = _no_names,
) -> ReportPage:
    """Return a page of a report.

    Args:
        causes: all of them; their place in the report is their number.
        counts: findings by severity.
        iris: the IRI policy the report was made under.
        table: address of a table by file name, "" for none; None when nothing may become a link.
        path: address of the report.
        number: of the page, from 1.
        severity: show this one alone.
        about: show the findings of this thing alone.
        names: gives what things are called, with tags, by IRI.

    Raises:
        Problem: 404 for a page past the last.
    """
    chosen = [
        (place, cause)
        for place, cause in enumerate(causes, 1)
        if (not severity or cause.severity.value == severity)
        and (not about or about in {focus.partition("#")[0] for focus in cause.focus})
    ]
    pages = max(1, -(-len(chosen) // PAGE))
    wanted = page_number(number, pages, path)
    start = (wanted - 1) * PAGE
    of_page = chosen[start : start + PAGE]
    called = names(
        iri for _, cause in of_page for iri in cause.focus[:PLACES] if iris.is_thing(iri)
    )
    views = [_view(place, cause, iris, table, called) for place, cause in of_page]
    return ReportPage(tuple(views), counts, len(chosen), wanted, pages, severity, about, start + 1)


def _for_readers(hint: str) -> str:
    """Return a hint without the command that only whoever keeps the tables can run."""
    return hint.removesuffix(", then run: ogpld check")


def _view(
    place: int, cause: Cause, iris: Iris, table: Callable[[str], str] | None, called: Names
) -> CauseView:
    """Return a cause as shown; only our own addresses become links."""
    where, focus = cause.where, cause.focus
    things = tuple(_thing(iri, iris, called, is_linked=table is not None) for iri in focus[:PLACES])
    return CauseView(
        anchor=f"cause-{place}",
        severity=cause.severity.value,
        messages=cause.messages,
        value=None if cause.value is None else _cut(cause.value),
        hint=_for_readers(cause.hint),
        places=_places(where[:PLACES], table),
        more_places=max(0, len(where) - PLACES),
        things=things,
        more_things=max(0, len(focus) - PLACES),
        shapes=tuple(_shape(iri, iris) for iri in cause.shapes),
        count=len(cause.findings),
    )


def _places(where: Sequence[Where], table: Callable[[str], str] | None) -> tuple[PlaceView, ...]:
    """Return places by file and column; a row has an address where its table can be looked at."""
    rows: dict[tuple[str, str, int | None], list[Value]] = {}
    for place in where:
        column = rows.setdefault((place.file, place.column or "", place.line), [])
        if place.row is not None:
            address = table(place.file) if table else ""
            # the header, which is row 1, stands on the page of the table
            href = f"{address}?row={place.row}" if address and place.row > 1 else address
            column.append(Value(str(place.row), href, language=""))
    return tuple(
        PlaceView(_cut(file), _cut(column), tuple(places), line)
        for (file, column, line), places in rows.items()
    )


def _shape(iri: str, iris: Iris) -> Value:
    path = local_path(iri, iris) or ""
    is_local = path.startswith("/shapes#")
    text = path.partition("#")[2] if is_local else _cut(iri)
    return Value(text, path if is_local else "", language="")


def _thing(iri: str, iris: Iris, called: Names, *, is_linked: bool) -> Value:
    """Return what people know a thing by: its name and key, else class and key, or where it is."""
    href = (local_path(iri, iris) or "") if is_linked else ""
    if iri in called:
        name, tag = called[iri]
        return Value(f"{_cut(name)} ({iri.rpartition('/')[2]})", href, language=tag)
    place = f"{iris.base}id/" if iris.is_thing(iri) else iris.base
    return Value(_cut(iri.removeprefix(place)), href, language="")


def _cut(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[:_LONG]}…"


def report_bytes(
    report: Report, offer: Offer, *, iri: str, context: Context, context_iri: str
) -> bytes:
    """Return a report in one of its forms but HTML; `iri` names it in the W3C's graph."""
    if offer is PLAIN_JSON:
        return f"{report.as_json()}\n".encode()
    if offer is TEXT:
        return "\n\n".join(filter(None, (report.summary(), report.as_text(), ""))).encode() + b"\n"
    triples = canonical_triples(quad.triple for quad in report_quads(report, iri))
    form = format_named(offer.name)
    return form.write(shaped(Statements(triples, iri, context, context_iri), offer))
