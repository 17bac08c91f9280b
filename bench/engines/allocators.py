"""What the engine takes for each kind of question with glibc's allocator and with mimalloc.

    python bench/engines/allocators.py --home HOME [--rounds 3]

Each measurement is a process of its own that loads the union of a release and asks; they alternate. The
figures are milliseconds of processor time, medians over queries of which no two are the same, the least of
all rounds; the ratio is what counts.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
from compare import keys_of
from query_sets import CSV, KINDS, TURTLE
from statements import statements

from ogpld.release import ReleaseStore
from ogpld.workers.allocators import allocator_environment

#: Queries of a kind, as many as take a moment.
_MANY, _FEW = 300, 6
_LIGHT = frozenset({"point", "join of three", "CONSTRUCT of a thing"})


def measured(triples: Path, keys: dict[str, list[str]]) -> Iterator[tuple[str, float]]:
    """Yield the kinds of question and their milliseconds."""
    store = ox.Store()
    store.bulk_load(path=str(triples), format=ox.RdfFormat.N_TRIPLES)
    for kind in KINDS:
        times = []
        number = _MANY if kind.name in _LIGHT else _FEW
        for query in kind.queries(keys["commitment"], keys["member"], range(number)):
            began = time.process_time()
            result = store.query(query)
            rows = ox.QueryResultsFormat.CSV if kind.accept == CSV else ox.QueryResultsFormat.JSON
            result.serialize(format=ox.RdfFormat.TURTLE if kind.accept == TURTLE else rows)  # type: ignore[arg-type]
            times.append(time.process_time() - began)
        yield kind.name, statistics.median(times) * 1_000


def main() -> None:
    """Print the table, or the figures of one process."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--home", type=Path, default=Path("var"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    release = ReleaseStore(options.home).current()
    if release is None:
        raise SystemExit(f"no release in {options.home}: run ogpld build")
    if options.one:
        keys = {
            kind: [release.iris.thing(kind, key).value for key in keys_of(release, kind)]
            for kind in ("commitment", "member")
        }
        print(json.dumps(dict(measured(options.one, keys))))
        return
    preloaded = allocator_environment("auto")
    if not preloaded:
        raise SystemExit("mimalloc is not here: apt-get install libmimalloc2.0")
    figures: dict[tuple[str, str], list[float]] = {}
    with statements(release) as triples:
        command = [sys.executable, __file__, f"--home={options.home}", f"--one={triples}"]
        for number in range(options.rounds):
            print(f"  round {number + 1} of {options.rounds}", file=sys.stderr, flush=True)
            for name, variables in (("glibc", {}), ("mimalloc", preloaded)):
                environment = os.environ | variables
                output = subprocess.run(command, env=environment, capture_output=True, check=True)
                for kind, time_ in json.loads(output.stdout).items():
                    figures.setdefault((kind, name), []).append(time_)
    print("| question | glibc, ms | mimalloc, ms | ratio |\n|---|---|---|---|")
    for kind in KINDS:
        ours, other = (min(figures[kind.name, name]) for name in ("glibc", "mimalloc"))
        print(f"| {kind.name} | {ours:.2f} | {other:.2f} | {other / ours:.2f} |")


if __name__ == "__main__":
    main()
