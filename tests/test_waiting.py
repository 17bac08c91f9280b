"""Threads and tasks of the event loop wait for the same things."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import uvloop

from ogpld.waiting import Channel, Condition, current_task, in_thread, is_readable, start_task

_THREADS = ThreadPoolExecutor(2)


async def _run(*works: Callable[[], object]) -> list[object]:
    """Run tasks side by side, and return what they return, in the order in which they end."""
    results: list[object] = []
    ended = asyncio.Event()

    def done(result: object) -> None:
        assert current_task() is None
        results.append(result)
        if len(results) == len(works):
            ended.set()

    for work in works:
        start_task(asyncio.get_running_loop(), work, done, _THREADS)
    await asyncio.wait_for(ended.wait(), 10)
    return results


@pytest.fixture
def channel() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Both ends of a channel."""
    one, other = socket.socketpair()
    with one, other:
        yield one, other


def test_a_task_that_waits_lets_others_go_on(channel: tuple[socket.socket, socket.socket]) -> None:
    """The first waits for what the second sends."""
    one, other = channel

    def read() -> bytes:
        assert is_readable(one, 5)
        return one.recv(5)

    def write() -> str:
        other.send(b"hello")
        return "sent"

    assert asyncio.run(_run(read, write)) == ["sent", b"hello"]


@pytest.mark.parametrize("seconds", [0.0, 0.05, -1.0])
def test_waiting_for_a_channel_ends(
    channel: tuple[socket.socket, socket.socket], seconds: float
) -> None:
    """In a task and in a thread: False when time is up, True when the other side has closed."""
    one, other = channel
    assert asyncio.run(_run(lambda: is_readable(one, seconds))) == [False]
    assert not is_readable(one, seconds)
    other.close()
    assert asyncio.run(_run(lambda: is_readable(one, 5))) == [True]


@pytest.mark.parametrize("new_loop", [asyncio.new_event_loop, uvloop.new_event_loop])
@pytest.mark.parametrize("thread", [False, True])
def test_a_channel_of_a_worker_stays_with_the_loop(
    new_loop: Callable[[], asyncio.AbstractEventLoop],
    thread: bool,  # noqa: FBT001  (a parameter of the test)
) -> None:
    """It is waited for again and again, leaves when nobody does, and its number can be another's."""

    def ask() -> bytes:
        other.send(b"a")
        assert is_readable(mine, 5)
        return mine.recv(1)

    def late() -> bool:
        return is_readable(mine, 0.02)

    async def talk() -> None:
        loop = asyncio.get_running_loop()
        for _ in range(3):
            assert await _run(ask) == [b"a"]
            assert await _run(late) == [False]
        other.send(b"b")  # nobody waits: the loop must not turn round and round
        await asyncio.sleep(0.02)
        began = time.thread_time()
        await asyncio.sleep(0.1)
        assert time.thread_time() - began < 0.05
        assert await _run(lambda: is_readable(mine, 5) and mine.recv(1)) == [b"b"]
        if thread:
            await loop.run_in_executor(None, mine.close)
            await asyncio.sleep(0)
        else:
            mine.close()
        assert mine.fileno() == -1
        assert other.recv(1) == b""

    with asyncio.Runner(loop_factory=new_loop) as runner:
        numbers = set()
        for _ in range(2):
            one, other = socket.socketpair()
            with other, Channel(fileno=one.detach()) as mine:
                numbers.add(mine.fileno())
                runner.run(talk())
    assert len(numbers) == 1
    one, other = socket.socketpair()
    with other, Channel(fileno=one.detach()) as mine:
        asyncio.run(_run(ask))
        mine.close()  # its loop has ended
        assert other.recv(1) == b""


def test_a_condition_wakes_tasks_and_threads() -> None:
    """Both wait for one condition; whoever does not find what it waits for waits on, to its end."""
    condition, tokens = Condition(), [0]

    def take(seconds: float = 30) -> bool:
        end = time.monotonic() + seconds
        with condition:
            while not tokens[0]:
                if not condition.wait(end - time.monotonic()):
                    return False
            tokens[0] -= 1
            return True

    def give() -> None:
        for _ in range(3):
            time.sleep(0.02)
            with condition:
                tokens[0] += 1
                condition.notify_all()

    assert asyncio.run(_run(lambda: take(0.05))) == [False]
    taken: list[bool] = []
    threads = [
        threading.Thread(target=give),
        threading.Thread(target=lambda: taken.append(take())),
    ]
    for thread in threads:
        thread.start()
    results = asyncio.run(_run(take, take))
    for thread in threads:
        thread.join()
    assert [*results, *taken] == [True, True, True]
    assert not take(0.05)


def test_what_takes_long_is_done_in_a_thread() -> None:
    """The loop goes on meanwhile; a value and an error come back to the task."""
    order: list[str] = []

    def work() -> int:
        assert current_task() is None
        time.sleep(0.05)
        order.append("long")
        return 1

    def fail() -> str:
        try:
            in_thread(lambda: 1 // 0)
        except ZeroDivisionError:
            return "refused"
        return "passed"

    results = asyncio.run(_run(lambda: in_thread(work), lambda: order.append("short"), fail))
    assert order == ["short", "long"]
    assert set(results) == {None, 1, "refused"}
    assert in_thread(lambda: 2) == 2


def test_nothing_else_waits(root: Path) -> None:
    """What requests meet waits through this module; those named wait in threads of their own alone."""
    own = {"waiting.py", "current_release.py", "past_releases.py"}
    waiting = {
        path.name
        for path in (root / "ogpld").rglob("*.py")
        if "threading.Condition" in path.read_text(encoding="utf-8")
    }
    assert waiting == own
