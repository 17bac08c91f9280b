"""A whole build with its dumps, with one process and with several, against another checkout.

    python bench/building.py [--jobs 1 2] [--other CHECKOUT] [--rounds 3] [--sources DIR]

Every build is a process of its own into an empty home, in turn, so that only ratios matter. Of each the
processor time of the process that builds, that of all processes and the time by the clock are printed, as
medians; on a machine that others use as well the first says how long it takes when they do not, as the other
processes run beside it. Shipped data is built, some 450,000 statements, unless --sources says else. With
--other the same is measured of another checkout, which has a `.venv` of its own and may not know --jobs.
Builds of one size have one digest, whatever ran them: it is compared.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
from pathlib import Path

from phases import Run, run

ROOT = Path(__file__).resolve().parents[1]


def build(checkout: Path, options: list[str]) -> tuple[Run, str]:
    """Build into an empty home, with the code of a checkout; return what it took, and the digest."""
    with tempfile.TemporaryDirectory() as home:
        taken = run(["--home", home, "build", *options], checkout)
        manifest = json.loads((Path(home) / "current/manifest.json").read_text(encoding="utf-8"))
        return taken, manifest["digest"]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, os.cpu_count() or 1])
    parser.add_argument("--other", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sources", type=Path)
    options = parser.parse_args()
    where = ["--sources", str(options.sources)] if options.sources else []
    arms = {f"--jobs {n}": (ROOT, [*where, "--jobs", str(n)]) for n in options.jobs}
    if options.other:
        arms = {"other": (options.other.resolve(), where), **arms}
    builds: dict[str, list[Run]] = {name: [] for name in arms}
    digests = set()
    for _ in range(options.rounds):
        for name, (checkout, more) in arms.items():
            taken, digest = build(checkout, more)
            builds[name].append(taken)
            digests.add(digest)
    if len(digests) != 1:
        raise SystemExit("the builds have different digests")
    first = next(iter(builds.values()))
    print("build        own CPU s    all CPU s      clock s   own CPU, first / this")
    for name, rounds in builds.items():
        own, every, clock = (
            statistics.median(getattr(b, field) for b in rounds)
            for field in ("own", "every", "clock")
        )
        ratio = statistics.median(b.own for b in first) / own
        print(f"{name:10} {own:11.1f} {every:12.1f} {clock:12.1f} {ratio:8.2f}", flush=True)
    print("\nstep, own and other CPU s" + "".join(f"{name:>18}" for name in builds))
    for step in dict.fromkeys(name for rounds in builds.values() for name in rounds[0].steps):
        cells = [
            tuple(statistics.median(r.steps.get(step, (0, 0))[n] for r in rounds) for n in (0, 1))
            for rounds in builds.values()
        ]
        print(f"{step[:25]:25}" + "".join(f"{mine:9.1f} {rest:8.1f}" for mine, rest in cells))


if __name__ == "__main__":
    main()
