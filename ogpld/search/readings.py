"""How a text is read for the index: its words as written and in Latin letters, and the member that it names.

What is asked for by country and topic (`open data estonia`) is called so by no name: the member narrows, and
the rest is looked for in the names of its things and of the codes they carry.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ogpld.letters import word_places
from ogpld.search.countries import demonyms
from ogpld.search.folding import fold, fold_latin, is_unspaced
from ogpld.search.weighted_likeness import SMALL

#: Letters a member's name has at least to be one inside another text.
SHORTEST_HINT = 4
#: Words of the languages of pages that join others, and say nothing where no name has them.
_JOINING = SMALL | frozenset(
    [
        *("about", "at", "from", "or", "with", "ja", "ning", "voi", "kohta"),
        *("au", "aux", "avec", "dans", "en", "ou", "par", "pour", "sur", "un", "une"),
    ]
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One way in which a text is looked for.

    Attributes:
        text: the folded text, with all its words.
        words: those of them that a name has to have.
        inside: whether they may stand inside of a word, as in scripts without blanks.
    """

    text: str
    words: str
    inside: bool = False

    @property
    def value(self) -> str:
        """What the index is asked for: an expression of FTS5, or a piece of a name."""
        if self.inside:
            return self.words
        return " ".join(f'"{word}"*' for word in self.words.split())


def telling_words(folded: str) -> str:
    """Return a folded text without the words that only join others; all of it where it has no other.

    >>> telling_words("corruption in ukraine"), telling_words("the")
    ('corruption ukraine', 'the')
    """
    return " ".join(word for word in folded.split() if word not in _JOINING) or folded


def readings(text: str) -> Sequence[Reading]:
    """Return the ways in which a text is looked for, the nearest first.

    As written, in Latin letters, then both without the words that join others.

    >>> [reading.words for reading in readings("The register of lobbyists")]
    ['the register of lobbyists', 'register lobbyists']
    """
    forms = tuple(dict.fromkeys(form for form in (fold(text), fold_latin(text)) if form))
    if is_unspaced(text):
        return [Reading(form, form, inside=True) for form in forms]
    pairs = [*((form, form) for form in forms), *((form, telling_words(form)) for form in forms)]
    return [Reading(form, wanted) for form, wanted in dict.fromkeys(pairs)]


class MemberNames:
    """What members are called, to find them inside of a text.

    Args:
        names: key of the member, folded name, and the name, of each name of each member.
    """

    def __init__(self, names: Iterable[tuple[str, str, str]]) -> None:
        self._keys: dict[str, set[str]] = {}
        self._short: set[str] = set()
        members: set[str] = set()
        for key, folded, name in names:
            members.add(key)
            if len(folded) >= SHORTEST_HINT:
                self._keys.setdefault(folded, set()).add(key)
            elif name.isupper() and name.isascii():
                self._keys.setdefault(folded, set()).add(key)
                self._short.add(folded)
        for adjective, code in demonyms().items():
            if code in members:
                self._keys.setdefault(" ".join(adjective), set()).add(code)
        self._longest = max((name.count(" ") + 1 for name in self._keys), default=0)

    def inside(self, text: str) -> tuple[str, str]:
        """Return the member that the longest name in a text names, and the rest; "" and the text for none.

        What has fewer than four letters names a member in capitals alone. A text that is nothing else has no
        rest and is a name, and what names several members names none.
        """
        written = [text[start:end] for start, end in word_places(text)]
        forms = [[fold(word) for word in written], [fold_latin(word) for word in written]]
        for size in range(min(self._longest, len(written) - 1), 0, -1):
            for start in range(len(written) - size + 1):
                part = slice(start, start + size)
                for folded in dict.fromkeys(" ".join(form[part]) for form in forms):
                    keys = self._keys.get(folded, ())
                    is_written = folded not in self._short or " ".join(written[part]).isupper()
                    if len(keys) == 1 and is_written:
                        rest = " ".join(written[:start] + written[start + size :])
                        return (next(iter(keys)), rest) if _says(rest) else ("", text)
        return "", text


def _says(text: str) -> bool:
    """Tell whether a text has a word that does not only join others."""
    return any(word not in _JOINING for word in fold(text).split())
