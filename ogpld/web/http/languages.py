"""Languages of pages: which there are, and which of them a request is answered in.

The parameter `lang` decides; without it `Accept-Language` does (RFC 9110 section 12.5.4) by lookup
(RFC 4647 section 3.4): a range that is not there is shortened from its end until it is. Where nothing
fits, pages are in English. Only pages have a language that is chosen: data has the texts of all languages.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from ogpld.formats.negotiation import HEADER_LIMIT, parse_weights
from ogpld.language_tags import LANGUAGES

DEFAULT = "en"


def language_named(tag: str) -> str:
    """Return the language that a value of `lang` names, "" where it names none."""
    lower = tag.strip().lower()
    return lower if lower in LANGUAGES else ""


def negotiated_language(header: str | None) -> str:
    """Return the language that suits an `Accept-Language` header best; one that is absurd is passed over."""
    return _looked_up(header) if header and len(header) <= HEADER_LIMIT else DEFAULT


@lru_cache(maxsize=256)
def _looked_up(header: str) -> str:
    ranges = parse_weights(header)
    refused = {tag for tag, weight in ranges if weight == 0}
    listed = {language for tag, _ in ranges for language in _shortened(tag)}
    for tag, weight in sorted(ranges, key=lambda one: -one[1]):
        if weight == 0:
            continue
        fitting = (
            (language for language in LANGUAGES if language not in listed)
            if tag == "*"
            else _shortened(tag)
        )
        chosen = next((language for language in fitting if language not in refused), "")
        if chosen:
            return chosen
    return next((language for language in LANGUAGES if language not in refused), DEFAULT)


def _shortened(tag: str) -> Iterable[str]:
    """Yield the languages there are that a range is, or is when subtags are cut off its end."""
    while tag:
        if tag in LANGUAGES:
            yield tag
        tag = tag.rpartition("-")[0]
