"""A path of no steps from a term that the data does not have is refused, and no other path is."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from ogpld.errors import QueryPathError
from ogpld.stores import Query
from ogpld.stores.embedded import EmbeddedStore

DATA = """PREFIX : <http://e/>
:g1 { :a :p :b ; :n 1 , "t"@en . :b :p :c . }
:g2 { :c :q :d . }
"""


def ask(text: str) -> int | None:
    """Return the number of rows."""
    store = EmbeddedStore.from_quads(ox.parse(DATA, format=ox.RdfFormat.TRIG))
    return store.answer(Query(f"PREFIX : <http://e/>\n{text}")).rows


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { :nowhere :p* ?o }",
        "SELECT * { ?s :p* :nowhere }",
        "SELECT * { ?s :p? <http://nowhere/> . }",
        "SELECT * { ?s ?p ?o ; (:p|:q)* :nowhere }",
        "SELECT * { ?s :p ?x , ?y . ?x :q*/:p? ?y , :nowhere }",
        "SELECT * { ?s ^(:p/:q?)* 7 }",
        "SELECT * { ?s :p* -7 }",
        'SELECT * { ?s :p* "t" }',
        'SELECT * { ?s :p* "t"@de }',
        'SELECT * { ?s (:p|:q?) "1"^^<http://e/t> }',
        "SELECT * { ?s :p ?o FILTER(?o != :x) :nowhere :p* ?z }",
        "SELECT * { ?s :p ?o OPTIONAL { :nowhere :p* ?z } }",
        "SELECT * { ?s :p ?o . FILTER NOT EXISTS { ?o :p* :nowhere } }",
        "SELECT * { { SELECT (COUNT(*) AS ?n) ?x WHERE { ?x :p* :nowhere } GROUP BY ?x } }",
        "SELECT * { [ :p* :nowhere ] :q ?x }",
        "SELECT * { VALUES ?x { 1 } :nowhere :p* ?o }",
        "SELECT * { GRAPH :g2 { :a :p* ?o } }",
        "SELECT * { GRAPH ?g { :a :p* ?o } }",
        "SELECT * FROM :g2 { :a :p* ?o }",
        "ASK { :nowhere :p? :nowhere }",
        "CONSTRUCT { ?o :p ?o } WHERE { :nowhere :p* ?o }",
    ],
)
def test_an_end_that_the_data_does_not_have_is_refused(text: str) -> None:
    """With the place of the term."""
    with pytest.raises(QueryPathError) as refused:
        ask(text)
    error = refused.value
    assert (error.code, error.line) == ("query-path", 2)
    assert text[(error.column or 0) - 1] in ':<-"7'


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("SELECT * { :a :p* ?o }", 3),
        ("SELECT * { ?s :p* :c }", 3),
        ("SELECT * { ?s :p* 1 }", 1),
        ('SELECT * { ?s :p* "t"@en }', 1),
        ("SELECT * { GRAPH :g1 { :a :p* ?o } }", 3),
        ("SELECT * { :nowhere :p ?o . ?o :p* ?z }", 0),
        ("SELECT * { :nowhere :p+ ?o }", 0),
        ("SELECT * { :nowhere :p*/:q ?o }", 0),
        ("SELECT * { :nowhere :p/:q? ?o }", 0),
        ("SELECT * { ?s :n 99 ; :p* ?o }", 0),
        ("SELECT * { ?s :p* ?o FILTER(?o = :nowhere) }", 0),
        ("SELECT * { VALUES ?s { :nowhere } ?s :p* ?o }", 0),
        ("SELECT (COUNT(*) AS ?n) { ?s :n +7 }", 1),
        ("SELECT * { ?s !(:p|^:q) ?o . ?s ?y :nowhere }", 0),
    ],
)
def test_other_paths_are_answered(text: str, rows: int) -> None:
    """Terms elsewhere may be as they like."""
    assert ask(text) == rows
