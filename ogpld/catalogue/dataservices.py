"""The services of a site as dcat:DataService.

They have titles and no labels: ckanext-dcat takes the label of an address for the address.
"""

from __future__ import annotations

from collections.abc import Iterator

from ogpld.catalogue.agents import contact, publisher
from ogpld.catalogue.authority import authority
from ogpld.catalogue.datasets import DatasetFacts
from ogpld.catalogue.distributions import DCAT
from ogpld.catalogue.licence import licence_of
from ogpld.catalogue.services import DATA_SERVICES, Service
from ogpld.config import Settings
from ogpld.rdf import DCTERMS, RDF, Literal, NamedNode, Triple


def service_triples(facts: DatasetFacts, settings: Settings) -> list[Triple]:
    """Return the description of every service."""
    found = []
    for service in DATA_SERVICES:
        node = NamedNode(f"{facts.base}{service.iri}")
        found += [Triple(node, *pair) for pair in _pairs(service, facts, settings)]
    return found


def _pairs(
    service: Service, facts: DatasetFacts, settings: Settings
) -> Iterator[tuple[NamedNode, NamedNode | Literal]]:
    endpoint = NamedNode(facts.base + service.path[1:])
    yield RDF("type"), DCAT("DataService")
    yield DCTERMS("title"), Literal(service.title, language="en")
    yield DCTERMS("description"), Literal(service.about, language="en")
    yield DCAT("endpointURL"), endpoint
    yield DCAT("endpointDescription"), endpoint
    # the whole alone: portals keep this with each dataset, and one that comes or goes would change them all
    yield DCAT("servesDataset"), NamedNode(facts.whole.iri)
    for standard in service.standards:
        yield DCTERMS("conformsTo"), NamedNode(standard)
    for keyword in service.keywords:
        yield DCAT("keyword"), Literal(keyword, language="en")
    yield DCAT("theme"), NamedNode(authority("data-theme", "GOVE"))
    yield DCTERMS("publisher"), NamedNode(publisher(facts.base, settings))
    yield DCAT("contactPoint"), NamedNode(contact(facts.base, settings))
    yield DCTERMS("license"), NamedNode(licence_of(settings.licence).uri)
    yield DCTERMS("accessRights"), NamedNode(authority("access-right", "PUBLIC"))
