"""Run the parts of a build one after the other, in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Shared = TypeVar("Shared")
Part = TypeVar("Part")
Result = TypeVar("Result")


class SerialExecutor:
    """The executor of a machine with one core, and of small data (`ogpld.executors.BuildExecutor`)."""

    jobs = 1
    remote = False

    @property
    def here(self) -> SerialExecutor:
        """Itself."""
        return self

    def map(
        self, task: Callable[[Shared, Part], Result], shared: Shared, parts: Sequence[Part]
    ) -> Iterator[Result]:
        """Yield the result of each part, made when it is asked for."""
        for part in parts:
            yield task(shared, part)
