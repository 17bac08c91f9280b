"""The parts of a build, wherever they run: the same bytes, and nothing left where a process of them ends."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import pickle
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from support.sample_data import copy_sample

from ogpld.config import Settings
from ogpld.errors import BuildWorkerError, SourceError, UsageError
from ogpld.executors import BuildExecutor, SerialExecutor, cluster
from ogpld.executors.processes import ProcessExecutor
from ogpld.pipeline import Inputs, publish_sources
from ogpld.pipeline.dumping import complete_dumps
from ogpld.pipeline.progress import Progress
from ogpld.release import ReleaseStore

#: What says when the release was made.
DATED = {"manifest.json", "index.json", "search.sqlite", "changes.jsonl.gz", "statistics.jsonl.gz"}


@pytest.fixture(autouse=True)
def _all_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Divide small data too."""
    for module in (
        "validate.gate",
        "dumps.write_dumps",
        "pipeline.unit_mapping",
        "pipeline.publication",
    ):
        monkeypatch.setattr(f"ogpld.{module}._LARGE", 0)


def sent(content: Any) -> Any:
    """Return what somebody elsewhere has of what is sent to them."""
    return pickle.loads(pickle.dumps(content))  # noqa: S301  (our own)


class Sending:
    """Runs parts here, but sends all they share and give back, as a cluster does."""

    remote = True
    jobs = 2
    here = SerialExecutor()

    def __init__(self) -> None:
        self.tasks: list[str] = []

    def map(self, task: Any, shared: Any, parts: Sequence[Any]) -> Iterator[Any]:
        """Yield results."""
        self.tasks.append(task.__name__)
        copy = sent(shared)
        for part in parts:
            yield sent(task(copy, sent(part)))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Data of three sources."""
    return copy_sample(tmp_path / "data", ("estonia", "institutions", "members"))


def digests(data: Path, home: Path, executor: BuildExecutor | None) -> dict[str, str]:
    """Build with dumps and return the sha256 of every file whose bytes do not tell the time."""
    settings = Settings(home=home)
    published = publish_sources(Inputs(data=data), settings, Progress(), executor=executor)
    assert published.release is not None
    complete_dumps(settings, Progress(), executor)
    folder = published.release.path
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in DATED
    } | {"": published.release.manifest.digest}


def test_a_build_has_the_same_bytes_wherever_its_parts_run(data: Path, tmp_path: Path) -> None:
    """One process, two of them, and what would be sent to a cluster come to the same files."""
    here = digests(data, tmp_path / "here", None)
    assert any(name.startswith("dump/") for name in here)
    assert digests(data, tmp_path / "processes", ProcessExecutor(2)) == here
    sending = Sending()
    assert digests(data, tmp_path / "sending", sending) == here
    assert sending.tasks == ["map_lot", "findings_of_shape"]


class Killed(ProcessExecutor):
    """Workers that are killed, as by the system when memory is short."""

    def map(self, task: Any, shared: Any, parts: Sequence[Any]) -> Iterator[Any]:
        """Yield nothing."""
        del task
        return super().map(kill_myself, shared, parts)


def kill_myself(_shared: object, _part: object) -> None:
    """Be killed."""
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_process_that_is_killed_is_an_error_and_nothing_is_written(
    data: Path, tmp_path: Path
) -> None:
    """The error says so, no release and nothing half-written is there, no process is left."""
    with pytest.raises(BuildWorkerError, match="was killed"):
        digests(data, tmp_path / "home", Killed(2))
    assert ReleaseStore(tmp_path / "home").current() is None
    assert [p for p in (tmp_path / "home").rglob("*") if p.name.startswith(".tmp-")] == []
    assert multiprocessing.active_children() == []


def nap(_shared: object, part: int) -> int:
    """Sleep as long as the part says."""
    time.sleep(part)
    return part


def test_an_interrupt_ends_all_processes() -> None:
    """Who stops waiting for results has no process that works on."""
    results = ProcessExecutor(2).map(nap, None, [0, 3600, 3600])
    assert next(results) == 0
    with pytest.raises(KeyboardInterrupt):
        results.throw(KeyboardInterrupt)  # type: ignore[attr-defined]
    assert multiprocessing.active_children() == []


def refuse(_shared: object, part: int) -> None:
    """Raise an error of ours."""
    raise SourceError(f"part {part}", hint="mend it")


def test_an_error_of_a_part_comes_as_it_is() -> None:
    """What a task raises is raised here, with its hint."""
    with pytest.raises(SourceError) as caught:
        list(ProcessExecutor(2).map(refuse, None, [1, 2]))
    assert (caught.value.message, caught.value.hint) == ("part 1", "mend it")


def test_workers_with_another_version_are_refused() -> None:
    """A worker that would map with other code is named, with what it has and what to install."""

    class Client:
        def nthreads(self) -> dict[str, int]:
            return {"tcp://w:1": 1}

        def run(self, _function: object) -> dict[str, dict[str, str]]:
            return {"tcp://w:1": {"ogpld": "0.0.1", "pyoxigraph": "0.5.13"}}

    with pytest.raises(UsageError, match=r"tcp://w:1 has ogpld 0\.0\.1") as caught:
        cluster._check_workers(Client(), "tcp://s:8786")  # noqa: SLF001
    assert "pip install" in caught.value.hint
