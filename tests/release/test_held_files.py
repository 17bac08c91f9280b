"""Every file of a release is held to a digest: what was emptied, changed, removed or added is found."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.earlier_home import without_digests
from support.small import Small

from ogpld.cli import main
from ogpld.errors import ReleaseError
from ogpld.release import Release, ReleaseStore
from ogpld.release.backup import restore_backup, write_backup
from ogpld.release.held_files import damage_of, damaged_files, verify_files
from ogpld.release.release_files import ReleaseFiles
from ogpld.release.release_store import LOG, PATCH, REPORT

pytestmark = pytest.mark.usefixtures("without_dumps")


def empty(name: str) -> Callable[[Release], None]:
    """Return what empties a file."""
    return lambda release: (release.path / name).write_bytes(b"")


def replaced(name: str, old: str, new: str) -> Callable[[Release], None]:
    """Return what changes a text of a file."""

    def change(release: Release) -> None:
        text = (release.path / name).read_text(encoding="utf-8")
        assert old in text
        (release.path / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


#: What may happen to files that the digest of a release does not cover, with the file that is named.
DAMAGES: dict[str, tuple[str, Callable[[Release], None]]] = {
    "table emptied": ("sources/members/members.csv", empty("sources/members/members.csv")),
    "a name changed": (
        "sources/institutions/institutions.csv",
        replaced("sources/institutions/institutions.csv", "Ministry", "Mystery!"),
    ),
    "mapping changed": (
        "sources/members/mapping.csv",
        replaced("sources/members/mapping.csv", "members.csv", "memberz.csv"),
    ),
    "report emptied": (REPORT, empty(REPORT)),
    "patch emptied": (PATCH, empty(PATCH)),
    "description gone": ("void.ttl", lambda release: (release.path / "void.ttl").unlink()),
    "catalogue emptied": ("catalog.ttl", empty("catalog.ttl")),
    "a title changed": (
        "manifest.json",
        replaced("manifest.json", '"publisher": "', '"publisher": "not '),
    ),
}


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two releases; nobody changes it."""
    site = Small(tmp_path_factory.mktemp("held"))
    for name in ("one", "two"):
        site.publish(line.replace("Albania,AL", f"Albania {name},AL") for line in site.lines)
    return site.home


@pytest.fixture
def home(two: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(two, tmp_path / "home", symlinks=True))


def last(home: Path) -> Release:
    """Return the newest release."""
    return ReleaseStore(home).releases()[-1]


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_beside_the_data_is_found(
    home: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """By `verify`, `use`, `backup` and the quick look, each naming the file."""
    file, damage = DAMAGES[name]
    damage(last(home))
    assert main(["--home", str(home), "releases", "verify"]) == 1
    assert file in capsys.readouterr().out
    assert main(["--home", str(home), "releases", "use", last(home).id]) == 1
    assert file in capsys.readouterr().err
    assert main(["--home", str(home), "backup", str(tmp_path / "b.tar")]) == 1
    assert file in capsys.readouterr().err
    assert not (tmp_path / "b.tar").exists()
    assert file in damage_of(last(home))


def test_the_manifest_holds_every_file_that_the_digest_does_not_cover(two: Path) -> None:
    """What mirrors list, but for data, blocks, model and the manifest itself."""
    release = last(two)
    covered = {"manifest.json", "data.nq.gz", "blocks.json"}
    listed = ReleaseFiles.of(release).files
    assert release.manifest.files == {
        name: file
        for name, file in listed.items()
        if name not in covered and not name.startswith("model/")
    }
    assert {LOG, PATCH, REPORT, "void.ttl", "sources/members/members.csv"} <= set(
        release.manifest.files
    )
    assert not damage_of(release)


def test_a_file_laid_into_a_release_stops_nothing(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Desktops leave some. No mirror is output of it; `verify` names it and says to remove it."""
    release = last(home)
    listed = ReleaseFiles.of(release)
    for name in ("Thumbs.db", "sources/members/members.csv~"):
        (release.path / name).write_bytes(b"x")
    assert damage_of(release) == ""
    assert verify_files(release) == 0
    assert ReleaseFiles.of(release) == listed
    write_backup(home, tmp_path / "backup.tar")
    assert main(["--home", str(home), "releases", "use", release.id]) == 0
    assert main(["--home", str(home), "releases", "verify", release.id]) == 1
    output = capsys.readouterr()
    assert "Thumbs.db is none of its files" in output.out + output.err
    assert f"remove {release.path / 'Thumbs.db'}" in output.out + output.err


def test_a_file_that_cannot_be_read_is_called_so(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its rights are wrong, not its bytes."""
    opened = Path.open

    def forbidden(path: Path, *arguments: Any, **options: Any) -> Any:
        if path.name == "catalog.ttl":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return opened(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", forbidden)
    with pytest.raises(ReleaseError, match=r"catalog\.ttl: Permission denied for user "):
        damage_of(last(home))


def test_a_backup_has_a_damaged_release_of_the_past_as_it_is(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a warning, and it can be put back; a file that says nothing of the damage is refused."""
    first = ReleaseStore(home).releases()[0]
    (first.path / "void.ttl").write_bytes(b"")
    assert main(["--home", str(home), "backup", str(tmp_path / "b.tar")]) == 0
    assert f"{first.id} cannot be read as it was published" in capsys.readouterr().err
    listed = restore_backup(tmp_path / "b.tar", tmp_path / "new")
    assert listed.unreadable == [first.id]
    assert (tmp_path / "new/releases" / first.id / "void.ttl").read_bytes() == b""


def test_a_restore_holds_every_file_to_its_digest(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also of a backup that an earlier version made, which did not look."""
    empty("void.ttl")(last(home))
    monkeypatch.setattr("ogpld.release.backup._damages", lambda _: {})
    write_backup(home, tmp_path / "b.tar")
    with pytest.raises(ReleaseError, match=r"void\.ttl"):
        restore_backup(tmp_path / "b.tar", tmp_path / "new")
    assert ReleaseStore(tmp_path / "new").current() is None


def test_what_pruning_leaves_is_held(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing else is asked for."""
    for name in ("three", "four"):
        site = Small(home.parent / name)
        site.home = home
        site.publish(line.replace("Albania,AL", f"Albania {name},AL") for line in site.lines)
    assert main(["--home", str(home), "releases", "prune", "--keep", "1"]) == 0
    assert main(["--home", str(home), "releases", "verify"]) == 0
    pruned = ReleaseStore(home).releases()[1]
    assert pruned.pruned
    (pruned.path / PATCH).unlink()
    assert main(["--home", str(home), "releases", "verify"]) == 1
    assert f"{PATCH} is missing" in capsys.readouterr().out


def test_a_release_of_an_earlier_version_says_what_is_not_compared(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its manifest has no digests of these files and no seal."""
    release = last(home)
    without_digests(release)
    assert verify_files(last(home)) > 5
    assert not damaged_files(last(home))
    assert main(["--home", str(home), "releases", "verify", release.id]) == 0
    for name in (REPORT, "void.ttl"):
        content = (release.path / name).read_bytes()
        (release.path / name).write_bytes(content[:-9] if name == REPORT else b"")
        assert name in damage_of(last(home))
        assert main(["--home", str(home), "releases", "verify", release.id]) == 1
        (release.path / name).write_bytes(content)
    assert "files beside data and model have no digests to compare" in capsys.readouterr().out


def test_an_erasure_brings_the_digests_along(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Files that it writes are held to what they are now; damage of before stays damage."""
    empty("void.ttl")(ReleaseStore(home).releases()[0])
    (ReleaseStore(home).releases()[0].path / "sources/institutions/mapping.csv").unlink()
    table = "sources/institutions/institutions.csv"
    replaced(table, "Ministry", "Mystery!")(ReleaseStore(home).releases()[0])
    thing = "http://localhost:8000/id/member/ALB"
    erasing = ["releases", "erase", thing, "--reason", "asked", "--yes"]
    assert main(["--home", str(home), *erasing]) == 0
    first, second, closing = ReleaseStore(home).releases()
    assert set(damaged_files(first)) == {table, "sources/institutions/mapping.csv"}
    for release in (second, closing):
        assert verify_files(release) == 0
        assert set(release.manifest.files) >= {LOG, PATCH, REPORT, "void.ttl", table}
    assert main(["--home", str(home), "releases", "verify", closing.id]) == 0
    assert main(["--home", str(home), "releases", "verify"]) == 1
    assert f"{first.id}: sources/institutions" in capsys.readouterr().out
