"""A table as read, whatever the file type."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ogpld.errors import SourceError
from ogpld.report import Finding, Severity
from ogpld.sources.row import Row


@dataclass(frozen=True, slots=True)
class Table:
    """A table as read: its header and its rows in order.

    Attributes:
        name: file name; for a sheet of a workbook `file#sheet`.
        header: the columns.
        rows: at least one.
        remarks: what was noticed while the file was read, on its first table; their focus is "".
    """

    name: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    remarks: tuple[Finding, ...] = ()

    def about(self, focus: str) -> list[Finding]:
        """Return the remarks as findings about what the table describes."""
        return [replace(found, focus=focus) for found in self.remarks]

    def sound(self) -> Table:
        """Return the table, if nothing in it is wrong; for tables that are no data.

        Raises:
            SourceError: for the first remark that is a Violation.
        """
        for found in self.remarks:
            if found.severity is Severity.VIOLATION:
                raise SourceError(found.message, where=found.where[0], hint=found.hint)
        return self

    @property
    def file(self) -> str:
        """The file name without a sheet."""
        return self._split()[0]

    @property
    def sheet(self) -> str:
        """The name of the sheet, "" for a table that is a file of its own."""
        return self._split()[1]

    def _split(self) -> tuple[str, str]:
        """Return file and sheet; either name may hold a `#` of its own."""
        end = self.name.lower().find(".xlsx#")
        if end < 0:
            file, _, sheet = self.name.rpartition("#")
            return (file, sheet) if file else (self.name, "")
        end += len(".xlsx")
        return self.name[:end], self.name[end + 1 :]
