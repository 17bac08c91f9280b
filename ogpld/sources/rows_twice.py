"""Rows that describe, a second time, a thing that has one row: `unique = true` in source.toml.

The second is not read. What any number of rows may describe is compared in shared_things.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ogpld.errors import Where
from ogpld.report import Finding, Severity
from ogpld.sources.rows import RowMapper
from ogpld.sources.table import InputRow


def once(
    rows: Iterable[InputRow], mapper: RowMapper, problems: list[Finding]
) -> Iterator[InputRow]:
    """Yield the rows whose thing no earlier row describes; report the others."""
    first_rows: dict[tuple[str, ...], InputRow] = {}
    for row in rows:
        thing, key, names = mapper.own_thing(row)
        first = first_rows.setdefault((key, *names), row) if key else row
        if first is row:
            yield row
            continue
        columns = _differing(first.cells, row.cells)
        file, column = mapper.described.file, next((c for c in columns if c in mapper.header), None)
        where = Where(file, row.number, column), Where(file, first.number, column)
        frozen = bool(thing and thing.frozen)
        problems.append(_differs(key, where, columns, frozen) if columns else _repeats(key, where))


def _repeats(key: str, where: tuple[Where, ...]) -> Finding:
    """Return what is said of a row that repeats another."""
    return Finding(
        Severity.WARNING,
        focus=key,
        message="the row repeats another; it was read once",
        where=where,
        hint="remove one of the two",
    )


def _differs(key: str, where: tuple[Where, ...], columns: list[str], frozen: bool) -> Finding:  # noqa: FBT001
    """Return what is said of a row that has the key of another, and says something else."""
    own = "a key of its own"
    if frozen:
        own = "its own id by a line of fixes.csv (EE0057-2, if OGP gave the id to something else)"
    return Finding(
        Severity.VIOLATION,
        focus=key,
        message="two rows have this key and differ; the second was not read",
        where=where,
        hint=f"they differ in {', '.join(map(repr, columns))}: give one of them {own}, or remove it",
    )


def _differing(first: Mapping[str, str], second: Mapping[str, str]) -> list[str]:
    """Return the columns in which two rows of a table say different things."""
    return [column for column, text in second.items() if first[column] != text]


def described_twice(rows: Sequence[tuple[RowMapper, InputRow]]) -> Iterator[Finding]:
    """Yield a Violation for each thing that rows of two mapped tables of a unit describe as theirs alone."""
    if len({id(mapper) for mapper, _ in rows}) < 2:  # noqa: PLR2004  (one table tells by itself)
        return
    places: dict[str, Where] = {}
    for mapper, row in rows:
        where = Where(mapper.described.file, row.number)
        if (iri := mapper.identity(row)) and places.setdefault(iri, where) != where:
            yield Finding(
                Severity.VIOLATION,
                focus=iri,
                message="two tables of one unit have a row for this thing, and each is to be the only one",
                where=(where, places[iri]),
                hint="remove one of the two, or give it an id of its own",
            )
