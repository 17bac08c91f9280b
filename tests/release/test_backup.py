"""A home goes into one file and comes back whole, or not at all, whatever goes on beside it."""

from __future__ import annotations

import io
import json
import shutil
import tarfile
import threading
from pathlib import Path

import pytest
from support.small import Small

from ogpld.cli import main
from ogpld.errors import PublishLockedError, ReleaseError
from ogpld.release import ReleaseStore, backup
from ogpld.release.backup import LIST, RESTORING, restore_backup, write_backup
from ogpld.release.lock import publisher
from ogpld.release.query_register import QueryRegister, RegisteredQuery


class _Killed(BaseException):
    """Stands for a process that ends here."""


@pytest.fixture
def place(home: Path, tmp_path: Path) -> Path:
    """A home with everything that a home may have."""
    target = Path(shutil.copytree(home, tmp_path / "home", symlinks=True))
    (target / "ogpld.toml").write_text('site_name = "Mine"\n')
    (target / "contexts").mkdir(exist_ok=True)
    (target / "contexts/abc.jsonld").write_text("{}")
    release = ReleaseStore(target).current_name() or ""
    assert QueryRegister(target).add(RegisteredQuery.of("ASK {}", release, (), ()), 1 << 20)
    (target / "releases/.tmp-half").mkdir()
    (target / "releases/.tmp-half/data.nq.gz").write_bytes(b"half")
    return target


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files that a backup has to have, the register apart."""
    return {
        name: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
        and not (name := path.relative_to(folder).as_posix()).startswith(
            ("build/", "publish.lock", "queries.sqlite", "releases/.tmp")
        )
    }


def test_a_home_comes_back(place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By the commands, while somebody publishes; every byte, the register, and what is current."""
    file, new = tmp_path / "b.tar", tmp_path / "new"
    with publisher(place):
        assert main(["--home", str(place), "backup", str(file)]) == 0
    assert main(["--home", str(new), "restore", str(file)]) == 0
    assert contents(new) == contents(place)
    assert ReleaseStore(new).current_name() == ReleaseStore(place).current_name()
    assert [r.query for r in QueryRegister(new).registrations()] == [
        r.query for r in QueryRegister(place).registrations()
    ]
    assert main(["--home", str(new), "releases", "verify"]) == 0
    assert "1 releases" in capsys.readouterr().out
    assert not (new / RESTORING).exists()
    assert main(["--home", str(new), "restore", str(file)]) == 1
    assert "there are releases in" in capsys.readouterr().err


def test_backups_during_a_build_are_whole(tmp_path: Path) -> None:
    """Every one of many restores and verifies: it has the old releases, or the new one too."""
    site = Small(tmp_path)
    site.publish(site.lines)
    taken: list[Path] = []
    build = threading.Thread(target=lambda: site.publish(site.lines[:-3]))
    build.start()
    while build.is_alive() or not taken:
        taken.append(tmp_path / f"{len(taken)}.tar")
        write_backup(site.home, taken[-1])
    build.join()
    write_backup(site.home, taken[0])
    for number, file in enumerate((taken[0], taken[len(taken) // 2], taken[-1])):
        listed = restore_backup(file, tmp_path / f"new{number}")
        assert listed.current in listed.releases
    assert len(restore_backup(taken[0], tmp_path / "last").releases) == 2


def archive_of(name: str, content: bytes = b"x", **fields: object) -> bytes:
    """Return a tar with one member."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
        member = tarfile.TarInfo(name)
        member.size = len(content)
        for key, value in fields.items():
            setattr(member, key, value)
        archive.addfile(member, io.BytesIO(content))
    return file.getvalue()


def damaged(file: Path, folder: Path) -> dict[str, Path]:
    """Return files that are no whole backup, by what is wrong."""
    whole = file.read_bytes()
    spoilt = bytearray(whole)
    spoilt[whole.index(b"blocks") + 600] ^= 1
    kinds = {"flipped": bytes(spoilt), "empty": b"", "text": b"no tar at all\n" * 99}
    kinds |= {f"cut-{part}": whole[: len(whole) * part // 10] for part in (1, 5, 9)}
    kinds["outside"] = archive_of("../escaped")
    kinds["root"] = archive_of("/tmp/escaped")  # noqa: S108
    kinds["link"] = archive_of("escaped", b"", type=tarfile.SYMTYPE, linkname="/etc/passwd")
    kinds["nul"] = archive_of("a", pax_headers={"path": "a\0b"})
    huge = {"GNU.sparse.map": "0,0", "GNU.sparse.size": str(1 << 40)}
    kinds["huge-file"] = archive_of("a", b"", pax_headers=huge)
    kinds["huge-list"] = archive_of(LIST, b"", pax_headers=huge)
    kinds["odd"] = archive_of("a", b"", pax_headers={**huge, "GNU.sparse.size": "many"})
    kinds["twice"] = archive_of("a") + archive_of("a")
    kinds["later"] = archive_of(LIST, json.dumps({"format": 2, "software": "9.9"}).encode())
    kinds["deep"] = archive_of(LIST, b"[" * 100_000)
    lists = {"current": "x", "releases": 5, "unreadable": [], "files": {}, "format": 1}
    kinds["no-list"] = archive_of(LIST, json.dumps(lists).encode())
    for name, content in kinds.items():
        (folder / name).write_bytes(content)
    return {name: folder / name for name in kinds}


def test_what_is_no_whole_backup_leaves_nothing(place: Path, tmp_path: Path) -> None:
    """Cut, changed, of others, of a later form, not there."""
    file, spoilt = tmp_path / "b.tar", tmp_path / "spoilt"
    spoilt.mkdir()
    write_backup(place, file)
    cases = {**damaged(file, spoilt), "absent": tmp_path / "absent"}
    for name, path in cases.items():
        new = tmp_path / "new"
        with pytest.raises(ReleaseError) as error:
            restore_backup(path, new)
        assert error.value.hint, name
        assert {entry.name for entry in new.iterdir()} <= {"publish.lock"}, name
        assert not (tmp_path / "escaped").exists()
    assert len(cases) == 18


def test_files_are_read_by_whom_they_were(place: Path, tmp_path: Path) -> None:
    """What only the owner may read stays so, in the backup too; settings that are linked to come along."""
    secret = place / "erasures/fingerprints.json"
    secret.parent.mkdir()
    secret.write_text("{}")
    secret.chmod(0o600)
    (place / "ogpld.toml").rename(tmp_path / "settings.toml")
    (place / "ogpld.toml").symlink_to(tmp_path / "settings.toml")
    file, new = tmp_path / "b.tar", tmp_path / "new"
    write_backup(place, file)
    restore_backup(file, new)
    assert file.stat().st_mode & 0o777 == 0o600
    assert (new / "erasures/fingerprints.json").stat().st_mode & 0o777 == 0o600
    manifest = next((new / "releases").rglob("manifest.json"))
    assert manifest.stat().st_mode & 0o044
    assert contents(new) == contents(place)


def test_a_register_that_cannot_be_read_is_said(place: Path, tmp_path: Path) -> None:
    """There is no backup then that looks whole."""
    (place / "queries.sqlite").write_bytes(b"spoilt" * 1000)
    with pytest.raises(ReleaseError, match=r"queries\.sqlite cannot be read"):
        write_backup(place, tmp_path / "b.tar")
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


@pytest.mark.parametrize("moves", [0, 1, 2])
def test_a_restore_that_was_killed_is_run_again(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moves: int
) -> None:
    """Nothing is current before; a build does not begin on it, the second run ends it."""
    file, new = tmp_path / "b.tar", tmp_path / "new"
    write_backup(place, file)

    def die(beside: Path, home: Path) -> None:
        for path in sorted(beside.iterdir())[:moves]:
            path.replace(home / path.name)
        raise _Killed

    with monkeypatch.context() as patch:
        patch.setattr(backup, "_move_in", die)
        with pytest.raises(_Killed):
            restore_backup(file, new)
    assert ReleaseStore(new).current() is None
    restore_backup(file, new)
    assert contents(new) == contents(place)


def test_pruning_meanwhile_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old backup stays, nothing half-written does."""
    site = Small(tmp_path)
    for count in (0, 1, 2):
        site.publish(site.lines[: len(site.lines) - count])
    file = tmp_path / "b.tar"
    file.write_bytes(b"yesterday's")
    plain = backup._files  # noqa: SLF001

    def prune(home: Path, releases: dict[str, bool]) -> list[Path]:
        paths = list(plain(home, releases))
        ReleaseStore(home).prune(1)
        return paths

    monkeypatch.setattr(backup, "_files", prune)
    with pytest.raises(PublishLockedError):
        write_backup(site.home, file)
    assert file.read_bytes() == b"yesterday's"
    assert [path.name for path in tmp_path.iterdir() if ".tmp" in path.name] == []


def test_a_release_that_cannot_be_read_comes_along(
    place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its files as they are, with a warning; `releases list` says what is wrong with it."""
    odd = place / "releases/7-abcdefabcdef"
    odd.mkdir()
    (odd / "manifest.json").write_text('{"versions": {"software": "0.0.1"}}')
    file, new = tmp_path / "b.tar", tmp_path / "new"
    assert main(["--home", str(place), "backup", str(file)]) == 0
    assert "7-abcdefabcdef cannot be read" in capsys.readouterr().err
    assert main(["--home", str(new), "restore", str(file)]) == 0
    assert contents(new) == contents(place)
    main(["--home", str(new), "releases", "list"])
    assert "another version of ogpld (0.0.1)" in capsys.readouterr().out


def test_what_stands_in_a_home_is_not_replaced(place: Path, tmp_path: Path) -> None:
    """Settings that were prepared; and a backup does not stand in what it backs up."""
    with pytest.raises(ReleaseError, match="stands in the home"):
        write_backup(place, place / "b.tar")
    file, new = tmp_path / "b.tar", tmp_path / "new"
    write_backup(place, file)
    new.mkdir()
    (new / "ogpld.toml").write_text('site_name = "Prepared"\n')
    with pytest.raises(ReleaseError, match=r"ogpld\.toml is there already"):
        restore_backup(file, new)
    assert (new / "ogpld.toml").read_text() == 'site_name = "Prepared"\n'
    assert ReleaseStore(new).current() is None


def test_a_restore_that_was_killed_before_it_moved_anything_replaces_nothing(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What somebody put into the home is refused as it would have been at first."""
    (place / "notes").mkdir()
    (place / "notes/a.txt").write_text("of the backup")
    file, new = tmp_path / "b.tar", tmp_path / "new"
    write_backup(place, file)
    (new / "notes").mkdir(parents=True)
    (new / "notes/mine.txt").write_text("mine")

    def die(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(backup.shutil, "rmtree", lambda *_, **__: None)
        patch.setattr(backup, "_verify", die)
        with pytest.raises(SystemExit):
            restore_backup(file, new)
    assert (new / RESTORING).exists()
    with pytest.raises(ReleaseError, match="notes is there already"):
        restore_backup(file, new)
    assert (new / "notes/mine.txt").read_text() == "mine"


def test_the_list_of_another_backup_does_not_come_along(place: Path, tmp_path: Path) -> None:
    """It stands in a home where somebody unpacked one by hand."""
    (place / LIST).write_text("{}")
    write_backup(place, tmp_path / "b.tar")
    restore_backup(tmp_path / "b.tar", tmp_path / "new")
    assert not (tmp_path / "new" / LIST).exists()
