"""A small store in workers."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.sample_store import make_pool, sample

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
