"""A document before anybody reads its statements: its classes, in the lines that describe it."""

from __future__ import annotations

from ogpld.rdf import RDF, RDFS, DefaultGraph, Literal, NamedNode, Quad, canonical_lines
from ogpld.web.documents.document import Document

BASE = "http://localhost:8000/id/commitment/"
GRAPH = NamedNode("http://localhost:8000/graph/g")


def document(*quads: Quad) -> Document:
    """Return the document of a thing."""
    lines = "".join(canonical_lines(quads)).encode()
    return Document(f"{BASE}A1", "/doc/commitment/A1", lines, {})


def test_classes_are_those_of_the_thing_alone() -> None:
    """Neither those of parts and of other things, nor what a text says; in graphs with and without name."""
    thing, kind = NamedNode(f"{BASE}A1"), RDF("type")
    claim = Literal(f"\n<{BASE}A1> {kind} <http://e/Said> .")
    of_thing = document(
        Quad(thing, kind, NamedNode("http://e/One"), GRAPH),
        Quad(thing, kind, NamedNode("http://e/Two"), DefaultGraph()),
        Quad(thing, RDFS("label"), claim, GRAPH),
        Quad(NamedNode(f"{BASE}A1#part"), kind, NamedNode("http://e/Part"), GRAPH),
        Quad(NamedNode(f"{BASE}A10"), kind, NamedNode("http://e/Other"), GRAPH),
        Quad(NamedNode(f"{BASE}A0"), NamedNode("http://e/p"), thing, GRAPH),
    )
    assert of_thing.types == {"http://e/One", "http://e/Two"}
    assert {quad.object.value for quad in of_thing.quads if isinstance(quad.object, Literal)} == {
        claim.value
    }


def test_a_thing_without_classes_has_none() -> None:
    """A code may be described by its label alone."""
    label = Literal("One", language="en")
    assert document(Quad(NamedNode(f"{BASE}A1"), RDFS("label"), label, GRAPH)).types == set()
