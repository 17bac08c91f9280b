"""Write rows as CSV (RFC 4180)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable


class _Lines(io.StringIO):
    """Text of rows, each of which is written at once and ends with a carriage return and a line feed."""

    def __init__(self, end: str) -> None:
        super().__init__(newline="")
        self._end = end

    def write(self, row: str) -> int:
        return super().write(row.removesuffix("\r\n") + self._end)


def csv_text(rows: Iterable[Iterable[object]], end: str = "\n") -> str:
    """Return rows as CSV.

    A cell with a carriage return is quoted whatever ends the lines: up to Python 3.12 the writer quotes only
    what its own line end has, and readers see the end of a row in a bare one.

    Args:
        rows: the rows, with their cells.
        end: what ends each line.
    """
    target = _Lines(end)
    csv.writer(target, lineterminator="\r\n").writerows(rows)
    return target.getvalue()
