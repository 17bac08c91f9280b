"""Answers too large for memory: written piece by piece into a temporary file, then sent from it.

A client gets a status when all of the answer is there, with its length and the digest of its bytes: what
fails on the way is an error, never a short answer.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import weakref
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

#: Bytes up to which an answer stays in memory.
IN_MEMORY = 1 << 18
#: Level of gzip, and what has zlib write its header, without a time.
_LEVEL, _GZIP = 5, 31


class SpooledFile:
    """A temporary file that is removed when nobody holds this any more.

    Attributes:
        path: the file.
        size: its bytes.
        digest: SHA-256 of its bytes, in hex.
    """

    def __init__(self, path: Path, handle: int, size: int, digest: str) -> None:
        self.path, self.size, self.digest = path, size, digest
        weakref.finalize(self, _remove, handle, path)


def gather(pieces: Iterable[bytes], most: int = IN_MEMORY) -> bytes | SpooledFile:
    """Return what the pieces make together: bytes, or a file where there are many.

    Args:
        pieces: parts of the answer, made as they are written.
        most: bytes from which a file is made.
    """
    begun: list[bytes] = []
    size = 0
    rest = iter(pieces)
    for piece in rest:
        begun.append(piece)
        size += len(piece)
        if size > most:
            return _spooled(begun, rest)
    return b"".join(begun)


def packed(plain: SpooledFile) -> SpooledFile:
    """Return a file in gzip (RFC 1952), the same bytes each time, without reading it into memory."""
    return _spooled([], _gzip(plain.path))


def _gzip(path: Path) -> Iterator[bytes]:
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    with path.open("rb") as file:
        while block := file.read(IN_MEMORY):
            yield packer.compress(block)
    yield packer.flush()


def _spooled(begun: list[bytes], rest: Iterable[bytes]) -> SpooledFile:
    handle, name = tempfile.mkstemp(prefix="ogpld-list-")
    try:
        with os.fdopen(os.dup(handle), "wb") as file:
            size, digest = _write(file, begun, rest)
    except BaseException:
        os.close(handle)
        Path(name).unlink(missing_ok=True)
        raise
    return SpooledFile(_nameless(handle, Path(name)), handle, size, digest)


def _nameless(handle: int, path: Path) -> Path:
    """Unlink an open file where it can be opened without its name, so that nothing is left after a kill."""
    opened = Path(f"/proc/self/fd/{handle}")
    if not opened.exists():
        return path
    path.unlink()
    return opened


def _remove(handle: int, path: Path) -> None:
    os.close(handle)
    if path.parent.name != "fd":
        path.unlink(missing_ok=True)


def _write(file: BinaryIO, begun: list[bytes], rest: Iterable[bytes]) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    for pieces in (begun, rest):
        for piece in pieces:
            file.write(piece)
            digest.update(piece)
            size += len(piece)
    return size, digest.hexdigest()
