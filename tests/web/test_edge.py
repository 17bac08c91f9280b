"""What clients can make the server hold is bounded: connections, bodies, answers, and the time for each."""

from __future__ import annotations

import asyncio
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import cast
from urllib.parse import quote

import pytest
import requests
from support.raw_http import connect, exchange, read_all, statuses, upload
from support.running import Server, environment, patient, start_server, stop_server, wait_for

from ogpld.config import Settings
from ogpld.web.current.current_release import CurrentRelease
from ogpld.web.server.application import WebApplication
from ogpld.web.server.held_bytes import HeldBytes
from ogpld.web.server.response_cache import ResponseCache

GET = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
#: An answer of about 4 MB.
LARGE = f'SELECT ?s ("{"x" * 850}" AS ?x) {{ ?s ?p ?o }} LIMIT 4000'


@pytest.fixture(scope="module")
def tight(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with small bounds."""
    started = start_server(
        home,
        tmp_path_factory.mktemp("log") / "serve.log",
        connections=60,
        client_connections=20,
        body_deadline=3,
        body_memory=2_000_000,
        send_deadline=3,
        send_memory=10_000_000,
        budget_seconds=0,
        budget_errors=0,
        budget_pages=0,
        client_queries=0,
        client_checks=0,
        client_pages=0,
        workers=1,
    )
    yield started
    stop_server(started)


@pytest.fixture(scope="module", autouse=True)
def waiting(tight: Server) -> Iterator[dict[str, socket.socket]]:
    """Connections of another client that let the server wait, opened before all tests: some may for half a minute."""
    path = f"/sparql?query={quote(LARGE)}"
    assert tight.get(path).status_code == 200
    large = f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    chunked = upload("/validate", "Transfer-Encoding: chunked", kind="text/csv")
    begun = {
        "silent": b"",
        "half a head": GET[:20],
        "half a body": upload("/sparql", "Content-Length: 500") + b"ASK",
        "half an unwanted body": upload("/doc/x", "Content-Length: 500") + b"ASK",
        "half a chunk": chunked + b"400\r\nkey",
        "unread": large,
        "unread, many times": large * 9,
        "idle": GET,
        "half of HTTP/2": b"PRI * HTTP/2.0\r\n\r\n",
    }
    with ExitStack() as stack:
        channels = {name: stack.enter_context(connect(tight, source="127.0.0.2")) for name in begun}
        for name, data in begun.items():
            channels[name].sendall(data)
        yield channels


def web_process(server: Server) -> int:
    """Return the process that answers."""
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text()
    return int(children.split()[0])


def resident(server: Server) -> int:
    """Return bytes of memory of the process that answers."""
    status = Path(f"/proc/{web_process(server)}/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) * 1024


@contextmanager
def connections(server: Server, count: int, data: bytes) -> Iterator[list[socket.socket]]:
    """Open connections that send these bytes, as far as the server lets them."""
    channels = []
    for _ in range(count):
        channels.append(connect(server))
        with suppress(ConnectionError):
            channels[-1].sendall(data)
    yield channels
    for channel in channels:
        channel.close()


def is_closed(channel: socket.socket) -> bool:
    """Say whether the server has closed a connection, reading what it sent."""
    channel.setblocking(False)
    try:
        while channel.recv(65536):
            pass
    except BlockingIOError:
        return False
    except ConnectionError:
        return True
    return True


def honest(server: Server) -> float:
    """Return the seconds that a page and a query take; both must be answered."""
    began = time.monotonic()
    assert server.get("/doc/commitment/EE0050.ttl").status_code == 200
    query = requests.post(f"{server.url}/sparql", data={"query": "ASK {}"}, timeout=20)
    assert query.status_code == 200
    return time.monotonic() - began


@pytest.mark.parametrize("method", ["silent", "idle", "half"])
def test_connections_of_a_client_are_bounded(tight: Server, method: str) -> None:
    """The oldest idle ones make room, so that the client itself is still answered."""
    data = {"silent": b"", "idle": GET, "half": GET[:9]}[method]
    with connections(tight, 100, data) as channels:
        wait_for(lambda: sum(not is_closed(channel) for channel in channels) <= 20, 5)
        # none of those that are being answered makes room
        wait_for(lambda: tight.get("/healthz/live").status_code == 200, 5)
        assert honest(tight) < patient(5)
        assert sum(not is_closed(channel) for channel in channels) <= 20


def test_a_proxy_may_have_all_connections(home: Path, tmp_path: Path) -> None:
    """Where connections are those of our own proxy, the bound of a client is not its bound."""
    server = start_server(
        home, tmp_path / "log", proxies=1, connections=60, client_connections=5, workers=1
    )
    try:
        data = GET.replace(b"x\r\n", b"x\r\nX-Forwarded-For: 203.0.113.7\r\n", 1)
        with connections(server, 50, data) as channels:
            assert all(b"200 OK" in channel.recv(100) for channel in channels)
            assert not any(is_closed(channel) for channel in channels)
    finally:
        stop_server(server)


def test_bodies_are_bounded(tight: Server) -> None:
    """Many uploads that are left open: those past the bound end, and others are answered."""
    before = resident(tight)
    head = upload("/validate", "Content-Length: 900001", kind="text/csv")
    with connections(tight, 18, head + b"x" * 900_000) as channels:
        assert honest(tight) < patient(5)
        assert resident(tight) - before < 20_000_000
        answers = [read_all(channel) for channel in channels]  # the deadline ends the rest
    assert {status for answer in answers for status in statuses(answer)} <= {408, 503}
    assert sum(503 in statuses(answer) for answer in answers) >= 10


def test_unread_answers_are_bounded(tight: Server) -> None:
    """A kept answer is in memory once, however many do not read it."""
    path = f"/sparql?query={quote(LARGE)}"
    assert tight.get(path).status_code == 200
    before = resident(tight)
    data = f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode() * 3
    with connections(tight, 18, data):
        assert honest(tight) < patient(5)
        assert resident(tight) - before < 20_000_000


def test_a_slow_reader_gets_all_of_an_answer(tight: Server) -> None:
    """Who reads at all may take longer than the deadline of a piece."""
    path = f"/sparql?query={quote(LARGE)}"
    expected = len(tight.get(path).content)
    with connect(tight) as channel:
        channel.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        channel.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        received, began = bytearray(), time.monotonic()
        while data := channel.recv(65536):
            received += data
            time.sleep(0.08)
    assert time.monotonic() - began > 3
    assert len(received.partition(b"\r\n\r\n")[2]) == expected


def test_one_large_answer_is_sent_whole(tight: Server) -> None:
    """Even where it alone is more than a client may have: nobody gets a piece of one."""
    things = "".join(f"<a:{n}> <a:b> 1 .\n" for n in range(15_000))
    headers = {"Content-Type": "text/turtle", "Accept": "application/rdf+xml"}
    headers["Accept-Encoding"] = "identity"
    answer = requests.post(f"{tight.url}/validate", data=things, headers=headers, timeout=60)
    assert answer.status_code == 200
    assert len(answer.content) == int(answer.headers["Content-Length"]) > 5_000_000


def test_finished_uploads_leave_nothing(tight: Server) -> None:
    """Bodies do not wait for the collector of cycles."""
    body = b"key\n" + b"x" * 900_000
    head = upload("/validate", f"Content-Length: {len(body)}", "Connection: close", kind="text/csv")
    exchange(tight, head + body, half_close=False)
    before = resident(tight)
    for _ in range(30):
        exchange(tight, head + body, half_close=False)
    assert resident(tight) - before < 15_000_000


def test_a_killed_web_process_is_replaced(home: Path, tmp_path: Path) -> None:
    """Main stays, listens on, and starts another; clients wait meanwhile rather than being refused."""
    server = start_server(home, tmp_path / "log", workers=1)
    try:
        first = web_process(server)
        os.kill(first, signal.SIGKILL)
        assert server.get("/doc/commitment/EE0050.ttl").status_code == 200
        assert web_process(server) != first
        assert server.process.poll() is None
        assert "the web process ended (SIGKILL" in server.log.read_text()
    finally:
        stop_server(server)
    assert server.process.returncode == 0


def test_a_web_process_that_hangs_is_replaced(home: Path, tmp_path: Path) -> None:
    """Its parent hears its event loop go round; one that stands still is killed, and the log says so."""
    script = (
        "import sys, ogpld.web.server.parent_process as parent; parent._LOOK, parent._SILENT_LOOKS = 0.2, 15;"
        "sys.exit(parent.main(int(sys.argv[1])))"
    )
    log = tmp_path / "log"
    with socket.create_server(("127.0.0.1", 0)) as listening, log.open("wb") as stream:
        number = listening.fileno()
        process = subprocess.Popen(
            [sys.executable, "-c", script, str(number)],
            env=environment(home, workers=1, log_format="json"),
            pass_fds=(number,),
            stderr=stream,
        )
        server = Server(process, f"http://127.0.0.1:{listening.getsockname()[1]}", log)
        try:
            assert server.get("/healthz").status_code == 200
            first = web_process(server)
            os.kill(first, signal.SIGSTOP)
            wait_for(lambda: "the web process hangs" in log.read_text(), 20)
            assert server.get("/healthz").status_code == 200
            assert web_process(server) != first
        finally:
            stop_server(server)
    messages = [json.loads(line)["message"] for line in log.read_text().splitlines()]
    assert messages[0].startswith("the web process hangs")
    assert messages[-2].startswith("SIGTERM: ending")
    assert messages[-1].startswith("ended")
    assert process.returncode == 0


def test_a_large_file_is_sent_whole_and_in_parts(dumped_server: Server) -> None:
    """From the file, to many at once; HEAD has its length."""
    path = dumped_server.get("/dump/current/codes/data.nq.gz").headers["Location"]
    whole = dumped_server.get(path).content
    head = requests.head(dumped_server.url + path, timeout=20)
    assert head.headers["Content-Length"] == str(len(whole))
    results: list[bytes] = []

    def fetch() -> None:
        results.append(dumped_server.get(path, headers={"Range": "bytes=10-"}).content)

    threads = [threading.Thread(target=fetch) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [whole[10:]] * 8


def test_what_is_held_together_counts_once() -> None:
    """By client and in all; over a bound those that hold are named."""
    held: HeldBytes[str] = HeldBytes(100)
    for holder, client, content, size in (
        ("a", "one", "kept", 40),
        ("b", "one", "kept", 40),
        ("c", "two", "kept", 40),
        ("d", "two", "own", 8),
    ):
        held.hold(holder, client, content, size)
    assert held.size == 48
    assert held.over("one") == held.over("two") == []
    held.hold("d", "two", "own", 30)
    assert sorted(held.over("two")) == ["c", "d"]
    assert held.over("one") == []
    held.hold("e", "three", "other", 45)
    assert sorted(held.over("three")) == ["a", "b", "c", "d", "e"]
    held.hold("f", "four", "large", 200)
    assert sorted(held.over("four", fewest=2)) == ["a", "b", "c", "d", "e", "f"]
    for holder in "abcde":
        held.release(holder)
    assert (held.over("four"), held.over("four", fewest=2)) == (["f"], [])
    held.release("f")
    held.release("nobody")
    assert held.size == 0
    assert held.over("one") == []


def test_a_fault_has_an_id_that_the_log_has(caplog: pytest.LogCaptureFixture) -> None:
    """Outside of Flask as well: nothing ends as an empty 500."""

    class Broken:
        """An application that fails, over a release that is closing."""

        current_release = CurrentRelease(Settings())

        def __call__(self, *_: object) -> list[bytes]:
            raise RuntimeError("broken")

    application = WebApplication(cast(ResponseCache, Broken()), lambda *_: 0, 2, 100)

    async def answer() -> bytes:
        done = asyncio.get_running_loop().create_future()
        application.start({"wsgi.input": io.BytesIO()}, done.set_result)
        result = await asyncio.wait_for(done, 10)
        assert result.head.startswith(b"HTTP/1.1 500 ")
        body: bytes = result.body
        return body

    problem = json.loads(asyncio.run(answer()))
    assert problem["code"] == "internal"
    assert f"unexpected error {problem['id']}" in caplog.text
    assert "broken" not in str(problem)


def test_nothing_waits_for_ever(waiting: dict[str, socket.socket]) -> None:
    """No first byte, half a head, half a body, half a chunk, an unread answer, no second request."""
    unread = {"unread", "unread, many times"}  # reading them would help them on
    wait_for(lambda: all(is_closed(waiting[name]) for name in waiting.keys() - unread), 60)
    for name in unread:
        assert len(read_all(waiting[name])) < 3_000_000, name


@pytest.mark.parametrize("number", [1, 40, 100])
def test_whole_requests_before_a_half_close_are_answered(tight: Server, number: int) -> None:
    """However many there are; one that is cut after them is refused."""
    get = b"GET /robots.txt HTTP/1.1\r\nHost: x\r\n\r\n"
    assert (
        tight.get("/robots.txt", headers={"Accept": "", "Accept-Encoding": ""}).status_code == 200
    )
    assert statuses(exchange(tight, get)) == [200], "it is kept from here on"
    assert statuses(exchange(tight, get * number)) == [200] * number
    assert statuses(exchange(tight, get * number + get[:20])) == [*[200] * number, 400]
