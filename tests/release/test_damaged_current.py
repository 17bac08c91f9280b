"""A build over a damaged current release: never called a success, and `--full` writes a new one beside it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support.small import Small

from ogpld.cli import main
from ogpld.release import Release, ReleaseStore
from ogpld.release.difference import between
from ogpld.release.history import History
from ogpld.release.log import logged_since, read_log
from ogpld.release.predecessor import predecessor
from ogpld.release.release_store import PATCH, REPORT

pytestmark = pytest.mark.usefixtures("without_dumps")


def flip(path: Path) -> None:
    """Change a byte in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x55
    path.write_bytes(content)


#: What may happen to the current release, by what is named then.
DAMAGES: dict[str, Callable[[Release], None]] = {
    "data.nq.gz": lambda release: flip(release.data),
    REPORT: lambda release: (release.path / REPORT).write_bytes(b""),
    "model": lambda release: flip(release.path / "model/ontology/ogp.ttl"),
    "blocks.json": lambda release: (release.path / "blocks.json").unlink(),
    "manifest": lambda release: (release.path / "manifest.json").write_bytes(b"{"),
}


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a home of two releases and its data; nobody changes it."""
    folder = tmp_path_factory.mktemp("two")
    site = Small(folder)
    for name in ("one", "two"):
        site.publish(line.replace("Albania,AL", f"Albania {name},AL") for line in site.lines)
    return folder


@pytest.fixture
def place(two: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(two, tmp_path / "place", symlinks=True))


def build(place: Path, *options: str) -> int:
    """Build what lies in the folder; return the exit code."""
    sources = str(place / "data/sources")
    return main(["--home", str(place / "home"), "build", "--sources", sources, *options])


@pytest.mark.parametrize("name", DAMAGES)
def test_a_new_release_takes_the_place_of_a_damaged_one(
    place: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A plain build says what is damaged and what to do; doing so ends in a whole release."""
    store = ReleaseStore(place / "home")
    _, second = store.releases()
    DAMAGES[name](second)
    assert build(place) == 1
    error = capsys.readouterr().err
    assert name in error
    assert "build --full" in error
    assert store.current_name() == second.id
    assert build(place, "--full") == 0
    assert name in capsys.readouterr().err
    current = store.current()
    assert current is not None
    assert current.manifest.sequence == 3
    assert current.manifest.digest == second.manifest.digest
    assert main(["--home", str(place / "home"), "releases", "verify", current.id]) == 0
    assert build(place) == 0
    assert "nothing changed" in capsys.readouterr().out


def test_changes_since_a_damaged_release_are_told_where_its_patch_is_whole(place: Path) -> None:
    """The data before it and its patch say what it held; so the log has no gap."""
    store = ReleaseStore(place / "home")
    first, second = store.releases()
    flip(second.data)
    table = place / "data/sources/members/members.csv"
    table.write_text(table.read_text().replace("Estonia,EE", "Estonia the new,EE", 1))
    assert build(place, "--full") == 0
    third = store.releases()[-1]
    assert third.manifest.previous == first.id
    assert {change.thing.rpartition("/")[2] for change in read_log(third)} == {"EST"}
    assert logged_since(third) == second.id
    history = History(store, third)
    assert not history.gaps
    assert not history.unknown
    assert any(b"Estonia the new" in line for line in between(store, second, third).added)
    home = ["--home", str(place / "home"), "releases"]
    assert main([*home, "prune", "--keep", "1"]) == 0
    assert main([*home, "verify"]) == 0


def test_changes_that_nobody_can_tell_are_a_gap(place: Path) -> None:
    """Without the patch the log is since the release before the damaged one, and History says so."""
    store = ReleaseStore(place / "home")
    first, second = store.releases()
    flip(second.data)
    (second.path / PATCH).write_bytes(b"")
    assert build(place, "--full") == 0
    third = store.releases()[-1]
    assert logged_since(third) == first.id
    assert History(store, third).gaps == [third.id]
    assert {change.thing.rpartition("/")[2] for change in read_log(third)} == {"ALB"}


def test_where_no_release_is_whole_all_data_is_new(place: Path) -> None:
    """It is made from none: it has no patch, and what it did since the damaged ones is a gap."""
    store = ReleaseStore(place / "home")
    for release in store.releases():
        flip(release.data)
    before = predecessor(store)
    assert before.release is None
    assert before.current is not None
    assert build(place, "--full") == 0
    third = store.releases()[-1]
    assert third.manifest.previous is None
    assert not (third.path / PATCH).exists()
    assert logged_since(third) is None
    assert History(store, third).gaps == [third.id]
    assert {change.kind for change in read_log(third)} == {"Create"}
    assert main(["--home", str(place / "home"), "releases", "verify", third.id]) == 0
    assert build(place) == 0
