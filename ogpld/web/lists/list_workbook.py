"""A list, or a page of one, as workbook or Parquet: the rows of its CSV, with labels behind keys and codes.

Made a part at a time, as the CSV is, and into a file: no list is ever in memory as a whole.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ogpld.dumps.column_codebook import DESCRIPTION, describe
from ogpld.dumps.dump_cells import DumpColumn
from ogpld.formats import media
from ogpld.formats.negotiation import Offer
from ogpld.formats.parquet import Kind, stream_parquet
from ogpld.formats.table_values import Value
from ogpld.formats.workbook_writer import Sheet, write_workbook
from ogpld.rdf import NamedNode, Triple
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.lists.about_rows import about_rows, about_sheet
from ogpld.web.lists.list_csv import HEAD, columns, table_rows
from ogpld.web.lists.list_index import class_of, labels
from ogpld.web.lists.selection import Selection

#: Forms that are made here.
FORMS = (media.XLSX, media.PARQUET)
_NAMES = frozenset(form.name for form in FORMS)
_PIECE = 1 << 17
_CODEBOOK = ("column", *DESCRIPTION, "property")
_HEAD_MEANINGS = ("Key of the thing", "IRI of the thing", "What the thing is called")
_LABELS = " | "


def is_made_here(offer: Offer) -> bool:
    """Say whether a form of rows is made here."""
    return offer.name in _NAMES


def pieces(
    serving: OpenRelease, parts: Iterable[Selection], address: str, offer: Offer
) -> Iterator[bytes]:
    """Yield a file of rows piece by piece.

    Args:
        serving: the release.
        parts: what is in it; all of one list.
        address: of the list with its filters, which the file names.
        offer: the form.

    Raises:
        NotWritableError: where a workbook cannot hold a value.
    """
    first, *others = parts
    fields = columns(serving, first.list_request.name)
    header = [*HEAD, *_names(fields)]
    label = class_of(serving, first.list_request.name).label
    about = about_rows(serving, rows=f"{label}: {address}")
    rows = (row for part in (first, *others) for row in _rows(serving, fields, part))
    with tempfile.TemporaryFile(prefix="ogpld-list-") as file:
        if offer.name == media.XLSX.name:
            codebook = Sheet("Codebook", _CODEBOOK, _codebook(serving, fields))
            write_workbook(file, (Sheet(label, header, rows), codebook, about_sheet(about)), label)
        else:
            whole = {column.name for column in fields if column.integer}
            kinds = [(name, Kind.WHOLE if name in whole else Kind.TEXT) for name in header]
            stream_parquet(file, kinds, rows, dict(about))
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece


def _codebook(serving: OpenRelease, fields: Sequence[DumpColumn]) -> Iterator[Sequence[str]]:
    """Yield what each column means."""
    blanks = ("",) * (len(_CODEBOOK) - 3)
    for name, meaning in zip(HEAD, _HEAD_MEANINGS, strict=True):
        yield (name, meaning, "text", *blanks)
    for column in fields:
        yield (column.name, *describe(column, serving.model))
        if column.has_names:
            names = f"Names of what {column.name} has, separated by {_LABELS.strip()}"
            yield (f"{column.name}_label", names, "text", *blanks)


def _names(fields: Sequence[DumpColumn]) -> Iterator[str]:
    for column in fields:
        yield column.name
        if column.has_names:
            yield f"{column.name}_label"


def _rows(
    serving: OpenRelease, fields: Sequence[DumpColumn], part: Selection
) -> Iterator[list[Value]]:
    """Yield the rows of a part, with what its things and codes are called."""
    read = list(table_rows(serving, part))
    linked = {iri for _, values in read for c in fields if c.has_names for iri in _iris(c, values)}
    names = labels(serving, sorted(linked))
    for cells, values in read:
        row: list[Value] = list(cells[: len(HEAD)])
        for column, cell in zip(fields, cells[len(HEAD) :], strict=True):
            row.append(column.value(cell))
            if column.has_names:
                called = {names[iri][0] for iri in _iris(column, values) if iri in names}
                row.append(_LABELS.join(sorted(called)))
        yield row


def _iris(column: DumpColumn, values: Mapping[str, Sequence[Triple]]) -> Iterator[str]:
    definition = column.column.definition
    for triple in values.get(definition.iri, ()) if definition else ():
        if isinstance(triple.object, NamedNode):
            yield triple.object.value
