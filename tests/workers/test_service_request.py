"""The process that asks other endpoints: which addresses it asks, and what it takes for an answer."""

from __future__ import annotations

import ipaddress
import json
import shutil
import socket
import ssl
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from support.programs import demand, output

from ogpld.workers import service_request
from ogpld.workers.service_request import (
    FaultError,
    is_allowed,
    read_answer,
    read_results,
    resolve,
)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.1.2.3", "0.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
        "::", "::1", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1", "fec0::1", "feff::1", "3fff::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "::ffff:169.254.169.254", "2002:7f00:1::", "2002:a00:1::",
        "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2001:0:4136:e378:8000:63bf:80ff:fffe",
    ],
)  # fmt: skip
def test_what_is_not_public_is_not_asked(address: str) -> None:
    """Also where an IPv6 address stands for an IPv4 one."""
    assert not is_allowed(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::1111", "::ffff:93.184.216.34"])
def test_what_is_public_is_asked(address: str) -> None:
    """Of both versions."""
    assert is_allowed(ipaddress.ip_address(address))


def _resolving(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Have a name resolve to other addresses each time; return the names that are looked up."""
    names: list[str] = []

    def look_up(host: str, port: int, *_: object, **__: object) -> list[object]:
        names.append(host)
        return [(2, 1, 6, "", (text, port)) for text in answers[len(names) - 1]]

    monkeypatch.setattr("socket.getaddrinfo", look_up)
    return names


def test_a_name_with_one_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the others are: who answers for the name decides from one moment to the next."""
    _resolving(monkeypatch, ["93.184.216.34", "127.0.0.1"], ["93.184.216.34"])
    with pytest.raises(FaultError) as caught:
        resolve("either.example", 443, secure=True)
    assert caught.value.kind == "address"
    assert resolve("either.example", 443, secure=True) == "93.184.216.34"


def test_a_name_that_moves_is_asked_where_it_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is resolved once: the second answer, which is this machine, is never heard."""
    names = _resolving(monkeypatch, ["93.184.216.34"], ["127.0.0.1"])
    reached: list[str] = []

    def connect(address: tuple[str, int], *_: object) -> None:
        reached.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr("socket.create_connection", connect)
    with pytest.raises(FaultError, match="ConnectionRefusedError"):
        read_answer(task("https://moving.example/sparql"))
    assert (names, reached) == (["moving.example"], ["93.184.216.34"])


@pytest.mark.parametrize(
    ("endpoint", "kind"),
    [
        ("https://127.0.0.1/", "address"),
        ("https://localhost/", "address"),
        ("https://[::1]/", "address"),
        ("https://[::ffff:127.0.0.1]/", "address"),
        ("https://169.254.169.254/latest", "address"),
        ("http://localhost/", "address"),
        ("http://93.184.216.34/", "address"),
        ("http://10.0.0.1/", "address"),
        ("https://nowhere.invalid/", "failed"),
    ],
)
def test_addresses_that_are_not_asked(endpoint: str, kind: str) -> None:
    """Without TLS only this machine, by its number; with TLS only what is public."""
    with pytest.raises(FaultError) as caught:
        read_answer(task(endpoint))
    assert caught.value.kind == kind


def task(endpoint: str) -> dict[str, Any]:
    """Return a task with small bounds."""
    return {"endpoint": endpoint, "query": "ASK {}", "rows": 2, "bytes": 10_000, "seconds": 2.0}


def _served(answer: bytes, *, endless: bytes = b"") -> Iterator[str]:
    """Serve bytes as they are to one client."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                client, _ = server.accept()
                with client:
                    client.settimeout(5)
                    client.recv(65_536)
                    client.sendall(answer)
                    while endless:
                        client.sendall(endless)
                    client.shutdown(socket.SHUT_WR)
                    client.recv(1)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/sparql"
        thread.join()


served = contextmanager(_served)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (b"", "failed", "RemoteDisconnected"),
        (b"\x16\x03\x01 not HTTP\r\n\r\n", "failed", "BadStatusLine"),
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\n\r\n", "failed", "redirects"),
        (b"HTTP/1.1 307 T\r\nLocation: https://a.example/\r\n\r\n", "failed", "redirects"),
        (b"HTTP/1.1 500 Error\r\nContent-Length: 2\r\n\r\n{}", "failed", "500"),
        (b"HTTP/1.1 206 Part\r\n\r\n{}", "failed", "206"),
        (b"HTTP/1.1 200 OK\r\n\r\n{}", "failed", "no type"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>", "failed", "text/html"),
        (HEAD + b"Content-Encoding: gzip\r\n\r\n\x1f\x8b", "failed", "coding"),
        (HEAD + b"Content-Length: 500\r\n\r\n{", "failed", "whole"),
        (CHUNKED + b"5\r\n{", "failed", "Incomplete"),
        (CHUNKED + b"-1\r\n{", "failed", "cannot be asked"),
        (HEAD + b"Content-Length: 20000\r\n\r\n" + b" " * 20_000, "limit", "10,000 bytes"),
        (HEAD + b"X: " + b"x" * 70_000, "failed", "LineTooLong"),
        (HEAD + b"X: x\r\n" * 200, "failed", "headers"),
    ],
)
def test_what_is_no_whole_answer_is_refused(answer: bytes, kind: str, words: str) -> None:
    """With what it was."""
    with served(answer) as endpoint, pytest.raises(FaultError, match=words) as caught:
        read_answer(task(endpoint))
    assert caught.value.kind == kind


@pytest.mark.parametrize("answer", [HEAD + b"\r\n", CHUNKED])
def test_a_body_without_end_ends_at_the_limit(answer: bytes) -> None:
    """However it is sent."""
    piece = b"800\r\n" + b" " * 0x800 + b"\r\n"
    with served(answer, endless=piece) as endpoint, pytest.raises(FaultError) as caught:
        read_answer(task(endpoint))
    assert caught.value.kind == "limit"


@pytest.mark.counterpart("openssl")
def test_the_certificate_is_that_of_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that nobody vouches for, and one of another name, are no connection."""
    demand("openssl", there=bool(shutil.which("openssl")), lacking="install openssl")
    files = {"-keyout": tmp_path / "key.pem", "-out": tmp_path / "certificate.pem"}
    output(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
         "-subj", "/CN=a.example", "-addext", "subjectAltName=DNS:a.example", "-days", "2",
         *(part for pair in files.items() for part in pair)]
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files["-out"], files["-keyout"])
    monkeypatch.setattr(service_request, "resolve", lambda *_, **__: "127.0.0.1")
    body = results({})

    class Endpoint(BaseHTTPRequestHandler):
        """Answers every query alike."""

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Type", "application/sparql-results+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    class Server(ThreadingHTTPServer):
        """The thread that serves a connection makes it safe, and closes it."""

        def finish_request(self, request: Any, client_address: Any) -> None:
            with context.wrap_socket(request, server_side=True) as secure:
                super().finish_request(secure, client_address)

    with Server(("127.0.0.1", 0), Endpoint) as server:
        monkeypatch.setattr(server, "handle_error", lambda *_: None)  # connections that are refused
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_port
        with pytest.raises(FaultError, match="CERTIFICATE_VERIFY_FAILED"):
            read_answer(task(f"https://a.example:{port}/"))
        monkeypatch.setenv("SSL_CERT_FILE", str(files["-out"]))
        with pytest.raises(FaultError, match=r"not valid for 'b\.example'"):
            read_answer(task(f"https://b.example:{port}/"))
        assert read_answer(task(f"https://a.example:{port}/")) == body
        server.shutdown()


def test_the_process_that_reads_an_answer_opens_nothing() -> None:
    """Neither a file nor a socket: what is wrong in an answer has nowhere to go."""
    program = """
import socket, sys
from ogpld.workers import service_request
service_request._forbid_new_files()
for open_one in (lambda: open("/etc/passwd"), socket.socket):
    try:
        open_one()
    except OSError as error:
        print(error.errno == 24)
"""
    assert output([sys.executable, "-c", program]).split() == ["True", "True"]


def results(*rows: dict[str, object], names: list[str] | None = None) -> bytes:
    """Return results in JSON."""
    head = {"vars": names if names is not None else ["x"]}
    return json.dumps({"head": head, "results": {"bindings": rows}}).encode()


def test_terms_are_written_as_sparql_has_them() -> None:
    """Every character of a text stays that character; what is not bound is UNDEF."""
    terms = {
        '"a\\"b\\\\c\\nd\\re"': {"type": "literal", "value": 'a"b\\c\nd\re'},
        '"x"@en-GB': {"type": "literal", "value": "x", "xml:lang": "en-GB"},
        '"1"^^<http://www.w3.org/2001/XMLSchema#integer>': {
            "type": "typed-literal", "value": "1", "datatype": "http://www.w3.org/2001/XMLSchema#integer",
        },
        "<http://a.example/ü>": {"type": "uri", "value": "http://a.example/ü"},
    }  # fmt: skip
    body = results(*({"x": term} for term in terms.values()), {})
    assert read_results(body, 10) == (["x"], [*([text] for text in terms), ["UNDEF"]])


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "failed"),
        (b"\xff\xfe", "failed"),
        (b"<html>", "failed"),
        (b"[]", "failed"),
        (b'{"head": {}, "boolean": true}', "failed"),
        (b"[" * 200_000, "failed"),
        (results({"x": {"type": "uri", "value": "http://a/> } SERVICE <http://b/"}}), "failed"),
        (results({"x": {"type": "uri", "value": "relative"}}), "failed"),
        (results({"x": {"type": "literal", "value": "a", "xml:lang": "en } UNION {"}}), "failed"),
        (results({"x": {"type": "literal", "value": "a", "datatype": "x> ."}}), "failed"),
        (results({"x": {"type": "literal", "value": "\ud800"}}), "failed"),
        (results({"x": {"type": "triple", "value": {}}}), "failed"),
        (results({"x": {"type": "literal", "value": 1}}), "failed"),
        (results({"x": "a"}), "failed"),
        (results(names=["x) {} }"]), "failed"),
        (results(names=["x", "x"]), "failed"),
        (results(names=[f"x{n}" for n in range(101)]), "failed"),
        (results({"x": {"type": "bnode", "value": "b0"}}), "limit"),
        (results({}, {}, {}), "limit"),
    ],
)
def test_what_is_no_answer_is_refused(body: bytes, kind: str) -> None:
    """Nothing of it comes into a query."""
    with pytest.raises(FaultError) as caught:
        read_results(body, 2)
    assert caught.value.kind == kind
