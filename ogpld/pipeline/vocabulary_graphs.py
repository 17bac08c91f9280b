"""The ontology, the shapes and the code lists as graphs of the release."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ogpld.iris import Iris
from ogpld.linksets import linkset_of
from ogpld.model import Model
from ogpld.rdf import Quad, canonical_blank_nodes, parse_quads, term_text


def vocabulary_quads(ontology: Path, shapes: Path, iris: Iris) -> Iterator[Quad]:
    """Yield both, blank nodes named canonically (RDFC-1.0), so that equal files give equal bytes."""
    for name, folder in (("ontology", ontology), ("shapes", shapes)):
        quads: list[Quad] = []
        for path in sorted(folder.glob("*.ttl")):
            quads += parse_quads(path.read_bytes(), "ttl")
        yield from canonical_blank_nodes(quads, iris.graph(name))


def code_quads(model: Model, iris: Iris) -> Iterator[Quad]:
    """Yield the code lists in their graph; matches between codes stand in the graphs of their linksets."""
    home = iris.graph("codes")
    for quad in model.code_quads(home):
        subject, predicate, value = map(term_text, (quad.subject, quad.predicate, quad.object))
        links = linkset_of(subject, predicate, value)
        graph = iris.graph("reconciled", links.name) if links else home
        yield Quad(quad.subject, quad.predicate, quad.object, graph)
