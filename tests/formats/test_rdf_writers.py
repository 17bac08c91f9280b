"""Turtle and its prefixes: those of the namespaces of terms, whatever texts look like."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from ogpld.catalogue.ldes import STREAM_PREFIXES
from ogpld.formats.rdf_writers import used_prefixes
from ogpld.rdf import (
    NS,
    PREFIXES,
    XSD,
    BlankNode,
    Literal,
    NamedNode,
    Triple,
    canonical_triples,
    rewrite,
    serialise,
    term_text,
)

IRIS = [
    *(
        NamedNode(namespace + name)
        for namespace in STREAM_PREFIXES.values()
        for name in ("", "a/b")
    ),
    *(NamedNode(iri) for iri in ("http://e/s", "http://www.w3.org/", "https://w3id.org/ogpld/ns")),
]
TEXTS = ["", "a", " <https://schema.org/a> ", '"<https://schema.org/a>', 'x" .', '"@en', '"@en .\n']
LITERALS = [
    *map(Literal, TEXTS),
    *(Literal(text, language="en-gb") for text in TEXTS),
    *(Literal(text, datatype=XSD("date")) for text in TEXTS),
    *(Literal(text, datatype=NS("own")) for text in TEXTS),
]
TERMS = st.sampled_from([*IRIS, BlankNode("b")])


def test_no_namespace_begins_as_another() -> None:
    """An IRI has one namespace of the tables at most."""
    for one, other in permutations(STREAM_PREFIXES.values(), 2):
        assert not one.startswith(other)
    assert PREFIXES.items() <= STREAM_PREFIXES.items()


@given(
    st.lists(
        st.builds(
            Triple, TERMS, st.sampled_from(IRIS), st.one_of(TERMS, st.sampled_from(LITERALS))
        ),
        max_size=8,
    )
)
def test_prefixes_are_those_of_namespaces_that_occur(triples: list[Triple]) -> None:
    """Of subjects, properties, things and datatypes, also those that no form writes out."""
    iris = [term_text(triple.subject) for triple in triples]
    iris += [triple.predicate.value for triple in triples]
    for value in (triple.object for triple in triples):
        iris.append(value.datatype.value if isinstance(value, Literal) else term_text(value))
    for table in (PREFIXES, STREAM_PREFIXES):
        expected = {
            prefix: namespace
            for prefix, namespace in table.items()
            if any(iri.startswith(namespace) for iri in iris)
        }
        used = used_prefixes(canonical_triples(triples), table)
        assert list(used.items()) == list(expected.items())


@given(st.lists(st.builds(Triple, TERMS, st.sampled_from(IRIS), st.sampled_from(LITERALS))))
def test_turtle_is_that_of_the_statements_one_by_one(triples: list[Triple]) -> None:
    """What is rewritten from lines has the bytes of what is written from statements."""
    ordered = sorted(set(triples), key=str)
    assert rewrite(canonical_triples(triples), "ttl", PREFIXES) == serialise(
        ordered, "ttl", PREFIXES
    )
