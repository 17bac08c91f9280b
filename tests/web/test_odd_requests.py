"""Requests that no library sends, and careless clients do: each gets an answer that is its own fault."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from support.running import Server, start_server, stop_server
from support.small import Small
from werkzeug.test import Client

from ogpld.config import Settings
from ogpld.release import ReleaseStore
from ogpld.release.release_store import PRUNED
from ogpld.web.current.past_releases import PastReleases
from ogpld.web.documents.memento import date_of
from ogpld.web.server.create_application import create_wsgi_application

LONG = "9" * 5000


def raw(server: Server, target: str, *headers: str) -> tuple[int, dict[str, str]]:
    """Send a request as these very bytes and return status and headers."""
    parts = urlsplit(server.url)
    head = [f"GET {target} HTTP/1.1", f"Host: {parts.netloc}", "Connection: close", *headers]
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as channel:
        channel.sendall("\r\n".join([*head, "", ""]).encode())
        answer = b"".join(iter(lambda: channel.recv(65536), b""))
    first, *lines = answer.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    pairs = (line.partition(": ") for line in lines)
    return int(first.split()[1]), {name.lower(): value for name, _, value in pairs}


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/doc/commitment?lead=Señal", 400),
        ("/doc/commitment?lead=Łódź", 400),
        (f"/sitemap/{LONG}.xml", 404),
        ("/sitemap/%D9%A1.xml", 404),
        ("/sitemap/01.xml", 404),
        (f"/activity/{LONG}", 404),
        ("/activity/%D9%A1", 404),
        (f"/feed.atom?page={LONG}", 404),
        ("/graph/a%20b", 404),
        ("/graph/void%00", 404),
        ("/graph/%22", 404),
        ("/graph/%7Bx%7D/y", 404),
        ("/doc//commitment", 404),
        ("/release/current//x", 404),
        ("/release/current.%0d%0aX-Evil:1", 302),
        ("/release/current/validation.%0d%0aX", 302),
        ("/id/commitment/EE0050?é=Łódź&a=%20b", 303),
    ],
)
def test_nothing_is_a_fault_of_ours(server: Server, target: str, status: int) -> None:
    """No 500, no header made from the address, no host but none."""
    answer_status, headers = raw(server, target)
    assert answer_status == status
    assert "x-evil" not in headers
    place = headers.get("location", "/")
    assert place.startswith("/")
    assert not place.startswith("//")
    place.encode("ascii")
    if status == 303:
        assert place.endswith("?%C3%A9=%C5%81%C3%B3d%C5%BA&a=%20b")


def test_a_host_is_never_believed(server: Server) -> None:
    """Double slashes used to be tidied by a redirect to the host of the request."""
    status, headers = raw(server, "/doc//commitment", "Host: evil.example")
    assert status in {400, 404}
    assert "evil" not in str(headers)


def test_absurd_ranges_are_passed_over(dumped_server: Server) -> None:
    """Numbers no file has, and units in capitals, which are as good (RFC 9110 section 14.1)."""
    path = dumped_server.get("/dump/current/codes/data.nq.gz").headers["Location"]
    for text in (f"bytes={LONG}-", f"bytes=-{LONG}", f"bytes=0-{LONG}"):
        assert raw(dumped_server, path, f"Range: {text}")[0] == 200
    assert raw(dumped_server, path, "Range: BYTES=0-3")[0] == 206


def test_headers_with_underscores_are_not_those_with_hyphens(home: Path, tmp_path: Path) -> None:
    """A client cannot choose whom the budget charges behind a proxy."""
    settings = {"proxies": 1, "budget_errors": 2, "budget_error_refill": 0.001}
    server = start_server(home, tmp_path / "log", **settings)
    try:
        mine = "X-Forwarded-For: 5.5.5.5"
        statuses = [raw(server, "/sparql?query=x", mine)[0] for _ in range(4)]
        assert statuses[-1] == 429
        assert raw(server, "/sparql?query=x", mine, "X_Forwarded_For: 6.6.6.6")[0] == 429
    finally:
        stop_server(server)


def test_too_many_filters_are_refused(server: Server) -> None:
    """Links grow with them; headers stay such that proxies take them."""
    answer = server.get("/doc/commitment?limit=1").headers
    assert 'rel="alternate"' in answer["Link"]
    indicators = server.get("/doc/assessment?completion=x")
    assert indicators.status_code in {200, 400}
    areas = server.get("/doc/commitment?policyAreas=nothing").json()["available"]
    query = "&".join(f"policyAreas={area}" for area in areas[:20])
    many = server.get(f"/doc/commitment?{query}")
    assert many.status_code == 200
    assert sum(len(n) + len(v) for n, v in many.headers.items()) < 4096
    more = "&".join(f"policyAreas={area}" for area in areas[:21])
    refused = server.get(f"/doc/commitment?{more}")
    assert (refused.status_code, refused.json()["code"]) == (400, "too-many-filters")


@pytest.mark.parametrize(
    ("address", "code"),
    [("/doc/commitment", "too-many-filters"), ("/compare", "parameter")],
)
def test_too_many_values_are_refused_before_they_are_looked_up(
    server: Server, address: str, code: str
) -> None:
    """Looking names up takes time; one that is given again and again is looked up once."""
    unknown = "&".join(f"member=nowhere{number}" for number in range(33))
    refused = server.get(f"{address}?{unknown}")
    assert (refused.status_code, refused.json()["code"]) == (400, code)
    assert "nowhere" not in refused.json()["detail"]
    assert server.get(f"{address}?{'&'.join(200 * ['member=Estonia'])}").status_code == 200
    names = ("EST", "Estonia", "EE", "LVA", "Latvia", "LV", "GEO", "Georgia", "GE")
    several = server.get(f"{address}?{'&'.join(f'member={name}' for name in names)}")
    assert several.status_code == 200, several.text


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Small:
    """Three small releases."""
    made = Small(tmp_path_factory.mktemp("odd"))
    for name in ("one", "two", "three"):
        made.publish(line.replace("Albania,AL", f"Albania {name},AL") for line in made.lines)
    return made


@pytest.fixture
def client(site: Small, tmp_path: Path) -> Iterator[Client]:
    """A server of this process over a copy of them."""
    shutil.copytree(site.home, tmp_path / "home", symlinks=True)
    front = create_wsgi_application(Settings(home=tmp_path / "home", workers=1))
    yield Client(front)
    front.current_release.close()


def test_what_is_kept_is_bounded_with_its_keys(client: Client) -> None:
    """Long addresses and headers are not kept at all, others count what they take."""
    live = client.application.current_release  # type: ignore[union-attr]
    with live.lease() as serving:
        client.get("/robots.txt")
        before = serving.documents.size
        for number in range(20):
            client.get(f"/robots.txt?utm_id={number}{'q' * 9000}")
            client.get("/robots.txt", headers={"Accept-Datetime": f"{number}{'x' * 9000}"})
        assert serving.documents.size == before
        client.get(f"/robots.txt?utm_id={'q' * 5000}")
        assert serving.documents.size > before + 5000


def test_what_is_kept_does_not_outlive_a_prune(client: Client) -> None:
    """A memento, and the pages and lists that name it."""
    live = client.application.current_release  # type: ignore[union-attr]
    first = live.release_store.releases()[0]
    memento = f"/release/{first.id}/doc/member/ALB"
    assert client.get(memento).status_code == 200
    assert first.id in client.get("/timemap/doc/member/ALB").text
    (first.path / PRUNED).touch()
    live.forget_pruned()
    assert client.get(memento).status_code == 410
    assert first.id not in client.get("/timemap/doc/member/ALB").text


def test_the_licence_of_the_past_is_that_of_the_past(site: Small) -> None:
    """What is sent as immutable does not change with a setting."""
    first = ReleaseStore(site.home).releases()[0]
    path = f"/release/{first.id}/doc/member/ALB.nt"
    bodies = []
    for licence in ("https://creativecommons.org/licenses/by/4.0/", "https://x.example/other"):
        front = create_wsgi_application(Settings(home=site.home, workers=1, licence=licence))
        bodies.append(Client(front).get(path).data)
        assert licence.encode() in Client(front).get("/doc/member/ALB.nt").data
        problems = Client(front).get("/healthz").json["problems"]
        details = [p["detail"] for p in problems if p["code"] == "settings"]
        assert [d.split()[2] for d in details] == ["licence"] * ("other" in licence)
        front.current_release.close()
    assert bodies[0] == bodies[1]


def test_the_timegate_keeps_the_query(client: Client, site: Small) -> None:
    """The form that is asked for goes along; one there is not is 406."""
    last = ReleaseStore(site.home).releases()[-1]
    headers = {"Accept-Datetime": date_of(last)}
    answer = client.get("/doc/member/ALB?_mediatype=jsonld", headers=headers)
    assert answer.headers["Location"] == f"/release/{last.id}/doc/member/ALB?_mediatype=jsonld"
    assert client.get("/doc/member/ALB.xyz", headers=headers).status_code == 406


def test_a_query_to_the_current_release_keeps_its_method(client: Client, site: Small) -> None:
    """307, as GET gets it."""
    answer = client.post("/release/current/sparql", data={"query": "ASK {}"})
    assert answer.status_code == 307
    last = ReleaseStore(site.home).releases()[-1]
    assert answer.headers["Location"] == f"/release/{last.id}/sparql"


def test_a_number_leads_to_its_release(client: Client, site: Small) -> None:
    """As in the difference of two."""
    first = ReleaseStore(site.home).releases()[0]
    assert client.get("/release/1").headers["Location"] == f"/release/{first.id}"
    assert client.get("/release/1.ttl").headers["Location"] == f"/release/{first.id}.ttl"
    assert client.get("/release/9").status_code == 404


def test_queries_never_take_all_places_of_the_past(site: Small) -> None:
    """Documents go on while they run."""
    first, second, _ = ReleaseStore(site.home).releases()
    archive = PastReleases(Settings(home=site.home, past_requests=2), ReleaseStore(site.home))
    with archive.lease(first, long=True):
        with pytest.raises(Exception, match="others of the past"), archive.lease(first, long=True):
            pass
        with archive.lease(second):
            pass
    archive.close()


def test_a_kept_304_has_the_date_of_its_memento(client: Client, site: Small) -> None:
    """As one that is not kept has."""
    first = ReleaseStore(site.home).releases()[0]
    path = f"/release/{first.id}/doc/member/ALB"
    tag = client.get(path).headers["ETag"]
    again = client.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.headers["Memento-Datetime"]) == (304, date_of(first))


@pytest.mark.parametrize(
    "path",
    [
        *("/suggest?q=%e9t%e9", "/search?q=%ff&format=json", "/doc/commitment.csv?q=%ff"),
        *("/reconcile/suggest/entity?prefix=%ff", "/fragments.nt?object=%22%ff%22"),
        *("/doc/commitment?m%ffmber=EST", "/sparql?query=ASK%7B%7D%ff", "/compare.csv?member=%ff"),
    ],
)
def test_an_address_that_is_not_utf_8_is_refused(server: Server, path: str) -> None:
    """Not read as another text, of which nothing would be found."""
    answer = server.get(path)
    assert (answer.status_code, answer.json()["code"]) == (400, "not-utf-8")
