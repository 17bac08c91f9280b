"""Searches in queries over HTTP, on releases of the past and from the shell."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from support.running import Server
from support.small import Small
from werkzeug.test import Client

from ogpld.config import Settings
from ogpld.rdf import SD
from ogpld.release import ReleaseStore
from ogpld.web.server.create_application import create_wsgi_application
from ogpld.web.sparql.query_page import SEARCHES

PREFIXES = "PREFIX text: <http://jena.apache.org/text#> PREFIX ogpld: <https://w3id.org/ogpld/ns#> "
ALBANIA = (
    PREFIXES
    + 'SELECT ?name { (<http://localhost:8000/id/member/ALB> ?score ?name) text:query "alban*" }'
    " ORDER BY ?name"
)
HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Small:
    """Two releases, in which Albania has different names."""
    site = Small(tmp_path_factory.mktemp("searching"))
    for name in ("one", "two"):
        site.publish(line.replace("Albania,AL", f"Albania {name},AL") for line in site.lines)
    return site


@pytest.fixture(scope="module")
def client(site: Small) -> Iterator[Client]:
    """A server in this process."""
    front = create_wsgi_application(
        Settings(home=site.home, workers=1, query_searches=2, query_hits=50)
    )
    yield Client(front)
    front.current_release.close()


def ask(client: Client, path: str, text: str) -> str:
    """Return an answer as CSV."""
    return client.get(path, query_string={"query": text, "format": "csv"}).text


def test_each_release_has_names_of_its_own(client: Client, site: Small) -> None:
    """At its address, and at the permanent address of a query that was asked of it."""
    first, second = ReleaseStore(site.home).releases()
    registered = client.post("/q", data={"query": ALBANIA, "release": first.id})
    assert registered.status_code == 303
    there = f"{registered.headers['Location']}.csv"
    for path, name in ((f"/release/{first.id}/sparql", "one"), (there, "one"), ("/sparql", "two")):
        answer = ask(client, path, ALBANIA) if path.endswith("sparql") else client.get(path).text
        assert f"Albania {name}" in answer.split("\r\n"), path
    assert ask(client, f"/release/{second.id}/sparql", ALBANIA) == ask(client, "/sparql", ALBANIA)
    page = client.get(there.removesuffix(".csv"), headers=HTML).text
    assert "Albania one" in page
    assert "Albania two" not in page


def test_limits_are_settings(client: Client) -> None:
    """Just within is answered; just past is a problem that says where and what to do."""
    search = '?s text:query "%s" . '
    for pattern, code in (
        (search % "albania" * 2, ""),
        (search % "albania" * 3, "more than 2 searches"),
        (search % "a*", "more than 50 names"),
    ):
        query = f"{PREFIXES} ASK {{ {pattern} }}"
        answer = client.get("/sparql", query_string={"query": query, "format": "json"})
        assert (answer.status_code == 400) == bool(code)
        if code:
            problem = json.loads(answer.data)
            assert (problem["code"], problem["line"]) == ("query-search", 1)
            assert problem["column"] > len(PREFIXES)
            assert code in problem["detail"]
    description = client.get("/sparql?format=nt").text
    assert "at most 2 searches for words, each of which finds at most 50 names" in description


@pytest.mark.parametrize(
    "pattern",
    [
        r'?s text:query (<http://x/\uD800> "a")',
        r'?s text:query "\uDFFF a"',
        r'?s <http://jena.apache.org/text#\U0000D800> "a"',
        r'?s ?p "1\uD800"^^<http://www.w3.org/2001/XMLSchema#\uD800>',
        r'?s ?p "1\uD800"^^<http://www.w3.org/2001/XMLSchema#integer>',
    ],
)
def test_half_of_a_surrogate_pair_is_an_error_of_the_query(client: Client, pattern: str) -> None:
    """It is no character, wherever it is written (section 19.2)."""
    answer = client.get("/sparql", query_string={"query": f"{PREFIXES}SELECT * {{ {pattern} }}"})
    assert answer.status_code == 400, answer.text
    assert answer.json["code"].startswith("query-")


def test_the_service_description_names_the_searches(server: Server) -> None:
    """As properties and as a function."""
    text = server.get("/sparql?format=nt").text
    for name in ("contains-word", "contains-entity"):
        feature = f"http://qlever.cs.uni-freiburg.de/builtin-functions/{name}"
        assert f"<{SD('propertyFeature').value}> <{feature}>" in text
    assert f"<{SD('propertyFeature').value}> <http://jena.apache.org/text#query>" in text
    assert f"<{SD('extensionFunction').value}> <https://w3id.org/ogpld/ns#search>" in text


def test_the_examples_of_the_page_have_answers(server: Server) -> None:
    """Every spelling has one, and the page offers it."""
    page = server.get("/sparql", headers=HTML).text
    for title, query in SEARCHES:
        assert title in page
        answer = server.get("/sparql", params={"query": query, "format": "json"})
        assert answer.json()["results"]["bindings"], title
        assert answer.headers["ETag"]


def test_a_page_shows_where_a_search_is_wrong(server: Server) -> None:
    """With the line of the query."""
    query = PREFIXES + 'SELECT * {\n ?s text:query "open~" }'
    page = server.get("/sparql", params={"query": query}, headers=HTML)
    assert page.status_code == 400
    assert "~ in what is looked for has no meaning here" in page.text
    assert "word* for the beginning of a word" in page.text


def test_the_shell_asks_the_same(site: Small, capfd: pytest.CaptureFixture[str]) -> None:
    """`ogpld query`, of the release in service and of another."""
    site.run("query", ALBANIA, "--format", "csv")
    assert "Albania two" in capfd.readouterr().out
    site.run("query", ALBANIA, "--format", "csv", "--release", "1")
    assert "Albania one" in capfd.readouterr().out
