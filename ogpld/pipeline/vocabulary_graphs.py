"""The ontology, the shapes and the code lists as graphs of the release.

What classes, properties and codes are called in the languages of pages but English are words of pages, and no
data: whoever joins a code with its label gets one row.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ogpld.iris import Iris
from ogpld.language_tags import LANGUAGES
from ogpld.linksets import linkset_of
from ogpld.model import Model
from ogpld.rdf import (
    NS,
    RDFS,
    SKOS,
    Literal,
    Quad,
    canonical_blank_nodes,
    parse_quads,
    term_text,
)

_LABELS = frozenset({RDFS("label"), SKOS("prefLabel"), NS("reverseLabel")})


def vocabulary_quads(ontology: Path, shapes: Path, iris: Iris) -> Iterator[Quad]:
    """Yield both, blank nodes named canonically (RDFC-1.0), so that equal files give equal bytes."""
    for name, folder in (("ontology", ontology), ("shapes", shapes)):
        quads: list[Quad] = []
        for path in sorted(folder.glob("*.ttl")):
            quads += parse_quads(path.read_bytes(), "ttl")
        graph = canonical_blank_nodes(quads, iris.graph(name))
        yield from (quad for quad in graph if not _is_word_of_pages(quad))


def code_quads(model: Model, iris: Iris) -> Iterator[Quad]:
    """Yield the code lists in their graph; matches between codes stand in the graphs of their linksets."""
    home = iris.graph("codes")
    for quad in model.code_quads(home):
        subject, predicate, value = map(term_text, (quad.subject, quad.predicate, quad.object))
        links = linkset_of(subject, predicate, value)
        graph = iris.graph("reconciled", links.name) if links else home
        if not _is_word_of_pages(quad):
            yield Quad(quad.subject, quad.predicate, quad.object, graph)


def _is_word_of_pages(quad: Quad) -> bool:
    """Say whether a statement is a label in a language of pages other than English."""
    value = quad.object
    language = value.language if isinstance(value, Literal) else None
    return quad.predicate in _LABELS and language != "en" and language in LANGUAGES
