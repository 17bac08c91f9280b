"""What a pool of workers loads, and what it allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol, Self

from ogpld.config import Settings
from ogpld.stores.limits import GuardLimits, Limits, TaskLimits
from ogpld.workers.allocators import AUTO


class Loadable(Protocol):
    """The part of a `Release` that a pool needs; this package may not import releases."""

    @property
    def data(self) -> Path:
        """The file with the canonical data."""

    @property
    def quads(self) -> int:
        """The number of quads in the data."""

    @property
    def hidden_graphs(self) -> tuple[str, ...]:
        """IRIs of the graphs that are not part of the default graph."""

    @property
    def model_graphs(self) -> tuple[str, ...]:
        """IRIs of the graphs that are asked for whole."""


@dataclass(frozen=True, slots=True)
class PoolOptions:
    """What a pool of workers loads, and what it allows.

    Attributes:
        path: `data.nq.gz` of a release.
        limits: what a caller's query may take.
        workers: how many of callers' queries run at once.
        expected: number of quads the file must have.
        hidden_graphs: graphs that are not part of the default graph.
        task: `module:function` that makes a task (`ogpld.workers.worker.Task`) for the folder `path`
            is in; called once, in the zygote. "" for a pool without tasks.
        task_limits: what a task may take.
        guard_limits: bounds of a query's text.
        services: whether the guard lets SERVICE pass, for a caller that puts solutions in its place.
        present: graphs that are held under their names from the start, beside the hidden ones.
        named_graphs: whether all are held so. Else a query that names graphs is answered by a second pool.
        named_idle: seconds after which that one is ended when nobody wants it; 0 keeps it.
        named_at_start: whether that one is started with this one.
        allocator: what workers allocate memory with, one of `ogpld.setting_values.ALLOCATORS`.
    """

    path: Path
    limits: Limits
    workers: int = 2
    expected: int | None = None
    hidden_graphs: Sequence[str] = ()
    task: str = ""
    task_limits: TaskLimits = field(default_factory=TaskLimits)
    guard_limits: GuardLimits | None = None
    services: bool = False
    present: Sequence[str] = ()
    named_graphs: bool = False
    named_idle: float = 300.0
    named_at_start: bool = False
    allocator: str = AUTO

    @classmethod
    def of(
        cls, release: Loadable, settings: Settings, *, task: str = "", single: bool = False
    ) -> Self:
        """Return the options of a pool over a release with the limits that are set.

        Args:
            release: whose data is loaded.
            settings: the limits and the number of workers.
            task: see the class.
            single: whether one worker and one long query are enough, and one store for all queries, as for a
                release of the past.
        """
        limits = Limits.of(settings)
        return cls(
            release.data,
            _with_one_aside(limits) if single else limits,
            workers=1 if single else settings.query_workers,
            expected=release.quads,
            hidden_graphs=release.hidden_graphs,
            task=task,
            task_limits=TaskLimits.of(settings),
            guard_limits=GuardLimits.of(settings),
            services=bool(settings.service_endpoints.split()),
            present=release.model_graphs,
            named_graphs=single,
            named_idle=settings.named_graphs_idle,
            named_at_start=settings.named_graphs_at_start,
            allocator=settings.worker_allocator,
        )

    def of_second(self) -> Self:
        """Return the options of the pool that answers queries which name graphs."""
        limits = _with_one_aside(self.limits)
        return replace(self, limits=limits, task="", present=(), named_graphs=True)


def _with_one_aside(limits: Limits) -> Limits:
    return replace(limits, aside=min(limits.aside, 1))
