"""A site below a path of its host, behind proxies that take the path off and that hand it on."""

from __future__ import annotations

import http.client
import json
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
import requests
from support.address_walk import addresses, kind_of, walk
from support.edits import retitle, withdraw
from support.reverse_proxy import ReverseProxy, reverse_proxy
from support.running import free_port, start_server, stop_server
from support.sites import copy_data, publish
from werkzeug.datastructures import Headers

from ogpld.base_path import FIRST_SEGMENTS, base_path, require_base_path
from ogpld.config import Settings
from ogpld.doctor.client import Client
from ogpld.doctor.examination_limits import ExaminationLimits
from ogpld.doctor.examine import examine
from ogpld.errors import ConfigError
from ogpld.web.app import create_app
from ogpld.web.http.site_paths import (
    ATTRIBUTES,
    address,
    take_off,
    write_headers,
    write_page,
    write_sentence,
)

BASE = "https://data.example.org/ogp/"
#: Where a walk begins beside the home page: what nothing links to.
STARTS = [
    "",
    "robots.txt",
    "favicon.ico",
    "sitemap.xml",
    ".well-known/void",
    "errors?format=json",
    "errors/not-found",
]


@dataclass
class Prefixed:
    """A site of two releases with the path /ogp, and the proxy in front of it."""

    proxy: ReverseProxy
    server: str

    def get(self, path: str, **options: Any) -> requests.Response:
        """Ask the proxy for a path of its host, without following redirects."""
        options = {"timeout": 60, "allow_redirects": False, **options}
        return requests.get(self.proxy.host + path, **options)


@pytest.fixture(scope="module")
def prefixed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prefixed]:
    """A site with a thing that was corrected and things that were withdrawn, with its dumps."""
    folder = tmp_path_factory.mktemp("prefixed")
    outer, inner = free_port(), free_port()
    base = f"http://127.0.0.1:{outer}/ogp/"
    settings = Settings(home=folder / "home", base_iri=base)
    data = copy_data(folder)
    publish(data, replace(settings, dumps=False))
    retitle(data, "EE0045", "A title that was corrected")
    withdraw(data, "GBR")
    publish(data, settings)
    limits = {"budget_seconds": 0, "budget_errors": 0}
    server = start_server(settings.home, folder / "serve.log", inner, base_iri=base, **limits)
    try:
        with reverse_proxy(outer, "/ogp", inner) as proxy:
            yield Prefixed(proxy, server.url)
    finally:
        stop_server(server)


@pytest.fixture(params=[True, False], ids=["strips", "hands on"])
def site(request: pytest.FixtureRequest, prefixed: Prefixed) -> Prefixed:
    """The site behind either kind of proxy."""
    prefixed.proxy.strips = request.param
    return prefixed


def test_no_address_leads_outside_of_the_path_or_nowhere(site: Prefixed) -> None:
    """Links, headers, assets, forms, JSON, RDF, feeds, dumps, lists of addresses: all kinds there are."""
    met = walk(site.proxy.url, STARTS, most=1)
    assert met.outside == set()
    assert met.missing == {}
    assert len(met.status) > 300
    folders = {kind.partition("/")[0].partition(".")[0] for kind in met.kinds}
    # no page links to a query under its id, nor to what only programs ask; there are no claims
    assert folders >= FIRST_SEGMENTS - {"query", "claims", "mcp", "reconcile"}


def test_a_walk_notices_what_leads_outside() -> None:
    """Each way of writing an address, with the path missing."""
    cases = {
        "text/html": '<a href="/doc/member">x</a><form action="/sparql"><script src="/static/x.js"></script>',
        "application/json": '{"type": "/errors/not-found"}',
        "text/turtle": "<> <http://purl.org/dc/terms/source> </doc/member> .",
        "application/link-format": '</doc/member/EST>;rel="original"',
        "text/plain": "Disallow: /sparql\nSitemap: https://data.example.org/sitemap.xml",
        "application/atom+xml": '<link href="/feed.atom"/><id>/feed</id>',
    }
    for kind, body in cases.items():
        answer = requests.Response()
        answer.headers["Content-Type"] = kind
        answer.headers["Link"] = '</x>; rel="up", <https://data.example.org/y>; rel="next"'
        answer._content = body.encode()  # noqa: SLF001  (there is no other way to make one)
        written = {urljoin(BASE, path) for path in addresses(answer)}
        outside = {path for path in written if path.startswith("https://data.example.org/")}
        assert len(outside) >= 3, kind
        assert not {path for path in outside if path.startswith(BASE)}


def test_our_server_passes_its_doctor_there(prefixed: Prefixed) -> None:
    """All checks, as at the root of a host, where the server has the path in requests; one compares nothing."""
    prefixed.proxy.strips = False
    examination = examine(prefixed.proxy.url, Client(ExaminationLimits(sample=1)))
    rest = {o.check.id: o.reason for o in examination.outcomes if o.outcome != "pass"}
    assert rest == {"identity.base": "the data was minted under the address it is served at"}
    assert examination.quality is not None
    assert examination.quality.rating == "Excellent"


def test_headers_carry_the_path(site: Prefixed) -> None:
    """Location, Content-Location, Link; the TimeGate and mementos."""
    thing = site.get("/ogp/id/commitment/EE0045?format=ttl")
    assert thing.headers["Location"] == "/ogp/doc/commitment/EE0045?format=ttl"
    document = site.get("/ogp/doc/commitment/EE0045", headers={"Accept": "text/turtle"})
    assert document.headers["Content-Location"] == "/ogp/doc/commitment/EE0045.ttl"
    assert '</ogp/timemap/doc/commitment/EE0045>; rel="timemap"' in document.headers["Link"]
    then = {"Accept-Datetime": "Thu, 01 Jan 2015 00:00:00 GMT"}
    gate = site.get("/ogp/doc/commitment/EE0045", headers=then)
    assert gate.headers["Location"].startswith("/ogp/release/1-")
    memento = site.get(gate.headers["Location"], headers={"Accept": "text/turtle"})
    assert memento.headers["Content-Location"] == gate.headers["Location"] + ".ttl"
    targets = re.findall(r"<(/[^>]*)>", memento.headers["Link"])
    assert {target.split("/")[1] for target in targets} == {"ogp"}
    assert not [target for target in targets if target.startswith("/ogp/ogp")]


def test_errors_name_addresses_with_the_path(site: Prefixed) -> None:
    """The type, the memento of what was withdrawn, and what sentences name."""
    gone = site.get("/ogp/doc/commitment/UK0062", headers={"Accept": "application/json"})
    assert gone.status_code == HTTPStatus.GONE
    problem = gone.json()
    assert problem["type"] == "/ogp/errors/withdrawn"
    assert site.get(problem["memento"]).status_code == HTTPStatus.OK
    assert re.search(r" /ogp/release/1-[^/]*\.\.2-", problem["hint"])
    frames = site.get("/ogp/frame/none.jsonld", headers={"Accept": "application/json"}).json()
    assert all(site.get(path).status_code == HTTPStatus.OK for path in frames["available"])
    query = "CONSTRUCT WHERE { ?s a ?c } LIMIT 1"
    framed_query = {"query": query, "frame": frames["available"][0]}
    assert site.get("/ogp/sparql", params=framed_query).status_code == HTTPStatus.OK
    assert site.get(problem["type"]).json()["type"] == problem["type"]


def test_what_is_refused_unread_names_its_type_with_the_path(prefixed: Prefixed) -> None:
    """A body that is too large to be read, however the path came."""
    port = int(prefixed.server.rpartition(":")[2])
    for path in ("/validate", "/ogp/validate"):
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n"
            connection.sendall(head.encode())
            answer = http.client.HTTPResponse(connection)
            answer.begin()
            assert answer.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            assert json.loads(answer.read())["type"] == "/ogp/errors/document-too-large"


def test_answers_to_forms_stay_below_the_path(site: Prefixed) -> None:
    """The page about a document that was sent, and that of a query."""
    sent = {"text": "id,title\nEE0045,x\n", "type": "text/csv", "class": "commitment"}
    html = {"Accept": "text/html"}
    replies = [
        requests.post(
            f"{site.proxy.url}validate", files={n: (None, v) for n, v in sent.items()}, headers=html
        ),
        site.get("/ogp/sparql", params={"query": "SELECT * { ?s a ?c } LIMIT 3"}, headers=html),
        site.get("/ogp/sparql", params={"query": "SELECT"}, headers=html),
    ]
    for reply in replies:
        assert reply.headers["Content-Type"].startswith("text/html")
        targets = [urljoin(reply.url, path) for path in addresses(reply)]
        here = [target for target in targets if target.startswith(site.proxy.host)]
        assert len(here) > 20
        assert [target for target in here if not target.startswith(site.proxy.url)] == []


def test_the_path_alone_leads_home(site: Prefixed) -> None:
    """With its query; other beginnings are nothing of ours."""
    reply = site.get("/ogp")
    assert reply.status_code == HTTPStatus.MOVED_PERMANENTLY
    assert urljoin(reply.url, reply.headers["Location"]) == site.proxy.url
    assert site.get("/ogpx/").status_code == HTTPStatus.NOT_FOUND


def test_the_server_itself_answers_with_and_without_the_path(prefixed: Prefixed) -> None:
    """Health checks do not come through the proxy; both ways are one answer, kept once."""
    for path in ("/healthz", "/doc/commitment/EE0045.ttl", "/", "/static/style.css"):
        plain, below = (
            requests.get(f"{prefixed.server}{p}{path}", timeout=60) for p in ("", "/ogp")
        )
        assert plain.status_code == below.status_code == HTTPStatus.OK
        assert plain.content == below.content
        assert plain.headers.get("ETag") == below.headers.get("ETag")


@pytest.mark.parametrize(
    "path",
    [
        *("doc/", "id/", "sparql/", "release/2026/", "doc.html/", "context/ogp/", "healthz/"),
        *(
            "ogp?x=/",
            "ogp#/",
            "../ogp/",
            ".well-known/",
            "a//b/",
            "données/",
            "a%20b/",
            "a b/",
            "/",
        ),
    ],
)
def test_a_path_that_could_not_be_served_is_refused(path: str) -> None:
    """Before anything is published under it: one that begins as ours do, one that proxies would rewrite."""
    with pytest.raises(ConfigError, match="base_iri"):
        Settings(base_iri=f"https://data.example.org/{path}")


@pytest.mark.parametrize("path", ["", "ogp/", "open-gov/v1.2/", "data/doc/", "~ogp/", "documents/"])
def test_other_paths_are_taken(path: str) -> None:
    """Ours may stand behind another segment."""
    require_base_path(f"https://data.example.org/{path}")
    assert f"{base_path(f'https://data.example.org/{path}')}/" == f"/{path}"


def test_first_segments_are_those_of_the_routes() -> None:
    """A new one is added to the list, or a base IRI with it would be taken for it."""
    rules = [rule.rule for rule in create_app(Settings()).url_map.iter_rules()]
    segments = {re.split(r"[.<]", rule.split("/")[1])[0] for rule in rules if rule != "/"}
    assert segments - {""} == FIRST_SEGMENTS


@pytest.mark.parametrize(
    ("sent", "path"),
    [
        ("/ogp/doc/member", "/doc/member"),
        ("/doc/member", "/doc/member"),
        ("/ogp/", "/"),
        ("/ogp", ""),
        ("/", "/"),
        ("/ogpx", "/ogpx"),
        ("/ogp/ogp/doc/member", "/ogp/doc/member"),
    ],
)
def test_the_path_is_taken_off_once(sent: str, path: str) -> None:
    """Where it is there as whole segments."""
    environ: dict[str, Any] = {"SCRIPT_NAME": "", "PATH_INFO": sent}
    take_off(environ, BASE)
    take_off(environ, BASE)
    assert environ == {"SCRIPT_NAME": "/ogp", "PATH_INFO": path}


def test_without_a_path_nothing_changes() -> None:
    """Requests, headers, pages and sentences are those of before."""
    environ: dict[str, Any] = {"SCRIPT_NAME": "", "PATH_INFO": "/ogp/doc"}
    take_off(environ, "https://data.example.org/")
    assert environ == {"SCRIPT_NAME": "", "PATH_INFO": "/ogp/doc"}
    headers = Headers({"Location": "/doc", "Link": "</doc>; rel=up"})
    write_headers(headers, "")
    assert dict(headers) == {"Location": "/doc", "Link": "</doc>; rel=up"}
    assert write_page('<a href="/doc">', "") == '<a href="/doc">'
    assert write_sentence("see /errors", "") == "see /errors"


def test_only_paths_of_the_site_are_written() -> None:
    """Addresses of others, fragments, text and what only looks like a path stay as they are."""
    headers = Headers(
        {"Location": "https://example.org/doc", "Link": '<https://x.org/a>; title="a </b>", </c>'}
    )
    write_headers(headers, "/ogp")
    assert headers["Location"] == "https://example.org/doc"
    assert headers["Link"] == '<https://x.org/a>; title="a </b>", </ogp/c>'
    page = '<a href="//x.org/"> <a href="#a"> <a href="b"> href=&#34;/c&#34; "x href=\\"/d" <a href="/e">'
    assert write_page(page, "/ogp") == page.replace('href="/e', 'href="/ogp/e')
    assert address("/ogp", "#a") == "#a"
    assert write_sentence("1/2, and/or, a/doc, <b>/doc", "/ogp") == "1/2, and/or, a/doc, <b>/doc"
    assert write_sentence("/errors: at /doc/x", "/ogp") == "/ogp/errors: at /ogp/doc/x"


def test_templates_write_addresses_where_the_path_is_put_in_front(root: Path) -> None:
    """In one of the known attributes, in double quotes; style sheet and script name no paths of the host."""
    name = "|".join(ATTRIBUTES)
    for template in sorted((root / "ogpld/web/templates").glob("*.html")):
        text = template.read_text(encoding="utf-8")
        assert re.findall(rf"""\b(?:{name}|poster|srcset|data|content)\s*=\s*['/]""", text) == [], (
            template
        )
        others = re.findall(rf"""\s(?!(?:{name})=)([\w-]+)="/[^"]*\"""", text)
        assert others == [], template
        assert "url(" not in text, template
    for path in ("sparql.js", "style.css"):
        text = (root / "ogpld/web/static" / path).read_text(encoding="utf-8")
        assert (
            re.findall(r"""url\(\s*['"]?/|["'`]/[a-z]|location\.(?:host|pathname)\b""", text) == []
        ), path


def test_pages_and_headers_are_written_in_one_place(root: Path) -> None:
    """HTML in the package comes from templates; nobody makes addresses from the host of a request."""
    for module in sorted((root / "ogpld").rglob("*.py")):
        text = module.read_text(encoding="utf-8")
        if module.name != "site_paths.py" and module.parent.name != "doctor":
            assert re.findall(rf"""\b(?:{"|".join(ATTRIBUTES)})=\\?["']/""", text) == [], module
            # what a query writes below its BASE is no address of the site
            joins = "" if module.name in {"query_names.py", "agent_names.py"} else "|urljoin"
            made = re.findall(rf"host_url|url_root|base_url|\.script_root{joins}", text)
            assert made == [], module


def test_a_kind_of_address_has_no_names() -> None:
    """So that a walk asks for a few of each."""
    assert kind_of("doc/member/EST.ttl") == kind_of("doc/member/LVA.ttl")
    assert kind_of("release/1-da77/doc/member/EST") == kind_of("release/2-f3fe/doc/member/LVA")
    assert kind_of("code/status/done") != kind_of("code/status")
