"""Read Excel workbooks (.xlsx, ECMA-376) with openpyxl, from bytes, one table a sheet.

Values become the text a CSV file would have: dates ISO, as exact as the cell shows them; whole numbers
without a point; true and false. Nothing is guessed: an error value, a formula whose result was not
saved, or data under a column without a name stop the reading with sheet, row and column. Formulas are
never computed and links to other workbooks never followed. `package.py` checks the file first.
"""

from __future__ import annotations

import io
import math
import re
import warnings
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice, repeat
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from ogpld.errors import SourceError, Where
from ogpld.sources.csvfile import CELL_LIMIT
from ogpld.sources.package import check_package
from ogpld.sources.row import Row

#: Most sheets, columns, rows with data and characters of a workbook that are read.
SHEET_LIMIT = 50
COLUMN_LIMIT = 500
ROW_LIMIT = 100_000
TEXT_LIMIT = 32_000_000
#: Cells, blank ones to the left of others included.
WIDTH_LIMIT = 5_000_000
#: Rows a sheet of Excel has.
_LAST_ROW = 1_048_576
#: Rows taken from openpyxl in one go.
_AT_ONCE = 256

#: What a number format shows besides text: quoted text, escapes and conditions are not it.
_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|[_*].')


def read_xlsx(content: bytes, name: str) -> Iterator[tuple[str, Iterator[Row]]]:
    """Yield name (`file#sheet`) and rows of each sheet; a sheet without data has none.

    Raises:
        SourceError: naming file, sheet, row and column of what cannot be read.
    """
    formulas = check_package(content, name)
    values = _open(content, name, data_only=True)
    printed = _open(content, name, data_only=False) if formulas else None
    if len(values) > SHEET_LIMIT:
        raise SourceError(
            f"the workbook has {len(values)} sheets, more than {SHEET_LIMIT}",
            where=Where(name),
            hint="send fewer sheets",
        )
    budget = _Budget()
    for index, sheet in enumerate(values):
        title = f"{name}#{sheet.title}"
        yield title, _rows(sheet, printed[index] if printed else None, title, budget)


class _Budget:
    """What may still be read of a workbook; one text may be used by a million cells."""

    def __init__(self) -> None:
        self.rows = ROW_LIMIT
        self.text = TEXT_LIMIT
        self.width = WIDTH_LIMIT

    def pass_over(self, row: tuple[Any, ...], where: Where) -> None:
        """Count the cells of a row, whether they hold anything or not."""
        self.width -= len(row)
        if self.width < 0:
            raise SourceError(
                f"the workbook has more than {WIDTH_LIMIT} cells, most of them blank",
                where=where,
                hint="copy the rows into a new sheet without formatted blank columns",
            )

    def take(self, cells: dict[int, str], where: Where) -> None:
        """Count a row and its characters."""
        self.rows -= 1
        self.text -= sum(map(len, cells.values()))
        if self.rows < 0 or self.text < 0:
            raise SourceError(
                f"the workbook has more than {ROW_LIMIT} rows or {TEXT_LIMIT} characters",
                where=where,
                hint="send it in several parts",
            )


def _open(content: bytes, name: str, *, data_only: bool) -> list[Any]:
    """Return the sheets of a workbook, unread."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions nobody asked for
            workbook = load_workbook(
                io.BytesIO(content), read_only=True, data_only=data_only, keep_links=False
            )
    except MemoryError:
        raise
    except Exception as error:  # openpyxl raises whatever a strange part makes it stumble over
        raise _unreadable(Where(name)) from error
    if not workbook.worksheets:
        raise SourceError(
            "the workbook has no sheet of cells",
            where=Where(name),
            hint="open it in a spreadsheet program, fill in a sheet and save it again",
        )
    for sheet in workbook.worksheets:
        sheet.reset_dimensions()  # the stated size may be wrong, and a wrong one costs memory
    return list(workbook.worksheets)


def _unreadable(where: Where) -> SourceError:
    return SourceError(
        "the workbook cannot be read: its parts do not fit together",
        where=where,
        hint="open it in a spreadsheet program, save it again as .xlsx, or as 'CSV UTF-8'",
    )


def _cells(sheet: Any, name: str) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a sheet as openpyxl gives them, its own errors made ours."""
    rows = sheet.iter_rows()
    number = 0
    while True:
        some: list[tuple[Any, ...]] = []
        try:
            with warnings.catch_warnings():  # about dates that are none; they come as error values
                warnings.simplefilter("ignore")
                some.extend(islice(rows, _AT_ONCE))
        except MemoryError:
            raise
        except Exception as error:  # extend keeps the rows before the one that failed
            raise _unreadable(Where(name, number + len(some) + 1)) from error
        number += len(some)
        yield from some
        if len(some) < _AT_ONCE:
            return


def _rows(sheet: Any, printed: Any | None, name: str, budget: _Budget) -> Iterator[Row]:
    """Yield the rows of a sheet that hold anything; row 1 is the header."""
    header: dict[int, str] | None = None
    formulas = _cells(printed, name) if printed is not None else repeat(())
    for number, (row, shown) in enumerate(zip(_cells(sheet, name), formulas, strict=False), 1):
        if number > _LAST_ROW:
            raise SourceError(
                f"the sheet has more than {_LAST_ROW} rows", where=Where(name), hint="send CSV"
            )
        budget.pass_over(row, Where(name, number))
        found = _texts(row, shown, name, number)
        if header is None:
            header = _header(found, name)
        elif found:
            where = Where(name, number)
            budget.take(found, where)
            _check_named(found, header, name, number)
            yield Row(number, {column: found.get(at, "") for at, column in header.items()})


def _texts(row: tuple[Any, ...], shown: tuple[Any, ...], name: str, number: int) -> dict[int, str]:
    """Return the cells of a row that say something, by place in the row."""
    if len(row) > COLUMN_LIMIT and any(cell.value is not None for cell in row[COLUMN_LIMIT:]):
        raise SourceError(
            f"the row has more than {COLUMN_LIMIT} columns", where=Where(name, number)
        )
    found = {}
    for at, cell in enumerate(row[:COLUMN_LIMIT]):
        if cell.value is None:
            if at < len(shown) and shown[at].data_type == "f":
                raise SourceError(
                    "the formula has no saved result",
                    where=Where(name, number, get_column_letter(at + 1)),
                    hint="open the workbook in a spreadsheet program and save it, or type the value",
                )
            continue
        text = _text(cell, Where(name, number, get_column_letter(at + 1)))
        if text:
            found[at] = text
    return found


def _header(found: dict[int, str], name: str) -> dict[int, str]:
    """Check the header; places between names may stay empty if nothing stands under them."""
    seen: set[str] = set()
    for column in found.values():
        if column in seen:
            raise SourceError(f"the column {column!r} stands twice", where=Where(name, 1, column))
        seen.add(column)
    return found


def _check_named(found: dict[int, str], header: dict[int, str], name: str, number: int) -> None:
    """Refuse data in a column that the header does not name."""
    for at, text in found.items():
        if at not in header:
            letter = get_column_letter(at + 1)
            raise SourceError(
                f"the cell holds {text[:40]!r}, but the column has no name in row 1",
                where=Where(name, number, letter),
                hint="name the column in the first row, or empty it; no title above the header",
            )


def _text(cell: Any, where: Where) -> str:
    """Return what a cell says, as CSV would."""
    value = cell.value
    if cell.data_type == "e":
        raise SourceError(
            f"the cell shows the error {str(value)[:20]}",
            where=where,
            hint="mend the formula, or type the value",
        )
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return _date(value, str(cell.number_format))
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, int | float):
        return _number(value, where)
    text = " ".join(str(value).split())
    if len(text) > CELL_LIMIT:
        raise SourceError(
            f"the cell has {len(text)} characters, more than {CELL_LIMIT}",
            where=where,
            hint="shorten the text or split the row",
        )
    return text


def _number(value: float, where: Where) -> str:
    if not math.isfinite(value):
        raise SourceError("the cell holds no finite number", where=where, hint="type the value")
    return str(int(value)) if value == int(value) else repr(value)


def _date(value: datetime, number_format: str) -> str:
    """Return a date as exact as its cell shows it: `Jul-18` is a month, though Excel stores a day."""
    if value.time() != time.min:
        return value.isoformat(timespec="seconds")
    shown = _NOT_SHOWN.sub("", number_format).lower()
    day = value.date().isoformat()
    if "y" not in shown or "d" in shown or value.day != 1:
        return day
    return day[:7] if "m" in shown or value.month != 1 else day[:4]
