"""Read the text of a cell as a literal: dates as exact as they are known, whole numbers, booleans.

One reading for mapped tables, tables filled in after a template, and code lists. A literal has the one
canonical form of its value (XML Schema part 2, section 2.3.1), so that equal values are equal statements.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import TypeAlias

from ogpld.model.schema import PropertyDef
from ogpld.model.tables import is_date, is_text
from ogpld.rdf import XSD, Literal, NamedNode

#: Read a text as a literal; raises ValueError with a sentence that says why it is none.
LiteralReader: TypeAlias = Callable[[str], Literal]

#: Digits a number may have: past 64 bits, the engine compares and adds no longer.
DIGITS = 18

_BOOLEAN, _INTEGER, _STRING = XSD("boolean"), XSD("integer"), XSD("string")
_WORDS = {"true": "true", "yes": "true", "false": "false", "no": "false"}
_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_WHOLE = re.compile(r"-?([0-9]+)", re.ASCII)
_QUOTED = 80


def quoted(text: str) -> str:
    """Return the text of a cell for a message, cut after 80 characters."""
    return repr(text if len(text) <= _QUOTED else text[:_QUOTED] + "…")


def literal_reader(definition: PropertyDef) -> LiteralReader:
    """Return what reads the texts of a property, of the datatype its shape asks for."""
    if is_date(definition):
        return _date_reader(frozenset(definition.datatypes))
    if _INTEGER.value in definition.datatypes:
        return read_integer
    if _BOOLEAN.value in definition.datatypes:
        return read_boolean
    plain = is_text(definition) or not definition.datatypes
    datatype = _STRING if plain else NamedNode(definition.datatypes[0])
    return lambda text: Literal(text, datatype=datatype)


def _date_reader(datatypes: frozenset[str]) -> LiteralReader:
    def read(text: str) -> Literal:
        literal = typed_date(text)
        if literal is None or literal.datatype.value not in datatypes:
            raise ValueError(f"{quoted(text)} is not a date this column takes")
        return literal

    return read


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


def read_integer(text: str) -> Literal:
    """Return a whole number in digits; a plus sign may precede it.

    Raises:
        ValueError: for another text, and for more digits than every engine counts with.
    """
    number = text.removeprefix("+")
    match = _WHOLE.fullmatch(number)
    if match is None:
        raise ValueError(f"{quoted(number)} is not a whole number")
    digits = len(match[1].lstrip("0"))
    if digits > DIGITS:
        raise ValueError(
            f"{quoted(number)} has {digits:,} digits; whole numbers of up to {DIGITS} are read"
        )
    return Literal(str(int(number)), datatype=_INTEGER)


def read_boolean(text: str) -> Literal:
    """Return true (or yes) and false (or no), in any case.

    Raises:
        ValueError: for another text.
    """
    if (word := _WORDS.get(text.casefold())) is None:
        raise ValueError(f"{quoted(text)} is neither true nor false")
    return Literal(word, datatype=_BOOLEAN)
