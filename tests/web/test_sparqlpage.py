"""The page at /sparql: with the editor or without, its policy, its examples, its programs."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
from html import unescape

import pytest
from support.pages import FRAME_SCRIPT, main_text
from support.running import ROOT, Server

from ogpld.queries.named import load_named

EDITOR = ROOT / "ogpld/web/static/editor/yasgui.min.js"
OUT = r"""SELECT ('' AS ?y) ("${x} \\\"b $(touch broken)" AS ?z) ('''a
SPARQL
)---"
touch broken; $(touch broken) `touch broken` \\ %26&x=y''' AS ?x) {}"""
COUNT = "SELECT (COUNT(*) AS ?n) { ?s a <https://w3id.org/ogpld/ns#Commitment> }"
HTML = {"Accept": "text/html"}
HOSTILE = 'SELECT ("""a\nb\\\\c" \\"\\" """ AS ?x) ("SPARQL )---" AS ?y) {}'


def page(server: Server, **parameters: str) -> tuple[str, str]:
    """Return the page and its policy."""
    answer = server.get("/sparql", params=parameters, headers=HTML)
    assert answer.status_code == 200
    return answer.text, answer.headers["Content-Security-Policy"]


def test_scripts_are_named_and_ours(server: Server) -> None:
    """With the editor two more of our files, by a nonce of this answer; without it that of all pages."""
    text, policy = page(server)
    text = text.replace(FRAME_SCRIPT, "")
    scripts = re.findall(r"<script([^>]*)>", text)
    if not EDITOR.is_file():
        assert scripts == []
        assert "script-src 'self';" in policy
        return
    sources = [re.search(r'src="([^"]*)"', script) for script in scripts]
    assert [s[1] for s in sources if s] == ["/static/editor/yasgui.min.js", "/static/sparql.js"]
    nonce = re.search(r"script-src 'self' 'nonce-([^']+)'", policy)
    assert nonce is not None
    assert all(f'nonce="{nonce[1]}"' in script for script in scripts)
    assert "unsafe" not in policy
    assert page(server)[1] != policy
    for source in sources:
        assert source is not None
        assert server.get(source[1]).status_code == 200


def test_no_other_page_has_a_script(server: Server) -> None:
    """No other page runs a script but the search box's, or loads the editor's; JSON-LD in a page is data."""
    for path in ("/", "/doc/commitment/EE0050", "/queries", "/queries/led-by", "/validate", "/ns"):
        answer = server.get(path, headers=HTML)
        assert answer.text.count(FRAME_SCRIPT) == 1
        text = answer.text.replace(FRAME_SCRIPT, "")
        assert "<script" not in text.replace('<script type="application/ld+json">', "")
        assert "/static/editor" not in answer.text
        assert "script-src 'self';" in answer.headers["Content-Security-Policy"]


def test_a_bare_visit_shows_an_example_already_run(server: Server) -> None:
    """The form is filled, its result below, limits and budget said."""
    text, _ = page(server)
    assert "50 rows" in text
    assert "/doc/commitment/" in text or "/id/commitment/" in text
    for words in (
        "10,000 rows",
        "65,536 bytes",
        "never a short answer",
        "120 seconds of query time",
    ):
        assert words in " ".join(text.split())


def test_every_question_is_an_example(server: Server) -> None:
    """By topic, each with an address of its own."""
    text, _ = page(server)
    for query in load_named().values():
        assert query.title in unescape(text)
    first = re.search(r'href="(/sparql\?query=[^"]*)"', text.partition("Examples")[2])
    assert first is not None
    assert server.get(unescape(first[1]), headers={"Accept": "text/csv"}).status_code == 200


def test_what_the_home_page_proposes_has_an_answer(server: Server) -> None:
    """Each link to a query leads to rows."""
    links = re.findall(r'href="(/sparql\?query=[^"]*)"', server.get("/", headers=HTML).text)
    assert links
    for address in links:
        answer = server.get(unescape(address), headers={"Accept": "text/csv, text/turtle"})
        assert answer.status_code == 200
        assert len(answer.text.splitlines()) > 1


PREFIXES = (
    "PREFIX ogpld: <https://w3id.org/ogpld/ns#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
    "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "
)
BASE = "http://localhost:8000"
TERMS = "https://w3id.org/ogpld/ns#"


@pytest.mark.parametrize(
    ("pattern", "absent", "near"),
    [
        ("?c a <http://w3id.org/ogpld/ns#Commitment>", "", f"<{TERMS}Commitment>"),
        ("?c a <https://w3id.org/ogpld/ns/Commitment>", "", f"<{TERMS}Commitment>"),
        ("?c <http://schema.org/sameAs> ?x", "", "<https://schema.org/sameAs>"),
        (f"<{BASE}/id/member/EST/> ?p ?x", "", f"<{BASE}/id/member/EST>"),
        (f"<{BASE}/id/member/est> ?p ?x", "", f"<{BASE}/id/member/EST>"),
        (f"<{BASE}/doc/member/EST> ?p ?x", "", f"<{BASE}/id/member/EST>"),
        ("<https://localhost:8000/id/member/EST> ?p ?x", "", f"<{BASE}/id/member/EST>"),
        (f"<{BASE}/id/member/Estonia> ?p ?x", "", f"<{BASE}/id/member/EST>"),
        ("?c ogpld:completionStatus ?x", "ogpld:completionStatus", f"<{TERMS}completion>"),
        ("?c ogpld:startDate ?x", "ogpld:startDate", "<https://schema.org/startDate>"),
        (
            "?c ogpld:completion <https://w3id.org/ogpld/code/completion/Completed>",
            "",
            "<https://w3id.org/ogpld/code/completion/complete>",
        ),
        ("?c ogpld:qqqq ?x", "ogpld:qqqq.", ""),
        (
            "?c ogpld:completion 'complete'",
            "ogpld:completion with the value 'complete'",
            "<https://w3id.org/ogpld/code/completion/complete>",
        ),
        ("?m skos:prefLabel 'Estonia'", "compare STR(?name)", '"Estonia"@en'),
        ("?m skos:prefLabel 'Estonia'@fr", "", '"Estonia"@en'),
        ("?p ogpld:cycle '2014'^^xsd:gYear", "the value '2014'^^xsd:gYear", "there is 2014."),
        ("?p ogpld:cycle '2014'", "the value '2014'", "there is 2014."),
        ("?m skos:prefLabel ?x FILTER(?x = 'Estonia')", "compare STR(?name)", ""),
    ],
)
def test_an_empty_answer_names_what_the_data_has_not(
    server: Server, pattern: str, absent: str, near: str
) -> None:
    """And what is near: with no rows and with a count of none."""
    written = re.search(r"<[^>]*>", pattern)
    for select in ("*", "(COUNT(*) AS ?n)"):
        text, _ = page(server, query=f"{PREFIXES}SELECT {select} {{ {pattern} }}")
        part = unescape(re.sub("<[^>]*>", "", text.partition("Why there may be nothing")[2]))
        reasons = part.partition("Give this a permanent address")[0]
        assert (absent or (written and written[0]) or "") in reasons
        assert near in reasons


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?c { ?c a ogpld:Commitment } LIMIT 1",
        "SELECT (COUNT(?c) AS ?n) { ?c a ogpld:Commitment }",
        "SELECT ?m { ?m skos:prefLabel ?l FILTER(STR(?l) = 'ogpld:Nowhere') }",
        "SELECT ?c { ?c a ogpld:Commitment ; ogpld:cycle ?x FILTER(?x < xsd:integer('1')) }",
        "CONSTRUCT { ?c ogpld:mine ?x } { ?c a ogpld:Commitment ; ogpld:starred ?x } LIMIT 1",
        "ASK { ?c a ogpld:Commitment }",
    ],
)
def test_what_the_data_has_is_not_told_as_missing(server: Server, query: str) -> None:
    """Neither beside rows, nor for datatypes, texts in expressions and what a template makes."""
    assert "Why there may be nothing" not in page(server, query=PREFIXES + query)[0]


def program(server: Server, language: str, query: str) -> str:
    """Return the program the page shows for a query."""
    text, _ = page(server, query=query)
    match = re.search(rf'data-language="{language}"[^>]*><code>(.*?)</code>', text, re.DOTALL)
    assert match is not None
    return unescape(match[1]).replace("http://localhost:8000/", f"{server.url}/")


@pytest.mark.parametrize("query", [COUNT, HOSTILE, OUT, OUT.replace("\n", "\r\n")])
def test_the_curl_command_runs_as_it_is_shown(server: Server, query: str) -> None:
    """Copied into a shell it gives the CSV, whatever stands in the query."""
    wanted = server.get("/sparql", params={"query": query, "format": "csv"}).text
    command = program(server, "curl", query).replace("curl ", "curl --silent ", 1)
    result = subprocess.run(["bash", "-c", command], capture_output=True, check=True, timeout=30)
    assert rows(result.stdout.decode()) == rows(wanted)


@pytest.mark.parametrize("query", [COUNT, HOSTILE, OUT, OUT.replace("\n", "\r\n")])
def test_the_python_program_asks_the_same(server: Server, query: str) -> None:
    """All of it but the reading and printing of the table, which need pandas (tests/counterparts)."""
    wanted = server.get("/sparql", params={"query": query, "format": "csv"}).text
    source = program(server, "Python", query).replace("import pandas\n", "")
    source = source.partition("table = pandas")[0] + "print(answer.text)"
    result = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, check=True, timeout=30
    )
    assert rows(result.stdout.decode().rstrip("\n")) == rows(wanted.rstrip("\n"))


def rows(text: str) -> list[list[str]]:
    """Return what a CSV says."""
    return [row for row in csv.reader(io.StringIO(text)) if row]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (
            'SELECT * WHERE { ?s <http://nowhere.example/p> "x"@en--ltr }',
            "Why there may be nothing",
        ),
        ("SELECT * WHERE { ?s o:number 01 ; a <http://nowhere.example/C> }", "nowhere.example/C"),
    ],
)
def test_what_is_written_in_another_way_fails_nothing(
    server: Server, query: str, words: str
) -> None:
    """A text with a direction had no page; of 01 it was said that nothing has it, where things have 1."""
    text, _ = page(server, query=f"PREFIX o: <https://w3id.org/ogpld/ns#> {query}")
    assert words in text
    assert "with the value 01" not in main_text(text)
    absent, _ = page(server, query="SELECT * { ?s <https://w3id.org/ogpld/ns#number> 987654 }")
    assert "with the value 987654" in main_text(absent)
