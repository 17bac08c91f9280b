"""Wait in a thread, or on the event loop without one: the same code does both.

What `start_task` runs is a task of the event loop. Where it waits, its stack is put aside (a greenlet) and
the loop goes on with others; in any other thread the same calls wait as usual. A task must not wait in
another way, nor hold a lock while it waits: it would hold up everybody.
"""

from __future__ import annotations

import select
import socket
import threading
from collections import deque
from collections.abc import Callable
from contextvars import copy_context
from typing import TYPE_CHECKING, TypeVar, cast

from greenlet import getcurrent, greenlet

if TYPE_CHECKING:  # workers have no event loop, and no memory for one
    from asyncio import AbstractEventLoop
    from concurrent.futures import Executor

T = TypeVar("T")


class Task(greenlet):  # type: ignore[misc]  # it comes without types
    """A stack of its own on the event loop.

    Args:
        loop: the event loop, whose thread this is.
        work: what it runs; it raises nothing.
        done: called on the loop with what `work` returns.
        threads: run what takes long (`in_thread`).
    """

    def __init__(
        self,
        loop: AbstractEventLoop,
        work: Callable[[], T],
        done: Callable[[T], None],
        threads: Executor,
    ) -> None:
        super().__init__(work)
        self.loop = loop
        self.threads = threads
        self._done = done
        self._thread = threading.get_ident()
        self._turn = 0

    def run_on(self, value: object = None) -> None:
        """Run until it waits or ends; called by the loop."""
        result = self.switch() if value is None else self.switch(value)
        if self.dead:
            self._done(result)

    def suspend(self, seconds: float | None) -> bool:
        """Let others go on until somebody wakes the task; False where nobody did within some seconds."""
        timer = (
            None
            if seconds is None
            else self.loop.call_later(max(0.0, seconds), self._resume, self._turn, False)  # noqa: FBT003
        )
        try:
            return cast(bool, self.parent.switch())
        finally:
            self._turn += 1  # what would have woken it from this wait does not from the next
            if timer is not None:
                timer.cancel()

    def wake(self) -> None:
        """Wake a waiting task. Thread-safe; also before it waits."""
        call = (
            self.loop.call_soon
            if threading.get_ident() == self._thread
            else self.loop.call_soon_threadsafe
        )
        call(self._resume, self._turn, True)  # noqa: FBT003  (handed on)

    def go_on(self) -> None:
        """Let the task go on at once that waits; called by the loop itself, as a callback."""
        self._resume(self._turn, True)  # noqa: FBT003

    def _resume(self, turn: int, woken: bool) -> None:  # noqa: FBT001
        if turn == self._turn and not self.dead:
            self.run_on(woken)


class Channel(socket.socket):
    """A socket that stays with the event loop from one wait for what it has to say to the next.

    To come and go each time takes longer than the wait. One task at a time waits for it; where it has
    something, or has ended, and none waits, it leaves the loop. It is closed once it has left, so that its
    number is no other's before.
    """

    _loop: AbstractEventLoop | None = None
    _thread = 0
    _task: Task | None = None

    def wait(self, task: Task, seconds: float | None) -> bool:
        """Let a task wait; say whether there was something, or the end, within some seconds."""
        if self._loop is not task.loop:
            task.loop.add_reader(self.fileno(), self._on_readable)
            self._loop, self._thread = task.loop, threading.get_ident()
        self._task = task
        try:
            return task.suspend(seconds)
        finally:
            self._task = None

    def close(self) -> None:
        """Close it, on the event loop where one watches it; from any thread."""
        loop = self._loop
        if loop is None or loop.is_closed():
            super().close()
        elif threading.get_ident() == self._thread:
            self._leave(loop)
            super().close()
        else:
            try:
                loop.call_soon_threadsafe(self.close)
            except RuntimeError:  # it was closed just now
                super().close()

    def _on_readable(self) -> None:
        if self._task is not None:
            self._task.go_on()
        elif self._loop is not None:
            self._leave(self._loop)

    def _leave(self, loop: AbstractEventLoop) -> None:
        loop.remove_reader(self.fileno())
        self._loop = None


def start_task(
    loop: AbstractEventLoop,
    work: Callable[[], T],
    done: Callable[[T], None],
    threads: Executor,
) -> None:
    """Begin a task on an event loop, called by it; it has begun, or even ended, when this returns."""
    Task(loop, work, done, threads).run_on()


def current_task() -> Task | None:
    """Return the task that runs, None in a thread of its own."""
    current = getcurrent()
    return current if isinstance(current, Task) else None


def is_readable(channel: socket.socket, seconds: float | None) -> bool:
    """Wait until a channel has something, or has ended; say whether it did within some seconds."""
    return _is_ready(channel, seconds, select.POLLIN)


def is_writable(channel: socket.socket, seconds: float | None) -> bool:
    """Wait until a channel takes something, or has ended; say whether it did within some seconds."""
    return _is_ready(channel, seconds, select.POLLOUT)


def _is_ready(channel: socket.socket, seconds: float | None, event: int) -> bool:
    task = current_task()
    if task is None:
        waiting = select.poll()
        waiting.register(channel, event)
        return bool(waiting.poll(None if seconds is None else max(0.0, seconds) * 1000))
    number, loop = channel.fileno(), task.loop
    reads = event == select.POLLIN
    if reads and isinstance(channel, Channel):
        return channel.wait(task, seconds)
    (loop.add_reader if reads else loop.add_writer)(number, task.go_on)
    try:
        return task.suspend(seconds)
    finally:
        (loop.remove_reader if reads else loop.remove_writer)(number)


def in_thread(work: Callable[[], T]) -> T:
    """Return what a function returns that takes long: on the event loop, a thread runs it."""
    task = current_task()
    if task is None:
        return work()
    future = task.loop.run_in_executor(task.threads, copy_context().run, work)
    future.add_done_callback(lambda _: task.wake())
    while not future.done():
        task.suspend(None)
    return future.result()


class Condition(threading.Condition):
    """A condition that threads and tasks wait for."""

    def __init__(self) -> None:
        super().__init__()
        self._tasks: deque[Task] = deque()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until another notifies; False where none did in time."""
        task = current_task()
        if task is None:
            return super().wait(timeout)
        self._tasks.append(task)
        self.release()
        try:
            return task.suspend(timeout)
        finally:
            self.acquire()
            if task in self._tasks:
                self._tasks.remove(task)

    def notify(self, n: int = 1) -> None:
        """Wake one task and one thread, or more; each looks whether it is its turn."""
        super().notify(n)
        for _ in range(min(n, len(self._tasks))):
            self._tasks.popleft().wake()

    def notify_all(self) -> None:
        """Wake all."""
        self.notify(len(self._waiters) + len(self._tasks))  # type: ignore[attr-defined]
