"""Dates with their precision: year, month or day, never padded.

Printed dates come with dots (`30.9.2014`, the day first), with slashes or dashes (`9/30/2018`, `30/9/2014`),
the year first (`2014/09/30`), with the name of the month (`April 2012`), as a quarter, a year, or a number of
days as spreadsheets count them. Which of day and month stands first between slashes is what the dates of the
table prove, or its mapping says; what keeps two readings is published as the year alone, beside its text, and
bounded by these readings (`two_readings`).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from ogpld.model.literals import typed_date, with_ascii_digits

_SLASHED = re.compile(r"([0-9]{1,2})([/-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})")
_DOTTED = re.compile(r"([0-9]{1,2})(\.) ?([0-9]{1,2})\. ?([0-9]{4}|[0-9]{2})\.?")
_YEAR_FIRST = re.compile(r"([0-9]{4})([/.-]) ?([0-9]{1,2})\2 ?([0-9]{1,2})\.?")
_TIME = re.compile(
    r"[T ]([0-9]{1,2}):([0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)(?: ?([AP])M)?(?:Z| ?[+-][0-9]{2}:?[0-9]{2})?\Z",
    re.IGNORECASE,
)
_MONTH = re.compile(r"([A-Za-z]{3,9})\.?,? ([0-9]{4})")
_DAY_MONTH = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)? ([A-Za-z]{3,9})\.?,? ([0-9]{4})")
_MONTH_DAY = re.compile(r"([A-Za-z]{3,9})\.? ([0-9]{1,2})(?:st|nd|rd|th)?,? ([0-9]{4})")
_QUARTER = re.compile(
    r"(?:(?:Q|quarter ?)([1-4])|([1-4])(?:st|nd|rd|th)? ?quarter|(I{1,3}|IV) quarter)"
    r"(?: of)?,? ([0-9]{4})",
    re.IGNORECASE,
)
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_MONTHS = {name.lower(): n for n, name in enumerate(calendar.month_name) if name} | {
    name.lower(): n for n, name in enumerate(calendar.month_abbr) if name
}
#: Day 0 of spreadsheets (they take 1900 for a leap year, so this holds from March 1900 on).
_DAY_ZERO = date(1899, 12, 30)
#: Days that stand for dates of this century; smaller ones may be years typed into a date cell.
_SERIALS = range(36526, 73051)
_YEARS = range(2000, 2100)
#: Years that two digits may stand for where nothing is known of the plan: OGP began in 2011.
_SHORT_YEARS = range(2005, 2050)
#: Years that two digits may lie before and after a plan.
_NEAR = 10

#: Which of day and month stands first.
DAY_FIRST, MONTH_FIRST = "day-first", "month-first"

NO_DATE = "is no date"
QUARTER = "is a quarter, which no datatype can say"
TWO_READINGS = "has two readings, day first or month first"
SHORT_YEAR = "has a year of two digits that is far from any plan"
YEAR_AS_DAY = "is a year typed into a date cell"
SERIAL = "is a number of days, as spreadsheets store dates"
TIME = "has a time of day, which no date says"


@dataclass(frozen=True, slots=True)
class Printed:
    """What a printed date says.

    Attributes:
        iso: the date as exact as it is certain, "" when nothing is.
        doubt: why it says less or something else than is printed, "" when it says just that.
    """

    iso: str
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class DateOrder:
    """What is known of the order of days and months; "" where both orders are possible.

    Attributes:
        slashed: DAY_FIRST or MONTH_FIRST between slashes or dashes.
        dotted: DAY_FIRST between dots.
    """

    slashed: str = ""
    dotted: str = DAY_FIRST


#: What is known where no date proves anything.
UNPROVEN = DateOrder()


@lru_cache(4096)
def read_printed(
    text: str, years: tuple[int, int] | None = None, order: DateOrder = UNPROVEN
) -> Printed:
    """Read a printed date.

    Args:
        text: the cell.
        years: first and last year of the plan; a year of two digits has to be near them.
        order: which of day and month stands first.
    """
    text, timed = _without_time(with_ascii_digits(text))
    reading = _read(text, years, order)
    return Printed(reading.iso, TIME) if timed and reading.iso and not reading.doubt else reading


def _without_time(text: str) -> tuple[str, bool]:
    """Return a text without the time of day after it, and whether that says more than midnight."""
    match = _TIME.search(text)
    if match is None:
        return text, False
    hour = 0 if int(match[1]) == 12 and match[3] in {"A", "a"} else int(match[1])  # noqa: PLR2004
    return text[: match.start()], bool(hour or match[2].strip("0:."))


def _read(text: str, years: tuple[int, int] | None, order: DateOrder) -> Printed:
    if match := _SLASHED.fullmatch(text) or _DOTTED.fullmatch(text):
        first, mark, second, year = match.groups()
        between = order.dotted if mark == "." else order.slashed
        near = range(years[0] - _NEAR, years[1] + _NEAR + 1) if years else _SHORT_YEARS
        return _in_order(int(first), int(second), year, between, near)
    if match := _YEAR_FIRST.fullmatch(text):
        text = _iso(int(match[1]), int(match[3]), int(match[4])) or text
    if typed_date(text):
        year = int(text[:4])
        return Printed(text) if year in _YEARS else _odd_year([text])
    if iso := _spelt(text):
        return Printed(iso)
    if day := day_of_serial(text):
        return Printed(day, SERIAL)
    return Printed("", QUARTER if _QUARTER.fullmatch(text) else NO_DATE)


def _odd_year(readings: Iterable[str]) -> Printed:
    """Read a date far from our time: a day of 1905 is a year typed into a date cell."""
    typed = [year for year in map(typed_year, readings) if year]
    return Printed(typed[0], YEAR_AS_DAY) if len(typed) == 1 else Printed("", NO_DATE)


def typed_year(iso: str) -> str:
    """Return the year that was typed into a date cell, "" where a day or month is not what comes of one."""
    if not iso.startswith("1905-"):
        return ""
    days = (bounds(iso)[0] - _DAY_ZERO).days
    return str(days) if days in _YEARS else ""


def day_of_serial(text: str) -> str:
    """Return the day of our time that a spreadsheet program stores as a number, "" for another text."""
    if text.isdecimal() and len(text) <= len(str(_SERIALS.stop)) and int(text) in _SERIALS:
        return (_DAY_ZERO + timedelta(int(text))).isoformat()
    return ""


def _in_order(first: int, second: int, printed_year: str, order: str, near: range) -> Printed:
    """Read a date of three numbers with the year at the end."""
    year = int(printed_year) + (2000 if len(printed_year) == 2 else 0)  # noqa: PLR2004
    possible = {DAY_FIRST: _iso(year, second, first), MONTH_FIRST: _iso(year, first, second)}
    readings = {iso for iso in possible.values() if iso}
    if len(readings) > 1 and order:
        readings = {iso for name, iso in possible.items() if iso and name == order}
    if not readings:
        return Printed("", NO_DATE)
    if len(printed_year) == 2 and year not in near:  # noqa: PLR2004
        return Printed("", SHORT_YEAR)
    if year not in _YEARS:
        return _odd_year(readings)
    return Printed(str(year), TWO_READINGS) if len(readings) > 1 else Printed(readings.pop())


@lru_cache(4096)
def _proof(text: str) -> tuple[bool, str]:
    """Return whether a date has dots, and the order it can only be read in; "" for both or none."""
    text, _ = _without_time(with_ascii_digits(text))
    match = _SLASHED.fullmatch(text) or _DOTTED.fullmatch(text)
    if match is None or len(_read(text, None, UNPROVEN).iso) != len("2026-03-01"):
        return False, ""
    first, second = int(match[1]), int(match[3])
    if max(first, second) <= 12:  # noqa: PLR2004
        return False, ""
    return match[2] == ".", DAY_FIRST if first > second else MONTH_FIRST


def proven_order(texts: Iterable[str]) -> DateOrder:
    """Return the order that printed dates prove together; with dots the day stands first."""
    proofs = {_proof(text) for text in texts}
    slashed = [order for order in (DAY_FIRST, MONTH_FIRST) if (False, order) in proofs]
    return DateOrder(
        slashed=slashed[0] if len(slashed) == 1 else "",
        dotted="" if (True, MONTH_FIRST) in proofs else DAY_FIRST,
    )


def is_disproved(order: str, texts: Iterable[str]) -> bool:
    """Say whether a date between slashes can only be read in the other order."""
    return any(proof not in {"", order} for dotted, proof in map(_proof, texts) if not dotted)


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _spelt(text: str) -> str | None:
    """Return a date with the month's name as ISO."""
    if match := _MONTH.fullmatch(text):
        month = _MONTHS.get(match[1].lower())
        return f"{match[2]}-{month:02}" if month else None
    match = _DAY_MONTH.fullmatch(text)
    parts = (match[3], match[2], match[1]) if match else None
    if match is None and (match := _MONTH_DAY.fullmatch(text)):
        parts = (match[3], match[1], match[2])
    if parts is None or parts[1].lower() not in _MONTHS:
        return None
    return _iso(int(parts[0]), _MONTHS[parts[1].lower()], int(parts[2]))


def reading_of(printed: str) -> str | None:
    """Return what a printed date says without doubt, as ISO text, or None.

    `6/30/2018` is a day because 30 can be no month; `7/1/2016` is read month first, as OGP's sheet is.
    """
    reading = read_printed(printed, order=DateOrder(MONTH_FIRST))
    return reading.iso if reading.iso and not reading.doubt else None


def bounds(text: str) -> tuple[date, date]:
    """Return first and last day an ISO date, month or year can mean."""
    parts = [int(part) for part in text.split("-")]
    first = date(parts[0], parts[1] if len(parts) > 1 else 1, parts[2] if len(parts) > 2 else 1)  # noqa: PLR2004
    if len(parts) == 1:
        return first, date(parts[0], 12, 31)
    if len(parts) == 2:  # noqa: PLR2004
        return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return first, first


def two_readings(text: str, years: tuple[int, int] | None = None) -> tuple[date, date] | None:
    """Return the two days that a printed date can mean, the earlier first, None when it is not two.

    Args:
        text: what is printed.
        years: first and last year of what it is about, as `read_printed` wants them.
    """
    if read_printed(text, years, DateOrder(dotted="")).doubt != TWO_READINGS:
        return None
    first, second = (
        date.fromisoformat(read_printed(text, years, DateOrder(order, order)).iso)
        for order in (DAY_FIRST, MONTH_FIRST)
    )
    return min(first, second), max(first, second)


def quarter_bounds(text: str) -> tuple[date, date] | None:
    """Return first and last day of a printed quarter (`II quarter of 2021`), None when it is none."""
    match = _QUARTER.fullmatch(text)
    if match is None:
        return None
    quarter = int(match[1] or match[2] or _ROMAN[match[3].lower()])
    year, last = int(match[4]), quarter * 3
    return date(year, last - 2, 1), bounds(f"{year}-{last:02}")[1]
