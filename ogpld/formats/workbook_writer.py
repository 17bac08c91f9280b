"""Write tables as an Excel workbook (ECMA-376), row by row, the same bytes for the same content.

Text is text: a cell that begins with `=`, `+`, `-` or `@` is no formula, an address no link. Whole numbers
of up to 15 digits, other finite numbers, booleans and days are values, because people calculate with them. A
year, a month and a time are no dates of Excel, and stay text as they were written, as days before March 1900
do, which Excel counts wrongly. Lines of a cell end with a line feed, as Excel's do. What a workbook cannot
hold is an error, never cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import BinaryIO

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from ogpld.errors import NotWritableError
from ogpld.formats.table_values import Value

#: Limits of a sheet (Excel's specifications): rows, columns, UTF-16 units of a cell.
ROWS, COLUMNS, CHARACTERS = 1_048_576, 16_384, 32_767
#: Characters that XML 1.0 has no way to write (section 2.2).
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAME = re.compile(r"[\[\]:*?/\\]")
#: UTF-16 units of a sheet's name.
_NAME_LENGTH = 31
#: Nothing in the file says when it was written: the same content has the same bytes.
_EPOCH = datetime(1980, 1, 1, tzinfo=UTC).replace(tzinfo=None)
#: Width of columns, in characters: least and most.
_WIDTH = (8, 40)
#: The first day that Excel counts rightly: it has a 29 February 1900.
_FIRST_DAY = date(1900, 3, 1)
_OTHER = "take CSV, which has no such limit, or choose fewer rows or columns"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook.

    Attributes:
        name: its name, cut to what Excel takes.
        header: names of the columns.
        rows: their values, a row at a time.
    """

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Value]]


def write_workbook(target: BinaryIO, sheets: Iterable[Sheet], title: str) -> None:
    """Write a workbook into a file that can be written anywhere in.

    Args:
        target: the file.
        sheets: its sheets in their order; each is read once.
        title: of the document.

    Raises:
        NotWritableError: `workbook` for what Excel cannot hold: row, column and limit are named.
    """
    options = {"constant_memory": True, "strings_to_urls": False, "strings_to_formulas": False}
    book = Workbook(target, options)
    book.set_properties({"title": title[:255], "created": _EPOCH})
    heading = book.add_format({"bold": True})
    days = book.add_format({"num_format": "yyyy-mm-dd"})
    names: set[str] = set()
    try:
        for sheet in sheets:
            _write_sheet(book, sheet, _unique(sheet.name, names), (heading, days))
    except BaseException:
        _discard(book)
        raise
    book.close()


def _write_sheet(book: Workbook, sheet: Sheet, name: str, formats: tuple[object, object]) -> None:
    heading, days = formats
    page = _page(book, sheet, name, heading)
    last = 0
    for row, values in enumerate(sheet.rows, start=1):
        if row >= ROWS:
            raise _limit(f"sheet {name!r} has more than {ROWS:,} rows, the most that Excel takes")
        last = row
        for column, value in enumerate(values):
            if isinstance(value, bool):
                page.write_boolean(row, column, value)
            elif isinstance(value, int | float):
                page.write_number(row, column, value)
            elif isinstance(value, date) and value >= _FIRST_DAY:
                page.write_datetime(row, column, value, days)
            elif value:
                text = _checked(str(value), name, row + 1, sheet.header[column])
                page.write_string(row, column, text)
    if sheet.header:
        page.autofilter(0, 0, last, len(sheet.header) - 1)


def _page(book: Workbook, sheet: Sheet, name: str, heading: object) -> Worksheet:
    """Return a sheet with its header."""
    if len(sheet.header) > COLUMNS:
        raise _limit(f"sheet {name!r} has {len(sheet.header):,} columns, Excel takes {COLUMNS:,}")
    page = book.add_worksheet(name)
    page.freeze_panes(1, 0)
    for column, title in enumerate(sheet.header):
        page.set_column(column, column, min(max(len(title) + 2, _WIDTH[0]), _WIDTH[1]))
        page.write_string(0, column, _checked(title, name, 1, title), heading)
    return page


def _checked(text: str, sheet: str, row: int, column: str) -> str:
    """Return a text that a cell can hold.

    Raises:
        NotWritableError: for one that it cannot.
    """
    where = f"sheet {sheet!r}, row {row}, column {column!r}"
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if units(text) > CHARACTERS:
        raise _limit(f"{where}: the text is longer than {CHARACTERS:,} characters")
    if match := FORBIDDEN.search(text):
        raise _limit(f"{where}: the text has the character U+{ord(match[0]):04X}")
    return text


def _limit(message: str) -> NotWritableError:
    return NotWritableError(f"no workbook can have it: {message}", hint=_OTHER, code="workbook")


def _unique(name: str, names: set[str]) -> str:
    """Return a name that Excel takes: without its signs, short, and unlike the others in any case."""
    stem = sheet_name(name)
    result, number = stem, 1
    while result.casefold() in names:
        number += 1
        result = f"{_cut(stem, _NAME_LENGTH - len(str(number)) - 1)} {number}"
    names.add(result.casefold())
    return result


def sheet_name(name: str) -> str:
    """Return a name of a sheet that Excel takes: without its signs, and short."""
    plain = FORBIDDEN.sub(" ", _NAME.sub(" ", name)).strip("' ")
    return _cut(plain, _NAME_LENGTH).rstrip("' ") or "Sheet"


def units(text: str) -> int:
    """Return the length of a text as Excel counts it: in UTF-16 units, two of a character past U+FFFF."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _cut(text: str, most: int) -> str:
    """Return the whole characters that the first UTF-16 units of a text have."""
    return text.encode("utf-16-le")[: 2 * most].decode("utf-16-le", "ignore")


def _discard(book: Workbook) -> None:
    """Close what an unfinished workbook holds open, and remove it."""
    for page in book.worksheets():
        if page.row_data_fh is not None:
            page.row_data_fh.close()
            Path(page.row_data_filename).unlink(missing_ok=True)
    book.fileclosed = True
