"""Repair cells as `fixes.csv` says (table, row, column, from, to, reason); raw files stay raw.

A fix that no longer finds its `from` text is an error: the table was changed, so look again. `from` may
be `withheld`, for any text with contact data, so that a fix need not repeat what must not be published.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ogpld.errors import SourceError, Where
from ogpld.report import Finding
from ogpld.sources import InputRow, read_table
from ogpld.sources.contact import contact_data

_WITHHELD = "withheld"
COLUMNS = {"table", "row", "column", "from", "to", "reason"}


@dataclass(frozen=True, slots=True)
class _Fix:
    where: Where
    column: str
    old: str
    new: str


class Fixes:
    """The fixes of one source, by table and row.

    Attributes:
        remarks: what was noticed while they were read.
    """

    def __init__(self, remarks: tuple[Finding, ...] = ()) -> None:
        self.remarks = remarks
        self._of: dict[str, dict[int, list[_Fix]]] = {}

    def mend(
        self, table: str, header: tuple[str, ...], rows: Iterable[InputRow]
    ) -> Iterator[InputRow]:
        """Yield the rows of a table with its fixes applied.

        Raises:
            SourceError: for an unknown row or column, or a text that is not there.
        """
        waiting = dict(self._of.get(table, {}))
        for row in rows:
            fixes = waiting.pop(row.number, None)
            yield _mended(row, fixes, header) if fixes else row
        for fixes in waiting.values():
            raise SourceError(
                f"{table!r} has no such row", where=fixes[0].where, hint="the header is row 1"
            )

    def add(self, table: str, row: int, fix: _Fix) -> None:
        """Add one."""
        self._of.setdefault(table, {}).setdefault(row, []).append(fix)


def _mended(row: InputRow, fixes: list[_Fix], header: tuple[str, ...]) -> InputRow:
    cells = dict(row.cells)
    for fix in fixes:
        if fix.column not in header:
            raise SourceError(f"there is no column {fix.column!r}", where=fix.where)
        if not _is(cells[fix.column], fix.old):
            raise SourceError(
                "the cell holds no contact data any more"
                if fix.old == _WITHHELD
                else f"the cell holds {cells[fix.column][:200]!r}, not {fix.old[:200]!r}",
                where=fix.where,
                hint="the table has changed: remove or renew the fix",
            )
        cells[fix.column] = fix.new
    return replace(row, cells=cells)


def _is(text: str, expected: str) -> bool:
    """Say whether a cell holds what a fix expects."""
    return bool(contact_data(text)) if expected == _WITHHELD else text == expected


def read_fixes(folder: Path, tables: Iterable[str]) -> Fixes:
    """Read the fixes of a source folder; a missing file means there are none.

    Raises:
        SourceError: for an unknown table, a row that is no number, or a fix without a reason.
    """
    path = folder / "fixes.csv"
    if not path.exists():
        return Fixes()
    table = read_table(path).sound()
    fixes = Fixes(table.remarks)
    if missing := COLUMNS - set(table.header):
        raise SourceError(
            f"columns are missing: {', '.join(sorted(missing))}", where=Where(path.name, 1)
        )
    names = set(tables)
    for row in table.rows:
        cells, where = row.cells, Where(path.name, row.number)
        if cells["table"] not in names or not cells["row"].isdecimal():
            hint = f"tables: {', '.join(sorted(names))}; the header is row 1"
            raise SourceError("no such table or row", where=where, hint=hint)
        if not cells["reason"]:
            raise SourceError("the fix gives no reason", where=where)
        fix = _Fix(where, cells["column"], cells["from"], cells["to"])
        fixes.add(cells["table"], int(cells["row"]), fix)
    return fixes
