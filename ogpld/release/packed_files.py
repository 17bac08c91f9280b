"""Texts in the folder of a release, gzip-compressed (RFC 1952): what changed, the report, the statistics.

Equal texts have equal bytes: no name and no time is in them. Releases of earlier versions have the same files
as they are, without `.gz`; a release is never edited, so both are read, and only the first is written.
"""

from __future__ import annotations

import errno
import gzip
import zlib
from pathlib import Path

_LEVEL = 6


def packed(text: bytes) -> bytes:
    """Return a text as the file has it."""
    return gzip.compress(text, _LEVEL, mtime=0)


def present_file(path: Path) -> Path:
    """Return the file that has a text: the path, which ends in `.gz`, else what an earlier version wrote."""
    earlier = path.with_suffix("")
    return earlier if not path.exists() and earlier.exists() else path


def unpacked(path: Path) -> bytes:
    """Return the text of a file, given by its name with `.gz`.

    Raises:
        OSError: when there is no such file, compressed or not, or it is cut or damaged.
    """
    file = present_file(path)
    content = file.read_bytes()
    if file != path:
        return content
    try:
        return gzip.decompress(content)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise OSError(errno.EIO, f"it is cut or damaged: {error}", str(file)) from error
