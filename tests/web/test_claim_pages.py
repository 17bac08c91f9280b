"""`/claims`: page, table, RDF and badge of published figures, and nothing of it where there are none."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator

import pytest
import requests
from support.running import ROOT, Server, start_server, stop_server
from support.sample_data import copy_sample

from ogpld.config import Settings
from ogpld.pipeline import Inputs, publish_sources
from ogpld.pipeline.progress import Progress

HEADER = "id,figure,counts,comparison,expected,tolerance,about,reason,note,citation,issued,source\n"
LINES = (
    "A,about 100,commitments in <all>,within,100,1000,,,,A text,2014,https://example.org/a\n"
    "B,none,things,not-asked,,,,no column,,A text,2014-05-09,https://example.org/b\n"
)
QUERY = "SELECT (COUNT(*) AS ?n) { ?c a <https://w3id.org/ogpld/ns#Commitment> }"


@pytest.fixture(scope="module")
def claim_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over the small set with two claims."""
    folder = tmp_path_factory.mktemp("claim-pages")
    data = copy_sample(folder / "data")
    (data / "claims").mkdir()
    for name in ("source.toml", "mapping.csv"):
        shutil.copy2(ROOT / "data/claims" / name, data / "claims" / name)
    (data / "claims/claims.csv").write_text(HEADER + LINES, encoding="utf-8")
    (data / "claims/A.rq").write_text(QUERY, encoding="utf-8")
    publish_sources(Inputs(data=data), Settings(home=folder / "home"), Progress())
    started = start_server(folder / "home", folder / "serve.log")
    yield started
    stop_server(started)


def get(server: Server, path: str, accept: str = "text/html") -> requests.Response:
    """Ask for an address."""
    return requests.get(server.url + path, headers={"Accept": accept}, timeout=30)


def test_the_page_has_every_claim_with_its_verdict_in_words(claim_server: Server) -> None:
    """What sources say is escaped; the pages lead there."""
    page = get(claim_server, "/claims").text
    assert '<span class="verdict agrees">agrees</span>' in page
    assert '<span class="verdict cannot-be-asked">cannot be asked</span>' in page
    assert "commitments in &lt;all&gt;" in page
    assert 'href="https://example.org/a"' in page
    for path in ("/queries", "/"):
        assert 'href="/claims"' in get(claim_server, path).text
    assert "/claims/A</loc>" in get(claim_server, "/sitemap/1.xml").text


def test_the_page_of_a_claim_says_query_reason_and_releases(claim_server: Server) -> None:
    """The query runs as it stands there."""
    page = get(claim_server, "/claims/A").text
    assert "within 1000 of that" in page
    assert "BASE &lt;http" in page
    assert "In each release" in page
    assert "/claims/A.svg&#34;" in page or "claims/A.svg" in page
    assert 'href="/sparql?query=BASE' in page
    assert "Open it in the SPARQL form" not in get(claim_server, "/claims/B").text


def test_tables_and_statements_say_the_same(claim_server: Server) -> None:
    """CSV has a row each; RDF has verdict and result."""
    rows = list(csv.DictReader(io.StringIO(get(claim_server, "/claims.csv").text, newline="")))
    assert [(row["id"], row["verdict"]) for row in rows] == [
        ("A", "agrees"),
        ("B", "cannot-be-asked"),
    ]
    one = list(csv.DictReader(io.StringIO(get(claim_server, "/claims/A.csv").text, newline="")))
    assert one == rows[:1]
    for path in ("/claims", "/claims/A"):
        response = get(claim_server, path, "text/turtle")
        assert response.headers["Content-Location"] == f"{path}.ttl"
        assert "code/verdict/agrees" in response.text
        assert f'ogpld:result "{rows[0]["value"]}"' in response.text
    query = "SELECT ?r { ?c <https://w3id.org/ogpld/ns#verdict> ?v ; <https://w3id.org/ogpld/ns#result> ?r }"
    answer = requests.get(
        f"{claim_server.url}/sparql", {"query": query, "format": "csv"}, timeout=30
    )
    assert answer.text.split() == ["r", rows[0]["value"]]


def test_a_badge_is_an_image(claim_server: Server) -> None:
    """Anybody may show it; it says the verdict."""
    response = get(claim_server, "/claims/A.svg")
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "agrees: " in response.text
    assert "cannot be asked</text>" in get(claim_server, "/claims/B.svg").text


def test_what_there_is_not_is_not_found(claim_server: Server, server: Server) -> None:
    """An unknown claim, an unknown form; and a site without claims does not speak of them."""
    assert get(claim_server, "/claims/X").status_code == 404
    assert get(claim_server, "/claims/A.pdf").status_code == 406
    assert get(claim_server, "/claims?x=1").status_code == 400
    for path in ("/claims", "/claims.csv", "/claims/A"):
        assert get(server, path).status_code == 404
    assert "/claims" not in get(server, "/queries").text
