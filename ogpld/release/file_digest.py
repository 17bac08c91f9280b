"""What a list of files says of each, so that whoever has the file can tell whether it is the same."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FileDigest:
    """The content of a file: bytes, and sha256 in hexadecimal."""

    size: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> FileDigest:
        """Read a file.

        Raises:
            OSError: when it cannot be read.
        """
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            return cls(file.tell(), digest)


def has_size(path: Path, size: int) -> bool:
    """Say whether a path is a file of so many bytes."""
    try:
        return path.stat().st_size == size
    except OSError:
        return False


def has_content(path: Path, file: FileDigest) -> bool:
    """Say whether a path is a file with these bytes."""
    try:
        return has_size(path, file.size) and FileDigest.of(path) == file
    except OSError:
        return False
