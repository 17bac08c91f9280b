"""The limits that the system set for us: which there are, what they leave, and what to do about them.

They come from the shell (`ulimit`), from systemd (`LimitAS=`, `LimitNPROC=`, `TasksMax=`) or a container.
Nobody without privileges can raise them, so a server that cannot live within them says so at its start.
"""

from __future__ import annotations

import contextlib
import errno
import os
import resource
from dataclasses import dataclass
from pathlib import Path

from ogpld.errors import OgpldError

#: Bytes that a worker must have beyond the loaded data to answer anything.
LEAST_MEMORY = 48 << 20
#: Bytes of address space that the HTTP server needs for itself.
_SERVER_MEMORY = 420_000_000
#: Processes and threads of the HTTP server beside the workers, before it has answered anything.
_SERVER = 16

_MEMORY_REMEDY = (
    "raise or remove it: ulimit -v unlimited, LimitAS=infinity; MemoryMax= bounds memory as well"
)
_TASKS_REMEDY = (
    "raise it (ulimit -u, LimitNPROC=, TasksMax=, pids limit of a container) or set fewer workers"
)


@dataclass(frozen=True, slots=True)
class TaskLimit:
    """A bound on processes and threads together.

    Attributes:
        name: what it is called where it is set.
        most: how many there may be.
        used: how many there are.
    """

    name: str
    most: int
    used: int

    def __str__(self) -> str:
        return f"{self.name} allows {self.most} processes and threads, and {self.used} are there"


def memory_refusal(left: int, mapped: int) -> OgpldError | None:
    """Return what to say of an address space in which no worker can live, None where one can.

    Args:
        left: bytes that a worker may take beyond what is mapped.
        mapped: bytes that the loaded release has mapped.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if left >= LEAST_MEMORY or hard == resource.RLIM_INFINITY:
        return None
    return OgpldError(
        f"the limit of address space (ulimit -v, LimitAS=) is {hard:,} bytes, and no query worker can live"
        f" within it: the loaded release has {mapped:,} mapped, and a worker needs {LEAST_MEMORY:,} more",
        hint=_MEMORY_REMEDY,
    )


def memory_words() -> str:
    """Return the limit of address space as a sentence begins with it, "" where there is none."""
    low = _memory_limit()
    return (
        "" if low is None else f"the limit of address space (ulimit -v, LimitAS=) is {low:,} bytes"
    )


def _memory_limit() -> int | None:
    limits = resource.getrlimit(resource.RLIMIT_AS)
    return min((each for each in limits if each != resource.RLIM_INFINITY), default=None)


def why_memory() -> str:
    """Return why there is no memory for a worker, and what to do."""
    words = memory_words() or "the system has no memory left"
    return f"there is no memory for a worker: {words}; {_MEMORY_REMEDY}"


def without_reason() -> dict[str, str]:
    """Return what to say of a query process that ended while it loaded a release, and could not say why."""
    ended, words = "the query process ended before it was ready", memory_words()
    if words:
        return {
            "failed": f"{ended}; {words}, which may be too little for the release",
            "hint": _MEMORY_REMEDY,
        }
    return {"failed": ended, "hint": "the server's log says more"}


def why_not_forked(error: OSError | RuntimeError) -> str:
    """Return why the system would not make a process or a thread, and what to do."""
    limits = "; ".join(str(limit) for limit in task_limits()) or "no limit is in sight"
    words = getattr(error, "strerror", None) or str(error)
    return f"the system makes no more processes ({words}): {limits}; {_TASKS_REMEDY}"


def why_no_channel(error: OSError) -> str:
    """Return why the system would not give a channel to a worker, and what to do."""
    return (
        f"the system gives no more descriptors ({error.strerror or error}): raise the limit of open files"
        " (ulimit -n, LimitNOFILE=) or set fewer connections"
    )


def why_not_started(error: OSError | MemoryError | RuntimeError) -> str:
    """Return what the system would not give a server that starts, "" where the fault is another."""
    if isinstance(error, OSError) and error.errno in {errno.EMFILE, errno.ENFILE}:
        return why_no_channel(error)
    if isinstance(error, MemoryError) or "start new thread" in str(error):
        if words := memory_words():
            return (
                f"the system gives no more memory or threads ({error}): {words}; {_MEMORY_REMEDY}"
            )
        return why_not_forked(RuntimeError(str(error) or "no memory"))
    return ""


def require_room(workers: int) -> None:
    """Refuse to start where a server cannot live within the limits it inherited.

    Args:
        workers: how many processes there may be beside the HTTP server.

    Raises:
        OgpldError: naming the limit, what is needed and what to do.
    """
    memory = _memory_limit()
    if memory is not None and memory < _SERVER_MEMORY:
        raise OgpldError(
            f"{memory_words()}; a server needs {_SERVER_MEMORY:,} at least, and more for large releases",
            hint=_MEMORY_REMEDY,
        )
    needed = _SERVER + workers
    for limit in task_limits():
        if limit.used + needed > limit.most:
            raise OgpldError(
                f"{limit}; a server with these settings needs {needed} more at least",
                hint=_TASKS_REMEDY,
            )


def task_limits() -> list[TaskLimit]:
    """Return the bounds on processes and threads that hold for us, the control groups' first."""
    limits = _group_limits()
    soft, _ = resource.getrlimit(resource.RLIMIT_NPROC)
    if soft != resource.RLIM_INFINITY and os.getuid() != 0:  # the kernel does not count root's
        limits.append(
            TaskLimit("the limit of this user (ulimit -u, LimitNPROC=)", soft, _tasks_of_user())
        )
    return limits


def _group_limits() -> list[TaskLimit]:
    """Return the bounds of our control group and of those above it (cgroups(7), the pids controller)."""
    limits = []
    with contextlib.suppress(OSError, ValueError):
        for line in Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines():
            _, controllers, place = line.split(":", 2)
            if controllers not in {"", "pids"}:
                continue
            root = Path("/sys/fs/cgroup") / controllers
            group = root / place.lstrip("/")
            for folder in (group, *group.parents):
                if not folder.is_relative_to(root):
                    break
                with contextlib.suppress(OSError, ValueError):
                    most = int((folder / "pids.max").read_text(encoding="ascii"))
                    used = int((folder / "pids.current").read_text(encoding="ascii"))
                    limits.append(
                        TaskLimit("the control group (TasksMax=, pids limit)", most, used)
                    )
    return limits


def _tasks_of_user() -> int:
    """Return how many processes and threads the user of this process has."""
    mine, tasks = str(os.getuid()), 0
    for status in Path("/proc").glob("[0-9]*/status"):
        with contextlib.suppress(OSError, ValueError, KeyError):
            text = status.read_text(encoding="utf-8", errors="replace")
            fields = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
            if fields["Uid"].split()[0] == mine:
                tasks += int(fields["Threads"])
    return tasks
