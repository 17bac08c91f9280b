"""The SPARQL 1.1 Service Description of the endpoint, with its limits in words."""

from __future__ import annotations

from collections.abc import Iterator

from ogpld.rdf import DCTERMS, RDF, RDFS, XSD, Literal, NamedNode, Namespace, Triple
from ogpld.web.current.open_release import OpenRelease

#: Where it is told how answers deviate from SPARQL 1.1.
DEVIATIONS = "/docs/sparql-deviations"

_SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
_VOID = Namespace("http://rdfs.org/ns/void#")
_FORMATS = Namespace("http://www.w3.org/ns/formats/")


def limits_in_words(serving: OpenRelease) -> str:
    """Return the limits of the endpoint as a sentence."""
    settings = serving.settings
    budget = ""
    if settings.budget_seconds:
        budget = (
            f" A client has {settings.budget_seconds:g} s of query time at once and"
            f" {settings.budget_refill:g} s more each minute."
        )
    return (
        f"A query gets {settings.query_deadline:g} s for waiting and running, an answer at most "
        f"{settings.query_rows:,} rows and {settings.query_bytes:,} bytes, a query text "
        f"{settings.query_text_bytes:,} bytes.{budget} What passes a limit is an error, never a short "
        "answer. SERVICE and updates are refused."
    )


def _graphs(serving: OpenRelease, service: NamedNode, dataset: NamedNode) -> Iterator[Triple]:
    """Yield every named graph with the number of its statements."""
    for name, number in serving.graph_sizes.items():
        path = name.removeprefix(serving.iris.base)
        graph = NamedNode(f"{service.value}#{path}")
        size = Literal(str(number), datatype=XSD("integer"))
        yield Triple(dataset, _SD("namedGraph"), graph)
        yield Triple(graph, RDF("type"), _SD("NamedGraph"))
        yield Triple(graph, _SD("name"), NamedNode(name))
        yield Triple(graph, _SD("graph"), NamedNode(name))
        yield Triple(NamedNode(name), RDF("type"), _SD("Graph"))
        yield Triple(NamedNode(name), _VOID("triples"), size)


def description_triples(serving: OpenRelease) -> Iterator[Triple]:
    """Yield the description; parts have hash IRIs, there are no blank nodes."""
    service = NamedNode(serving.iris.base + serving.iris.endpoint[1:])
    dataset = NamedNode(f"{service.value}#dataset")
    graph = NamedNode(f"{service.value}#default-graph")
    yield Triple(service, RDF("type"), _SD("Service"))
    yield Triple(service, RDFS("label"), Literal("SPARQL endpoint", language="en"))
    yield Triple(service, _SD("endpoint"), service)
    yield Triple(service, _SD("supportedLanguage"), _SD("SPARQL11Query"))
    yield Triple(service, _SD("supportedLanguage"), _SD("SPARQL10Query"))
    yield Triple(service, _SD("feature"), _SD("UnionDefaultGraph"))
    yield Triple(service, DCTERMS("license"), NamedNode(serving.licence))
    yield Triple(service, DCTERMS("description"), Literal(limits_in_words(serving), language="en"))
    yield Triple(service, RDFS("seeAlso"), NamedNode(f"{serving.iris.base}{DEVIATIONS[1:]}"))
    yield Triple(service, _SD("defaultDataset"), dataset)
    yield Triple(dataset, RDF("type"), _SD("Dataset"))
    yield Triple(dataset, _SD("defaultGraph"), graph)
    yield Triple(graph, RDF("type"), _SD("Graph"))
    default = Literal(str(serving.default_size), datatype=XSD("integer"))
    yield Triple(graph, _VOID("triples"), default)
    yield Triple(dataset, DCTERMS("isPartOf"), NamedNode(f"{serving.iris.base}dataset/ogpld"))
    yield from _graphs(serving, service, dataset)
    for name in (
        "SPARQL_Results_JSON",
        "SPARQL_Results_XML",
        "SPARQL_Results_CSV",
        "SPARQL_Results_TSV",
        "Turtle",
        "N-Triples",
        "RDF_XML",
        "JSON-LD",
        "N-Quads",
        "TriG",
        "N3",
    ):
        yield Triple(service, _SD("resultFormat"), _FORMATS(name))
