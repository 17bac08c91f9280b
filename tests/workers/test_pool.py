"""Workers: killed in time, replaced at once, alone in the dark, gone with their parent."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.corpus import corpus
from support.processes import alive, descendants, wait_for
from support.running import ROOT, patient

from ogpld.errors import QueryError, QueryStoppedError, ReleaseError
from ogpld.stores import Query
from ogpld.stores.limits import Limits
from ogpld.workers.pool import QueryService
from ogpld.workers.pool_options import PoolOptions
from ogpld.workers.second_pool import SecondPool

ASK = Query("ASK { ?s ?p ?o }")
BOMB = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?p ?q ?r }"
SORT = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?p ?q ?r } ORDER BY ?c ?f"
LIMITS = Limits(deadline=1.5, rows=50, bytes=100_000, memory=100_000_000, queue=1, guard=False)


def make_pool(data: Path, limits: Limits = LIMITS, workers: int = 2) -> QueryService:
    """Return a started pool."""
    pool = QueryService(PoolOptions(data, limits, workers=workers))
    pool.start()
    return pool


@pytest.fixture
def open_pool(data: Path) -> Iterator[QueryService]:
    """A pool without guard: the workers alone must hold."""
    pool = make_pool(data)
    yield pool
    pool.close()


def test_a_pool_that_cannot_start_whole_leaves_nothing(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the one for graphs does not start, the first one ends, of which nobody knows yet."""

    def refuse(_: SecondPool[QueryService]) -> None:
        raise ReleaseError("the graphs cannot be loaded")

    monkeypatch.setattr(SecondPool, "start", refuse)
    pool = QueryService(PoolOptions(data, LIMITS, named_at_start=True))
    with pytest.raises(ReleaseError, match="the graphs"):
        pool.start()
    zygote = pool._supervisor._process  # noqa: SLF001
    assert zygote is not None
    assert zygote.poll() is not None


def stopped_by(pool: QueryService, text: str) -> str:
    """Return the limit that ended a query."""
    with pytest.raises(QueryStoppedError) as caught:
        pool.answer(Query(text))
    return caught.value.limit


def test_a_late_query_is_killed_and_the_next_is_answered(open_pool: QueryService) -> None:
    """Deadline first, then full strength again."""
    assert stopped_by(open_pool, BOMB) == "deadline"
    assert open_pool.answer(ASK).kind == "boolean"
    assert open_pool.status()["busy"] == 0


def test_a_greedy_query_is_stopped_by_its_memory(data: Path) -> None:
    """The worker dies alone."""
    pool = make_pool(data, replace(LIMITS, deadline=20.0, memory=60_000_000))
    try:
        assert stopped_by(pool, SORT) == "memory"
        assert pool.answer(ASK).kind == "boolean"
    finally:
        pool.close()


@pytest.mark.parametrize("opening", ["(", "!", "STR("])
def test_a_stack_overflow_is_contained(open_pool: QueryService, opening: str) -> None:
    """A crash of the engine is an answer of ours."""
    closing = ")" * 20_000 if "(" in opening else ""
    text = "SELECT * { FILTER(" + opening * 20_000 + "true" + closing + ") }"
    with pytest.raises(QueryError) as caught:
        open_pool.answer(Query(text))
    assert caught.value.code == "query-too-complex"
    assert open_pool.answer(ASK).kind == "boolean"


def test_the_network_is_out_of_reach(open_pool: QueryService) -> None:
    """SERVICE with the guard off: the listener hears nothing."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.setblocking(False)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        reaching = [case for case in corpus(address) if address in case.text]
        assert len(reaching) >= 10
        for case in reaching:
            try:
                open_pool.answer(Query(case.text))
            except QueryError as error:
                assert "os error" not in str(error)
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_waiting_and_running_share_one_deadline(data: Path) -> None:
    """Who waits behind a bomb is told within the deadline; who finds the queue full, at once."""
    pool = make_pool(data, replace(LIMITS, deadline=1.0), workers=1)
    try:
        limits: list[str] = []
        threads = [
            threading.Thread(target=lambda: limits.append(stopped_by(pool, BOMB))) for _ in range(2)
        ]
        began = time.monotonic()
        for thread in threads:
            thread.start()
        while pool.status()["queued"] < 1:
            assert time.monotonic() - began < patient(5)
            time.sleep(0.01)
        assert stopped_by(pool, "ASK {}") == "queue"
        for thread in threads:
            thread.join()
        assert limits == ["deadline", "deadline"]
        assert time.monotonic() - began < patient(4)
    finally:
        pool.close()


def test_bombs_do_not_starve_documents(open_pool: QueryService) -> None:
    """Documents have a worker of their own."""
    threads = [
        threading.Thread(target=lambda: stopped_by(open_pool, BOMB), daemon=True) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    while open_pool.status()["busy"] < 2:
        time.sleep(0.005)
    assert open_pool.describe("http://x.example/id/plan/P1", 5).quads
    for thread in threads:
        thread.join()


def test_a_kill_never_hits_the_next_caller(data: Path) -> None:
    """Queries that end around the deadline, again and again, beside honest ones."""
    pool = make_pool(data, replace(LIMITS, deadline=patient(0.05), queue=20))
    stop = time.monotonic() + 3
    wrong: list[BaseException] = []

    def slow() -> None:
        while time.monotonic() < stop:
            try:
                pool.answer(Query("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . }"))
            except QueryStoppedError:
                pass
            except BaseException as error:  # noqa: BLE001
                wrong.append(error)

    def honest() -> None:
        while time.monotonic() < stop:
            try:
                assert pool.describe("http://x.example/id/plan/P1", 5).quads
                assert b"true" in pool.answer(ASK, trusted=True).body
            except BaseException as error:  # noqa: BLE001
                wrong.append(error)

    threads = [threading.Thread(target=f) for f in (slow, slow, honest, honest)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pool.close()
    assert not wrong


def test_nobody_outlives_a_killed_parent(data: Path) -> None:
    """SIGKILL the owner while a bomb runs: zygote and workers are gone within two seconds.

    A bomb is set aside after a while and then has a worker beside the others; before that they are one fewer.
    """
    code = (
        "import sys, threading, time\n"
        "from pathlib import Path\n"
        "from ogpld.stores import Query\n"
        "from ogpld.stores.limits import Limits\n"
        "from ogpld.workers.pool import QueryService\n"
        "from ogpld.workers.pool_options import PoolOptions\n"
        "pool = QueryService(PoolOptions(Path(sys.argv[1]), Limits(deadline=60, guard=False), workers=2))\n"
        "pool.start()\n"
        "threading.Thread(target=lambda: pool.answer(Query(sys.argv[2]))).start()\n"
        "while pool.status()['long'] < 1:\n"
        "    time.sleep(0.01)\n"
        "print('ready', flush=True)\n"
        "time.sleep(60)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(data), BOMB], stdout=subprocess.PIPE, cwd=ROOT
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    wait_for(lambda: len(descendants(process.pid)) == 5)
    below = descendants(process.pid)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    wait_for(lambda: not any(alive(p) for p in below), 2)


def answers(pool: QueryService) -> bool:
    """Whether a pool answers; if not, only because its zygote is being replaced."""
    try:
        return pool.answer(ASK).kind == "boolean"
    except QueryStoppedError as error:
        assert error.limit == "restarting", error
        return False


def test_a_dead_zygote_is_replaced(data: Path, request: pytest.FixtureRequest) -> None:
    """Meanwhile callers are told at once, afterwards they are answered."""
    open_pool = make_pool(data)
    request.addfinalizer(open_pool.close)
    process = open_pool._supervisor._process  # noqa: SLF001
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    deadline = time.monotonic() + patient(10)
    # a worker may outlive the zygote by a moment and answer, so an answer alone does not say that there is another
    while open_pool.status()["restarts"] < 1 or not answers(open_pool):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert open_pool.status()["restarts"] == 1


def test_data_that_cannot_be_loaded_is_told(tmp_path: Path) -> None:
    """Starting fails with the reason."""
    (tmp_path / "data.nq.gz").write_bytes(b"nonsense")
    with pytest.raises(ReleaseError, match="cannot be loaded"):
        make_pool(tmp_path / "data.nq.gz")
