"""Run the parts of a build in forks of this process, which inherit what the parts share.

A fork has everything in memory that this process has and copies what it touches, so handing over a loaded
engine costs nothing, and a worker takes as much memory again at most as this process has: there are no more
workers than that leaves room for. Workers end with this process, however it ends.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any, TypeVar

from ogpld.errors import BuildWorkerError
from ogpld.executors.serial import SerialExecutor
from ogpld.workers.confinement import die_with_parent

Shared = TypeVar("Shared")
Part = TypeVar("Part")
Result = TypeVar("Result")

#: What this process was forked for: the task, and what its parts share.
_work: tuple[Callable[[Any, Any], Any], Any] | None = None


def usable_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class ProcessExecutor:
    """Forks of this process (`ogpld.executors.BuildExecutor`).

    Args:
        jobs: how many run at once at most.
    """

    remote = False

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs

    @property
    def here(self) -> ProcessExecutor:
        """Itself."""
        return self

    def map(
        self, task: Callable[[Shared, Part], Result], shared: Shared, parts: Sequence[Part]
    ) -> Iterator[Result]:
        """Yield the result of each part; errors as `BuildExecutor.map`."""
        jobs = min(self.jobs, len(parts), _workers_in_memory())
        if jobs < 2:  # noqa: PLR2004  (one worker would be slower than none)
            yield from SerialExecutor().map(task, shared, parts)
            return
        others = set(multiprocessing.active_children())
        pool = ProcessPoolExecutor(
            jobs, multiprocessing.get_context("fork"), _begin, (os.getpid(), task, shared)
        )
        try:
            with warnings.catch_warnings():
                # a worker touches nothing that a thread of this process may hold
                warnings.simplefilter("ignore", DeprecationWarning)
                futures = [pool.submit(_run, part) for part in parts]
            for future in futures:
                yield future.result()
        except BrokenProcessPool as error:
            raise BuildWorkerError(
                "a process of the build was killed, by the system for want of memory or by somebody",
                hint="build with fewer at once (--jobs 1), or with more memory; nothing was published",
            ) from error
        except BaseException:
            for worker in set(multiprocessing.active_children()) - others:
                worker.kill()
            raise
        finally:
            pool.shutdown(cancel_futures=True)


def _begin(parent: int, task: Callable[[Any, Any], Any], shared: Any) -> None:
    """Be a worker: end with the parent, and leave what is printed on an interrupt to it."""
    global _work  # noqa: PLW0603  (a process has one work)
    die_with_parent(parent)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _work = task, shared


def _run(part: Any) -> Any:
    if _work is None:
        raise RuntimeError("this process is no worker")
    task, shared = _work
    return task(shared, part)


def _workers_in_memory() -> int:
    """Return how many copies of this process fit into the memory that is free; many where nobody tells."""
    try:
        page = os.sysconf("SC_PAGE_SIZE")
        mine = page * int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        free = next(1024 * int(line.split()[1]) for line in lines if line.startswith("MemAvail"))
        free = min(free, _left_in_group())
    except (OSError, ValueError, StopIteration):
        return 1 << 16
    return max(1, free // max(mine, 1))


def _left_in_group() -> int:
    """Return the bytes that the control group of this process may still take (cgroup v2)."""
    group = Path("/proc/self/cgroup").read_text(encoding="ascii").strip().rpartition(":")[2]
    folder = Path("/sys/fs/cgroup") / group.lstrip("/")
    try:
        most = (folder / "memory.max").read_text(encoding="ascii").strip()
        used = int((folder / "memory.current").read_text(encoding="ascii"))
        parts = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
    except OSError:
        return 1 << 62
    if most == "max":
        return 1 << 62
    return int(most) - used + int(parts.get("inactive_file", 0))  # copies of files make room
