"""Publishing after a change of one plan, against a whole build and as the data grows.

    python bench/publishing.py SHEET.csv [--quads 50000 500000] [--rounds 3]

The data is the shipped data with OGP's commitments sheet, its rows repeated under members that do not
exist, with keys of their own; nobody should publish it. For each size: a whole build, then rounds in
which the title of one commitment changes and the release is derived from the one before. Every build is a
process of its own, as `ogpld build` is one. Also printed: what the release says it is, its size on disk
with and without what a build remembers, and a build that finds nothing changed.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import os
import shutil
import statistics
import string
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ogpld.paths import shipped
from ogpld.release import ReleaseStore
from ogpld.release.packed_files import unpacked
from ogpld.release.release_store import PATCH

#: Quads of the shipped data with the sheet once, and what each repetition adds, about.
_ONCE, _MORE = 106_000, 77_000
_KEY, _CODE, _TITLE = "Commitment Unique Identifier", "Code", "Commitment Title"


def _table(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def _write(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def grow(sheet: Path, folder: Path, quads: int) -> Path:
    """Write data of about so many quads and return its sheet; less than one sheet takes some rows."""
    shutil.copytree(shipped("data"), folder)
    header, *lines = _table(sheet)
    key, code = header.index(_KEY), header.index(_CODE)
    rows = list(lines[: max(40, len(lines) * (quads - 27_000) // (_ONCE - 27_000))])
    members = _table(folder / "sources/members/members.csv")
    names = members[0]
    known = members[1:]
    codes = [dict(zip(names, line, strict=True)) for line in known]
    taken = {told[n] for told in codes for n in ("ogp_code", "commitment_id_prefix")}
    letters = itertools.product(string.ascii_uppercase, repeat=3)
    free = (code for code in map("".join, letters) if code not in taken)
    for _ in range(max(0, (quads - _ONCE) // _MORE)):
        marks = {}
        for told in codes:
            if not told["ogp_code"]:
                continue
            mark = marks[told["ogp_code"]] = next(free)
            again = {n: told[n] for n in ("member_type", "region", "source")}
            again |= {"name": f"{told['name']} {mark}"}
            again |= {"ogp_code": mark, "commitment_id_prefix": mark}
            members.append([again.get(name, "") for name in names])
        for line in lines:
            more = list(line)
            more[code] = marks[line[code]]
            more[key] = line[key].replace(line[key].rstrip("0123456789"), more[code])
            rows.append(more)
    _write(folder / "sources/members/members.csv", members)
    target = folder.parent / "sheet.csv"
    _write(target, [header, *rows])
    return target


def change(sheet: Path, turn: int) -> None:
    """Change the title of a commitment in the middle of the sheet."""
    rows = _table(sheet)
    rows[len(rows) // 2][rows[0].index(_TITLE)] += f" {turn}"
    _write(sheet, rows)


def build(folder: Path, sheet: Path, *more: str, dumps: bool = False) -> float:
    """Build in a process of its own and return its seconds, with or without the dumps."""
    command = [sys.executable, "-m", "ogpld", "--home", str(folder / "home"), "build"]
    command += [
        "--sources",
        str(folder / "data/sources"),
        "--input",
        f"ogp-commitments={sheet}",
        *more,
    ]
    started = time.perf_counter()
    environment = {**os.environ, "OGPLD_DUMPS": str(dumps).lower()}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise SystemExit(done.stdout[-2000:] + done.stderr[-2000:])
    return time.perf_counter() - started


def size(path: Path) -> int:
    """Return the bytes of a folder's files."""
    return sum(p.stat().st_size for p in path.rglob("*") if p.is_file())


def measure(sheet: Path, quads: int, rounds: int) -> None:
    """Measure one size and print a line."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        grown = grow(sheet, folder / "data", quads)
        whole = build(folder, grown)
        nothing = build(folder, grown)
        seconds = []
        for turn in range(rounds):
            change(grown, turn)
            seconds.append(build(folder, grown))
        again = statistics.median(seconds)
        release = ReleaseStore(folder / "home").current()
        if release is None or release.manifest.sequence != rounds + 1:
            raise SystemExit("a build was no release")
        changed = unpacked(release.path / PATCH).count(b"\n") - 4
        kept = size(folder / "home/build")
        taken = size(release.path)
        dumps = build(folder, grown, dumps=True)  # nothing changed, so dumps are all there is to do
        print(
            f"{release.manifest.quads:>9} {whole:8.2f} {again:8.2f} {whole / again:7.1f} {nothing:8.2f}"
            f" {changed:8} {taken / 1e6:9.1f} {release.data.stat().st_size / 1e6:9.1f}"
            f" {kept / 1e6:9.1f} {dumps:8.1f}",
            flush=True,
        )


def main() -> None:
    """Measure every size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("sheet", type=Path)
    parser.add_argument("--quads", type=int, nargs="+", default=[50_000, 500_000])
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(
        "    quads  whole s one plan   ratio  no change  changed release MB  data MB  build MB  dumps s"
    )
    for quads in options.quads:
        measure(options.sheet, quads, options.rounds)


if __name__ == "__main__":
    main()
