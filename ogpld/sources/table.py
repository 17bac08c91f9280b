"""A table as read, whatever the file type."""

from __future__ import annotations

from dataclasses import dataclass

from ogpld.sources.row import Row


@dataclass(frozen=True, slots=True)
class Table:
    """A table as read: its header and its rows in order.

    Attributes:
        name: file name; for a sheet of a workbook `file#sheet`.
        header: the columns.
        rows: at least one.
    """

    name: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def file(self) -> str:
        """The file name without a sheet."""
        return self.name.rpartition("#")[0] or self.name

    @property
    def sheet(self) -> str:
        """The name of the sheet, "" for a table that is a file of its own."""
        return self.name.rpartition("#")[2] if "#" in self.name else ""
