"""The one written form of a value that is published, by datatype of XML Schema part 2.

A form is a function that takes the text of a cell or of a literal and returns the form that is published,
so a literal is in that form when the function gives it back unchanged. The forms are those that the query
engine gives back too: decimals and doubles without exponent, times in UTC where they have a zone.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
import struct
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TypeAlias

from ogpld.integer_types import INTEGER_RANGES
from ogpld.language_tags import language_tag_problem

#: Return the published form of a text; raises ValueError with the rest of a sentence: `is not a date`.
Form: TypeAlias = Callable[[str], str]

#: Digits a number may have: past 64 bits, the engine compares and adds no longer.
DIGITS = 18

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_FLOATING = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_SPECIAL = {"INF": "INF", "+INF": "INF", "-INF": "-INF", "NaN": "NaN"}
_WHOLE = re.compile(r"([+-]?)([0-9]+)")
_COMMA = re.compile(r"[+-]?[0-9][0-9 .,'\u00a0\u202f]*[0-9]")
_WORDS = {"true": "true", "yes": "true", "false": "false", "no": "false"}
_CLOCK = r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?(Z|[+-][0-9]{2}:[0-9]{2})?"
_MOMENT = re.compile(rf"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})[T ]{_CLOCK}")
_TIME = re.compile(_CLOCK)
_DURATION = re.compile(
    r"(-)?P(?=.)(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)D)?"
    r"(?:T(?=.)(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+(?:\.[0-9]+)?)S)?)?"
)
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")


def _whole(least: int | None, most: int | None) -> Form:
    """Return the form of whole numbers in a range, of at most `DIGITS` digits."""

    def form(text: str) -> str:
        match = _WHOLE.fullmatch(text)
        if match is None:
            raise ValueError("is not a whole number")
        sign, digits = match[1], match[2].lstrip("0") or "0"
        if len(digits) > DIGITS:
            raise ValueError(
                f"has {len(digits):,} digits; whole numbers of up to {DIGITS} are read"
            )
        number = int(sign + digits)
        if (least is not None and number < least) or (most is not None and number > most):
            bounds = f"from {least:,}" if most is None else f"up to {most:,}"
            both = f"from {least:,} to {most:,}" if None not in (least, most) else bounds
            raise ValueError(f"is not a whole number {both}")
        return str(number)

    return form


def _decimal(text: str) -> str:
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"is not a number{_point(text)}")
    number = Decimal(text)
    digits = len(text.lstrip("+-").replace(".", "").strip("0"))
    if digits > DIGITS or abs(number) >= Decimal(10) ** DIGITS:
        raise ValueError(f"has {digits:,} digits; numbers of up to {DIGITS} are read")
    return _plain(number)


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _point(text: str) -> str:
    """Say what to write in place of a number with a comma or between thousands."""
    if not _COMMA.fullmatch(text) or ("," not in text and text.replace(".", "").isdecimal()):
        return ""
    return "; digits and at most one point are read, as in 1234.5"


def _double(text: str) -> str:
    if special := _SPECIAL.get(text):
        return special
    if not _FLOATING.fullmatch(text):
        raise ValueError(f"is not a number{_point(text)}")
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("is too large for its datatype")
    if number == 0:
        return "-0" if math.copysign(1, number) < 0 else "0"
    return _plain(Decimal(repr(number)))


def _float(text: str) -> str:
    double = _double(text)
    if double in _SPECIAL.values() or not float(double):
        return double
    try:
        single = struct.pack("<f", float(double))
    except OverflowError as error:
        raise ValueError("is too large for its datatype") from error
    (number,) = struct.unpack("<f", single)
    for precision in range(1, 10):  # nine digits tell any two apart
        short = f"{number:.{precision}g}"
        if struct.pack("<f", float(short)) == single:
            break
    return _plain(Decimal(short))


def _boolean(text: str) -> str:
    if (word := _WORDS.get(text.casefold())) is None:
        raise ValueError("is neither true nor false")
    return word


def _day(pattern: str, kind: str, iso: str) -> Form:
    """Return the form of a date or a part of one, which is itself if the calendar has it."""
    compiled = re.compile(pattern)

    def form(text: str) -> str:
        match = compiled.fullmatch(text)
        try:
            if match is not None:
                date.fromisoformat(iso.format(**match.groupdict()))
                return text
        except ValueError:
            pass
        raise ValueError(f"is not {kind}")

    return form


def _clock(groups: tuple[str | None, ...], day: str) -> datetime:
    """Return a time of a day, in UTC where it has a zone; 24:00:00 is the next day's 0:00:00."""
    hour, minute, second, fraction, zone = groups
    text = f"{day}T{'00' if hour == '24' else hour}:{minute}:{second}"
    moment = datetime.fromisoformat(text + (zone or "").replace("Z", "+00:00"))
    if hour == "24":
        if minute != "00" or second != "00" or int(fraction or "0"):
            raise ValueError(text)
        moment += timedelta(days=1)
    return moment.astimezone(UTC) if zone else moment


def _written(moment: datetime, groups: tuple[str | None, ...], form: str) -> str:
    fraction = (groups[3] or "").rstrip("0")
    return f"{moment:{form}}" + (f".{fraction}" if fraction else "") + ("Z" if groups[4] else "")


def _date_time(text: str) -> str:
    match = _MOMENT.fullmatch(text)
    try:
        if match is not None:
            moment = _clock(match.groups()[1:], match[1])
            return f"{moment.year:04}-" + _written(moment, match.groups()[1:], "%m-%dT%H:%M:%S")
    except (ValueError, OverflowError):
        pass
    raise ValueError("is not a date with its time, as in 2026-07-01T09:30:00Z")


def _time(text: str) -> str:
    match = _TIME.fullmatch(text)
    try:
        if match is not None:
            return _written(_clock(match.groups(), "2000-01-02"), match.groups(), "%H:%M:%S")
    except ValueError:
        pass
    raise ValueError("is not a time, as in 09:30:00")


def _duration(*, months: bool = True, seconds: bool = True) -> Form:
    """Return the form of durations of years and months, of days and time, or of both."""

    def form(text: str) -> str:
        match = _DURATION.fullmatch(text)
        if match is None:
            raise ValueError("is not a duration, as in P1Y6M or P3DT12H")
        sign, *parts = match.groups()
        numbers = [Decimal(part or 0) for part in parts]
        total = int(numbers[0] * 12 + numbers[1])
        rest = numbers[2] * 86_400 + numbers[3] * 3_600 + numbers[4] * 60 + numbers[5]
        if any(number >= 10**DIGITS for number in (total, rest)):
            raise ValueError("is too long a duration")
        if (total and not months) or (rest and not seconds):
            raise ValueError("is not a duration of its datatype")
        years, month = divmod(total, 12)
        minutes, second = divmod(rest, 60)
        hours, minute = divmod(int(minutes), 60)
        days, hour = divmod(hours, 24)
        day = "".join(f"{n}{unit}" for n, unit in ((years, "Y"), (month, "M"), (days, "D")) if n)
        clock = "".join(f"{n}{unit}" for n, unit in ((hour, "H"), (minute, "M")) if n)
        clock += f"{_plain(second)}S" if second else ""
        if not day and not clock:
            return "PT0S" if seconds else "P0M"
        return f"{sign or ''}P{day}" + (f"T{clock}" if clock else "")

    return form


def _text(kind: str, pattern: str) -> Form:
    compiled = re.compile(pattern)

    def form(text: str) -> str:
        if not compiled.fullmatch(text):
            raise ValueError(f"is not {kind}")
        return text

    return form


def _language(text: str) -> str:
    if problem := language_tag_problem(text):
        raise ValueError(f"is no language tag: {problem}")
    return text


def _hexadecimal(text: str) -> str:
    if not re.fullmatch("(?:[0-9A-Fa-f]{2})*", text):
        raise ValueError("is not hexadecimal, two digits for each byte")
    return text.upper()


def _base64(text: str) -> str:
    try:
        return base64.b64encode(base64.b64decode(text.replace(" ", ""), validate=True)).decode()
    except (binascii.Error, ValueError) as error:
        raise ValueError("is not base64") from error


#: Forms by the name of the datatype in XML Schema; a datatype without one cannot be filled from a table.
FORMS: dict[str, Form] = {
    **{name: _whole(least, most) for name, (least, most) in INTEGER_RANGES.items()},
    "decimal": _decimal,
    "double": _double,
    "float": _float,
    "boolean": _boolean,
    "date": _day(r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})", "a date, as in 2026-07-01", "{date}"),
    "gYear": _day(r"(?P<year>[0-9]{4})", "a year, as in 2026", "{year}-01-01"),
    "gYearMonth": _day(r"(?P<month>[0-9]{4}-[0-9]{2})", "a month, as in 2026-07", "{month}-01"),
    "gMonthDay": _day(r"--(?P<day>[0-9]{2}-[0-9]{2})", "a day, as in --07-01", "2000-{day}"),
    "gMonth": _day(r"--(?P<month>[0-9]{2})", "a month, as in --07", "2000-{month}-01"),
    "gDay": _day(r"---(?P<day>[0-9]{2})", "a day, as in ---01", "2000-01-{day}"),
    "dateTime": _date_time,
    "time": _time,
    "duration": _duration(),
    "yearMonthDuration": _duration(seconds=False),
    "dayTimeDuration": _duration(months=False),
    "anyURI": _text("an absolute address, as in https://example.org/", _URI.pattern),
    "string": _text("a text", "(?s).*"),
    "normalizedString": _text("a text on one line", "[^\t\r\n]*"),
    "token": _text("a text without needless blanks", r"(?:[^\s]+(?: [^\s]+)*)?"),
    "NMTOKEN": _text("a word", r"[\w.:-]+"),
    "NCName": _text("a name", r"[^\W\d][\w.-]*"),
    "Name": _text("a name", r"(?:[^\W\d]|:)[\w.:-]*"),
    "language": _language,
    "hexBinary": _hexadecimal,
    "base64Binary": _base64,
}
#: Names of the datatypes whose values are numbers.
NUMBERS = frozenset({*INTEGER_RANGES, "decimal", "double", "float"})
