"""The search index of a release, as it is asked: by words, by likeness, by identifiers.

A text matches a name when every word of the text is the beginning of a word of the name. A thing also matches
by what is known of it: the text names its member and the rest is in its name, or a code that it carries has
the words. All such things are counted and can be listed. Where there are none, names that are like the text
are; these are an estimate.
"""

from __future__ import annotations

import shutil
import sqlite3
import threading
import weakref
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

from ogpld.language_tags import DEFAULT
from ogpld.search.folding import fold, fold_identifier, fold_latin
from ogpld.search.index_file import write_index
from ogpld.search.likeness import (
    ALIKE,
    SAME,
    SAME_TOPIC,
    contained_score,
    likeness,
    narrowed_score,
    topic_score,
)
from ogpld.search.matches import Match, Results, Topic
from ogpld.search.name_table import IDENTIFYING, TOPICS
from ogpld.search.readings import MemberNames, readings
from ogpld.search.word_hits import (
    THING_COLUMNS,
    CodeName,
    Source,
    Values,
    Where,
    best_rows,
    carriers,
    class_counts,
    names_of_member,
    own_names,
)

__all__ = ["LONGEST_TEXT", "SearchIndex", "write_index"]

#: How many names with pieces in common are compared letter by letter, and how many pieces are looked up.
_CANDIDATES, _PIECES = 200, 60
#: Letters a text has at least to be looked for in the names of codes that things carry.
_TOPIC_LETTERS = 3
#: Characters of a text that is looked for; more than anybody types, and no name is longer than that.
LONGEST_TEXT = 1_000
#: Letters of a piece in the table of trigrams.
_PIECE = 3


_COLUMNS = f"{THING_COLUMNS}, n.text, n.folded, n.language, n.kind"
_IDENTIFIERS = ", ".join("?" * len(IDENTIFYING))


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
        language: str = DEFAULT,
    ) -> Results:
        """Return the things with such a name, the best first.

        Args:
            text: what is looked for.
            classes: local names of the classes that are wanted; all, when there are none.
            limit: how many matches to return.
            offset: how many to leave out before.
            member: key of the member whose things are wanted, "" for all.
            language: tag of the language whose names come first where a thing has several that match.
        """
        text = text[:LONGEST_TEXT]
        if "://" in text:  # nothing is called by an address
            identified = [m for m in self.by_identifier(text) if member in {"", m.member}]
            return _results(identified, classes, limit, offset)
        where = Where.of((), member)
        if sources := self._sources(text, where, language):
            rows = self._rows(*class_counts(sources, where))
            counts = {name: int(number) for name, number in rows}
            total = sum(counts.get(name, 0) for name in classes or counts)
            matches = self._matches(sources, Where.of(classes, member), limit, offset)
            return Results(total, matches, counts=counts)
        # the class that is wanted is chosen at last, so that all are counted
        similar, exact = self._alike(text, where)
        return _results(similar, classes, limit, offset, exact=exact)

    def suggest(
        self,
        prefix: str,
        *,
        classes: Collection[str] = (),
        limit: int = 10,
        language: str = DEFAULT,
    ) -> tuple[Match, ...]:
        """Return the things that match a text, which may be unfinished, as `search`."""
        prefix = prefix[:LONGEST_TEXT]
        if not fold(prefix):  # a sign alone begins no name, though € may be spelled EUR
            return ()
        where = Where.of(classes)
        own = self._own(prefix, where, language)
        matches = self._matches([own], where, limit, 0) if own else ()
        if len(matches) == limit:  # what else matches comes behind them
            return matches
        if others := self._others(prefix, where, language):
            return self._matches([*([own] if own else []), *others], where, limit, 0)
        return matches or tuple(self._alike(prefix, where)[0][:limit])

    def subject(self, text: str, member: str = "") -> tuple[str, tuple[Topic, ...]]:
        """Return the member that a text names, "" for none, and the codes that the rest of it is about.

        Each comes with the number of commitments of that member that carry it: first what is called so,
        policy areas before others, then what most carry. A code that none carries is left out.

        Args:
            text: what is looked for.
            member: key of the member whose things are wanted, "" for the one that the text names. A text that
                names another is about nothing of it.
        """
        of_text, rest = self._members.inside(text[:LONGEST_TEXT])
        if member and of_text not in {"", member}:
            return "", ()
        member = member or of_text
        codes = {code.code: code.score for code in self._codes(rest)}
        topics = self._topics("p.code", codes, member)
        order = list(TOPICS.values())
        topics.sort(
            key=lambda t: (
                codes[t[0]] < SAME_TOPIC,
                order.index(t[1].property),
                -t[1].number,
                t[1].iri,
            )
        )
        return member, tuple(topic for _, topic in topics)

    def topics(self, codes: Collection[str]) -> dict[str, Topic]:
        """Return those of some codes, by IRI, that commitments carry: as what most are about it."""
        topics = sorted(self._topics("c.iri", codes, ""), key=lambda t: t[1].number)
        return {topic.iri: topic for _, topic in topics}

    def by_identifier(self, text: str, *, classes: Collection[str] = ()) -> tuple[Match, ...]:
        """Return the things whose IRI, key, code, official id or address elsewhere is the text."""
        folded = fold_identifier(text[:LONGEST_TEXT])
        if not folded:
            return ()
        where = Where.of(classes)
        rows = self._rows(
            f"SELECT {THING_COLUMNS}, i.text, i.folded, '', i.kind "
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

    @cached_property
    def _members(self) -> MemberNames:
        rows = self._connection().execute(
            "SELECT DISTINCT t.key, n.folded, n.text FROM thing t JOIN name n ON n.thing = t.id "
            f"WHERE t.class = 'Member' AND n.kind NOT IN ({_IDENTIFIERS})",
            sorted(IDENTIFYING),
        )
        return MemberNames(rows)

    def _sources(self, text: str, where: Where, language: str) -> list[Source]:
        """Return what of the index has all words of a text, under some conditions, the best first."""
        own = self._own(text, where, language)
        return [*([own] if own else []), *self._others(text, where, language)]

    def _own(self, text: str, where: Where, language: str) -> Source | None:
        """Return what has all words of a text in a name."""
        return self._first((own_names(reading, language) for reading in readings(text)), where)

    def _others(self, text: str, where: Where, language: str) -> list[Source]:
        """Return what has the words by its member and a name, or by its codes."""
        member, rest = self._members.inside(text)
        sources = []
        if member:
            within = (names_of_member(reading, language, member) for reading in readings(rest))
            sources.append(self._first(within, where))
        if codes := self._codes(rest):
            sources.append(self._first([carriers(codes, member)], where))
        return [source for source in sources if source]

    def _first(self, sources: Iterable[Source], where: Where) -> Source | None:
        """Return the first source that has a row."""
        for source in sources:
            sql, values = source.things(where)
            if self._rows(f"{sql} LIMIT 1", values):
                return source
        return None

    def _codes(self, text: str) -> list[CodeName]:
        """Return the codes that things carry, each with its best name that has all words of a text."""
        for reading in readings(text):
            if reading.inside or len(reading.words) < _TOPIC_LETTERS:
                continue
            best: dict[int, CodeName] = {}
            for code, name, tag, folded in self._connection().execute(
                "SELECT n.thing, n.text, n.language, n.folded "
                "FROM topic_words w JOIN name n ON n.id = w.rowid "
                "WHERE topic_words MATCH ? ORDER BY n.size, n.id",
                (reading.value,),
            ):
                score = topic_score(reading.words, folded)
                if code not in best or score > best[code].score:
                    best[code] = CodeName(code, name, tag, score)
            if best:
                return list(best.values())
        return []

    def _topics(
        self, column: str, codes: Collection[int | str], member: str
    ) -> list[tuple[int, Topic]]:
        """Return the codes whose number or IRI is one of some, each with its number in the index."""
        rows = self._connection().execute(
            "SELECT c.id, c.iri, c.key, c.label, p.property, count(*) FROM topic p "
            "JOIN thing c ON c.id = p.code JOIN thing t ON t.id = p.thing "
            f"WHERE {column} IN ({', '.join('?' * len(codes))}) AND t.class = 'Commitment'"
            f"{' AND t.member = ?' if member else ''} GROUP BY p.code, p.property",
            (*codes, *((member,) if member else ())),
        )
        return [(int(row[0]), Topic(*row[1:])) for row in rows]

    def _matches(
        self, sources: Sequence[Source], where: Where, limit: int, offset: int
    ) -> tuple[Match, ...]:
        """Return some matches, the best first; those of a source are better than those of the next ones."""
        rows = self._rows(*best_rows(sources[:1], where, limit, offset))
        if len(rows) < limit and len(sources) > 1:
            rows = self._rows(*best_rows(sources, where, limit, offset))
        return tuple(
            _match(row, score := float(row[10]), "same" if score == SAME else row[11], *row[12:14])
            for row in rows
        )

    def _alike(self, text: str, where: Where) -> tuple[list[Match], bool]:
        """Return what is like a text, of the member that it names where that has something like the rest."""
        member, rest = self._members.inside(text)
        if member:
            similar, exact = self._similar(rest, where.of_member(member))
            if similar:
                return similar, exact
        return self._similar(text, where)

    def _similar(self, text: str, where: Where) -> tuple[list[Match], bool]:
        """Return the things with names that are like a text, and whether all names were compared.

        Identifiers are the text or are not.
        """
        folded = fold_latin(text) or fold(text)
        pieces = dict.fromkeys(folded[i : i + _PIECE] for i in range(len(folded) - _PIECE + 1))
        if not pieces:
            return [], True
        query = " OR ".join(f'"{piece}"' for piece in list(pieces)[:_PIECES])
        rows = self._rows(
            f"SELECT {_COLUMNS} FROM trigrams g JOIN name n ON n.id = g.rowid "
            f"JOIN thing t ON t.id = n.thing WHERE trigrams MATCH ? AND n.kind NOT IN ({_IDENTIFIERS})"
            f"{where.sql} ORDER BY g.rank LIMIT ?",
            (query, *sorted(IDENTIFYING), *where.values, _CANDIDATES),
        )
        best: dict[str, Match] = {}
        for row in rows:
            score = likeness(folded, row[7])
            other = best.get(row[0])
            if score >= ALIKE and (other is None or score > other.score):
                best[row[0]] = _match(row, score, "similar")
        ranked = sorted(
            best.values(),
            key=lambda m: (-m.score, m.class_name != "Member", m.iri),
        )
        return ranked, len(rows) < _CANDIDATES

    def _rows(self, statement: str, values: Values) -> list[tuple[str, ...]]:
        return self._connection().execute(statement, values).fetchall()

    def _connection(self) -> sqlite3.Connection:
        own: _OwnConnection | None = getattr(self._connections, "own", None)
        if own is None:
            address = f"{self.path.absolute().as_uri()}?mode=ro&immutable=1"
            connection = sqlite3.connect(address, uri=True, check_same_thread=False)
            own = self._connections.own = _OwnConnection(connection)
            connection.execute("PRAGMA mmap_size=268435456")
            # the order is that of the figure which is shown: SQLite rounds otherwise
            for function in (contained_score, narrowed_score):
                connection.create_function(function.__name__, 2, function, deterministic=True)
        return own.connection


class _OwnConnection:
    """The connection of one thread, closed when the thread or the index has gone, whoever frees it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        # no __del__: in a cycle the connection would be freed open, of which Python 3.13 warns
        weakref.finalize(self, connection.close)


def _match(
    row: tuple[str, ...], score: float, reason: str, topic: str = "", spoken: str = ""
) -> Match:
    iri, class_name, key, label, tag, member, name, _, language, kind = row[:10]
    return Match(
        iri, class_name, key, label, member, name, kind, language, score, reason, topic, spoken, tag
    )


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
