"""One row of a source table."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

#: A whole number printed with digits after the point or between thousands, not with zeros before it.
_WHOLE = re.compile(r"(?:[1-9][0-9]*(?:,[0-9]{3})*|0)(?:\.0+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Row:
    """Cells by column, stripped of outer blanks.

    Attributes:
        number: place in the file; the header is row 1 (CSVW sourceRow, RFC 7111).
        cells: text by column name; an empty cell is "".
        stored: numbers of a workbook that are shown otherwise than stored, by column (2.10 is 2.1).
    """

    number: int
    cells: dict[str, str]
    stored: Mapping[str, str] | None = None

    def without(self, columns: Collection[str | None]) -> Row:
        """Return the row with the cells of some columns empty."""
        cells = {c: "" if c in columns else text for c, text in self.cells.items()}
        return replace(self, cells=cells)

    def counted(self, printed: Collection[str]) -> Row:
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
