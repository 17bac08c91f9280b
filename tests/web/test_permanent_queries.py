"""Queries with a permanent address: the same bytes on the release they were asked of, whatever came since."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.pages import BROWSER, Reader
from support.small import Small
from werkzeug.test import Client, TestResponse

from ogpld.cli import main
from ogpld.config import Settings
from ogpld.release import ReleaseStore
from ogpld.release.query_register import FILE, QueryRegister, RegisteredQuery
from ogpld.stores import Answer
from ogpld.stores.cancel_token import CancelToken
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.pages.citation_styles import STYLES
from ogpld.web.server.create_application import create_wsgi_application
from ogpld.web.sparql.callers import PreparedQuery, QueryCallers
from ogpld.web.sparql.row_limits import RowLimits

_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
_ALBANIA = "http://localhost:8000/id/member/ALB"
SELECT = f"# What Albania is called\nSELECT ?l {{ <{_ALBANIA}> <{_LABEL}> ?l }} ORDER BY ?l"
GRAPH = f"CONSTRUCT {{ <{_ALBANIA}> <{_LABEL}> ?l }} {{ <{_ALBANIA}> <{_LABEL}> ?l }}"
HTML = {"Accept": BROWSER}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Small:
    """A home with one release, in which Albania is called by its first name."""
    site = Small(tmp_path_factory.mktemp("permanent"))
    _publish(site, "one")
    return site


def _publish(site: Small, name: str) -> None:
    site.publish(line.replace("Albania,AL", f"Albania {name},AL") for line in site.lines)


def _settings(site: Small) -> Settings:
    return Settings(home=site.home, workers=1, publisher_name="Some Publisher")


@pytest.fixture(scope="module")
def client(site: Small) -> Iterator[Client]:
    """A server in this process."""
    front = create_wsgi_application(_settings(site))
    yield Client(front)
    front.current_release.close()


def _post(client: Client, text: str, **more: str) -> TestResponse:
    return client.post("/q", data={"query": text, **more})


def _registered(client: Client, text: str, **more: str) -> str:
    response = _post(client, text, **more)
    assert response.status_code == 303, response.text
    return response.headers["Location"]


def _code(response: TestResponse) -> tuple[int, str]:
    return response.status_code, json.loads(response.data)["code"]


def test_an_empty_answer_names_what_its_release_has_not(client: Client) -> None:
    """As the page of the query itself does."""
    path = _registered(client, "SELECT ?x { ?c <https://w3id.org/ogpld/ns#startDate> ?x }")
    reasons = client.get(path, headers={"Accept": "text/html"}).text
    assert (
        "&lt;https://schema.org/startDate&gt;" in reasons.partition("Why there may be nothing")[2]
    )


def test_a_query_has_one_address(client: Client, site: Small) -> None:
    """By form and as a body, however its lines end; answers name it once it has it."""
    before = client.get("/sparql", query_string={"query": "ASK {}", "format": "json"})
    assert "cite-as" not in before.headers.get("Link", "")
    path = _registered(client, SELECT)
    assert _registered(client, SELECT.replace("\n", "\r\n") + "\n") == path
    body = client.post("/q", data=SELECT, content_type="application/sparql-query")
    assert body.headers["Location"] == path
    release = ReleaseStore(site.home).releases()[-1].id
    assert path == f"/q/{RegisteredQuery.of(SELECT, release, (), ()).digest}"
    answer = client.get("/sparql", query_string={"query": SELECT, "format": "json"})
    assert f'<{path}>; rel="cite-as"' in answer.headers["Link"]


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        (SELECT, ("json", "xml", "csv", "tsv", "xlsx", "parquet")),
        (GRAPH, ("ttl", "jsonld", "nt", "rdf", "nq", "trig", "n3")),
        ("ASK { ?s ?p ?o }", ("json", "xml", "csv", "tsv")),
    ],
)
def test_every_form_is_that_of_the_endpoint(
    client: Client, text: str, forms: tuple[str, ...]
) -> None:
    """By suffix and by Accept, byte by byte; the text and the citations as well."""
    path = _registered(client, text)
    for form in forms:
        at_endpoint = client.get("/sparql", query_string={"query": text, "format": form})
        answer = client.get(f"{path}.{form}")
        assert answer.status_code == 200, form
        assert answer.data == at_endpoint.data
        assert answer.headers["Content-Type"] == at_endpoint.headers["Content-Type"]
        assert answer.headers.get("Vary", "Accept-Encoding") == "Accept-Encoding"
        again = client.get(f"{path}.{form}", headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304
        by_type = client.get(path, headers={"Accept": answer.mimetype})
        assert by_type.data == answer.data
        assert by_type.headers["Content-Location"] == f"{path}.{form}"
    assert client.get(f"{path}.rq").text == f"{text}\n"
    for style in STYLES:
        cited = client.get(f"{path}.{style.name}")
        assert cited.status_code == 200
        assert f"http://localhost:8000{path}" in cited.text
        assert "Some Publisher" in cited.text
    assert _code(client.get(f"{path}.docx")) == (406, "not-acceptable")
    if "xlsx" not in forms:
        assert _code(client.get(f"{path}.xlsx")) == (406, "not-acceptable")


def test_the_address_of_an_answer_with_labels_has_them(client: Client, site: Small) -> None:
    """Labels and receipts are part of what is registered; without them the address is the one it was."""
    text = f"SELECT ?x {{ VALUES ?x {{ <{_ALBANIA}> }} }}"
    plain, labelled = _registered(client, text), _registered(client, text, labels="en", why="1")
    assert plain != labelled
    at_endpoint = client.get(
        "/sparql", query_string={"query": text, "labels": "en", "why": "1", "format": "csv"}
    )
    answer = client.get(f"{labelled}.csv")
    assert answer.data == at_endpoint.data
    assert answer.text.startswith("x,xLabel,xSourceRow,xPage,xHowRead\r\n")
    assert f'<{labelled}>; rel="cite-as"' in at_endpoint.headers["Link"]
    assert client.get(f"{plain}.csv").text == f"x\r\n{_ALBANIA}\r\n"
    page = client.get(labelled, headers=HTML).text
    assert "Albania one" in page
    assert "labels=en&amp;why=1" in page
    assert client.get(f"{labelled}.xlsx").status_code == 200
    lines = QueryRegister(site.home).registrations()
    keys = [{*json.loads(n.query.content)} for n in lines if n.query and n.query.query == text]
    always = {"default_graphs", "named_graphs", "query", "release"}
    assert sorted(keys, key=len) == [
        always,
        {*always, "labels", "why"},
    ]  # digests given before stay
    for query in ("ASK {}", GRAPH):
        assert _code(_post(client, query, labels="en")) == (400, "parameter")


def test_the_page_has_all_there_is(client: Client) -> None:
    """Title, answer, query, files and how it is cited; the button that leads to it is a form without script."""
    at_endpoint = client.get("/sparql", query_string={"query": SELECT}, headers=HTML)
    assert '<form method="post" action="/q">' in at_endpoint.text
    path = _registered(client, SELECT)
    page = client.get(path, headers=HTML)
    assert page.status_code == 200
    content = Reader()
    content.feed(page.text)
    assert not content.open
    assert {f"{path}.csv", f"{path}.json", f"{path}.rq", f"{path}.bib"} <= set(content.hrefs)
    assert "<h1><bdi>Query: What Albania is called</bdi></h1>" in page.text
    assert "The release in service gives the same answer." in page.text
    (item,) = client.get(f"{path}.csl.json").get_json(force=True)
    assert item["title"] == "Query: What Albania is called"
    assert f"[Data set]. In {Settings().title}. http://localhost:8000{path}" in page.text
    question = client.get("/queries/members", headers=HTML)
    assert question.status_code == 404 or 'action="/q"' in question.text


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("SELECT ?x { SERVICE <http://example.org/> { ?x ?y ?z } }", (403, "query-forbidden")),
        ("INSERT DATA { <a:b> <a:b> <a:b> }", (403, "query-forbidden")),
        ("SELECT nonsense", (400, "query-syntax")),
        ("SELECT (NOW() AS ?t) {}", (400, "query-unstable")),
        ("CONSTRUCT { [] a ?x } { ?s a ?x }", (400, "query-unstable")),
        ("  \n ", (400, "query-missing")),
        (f"ASK {{}} # {'x' * 70_000}", (413, "query-too-large")),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", (413, "result-too-large")),
    ],
)
def test_what_has_no_answer_has_no_address(
    client: Client, site: Small, text: str, refusal: tuple[int, str]
) -> None:
    """Refused with the code it has at /sparql; nothing is kept."""
    assert _code(_post(client, text)) == refusal
    queries = [line.query for line in QueryRegister(site.home).registrations()]
    assert text.strip() not in {query.query for query in queries if query}


def test_addresses_that_are_none(client: Client) -> None:
    """404 with what to do, 405 for a look at the register, 415 for another body."""
    assert _code(client.get(f"/q/{'0' * 32}")) == (404, "not-found")
    assert _code(client.get("/q/nonsense.csv")) == (404, "not-found")
    assert client.get("/q").status_code == 405
    assert _code(client.post("/q", data="x", content_type="text/html")) == (415, "media-type")
    assert _code(_post(client, "ASK {}", release="999-abc")) == (404, "not-found")
    assert _code(_post(client, "ASK {}", release="999")) == (404, "not-found")


def test_a_client_has_so_many(site: Small) -> None:
    """A new address costs one of the budget, one that is there costs nothing; others are not hindered."""
    settings = replace(_settings(site), budget_addresses=1.0, budget_address_refill=0.01)
    front = create_wsgi_application(settings)
    try:
        client = Client(front)
        _registered(client, "ASK { ?budget ?p ?o }")
        refused = _post(client, "ASK { ?budget ?p 2 }")
        assert _code(refused) == (429, "budget-spent")
        assert int(refused.headers["Retry-After"]) > 0
        other = {"REMOTE_ADDR": "198.51.100.7"}
        data = {"query": "ASK { ?budget ?p 2 }"}
        assert client.post("/q", data=data, environ_base=other).status_code == 303
    finally:
        front.current_release.close()


def test_a_full_register_says_so(client: Client, site: Small) -> None:
    """507, never an older query in exchange; what has an address keeps it."""
    path = _registered(client, SELECT)
    front = create_wsgi_application(replace(_settings(site), queries_bytes=0))
    try:
        small = Client(front)
        assert _code(_post(small, "ASK { ?full ?p 1 }")) == (507, "queries-full")
        assert small.get(f"{path}.json").status_code == 200
        assert _registered(small, SELECT) == path
    finally:
        front.current_release.close()


def test_a_register_that_cannot_be_used_says_so(client: Client, site: Small) -> None:
    """503 with what to do; answers at /sparql go on."""
    path, file = _registered(client, SELECT), site.home / FILE
    content = file.read_bytes()
    try:
        file.write_bytes(b"this is no database" * 100)
        assert _code(client.get(f"{path}.json")) == (503, "queries-unavailable")
        assert _code(_post(client, "ASK { ?damaged ?p ?o }")) == (503, "queries-unavailable")
        answer = client.get("/sparql", query_string={"query": "ASK { ?damaged ?p 1 }"})
        assert answer.status_code == 200
    finally:
        file.write_bytes(content)
    assert client.get(f"{path}.json").status_code == 200


def test_a_register_that_cannot_be_used_is_a_problem(
    client: Client,
    site: Small,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Health says so while answers go on, the log once; `releases verify` reads the whole register."""
    _registered(client, SELECT)
    file, current = site.home / FILE, client.application.current_release
    content = file.read_bytes()
    current.look_at_register()
    assert _codes(client) == set()
    verify = ["--home", str(site.home), "releases", "verify"]
    assert main(verify) == 0
    try:
        for damage in (lambda: file.write_bytes(b"this is no database" * 100), file.unlink):
            caplog.clear()
            damage()
            current.look_at_register()
            assert "register of permanent queries" in caplog.text
            caplog.clear()
            current.look_at_register()
            assert _codes(client) == {"queries"}
            assert "register of permanent queries" not in caplog.text
            assert str(site.home) not in client.get("/healthz/ready").text
        assert main(verify) == 0  # whoever comes later cannot know that there was one
        file.write_bytes(content.replace(b"SELECT", b"SElECT", 1))
        assert main(verify) == 1
        file.write_bytes(b"this is no database" * 100)
        assert main(verify) == 1
        assert f"{file}: permanent queries cannot be answered" in capsys.readouterr().out
    finally:
        file.write_bytes(content)
    assert _codes(client) == set()


def _codes(client: Client) -> set[str]:
    answer = client.get("/healthz/ready")
    assert answer.status_code == 200
    assert answer.json is not None
    return {problem["code"] for problem in answer.json["problems"]} - {"dumps-missing", "disk-full"}


def test_a_query_that_was_removed(client: Client, site: Small) -> None:
    """410, and it gets its address not again."""
    path = _registered(client, "ASK { ?removed ?p ?o }")
    QueryRegister(site.home).remove([path.removeprefix("/q/")])
    assert _registered(client, "ASK { ?removed ?p ?o }") == path
    for address in (path, f"{path}.rq", f"{path}.json"):
        assert _code(client.get(address)) == (410, "query-removed")


def test_the_past_stays_as_it_was(client: Client, site: Small) -> None:
    """After a new release and a restart: the same bytes, and the page says that the answer is another now.

    Where the release is pruned: 410, with the text and the citation.
    """
    path = _registered(client, SELECT)
    before = {form: client.get(f"{path}.{form}").data for form in ("csv", "json", "rq", "bib")}
    assert b"Albania one" in before["csv"]
    old = ReleaseStore(site.home).releases()[-1]
    _publish(site, "two")
    front = create_wsgi_application(_settings(site))
    try:
        later = Client(front)
        assert {form: later.get(f"{path}.{form}").data for form in before} == before
        answer = later.get(f"{path}.csv")
        assert (
            answer.headers["Memento-Datetime"]
            == later.get(f"/release/{old.id}/doc/member/ALB.ttl").headers["Memento-Datetime"]
        )
        page = later.get(path, headers=HTML).text
        assert "The release in service gives another answer." in page
        assert f"(release {old.id}) [Data set]" in page
        assert "Albania one" in page
        assert _registered(later, SELECT) != path
        assert _registered(later, SELECT, release=old.id) == path
        assert _registered(later, SELECT, release=old.id.partition("-")[0]) == path
        shutil.rmtree(old.path / "model")
        (old.path / "pruned").touch()
        old.data.unlink()
        front.current_release.past.forget()
        gone = later.get(f"{path}.csv")
        assert _code(gone) == (410, "pruned")
        assert json.loads(gone.data)["query"] == SELECT
        assert later.get(f"{path}.rq").data == before["rq"]
        assert later.get(f"{path}.bib").data == before["bib"]
    finally:
        front.current_release.close()


def test_pruning_keeps_what_is_cited(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The data of a release that an address names stays, unless it is to go; an erasure takes queries along."""
    site = Small(tmp_path)
    for name in ("Onetown Republic", "two", "three", "four"):
        _publish(site, name)
    first, second, *_ = ReleaseStore(site.home).releases()
    front = create_wsgi_application(_settings(site))
    try:
        client = Client(front)
        path = _registered(client, SELECT, release=first.id)
        naming = _registered(client, "SELECT * { ?s ?p 'albania onetown republic'@en }")
        site.run("releases", "prune", "--keep", "1", "--dry-run")
        assert f"{second.id}: its data would go" in capsys.readouterr().out
        assert not ReleaseStore(site.home).pruned()
        site.run("releases", "prune", "--keep", "1")
        output = capsys.readouterr().out
        assert f"{first.id}: keeps its data, 1 permanent queries name it" in output
        assert f"{second.id}: its data is gone" in output
        assert f"with their data: {first.id}, " in output
        assert b"Onetown" in client.get(f"{path}.csv").data
        wording = f'<{_ALBANIA}> <{_LABEL}> "Albania Onetown Republic"@en'
        site.run("releases", "erase", "--statement", wording, "--reason", "Test", "--yes")
        output = capsys.readouterr().out
        assert "permanent queries that would be taken out: 1" in output
        assert "http://localhost:8000/q/*" in output
        assert "Onetown" not in output
        assert b"netown" not in (site.home / FILE).read_bytes()
    finally:
        front.current_release.close()
    front = create_wsgi_application(_settings(site))
    try:
        client = Client(front)
        assert _code(client.get(naming)) == (410, "query-removed")
        assert b"Onetown" not in client.get(f"{path}.csv").data
        page = client.get(path, headers=HTML)
        assert "Something was erased from the release since this was asked" in page.text
        site.run("releases", "prune", "--keep", "1", "--cited")
        front.current_release.past.forget()
        assert _code(client.get(f"{path}.csv")) == (410, "pruned")
        site.run("releases", "unregister", path.removeprefix("/q/"))
        assert _code(client.get(path)) == (410, "query-removed")
        assert main(["--home", str(site.home), "releases", "unregister", "nothing"]) == 1
    finally:
        front.current_release.close()


@pytest.mark.parametrize("path", ["/sparql", "/q"])
def test_rows_have_what_the_query_left_of_its_time(
    client: Client, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """The query and the columns added to its rows have one deadline together."""
    left: list[float] = []
    runs: list[PreparedQuery] = []
    answer = QueryCallers.answer

    def slow(callers: QueryCallers, request: ReleaseRequest, prepared: PreparedQuery) -> Answer:
        runs.append(prepared)
        time.sleep(0.3)
        return answer(callers, request, prepared)

    class Limits(RowLimits):
        def __init__(self, serving: OpenRelease, seconds: float, token: CancelToken) -> None:
            left.append(seconds)
            super().__init__(serving, seconds, token)

    monkeypatch.setattr(QueryCallers, "answer", slow)
    monkeypatch.setattr("ogpld.web.sparql.row_forms.RowLimits", Limits)
    fields = {"query": f"{SELECT} # {path}", "labels": "en"}
    assert client.post(path, data=fields).status_code in {200, 303}
    assert len(runs) == len(left) == 1
    assert left[0] <= Settings().query_deadline - 0.3
