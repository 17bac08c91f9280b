"""A parameter that an address has not is refused at every address, with what there is."""

from __future__ import annotations

import re
from typing import Any

import pytest
from support.running import ROOT, Server

from ogpld.config import Settings
from ogpld.model import load_model
from ogpld.web.app import create_app
from ogpld.web.http.parameters import ELSEWHERE, ROUTES

#: The files of routes.
ROUTE_FILES = list((ROOT / "ogpld/web/routes").glob("*.py"))
#: Addresses that hand their query on, and the protocol's, where unknown ones are ignored (contract).
_SPARQL = {"sparql.endpoint", "sparql.end_named", "past.endpoint"}


def _endpoints() -> set[str]:
    rules = create_app(Settings()).url_map.iter_rules()
    return {rule.endpoint for rule in rules}


def test_every_route_says_which_parameters_it_has() -> None:
    """Every route declares its parameters or stands on the list of those that read them themselves; neither list names a route that is gone."""
    assert _endpoints() == ROUTES.keys() | ELSEWHERE
    assert not ROUTES.keys() & ELSEWHERE


def test_endpoints_are_called_as_their_files() -> None:
    """Who reads `things.listing` finds it in `things.py`, wherever the name stands."""
    files = {path.stem for path in ROUTE_FILES}
    assert {name.partition(".")[0] for name in _endpoints()} - {"static"} <= files
    written = {
        name
        for path in (ROOT / "ogpld/web").rglob("*.py")
        for name in re.findall(r'"(\w+\.\w+)"', path.read_text("utf-8"))
        if name.partition(".")[0] in files and not name.endswith((".html", ".xml", ".rq"))
    }
    assert written <= _endpoints()


def _values(server: Server) -> dict[str, str]:
    release = server.get("/healthz").json()["release"]
    folder, file = "estonia", "estonia.csv"
    return {
        "/doc/<segment>": "/doc/commitment",
        "/ns/<version>": f"/ns/{load_model().version}",
        "/doc/<segment>/<name>": "/doc/commitment/EE0050",
        "/id/<segment>/<key>": "/id/commitment/EE0050",
        "/release/<name>": f"/release/{release}",
        "/release/<old>..<new>": f"/release/{release}..{release}",
        "/release/<name>/doc/<segment>": f"/release/{release}/doc/commitment",
        "/release/<name>/doc/<segment>/<key>": f"/release/{release}/doc/commitment/EE0050",
        "/release/<name>/source/<folder>/<file>": f"/release/{release}/source/{folder}/{file}",
        "/source/<name>/<file>": f"/source/{folder}/{file}",
        "/queries/<name>": "/queries/led-by",
        "/queries/<name>/unknown": "/queries/lost-stars/unknown",
        "/queries/<name>/unknown.<suffix>": "/queries/lost-stars/unknown.csv",
        "/chart/<name>": "/chart/completion-by-cycle",
        "/chart/<name>/embed": "/chart/completion-by-cycle/embed",
        "/compare.<suffix>": "/compare.csv",
        "/release/<name>/chart/<chart>": f"/release/{release}/chart/completion-by-cycle",
        "/release/<name>/chart/<chart>/embed": f"/release/{release}/chart/completion-by-cycle/embed",
        "/graph/<path:name>": "/graph/estonia/EST03",
        "/release/<name>/graph/<path:graph>": f"/release/{release}/graph/estonia/EST03",
        "/release/current/<path:below>": "/release/current/doc/commitment",
        "/linkset/<path:below>": "/linkset/doc/commitment/EE0050",
        "/timemap/doc/<segment>/<key>": "/timemap/doc/commitment/EE0050",
        "/template/<name>.<suffix>": "/template/commitment.csv",
    }


def _addresses(server: Server) -> list[tuple[str, str]]:
    """Return an address of every route; where none is known by name, one with something in each gap."""
    values = _values(server)
    addresses = []
    for rule in create_app(Settings()).url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint not in _SPARQL:
            gaps = dict.fromkeys(rule.arguments, "x") | {"number": "1", "suffix": "bib"}
            address = values.get(rule.rule)
            if address is None:
                built = rule.build({name: gaps[name] for name in rule.arguments})
                assert built is not None
                address = built[1]
            addresses.append((rule.endpoint, address))
    return addresses


def _follow(server: Server, path: str) -> Any:
    answer = server.get(path)
    for _ in range(4):
        if answer.status_code not in {301, 302, 303, 307}:
            break
        answer = server.get(answer.headers["Location"])
    return answer


def test_every_route_refuses_what_it_has_not(server: Server) -> None:
    """The same 400 everywhere, also through a redirect; what sites add to links passes."""
    checked = 0
    for endpoint, path in _addresses(server):
        answer = _follow(server, f"{path}?lobbying=1")
        if endpoint in {"dumps.current", "past.current_endpoint"} and answer.status_code in {
            200,
            404,
        }:
            continue  # no dumps in this home; the protocol ignores unknown ones
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (400, "unknown-parameter"), (endpoint, path)
        assert problem["parameter"] == "lobbying"
        plain, shared = server.get(path), server.get(f"{path}?utm_source=x&gclid=1")
        assert plain.status_code == shared.status_code, (endpoint, path)
        checked += 1
    assert checked > 50


@pytest.mark.parametrize(
    ("path", "code", "suggestion"),
    [
        ("/doc/commitment?Completion=complete", "unknown-parameter", "completion"),
        ("/doc/commitment.csv?complétion=complete", "unknown-parameter", "completion"),
        ("/doc/commitment?search=lobbying", "unknown-parameter", None),
        ("/doc/commitment?pgae=2", "unknown-parameter", "page"),
        ("/doc/commitment/EE0050?fromat=ttl", "unknown-parameter", "format"),
        ("/doc/commitment?page=1&page=2", "parameter-repeated", None),
        ("/doc/commitment?format=ttl&format=csv", "parameter-repeated", None),
        ("/doc/commitment?completion=", "parameter-empty", None),
        ("/doc/commitment?limit=", "parameter-empty", None),
        ("/doc/commitment?completion=Completed", "filter-unknown", "complete"),
        ("/doc/commitment?member=Estonai", "filter-unknown", "EST"),
        ("/doc/commitment?completion=unknown", "filter-unknown", "(unknown)"),
        ("/doc/commitment?type=sub-commitments", "filter-unknown", "sub-commitment"),
        ("/queries/led-by?instituton=x", "unknown-parameter", "institution"),
        ("/feed.atom?pag=2", "unknown-parameter", "page"),
        ("/release/current/validation.html?severity=warning", "filter-unknown", "Warning"),
        ("/release/current/validation.ttl?severity=Warning", "parameter-of-pages", None),
        ("/validate?clas=commitment", "unknown-parameter", None),
        ("/template/commitment.csv?Lang=en", "unknown-parameter", None),
    ],
)
def test_what_was_meant_is_suggested(
    server: Server, path: str, code: str, suggestion: str | None
) -> None:
    """Name and value alike; the hint says it in words, and lists what there is."""
    answer = _follow(server, path)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (400, code)
    assert problem.get("suggestion") == suggestion
    if suggestion:
        assert f"did you mean {suggestion}?" in problem["hint"]


@pytest.mark.parametrize(
    ("path", "there", "gone"),
    [
        ("/doc/commitment?all=x", ["Give several values of a facet"], ["There is", "there are: ."]),
        (
            "/doc/commitment?sort=foo",
            ["There are: name, member,"],
            ["There is:", "There are: name, .*are: name"],
        ),
        ("/doc/commitment?foo=1", [r"All \d+ that there are"], ["there are: ", "did you mean"]),
        ("/doc/commitment?pgae=2", [r"Did you mean page\?"], ["there are: "]),
        ("/compare?member=Narnia", ["the members are at /doc/member"], ["Did you mean", "Armenia"]),
        ("/compare?member=Estonai", [r"Did you mean Estonia \(EST\)\?"], []),
        ("/doc/commitment?page=999", ["links of the first page"], ["Search for"]),
        ("/release/1..2", ["There is no release"], ["Search for"]),
        ("/riigikogu-transparency", ["Search for riigikogu transparency"], []),
        ("/doc/commitment/ee0050", [r"Did you mean /doc/commitment/EE0050\?"], ["Search for"]),
        ("/id/member/est", [r"Did you mean /doc/member/EST\?"], []),
        ("/chart/completion-by-cicle", [r"Did you mean /chart/completion-by-cycle\?"], []),
    ],
)
def test_pages_of_errors_help(server: Server, path: str, there: list[str], gone: list[str]) -> None:
    """One list of what there is, a suggestion only where something is alike, a search only for words."""
    answer = server.get(path, headers={"Accept": "text/html"})
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    text = " ".join(re.sub("<[^>]+>", "", main.replace("</p>", " </p>")).split())
    assert [pattern for pattern in there if not re.search(pattern, text)] == []
    assert [pattern for pattern in gone if re.search(pattern, text)] == []


def test_a_member_that_there_is_not_has_all_beside_it(server: Server) -> None:
    """Programs are told every member there is, and the one that was meant."""
    problem = server.get("/compare?member=Estonai", headers={"Accept": "text/csv"}).json()
    assert problem["suggestion"] == "EST"
    assert {"EST", "LVA"} <= {*problem["available"]}


def test_a_form_may_leave_its_fields_empty(server: Server) -> None:
    """Browsers send them."""
    assert server.get("/doc/commitment.csv?modified_since=&member=EST").status_code == 200
    assert server.get("/queries/led-by.csv?institution=").status_code == 200
