"""Values of tables that have types: what a literal is in a workbook or a Parquet file."""

from __future__ import annotations

import re
from datetime import date

from ogpld.integer_types import INTEGER_RANGES

Value = str | int | float | bool | date | None


class Number(float):
    """A number that keeps the text it is read from, for columns that turn out to be text.

    Attributes:
        text: the literal as it is written; the number is the double nearest to it.
    """

    def __init__(self, text: str) -> None:
        self.text = text


def value_of(text: str, datatype: str) -> Value:
    """Return a literal's value where a workbook holds it exactly enough, else its text.

    Decimals are doubles, so that people calculate with an average, which has 18 digits behind the point.

    Args:
        text: as written.
        datatype: local name in XML Schema, such as `integer`.
    """
    if datatype == "boolean" and text in {"true", "false"}:
        return text == "true"
    if datatype in INTEGER_RANGES and _WHOLE.fullmatch(text):
        return int(text)
    if datatype in {"decimal", "double", "float"} and _NUMBER.fullmatch(text):
        return Number(text)
    if datatype == "date" and _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text


_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,14})", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{0,20})?(?:[eE][+-]?[0-9]{1,2})?", re.ASCII)
