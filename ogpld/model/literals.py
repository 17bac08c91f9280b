"""Read the text of a cell as a literal of the datatype its property has: dates as exact as they are known.

One reading for mapped tables, tables filled in after a template, and code lists. A literal has the one
canonical form of its value (literal_forms.py), so that equal values are equal statements.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import TypeAlias

from ogpld.errors import ModelError
from ogpld.model.literal_forms import DIGITS, FORMS, NUMBERS
from ogpld.model.schema import PropertyDef
from ogpld.model.tables import is_text
from ogpld.rdf import XSD, Literal, NamedNode

__all__ = [
    "DIGITS",
    "LiteralReader",
    "is_number",
    "literal_reader",
    "quoted",
    "read_integer",
    "typed_date",
    "with_ascii_digits",
]

#: Read a text as a literal; raises ValueError with a sentence that says why it is none.
LiteralReader: TypeAlias = Callable[[str], Literal]

_INTEGER, _STRING = XSD("integer"), XSD("string")
_ISO = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_QUOTED = 80
#: Of several datatypes, those of these names are tried last, because they take more texts than others.
_LAST = (
    *("decimal", "double", "float", "anyURI", "hexBinary", "language", "NCName", "Name", "NMTOKEN"),
    *("base64Binary", "token", "normalizedString", "string"),
)
_DATES = frozenset({"date", "gYear", "gYearMonth"})


def quoted(text: str) -> str:
    """Return the text of a cell for a message, cut after 80 characters."""
    return repr(text if len(text) <= _QUOTED else text[:_QUOTED] + "…")


def with_ascii_digits(text: str) -> str:
    """Return a text with the decimal digits of any script as 0 to 9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def literal_reader(definition: PropertyDef) -> LiteralReader:
    """Return what reads the texts of a property, of the datatype its shape asks for.

    Raises:
        ModelError: when no text can be read as one of its datatypes.
    """
    if is_text(definition) or not definition.datatypes:
        return lambda text: Literal(text, datatype=_STRING)
    names = [XSD.local(datatype) for datatype in definition.datatypes]
    names = [n for n in names if n in FORMS and XSD(n).value in definition.datatypes]
    if len(names) < len(definition.datatypes):
        raise ModelError(
            f"{definition.name!r} ({definition.iri}) has a datatype that no table can fill: "
            + ", ".join(d for d in definition.datatypes if XSD.local(d) not in names),
            hint="give its shape rdf:langString, or of XML Schema one of " + ", ".join(FORMS),
        )
    names.sort(key=lambda name: _LAST.index(name) if name in _LAST else -1)

    def read(text: str) -> Literal:
        problem = ""
        for name in names:
            try:
                return Literal(FORMS[name](text), datatype=XSD(name))
            except ValueError as error:
                problem = problem or str(error)
        if _DATES.issuperset(names):
            problem = "is not a date this column takes"
        raise ValueError(_sentence(text, problem))

    return read


def _sentence(text: str, problem: str) -> str:
    """Say what is wrong with a text; digits of other scripts are told first."""
    digits = with_ascii_digits(text)
    if digits != text:
        return (
            f"{quoted(text)} has digits of another script; write it with 0 to 9: {quoted(digits)}"
        )
    return f"{quoted(text)} {problem}"


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
    return _read(_INTEGER, text)


def _read(datatype: NamedNode, text: str) -> Literal:
    try:
        return Literal(FORMS[XSD.local(datatype.value)](text), datatype=datatype)
    except ValueError as error:
        raise ValueError(_sentence(text, str(error))) from error


def is_number(definition: PropertyDef) -> bool:
    """Say whether values are numbers."""
    return any(XSD(name).value in definition.datatypes for name in NUMBERS)
