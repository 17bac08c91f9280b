"""A source table, or one of its rows: the file, a page, and a description in RDF (CSVW's vocabulary).

Statements lead to `…/table.csv#row=25` or `#cell=25,12` (RFC 7111). A server never sees what follows the
"#", so pages of the table have an anchor for each, and `?row=25` asks for one row of a table of any length;
a script goes on to it from the first page, where the row is on another one.
"""

from __future__ import annotations

import csv
import hashlib
import io
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from ogpld.csv_rows import csv_text
from ogpld.errors import ReleaseError
from ogpld.formats import media
from ogpld.formats.negotiation import Offer
from ogpld.formats.profiles import PLAIN
from ogpld.iris import cell_iri
from ogpld.rdf import (
    CSVW,
    DCTERMS,
    NS,
    RDF,
    RDFS,
    SCHEMA,
    XSD,
    Literal,
    NamedNode,
    Triple,
    english,
    whole_number,
)
from ogpld.release import Release
from ogpld.web.current.published import table_content
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.documents.document import write_triples
from ogpld.web.http.http_messages import Response
from ogpld.web.http.jsonld_profile import query_of
from ogpld.web.http.page_numbers import page_number
from ogpld.web.http.parameters import whole_only
from ogpld.web.http.problems import Problem
from ogpld.web.http.redirects import is_number
from ogpld.web.http.responses import HTML, OFFERS, choose, respond, suffix_of
from ogpld.web.pages.templates import render

_LOG = logging.getLogger("ogpld")

_CSV = media.offer_of(media.CSV)
#: Forms of a table.
TABLE_OFFERS = (_CSV, *OFFERS)
#: Bytes of rows that a page shows, one row at least; of a row, a cell and an empty cell beside their text.
_ROOM = 80_000
_ROW, _CELL, _EMPTY = 160, 48, 10
#: Rows a row's page shows before and after it, where there is room.
_AROUND = 10


@dataclass(frozen=True, slots=True)
class SourceTable:
    """A table as a release published it.

    Attributes:
        source: name of the source.
        file: name of the table.
        content: its bytes.
        rows: the cells of each row, the header first.
        iri: its IRI, which is that of the release in service too.
        about: title, publisher, licence and day of reading of the source, as the manifest has them.
    """

    source: str
    file: str
    content: bytes
    rows: Sequence[Sequence[str]]
    iri: str
    about: dict[str, str]

    @property
    def header(self) -> Sequence[str]:
        """Names of the columns."""
        return self.rows[0]

    def numbered(self, first: int, last: int) -> list[tuple[int, Sequence[str]]]:
        """Return the rows between two numbers, both included, with their numbers; the header is row 1."""
        first = max(first, 2)
        return list(enumerate(self.rows[first - 1 : last], first))

    def weight(self, row: int) -> int:
        """Return about how many bytes a row has in a page."""
        cells = self.rows[row - 1]
        return _ROW + sum(_CELL + len(cell.encode()) if cell else _EMPTY for cell in cells)

    def pages(self) -> list[tuple[int, int]]:
        """Return the first and last row of each page, at least one page."""
        firsts, weight = [2], 0
        for row in range(2, len(self.rows) + 1):
            size = self.weight(row)
            if weight and weight + size > _ROOM:
                firsts.append(row)
                weight = 0
            weight += size
        return list(zip(firsts, [*(row - 1 for row in firsts[1:]), len(self.rows)], strict=True))

    def around(self, row: int) -> list[tuple[int, Sequence[str]]]:
        """Return the rows around one, as many as there is room for."""
        distance = _AROUND
        while distance:
            rows = self.numbered(row - distance, row + distance)
            if sum(self.weight(number) for number, _ in rows) <= _ROOM // 2:
                return rows
            distance -= 1
        return self.numbered(row, row)


def find_table(release: Release, source: str, file: str) -> SourceTable:
    """Return a table of a release.

    Raises:
        Problem: 404 when there is none of that name, 503 when it is not as it was published.
    """
    try:
        content = table_content(release, source, file)
    except ReleaseError as error:
        _LOG.exception("a source table cannot be shown")
        raise Problem(
            "release-damaged", f"The source table {source}/{file} of {release.id} is damaged."
        ) from error
    if content is None:
        raise Problem("not-found", f"There is no source table {source}/{file}.")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    iri = release.iris.source(source, file).value
    return SourceTable(source, file, content, rows, iri, release.manifest.sources.get(source, {}))


def table_response(
    request: ReleaseRequest,
    release: Release,
    name: str,
    file: str,
    place: str,
    caching: Callable[[Offer], str],
) -> Response:
    """Answer with a table of a release, or with one row where the request asks for it (`?row=25`).

    Args:
        request: the request.
        release: whose table.
        name: of the source.
        file: name of the table; with the suffix of a form (`.csv.ttl`) in that form.
        place: address of the release's sources.
        caching: Cache-Control for a form.

    Raises:
        Problem: 404 for an unknown table or row, 406 for an unknown form, 503 for damage.
    """
    plain, ending, suffix = file.rpartition(".csv.")
    table = find_table(release, name, f"{plain}.csv" if ending else file)
    row = _row_number(request, table)
    offer, negotiated = choose(request, TABLE_OFFERS, suffix if ending else "", profiles=PLAIN)
    if offer is not HTML:
        whole_only(request, offer.name, ("page",))
    address = f"{place}/{quote(name)}/{quote(table.file)}"
    query, number = f"?row={row}" if row else "", _page_number(request, row)
    if offer is HTML:
        body = table_page(request, table, row, number, address)
    elif offer is _CSV:
        body = _csv_of(table.header, table.rows[row - 1]) if row else table.content
    else:
        root = f"{table.iri}#row={row}" if row else table.iri
        body = write_triples(request.release, describe(table, row), root, offer)
    request.state.cacheable = True
    page = f"?page={number}" if number != "1" else ""  # which other forms do not have
    links = [f'<{address}{query or page}>; rel="canonical"']
    links += [
        f'<{address}.{other.name}{query}>; rel="alternate"; type="{other.media_type}"'
        for other in TABLE_OFFERS
        if other.name not in {"csv", "json", "" if query_of(offer) else suffix_of(offer)}
    ]
    response = respond(
        request,
        body,
        offer,
        negotiated=negotiated,
        links=links,
        offers=TABLE_OFFERS,
        caching=caching(offer),
    )
    if negotiated and offer is not _CSV:
        parts = "&".join(part[1:] for part in (query or page, query_of(offer)) if part)
        response.headers["Content-Location"] = (
            f"{address}.{suffix_of(offer)}{'?' if parts else ''}{parts}"
        )
    return response


def _row_number(request: ReleaseRequest, table: SourceTable) -> int:
    """Return the row the request asks for, 0 for the whole table."""
    row_text = request.args.get("row", "")
    if not row_text:
        return 0
    last = len(table.rows)
    number = int(row_text) if is_number(row_text) else 0
    if not 2 <= number <= last:  # noqa: PLR2004
        raise Problem(
            "not-found",
            f"{table.source}/{table.file} has no row {row_text[:20]!r}.",
            f"rows with cells are 2 to {last}; the header is row 1" if last > 1 else "",
        )
    return number


def _page_number(request: ReleaseRequest, row: int) -> str:
    """Return the number of the page that is asked for, as the address says it."""
    if row and "page" in request.args:
        raise Problem("parameter", "A row has one page.", "leave row or page out", parameter="page")
    return request.args.get("page", "1")


def table_page(
    request: ReleaseRequest, table: SourceTable, row: int, text: str, address: str
) -> bytes:
    """Return a page of a table, or that of one of its rows and those around it.

    Args:
        request: the request.
        table: the table.
        row: number of the row, 0 for a page of the table.
        text: number of the page, as an address says it.
        address: of the table.

    Raises:
        Problem: 404 for a page past the last.
    """
    last = len(table.rows)
    pages = [] if row else table.pages()
    number = page_number(text, max(1, len(pages)), address)
    rows = table.around(row) if row else table.numbered(*pages[number - 1])
    return render(
        request,
        "source.html",
        name=table.about.get("title") or table.source,
        file=table.file,
        address=address,
        header=table.header,
        rows=rows,
        number=number,
        pages=len(pages),
        total=last - 1,
        row=row,
        cells=list(zip(table.header, table.rows[row - 1], strict=True)) if row else [],
    ).encode()


def _csv_of(*rows: Sequence[str]) -> bytes:
    return csv_text(rows).encode()


def describe(table: SourceTable, row: int = 0) -> list[Triple]:
    """Return the description of a table, or with a number that of one of its rows and their cells."""
    node = NamedNode(table.iri)
    if row:
        return [*_row_triples(table, node, row)]
    schema = NamedNode(f"{table.iri}#schema")
    statements = [
        Triple(node, RDF("type"), CSVW("Table")),
        Triple(node, CSVW("url"), node),
        Triple(node, RDFS("label"), Literal(f"{table.source}/{table.file}", language="und")),
        Triple(node, CSVW("tableSchema"), schema),
        Triple(node, SCHEMA("numberOfItems"), whole_number(len(table.rows) - 1)),
        Triple(node, SCHEMA("sha256"), Literal(hashlib.sha256(table.content).hexdigest())),
        Triple(schema, RDF("type"), CSVW("Schema")),
        *(Triple(node, predicate, value) for predicate, value in _about(table.about)),
    ]
    for number in range(1, len(table.header) + 1):
        statements.append(Triple(schema, CSVW("column"), _column(table, number)))
        statements += _column_triples(table, number)
    return statements


def _about(source: dict[str, str]) -> Iterator[tuple[NamedNode, NamedNode | Literal]]:
    """Yield what is known of the source, in the words graphs are described in."""
    if title := source.get("title"):
        yield DCTERMS("title"), english(title)
    if publisher := source.get("publisher"):
        yield NS("publisherName"), Literal(publisher)
    if licence := source.get("licence"):
        is_link = licence.startswith("http") and " " not in licence
        value = NamedNode(licence) if is_link else english(licence)
        yield DCTERMS("license" if is_link else "rights"), value
    if day := source.get("retrieved"):
        yield DCTERMS("date"), Literal(day, datatype=XSD("date"))


def _row_triples(table: SourceTable, node: NamedNode, number: int) -> Iterator[Triple]:
    """Yield the statements about a row; CSVW counts rows without the header, addresses with it."""
    row = NamedNode(f"{table.iri}#row={number}")
    yield Triple(node, RDF("type"), CSVW("Table"))
    yield Triple(node, CSVW("row"), row)
    yield Triple(row, RDF("type"), CSVW("Row"))
    yield Triple(row, CSVW("url"), row)
    yield Triple(row, CSVW("rownum"), whole_number(number - 1))
    yield Triple(row, SCHEMA("position"), whole_number(number))
    for position, text in enumerate(table.rows[number - 1], 1):
        if not text:
            continue
        cell = cell_iri(table.iri, number, position)
        yield Triple(row, DCTERMS("hasPart"), cell)
        yield Triple(cell, RDF("type"), CSVW("Cell"))
        yield Triple(cell, DCTERMS("isPartOf"), _column(table, position))
        yield Triple(cell, RDF("value"), Literal(text))
        yield from _column_triples(table, position)


def _column_triples(table: SourceTable, number: int) -> Iterator[Triple]:
    """Yield the statements about a column."""
    column = _column(table, number)
    yield Triple(column, RDF("type"), CSVW("Column"))
    yield Triple(column, CSVW("title"), Literal(table.header[number - 1], language="und"))
    yield Triple(column, SCHEMA("position"), whole_number(number))


def _column(table: SourceTable, number: int) -> NamedNode:
    return NamedNode(f"{table.iri}#col={number}")
