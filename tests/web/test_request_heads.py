"""Heads of requests that came before: the same bytes mean the same request, on any connection."""

from __future__ import annotations

import tracemalloc

import pytest

from ogpld.web.server.request_head import RequestHead, RequestHeads, environ_of


def _head(method: str = "GET", length: int | None = 0) -> RequestHead:
    head = RequestHead()
    head.method, head.length = method, length
    return head


def test_an_environment_is_of_one_request() -> None:
    """What is put into one does not come back with the next."""
    heads, head = RequestHeads(), _head()
    environ = {"PATH_INFO": "/"}
    heads.add(b"GET / HTTP/1.1\r\n\r\n", head, environ)
    environ["REMOTE_ADDR"] = "192.0.2.1"
    for _ in range(2):
        entry = heads.get(b"GET / HTTP/1.1\r\n\r\n")
        assert entry == (head, {"PATH_INFO": "/"})
        entry[1]["REMOTE_ADDR"] = "192.0.2.2"
    assert heads.get(b"GET / HTTP/1.0\r\n\r\n") is None


def test_long_names_of_headers_are_not_remembered() -> None:
    """What strangers call their headers stays nowhere."""
    tracemalloc.start()
    try:
        for number in range(300):
            head = _head()
            head.headers = [(b"x-%d-" % number + b"y" * 20_000, b"")]
            assert len(environ_of(head)) > len(environ_of(_head()))
        assert tracemalloc.get_traced_memory()[0] < 1_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("data", "head"),
    [
        (b"POST", _head("POST")),
        (b"QUERY", _head("QUERY")),
        (b"body", _head(length=3)),
        (b"chunks", _head(length=None)),
        (b"x" * 3_000, _head()),
    ],
)
def test_heads_that_are_not_remembered(data: bytes, head: RequestHead) -> None:
    """A body belongs to its request; long heads hardly come twice."""
    heads = RequestHeads()
    heads.add(data, head, {})
    assert heads.get(data) is None


def test_memory_is_bounded() -> None:
    """The first to come is the first to go."""
    heads = RequestHeads()
    for number in range(5_000):
        heads.add(b"%d" % number, _head(), {})
    there = [number for number in range(5_000) if heads.get(b"%d" % number)]
    assert there == list(range(5_000 - len(there), 5_000))
    assert 100 < len(there) < 1_000
