"""What a list of files says of each, so that whoever has the file can tell whether it is the same."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileDigest:
    """The content of a file: bytes, and sha256 in hexadecimal."""

    size: int
    sha256: str
