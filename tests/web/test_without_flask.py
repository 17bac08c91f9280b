"""What is below the routes answers a plain request, and gives byte for byte what HTTP gives."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from support.running import ROOT, Server, environment

_QUERY = "SELECT ?c WHERE { ?c a <https://w3id.org/ogpld/ns#Commitment> } ORDER BY ?c LIMIT 5"
_GRAPH = "CONSTRUCT WHERE { ?c <http://purl.org/dc/terms/title> ?t }"
_DOCUMENT, _LIST = "/doc/commitment/EE0050", "/doc/commitment"


def _request(path: str, method: str = "GET", body: str = "", **headers: str) -> dict[str, Any]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"path": path, "method": method, "headers": named, "body": body}


def _sparql(query: str, **headers: str) -> dict[str, Any]:
    return _request(f"/sparql?{urlencode({'query': query})}", **headers)


REQUESTS = {
    "document": _request(_DOCUMENT, Accept="text/turtle"),
    "page": _request(_DOCUMENT, Accept="text/html"),
    "framed": _request(f"{_DOCUMENT}.jsonld?_profile=framed"),
    "unknown document": _request("/doc/commitment/XX9999", Accept="text/html"),
    "not acceptable": _request(_DOCUMENT, Accept="image/png"),
    "precondition": _request(f"{_DOCUMENT}.ttl", If_Match='"other"'),
    "not modified": _request(f"{_DOCUMENT}.ttl", If_None_Match="*"),
    "list": _request(_LIST, Accept="text/html"),
    "filtered list": _request(f"{_LIST}.jsonld?policyAreas=fiscal-openness&limit=3"),
    "rows": _request(f"{_LIST}.csv"),
    "unknown filter": _request(f"{_LIST}?plan=none"),
    "select": _sparql(_QUERY, Accept="text/csv"),
    "construct": _sparql(_GRAPH, Accept="application/ld+json"),
    "posted": _request("/sparql", "POST", _QUERY, Content_Type="application/sparql-query"),
    "form": _request(
        "/sparql",
        "POST",
        urlencode({"query": _QUERY}),
        Content_Type="application/x-www-form-urlencoded",
    ),
    "syntax error": _sparql("SELECT", Accept="application/json"),
    "too long": _request("/sparql", "POST", "#" * 300_000, Content_Type="application/sparql-query"),
    "ended": _sparql("ASK {}") | {"method": "DELETE"},
    "description": _request("/sparql", Accept="text/turtle"),
}
#: What the adapter adds or the connection has: bytes on the way, and budgets, which are those of a client.
_OTHERS = {
    "date",
    "x-request-id",
    "server-timing",
    "server",
    "connection",
    "content-length",
    "ratelimit",
    "ratelimit-policy",
    "transfer-encoding",
}


@pytest.fixture(scope="module")
def answers(home: Path) -> dict[str, dict[str, Any]]:
    """What the requests are answered with in a process that never loads Flask."""
    done = subprocess.run(
        [sys.executable, ROOT / "tests" / "support" / "without_flask.py"],
        input=json.dumps(list(REQUESTS.values())),
        capture_output=True,
        text=True,
        check=False,
        env=environment(home, query_deadline=2, query_memory=300_000_000),  # as the server's
        cwd=ROOT,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return dict(zip(REQUESTS, json.loads(done.stdout), strict=True))


def _headers(pairs: Any) -> list[tuple[str, str]]:
    return sorted((n.lower(), v) for n, v in pairs if n.lower() not in _OTHERS)


@pytest.mark.parametrize("name", REQUESTS)
def test_an_answer_is_that_of_http(
    name: str, server: Server, answers: dict[str, dict[str, Any]]
) -> None:
    """Status, headers and every byte of the body."""
    sent, got = REQUESTS[name], answers[name]
    with requests.Session() as session:
        session.headers.clear()
        over_http = session.request(
            sent["method"],
            server.url + sent["path"],
            headers={"Accept-Encoding": "identity", "Accept": None, **sent["headers"]},
            data=sent["body"] or None,
            timeout=30,
        )
    assert got["status"] == over_http.status_code
    assert base64.b64decode(got["body"]) == over_http.content
    assert _headers(got["headers"]) == _headers(over_http.headers.items())
