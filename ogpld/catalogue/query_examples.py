"""Our questions as data, in the vocabulary that query editors and language models read examples in.

The vocabulary is SIB's (https://purl.expasy.org/sparql-examples/ontology): an example is a
sh:SPARQLExecutable whose target is the endpoint. Each is named by the address of its page.
"""

from __future__ import annotations

from collections.abc import Iterator

from ogpld.iris import Iris
from ogpld.model import Model
from ogpld.queries.named import load_named
from ogpld.rdf import (
    DCTERMS,
    OWL,
    PREFIXES,
    RDF,
    RDFS,
    SCHEMA,
    SH,
    XSD,
    Literal,
    NamedNode,
    Quad,
    english,
)


def example_quads(iris: Iris, model: Model) -> Iterator[Quad]:
    """Yield every question with its query, asked about the default values of its parameters."""
    graph = iris.graph("queries")
    endpoint = NamedNode(f"{iris.base}sparql")
    prefixes = NamedNode(f"{iris.base}queries#prefixes")
    statements: list[tuple[NamedNode, NamedNode, NamedNode | Literal]] = [
        (prefixes, RDF("type"), OWL("Ontology")),
        (prefixes, RDFS("label"), english("Prefixes of the example queries")),
        (prefixes, OWL("imports"), NamedNode(SH.iri)),
    ]
    for prefix, namespace in PREFIXES.items():
        declared = NamedNode(f"{iris.base}queries#prefix-{prefix}")
        statements += [
            (prefixes, SH("declare"), declared),
            (declared, SH("prefix"), Literal(prefix)),
            (declared, SH("namespace"), Literal(namespace, datatype=XSD("anyURI"))),
        ]
    for query in load_named().values():
        example = NamedNode(f"{iris.base}queries/{query.name}")
        statements += [
            (example, RDF("type"), SH("SPARQLExecutable")),
            (example, RDF("type"), SH("SPARQLSelectExecutable")),
            (example, RDFS("label"), english(query.title)),
            (example, RDFS("comment"), english(query.title)),
            (example, DCTERMS("description"), english(query.description)),
            (example, SH("prefixes"), prefixes),
            (example, SH("select"), Literal(query.bound({}, model, iris))),
            (example, SCHEMA("keywords"), Literal(query.topic)),
            (example, SCHEMA("target"), endpoint),
        ]
    for subject, predicate, value in statements:
        yield Quad(subject, predicate, value, graph)
