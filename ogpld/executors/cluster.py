"""Run the parts of a build at the workers of a Dask cluster (`dask.distributed`, extra `ogpld[cluster]`).

What the parts share is pickled once and sent to every worker; a part goes to whichever is free. When a worker
is lost its parts are given to another, so a build ends as long as one is left. The workers run our code on
what they are sent: they need the same version of ogpld. Whoever reaches the scheduler can run code at them,
so a cluster belongs into a network of its own or behind TLS.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from ogpld import __version__
from ogpld.errors import BuildWorkerError, UsageError
from ogpld.executors.processes import ProcessExecutor

if TYPE_CHECKING:
    from distributed import Client

Shared = TypeVar("Shared")
Part = TypeVar("Part")
Result = TypeVar("Result")

#: Seconds to wait for the scheduler, and for a worker when there is none.
_PATIENCE = 20.0
#: Seconds between two looks at whether there are workers.
_LOOK = 2.0
#: How often parts are given to the cluster, where what they share is lost with a worker.
_TRIALS = 3


class ClusterExecutor:
    """The workers of a cluster (`ogpld.executors.BuildExecutor`).

    Args:
        client: the connection to its scheduler.
        jobs: how many processes run at once on this machine, for work on its own files.
    """

    remote = True

    def __init__(self, client: Client, jobs: int) -> None:
        self._client = client
        self.here = ProcessExecutor(jobs)

    @property
    def jobs(self) -> int:
        """How many threads its workers have now; one at least."""
        threads: dict[str, int] = self._client.nthreads()
        return max(1, sum(threads.values()))

    def map(
        self, task: Callable[[Shared, Part], Result], shared: Shared, parts: Sequence[Part]
    ) -> Iterator[Result]:
        """Yield the result of each part; errors as `BuildExecutor.map`.

        What is shared may go with a worker that ends: then it and the parts without a result are sent again.
        """
        from distributed.client import FutureCancelledError  # noqa: PLC0415  (an extra)

        results = 0
        for trial in range(_TRIALS):
            try:
                for result in self._results(task, shared, parts[results:]):
                    results += 1
                    yield result
            except FutureCancelledError as error:
                if trial + 1 == _TRIALS or not self._client.nthreads():
                    raise self._deserted() from error
            else:
                return

    def _results(
        self, task: Callable[[Shared, Part], Result], shared: Shared, parts: Sequence[Part]
    ) -> Iterator[Result]:
        """Yield results as they come; errors as `map`, and FutureCancelledError where a part is forgotten."""
        from distributed.comm import CommClosedError  # noqa: PLC0415
        from distributed.scheduler import KilledWorker  # noqa: PLC0415

        data = self._client.scatter(shared, broadcast=True, hash=False)
        futures = [self._client.submit(task, data, part, pure=False) for part in parts]
        idle = 0.0
        try:
            for future in futures:
                while not future.done():
                    try:
                        future.result(timeout=_LOOK)
                    except TimeoutError:
                        idle = 0.0 if self._client.nthreads() else idle + _LOOK
                        if idle > _PATIENCE:
                            raise self._deserted() from None
                yield future.result()
        except KilledWorker as error:
            raise BuildWorkerError(
                f"a part of the build ended each worker it was given to: {error.last_worker.address}, "
                "which was the last, was killed, for want of memory perhaps",
                hint="give workers more memory, or build without --cluster; nothing was published",
            ) from error
        except CommClosedError as error:
            raise self._deserted() from error
        finally:
            self._client.cancel(futures)

    def _deserted(self) -> BuildWorkerError:
        return BuildWorkerError(
            "the cluster is gone or has no workers any more",
            hint="start workers (dask worker tcp://HOST:8786), or build without --cluster; "
            "nothing was published",
        )


@contextmanager
def cluster_executor(address: str, jobs: int) -> Iterator[ClusterExecutor]:
    """Connect to the scheduler of a cluster.

    Args:
        address: as Dask writes it: `tcp://host:8786`, `tls://host:8786`.
        jobs: processes on this machine.

    Raises:
        UsageError: without the extra, for an address that is none, or workers with another version of ogpld.
        BuildWorkerError: when there is no scheduler, or no worker.
    """
    try:
        from distributed import Client  # noqa: PLC0415  (an extra)
    except ImportError as error:
        raise UsageError(
            "--cluster needs dask.distributed", hint="pip install 'ogpld[cluster]'"
        ) from error
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, TimeoutError) as error:
        raise BuildWorkerError(
            f"no scheduler answers at {address}",
            hint="start one (dask scheduler), or build without --cluster; nothing was published",
        ) from error
    except ValueError as error:
        raise UsageError(
            f"--cluster {address}: {error}", hint="write tcp://HOST:8786 or tls://HOST:8786"
        ) from error
    try:
        _check_workers(client, address)
        yield ClusterExecutor(client, jobs)
    finally:
        client.close()


def _check_workers(client: Client, address: str) -> None:
    """Wait for a worker, and hold what each has installed to what is installed here."""
    end = time.monotonic() + _PATIENCE
    while not client.nthreads():
        if time.monotonic() > end:
            raise BuildWorkerError(
                f"the cluster at {address} has no workers",
                hint="start some (dask worker tcp://HOST:8786); nothing was published",
            )
        time.sleep(0.1)
    for worker, versions in client.run(_versions_there()).items():
        for name, own in _versions_there()().items():
            if versions.get(name) != own:
                raise UsageError(
                    f"the worker {worker} has {name} {versions.get(name) or '(none)'}, and this is {own}",
                    hint=f"install the same there: pip install 'ogpld[cluster]=={__version__}', "
                    f"with {name}=={own}",
                )


def _versions_there() -> Callable[[], dict[str, str]]:
    """Return a function that tells versions, one that a worker without ogpld can run as well."""

    def versions() -> dict[str, str]:
        from importlib import metadata  # noqa: PLC0415  (it is sent)

        names: dict[str, Any] = {}
        for name in ("ogpld", "pyoxigraph"):
            try:
                names[name] = metadata.version(name)
            except metadata.PackageNotFoundError:
                names[name] = ""
        return names

    return versions
