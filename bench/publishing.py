"""Publishing after a change of one plan, against a whole build and as the data grows.

    python bench/publishing.py SHEET.csv [--quads 527000 1600000] [--rounds 3] [--dumps]

The data is the shipped data with OGP's commitments sheet, its rows repeated under members that do not
exist, with keys of their own; nobody should publish it. For each size: a whole build, then rounds in
which the title of one commitment changes and the release is derived from the one before. Every build is a
process of its own, as `ogpld build` is one; seconds are processor seconds of all its processes. Also printed:
what the release says it is, its size on disk with and without what a build remembers, memory of a whole
build and of one by difference, a build that finds nothing changed; and each step of the build.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import re
import shutil
import statistics
import string
import tempfile
from pathlib import Path

from phases import Run, run

from ogpld.paths import shipped
from ogpld.release import ReleaseStore
from ogpld.release.packed_files import unpacked
from ogpld.release.release_store import PATCH

#: Quads of the shipped data, of it with the sheet once, and what each repetition adds, about.
_SHIPPED, _ONCE, _MORE = 454_000, 527_000, 77_000
#: What may be the code of a country or member somewhere.
_CODES = re.compile(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])")
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
    rows = list(lines[: max(40, len(lines) * (quads - _SHIPPED) // (_ONCE - _SHIPPED))])
    members = _table(folder / "sources/members/members.csv")
    names = members[0]
    known = members[1:]
    codes = [dict(zip(names, line, strict=True)) for line in known]
    texts = (file.read_text(encoding="utf-8-sig") for file in folder.rglob("*.csv"))
    taken = {
        code for text in (*texts, sheet.read_text("utf-8-sig")) for code in _CODES.findall(text)
    }
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


def build(folder: Path, sheet: Path, *, dumps: bool = False, jobs: int = 1) -> Run:
    """Build in a process of its own, with or without the dumps."""
    home, sources = folder / "home", folder / "data/sources"
    arguments = ["--home", str(home), "build", "--sources", str(sources)]
    arguments += ["--input", f"ogp-commitments={sheet}", "--jobs", str(jobs)]
    return run(arguments, OGPLD_DUMPS=str(dumps).lower())


def size(path: Path) -> int:
    """Return the bytes of a folder's files."""
    return sum(p.stat().st_size for p in path.rglob("*") if p.is_file())


def measure(sheet: Path, quads: int, rounds: int, *, dumps: bool) -> dict[str, Run]:
    """Measure one size and print a line; return the whole build and the last of one plan."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        grown = grow(sheet, folder / "data", quads)
        whole = build(folder, grown)
        nothing = build(folder, grown)
        runs = []
        for turn in range(rounds):
            change(grown, turn)
            runs.append(build(folder, grown))
        again = statistics.median(one.every for one in runs)
        release = ReleaseStore(folder / "home").current()
        if release is None or release.manifest.sequence != rounds + 1:
            raise SystemExit("a build was no release")
        changed = unpacked(release.path / PATCH).count(b"\n") - 4
        kept = size(folder / "home/build")
        taken = size(release.path)
        # nothing changed, so dumps are all there is to do
        written = build(folder, grown, dumps=True).every if dumps else 0.0
        print(
            f"{release.manifest.quads:>9} {whole.every:8.2f} {again:8.2f} {whole.every / again:7.1f}"
            f" {nothing.every:9.2f} {changed:8} {taken / 1e6:10.1f}"
            f" {release.data.stat().st_size / 1e6:8.1f} {kept / 1e6:8.1f} {whole.peak:8.0f}"
            f" {runs[-1].peak:8.0f} {written:8.1f}",
            flush=True,
        )
        return {"whole": whole, "one plan": runs[-1]}


def show_steps(sizes: list[int], runs: list[dict[str, Run]]) -> None:
    """Print the processor seconds of each step, a column a size, and how they grew."""
    for kind in ("whole", "one plan"):
        print(f"\n{kind:24}" + "".join(f"{size:>12}" for size in sizes) + "     last / first")
        names = dict.fromkeys(name for of_size in runs for name in of_size[kind].steps)
        for name in names:
            taken = [sum(of_size[kind].steps.get(name, (0, 0))) for of_size in runs]
            growth = taken[-1] / taken[0] if taken[0] else 0.0
            print(f"{name[:24]:24}" + "".join(f"{t:12.2f}" for t in taken) + f"{growth:12.1f}")


def main() -> None:
    """Measure every size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("sheet", type=Path)
    parser.add_argument("--quads", type=int, nargs="+", default=[527_000, 1_600_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--dumps", action="store_true")
    options = parser.parse_args()
    print(
        "    quads  whole s  plan s   ratio no change  changed release MB  data MB"
        " build MB  peak MB  peak MB  dumps s"
    )
    runs = [
        measure(options.sheet, quads, options.rounds, dumps=options.dumps)
        for quads in options.quads
    ]
    show_steps(options.quads, runs)


if __name__ == "__main__":
    main()
