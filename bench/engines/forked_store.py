"""A store of whatever engine whose every query runs in a fork that can be killed, as in a worker of ours.

The fork is confined as a worker is (`ogpld.workers.confinement`). What a query did to it is counted.
"""

from __future__ import annotations

import collections
import os
import pickle
import select
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ogpld.errors import CancelledError, OgpldError, QueryError
from ogpld.stores import Answer, CancelToken, Query, Store, ThingDescription
from ogpld.stores.limits import Limits
from ogpld.workers.confinement import die_with_parent, drop_network, forbid_new_files, limit_memory
from ogpld.workers.stop_errors import QUERY

_CHANNEL = 3


class ForkedStore:
    """A store in forks; see the protocol.

    Args:
        store: loaded; nothing is asked of it in this process.
        limits: the deadline and memory of a query.

    Attributes:
        ends: how often a fork was ended by the deadline, by a signal of its own (by name), by a panic.
        seconds: what the last query took, with its fork.
        refusal: the code of its error, "" where it was answered.
    """

    def __init__(self, store: Store, limits: Limits) -> None:
        self._store = store
        self._limits = limits
        self.ends: collections.Counter[str] = collections.Counter()
        self.seconds = 0.0
        self.refusal = ""

    def with_deadline(self, seconds: float) -> ForkedStore:
        """Return the same store with another deadline."""
        return ForkedStore(self._store, replace(self._limits, deadline=seconds))

    def answer(
        self, query: Query, *, trusted: bool = False, token: CancelToken | None = None
    ) -> Answer:
        """Run a query in a fork."""
        if token is not None and token.cancelled:
            raise CancelledError("the query was cancelled", limit="cancelled")
        self.refusal = ""
        try:
            answer: Answer = self._run(
                lambda: self._store.answer(query, trusted=trusted),
                query.seconds(self._limits.deadline),
            )
        except QueryError as error:
            self.refusal = error.code
            raise
        return answer

    def describe(self, iri: str, links: int) -> ThingDescription:
        """Return the document graph of a thing."""
        document: ThingDescription = self._run(
            lambda: self._store.describe(iri, links), self._limits.deadline
        )
        return document

    def close(self) -> None:
        """Do nothing; there is no process but this one."""

    def _run(self, work: Callable[[], Any], seconds: float) -> Any:
        begin = time.monotonic()
        reading, writing = os.pipe()
        parent = os.getpid()
        process = os.fork()
        if process == 0:
            self._work(work, writing, parent)
        os.close(writing)
        content, ended = _read(reading, begin + seconds)
        os.close(reading)
        if not ended:
            os.kill(process, signal.SIGKILL)
        status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        self.seconds = time.monotonic() - begin
        if not ended:
            self.ends["deadline"] += 1
            raise QUERY.past_deadline(seconds)
        if not content:
            self.ends[signal.Signals(-status).name if status < 0 else f"exit {status}"] += 1
            raise QUERY.of_signal(-status if status < 0 else 0, self._limits.memory)
        result = pickle.loads(content)  # noqa: S301  (our own fork wrote it)
        if isinstance(result, dict):
            raise OgpldError.from_dict(result)
        if isinstance(result, str):
            self.ends[result] += 1
            if result == "MemoryError":
                raise QUERY.past_memory(self._limits.memory)
            raise QueryError("the engine failed on this query", code="query-failed")
        return result

    def _work(self, work: Callable[[], Any], writing: int, parent: int) -> None:
        """Do the work, write what came of it, and end this process."""
        result: Any
        try:
            drop_network()
            die_with_parent(parent)
            limit_memory(self._limits.memory)
            forbid_new_files(writing)
            result = work()
        except OgpldError as error:
            result = error.to_dict()
        except BaseException as error:  # noqa: BLE001  (a panic of an engine is no Exception)
            result = type(error).__name__
        try:
            content = pickle.dumps(result)
            while content:
                content = content[os.write(_CHANNEL, content) :]
        finally:
            os._exit(0)


def _read(descriptor: int, end: float) -> tuple[bytes, bool]:
    """Return what is written to a pipe, and whether its writer ended in time."""
    pieces: list[bytes] = []
    ready = select.poll()  # not select(): an engine may hold thousands of descriptors
    ready.register(descriptor, select.POLLIN)
    while (left := end - time.monotonic()) > 0:
        if not ready.poll(1000 * left):
            break
        piece = os.read(descriptor, 1 << 16)
        if not piece:
            return b"".join(pieces), True
        pieces.append(piece)
    return b"", False
