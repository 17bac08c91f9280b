"""Dates of HTTP (RFC 9110 section 5.6.7): how they are written, and how they are read, exactly."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from werkzeug.http import http_date as format_date

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LONG = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH, _TIME = f"(?P<month>{'|'.join(_MONTHS)})", r"(?P<time>\d{2}:\d{2}:\d{2})"
_FIXED = re.compile(
    rf"(?P<name>{'|'.join(_DAYS)}), (?P<day>\d{{2}}) {_MONTH} (?P<year>\d{{4}}) {_TIME} GMT",
    re.ASCII,
)
_RFC850 = re.compile(
    rf"(?P<name>{'|'.join(_LONG)}), (?P<day>\d{{2}})-{_MONTH}-(?P<year>\d{{2}}) {_TIME} GMT",
    re.ASCII,
)
_ASCTIME = re.compile(
    rf"(?P<name>{'|'.join(_DAYS)}) {_MONTH} (?P<day>\d{{2}}| \d) {_TIME} (?P<year>\d{{4}})",
    re.ASCII,
)
#: Years a two-digit year may lie ahead; one that seems further away is of the century before.
_AHEAD = 50


def last_modified(time: datetime) -> str:
    """Return a time as `Last-Modified` has it: never later than the answer (RFC 9110 section 8.8.2.1)."""
    return format_date(min(time, datetime.now(UTC)))


def fixed_date(text: str) -> datetime | None:
    """Return the time of an IMF-fixdate, such as `Tue, 14 Jan 2014 10:01:00 GMT`; None for all else."""
    match = _FIXED.fullmatch(text)
    return _read(match, int(match["year"])) if match else None


def http_date(text: str) -> datetime | None:
    """Return the time of an HTTP date in any of its three forms, None for what is none."""
    if (match := _FIXED.fullmatch(text)) or (match := _ASCTIME.fullmatch(text)):
        return _read(match, int(match["year"]))
    if match := _RFC850.fullmatch(text):
        this = datetime.now(UTC).year
        year = this - this % 100 + int(match["year"])
        return _read(match, year if year <= this + _AHEAD else year - 100)
    return None


def _read(match: re.Match[str], year: int) -> datetime | None:
    """Return the time, None for a day that does not exist or has another name."""
    hours, minutes, seconds = (int(part) for part in match["time"].split(":"))
    leap = seconds == 60  # noqa: PLR2004  (a second that is put in)
    try:
        time = datetime(
            year,
            _MONTHS.index(match["month"]) + 1,
            int(match["day"]),
            hours,
            minutes,
            seconds - leap,
            tzinfo=UTC,
        )
        time += timedelta(seconds=leap)
    except (ValueError, OverflowError):
        return None
    day = (time - timedelta(seconds=leap)).weekday()
    return time if match["name"] in {_DAYS[day], _LONG[day]} else None
