"""What ends a task besides its reply: a deadline, memory, a crash; each with what to do next."""

from __future__ import annotations

import signal

from ogpld.errors import OgpldError, QueryStoppedError
from ogpld.stores.limits import TaskLimits


class TaskStoppedError(QueryStoppedError):
    """A limit ended the task (deadline, memory, size, queue), or it crashed; `limit` says which."""

    code = "task-stopped"


def late(limits: TaskLimits) -> TaskStoppedError:
    """Return the error of a task past its deadline."""
    return TaskStoppedError(
        f"the work did not end within {limits.deadline:g} s, the deadline of this service",
        limit="deadline",
        hint="send less at once: split the document",
    )


def greedy(limits: TaskLimits) -> TaskStoppedError:
    """Return the error of a task that needs too much memory."""
    return TaskStoppedError(
        f"the work needs more than the {limits.memory:,} bytes of memory it may take",
        limit="memory",
        hint="send less at once: split the document",
    )


def oversized(limits: TaskLimits) -> TaskStoppedError:
    """Return the error of a task whose reply is too large."""
    return TaskStoppedError(
        f"the reply is larger than {limits.bytes:,} bytes, the limit of this service",
        limit="bytes",
        hint="send less at once: split the document",
    )


def failed() -> OgpldError:
    """Return the error of a task that has a fault; the log names its kind."""
    error = OgpldError("the work failed; this is a fault in ogpld")
    error.code = "task-failed"
    return error


def died(ended: int, limits: TaskLimits) -> TaskStoppedError:
    """Return what a worker's death by a signal (0 for none) means.

    The engine aborts when memory is refused; a SIGKILL that is not ours is the kernel's, for want of
    memory.
    """
    if ended in {signal.SIGABRT, signal.SIGKILL}:
        return greedy(limits)
    return TaskStoppedError(
        "the work broke off: what was sent makes the engine fail",
        limit="crash",
        hint="send less at once, and look for values nested very deeply",
    )
