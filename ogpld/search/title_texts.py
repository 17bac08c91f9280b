"""How a text may be read: with and without the number in front, the member, or initials in brackets."""

from __future__ import annotations

import re
import unicodedata

from ogpld.search.readings import SHORTEST_HINT
from ogpld.search.weighted_likeness import is_small, words

#: What titles are counted with: 12., 2.5, Commitment n°1 -, D4., 3:q), O4M3:
_LEADING_NUMBER = re.compile(
    r"\s*(?:(?:commitment|action|initiative|compromiso)\b\s*)?(?:n(?:o\.?|[\u00b0\u00ba.])\s*)?"
    r"(?:(?P<lettered>[a-z]?\.?\d+(?:(?:[.:][a-z]?|[a-z])\d+)*(?:[.:]?[a-z])?)\s*[.:)]+(?!\d)\s*"
    r"|(?P<plain>\d+(?:\.\d+)*)\s*[\-\u2013]?\s+)",
    re.IGNORECASE,
)
#: Initials in brackets at the end.
_INITIALS = re.compile(r"(?<=\S)\s*\(([^()\s]{2,10})\)\s*$")
_PARTS = re.compile("[0-9]+|[a-z]+")
YEAR = re.compile(r"(?:19|20)\d\d")


def is_abbreviation(name: tuple[str, ...]) -> bool:
    """Tell whether words have so few letters, all Latin, that they may be the code of another country.

    >>> is_abbreviation(("r", "u")), is_abbreviation(("peru",)), is_abbreviation(("\uc601\uad6d",))
    (True, False, False)
    """
    letters = "".join(name)
    return len(letters) < SHORTEST_HINT and all(
        unicodedata.name(letter, "").startswith("LATIN") for letter in letters
    )


def number_in_front(text: str) -> str:
    """Return the number in front of a title, without what parts it: some write 22 for 2.2.

    >>> number_in_front("Commitment 2.06: Open data"), number_in_front("3:q) Open data")
    ('26', '3q')
    """
    number = _LEADING_NUMBER.match(text)
    parts = _PARTS.findall((number["plain"] or number["lettered"]).lower()) if number else ()
    return "".join(part.lstrip("0") or "0" for part in parts)


def without_initials(text: str) -> tuple[str, str]:
    """Return a text without the initials in brackets at its end, and these; both empty where there are none.

    >>> without_initials("Open Government Partnership (OGP)")
    ('Open Government Partnership', 'OGP')
    """
    match = _INITIALS.search(text)
    is_short = match is not None and sum(map(str.isupper, match[1])) > 1 and match[1][0].isupper()
    return (text[: match.start()], match[1]) if match is not None and is_short else ("", "")


def without(spelled: tuple[str, ...], place: tuple[str, int, int]) -> tuple[str, ...]:
    """Return words without those that name a member, and without what joined them."""
    _, start, end = place
    rest = spelled[:start] + spelled[end:]
    while rest and is_small(rest[-1]):
        rest = rest[:-1]
    return rest


def title_forms(text: str, class_name: str = "Commitment") -> list[tuple[str, ...]]:
    """Return the words of a text, and those of a commitment's title without the number in front."""
    number = _LEADING_NUMBER.match(text) if class_name == "Commitment" else None
    forms = [words(text), *([words(text[number.end() :])] if number else [])]
    return [form for form in dict.fromkeys(forms) if form]
