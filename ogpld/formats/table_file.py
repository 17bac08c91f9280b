"""Write a user's table back, as CSV or as workbook: what came in as text stays text.

It is made in memory, for it is nobody's but its owner's: no file is written, not even for a moment.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.datetime import MAC_EPOCH
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

from ogpld.csv_rows import csv_text
from ogpld.errors import SourceError
from ogpld.formats.workbook_writer import CHARACTERS, COLUMNS, FORBIDDEN, sheet_name, units

#: Cells that are no texts by row and column from 0 (row of the header: -1): number, boolean or name of an
#: error, and format.
Values = Mapping[tuple[int, int], tuple[float | str, str]]


class Columns(Protocol):
    """A table that is to be written; of one column every cell that is not blank is a number."""

    @property
    def header(self) -> Sequence[str]:
        """Names of the columns."""

    @property
    def rows(self) -> Sequence[Sequence[str]]:
        """Cells as text."""

    @property
    def scores(self) -> int:
        """Place of the column of numbers, from 0."""


def table_file(form: str, table: Columns, source: Mapping[str, Any]) -> bytes:
    """Return a table in the form `csv` or `xlsx`.

    Args:
        form: of the file.
        table: what is written.
        source: what its first columns were read from: `values`, `separator`, `sheet`, `since_1904`.

    Raises:
        SourceError: for a table that is too wide for a workbook, or a cell that is too long.
    """
    if form == "csv":
        return csv_file(table.header, table.rows, source["separator"] or ",")
    values = {(row, at): (value, code) for row, at, value, code in source["values"]}
    for at, row in enumerate(table.rows):
        if row[table.scores]:
            values[at, table.scores] = float(row[table.scores]), "General"
    return xlsx_file(
        table.header, table.rows, values, source["sheet"], since_1904=source["since_1904"]
    )


def csv_file(header: Sequence[str], rows: Iterable[Sequence[str]], separator: str = ",") -> bytes:
    """Return a table as CSV (RFC 4180) in UTF-8."""
    return csv_text([header, *rows], "\r\n", separator).encode()


def xlsx_file(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    values: Values,
    title: str = "",
    *,
    since_1904: bool = False,
) -> bytes:
    """Return a table as workbook with one sheet.

    Args:
        header: names of the columns.
        rows: cells as text.
        values: the cells that are no texts; every other is one, whatever it begins with.
        title: of the sheet.
        since_1904: whether dates among the values are counted from 1904.

    Raises:
        SourceError: for a table that is too wide for a workbook, or a cell that is too long.
    """
    _check_sizes(header, rows)  # a sheet that is begun cannot be given up
    book = Workbook(write_only=True)
    if since_1904:
        book.epoch = MAC_EPOCH
    sheet = book.create_sheet(sheet_name(title or "table"))
    sheet._writer = WorksheetWriter(sheet, io.BytesIO())  # noqa: SLF001  (its own one writes a file)
    sheet._writer.write_top()  # noqa: SLF001

    def cell(text: str, value: tuple[float | str, str] | None = None) -> WriteOnlyCell | None:
        if value is not None:
            written = WriteOnlyCell(sheet, _stored(value[0]))
            written.data_type = _type(value[0])
            written.number_format = value[1]
            return written
        if not text:
            return None
        written = WriteOnlyCell(sheet, FORBIDDEN.sub("\ufffd", text))
        written.data_type = "s"  # the library takes what begins with = for a formula
        return written

    sheet.append([cell(name, values.get((-1, at))) for at, name in enumerate(header)])
    for at, row in enumerate(rows):
        sheet.append([cell(text, values.get((at, column))) for column, text in enumerate(row)])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        _Package(book, archive).write_data()
    return buffer.getvalue()


class _Package(ExcelWriter):  # type: ignore[misc]
    """A workbook whose sheets were written to memory, where the library's own are files."""

    def write_worksheet(self, sheet: Any) -> None:
        """Take a sheet in; nothing but cells is on it."""
        sheet.close()
        writer = sheet._writer  # noqa: SLF001
        sheet._rels, sheet._drawing = writer._rels, None  # noqa: SLF001
        self._archive.writestr(sheet.path.removeprefix("/"), writer.out.getvalue())
        self.manifest.append(sheet)


def _check_sizes(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Refuse what no workbook holds (ECMA-376 does not say; spreadsheet programs do).

    Raises:
        SourceError: with what there is too much of.
    """
    longest = max(units(text) for row in (header, *rows) for text in row)
    for count, most, what in (
        (len(header), COLUMNS, "the table has {:,} columns"),
        (longest, CHARACTERS, "a cell has {:,} characters"),
    ):
        if count > most:
            raise SourceError(
                f"{what.format(count)}, a workbook holds {most:,}",
                hint="ask for CSV",
                code="table-too-large",
            )


def _stored(value: float | str) -> str:
    """Return what stands in the cell of a value; the library writes 16 digits of a number, some have 17."""
    if isinstance(value, bool):
        return "1" if value else "0"
    return value if isinstance(value, str) else repr(value).removesuffix(".0")


def _type(value: float | str) -> str:
    """Return the type of the cell of a value (ECMA-376 part 1, 18.18.11)."""
    if isinstance(value, bool):
        return "b"
    return "e" if isinstance(value, str) else "n"
