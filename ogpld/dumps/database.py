"""The tables of a dataset as an SQLite database: the same columns, with indexes on what joins them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

from ogpld.dumps.dump_cells import DumpTable
from ogpld.dumps.tidy import NAME, Tidy

#: Rows inserted at once.
_BATCH = 500


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


class Database:
    """A database that is written once. Empty cells are NULL, whole numbers INTEGER, the rest TEXT.

    The table `separators` says which columns may hold several values, and what stands between them.

    Args:
        path: where it goes; it must not exist.
    """

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        for setting in (
            "page_size = 4096",
            "journal_mode = OFF",
            "synchronous = OFF",
            "cache_size = -16384",
        ):
            self._connection.execute(f"PRAGMA {setting}")
        self._connection.execute("BEGIN")
        self._connection.execute(
            'CREATE TABLE separators ("table" TEXT NOT NULL, "column" TEXT NOT NULL,'
            ' separator TEXT NOT NULL, PRIMARY KEY ("table", "column"))'
        )
        self._inserts: dict[str, str] = {}
        self._waiting: dict[str, list[list[str | None]]] = {}
        self._indexes: list[str] = []

    def create(self, table: DumpTable) -> None:
        """Create the table of a class."""
        columns = [(field.name, field.integer) for field in table.fields]
        joins = [field.name for field in table.fields if field.joins]
        self._create(table.name, columns, "key", joins)
        self._tell((table.name, field.name, field.separator) for field in table.fields)

    def create_tidy(self, tidy: Tidy) -> None:
        """Create the tidy table."""
        columns = [(column.name, column.integer) for column in tidy.columns]
        self._create(NAME, columns, "assessment", ["commitment", "member", "indicator"])
        self._tell([(NAME, "plan", tidy.separator)])

    def _tell(self, columns: Iterable[tuple[str, str, str]]) -> None:
        """Say in the table `separators` what stands between the values of columns that have several."""
        self._connection.executemany(
            "INSERT INTO separators VALUES (?, ?, ?)",
            [(name.replace("-", "_"), column, text) for name, column, text in columns if text],
        )

    def _create(
        self, name: str, columns: Sequence[tuple[str, bool]], key: str, joins: Sequence[str]
    ) -> None:
        table = name.replace("-", "_")
        definitions = ", ".join(
            f"{_quoted(column)} {'INTEGER' if whole else 'TEXT'}"
            + (" PRIMARY KEY NOT NULL" if column == key else "")
            for column, whole in columns
        )
        self._connection.execute(f"CREATE TABLE {_quoted(table)} ({definitions})")
        places = ", ".join("?" * len(columns))
        self._inserts[name] = f"INSERT INTO {_quoted(table)} VALUES ({places})"
        self._waiting[name] = []
        self._indexes += [
            f"CREATE INDEX {_quoted(f'{table}_{column}')} ON {_quoted(table)} ({_quoted(column)})"
            for column in joins
        ]

    def insert(self, name: str, cells: Sequence[str]) -> None:
        """Add a row to a table."""
        waiting = self._waiting[name]
        waiting.append([cell or None for cell in cells])
        if len(waiting) >= _BATCH:
            self._flush(name)

    def _flush(self, name: str) -> None:
        self._connection.executemany(self._inserts[name], self._waiting[name])
        self._waiting[name] = []

    def close(self) -> None:
        """Write what waits, make the indexes, close."""
        for name in self._inserts:
            self._flush(name)
        for index in self._indexes:
            self._connection.execute(index)
        self._connection.execute("COMMIT")
        self._connection.close()
