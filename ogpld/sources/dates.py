"""Dates with their precision: year, month or day, never padded (ontology.md 4.10)."""

from __future__ import annotations

import calendar
import re
from datetime import date

from ogpld.rdf import XSD, Literal

_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_MONTH = re.compile(r"([A-Z][a-z]+) (\d{4})")
_MONTHS = {name: number for number, name in enumerate(calendar.month_name) if name}


def typed_date(text: str) -> Literal | None:
    """Return an ISO date, month or year as xsd:date, gYearMonth or gYear; None when it is none."""
    match = _ISO.fullmatch(text)
    if not match:
        return None
    year, month, day = match.groups()
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    kind = "date" if day else "gYearMonth" if month else "gYear"
    return Literal(text, datatype=XSD(kind))


def reading_of(printed: str) -> str | None:
    """Return what a printed date says without doubt, as ISO text, or None.

    `6/30/2018` is a day because 30 can be no month; `1/12/2014` could be two days and is none.
    A date with equal numbers (`7/7/2016`) or on the first of a month written `7/1/2016` is read
    month first, as OGP's sheet is.
    """
    if typed_date(printed):
        return printed
    if match := _AMERICAN.fullmatch(printed):
        month, day, year = (int(part) for part in match.groups())
        text = f"{year:04}-{month:02}-{day:02}"
        return text if typed_date(text) else None
    if (match := _MONTH.fullmatch(printed)) and match[1] in _MONTHS:
        return f"{match[2]}-{_MONTHS[match[1]]:02}"
    return None


def bounds(text: str) -> tuple[date, date]:
    """Return first and last day an ISO date, month or year can mean."""
    parts = [int(part) for part in text.split("-")]
    first = date(parts[0], parts[1] if len(parts) > 1 else 1, parts[2] if len(parts) > 2 else 1)  # noqa: PLR2004
    if len(parts) == 1:
        return first, date(parts[0], 12, 31)
    if len(parts) == 2:  # noqa: PLR2004
        return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return first, first
