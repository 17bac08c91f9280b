"""What every test may use: the model, the shipped data as a release, a real server process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from running import ROOT, Server, start_server, stop_server

from ogpld.build import Inputs, publish_sources
from ogpld.build.progress import Progress
from ogpld.config import Settings
from ogpld.model import Model, load_model
from ogpld.release import Release, Shelf


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def model() -> Model:
    """The model, read once."""
    return load_model()


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the shipped data published into it."""
    folder = tmp_path_factory.mktemp("home")
    published = publish_sources(Inputs(), Settings(home=folder), Progress())
    assert published.new
    return folder


@pytest.fixture(scope="session")
def release(home: Path) -> Release:
    """The release of the shipped data."""
    current = Shelf(home).current()
    assert current is not None
    return current


@pytest.fixture(scope="session")
def server(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over the shipped data with the default limits, but a short deadline."""
    started = start_server(
        home,
        tmp_path_factory.mktemp("log") / "serve.log",
        query_deadline=2,
        query_memory=300_000_000,
    )
    yield started
    stop_server(started)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--golden`, which renews the reviewed copies of derived files."""
    parser.addoption("--golden", action="store_true", help="renew tests/golden/")
