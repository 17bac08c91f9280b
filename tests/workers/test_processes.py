"""What the pool's processes may do, what they survive, and what they leave behind: nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.processes import alive, descendants, wait_for
from support.running import ROOT

from ogpld.errors import QueryStoppedError, QueryTooLargeError
from ogpld.stores import Query
from ogpld.stores.limits import Limits
from ogpld.workers.pool import QueryService
from ogpld.workers.pool_options import PoolOptions

ASK = Query("ASK { ?s ?p ?o }")
LIMITS = Limits(deadline=20.0, rows=50, bytes=100_000, memory=100_000_000, queue=1, guard=False)


def make_pool(data: Path, limits: Limits = LIMITS) -> QueryService:
    """Return a started pool of two workers."""
    pool = QueryService(PoolOptions(data, limits, workers=2))
    pool.start()
    return pool


@pytest.fixture
def pool(data: Path) -> Iterator[QueryService]:
    """A pool without guard."""
    started = make_pool(data)
    yield started
    started.close()


def zygote_of(pool: QueryService) -> int:
    """Return the process number of a pool's zygote."""
    process = pool._supervisor._process  # noqa: SLF001
    assert process is not None
    return process.pid


def limits_of(process: int) -> str:
    """Return the resource limits of a process."""
    return Path(f"/proc/{process}/limits").read_text(encoding="ascii")


def test_workers_that_die_unused_are_replaced(
    pool: QueryService, caplog: pytest.LogCaptureFixture
) -> None:
    """By whatever kills them; the next callers notice nothing, and the log has a line for each."""
    wait_for(lambda: len(descendants(zygote_of(pool))) == 3)
    before = descendants(zygote_of(pool))
    for process in before:
        os.kill(process, signal.SIGKILL)
    wait_for(lambda: len(set(descendants(zygote_of(pool))) - set(before)) == 3)
    wait_for(lambda: pool.status()["replaced"] == 2)
    for _ in range(4):
        assert pool.answer(ASK).kind == "boolean"
    assert pool.status()["alive"] == 2
    assert caplog.text.count("a worker was killed (SIGKILL)") == len(before)


def test_signals_for_the_service_pass_the_workers_by(pool: QueryService) -> None:
    """Ctrl-C or a stop of the whole control group must not cut queries that may drain."""
    wait_for(lambda: len(descendants(zygote_of(pool))) == 3)
    before = descendants(zygote_of(pool))
    for worker in before:  # from here on it is a worker, no longer a copy of its parent
        wait_for(lambda w=worker: "Max open files            4 " in limits_of(w))  # type: ignore[misc]
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        for target in (zygote_of(pool), *before):
            os.kill(target, number)
    assert pool.answer(ASK).kind == "boolean"
    assert descendants(zygote_of(pool)) == before
    assert os.getsid(zygote_of(pool)) != os.getsid(0)


def test_processes_are_confined(pool: QueryService) -> None:
    """One thread in the zygote; a worker has four descriptors, no core file, bounded memory."""
    assert len(list(Path(f"/proc/{zygote_of(pool)}/task").iterdir())) == 1
    wait_for(lambda: len(descendants(zygote_of(pool))) == 3)
    for worker in descendants(zygote_of(pool)):
        wait_for(lambda w=worker: "Max open files            4 " in limits_of(w))  # type: ignore[misc]
        limits = limits_of(worker)
        assert "Max core file size        0 " in limits
        assert "Max address space " in limits
        assert "Max address space         unlimited" not in limits
        assert len(list(Path(f"/proc/{worker}/fd").iterdir())) == 4


def test_no_descriptor_means_no_network() -> None:
    """The second lock holds alone, where namespaces are off."""
    code = (
        "import socket\n"
        "from ogpld.workers.confinement import forbid_new_files\n"
        "mine, theirs = socket.socketpair()\n"
        "forbid_new_files(mine.fileno())\n"
        "for make in (socket.socket, socket.socketpair):\n"
        "    try:\n"
        "        make()\n"
        "    except OSError as error:\n"
        "        print(error.errno)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, cwd=ROOT, check=False, timeout=20
    )
    assert ended.stdout.split() == [b"24", b"24"], ended.stderr


@pytest.mark.parametrize(("ulimit", "starts"), [("-Ss 4096", True), ("-s 4096", False)])
def test_a_small_stack_is_raised_or_refused(data: Path, ulimit: str, *, starts: bool) -> None:
    """Queries never run on less than 8 MiB."""
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from ogpld.stores import Query\n"
        "from ogpld.stores.limits import Limits\n"
        "from ogpld.workers.pool import QueryService\n"
        "from ogpld.workers.pool_options import PoolOptions\n"
        "pool = QueryService(PoolOptions(Path(sys.argv[1]), Limits(guard=False)))\n"
        "try:\n"
        "    pool.start()\n"
        "    deep = 'STR(' * 700 + '1' + ')' * 700\n"
        "    print(pool.answer(Query('ASK { FILTER(' + deep + ') }')).kind)\n"
        "    pool.close()\n"
        "except Exception as error:\n"
        "    print(type(error).__name__, error)\n"
    )
    shell = f'ulimit {ulimit} && exec "$0" "$@"'
    ended = subprocess.run(
        ["bash", "-c", shell, sys.executable, "-c", code, str(data)],
        capture_output=True,
        cwd=ROOT,
        check=False,
        timeout=30,
    )
    expected = b"boolean" if starts else b"ReleaseError the stack limit is"
    assert ended.stdout.startswith(expected), ended


def test_answers_are_bounded_or_trusted(data: Path) -> None:
    """Ten rows and one kibibyte for callers, complete or refused; our own queries get all."""
    pool = make_pool(data, replace(LIMITS, rows=10, bytes=1024))
    try:
        for text, what in (
            ("SELECT (1 AS ?x) { ?s ?p ?o } LIMIT 11", "10 rows"),
            (f"SELECT ('{'x' * 1100}' AS ?x) {{}}", "1,024 bytes"),
        ):
            with pytest.raises(QueryTooLargeError, match=what):
                pool.answer(Query(text, ("csv", "")))
        assert pool.answer(Query("SELECT (1 AS ?x) { ?s ?p ?o } LIMIT 10")).rows == 10
        assert pool.answer(Query("SELECT * { ?s ?p ?o }"), trusted=True).rows == 28
    finally:
        pool.close()


def test_closing_waits_for_what_runs_and_leaves_nothing(data: Path) -> None:
    """A running query is answered; then all processes are gone and callers are told."""
    pool = make_pool(data)
    processes = [zygote_of(pool), *descendants(zygote_of(pool))]
    rows: list[int | None] = []
    text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    running = threading.Thread(target=lambda: rows.append(pool.answer(Query(text)).rows))
    running.start()
    wait_for(lambda: pool.status()["busy"] == 1 or bool(rows))
    pool.close(drain=15)
    running.join()
    assert rows == [1]
    assert not [process for process in processes if alive(process)]
    with pytest.raises(QueryStoppedError) as caught:
        pool.answer(ASK)
    assert caught.value.limit == "restarting"


def test_many_threads_share_a_pool(data: Path) -> None:
    """Forty callers, each with its own answer, while workers retire after 500 queries."""
    pool = make_pool(data, replace(LIMITS, queue=40, served=500))
    wrong: list[str] = []

    def ask(number: int) -> None:
        for turn in range(30):
            text = f"SELECT ('{number}-{turn}' AS ?x) {{}}"
            body = pool.answer(Query(text, ("csv", ""))).body
            if body != f"x\r\n{number}-{turn}\r\n".encode():
                wrong.append(f"{text}: {body!r}")

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    status = pool.status()
    pool.close()
    assert not wrong
    assert (status["busy"], status["alive"]) == (0, 2)
    assert status["replaced"] >= 1
