"""Folders and files that are there after a power cut, and half-written ones that can be recognised."""

from __future__ import annotations

import os
import secrets
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
