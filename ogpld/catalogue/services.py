"""The services of a deployment as dcat:DataService: queries, changes, checks of documents.

They have titles and no labels: ckanext-dcat takes the label of an address for the address.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ogpld.catalogue.agents import contact, publisher
from ogpld.catalogue.authority import authority
from ogpld.catalogue.datasets import Facts
from ogpld.catalogue.distributions import DCAT
from ogpld.catalogue.licence import licence_of
from ogpld.config import Settings
from ogpld.rdf import DCTERMS, RDF, Literal, NamedNode, Triple


@dataclass(frozen=True, slots=True)
class _Service:
    """A service: its IRI and endpoint under the base, and what is said of it."""

    iri: str
    endpoint: str
    description: str
    title: str
    about: str
    standards: tuple[str, ...]
    keywords: tuple[str, ...]


_SERVICES = (
    _Service(
        "sparql",
        "sparql",
        "sparql",
        "SPARQL endpoint",
        "Read-only SPARQL 1.1 over the release in service; its limits are in its description.",
        ("https://www.w3.org/TR/sparql11-protocol/", "https://www.w3.org/TR/sparql11-query/"),
        ("SPARQL", "query"),
    ),
    _Service(
        "validate",
        "validate",
        "validate",
        "Check of documents against the shapes",
        "POST a table or an RDF document about action plans; the answer is a SHACL report. "
        "Nothing that is sent is stored.",
        ("https://www.w3.org/TR/shacl/",),
        ("SHACL", "validation"),
    ),
    _Service(
        "catalog#ldes",
        "ldes",
        "ldes",
        "Changes as a Linked Data Event Stream",
        "Every change of a thing, in order, to follow the data without reading it again.",
        ("https://w3id.org/ldes/specification", "https://w3id.org/tree/specification"),
        ("LDES", "changes"),
    ),
)


def services(facts: Facts, settings: Settings) -> list[Triple]:
    """Return the description of every service."""
    found = []
    for service in _SERVICES:
        node = NamedNode(f"{facts.base}{service.iri}")
        found += [Triple(node, *pair) for pair in _pairs(service, facts, settings)]
    return found


def _pairs(
    service: _Service, facts: Facts, settings: Settings
) -> Iterator[tuple[NamedNode, NamedNode | Literal]]:
    yield RDF("type"), DCAT("DataService")
    yield DCTERMS("title"), Literal(service.title, language="en")
    yield DCTERMS("description"), Literal(service.about, language="en")
    yield DCAT("endpointURL"), NamedNode(f"{facts.base}{service.endpoint}")
    yield DCAT("endpointDescription"), NamedNode(f"{facts.base}{service.description}")
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
