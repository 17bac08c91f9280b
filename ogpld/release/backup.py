"""A home in one file: written while it is served and built, and put back whole or not at all.

The file is a POSIX tar (what is large in a home is compressed already) whose last member, `backup.json`,
lists every file with its digest; a file that was cut has none, and is no backup. Releases never change, so no
lock is needed to read them: what was taken away meanwhile is noticed at the end, and the backup is refused.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from ogpld import __version__
from ogpld.errors import PublishLockedError, ReleaseError
from ogpld.release.erasure.erasure_journal import FOLDER as ERASING
from ogpld.release.erasure.erasure_journal import is_pending
from ogpld.release.file_digest import FileDigest
from ogpld.release.folders import fsync_path, whole_file
from ogpld.release.held_files import verify_files
from ogpld.release.lock import publisher
from ogpld.release.query_register import FILE as REGISTER
from ogpld.release.release_store import DERIVED, PRUNED, Release, ReleaseStore

#: Number of the form of the file, and the member that lists the others.
FORMAT, LIST = 1, "backup.json"
#: Where a restore puts what it has not verified yet, in the home.
RESTORING = ".restoring"
#: Stands in the home from when everything is verified until all of it is moved in.
_MOVING = ".restoring-moves"
#: What a home can do without: locks, the cache of builds, what is being written, the list of another backup.
_LEFT_OUT = frozenset({"publish.lock", "build", ERASING, "current", RESTORING, _MOVING, LIST})
_BESIDE = (".tmp-", ".current-")
#: Folder of a release whose files are derived, and may come and go while it is read.
_DUMPS = "dump"
_PIECE = 1 << 20
#: Mode of a backup and of what only its owner may read in a home: fingerprints of what was erased.
_PRIVATE = 0o600
_OURS = "name a file that `ogpld backup` wrote, as it wrote it: one that was compressed is unpacked first"
_AGAIN = "make another backup: ogpld backup FILE"


@dataclass(frozen=True, slots=True)
class BackupList:
    """What `backup.json` says.

    Attributes:
        current: id of the release in service.
        releases: ids of the releases, pruned ones too.
        unreadable: ids of those that are damaged, their manifest or another file; their files are there as
            they are.
        files: by path below the home.
        software: version that wrote it.
        format: number of the form.
    """

    current: str
    releases: list[str]
    unreadable: list[str]
    files: dict[str, FileDigest]
    software: str = __version__
    format: int = FORMAT

    @classmethod
    def from_json(cls, text: bytes) -> BackupList:
        """Read a list.

        Raises:
            ReleaseError: when it is damaged, or of a later form.
        """
        try:
            content = json.loads(text)
            if content["format"] > FORMAT:
                raise ReleaseError(
                    f"the backup was written by ogpld {content['software']}, in form {content['format']}",
                    hint=f"restore it with that version; this is {__version__}, which reads form {FORMAT}",
                )
            files = {name: FileDigest(**entry) for name, entry in content["files"].items()}
            names = {key: [*map(str, content[key])] for key in ("releases", "unreadable")}
            return cls(**{**content, **names, "files": files})
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise ReleaseError(f"{LIST} is damaged: {error}", hint=_AGAIN) from error


def write_backup(home: Path, target: Path) -> BackupList:
    """Write a home to a file, which is there only when it is whole.

    Args:
        home: the home; it may be served, and a build may be at work.
        target: the file, outside of the home; one that is there is replaced at the end.

    Raises:
        ReleaseError: when there is no current release or it is damaged, the file cannot be written, or stands
            in the home.
        PublishLockedError: when releases were pruned or erased meanwhile.
    """
    releases = ReleaseStore(home)
    current = releases.current()
    if current is None:
        raise ReleaseError(f"there is no release in {home}", hint="run: ogpld build")
    if target.absolute().resolve().is_relative_to(home.resolve()):
        raise ReleaseError(f"{target} stands in the home itself", hint="name a file elsewhere")
    before = _state(releases)
    try:
        with whole_file(target, _PRIVATE) as beside:
            with tarfile.open(beside, mode="w", format=tarfile.PAX_FORMAT) as archive:
                files = dict(_written_files(home, archive, before))
                damages = _damages(releases)
                listed = BackupList(current.id, sorted(before), sorted(damages), files)
                text = json.dumps(asdict(listed), indent=1, sort_keys=True).encode()
                _add(archive, LIST, io.BytesIO(text), len(text), _PRIVATE)
            after = _state(releases)
            if {name: after.get(name) for name in before} != before:
                raise _disturbed(home)
            if current.id in damages:
                raise damages[current.id]
    except OSError as error:
        raise ReleaseError(
            f"{target} cannot be written: {error.strerror or error}",
            hint="make room, or name another file",
        ) from error
    return listed


def _state(releases: ReleaseStore) -> dict[str, bool]:
    """Return the folders of releases, and whether each is pruned.

    Raises:
        PublishLockedError: while an erasure is half done.
    """
    if is_pending(releases.home):
        raise _disturbed(releases.home)
    return {path.name: (path / PRUNED).exists() for path in releases.folders()}


def _damages(releases: ReleaseStore) -> dict[str, ReleaseError]:
    """Return by id what is wrong with the releases that could not be restored as whole ones."""
    damages = releases.unreadable()
    for release in releases.releases():
        try:
            _verify_release(release)
        except ReleaseError as error:
            damages[release.id] = error
    return damages


def _verify_release(release: Release) -> None:
    """Hold a release to its digests, as `ogpld releases verify` does.

    Raises:
        ReleaseError: saying what differs.
    """
    if not release.pruned:
        release.verify()
    verify_files(release)


def _disturbed(home: Path) -> PublishLockedError:
    return PublishLockedError(
        f"releases in {home} are being pruned or erased",
        hint="make the backup when that has ended (ogpld releases erase --resume ends an erasure)",
    )


def _written_files(
    home: Path, archive: tarfile.TarFile, releases: dict[str, bool]
) -> Iterator[tuple[str, FileDigest]]:
    """Write the files of a home into an archive, and yield each with its digest."""
    for path in sorted(_files(home, releases)):
        name = path.relative_to(home).as_posix()
        if name == REGISTER:
            with _register_copy(path) as copy:
                size = os.fstat(copy.fileno()).st_size
                yield name, _add(archive, name, copy, size, path.stat().st_mode)
            continue
        try:
            with path.open("rb") as file:
                status = os.fstat(file.fileno())
                yield name, _add(archive, name, file, status.st_size, status.st_mode)
        except FileNotFoundError as error:
            if not _is_derived(path.relative_to(home)):
                raise _disturbed(home) from error


def _is_derived(path: Path) -> bool:
    """Say whether a file is made from a release, and made again where it is missing."""
    return path.parts[0] == "releases" and (path.name in DERIVED or _DUMPS in path.parts[2:3])


def _files(home: Path, releases: dict[str, bool]) -> Iterator[Path]:
    """Yield the files of a home that a backup has: no locks, no cache, nothing half-written.

    A file that is linked to, as settings may be, is one.
    """
    for top in home.iterdir():
        if top.name in _LEFT_OUT or top.name.startswith(_BESIDE):
            continue
        roots = [top / name for name in releases] if top.name == "releases" else [top]
        for root in roots:
            for path in [root] if root.is_file() else root.rglob("*"):
                parts = path.relative_to(home).parts
                half_written = any(
                    part.startswith(_BESIDE) or part.endswith(".tmp") for part in parts
                )
                journal = parts[0].startswith(f"{REGISTER}-")
                if path.is_file() and not half_written and not journal:
                    yield path


def _register_copy(path: Path) -> IO[bytes]:
    """Return a copy of the register of queries as it is now, whoever writes to it.

    Raises:
        ReleaseError: when it cannot be read.
    """
    copy = tempfile.NamedTemporaryFile(suffix=".sqlite")  # noqa: SIM115  (the caller closes it)
    try:
        with closing(sqlite3.connect(path)) as one, closing(sqlite3.connect(copy.name)) as other:
            one.backup(other)
    except sqlite3.Error as error:
        copy.close()
        raise ReleaseError(
            f"{path} cannot be read: {error}",
            hint="put it back from an earlier backup, or move it away: its permanent queries are then gone",
        ) from error
    return copy


def _add(archive: tarfile.TarFile, name: str, file: IO[bytes], size: int, mode: int) -> FileDigest:
    """Add a file and who may read it; nothing of its owner and its times, which are those of the machine."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, _mode_of(mode)
    reader = _Digesting(file)
    archive.addfile(member, reader)
    return FileDigest(size, reader.digest.hexdigest())


def _mode_of(mode: int) -> int:
    """Return the mode of a file in a home: its owner writes it, others may read it at most."""
    return mode & 0o644 | _PRIVATE


def _opener(mode: int) -> Callable[[str, int], int]:
    """Return what opens a file for `open`, with this mode where it is made."""
    return partial(os.open, mode=mode)


class _Digesting:
    """A file whose bytes are digested as they are read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        data = self._file.read(size)
        self.digest.update(data)
        return data


def restore_backup(source: Path, home: Path) -> BackupList:
    """Put a backup into a home that has no releases, all of it verified before any is visible.

    What is read is put beside, in the home; the releases are moved in when every digest is right, `current`
    last. A restore that died is simply run again.

    Raises:
        ReleaseError: when the file is no backup or damaged, or the home has releases.
        PublishLockedError: when somebody publishes there.
    """
    with publisher(home):
        beside = home / RESTORING
        died = (home / _MOVING).exists()
        if (home / "current").is_symlink() or ((home / "releases").exists() and not died):
            raise ReleaseError(
                f"there are releases in {home}",
                hint="restore into an empty folder: ogpld --home NEW restore FILE",
            )
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir()
        try:
            listed = _read_files(source, beside)
            _verify(beside, listed)
            _require_room(beside, home, died=died)
            os.sync()  # before anything of it is visible
        except BaseException:
            if not died:
                shutil.rmtree(beside, ignore_errors=True)
            raise
        (home / _MOVING).touch()
        fsync_path(home)
        _move_in(beside, home)
        releases = ReleaseStore(home)
        releases.use(releases.get(listed.current))
        shutil.rmtree(beside)
        (home / _MOVING).unlink()
    return listed


def _read_files(source: Path, target: Path) -> BackupList:
    """Unpack a backup, and hold every file to its digest."""
    listed: BackupList | None = None
    digests: dict[str, FileDigest] = {}
    try:
        with tarfile.open(source, mode="r|") as archive:
            for member in archive:
                # a sparse one says how large it is, whatever is there
                is_plain = member.isreg() and not member.issparse()
                content = archive.extractfile(member) if is_plain else None
                path = PurePosixPath(member.name)
                if content is None or path.is_absolute() or ".." in path.parts or listed:
                    raise ReleaseError(
                        f"{source} is no backup of ours: it has {member.name!r}", hint=_OURS
                    )
                if member.name == LIST:
                    listed = BackupList.from_json(content.read())
                else:
                    digests[member.name] = _unpack(content, target / path, member.mode)
    except (OSError, tarfile.TarError, EOFError, ValueError) as error:  # ValueError: odd headers
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise ReleaseError(f"{source} cannot be restored: {reason}", hint=_OURS) from error
    if listed is None:
        raise ReleaseError(f"{source} is cut: it has no {LIST}", hint="use another backup")
    wrong = sorted(
        name
        for name in digests.keys() | listed.files.keys()
        if digests.get(name) != listed.files.get(name)
    )
    if wrong:
        raise ReleaseError(
            f"{source} is damaged: {len(wrong)} files are not as they were written, the first is {wrong[0]}",
            hint="use another backup",
        )
    return listed


def _unpack(content: IO[bytes], path: Path, mode: int) -> FileDigest:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "xb", opener=_opener(_mode_of(mode))) as file:
        reader = _Digesting(content)
        while piece := reader.read(_PIECE):
            file.write(piece)
        return FileDigest(file.tell(), reader.digest.hexdigest())


def _verify(folder: Path, listed: BackupList) -> None:
    """Hold every release to its own digests, but those that were damaged when the backup was made."""
    releases = ReleaseStore(folder)
    if listed.current not in {*listed.releases} - {*listed.unreadable}:
        raise ReleaseError(f"the backup has no release {listed.current}", hint=_AGAIN)
    for name in sorted({*listed.releases} - {*listed.unreadable}):
        _verify_release(releases.get(name))


def _require_room(beside: Path, home: Path, *, died: bool) -> None:
    """Refuse to take the place of what somebody put into the home."""
    for path in sorted(beside.iterdir()):
        there = home / path.name
        taken = there.read_bytes() != path.read_bytes() if there.is_file() else not died
        if there.exists() and taken:
            raise ReleaseError(
                f"{there} is there already, and the backup has another",
                hint="move it away, restore, and compare the two",
            )


def _move_in(beside: Path, home: Path) -> None:
    """Move everything into a home; what a restore that died had moved goes first."""
    for path in sorted(beside.iterdir()):
        there = home / path.name
        if there.is_dir():
            shutil.rmtree(there)
        path.replace(there)
    fsync_path(home)
