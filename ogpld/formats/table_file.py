"""Write a table of anybody's back, as CSV or as workbook: what came in as text stays text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

#: A cell of a workbook has no more characters (ECMA-376 does not say; spreadsheet programs do).
_LONGEST = 32_767
#: Places of cells by row and column from 0, with number and format.
Numbers = Mapping[tuple[int, int], tuple[float, str]]


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
        written = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", text)[:_LONGEST])
        written.data_type = "s"  # the library takes what begins with = for a formula
        return written

    sheet.append([cell(name) for name in header])
    for at, row in enumerate(rows):
        sheet.append([cell(text, numbers.get((at, column))) for column, text in enumerate(row)])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
