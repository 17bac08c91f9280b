"""The services of a site as dcat:DataService.

They have titles and no labels: ckanext-dcat takes the label of an address for the address.
"""

from __future__ import annotations

from collections.abc import Iterator

from ogpld.catalogue.agents import contact, publisher
from ogpld.catalogue.authority import authority
from ogpld.catalogue.datasets import Facts
from ogpld.catalogue.licence import licence_of
from ogpld.catalogue.services import DATA_SERVICES, Service
from ogpld.config import Settings
from ogpld.rdf import DCAT, DCTERMS, RDF, Literal, NamedNode, Triple, english


def service_triples(facts: Facts, settings: Settings) -> list[Triple]:
    """Return the description of every service."""
    triples = []
    for service in DATA_SERVICES:
        node = NamedNode(f"{facts.base}{service.iri}")
        triples += [Triple(node, *pair) for pair in _pairs(service, facts, settings)]
    return triples


def _pairs(
    service: Service, facts: Facts, settings: Settings
) -> Iterator[tuple[NamedNode, NamedNode | Literal]]:
    endpoint = NamedNode(facts.base + service.path[1:])
    yield RDF("type"), DCAT("DataService")
    yield DCTERMS("title"), english(service.title)
    yield DCTERMS("description"), english(service.about)
    yield DCAT("endpointURL"), endpoint
    yield DCAT("endpointDescription"), endpoint
    # the whole alone: portals keep this with each dataset, and one that comes or goes would change them all
    yield DCAT("servesDataset"), NamedNode(facts.whole.iri)
    for standard in service.standards:
        yield DCTERMS("conformsTo"), NamedNode(standard)
    for keyword in service.keywords:
        yield DCAT("keyword"), english(keyword)
    yield DCAT("theme"), NamedNode(authority("data-theme", "GOVE"))
    yield DCTERMS("publisher"), NamedNode(publisher(facts.base, settings))
    yield DCAT("contactPoint"), NamedNode(contact(facts.base, settings))
    yield DCTERMS("license"), NamedNode(licence_of(settings.licence).uri)
    yield DCTERMS("accessRights"), NamedNode(authority("access-right", "PUBLIC"))
