"""The document about a thing: its statements, in every form (docs/contract.md#documents).

The store describes the thing; what is added here is what the document says of itself. All forms are
written from the same statements.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

from ogpld.formats import Statements, format_named
from ogpld.formats.negotiation import Offer
from ogpld.formats.profiles import PLAIN, PROFILES
from ogpld.model.frames import Frame
from ogpld.rdf import DCTERMS, FOAF, RDF, VOID, NamedNode, Quad, Triple, parse_quads, term_text
from ogpld.waiting import in_thread
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.http.jsonld_profile import shaped
from ogpld.web.http.responses import suffix_of
from ogpld.web.lists.full_lists import whole_list_triples

_TYPE = RDF("type")
#: Bytes of a description that is read in no time.
_SMALL = 65_536


@dataclass(frozen=True)
class Document:
    """What is known about a thing.

    Attributes:
        iri: the thing.
        path: address of the document, without suffix.
        quads: what the release says, with graph names.
        incoming: number of things pointing here, by predicate.
        types: classes of the thing.
    """

    iri: str
    path: str
    quads: tuple[Quad, ...]
    incoming: Mapping[str, int]

    @cached_property
    def types(self) -> frozenset[str]:
        """The classes of the thing."""
        return frozenset(
            term_text(quad.object)
            for quad in self.quads
            if quad.predicate == _TYPE and term_text(quad.subject) == self.iri
        )


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
    read = partial(parse_quads, data, "nq")
    quads = tuple(read() if len(data) <= _SMALL else in_thread(lambda: list(read())))
    return Document(iri, path, quads, description.incoming)


def statements(serving: OpenRelease, document: Document) -> Statements:
    """Return what a document states, each statement once and in a fixed order."""
    triples = {quad.triple for quad in document.quads}
    triples |= set(_about_itself(serving, document))
    most = serving.page_links
    triples |= set(whole_list_triples(serving, document.iri, document.incoming, most))
    return Statements(
        triples=sorted(triples, key=str),
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
    content = statements(serving, document)
    return form.write(shaped(content, offer, frame_of(serving, document)))


def write_triples(
    serving: OpenRelease, triples: Iterable[Triple], root: str, offer: Offer
) -> bytes:
    """Return statements about something that is no thing of the store in an RDF form."""
    form = format_named(suffix_of(offer))
    context_iri = serving.iris.context
    content = Statements(sorted(set(triples), key=str), root, serving.context, context_iri)
    return form.write(shaped(content, offer))
