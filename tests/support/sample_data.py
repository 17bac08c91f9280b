"""A small set of real rows: what tests build and serve where the size of the data is not the point.

It is a folder laid out like `data/`, made from the shipped data. Source folders that are not named below
are not in it, and of the tables in `sample_rows.csv` only the rows with these keys, in this order: the
shipped data may grow, and what these tests compute stays. A fixture over everything that is shipped has
`whole` in its name.
"""

from __future__ import annotations

import atexit
import csv
import functools
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: Everything that is shipped.
WHOLE = ROOT / "data"
SOURCES = ("comparison", "estonia", "institutions", "members", "ogp-commitments", "tables")
RECONCILIATION = ("comparison.csv", "institutions.csv")


@functools.cache
def sample_data() -> Path:
    """Return the folder, which is made once a process and goes away with it; nobody changes it."""
    folder = Path(tempfile.mkdtemp(prefix="ogpld-sample-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return copy_sample(folder / "data")


def copy_sample(target: Path, sources: Iterable[str] = SOURCES) -> Path:
    """Write the small set, or some sources of it, to a folder that is not there yet; return it."""
    for name in sources:
        shutil.copytree(WHOLE / "sources" / name, target / "sources" / name)
    (target / "reconciliation").mkdir()
    reconciliations = (f"reconciliation/{name}" for name in RECONCILIATION)
    for path in (*reconciliations, "identity.csv", "linksets.csv"):
        shutil.copy2(WHOLE / path, target / path)
    for (path, column), places in _sample_rows().items():
        if (target / path).exists():
            _keep_rows(target / path, column, places)
    return target


@functools.cache
def _sample_rows() -> dict[tuple[str, str], dict[str, int]]:
    """Return by path and column the keys of the rows that are kept, each with its place."""
    tables: dict[tuple[str, str], dict[str, int]] = {}
    with Path(__file__).with_name("sample_rows.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            places = tables.setdefault((row["table"], row["column"]), {})
            places[row["key"]] = len(places)
    return tables


def _keep_rows(table: Path, column: str, places: dict[str, int]) -> None:
    """Keep the header and the rows with these keys, in the order of the keys, and the repairs of these rows."""
    header, *rows = _rows(table)
    cell = header.index(column)
    chosen = [(number, row) for number, row in enumerate(rows, 2) if row[cell] in places]
    chosen.sort(key=lambda numbered: places[numbered[1][cell]])
    absent = places.keys() - {row[cell] for _, row in chosen}
    assert not absent, f"{table.name} has no row any more with {column} {', '.join(sorted(absent))}"
    _write(table, [header, *(row for _, row in chosen)])
    fixes = table.with_name("fixes.csv")
    if fixes.exists():
        names, *lines = _rows(fixes)
        numbers = {str(old): str(new) for new, (old, _) in enumerate(chosen, 2)}
        others = [line for line in lines if line[0] != table.name]
        mended = [[line[0], numbers[line[1]], *line[2:]] for line in lines if line[1] in numbers]
        _write(fixes, [names, *others, *(line for line in mended if line[0] == table.name)])


def _rows(table: Path) -> list[list[str]]:
    with table.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def _write(table: Path, rows: Iterable[Iterable[str]]) -> None:
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
