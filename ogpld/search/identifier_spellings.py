"""How people write identifiers: the address of a page for that of a thing, blanks in a key, no zeros."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ogpld.search.folding import fold_identifier

_WIKIDATA = re.compile(
    r"(?:wd:|(?:https?://)?(?:www\.|m\.)?wikidata\.org/(?:wiki|entity)/)?(Q[1-9]\d*)[/#]?",
    re.IGNORECASE,
)
#: The page of a thing: its IRI has `id` for `doc`, and neither a language nor a form.
_PAGE = re.compile(r"(https?://.+?)/doc/([a-z-]+/[^?#/]+?)(?:\.[a-z]+)?/?(?:[?#].*)?")
#: Letters and number of a key or official number: EE0061, EST03, AP_EST03.
_NUMBERED = re.compile(r"(?:AP[\s_-]*)?([A-Z]{2,3})([\s_-]*)(\d{1,6})", re.IGNORECASE)


def identifier_spellings(text: str) -> Iterator[str]:
    """Yield an identifier as it is compared, then what else it may be written for.

    >>> [*identifier_spellings("EE 0061")], [*identifier_spellings("wd:Q191")][1:]
    (['ee 0061', 'ee0061'], ['wikidata org entity q191'])
    """
    text = text.strip()
    yield fold_identifier(text)
    if match := _WIKIDATA.fullmatch(text):
        yield fold_identifier(f"http://www.wikidata.org/entity/{match[1]}")
    if match := _PAGE.fullmatch(text):
        yield fold_identifier(f"{match[1]}/id/{match[2]}")
    if (match := _NUMBERED.fullmatch(text)) and match[2]:
        yield fold_identifier(match[1] + match[3])


def without_zeros(text: str) -> str:
    """Return letters and number of a key without the zeros between them, "" for what is none.

    >>> without_zeros("EE0042"), without_zeros("AP_EST3"), without_zeros("EE 42")
    ('ee42', 'est3', '')
    """
    match = _NUMBERED.fullmatch(text.strip())
    is_joined = match is not None and (not match[2] or match[0].upper().startswith("AP"))
    return f"{match[1]}{int(match[3])}".lower() if match is not None and is_joined else ""
