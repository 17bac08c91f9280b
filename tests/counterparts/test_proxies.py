"""Behind nginx, Caddy and HAProxy, with the files of `deploy/`: nothing is another site's, and nobody waits for slow ones."""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from support.front_proxies import HOST, FrontProxy, front_proxy
from support.running import Server, start_server, stop_server, wait_for
from support.small import Small

from ogpld.release import ReleaseStore

BASE = f"https://{HOST}/ogp/"
SLOW_CLIENTS = 60


@dataclass
class Reply:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


class _Https(http.client.HTTPSConnection):
    """A connection to the proxy under the name that it has for the world."""

    def __init__(self, proxy: FrontProxy) -> None:
        context = ssl.create_default_context(cafile=str(proxy.certificate))
        super().__init__(HOST, context=context, timeout=30)
        self._place, self._tls = ("127.0.0.1", proxy.port), context

    def connect(self) -> None:
        """Connect to the port it listens on here."""
        self.sock = self._tls.wrap_socket(
            socket.create_connection(self._place, 30), server_hostname=HOST
        )


def ask(proxy: FrontProxy, path: str, method: str = "GET", body: str = "", **headers: str) -> Reply:
    """Ask the proxy."""
    connection = _Https(proxy)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, path, body or None, names)
        response = connection.getresponse()
        return Reply(response.status, response.headers, response.read())
    finally:
        connection.close()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Small:
    """Two releases of a site below a path, set as an operator does."""
    site = Small(tmp_path_factory.mktemp("behind"))
    site.home.mkdir()
    (site.home / "ogpld.toml").write_text(
        f'base_iri = "{BASE}"\nproxies = 1\nlog_requests = true\n'
    )
    for name in ("one", "two"):
        site.publish(line.replace("Albania,AL", f"Albania {name},AL") for line in site.lines)
    return site


@pytest.fixture(scope="module")
def server(small: Small, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server behind the proxies."""
    made = start_server(small.home, tmp_path_factory.mktemp("log") / "log", workers=1)
    yield made
    stop_server(made)


@pytest.fixture(scope="module", params=["nginx", "caddy", "haproxy"])
def proxy(
    request: pytest.FixtureRequest, server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FrontProxy]:
    """Each of the proxies."""
    port = int(server.url.rpartition(":")[2])
    with front_proxy(request.param, tmp_path_factory.mktemp(request.param), port) as made:
        yield made


def test_no_header_and_no_link_is_wrong(proxy: FrontProxy) -> None:
    """Paths below that of the base IRI, the base IRI in data, no trace of the place behind."""
    moved = ask(proxy, "/ogp/id/member/ALB", Accept="text/turtle")
    assert (moved.status, moved.headers["Location"]) == (303, "/ogp/doc/member/ALB")
    for path, accept in (
        ("/ogp/doc/member/ALB", "text/turtle"),
        ("/ogp/doc/member/ALB", "text/html"),
        ("/ogp/", "text/html"),
        ("/ogp/catalog.jsonld", "*/*"),
        ("/ogp/nothing", "*/*"),
    ):
        reply = ask(proxy, path, Accept=accept)
        text = reply.body.decode() + str(reply.headers)
        for wrong in ("127.0.0.1", "localhost", "http://data.example.org", ":8000"):
            assert wrong not in text, (path, wrong)
        links = re.findall(r"<([^>]*)>; *rel", str(reply.headers.get("Link", "")))
        assert all(link.startswith(("/ogp/", "http")) for link in links)
        if "html" in reply.headers["Content-Type"]:
            local = re.findall(r'(?:href|src|action)="(/[^"]*)"', reply.body.decode())
            assert local
            assert all(link.startswith("/ogp/") for link in local)
    turtle = ask(proxy, "/ogp/doc/member/ALB.ttl").body.decode()
    assert f"{BASE}id/member/ALB" in turtle or f"<{BASE}" in turtle
    assert json.loads(ask(proxy, "/ogp/nothing").body)["type"] == "/ogp/errors/not-found"


def test_tags_codings_and_queries_pass(proxy: FrontProxy) -> None:
    """A strong tag stays one, with gzip and without; 304; SPARQL by GET, POST and QUERY, and long ones."""
    for coding in ("identity", "gzip"):
        first = ask(proxy, "/ogp/doc/member/ALB.ttl", Accept_Encoding=coding)
        tag = first.headers["ETag"]
        assert tag.startswith('"')
        assert first.headers.get("Content-Encoding", "identity") == coding
        again = ask(proxy, "/ogp/doc/member/ALB.ttl", Accept_Encoding=coding, If_None_Match=tag)
        assert (again.status, again.body, again.headers["ETag"]) == (304, b"", tag)
    query, kind = "ASK { ?s ?p ?o }", {"Content_Type": "application/sparql-query"}
    long = "ASK%20%7B%7D%23" + "%20" * 60_000
    for reply in (
        ask(proxy, "/ogp/sparql?query=ASK%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D"),
        ask(proxy, "/ogp/sparql", "POST", query, **kind),
        ask(proxy, "/ogp/sparql", "QUERY", query, **kind),
        ask(proxy, f"/ogp/sparql?query={long}"),
    ):
        assert reply.status == 200, reply.body[:300]
        assert json.loads(reply.body)["boolean"] is True
    large = ask(
        proxy, "/ogp/validate?format=json", "POST", "\n" * 4_000_000, Content_Type="text/turtle"
    )
    assert large.status in {200, 400, 422}, large.body[:200]


def test_a_request_has_one_id_and_its_client_one_budget(proxy: FrontProxy, server: Server) -> None:
    """What a client says of itself counts nowhere: not for ids, not for addresses."""
    claimed = "claimed-by-the-client"
    reply = ask(proxy, "/ogp/doc/member/ALB.nt", X_Request_Id=claimed)
    name = reply.headers["X-Request-Id"]
    assert name != claimed
    assert re.fullmatch(r"[0-9a-f-]{32,36}", name)
    wait_for(lambda: f"request={name}" in server.log.read_text(), 5)
    left = []
    for number in range(2):
        query = f"/ogp/sparql?query=ASK%20%7B%7D%23{time.monotonic_ns()}SELECT{number}("
        reply = ask(proxy, query.replace("ASK", "AS"), X_Forwarded_For=f"203.0.113.{number}")
        left.append(re.search(r'"?query-errors"?;r=(\d+)', reply.headers["RateLimit"]))
    assert left[0]
    assert left[1]
    assert int(left[1][1]) < int(left[0][1]), "each claimed address has a budget of its own"


def test_slow_clients_hold_up_nobody(proxy: FrontProxy) -> None:
    """Half a head, half a body, an answer that is not read: honest requests go on beside them."""
    context = ssl.create_default_context(cafile=str(proxy.certificate))
    begin = [
        b"GET /ogp/ HTTP/1.1\r\nHost: data.example.org\r\nX: ",
        b"POST /ogp/validate HTTP/1.1\r\nHost: data.example.org\r\nContent-Type: text/turtle\r\nContent-Length: 900000\r\n\r\n#",
        b"GET /ogp/catalog.ttl HTTP/1.1\r\nHost: data.example.org\r\n\r\n",
    ]
    with contextlib.ExitStack() as held:
        for number in range(SLOW_CLIENTS):
            plain = socket.create_connection(("127.0.0.1", proxy.port), 10)
            slow = held.enter_context(context.wrap_socket(plain, server_hostname=HOST))
            slow.sendall(begin[number % len(begin)])
        times = []
        for number in range(20):
            began = time.monotonic()
            assert ask(proxy, f"/ogp/doc/member?limit={number + 1}").status == 200
            times.append(time.monotonic() - began)
    assert sorted(times)[10] < 2
    assert max(times) < 10


def test_a_switch_of_release_fails_no_request(proxy: FrontProxy, small: Small) -> None:
    """Under load; both releases are seen."""
    seen: set[bytes] = set()
    wrong: list[int] = []
    stop = threading.Event()
    releases = ReleaseStore(small.home)

    def load() -> None:
        while not stop.is_set():
            reply = ask(proxy, "/ogp/doc/member/ALB.nt")
            seen.add(reply.body)
            if reply.status != 200:
                wrong.append(reply.status)
            time.sleep(0.02)

    thread = threading.Thread(target=load)
    thread.start()
    try:
        current = releases.current_name()
        (other,) = (release for release in releases.releases() if release.id != current)
        wait_for(lambda: seen)
        releases.use(other)
        wait_for(lambda: len(seen) == 2)
    finally:
        stop.set()
        thread.join()
    assert wrong == []
