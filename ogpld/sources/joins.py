"""Give rows the columns that joins take from other tables of a source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from ogpld.errors import Where
from ogpld.report import Finding, Severity
from ogpld.sources.source_description import Join, TableDescription
from ogpld.sources.table import InputRow, InputTable

#: What the columns of a join say.
Key = tuple[str, ...]


@dataclass(slots=True)
class _Lookup:
    """The rows of another table by what they are looked up with.

    Attributes:
        join: the columns.
        rows: the first row of each key.
        others: the first row that matches as well and says something else in the columns taken.
    """

    join: Join
    rows: dict[Key, InputRow] = field(default_factory=dict)
    others: dict[Key, InputRow] = field(default_factory=dict)

    @classmethod
    def of(cls, join: Join, rows: Iterable[InputRow]) -> _Lookup:
        lookup = cls(join)
        for row in rows:
            key = tuple(row.cells[column] for column in join.match)
            first = lookup.rows.setdefault(key, row)
            if any(first.cells[column] != row.cells[column] for column in join.take.values()):
                lookup.others.setdefault(key, row)
        return lookup


def joined_rows(
    rows: Iterable[InputRow],
    described: TableDescription,
    tables: Mapping[str, InputTable],
    focus: str,
    problems: list[Finding],
) -> Iterator[InputRow]:
    """Yield the rows with the columns of other tables that the joins take.

    Args:
        rows: of the table.
        described: its joins; their columns exist.
        tables: the other tables, mended.
        focus: IRI of the table, for findings.
        problems: take a Violation for each key that leads to rows that say different things.
    """
    lookups = [_Lookup.of(join, tables[join.file].rows) for join in described.joins]
    for row in rows:
        cells = row.cells
        for lookup in lookups:
            join = lookup.join
            key = tuple(cells[column] for column in join.on)
            match = lookup.rows.get(key) if all(key) else None
            if match is not None and (other := lookup.others.pop(key, None)) is not None:
                problems.append(_doubt(described.file, row, join, (match, other), focus))
            taken = {name: match.cells[c] if match else "" for name, c in join.take.items()}
            cells = {**cells, **taken}
        yield row if cells is row.cells else replace(row, cells=cells)


def _doubt(
    file: str, row: InputRow, join: Join, matches: tuple[InputRow, InputRow], focus: str
) -> Finding:
    """Return the finding about two rows that match, of which nobody says which is meant."""
    first, other = matches
    differing = [c for c in join.take.values() if first.cells[c] != other.cells[c]]
    own = [Where(file, row.number, column) for column in join.on if column in row.cells]
    return Finding(
        Severity.VIOLATION,
        focus=focus,
        message=f"two rows of {join.file} match and differ in {', '.join(map(repr, differing))}",
        where=(
            *(own or [Where(file, row.number)]),
            *(Where(join.file, match.number, differing[0]) for match in matches),
        ),
        hint=f"remove or correct one of rows {first.number} and {other.number} of {join.file}, or name "
        "in `on` and `match` of source.toml one more column that tells them apart",
    )
