"""What every test may use: the model, the shipped data as a release, a real server process."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.running import ROOT, Server, required, start_server, stop_server

from ogpld.config import Settings
from ogpld.model import Model, load_model
from ogpld.pipeline import Inputs, Published, publish_sources
from ogpld.pipeline.dumping import complete_dumps
from ogpld.pipeline.progress import Progress
from ogpld.release import Release, ReleaseStore


@pytest.fixture(scope="module", autouse=True)
def _swept() -> Iterator[None]:
    """Free what a module leaves in cycles: the engine's results may be freed by their own thread only."""
    yield
    gc.collect()


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
    current = ReleaseStore(home).current()
    assert current is not None
    return current


@pytest.fixture(scope="session")
def dumped_home(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the shipped data published into it, and its dumps."""
    folder = tmp_path_factory.mktemp("dumped") / "home"
    shutil.copytree(home, folder, symlinks=True)
    complete_dumps(Settings(home=folder), Progress())
    return folder


@pytest.fixture(scope="session")
def sheet_path() -> Path:
    """OGP's commitments sheet as CSV; it is no part of the project (OGPLD_SHEET says where it is)."""
    setting = os.environ.get("OGPLD_SHEET")
    path = Path(setting) if setting else ROOT.parent / "shared/data/ogp/ogp-sheet-2024.csv"
    if not path.is_file():
        assert not required("sheet"), f"OGPLD_REQUIRE names sheet; nothing at {path}"
        pytest.skip("OGP's commitments sheet is not here (OGPLD_SHEET)")
    return path


@pytest.fixture(scope="session")
def sheet_build(sheet_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Published:
    """The shipped data and OGP's sheet, published."""
    settings = Settings(home=tmp_path_factory.mktemp("sheet"))
    inputs = Inputs(files={"ogp-commitments": sheet_path})
    return publish_sources(inputs, settings, Progress())


@pytest.fixture(scope="session")
def sheet_release(sheet_build: Published) -> Release:
    """The release of the shipped data and OGP's sheet."""
    assert sheet_build.release is not None
    return sheet_build.release


@pytest.fixture(scope="session")
def sheet_server(
    sheet_build: Published, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server over the shipped data and OGP's sheet."""
    assert sheet_build.release is not None
    home = sheet_build.release.path.parent.parent
    started = start_server(home, tmp_path_factory.mktemp("log") / "serve.log")
    yield started
    stop_server(started)


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


@pytest.fixture(scope="session")
def dumped_server(dumped_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over the shipped data and its dumps."""
    started = start_server(dumped_home, tmp_path_factory.mktemp("log") / "serve.log")
    yield started
    stop_server(started)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--golden`, which renews the reviewed copies of derived files."""
    parser.addoption("--golden", action="store_true", help="renew tests/golden/")
