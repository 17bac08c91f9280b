"""Check literals against the lexical space of their datatype (SHACL 4.1.2, XML Schema part 2)."""

from __future__ import annotations

import re
from calendar import monthrange
from decimal import Decimal

from ogpld.integer_types import INTEGER_RANGES
from ogpld.rdf import XSD, Literal

_ZONE = "(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
_TIME = r"(([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?|24:00:00(\.0+)?)"
_YEAR = "-?([1-9][0-9]{3,}|0[0-9]{3})"
_DURATION = r"-?P(?!$)(\d+Y)?(\d+M)?(\d+D)?(T(?!$)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?"

_FORMS = {
    "boolean": r"true|false|1|0",
    "decimal": r"[+-]?(\d+(\.\d*)?|\.\d+)",
    "double": r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?INF|NaN",
    "date": rf"(?P<year>{_YEAR})-(?P<month>\d\d)-(?P<day>\d\d){_ZONE}",
    "dateTime": rf"(?P<year>{_YEAR})-(?P<month>\d\d)-(?P<day>\d\d)T{_TIME}{_ZONE}",
    "time": rf"{_TIME}{_ZONE}",
    "gYear": f"{_YEAR}{_ZONE}",
    "gYearMonth": f"{_YEAR}-(0[1-9]|1[0-2]){_ZONE}",
    "gMonth": rf"--(?P<month>\d\d){_ZONE}",
    "gDay": rf"---(?P<day>\d\d){_ZONE}",
    "gMonthDay": rf"--(?P<month>\d\d)-(?P<day>\d\d){_ZONE}",
    "duration": _DURATION,
    "hexBinary": r"([0-9a-fA-F]{2})*",
}
_FORMS["float"] = _FORMS["double"]
_FORMS["dateTimeStamp"] = _FORMS["dateTime"].removesuffix("?")
_PATTERNS = {name: re.compile(form, re.ASCII) for name, form in _FORMS.items()}

_INTEGER = "[+-]?[0-9]+"
#: Datatypes whose lexical space is known here.
LEXICAL_SPACES = frozenset({*_PATTERNS, *INTEGER_RANGES})
_LEAP = 2000
_CALENDAR = {"date", "dateTime"}
#: Lexical spaces that are regular expressions of SPARQL too, where `\d` is a digit of any script.
_LEXICAL_CONDITIONS = {
    "integer": _INTEGER,
    **{name: _FORMS[name] for name in ("boolean", "gYear", "gYearMonth")},
}


def ill_formed(datatype: str, value: str, otherwise: str = "false") -> str | None:
    """Return a SPARQL expression that is true for texts outside of the lexical space of a datatype.

    None where SPARQL cannot say: for some datatypes `is_well_formed` can, see `needs_python`.

    Args:
        datatype: its IRI.
        value: the variable.
        otherwise: expression that says of a text the engine cannot read whether it is well-formed.
    """
    name = XSD.local(datatype)
    if name in _CALENDAR:
        return f"!COALESCE(DAY({value}) > 0, {otherwise}, false)"  # the engine knows the calendar
    form = _LEXICAL_CONDITIONS.get(name)
    return None if form is None else f"!REGEX(STR({value}), {Literal(f'^({form})$')})"


def needs_python(datatype: str) -> bool:
    """Say whether only `is_well_formed`, and no SPARQL expression, checks a datatype."""
    name = XSD.local(datatype)
    return (name in _PATTERNS or name in INTEGER_RANGES) and ill_formed(datatype, "?any") is None


def is_well_formed(text: str, datatype: str) -> bool:
    """Say whether a text is in the lexical space of a datatype; true for unknown ones."""
    name = XSD.local(datatype)
    if name in INTEGER_RANGES:
        if not re.fullmatch(_INTEGER, text):
            return False
        least, most = INTEGER_RANGES[name]
        number = Decimal(text)  # of any length; Python's int() ends at 4,300 digits
        return (least is None or number >= least) and (most is None or number <= most)
    pattern = _PATTERNS.get(name)
    if pattern is None:
        return True
    match = pattern.fullmatch(text)
    return match is not None and _in_calendar(match.groupdict())


def _in_calendar(parts: dict[str, str]) -> bool:
    """Say whether month and day exist, in that year when there is one."""
    month, day = int(parts.get("month", "1")), int(parts.get("day", "1"))
    if not 1 <= month <= 12:  # noqa: PLR2004
        return False
    year = abs(int(parts.get("year", _LEAP))) % 400 + _LEAP  # the calendar repeats itself
    return 1 <= day <= monthrange(year, month if "month" in parts else 1)[1]
