"""Folders and files that are there after a power cut, and half-written ones that can be recognised."""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def folder_beside(folder: Path) -> Path:
    """Make a folder for what is being written in another, with the rights that folders have here.

    Raises:
        OSError: when it cannot be made.
    """
    beside = folder / f".tmp-{secrets.token_hex(8)}"
    beside.mkdir()
    return beside


def fsync_path(path: Path) -> None:
    """Make a file's bytes, or a folder's entries, survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def whole_file(path: Path, mode: int = 0o666) -> Iterator[Path]:
    """Yield where a block writes a file, and put it in place: whole or not there, after a power cut too.

    What a block that is killed leaves, the next one removes.

    Args:
        path: of the file; one that is there is replaced at the end.
        mode: who may read and write it, less the umask.

    Raises:
        OSError: when it cannot be written, or another process writes it just now.
    """
    beside = path.with_name(f".{path.name}.tmp")
    handle = _own_file(beside, mode)
    try:
        yield beside
        fsync_path(beside)
        beside.replace(path)
        fsync_path(path.parent)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    finally:
        os.close(handle)


def _own_file(path: Path, mode: int) -> int:
    """Return a file descriptor of a new file that nobody else writes while it is open.

    One that is there and that nobody has open was left by a process that was killed, and is removed.
    """
    while True:
        is_new = not path.exists()
        flags = os.O_RDWR | (os.O_CREAT | os.O_EXCL if is_new else os.O_NOFOLLOW)
        try:
            handle = os.open(path, flags, mode)
        except (FileNotFoundError, FileExistsError):
            if not path.parent.is_dir() or path.is_symlink():
                raise
            continue  # another process made or removed it meanwhile
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(handle)
            raise OSError(errno.EBUSY, "another process writes it", str(path)) from error
        if _is_at(path, handle):
            if is_new:
                return handle
            path.unlink()
        os.close(handle)


def _is_at(path: Path, handle: int) -> bool:
    """Say whether an open file still has its name."""
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False


def fsync_tree(folder: Path) -> None:
    """Make a folder with all that is in it survive a power cut."""
    for path in sorted(folder.rglob("*"), reverse=True):
        fsync_path(path)
    fsync_path(folder)


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Hold a folder during a block against others who make a derived file in it.

    Raises:
        OSError: when it cannot be opened.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
