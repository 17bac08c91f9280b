"""Who publishes and who answers, as the settings say; nobody is invented where they say nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ogpld.catalogue.authority import authority
from ogpld.config import Settings
from ogpld.rdf import DCTERMS, FOAF, RDF, SKOS, VCARD, Literal, NamedNode, english

Statement = tuple[str, NamedNode, NamedNode | Literal]
Node = Callable[[str, str, Settings], Iterator[Statement]]


def publisher(base: str, settings: Settings) -> str:
    """Return the IRI of the publisher."""
    return settings.publisher_iri or f"{base}catalog#publisher"


def contact(base: str, settings: Settings) -> str:
    """Return the IRI of the contact."""
    del settings
    return f"{base}catalog#contact"


def publisher_name(base: str, settings: Settings) -> str:
    """Return the publisher's name, or that there is none."""
    return settings.publisher_name or f"Operator of {base} (not named)"


def _publisher(iri: str, base: str, settings: Settings) -> Iterator[Statement]:
    """Yield who publishes; of an operator who is not named only that is said."""
    yield iri, RDF("type"), FOAF("Agent")
    yield iri, FOAF("name"), english(publisher_name(base, settings))
    if settings.publisher_type:
        kind = authority("publisher-type", settings.publisher_type)
        yield iri, DCTERMS("type"), NamedNode(kind)
        return
    kind = f"{base}catalog#publisher-type-not-stated"
    yield iri, DCTERMS("type"), NamedNode(kind)
    yield kind, RDF("type"), SKOS("Concept")
    label = "Not stated: the operator has not said what kind of body publishes"
    yield kind, SKOS("prefLabel"), english(label)


def _contact(iri: str, base: str, settings: Settings) -> Iterator[Statement]:
    """Yield whom to ask; where nobody is named, the site itself."""
    address = settings.contact_email or settings.contact_url
    name = settings.contact_name or settings.publisher_name or f"Operator of {base}"
    yield iri, RDF("type"), VCARD("Kind")
    yield iri, VCARD("fn"), Literal(name if address else f"{base} (no contact is named)")
    if settings.contact_email:
        yield iri, VCARD("hasEmail"), NamedNode(f"mailto:{settings.contact_email}")
    if settings.contact_url or not address:
        yield iri, VCARD("hasURL"), NamedNode(settings.contact_url or base)


PUBLISHER: Node = _publisher
CONTACT: Node = _contact
