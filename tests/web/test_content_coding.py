"""Content codings as RFC 9110 sections 8.4, 12.5.3 and 13 have them, with a client that decompresses nothing."""

from __future__ import annotations

import gzip
import http.client
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit

import pytest
from support.running import Server
from werkzeug.test import Client

from ogpld.config import Settings
from ogpld.formats.media import MEDIA_TYPES
from ogpld.web.http import finish
from ogpld.web.http.content_coding import acceptable, gains, no_transform, plain_tag, tag_of
from ogpld.web.server.create_application import create_wsgi_application

ROWS = "/sparql?format=json&query=" + quote("SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 500")
#: What is larger than a packet: kept, not kept, of several types, static, from a worker.
LARGE = (
    "/doc/commitment/EE0050.ttl",
    "/doc/commitment/EE0050.html",
    "/doc/commitment/EE0050",
    "/catalog.ttl",
    "/catalog.jsonld",
    "/doc/commitment.html",
    "/doc/commitment.csv?page=1",
    "/feed.atom",
    "/ldes.ttl",
    "/static/style.css",
    "/context.jsonld",
    ROWS,
)


class Reply(NamedTuple):
    """What came, as it came."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def tag(self) -> str:
        """The ETag, "" for none."""
        return self.headers.get("etag", "")

    @property
    def vary(self) -> set[str]:
        """Names in Vary."""
        return set(self.headers.get("vary", "").lower().split(", "))


def ask(
    server: Server, path: str, coding: str = "", method: str = "GET", body: str = "", **more: str
) -> Reply:
    """Send a request whose only headers are these."""
    parts = urlsplit(server.url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=30)
    connection.putrequest(method, path, skip_accept_encoding=True)
    headers = {name.replace("_", "-"): value for name, value in more.items()}
    if coding:
        headers["Accept-Encoding"] = coding
    if body:
        headers["Content-Length"] = str(len(body))
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders(body.encode() or None)
    response = connection.getresponse()
    reply = Reply(
        response.status,
        {name.lower(): value for name, value in response.getheaders()},
        response.read(),
    )
    connection.close()
    return reply


@pytest.mark.parametrize(
    ("header", "codings"),
    [
        ("", ("",)),
        ("gzip", ("gzip", "")),
        ("x-gzip", ("gzip", "")),
        ("GZip ; Q=0.3", ("gzip", "")),
        ("deflate, gzip;q=1.0, *;q=0.5", ("gzip", "")),
        ("br", ("",)),
        ("*", ("gzip", "")),
        ("gzip;q=0", ("",)),
        ("gzip;q=0, *", ("",)),
        ("gzip;q=0.000, identity", ("",)),
        ("gzip;q=0.5, identity;q=0.8", ("", "gzip")),
        ("identity;q=0.1, gzip", ("gzip", "")),
        ("identity", ("",)),
        ("identity, *;q=0", ("",)),
        ("identity;q=0, gzip", ("gzip",)),
        ("gzip, *;q=0", ("gzip",)),
        ("identity;q=0", ()),
        ("*;q=0", ()),
        ("identity;q=0, br", ()),
        ("gzip;q=2, br;q=", ("",)),
        ("gzip;q=0.5;q=1,,", ("",)),
        ("gzip," * 200, ("gzip", "")),
    ],
)
def test_codings_are_accepted_by_their_weights(header: str, codings: tuple[str, ...]) -> None:
    """12.5.3; a weight that is none is passed over with its coding."""
    assert acceptable({"HTTP_ACCEPT_ENCODING": header}) == codings


def test_an_absurd_header_is_passed_over() -> None:
    """Whoever sends 200 kB of codings holds nobody up with them, and gets the plain bytes."""
    assert acceptable({"HTTP_ACCEPT_ENCODING": "gzip" + ", a;q=0.1" * 20_000}) == ("",)


def test_a_range_and_no_transform_want_the_plain_bytes() -> None:
    """Unless these are refused."""
    for more in ({"HTTP_RANGE": "bytes=0-1"}, {"HTTP_CACHE_CONTROL": "max-age=0, No-Transform"}):
        assert acceptable({"HTTP_ACCEPT_ENCODING": "gzip", **more}) == ("",)
        assert acceptable({"HTTP_ACCEPT_ENCODING": "gzip, *;q=0", **more}) == ("gzip",)
    assert no_transform("no-transform")
    assert not no_transform("max-age=3, no-transformation")


def test_texts_gain_and_what_is_packed_does_not() -> None:
    """Every type of ours is one or the other."""
    not_texts = {row.type for row in MEDIA_TYPES if not gains(row.type)}
    assert not_texts == {
        "application/octet-stream",
        "application/gzip",
        "application/wasm",
        "image/png",
        "application/x-www-form-urlencoded",
        "application/vnd.sqlite3",
        "application/vnd.apache.parquet",
        *(row.type for row in MEDIA_TYPES if row.name in {"xlsx", "xls", "xlsb", "xlsm"}),
        *(row.type for row in MEDIA_TYPES if row.name in {"ods", "numbers"}),
    }
    assert gains("image/svg+xml")
    assert not gains("image/png")


def test_tags_of_codings_lead_back() -> None:
    """The plain one is its own."""
    assert plain_tag(tag_of('"5d41-ttl"', "gzip"), "gzip") == '"5d41-ttl"'
    assert tag_of('"5d41-ttl"', "") == plain_tag('"5d41-ttl"', "") == '"5d41-ttl"'
    assert tag_of("", "gzip") == ""


@pytest.mark.parametrize("path", LARGE)
def test_a_large_text_is_compressed_for_who_accepts_it(server: Server, path: str) -> None:
    """The same bytes within; both forms say that they vary, and have a strong ETag of their own."""
    plain = ask(server, path)
    assert "content-encoding" not in plain.headers
    for _ in range(2):  # the second may be one that is kept
        zipped = ask(server, path, "gzip, deflate, br, zstd")
        assert (zipped.status, zipped.headers["content-encoding"]) == (200, "gzip")
        assert gzip.decompress(zipped.body) == plain.body
        assert len(zipped.body) == int(zipped.headers["content-length"]) < len(plain.body)
        assert "accept-encoding" in zipped.vary
        assert zipped.vary == plain.vary
        assert zipped.tag == tag_of(plain.tag, "gzip")
        assert not zipped.tag.startswith("W/")
        for name in ("cache-control", "content-type", "link", "access-control-allow-origin"):
            assert zipped.headers.get(name) == plain.headers.get(name)
        head = ask(server, path, "gzip", "HEAD")
        for name in ("etag", "content-encoding", "content-length", "vary", "content-type"):
            assert head.headers[name] == zipped.headers[name]
        assert head.body == b""
    assert ask(server, path).body == plain.body


@pytest.mark.parametrize("path", LARGE)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_preconditions_name_a_coding(server: Server, path: str, method: str) -> None:
    """304 for the form the client has, where it accepts that; If-Match gets the form it names."""
    plain, zipped = ask(server, path), ask(server, path, "gzip")
    both = f"{plain.tag}, {zipped.tag}"
    for tags, accepted, tag in (
        (zipped.tag, "gzip", zipped.tag),
        (f"W/{zipped.tag}", "gzip", zipped.tag),
        (plain.tag, "gzip", plain.tag),
        (both, "gzip", zipped.tag),
        ("*", "gzip", zipped.tag),
        (plain.tag, "", plain.tag),
        (both, "", plain.tag),
        (zipped.tag, "gzip, identity;q=0", zipped.tag),
    ):
        again = ask(server, path, accepted, method, If_None_Match=tags)
        assert (again.status, again.tag, again.body) == (304, tag, b"")
        assert again.vary == zipped.vary
        assert "content-encoding" not in again.headers
    assert ask(server, path, "", method, If_None_Match=zipped.tag).tag == plain.tag
    fresh = ask(server, path, "gzip, identity;q=0", method, If_None_Match=plain.tag)
    assert (fresh.status, fresh.tag) == (200, zipped.tag)
    for tags, accepted, status, tag in (
        (zipped.tag, "gzip", 200, zipped.tag),
        (plain.tag, "gzip", 200, plain.tag),
        ("*", "gzip", 200, zipped.tag),
        (zipped.tag, "", 412, ""),
        (f"W/{zipped.tag}", "gzip", 412, ""),
        ('"other"', "gzip", 412, ""),
    ):
        reply = ask(server, path, accepted, method, If_Match=tags)
        assert (reply.status, reply.tag) == (status, tag)
    assert (
        ask(server, path, "gzip").tag == zipped.tag
    )  # what If-Match asked for is not kept for others


def test_who_refuses_the_plain_bytes_gets_the_others(server: Server) -> None:
    """Small ones too; errors as well; 406 where there is nothing else."""
    for path in (*LARGE, "/healthz", "/static/icon.svg"):
        reply = ask(server, path, "gzip, identity;q=0")
        assert (reply.status, reply.headers["content-encoding"]) == (200, "gzip")
        assert gzip.decompress(reply.body)
    missing = ask(server, "/doc/commitment/ZZ", "gzip;q=0.5, *;q=0")
    assert missing.status == 404
    assert b"not-found" in gzip.decompress(missing.body)
    for coding in ("identity;q=0", "*;q=0", "br, identity;q=0"):
        reply = ask(server, LARGE[0], coding)
        assert reply.status == 406
        assert b'"content-coding"' in reply.body


def test_a_small_answer_is_sent_as_it_is_and_says_that_others_are_not(server: Server) -> None:
    """Below a packet nothing is gained."""
    reply = ask(server, "/static/icon.svg", "gzip")
    assert "content-encoding" not in reply.headers
    assert reply.vary == {"accept-encoding"}


def test_files_are_sent_as_they_are(dumped_server: Server) -> None:
    """Dumps and workbooks: no coding, no Vary, ranges; 406 for who refuses that."""
    release = ask(dumped_server, "/dump").headers["location"]
    for path in (f"{release}/est/commitment.csv", "/doc/commitment.xlsx"):
        reply = ask(dumped_server, path, "gzip")
        assert reply.status == 200, path
        assert "content-encoding" not in reply.headers
        assert "accept-encoding" not in reply.vary
        assert ask(dumped_server, path, "gzip, identity;q=0").status == 406
        assert ask(dumped_server, path, "gzip", If_None_Match=reply.tag).status == 304
    part = ask(dumped_server, f"{release}/est/commitment.csv", "gzip", Range="bytes=0-9")
    assert (part.status, len(part.body)) == (206, 10)


def test_a_whole_list_is_compressed_as_a_file(server: Server) -> None:
    """The same bytes each time, with a tag of their own; ranges are of the plain bytes."""
    path = "/doc/assessment.csv"
    plain, zipped = ask(server, path), ask(server, path, "gzip")
    assert (plain.status, zipped.status) == (200, 200)
    assert "content-encoding" not in plain.headers
    assert zipped.headers["content-encoding"] == "gzip"
    assert gzip.decompress(zipped.body) == plain.body
    assert len(plain.body) > 3 * len(zipped.body) == 3 * int(zipped.headers["content-length"])
    assert "accept-encoding" in plain.vary & zipped.vary
    assert zipped.tag == tag_of(plain.tag, "gzip")
    assert ask(server, path, "gzip", "HEAD").headers["content-length"] == str(len(zipped.body))
    assert ask(server, path, "gzip, identity;q=0").body == zipped.body
    for tag in (plain.tag, zipped.tag):
        reply = ask(server, path, "gzip", If_None_Match=tag)
        assert (reply.status, reply.tag) == (304, tag)
    part = ask(server, path, "gzip", Range="bytes=0-9", If_Range=plain.tag)
    assert (part.status, part.body, part.tag) == (206, plain.body[:10], plain.tag)
    whole = ask(server, path, "gzip", Range="bytes=0-9", If_Range=zipped.tag)
    assert (whole.status, whole.body) == (200, plain.body)


def test_answers_to_post_are_compressed_without_a_tag(server: Server) -> None:
    """They are kept nowhere."""
    query = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 300"
    kind = {"Content_Type": "application/sparql-query", "Accept": "text/csv"}
    plain = ask(server, "/sparql", "", "POST", query, **kind)
    zipped = ask(server, "/sparql", "gzip", "POST", query, **kind)
    assert zipped.headers["content-encoding"] == "gzip"
    assert gzip.decompress(zipped.body) == plain.body
    assert zipped.tag == plain.tag == ""
    assert zipped.headers["cache-control"] == "no-store"


def test_an_error_page_is_compressed_too(server: Server) -> None:
    """And says so."""
    reply = ask(server, "/doc/commitment/ZZ", "gzip", Accept="text/html")
    assert (reply.status, reply.headers["content-encoding"]) == (404, "gzip")
    assert b"</html>" in gzip.decompress(reply.body)
    assert reply.vary == {"accept", "accept-encoding", "accept-language"}


def test_what_is_kept_is_compressed_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its bytes are counted as they are kept; who compressed pays, and what If-Match got is for nobody else."""
    front = create_wsgi_application(Settings(home=home, workers=1))
    sizes: list[int] = []
    real = finish.gzip_body

    def counting(body: bytes, etag: str) -> bytes:
        sizes.append(len(body))
        return real(body, etag)

    monkeypatch.setattr(finish, "gzip_body", counting)
    zipped = {"Accept-Encoding": "gzip"}
    client = Client(front)
    try:
        plain = client.get("/shapes.ttl")
        client.get("/shapes.ttl", headers={**zipped, "If-Match": plain.headers["ETag"]})
        with front.current_release.lease() as serving:
            before = serving.documents.size
        replies = [client.get("/shapes.ttl", headers=zipped) for _ in range(4)]
        assert sizes == [len(plain.data)]
        assert {reply.data for reply in replies} == {gzip.compress(plain.data, 5, mtime=0)}
        with front.current_release.lease() as serving:
            assert 0 < serving.documents.size - before < len(plain.data)
        post = {**zipped, "Content-Type": "application/sparql-query", "Accept": "text/csv"}
        text = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 300"
        for _ in range(2):
            assert client.post("/sparql", data=text, headers=post).status_code == 200
        assert len(sizes) == 3
    finally:
        front.current_release.close()
