"""A request is whole and well-formed, or it is refused (RFC 9112): never is a part of one answered with 200."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path

import pytest
from support.raw_http import connect, exchange, read_all, statuses, upload
from support.running import Server, start_server, stop_server

CHUNKED = "Transfer-Encoding: chunked"
ASK = b"ASK {}"
TABLE = b"key,title@en,member\nEE0901,Publish who meets ministers,EST\n"
GET = b"GET /healthz HTTP/1.1\r\n"


@pytest.mark.parametrize(
    ("data", "allowed"),
    [
        (upload("/sparql", "Content-Length: 500") + ASK, {400}),
        (upload("/sparql", "Content-Length: 500", method="QUERY") + ASK, {400}),
        (upload("/validate", "Content-Length: 5000", kind="text/csv") + TABLE, {400}),
        (upload("/release/1/sparql", "Content-Length: 500") + ASK, {400}),
        (upload("/doc/commitment", "Content-Length: 500") + ASK, {400}),
        (upload("/healthz", "Content-Length: 500", method="GET") + ASK, {400}),
        (upload("/sparql", CHUNKED), {400}),
        (upload("/sparql", CHUNKED) + b"6\r\nASK {}\r\n", {400}),
        (upload("/sparql", CHUNKED) + b"6\r\nASK {}\r\n0\r\n", {400}),
        (upload("/sparql", CHUNKED) + b"6\r\nASK {}\r\nZZ\r\n", {400}),
        (upload("/sparql", CHUNKED) + b"6\r\nASK {}X0\r\n\r\n", {400}),
        (upload("/sparql", CHUNKED) + b"6\nASK {}\n0\n\n", {400}),
        (upload("/sparql", CHUNKED) + b"0x6\r\nASK {}\r\n0\r\n\r\n", {400}),
        (upload("/sparql", CHUNKED) + b"-6\r\nASK {}\r\n0\r\n\r\n", {400}),
        (upload("/sparql", CHUNKED) + b"6 \r\nASK {}\r\n0\r\n\r\n", {400}),
        (upload("/sparql", CHUNKED) + b"FFFFFFFFFFFFFFFFF\r\nASK {}\r\n0\r\n\r\n", {400}),
        (upload("/sparql", CHUNKED, "Content-Length: 6") + b"6\r\nASK {}\r\n0\r\n\r\n", {400}),
        (upload("/sparql", "Content-Length: 6", CHUNKED) + ASK, {400}),
        (upload("/sparql", CHUNKED, CHUNKED) + b"6\r\nASK {}\r\n0\r\n\r\n", {400}),
        (upload("/sparql", "Transfer-Encoding: gzip, chunked") + b"0\r\n\r\n", {400}),
        (upload("/sparql", "Transfer-Encoding: chunked, identity") + b"0\r\n\r\n", {400}),
        (upload("/sparql", "Transfer-Encoding: identity") + ASK, {400}),
        (upload("/sparql", "Transfer-Encoding : chunked") + b"0\r\n\r\n", {400}),
        (upload("/sparql", CHUNKED).replace(b"HTTP/1.1", b"HTTP/1.0") + b"0\r\n\r\n", {400}),
        (upload("/sparql", "Content-Length: 6", "Content-Length: 6") + ASK, {400}),
        (upload("/sparql", "Content-Length: 6", "Content-Length: 7") + ASK, {400}),
        (upload("/sparql", "Content-Length: 6,6") + ASK, {400}),
        (upload("/sparql", "Content-Length: +6") + ASK, {400}),
        (upload("/sparql", "Content-Length: -6") + ASK, {400}),
        (upload("/sparql", "Content-Length: 6x") + ASK, {400}),
        (upload("/sparql", "Content-Length:") + ASK, {400}),
        (upload("/sparql", f"Content-Length: {'9' * 40}") + ASK, {400}),
        (GET + b"\r\n", {400}),
        (GET + b"Host: x\r\nHost: x\r\n\r\n", {400}),
        (GET + b"Host: x\r\nHost: y\r\n\r\n", {400}),
        (GET + b"Host: a b\r\n\r\n", {400}),
        (GET + b"Host: x\r\nX: a\r\n b\r\n\r\n", {400}),
        (GET + b"Host: x\r\nX : a\r\n\r\n", {400}),
        (GET + b"Host: x\r\nX: a\0b\r\n\r\n", {400}),
        (GET + b"Host: x\r\nX: a\rb\r\n\r\n", {400}),
        (GET + b"Host: x\r\nX\r\n\r\n", {400}),
        (GET + b"Host: x", {400}),
        (b"GET /healthz HTTP/1.1\nHost: x\n\n", {400}),
        (GET + b"Host: x\n\r\n", {400}),
        (GET + b"Host: x\r\nX: y\n\n", {400}),
        (b"GET /healthz\r\n\r\n", {400, 505}),
        (b"GET /healthz HTTP/0.9\r\nHost: x\r\n\r\n", {505}),
        (b"GET /healthz HTTP/2.0\r\nHost: x\r\n\r\n", {505}),
        (b"GET /healthz HTTP/1.2\r\nHost: x\r\n\r\n", {400, 505}),
        (b"GET /health z HTTP/1.1\r\nHost: x\r\n\r\n", {400}),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400, 505}),
        (b"get /healthz HTTP/1.1\r\nHost: x\r\n\r\n", {501}),
        (b"Get /healthz HTTP/1.1\r\nHost: x\r\n\r\n", {501}),
        (b"FOO /healthz HTTP/1.1\r\nHost: x\r\n\r\n", {501}),
        (b"CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n", {501}),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", {400}),
        (GET + b"Host: x\r\n" + b"X: y\r\n" * 200 + b"\r\n", {431}),
        (b"GET /" + b"x" * 300_000, {431}),
    ],
)
def test_what_is_not_a_whole_request_is_refused(
    server: Server, data: bytes, allowed: set[int]
) -> None:
    """One problem document, and the end of the connection."""
    answer = exchange(server, data)
    assert statuses(answer) in [[status] for status in allowed]
    assert b"application/problem+json" in answer
    assert b"connection: close" in answer


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (upload("/sparql", "Content-Length: 6") + ASK, [200]),
        (upload("/sparql", CHUNKED) + b"3\r\nASK\r\n3;a=b\r\n {}\r\n0\r\nT: x\r\n\r\n", [200]),
        (upload("/sparql", "Content-Length: 6", method="QUERY") + ASK, [200]),
        (GET + b"Host:\r\n\r\n", [200]),
        (b"\r\n\r\n" + GET + b"Host: x\r\n\r\n", [200]),
        (b"GET /healthz HTTP/1.0\r\n\r\n", [200]),
        (b"GET http://evil.example/healthz HTTP/1.1\r\nHost: x\r\n\r\n", [200]),
        (GET + b"Host: x\r\nContent-Length: 3\r\n\r\nabc", [200]),
        (GET + b"Host: x\r\nContent-Length: 3\r\n\r\nabc" + GET + b"Host: x\r\n\r\n", [200, 200]),
        ((GET + b"Host: x\r\n\r\n") * 40, [200] * 40),
        (GET + b"Host: x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n", [200]),
        (
            upload("/sparql", CHUNKED) + b"6\r\nASK {}\r\n0\r\n\r\n" + GET + b"Host: x\r\n\r\n",
            [200, 200],
        ),
    ],
)
def test_whole_requests_are_answered(server: Server, data: bytes, expected: list[int]) -> None:
    """In order, one answer each."""
    with connect(server) as channel:
        channel.sendall(data)
        received = b""
        while len(statuses(received)) < len(expected):
            received += channel.recv(65536)
    assert statuses(received) == expected


@pytest.mark.parametrize("name", ["Upgrade", "uPGRADE"])
@pytest.mark.parametrize("method", ["POST", "QUERY", "GET"])
@pytest.mark.parametrize("length", ["Content-Length", CHUNKED])
def test_who_asks_for_an_upgrade_has_a_body_all_the_same(
    server: Server, name: str, method: str, length: str
) -> None:
    """A request within the body of one is no request, wherever the bytes are cut."""
    inner = b"GET /healthz/live HTTP/1.1\r\nHost: x\r\n\r\n"
    body = inner * 2
    size = f"{length}: {len(body)}" if length != CHUNKED else CHUNKED
    content = (
        body if length != CHUNKED else b"%x\r\n%b\r\n0\r\nUpgrade: x\r\n\r\n" % (len(body), body)
    )
    path = "/healthz/live" if method == "GET" else "/sparql"
    upgrade = (f"{name}: h2c", "Connection: Upgrade, HTTP2-Settings", "HTTP2-Settings: AAEAAEAA")
    head = upload(path, size, *upgrade, method=method)
    status = 200 if method == "GET" else 400
    for pieces in ([head + content], [head, content], [head, content[:50], content[50:]]):
        with connect(server) as channel:
            channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for piece in pieces:
                channel.sendall(piece)
                time.sleep(0.02)
            channel.sendall(GET + b"Host: x\r\nConnection: close\r\n\r\n")
            assert statuses(read_all(channel)) == [status, 200]


def test_an_upgrade_that_is_not_made_changes_no_query(server: Server) -> None:
    """As curl --http2 and Java's client send one."""
    upgrade = ("Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings", "HTTP2-Settings: AAEAAEAA")
    with connect(server) as channel:
        channel.sendall(upload("/sparql", "Content-Length: 6", *upgrade) + ASK)
        time.sleep(0.02)
        channel.sendall(GET + b"Host: x\r\nConnection: close\r\n\r\n")
        assert statuses(read_all(channel)) == [200, 200]


def test_a_refusal_says_why_after_head(server: Server) -> None:
    """What is no request has a body in its answer, whatever the request before it was."""
    answer = exchange(server, b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\n\x01\r\n\r\n")
    refusal = answer.partition(b"HTTP/1.1 400 ")[2]
    head, _, body = refusal.partition(b"\r\n\r\n")
    assert b"content-length: %d\r\n" % len(body) in head + b"\r\n"
    assert b'"code":"bad-request"' in body.replace(b" ", b"")


def test_bytes_may_come_one_by_one(server: Server) -> None:
    """Wherever a message is cut, it is the same message."""
    for body in ("Content-Length: 6", CHUNKED):
        content = ASK if body != CHUNKED else b"3\r\nASK\r\n3\r\n {}\r\n0\r\n\r\n"
        with connect(server) as channel:
            for byte in upload("/sparql", body, "Connection: close") + content:
                channel.sendall(bytes([byte]))
            assert statuses(read_all(channel)) == [200]


def test_continue_is_said_where_a_body_is_read(server: Server) -> None:
    """And nowhere else: what would be refused is refused at once (RFC 9110 section 10.1.1)."""
    expect = "Expect: 100-continue"
    with connect(server) as channel:
        channel.sendall(upload("/sparql", "Content-Length: 6", expect, "Connection: close"))
        assert channel.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        channel.sendall(ASK)
        assert statuses(read_all(channel)) == [200]
    for path, status in (("/sparql", 413), ("/validate", 413), ("/doc/commitment", 405)):
        with connect(server) as channel:
            channel.sendall(upload(path, "Content-Length: 9000000", expect))
            assert statuses(read_all(channel)) == [status]


def test_a_body_nobody_takes_is_not_read(server: Server) -> None:
    """10 MB to an address that takes none: refused before it has come."""
    for method, path, status in (
        ("POST", "/doc/commitment", 405),
        ("POST", "/nowhere", 404),
        ("GET", "/healthz", 413),
        ("DELETE", "/sparql", 413),
    ):
        with connect(server) as channel:
            channel.sendall(upload(path, "Content-Length: 10000000", method=method))
            assert statuses(read_all(channel)) == [status]


def test_dropped_uploads_cost_nothing(home: Path, tmp_path: Path) -> None:
    """Who loses the connection more often than failures are allowed has all of them left."""
    server = start_server(home, tmp_path / "log", budget_errors=2, budget_error_refill=0.001)
    try:
        for _ in range(6):
            with connect(server) as channel:
                channel.sendall(upload("/sparql", "Content-Length: 500") + ASK)
            exchange(server, upload("/sparql", CHUNKED) + b"6\r\nASK {}\r\nZZ\r\n")
        whole = upload("/sparql", "Content-Length: 6", "Connection: close") + ASK
        assert statuses(exchange(server, whole, half_close=False)) == [200]
    finally:
        stop_server(server)


def test_uploads_at_once_do_not_mix(server: Server) -> None:
    """Every upload has its own answer."""
    wrong: list[bytes] = []

    def ask(text: bytes, expected: bytes) -> None:
        for _ in range(10):
            answer = exchange(
                server,
                upload("/sparql", f"Content-Length: {len(text)}", "Connection: close") + text,
                half_close=False,
            )
            if expected not in answer:
                wrong.append(answer)

    threads = [
        threading.Thread(target=ask, args=args)
        for args in ((b"ASK {}", b"true"), (b"ASK {FILTER(false)}", b"false")) * 2
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
