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
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]


class Build(NamedTuple):
    """What a build took: processor seconds of itself and of all its processes, seconds; its digest."""

    own: float
    every: float
    clock: float
    digest: str


def one(arguments: list[str]) -> None:
    """Build in this process and print its processor time: `ogpld` itself with the figures."""
    from ogpld.cli import main

    code = main(arguments)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    figures = (time.process_time(), used.ru_utime + used.ru_stime, code)
    sys.stdout.write("\n" + json.dumps(figures) + "\n")
    sys.stdout.flush()
    os._exit(code)  # as the command does: nothing is freed


def build(checkout: Path, options: list[str]) -> Build:
    """Build into an empty home, with the code of a checkout."""
    with tempfile.TemporaryDirectory() as home:
        command = [checkout / ".venv/bin/python", __file__, "--one", "--home", home, "build"]
        started = time.perf_counter()
        environment = {**os.environ, "PYTHONPATH": str(checkout)}
        done = subprocess.run(
            [*command, *options], capture_output=True, text=True, check=False, env=environment
        )
        if done.returncode:
            raise SystemExit(done.stdout[-1000:] + done.stderr[-2000:])
        clock = time.perf_counter() - started
        own, others, _ = json.loads(done.stdout.splitlines()[-1])
        manifest = json.loads((Path(home) / "current/manifest.json").read_text(encoding="utf-8"))
        return Build(own, own + others, clock, manifest["digest"])


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
    builds: dict[str, list[Build]] = {name: [] for name in arms}
    for _ in range(options.rounds):
        for name, (checkout, more) in arms.items():
            builds[name].append(build(checkout, more))
    if len({b.digest for rounds in builds.values() for b in rounds}) != 1:
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


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2:])
    else:
        main()
