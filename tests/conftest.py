"""What every test may use: the model, the sample of the data as a release, a real server process."""

from __future__ import annotations

import fcntl
import gc
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.parts import PARTS, QUICK, may_hold, part_of
from support.programs import demand
from support.running import ROOT, Server, start_server, stop_server
from support.sample_data import sample_data

from ogpld.config import Settings
from ogpld.model import Model, load_model
from ogpld.pipeline import Inputs, publish_sources
from ogpld.pipeline.dumping import complete_dumps
from ogpld.pipeline.progress import Progress
from ogpld.release import Release, ReleaseStore
from ogpld.wording import ENGLISH, write_in


@pytest.fixture(scope="module", autouse=True)
def _swept() -> Iterator[None]:
    """Free what a module leaves in cycles: the engine's results may be freed by their own thread only."""
    yield
    gc.collect()


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Leave no test the language that another one wrote in."""
    yield
    write_in(ENGLISH)


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def model() -> Model:
    """The model, read once."""
    return load_model()


def shared_folder(
    factory: pytest.TempPathFactory, name: str, fill: Callable[[Path], object]
) -> Path:
    """Return a folder that the first worker of a run fills, and all of them read."""
    root = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent
    folder, filled = root / name, root / f"{name}.filled"
    with (root / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not filled.exists():
            shutil.rmtree(folder, ignore_errors=True)
            fill(folder)
            filled.touch()
    return folder


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the sample data published into it; nobody changes it."""

    def fill(folder: Path) -> None:
        assert publish_sources(Inputs(data=sample_data()), Settings(home=folder), Progress()).new

    return shared_folder(tmp_path_factory, "sample-home", fill)


@pytest.fixture(scope="session")
def release(home: Path) -> Release:
    """The release of the sample data."""
    current = ReleaseStore(home).current()
    assert current is not None
    return current


@pytest.fixture(scope="session")
def dumped_home(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the sample data published into it, and its dumps; nobody changes it."""

    def fill(folder: Path) -> None:
        shutil.copytree(home, folder, symlinks=True)
        complete_dumps(Settings(home=folder), Progress())

    return shared_folder(tmp_path_factory, "dumped-home", fill)


@pytest.fixture(scope="module")
def without_dumps() -> Iterator[None]:
    """Let builds of a module write no dumps, which take longer than a small build."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OGPLD_DUMPS", "false")
        yield


@pytest.fixture(scope="session")
def whole_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with all the shipped data published into it; nobody changes it."""

    def fill(folder: Path) -> None:
        assert publish_sources(Inputs(), Settings(home=folder), Progress()).new

    return shared_folder(tmp_path_factory, "whole-home", fill)


@pytest.fixture(scope="session")
def whole_release(whole_home: Path) -> Release:
    """The release of all the shipped data."""
    current = ReleaseStore(whole_home).current()
    assert current is not None
    return current


@pytest.fixture(scope="session")
def sheet_path() -> Path:
    """OGP's commitments sheet as CSV; it is no part of the project (OGPLD_SHEET says where it is)."""
    setting = os.environ.get("OGPLD_SHEET")
    path = Path(setting) if setting else ROOT.parent / "shared/data/ogp/ogp-sheet-2024.csv"
    demand("sheet", there=path.is_file(), lacking=f"say where it is in OGPLD_SHEET; not at {path}")
    return path


@pytest.fixture(scope="session")
def sheet_home(sheet_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the sample data and OGP's sheet published into it; nobody changes it."""

    def fill(folder: Path) -> None:
        inputs = Inputs(data=sample_data(), files={"ogp-commitments": sheet_path})
        assert publish_sources(inputs, Settings(home=folder), Progress()).release

    return shared_folder(tmp_path_factory, "sheet-home", fill)


@pytest.fixture(scope="session")
def sheet_release(sheet_home: Path) -> Release:
    """The release of the sample data and OGP's sheet."""
    current = ReleaseStore(sheet_home).current()
    assert current is not None
    return current


@pytest.fixture(scope="session")
def sheet_server(sheet_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over the sample data and OGP's sheet."""
    started = start_server(sheet_home, tmp_path_factory.mktemp("log") / "serve.log")
    yield started
    stop_server(started)


@pytest.fixture(scope="session")
def server(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over the sample data with the default limits, but a short deadline."""
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
    """A server over the sample data and its dumps."""
    started = start_server(dumped_home, tmp_path_factory.mktemp("log") / "serve.log")
    yield started
    stop_server(started)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--golden`, which renews the reviewed copies of derived files, and `--part`."""
    parser.addoption("--golden", action="store_true", help="renew tests/golden/")
    parser.addoption("--part", choices=[QUICK, *PARTS], help="run the tests of one part only")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Read no file that is in another part as a whole."""
    part = config.getoption("part")
    if part is None or collection_path.suffix != ".py":
        return None
    return not may_hold(collection_path, part) or None


#: Files that take longest, first: workers take files in this order, and none is left to the end.
LONG_FIRST = (
    "pipeline/test_whole.py",
    "web/test_site_links.py",
    "web/test_vocabulary.py",
    "pipeline/test_difference.py",
    "web/test_base_path.py",
    "web/test_life.py",
    "shacl/test_engine.py",
    "web/test_hostile.py",
    "test_additions.py",
    "release/test_editions.py",
    "counterparts/test_printed_commands.py",
    "counterparts/test_comunica_fragments.py",
    "counterparts/test_ldes.py",
    "counterparts/test_npm_jsonld.py",
    "counterparts/test_ckan.py",
    "counterparts/test_comunica.py",
    "browser/test_axe.py",
    "faults/test_kills.py",
    "release/test_erasure.py",
    "faults/test_damage.py",
    "web/test_catalogue.py",
    "doctor/test_ours.py",
    "web/test_shares.py",
    "web/test_edge.py",
    "web/test_callers.py",
    "dumps/test_writing.py",
    "claims/test_claims.py",
    "web/test_dumps.py",
    "web/test_odd_requests.py",
    "release/test_history.py",
    "web/test_feeds.py",
    "validate/test_command.py",
    "dumps/test_content.py",
    "pipeline/test_read_from.py",
)


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than there are processors: the long tests often wait for processes they started."""
    return min(4, (os.cpu_count() or 1) + 1)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is in another part, and begin with the files that take longest."""
    if part := config.getoption("part"):
        others = [item for item in items if part_of(item) != part]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if part_of(item) == part]
    places = {ROOT / "tests" / name: place for place, name in enumerate(LONG_FIRST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))
