"""Files of an export: each written whole or not at all, unchanged ones left alone, what is gone removed.

`SHA256SUMS` lists them as `sha256sum -c` reads it. While an export is made, `.sums` beside it grows by a line
a file, so that one that was interrupted goes on where it was, and leaves nothing to one of another state;
`SHA256SUMS` is replaced when all is there.
"""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from ogpld.errors import ExportError
from ogpld.release.file_digest import FileDigest

SUMS = "SHA256SUMS"
_JOURNAL = ".sums"
#: In the place of a digest: an export of another state had begun with this file. In the journal alone.
_LEFT = "-" * 64
#: A digest and a path that leads nowhere else.
_LINE = re.compile(r"([0-9a-f]{64}|-{64})  (?!/|(?:.*/)?\.\.(?:/|$))(.+)")
#: Bytes from which a text is worth compressing, as the server has it.
_SMALL = 1_000
_LEVEL = 6


@dataclass(frozen=True, slots=True)
class WrittenFiles:
    """What was done to files: the digest of each by its name, how many were written, how many had stayed."""

    sums: dict[str, str]
    written: int
    unchanged: int


class FileWriter:
    """Writes files below a folder.

    Args:
        folder: the folder.
        journal: descriptor of the journal, open for appending: processes may share it.
        packs: whether texts get a compressed file (`.gz`) beside them.
    """

    def __init__(self, folder: Path, journal: int, *, packs: bool) -> None:
        self._folder = folder
        self._journal = journal
        self._packs = packs
        self._sums: dict[str, str] = {}
        self._folders: set[Path] = set()
        self.written = self.unchanged = 0

    @property
    def files(self) -> WrittenFiles:
        """What it did."""
        return WrittenFiles(self._sums, self.written, self.unchanged)

    def write(self, name: str, body: bytes, *, text: bool = False, like: str = "") -> None:
        """Write a file, unless it has this content already.

        Args:
            name: its path below the folder.
            body: its content.
            text: whether it is worth compressing.
            like: another file that this wrote, which it becomes a link to where they are equal.
        """
        self._put(name, hashlib.sha256(body).hexdigest(), lambda: body, like)
        if self._packs and text and len(body) >= _SMALL:
            if like and self._sums.get(like) == self._sums[name]:
                packed = (self._folder / f"{like}.gz").read_bytes()
            else:
                packed = gzip.compress(body, _LEVEL, mtime=0)
            digest = hashlib.sha256(packed).hexdigest()
            self._put(f"{name}.gz", digest, lambda: packed, f"{like}.gz" if like else "")

    def copy(self, name: str, source: Path, digest: str) -> None:
        """Give a file the content of another: as a link where the file system has links, else as a copy.

        Raises:
            ExportError: where the other has another digest than it should have.
        """
        if not self._stays(name, digest):
            if _digest_of(source) != digest:
                raise ExportError(
                    f"{source} is damaged", hint="ogpld releases verify says what else is"
                )
            self._replace(name, source.read_bytes, source)

    def _put(self, name: str, digest: str, content: Callable[[], bytes], like: str) -> None:
        """Leave a file that has a digest; else have it be a link to one that has it, or its content."""
        if not self._stays(name, digest):
            is_like = like and self._sums.get(like) == digest
            self._replace(name, content, self._folder / like if is_like else None)

    def _stays(self, name: str, digest: str) -> bool:
        """Note a file, and say whether it has its content already."""
        self._sums[name] = digest
        os.write(self._journal, f"{digest}  {name}\n".encode())
        stays = _digest_of(self._folder / name) == digest
        self.unchanged += stays
        return stays

    def _replace(self, name: str, content: Callable[[], bytes], source: Path | None) -> None:
        path = self._folder / name
        if path.parent not in self._folders:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._folders.add(path.parent)
        beside = path.with_name(f".tmp-{os.getpid()}")
        beside.unlink(missing_ok=True)
        if not (source and _link(source, beside)):
            beside.write_bytes(content())
        beside.replace(path)
        self.written += 1


class FileTree(FileWriter):
    """The files below a folder, while they are written.

    Args:
        folder: the folder.
        state: what the files are made of: work that was interrupted goes on only where it is equal.
        packs: whether texts get a compressed file (`.gz`) beside them.

    Raises:
        ExportError: when the folder has files of others.
    """

    def __init__(self, folder: Path, state: str, *, packs: bool) -> None:
        super().__init__(folder, -1, packs=packs)
        self.removed = 0
        if not _is_ours(folder):
            raise ExportError(
                f"{folder} holds files that no export wrote",
                hint="choose an empty folder, or one of an earlier export",
            )
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(folder, os.O_RDONLY)
        try:
            self._earlier = {*read_sums(folder)}
            self._require_lock()
        except ExportError:
            os.close(self._lock)
            raise
        self._journal_path = folder / _JOURNAL
        self._resume(state)

    def __enter__(self) -> Self:
        """Return the tree itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the journal; what was written stays."""
        self._close_journal()
        os.close(self._lock)

    def _require_lock(self) -> None:
        """Lock the folder, which the kernel gives back when the process ends."""
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ExportError(
                f"another export is at work in {self._folder}",
                hint="wait until it has ended, then run the command again",
            ) from error

    def _resume(self, state: str) -> None:
        """Read the lines of an export that was interrupted, without a torn last one."""
        head = f"# {state}"
        lines: list[str] = []
        with suppress(OSError):
            *whole, _torn = self._journal_path.read_bytes().split(b"\n")
            lines = [line.decode("utf-8", "replace") for line in whole]
        self._sums = dict(_entries(lines[1:]))
        if lines[:1] != [head]:
            self._sums = dict.fromkeys(self._sums, _LEFT)
        self._earlier |= self._sums.keys()
        self._journal_path.write_text(f"{head}\n{_listing(self._sums)}", encoding="utf-8")
        self._journal = os.open(self._journal_path, os.O_WRONLY | os.O_APPEND)

    def has(self, names: Iterable[str]) -> bool:
        """Whether this export, or the interrupted one it goes on with, has dealt with files."""
        return all(self._sums.get(name, _LEFT) != _LEFT for name in names)

    def part(self) -> FileWriter:
        """Return what writes a part of the files, in this process or in a fork of it; see `add`."""
        return FileWriter(self._folder, self._journal, packs=self._packs)

    def add(self, files: WrittenFiles) -> None:
        """Take over what a part did."""
        self._sums.update(files.sums)
        self.written += files.written
        self.unchanged += files.unchanged

    def _close_journal(self) -> None:
        if self._journal >= 0:
            os.close(self._journal)
        self._journal = -1

    def finish(self) -> None:
        """Remove what earlier exports wrote and this one has not, and replace the list of files."""
        present = {name: digest for name, digest in self._sums.items() if digest != _LEFT}
        for name in sorted(self._earlier - present.keys()):
            path = self._folder / name
            self.removed += path.exists()
            path.unlink(missing_ok=True)
            with suppress(OSError):  # which it is not, as long as it has other files
                for folder in path.relative_to(self._folder).parents[:-1]:
                    (self._folder / folder).rmdir()
        for path in self._folder.rglob(".tmp-*"):  # of an export that was killed
            path.unlink()
        self._close_journal()
        beside = self._folder / f"{SUMS}.tmp"
        beside.write_text(_listing(dict(sorted(present.items()))), encoding="utf-8")
        os.sync()
        beside.replace(self._folder / SUMS)
        self._journal_path.unlink()


def read_sums(folder: Path) -> dict[str, str]:
    """Return the digests of an export by file; nothing where there is none.

    Raises:
        ExportError: when the list is damaged.
    """
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise _damaged(folder, str(error)) from error
    sums = dict(_entries(lines))
    if len(sums) != len(lines) - 1 or _LEFT in sums.values():
        raise _damaged(folder, "a line is not a digest and a path in the folder, once each")
    return sums


def _damaged(folder: Path, reason: str) -> ExportError:
    return ExportError(
        f"{folder / SUMS} cannot be read: {reason}", hint="export into an empty folder"
    )


def _entries(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the file and the digest of each line that has them."""
    for line in lines:
        if match := _LINE.fullmatch(line):
            yield match[2], match[1]


def _listing(sums: Mapping[str, str]) -> str:
    return "".join(f"{digest}  {name}\n" for name, digest in sums.items())


def changes_of(folder: Path) -> Iterator[str]:
    """Yield the files of an export that are missing or have another digest than its list says."""
    for name, digest in read_sums(folder).items():
        if _digest_of(folder / name) != digest:
            yield name


def _digest_of(path: Path) -> str:
    """Return the digest of a file as it is, "" where there is none."""
    try:
        return FileDigest.of(path).sha256
    except OSError:
        return ""


def _is_ours(folder: Path) -> bool:
    """Whether a folder is missing, empty, or has the list or the journal of an export."""
    has_ours = any((folder / name).exists() for name in (SUMS, _JOURNAL))
    return has_ours or not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))


def _link(source: Path, target: Path) -> bool:
    try:
        os.link(source, target)
    except OSError:
        return False
    return True
