"""What ends work in a worker besides its answer: a deadline, memory, size, a crash; with what to do next.

Work is a query (`QUERY`) or a task over the loaded data (`TASK`).
"""

from __future__ import annotations

import math
import signal

from ogpld.errors import (
    OgpldError,
    QueryError,
    QueryStoppedError,
    QueryTooComplexError,
    QueryTooLargeError,
    TaskStoppedError,
)


class StopErrors:
    """The errors of queries; tasks have the same in other words."""

    stopped: type[QueryStoppedError] = QueryStoppedError
    _work = "query"
    _service = "endpoint"
    _hint = "ask for less: add a LIMIT, narrow the patterns, or split the query"
    _memory_hint = "ask for less: sort or group fewer rows, or narrow the patterns"

    def past_deadline(self, seconds: float) -> QueryStoppedError:
        """Return the error of work past its deadline, in seconds."""
        return self.stopped(
            f"the {self._work} did not end within {seconds:g} s, the deadline of this {self._service}",
            limit="deadline",
            hint=self._hint,
        )

    def past_memory(self, size: int) -> QueryStoppedError:
        """Return the error of work that needs more memory than it may take, in bytes."""
        return self.stopped(
            f"the {self._work} needs more than the {size:,} bytes of memory it may take",
            limit="memory",
            hint=self._memory_hint,
        )

    def past_size(self, size: int) -> QueryError:
        """Return the error of a result that is larger than it may be, in bytes."""
        return QueryTooLargeError(
            f"the result is larger than {size:,} bytes, the limit of this endpoint",
            hint="page with ORDER BY, LIMIT and OFFSET, or ask for less",
        )

    def restarting(self) -> QueryStoppedError:
        """Return the error of a pool that has no processes just now."""
        return self.stopped(
            "the query workers are being restarted",
            limit="restarting",
            retry_after=2,
            hint="ask again after the time Retry-After says",
        )

    def loading(self) -> QueryStoppedError:
        """Return the error of a query whose deadline passed before the graphs it names were loaded."""
        return self.stopped(
            f"the {self._work} names graphs, which are still being loaded",
            limit="loading",
            retry_after=5,
            hint="ask again after the time Retry-After says; a query that names no graph is answered at once",
        )

    def unfit(self, seconds: float) -> QueryStoppedError:
        """Return the error of a pool whose workers cannot live; `seconds` until they are tried again."""
        return self.stopped(
            "no query worker can be started just now; the server's log says why",
            limit="restarting",
            retry_after=max(1, math.ceil(seconds)),
            hint="ask again after the time Retry-After says",
        )

    def of_signal(self, number: int | None, memory: int) -> QueryError:
        """Return what a worker's death means.

        The engine aborts when memory is refused; a SIGKILL that is not ours is the kernel's, for want of
        memory. It overflows its stack with SIGSEGV or SIGBUS.

        Args:
            number: the signal it died of, 0 for none, None when that is not known.
            memory: bytes it was allowed to take.
        """
        if number in {signal.SIGABRT, signal.SIGKILL}:
            return self.past_memory(memory)
        return self.restarting() if number is None else self._crash(number)

    def _crash(self, number: int) -> QueryError:
        if number in {signal.SIGSEGV, signal.SIGBUS}:
            return QueryTooComplexError(
                "the query nests too deeply for the engine", hint="split it into several queries"
            )
        return self.restarting()


class _TaskErrors(StopErrors):
    """The errors of tasks."""

    stopped = TaskStoppedError
    _work = "work"
    _service = "service"
    _hint = _memory_hint = "send less at once: split the document"

    def past_size(self, size: int) -> QueryError:
        return self.stopped(
            f"the reply is larger than {size:,} bytes, the limit of this service",
            limit="bytes",
            hint=self._hint,
        )

    def _crash(self, number: int) -> QueryError:  # noqa: ARG002  (all are alike)
        return self.stopped(
            "the work broke off: what was sent makes the engine fail",
            limit="crash",
            hint="send less at once, and look for values nested very deeply",
        )


QUERY = StopErrors()
TASK = _TaskErrors()


def task_failed() -> OgpldError:
    """Return the error of a task that has a fault; the log names its kind."""
    return OgpldError("the work failed; this is a fault in ogpld", code="task-failed")
