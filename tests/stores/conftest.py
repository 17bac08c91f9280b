"""A small store in this process and in workers."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.sample_store import BASE, LIMITS, sample_file, sample_pool

from ogpld.stores import Store
from ogpld.stores.embedded import EmbeddedStore

__all__ = ["sample_file", "sample_pool"]


@pytest.fixture(params=["embedded", "pool"])
def store(request: pytest.FixtureRequest, data: Path) -> Store:
    """Every kind of store, one after the other."""
    if request.param == "pool":
        pool: Store = request.getfixturevalue("pool")
        return pool
    return EmbeddedStore.load(data, None, (f"{BASE}graph/shapes",), LIMITS)
