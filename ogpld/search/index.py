"""The search index of a release, as it is asked: by words, by likeness, by identifiers.

A text matches a name when every word of the text is the beginning of a word of the name. All such things are
counted and can be listed. Where there are few, names that are like the text follow; these are an estimate.
"""

from __future__ import annotations

import shutil
import sqlite3
import threading
import weakref
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ogpld.search.folding import fold, fold_identifier, fold_latin, is_unspaced
from ogpld.search.index_file import write_index
from ogpld.search.likeness import ALIKE, contained_score, likeness

__all__ = ["LONGEST_TEXT", "Match", "Results", "SearchIndex", "write_index"]

#: How many names with pieces in common are compared letter by letter, and how many pieces are looked up.
_CANDIDATES, _PIECES = 200, 60
#: Things with all words of a text, from which on nothing that is only like it is looked for.
_ENOUGH = 5
#: Characters of a text that is looked for; more than anybody types, and no name is longer than that.
LONGEST_TEXT = 1_000
#: Letters of a piece in the table of trigrams.
_PIECE = 3


@dataclass(frozen=True, slots=True)
class Match:
    """A thing and the name by which it was found.

    Attributes:
        iri: of the thing.
        class_name: local name of its class.
        key: its key.
        label: what it is called, in English where there is such a label.
        member: key of its member, "" for none.
        name: the name that matches best.
        name_kind: what that name is: `label`, `other name`, `code` and so on.
        language: tag of that name, "" for none.
        score: from 0 to 1: 1 for the same name, from 0.9 for one that has all words, less for one
            that is like it.
        reason: why it matches: `identifier`, `same`, `words` or `similar`.
    """

    iri: str
    class_name: str
    key: str
    label: str
    member: str
    name: str
    name_kind: str
    language: str
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Results:
    """Some matches, the best first, and how many there are in all.

    Attributes:
        total: number of things that match.
        matches: those of them that were wanted.
        exact: whether there are no more than `total`; there may be where names are only like the text.
        counts: number of things by class, whatever classes were wanted.
    """

    total: int
    matches: tuple[Match, ...]
    exact: bool = True
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Where:
    """Conditions of a query on `thing t` and `name n`, and the values they take."""

    conditions: tuple[str, ...] = ()
    values: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        classes: Collection[str],
        member: str = "",
        kinds: Collection[str] = (),
        language: str = "",
    ) -> _Where:
        conditions: list[str] = []
        values: list[str] = []
        for column, several in (
            ("t.class", classes),
            ("t.member", (member,) if member else ()),
            ("n.kind", kinds),
            ("n.language", (language,) if language else ()),
        ):
            if several:
                conditions.append(f" AND {column} IN ({', '.join('?' * len(several))})")
                values += sorted(several)
        return cls(tuple(conditions), tuple(values))

    @property
    def sql(self) -> str:
        return "".join(self.conditions)


@dataclass(frozen=True, slots=True)
class _Words:
    """What of the index has all words of a text: a source for SQL with its value, and the folded text."""

    source: str
    value: str
    folded: str


_IN_WORDS = (
    "words w JOIN name n ON n.id = w.rowid JOIN thing t ON t.id = n.thing WHERE words MATCH ?"
)
_INSIDE = "name n JOIN thing t ON t.id = n.thing WHERE instr(n.folded, ?)"
_COLUMNS = "t.iri, t.class, t.key, t.label, t.member, n.text, n.folded, n.language, n.kind"


class SearchIndex:
    """An index that can be asked, from any thread.

    Args:
        path: of the file.
        temporary: whether the folder it is in goes away with the index.
    """

    def __init__(self, path: Path, *, temporary: bool = False) -> None:
        self.path = path
        if temporary:
            weakref.finalize(self, shutil.rmtree, path.parent, ignore_errors=True)
        self._connections = threading.local()

    def search(
        self,
        text: str,
        *,
        classes: Collection[str] = (),
        limit: int = 10,
        offset: int = 0,
        member: str = "",
    ) -> Results:
        """Return the things with such a name, the best first.

        Args:
            text: what is looked for.
            classes: local names of the classes that are wanted; all, when there are none.
            limit: how many matches to return.
            offset: how many to leave out before.
            member: key of the member whose things are wanted, "" for all.
        """
        text = text[:LONGEST_TEXT]
        if "://" in text:  # nothing is called by an address
            identified = [m for m in self.by_identifier(text) if member in {"", m.member}]
            return _results(identified, classes, limit, offset)
        words, counts = self._counted(text, member)
        if sum(counts.values()) >= _ENOUGH or words is None:
            total = sum(counts.get(name, 0) for name in classes or counts)
            where = _Where.of(classes, member)
            return Results(total, self._by_words(words, where, limit, offset), counts=counts)
        # the class that is wanted is chosen at last, so that all are counted
        where = _Where.of((), member)
        matches = self._by_words(words, where, _ENOUGH, 0)
        similar, exact = self._similar(text, where, {match.iri for match in matches})
        return _results([*matches, *similar], classes, limit, offset, exact=exact)

    def suggest(
        self, prefix: str, *, classes: Collection[str] = (), limit: int = 10
    ) -> tuple[Match, ...]:
        """Return the things with a name that has all words of a text, which may be unfinished."""
        prefix = prefix[:LONGEST_TEXT]
        if not fold(
            prefix
        ):  # a sign alone is the beginning of no name, though \u20ac may be spelled EUR
            return ()
        where = _Where.of(classes)
        for words in self._readings(prefix):
            if matches := self._by_words(words, where, limit, 0):
                return matches
        return tuple(self._similar(prefix, where, set())[0][:limit])

    def by_identifier(self, text: str, *, classes: Collection[str] = ()) -> tuple[Match, ...]:
        """Return the things whose IRI, key, code, official id or address elsewhere is the text."""
        folded = fold_identifier(text[:LONGEST_TEXT])
        if not folded:
            return ()
        where = _Where.of(classes)
        rows = self._rows(
            "SELECT t.iri, t.class, t.key, t.label, t.member, i.text, i.folded, '', i.kind "
            "FROM identifier i JOIN thing t ON t.id = i.thing "
            f"WHERE i.folded = ?{where.sql} ORDER BY t.place, t.iri",
            (folded, *where.values),
        )
        matches: dict[str, Match] = {}
        for row in rows:
            matches.setdefault(row[0], _match(row, 1.0, "identifier"))
        return tuple(matches.values())

    def names(self) -> Iterator[tuple[str, str, str, str, str, str, str, str]]:
        """Yield every name: IRI, class, key, label and member of its thing, its text, kind and language."""
        yield from self._connection().execute(
            "SELECT DISTINCT t.iri, t.class, t.key, t.label, t.member, n.text, n.kind, n.language "
            "FROM thing t JOIN name n ON n.thing = t.id ORDER BY t.id, n.id"
        )

    def identifiers(self) -> Iterator[tuple[str, str]]:
        """Yield every identifier: IRI of its thing, and its folded form."""
        yield from self._connection().execute(
            "SELECT DISTINCT t.iri, i.folded FROM identifier i JOIN thing t ON t.id = i.thing"
            " ORDER BY t.id"
        )

    def with_words(
        self, expression: str, inside: Sequence[str], *, is_any: bool, limit: int
    ) -> list[tuple[str, str, str, str]]:
        """Return IRI, name, language and folded form of the names that have some words, in no order.

        Args:
            expression: what FTS5 is to match, "" for nothing.
            inside: folded texts that may be anywhere inside of a name.
            is_any: whether one of all these is enough.
            limit: how many to return.
        """
        conditions = ["instr(n.folded, ?)"] * len(inside)
        if expression:
            conditions.append("n.id IN (SELECT rowid FROM words WHERE words MATCH ?)")
        values = (*inside, *((expression,) if expression else ()), limit)
        return (
            self._connection()
            .execute(
                "SELECT t.iri, n.text, n.language, n.folded FROM name n JOIN thing t ON t.id = n.thing "
                f"WHERE {(' OR ' if is_any else ' AND ').join(conditions)} LIMIT ?",
                values,
            )
            .fetchall()
        )

    def facts(self) -> Iterator[tuple[str, str, str]]:
        """Yield what tells things of one name apart: IRI, kind of fact and value."""
        yield from self._connection().execute(
            "SELECT t.iri, f.kind, f.value FROM fact f JOIN thing t ON t.id = f.thing ORDER BY t.id"
        )

    def _readings(self, text: str) -> Sequence[_Words]:
        """Return the ways in which the words of a text are looked for: as written, then in Latin letters."""
        forms = dict.fromkeys(form for form in (fold(text), fold_latin(text)) if form)
        if is_unspaced(text):
            return [_Words(_INSIDE, form, form) for form in forms]
        return [
            _Words(_IN_WORDS, " ".join(f'"{word}"*' for word in form.split()), form)
            for form in forms
        ]

    def _counted(self, text: str, member: str) -> tuple[_Words | None, dict[str, int]]:
        """Return the first reading of a text that some things have, and their number by class."""
        readings = self._readings(text)
        where = _Where.of((), member)
        for words in readings:
            rows = self._rows(
                f"SELECT t.class, count(DISTINCT t.id) FROM {words.source}{where.sql} GROUP BY t.class",
                (words.value, *where.values),
            )
            if rows:
                return words, {name: int(number) for name, number in rows}
        return (readings[0] if readings else None), {}

    def _by_words(
        self, words: _Words | None, where: _Where, limit: int, offset: int
    ) -> tuple[Match, ...]:
        if words is None:
            return ()
        rows = self._rows(  # the shortest name of a thing has its highest score
            f"SELECT {_COLUMNS}, contained_score(?, n.folded) AS score, "
            "min(CASE WHEN n.folded = ? THEN 0 ELSE n.size END) "
            f"FROM {words.source}{where.sql} "
            "GROUP BY t.id ORDER BY score DESC, t.place, t.iri LIMIT ? OFFSET ?",
            (words.folded, words.folded, words.value, *where.values, limit, offset),
        )
        return tuple(_match(row, float(row[9]), "words" if row[10] else "same") for row in rows)

    def _similar(
        self, text: str, where: _Where, without: Collection[str]
    ) -> tuple[list[Match], bool]:
        """Return the things with names that are like a text, and whether all names were compared."""
        folded = fold_latin(text) or fold(text)
        pieces = dict.fromkeys(folded[i : i + _PIECE] for i in range(len(folded) - _PIECE + 1))
        if not pieces:
            return [], True
        query = " OR ".join(f'"{piece}"' for piece in list(pieces)[:_PIECES])
        rows = self._rows(
            f"SELECT {_COLUMNS} FROM trigrams g JOIN name n ON n.id = g.rowid "
            f"JOIN thing t ON t.id = n.thing WHERE trigrams MATCH ?{where.sql} ORDER BY g.rank LIMIT ?",
            (query, *where.values, _CANDIDATES),
        )
        best: dict[str, Match] = {}
        for row in rows:
            score = likeness(folded, row[6])
            other = best.get(row[0])
            if score >= ALIKE and row[0] not in without and (other is None or score > other.score):
                best[row[0]] = _match(row, score, "similar")
        ranked = sorted(
            best.values(),
            key=lambda m: (-m.score, m.class_name != "Member", m.iri),
        )
        return ranked, len(rows) < _CANDIDATES

    def _rows(self, statement: str, values: tuple[str | int, ...]) -> list[tuple[str, ...]]:
        return self._connection().execute(statement, values).fetchall()

    def _connection(self) -> sqlite3.Connection:
        own: _OwnConnection | None = getattr(self._connections, "own", None)
        if own is None:
            address = f"{self.path.absolute().as_uri()}?mode=ro&immutable=1"
            connection = sqlite3.connect(address, uri=True, check_same_thread=False)
            own = self._connections.own = _OwnConnection(connection)
            connection.execute("PRAGMA mmap_size=268435456")
            # the order is that of the figure which is shown: SQLite rounds otherwise
            connection.create_function("contained_score", 2, contained_score, deterministic=True)
        return own.connection


class _OwnConnection:
    """The connection of one thread, closed when the thread or the index has gone, whoever frees it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        # no __del__: in a cycle the connection would be freed open, of which Python 3.13 warns
        weakref.finalize(self, connection.close)


def _match(row: tuple[str, ...], score: float, reason: str) -> Match:
    iri, class_name, key, label, member, name, _, language, kind = row[:9]
    return Match(iri, class_name, key, label, member, name, kind, language, score, reason)


def _results(
    matches: Sequence[Match],
    classes: Collection[str],
    limit: int,
    offset: int,
    *,
    exact: bool = True,
) -> Results:
    """Return some of the matches of the classes that are wanted, with the number of those of every class."""
    counts = Counter(match.class_name for match in matches)
    own = [match for match in matches if not classes or match.class_name in classes]
    return Results(len(own), tuple(own[offset : offset + limit]), exact, dict(counts))
