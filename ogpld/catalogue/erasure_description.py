"""What was erased, in PROV-O: when, why, from which releases with which digests, never what it said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ogpld.iris import Iris
from ogpld.rdf import (
    DCTERMS,
    PROV,
    RDF,
    RDFS,
    SCHEMA,
    XSD,
    Literal,
    NamedNode,
    Triple,
    english,
)
from ogpld.release.erasure.erasure_record import Erasure


def erasure_triples(iris: Iris, erasures: Iterable[Erasure]) -> Iterator[Triple]:
    """Yield the description of all erasures of a home.

    An erasure is an activity. It invalidated the things that went whole, used the releases as they were and
    generated them as they are; both have their digests.
    """
    listing = NamedNode(f"{iris.base}erasures")
    yield Triple(listing, RDF("type"), PROV("Collection"))
    yield Triple(listing, RDFS("label"), english("What was erased from the releases of this site"))
    for erasure in erasures:
        node = NamedNode(f"{listing.value}#{erasure.number}")
        ended = Literal(erasure.date, datatype=XSD("dateTime"))
        yield Triple(listing, DCTERMS("hasPart"), node)
        yield Triple(node, RDF("type"), PROV("Activity"))
        yield Triple(node, RDFS("label"), english(f"Erasure {erasure.number}"))
        yield Triple(node, DCTERMS("description"), Literal(erasure.reason, language="und"))
        yield Triple(node, PROV("endedAtTime"), ended)
        for iri in erasure.things:
            yield Triple(node, PROV("invalidated"), NamedNode(iri))
        for iri in erasure.subjects:
            yield Triple(node, DCTERMS("subject"), NamedNode(iri))
        closing = NamedNode(f"{iris.base}release/{erasure.closing}")
        yield Triple(node, PROV("generated"), closing)
        for entry in erasure.releases:
            before, after = (
                NamedNode(f"{iris.base}release/{name}") for name in (entry.before, entry.after)
            )
            yield Triple(node, PROV("used"), before)
            yield Triple(before, SCHEMA("sha256"), Literal(entry.digest_before))
            if after != before:
                yield Triple(node, PROV("generated"), after)
                yield Triple(after, PROV("wasRevisionOf"), before)
                yield Triple(after, SCHEMA("sha256"), Literal(entry.digest_after))
