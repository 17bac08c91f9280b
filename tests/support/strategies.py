"""Random shapes over random data, as Turtle, for hypothesis.

Shapes nest (not, and, or, xone, node, property, qualified) and paths are of every kind. Literals are
of one kind to a property where order is asked for, because rdflib orders terms SPARQL cannot compare.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from ogpld.rdf import Quad, parse_quads

HEAD = """
@prefix : <http://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
nodes = st.sampled_from([":a", ":b", ":c", ":d"])
classes = st.sampled_from([":A", ":B", ":C"])
links = st.sampled_from([":p", ":q", ":r"])
#: Literals that no engine may mend: other forms of a value, ill-typed ones, numbers past 64 bits.
odd_texts = [
    '"1"^^xsd:boolean',
    '"20x8"^^xsd:gYear',
    '"2018-02-30"^^xsd:date',
    '"yes"^^xsd:boolean',
]
texts = st.sampled_from(
    [
        '"a"',
        '"ab"',
        '"abc"@en',
        '"x"@en',
        '"abc"@de',
        '"y"@en-gb',
        '"z"@sr-latn',
        "true",
        *odd_texts,
    ]
)
odd_numbers = ['"01"^^xsd:integer', "2.0", '"+2"^^xsd:byte', "12345678901234567890", "3e0"]
numbers = st.sampled_from(["1", "2", "3", *odd_numbers])

triples = st.one_of(
    st.tuples(nodes, st.just("a"), classes),
    st.tuples(nodes, links, nodes),
    st.tuples(nodes, st.just(":text"), texts),
    st.tuples(nodes, st.sampled_from([":n", ":m"]), numbers),
)
data = st.lists(triples, min_size=3, max_size=25).map(
    lambda rows: HEAD + ":B rdfs:subClassOf :A .\n" + "\n".join(" ".join(r) + " ." for r in rows)
)

single = st.one_of(links, st.sampled_from([":text", ":n", "rdf:type"]))
paths = st.recursive(
    single,
    lambda inner: st.one_of(
        inner.map(lambda p: f"[ sh:inversePath {p} ]"),
        st.tuples(inner, inner).map(lambda p: f"( {p[0]} {p[1]} )"),
        st.tuples(inner, inner).map(lambda p: f"[ sh:alternativePath ( {p[0]} {p[1]} ) ]"),
        links.map(lambda p: f"[ sh:zeroOrMorePath {p} ]"),
        links.map(lambda p: f"[ sh:oneOrMorePath {p} ]"),
        inner.map(lambda p: f"[ sh:zeroOrOnePath {p} ]"),
    ),
    max_leaves=3,
)
values = st.one_of(nodes, texts, numbers)
kinds = st.sampled_from(
    ["IRI", "Literal", "BlankNode", "BlankNodeOrIRI", "IRIOrLiteral", "BlankNodeOrLiteral"]
)
single_constraints = st.one_of(
    classes.map(lambda c: f"sh:class {c}"),
    st.sampled_from(["string", "integer", "boolean", "byte", "date", "gYear", "double"]).map(
        lambda d: f"sh:datatype xsd:{d}"
    ),
    st.just("sh:datatype rdf:langString"),
    kinds.map(lambda k: f"sh:nodeKind sh:{k}"),
    st.integers(0, 3).map(lambda n: f"sh:minLength {n}"),
    st.integers(0, 3).map(lambda n: f"sh:maxLength {n}"),
    st.sampled_from(["^a", "b", "[xy]$", "^0", "^.0"]).map(lambda p: f'sh:pattern "{p}"'),
    st.just('sh:pattern "^A" ; sh:flags "i"'),
    st.just('sh:languageIn ( "en" )'),
    st.lists(values, min_size=1, max_size=3, unique=True).map(lambda v: f"sh:in ( {' '.join(v)} )"),
    values.map(lambda v: f"sh:hasValue {v}"),
    links.map(lambda p: f"sh:equals {p}"),
    links.map(lambda p: f"sh:disjoint {p}"),
)
many_constraints = st.one_of(
    st.integers(0, 3).map(lambda n: f"sh:minCount {n}"),
    st.integers(0, 3).map(lambda n: f"sh:maxCount {n}"),
    st.just("sh:uniqueLang true"),
)
ordered = st.one_of(
    st.sampled_from(["minInclusive", "maxExclusive", "minExclusive", "maxInclusive"]).map(
        lambda c: f"[ sh:path :n ; sh:{c} 2 ]"
    ),
    st.sampled_from(["lessThan", "lessThanOrEquals"]).map(lambda c: f"[ sh:path :n ; sh:{c} :m ]"),
)


def _listed(inner: Any) -> Any:
    return st.lists(inner, min_size=1, max_size=3).map(" ".join)


def _combined(inner: Any) -> Any:
    """Property shapes around other shapes."""
    nested = st.one_of(
        single_constraints,
        inner.map(lambda s: f"sh:not {s}"),
        inner.map(lambda s: f"sh:property {s}"),
        _listed(inner).map(lambda s: f"sh:or ( {s} )"),
        _listed(inner).map(lambda s: f"sh:and ( {s} )"),
        _listed(inner).map(lambda s: f"sh:xone ( {s} )"),
        inner.map(lambda s: f"sh:node [ sh:property {s} ]"),
        st.tuples(inner, st.integers(0, 2)).map(
            lambda s: f"sh:qualifiedValueShape {s[0]} ; sh:qualifiedMinCount {s[1]}"
        ),
        st.tuples(inner, st.integers(0, 2)).map(
            lambda s: f"sh:qualifiedValueShape {s[0]} ; sh:qualifiedMaxCount {s[1]}"
        ),
    )
    return st.tuples(paths, nested).map(lambda s: f"[ sh:path {s[0]} ; {s[1]} ]")


property_shapes = st.recursive(
    st.one_of(
        ordered,
        st.tuples(paths, st.one_of(single_constraints, many_constraints)).map(
            lambda s: f"[ sh:path {s[0]} ; {s[1]} ]"
        ),
    ),
    _combined,
    max_leaves=4,
)
targets = st.one_of(
    classes.map(lambda c: f"sh:targetClass {c}"),
    links.map(lambda p: f"sh:targetSubjectsOf {p}"),
    links.map(lambda p: f"sh:targetObjectsOf {p}"),
    st.one_of(nodes, texts).map(lambda n: f"sh:targetNode {n}"),
)
node_level = st.one_of(
    single_constraints.filter(lambda c: "hasValue" not in c),
    property_shapes.map(lambda s: f"sh:not {s}"),
    _listed(property_shapes).map(lambda s: f"sh:or ( {s} )"),
    _listed(property_shapes).map(lambda s: f"sh:xone ( {s} )"),
    property_shapes.map(lambda s: f"sh:property {s}"),
    st.just("sh:closed true ; sh:ignoredProperties ( rdf:type ) ; sh:property [ sh:path :p ]"),
)
root_shapes = st.lists(st.tuples(targets, node_level), min_size=1, max_size=3).map(
    lambda roots: (
        HEAD
        + "\n".join(
            f":S{number} a sh:NodeShape ; {target} ; {body} ."
            for number, (target, body) in enumerate(roots)
        )
    )
)


def quads_of(text: str) -> list[Quad]:
    """Read Turtle."""
    return [Quad(*t.triple) if isinstance(t, Quad) else Quad(*t) for t in parse_quads(text, "ttl")]
