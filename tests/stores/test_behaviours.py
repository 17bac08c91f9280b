"""The contract of stores, over those that are ours: in memory, on disk, in workers."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.sample_store import LIMITS, make_pool
from support.store_contract import (
    BEHAVIOURS,
    HIDDEN,
    QUADS,
    STOPPABLE,
    Behaviour,
    contract_data,
    differences,
    documented,
    outcome,
)

from ogpld.stores import Store
from ogpld.stores.disk import DiskStore
from ogpld.stores.embedded import EmbeddedStore
from ogpld.workers.pool import QueryService


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of the contract as a release holds it."""
    path = tmp_path_factory.mktemp("contract") / "data.nq.gz"
    path.write_bytes(gzip.compress(contract_data().encode()))
    return path


@pytest.fixture(scope="module")
def workers(file: Path) -> Iterator[QueryService]:
    """A pool of workers."""
    service = make_pool(file)
    yield service
    service.close()


@pytest.fixture(scope="module", params=["memory", "disk", "workers"])
def kind(request: pytest.FixtureRequest, file: Path) -> Store:
    """Every kind of store of ours, one after the other, over the data of the contract."""
    if request.param == "workers":
        pool: Store = request.getfixturevalue("workers")
        return pool
    if request.param == "memory":
        return EmbeddedStore.load(file, len(QUADS), (HIDDEN,), LIMITS)
    folder = file.parent / "store"
    written = DiskStore(folder, lambda name: name != HIDDEN)
    written.fill(QUADS)
    written.close()
    return EmbeddedStore.on_disk(folder, (HIDDEN,), LIMITS)


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=lambda each: each.name)
def test_our_stores_keep_the_contract(kind: Store, behaviour: Behaviour) -> None:
    """Each as it is written, but for what docs/engines.md says of us."""
    assert outcome(kind, behaviour) == documented(behaviour, "ours")


@pytest.mark.parametrize("behaviour", STOPPABLE, ids=lambda each: each.name)
def test_workers_can_be_stopped(workers: Store, behaviour: Behaviour) -> None:
    """What a store in this process cannot be."""
    assert outcome(workers, behaviour) == documented(behaviour, "ours")


def test_every_row_of_the_document_is_a_behaviour() -> None:
    """Nothing is said there of what is not tried."""
    names = {each.name for each in (*BEHAVIOURS, *STOPPABLE)}
    assert set(differences()) <= names
    assert len(names) >= 90
