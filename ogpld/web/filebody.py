"""The body of an answer that is a part of a file: how it comes from the route to the HTTP server."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

#: Where the route leaves what is to be sent, and where a server says that it sends files itself.
SENT, BY_SERVER = "ogpld.sent", "ogpld.sends"
_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Sent:
    """A part of a file: bytes from `start` up to, not including, `end`.

    Attributes:
        owner: what keeps a temporary file in being, None for others.
    """

    path: Path
    start: int
    end: int
    owner: object = None


def body_of(environ: dict[str, Any]) -> Iterable[bytes] | None:
    """Return what a WSGI server is to iterate over, None when nothing of a file is to be sent."""
    sent: Sent | None = environ.get(SENT)
    if sent is None or environ.get(BY_SERVER):
        return None
    file = sent.path.open("rb")
    file.seek(sent.start)
    wrapper = environ.get("wsgi.file_wrapper")
    if wrapper is not None:  # it stops at Content-Length
        found: Iterable[bytes] = wrapper(file, _BLOCK)
        return found
    return _blocks(file, sent.end - sent.start)


def _blocks(file: BinaryIO, left: int) -> Iterator[bytes]:
    with file:
        while left and (block := file.read(min(_BLOCK, left))):
            left -= len(block)
            yield block
