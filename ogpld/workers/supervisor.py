"""The web process's end of the zygote: start it, order workers, learn how they end, start it again.

The zygote gets a process group of its own, because Ctrl-C is for our parent. It stays in the session of a
web process that has one to itself, and else gets its own: where a system shares processor time among sessions
first (sched(7), autogroup), a priority counts within one alone. So workers give way to their web process, and
not to everything that somebody runs in the same shell. The zygote has no parent-death signal (that one fires
when the *thread* that created it ends): the end of its control channel tells it that the web process is gone.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ogpld.errors import OgpldError, ReleaseError
from ogpld.stores.subjects import Subjects
from ogpld.waiting import Channel, Condition, is_readable
from ogpld.workers import messages
from ogpld.workers.allocators import allocator_environment
from ogpld.workers.inherited_limits import why_not_forked, without_reason
from ogpld.workers.lane import Worker

_LOG = logging.getLogger("ogpld")

#: Seconds a zygote gets to load a release.
_LOADING = 600.0
#: Seconds to wait for the report of how a worker ended.
_REPORT = 1.0
#: Reports kept of deaths nobody asked about.
_REPORTS = 1000
_FIRST_PAUSE, _LAST_PAUSE = 0.1, 10.0


class Supervisor:
    """Owner of the zygote process.

    Args:
        options: what the zygote is to load, as `ogpld.workers.zygote` reads it.
        ready: called when workers can be ordered.
        gone: called when the zygote has died, with all its workers.
        died: called with the number of each worker that ended, the signal it died of (0 for none), and
            why where it could not even begin.
        tend: called now and then; returns the seconds after which it wants to be called again, at the latest.
    """

    def __init__(
        self,
        options: dict[str, Any],
        *,
        ready: Callable[[], None],
        gone: Callable[[], None],
        died: Callable[[int, int, str], None],
        tend: Callable[[], float],
    ) -> None:
        self.restarts = 0
        self.isolated = False
        self.allocator = ""
        self.memory: dict[str, int] = {}
        self.subjects = Subjects()
        self._options = options
        self._ready, self._gone, self._died, self._tend = ready, gone, died, tend
        self._logged = ""
        self._numbers = itertools.count(1)
        self._ends: dict[int, int] = {}
        self._killed: deque[int] = deque(maxlen=_REPORTS)
        self._changed = Condition()
        self._ordering = threading.Lock()
        self._closing = threading.Event()
        self._running = False
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._listener = threading.Thread(target=self._supervise, name="zygote", daemon=True)

    def start(self) -> None:
        """Start the zygote and wait until it has loaded.

        Raises:
            ReleaseError: when the data cannot be loaded.
            OgpldError: on a system that cannot fork.
        """
        if not hasattr(os, "fork") or not hasattr(socket, "send_fds"):
            raise OgpldError(
                "this system cannot fork, which the query workers need",
                hint="serve on Linux or macOS, or in a container; build and query work here",
            )
        self._launch()
        try:
            self._listener.start()
        except RuntimeError as error:  # no thread can be started
            self.close()
            raise ReleaseError(why_not_forked(error)) from error

    def spawn(self, kind: str = "fork") -> Worker:
        """Order a worker; it can be written to at once, and its channel ends if none can be had.

        Args:
            kind: "fork" for queries, "task" for one that is to run a task.

        Raises:
            OSError: where the system gives no channel.
        """
        mine, theirs = socket.socketpair()
        number = next(self._numbers)
        with theirs:
            self._order(kind, number, theirs.fileno())
        return Worker(number, Channel(fileno=mine.detach()))

    def kill(self, worker: Worker) -> None:
        """Order a worker's death; one that has ended already is left alone."""
        self._killed.append(worker.number)
        self._order("kill", worker.number)

    def lower(self, worker: Worker) -> None:
        """Give a worker only the processor time that nobody else wants."""
        self._order("lower", worker.number)

    def ended_by(self, worker: Worker) -> int | None:
        """Return the signal a worker died of, 0 for none, None when the zygote is gone as well."""
        deadline = time.monotonic() + _REPORT
        with self._changed:
            while self._running and worker.number not in self._ends:
                left = deadline - time.monotonic()
                if left <= 0:
                    break
                self._changed.wait(left)
            return self._ends.pop(worker.number, None)

    def close(self) -> None:
        """End the zygote and with it all workers, and wait until it is gone."""
        self._closing.set()
        self._hang_up()
        if self._process is not None:
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:  # it was loading and did not listen yet
                self._process.kill()
                self._process.wait()
        if self._listener.is_alive():
            self._listener.join(5)
        if self._control is not None:
            self._control.close()

    def _order(self, word: str, number: int, file: int | None = None) -> None:
        with self._ordering, contextlib.suppress(OSError):
            if self._control is not None and self._running:  # one that loads reads no orders yet
                messages.order(self._control, word, number, file)

    def _hang_up(self) -> None:
        if self._control is not None:
            with contextlib.suppress(OSError):
                self._control.shutdown(socket.SHUT_RDWR)

    def _launch(self) -> None:
        """Start a zygote and wait until it has loaded.

        Raises:
            ReleaseError: when it cannot be started, or does not load.
        """
        control, theirs = socket.socketpair()
        with theirs:
            try:
                self._process = _start_zygote(theirs.fileno(), self._options["allocator"])
            except OSError as error:
                control.close()
                raise ReleaseError(why_not_forked(error)) from error
        before, self._control = self._control, control
        if before is not None:
            before.close()
        if self._closing.is_set():
            self._hang_up()
        message = None
        with contextlib.suppress(OSError):  # TimeoutError is one
            messages.send(control, self._options)
            message = messages.receive(control, time.monotonic() + _LOADING)
        if message is None or "ready" not in message[0]:
            self._process.kill()
            self._process.wait()
            self._control = None
            control.close()
            reason = message[0] if message else without_reason()
            raise ReleaseError(reason["failed"], hint=reason["hint"])
        self.isolated = bool(message[0]["isolated"])
        self.allocator = message[0]["allocator"]
        self.memory = message[0]["memory"]
        self.subjects = Subjects(message[1])
        self._running = True
        self._ready()

    def _supervise(self) -> None:
        """Take in what the zygote reports; start another when it dies."""
        pause = _FIRST_PAUSE
        while not self._closing.is_set():
            if self._running:
                self._listen()
                if self._closing.is_set():
                    return
                _LOG.error("the query process died; starting another")
            self._closing.wait(pause)
            pause = min(pause * 2, _LAST_PAUSE)
            self.restarts += 1
            try:
                self._launch()
                pause, self._logged = _FIRST_PAUSE, ""
                _LOG.info("the query process is there again (restart %d)", self.restarts)
            except (ReleaseError, OSError) as error:
                if str(error) != self._logged:  # the same again and again would only fill the log
                    _LOG.error("the query process cannot be started; trying on: %s", error)
                self._logged = str(error)

    def _listen(self) -> None:
        """Note how workers end until the zygote itself does."""
        while self._control is not None:
            try:
                if not is_readable(self._control, self._tend()):
                    continue
                message = messages.receive(self._control)
            except (OSError, ValueError):  # ValueError: it was closed meanwhile
                message = None
            if message is None:
                break
            number = message[0]["exit"]
            with self._changed:
                self._ends[number] = message[0]["signal"]
                while len(self._ends) > _REPORTS:
                    self._ends.pop(next(iter(self._ends)))
                self._changed.notify_all()
            self._log_end(number, message[0]["signal"])
            self._died(number, message[0]["signal"], message[0]["failure"])
        with self._changed:
            self._running = False
            self._ends.clear()
            self._changed.notify_all()
        self._gone()
        if self._process is not None and not self._closing.is_set():
            self._process.kill()
            self._process.wait()

    def _log_end(self, number: int, ended: int) -> None:
        """Log that a worker was killed by somebody else: the system, where memory is short."""
        if ended == signal.SIGKILL and number not in self._killed:
            _LOG.warning(
                "a worker was killed (SIGKILL), perhaps for want of memory; another takes its place"
            )


def _start_zygote(channel: int, allocator: str) -> subprocess.Popen[bytes]:
    """Start a zygote that is told over a descriptor what to load."""
    package = str(Path(__file__).parents[2])
    paths = filter(None, [package, os.environ.get("PYTHONPATH")])
    has_session = os.getsid(0) == os.getpid()
    return subprocess.Popen(  # noqa: S603  (our own interpreter and module)
        [sys.executable, "-P", "-m", "ogpld.workers.zygote", str(channel)],
        pass_fds=(channel,),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        process_group=0 if has_session else None,
        start_new_session=not has_session,
        env={
            **os.environ,
            **allocator_environment(allocator),
            "PYTHONPATH": os.pathsep.join(paths),
            "RUST_BACKTRACE": "0",  # a worker out of memory is no news worth forty lines
        },
    )
