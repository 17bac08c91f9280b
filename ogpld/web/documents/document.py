"""The document about a thing: its statements, in every form (docs/contract.md#documents).

The store describes the thing; what is added here is what the document says of itself. All forms are
written from the same statements.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from ogpld.formats import Statements, format_named
from ogpld.formats.negotiation import Offer
from ogpld.formats.profiles import FRAMED, PLAIN, PROFILES
from ogpld.model.frames import Frame
from ogpld.rdf import (
    DCTERMS,
    FOAF,
    RDF,
    VOID,
    NamedNode,
    Quad,
    Triple,
    canonical_triples,
    parse_quads,
)
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.http.jsonld_profile import shaped
from ogpld.web.http.responses import suffix_of
from ogpld.web.lists.full_lists import whole_list_triples

_TYPE = RDF("type")


@dataclass(frozen=True)
class Document:
    """What is known about a thing.

    Attributes:
        iri: the thing.
        path: address of the document, without suffix.
        description: what the release says, as lines of N-Quads.
        incoming: number of things pointing here, by predicate.
    """

    iri: str
    path: str
    description: bytes
    incoming: Mapping[str, int]

    @cached_property
    def quads(self) -> tuple[Quad, ...]:
        """What the release says, statement by statement."""
        return tuple(parse_quads(self.description, "nq"))

    @cached_property
    def types(self) -> frozenset[str]:
        """The classes of the thing; looked for in the text, which is read only where it is needed."""
        lines = b"\n" + self.description
        rests = lines.split(f"\n<{self.iri}> {_TYPE} <".encode())[1:]
        return frozenset(rest[: rest.index(b">")].decode() for rest in rests)


def find_document(serving: OpenRelease, path: str, iri: str) -> Document | None:
    """Return the document of a thing, None when the release says nothing of it."""
    description = serving.cached(
        ("description", iri),
        lambda: serving.store.describe(iri, serving.page_links),
        lambda description: len(description.quads) + 1_000,
    )
    data = description.quads
    begins = f"<{iri}> ".encode()
    if not data.startswith(begins) and b"\n" + begins not in data:
        return None
    return Document(iri, path, data, description.incoming)


def statements(serving: OpenRelease, document: Document) -> Statements:
    """Return what a document states, each statement once and in a fixed order."""
    most = serving.page_links
    lists = whole_list_triples(serving, document.iri, document.incoming, most)
    triples = [*_about_itself(serving, document), *lists]
    return Statements(
        ntriples=canonical_triples(triples, document.description),
        root=document.iri,
        context=serving.context,
        context_iri=serving.iris.context,
    )


def _about_itself(serving: OpenRelease, document: Document) -> list[Triple]:
    """Return the document's statements about itself: topic, data set, licence."""
    node = NamedNode(serving.iris.base + document.path.lstrip("/"))
    dataset = NamedNode(f"{serving.iris.base}dataset/ogpld")
    triples = [
        Triple(node, DCTERMS("isPartOf"), dataset),
        Triple(node, VOID("inDataset"), dataset),
        Triple(node, DCTERMS("license"), NamedNode(serving.licence)),
    ]
    if node.value != document.iri:
        triples.append(Triple(node, RDF("type"), FOAF("Document")))
        triples.append(Triple(node, FOAF("primaryTopic"), NamedNode(document.iri)))
    return triples


def profiles_of(serving: OpenRelease, document: Document) -> tuple[str, ...]:
    """Return the shapes JSON-LD of a document can have: framed where its thing's class has a frame."""
    return PROFILES if frame_of(serving, document) else PLAIN


def frame_of(serving: OpenRelease, document: Document) -> Frame | None:
    """Return the frame of the thing's class, None where there is none."""
    return serving.frames.of(document.types)


def write(serving: OpenRelease, document: Document, offer: Offer, name: str) -> bytes:
    """Return the document in the RDF form of that name, JSON-LD in the shape that was asked for."""
    form = format_named(name)
    frame = frame_of(serving, document) if offer.profile == FRAMED else None
    return form.write(shaped(statements(serving, document), offer, frame))


def write_triples(
    serving: OpenRelease, triples: Iterable[Triple], root: str, offer: Offer
) -> bytes:
    """Return statements about something that is no thing of the store in an RDF form."""
    form = format_named(suffix_of(offer))
    context_iri = serving.iris.context
    content = Statements(canonical_triples(triples), root, serving.context, context_iri)
    return form.write(shaped(content, offer))
