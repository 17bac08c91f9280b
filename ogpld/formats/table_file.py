"""Write a table of anybody's back, as CSV or as workbook: what came in as text stays text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from ogpld.errors import SourceError

#: A cell of a workbook has no more characters (ECMA-376 does not say; spreadsheet programs do).
_LONGEST = 32_767
#: Places of cells by row and column from 0, with number and format.
Numbers = Mapping[tuple[int, int], tuple[float, str]]


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
        source: what its first columns were read from: `numbers`, `separator` and `sheet`.

    Raises:
        SourceError: for a cell that is too long for a workbook.
    """
    if form == "csv":
        return csv_file(table.header, table.rows, source["separator"] or ",")
    numbers = {(row, at): (number, code) for row, at, number, code in source["numbers"]}
    for at, row in enumerate(table.rows):
        if row[table.scores]:
            numbers[at, table.scores] = float(row[table.scores]), "General"
    return xlsx_file(table.header, table.rows, numbers, source["sheet"])


def csv_file(header: Sequence[str], rows: Iterable[Sequence[str]], separator: str = ",") -> bytes:
    """Return a table as CSV (RFC 4180) in UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def xlsx_file(
    header: Sequence[str], rows: Iterable[Sequence[str]], numbers: Numbers, title: str = ""
) -> bytes:
    """Return a table as workbook with one sheet.

    Args:
        header: names of the columns.
        rows: cells as text.
        numbers: the cells that are numbers; every other is text, whatever it begins with.
        title: of the sheet.

    Raises:
        SourceError: for a cell that is too long for a workbook.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title or "table")

    def cell(text: str, number: tuple[float, str] | None = None) -> WriteOnlyCell | None:
        if number is not None:
            written = WriteOnlyCell(sheet, number[0])
            written.number_format = number[1]
            return written
        if not text:
            return None
        if len(text) > _LONGEST:
            raise SourceError(
                f"a cell has {len(text):,} characters, a workbook holds {_LONGEST:,}",
                hint="ask for CSV",
                code="table-too-large",
            )
        written = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("\ufffd", text))
        written.data_type = "s"  # the library takes what begins with = for a formula
        return written

    sheet.append([cell(name) for name in header])
    for at, row in enumerate(rows):
        sheet.append([cell(text, numbers.get((at, column))) for column, text in enumerate(row)])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
