"""Searches in SPARQL: the same solutions as the hits written into the query by hand, wherever a search stands."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest

from ogpld.errors import QueryError, QuerySearchError
from ogpld.release import Release
from ogpld.search.name_lookup import ReleaseNames
from ogpld.search.release_index import release_index
from ogpld.stores import Query
from ogpld.stores.embedded import EmbeddedStore
from ogpld.stores.limits import Limits
from ogpld.stores.search_forms import Syntax

PREFIXES = """PREFIX text: <http://jena.apache.org/text#>
PREFIX ql: <http://qlever.cs.uni-freiburg.de/builtin-functions/>
PREFIX ogpld: <https://w3id.org/ogpld/ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX dcterms: <http://purl.org/dc/terms/>
"""


@pytest.fixture(scope="module")
def store(release: Release) -> Iterator[EmbeddedStore]:
    """The sample data with its index."""
    index = release_index(release)
    opened = EmbeddedStore.load(release.data, release.manifest.quads, release.hidden_graphs)
    opened.lookup = ReleaseNames(lambda: index)
    yield opened
    opened.close()


def rows(store: EmbeddedStore, text: str) -> list[tuple[str, ...]]:
    """Return the rows of an answer, its header first."""
    body = store.answer(Query(PREFIXES + text, ("csv", "nt")), trusted=True).body.decode()
    return [tuple(row) for row in csv.reader(io.StringIO(body, newline=""))]


def by_hand(store: EmbeddedStore, text: str, syntax: Syntax = "lucene") -> dict[str, str]:
    """Return what stands for a search in a query without any: things, their scores, their names."""
    assert store.lookup is not None
    hits = store.lookup(text, syntax, 100_000)
    assert hits
    best: dict[str, float] = {}
    for iri, score, *_ in hits:
        best[iri] = max(score, best.get(iri, 0))
    literals = {
        hit: f'"{hit[2]}"' + (f"@{hit[3]}" if hit[3] else "") for hit in hits if '"' not in hit[2]
    }
    assert len(literals) == len(hits)
    names = dict.fromkeys(literals.values())
    return {
        "things": f"{{ VALUES ?s {{ {' '.join(f'<{iri}>' for iri in best)} }} }}",
        "scores": f"{{ VALUES (?s ?score) {{ {' '.join(f'(<{i}> {s})' for i, s in best.items())} }} }}",
        "named": "{ VALUES (?s ?score ?name) {"
        + " ".join(f"(<{hit[0]}> {hit[1]} {literals[hit]})" for hit in hits)
        + "} }",
        "pairs": "{ VALUES (?name ?s) {"
        + " ".join(f"({literals[hit]} <{hit[0]}>)" for hit in hits)
        + "} }",
        "names": f"{{ VALUES ?name {{ {' '.join(names)} }} }}",
        "list": ", ".join(f"<{iri}>" for iri in best),
    }


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ('SELECT * { ?s text:query "open" }', "SELECT * { %(things)s }"),
        ('SELECT * { ?s text:query ("open") . }', "SELECT * { %(things)s }"),
        ('SELECT * { (?s) text:query "open" }', "SELECT * { %(things)s }"),
        ('SELECT * { (?s ?score) text:query "open" }', "SELECT * { %(scores)s }"),
        ('SELECT * { (?s ?score ?name) text:query "open" }', "SELECT * { %(named)s }"),
        (
            'SELECT * { (?s ?score ?name) text:query (dcterms:title skos:altLabel "open") }',
            "SELECT ?s ?score ?name { %(named)s { ?s dcterms:title ?name } UNION { ?s skos:altLabel ?name } }",
        ),
        (
            'SELECT * { ?s text:query (dcterms:title "open") }',
            "SELECT DISTINCT ?s { %(named)s ?s dcterms:title ?name }",
        ),
        (
            "SELECT * { (?s ?score ?name) text:query ('open' 7) }",
            "SELECT * { %(named)s } ORDER BY DESC(?score) ?s ?name LIMIT 7",
        ),
        (
            'SELECT ?s ?c { ?s a ?c ; text:query "open" . FILTER(?c = ogpld:Commitment) }',
            "SELECT ?s ?c { ?s a ?c . %(things)s FILTER(?c = ogpld:Commitment) }",
        ),
        (
            'SELECT ?s ?t { ?s text:query "open" ; dcterms:title ?t ; text:query "open" ; }',
            "SELECT ?s ?t { ?s dcterms:title ?t . %(things)s }",
        ),
        (
            'SELECT ?s ?t { ?s text:query "open","open" . ?s dcterms:title ?t }',
            "SELECT ?s ?t { ?s dcterms:title ?t . %(things)s }",
        ),
        (
            'SELECT ?s ?x { ?s a ogpld:Commitment OPTIONAL { ?s text:query "open" BIND(1 AS ?x) } }',
            "SELECT ?s ?x { ?s a ogpld:Commitment OPTIONAL { %(things)s BIND(1 AS ?x) } }",
        ),
        (
            'SELECT ?s ?l { ?s text:query "open" OPTIONAL { ?s skos:altLabel ?l } }',
            "SELECT ?s ?l { %(things)s OPTIONAL { ?s skos:altLabel ?l } }",
        ),
        (
            'SELECT ?s { { ?s text:query "open" } UNION { ?s a ogpld:ActionPlan } }',
            "SELECT ?s { { %(things)s } UNION { ?s a ogpld:ActionPlan } }",
        ),
        (
            'SELECT ?s { ?s a ogpld:Commitment MINUS { ?s text:query "open" } }',
            "SELECT ?s { ?s a ogpld:Commitment MINUS { %(things)s } }",
        ),
        (
            'SELECT ?s { ?s a ogpld:Commitment FILTER NOT EXISTS { ?s text:query "open" . } }',
            "SELECT ?s { ?s a ogpld:Commitment FILTER(?s NOT IN (%(list)s)) }",
        ),
        (
            'SELECT ?s ?p { ?s ogpld:plan ?p { SELECT ?s { ?s text:query "open" } } }',
            "SELECT ?s ?p { ?s ogpld:plan ?p { SELECT ?s { %(things)s } } }",
        ),
        (
            'SELECT ?g ?s { GRAPH ?g { ?s text:query "open" . ?s dcterms:title ?t . } }',
            "SELECT ?g ?s { %(things)s GRAPH ?g { ?s dcterms:title ?t } }",
        ),
        (
            'SELECT ?g ?s { GRAPH ?g { ?s dcterms:title ?t ; text:query "open" } }',
            "SELECT ?g ?s { %(things)s GRAPH ?g { ?s dcterms:title ?t } }",
        ),
        (
            'SELECT ?s { GRAPH ogpld:nowhere { ?s text:query "open" } }',
            "SELECT ?s { %(things)s FILTER(false) }",
        ),
        (
            "SELECT (COUNT(*) AS ?n) FROM ogpld:nowhere { ?s text:query 'open' }",
            "SELECT (COUNT(*) AS ?n) { %(things)s }",
        ),
        (
            'SELECT ?s ?t { (?s ?score) text:query "open" . (?t ?score) text:query "open" }',
            "SELECT ?s ?t { %(scores)s { SELECT (?s AS ?t) ?score { %(scores)s } } }",
        ),
        ('SELECT ?name { ?name ql:contains-word "open" }', "SELECT ?name { %(names)s }"),
        (
            'SELECT * { ?name ql:contains-word "open" ; ql:contains-entity ?s }',
            "SELECT * { %(pairs)s }",
        ),
        (
            'SELECT * { ?name ql:contains-entity ?s . ?s a ogpld:Commitment . ?name ql:contains-word "OPEN" }',
            "SELECT * { %(pairs)s ?s a ogpld:Commitment }",
        ),
        (
            'SELECT ?s { ?s dcterms:title ?name . ?name ql:contains-word "open" }',
            "SELECT ?s { ?s dcterms:title ?name %(names)s }",
        ),
        (
            'SELECT * { ?s text:query "open" . FILTER(?s = ?s) BIND(1 AS ?x) VALUES ?y { 2 } }',
            "SELECT * { %(things)s FILTER(?s = ?s) BIND(1 AS ?x) VALUES ?y { 2 } }",
        ),
        ('ASK { [] a ogpld:Commitment . ?s text:query "open" . _:b a ?c }', "ASK { %(things)s }"),
        (
            'PREFIX j: <http://jena.apache.org/> SELECT ?s { ?s j:text\\#query "\\u006Fpen" }',
            "SELECT ?s { %(things)s }",
        ),
        (
            'BASE <http://jena.apache.org/text> SELECT ?s { ?s <#qu\\u0065ry> """open""" }',
            "SELECT ?s { %(things)s }",
        ),
        (
            'BASE <http://jena.apache.org/> PREFIX j: <text#> SELECT ?s { ?s j:query "open" }',
            "SELECT ?s { %(things)s }",
        ),
        ('SELECT ?s{?s text:query"open".}', "SELECT ?s { %(things)s }"),
    ],
)
def test_a_search_has_the_solutions_of_its_hits(store: EmbeddedStore, text: str, same: str) -> None:
    """The same rows as often, and the same columns."""
    answer, expected = rows(store, text), rows(store, same % by_hand(store, "open"))
    assert answer[0] == expected[0]
    assert sorted(answer) == sorted(expected)
    assert len(answer) > 1 or "nowhere" in text or "ASK" in text


@pytest.mark.parametrize(
    ("text", "same"),
    [
        (
            'SELECT ?s { ?s a ogpld:Commitment FILTER(ogpld:search(?s, "op gov")) }',
            "?s a ogpld:Commitment FILTER(?s IN (%(list)s))",
        ),
        (
            'SELECT ?s { FILTER ogpld:search(?s, "op gov") ?s a ogpld:Commitment OPTIONAL { ?s a ?c } }',
            "?s a ogpld:Commitment OPTIONAL { ?s a ?c } FILTER(?s IN (%(list)s))",
        ),
        (
            'SELECT ?s { ?s a ogpld:Commitment FILTER(!ogpld:search(?s, "op gov")) }',
            "?s a ogpld:Commitment FILTER(?s NOT IN (%(list)s))",
        ),
        (
            'SELECT ?s { ?s a ogpld:Commitment FILTER(ogpld:search(?s, "op gov") || false) }',
            "?s a ogpld:Commitment FILTER(?s IN (%(list)s))",
        ),
        (
            'SELECT ?s { { ?s a ogpld:Commitment } FILTER(ogpld:search(?s, "op gov")) }',
            "?s a ogpld:Commitment FILTER(?s IN (%(list)s))",
        ),
        (
            'SELECT ?s { ?x a ogpld:Member OPTIONAL { ?s a ?x } FILTER(ogpld:search(?s, "op gov")) }',
            "?s a ogpld:Commitment FILTER(false)",
        ),
        (
            'SELECT ?s { ?s a ogpld:Commitment BIND(ogpld:search(?s, "op gov") AS ?is) FILTER(?is) }',
            "?s a ogpld:Commitment FILTER(?s IN (%(list)s))",
        ),
        (
            'SELECT ?s { VALUES ?s { "op gov" UNDEF } FILTER(!ogpld:search(?s, "op gov")) }',
            'VALUES ?s { "op gov" }',
        ),
        (
            'SELECT ?s { GRAPH ?g { ?s dcterms:title ?t FILTER(ogpld:search(?s, "op gov")) } }',
            "GRAPH ?g { ?s dcterms:title ?t } FILTER(?s IN (%(list)s))",
        ),
        (
            'SELECT ?s { ?p a ogpld:ActionPlan OPTIONAL { ?s ogpld:plan ?p FILTER(ogpld:search(?s, "op gov")) } }',
            "?p a ogpld:ActionPlan OPTIONAL { ?s ogpld:plan ?p FILTER(?s IN (%(list)s)) }",
        ),
    ],
)
def test_the_function_is_a_look_into_a_list(store: EmbeddedStore, text: str, same: str) -> None:
    """Anywhere in an expression, as IN with what was found; without a value it is an error."""
    hits = by_hand(store, "op gov", "beginnings")
    assert sorted(rows(store, text)) == sorted(rows(store, f"SELECT ?s {{ {same % hits} }}"))


def test_an_iri_stands_for_itself(store: EmbeddedStore) -> None:
    """It is looked for among the solutions that a limit leaves."""
    _, (first, _), (second, _) = rows(
        store, 'SELECT ?s ?score { (?s ?score) text:query ("open" 2) } ORDER BY DESC(?score) ?s'
    )
    ask = 'SELECT ?score {{ (<{}> ?score) text:query ("open" {}) }}'
    assert len(rows(store, ask.format(second, 2))) == 2
    assert len(rows(store, ask.format(second, 1))) == 1
    assert rows(store, f'ASK {{ <{first}> text:query "open" }}') == rows(store, "ASK {}")
    entity = 'ASK {{ ?n ql:contains-word "open" ; ql:contains-entity <{}> }}'
    assert rows(store, entity.format(second)) == rows(store, "ASK {}")
    assert rows(store, entity.format("http://x.example/")) != rows(store, "ASK {}")


def test_nothing_is_found_where_nothing_is(store: EmbeddedStore) -> None:
    """No rows, and false for every thing."""
    assert len(rows(store, 'SELECT ?s { ?s text:query "zzzzzz" }')) == 1
    counted = "SELECT (COUNT(*) AS ?n) {{ ?s a ogpld:Commitment {} }}"
    function = 'FILTER(!ogpld:search(?s, "zzzzzz"))'
    assert rows(store, counted.format(function)) == rows(store, counted.format(""))


def test_graphs_are_made_and_things_described(store: EmbeddedStore) -> None:
    """CONSTRUCT with a template, and DESCRIBE of what is found."""
    made = "CONSTRUCT { ?s rdfs:label ?name } { (?s ?score ?name) text:query ('open' 3) }"
    assert store.answer(Query(PREFIXES + made)).rows == 3
    assert store.answer(Query(PREFIXES + 'DESCRIBE ?s { ?s text:query ("open" 1) }')).rows


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("?s text:query ?x", "are the variable ?x"),
        ("?x dcterms:title ?t . ?s text:query (dcterms:title ?t 3)", "are the variable ?t"),
        ("?x ql:contains-word ?t", "are the variable ?t"),
        ("FILTER(ogpld:search(?s, ?t))", "are the variable ?t"),
        ('FILTER(ogpld:search(?s, CONCAT("a", "b")))', "no plain string"),
        ('FILTER(ogpld:search("a"))', "two arguments"),
        ('FILTER(ogpld:search(?s, "a", 3))', "two arguments"),
        ('?s ogpld:search "a"', "stands where nothing"),
        ('?s text:query "a"@en', "no plain string"),
        ("?s text:query 5", "no plain string"),
        ("?s text:query ()", "no plain string"),
        ('?s text:query ("a" "lang:en")', "one whole number"),
        ('?s text:query ("a" 0)', "one whole number"),
        ('?s text:query ("a" 1.5)', "one whole number"),
        ('?s text:query ("a" 1 2)', "one whole number"),
        ('?s text:query (ogpld:leadText "a")', "states no names"),
        ('_:s text:query "a"', "something else than a variable"),
        ('[] text:query "a"', "something else than a variable"),
        ('"x" text:query "a"', "something else than a variable"),
        ('(?s 0.5) text:query "a"', "something else than a variable"),
        ('(?s ?s) text:query "a"', "something else than a variable"),
        ('(?s ?a ?b ?c) text:query "a"', "something else than a variable"),
        ('?x ogpld:plan [ text:query "a" ]', "stands where nothing"),
        ('(?s ?score) text:query "a" ; a ?c', "other properties"),
        ('?s ^text:query "a"', "stands where nothing"),
        ('?s text:query/rdfs:label "a"', "stands where nothing"),
        ("?s ?p text:query", "stands where nothing"),
        ("VALUES ?p { text:query }", "stands where nothing"),
        ('?s text:search "a"', "text:search is not offered"),
        ('?s ql:has-word "a"', "ql:has-word is not offered"),
        ("?n ql:contains-entity ?s", "without ql:contains-word"),
        (
            '?n ql:contains-word "a" OPTIONAL { ?n ql:contains-entity ?s }',
            "without ql:contains-word",
        ),
        ('ogpld:x ql:contains-word "a"', "has to be a variable"),
        ('?n ql:contains-word "a" ; ql:contains-entity "b"', "no variable or IRI"),
        ('?s text:query "a NOT b"', "NOT in what"),
        (f'?s text:query "{"many words " * 5_000}"', "more than 1,000 characters"),
        ('?s text:query "\\u0000"', "neither letters"),
    ],
)
def test_what_is_no_search_is_refused_with_its_place(
    store: EmbeddedStore, pattern: str, words: str
) -> None:
    """Never an empty answer."""
    with pytest.raises(QuerySearchError) as refused:
        rows(store, f"SELECT * {{\n  {pattern} }}")
    assert words in refused.value.message
    assert (refused.value.line, refused.value.column) >= (8, 3)
    assert refused.value.hint


def test_where_no_values_can_stand_nothing_can_be_searched(store: EmbeddedStore) -> None:
    """CONSTRUCT without a template, and templates; what is no SPARQL is said to be none."""
    for text in (
        'CONSTRUCT WHERE { ?s text:query "open" }',
        'CONSTRUCT { ?s text:query "open" } WHERE { ?s a ?c }',
    ):
        with pytest.raises(QuerySearchError):
            rows(store, text)
    with pytest.raises(QueryError) as refused:
        rows(store, 'SELECT * { ?s text:query ("open" 3 }')
    assert refused.value.code == "query-syntax"
    with pytest.raises(QueryError) as refused:
        rows(store, 'SELECT * { ?s nope:query "open" }')
    assert "'nope:'" in refused.value.message


def test_bounds(release: Release) -> None:
    """As many searches and names as the limits say; where there is no index nothing is looked for."""
    index = release_index(release)
    narrow = EmbeddedStore.from_quads([], limits=Limits(searches=2, hits=3))
    text = PREFIXES + 'ASK { ?s text:query "Estonia" . ?s text:query "Estonia"%s }'
    with pytest.raises(QuerySearchError, match="no index"):
        narrow.answer(Query(text % ""))
    narrow.lookup = ReleaseNames(lambda: index)
    with pytest.raises(QuerySearchError, match="more than 3 names"):
        narrow.answer(Query(text % ""))
    narrow.limits = Limits(searches=2)
    assert b"true" in narrow.answer(Query(text % "")).body
    with pytest.raises(QuerySearchError, match="more than 2 searches"):
        narrow.answer(Query(text % ', "Latvia"'))


def test_other_queries_are_left_alone(store: EmbeddedStore) -> None:
    """Words and names that are like a search are none."""
    for text, answer in {
        'SELECT ("text:query" AS ?x) {} # ?s text:query ?x': [("x",), ("text:query",)],
        "PREFIX text: <http://x.example/> SELECT * { ?s text:query ?x }": [("s", "x")],
        'SELECT * { ?s ogpld:query "a" FILTER(CONTAINS(?s, "contains-word")) }': [("s",)],
        "PREFIX ql: <http://qlever.cs.uni-freiburg.de/builtin-functions/> ASK {}": [("true",)],
    }.items():
        assert rows(store, text) == answer
        without = EmbeddedStore.from_quads([])  # it has no index, and a search would say so
        without.answer(Query(PREFIXES + text, ("csv", "nt")))
