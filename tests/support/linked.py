"""JSON-LD as independent processors read it: PyLD and rdflib, both without a network."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import rdflib
from pyld import jsonld

from ogpld.rdf import Triple, parse_quads

CONTEXT_IRI = "http://localhost:8000/context.jsonld"

Loader = Callable[[str, object], dict[str, Any]]


def loader(documents: dict[str, Any]) -> Loader:
    """Return a document loader that knows some documents and refuses all others."""

    def load(url: str, _options: object) -> dict[str, Any]:
        return {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": url,
            "document": documents[url],
        }

    return load


def read_by_pyld(document: Any, load: Loader) -> set[Triple]:
    """Return the graph PyLD finds in a document."""
    options = {"format": "application/n-quads", "documentLoader": load}
    quads = jsonld.to_rdf(document, options)
    return {quad.triple for quad in parse_quads(quads.encode(), "nq")}


def read_by_rdflib(document: bytes, context: dict[str, Any]) -> set[Triple]:
    """Return the graph rdflib finds in a document; the context is put in, as it would be fetched."""
    value = json.loads(document)
    if isinstance(value, dict):
        value = {**value, "@context": context["@context"]}
    graph = rdflib.Graph().parse(data=json.dumps(value), format="json-ld")
    lines = graph.serialize(format="nt").encode()
    return {quad.triple for quad in parse_quads(lines, "nt")}


def unordered(value: Any) -> Any:
    """Return JSON in which the order of arrays does not count."""
    if isinstance(value, dict):
        return {key: unordered(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return sorted((unordered(v) for v in value), key=lambda v: json.dumps(v, sort_keys=True))
    return value
