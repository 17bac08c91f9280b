"""One suite over every kind of store."""

from __future__ import annotations

import gzip
import json
from contextlib import closing
from pathlib import Path

import pyoxigraph as ox
import pytest
from support.sample_store import sample

from ogpld.errors import QueryError, QuerySyntaxError, QueryTooLargeError, ReleaseError
from ogpld.stores import Query, Store
from ogpld.stores.embedded import EmbeddedStore
from ogpld.stores.limits import Limits
from ogpld.stores.remote.dataset_rewriting import for_store
from ogpld.stores.remote.release_graphs import HeldGraphs
from ogpld.stores.remote.remote_description import read_surroundings
from ogpld.stores.remote.remote_store import RemoteStore
from ogpld.stores.remote.store_address import StoreAddress

BASE = "http://x.example/"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def number(store: Store, query: Query) -> int:
    """Return the one number a query gives."""
    rows = json.loads(store.answer(query).body)["results"]["bindings"]
    return int(rows[0]["n"]["value"])


def test_the_default_graph_is_the_union_of_all_but_the_hidden(store: Store) -> None:
    """27 quads in sight, one in the shapes graph."""
    assert number(store, Query(COUNT)) == 27


def test_the_protocol_names_the_dataset(store: Store) -> None:
    """default-graph-uri and named-graph-uri are the whole dataset (Protocol 2.1.4)."""
    assert number(store, Query(COUNT, default_graphs=(f"{BASE}graph/a",))) == 3
    assert number(store, Query(COUNT, named_graphs=(f"{BASE}graph/a",))) == 0
    inner = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    assert number(store, Query(inner, named_graphs=(f"{BASE}graph/a",))) == 3
    assert number(store, Query(inner)) == 28, "the shapes are a named graph like the others"
    assert number(store, Query(COUNT, default_graphs=(f"{BASE}graph/shapes",))) == 1


def test_from_names_the_dataset_too(store: Store) -> None:
    """Parameters of the protocol win over FROM in the query."""
    text = f"SELECT (COUNT(*) AS ?n) FROM <{BASE}graph/a> {{ ?s ?p ?o }}"
    assert number(store, Query(text)) == 3
    assert number(store, Query(text, default_graphs=(f"{BASE}graph/b",))) == 24


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_every_form_of_solutions_counts_its_rows(store: Store, form: str) -> None:
    """Twelve commitments in every form."""
    answer = store.answer(Query(f"SELECT ?c {{ ?c <{BASE}plan> ?p }}", (form, "")))
    assert (answer.kind, answer.form, answer.rows) == ("solutions", form, 12)


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_ask_answers_in_every_form(store: Store, form: str) -> None:
    """A boolean has no rows."""
    answer = store.answer(Query("ASK { ?s ?p ?o }", (form, "")))
    assert answer.kind == "boolean"
    assert b"true" in answer.body


@pytest.mark.parametrize("form", ["ttl", "nt", "rdf"])
def test_graphs_come_in_every_form(store: Store, form: str) -> None:
    """CONSTRUCT and DESCRIBE."""
    text = f"CONSTRUCT WHERE {{ ?c <{BASE}plan> ?p }}"
    assert store.answer(Query(text, ("", form))).rows == 12
    described = store.answer(Query(f"DESCRIBE <{BASE}id/plan/P1>", ("", form)))
    assert (described.kind, described.form) == ("graph", form)
    assert b"total" in described.body


def test_describe_finds_variables(store: Store) -> None:
    """DESCRIBE ?x WHERE gives the documents of what ?x is."""
    text = f"PREFIX x: <{BASE}> DESCRIBE ?p WHERE {{ ?c x:plan ?p }}"
    body = store.answer(Query(text, ("", "nt"))).body
    assert b"plan/P1#total> <http://x.example/count>" in body


def test_describe_keeps_to_the_data_set_that_is_named(store: Store) -> None:
    """What the graphs say that the query or the request names; the request wins, and none is nothing."""
    plan, a, b, shapes = (
        f"{BASE}{name}" for name in ("id/plan/P1", "graph/a", "graph/b", "graph/shapes")
    )

    def lines(text: str, **dataset: tuple[str, ...]) -> set[bytes]:
        return set(store.answer(Query(text, ("", "nt"), **dataset)).body.splitlines())

    whole = lines(f"DESCRIBE <{plan}>")
    for graph, number in ((a, 3), (b, 24)):
        within = lines("CONSTRUCT WHERE { ?s ?p ?o }", default_graphs=(graph,))
        described = lines(f"DESCRIBE <{plan}>", default_graphs=(graph,))
        assert described == whole & within
        assert len(described) == number
        assert lines(f"PREFIX g: <{BASE}graph/> DESCRIBE <{plan}> FROM g:{graph[-1]}") == described
        assert lines(f"DESCRIBE <{plan}> FROM <{shapes}>", default_graphs=(graph,)) == described
    assert lines(f"DESCRIBE <{plan}> FROM <{a}> FROM NAMED <{b}>") == lines(
        f"DESCRIBE <{plan}> FROM <{a}>"
    )
    assert lines(f"DESCRIBE <{plan}> FROM <{a}> FROM <{b}> {{}}") == whole
    assert lines(f"DESCRIBE <{BASE}hidden> FROM <{shapes}>") == lines(f"DESCRIBE <{BASE}hidden>")
    assert lines(f"DESCRIBE <{BASE}hidden> FROM <{a}>") == set()
    assert lines(f"DESCRIBE <{plan}> FROM NAMED <{a}>") == set()
    assert lines(f"DESCRIBE <{plan}>", named_graphs=(a,)) == set()
    assert lines(f"DESCRIBE <{plan}>", default_graphs=(f"{BASE}graph/none",)) == set()


def test_what_is_fetched_of_a_data_set_is_described_by_it() -> None:
    """As of a store of others: its rows give the document that a store of ours gives."""
    quads = ox.Store()
    quads.load(sample().encode(), format=ox.RdfFormat.N_QUADS)
    plan, hidden = f"{BASE}id/plan/P1", frozenset({ox.NamedNode(f"{BASE}graph/shapes")})

    def rows(text: str) -> list[tuple[object, ...]]:
        solutions = quads.query(text)
        assert isinstance(solutions, ox.QuerySolutions)
        return [tuple(solution) for solution in solutions]

    for name, number in (("a", 3), ("b", 24)):
        graph = ox.NamedNode(f"{BASE}graph/{name}")
        statements, _ = read_surroundings(rows, plan, 50, hidden, [graph])
        assert {where for _, where in statements} == {graph}
        assert len(statements) == number


def test_describe_is_complete_or_an_error() -> None:
    """All that points at a thing, however much; past the row limit nothing."""
    plan, link = ox.NamedNode(f"{BASE}id/plan/P1"), ox.NamedNode(f"{BASE}plan")
    quads = [
        ox.Quad(
            ox.NamedNode(f"{BASE}id/commitment/C{n}"),
            link,
            plan,
            ox.NamedNode(BASE),
        )
        for n in range(150)
    ]
    query = Query(f"DESCRIBE <{plan.value}>", ("", "nt"))
    for rows, fits in ((150, True), (149, False)):
        store = EmbeddedStore.from_quads(quads, limits=Limits(rows=rows))
        if fits:
            assert store.answer(query).rows == 150
            continue
        with pytest.raises(QueryTooLargeError):
            store.answer(query)


def test_a_syntax_error_has_line_and_column(store: Store) -> None:
    """Counted from 1."""
    with pytest.raises(QuerySyntaxError) as caught:
        store.answer(Query("SELECT * {\n  ?s ?p }"))
    assert (caught.value.line, caught.value.column) in {(2, 9), (2, 10)}


def test_an_answer_is_complete_or_an_error(store: Store) -> None:
    """One row past the limit refuses the whole, naming the limit and how to page."""
    rows = " ".join(str(n) for n in range(51))
    for form in ("json", "xml", "csv", "tsv"):
        with pytest.raises(QueryTooLargeError, match="50 rows") as caught:
            store.answer(Query(f"SELECT ?x {{ VALUES ?x {{ {rows} }} }}", (form, "")))
        assert "LIMIT" in caught.value.hint
        fitting = f"SELECT ?x {{ VALUES ?x {{ {rows} }} }} LIMIT 50"
        assert store.answer(Query(fitting, (form, ""))).rows == 50


def test_tricky_values_are_not_counted_as_rows(store: Store) -> None:
    """Text that looks like the end of a row does not count."""
    tricky = '"},{\\"a\\n<result>\\r\\n"'
    text = f"SELECT * {{ VALUES (?a ?b) {{ {f'({tricky} {tricky})' * 20} }} }}"
    for form in ("json", "xml", "csv", "tsv"):
        assert store.answer(Query(text, (form, ""))).rows == 20


def test_a_document_has_parts_labels_and_counted_links(store: Store) -> None:
    """The first links in natural order, the total of all."""
    description = store.describe(f"{BASE}id/plan/P1", 3)
    text = description.quads.decode()
    assert description.incoming == {f"{BASE}plan": 12}
    assert "P1#total> <http://x.example/count>" in text
    assert all(f"commitment/C{n}> <{BASE}plan>" in text for n in (1, 2, 3))
    assert f"commitment/C10> <{BASE}plan>" not in text
    assert '"Commitment 2"@en' in text
    assert not store.describe(f"{BASE}id/plan/P2", 3).quads


def test_hostile_iris_do_no_harm(store: Store) -> None:
    """A wrong IRI in the dataset is an error of the caller."""
    with pytest.raises(QueryError):
        store.answer(Query(COUNT, default_graphs=("not an iri",)))


NO_IRIS = ["not an iri", "graph/a", "http://[x"]
FORMS = [
    COUNT,
    "ASK {}",
    "CONSTRUCT WHERE { ?s ?p ?o }",
    f"DESCRIBE <{BASE}s>",
    "DESCRIBE ?s { ?s ?p 1 }",
]


@pytest.mark.parametrize("graph", NO_IRIS)
@pytest.mark.parametrize("text", FORMS)
def test_a_data_set_that_no_iri_names_is_refused(store: Store, text: str, graph: str) -> None:
    """By its code, in every form of query, and for either kind of graph."""
    for query in (Query(text, default_graphs=(graph,)), Query(text, named_graphs=(graph,))):
        with pytest.raises(QueryError) as caught:
            store.answer(query)
        assert caught.value.code == "dataset-iri"


@pytest.mark.parametrize("graph", NO_IRIS)
@pytest.mark.parametrize("text", FORMS)
def test_a_store_of_others_refuses_it_too(text: str, graph: str) -> None:
    """Before a query is sent; for a document nothing at all is asked."""
    held = HeldGraphs("urn:u", {f"{BASE}graph/a": "urn:a"}, {})
    for query in (Query(text, default_graphs=(graph,)), Query(text, named_graphs=(graph,))):
        with pytest.raises(QueryError) as caught:
            for_store(query, text, held, "urn:none")
        assert caught.value.code == "dataset-iri"
    if text.startswith("DESCRIBE"):
        with closing(RemoteStore(StoreAddress.read("http://127.0.0.1:9/"), BASE, "ab")) as store:
            with pytest.raises(QueryError) as caught:
                store.answer(Query(text, default_graphs=(graph,)))
            assert caught.value.code == "dataset-iri"


@pytest.mark.parametrize("damage", ["cut", "text", "short"])
def test_damaged_data_is_refused(data: Path, tmp_path: Path, damage: str) -> None:
    """Never a short store."""
    content = data.read_bytes()
    broken = tmp_path / "data.nq.gz"
    if damage == "cut":
        broken.write_bytes(content[:-20])
    elif damage == "text":
        broken.write_bytes(gzip.compress(b"<a:b> <a:c> .\n"))
    else:
        broken.write_bytes(gzip.compress(gzip.decompress(content).split(b"\n", 1)[1]))
    with pytest.raises(ReleaseError):
        EmbeddedStore.load(broken, 28)


TWICE = f"""
<{BASE}s> <{BASE}p> "1" <{BASE}graph/a> .
<{BASE}s> <{BASE}p> "1" <{BASE}graph/b> .
"""


def test_a_statement_of_two_graphs_counts_once() -> None:
    """The default graph is a set of triples, also without hidden graphs."""
    store = EmbeddedStore.from_quads(ox.parse(TWICE, ox.RdfFormat.N_QUADS))
    assert number(store, Query(COUNT)) == 1
    assert len(store) == 2
    assert store.describe(f"{BASE}s", 5).quads.count(b"\n") == 2


def test_a_hidden_thing_is_described_when_asked_for(store: Store) -> None:
    """Shapes are out of the default graph, not out of reach."""
    assert b"Hidden" in store.describe(f"{BASE}hidden", 5).quads
    text = f"ASK {{ GRAPH <{BASE}graph/shapes> {{ ?s ?p ?o }} }}"
    assert store.answer(Query(text, ("csv", ""))).body == b"true"


def test_describe_takes_names_modifiers_and_several_things(store: Store) -> None:
    """Read on tokens: prefixes, comments, LIMIT, a mix of names and variables."""
    text = f"""PREFIX x: <{BASE}id/plan/> # DESCRIBE <nothing>
    DESCRIBE x:P1 ?c {{ ?c <{BASE}plan> ?p }} ORDER BY ?c LIMIT 1"""
    body = store.answer(Query(text, ("", "nt"))).body
    assert b'P1#total> <http://x.example/count> "12"' in body
    assert b"C1> <http://www.w3.org/2000/01/rdf-schema#label>" in body
    alone = store.answer(Query(f"DESCRIBE <{BASE}unknown> ?x", ("", "nt")))
    assert (alone.rows, alone.body) == (0, b"")
    with pytest.raises(QuerySyntaxError):
        store.answer(Query("DESCRIBE ?x { ?x "))


def test_an_undeclared_prefix_is_named(store: Store) -> None:
    """With its place: the parser alone would point elsewhere."""
    with pytest.raises(QuerySyntaxError, match="'nope:'") as caught:
        store.answer(Query("ASK {\n ?s nope:p ?o }"))
    assert (caught.value.line, caught.value.column) == (2, 5)
    with pytest.raises(QuerySyntaxError) as caught:
        store.answer(Query("ASK { ?s a ogpld:Commitment }"))
    assert "add PREFIX ogpld: <https://w3id.org/ogpld/ns#>" in caught.value.hint


def test_an_unknown_function_is_named(store: Store) -> None:
    """In our words, not the engine's."""
    with pytest.raises(QueryError, match=r"<http://x\.example/f>") as caught:
        store.answer(Query("ASK { FILTER(<http://x.example/f>(1)) }"))
    assert caught.value.code == "query-unknown-function"


def test_time_chance_and_names_need_no_files(store: Store) -> None:
    """Confinement leaves the functions of SPARQL alone."""
    text = "SELECT (NOW() AS ?a) (RAND() AS ?b) (UUID() AS ?c) (BNODE() AS ?d) (MD5('x') AS ?e) {}"
    bound = json.loads(store.answer(Query(text)).body)["results"]["bindings"][0]
    assert set(bound) == {"a", "b", "c", "d", "e"}
