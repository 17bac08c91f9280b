"""`SELECT *` has its columns in the order of the query, the same ones as ever."""

from __future__ import annotations

import pyoxigraph
import pytest

from ogpld.stores import Query, Store
from ogpld.stores.projection import name_columns


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("SELECT * { ?s ?p ?o } LIMIT 1", b"s,p,o"),
        ("select distinct * where { ?z ?a $b } limit 1", b"z,a,b"),
        ("SELECT * { ?s ?p ?o MINUS { ?s ?p ?none } BIND(1 AS ?b) } LIMIT 1", b"s,p,o,b"),
        ("SELECT * { { SELECT ?p ?a { ?a ?p ?c } } } LIMIT 1", b"p,a"),
        ("SELECT ?o ?s { ?s ?p ?o } LIMIT 1", b"o,s"),
        ("BASE <http://x.example/> SELECT * { ?s <has> ?o } LIMIT 1", b"s,o"),
    ],
)
def test_columns_come_in_the_order_of_the_query(store: Store, text: str, header: bytes) -> None:
    """First mention decides; what is out of scope is no column."""
    assert store.answer(Query(text, ("csv", ""))).body.split(b"\r\n")[0] == header


def test_other_queries_are_left_as_they_are() -> None:
    """No star, a star that counts, one that multiplies, one further in."""
    nothing = pyoxigraph.Store()
    for text in (
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        "SELECT ?s { { SELECT * { ?s ?p ?o } } }",
        "SELECT ?x { BIND(2 * 3 AS ?x) }",
        "SELECT * {}",
        "DESCRIBE * { ?s ?p ?o }",
    ):
        assert name_columns(text, nothing) == text
