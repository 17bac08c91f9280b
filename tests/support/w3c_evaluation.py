"""The W3C's SPARQL 1.0 and 1.1 evaluation tests: their cases, their data, and what an answer is worth.

All data files are graphs of one dataset; the protocol's parameters say which of them a test is about.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pyoxigraph as ox
from rdflib import RDF, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.compare import isomorphic
from rdflib.term import Node

from ogpld.errors import QueryError
from ogpld.stores import Query, Store
from support.suites import SUITES

SUITE = SUITES / "w3c" / "sparql-eval"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
NOTHING = "urn:x-ogpld:nothing"
FORMATS = {".ttl": ox.RdfFormat.TURTLE, ".nt": ox.RdfFormat.N_TRIPLES, ".rdf": ox.RdfFormat.RDF_XML}
RESULTS = {".srx": ox.QueryResultsFormat.XML, ".srj": ox.QueryResultsFormat.JSON}

Row = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Case:
    """A test: its query, its dataset, what is expected; `lax` where duplicates may be left out."""

    name: str
    query: Path
    data: tuple[str, ...]
    graphs: tuple[str, ...]
    result: Path
    lax: bool


def path_of(iri: Node | None) -> Path:
    """Return the file an IRI of a manifest names."""
    return Path(unquote(urlsplit(str(iri)).path))


def cases() -> Iterator[Case]:
    """Yield the evaluation tests of all manifests."""
    for path in sorted(SUITE.glob("*/*/manifest.ttl")):
        graph = Graph().parse(path, format="turtle", publicID=path.as_uri())
        (entries,) = graph.objects(None, MF.entries)
        for entry in Collection(graph, entries):
            if (entry, RDF.type, MF.QueryEvaluationTest) not in graph:
                continue
            action = graph.value(entry, MF.action)
            yield Case(
                f"{path.parent.parent.name}/{path.parent.name}/{str(entry).rpartition('#')[2]}",
                path_of(graph.value(action, QT.query)),
                tuple(str(data) for data in graph.objects(action, QT.data)),
                tuple(str(data) for data in graph.objects(action, QT.graphData)),
                path_of(graph.value(entry, MF.result)),
                (entry, MF.resultCardinality, MF.LaxCardinality) in graph,
            )


def quads() -> Iterator[str]:
    """Yield every data file of the suites as N-Quads in a graph named by its address."""
    for number, path in enumerate(sorted(SUITE.rglob("*"))):
        if path.suffix not in FORMATS or path.name == "manifest.ttl":
            continue
        for quad in ox.parse(path=str(path), format=FORMATS[path.suffix], base_iri=path.as_uri()):
            terms = " ".join(str(t) for t in (quad.subject, quad.predicate, quad.object))
            yield (
                re.sub(r"(^|\s)_:(\w+)(?=\s|$)", rf"\1_:f{number}\2", terms)
                + f" <{path.as_uri()}> ."
            )


def term(value: Any) -> tuple[str, ...]:
    """Return a term as text, lexical form and all."""
    if isinstance(value, ox.Literal):
        return ("literal", value.value, value.datatype.value, (value.language or "").lower())
    return ("bnode" if isinstance(value, ox.BlankNode) else "uri", value.value)


def json_term(cell: dict[str, str]) -> tuple[str, ...]:
    """Return a term of a JSON result."""
    if cell["type"] != "literal":
        return (cell["type"], cell["value"])
    language = cell.get("xml:lang", "").lower()
    string = "http://www.w3.org/2001/XMLSchema#string"
    kind = (
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
        if language
        else cell.get("datatype", string)
    )
    return ("literal", cell["value"], kind, language)


def expected(path: Path) -> tuple[Any, bool]:
    """Return what a result file says (rows, truth or triples), and whether its order counts."""
    if path.suffix in RESULTS:
        results = ox.parse_query_results(path.read_bytes(), format=RESULTS[path.suffix])
        if isinstance(results, ox.QueryBoolean):
            return bool(results), False
        names = [variable.value for variable in results.variables]
        return [
            {name: term(value) for name, value in zip(names, row, strict=True) if value is not None}
            for row in results
        ], False
    triples = [
        q.triple
        for q in ox.parse(path=str(path), format=FORMATS[path.suffix], base_iri=path.as_uri())
    ]
    about: dict[Any, dict[str, list[Any]]] = {}
    for triple in triples:
        about.setdefault(triple.subject, {}).setdefault(
            triple.predicate.value.removeprefix(RS), []
        ).append(triple.object)
    sets = [
        values
        for values in about.values()
        if any(
            t.value == f"{RS}ResultSet"
            for v in values.values()
            for t in v
            if isinstance(t, ox.NamedNode)
        )
    ]
    if not sets:
        return triples, False
    if "boolean" in sets[0]:
        return sets[0]["boolean"][0].value == "true", False
    solutions = [about.get(s, {}) for s in sets[0].get("solution", [])]
    solutions.sort(key=lambda s: int(s["index"][0].value) if "index" in s else 0)
    bindings = [[about[b] for b in s.get("binding", [])] for s in solutions]
    rows = [{b["variable"][0].value: term(b["value"][0]) for b in row} for row in bindings]
    return rows, any("index" in s for s in solutions)


def as_graph(rows: list[Row]) -> Graph:
    """Return rows as a graph, so that blank nodes can be compared."""
    graph = Graph()
    for row in rows:
        solution = BNode()
        graph.add((solution, RDF.type, RDF.List))
        for name, value in row.items():
            graph.add((solution, URIRef(f"urn:v:{name}"), node(value)))
    return graph


def node(value: tuple[str, ...]) -> Node:
    """Return a term for rdflib, its lexical form untouched."""
    if value[0] == "bnode":
        return BNode(value[1])
    if value[0] == "uri":
        return URIRef(value[1])
    if value[3]:
        return Literal(value[1], lang=value[3])
    return Literal(value[1], datatype=URIRef(value[2]), normalize=False)


def same(ours: list[Row], theirs: list[Row], *, ordered: bool, lax: bool) -> bool:
    """Say whether two results are the same up to blank nodes, and to order and duplicates where these are free."""
    blank = any(value[0] == "bnode" for row in (*ours, *theirs) for value in row.values())
    plain = [
        [json.dumps(sorted((n, v) for n, v in row.items() if v[0] != "bnode")) for row in rows]
        for rows in (ours, theirs)
    ]
    if ordered and plain[0] != plain[1]:
        return False
    if lax:
        return set(plain[0]) == set(plain[1]) and not Counter(plain[0]) - Counter(plain[1])
    if Counter(plain[0]) != Counter(plain[1]):
        return False
    return not blank or isomorphic(as_graph(ours), as_graph(theirs))


def passes(store: Store, case: Case) -> bool:
    """Run a test as a caller would ask."""
    text = case.query.read_text(encoding="utf-8")
    default, named = case.data or (NOTHING,), case.graphs
    if re.search(r"\bFROM\b", text):
        default, named = (), ()  # the query says its dataset itself
    query = Query(text, ("json", "nt"), default, named, base=case.query.as_uri())
    wanted, ordered = expected(case.result)
    try:
        answer = store.answer(query)
    except QueryError:
        return False
    if answer.kind == "boolean":
        return json.loads(answer.body)["boolean"] is wanted
    if answer.kind == "graph":
        graph, other = Graph(), Graph()
        for target, triples in (
            (graph, [q.triple for q in ox.parse(answer.body, format=ox.RdfFormat.N_TRIPLES)]),
            (other, wanted),
        ):
            for triple in triples:
                target.add(
                    (
                        node(term(triple.subject)),
                        node(term(triple.predicate)),
                        node(term(triple.object)),
                    )
                )
        return isomorphic(graph, other)
    rows = json.loads(answer.body)["results"]["bindings"]
    bindings = [{name: json_term(cell) for name, cell in row.items()} for row in rows]
    return isinstance(wanted, list) and same(bindings, wanted, ordered=ordered, lax=case.lax)
