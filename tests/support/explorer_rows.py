"""A few real rows of the Explorer's tables, with everything that is wrong in them, as a data folder.

Rows that are left out are blank lines, so that those that stay keep their numbers and `fixes.csv` finds them.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from support.sample_data import SOURCES, WHOLE, copy_sample

NAME = "explorer"
COMMITMENTS, PROCESS = "commitments-2016.csv", "process-2016.csv"
#: Country and plan: Estonia whole, twice the same number, lost zeros, no number, a year that slipped, an
#: unclear impact, a star against its rule, a commitment's number in another column, and former members.
PLANS = {
    ("Azerbaijan", "1"),
    ("Azerbaijan", "2"),
    ("Brazil", "2"),
    ("El Salvador", "2"),
    ("Estonia", "1"),
    ("Estonia", "2"),
    ("Honduras", "1"),
    ("Norway", "1"),
    ("Tanzania", "1"),
    ("UK", "1"),
    ("United Kingdom", "1"),
}


def explorer_rows(target: Path) -> Path:
    """Write the sample of the shipped data with these rows of the Explorer to a new folder; return it."""
    copy_sample(target, (*SOURCES, NAME))
    for table in ("members.csv", "status.csv"):  # the sample leaves out former members
        shutil.copy2(WHOLE / "sources/members" / table, target / "sources/members" / table)
    folder = target / "sources" / NAME
    remaining = keep(
        folder / COMMITMENTS, lambda row: (row["Country"], row["Action Plan Number"]) in PLANS
    )
    plans = keep(
        folder / PROCESS, lambda row: (row["Country name"], row["Action Plan Number"]) in PLANS
    )
    names = {row["edition_row"] for row in remaining.values()}
    keep(folder / "keys.csv", lambda row: row["edition_row"] in names)
    rows = {COMMITMENTS: remaining, PROCESS: plans}
    keep(folder / "fixes.csv", lambda row: int(row["row"]) in rows[row["table"]])
    return target


def keep(table: Path, wanted: Callable[[dict[str, str]], bool]) -> dict[int, dict[str, str]]:
    """Make blank lines of the other rows; return those that stay by their number, the header being 1."""
    header, rows = read_rows(table)
    remaining = {number: row for number, row in enumerate(rows, 2) if row and wanted(row)}
    lines = [list(remaining[n].values()) if n in remaining else [] for n in range(2, len(rows) + 2)]
    write_rows(table, header, lines)
    return remaining


def read_rows(table: Path) -> tuple[list[str], list[dict[str, str]]]:
    """Return the header and the rows of a table, read with the csv module alone; a blank line is empty."""
    with table.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    return header, [dict(zip(header, row, strict=True)) if row else {} for row in rows]


def write_rows(table: Path, header: list[str], rows: Iterable[list[str]]) -> None:
    """Write a table; an empty row is a blank line."""
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for row in (header, *rows):
            if row:
                writer.writerow(row)
            else:
                file.write("\n")


def shipped(name: str) -> tuple[list[str], list[dict[str, str]]]:
    """Return the header and the rows of a shipped table of the source."""
    return read_rows(WHOLE / "sources" / NAME / name)
