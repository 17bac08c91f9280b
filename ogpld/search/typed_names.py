"""What things a name means that somebody types: in lists, questions, charts and tools."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection

from ogpld.search.index import SearchIndex
from ogpld.search.matcher import Matcher
from ogpld.search.matches import Match
from ogpld.search.title_texts import is_abbreviation
from ogpld.search.weighted_likeness import words

#: Things that a name may mean at once.
_MOST = 50


def plain(text: str) -> str:
    """Return a name as names are compared: without case, with single blanks, in one form of Unicode."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def things_called(
    text: str,
    index: SearchIndex,
    matcher: Callable[[], Matcher],
    classes: Collection[str] = (),
) -> tuple[Match, ...]:
    """Return the things of some classes that have an identifier or code, or else a name, that is the text.

    What is short for a member in another language alone is no name of it, as in matching.

    Args:
        text: as it was typed.
        index: of the release.
        matcher: returns what matches texts with the release; called for abbreviations alone.
        classes: local names of classes, none for all.
    """
    if identified := index.by_identifier(text, classes=classes):
        return identified
    matches = index.search(text, classes=classes, limit=_MOST).matches
    named = tuple(match for match in matches if match.reason == "same")
    if not is_abbreviation(words(text)):
        return named
    return tuple(
        match
        for match in named
        if match.class_name != "Member"
        or not matcher().is_foreign_abbreviation(match.name, match.key)
    )
