"""The shelf of releases in a home: list them, open one, verify it, choose the current one."""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ogpld.errors import ReleaseError
from ogpld.release.blocks import (
    INDEX,
    Block,
    check_blocks,
    check_holding,
    digest_of,
    read_index,
    subject_of,
)
from ogpld.release.manifest import Manifest
from ogpld.release.patch import Difference

DATA = "data.nq.gz"
_DAMAGED = "the files were changed or damaged; publish again or use another release"


def fsync_path(path: Path) -> None:
    """Make a file's bytes, or a folder's entries, survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _flat_digest(lines: Iterator[bytes], model: Path) -> tuple[str, int]:
    """Return digest and number of quads as releases without blocks have them."""
    digest = hashlib.sha256()
    count = 0
    for line in lines:
        digest.update(line)
        count += 1
    for file in sorted(model.rglob("*")):
        if file.is_file():
            digest.update(f"\0{file.relative_to(model).as_posix()}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest(), count


@dataclass(frozen=True, slots=True)
class Release:
    """One release on disk; read-only."""

    path: Path
    manifest: Manifest

    @property
    def id(self) -> str:
        """Folder name of the release."""
        return self.path.name

    @property
    def pruned(self) -> bool:
        """Whether only manifest and changes are left of it."""
        return not self.data.exists()

    @property
    def data(self) -> Path:
        """The canonical data."""
        return self.path / DATA

    def lines(self) -> Iterator[bytes]:
        """Yield the canonical N-Quads lines.

        Raises:
            ReleaseError: when the file is cut or damaged.
        """
        try:
            with gzip.open(self.data, "rb") as file:
                yield from file
        except (OSError, EOFError, zlib.error) as error:
            raise ReleaseError(f"{self.id}: {DATA} is damaged: {error}") from error

    def verify(self) -> None:
        """Check count and digest against the manifest.

        Raises:
            ReleaseError: saying what differs.
        """
        if self.pruned:
            raise ReleaseError(
                f"{self.id}: its data was pruned", hint="only its manifest and changes are kept"
            )
        if self.manifest.blocks:
            try:
                digest, count = self._checked_blocks()
            except ReleaseError as error:
                raise ReleaseError(f"{self.id}: {error.message}", hint=_DAMAGED) from error
        else:
            digest, count = _flat_digest(self.lines(), self.path / "model")
        if count != self.manifest.quads:
            raise ReleaseError(f"{self.id}: {count} quads, the manifest says {self.manifest.quads}")
        if digest != self.manifest.digest:
            raise ReleaseError(
                f"{self.id}: the digest is {digest[:12]}…, not {self.manifest.digest[:12]}…",
                hint=_DAMAGED,
            )

    def verify_changed(self, difference: Difference) -> None:
        """Check what is said of the subjects of a difference, and the sums of everything else.

        Raises:
            DifferenceError: when something else is said of one of them.
            ReleaseError: for a block that is damaged.
        """
        subjects = {subject_of(line) for line in (*difference.added, *difference.gone)}
        with self.data.open("rb") as file:
            check_holding(file, self.blocks(), subjects, difference.after)

    def blocks(self) -> list[Block]:
        """Return the blocks of the data; they are what the manifest's digest is made from.

        Raises:
            ReleaseError: when their list is not the one the digest was made from.
        """
        found = read_index(self.path / INDEX)
        digest = digest_of((block.digest for block in found), self.path / "model")
        if digest != self.manifest.digest:
            raise ReleaseError(f"{self.id}: {INDEX} or the model was changed", hint=_DAMAGED)
        return found

    def _checked_blocks(self) -> tuple[str, int]:
        blocks = read_index(self.path / INDEX)
        try:
            with self.data.open("rb") as file:
                check_blocks(file, blocks)
        except OSError as error:
            raise ReleaseError(f"{DATA} cannot be read: {error.strerror}") from error
        digest = digest_of((block.digest for block in blocks), self.path / "model")
        return digest, sum(block.lines for block in blocks)


class Shelf:
    """All releases of a home."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.folder = home / "releases"
        self.pointer = home / "current"

    def releases(self) -> list[Release]:
        """Return every release, oldest first; half-written folders are none."""
        paths = self.folder.iterdir() if self.folder.is_dir() else ()
        found = [
            self._read(path)
            for path in paths
            if (path / "manifest.json").is_file() and not path.name.startswith(".")
        ]
        return sorted(found, key=lambda r: r.manifest.sequence)

    def get(self, name: str) -> Release:
        """Return a release by id or sequence number.

        Raises:
            ReleaseError: when there is none; the hint lists what there is.
        """
        everything = self.releases()
        for release in everything:
            if name in {release.id, str(release.manifest.sequence)}:
                return release
        known = ", ".join(r.id for r in everything) or "none yet"
        raise ReleaseError(f"there is no release {name!r}", hint=f"releases: {known}")

    def current(self) -> Release | None:
        """Return the current release, None before the first.

        Raises:
            ReleaseError: when `current` points at something that is no release.
        """
        name = self.current_name()
        if name is None:
            return None
        path = self.folder / name
        if not (path / "manifest.json").is_file():
            raise ReleaseError(
                f"current points at {name!r}, which is no release",
                hint="choose one: ogpld releases list, then ogpld releases use ID",
            )
        return self._read(path)

    def current_name(self) -> str | None:
        """Return where `current` points, without opening it."""
        try:
            return self.pointer.readlink().name
        except OSError:
            return None

    def use(self, release: Release) -> None:
        """Make a release the current one, by renaming a new symlink over the old.

        Raises:
            ReleaseError: for a release whose data was pruned.
        """
        if release.pruned:
            raise ReleaseError(
                f"{release.id} was pruned: its data is gone", hint="ogpld releases list"
            )
        beside = self.pointer.with_name(f".current-{os.getpid()}")
        beside.unlink(missing_ok=True)
        beside.symlink_to(Path("releases") / release.id)
        beside.replace(self.pointer)
        fsync_path(self.home)

    @staticmethod
    def _read(path: Path) -> Release:
        file = path / "manifest.json"
        return Release(path, Manifest.from_json(file.read_text(encoding="utf-8"), str(file)))
