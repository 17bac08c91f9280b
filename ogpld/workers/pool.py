"""The store that `serve` uses: queries run in processes that can be killed, in lanes.

Callers' queries have their own workers; documents and our own queries have one more, so that bombs
never starve a page; tasks over the loaded data, if the pool has one, have a third lane with limits of
its own, whose worker is never used twice. Queueing and running share one deadline. A worker that is
late, dead or too big is replaced by a fork of the loaded zygote, in milliseconds. Long because all kinds of
work go through the same lanes.
"""

from __future__ import annotations

import logging
import time
from dataclasses import asdict, replace
from functools import lru_cache, partial
from typing import Any

from ogpld.errors import OgpldError, UsageError
from ogpld.stores import Answer, Query, ThingDescription, guard
from ogpld.stores.cancel_token import CancelToken
from ogpld.stores.dataset_words import names_graphs
from ogpld.stores.fingerprint import Fingerprint, fingerprint
from ogpld.stores.query_templates import QueryTemplates
from ogpld.stores.search_patterns import may_search
from ogpld.stores.text_search import Hits, NameLookup, look_up, to_json
from ogpld.waiting import in_thread
from ogpld.workers import messages
from ogpld.workers.inherited_limits import memory_words
from ogpld.workers.lane import Worker, WorkerLane
from ogpld.workers.pool_options import PoolOptions
from ogpld.workers.second_pool import SecondPool
from ogpld.workers.stop_errors import TASK, task_failed
from ogpld.workers.supervisor import Supervisor

_LOG = logging.getLogger("ogpld")

#: Seconds our own queries and documents may take.
_TRUSTED = 30.0
#: Callers that may wait for the internal worker: more than a server has threads.
_TRUSTED_QUEUE = 256
#: Seconds between two looks at whether the workers live, where nothing happens.
_LOOK = 1.0
#: Characters of a query that is examined in no time, and how many such are remembered.
_SHORT, _EXAMINED = 4_000, 256
#: Bytes our own answers may have; past it something is wrong with the query.
_TRUSTED_BYTES = 1 << 30


class QueryService:
    """A store whose queries run in processes that can be killed.

    Args:
        options: what it loads, and what it allows.

    Attributes:
        lookup: finds names for the searches of queries, in this process; None where there is no index.
    """

    def __init__(self, options: PoolOptions) -> None:
        self.limits, self.task_limits = options.limits, options.task_limits
        self.lookup: NameLookup | None = None
        self._options = options
        self._supervisor = Supervisor(
            {
                "path": str(options.path),
                "expected": options.expected,
                "hidden": list(options.hidden_graphs),
                "present": list(options.present),
                "named_graphs": options.named_graphs,
                "limits": asdict(options.limits),
                "task": options.task,
                "task_memory": self.task_limits.memory,
                "allocator": options.allocator,
            },
            ready=self._fill,
            gone=self._drop,
            died=self._note_end,
            tend=self._tend,
        )
        spawn = self._supervisor.spawn
        self._public = WorkerLane(
            options.workers, self.limits.queue, spawn, aside=self.limits.aside
        )
        self._internal = WorkerLane(1, _TRUSTED_QUEUE, spawn)
        self._tasks = WorkerLane(
            1 if options.task else 0, self.task_limits.queue, partial(spawn, "task"), TASK
        )
        self._lanes = (self._public, self._internal, self._tasks)
        self._failures: set[str] = set()
        self._present = frozenset((*options.hidden_graphs, *options.present))
        self._second: SecondPool[QueryService] | None = None
        if not options.named_graphs:
            idle = 0.0 if options.named_at_start else options.named_idle
            self._second = SecondPool(partial(QueryService, options.of_second()), idle)
        templates = QueryTemplates(self._examine, self.limits.text_bytes)
        self._examine_short = lru_cache(_EXAMINED)(templates.examine)

    def start(self) -> None:
        """Load the release in a zygote and start the workers.

        Raises:
            ReleaseError: when the data cannot be loaded.
            OgpldError: on a system that cannot fork.
        """
        try:
            self._supervisor.start()
            if self._second is not None and self._options.named_at_start:
                self._second.start()
        except BaseException:
            self.close()
            raise
        if (memory := self._memory("fork")) < self.limits.memory:
            _LOG.warning(
                "%s: a query gets %s bytes of memory, not the %s that query_memory says",
                memory_words(),
                f"{memory:,}",
                f"{self.limits.memory:,}",
            )

    def answer(
        self, query: Query, *, trusted: bool = False, token: CancelToken | None = None
    ) -> Answer:
        """Run a query in a worker; see the protocol."""
        if query.fingerprint is None and not trusted:
            query = replace(query, fingerprint=self.examine(query.text))
        token = token or CancelToken()
        seconds = query.seconds(_TRUSTED if trusted else self.limits.deadline)
        if self._second is not None and self._names_graphs(query):
            return self._answer_of_second(query, seconds, token, trusted=trusted)
        head = {
            "do": "answer",
            "forms": list(query.forms),
            "default": list(query.default_graphs),
            "named": list(query.named_graphs),
            "trusted": trusted,
            "base": query.base,
            "hits": to_json(query.hits if query.hits is not None else self._look_up(query, token)),
        }
        text = query.text.encode("utf-8", "surrogatepass")
        lane, most = self._internal, _TRUSTED_BYTES
        if not trusted:
            lane, most = self._public, self.limits.bytes
        reply, body = self._ask(lane, head, seconds, most, token, text)
        return Answer(reply["kind"], reply["form"], body, reply["rows"])

    def _names_graphs(self, query: Query) -> bool:
        look = partial(names_graphs, query, self._present)
        return in_thread(look) if len(query.text) > _SHORT else look()

    def _answer_of_second(
        self, query: Query, seconds: float, token: CancelToken, *, trusted: bool
    ) -> Answer:
        """Ask the pool that holds named graphs a query that names them."""
        assert self._second is not None  # noqa: S101  (for the type checker)
        deadline = time.monotonic() + seconds
        if query.hits is None:
            query = replace(query, hits=self._look_up(query, token))
        with self._second.use(seconds, token) as pool:
            query = replace(query, deadline=max(0.0, deadline - time.monotonic()))
            return pool.answer(query, trusted=trusted, token=token)

    def examine(self, text: str) -> Fingerprint:
        """Look at a query's text, and refuse what no honest caller sends.

        Raises:
            QueryError: as `ogpld.stores.guard` raises it.
        """
        if len(text) > _SHORT:
            return in_thread(partial(self._examine, text))
        return self._examine_short(text)

    def _examine(self, text: str) -> Fingerprint:
        """Return what `examine` returns, looked at anew."""
        if self.limits.guard:
            return guard.check(
                text,
                self.limits.text_bytes,
                self._options.guard_limits,
                services=self._options.services,
            )
        return fingerprint(text)

    def _look_up(self, query: Query, token: CancelToken) -> Hits | None:
        """Return what the searches of a query find; the time that takes is the query's."""
        began = time.monotonic()
        if not may_search(query.text):
            return None
        hits = in_thread(
            partial(
                look_up,
                query.text,
                query.base,
                self.lookup,
                searches=self.limits.searches,
                hits=self.limits.hits,
            )
        )
        if hits is not None:
            token.seconds += time.monotonic() - began
        return hits

    def has_thing(self, iri: str) -> bool:
        """Say whether a thing is surely described; no worker is asked, and False says nothing."""
        return iri in self._supervisor.subjects

    def describe(self, iri: str, links: int) -> ThingDescription:
        """Return the document graph of a thing; see the protocol."""
        head = {"do": "describe", "iri": iri, "links": links}
        reply, body = self._ask(self._internal, head, _TRUSTED, _TRUSTED_BYTES)
        return ThingDescription(body, reply["incoming"])

    def run(
        self, head: dict[str, Any], body: bytes, token: CancelToken | None = None
    ) -> tuple[dict[str, Any], bytes]:
        """Run the pool's task on a head and a body, and return its reply.

        What it does to the store nobody else sees: its worker ends with it.

        Raises:
            TaskStoppedError: a limit ended it, or it crashed.
            OgpldError: what the task raised, as the class it was.
            UsageError: for a pool without a task.
        """
        if not self._tasks.size:
            raise UsageError("this pool runs no tasks")
        limits = self.task_limits
        return self._ask(self._tasks, head, limits.deadline, limits.bytes, token, body)

    def status(self) -> dict[str, Any]:
        """Return the state of the pool, for /healthz."""
        return {
            **self._public.status(),
            "internal": self._internal.status(),
            **({"tasks": self._tasks.status()} if self._tasks.size else {}),
            "ready": all(lane.alive for lane in (self._public, self._internal)),
            "restarts": self._supervisor.restarts,
            "allocator": self._supervisor.allocator,
            "network": "dropped" if self._supervisor.isolated else "no new sockets",
            "stores": {
                "union": "loaded" if self._public.open else "loading",
                "named graphs": "loaded with it" if self._second is None else self._second.state,
            },
        }

    def close(self, drain: float = 0.0) -> None:
        """Let running queries end for `drain` seconds, then end all processes."""
        deadline = time.monotonic() + drain
        for lane in self._lanes:
            lane.wait_idle(deadline)
        if self._second is not None:
            self._second.close()
        self._drop()
        self._supervisor.close()

    def _memory(self, kind: str) -> int:
        """Return the bytes that a worker of a kind may take: as set, or what an inherited limit leaves."""
        most = self.task_limits.memory if kind == "task" else self.limits.memory
        return self._supervisor.memory.get(kind, most)

    def _fill(self) -> None:
        for lane in self._lanes:
            lane.fill()

    def _drop(self) -> None:
        for lane in self._lanes:
            lane.drop()

    def _note_end(self, number: int, ended: int, failure: str) -> None:
        for lane in self._lanes:
            lane.note_end(number, ended, failure)

    def _tend(self) -> float:
        """Start again what could not live, and log that once; return the seconds until the next look."""
        pauses = [pause for lane in self._lanes if (pause := lane.refill()) is not None]
        failures = {
            lane.failure.partition(":")[0]: lane.failure for lane in self._lanes if lane.failure
        }
        for kind in failures.keys() - self._failures:
            _LOG.error(
                "query workers cannot be started: %s. They are tried again ever more seldom, without a word",
                failures[kind],
            )
        if self._failures and not failures:
            _LOG.warning("query workers can be started again")
        self._failures = (self._failures | failures.keys()) if failures else set()
        return min(pauses, default=_LOOK)

    def _set_aside(self, lane: WorkerLane, worker: Worker) -> None:
        """Let a long query go on beside the others, with what processor time they leave."""
        if lane.set_aside(worker):
            self._supervisor.lower(worker)

    def _ask(
        self,
        lane: WorkerLane,
        head: dict[str, Any],
        seconds: float,
        limit: int,
        token: CancelToken | None = None,
        body: bytes = b"",
    ) -> tuple[dict[str, Any], bytes]:
        """Let a worker of a lane answer one request before the deadline; one for tasks ends with it."""
        token, is_task = token or CancelToken(), lane is self._tasks
        deadline = time.monotonic() + seconds
        worker = lane.take(deadline, seconds, token)
        began = time.monotonic()
        message, healthy = None, False
        try:
            with token.stoppable(partial(self._supervisor.kill, worker)):
                long = partial(self._set_aside, lane, worker) if lane.aside else None
                message = messages.exchange(worker.channel, head, deadline, limit, body, long)
            healthy = (
                message is not None and not {"stopped", "last"} & message[0].keys()
            ) and not (token.cancelled or is_task)
        except TimeoutError:
            raise lane.errors.past_deadline(seconds) from None
        except messages.BodyTooLargeError:
            raise lane.errors.past_size(limit) from None
        finally:
            token.seconds += time.monotonic() - began
            worker.served += 1
            if healthy and worker.served < self.limits.served:
                lane.give_back(worker)
            else:
                if message is None or is_task:
                    self._supervisor.kill(worker)
                lane.replace(worker)
        memory = self._memory("task" if is_task else "fork")
        if message is None:
            if token.cancelled:
                raise token.refusal()
            ended = self._supervisor.ended_by(worker)
            raise lane.errors.of_signal(ended if lane.open else None, memory)
        reply, content = message
        if "stopped" in reply:
            raise lane.errors.past_memory(memory)
        if "failed" in reply and is_task:
            _LOG.error("a task failed: %s", reply["failed"])  # and not one word of the document
            raise task_failed()
        if "error" in reply:
            raise OgpldError.from_dict(reply["error"])
        return reply, content
