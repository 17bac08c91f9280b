"""The search index of a release: an SQLite file with full-text tables, which can be made again at any time.

Two tables of SQLite's FTS5 hold the same folded names, one by words and one by trigrams (pieces of three
letters), which find a word with a typing error.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz

from ogpld.search.folding import fold
from ogpld.search.name_table import NamedThing

#: Changes with what the file holds; a file of another version is made again.
VERSION = 2

_TABLES = """
CREATE TABLE about (version INTEGER, release TEXT);
CREATE TABLE thing (id INTEGER PRIMARY KEY, iri TEXT UNIQUE, class TEXT, key TEXT, label TEXT, member TEXT);
CREATE TABLE fact (thing INTEGER, kind TEXT, value TEXT);
CREATE TABLE name (id INTEGER PRIMARY KEY, thing INTEGER, text TEXT, folded TEXT, language TEXT, kind TEXT);
CREATE VIRTUAL TABLE words USING fts5(folded, content='name', content_rowid='id', tokenize='unicode61');
CREATE VIRTUAL TABLE trigrams USING fts5(folded, content='name', content_rowid='id', tokenize='trigram');
"""
_INDEXES = """
CREATE INDEX name_folded ON name(folded);
CREATE INDEX name_thing ON name(thing);
INSERT INTO words(words) VALUES('rebuild');
INSERT INTO trigrams(trigrams) VALUES('rebuild');
"""
#: How many names with parts in common are compared letter by letter.
_CANDIDATES = 200
#: Names less alike than this are not meant.
_ALIKE = 0.6
#: Bytes of a text that is looked for; more than anybody types, and no name is longer than that.
LONGEST_TEXT = 1_000


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
        score: from 0 to 1, how alike the name and the text are.
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
    """Some matches, the best first, and how many there are in all."""

    total: int
    matches: tuple[Match, ...]


def write_index(path: Path, things: Iterable[NamedThing], release_id: str) -> None:
    """Write the index to a file beside, then put it in place.

    Raises:
        OSError: when it cannot be written.
    """
    beside = path.with_name(f".{path.name}.tmp")
    beside.unlink(missing_ok=True)
    connection = sqlite3.connect(beside)
    try:
        connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _TABLES)
        connection.execute("INSERT INTO about VALUES (?, ?)", (VERSION, release_id))
        for number, thing in enumerate(things, 1):
            connection.execute(
                "INSERT INTO thing VALUES (?, ?, ?, ?, ?, ?)",
                (number, thing.iri, thing.class_name, thing.key, thing.label, thing.member),
            )
            connection.executemany(
                "INSERT INTO name(thing, text, folded, language, kind) VALUES (?, ?, ?, ?, ?)",
                [(number, n.text, fold(n.text), n.language, n.kind) for n in thing.names],
            )
            connection.execute(
                "INSERT INTO name(thing, text, folded, language, kind) VALUES (?, ?, ?, '', 'key')",
                (number, thing.key, fold(thing.key)),
            )
            connection.executemany(
                "INSERT INTO fact VALUES (?, ?, ?)", [(number, *fact) for fact in thing.facts]
            )
        connection.executescript(_INDEXES)
        connection.commit()
    finally:
        connection.close()
    beside.replace(path)


class SearchIndex:
    """An index that can be asked, from any thread.

    Args:
        path: of the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connections = threading.local()

    def search(
        self, text: str, *, classes: Collection[str] = (), limit: int = 10, offset: int = 0
    ) -> Results:
        """Return the things with such a name, the most alike first.

        Args:
            text: what is looked for.
            classes: local names of the classes that are wanted; all, when there are none.
            limit: how many matches to return.
            offset: how many to leave out before.
        """
        best: dict[str, Match] = {}
        for match in self._candidates(fold(text[:LONGEST_TEXT]), frozenset(classes)):
            other = best.get(match.iri)
            if other is None or match.score > other.score:
                best[match.iri] = match
        ranked = sorted(best.values(), key=lambda m: (-m.score, len(m.name), m.iri))
        return Results(len(ranked), tuple(ranked[offset : offset + limit]))

    def suggest(
        self, prefix: str, *, classes: Collection[str] = (), limit: int = 10
    ) -> tuple[Match, ...]:
        """Return the things with a name in which a word begins with the last word of the text."""
        return self.search(prefix, classes=classes, limit=limit).matches

    def by_identifier(self, text: str, *, classes: Collection[str] = ()) -> tuple[Match, ...]:
        """Return the things whose IRI, key or code is the text."""
        wanted = frozenset(classes)
        rows = self._rows(
            "WHERE t.iri = ? OR (n.folded = ? AND n.kind IN ('key', 'code', 'identifier'))",
            (text, fold(text)),
        )
        return tuple({m.iri: m for m in self._matches(rows, wanted, "identifier", None)}.values())

    def names(self) -> Iterator[tuple[str, str, str, str, str, str, str, str]]:
        """Yield every name: IRI, class, key, label and member of its thing, its text, kind and language."""
        yield from self._connection().execute(
            "SELECT t.iri, t.class, t.key, t.label, t.member, n.text, n.kind, n.language "
            "FROM thing t JOIN name n ON n.thing = t.id ORDER BY t.id, n.id"
        )

    def facts(self) -> Iterator[tuple[str, str, str]]:
        """Yield what tells things of one name apart: IRI, kind of fact and value."""
        yield from self._connection().execute(
            "SELECT t.iri, f.kind, f.value FROM fact f JOIN thing t ON t.id = f.thing ORDER BY t.id"
        )

    def _candidates(self, folded: str, classes: frozenset[str]) -> Iterator[Match]:
        if not folded:
            return
        exact = self._rows("WHERE n.folded = ?", (folded,))
        yield from self._matches(exact, classes, "same", None)
        words = " ".join(f'"{word}"*' for word in folded.split())
        yield from self._matches(self._full_text("words", words), classes, "words", folded)
        pieces = sorted({folded[i : i + 3] for i in range(len(folded) - 2)})
        if pieces:
            query = " OR ".join(f'"{piece}"' for piece in pieces)
            yield from self._matches(self._full_text("trigrams", query), classes, "similar", folded)

    def _matches(
        self, rows: list[tuple[str, ...]], classes: frozenset[str], reason: str, folded: str | None
    ) -> Iterator[Match]:
        for iri, class_name, key, label, member, name, own, language, kind in rows:
            if classes and class_name not in classes:
                continue
            score = 1.0 if folded is None else fuzz.WRatio(folded, own) / 100
            if score >= _ALIKE:
                yield Match(
                    iri, class_name, key, label, member, name, kind, language, score, reason
                )

    def _full_text(self, table: str, query: str) -> list[tuple[str, ...]]:
        where = f"JOIN {table} ON {table}.rowid = n.id WHERE {table} MATCH ? ORDER BY rank LIMIT ?"
        return self._rows(where, (query, _CANDIDATES))

    def _rows(self, where: str, values: tuple[str | int, ...]) -> list[tuple[str, ...]]:
        statement = (
            "SELECT t.iri, t.class, t.key, t.label, t.member, n.text, n.folded, n.language, n.kind "
            f"FROM name n JOIN thing t ON t.id = n.thing {where}"
        )
        return self._connection().execute(statement, values).fetchall()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._connections, "connection", None)
        if connection is None:
            connection = sqlite3.connect(f"file:{self.path}?mode=ro&immutable=1", uri=True)
            self._connections.connection = connection
        return connection
