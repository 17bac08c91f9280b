"""Rows that belong to no unit of their source, and what to say of them."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from ogpld.errors import SourceError, Where
from ogpld.sources.description import TableDescription
from ogpld.sources.row import Row


def homeless(
    described: TableDescription, columns: AbstractSet[str], row: Row, unit: str | None
) -> SourceError:
    """Return the error of a row without a unit: what it lacks, or which other row that should have told.

    Args:
        described: the row's table.
        columns: the columns that a unit's name is made of.
        row: the row, joined columns included.
        unit: the name that came of it, None for none.
    """
    for join in described.joins:
        if not columns.isdisjoint(join.take) and not any(row.cells[c] for c in join.take):
            return SourceError(
                f"{join.on} {row.cells[join.on]!r} is in no row of {join.file}",
                where=Where(described.file, row.number, join.on),
                hint=f"correct it, put the row back into {join.file}, or take this row out as well",
            )
    return SourceError(
        f"the row belongs to no unit: {described.unit!r} gives {unit!r}",
        where=Where(described.file, row.number),
        hint="fill the cells the key is made of",
    )
