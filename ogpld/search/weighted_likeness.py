"""How alike two names are, from 0 to 1, as a person would judge it: rare words count, common ones hardly.

A part of a name is not the name: words of either side without a counterpart on the other lower the figure.
Numbers are the same or are not.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from ogpld.search.folding import fold

#: Words that say little about what is meant, in the languages names come in.
_SMALL = frozenset(
    [
        "a",
        "an",
        "and",
        "the",
        "of",
        "for",
        "in",
        "on",
        "to",
        "by",
        "with",
        "de",
        "del",
        "la",
        "las",
        "el",
        "los",
        "le",
        "les",
        "du",
        "des",
        "da",
        "do",
        "das",
        "dos",
        "e",
        "y",
        "et",
        "und",
        "der",
        "die",
        "per",
        "na",
        "i",
        "di",
        "il",
        "al",
        "s",
        "d",
        "l",
    ]
)
#: Words that begin many names of bodies and countries.
_COMMON = frozenset(
    [
        "ministry",
        "department",
        "office",
        "government",
        "republic",
        "kingdom",
        "state",
        "federal",
        "national",
        "democratic",
        "agency",
        "ministerio",
        "ministere",
        "ministerium",
        "commission",
        "council",
        "board",
        "committee",
    ]
)
_SMALL_WEIGHT, _COMMON_WEIGHT = 0.1, 0.4
#: Share of the letters of a word that may differ.
_SAME_WORD = 0.78
#: Names whose letters are this much alike differ in blanks only.
_SAME_LETTERS = 0.97
#: Words of fewer letters are the same or are not; in those of more letters one slip is little.
_SHORT = 4
#: The highest figure of names whose numbers differ.
_OTHER_NUMBER = 0.7
_ABBREVIATIONS = {
    "min": "ministry",
    "minist": "ministry",
    "min.": "ministry",
    "dept": "department",
    "dep": "department",
    "govt": "government",
    "gov": "government",
    "assn": "association",
    "assoc": "association",
    "uni": "university",
    "univ": "university",
    "intl": "international",
    "natl": "national",
    "rep": "republic",
    "st": "saint",
    "dem": "democratic",
    "org": "organisation",
    "organization": "organisation",
    "organizations": "organisations",
    "labor": "labour",
    "defense": "defence",
    "center": "centre",
    "program": "programme",
    "programs": "programmes",
}
_AND = re.compile(r"\s*[&+]\s*")


def words(text: str) -> tuple[str, ...]:
    """Return the folded words of a text, usual abbreviations written out.

    >>> words("Min. of Education & Research")
    ('ministry', 'of', 'education', 'and', 'research')
    """
    return tuple(_ABBREVIATIONS.get(word, word) for word in fold(_AND.sub(" and ", text)).split())


class Weights:
    """What each word counts, by how many of the names have it.

    Args:
        names: the words of every name.
    """

    def __init__(self, names: Iterable[Sequence[str]]) -> None:
        counts: Counter[str] = Counter()
        total = 0
        for name in names:
            counts.update(set(name))
            total += 1
        self._highest = math.log(2 + total)
        self._weights = {word: self._weight(word, count) for word, count in counts.items()}

    def _weight(self, word: str, count: int) -> float:
        if word in _SMALL:
            return _SMALL_WEIGHT
        rarity = 0.35 + 0.65 * (1 - math.log(1 + count) / self._highest)
        return rarity * (_COMMON_WEIGHT if word in _COMMON else 1.0)

    def __getitem__(self, word: str) -> float:
        return self._weights.get(word) or self._weight(word, 0)


def likeness(query: tuple[str, ...], name: tuple[str, ...], weights: Weights) -> float:
    """Return how alike two names are, from 0 to 1.

    Args:
        query: words that were given.
        name: words of a name of a thing.
        weights: what words count.
    """
    if not query or not name:
        return 0.0
    if query == name:
        return 1.0
    rest = list(name)
    left: list[str] = []
    met = 0.0
    for word in query:
        if word in rest:
            rest.remove(word)
            met += weights[word]
        else:
            left.append(word)
    met_name = met
    for word in left:
        best = max(rest, key=lambda other: word_likeness(word, other), default="")
        alike = word_likeness(word, best) if best else 0.0
        if alike >= _SAME_WORD:
            rest.remove(best)
            met += alike * weights[best]
            met_name += alike * weights[best]
            left = [other for other in left if other is not word]
    given = met + sum(weights[word] for word in left)
    named = met_name + sum(weights[word] for word in rest)
    precise, whole = met / given, met_name / named
    shared = 2 * precise * whole / (precise + whole) if precise + whole else 0.0
    spelled = fuzz.ratio(" ".join(query), " ".join(name)) / 100
    joined = fuzz.ratio("".join(query), "".join(name)) / 100
    value = 0.8 * shared + 0.2 * spelled
    if joined >= _SAME_LETTERS:
        value = max(value, joined)
    if any(w.isdigit() for w in left) and any(w.isdigit() for w in rest):
        value = min(value, _OTHER_NUMBER)
    return value


@lru_cache(maxsize=200_000)
def word_likeness(one: str, other: str) -> float:
    """Return how alike two words are; one slip in a word of five letters or more is little.

    >>> word_likeness("esotnia", "estonia") > 0.9
    True
    >>> word_likeness("zambia", "gambia") < 0.78
    True
    """
    longest = max(len(one), len(other))
    if one.isdigit() or other.isdigit() or longest < _SHORT:
        return float(one == other)
    apart = OSA.distance(one, other, score_cutoff=longest // 3)
    if apart == 1 and longest > _SHORT and one[0] == other[0]:
        return 1 - 0.55 / longest
    return max(0.0, 1 - (apart + (one[0] != other[0])) / longest)
