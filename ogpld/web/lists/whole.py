"""The whole lists of what points at a thing, where its document only begins to list it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ogpld.rdf import HYDRA, RDF, XSD, Literal, NamedNode, Triple
from ogpld.web.lists.asked import Asked
from ogpld.web.lists.index import column, facets, lists_of, things
from ogpld.web.serving import Serving


def whole_lists(
    serving: Serving, thing: str, incoming: Mapping[str, int], shown: int
) -> Iterator[Triple]:
    """Yield the collections of what points at a thing, for each way in which more do than are shown.

    Args:
        serving: the release.
        thing: IRI of the thing.
        incoming: number of things that point at it, by property.
        shown: how many of each a document lists.
    """
    cut = {iri for iri, number in incoming.items() if number > shown}
    if not cut:
        return
    for segment in serving.model.by_segment:
        for name in lists_of(serving, segment):
            for key, facet in facets(serving, name).items():
                if not any((iri,) in facet.paths for iri in cut):
                    continue
                told = column(serving, name, facet)
                total = sum(thing in told.get(other, ()) for other in things(serving, name))
                if total:
                    asked = Asked(name, {key: (thing,)}, name if name != segment else "")
                    path = f"{serving.place}/doc/{segment}{asked.query(serving)}"
                    yield from _told(serving, thing, path, total)


def _told(serving: Serving, thing: str, path: str, total: int) -> Iterator[Triple]:
    collection = NamedNode(serving.iris.base.rstrip("/") + path)
    yield Triple(NamedNode(thing), HYDRA("collection"), collection)
    yield Triple(collection, RDF("type"), HYDRA("Collection"))
    number = Literal(str(total), datatype=XSD("integer"))
    yield Triple(collection, HYDRA("totalItems"), number)
