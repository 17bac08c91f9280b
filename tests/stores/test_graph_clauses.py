"""GRAPH means what SPARQL 1.1 section 18.6 says, whatever stands in it."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pyoxigraph as ox
import pytest
from rdflib import Dataset, Literal, URIRef

from ogpld.errors import QueryError, QueryGraphUnsupportedError, QuerySyntaxError
from ogpld.stores import Query
from ogpld.stores.embedded import EmbeddedStore

E = "http://e.example/"
PREFIX = f"PREFIX : <{E}>\n"
GRAPHS = ("g1", "g2", "g3")


def quads_of(seed: int) -> list[ox.Quad]:
    """Return a small random dataset in three graphs, its predicates few so that patterns meet."""
    dice = random.Random(seed)
    quads = set()
    for _ in range(dice.randint(3, 14)):
        value: ox.NamedNode | ox.Literal = ox.NamedNode(E + dice.choice("abcg"))
        if dice.random() < 0.3:
            value = ox.Literal(dice.randint(1, 3))
        if dice.random() < 0.15:
            value = ox.NamedNode(E + dice.choice(GRAPHS))
        quads.add(
            ox.Quad(
                ox.NamedNode(E + dice.choice("abc")),
                ox.NamedNode(E + dice.choice("pq")),
                value,
                ox.NamedNode(E + dice.choice(GRAPHS)),
            )
        )
    return sorted(quads, key=str)


def store_of(quads: list[ox.Quad]) -> EmbeddedStore:
    """Return a store over quads."""
    return EmbeddedStore.from_quads(quads)


def ours(store: EmbeddedStore, text: str, **options: Any) -> Counter[str]:
    """Return the solutions of a SELECT as a bag."""
    answer = store.answer(Query(PREFIX + text, ("json", ""), **options))
    rows = json.loads(answer.body)["results"]["bindings"]
    return Counter(
        json.dumps(sorted((name, cell["value"]) for name, cell in row.items())) for row in rows
    )


def theirs(quads: list[ox.Quad], text: str) -> Counter[str]:
    """Return rdflib's solutions as a bag; its default graph is the union, as ours is."""
    dataset = Dataset(default_union=True)
    for quad in quads:
        value = quad.object
        term = (
            URIRef(value.value)
            if isinstance(value, ox.NamedNode)
            else Literal(value.value, datatype=URIRef(value.datatype.value))  # type: ignore[union-attr]
        )
        dataset.graph(URIRef(quad.graph_name.value)).add(  # type: ignore[union-attr]
            (URIRef(quad.subject.value), URIRef(quad.predicate.value), term)  # type: ignore[union-attr]
        )
    dataset.remove_graph(dataset.default_graph)
    result = dataset.query(PREFIX + text)
    names = [str(name) for name in result.vars or ()]
    return Counter(
        json.dumps(
            sorted(
                (name, str(cell)) for name, cell in zip(names, row, strict=True) if cell is not None
            )  # type: ignore[arg-type]
        )
        for row in result
    )


# --- a reference: the algebra of sections 18.2 to 18.6, by the letter, over parsed groups ---

Row = dict[str, str]
Triples = list[tuple[str, str, str]]
#: A group's element: its kind and what belongs to it.
Element = tuple[Any, ...]
GroupPattern = list[Element]


class Reference:
    """Evaluate a group over named graphs, slowly."""

    def __init__(self, quads: list[ox.Quad]) -> None:
        self.graphs: dict[str, Triples] = {}
        for quad in quads:
            triple = (value(quad.subject), value(quad.predicate), value(quad.object))
            self.graphs.setdefault(value(quad.graph_name), []).append(triple)
        self.union = sorted({triple for triples in self.graphs.values() for triple in triples})

    def group(self, elements: GroupPattern, active: Triples) -> list[Row]:
        """Return the solutions of a group: FILTER last, the rest in order (18.2.2.2, 18.2.2.6)."""
        rows: list[Row] = [{}]
        for kind, *what in elements:
            if kind == "optional":
                conditions = [e for e in what[0] if e[0] in {"filter", "exists"}]
                inner = [e for e in what[0] if e[0] not in {"filter", "exists"}]
                rows = self.left_join(rows, self.group(inner, active), conditions, active)
            elif kind == "minus":
                gone = self.group(what[0], active)
                rows = [
                    r
                    for r in rows
                    if not any(compatible(r, g) and r.keys() & g.keys() for g in gone)
                ]
            elif kind == "bind":
                term, name = what
                bound = [(r, r.get(term[1:]) if term.startswith("?") else term) for r in rows]
                rows = [r if v is None else {**r, name: v} for r, v in bound]
            elif kind not in {"filter", "exists"}:
                rows = join(rows, self.element(kind, what, active))
        conditions = [e for e in elements if e[0] in {"filter", "exists"}]
        return [r for r in rows if self.holds(conditions, r, active)]

    def element(self, kind: str, what: list[Any], active: Triples) -> list[Row]:
        """Return the solutions of what is joined with the rest of its group."""
        if kind == "triple":
            return pattern(what[0], active)
        if kind == "union":
            return self.group(what[0], active) + self.group(what[1], active)
        if kind == "values":
            return [{what[0]: term} for term in what[1]]
        if kind == "select":
            names, distinct, inner = what
            rows = [{n: r[n] for n in names if n in r} for r in self.group(inner, active)]
            return [dict(r) for r in {tuple(sorted(r.items())) for r in rows}] if distinct else rows
        if kind == "count":
            return [{what[0]: str(len(self.group(what[1], active)))}]
        if kind == "graph":
            return self.graph(*what)
        return self.group(what[0], active)

    def graph(self, name: str, inner: GroupPattern) -> list[Row]:
        """Return the solutions of a GRAPH clause (18.6)."""
        if not name.startswith("?"):
            return self.group(inner, self.graphs[name]) if name in self.graphs else []
        return [
            row
            for graph, triples in self.graphs.items()
            for row in join(self.group(inner, triples), [{name[1:]: graph}])
        ]

    def left_join(
        self, left: list[Row], right: list[Row], conditions: GroupPattern, active: Triples
    ) -> list[Row]:
        """Return LeftJoin(left, right, conditions) (18.5)."""
        rows = []
        for row in left:
            merged = [{**row, **other} for other in right if compatible(row, other)]
            rows += [m for m in merged if self.holds(conditions, m, active)] or [row]
        return rows

    def holds(self, conditions: GroupPattern, row: Row, active: Triples) -> bool:
        """Say whether all FILTERs of a group hold for a row."""
        for condition in conditions:
            if condition[0] == "exists":
                if bool(join([row], self.group(condition[2], active))) is not condition[1]:
                    return False
            elif not CONDITIONS[condition[1]](row):
                return False
        return True


def value(term: Any) -> str:
    """Return what a term is called in solutions."""
    return str(term.value)


def compatible(one: Row, other: Row) -> bool:
    """Say whether two solutions agree (18.3)."""
    return all(other.get(name, term) == term for name, term in one.items())


def join(left: list[Row], right: list[Row]) -> list[Row]:
    """Return Join(left, right) (18.5)."""
    return [{**one, **other} for one in left for other in right if compatible(one, other)]


def pattern(triple: tuple[str, str, str], active: Triples) -> list[Row]:
    """Return the solutions of a triple pattern, its predicate a name, a variable or one of two paths."""
    subject, predicate, object_ = triple
    rows = []
    for pair in pairs(predicate, active) if predicate[0] == "/" else active:
        row: Row | None = {}
        for term, there in zip((subject, predicate, object_), pair, strict=True):
            if row is None or term[0] == "/":
                continue
            row = (
                join([row], [{term[1:]: there}])[0]
                if term[0] == "?" and row.get(term[1:], there) == there
                else (row if term == there else None)
            )
        if row is not None:
            rows.append(row)
    return rows


def pairs(path: str, active: Triples) -> Triples:
    """Return the ends of a path (18.4); those of the repeating ones once each."""
    p = [(s, o) for s, name, o in active if name == f"{E}p"]
    q = [(s, o) for s, name, o in active if name == f"{E}q"]
    if path in {"/:p/:q", "/:p|:q", "/!:p"}:
        ways = {
            "/:p/:q": [(s, o) for s, m in p for n, o in q if m == n],
            "/:p|:q": p + q,
            "/!:p": q,
        }
        return [(s, "", o) for s, o in ways[path]]
    reached = set(p)
    while path != "/:p?" and (
        more := {(s, o) for s, m in reached for n, o in p if m == n} - reached
    ):
        reached |= more
    if path != "/:p+":
        reached |= {(node, node) for s, _, o in active for node in (s, o)}
    return [(s, "", o) for s, o in sorted(reached)]


CONDITIONS: dict[str, Callable[[Row], bool]] = {
    "?o != :b": lambda row: row.get("o", f"{E}b") != f"{E}b",
    "BOUND(?g)": lambda row: "g" in row,
    "!BOUND(?g)": lambda row: "g" not in row,
    "?g = :g1": lambda row: row.get("g") == f"{E}g1",
    "isIRI(?s)": lambda row: row.get("s", "1").startswith("http"),
}
TRIPLES = (
    ("?s", ":p", "?o"),
    ("?s", ":q", "?o"),
    ("?o", ":p", "?x"),
    ("?s", "?y", ":a"),
    (":a", ":p", "?o"),
    ("?s", ":p", "?g"),
    ("?s", "/:p+", "?o"),
    ("?s", "/:p/:q", "?o"),
    ("?s", "/:p*", "?o"),
    ("?s", "/:p?", "?o"),
    ("?s", "/!:p", "?o"),
)


def random_group(dice: random.Random, depth: int) -> GroupPattern:
    """Return a random group."""
    elements: GroupPattern = [("triple", dice.choice(TRIPLES))] if dice.random() < 0.8 else []
    for _ in range(dice.randint(0, 2)):
        inner = random_group(dice, depth - 1) if depth else [("triple", dice.choice(TRIPLES))]
        single = [("triple", dice.choice(TRIPLES))]
        fresh = f"n{dice.randint(0, 9999)}"
        elements.append(
            dice.choice(
                (
                    single[0],
                    ("optional", inner),
                    ("union", inner, single),
                    ("minus", inner),
                    (
                        "values",
                        *dice.choice(
                            (("x", ["1", "2"]), ("g", [":g1", ":g2"]), ("s", [":a", ":b"]))
                        ),
                    ),
                    ("select", dice.choice((["s"], ["s", "o"], ["g"])), dice.random() < 0.5, inner),
                    ("count", fresh, inner),
                    ("filter", dice.choice(list(CONDITIONS))),
                    ("graph", dice.choice(("?g", "?h", ":g1", ":nowhere")), inner),
                    ("bind", dice.choice(("1", "?o", "?g")), fresh),
                    ("group", inner),
                    ("exists", dice.random() < 0.5, single),
                )
            )
        )
    return elements


def text_of(elements: GroupPattern) -> str:
    """Return a group as SPARQL, without its brackets."""
    return " ".join(TEXT[kind](*what) for kind, *what in elements)


TEXT: dict[str, Callable[..., str]] = {
    "triple": lambda triple: f"{triple[0]} {triple[1].removeprefix('/')} {triple[2]} .",
    "optional": lambda inner: f"OPTIONAL {{ {text_of(inner)} }}",
    "union": lambda one, other: f"{{ {text_of(one)} }} UNION {{ {text_of(other)} }}",
    "minus": lambda inner: f"MINUS {{ {text_of(inner)} }}",
    "values": lambda name, terms: f"VALUES ?{name} {{ {' '.join(terms)} }}",
    "select": lambda names, distinct, inner: (
        f"{{ SELECT {'DISTINCT ' * distinct}{' '.join('?' + n for n in names)} {{ {text_of(inner)} }} }}"
    ),
    "count": lambda name, inner: f"{{ SELECT (COUNT(*) AS ?{name}) {{ {text_of(inner)} }} }}",
    "filter": lambda condition: f"FILTER({condition})",
    "exists": lambda positive, inner: (
        f"FILTER {'' if positive else 'NOT '}EXISTS {{ {text_of(inner)} }}"
    ),
    "graph": lambda name, inner: f"GRAPH {name} {{ {text_of(inner)} }}",
    "bind": lambda term, name: f"BIND({term} AS ?{name})",
    "group": lambda inner: f"{{ {text_of(inner)} }}",
}


def full(what: Any) -> Any:
    """Return a group with prefixed names written out, as solutions have them."""
    if isinstance(what, list | tuple):
        return type(what)(full(part) for part in what)
    return E + what[1:] if isinstance(what, str) and what.startswith(":") else what


@pytest.mark.parametrize("seed", [*range(400), 5892])
def test_random_queries_are_answered_as_the_algebra_says(seed: int) -> None:
    """Random patterns inside and beside GRAPH have the answers of the SPARQL algebra."""
    dice = random.Random(seed)
    quads = quads_of(seed % 60)
    beside = dice.choice(
        ([], [("triple", TRIPLES[0])], [("values", "g", [":g1"])], [("values", "g", [":b"])])
    )
    name = dice.choice(("?g", "?g", "?g", ":g1", ":nowhere"))
    elements = [
        *beside,
        ("graph", name, random_group(dice, 1)),
        *dice.choice(([], [("filter", "?g = :g1")])),
    ]
    text = f"SELECT * {{ {text_of(elements)} }}"
    reference = Reference(quads)
    wanted = Counter(
        json.dumps(sorted(row.items())) for row in reference.group(full(elements), reference.union)
    )
    assert ours(store_of(quads), text) == wanted, text


# --- single cases: those people met, and the places where a rewriting could go wrong ---

FIXED = [
    ox.Quad(ox.NamedNode(E + s), ox.NamedNode(E + p), ox.NamedNode(E + o), ox.NamedNode(E + g))
    for s, p, o, g in (
        ("a", "p", "b", "g1"),
        ("b", "p", "c", "g1"),
        ("c", "p", "a", "g2"),
        ("a", "q", "a", "shapes"),
    )
]


def rows(text: str, **options: Any) -> list[str]:
    """Return the rows of a SELECT as `name=value`, prefixes taken off, sorted."""
    store = EmbeddedStore.from_quads(FIXED, (f"{E}shapes",))
    answer = store.answer(Query(PREFIX + text, ("json", ""), **options))
    bindings = json.loads(answer.body)["results"]["bindings"]
    return sorted(
        " ".join(f"{name}={cell['value'].removeprefix(E)}" for name, cell in row.items())
        for row in bindings
    )


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "SELECT * { VALUES ?g { :g1 } GRAPH ?g { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } }",
            ["g=g1 n=2"],
        ),
        (
            "SELECT ?g ?s { GRAPH ?g { SELECT DISTINCT ?s { ?s :p ?o } } }",
            ["g=g1 s=a", "g=g1 s=b", "g=g2 s=c"],
        ),
        ("SELECT ?g ?x { GRAPH ?g { VALUES ?x { 1 } } }", ["g=g1 x=1", "g=g2 x=1", "g=shapes x=1"]),
        ("SELECT ?g { GRAPH ?g {} }", ["g=g1", "g=g2", "g=shapes"]),
        ("SELECT ?g { GRAPH ?g { { } } }", ["g=g1", "g=g2", "g=shapes"]),
        ("SELECT * { GRAPH :nowhere { VALUES ?x { 1 } } }", []),
        ("SELECT * { GRAPH :nowhere { GRAPH :g2 { ?s ?p ?o } } }", []),
        ("SELECT * { GRAPH :nowhere { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } }", []),
        ("SELECT (COUNT(*) AS ?n) { GRAPH :nowhere { BIND(1 AS ?x) } }", ["n=0"]),
        (
            "SELECT ?g ?n FROM NAMED :g2 { GRAPH ?g { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } }",
            ["g=g2 n=1"],
        ),
        ("SELECT ?x FROM :g1 { GRAPH ?g { VALUES ?x { 1 } } }", []),
        ("SELECT ?x FROM :g1 { GRAPH :g1 { VALUES ?x { 1 } } }", []),
        ("SELECT ?x FROM NAMED<http://e.example/g1>{ GRAPH :g1 { VALUES ?x { 1 } } }", ["x=1"]),
        ("SELECT ?g ?s{GRAPH?g{FILTER(true)?s:p :b}}", ["g=g1 s=a"]),
        ("SELECT ?g { graph ?g { FILTER NOT EXISTS { ?s :p :b } } }", ["g=g2", "g=shapes"]),
        ("SELECT $g ?b { GRAPH $g { ?s :q ?o BIND(?g AS ?b) } }", ["g=shapes"]),
        ("SELECT * { GRAPH ?g { ?s :p :b FILTER(?g = :g1) } }", []),
        ("SELECT * { GRAPH ?g { ?s :p :b } FILTER(?g = :g1) }", ["g=g1 s=a"]),
        ("SELECT ?g { GRAPH ?g { SELECT ?g { VALUES ?g { :g1 :b } } } }", ["g=g1"]),
        (
            "SELECT ?g ?x { GRAPH ?g { SELECT ?x { VALUES ?g { :b } VALUES ?x { 1 } } } } LIMIT 9",
            ["g=g1 x=1", "g=g2 x=1", "g=shapes x=1"],
        ),
        (
            "SELECT ?g { GRAPH ?g { _:a :p _:b . OPTIONAL { _:c :q ?z } MINUS { ?z ?y ?x } } }",
            ["g=g1", "g=g1", "g=g2"],
        ),
        ("SELECT ?g ?h { GRAPH ?g { ?s :p :b GRAPH ?h { ?t :q ?u } } }", ["g=g1 h=shapes"]),
        (
            'SELECT ?x { GRAPH ?g { BIND("} GRAPH ?g {" AS ?x) # } GRAPH ?g {\n ?s :q ?o } }',
            ["x=} GRAPH ?g {"],
        ),
        ("SELECT * { ?s :p :b MINUS { GRAPH ?g { VALUES ?s { :a } } } }", []),
        ("SELECT ?s { ?s :p ?o FILTER EXISTS { GRAPH :nowhere { BIND(1 AS ?x) } } }", []),
    ],
)
def test_graph_is_no_label(text: str, wanted: list[str]) -> None:
    """The shapes graph is found by GRAPH, as before, and is not part of the default graph."""
    assert rows(text) == wanted


def test_the_dataset_of_the_request_counts() -> None:
    """`named-graph-uri` overrides FROM NAMED (SPARQL 1.1 Protocol, section 2.1.4)."""
    text = "SELECT ?g ?x FROM NAMED :g1 { GRAPH ?g { VALUES ?x { 1 } } }"
    assert rows(text, named_graphs=(f"{E}g2",)) == ["g=g2 x=1"]
    assert rows(text, default_graphs=(f"{E}g2",)) == []


@pytest.mark.parametrize(
    "form",
    [
        "ASK {0}",
        "CONSTRUCT {{ ?g :n ?n }} {0}",
        "CONSTRUCT {{ ?g :n ?n }} FROM NAMED :g1 WHERE {0}",
        "DESCRIBE ?g {0}",
    ],
)
def test_every_form_of_query_is_rewritten(form: str) -> None:
    """DESCRIBE asks with texts of its own."""
    text = form.format("{ GRAPH ?g { SELECT (COUNT(*) AS ?n) { ?s :p :b } } FILTER(?n = 1) }")
    answer = EmbeddedStore.from_quads(FIXED).answer(Query(PREFIX + text, ("", "nt")))
    if text.startswith("CONSTRUCT"):
        assert answer.body.decode().startswith(f"<{E}g1> <{E}n> ")
    assert answer.rows in {None, 0, 1}
    assert answer.kind != "boolean" or json.loads(answer.body)["boolean"] is True


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { GRAPHex:g1 { VALUES ?x { 1 } } }",
        "ASK { FILTER(true)FILTER trueGRAPH :g1 { VALUES ?x { 1 } } }",
        "SELECT * FROM NAMEDex:g1 { GRAPH ?g { VALUES ?x { 1 } } }",
        "SELECT * FROMNAMED :g1 { GRAPH ?g { VALUES ?x { 1 } } }",
        "SELECT * FROM:g1 { GRAPH ?g { VALUES ?x { 1 } } }",
        "SELECT * FROMex:g1 { GRAPH ?g { VALUES ?x { 1 } } }",
    ],
)
def test_keywords_without_blanks_are_never_overlooked(text: str) -> None:
    """The engine's parser reads them; where we would misread them the query is refused."""
    prefixes = "".join(f"PREFIX {word}ex: <{E}> " for word in ("", "GRAPH", "FROM", "NAMED"))
    with pytest.raises(QueryError) as refused:
        rows(prefixes + text)
    assert refused.value.code in {"query-graph-unsupported", "query-syntax"}


def test_errors_have_the_places_of_the_text_that_was_sent() -> None:
    """A syntax error names the place in the query as sent, not in the rewritten one."""
    with pytest.raises(QuerySyntaxError) as error:
        rows("SELECT * {\n GRAPH ?g { VALUES ?x { 1 } }\n ?s ?p }")
    assert (error.value.code, error.value.line, error.value.column) == ("query-syntax", 4, 8)


def test_a_clause_for_too_many_graphs_is_refused() -> None:
    """With its place and what to do."""
    quads = [
        ox.Quad(
            ox.NamedNode(f"{E}s"),
            ox.NamedNode(f"{E}p"),
            ox.NamedNode(f"{E}o"),
            ox.NamedNode(f"{E}g{n}"),
        )
        for n in range(2_001)
    ]
    store = store_of(quads)
    with pytest.raises(QueryGraphUnsupportedError) as refused:
        ours(store, "SELECT * {\n  GRAPH ?g { VALUES ?x { 1 } } }")
    assert (refused.value.line, refused.value.column) == (3, 3)
    assert "FROM NAMED" in refused.value.hint
    store = store_of(quads[:2_000])
    rows = ours(
        store, "SELECT ?g { GRAPH ?g { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } FILTER(?n = 1) }"
    )
    assert sum(rows.values()) == 2_000
