"""Dates with their precision: year, month or day, never padded.

Printed dates come in the forms of OGP's sheet: month first (`9/30/2018`, `9/1/18`), day first where
that is the only way to read it (`30/9/2014`), `April 2012`, a quarter, a year, a number of days as
spreadsheets count them. What has two readings is published as the year alone, with the printed text.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from ogpld.model.literals import typed_date, with_ascii_digits

_SLASHED = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4}|[0-9]{2})")
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


@dataclass(frozen=True, slots=True)
class Printed:
    """What a printed date says.

    Attributes:
        iso: the date as exact as it is certain, "" when nothing is.
        doubt: why it says less or something else than is printed, "" when it says just that.
    """

    iso: str
    doubt: str = ""


NO_DATE = "is no date; it is published as printed"
QUARTER = (
    "is a quarter, which no datatype can say; it is published as printed, with first and last day"
)
TWO_READINGS = "has two readings, day first or month first; the year is published, and the text"
YEAR_AS_DAY = "is a year typed into a date cell; the year is published, and the text"
SERIAL = "is a number of days, as spreadsheets store dates; the date is published, and the text"


@lru_cache(4096)
def read_printed(
    text: str,
    years: tuple[int, int] | None = None,
    *,
    day_first: bool = False,
    either: bool = False,
) -> Printed:
    """Read a printed date.

    Args:
        text: the cell.
        years: first and last year of the plan. Of two readings only one of which is within, the
            year alone is certain.
        day_first: whether another date of the row can only be read day first.
        either: whether the table writes days and months in either order, so that of two readings the
            year alone is certain.
    """
    text = with_ascii_digits(text)
    if match := _SLASHED.fullmatch(text):
        parts = (int(part) for part in match.groups())
        return _slashed(*parts, years=years, doubtful=day_first or either)
    text = text.removesuffix("T00:00:00").removesuffix(" 00:00:00")
    if typed_date(text):
        year = int(text[:4])
        return Printed(text) if year in _YEARS else _odd_year(text)
    if iso := _spelt(text):
        return Printed(iso)
    if text.isdecimal() and len(text) <= len(str(_SERIALS.stop)) and int(text) in _SERIALS:
        return Printed((_DAY_ZERO + timedelta(int(text))).isoformat(), SERIAL)
    return Printed("", QUARTER if _QUARTER.fullmatch(text) else NO_DATE)


def _odd_year(iso: str) -> Printed:
    """Read a date far from our time: a day of 1905 is a year typed into a date cell."""
    if len(iso) == len("1905-07-16"):
        days = (date.fromisoformat(iso) - _DAY_ZERO).days
        if days in _YEARS:
            return Printed(str(days), YEAR_AS_DAY)
    return Printed("", NO_DATE)


def _slashed(
    first: int, second: int, year: int, *, years: tuple[int, int] | None, doubtful: bool
) -> Printed:
    if year < 100:  # noqa: PLR2004
        year += 2000
    readings = [_iso(year, first, second), _iso(year, second, first)]
    month_first, other = readings
    if month_first is None or other is None or first == second:
        certain = month_first or other
        if certain is None:
            return Printed("", NO_DATE)
        return Printed(certain) if year in _YEARS else _odd_year(certain)
    if year not in _YEARS:
        return _odd_year(month_first)
    inside = [years is None or years[0] <= int(r[:4]) <= years[1] for r in (month_first, other)]
    if doubtful or (inside[1] and not inside[0]):
        return Printed(str(year), TWO_READINGS)
    return Printed(month_first)


@lru_cache(4096)
def only_day_first(text: str) -> bool:
    """Say whether a printed date can only be read with the day first (`30/9/2014`)."""
    match = _SLASHED.fullmatch(with_ascii_digits(text))
    return match is not None and int(match[1]) > 12 >= int(match[2])  # noqa: PLR2004


@lru_cache(4096)
def any_day_first(texts: tuple[str, ...]) -> bool:
    """Say whether one of some printed dates can only be read with the day first."""
    return any(map(only_day_first, texts))


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
    reading = read_printed(printed)
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


def quarter_bounds(text: str) -> tuple[date, date] | None:
    """Return first and last day of a printed quarter (`II quarter of 2021`), None when it is none."""
    match = _QUARTER.fullmatch(text)
    if match is None:
        return None
    quarter = int(match[1] or match[2] or _ROMAN[match[3].lower()])
    year, last = int(match[4]), quarter * 3
    return date(year, last - 2, 1), bounds(f"{year}-{last:02}")[1]
