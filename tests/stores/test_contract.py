"""One suite over every kind of store."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from ogpld.errors import QueryError, QuerySyntaxError, QueryTooLargeError, ReleaseError
from ogpld.stores import Query, Store
from ogpld.stores.embedded import EmbeddedStore

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
    """And the protocol's parameters win over it."""
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
    found = store.describe(f"{BASE}id/plan/P1", 3)
    text = found.quads.decode()
    assert found.incoming == {f"{BASE}plan": 12}
    assert "P1#total> <http://x.example/count>" in text
    assert all(f"commitment/C{n}> <{BASE}plan>" in text for n in (1, 2, 3))
    assert f"commitment/C10> <{BASE}plan>" not in text
    assert '"Commitment 2"@en' in text
    assert not store.describe(f"{BASE}id/plan/P2", 3).quads


def test_hostile_iris_do_no_harm(store: Store) -> None:
    """A wrong IRI in the dataset is an error of the caller."""
    with pytest.raises(QueryError):
        store.answer(Query(COUNT, default_graphs=("not an iri",)))


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
