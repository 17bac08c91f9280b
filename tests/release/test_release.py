"""Releases: reproducible, verified, immutable, switched and rolled back."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import pytest
from support.sample_data import copy_sample, sample_data

from ogpld.cli import main
from ogpld.config import Settings
from ogpld.errors import PublishLockedError, ReleaseError
from ogpld.pipeline import Inputs, publish_sources
from ogpld.pipeline.progress import Progress
from ogpld.release import Release, ReleaseStore
from ogpld.release.lock import publisher
from ogpld.release.packed_files import unpacked
from ogpld.release.release_store import PATCH

pytestmark = pytest.mark.usefixtures("without_dumps")


def copied(home: Path, tmp_path: Path) -> Path:
    """Return a copy of a home that a test may change."""
    target = tmp_path / "home"
    shutil.copytree(home, target, symlinks=True)
    return target


def test_same_input_same_digest(release: Release, tmp_path: Path) -> None:
    """A second build elsewhere gives the same bytes of data."""
    again = publish_sources(Inputs(data=sample_data()), Settings(home=tmp_path), Progress()).release
    assert again is not None
    assert again.manifest.digest == release.manifest.digest
    assert again.data.read_bytes() == release.data.read_bytes()


def test_a_release_can_be_read_by_others(release: Release) -> None:
    """The server need not be the user who publishes: folders and files have the rights of the home's."""
    wanted = release.path.parent.stat().st_mode & 0o777
    folders = [p for p in (release.path, *release.path.rglob("*")) if p.is_dir()]
    assert {p.stat().st_mode & 0o777 for p in folders} == {wanted}


def test_building_again_without_a_change_builds_nothing(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Equal inputs are known by their digests."""
    place = copied(home, tmp_path)
    assert main(["--home", str(place), "build", "--sources", str(sample_data())]) == 0
    assert "nothing changed" in capsys.readouterr().out
    assert len(ReleaseStore(place).releases()) == 1


def test_a_change_makes_a_release_that_can_be_rolled_back(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The patch holds the difference, `releases use` goes back."""
    place = copied(home, tmp_path)
    data = tmp_path / "data"
    copy_sample(data)
    table = data / "sources/members/status.csv"
    table.write_text(table.read_text().replace("reported by press only", "reported by the press"))
    assert main(["--home", str(place), "build", "--sources", str(data)]) == 0
    first, second = ReleaseStore(place).releases()
    assert ReleaseStore(place).current_name() == second.id
    assert second.manifest.previous == first.id
    patch = unpacked(second.path / PATCH).decode()
    assert "D <http://localhost:8000/id/member/GEO#removed-2026>" in patch
    assert sum(line.startswith(("A ", "D ")) for line in patch.splitlines()) == 2
    assert main(["--home", str(place), "releases", "use", "1"]) == 0
    assert ReleaseStore(place).current_name() == first.id
    assert main(["--home", str(place), "releases", "list"]) == 0
    assert f"* {first.id}" in capsys.readouterr().out


def test_things_do_not_disappear_unasked(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """They are named, the one that takes others along first; --allow-shrink lets them go."""
    place = copied(home, tmp_path)
    data = tmp_path / "data"
    copy_sample(data)
    table = data / "sources/estonia/estonia_milestones.csv"
    table.write_text("".join(table.read_text().splitlines(keepends=True)[:-1]))
    arguments = ["--home", str(place), "build", "--sources", str(data)]
    assert main(arguments) == 1
    assert "1 things would disappear: milestone/" in capsys.readouterr().err
    assert len(ReleaseStore(place).releases()) == 1
    assert main([*arguments, "--allow-shrink"]) == 0
    estonia = data / "sources/estonia/estonia.csv"
    estonia.write_text(estonia.read_text().replace("\nEE0061,", "\nEE0069,"))
    assert main(arguments) == 1, "as many as before, but one is another"
    assert (
        "things would disappear: commitment/EE0061, assessment/EE0061-" in capsys.readouterr().err
    )


@pytest.mark.parametrize("damage", ["cut", "flipped", "line lost", "model changed"])
def test_damage_is_found(home: Path, tmp_path: Path, damage: str) -> None:
    """Verification reads all data and the model, and says what differs."""
    place = copied(home, tmp_path)
    release = ReleaseStore(place).current()
    assert release is not None
    content = release.data.read_bytes()
    if damage == "cut":
        release.data.write_bytes(content[: len(content) // 2])
    elif damage == "flipped":
        middle = len(content) // 2
        release.data.write_bytes(
            content[:middle] + bytes([content[middle] ^ 255]) + content[middle + 1 :]
        )
    elif damage == "line lost":
        lines = gzip.decompress(content).splitlines(keepends=True)
        release.data.write_bytes(gzip.compress(b"".join(lines[1:])))
    else:
        file = next((release.path / "model/ontology").glob("*.ttl"))
        file.write_text(file.read_text() + "# changed\n")
    with pytest.raises(ReleaseError):
        release.verify()
    assert main(["--home", str(place), "releases", "verify"]) == 1


def test_one_publisher_at_a_time(tmp_path: Path) -> None:
    """The second is told at once, with exit code 75."""
    with publisher(tmp_path):
        with pytest.raises(PublishLockedError):
            publisher(tmp_path).__enter__()
        assert main(["--home", str(tmp_path), "build"]) == 75


def test_half_written_folders_are_no_releases(home: Path, tmp_path: Path) -> None:
    """What a dead publisher left behind is neither listed nor served."""
    place = copied(home, tmp_path)
    (place / "releases/.tmp-dead").mkdir()
    assert len(ReleaseStore(place).releases()) == 1


def test_an_unknown_release_names_those_there_are(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The error says what could have been meant."""
    assert main(["--home", str(home), "releases", "show", "99"]) == 1
    assert "releases: 1-" in capsys.readouterr().err
