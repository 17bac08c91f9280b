"""Workers allocate with mimalloc where it is and may be."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest
from support.running import required
from support.sample_store import LIMITS

from ogpld.setting_values import ALLOCATORS
from ogpld.stores import Query
from ogpld.workers import allocators
from ogpld.workers.allocators import allocator_environment
from ogpld.workers.pool import QueryService
from ogpld.workers.pool_options import PoolOptions


@pytest.mark.parametrize("choice", ALLOCATORS)
def test_the_pool_says_what_its_workers_allocate_with(data: Path, choice: str) -> None:
    """It is read from the process, not from what was wished for."""
    there = bool(allocator_environment("auto"))
    assert there or not required("mimalloc"), "OGPLD_REQUIRE names mimalloc, and there is none"
    pool = QueryService(PoolOptions(data, LIMITS, workers=1, allocator=choice))
    pool.start()
    try:
        assert pool.answer(Query("ASK { ?s ?p ?o }", ("json", "nt"))).body
        wished = "mimalloc" if there and choice == "auto" else "system"
        assert pool.status()["allocator"] == wished
    finally:
        pool.close()


def test_nothing_is_preloaded_where_it_could_do_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not beside what an operator preloads, nor in a bounded address space; of two the newer."""
    for name in ("libmimalloc.so.2", "libmimalloc.so.3"):
        (tmp_path / name).touch()
    monkeypatch.setattr(allocators, "_FOLDERS", (str(tmp_path),))
    monkeypatch.delenv("LD_PRELOAD", raising=False)
    assert allocator_environment("auto")["LD_PRELOAD"] == str(tmp_path / "libmimalloc.so.3")
    assert allocator_environment("system") == {}
    monkeypatch.setattr(resource, "getrlimit", lambda _: (1 << 30, 1 << 30))
    assert allocator_environment("auto") == {}
    monkeypatch.undo()
    monkeypatch.setenv("LD_PRELOAD", "/lib/other.so")
    assert allocator_environment("auto") == {}
