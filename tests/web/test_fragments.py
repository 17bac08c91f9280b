"""`/fragments`: what matches a triple pattern is what the endpoint says, page by page, with controls."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from support.running import Server

from ogpld.rdf import FOAF, HYDRA, RDF, VOID, XSD, Literal, NamedNode, Quad, parse_quads, term_text
from ogpld.release import Release
from ogpld.stores.embedded import EmbeddedStore
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.lists.triple_pattern import read_pattern

BASE = "http://localhost:8000"
NS = "https://w3id.org/ogpld/ns#"
PAGE = 500


def address(**terms: object) -> str:
    """Return the path of a fragment."""
    query = "&".join(f"{name}={quote(str(value), safe='')}" for name, value in terms.items())
    return f"/fragments?{query}" if query else "/fragments"


def quads(server: Server, path: str, accept: str = "application/n-quads") -> list[Quad]:
    """Return the statements of a page with their graphs."""
    answer = server.get(path, headers={"Accept": accept})
    assert answer.status_code == 200, answer.text
    form = {"application/n-quads": "nq", "application/trig": "trig", "text/turtle": "ttl",
            "application/ld+json": "jsonld", "application/n-triples": "nt"}[accept]  # fmt: skip
    return list(parse_quads(answer.content, form))


def data(page: list[Quad]) -> list[str]:
    """Return the statements of the default graph."""
    return [str(quad.triple) for quad in page if term_text(quad.graph_name) == ""]


def controls(page: list[Quad], subject: str) -> dict[str, list[str]]:
    """Return what the page says of something in its graph of metadata."""
    values: dict[str, list[str]] = {}
    for quad in page:
        if term_text(quad.subject) == subject and term_text(quad.graph_name).endswith("#metadata"):
            values.setdefault(quad.predicate.value, []).append(term_text(quad.object))
    return values


def pages(server: Server, path: str) -> Iterator[list[Quad]]:
    """Yield the pages of a fragment, by its own links."""
    while path:
        page = quads(server, path)
        yield page
        following = controls(page, BASE + path).get(HYDRA("next").value, [])
        path = following[0].removeprefix(BASE) if following else ""


def matches(server: Server, pattern: str) -> set[str]:
    """Return the statements that the endpoint gives for a pattern."""
    query = f"CONSTRUCT {{ {pattern} }} WHERE {{ {pattern} }}"
    answer = server.get("/sparql", params={"query": query, "format": "nt"})
    assert answer.status_code == 200, answer.text
    return {str(quad.triple) for quad in parse_quads(answer.content, "nt")}


@pytest.mark.parametrize(
    ("terms", "pattern"),
    [
        ({"object": f"{NS}Commitment"}, f"?s ?p <{NS}Commitment>"),
        ({"predicate": RDF("type").value}, f"?s <{RDF('type').value}> ?o"),
        ({"predicate": f"{NS}cycle"}, f"?s <{NS}cycle> ?o"),
        (
            {"subject": f"{BASE}/id/commitment/EE0050"},
            f"<{BASE}/id/commitment/EE0050> ?p ?o",
        ),
        ({"subject": f"<{BASE}/id/member/EST>"}, f"<{BASE}/id/member/EST> ?p ?o"),
        ({"object": '"EE0050"'}, '?s ?p "EE0050"'),
        ({"object": '"Estonia"@en'}, '?s ?p "Estonia"@en'),
        ({"object": f'"true"^^{XSD("boolean").value}'}, "?s ?p true"),
        ({"object": f'"2012"^^<{XSD("gYear").value}>'}, f'?s ?p "2012"^^<{XSD("gYear").value}>'),
        ({"object": '"2"^^xsd:integer'}, "?s ?p 2"),
        ({"subject": "?x", "object": "?x"}, "?x ?p ?x"),
        ({"subject": "?object", "predicate": RDF("type").value, "object": f"{NS}Member"},
         f"?s a <{NS}Member>"),
        (
            {
                "subject": f"{BASE}/id/member/EST",
                "predicate": RDF("type").value,
                "object": f"{NS}Member",
            },
            f"<{BASE}/id/member/EST> a <{NS}Member>",
        ),
        ({"subject": "https://nowhere.example/"}, "<https://nowhere.example/> ?p ?o"),
    ],
)  # fmt: skip
def test_all_pages_are_what_the_endpoint_says(
    server: Server, terms: dict[str, str], pattern: str
) -> None:
    """Each statement once, and as many as the first page says."""
    path = address(**terms)
    whole = list(pages(server, path))
    statements = [line for page in whole for line in data(page)]
    assert len(statements) == len(set(statements))
    assert set(statements) == matches(server, pattern)
    totals = {
        value
        for page in whole
        for quad in page
        for value in [term_text(quad.object)]
        if quad.predicate in {VOID("triples"), HYDRA("totalItems")}
        and term_text(quad.graph_name).endswith("#metadata")
    }
    assert totals == {str(len(statements))}


def test_every_statement_of_the_default_graph_is_on_one_page(
    server: Server, release: Release
) -> None:
    """The fragment of everything, whole; two stores that load the release have one order."""
    whole = [line for page in pages(server, "/fragments") for line in data(page)]
    store = EmbeddedStore.load(release.data, hidden_graphs=release.hidden_graphs)
    order = [str(quad.triple) for quad in store.engine.quads_for_pattern(None, None, None)
             if term_text(quad.graph_name) == ""]  # fmt: skip
    assert len(whole) == len(set(whole)) > 20_000
    assert set(whole) == set(order)
    rows = store.engine.query("SELECT ?s ?p ?o { ?s ?p ?o }")
    numbered = {f"{row[0]} {row[1]} {row[2]}": n // PAGE for n, row in enumerate(rows)}  # type: ignore[index,union-attr,misc]
    assert [numbered[line] for line in whole] == [n // PAGE for n in range(len(whole))]


def test_a_page_says_where_it_is_and_how_to_ask(server: Server) -> None:
    """The controls that clients look for: topic, subset, form with three variables, pages."""
    path = address(predicate=RDF("type").value)
    page = quads(server, path)
    own = controls(page, BASE + path)
    dataset = f"{BASE}/fragments#dataset"
    assert own[HYDRA("itemsPerPage").value] == [str(PAGE)]
    assert own[HYDRA("first").value] == [BASE + path]
    assert HYDRA("previous").value not in own
    assert set(controls(page, f"{BASE}{path}#metadata")[FOAF("primaryTopic").value]) == {
        BASE + path,
        dataset,
    }
    of_dataset = controls(page, dataset)
    assert of_dataset[VOID("subset").value] == [BASE + path]
    search = controls(page, of_dataset[HYDRA("search").value][0])
    assert search[HYDRA("template").value] == [f"{BASE}/fragments{{?subject,predicate,object}}"]
    mapped = {
        controls(page, iri)[HYDRA("property").value][0]: controls(page, iri)[
            HYDRA("variable").value
        ][0]
        for iri in search[HYDRA("mapping").value]
    }
    assert mapped == {RDF(name).value: name for name in ("subject", "predicate", "object")}
    second = controls(quads(server, f"{path}&page=2"), f"{BASE}{path}&page=2")
    assert second[HYDRA("previous").value] == [BASE + path]
    assert second[HYDRA("last").value] == own[HYDRA("last").value]


def test_an_address_is_repeated_as_it_was_sent(server: Server) -> None:
    """Clients compare it with the one they know, whatever they escape; the links are of one kind."""
    for query in (
        f"object={NS.replace('#', '%23')}Commitment",
        f"object={quote(NS, safe='')}Commitment",
    ):
        path = f"/fragments?{query}"
        page = quads(server, path)
        assert controls(page, f"{BASE}{path}")[HYDRA("first").value] == [
            BASE + address(object=f"{NS}Commitment")
        ]


def test_every_form_has_the_same_statements(server: Server) -> None:
    """With named graphs the data is apart; without, it is with what is said of the page."""
    path = address(object=f"{NS}Member")
    expected = {str(quad.triple) for quad in quads(server, path)}
    apart = set(data(quads(server, path)))
    assert 0 < len(apart) < len(expected)
    for accept in ("application/trig", "application/ld+json"):
        assert set(data(quads(server, path, accept))) == apart
        assert {str(q.triple) for q in quads(server, path, accept)} == expected
    for accept in ("text/turtle", "application/n-triples"):
        assert {str(q.triple) for q in quads(server, path, accept)} == expected
    answer = server.get(path)
    assert answer.headers["Content-Type"] == "application/trig"
    assert answer.headers["X-Total-Count"] == str(len(apart))
    assert answer.headers["Vary"] == "Accept, Accept-Encoding"
    for accept in ("application/trig", "application/n-quads", "application/ld+json", "text/turtle"):
        answer = server.get(path, headers={"Accept": accept})
        assert "Content-Location" not in answer.headers, "no file names this address in its data"
        assert f"{BASE}{path}" in answer.text
    page = server.get(path, headers={"Accept": "text/html"})
    located = server.get(page.headers["Content-Location"])
    assert located.status_code == 200
    assert '"first"' in located.headers["Link"]


def test_a_person_gets_a_form_and_the_statements(server: Server) -> None:
    """Values in the form are what was asked for; what is asked for is escaped."""
    path = address(object='"<b>"@en')
    text = server.get(path, headers={"Accept": "text/html"}).text
    assert "&#34;&lt;b&gt;&#34;@en" in text
    assert "<b>" not in text
    assert "No statement matches." in text
    text = server.get(
        "/fragments?subject=&predicate=&object=", headers={"Accept": "text/html"}
    ).text
    assert ">1-100<" in text
    assert 'name="subject" value=""' in text


@pytest.mark.parametrize(
    ("terms", "what"),
    [
        ({"subject": '"a"'}, "is a literal"),
        ({"predicate": '"a"@en'}, "is a literal"),
        ({"subject": "_:b0"}, "blank node"),
        ({"object": "Commitment"}, "is no term"),
        ({"object": '"a'}, "is no term"),
        ({"object": '"a"@'}, "is no term"),
        ({"object": '"a"^^integer'}, "is no term"),
        ({"object": '"a"^^'}, "is no term"),
        ({"object": "http://a b/"}, "is no term"),
        ({"object": "<http://a.example/"}, "is no term"),
        ({"object": "http://a.example/{x}"}, "is no term"),
        ({"object": "x" * 9_000}, "longer than"),
    ],
)
def test_what_is_no_term_is_refused(server: Server, terms: dict[str, str], what: str) -> None:
    """400 with what was expected."""
    answer = server.get(address(**terms))
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (400, "parameter")
    assert what in problem["detail"]
    assert "https://w3id.org/ogpld/ns#Commitment" in problem["hint"]


@pytest.mark.parametrize("page", ["0", "2", "x", "-1", "99999999999"])
def test_a_page_there_is_not_is_404(server: Server, page: str) -> None:
    """Of a fragment with one page."""
    assert server.get(address(object=f"{NS}Member", page=page)).status_code == 404


def test_a_literal_is_the_term_and_not_its_value(server: Server) -> None:
    """Numbers that are equal are other terms where they are written in another way."""
    integer = XSD("integer").value
    assert data(quads(server, address(object=f'"2"^^{integer}')))
    for text in (f'"02"^^{integer}', f'"2.0"^^{XSD("decimal").value}', '"2"'):
        assert data(quads(server, address(predicate=f"{NS}cycle", object=text))) == []
    for text in (
        *(f'"02"^^{integer}', f'"+2"^^{integer}', f'"2"^^{XSD("byte").value}'),
        *(f'"2"^^{XSD("int").value}', f'"1"^^{XSD("boolean").value}'),
    ):
        assert data(quads(server, address(object=text))) == []


def test_a_number_nobody_can_hold_is_refused(server: Server) -> None:
    """As in a query."""
    answer = server.get(address(object=f'"{10**30}"^^{XSD("integer").value}'))
    assert (answer.status_code, answer.json()["code"]) == (400, "query-number")


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ('"a"b"', Literal('a"b')),
        ('"a\\n"', Literal("a\\n")),
        ('"@en"', Literal("@en")),
        ('"a"@EN-gb', Literal("a", language="en-gb")),
        ('"1"^^xsd:integer', Literal("1", datatype=XSD("integer"))),
        ('""', Literal("")),
        ("urn:a:b", NamedNode("urn:a:b")),
    ],
)
def test_terms_are_read_as_they_are_written(text: str, term: object) -> None:
    """Nothing between the outer quotes is an escape."""
    release: OpenRelease = None  # type: ignore[assignment]  # nobody asks it
    request = ReleaseRequest.plain(release, "/fragments", query_string={"object": text})
    assert read_pattern(request).terms[2] == term
