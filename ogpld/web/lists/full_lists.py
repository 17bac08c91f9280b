"""The whole lists of what points at a thing, where its document only begins to list it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ogpld.rdf import HYDRA, RDF, NamedNode, Triple, whole_number
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.lists.list_index import class_of, column, facets, lists_of, things
from ogpld.web.lists.list_request import ListRequest


@dataclass(frozen=True, slots=True)
class WholeList:
    """A list that has all of what points at a thing in one way.

    Attributes:
        label: of the class of its things.
        path: its address without query, and the query with its question mark.
        total: how many things it has.
    """

    label: str
    path: tuple[str, str]
    total: int

    def href(self, suffix: str = "") -> str:
        """Return its address in the form of a suffix, negotiated without one."""
        path, query = self.path
        return f"{path}{suffix and '.'}{suffix}{query}"


def whole_lists(
    serving: OpenRelease, thing: str, incoming: Mapping[str, int], listed: int
) -> Iterator[WholeList]:
    """Yield the lists of what points at a thing, for each way in which more do than are shown.

    Args:
        serving: the release.
        thing: IRI of the thing.
        incoming: number of things that point at it, by property.
        listed: how many of each a document lists.
    """
    cut = {iri for iri, number in incoming.items() if number > listed}
    if not cut:
        return
    for segment in serving.model.by_segment:
        for name in lists_of(serving, segment):
            for key, facet in facets(serving, name).items():
                if facet.first or not facet.own or not any((iri,) in facet.paths for iri in cut):
                    continue
                values_of = column(serving, name, facet)
                total = sum(thing in values_of.get(other, ()) for other in things(serving, name))
                if total:
                    list_request = ListRequest(
                        name, {key: (thing,)}, name if name != segment else ""
                    )
                    path = (f"{serving.path_prefix}/doc/{segment}", list_request.query(serving))
                    yield WholeList(class_of(serving, name).label, path, total)


def whole_list_triples(
    serving: OpenRelease, thing: str, incoming: Mapping[str, int], listed: int
) -> Iterator[Triple]:
    """Yield what a document states of the lists of what points at its thing; arguments as above."""
    for whole in whole_lists(serving, thing, incoming, listed):
        collection = NamedNode(serving.iris.base.rstrip("/") + whole.href())
        yield Triple(NamedNode(thing), HYDRA("collection"), collection)
        yield Triple(collection, RDF("type"), HYDRA("Collection"))
        number = whole_number(whole.total)
        yield Triple(collection, HYDRA("totalItems"), number)
