"""Repair cells as `fixes.csv` says (table, row, column, from, to, reason); raw files stay raw.

A fix that no longer finds its `from` text is an error: the table was changed, so look again.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ogpld.errors import SourceError, Where
from ogpld.sources import Table, read_table

_COLUMNS = {"table", "row", "column", "from", "to", "reason"}


def apply_fixes(tables: dict[str, Table], folder: Path) -> dict[str, Table]:
    """Return the tables with the fixes of the folder applied.

    Raises:
        SourceError: for an unknown place, a text that is not there, or a fix without a reason.
    """
    path = folder / "fixes.csv"
    if not path.exists():
        return tables
    fixes = read_table(path)
    missing = _COLUMNS - set(fixes.header)
    if missing:
        raise SourceError(
            f"columns are missing: {', '.join(sorted(missing))}", where=Where(path.name, 1)
        )
    repaired = dict(tables)
    for fix in fixes.rows:
        cells = fix.cells
        where = Where(path.name, fix.number)
        table = repaired.get(cells["table"])
        rows = table.rows if table else ()
        index = next((i for i, r in enumerate(rows) if str(r.number) == cells["row"]), None)
        if table is None or index is None or cells["column"] not in table.header:
            raise SourceError("no such table, row or column", where=where, hint=str(cells))
        if not cells["reason"]:
            raise SourceError("the fix gives no reason", where=where)
        row = rows[index]
        if row.cells[cells["column"]] != cells["from"]:
            raise SourceError(
                f"the cell holds {row.cells[cells['column']]!r}, not {cells['from']!r}",
                where=where,
                hint="the table has changed: remove or renew the fix",
            )
        mended = replace(row, cells={**row.cells, cells["column"]: cells["to"]})
        repaired[cells["table"]] = replace(table, rows=(*rows[:index], mended, *rows[index + 1 :]))
    return repaired
