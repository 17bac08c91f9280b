"""Write rows as CSV (RFC 4180)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _csv import Writer


class _Lines:
    """Where rows are written, each at once, with another end than the writer's."""

    def __init__(self, file: TextIO, end: str) -> None:
        self._file, self._end = file, end

    def write(self, row: str) -> int:
        return self._file.write(row.removesuffix("\r\n") + self._end)


def csv_writer(file: TextIO, end: str = "\n", separator: str = ",") -> Writer:
    """Return a writer of rows.

    A cell with a carriage return is quoted whatever ends the lines: up to Python 3.12 the writer quotes only
    what its own line end has, and readers see the end of a row in a bare one.

    Args:
        file: where they are written, opened with newline="".
        end: what ends each line.
        separator: what stands between cells.
    """
    lines = file if end == "\r\n" else _Lines(file, end)
    return csv.writer(lines, delimiter=separator, lineterminator="\r\n")


def csv_text(rows: Iterable[Iterable[object]], end: str = "\n", separator: str = ",") -> str:
    """Return rows as CSV.

    Args:
        rows: the rows, with their cells.
        end: what ends each line.
        separator: what stands between cells.
    """
    text = io.StringIO(newline="")
    csv_writer(text, end, separator).writerows(rows)
    return text.getvalue()
