"""`POST /mcp` as the specification has it, and as the protocol's own client speaks it."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from mcp import Client
from support.running import Server, start_server, stop_server

from ogpld.errors import QueryTooLargeError
from ogpld.rdf import parse_quads
from ogpld.web.agents.answer_parts import part_of

META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}
MODERN = {"MCP-Protocol-Version": "2026-07-28", "Accept": "application/json, text/event-stream"}
ORIGINS = "https://chat.example.org http://two.example:8080"
ONE = "SELECT ?c { ?c a <https://w3id.org/ogpld/ns#Commitment> }"


@pytest.fixture(scope="module")
def server(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over the sample data."""
    log = tmp_path_factory.mktemp("log") / "serve.log"
    started = start_server(home, log, budget_errors=0, mcp_origins=ORIGINS)
    yield started
    stop_server(started)


def post(server: Server, body: bytes, **headers: str) -> requests.Response:
    """Send bytes with headers, `_` for a hyphen; one that is empty is left out."""
    own = {"Content-Type": "application/json", **MODERN}
    own |= {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {name: value for name, value in own.items() if value}
    return requests.post(f"{server.url}/mcp", data=body, headers=sent, timeout=30)


def ask(
    server: Server, method: str, headers: dict[str, str] | None = None, **params: Any
) -> requests.Response:
    """Send a request of 2026-07-28."""
    message = {"jsonrpc": "2.0", "id": 7, "method": method, "params": {"_meta": META, **params}}
    mirrored = {"Mcp-Method": method, "Mcp-Name": str(params.get("name", ""))}
    return post(server, json.dumps(message).encode(), **{**mirrored, **(headers or {})})


def called(server: Server, tool: str, /, **arguments: Any) -> dict[str, Any]:
    """Return the result of a tool."""
    result: dict[str, Any] = ask(server, "tools/call", name=tool, arguments=arguments).json()[
        "result"
    ]
    return result


@pytest.mark.parametrize("mode", ["auto", "2026-07-28", "legacy"])
def test_the_protocols_own_client_is_answered(server: Server, mode: str) -> None:
    """With discovery, without it, and with the handshake of older revisions."""

    async def conversation() -> None:
        async with Client(f"{server.url}/mcp", read_timeout_seconds=30, mode=mode) as client:
            assert len((await client.list_tools()).tools) == 7
            result = await client.call_tool("sparql", {"query": ONE, "limit": 2})
            content: Any = result.structured_content
            assert (content["total"], content["returned"], content["complete"]) == (103, 2, False)

    asyncio.run(conversation())


def test_queries_search_for_words(server: Server) -> None:
    """As at the endpoint; what is no search is a refusal with its remedy."""
    search = (
        'PREFIX text: <http://jena.apache.org/text#> SELECT ?s { (?s ?score) text:query ("%s" 1) }'
    )
    (row,) = called(server, "sparql", query=search % "Estonia")["structuredContent"]["rows"]
    assert "/id/member/EST" in json.dumps(row)
    refused = called(server, "sparql", query=search % "Estonia~")
    assert refused["isError"]
    assert "query-search" in json.dumps(refused)


def test_a_request_stands_for_itself(server: Server) -> None:
    """Discovery, lists with how long they may be kept, the server's name in every result."""
    response = ask(server, "server/discover")
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store")
    message = response.json()
    assert (message["id"], message["result"]["resultType"]) == (7, "complete")
    assert message["result"]["supportedVersions"][0] == "2026-07-28"
    assert message["result"]["_meta"]["io.modelcontextprotocol/serverInfo"]["name"] == "ogpld"
    result = ask(server, "tools/list").json()["result"]
    assert (result["cacheScope"], result["ttlMs"] > 0) == ("public", True)


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b"{", {}, 400, -32700),
        (b"\xff", {}, 400, -32700),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "ping", "x": NaN}', {}, 400, -32700),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "\\ud800"}', {}, 400, -32700),
        (b"[" * 100_000, {}, 400, -32700),
        (b"[]", {}, 400, -32600),
        (b"1", {}, 400, -32600),
        (b'{"jsonrpc": "1.0", "id": 1, "method": "tools/list"}', {}, 400, -32600),
        (b'{"jsonrpc": "2.0", "id": null, "method": "tools/list"}', {}, 400, -32600),
        (b'{"jsonrpc": "2.0", "id": true, "method": "tools/list"}', {}, 400, -32600),
        (b'{"jsonrpc": "2.0", "id": 1, "result": {}}', {}, 400, -32600),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}', {}, 400, -32602),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": []}', {}, 400, -32602),
        (
            b'{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}',
            {"MCP_Protocol_Version": ""},
            400,
            -32020,
        ),
        (
            b'{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}',
            {"MCP_Protocol_Version": "1900-01-01"},
            400,
            -32022,
        ),
    ],
)
def test_what_is_no_request_is_refused(
    server: Server, body: bytes, headers: dict[str, str], status: int, code: int
) -> None:
    """With the codes of JSON-RPC 2.0 and of the specification."""
    response = post(server, body, **headers)
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)


def test_headers_say_what_the_body_says(server: Server) -> None:
    """Else whoever passes a request on would judge another one than is answered."""
    for header, value in (
        ("Mcp-Method", "tools/call"),
        ("Mcp-Method", ""),
        ("MCP-Protocol-Version", "2025-11-25"),
    ):
        response = ask(server, "tools/list", {header: value})
        assert (response.status_code, response.json()["error"]["code"]) == (400, -32020)
    for value in ("sparql", "=?base64?c3BhcnFs?=", "schema"):
        response = ask(server, "tools/call", {"Mcp-Name": value}, name="schema", arguments={})
        assert response.status_code == (200 if value == "schema" else 400)
    encoded = {"Mcp-Name": "=?base64?c2NoZW1h?="}
    assert ask(server, "tools/call", encoded, name="schema", arguments={}).status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "EST",
        "est",
        "EE",
        "Estonia",
        "ESTONIA",
        "http://localhost:8000/id/member/EST",
    ],
)
def test_a_member_has_the_same_names_everywhere(server: Server, name: str) -> None:
    """In lists, questions, pages of searches, feeds, comparisons and tools."""
    expected = server.get("/doc/commitment.csv?member=EST").text
    assert server.get("/doc/commitment.csv", params={"member": name}).text == expected
    for path in ("/queries/completion-changes.csv", "/search?q=open&format=json", "/feed.atom"):
        wanted = server.get(path, params={"member": "EST"})
        assert wanted.status_code == 200
        answer = server.get(path, params={"member": name})
        assert answer.status_code == 200, answer.text
        assert answer.text == wanted.text
    results = [
        [
            called(server, "search", text="open", member=text),
            called(server, "coverage", member=text),
            called(server, "ask_question", name="completion-changes", values={"member": text}),
            called(server, "get", thing=text),
        ]
        for text in ("EST", name)
    ]
    for usual, result in zip(*results, strict=True):
        assert not result.get("isError"), result
        assert result["structuredContent"] == usual["structuredContent"]


def test_methods_and_tools_that_there_are_not(server: Server) -> None:
    """404 for a method, 400 for a tool and a cursor, 405 for other methods of HTTP, 202 for a notification."""
    response = ask(server, "prompts/list")
    assert (response.status_code, response.json()["error"]["code"]) == (404, -32601)
    for method, params in (("tools/call", {"name": "delete"}), ("tools/list", {"cursor": "x"})):
        response = ask(server, method, **params)
        assert (response.status_code, response.json()["error"]["code"]) == (400, -32602)
    for method in ("GET", "DELETE", "PUT"):
        response = requests.request(method, f"{server.url}/mcp", timeout=30)
        assert (response.status_code, "POST" in response.headers["Allow"]) == (405, True)
    notification = b'{"jsonrpc": "2.0", "method": "notifications/cancelled"}'
    response = post(server, notification)
    assert (response.status_code, response.content) == (202, b"")


def test_pages_of_elsewhere_and_other_forms_are_refused(server: Server) -> None:
    """DNS rebinding: a page of another site; bodies of other types, and too large ones."""
    for origin, status in (
        ("https://evil.example", 403),
        ("null", 403),
        ("http://localhost.evil.example", 403),
        ("http://localhost:6274", 200),
        ("http://127.0.0.1:1", 200),
        *((origin, 200) for origin in ORIGINS.split()),
        ("https://chat.example.org:8443", 403),
    ):
        assert ask(server, "tools/list", {"Origin": origin}).status_code == status
    assert ask(server, "tools/list", {"Content-Type": "text/plain"}).status_code == 415
    assert ask(server, "tools/list", {"Accept": "text/html"}).status_code == 406
    assert post(server, b" " * 1_000_000).status_code == 413


def test_what_a_tool_refuses_says_what_to_do(server: Server) -> None:
    """An error of a result, not of the protocol: code and remedy."""
    for name, arguments, words in (
        ("sparql", {"query": "SELECT"}, "query-syntax"),
        ("sparql", {"query": "INSERT DATA { <a:a> <a:b> 1 }"}, "read-only"),
        ("sparql", {}, "needs the argument query"),
        ("sparql", {"query": 1}, "is no text"),
        ("sparql", {"query": ONE, "limit": 0}, "less than 1"),
        ("sparql", {"query": ONE, "limit": True}, "whole number"),
        ("sparql", {"query": ONE, "limits": 1}, "it takes: query"),
        ("ask_question", {"name": "nothing"}, "call questions"),
        (
            "ask_question",
            {"name": "completion-changes", "values": {"member": "Atlantis"}},
            "no member",
        ),
        (
            "ask_question",
            {"name": "completion-changes", "values": {"body": "x"}},
            "it takes member",
        ),
        ("get", {"thing": "commitment/XX9999"}, "call search"),
        ("get", {"thing": "http://x/> ?p ?o } #"}, "nothing here is called"),
        ("coverage", {"class": "Nothing"}, "there are: "),
        ("search", {"text": "x" * 401}, "larger than 400"),
        ("schema", {"name": "Nothing"}, "call schema without"),
    ):
        result = called(server, name, **arguments)
        assert result["isError"], (name, arguments)
        assert words in result["content"][0]["text"]


def test_values_have_receipts_and_what_is_not_known_is_null(server: Server) -> None:
    """The row and the graph of each value; a computed one names its assessment and the cell."""
    query = (
        "PREFIX ogpld: <https://w3id.org/ogpld/ns#> PREFIX dcterms: <http://purl.org/dc/terms/> "
        "SELECT ?c ?title ?done ?none { ?c dcterms:identifier 'EE0050' ; dcterms:title ?title ; "
        "ogpld:completion ?done OPTIONAL { ?c ogpld:noSuch ?none } }"
    )
    content = called(server, "sparql", query=query)["structuredContent"]
    (row,) = content["rows"]
    assert (row["title"], row["none"]) == ("Riigikogu Transparency", None)
    assert "none is not known in 1 of 1 rows" in " ".join(content["cannotSay"])
    own = [r for r in content["receipts"] if r["thing"].endswith("/EE0050")]
    titles = [r for r in own if any(s["value"] == row["title"] for s in r["states"])]
    assert any(place.endswith("estonia.csv#row=25") for r in titles for place in r["rows"])
    (done,) = [r for r in own if any(s["value"] == row["done"] for s in r["states"])]
    assert any("/id/assessment/EE0050-completion" in place for place in done["rows"])
    assert any("estonia.csv#cell=25," in place for place in done["rows"])
    assert content["codes"][row["done"]].endswith("/code/completion/complete")


def test_a_list_is_whole_or_says_that_it_is_not(server: Server) -> None:
    """Parts of a list together are the list; the permanent address gives all of it."""
    rows: list[Any] = []
    while True:
        content = called(server, "sparql", query=f"{ONE} ORDER BY ?c", limit=40, offset=len(rows))
        rows += content["structuredContent"]["rows"]
        if len(rows) == content["structuredContent"]["total"]:
            break
        assert f"of 103; the next with offset={len(rows)}" in content["structuredContent"]["cut"]
    address = content["structuredContent"]["permanentAddress"].partition("/release/")[2]
    answer = server.get(
        f"/release/{address}", headers={"Accept": "application/sparql-results+json"}
    )
    assert [b["c"]["value"] for b in answer.json()["results"]["bindings"]] == [r["c"] for r in rows]


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\u0085", "\u000b", "\u000c", "\u001c"])
def test_a_triple_is_whole_whatever_signs_its_text_has(server: Server, sign: str) -> None:
    """Many signs break lines for people; between triples there is one line end."""
    query = "CONSTRUCT { <a:a> <a:b> ?text , 'z' } { VALUES ?text { '%s' } }"
    content = called(server, "sparql", query=query % f"x{sign}y")["structuredContent"]
    assert (content["total"], content["complete"]) == (2, True)
    quads = [quad for line in content["triples"] for quad in parse_quads(line.encode(), "nt")]
    assert {quad.object.value for quad in quads} == {f"x{sign}y", "z"}
    empty = called(server, "sparql", query="CONSTRUCT { <a:a> <a:b> 1 } { FILTER(false) }")
    assert empty["structuredContent"]["triples"] == []


def test_a_question_counts_what_it_leaves_out(server: Server) -> None:
    """Names are taken where keys are wanted."""
    content = called(server, "ask_question", name="ambitious-and-dropped", limit=1)[
        "structuredContent"
    ]
    assert content["leftOut"]["total"] > 0
    assert "/sparql?query=" in content["leftOut"]["list"]
    by_name = called(
        server, "ask_question", name="completion-changes", values={"member": "estonia"}
    )
    assert by_name["structuredContent"]["values"] == {"member": "EST"}


def test_a_client_pays_as_at_the_endpoint(home: Path, tmp_path: Path) -> None:
    """Failures are charged to the same budget; then a tool says when to come back."""
    server = start_server(home, tmp_path / "serve.log", budget_errors=2, budget_error_refill=0.1)
    try:
        texts = [called(server, "sparql", query="SELECT")["content"][0]["text"] for _ in range(4)]
        assert "query-syntax" in texts[0]
        assert "budget-spent" in texts[-1]
        assert server.get("/sparql?query=ASK+%7B%7D").status_code == 429
    finally:
        stop_server(server)


@pytest.mark.parametrize(
    ("thing", "iri"),
    [
        ("EE0050", "id/commitment/EE0050"),
        ("commitment/EE0050", "id/commitment/EE0050"),
        ("http://localhost:8000/doc/commitment/EE0050", "id/commitment/EE0050"),
        ("Riigikogu", "id/institution/EST-riigikogu"),
        ("Estonia", "id/member/EST"),
        ("https://w3id.org/ogpld/code/completion/complete", ""),
        ("https://w3id.org/ogpld/ns#completion", ""),
    ],
)
def test_a_thing_is_got_by_what_it_is_called(server: Server, thing: str, iri: str) -> None:
    """Identifiers, pages, names of things of any class, codes and terms of the model."""
    content = called(server, "get", thing=thing)["structuredContent"]
    assert content["thing"] == (f"http://localhost:8000/{iri}" if iri else thing)
    assert content["total"] > 3


@pytest.mark.parametrize("term", ["code/completion/complete", "code/completion", "ns#completion"])
def test_what_is_given_as_document_can_be_asked_for(server: Server, term: str) -> None:
    """Of codes and of terms of the model, which have one page at each site."""
    content = called(server, "get", thing=f"https://w3id.org/ogpld/{term}")["structuredContent"]
    assert content["document"] == f"http://localhost:8000/{term}"
    assert server.get(f"/{term.partition('#')[0]}").status_code == 200
    again = called(server, "get", thing=content["document"])["structuredContent"]
    assert again["thing"] == content["thing"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (NOW() AS ?n) {}",
        "SELECT (RAND() AS ?n) {}",
        "SELECT (STRUUID() AS ?n) {}",
        "CONSTRUCT { [] <a:b> 1 } {}",
        "CONSTRUCT { _:x <a:b> ?n } { VALUES ?n { 1 } }",
    ],
)
def test_what_may_be_another_each_time_has_no_address(server: Server, query: str) -> None:
    """As at `/q`, and it is said."""
    refused = requests.post(f"{server.url}/q", data={"query": query}, timeout=30)
    assert refused.json()["code"] == "query-unstable"
    content = called(server, "sparql", query=query)["structuredContent"]
    assert "permanentAddress" not in content
    assert "no address to cite" in " ".join(content["cannotSay"])
    assert "permanentAddress" in called(server, "sparql", query="ASK {}")["structuredContent"]


def test_an_address_is_what_it_is_said_to_be(server: Server) -> None:
    """Of a query the address of its answer; of what was read in a release that of the release."""
    tools = {tool["name"]: tool for tool in ask(server, "tools/list").json()["result"]["tools"]}
    for name, arguments in (
        ("search", {"text": "Estonia"}),
        ("schema", {}),
        ("questions", {}),
        ("get", {"thing": "EE0050"}),
        ("coverage", {}),
    ):
        content = called(server, name, **arguments)["structuredContent"]
        words = tools[name]["outputSchema"]["properties"]["permanentAddress"]["description"]
        assert ("/sparql?" in content["permanentAddress"]) == words.startswith("Address that gives")
        path = content["permanentAddress"].removeprefix("http://localhost:8000")
        assert server.get(path).status_code == 200


def test_search_keeps_to_the_bounds_of_lists(server: Server) -> None:
    """Past the end there is none; much is cut at the bytes of an answer, and goes on from there."""
    past = called(server, "search", text="Estonia", offset=100_000)["structuredContent"]
    assert past["total"] > 0
    assert (past["matches"], past["complete"]) == ([], False)
    assert past["cut"] == f"none of {past['total']:,}"
    assert not any("Nothing here is called" in text for text in past["cannotSay"])
    first = called(server, "search", text="Estonia", limit=2)["structuredContent"]
    assert first["cut"] == f"1 to 2 of {first['total']}; the next with offset=2"


def test_a_list_is_bounded_in_bytes() -> None:
    """What does not fit is left for the next part; a row that fits in none is an error."""
    row = "x" * 40_000
    part, extent = part_of([row] * 3, 7, 20)
    assert (len(part), extent["cut"]) == (2, "8 to 9 of 20; the next with offset=9")
    with pytest.raises(QueryTooLargeError, match="row 8 alone has 100,003 bytes") as error:
        part_of(["x" * 100_001, row], 7, 20)
    assert "offset=8" in error.value.hint


def test_a_row_that_is_too_large_is_an_error(server: Server) -> None:
    """A part is never taken for the whole."""
    query = "SELECT (GROUP_CONCAT(STR(?o)) AS ?all) { ?s ?p ?o FILTER(isLiteral(?o)) }"
    refused = called(server, "sparql", query=query)
    assert refused["isError"]
    assert "result-too-large" in json.dumps(refused)


def test_tools_say_how_many_rows_they_give(server: Server) -> None:
    """When nobody says how many."""
    tools = {tool["name"]: tool for tool in ask(server, "tools/list").json()["result"]["tools"]}
    for name, rows in (("search", 50), ("sparql", 50), ("ask_question", 50), ("get", 500)):
        limit = tools[name]["inputSchema"]["properties"]["limit"]
        assert f"{rows} when left out" in limit["description"]


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("get", {"thing": "Ministry of Justice"}, "give the IRI of one of them: http"),
        ("get", {"thing": "Riigikogu Transparencia"}, "is it one of these? http"),
        ("get", {"thing": "xqzv"}, "call search with fewer words"),
        ("get", {"thing": "https://w3id.org/ogpld/code/completion/done"}, "says nothing of"),
        ("schema", {"name": "completions"}, "is it one of these? completion"),
        ("ask_question", {"name": "completion changes"}, "is it one of these? completion-changes"),
        ("coverage", {"member": "China"}, "holds nothing of it: say so"),
        ("coverage", {"member": "EST", "class": "Milestone"}, "not counted by Member"),
        ("coverage", {"member": "EST", "class": "Member"}, "not counted by Member"),
        ("coverage", {"member": "LVA", "plan": "EST03"}, "is none of the member"),
        ("search", {"text": "x", "class": "Country"}, "there are: ActionPlan"),
        ("search", {"text": "x", "member": "China"}, "no member has that key or name"),
    ],
)
def test_a_name_that_is_none_is_answered_with_the_nearest(
    server: Server, tool: str, arguments: dict[str, str], words: str
) -> None:
    """So that the next call can be right, and what is not held is said, not guessed."""
    result = called(server, tool, **arguments)
    assert result["isError"]
    assert words in result["content"][0]["text"]


NS = "PREFIX ogpld: <https://w3id.org/ogpld/ns#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (
            "SELECT ?c { ?c ogpld:policyAreas ?area }",
            "Nothing in this release is ogpld:policyAreas",
        ),
        (
            "SELECT (COUNT(?c) AS ?n) { ?c a ogpld:Promise }",
            "Nothing in this release is ogpld:Promise",
        ),
        ("ASK { <id/member/Estonia> ?p ?o }", "is <id/member/Estonia>"),
        (
            "SELECT ?c { ?c ogpld:completion <https://w3id.org/ogpld/code/completion/done> }",
            "completion/done>",
        ),
        ("SELECT ?m { ?m skos:prefLabel 'Estonia' }", "have a language"),
        ("SELECT ?c { ?c ogpld:starred true ; ogpld:completion ogpld:none }", "ogpld:none"),
        ("SELECT ?c { ?c ogpld:starred true ; ogpld:verifiable 5 }", ""),
        ("SELECT ?m { ?m skos:prefLabel ?l FILTER(STR(?l) = 'ogpld:Nowhere') }", ""),
        ("SELECT (COUNT(?c) AS ?n) { ?c a ogpld:Commitment } # ogpld:Nothing", ""),
    ],
)
def test_an_empty_answer_says_what_there_is_not(server: Server, query: str, words: str) -> None:
    """Names in the query that the release does not have; a zero is as empty as no row."""
    sentences = called(server, "sparql", query=NS + query)["structuredContent"]["cannotSay"]
    hints = [text for text in sentences if "Nothing in this" in text or "a language" in text]
    assert len(hints) == bool(words)
    assert words in "".join(hints)


def test_schema_says_how_much_is_known_and_what_codes_mean(server: Server) -> None:
    """Of how many things each value is known; codes with definitions, or the word that there is none."""

    def text(name: str = "") -> str:
        return str(called(server, "schema", name=name)["structuredContent"]["text"])

    assert "FILTER NOT EXISTS" in text()
    assert re.search(
        r"ogpld:completion \[0..1\] code of completion; known of \d+ of 103:", text("Commitment")
    )
    assert text("ogpld:Commitment") == text("Commitment")
    assert text("ogpld:completion").startswith("ogpld:Commitment has ogpld:completion [0..1]")
    assert "Major: A step forward for openness" in text("opened-government")
    assert "Transformative: Could change how things are usually done." in text("potential-impact")
    assert "Complete: no definition is held" in text("completion")


def test_coverage_counts_what_is_asked_for(server: Server) -> None:
    """Values of a member's or a plan's things, not of all."""

    def things(**arguments: str) -> tuple[int, int]:
        content = called(server, "coverage", **arguments)["structuredContent"]
        counts = {value["property"]: value["things"] for value in content["values"]}
        assert "known-values" not in content["permanentAddress"]
        return content["things"], counts["ogpld:completion"]

    whole, member, plan = things(), things(member="Estonia"), things(plan="EST04")
    assert whole[0] == 103
    assert whole > member > plan > (0, 0)


def test_search_is_narrowed_and_helps_on(server: Server) -> None:
    """To a member, to codes; words that find something alone are named."""
    bodies = called(server, "search", text="Ministry of Justice", member="Estonia")
    assert {match["member"] for match in bodies["structuredContent"]["matches"]} == {"EST"}
    codes = called(server, "search", text="Complete", **{"class": "Concept"})["structuredContent"]
    assert codes["matches"][0]["thing"].endswith("/code/completion/complete")
    nothing = called(server, "search", text="Riigikogu zzzqqq wwwxxx")["structuredContent"]
    assert not nothing["matches"]
    assert any("'Riigikogu'" in text for text in nothing["cannotSay"])
