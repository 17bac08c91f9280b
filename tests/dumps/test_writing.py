"""Dumps are written after a release is in service; whatever happens then, the release stays."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support.running import ROOT, environment
from support.sample_data import copy_sample, sample_data

from ogpld.cli import main
from ogpld.cli.dumps import write_missing_dumps
from ogpld.config import Settings
from ogpld.dumps.dump_index import WHOLE, DumpIndex, newest_dumps, read_index
from ogpld.dumps.verify import verify_dumps
from ogpld.errors import ReleaseError
from ogpld.pipeline import Inputs, publish_sources
from ogpld.pipeline.dumping import complete_dumps
from ogpld.pipeline.progress import Progress
from ogpld.release import Release, ReleaseStore
from ogpld.release.lock import publisher
from ogpld.release.steps import DUMP_STEPS

BUILD = ("build", "--sources", str(sample_data()))


@pytest.fixture
def place(home: Path, tmp_path: Path) -> Path:
    """A copy of a home without dumps."""
    shutil.copytree(home, tmp_path / "home", symlinks=True)
    return tmp_path / "home"


@pytest.fixture
def dumped(dumped_home: Path, tmp_path: Path) -> Release:
    """A release with dumps that a test may change."""
    shutil.copytree(dumped_home, tmp_path / "home", symlinks=True)
    return current(tmp_path / "home")


def current(home: Path) -> Release:
    """The current release."""
    release = ReleaseStore(home).current()
    assert release is not None
    return release


def build(home: Path, *, kill_at: str = "") -> int:
    """Run `ogpld build` as a user does."""
    program = [str(ROOT / "tests/support/dying.py"), kill_at] if kill_at else ["-m", "ogpld"]
    return subprocess.run(
        [sys.executable, *program, *BUILD],
        env=environment(home),
        cwd=ROOT,
        check=False,
        capture_output=True,
        timeout=120,
    ).returncode


def leftovers(home: Path) -> list[Path]:
    """What is half-written."""
    return list((home / "releases").glob("**/.tmp-*"))


@pytest.mark.parametrize("step", DUMP_STEPS)
def test_a_crash_leaves_a_release_and_the_next_build_completes_it(place: Path, step: str) -> None:
    """Although nothing changed; and nothing half-written is seen or left."""
    before = current(place)
    assert build(place, kill_at=step) == -signal.SIGKILL
    assert current(place).id == before.id
    assert read_index(before) is None
    assert verify_dumps(before) is None
    assert leftovers(place)
    assert build(place) == 0
    assert current(place).id == before.id
    assert verify_dumps(before) is not None
    assert not leftovers(place)


def test_dumps_can_be_switched_off(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Setting `dumps`; what was there stays."""
    monkeypatch.setenv("OGPLD_DUMPS", "false")
    assert main(["--home", str(place), *BUILD]) == 0
    assert read_index(current(place)) is None
    assert "dumps of" not in capsys.readouterr().out
    monkeypatch.delenv("OGPLD_DUMPS")
    assert main(["--home", str(place), *BUILD]) == 0
    assert f"dumps of {current(place).id}: " in capsys.readouterr().out
    assert complete_dumps(Settings(home=place), Progress()) is None


def test_a_publisher_who_came_in_between_completes_them(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who has published and finds the lock taken is done."""
    with publisher(place):
        write_missing_dumps(Settings(home=place))
    assert "another publisher is at work and completes the dumps" in capsys.readouterr().out
    assert read_index(current(place)) is None


def test_a_build_says_what_the_operator_has_to_say(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is named until publisher and contact are set; codes nobody knows are refused."""
    monkeypatch.setenv("OGPLD_DUMPS", "false")
    assert main(["--home", str(place / "new"), *BUILD]) == 0
    output = capsys.readouterr().err
    assert "set publisher_name, publisher_type, contact_email or contact_url" in output
    monkeypatch.setenv("OGPLD_FREQUENCY", "OFTEN")
    assert main(["--home", str(place), *BUILD]) == 2
    assert "ANNUAL" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (
            lambda d: (d / "est/commitment.csv").write_text("key\n"),
            "est/commitment.csv was changed",
        ),
        (lambda d: (d / "est/data.ttl.gz").unlink(), "est/data.ttl.gz cannot be read"),
        (lambda d: (d / "est/more.csv").write_text("x"), "est/more.csv is not in the list"),
        (lambda d: (d / "index.json").unlink(), "dump/index.json is missing"),
        (lambda d: (d / "index.json").write_text("{}"), "the list of dumps is damaged"),
    ],
)
def test_verify_holds_dumps_to_their_sums(
    dumped: Release, damage: object, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """`ogpld releases verify` names the file and says what to do."""
    home = str(dumped.path.parent.parent)
    assert main(["--home", home, "releases", "verify"]) == 0
    assert "283 dumps" in capsys.readouterr().out
    damage(dumped.path / "dump")  # type: ignore[operator]
    assert main(["--home", home, "releases", "verify"]) == 1
    output = capsys.readouterr().out
    assert message in output
    assert "run: ogpld build" in output


def changed(data: Path) -> None:
    """Change one title of Estonia's."""
    table = data / "sources/estonia/estonia.csv"
    text = table.read_text(encoding="utf-8")
    assert "Draft Anti-Corruption Act" in text
    table.write_text(text.replace("Draft Anti-Corruption Act", "Draft Act"), encoding="utf-8")


def second(home: Path, tmp_path: Path) -> Release:
    """Publish a second release in which something of Estonia changed."""
    data = tmp_path / "data"
    copy_sample(data)
    changed(data)
    published = publish_sources(Inputs(data=data), Settings(home=home), Progress())
    assert published.new
    return current(home)


def listed(release: Release) -> DumpIndex:
    """The list of a release's dumps."""
    index = read_index(release)
    assert index is not None
    return index


def test_only_what_changed_is_told_as_modified(dumped: Release, tmp_path: Path) -> None:
    """Other members' files are the same bytes, and the dates of their datasets stay."""
    home = dumped.path.parent.parent
    release = second(home, tmp_path)
    assert newest_dumps(ReleaseStore(home), release) == (dumped, listed(dumped))
    complete_dumps(Settings(home=home), Progress())
    old, new = listed(dumped), listed(release)
    first, now = dumped.manifest.created, release.manifest.created
    assert {s.modified for s in old.datasets.values()} == {first}
    assert {s.issued for s in new.datasets.values()} == {first}
    moved = {name for name, state in new.datasets.items() if state.modified == now}
    assert moved == {WHOLE, "est"}
    assert {s.modified for n, s in new.datasets.items() if n not in moved} == {first}
    same = {f.file for f in new.files if old.by_name.get(f.file) == f}
    assert {f.dataset for f in new.files if f.file not in same} == moved
    assert newest_dumps(ReleaseStore(home), dumped) == (dumped, old), (
        "none is newer than the release asked for"
    )


def test_no_dates_where_nobody_knows_them(place: Path, tmp_path: Path) -> None:
    """The release before has no dumps: what changed since is not known, and not guessed."""
    release = second(place, tmp_path)
    complete_dumps(Settings(home=place), Progress())
    assert {(s.issued, s.modified) for s in listed(release).datasets.values()} == {("", "")}


def test_prune_takes_dumps_away(dumped: Release, tmp_path: Path) -> None:
    """With the data; the list of what there is goes on with the newest."""
    home = dumped.path.parent.parent
    for turn in range(2):
        data = tmp_path / f"data-{turn}"
        copy_sample(data)
        table = data / "sources/members/members.csv"
        table.write_text(table.read_text().replace("Albania", f"Albania {turn}", 1))
        publish_sources(Inputs(data=data), Settings(home=home), Progress())
    complete_dumps(Settings(home=home), Progress())
    assert main(["--home", str(home), "releases", "prune", "--keep", "1"]) == 0
    assert not (dumped.path / "dump").exists()
    newest = newest_dumps(ReleaseStore(home), current(home))
    assert newest is not None
    assert newest[0].id == current(home).id


def test_dumps_of_another_release_are_none(dumped: Release) -> None:
    """A folder that was copied is noticed."""
    path = dumped.path / "dump" / "index.json"
    content = json.loads(path.read_text())
    path.write_text(json.dumps({**content, "release": "9-abc"}))
    with pytest.raises(ReleaseError, match="its dumps are those of 9-abc"):
        read_index(dumped)


@pytest.mark.parametrize(
    "damage",
    [
        lambda d: (d / "index.json").unlink(),
        lambda d: (d / "index.json").write_text("{}"),
        lambda d: shutil.rmtree(d / "codes") or (d / "index.json").unlink(),
    ],
)
def test_a_folder_of_dumps_that_is_not_whole_is_replaced(
    dumped: Release, damage: Callable[[Path], object], capsys: pytest.CaptureFixture[str]
) -> None:
    """By the command that writes what is missing; nothing of the old folder is left beside."""
    home = dumped.path.parent.parent
    damage(dumped.path / "dump")
    assert main(["--home", str(home), *BUILD]) == 0
    assert f"dumps of {dumped.id}: " in capsys.readouterr().out
    assert verify_dumps(dumped) is not None
    assert not leftovers(home)


def test_a_disk_that_is_too_small_is_told(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The release stays published without them."""
    usage = shutil.disk_usage(place)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=1000))
    with pytest.raises(ReleaseError, match="the dumps may need"):
        complete_dumps(Settings(home=place), Progress())
    assert read_index(current(place)) is None
    assert not leftovers(place)
