"""A linkset as SSSOM, made from the graph that has its links (docs/contract.md#linksets)."""

from __future__ import annotations

from ogpld.formats.sssom import MappedPair, write_sssom
from ogpld.linksets import linkset_of
from ogpld.rdf import VOID, NamedNode, term_text
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.documents.document import Document


def sssom_of(serving: OpenRelease, document: Document) -> bytes | None:
    """Return the links of a linkset as SSSOM/TSV, None for a graph that is no linkset.

    Args:
        serving: the release.
        document: the document of the graph.
    """
    about = [q.triple for q in document.quads if term_text(q.subject) == document.iri]
    predicates = [t.object for t in about if t.predicate == VOID("linkPredicate")]
    if not predicates or not isinstance(predicate := predicates[0], NamedNode):
        return None
    rows = serving.select("linkset", linkset=NamedNode(document.iri), predicate=predicate)
    pairs = [MappedPair(r["subject"], r.get("label", ""), r["value"]) for r in rows]
    links = linkset_of(pairs[0].subject, predicate.value, pairs[0].value) if pairs else None
    if links is None:
        return None
    return write_sssom(
        serving.iris,
        links,
        about,
        pairs,
        licence=serving.licence,
        version=serving.release.id,
    )
