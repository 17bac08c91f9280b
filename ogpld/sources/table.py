"""A table as read, whatever the file type."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from ogpld.errors import SourceError, Where
from ogpld.report import Finding, Severity


@dataclass(frozen=True, slots=True)
class InputTable:
    """A table as read: its header and its rows in order.

    Attributes:
        name: file name; for a sheet of a workbook `file#sheet`.
        header: the columns.
        rows: at least one.
        remarks: what was noticed while the file was read, on its first table; their focus is "".
        blank: names of the sheets of the file that have no rows, on its first table.
    """

    name: str
    header: tuple[str, ...]
    rows: tuple[InputRow, ...]
    remarks: tuple[Finding, ...] = ()
    blank: tuple[str, ...] = ()

    def about(self, focus: str) -> list[Finding]:
        """Return the remarks as findings about what the table describes."""
        return [replace(finding, focus=focus) for finding in self.remarks]

    def sound(self) -> InputTable:
        """Return the table, if nothing in it is wrong; for tables that are no data.

        Raises:
            SourceError: for the first remark that is a Violation.
        """
        for finding in self.remarks:
            if finding.severity is Severity.VIOLATION:
                raise SourceError(finding.message, where=finding.where[0], hint=finding.hint)
        return self

    def without_rows(self) -> SourceError:
        """Return the error of a file that nobody filled in; this table is no data, or has no rows."""
        sheets = [replace(self, name=name).sheet for name in self.blank]
        if not sheets or (len(sheets) == 1 and not self.rows):  # the sheet goes without saying
            return SourceError(
                "the table has no rows",
                where=Where(self.name),
                hint="fill in a row below the header",
            )
        each = f"the sheets {', '.join(sheets)}" if len(sheets) > 1 else f"the sheet {sheets[0]}"
        return SourceError(
            f"the workbook has no rows in {each}",
            where=Where(self.file),
            hint=f"fill in a row below the header of {'one of them' if len(sheets) > 1 else 'it'}",
        )

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


#: A whole number printed with digits after the point or between thousands, not with zeros before it.
_WHOLE = re.compile(r"(?:[1-9][0-9]*(?:,[0-9]{3})*|0)(?:\.0+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class InputRow:
    """Cells by column, stripped of outer blanks.

    Attributes:
        number: place in the file; the header is row 1 (CSVW sourceRow, RFC 7111).
        cells: text by column name; an empty cell is "".
        stored: numbers of a workbook that are shown otherwise than stored, by column (2.10 is 2.1).
    """

    number: int
    cells: dict[str, str]
    stored: Mapping[str, str] | None = None

    def without(self, columns: Collection[str | None]) -> InputRow:
        """Return the row with the cells of some columns empty."""
        cells = {c: "" if c in columns else text for c, text in self.cells.items()}
        return replace(self, cells=cells)

    def counted(self, printed: Collection[str]) -> InputRow:
        """Return the row with whole numbers as stored (9, not 9.0), but in columns read as printed."""
        plain = {
            column: number
            for column, number in (self.stored or {}).items()
            if column not in printed
            and number.isdecimal()
            and _WHOLE.fullmatch(self.cells.get(column, ""))
        }
        return replace(self, cells={**self.cells, **plain}) if plain else self

    def value(self, column: str, text: str) -> str:
        """Return the text of a cell where a number is wanted: what is stored, not what is shown."""
        if self.stored and column in self.stored and text == self.cells[column]:
            return self.stored[column]
        return text
