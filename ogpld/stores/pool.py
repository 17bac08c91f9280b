"""The web process's side of the workers: two lanes, one deadline, an owner for every worker.

Callers' queries have their own workers; documents and our own queries have one more, so that bombs
never starve a page. Queueing and running share one deadline. A worker that is late, dead or too big
is replaced by a fork of the loaded zygote, in milliseconds.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ogpld import errors
from ogpld.errors import QueryError, QueryStoppedError, QuerySyntaxError, ReleaseError
from ogpld.stores import Answer, Description, Query, guard, wire
from ogpld.stores.guard import QueryTooComplexError
from ogpld.stores.lane import Lane, Worker
from ogpld.stores.limits import Limits

_LOG = logging.getLogger("ogpld")

#: Seconds our own queries and documents may take.
_TRUSTED = 30.0
#: Queries after which a worker is replaced, so that no memory creeps.
_SERVED = 500
#: Seconds a zygote gets to load a release.
_LOADING = 600.0
_ENVELOPE = 1 << 16


class Pool:
    """A store whose queries run in processes that can be killed."""

    def __init__(
        self,
        path: Path,
        limits: Limits,
        *,
        workers: int = 2,
        expected: int | None = None,
        hidden_graphs: Sequence[str] = (),
    ) -> None:
        self.limits = limits
        self._told = {
            "path": str(path),
            "expected": expected,
            "hidden": list(hidden_graphs),
            "limits": asdict(limits),
        }
        self._numbers = itertools.count(1)
        self._exits: dict[int, int] = {}
        self._exited = threading.Condition()
        self._ordering = threading.Lock()
        self._closing = False
        self.restarts = 0
        self.isolated = False
        self._public = Lane(workers, limits.queue, self._spawn)
        self._internal = Lane(1, 64, self._spawn)
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def start(self) -> None:
        """Load the release in a new zygote and start the workers.

        Raises:
            ReleaseError: when the data cannot be loaded.
        """
        self._launch()
        threading.Thread(target=self._listen, name="zygote", daemon=True).start()

    def answer(self, query: Query, *, trusted: bool = False) -> Answer:
        """Run a query in a worker; see the protocol."""
        if not trusted and self.limits.guard:
            guard.check(query.text, self.limits.text_bytes)
        seconds = _TRUSTED if trusted else self.limits.deadline
        if query.deadline is not None:
            seconds = max(0.0, min(seconds, query.deadline))
        head = {
            "do": "answer",
            "text": query.text,
            "forms": list(query.forms),
            "default": list(query.default_graphs),
            "named": list(query.named_graphs),
            "trusted": trusted,
        }
        limit = (1 << 40) if trusted else self.limits.bytes + _ENVELOPE
        reply, body = self._ask(
            self._internal if trusted else self._public, head, seconds, limit
        )
        return Answer(reply["kind"], reply["form"], body, reply["rows"])

    def describe(self, iri: str, links: int) -> Description:
        """Return the document graph of a thing; see the protocol."""
        head = {"do": "describe", "iri": iri, "links": links}
        reply, body = self._ask(self._internal, head, _TRUSTED, 1 << 40)
        return Description(body, reply["incoming"])

    def status(self) -> dict[str, Any]:
        """Return the state of the pool, for /healthz."""
        return {
            "workers": self._public.size,
            "busy": len(self._public.busy),
            "queued": self._public.waiting,
            "restarts": self.restarts,
            "ready": self._public.open,
            "network": "dropped" if self.isolated else "no new sockets",
        }

    def close(self, drain: float = 0.0) -> None:
        """Let running queries end for `drain` seconds, then end all processes."""
        deadline = time.monotonic() + drain
        for lane in (self._public, self._internal):
            lane.wait_idle(deadline)
        self._closing = True
        for lane in (self._public, self._internal):
            lane.drop()
        if self._control is not None:
            with contextlib.suppress(OSError):
                self._control.shutdown(socket.SHUT_RDWR)
        if self._process is not None:
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._control is not None:
            self._control.close()

    def _ask(
        self, lane: Lane, head: dict[str, Any], seconds: float, limit: int
    ) -> tuple[dict[str, Any], bytes]:
        """Let a worker of a lane answer one request before the deadline."""
        deadline = time.monotonic() + seconds
        worker = lane.take(deadline, seconds)
        good = False
        try:
            worker.channel.settimeout(max(0.01, deadline - time.monotonic()))
            wire.send(worker.channel, head)
            message = wire.receive(worker.channel, deadline, limit)
            good = message is not None
        except TimeoutError:
            self._kill(worker)
            raise QueryStoppedError(
                f"the query did not end within {seconds:g} s, the deadline of this endpoint",
                limit="deadline",
                hint="ask for less: add a LIMIT, narrow the patterns, or split the query",
            ) from None
        except (BrokenPipeError, ConnectionResetError):
            message = None
        except ValueError:
            self._kill(worker)
            raise errors.QueryTooLargeError(
                f"the result is larger than {self.limits.bytes:,} bytes",
                hint="page with ORDER BY, LIMIT and OFFSET, or ask for less",
            ) from None
        finally:
            if good:
                self._give_back(lane, worker)
            else:
                self.restarts += 1
                lane.replace(worker)
        if message is None:
            raise self._died(worker)
        reply, body = message
        if "stopped" in reply:
            raise _out_of_memory(self.limits.memory)
        if "error" in reply:
            raise _raised(reply)
        return reply, body

    def _give_back(self, lane: Lane, worker: Worker) -> None:
        worker.served += 1
        if worker.served >= _SERVED:
            lane.replace(worker)  # the closed channel ends it
        else:
            lane.give_back(worker)

    def _died(self, worker: Worker) -> QueryError:
        """Return what a worker's death means; the zygote tells how it ended."""
        deadline = time.monotonic() + 1
        with self._exited:
            while worker.number not in self._exits and (left := deadline - time.monotonic()) > 0:
                self._exited.wait(left)
            ended = self._exits.pop(worker.number, 0)
        if ended == signal.SIGSEGV:
            return QueryTooComplexError(
                "the query nests too deeply for the engine", hint="split it into several queries"
            )
        return _out_of_memory(self.limits.memory)

    def _spawn(self) -> Worker:
        """Have the zygote fork a worker; it can be written to at once."""
        mine, theirs = socket.socketpair()
        number = next(self._numbers)
        with self._ordering, theirs, contextlib.suppress(OSError):
            assert self._control is not None
            wire.order(self._control, "fork", number, theirs.fileno())
        return Worker(number, mine)

    def _kill(self, worker: Worker) -> None:
        with self._ordering, contextlib.suppress(OSError):
            assert self._control is not None
            wire.order(self._control, "kill", worker.number)

    def _launch(self) -> None:
        """Start a zygote, wait until it has loaded, and fill the lanes."""
        control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  (our own interpreter and module)
                [sys.executable, "-m", "ogpld.stores.zygote", str(theirs.fileno())],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
        wire.send(control, self._told)
        try:
            message = wire.receive(control, time.monotonic() + _LOADING)
        except TimeoutError:
            message = None
        if message is None or "ready" not in message[0]:
            control.close()
            self._process.kill()
            self._process.wait()
            told = message[0] if message else {}
            raise ReleaseError(
                told.get("failed", "the query process ended before it was ready"),
                hint=told.get("hint", "see the server's log"),
            )
        control.settimeout(None)
        self._control = control
        self.isolated = bool(message[0]["isolated"])
        for lane in (self._public, self._internal):
            lane.fill()

    def _listen(self) -> None:
        """Take in what the zygote reports; start another when it dies."""
        pause = 0.2
        while not self._closing:
            assert self._control is not None
            try:
                message = wire.receive(self._control)
            except OSError:
                message = None
            if message is not None:
                pause = 0.2
                with self._exited:
                    self._exits[message[0]["exit"]] = message[0]["signal"]
                    while len(self._exits) > 1000:  # noqa: PLR2004  (deaths nobody asked about)
                        self._exits.pop(next(iter(self._exits)))
                    self._exited.notify_all()
                continue
            if self._closing:
                return
            _LOG.error("the query process died; starting another")
            for lane in (self._public, self._internal):
                lane.drop()
            time.sleep(pause)
            pause = min(pause * 2, 10.0)
            try:
                self._launch()
                self.restarts += 1
            except ReleaseError:
                _LOG.exception("the query process cannot be started")


def _out_of_memory(limit: int) -> QueryStoppedError:
    return QueryStoppedError(
        f"the query needed more memory than the {limit:,} bytes a query may take",
        limit="memory",
        hint="ask for less: sort or group fewer rows, or narrow the patterns",
    )


def _raised(reply: dict[str, Any]) -> QueryError:
    """Return the error a worker raised, as the class it was."""
    if reply["error"] == "QuerySyntaxError":
        return QuerySyntaxError(reply["message"], line=reply["line"], column=reply["column"])
    if reply["error"] == "QueryTooLargeError":
        return errors.QueryTooLargeError(reply["message"], hint=reply["hint"])
    error = QueryError(reply["message"], hint=reply["hint"])
    error.code = reply["code"]
    return error
