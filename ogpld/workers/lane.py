"""A lane of workers: hand one to one caller at a time, queue the others up to a bound."""

from __future__ import annotations

import socket
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ogpld.stores.cancel_token import CancelToken
from ogpld.waiting import Condition
from ogpld.workers.inherited_limits import why_no_channel
from ogpld.workers.stop_errors import QUERY, StopErrors

#: Seconds after which a worker that nobody used yet is taken to be able to live.
_GROWN = 1.0
#: Seconds until workers that could not live are tried again: first, and at most.
_FIRST_PAUSE, _LAST_PAUSE = 0.05, 30.0
#: Seconds of such a pause that callers wait through.
_SHORT_PAUSE = 1.0


@dataclass(slots=True)
class Worker:
    """One worker as its owner sees it; `began` is when it was ordered, on the monotonic clock."""

    number: int
    channel: socket.socket
    served: int = 0
    began: float = field(default_factory=time.monotonic)

    @property
    def proven(self) -> bool:
        """Whether it has answered, or has lived for a while."""
        return self.served > 0 or time.monotonic() - self.began > _GROWN


class WorkerLane:
    """Workers of one kind.

    A worker belongs to the caller that took it until it is given back; one whose caller gave up is
    never given back but replaced, so that a kill can never hit the next caller's query.

    A worker whose query takes long is set aside: a fresh one stands in for it, so that short queries
    do not wait behind long ones, and it ends with its query.

    The one that answered last is the next to answer: it has copied what queries walk of the data, which takes
    others the time and the memory again.

    A worker that could not live (the system made no process or gave no descriptor, or it died before it was
    used) leaves its place empty; `refill` tries again, after pauses that double.

    Attributes:
        failure: why the last worker could not live; "" once one can.

    Args:
        size: workers for queries as they come.
        queue: callers that may wait.
        spawn: orders a worker; OSError where the system gives no channel to one.
        errors: those of its work, for when waiting ends.
        aside: workers that may be set aside at once.
    """

    def __init__(
        self,
        size: int,
        queue: int,
        spawn: Callable[[], Worker],
        errors: StopErrors = QUERY,
        aside: int = 0,
    ) -> None:
        self.aside = aside
        self.errors = errors
        self.size = size
        self.queue = queue
        self.waiting = 0
        self.open = False
        self.replaced = 0
        self.failure = ""
        self._empty = 0
        self._pause, self._due = _FIRST_PAUSE, 0.0
        self._unfit: set[int] = set()
        self._spawn = spawn
        self._busy: set[int] = set()
        self._long: set[int] = set()
        self._idle: deque[Worker] = deque()
        self._changed = Condition()

    def fill(self) -> None:
        """Start all workers of the lane."""
        with self._changed:
            self._idle.clear()
            self._long.clear()
            self._busy.clear()  # workers of an earlier zygote are nobody's concern any more
            self._unfit.clear()
            self._empty = 0
            for _ in range(self.size):
                self._begin()
            self.open = True
            self._changed.notify_all()

    def drop(self) -> None:
        """Forget all workers: their zygote is gone, or the pool is closing."""
        with self._changed:
            self.open = False
            for worker in self._idle:
                worker.channel.close()
            self._idle.clear()
            self._changed.notify_all()

    def take(self, deadline: float, seconds: float, token: CancelToken) -> Worker:
        """Return an idle worker, waiting at most until the deadline or the token's end.

        Raises:
            QueryStoppedError: when the queue is full, the deadline passes, nothing runs, or the
                caller gave up.
        """
        with token.stoppable(self._wake), self._changed:
            if self.open and not self._idle and self.waiting >= self.queue:
                raise self.errors.stopped(
                    f"{self._busy_words()} and {self.waiting} callers wait already",
                    limit="queue",
                    retry_after=2,
                    hint="ask again after the time Retry-After says",
                )
            self.waiting += 1
            try:
                while not self._idle:
                    self._wait(deadline, seconds, token)
                worker = self._idle.pop()
                self._busy.add(worker.number)
                return worker
            finally:
                self.waiting -= 1
                self._changed.notify()  # a wake-up this caller did not use is the next one's

    def _wait(self, deadline: float, seconds: float, token: CancelToken) -> None:
        """Wait for a change, or say why there is nothing to wait for."""
        if not self.open:
            raise self.errors.restarting()
        if token.cancelled:
            raise token.refusal()
        pause = self._due - time.monotonic()
        if self._empty >= self.size and pause > _SHORT_PAUSE:
            raise self.errors.unfit(pause)
        left = deadline - time.monotonic()
        if left <= 0 or not self._changed.wait(left):
            raise self.errors.stopped(
                f"no worker was free within the deadline of {seconds:g} s",
                limit="deadline",
                hint="ask again later, or ask something lighter",
            )

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _busy_words(self) -> str:
        return f"all {self.size} workers are busy" if self.size > 1 else "the worker is busy"

    def set_aside(self, worker: Worker) -> bool:
        """Put a fresh worker in the place of one that is busy for long; False where none can be had."""
        with self._changed:
            if not self.open or worker.number not in self._busy or len(self._long) >= self.aside:
                return False
            try:
                fresh = self._spawn()
            except OSError:  # the one there is may serve others when it has ended
                return False
            self._busy.discard(worker.number)
            self._long.add(worker.number)
            self._idle.appendleft(fresh)
            self._changed.notify()
            return True

    def _ends(self, worker: Worker) -> bool:
        """Let a worker go that was set aside; False for any other."""
        if worker.number not in self._long:
            return False
        self._long.discard(worker.number)
        worker.channel.close()  # it ends when it sees that
        self._changed.notify_all()
        return True

    def give_back(self, worker: Worker) -> None:
        """Take a worker back for the next caller."""
        with self._changed:
            if self._ends(worker):
                return
            if self.open and worker.number in self._busy:
                self._idle.append(worker)
                self._proved()
            else:
                worker.channel.close()
            self._busy.discard(worker.number)
            self._changed.notify()

    def replace(self, worker: Worker) -> None:
        """Start a new worker in place of one that died, was killed, or has served enough."""
        with self._changed:
            if self._ends(worker):
                self.replaced += 1  # by the one that stands in for it
                return
            worker.channel.close()
            if self.open and worker.number in self._busy:
                if worker.number in self._unfit:
                    self._leave_empty()
                else:
                    self._begin()
                self.replaced += 1
            self._busy.discard(worker.number)
            self._unfit.discard(worker.number)
            self._changed.notify()

    def note_end(self, number: int, ended: int, failure: str) -> None:
        """Take in that a worker ended: one that nobody used is replaced, at once if it was able to live.

        Args:
            number: the worker's.
            ended: the signal it died of, 0 for none.
            failure: why it could not even begin, "" for one that could.
        """
        with self._changed:
            if number in self._busy and failure:  # whoever has it is about to see that it is dead
                self._unfit.add(number)
                self.failure = failure
            dead = next((worker for worker in self._idle if worker.number == number), None)
            if dead is None:
                return
            dead.channel.close()
            self._idle.remove(dead)
            self.replaced += 1
            if failure or not dead.proven:
                by = f" by signal {ended}" if ended else ""
                self.failure = failure or f"a worker was ended{by} before it was used"
                self._leave_empty()
            else:
                self._begin()
            self._changed.notify_all()

    def refill(self) -> float | None:
        """Try again to start workers that could not live, when it is time to.

        Returns:
            Seconds until it is time again, None while all is well.
        """
        with self._changed:
            if not self.open or not self.failure:
                return None
            now = time.monotonic()
            if self._empty and now >= self._due:
                missing, self._empty = self._empty, 0
                for _ in range(missing):
                    self._begin()
                self._changed.notify_all()
                if not self._empty:
                    return _GROWN + 0.1
            if self._empty:
                return self._due - now
            if self._unfit or not all(worker.proven for worker in self._idle):
                return _GROWN
            self._proved()
            return None

    def _begin(self) -> None:
        """Start a worker, or leave its place empty where the system gives no channel to it."""
        try:
            self._idle.appendleft(self._spawn())
        except OSError as error:
            self.failure = why_no_channel(error)
            self._leave_empty()

    def _leave_empty(self) -> None:
        """Leave the place of a worker empty until the pause has passed; the next pause is twice as long."""
        if not self._empty:
            self._due = time.monotonic() + self._pause
            self._pause = min(2 * self._pause, _LAST_PAUSE)
        self._empty += 1

    def _proved(self) -> None:
        """Note that workers can live; those that are missing are tried again without a pause."""
        self._pause, self._due = _FIRST_PAUSE, 0.0
        if not self._empty:
            self.failure = ""

    def wait_idle(self, deadline: float) -> None:
        """Wait until no worker is busy, at most until the deadline."""
        with self._changed:
            while (self._busy or self._long or self.waiting) and (
                left := deadline - time.monotonic()
            ) > 0:
                self._changed.wait(min(left, 0.05))

    @property
    def alive(self) -> int:
        """How many workers can answer; one that just began counts unless the last could not."""
        fit = sum(worker.proven or not self.failure for worker in tuple(self._idle))
        return fit + len(self._busy) if self.open else 0

    def status(self) -> dict[str, Any]:
        """Return how many workers there are, how many are busy, and how many callers wait."""
        with self._changed:
            return {
                "workers": self.size,
                "alive": self.alive,
                "busy": len(self._busy) + len(self._long),
                "long": len(self._long),
                "queued": self.waiting,
                "replaced": self.replaced,
                **({"failure": self.failure} if self.failure else {}),
            }
