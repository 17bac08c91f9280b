"""Workers that cannot live: counted, tried again ever more seldom, said once; limits from outside hold."""

from __future__ import annotations

import errno
import logging
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.no_forks import FILE
from support.processes import descendants, wait_for
from support.running import ROOT

from ogpld.errors import OgpldError, QueryStoppedError, ReleaseError
from ogpld.stores import CancelToken, Query
from ogpld.stores.limits import Limits
from ogpld.workers import inherited_limits, lane, supervisor
from ogpld.workers.inherited_limits import TaskLimit, memory_refusal, require_room
from ogpld.workers.lane import Worker, WorkerLane
from ogpld.workers.pool import QueryService
from ogpld.workers.pool_options import PoolOptions
from ogpld.workers.supervisor import Supervisor

ASK = Query("ASK { ?s ?p ?o }")
LIMITS = Limits(deadline=5.0, memory=100_000_000, guard=False)
NO_FORK = "the system makes no more processes"


@pytest.fixture
def ordered() -> list[int]:
    """The numbers of the workers that a lane ordered."""
    return []


@pytest.fixture
def shortage() -> threading.Event:
    """Set while the system gives no descriptors."""
    return threading.Event()


def _refuse_in(shortage: threading.Event) -> None:
    if shortage.is_set():
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))


@pytest.fixture
def open_lane(ordered: list[int], shortage: threading.Event) -> Iterator[WorkerLane]:
    """A lane of two workers that nobody makes."""
    channels: list[socket.socket] = []

    def spawn() -> Worker:
        _refuse_in(shortage)
        ordered.append(len(ordered))
        channels.extend(socket.socketpair())
        return Worker(ordered[-1], channels[-1], began=time.monotonic())

    made = WorkerLane(2, 4, spawn)
    made.fill()
    yield made
    for channel in channels:
        channel.close()


def test_pauses_double_until_a_worker_lives(
    open_lane: WorkerLane, ordered: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What dies at birth is not started again at once, does not count as alive, and callers are told."""
    now = 1000.0
    monkeypatch.setattr(lane.time, "monotonic", lambda: now)
    pauses = []
    for _ in range(14):
        for number in ordered[-2:]:
            open_lane.note_end(number, 0, "no memory")
        assert open_lane.alive == 0
        before = len(ordered)
        pause = open_lane.refill()
        assert pause is not None
        assert len(ordered) == before
        pauses.append(pause)
        now += pause
        open_lane.refill()
        assert len(ordered) == before + 2
        assert open_lane.alive == 0  # they have yet to live
    assert pauses[:4] == pytest.approx([0.05, 0.1, 0.2, 0.4])
    assert pauses[-1] == pytest.approx(30)
    for number in ordered[-2:]:
        open_lane.note_end(number, 0, "no memory")
    assert open_lane.status()["failure"] == "no memory"
    with pytest.raises(QueryStoppedError, match="no query worker can be started") as caught:
        open_lane.take(now + 10, 10, CancelToken())
    assert (caught.value.limit, caught.value.retry_after) == ("restarting", 30)
    now += 30
    open_lane.refill()
    now += 2
    assert open_lane.refill() is None
    assert open_lane.alive == 2
    assert "failure" not in open_lane.status()


def test_a_worker_that_lived_is_replaced_at_once(
    open_lane: WorkerLane, ordered: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kill from outside is no reason to wait."""
    later = time.monotonic() + 5
    monkeypatch.setattr(lane.time, "monotonic", lambda: later)
    open_lane.note_end(0, signal.SIGKILL, "")
    assert (len(ordered), open_lane.alive, open_lane.refill()) == (3, 2, None)


def test_a_busy_worker_that_could_not_begin_leaves_its_place_empty(
    open_lane: WorkerLane, ordered: list[int]
) -> None:
    """Who took it sees the channel end; nothing is started in its place before the pause has passed."""
    worker = open_lane.take(time.monotonic() + 1, 1, CancelToken())
    open_lane.note_end(worker.number, 0, "no processes")
    assert open_lane.refill() is not None
    open_lane.replace(worker)
    assert len(ordered) == 2
    wait_for(lambda: open_lane.refill() is not None and len(ordered) == 3)


def _replace_one(open_lane: WorkerLane) -> None:
    open_lane.replace(open_lane.take(time.monotonic() + 1, 1, CancelToken()))


#: Ways in which a worker comes to be missing, and how many are left then.
LOSSES: dict[str, tuple[Callable[[WorkerLane], None], int]] = {
    "its zygote was replaced": (lambda each: each.fill(), 0),
    "it died while nobody used it": (lambda each: each.note_end(0, signal.SIGKILL, ""), 1),
    "it died of a query": (_replace_one, 1),
}


@pytest.mark.parametrize("name", LOSSES)
def test_without_descriptors_a_place_stays_empty_for_a_while(
    open_lane: WorkerLane, shortage: threading.Event, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """However the worker was lost: with the reason, tried again after pauses, and no place is forgotten."""
    now = time.monotonic() + 5  # those that are there have lived
    monkeypatch.setattr(lane.time, "monotonic", lambda: now)
    lose, left = LOSSES[name]
    shortage.set()
    lose(open_lane)
    status = open_lane.status()
    assert (status["alive"], status["busy"]) == (left, 0)
    assert "no more descriptors (Too many open files)" in status["failure"]
    assert "ulimit -n" in status["failure"]
    for pause in (0.05, 0.1, 0.2):
        assert open_lane.refill() == pytest.approx(pause)
        now += pause + 0.001
    shortage.clear()
    open_lane.refill()
    now += 2
    assert open_lane.refill() is None
    assert open_lane.alive == 2
    assert "failure" not in open_lane.status()


def test_without_descriptors_nobody_is_set_aside(
    open_lane: WorkerLane, shortage: threading.Event
) -> None:
    """A long query keeps its worker, which serves the next when it has ended."""
    open_lane.aside = 1
    worker = open_lane.take(time.monotonic() + 1, 1, CancelToken())
    shortage.set()
    assert not open_lane.set_aside(worker)
    assert (open_lane.status()["busy"], open_lane.status()["long"]) == (1, 0)
    open_lane.give_back(worker)
    assert (open_lane.alive, open_lane.status()["busy"]) == (2, 0)


@pytest.fixture
def short_pool(
    data: Path, shortage: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> Iterator[QueryService]:
    """A pool of one worker, each of whose workers has served."""
    spawn = Supervisor.spawn

    def spawned(self: Supervisor, kind: str = "fork") -> Worker:
        _refuse_in(shortage)
        return spawn(self, kind)

    monkeypatch.setattr(Supervisor, "spawn", spawned)
    pool = QueryService(PoolOptions(data, LIMITS, workers=1))
    pool.start()
    for trusted in (True, False):
        pool.answer(ASK, trusted=trusted)
    yield pool
    pool.close()


def test_a_shortage_of_descriptors_passes(
    short_pool: QueryService, shortage: threading.Event
) -> None:
    """Workers that die meanwhile are missing, and it is said; then they are there, of the same zygote."""
    zygote = short_pool._supervisor._process  # noqa: SLF001
    assert zygote is not None
    shortage.set()
    for process in descendants(zygote.pid):
        os.kill(process, signal.SIGKILL)
    wait_for(lambda: short_pool.status()["alive"] + short_pool.status()["internal"]["alive"] == 0)
    assert not short_pool.status()["ready"]
    assert "Too many open files" in short_pool.status()["failure"]
    shortage.clear()
    wait_for(lambda: short_pool.status()["ready"], 10)
    for trusted in (True, False):
        assert short_pool.answer(ASK, trusted=trusted).kind == "boolean"
    assert zygote.poll() is None
    assert short_pool.status()["restarts"] == 0


def test_a_place_that_a_caller_leaves_empty_is_seen(
    short_pool: QueryService, shortage: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the end of its worker was told before: nothing more happens that would have one look."""
    looks: list[float] = []
    owner = short_pool._supervisor  # noqa: SLF001
    tend = owner._tend  # noqa: SLF001

    def look() -> float:
        looks.append(tend())
        return looks[-1]

    monkeypatch.setattr(owner, "_tend", look)
    internal = short_pool._internal  # noqa: SLF001
    worker = internal.take(time.monotonic() + 1, 1, CancelToken())
    owner.kill(worker)
    wait_for(lambda: bool(looks))
    shortage.set()
    internal.replace(worker)
    shortage.clear()
    wait_for(lambda: short_pool.status()["ready"], 10)
    assert short_pool.answer(ASK, trusted=True).kind == "boolean"


@pytest.fixture
def limited(data: Path, tmp_path: Path) -> Iterator[tuple[QueryService, Path]]:
    """A pool whose zygote cannot fork while a file is there, and the file."""
    copy = tmp_path / "release"
    copy.mkdir()
    shutil.copy(data, copy / data.name)
    pool = QueryService(
        PoolOptions(copy / data.name, LIMITS, workers=2, task="support.no_forks:prepare")
    )
    yield pool, copy / FILE
    pool.close()


def _messages(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what ogpld logged."""
    return [record.getMessage() for record in caplog.records if record.name == "ogpld"]


def test_forks_that_fail_are_said_once(
    limited: tuple[QueryService, Path],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The state tells it, the log does not grow, and all goes on when processes can be made again."""
    pool, file = limited
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "tests"))
    monkeypatch.setattr(lane, "_LAST_PAUSE", 0.4)
    file.touch()
    with caplog.at_level(logging.WARNING, "ogpld"):
        pool.start()
        wait_for(lambda: pool.status()["replaced"] >= 8)
        status = pool.status()
        assert (status["alive"], status["internal"]["alive"], status["ready"]) == (0, 0, False)
        assert NO_FORK in status["failure"]
        for trusted in (True, False):
            with pytest.raises(QueryStoppedError) as caught:
                pool.answer(ASK, trusted=trusted)
            assert caught.value.limit in {"restarting", "deadline"}
        messages = _messages(caplog)
        assert len(messages) == 1, messages
        assert NO_FORK in messages[0]
        assert "ulimit -u" in messages[0]
        file.unlink()
        wait_for(lambda: pool.status()["ready"], 10)
        assert pool.answer(ASK).kind == "boolean"
        wait_for(lambda: "failure" not in pool.status(), 10)
        wait_for(lambda: len(_messages(caplog)) == 2)
        assert "can be started again" in _messages(caplog)[1]


PROGRAM = (
    "import resource, sys\n"
    "from pathlib import Path\n"
    "from ogpld.errors import OgpldError\n"
    "from ogpld.stores import Query\n"
    "from ogpld.stores.limits import Limits\n"
    "from ogpld.workers.pool import QueryService\n"
    "from ogpld.workers.pool_options import PoolOptions\n"
    "resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]), int(sys.argv[2])))\n"
    "pool = QueryService(PoolOptions(Path(sys.argv[1]), Limits(deadline=20, guard=False), workers=2))\n"
    "try:\n"
    "    pool.start()\n"
    "except OgpldError as error:\n"
    "    sys.exit(str(error))\n"
    "print(pool.answer(Query('ASK { ?s ?p ?o }')).body.decode())\n"
    "try:\n"
    "    pool.answer(Query(sys.argv[3]))\n"
    "except OgpldError as error:\n"
    "    print(error)\n"
    "pool.close()\n"
)
SORT = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?p ?q ?r } ORDER BY ?c ?f"


def within(size: int, data: Path) -> subprocess.CompletedProcess[str]:
    """Start a pool within an address space of some bytes and ask it something small and something large."""
    command = [sys.executable, "-c", PROGRAM, str(data), str(size), SORT]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_lower_limit_of_address_space_holds(data: Path) -> None:
    """Workers live within it, and what is said of memory is what there is."""
    done = within(400_000_000, data)
    assert done.returncode == 0, done.stderr
    assert "true" in done.stdout
    assert "of memory it may take" in done.stdout
    assert "1,073,741,824" not in done.stdout
    assert "Traceback" not in done.stderr
    assert "400,000,000" in done.stderr


@pytest.mark.parametrize("size", [80_000_000, 100_000_000])
def test_an_address_space_in_which_nothing_can_be_loaded_is_refused(data: Path, size: int) -> None:
    """At the start, in words: which limit, and what to do."""
    done = within(size, data)
    assert done.returncode == 1
    assert f"the limit of address space (ulimit -v, LimitAS=) is {size:,} bytes" in done.stderr
    assert "ulimit -v unlimited" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_address_space_in_which_no_worker_lives_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The loaded release fits, and a worker beside it does not."""
    monkeypatch.setattr(resource, "getrlimit", lambda _: (300_000_000, 300_000_000))
    assert memory_refusal(100_000_000, 200_000_000) is None
    refusal = memory_refusal(1_000_000, 299_000_000)
    assert refusal is not None
    assert "has 299,000,000 mapped, and a worker needs 50,331,648 more" in refusal.message
    monkeypatch.setattr(resource, "getrlimit", lambda _: (resource.RLIM_INFINITY,) * 2)
    assert memory_refusal(1_000_000, 299_000_000) is None


def test_a_query_process_that_cannot_be_started_is_told(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No traceback of the system's, but which limit and what to do."""

    def refuse(*_: object, **__: object) -> None:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr(supervisor.subprocess, "Popen", refuse)
    with pytest.raises(ReleaseError, match=NO_FORK):
        QueryService(PoolOptions(data, LIMITS)).start()


def test_workers_are_the_first_the_kernel_takes(data: Path) -> None:
    """Of zygote and workers, when memory is short; a release in service stays loaded. None can get rights."""
    pool = QueryService(PoolOptions(data, LIMITS, workers=2))
    pool.start()
    try:
        assert pool.answer(ASK).kind == "boolean"
        process = pool._supervisor._process  # noqa: SLF001
        assert process is not None
        wait_for(lambda: len(descendants(process.pid)) == 3)
        own = score(os.getpid())
        wait_for(lambda: {score(each) for each in descendants(process.pid)} == {1000})
        assert score(process.pid) == own < 1000
        for each in (process.pid, *descendants(process.pid)):
            assert "NoNewPrivs:\t1" in Path(f"/proc/{each}/status").read_text()
    finally:
        pool.close()


def score(process: int) -> int:
    """Return how much sooner than others the kernel takes a process."""
    return int(Path(f"/proc/{process}/oom_score_adj").read_text(encoding="ascii"))


def test_a_server_says_at_its_start_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which limit, what is needed, what to do."""
    limit = TaskLimit("the control group (TasksMax=, pids limit)", 40, 20)
    monkeypatch.setattr(inherited_limits, "task_limits", lambda: [limit])
    require_room(4)
    with pytest.raises(
        OgpldError, match=r"TasksMax=.* allows 40 .* and 20 are there; .* needs 26 more"
    ) as caught:
        require_room(10)
    assert "fewer workers" in caught.value.hint
    infinite = resource.RLIM_INFINITY
    monkeypatch.setattr(resource, "getrlimit", lambda _: (300_000_000, infinite))
    with pytest.raises(OgpldError, match=r"ulimit -v.*300,000,000 bytes; a server needs"):
        require_room(0)
