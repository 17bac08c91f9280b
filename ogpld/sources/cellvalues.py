"""Say what one cell of a workbook shows, as the text a CSV file would have."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from openpyxl.styles.numbers import is_date_format, is_timedelta_format
from openpyxl.utils.datetime import from_excel, from_ISO8601

from ogpld.errors import SourceError, Where
from ogpld.report import Severity
from ogpld.sources.characters import Remarks, clean, is_plain
from ogpld.sources.numberformat import DIGITS, plain_number, printed_number, rounded
from ogpld.sources.workbook import SheetCell

#: What a date format shows besides text: quoted text, escapes and conditions are not it.
_INVISIBLE = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|[_*].')
#: Whole numbers that are written one way only.
_SHORT = re.compile("[1-9][0-9]{0,14}|0", re.ASCII)
_AS_TEXT = "format the column as text and type what is to be read"


#: Asked for each number; a workbook has a dozen formats.
_is_date = lru_cache(256)(is_date_format)


def simple_text(cell: SheetCell, limit: int) -> str:
    """Return what a cell of the usual sort shows: a number as typed, a text without anything odd.

    Returns:
        The text; "" for a cell that `cell_text` has to look at.
    """
    text = cell.text or ""
    if cell.code != "General" or len(text) > limit:
        return ""
    if cell.kind == "s":
        return " ".join(text.split()) if is_plain(text) else ""
    return text if cell.kind == "n" and text.isdecimal() and _SHORT.fullmatch(text) else ""


def check_saved(cell: SheetCell, where: Where) -> None:
    """Refuse a formula whose result the program that wrote it did not save.

    Raises:
        SourceError: at the cell.
    """
    if cell.text is None and cell.formula:
        raise SourceError(
            "the formula has no saved result",
            where=where,
            hint="open the workbook in a spreadsheet program and save it, or type the value",
        )


def cell_text(
    cell: SheetCell, epoch: datetime, where: Where, named: Where, remarks: Remarks
) -> tuple[str, str]:
    """Return what a cell shows, and what is stored where that is a number shown otherwise.

    Args:
        cell: the cell; it holds something.
        epoch: day 0 of the workbook.
        where: its place by letter, for errors.
        named: its place by the name of its column, for findings.
        remarks: take the findings.

    Raises:
        SourceError: for an error value, or what is no finite number.
    """
    text = cell.text or ""
    if cell.kind == "e":
        raise _error_value(text, where)
    if cell.kind == "n" and not _is_date(cell.code):
        return _number(text, cell.code, where, named, remarks)
    if cell.kind == "s":
        text = clean(text, named, remarks)
        if text and cell.code.strip() and not cell.code.strip("; "):
            _report_format(cell.code, text, named, remarks)
    elif cell.kind == "b":
        text = "true" if text.strip() in {"1", "true"} else "false"
    elif cell.kind == "d":
        text = _moment(from_ISO8601(text), cell.code)
    elif cell.kind == "n":
        text = _date(text, cell.code, epoch, where)
        if is_timedelta_format(cell.code):
            _report_format(cell.code, text, named, remarks)
    else:
        raise ValueError(cell.kind)
    return text, text


def _error_value(text: str, where: Where) -> SourceError:
    return SourceError(
        f"the cell shows the error {text[:20]}",
        where=where,
        hint="mend the formula, or type the value",
    )


def _date(text: str, code: str, epoch: datetime, where: Where) -> str:
    """Return a number of days in a date format as date, time or duration."""
    days = float(text)
    try:
        return _moment(from_excel(days, epoch, timedelta=is_timedelta_format(code)), code)
    except (OverflowError, ValueError) as error:
        raise _error_value("#VALUE!", where) from error


def _moment(value: date | datetime | time | timedelta, code: str) -> str:
    """Return a date as exact as its cell shows it: `Jul-18` is a month, though Excel stores a day."""
    if isinstance(value, timedelta):
        return str(value)
    if not isinstance(value, datetime):
        return value.isoformat()
    if value.time() != time.min:
        return value.isoformat(timespec="seconds")
    visible = _INVISIBLE.sub("", code).lower()
    day = value.date().isoformat()
    if "y" not in visible or "d" in visible or value.day != 1:
        return day
    return day[:7] if "m" in visible or value.month != 1 else day[:4]


def _number(text: str, code: str, where: Where, named: Where, remarks: Remarks) -> tuple[str, str]:
    """Return a number as it is shown and as it is stored; report where one cannot be had of the other."""
    try:
        plain = plain_number(text)
    except OverflowError as error:
        raise SourceError(
            "the cell holds no finite number", where=where, hint="type the value"
        ) from error
    printed = printed_number(plain, code)
    if printed is None:
        _report_format(code, plain, named, remarks)
        return plain, plain
    if len(plain.replace(".", "").lstrip("-0").rstrip("0")) > DIGITS:
        remarks.add(
            Severity.WARNING,
            f"the number has more than {DIGITS} digits, which spreadsheet programs do not keep",
            named,
            _AS_TEXT,
            plain,
        )
    elif printed != plain and rounded(plain, code):
        remarks.add(
            Severity.WARNING,
            "the cell shows fewer digits than its number has; what it shows was read",
            named,
            _AS_TEXT,
            f"{printed} ({plain})",
        )
    return printed, plain


def _report_format(code: str, text: str, named: Where, remarks: Remarks) -> None:
    remarks.add(
        Severity.WARNING,
        f"the cell is shown in the format {code[:80]!r}, which is not read; what it holds was read",
        named,
        _AS_TEXT,
        text,
    )
