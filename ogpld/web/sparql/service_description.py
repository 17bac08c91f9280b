"""The SPARQL 1.1 Service Description of the endpoint, with its limits in words."""

from __future__ import annotations

from collections.abc import Iterator

from ogpld.formats import media
from ogpld.rdf import (
    DCTERMS,
    RDF,
    RDFS,
    SD,
    VOID,
    W3C_FORMATS,
    NamedNode,
    Triple,
    english,
    whole_number,
)
from ogpld.stores.empty_store import SEARCH_FUNCTION
from ogpld.stores.search_forms import CONTAINS_ENTITY, CONTAINS_WORD, TEXT_QUERY
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.sparql.protocol import GRAPHS, SOLUTIONS

#: Where it is told how answers deviate from SPARQL 1.1.
DEVIATIONS = "/docs/sparql-deviations"


def limits_in_words(serving: OpenRelease) -> str:
    """Return the limits of the endpoint as a sentence."""
    settings = serving.settings
    budget = ""
    if settings.budget_seconds:
        budget = (
            f" A client has {settings.budget_seconds:g} s of query time at once and"
            f" {settings.budget_refill:g} s more each minute."
        )
    if settings.client_queries:
        budget += f" A client may have {settings.client_queries} queries under way at once."
    endpoints = settings.service_endpoints.split()
    services = f"SERVICE may name: {', '.join(endpoints)}." if endpoints else "SERVICE is refused."
    return (
        f"A query gets {settings.query_deadline:g} s for waiting and running, an answer at most "
        f"{settings.query_rows:,} rows and {settings.query_bytes:,} bytes, a query text "
        f"{settings.query_text_bytes:,} bytes.{budget} What passes a limit is an error, never a short "
        f"answer. A query has at most {settings.query_searches:,} searches for words, each of which finds at "
        f"most {settings.query_hits:,} names. Updates are refused. {services}"
    )


def _graphs(serving: OpenRelease, service: NamedNode, dataset: NamedNode) -> Iterator[Triple]:
    """Yield every named graph with the number of its statements."""
    for name, number in serving.graph_sizes.items():
        path = name.removeprefix(serving.iris.base)
        graph = NamedNode(f"{service.value}#{path}")
        size = whole_number(number)
        yield Triple(dataset, SD("namedGraph"), graph)
        yield Triple(graph, RDF("type"), SD("NamedGraph"))
        yield Triple(graph, SD("name"), NamedNode(name))
        yield Triple(graph, SD("graph"), NamedNode(name))
        yield Triple(NamedNode(name), RDF("type"), SD("Graph"))
        yield Triple(NamedNode(name), VOID("triples"), size)


def _default_graph_in_words(serving: OpenRelease) -> str:
    """Return what the default graph is made of."""
    hidden = ", ".join(f"<{name}>" for name in sorted(serving.release.hidden_graphs))
    return f"The union of all named graphs but {hidden}, which GRAPH, FROM and FROM NAMED find."


def description_triples(serving: OpenRelease) -> Iterator[Triple]:
    """Yield the description; parts have hash IRIs, there are no blank nodes.

    It is no `sd:UnionDefaultGraph`: that is of all named graphs, and some are in none but their own.
    """
    service = NamedNode(serving.iris.base + serving.iris.endpoint[1:])
    dataset = NamedNode(f"{service.value}#dataset")
    graph = NamedNode(f"{service.value}#default-graph")
    yield Triple(service, RDF("type"), SD("Service"))
    yield Triple(service, RDFS("label"), english("SPARQL endpoint"))
    yield Triple(service, SD("endpoint"), service)
    yield Triple(service, SD("supportedLanguage"), SD("SPARQL11Query"))
    yield Triple(service, SD("supportedLanguage"), SD("SPARQL10Query"))
    for feature in (TEXT_QUERY, CONTAINS_WORD, CONTAINS_ENTITY):
        yield Triple(service, SD("propertyFeature"), NamedNode(feature))
        yield Triple(NamedNode(feature), RDF("type"), SD("Feature"))
    yield Triple(service, SD("extensionFunction"), NamedNode(SEARCH_FUNCTION))
    yield Triple(NamedNode(SEARCH_FUNCTION), RDF("type"), SD("Function"))
    yield Triple(service, DCTERMS("license"), NamedNode(serving.licence))
    yield Triple(service, DCTERMS("description"), english(limits_in_words(serving)))
    yield Triple(service, RDFS("seeAlso"), NamedNode(f"{serving.iris.base}{DEVIATIONS[1:]}"))
    yield Triple(service, SD("defaultDataset"), dataset)
    yield Triple(dataset, RDF("type"), SD("Dataset"))
    yield Triple(dataset, SD("defaultGraph"), graph)
    yield Triple(graph, RDF("type"), SD("Graph"))
    default = whole_number(serving.default_size)
    yield Triple(graph, VOID("triples"), default)
    yield Triple(graph, DCTERMS("description"), english(_default_graph_in_words(serving)))
    yield Triple(dataset, DCTERMS("isPartOf"), NamedNode(f"{serving.iris.base}dataset/ogpld"))
    yield from _graphs(serving, service, dataset)
    for offer in (*SOLUTIONS, *GRAPHS):
        form = media.by_type(offer.media_type)
        if form and form.w3c_format:
            yield Triple(service, SD("resultFormat"), W3C_FORMATS(form.w3c_format))
