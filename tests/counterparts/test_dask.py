"""A build at the workers of a Dask cluster, one of which is killed meanwhile."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from support.programs import demand
from support.running import environment, free_port, listener, wait_for
from support.sample_data import sample_data

from ogpld.config import Settings
from ogpld.errors import BuildWorkerError
from ogpld.executors.cluster import ClusterExecutor, cluster_executor
from ogpld.pipeline import Inputs, publish_sources
from ogpld.pipeline.progress import Progress

pytestmark = pytest.mark.counterpart("dask")


class Cluster:
    """A scheduler and its workers."""

    def __init__(self, address: str, workers: list[subprocess.Popen[bytes]]) -> None:
        self.address, self.workers = address, workers


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler with two workers, each a process."""
    there = importlib.util.find_spec("distributed") is not None
    demand("dask", there=there, lacking="pip install 'ogpld[cluster]'")
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    module = [sys.executable, "-m", "distributed.cli"]
    scheduler = [*module[:2], "distributed.cli.dask_scheduler", "--host", "127.0.0.1"]
    worker = [*module[:2], "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny"]
    worker += ["--no-dashboard", "--host", "127.0.0.1", "--local-directory", str(tmp_path / "dask")]
    with ExitStack() as stack:
        log = tmp_path / "scheduler.log"
        stack.enter_context(
            listener([*scheduler, "--port", str(port), "--no-dashboard"], port, log)
        )
        workers = []
        for number in range(2):
            output = stack.enter_context((tmp_path / f"worker-{number}.log").open("wb"))
            workers.append(
                subprocess.Popen(worker, stdout=output, stderr=output, env=environment(tmp_path))
            )
            stack.callback(workers[-1].wait)
            stack.callback(workers[-1].kill)
        yield Cluster(address, workers)


class Watched(ClusterExecutor):
    """Kills a worker after the second part of each kind, as long as there are two."""

    def __init__(self, executor: ClusterExecutor, workers: list[subprocess.Popen[bytes]]) -> None:
        super().__init__(executor._client, 1)  # noqa: SLF001
        self.workers = workers
        self.parts: dict[str, int] = {}

    def map(self, task: Any, shared: Any, parts: Any) -> Iterator[Any]:
        """Yield results."""
        for number, result in enumerate(super().map(task, shared, parts), 1):
            if number == 2 and self.workers:
                self.workers.pop().kill()
            self.parts[task.__name__] = number
            yield result


class Forgetful(ClusterExecutor):
    """Loses what is shared after the second result, once."""

    def __init__(self) -> None:
        super().__init__(SimpleNamespace(nthreads=lambda: {"tcp://a": 1}), 1)
        self.starts: list[Any] = []

    def _results(self, task: Any, shared: Any, parts: Any) -> Iterator[Any]:
        from distributed.client import FutureCancelledError  # noqa: PLC0415

        self.starts.append(parts[0])
        for number, part in enumerate(parts, 1):
            if number == 3 and len(self.starts) == 1:
                raise FutureCancelledError("map_lot", "already forgotten")
            yield task(shared, part)


def test_what_a_worker_took_with_it_is_sent_again() -> None:
    """Each part has one result, in order."""
    executor = Forgetful()
    assert [*executor.map(lambda a, b: a + b, 10, (1, 2, 3, 4))] == [11, 12, 13, 14]
    assert executor.starts == [1, 3]


def test_a_build_ends_with_the_same_bytes_although_a_worker_is_killed(
    running: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its parts are given to the other; without that one the build is refused, and nothing is published."""
    for module in ("validate.gate", "pipeline.unit_mapping"):
        monkeypatch.setattr(f"ogpld.{module}._LARGE", 0)
    inputs = Inputs(data=sample_data())
    here = publish_sources(inputs, Settings(home=tmp_path / "here"), Progress())
    with cluster_executor(running.address, 1) as executor:
        wait_for(lambda: len(executor._client.nthreads()) == 2)  # noqa: SLF001
        watched = Watched(executor, running.workers[:1])
        settings = Settings(home=tmp_path / "cluster")
        there = publish_sources(inputs, settings, Progress(), executor=watched)
    assert running.workers[0].wait(30) != 0
    assert watched.parts["map_lot"] > 4
    assert watched.parts["findings_of_shape"] > 50
    assert here.release is not None
    assert there.release is not None
    assert there.release.manifest.digest == here.release.manifest.digest
    for name in ("data.nq.gz", "blocks.json", "report.json.gz"):
        content = (there.release.path / name).read_bytes()
        assert content == (here.release.path / name).read_bytes(), name
    running.workers[1].kill()
    running.workers[1].wait()
    monkeypatch.setattr("ogpld.executors.cluster._PATIENCE", 2.0)
    with pytest.raises(BuildWorkerError, match="no workers"):  # noqa: SIM117
        with cluster_executor(running.address, 1):
            pass
