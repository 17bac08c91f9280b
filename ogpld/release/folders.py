"""Folders and files that are there after a power cut, and half-written ones that can be recognised."""

from __future__ import annotations

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
def whole_file(path: Path, mode: int = 0o666, mark: str = "") -> Iterator[Path]:
    """Yield where a block writes a file, and put it in place: whole or not there, after a power cut too.

    What a block that is killed leaves, the next one removes. Those who may write the same file at a time hold
    its folder (`folder_lock`), or have marks of their own.

    Args:
        path: of the file; one that is there is replaced at the end.
        mode: who may read and write it, less the umask.
        mark: ends the name of the file that the block writes.

    Raises:
        OSError: when it cannot be written.
    """
    beside = path.with_name(f".{path.name}.tmp{mark}")
    beside.unlink(missing_ok=True)
    os.close(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode))
    try:
        yield beside
        fsync_path(beside)
        beside.replace(path)
        fsync_path(path.parent)
    finally:
        beside.unlink(missing_ok=True)


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
