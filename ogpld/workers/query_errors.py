"""What ends a query besides its answer: a deadline, size, memory, a crash; each with what to do next."""

from __future__ import annotations

import signal

from ogpld.errors import QueryError, QueryStoppedError, QueryTooLargeError
from ogpld.stores.guard import QueryTooComplexError
from ogpld.stores.limits import Limits
from ogpld.workers.lane import restarting


def late(seconds: float) -> QueryStoppedError:
    """Return the error of a query past its deadline."""
    return QueryStoppedError(
        f"the query did not end within {seconds:g} s, the deadline of this endpoint",
        limit="deadline",
        hint="ask for less: add a LIMIT, narrow the patterns, or split the query",
    )


def oversized(limit: int) -> QueryTooLargeError:
    """Return the error of an answer that is too large."""
    return QueryTooLargeError(
        f"the result is larger than {limit:,} bytes, the limit of this endpoint",
        hint="page with ORDER BY, LIMIT and OFFSET, or ask for less",
    )


def greedy(limits: Limits) -> QueryStoppedError:
    """Return the error of a query that needs too much memory."""
    return QueryStoppedError(
        f"the query needs more than the {limits.memory:,} bytes of memory it may take",
        limit="memory",
        hint="ask for less: sort or group fewer rows, or narrow the patterns",
    )


def died(ended: int | None, limits: Limits) -> QueryError:
    """Return what a worker's death by a signal (0 for none, None if nobody knows) means.

    The engine overflows its stack with SIGSEGV or SIGBUS and aborts when memory is refused; a
    SIGKILL that is not ours is the kernel's, for want of memory.
    """
    if ended in {signal.SIGSEGV, signal.SIGBUS}:
        return QueryTooComplexError(
            "the query nests too deeply for the engine", hint="split it into several queries"
        )
    if ended in {signal.SIGABRT, signal.SIGKILL}:
        return greedy(limits)
    return restarting()
