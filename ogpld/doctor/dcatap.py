"""What DCAT-AP 3.0.1 demands of a catalogue, as tables (https://semiceu.github.io/DCAT-AP/releases/3.0.1/)."""

from __future__ import annotations

from collections.abc import Iterator

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import XSD
from rdflib.term import Node

from ogpld.doctor.terms import ADMS, DCAT, DCATAP, DCTERMS, EU, FOAF, IANA, RDF, SPDX

#: Properties that must be there, by class.
MANDATORY = {
    DCAT.Catalog: (DCTERMS.title, DCTERMS.description, DCTERMS.publisher),
    DCAT.Dataset: (DCTERMS.title, DCTERMS.description),
    DCAT.DatasetSeries: (DCTERMS.title, DCTERMS.description),
    DCAT.Distribution: (DCAT.accessURL,),
    DCAT.DataService: (DCTERMS.title, DCAT.endpointURL),
    DCAT.CatalogRecord: (FOAF.primaryTopic, DCTERMS.modified),
    FOAF.Agent: (FOAF.name,),
    SPDX.Checksum: (SPDX.algorithm, SPDX.checksumValue),
}
#: Properties that may be there once.
SINGLE = {
    DCAT.Catalog: (
        DCTERMS.publisher,
        DCTERMS.license,
        DCTERMS.issued,
        DCTERMS.modified,
        FOAF.homepage,
    ),
    DCAT.Dataset: (
        DCTERMS.publisher,
        DCTERMS.accrualPeriodicity,
        DCTERMS.accessRights,
        DCTERMS.issued,
        DCTERMS.modified,
        DCAT.version,
        DCAT.temporalResolution,
    ),
    DCAT.Distribution: (
        DCTERMS["format"],
        DCAT.mediaType,
        DCTERMS.license,
        DCAT.byteSize,
        SPDX.checksum,
        DCATAP.availability,
        ADMS.status,
        DCAT.compressFormat,
    ),
    DCAT.DataService: (DCTERMS.license, DCTERMS.publisher, DCTERMS.accessRights),
}
#: Where values of a property must come from: beginnings of their IRIs.
CONTROLLED: dict[URIRef, tuple[str, ...]] = {
    DCAT.theme: (f"{EU}data-theme/",),
    DCTERMS.language: (f"{EU}language/",),
    DCTERMS.accrualPeriodicity: (f"{EU}frequency/",),
    DCTERMS["format"]: (f"{EU}file-type/",),
    DCTERMS.accessRights: (f"{EU}access-right/",),
    DCATAP.availability: (f"{EU}planned-availability/",),
    ADMS.status: (f"{EU}distribution-status/",),
    DCAT.mediaType: (IANA, IANA.replace("http:", "https:")),
    DCAT.compressFormat: (IANA, IANA.replace("http:", "https:")),
}
_CLASSES = (DCAT.Catalog, DCAT.Dataset, DCAT.Distribution, DCAT.DataService, DCAT.DatasetSeries)


def shortcomings(graph: Graph) -> Iterator[tuple[Node, str]]:
    """Yield what breaks the profile: the node and a sentence."""
    for kind, properties in MANDATORY.items():
        for node in sorted(set(graph.subjects(RDF.type, kind)), key=str):
            for name in properties:
                if (node, name, None) not in graph:
                    yield node, f"{_short(kind)} without {_short(name)}"
    for kind, properties in SINGLE.items():
        for node in sorted(set(graph.subjects(RDF.type, kind)), key=str):
            for name in properties:
                if len(set(graph.objects(node, name))) > 1:
                    yield node, f"{_short(kind)} with more than one {_short(name)}"
    yield from _values(graph)


def _values(graph: Graph) -> Iterator[tuple[Node, str]]:
    nodes = {node for kind in _CLASSES for node in graph.subjects(RDF.type, kind)}
    for node in sorted(nodes, key=str):
        yield from ((node, sentence) for sentence in _value_shortcomings(graph, node))
    for kind, link in ((DCAT.Dataset, DCAT.dataset), (DCAT.DataService, DCAT.service)):
        for node in set(graph.objects(None, link)):
            if (node, RDF.type, kind) not in graph:
                yield node, f"is named with {_short(link)} and not described as {_short(kind)}"


def _value_shortcomings(graph: Graph, node: Node) -> Iterator[str]:
    for name, places in CONTROLLED.items():
        for value in graph.objects(node, name):
            if not str(value).startswith(places):
                yield f"{_short(name)} is {value}, not from the controlled list"
    for size in graph.objects(node, DCAT.byteSize):
        if not isinstance(size, Literal) or size.datatype != XSD.nonNegativeInteger:
            yield "dcat:byteSize is no xsd:nonNegativeInteger"
    for name in (DCAT.accessURL, DCAT.downloadURL, DCAT.endpointURL, DCAT.landingPage):
        if any(not isinstance(value, URIRef) for value in graph.objects(node, name)):
            yield f"{_short(name)} is no IRI"


def _short(term: Node) -> str:
    for prefix, space in (
        ("dcat", str(DCAT)),
        ("dct", str(DCTERMS)),
        ("foaf", str(FOAF)),
        ("spdx", str(SPDX)),
        ("adms", str(ADMS)),
        ("dcatap", str(DCATAP)),
    ):
        if str(term).startswith(space):
            return f"{prefix}:{str(term).removeprefix(space)}"
    return str(term)
