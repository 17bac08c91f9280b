"""Compare answering in this process with answering in a worker that can be killed.

    python bench/isolation.py [--home var] [--rounds 15]

Prints, for each query, the median of both in interleaved rounds, and worker / in-process.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from ogpld.iris import Iris
from ogpld.release import ReleaseStore
from ogpld.stores import Query
from ogpld.stores.embedded import EmbeddedStore
from ogpld.stores.limits import Limits
from ogpld.workers.pool import QueryService
from ogpld.workers.pool_options import PoolOptions

OGPLD = "PREFIX ogpld: <https://w3id.org/ogpld/ns#> "
QUERIES = {
    "point": OGPLD + "SELECT * { <http://localhost:8000/id/commitment/EE0050> ?p ?o }",
    "join": OGPLD + "SELECT * { ?a ogpld:assesses ?c ; ogpld:value ?v . ?c ogpld:plan ?p }",
    "group": OGPLD + "SELECT ?k (COUNT(*) AS ?n) { ?s a ?k } GROUP BY ?k",
    "9,000 rows": "SELECT * { ?s ?p ?o } LIMIT 9000",
}


def mean_ms(work: Callable[[], object], times: int) -> float:
    """Return the mean of some runs in milliseconds."""
    began = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - began) / times * 1000


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path, default=Path("var"))
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    release = ReleaseStore(options.home).current()
    if release is None:
        parser.error("build a release first: ogpld build")
    hidden = (Iris(release.manifest.base_iri).graph("shapes").value,)
    limits = Limits()
    embedded = EmbeddedStore.load(release.data, release.manifest.quads, hidden, limits)
    pool = QueryService(
        PoolOptions(release.data, limits, expected=release.manifest.quads, hidden_graphs=hidden)
    )
    pool.start()
    print(f"{'query':<12} {'in process':>11} {'worker':>9} {'ratio':>6}   ms, medians")
    for name, text in QUERIES.items():
        query = Query(text)
        times = 5 if "rows" in name else 50
        inside, outside = [], []
        for _ in range(options.rounds):
            inside.append(mean_ms(partial(embedded.answer, query), times))
            outside.append(mean_ms(partial(pool.answer, query), times))
        one, two = statistics.median(inside), statistics.median(outside)
        print(f"{name:<12} {one:>11.3f} {two:>9.3f} {two / one:>6.2f}")
    pool.close()


if __name__ == "__main__":
    main()
