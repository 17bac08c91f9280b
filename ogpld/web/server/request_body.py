"""The body of a request while it comes: bounded, and fed to the parser so that nothing after it is read."""

from __future__ import annotations

import io
from collections.abc import Callable

from ogpld.web.http.problems import Problem

#: Bytes of sizes, extensions and trailers that chunks may have beyond those of their content.
_FRAMING = 65_536


class RequestBody:
    """What has come of a body.

    Args:
        limit: bytes it may have.
        length: bytes it has, None for one in chunks.
        wanted: whether its bytes are kept; else they are counted only.

    Attributes:
        limit: bytes it may have.
        wanted: whether it is kept.
        size: bytes that have come.
        is_whole: whether all of it has; the parser says so.
    """

    def __init__(self, limit: int, length: int | None = 0, *, wanted: bool = False) -> None:
        self.limit = limit
        self.wanted = wanted
        self.size = 0
        self.is_whole = False
        self._left = length or 0
        self._chunked = length is None
        self._content = io.BytesIO()
        self._chunk = self._framing = 0
        self._in_trailer = False

    def add(self, data: bytes) -> None:
        """Take what the parser found to be content."""
        self.size += len(data)
        if self.wanted and self.size <= self.limit:
            self._content.write(data)

    def content(self) -> io.BytesIO:
        """Return the body, to be read from its beginning; whoever takes it closes it."""
        self._content.seek(0)
        return self._content

    def close(self) -> None:
        """Let go of the bytes."""
        self._content = io.BytesIO()

    def read(self, incoming: bytearray, feed: Callable[[bytes], None]) -> None:
        """Give the parser what has come, up to the end of the body; what is left is not of it.

        Args:
            incoming: bytes from the client; those read are taken out.
            feed: the parser.

        Raises:
            Problem: for chunks that are mostly framing.
        """
        if self._chunked:
            self._read_chunks(incoming, feed)
            return
        size = min(len(incoming), self._left)
        self._left -= size
        data = bytes(incoming[:size])
        del incoming[:size]
        feed(data)

    def _read_chunks(self, incoming: bytearray, feed: Callable[[bytes], None]) -> None:
        """Feed lines and contents of chunks in turn (RFC 9112 section 7.1)."""
        while incoming and not self.is_whole and self.size <= self.limit:
            size = min(self._chunk, len(incoming)) if self._chunk else incoming.find(b"\n") + 1
            if not size:
                break
            data = bytes(incoming[:size])
            del incoming[:size]
            feed(data)
            if self._chunk:
                self._chunk -= size
            else:
                self._framing += size
                self._read_size(data)
        waiting = 0 if self._chunk else len(incoming)
        if self._framing + waiting > _FRAMING + self.size and not self.is_whole:
            raise Problem("bad-request", "The chunks are too small.", "send larger ones")

    def _read_size(self, line: bytes) -> None:
        """Note how much content follows a line that the parser has accepted."""
        if not self._in_trailer:
            size = int(line.partition(b";")[0], 16)
            self._chunk = size + len(b"\r\n") if size else 0
            self._in_trailer = not size
