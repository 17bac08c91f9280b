"""How alike two names are, from 0 to 1, as a person would judge it: rare words count, common ones hardly.

A part of a name is not the name: words of either side without a counterpart on the other lower the figure.
Numbers are the same or are not.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from ogpld.search.folding import fold

#: Words that say little about what is meant, in the languages names come in.
SMALL = frozenset(
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
SAME_WORD = 0.78
#: Names whose letters are this much alike differ in blanks only.
_SAME_LETTERS = 0.97
#: Words of fewer letters are the same or are not; in those of more letters one slip is little.
_SHORT = 4
#: With so many slips at most, a word of another first letter has one slip, in that letter.
_SLIPS_OF_FIRST_LETTER = 2
#: Words whose like are looked for once: a table has the same in many rows.
_WORDS_AT_HAND = 20_000
#: Texts of which it is at hand which words they reach: the forms of the one that is matched.
_TEXTS_AT_HAND = 64
#: What rounding may take from a figure; rapidfuzz's `process` rounds bounds to some five digits.
_ROUNDING = 1e-5
#: Words whose initials are taken.
_MOST_INITIALS = 12
#: What words in common and the spelling of the whole count.
_WORDS, _SPELLING = 0.8, 0.2
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


def initials(name: Sequence[str]) -> set[str]:
    """Return what a name of several words may be shortened to: small words count or do not.

    >>> sorted(initials(words("Ministry of Justice")))
    ['mj', 'moj']
    """
    shorter = {""} if len(name) > 1 else set[str]()
    for word in name[:_MOST_INITIALS]:
        longer = {short + word[0] for short in shorter}
        shorter = shorter | longer if word in SMALL else longer
    return shorter


class Weights(dict[str, float]):
    """What each word counts, by how many of the names have it; a word of no name is the rarest.

    Args:
        names: the words of every name.
        others: the words of what is no name and compared as well.

    Attributes:
        like: gives for a word the words of names and others that may be the same, with how alike they are.
        reach: gives the same for all words of a text at once, and for its own words 1.
        total: gives what all words of a name count.
    """

    def __init__(
        self, names: Iterable[Sequence[str]], others: Iterable[Sequence[str]] = ()
    ) -> None:
        super().__init__()
        counts: Counter[str] = Counter()
        total = 0
        for name in names:
            counts.update(set(name))
            total += 1
        self._highest = math.log(2 + total)
        self.update((word, self._weight(word, count)) for word, count in counts.items())

        self._vocabulary = {*counts, *chain.from_iterable(others)}
        self._by_length: dict[tuple[int, str], list[str]] = defaultdict(list)
        for word in self._vocabulary:
            for first in ("", word[0]):
                self._by_length[len(word), first].append(word)
        self._first_letters = {word[0] for word in self._vocabulary}
        self._endings = {word[1:] for word in self._vocabulary}
        self.like: Callable[[str], Mapping[str, float]] = lru_cache(_WORDS_AT_HAND)(self._like)
        self.reach = lru_cache(_TEXTS_AT_HAND)(self._reach)
        self.total = lru_cache(_WORDS_AT_HAND)(self._total)

    def _like(self, word: str) -> Mapping[str, float]:
        size, alike = len(word), {}
        near = self._vocabulary.intersection(self._other_beginnings(word))
        for length in range(int(size * SAME_WORD), int(size / SAME_WORD) + 2):
            slips = int(max(size, length) * (1 - SAME_WORD))
            # another first letter counts as a slip more
            first = word[0] if slips <= _SLIPS_OF_FIRST_LETTER else ""
            similar = process.extract(
                word,
                self._by_length.get((length, first), ()),
                scorer=OSA.distance,
                score_cutoff=max(1, slips),
                limit=None,
            )
            near.update(other for other, _, _ in similar)
        for other in near:
            value = word_likeness(word, other)
            if value >= SAME_WORD:
                alike[other] = value
        return alike

    def _total(self, name: Sequence[str]) -> float:
        return sum([self[word] for word in name])

    def _reach(self, text: tuple[str, ...]) -> Mapping[str, float]:
        """Return the words that may be the same as one of a text, with how alike they are at most."""
        reach: dict[str, float] = {}
        for word in text:
            for other, value in self.like(word).items():
                reach[other] = max(value, reach.get(other, 0.0))
        return reach | dict.fromkeys(text, 1.0)

    def _other_beginnings(self, word: str) -> set[str]:
        """Return what a word is with one slip in its first letter: another, one more, none, or swapped."""
        tail = word[1:]
        ends = self._endings.intersection((tail, word))
        others = {first + end for end in ends for first in self._first_letters}
        return others | {tail, word[1:2] + word[:1] + word[2:]}

    def __missing__(self, word: str) -> float:
        return self._weight(word, 0)

    def _weight(self, word: str, count: int) -> float:
        if word in SMALL:
            return _SMALL_WEIGHT
        rarity = 0.35 + 0.65 * (1 - math.log(1 + count) / self._highest)
        return rarity * (_COMMON_WEIGHT if word in _COMMON else 1.0)


def likeness(
    query: tuple[str, ...], name: tuple[str, ...], weights: Weights, least: float = 0.0
) -> float:
    """Return how alike two names are, from 0 to 1.

    Args:
        query: words that were given.
        name: words of a name of a thing.
        weights: what words count.
        least: names that are less alike than this may get any lower figure, which is quicker.
    """
    if not query or not name:
        return 0.0
    if query == name:
        return 1.0
    (spaced, unspaced), (other_spaced, other_unspaced) = _spellings(query), _spellings(name)
    spelled = fuzz.ratio(spaced, other_spaced) / 100
    joined = fuzz.ratio(unspaced, other_unspaced, score_cutoff=100 * _SAME_LETTERS) / 100
    if joined < _SAME_LETTERS and (
        _WORDS + _SPELLING * spelled < least - _ROUNDING
        or _WORDS * _highest_shared(query, name, weights) + _SPELLING * spelled < least - _ROUNDING
    ):
        return 0.0
    pairs, left, rest = paired(query, name, weights)
    met = sum([alike * weights[word] for word, alike in pairs])
    given = met + sum(map(weights.__getitem__, left))
    named = met + sum(map(weights.__getitem__, rest))
    precise, whole = met / given, met / named
    shared = 2 * precise * whole / (precise + whole) if precise + whole else 0.0
    value = _WORDS * shared + _SPELLING * spelled
    if joined >= _SAME_LETTERS:
        value = max(value, joined)
    if any(map(str.isdigit, left)) and any(map(str.isdigit, rest)):
        value = min(value, _OTHER_NUMBER)
    return value


def paired(
    query: Sequence[str], name: Sequence[str], weights: Weights
) -> tuple[list[tuple[str, float]], list[str], list[str]]:
    """Return the words of a name that a text has, with how alike they are, and what is left of either.

    Args:
        query: words that were given.
        name: words of a name of a thing.
        weights: tells which words are alike.
    """
    pairs: list[tuple[str, float]] = []
    unlike: list[str] = []
    left, rest = [], list(name)
    for word in query:
        if word in rest:
            rest.remove(word)
            pairs.append((word, 1.0))
        else:
            unlike.append(word)
    for word in unlike:
        near = weights.like(word)
        if near and not near.keys().isdisjoint(rest):
            best = max(filter(near.__contains__, rest), key=near.__getitem__)
            rest.remove(best)
            pairs.append((best, near[best]))
        else:
            left.append(word)
    return pairs, left, rest


def is_small(word: str) -> bool:
    """Tell whether a word says little about what is meant."""
    return word in SMALL


@lru_cache(_WORDS_AT_HAND)
def _spellings(text: tuple[str, ...]) -> tuple[str, str]:
    """Return words with blanks between them, and without."""
    return " ".join(text), "".join(text)


def _highest_shared(query: tuple[str, ...], name: Sequence[str], weights: Weights) -> float:
    """Return what words in common count at most: each of a name has the most alike of the text for itself."""
    reach = weights.reach(query)
    shared = [word for word in name if word in reach]
    if not shared:
        return 0.0
    met = sum([reach[word] * weights[word] for word in shared])
    rest = weights.total(name) - sum([weights[word] for word in shared])
    return 2 * met / (2 * met + rest)


def least_ratios(least: float) -> tuple[float, float]:
    """Return how alike the letters of names have to be that are as alike as this, in percent.

    One of two is enough: the first with blanks between the words, the second without.
    """
    spelled = max(0.0, (least - _ROUNDING - _WORDS) / _SPELLING)
    return 100 * spelled, 100 * (_SAME_LETTERS - _ROUNDING)


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
