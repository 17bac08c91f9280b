"""Names that have some words, for searches in SPARQL (docs/contract.md#text-search).

A text is read in one of three ways: with those operators of Lucene that have an exact meaning here, as words
that may end with `*`, or as words each of which is the beginning of one. What it means is a condition on one
name, in its folded form: the index only makes finding the names quick.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ogpld.errors import QuerySearchError
from ogpld.search.folding import fold, fold_latin, is_unspaced
from ogpld.search.index import LONGEST_TEXT, SearchIndex
from ogpld.search.likeness import contained_score
from ogpld.search.name_table import NAME_KINDS
from ogpld.stores.search_forms import Syntax
from ogpld.stores.text_search import Hit

#: Words of a text that is looked for, AND and OR among them.
MOST_WORDS = 64
_PIECE = re.compile(r'"[^"]*"|[^\s"]+')
#: What Lucene gives a meaning that is not offered here.
_NOT_OFFERED = re.compile(r"&&|\|\||[()\[\]{}^~?:\\/!]")
_OFFERED = 'words, "phrases", word* for the beginning of a word, AND or OR between them'
_OPERATORS = frozenset({"AND", "OR", "NOT"})


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a text: words that stand side by side.

    Attributes:
        text: as written.
        is_beginning: whether a word may go on after the last one.
        is_split: whether its words may stand anywhere, and each may go on.
    """

    text: str
    is_beginning: bool = False
    is_split: bool = False

    def terms(self, folded: Callable[[str], str]) -> Iterator[_Term]:
        """Yield the part in folded form."""
        words = folded(self.text)
        if self.is_split:
            yield from (_Term(word, is_beginning=True) for word in words.split())
        elif words:
            yield _Term(words, self.is_beginning, is_unspaced(self.text))


@dataclass(frozen=True, slots=True)
class _Term:
    """A part in folded form.

    Attributes:
        words: its words, one blank between them.
        is_beginning: whether a word may go on after the last one.
        is_inside: whether it may be anywhere inside of a name: a script without blanks has no words.
    """

    words: str
    is_beginning: bool = False
    is_inside: bool = False

    @property
    def piece(self) -> str:
        """What a folded name with a blank before and after it contains when it has the term."""
        if self.is_inside:
            return self.words
        return f" {self.words}" if self.is_beginning else f" {self.words} "


@dataclass(frozen=True, slots=True)
class NameCondition:
    """What a text asks of a name: all of its parts, or any of them."""

    parts: tuple[_Part, ...]
    is_any: bool = False

    @classmethod
    def of(cls, text: str, syntax: Syntax) -> NameCondition:
        """Read a text.

        Raises:
            QuerySearchError: for one that is too long, has no letters, or is not of the syntax.
        """
        if len(text) > LONGEST_TEXT:
            raise QuerySearchError(
                f"the words that are looked for have more than {LONGEST_TEXT:,} characters",
                hint="no name is longer: look for a few words of it",
            )
        condition = _READERS[syntax](text)
        if len(fold(text).split()) > MOST_WORDS:
            raise QuerySearchError(
                f"more than {MOST_WORDS} words are looked for at once",
                hint="look for fewer, or write a search for each part",
            )
        if not any(fold(part.text) for part in condition.parts):
            raise QuerySearchError(
                "what is looked for has neither letters nor digits", hint=f"write {_OFFERED}"
            )
        return condition

    def readings(self) -> list[tuple[_Term, ...]]:
        """Return the parts in folded form: as written, then in Latin letters where that differs."""
        readings = [
            tuple(term for part in self.parts for term in part.terms(folded))
            for folded in (fold, fold_latin)
        ]
        return [reading for reading in dict.fromkeys(readings) if reading]


class ReleaseNames:
    """What finds names in the index of a release.

    Args:
        index: returns the index; called when something is looked for.
    """

    properties = frozenset(NAME_KINDS)

    def __init__(self, index: Callable[[], SearchIndex]) -> None:
        self._index = index

    def __call__(self, text: str, syntax: Syntax, most: int) -> Sequence[Hit]:
        """Return one hit for each thing and name, the best first.

        Raises:
            QuerySearchError: for a text that cannot be looked for, or more than `most` hits.
        """
        condition = NameCondition.of(text, syntax)
        for terms in condition.readings():
            if hits := self._hits(terms, most, is_any=condition.is_any):
                return hits
        return []

    def _hits(self, terms: tuple[_Term, ...], most: int, *, is_any: bool) -> list[Hit]:
        spaced = [
            f'"{term.words}"{"*" if term.is_beginning else ""}'
            for term in terms
            if not term.is_inside
        ]
        expression = (" OR " if is_any else " AND ").join(spaced)
        inside = tuple(term.words for term in terms if term.is_inside)
        # a name has at most two folded forms
        rows = self._index().with_words(expression, inside, is_any=is_any, limit=2 * most + 1)
        if len(rows) > 2 * most:
            raise _too_many(most)
        scores: dict[tuple[str, str, str], float] = {}
        pieces = [(term.piece, term.words) for term in terms]
        for iri, name, language, folded in rows:
            padded = f" {folded} "
            present = [words for piece, words in pieces if piece in padded]
            if present if is_any else len(present) == len(pieces):
                key = (iri, name, language)
                score = contained_score(" ".join(present), folded)
                scores[key] = max(score, scores.get(key, 0.0))
        if len(scores) > most:
            raise _too_many(most)
        best = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
        return [(iri, score, name, language) for (iri, name, language), score in best]


def _lucene(text: str) -> NameCondition:
    """Read a text as Lucene does, as far as that is offered."""
    if text.count('"') % 2:
        raise QuerySearchError(
            'a " in what is looked for has no partner', hint=f"there are {_OFFERED}"
        )
    parts: list[_Part] = []
    operators: set[str] = set()
    pending, juxtaposed = "start", False
    for piece in _PIECE.findall(text):
        if piece in _OPERATORS:
            if piece == "NOT" or pending:
                raise _not_lucene(piece)
            operators.add(piece)
            pending = piece
            continue
        juxtaposed = juxtaposed or not pending
        pending = ""
        parts.append(_phrase(piece) if piece.startswith('"') else _word(piece, lucene=True))
    if pending in _OPERATORS:
        raise _not_lucene(pending)
    if "OR" in operators and (juxtaposed or "AND" in operators):
        raise QuerySearchError(
            "OR stands beside words without OR between them",
            hint="put OR between all words, or write one search for each and join them with UNION",
        )
    return NameCondition(tuple(parts), is_any="OR" in operators)


def _phrase(piece: str) -> _Part:
    if "*" in piece or "\\" in piece:
        raise _not_lucene("*" if "*" in piece else "\\")
    return _Part(piece[1:-1])


def _word(piece: str, *, lucene: bool = False) -> _Part:
    """Return a word, which may end with a star."""
    word = piece.removesuffix("*")
    if lucene and (match := _NOT_OFFERED.search(word)):
        raise _not_lucene(match[0])
    if lucene and word[:1] in {"+", "-"} and fold(word):
        raise _not_lucene(word[0])
    if "*" in word or (word != piece and not fold(word)):
        raise _not_lucene("*")
    return _Part(word, is_beginning=word != piece)


def _words(text: str) -> NameCondition:
    return NameCondition(tuple(_word(piece) for piece in text.split()))


def _beginnings(text: str) -> NameCondition:
    """Read a text as `/search` does."""
    return NameCondition((_Part(text, is_split=not is_unspaced(text)),))


_READERS: dict[Syntax, Callable[[str], NameCondition]] = {
    "lucene": _lucene,
    "words": _words,
    "beginnings": _beginnings,
}


def _too_many(most: int) -> QuerySearchError:
    return QuerySearchError(
        f"more than {most:,} names have what is looked for",
        hint="look for more words, or longer ones",
    )


def _not_lucene(sign: str) -> QuerySearchError:
    return QuerySearchError(
        f"{sign} in what is looked for has no meaning here, or stands where it has none",
        hint=f"there are {_OFFERED}; leave punctuation out, it makes no difference",
    )
