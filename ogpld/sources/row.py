"""One row of a source table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """Cells by column, stripped of outer blanks.

    Attributes:
        number: place in the file; the header is row 1 (CSVW sourceRow, RFC 7111).
        cells: text by column name; an empty cell is "".
    """

    number: int
    cells: dict[str, str]
