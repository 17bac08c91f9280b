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

from ogpld.errors import QueryError, QuerySyntaxError
from ogpld.stores import Query
from ogpld.stores.embedded import EmbeddedStore
from ogpld.stores.graph_clauses import QueryGraphUnsupportedError

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
            sorted((name, str(cell)) for name, cell in zip(names, row, strict=True) if cell is not None)  # type: ignore[arg-type]
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
                rows = [r for r in rows if not any(compatible(r, g) and r.keys() & g.keys() for g in gone)]
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

    def left_join(self, left: list[Row], right: list[Row], conditions: GroupPattern, active: Triples) -> list[Row]:
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
    for found in pairs(predicate, active) if predicate[0] == "/" else active:
        row: Row | None = {}
        for term, there in zip((subject, predicate, object_), found, strict=True):
            if row is None or term[0] == "/":
                continue
            row = join([row], [{term[1:]: there}])[0] if term[0] == "?" and row.get(term[1:], there) == there else (
                row if term == there else None
            )
        if row is not None:
            rows.append(row)
    return rows


def pairs(path: str, active: Triples) -> Triples:
    """Return the ends of a path (18.4); those of the repeating ones once each."""
    p = [(s, o) for s, name, o in active if name == f"{E}p"]
    q = [(s, o) for s, name, o in active if name == f"{E}q"]
    if path in {"/:p/:q", "/:p|:q", "/!:p"}:
        ways = {"/:p/:q": [(s, o) for s, m in p for n, o in q if m == n], "/:p|:q": p + q, "/!:p": q}
        return [(s, "", o) for s, o in ways[path]]
    reached = set(p)
    while path != "/:p?" and (more := {(s, o) for s, m in reached for n, o in p if m == n} - reached):
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
    ("?s", ":p", "?o"), ("?s", ":q", "?o"), ("?o", ":p", "?x"), ("?s", "?y", ":a"),
    (":a", ":p", "?o"), ("?s", ":p", "?g"), ("?s", "/:p+", "?o"), ("?s", "/:p/:q", "?o"),
    ("?s", "/:p*", "?o"), ("?s", "/:p?", "?o"), ("?s", "/:p|:q", "?o"), ("?s", "/!:p", "?o"),
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
                    ("values", *dice.choice((("x", ["1", "2"]), ("g", [":g1", ":g2"]), ("s", [":a", ":b"])))),
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
    "select": lambda names, distinct, inner: f"{{ SELECT {'DISTINCT ' * distinct}{' '.join('?' + n for n in names)} {{ {text_of(inner)} }} }}",
    "count": lambda name, inner: f"{{ SELECT (COUNT(*) AS ?{name}) {{ {text_of(inner)} }} }}",
    "filter": lambda condition: f"FILTER({condition})",
    "exists": lambda positive, inner: f"FILTER {'' if positive else 'NOT '}EXISTS {{ {text_of(inner)} }}",
    "graph": lambda name, inner: f"GRAPH {name} {{ {text_of(inner)} }}",
    "bind": lambda term, name: f"BIND({term} AS ?{name})",
    "group": lambda inner: f"{{ {text_of(inner)} }}",
}


def full(what: Any) -> Any:
    """Return a group with prefixed names written out, as solutions have them."""
    if isinstance(what, list | tuple):
        return type(what)(full(part) for part in what)
    return E + what[1:] if isinstance(what, str) and what.startswith(":") else what


@pytest.mark.parametrize("seed", range(400))
def test_random_queries_are_answered_as_the_algebra_says(seed: int) -> None:
    """Whatever stands in GRAPH, whatever stands beside it."""
    dice = random.Random(seed)
    quads = quads_of(seed % 60)
    beside = dice.choice(([], [("triple", TRIPLES[0])], [("values", "g", [":g1"])], [("values", "g", [":b"])]))
    name = dice.choice(("?g", "?g", "?g", ":g1", ":nowhere"))
    elements = [*beside, ("graph", name, random_group(dice, 1)), *dice.choice(([], [("filter", "?g = :g1")]))]
    text = f"SELECT * {{ {text_of(elements)} }}"
    reference = Reference(quads)
    wanted = Counter(json.dumps(sorted(row.items())) for row in reference.group(full(elements), reference.union))
    assert ours(store_of(quads), text) == wanted, text
