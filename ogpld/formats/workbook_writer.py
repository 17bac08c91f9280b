"""Write tables as an Excel workbook (ECMA-376), row by row, the same bytes for the same content.

Text is text: a cell that begins with `=`, `+`, `-` or `@` is no formula, an address no link. Whole numbers
of up to 15 digits, other finite numbers and booleans are values, because people calculate with them; dates
stay text as they were written, since a year or a month is no date of Excel. Lines of a cell end with a line
feed, as Excel's do. What a workbook cannot hold is an error, never cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

from xlsxwriter import Workbook

from ogpld.errors import NotWritableError

Value = str | int | float | bool | None

#: Limits of a sheet (Excel's specifications): rows, columns, UTF-16 units of a cell.
ROWS, COLUMNS, CHARACTERS = 1_048_576, 16_384, 32_767
#: Characters that XML 1.0 has no way to write (section 2.2).
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAME = re.compile(r"[\[\]:*?/\\]")
_NAME_LENGTH = 31
#: Nothing in the file says when it was written: the same content has the same bytes.
_EPOCH = datetime(1980, 1, 1, tzinfo=UTC).replace(tzinfo=None)
#: Width of columns, in characters: least and most.
_WIDTH = (8, 40)
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


def number_of(text: str, datatype: str) -> Value:
    """Return a literal's value where a workbook holds it exactly enough, else its text.

    Args:
        text: as written.
        datatype: local name in XML Schema, such as `integer`.
    """
    if datatype == "boolean" and text in {"true", "false"}:
        return text == "true"
    if datatype in _INTEGERS and _WHOLE.fullmatch(text):
        return int(text)
    if datatype in {"decimal", "double", "float"} and _NUMBER.fullmatch(text):
        return float(text)
    return text


_INTEGERS = frozenset(
    {
        *("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger"),
        *("nonPositiveInteger", "negativeInteger", "unsignedInt", "unsignedLong"),
        *("unsignedShort", "unsignedByte"),
    }
)
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,14})", re.ASCII)
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{0,20})?(?:[eE][+-]?[0-9]{1,2})?", re.ASCII)


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
    names: set[str] = set()
    try:
        for sheet in sheets:
            _write_sheet(book, sheet, _unique(sheet.name, names), heading)
    except BaseException:
        _discard(book)
        raise
    book.close()


def _write_sheet(book: Workbook, sheet: Sheet, name: str, heading: object) -> None:
    if len(sheet.header) > COLUMNS:
        raise _limit(f"sheet {name!r} has {len(sheet.header):,} columns, Excel takes {COLUMNS:,}")
    page = book.add_worksheet(name)
    page.freeze_panes(1, 0)
    for column, title in enumerate(sheet.header):
        page.set_column(column, column, min(max(len(title) + 2, _WIDTH[0]), _WIDTH[1]))
        page.write_string(0, column, _checked(title, name, 1, title), heading)
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
            elif value:
                text = _checked(value, name, row + 1, sheet.header[column])
                page.write_string(row, column, text)
    if sheet.header:
        page.autofilter(0, 0, last, len(sheet.header) - 1)


def _checked(text: str, sheet: str, row: int, column: str) -> str:
    """Return a text that a cell can hold.

    Raises:
        NotWritableError: for one that it cannot.
    """
    where = f"sheet {sheet!r}, row {row}, column {column!r}"
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > CHARACTERS // 2 and len(text.encode("utf-16-le")) // 2 > CHARACTERS:
        raise _limit(f"{where}: the text is longer than {CHARACTERS:,} characters")
    if match := _FORBIDDEN.search(text):
        raise _limit(f"{where}: the text has the character U+{ord(match[0]):04X}")
    return text


def _limit(message: str) -> NotWritableError:
    return NotWritableError(f"no workbook can have it: {message}", hint=_OTHER, code="workbook")


def _unique(name: str, names: set[str]) -> str:
    """Return a name that Excel takes: without its signs, short, and unlike the others in any case."""
    stem = (_NAME.sub(" ", name).strip("' ") or "Sheet")[:_NAME_LENGTH]
    result, number = stem, 1
    while result.casefold() in names:
        number += 1
        result = f"{stem[: _NAME_LENGTH - len(str(number)) - 1]} {number}"
    names.add(result.casefold())
    return result


def _discard(book: Workbook) -> None:
    """Close what an unfinished workbook holds open."""
    for page in book.worksheets():
        if page.row_data_fh is not None:
            page.row_data_fh.close()
    book.fileclosed = True
