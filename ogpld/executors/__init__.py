"""Where the parts of a build run: in this process, in processes of this machine, at workers of a cluster.

One seam, shaped as `concurrent.futures.Executor.map`: a task is a plain function of what all parts share and
of one part, and results come in the order of the parts, so that a build has the same bytes wherever it runs.

    serial      one after the other, here
    processes   forks of this process (`concurrent.futures`): they inherit what is shared
    cluster     workers of a Dask cluster: they are sent what is shared, once each
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

from ogpld.executors.serial import SerialExecutor

__all__ = ["BuildExecutor", "SerialExecutor"]

Shared = TypeVar("Shared")
Part = TypeVar("Part")
Result = TypeVar("Result")


class BuildExecutor(Protocol):
    """What runs the parts of a build."""

    @property
    def jobs(self) -> int:
        """How many parts run at once, about."""

    @property
    def remote(self) -> bool:
        """Whether parts run elsewhere: what they share and give back is sent, and has to be picklable."""

    @property
    def here(self) -> BuildExecutor:
        """What runs parts on this machine, for work on its files and memory."""

    def map(
        self,
        task: Callable[[Shared, Part], Result],
        shared: Shared,
        parts: Sequence[Part],
    ) -> Iterator[Result]:
        """Yield the result of each part, in their order.

        Args:
            task: a function of a module; it must not change what is shared.
            shared: what all parts work on.
            parts: one or more values that can be pickled, as the results can.

        Raises:
            BuildWorkerError: when the process of a part died, or no worker is left.
            Exception: what a task raised.
        """
