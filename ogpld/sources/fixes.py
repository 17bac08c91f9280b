"""Repair cells as `fixes.csv` says (table, row, column, from, to, reason); raw files stay raw.

A sheet of a workbook is called `plan.xlsx#Commitment`; a workbook with one sheet also by its file name. What
held contact data is empty in the published table.

A fix that no longer finds its `from` text is an error: the table was changed, so look again. `from` may
be `withheld`, for any text with contact data, so that a fix need not repeat what must not be published.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ogpld.errors import SourceError, Where
from ogpld.near_names import ALIKE, closest, closest_few
from ogpld.report import Finding
from ogpld.sources import InputRow, read_companion
from ogpld.sources.contact import contact_data

_ROW = re.compile(r"[0-9]{1,9}", re.ASCII)
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
        self, table: str, header: tuple[str, ...], rows: Iterable[InputRow], *aliases: str
    ) -> Iterator[InputRow]:
        """Yield the rows of a table with its fixes applied.

        Args:
            table: the name the table is described under.
            header: its columns.
            rows: its rows as read.
            aliases: other names that `fixes.csv` may call it by.

        Raises:
            SourceError: for an unknown row or column, or a text that is not there.
        """
        waiting = self._fixes((table, *aliases))
        for row in rows:
            fixes = waiting.pop(row.number, None)
            yield _mended(row, fixes, header) if fixes else row
        for fixes in waiting.values():
            raise SourceError(
                f"{table!r} has no such row", where=fixes[0].where, hint="the header is row 1"
            )

    def personal(self, *names: str) -> set[tuple[int | None, str | None]]:
        """Return row and column of the cells of a table that held contact data before they were mended."""
        return {
            (row, fix.column)
            for row, fixes in self._fixes(names).items()
            for fix in fixes
            if fix.old == _WITHHELD or contact_data(fix.old)
        }

    def repeating(self) -> Iterator[tuple[Where, str]]:
        """Yield the cells of `fixes.csv` that repeat contact data, with what they hold."""
        for of_table in self._of.values():
            for fix in (fix for fixes in of_table.values() for fix in fixes):
                if contact_data(fix.old):
                    yield replace(fix.where, column="from"), fix.old

    def _fixes(self, names: Iterable[str]) -> dict[int, list[_Fix]]:
        """Return the fixes of a table by row, whichever of its names they use."""
        fixes: dict[int, list[_Fix]] = {}
        for name in dict.fromkeys(names):
            for row, of_row in self._of.get(name, {}).items():
                fixes.setdefault(row, []).extend(of_row)
        return fixes

    def add(self, table: str, row: int, fix: _Fix) -> None:
        """Add one."""
        self._of.setdefault(table, {}).setdefault(row, []).append(fix)


def _mended(row: InputRow, fixes: list[_Fix], header: tuple[str, ...]) -> InputRow:
    cells = dict(row.cells)
    for fix in fixes:
        if fix.column not in header:
            near = closest(fix.column, header)
            raise SourceError(
                f"there is no column {fix.column!r}",
                where=fix.where,
                hint=f"did you mean {near}?" if near else f"columns: {', '.join(header)}",
            )
        if not _is(cells[fix.column], fix.old):
            raise SourceError(
                "the cell holds no contact data any more"
                if fix.old == _WITHHELD
                else f"the cell holds {cells[fix.column][:200]!r}, not {fix.old[:200]!r}",
                where=fix.where,
                hint="the table has changed: remove or renew the fix",
            )
        cells[fix.column] = fix.new
    mended = {fix.column for fix in fixes}  # the number that was stored is not what the fix says
    stored = {c: number for c, number in (row.stored or {}).items() if c not in mended}
    return replace(row, cells=cells, stored=stored or None)


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
    table = read_companion(path, COLUMNS)
    fixes = Fixes(table.remarks)
    names = set(tables)
    for row in table.rows:
        cells, where = row.cells, Where(path.name, row.number)
        if cells["table"] not in names:
            near = closest_few(cells["table"], sorted(names), 1, ALIKE)
            meant = f"did you mean {near[0]}? " if near else ""
            raise SourceError(
                f"there is no table {cells['table']!r}",
                where=where,
                hint=f"{meant}tables: {', '.join(sorted(names))}",
            )
        if not _ROW.fullmatch(cells["row"]):
            raise SourceError(
                f"{cells['row']!r} is no number of a row",
                where=where,
                hint="write it in digits; the header is row 1",
            )
        if not cells["reason"]:
            raise SourceError("the fix gives no reason", where=where)
        fix = _Fix(where, cells["column"], cells["from"], cells["to"])
        fixes.add(cells["table"], int(cells["row"]), fix)
    return fixes
