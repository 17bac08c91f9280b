"""Messages between the web process, the zygote and its workers: a JSON head and a body of bytes.

An error travels in a head as `OgpldError.to_dict` describes it, under `error`.
"""

from __future__ import annotations

import json
import select
import socket
import struct
import time
from typing import Any

_HEAD = struct.Struct("!IQ")

#: Size of an order to the zygote; all are padded to it, so that none is ever read in part.
ORDER = 32


class BodyTooLargeError(Exception):
    """The other side announces more bytes than are wanted here."""


def order(control: socket.socket, word: str, number: int, file: int | None = None) -> None:
    """Send an order to the zygote, with a descriptor when it needs one."""
    text = f"{word} {number}".ljust(ORDER).encode()
    socket.send_fds(control, [text], [file] if file is not None else [])


def send(channel: socket.socket, head: dict[str, Any], body: bytes = b"") -> None:
    """Send one message."""
    encoded = json.dumps(head).encode()
    channel.sendall(_HEAD.pack(len(encoded), len(body)) + encoded + body)


def arrives(channel: socket.socket, seconds: float) -> bool:
    """Wait for a message, or the end of the channel, for some seconds; say whether it came."""
    waiting = select.poll()
    waiting.register(channel, select.POLLIN)
    return bool(waiting.poll(seconds * 1000))


def receive(
    channel: socket.socket, deadline: float | None = None, limit: int = 1 << 40
) -> tuple[dict[str, Any], bytes] | None:
    """Return the next message, None when the other side has closed.

    Args:
        channel: where it comes from.
        deadline: moment on the monotonic clock after which waiting ends.
        limit: largest body taken, in bytes.

    Raises:
        TimeoutError: past the deadline.
        BodyTooLargeError: for a body larger than the limit.
    """
    start = _read(channel, _HEAD.size, deadline)
    if start is None:
        return None
    head_size, body_size = _HEAD.unpack(start)
    if body_size > limit:
        raise BodyTooLargeError(body_size)
    head = _read(channel, head_size, deadline)
    body = _read(channel, body_size, deadline) if head is not None else None
    if head is None or body is None:
        return None
    content: dict[str, Any] = json.loads(head)
    return content, body


def _read(channel: socket.socket, size: int, deadline: float | None) -> bytes | None:
    """Read exactly `size` bytes, None when the channel ends before."""
    parts = bytearray()
    while len(parts) < size:
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            channel.settimeout(left)
        else:
            channel.settimeout(None)
        try:
            chunk = channel.recv(min(size - len(parts), 1 << 20))
        except ConnectionResetError:
            return None
        if not chunk:
            return None
        parts += chunk
    return bytes(parts)
