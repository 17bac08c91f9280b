"""A small store in the domain's shape."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from ogpld.stores.limits import Limits
from ogpld.workers.pool import QueryService
from ogpld.workers.pool_options import PoolOptions

BASE = "http://x.example/"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
LIMITS = Limits(deadline=5.0, rows=50, bytes=200_000, memory=200_000_000, queue=2)


def sample() -> str:
    """Return N-Quads: a plan, twelve commitments, a part, a hidden graph."""
    graph = f"<{BASE}graph/a>"
    lines = [
        f'<{BASE}id/plan/P1> {LABEL} "Plan"@en {graph} .',
        f"<{BASE}id/plan/P1> <{BASE}has> <{BASE}id/plan/P1#total> {graph} .",
        f'<{BASE}id/plan/P1#total> <{BASE}count> "12" {graph} .',
        f'<{BASE}hidden> {LABEL} "Hidden"@en <{BASE}graph/shapes> .',
    ]
    for number in range(1, 13):
        thing = f"<{BASE}id/commitment/C{number}>"
        lines.append(f'{thing} {LABEL} "Commitment {number}"@en <{BASE}graph/b> .')
        lines.append(f"{thing} <{BASE}plan> <{BASE}id/plan/P1> <{BASE}graph/b> .")
    return "\n".join(sorted(lines)) + "\n"


def make_pool(data: Path, limits: Limits = LIMITS, workers: int = 2) -> QueryService:
    """Return a started pool over the sample."""
    pool = QueryService(
        PoolOptions(
            data,
            limits,
            workers=workers,
            hidden_graphs=(f"{BASE}graph/shapes",),
            named_at_start=True,
        )
    )
    pool.start()
    return pool


@pytest.fixture(scope="session", name="data")
def sample_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample as a release holds it."""
    path = tmp_path_factory.mktemp("data") / "data.nq.gz"
    path.write_bytes(gzip.compress(sample().encode()))
    return path


@pytest.fixture(scope="session", name="pool")
def sample_pool(data: Path) -> Iterator[QueryService]:
    """A pool with small limits."""
    started = make_pool(data)
    yield started
    started.close()
