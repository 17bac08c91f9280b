"""Messages between the web process, the zygote and its workers: a JSON head and a body of bytes.

An error travels in a head as `OgpldError.to_dict` describes it, under `error`.
"""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from ogpld import waiting

_HEAD = struct.Struct("!IQ")

#: Seconds after which a query is a long one: hardly any honest one takes them.
_AT_ONCE = 0.1
#: Bytes of a body that is sent together with its head.
_TOGETHER = 262_144
#: Bytes that are read at once. For a larger piece the system maps memory, and unmaps it (`ogpld/heap.py`),
#: which takes longer than all else in reading a short message.
_PIECE = 65_536
#: Bytes of a head that is read once however often it comes.
_SHORT = 512
#: Size of an order to the zygote; all are padded to it, so that none is ever read in part.
ORDER = 32


class BodyTooLargeError(Exception):
    """The other side announces more bytes than are wanted here."""


def order(control: socket.socket, word: str, number: int, file: int | None = None) -> None:
    """Send an order to the zygote, with a descriptor when it needs one."""
    text = f"{word} {number}".ljust(ORDER).encode()
    socket.send_fds(control, [text], [file] if file is not None else [])


def send(
    channel: socket.socket, head: dict[str, Any], body: bytes = b"", deadline: float | None = None
) -> None:
    """Send one message.

    Args:
        channel: where it goes.
        head: what is said.
        body: what it is said of.
        deadline: moment on the monotonic clock after which waiting for the other side ends.

    Raises:
        TimeoutError: past the deadline.
    """
    encoded = json.dumps(head).encode()
    message = _HEAD.pack(len(encoded), len(body)) + encoded
    pieces = [message + body] if len(body) <= _TOGETHER else [message, body]
    for piece in pieces:
        if deadline is None:
            channel.sendall(piece)
            continue
        left = memoryview(piece)
        while left:
            try:
                left = left[channel.send(left, socket.MSG_DONTWAIT) :]
            except BlockingIOError:
                if not waiting.is_writable(channel, deadline - time.monotonic()):
                    raise TimeoutError from None


def receive(
    channel: socket.socket,
    deadline: float | None = None,
    limit: int = 1 << 40,
    *,
    single: bool = False,
) -> tuple[dict[str, Any], bytes] | None:
    """Return the next message, None when the other side has closed.

    Args:
        channel: where it comes from.
        deadline: moment on the monotonic clock after which waiting ends.
        limit: largest body taken, in bytes.
        single: whether nothing more comes before the other side is answered, so that all can be read at once.

    Raises:
        TimeoutError: past the deadline.
        BodyTooLargeError: for a body larger than the limit.
    """
    pieces: list[bytes] = []
    begin = 0  # where the body does, once it is known
    missing = _HEAD.size
    flags = 0 if deadline is None else socket.MSG_DONTWAIT
    while missing > 0:
        try:
            piece = channel.recv(_PIECE if single else min(missing, _PIECE), flags)
        except BlockingIOError:
            if not waiting.is_readable(channel, (deadline or 0.0) - time.monotonic()):
                raise TimeoutError from None
            continue
        except ConnectionResetError:
            return None
        if not piece:
            return None
        pieces.append(piece)
        missing -= len(piece)
        if missing <= 0 and not begin:
            start = b"".join(pieces)
            head_size, body_size = _HEAD.unpack_from(start)
            if body_size > limit:
                raise BodyTooLargeError(body_size)
            begin = _HEAD.size + head_size
            missing = begin + body_size - len(start)
            pieces = [start]
        if deadline is not None and time.monotonic() > deadline and missing > 0:
            raise TimeoutError
    if len(pieces[0]) < begin:
        pieces = [b"".join(pieces)]
    content = _content(pieces[0][_HEAD.size : begin])
    pieces[0] = pieces[0][begin:]
    return content, b"".join(pieces)


def _content(head: bytes) -> dict[str, Any]:
    """Return what a head says; what is in it is not to be changed."""
    if len(head) > _SHORT:
        content: dict[str, Any] = json.loads(head)
        return content
    return dict(_short_content(head))


@lru_cache(256)
def _short_content(head: bytes) -> dict[str, Any]:
    """Return what a short head says, of which the same come again and again."""
    content: dict[str, Any] = json.loads(head)
    return content


def exchange(
    channel: socket.socket,
    head: dict[str, Any],
    deadline: float,
    limit: int,
    body: bytes = b"",
    long: Callable[[], None] | None = None,
) -> tuple[dict[str, Any], bytes] | None:
    """Send a request and return the reply; None when the other side died.

    Args:
        channel: where it goes.
        head: what is said.
        deadline: moment on the monotonic clock after which waiting ends.
        limit: largest body taken, in bytes.
        body: what is sent with the head.
        long: called when the reply does not come at once.

    Raises:
        TimeoutError: past the deadline.
        BodyTooLargeError: for a body larger than the limit.
    """
    try:
        send(channel, head, body, deadline)
        if long is not None and not waiting.is_readable(channel, _AT_ONCE):
            long()
        return receive(channel, deadline, limit, single=True)
    except (BrokenPipeError, ConnectionResetError):
        return None
