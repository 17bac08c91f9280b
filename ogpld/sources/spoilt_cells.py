"""Tell cells that do not hold what was typed, or hold nothing: what programs and habits make of a table.

A spreadsheet program makes days of numbers (1.2 is 1 February in many countries), a code page that lacks a
script makes question marks of its letters, and people write a dash, or `n/a`, where there is nothing to
write. What becomes of dates tells `dates.py`.
"""

from __future__ import annotations

import re

from babel import Locale

from ogpld.model import PropertyDef
from ogpld.rdf import DCTERMS, NS, ORG

#: What numbers and ids are, of which programs make days.
_NUMBERS = frozenset(
    [
        DCTERMS("identifier").value,
        NS("printedNumber").value,
        NS("irmNumber").value,
        ORG("identifier").value,
    ]
)
#: Months as spreadsheet programs write them in the languages of the interface and the widest of members.
_MONTHS = "|".join(
    sorted(
        {
            re.escape(name.rstrip("."))
            for language in ("de", "en", "es", "et", "fr", "pt")
            for name in Locale(language).months["format"]["abbreviated"].values()
        },
        key=len,
        reverse=True,
    )
)
_DAY = re.compile(
    r"(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}(?:T.*)?"
    r"|[0-9]{1,2}([./-])[0-9]{1,2}\1(?:19|20)[0-9]{2}"
    rf"|[0-9]{{1,2}}\.?[ -](?:{_MONTHS})\.?(?:-[0-9]{{2,4}})?"
    rf"|(?:{_MONTHS})\.?-[0-9]{{2}}",
    re.IGNORECASE,
)
#: Fewer question marks are somebody's question.
_LOST = 3
_NOTHING = frozenset(
    [
        *("-", "--", "---", "\u2013", "\u2014", ".", "..", "...", "…"),
        *("n/a", "n.a.", "n/d", "s/d", "na", "nil", "none", "null", "tbd"),
    ]
)

MADE_OF_NUMBER = "a date, as spreadsheet programs make of numbers"
NUMBER_HINT = "format the column as text, then type again what it was: 1.2 or 1-2"


def is_number_or_id(definition: PropertyDef) -> bool:
    """Say whether values are printed numbers or ids, which are never dates."""
    return definition.iri in _NUMBERS


def is_day(text: str) -> bool:
    """Say whether a text is a day or month, as a spreadsheet program writes what it took for one."""
    return _DAY.fullmatch(text) is not None


def has_lost_letters(text: str) -> bool:
    """Say whether most letters of a text are question marks, as where its script is lost."""
    if "??" not in text:
        return False
    marks = text.count("?")
    return marks >= _LOST and marks > sum(map(str.isalnum, text))


def says_nothing(text: str) -> bool:
    """Say whether a text only stands for an empty cell; `NA` is Namibia's code."""
    return text != "NA" and text.casefold() in _NOTHING
