"""The ontology and the shapes as graphs of the release."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ogpld.iris import Iris
from ogpld.rdf import Quad, canonical_blank_nodes, parse_quads


def vocabulary_quads(ontology: Path, shapes: Path, iris: Iris) -> Iterator[Quad]:
    """Yield both, blank nodes named canonically (RDFC-1.0), so that equal files give equal bytes."""
    for name, folder in (("ontology", ontology), ("shapes", shapes)):
        quads: list[Quad] = []
        for path in sorted(folder.glob("*.ttl")):
            quads += parse_quads(path.read_bytes(), "ttl")
        yield from canonical_blank_nodes(quads, iris.graph(name))
