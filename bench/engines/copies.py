"""What a query takes where the data was loaded, as the first one in a fork of that, and as a later one there.

    LD_PRELOAD=libmimalloc.so.2 python bench/engines/copies.py --home HOME

The engine counts references in the pages it walks, so that the first query in a fork copies them. The figures
are milliseconds of processor time, medians of several queries or forks, and pages that were copied.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from typing import NamedTuple

import pyoxigraph as ox
from compare import keys_of
from query_sets import CSV, KINDS, TURTLE, Kind
from statements import statements

from ogpld.release import ReleaseStore

#: Queries, and forks, of which the medians are.
_MANY = 7


class Cost(NamedTuple):
    """Milliseconds of processor time, and pages."""

    time: float
    pages: float


def cost_of(store: ox.Store, kind: Kind, queries: Iterator[str]) -> Cost:
    """Return what the next of some queries takes."""
    query = next(queries)
    before = getrusage(RUSAGE_SELF)
    result = store.query(query)
    rows = ox.QueryResultsFormat.CSV if kind.accept == CSV else ox.QueryResultsFormat.JSON
    result.serialize(format=ox.RdfFormat.TURTLE if kind.accept == TURTLE else rows)  # type: ignore[arg-type]
    after = getrusage(RUSAGE_SELF)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(seconds * 1_000, after.ru_minflt - before.ru_minflt)


def in_fork(store: ox.Store, kind: Kind, queries: Sequence[str]) -> list[Cost]:
    """Return what queries take one after the other in one fork."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        texts = iter(queries)
        costs = [cost_of(store, kind, texts) for _ in queries]
        os.write(writing, json.dumps(costs).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        costs = [Cost(*cost) for cost in json.loads(pipe.read())]
    os.wait()
    return costs


def median(costs: Sequence[Cost]) -> Cost:
    """Return the medians of both figures."""
    return Cost(*(statistics.median(figures) for figures in zip(*costs, strict=True)))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--home", type=Path, default=Path("var"))
    options = parser.parse_args()
    release = ReleaseStore(options.home).current()
    if release is None:
        raise SystemExit(f"no release in {options.home}: run ogpld build")
    keys = {
        kind: [release.iris.thing(kind, key).value for key in keys_of(release, kind)]
        for kind in ("commitment", "member")
    }
    store = ox.Store()
    with statements(release) as triples:
        store.bulk_load(path=str(triples), format=ox.RdfFormat.N_TRIPLES)
    print("| question | loaded, ms | first in a fork, ms | pages | next there, ms | pages |")
    print("|---|---|---|---|---|---|")
    for kind in KINDS:
        queries = kind.queries(keys["commitment"], keys["member"], range(100_000))
        cost_of(store, kind, queries)
        loaded = median([cost_of(store, kind, queries) for _ in range(_MANY)])
        forks = [in_fork(store, kind, [next(queries) for _ in range(3)]) for _ in range(_MANY)]
        first, later = (median([fork[at] for fork in forks]) for at in (0, 2))
        print(
            f"| {kind.name} | {loaded.time:.2f} | {first.time:.2f} | {first.pages:,.0f} "
            f"| {later.time:.2f} | {later.pages:,.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
