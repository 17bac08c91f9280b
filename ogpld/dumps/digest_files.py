"""Files that know their size and digest when they are closed, compressed without a date in them."""

from __future__ import annotations

import gzip
import hashlib
import io
from pathlib import Path

from ogpld.dumps.dump_index import DumpFile

_LEVEL = 6
_BLOCK = 1 << 16


class Sealed(io.RawIOBase):
    """A new file that counts and digests what is written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self._digest = hashlib.sha256()
        self._file = path.open("xb")

    def writable(self) -> bool:
        """Say that it can be written."""
        return True

    def write(self, content: object) -> int:
        """Write bytes."""
        view = memoryview(content)  # type: ignore[arg-type]
        self._file.write(view)
        self._digest.update(view)
        self.size += view.nbytes
        return view.nbytes

    def close(self) -> None:
        """Close it; size and digest stay."""
        if not self.closed:
            self._file.close()
        super().close()

    @property
    def sha256(self) -> str:
        """The digest of everything written, in hexadecimal."""
        return self._digest.hexdigest()


class Packed(gzip.GzipFile):
    """A gzip file whose bytes depend on its content alone: no name, no date (RFC 1952)."""

    def __init__(self, path: Path) -> None:
        self.sealed = Sealed(path)
        super().__init__("", "wb", _LEVEL, self.sealed, mtime=0)

    def close(self) -> None:
        """Finish and close it."""
        super().close()
        self.sealed.close()


def pack(source: Path, target: Path) -> Sealed:
    """Compress a file and return the new one, closed."""
    with source.open("rb") as old, Packed(target) as new:
        while block := old.read(_BLOCK):
            new.write(block)
    return new.sealed


def copy(source: Path, target: Path) -> Sealed:
    """Copy a file and return the new one, closed."""
    new = Sealed(target)
    with source.open("rb") as old, new:
        while block := old.read(_BLOCK):
            new.write(block)
    return new


def entry(
    sealed: Sealed,
    dataset: str,
    kind: str,
    title: str,
    holds: str,
    media_type: str,
    rows: int | None = None,
) -> DumpFile:
    """Return what the list of dumps says of a closed file in the folder of its dataset."""
    name = sealed.path.name
    return DumpFile(
        file=f"{dataset}/{name}",
        dataset=dataset,
        kind=kind,
        media_type=media_type,
        gzip=name.endswith(".gz"),
        bytes=sealed.size,
        sha256=sealed.sha256,
        title=title,
        holds=holds,
        rows=rows,
    )
