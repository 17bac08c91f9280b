"""GRAPH means what SPARQL 1.1 section 18.6 says, whatever stands in it."""

from __future__ import annotations

import json
import random
from collections import Counter
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


TRIPLES = ("?s :p ?o .", "?s :q ?o .", "?o :p ?x .", "?s ?y :a .", ":a :p ?o .", "?s :p ?g .", "?s :p+ ?o .", "?s :p/:q ?o .")
FILTERS = ("FILTER(?o != :b)", "FILTER(BOUND(?g))", "FILTER(!BOUND(?g))", "FILTER(isIRI(?s))")


def group(dice: random.Random, depth: int) -> str:
    """Return the inside of a random group."""
    parts = [dice.choice(TRIPLES)] if dice.random() < 0.8 else []
    for _ in range(dice.randint(0, 2)):
        kind = dice.choice(
            ("triple", "optional", "union", "minus", "values", "select", "count", "filter", "graph", "bind", "group", "exists")
        )
        inner = group(dice, depth - 1) if depth else dice.choice(TRIPLES)
        if kind == "triple":
            parts.append(dice.choice(TRIPLES))
        elif kind == "optional":
            parts.append(f"OPTIONAL {{ {inner} }}")
        elif kind == "union":
            parts.append(f"{{ {inner} }} UNION {{ {dice.choice(TRIPLES)} }}")
        elif kind == "minus":
            parts.append(f"MINUS {{ {dice.choice(TRIPLES)} }}")
        elif kind == "values":
            parts.append(dice.choice(("VALUES ?x { 1 2 }", "VALUES ?g { :g1 :g2 }", "VALUES ?s { :a :b }")))
        elif kind == "select":
            parts.append(f"{{ SELECT {dice.choice(('?s', 'DISTINCT ?s', '?s ?o', '?g'))} {{ {inner} }} }}")
        elif kind == "count":
            parts.append(f"{{ SELECT (COUNT(*) AS ?n{dice.randint(0, 99)}) {{ {inner} }} }}")
        elif kind == "filter":
            parts.append(dice.choice(FILTERS))
        elif kind == "graph":
            parts.append(f"GRAPH {dice.choice(('?g', '?h', ':g1', ':nowhere'))} {{ {inner} }}")
        elif kind == "bind":
            parts.append(f"BIND({dice.choice(('1', '?o', '?g'))} AS ?b{dice.randint(0, 999)})")
        elif kind == "group":
            parts.append(f"{{ {inner} }}")
        else:
            parts.append(f"FILTER {dice.choice(('', 'NOT '))}EXISTS {{ {dice.choice(TRIPLES)} }}")
    return " ".join(parts)
