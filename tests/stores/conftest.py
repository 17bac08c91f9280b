"""A small store in this process and in workers."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.sample_store import BASE, LIMITS, make_pool, sample

from ogpld.stores import Store
from ogpld.stores.embedded import EmbeddedStore
from ogpld.workers.pool import QueryService


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample as a release holds it."""
    path = tmp_path_factory.mktemp("data") / "data.nq.gz"
    path.write_bytes(gzip.compress(sample().encode()))
    return path


@pytest.fixture(scope="session")
def pool(data: Path) -> Iterator[QueryService]:
    """A pool with small limits."""
    started = make_pool(data)
    yield started
    started.close()


@pytest.fixture(params=["embedded", "pool"])
def store(request: pytest.FixtureRequest, data: Path) -> Store:
    """Every kind of store, one after the other."""
    if request.param == "pool":
        pool: Store = request.getfixturevalue("pool")
        return pool
    return EmbeddedStore.load(data, None, (f"{BASE}graph/shapes",), LIMITS)
