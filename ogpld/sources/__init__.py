"""Read source tables and map their rows to quads.

A source is a folder `data/sources/<name>/` with `source.toml` (what it is), `mapping.csv` (what each
column means), optional `fixes.csv` (repairs) and its tables (contract.md section 6). Readers turn a
file into rows, one reader per file type; the mapping turns rows into quads. Datatypes, languages
and code lists come from the shapes and are never repeated here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ogpld.errors import SourceError, Where
from ogpld.sources.csvfile import read_csv
from ogpld.sources.row import Row

__all__ = ["Reader", "Row", "Table", "read_table"]


@dataclass(frozen=True, slots=True)
class Table:
    """A table as read: its header and its rows in order."""

    name: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]


class Reader(Protocol):
    """Turn a file into a header and rows, or raise `SourceError` with file, row and column."""

    def __call__(self, path: Path) -> Iterator[Row]:
        """Yield the rows of the file in order, each with all columns of the header."""


#: One reader per file type; a new type is one file and one line.
READERS: dict[str, Reader] = {".csv": read_csv}


def read_table(path: Path) -> Table:
    """Read a table with the reader of its suffix.

    Raises:
        SourceError: for a missing file, an unknown type, or whatever the reader finds wrong.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise SourceError(
            f"no reader for {path.suffix!r} files",
            where=Where(path.name),
            hint=f"save the table as one of {', '.join(sorted(READERS))}",
        )
    rows = tuple(reader(path))
    if not rows:
        raise SourceError("the table has no rows", where=Where(path.name))
    return Table(path.name, tuple(rows[0].cells), rows)
