"""Files of an export: each written whole or not at all, unchanged ones left alone, what is gone removed.

`SHA256SUMS` lists them as `sha256sum -c` reads it. While an export is made, `.sums` beside it grows by a line
a file, so that one that was interrupted goes on where it was; `SHA256SUMS` is replaced when all is there.
"""

from __future__ import annotations

import gzip
import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from ogpld.errors import ExportError

SUMS = "SHA256SUMS"
_JOURNAL = ".sums"
#: Of an address that has no such form; it stands in the journal alone.
_ABSENT = "-" * 64
#: Bytes from which a text is worth compressing, as the server has it.
_SMALL = 1_000
_LEVEL = 6


class FileTree:
    """The files below a folder, while they are written.

    Args:
        folder: the folder.
        state: what the files are made of: work that was interrupted goes on only where it is equal.
        packs: whether texts get a compressed file (`.gz`) beside them.

    Raises:
        ExportError: when the folder has files of others.
    """

    def __init__(self, folder: Path, state: str, *, packs: bool) -> None:
        self._folder = folder
        self._packs = packs
        self.written = self.unchanged = self.removed = 0
        self._before = read_sums(folder)
        if not self._before and not _is_ours(folder):
            raise ExportError(
                f"{folder} holds files that no export wrote",
                hint="choose an empty folder, or one of an earlier export",
            )
        folder.mkdir(parents=True, exist_ok=True)
        self._sums: dict[str, str] = {}
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
        self._journal.close()

    def _resume(self, state: str) -> None:
        """Read the lines of an export that was interrupted, without a torn last one."""
        head = f"# {state}\n"
        lines: list[str] = []
        with suppress(OSError, UnicodeDecodeError):
            lines = self._journal_path.read_text(encoding="utf-8").splitlines(keepends=True)
        if lines and lines[0] == head:
            for line in lines[1:]:
                if line.endswith("\n"):
                    self._sums[line[66:-1]] = line[:64]
        else:
            lines = [head]
        self._journal_path.write_text(
            "".join(line for line in lines if line.endswith("\n")), encoding="utf-8"
        )
        self._journal = self._journal_path.open("a", encoding="utf-8", buffering=1)

    def has(self, name: str) -> bool:
        """Whether this export, or the interrupted one it goes on with, has dealt with a file."""
        return name in self._sums

    def is_absent(self, name: str) -> bool:
        """Whether a file was found to have no content."""
        return self._sums.get(name) == _ABSENT

    def read(self, name: str) -> bytes:
        """Return the content of a file."""
        return (self._folder / name).read_bytes()

    def leave_out(self, name: str) -> None:
        """Note that there is no such file."""
        self._note(name, _ABSENT)

    def write(self, name: str, body: bytes, *, text: bool = False, like: str = "") -> None:
        """Write a file, unless it has this content already.

        Args:
            name: its path below the folder.
            body: its content.
            text: whether it is worth compressing.
            like: another file, which it becomes a link to where they are equal.
        """
        digest = hashlib.sha256(body).hexdigest()
        path = self._folder / name
        linked = self._folder / like if like and self._sums.get(like) == digest else None
        self._put(name, path, body, digest, linked)
        if self._packs and text and len(body) >= _SMALL:
            packed = gzip.compress(body, _LEVEL, mtime=0)
            packed_digest = hashlib.sha256(packed).hexdigest()
            other = path.with_name(f"{path.name}.gz")
            twin = linked.with_name(f"{linked.name}.gz") if linked else None
            self._put(f"{name}.gz", other, packed, packed_digest, twin)

    def copy(self, name: str, source: Path, digest: str) -> None:
        """Have a file be another's content: a link to it where the file system has these, else a copy."""
        path = self._folder / name
        if self._before.get(name) == digest and path.is_file():
            self.unchanged += 1
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            beside = path.with_name(f".tmp-{os.getpid()}")
            beside.unlink(missing_ok=True)
            try:
                os.link(source, beside)
            except OSError:
                beside.write_bytes(source.read_bytes())
            beside.replace(path)
            self.written += 1
        self._note(name, digest)

    def _put(self, name: str, path: Path, body: bytes, digest: str, linked: Path | None) -> None:
        if self._before.get(name) == digest and path.is_file():
            self.unchanged += 1
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            beside = path.with_name(f".tmp-{os.getpid()}")
            beside.unlink(missing_ok=True)
            if linked is None or not _link(linked, beside):
                beside.write_bytes(body)
            beside.replace(path)
            self.written += 1
        self._note(name, digest)

    def _note(self, name: str, digest: str) -> None:
        self._sums[name] = digest
        self._journal.write(f"{digest}  {name}\n")

    def finish(self) -> None:
        """Remove what earlier exports wrote and this one has not, and replace the list of files."""
        present = {name: digest for name, digest in self._sums.items() if digest != _ABSENT}
        for name in sorted(self._before.keys() - present.keys(), reverse=True):
            path = self._folder / name
            path.unlink(missing_ok=True)
            self.removed += 1
            with suppress(OSError):  # which it is not, as long as it has other files
                path.parent.rmdir()
        for path in self._folder.rglob(".tmp-*"):  # of an export that was killed
            path.unlink()
        self._journal.close()
        beside = self._folder / f"{SUMS}.tmp"
        with beside.open("w", encoding="utf-8") as file:
            file.writelines(f"{digest}  {name}\n" for name, digest in sorted(present.items()))
        os.sync()
        beside.replace(self._folder / SUMS)
        self._journal_path.unlink()


def read_sums(folder: Path) -> dict[str, str]:
    """Return the digests of an export by file; nothing where there is none.

    Raises:
        ExportError: when the list is damaged.
    """
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ExportError(
            f"{folder / SUMS} cannot be read: {error}", hint="export into an empty folder"
        ) from error
    return {line[66:]: line[:64] for line in lines}


def changes_of(folder: Path) -> Iterator[str]:
    """Yield the files of an export that are missing or have another digest than its list says."""
    for name, digest in read_sums(folder).items():
        try:
            with (folder / name).open("rb") as file:
                actual = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            actual = ""
        if actual != digest:
            yield name


def _is_ours(folder: Path) -> bool:
    """Whether a folder is missing, empty, or has the journal of an export."""
    return not folder.is_dir() or (folder / _JOURNAL).exists() or not any(folder.iterdir())


def _link(source: Path, target: Path) -> bool:
    try:
        os.link(source, target)
    except OSError:
        return False
    return True
