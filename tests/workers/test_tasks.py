"""Tasks over the loaded data: bounded, alone, once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.processes import alive, descendants, wait_for
from support.running import ROOT

from ogpld.errors import OgpldError, ReleaseError, SourceError, TaskStoppedError, UsageError, Where
from ogpld.stores import Query
from ogpld.stores.limits import Limits, TaskLimits
from ogpld.workers.pool import QueryService
from ogpld.workers.pool_options import PoolOptions

LIMITS = TaskLimits(deadline=2.0, memory=150_000_000, bytes=1_000_000, queue=1)


def make_pool(data: Path, task: str, limits: TaskLimits = LIMITS) -> QueryService:
    """Return a started pool with a task of `chores.py`."""
    pool = QueryService(
        PoolOptions(data, Limits(guard=False), workers=1, task=task, task_limits=limits)
    )
    pool.start()
    return pool


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the pool's processes find the tasks of the tests."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "tests"))


@pytest.fixture
def pool(data: Path, importable: None) -> Iterator[QueryService]:  # noqa: ARG001
    """A pool whose task does what its head says."""
    started = make_pool(data, "support.chores:prepare")
    yield started
    started.close()


def stopped_by(pool: QueryService, word: str) -> str:
    """Return the limit that ended a task."""
    with pytest.raises(TaskStoppedError) as caught:
        pool.run({"do": word}, b"")
    assert (caught.value.status, caught.value.code) == (503, "task-stopped")
    assert caught.value.hint
    return caught.value.limit


def test_a_task_gets_head_and_body_and_what_was_prepared(pool: QueryService, data: Path) -> None:
    """The body comes back whole, the folder was read before the worker could not any more."""
    body = bytes(range(256)) * 4_000
    assert len(body) > 1_000_000
    reply, small = pool.run({"do": "count"}, b"\0small\xff")
    assert (reply["files"], small) == ([data.name], b"\0small\xff")
    with pytest.raises(TaskStoppedError) as caught:
        pool.run({"do": "count"}, body)
    assert caught.value.limit == "bytes"


@pytest.mark.parametrize(
    ("word", "limit"),
    [("sleep", "deadline"), ("grow", "memory"), ("abort", "memory"), ("leave", "crash")],
)
def test_a_task_that_goes_wrong_is_stopped(pool: QueryService, word: str, limit: str) -> None:
    """Late, greedy or crashed: the limit is named, the next task and queries are answered."""
    assert stopped_by(pool, word) == limit
    assert pool.run({"do": "count"}, b"next")[1] == b"next"
    assert pool.answer(Query("ASK { ?s ?p ?o }")).kind == "boolean"


def test_nothing_outside_can_be_reached(pool: QueryService) -> None:
    """No socket, no file, not even a pipe."""
    reply, _ = pool.run({"do": "reach"}, b"")
    assert reply["done"] == ["socket", "file", "new file", "pipe"]


def test_what_a_task_adds_nobody_else_sees(pool: QueryService) -> None:
    """Its worker ends with it; the next task and the queries have the release as it was."""
    before, _ = pool.run({"do": "count"}, b"")
    added, _ = pool.run({"do": "add"}, b"")
    after, _ = pool.run({"do": "count"}, b"")
    assert (added["quads"], after["quads"]) == (before["quads"] + 1, before["quads"])
    assert len({reply["process"] for reply in (before, added, after)}) == 3
    assert b"false" in pool.answer(Query("ASK { ?s ?p <http://x.example/added> }")).body
    wait_for(lambda: not alive(added["process"]))


def test_a_task_refuses_in_its_own_words(pool: QueryService) -> None:
    """The error is what it was inside: class, code, hint, place."""
    with pytest.raises(SourceError, match="no") as caught:
        pool.run({"do": "refuse"}, b"")
    assert caught.value.where == Where("a.csv", 3, "title")
    assert (caught.value.code, caught.value.hint) == ("source", "else")


def test_a_limit_crosses_processes_with_its_name_and_time(pool: QueryService) -> None:
    """What a subclass adds to an error arrives as well."""
    with pytest.raises(TaskStoppedError, match="enough") as caught:
        pool.run({"do": "give up"}, b"")
    assert (caught.value.limit, caught.value.retry_after) == ("patience", 7)


def test_a_fault_says_nothing_of_the_document(
    capfd: pytest.CaptureFixture[str], pool: QueryService, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither its message nor what a library writes to standard error gets out."""
    with pytest.raises(OgpldError) as caught:
        pool.run({"do": "fail"}, b"")
    assert (caught.value.status, caught.value.code) == (500, "task-failed")
    pool.run({"do": "talk"}, b"")
    assert "ZeroDivisionError" in caplog.text
    assert "secret" not in caplog.text + str(caught.value) + "".join(capfd.readouterr())


def test_one_task_runs_and_one_waits(data: Path) -> None:
    """The queue has a bound of its own, and waiting counts."""
    pool = make_pool(data, "support.chores:prepare")
    try:
        limits: list[str] = []
        threads = [
            threading.Thread(target=lambda: limits.append(stopped_by(pool, "sleep")))
            for _ in range(2)
        ]
        for thread in threads:
            thread.start()
        wait_for(lambda: pool.status()["tasks"]["queued"] == 1)
        assert stopped_by(pool, "count") == "queue"
        assert pool.answer(Query("ASK { ?s ?p ?o }")).kind == "boolean"
        for thread in threads:
            thread.join()
        assert limits == ["deadline", "deadline"]
    finally:
        pool.close()


def test_the_zygote_stays_single_threaded(pool: QueryService) -> None:
    """The zygote has one thread whatever the task's module imports, so that a fork stays safe."""
    zygote = pool._supervisor._process  # noqa: SLF001
    assert zygote is not None
    assert len(list(Path(f"/proc/{zygote.pid}/task").iterdir())) == 1
    wait_for(lambda: len(descendants(zygote.pid)) == 3)


def test_a_task_that_cannot_be_prepared_stops_the_start(data: Path) -> None:
    """As data that cannot be loaded does."""
    for task, reason in (
        ("support.chores:broken", "KeyError"),
        ("nowhere:run", "ModuleNotFoundError"),
    ):
        with pytest.raises(ReleaseError, match=reason):
            make_pool(data, task)


def test_a_pool_without_a_task_says_so(data: Path) -> None:
    """Misuse is told at once."""
    with pytest.raises(UsageError):
        QueryService(PoolOptions(data, Limits())).run({}, b"")
