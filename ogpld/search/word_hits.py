"""Where the index has the words of a text: in names of things, of a member's things, of codes they carry.

Each is a source of rows for SQL; those of a text are put together, and a thing counts once, by its best.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ogpld.language_tags import DEFAULT
from ogpld.search.likeness import SAME
from ogpld.search.readings import Reading

#: What SQL takes in the place of a question mark.
Values = tuple[str | float | None, ...]

_IN_WORDS = (
    "words w JOIN name n ON n.id = w.rowid JOIN thing t ON t.id = n.thing WHERE words MATCH ?"
)
_INSIDE = "name n JOIN thing t ON t.id = n.thing WHERE instr(n.folded, ?)"
#: By which name a thing is found: by one that is the text, else in the reader's language, then in English,
#: then in none (a key, what is printed), then in another; by the best of those, of as good ones the shorter.
_RANK = f"(score = {SAME}) * 100 + nearness + score - size * 1e-6"
_NEARNESS = (
    f"CASE n.language WHEN ? THEN 3 WHEN '{DEFAULT}' THEN 2 WHEN '' THEN 1 WHEN 'und' THEN 1 "
    "ELSE 0 END"
)
#: Columns of the thing of a match: with the language of its label, which is one of its names.
THING_COLUMNS = (
    "t.iri, t.class, t.key, t.label, coalesce((SELECT l.language FROM name l "
    "WHERE l.thing = t.id AND l.text = t.label ORDER BY l.id LIMIT 1), ''), t.member"
)
#: Columns of a match; a thing that was found by a code is shown with its label.
_COLUMNS = (
    f"{THING_COLUMNS}, coalesce(n.text, t.label), coalesce(n.folded, ''), "
    "coalesce(n.language, ''), coalesce(n.kind, 'label')"
)


@dataclass(frozen=True, slots=True)
class Where:
    """Conditions of a query on `thing t` and `name n`, and the values they take."""

    conditions: tuple[str, ...] = ()
    values: tuple[str, ...] = ()

    @classmethod
    def of(cls, classes: Collection[str], member: str = "") -> Where:
        """Return the condition that a thing is of one of some classes, and of a member."""
        conditions: list[str] = []
        values: list[str] = []
        for column, several in (("t.class", classes), ("t.member", (member,) if member else ())):
            if several:
                conditions.append(f" AND {column} IN ({', '.join('?' * len(several))})")
                values += sorted(several)
        return cls(tuple(conditions), tuple(values))

    def of_member(self, member: str) -> Where:
        """Return the same conditions, and that a thing is of a member."""
        return Where((*self.conditions, " AND t.member = ?"), (*self.values, member))

    @property
    def sql(self) -> str:
        """What stands behind a WHERE."""
        return "".join(self.conditions)


@dataclass(frozen=True, slots=True)
class CodeName:
    """A code that things carry, by its number, with the name that has the words, its tag and its score."""

    code: int
    name: str
    language: str
    score: float


@dataclass(frozen=True, slots=True)
class Source:
    """Rows that have all words of a text.

    Attributes:
        rows: what SQL reads them from, with `thing t`.
        values: what that takes.
        columns: name, its size, score, reason, topic, the tag of that, and nearness of a row: 20 and more
            for own names, 10 and more for names of a member's things, 0 for codes.
        scored: what these take.
    """

    rows: str
    values: Values
    columns: str
    scored: Values = ()

    def things(self, where: Where) -> tuple[str, Values]:
        """Return a SELECT of the things and their classes, and its values."""
        return f"SELECT t.id, t.class FROM {self.rows}{where.sql}", (*self.values, *where.values)

    def hits(self, where: Where) -> tuple[str, Values]:
        """Return a SELECT of the rows, and its values."""
        sql = f"SELECT t.id AS thing, t.place, t.iri, {self.columns} FROM {self.rows}{where.sql}"
        return sql, (*self.scored, *self.values, *where.values)


def own_names(reading: Reading, language: str) -> Source:
    """Return the things with a name that has the words; names in a language come before others."""
    return _named(reading, language, "contained_score", "words", 20)


def names_of_member(reading: Reading, language: str, member: str) -> Source:
    """Return the things of a member with a name that has the words of a text beside the member's."""
    source = _named(reading, language, "narrowed_score", "member", 10)
    return Source(
        f"{source.rows} AND t.member = ?", (*source.values, member), source.columns, source.scored
    )


def _named(reading: Reading, language: str, score: str, reason: str, level: int) -> Source:
    columns = (
        f"n.id AS name, n.size, {score}(?, n.folded) AS score, '{reason}' AS reason, "
        f"'' AS topic, '' AS spoken, {level} + {_NEARNESS} AS nearness"
    )
    rows = _INSIDE if reading.inside else _IN_WORDS
    return Source(rows, (reading.value,), columns, (reading.text, language))


def carriers(codes: Sequence[CodeName], member: str = "") -> Source:
    """Return the things that carry one of some codes, of a member where one is given."""
    rows = (
        "(SELECT column1 AS code, column2 AS topic, column3 AS spoken, column4 AS score FROM "
        f"(VALUES {', '.join(['(?, ?, ?, ?)'] * len(codes))})) c "
        "JOIN topic p ON p.code = c.code JOIN thing t ON t.id = p.thing WHERE 1"
    )
    values = tuple(
        value for code in codes for value in (code.code, code.name, code.language, code.score)
    )
    if member:
        rows, values = f"{rows} AND t.member = ?", (*values, member)
    columns = (
        "NULL AS name, 0 AS size, c.score, 'topic' AS reason, c.topic, c.spoken, 0 AS nearness"
    )
    return Source(rows, values, columns)


def class_counts(sources: Sequence[Source], where: Where) -> tuple[str, Values]:
    """Return a SELECT of classes and how many things of each the sources have, and its values."""
    parts = [source.things(where) for source in sources]
    union = " UNION ".join(sql for sql, _ in parts)  # which takes each thing once
    if len(parts) == 1:
        union = union.replace("SELECT", "SELECT DISTINCT", 1)
    values = tuple(value for _, own in parts for value in own)
    return f"SELECT class, count(*) FROM ({union}) GROUP BY class", values


def best_rows(
    sources: Sequence[Source], where: Where, limit: int, offset: int
) -> tuple[str, Values]:
    """Return a SELECT of the best row of each thing, with its score, reason and topic, and its values."""
    parts = [source.hits(where) for source in sources]
    union = " UNION ALL ".join(sql for sql, _ in parts)
    order = "score DESC, {0}.place, {0}.iri"
    values = tuple(value for _, own in parts for value in own)
    return (
        f"WITH h AS MATERIALIZED ({union}) "  # so that each row is scored once
        f"SELECT {_COLUMNS}, x.score, x.reason, x.topic, x.spoken FROM ("
        f"SELECT thing, name, score, reason, topic, spoken, place, iri, max({_RANK}) FROM h "
        f"GROUP BY thing ORDER BY {order.format('h')} LIMIT ? OFFSET ?) x "
        "JOIN thing t ON t.id = x.thing LEFT JOIN name n ON n.id = coalesce(x.name, "
        "(SELECT min(id) FROM name WHERE thing = x.thing AND text = t.label)) "
        f"ORDER BY x.{order.format('t')}"
    ), (*values, limit, offset)
