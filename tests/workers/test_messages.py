"""What is sent comes whole, however large it is and however often it came before."""

from __future__ import annotations

import socket
import threading
import time
from typing import Any

import pytest

from ogpld.errors import QueryError
from ogpld.stores import Query
from ogpld.workers import messages
from ogpld.workers.pool import QueryService


def _sent(head: dict[str, Any], body: bytes, *, single: bool) -> tuple[dict[str, Any], bytes]:
    """Return what comes of a message."""
    one, other = socket.socketpair()
    with one, other:
        sender = threading.Thread(target=messages.send, args=(one, head, body))
        sender.start()
        message = messages.receive(other, time.monotonic() + 10, single=single)
        sender.join()
    assert message is not None
    return message


@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize("size", [0, 1, 65_520, 65_536, 262_144, 262_145, 1_000_000])
def test_messages_come_whole(size: int, single: bool) -> None:  # noqa: FBT001  (a parameter of the test)
    """Below and above what is sent, and read, at once."""
    body = bytes(number % 251 for number in range(size))
    for length in (1, 1_000, 100_000):
        head = {"word": "\ud800ä" * length}
        assert _sent(head, body, single=single) == (head, body)


def test_what_is_done_to_a_head_does_not_touch_the_next() -> None:
    """Heads that come again are read once."""
    for _ in range(2):
        head, _ = _sent({"kind": "boolean"}, b"", single=True)
        assert head == {"kind": "boolean"}
        head["last"] = True


def test_a_query_may_have_half_a_character(pool: QueryService) -> None:
    """Its text reaches the worker as it is, where the engine refuses it."""
    with pytest.raises(QueryError) as error:
        pool.answer(Query('ASK { ?s ?p "\ud800" }'))
    assert error.value.code == "query-failed"
    assert pool.answer(Query('ASK { FILTER("ä€𝄞" = "\\u00e4\\u20ac\\U0001d11e") }')).body.endswith(
        b"true}"
    )
