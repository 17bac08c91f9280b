"""The change log as ActivityStreams 2.0, in the form of IIIF Change Discovery 1.0.

A client starts at the last page and walks back to what it knows. Items are in the order of time, and a page
that is full never changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ogpld.catalogue.ldes import activity_iri
from ogpld.formats import media
from ogpld.iris import Iris
from ogpld.release import Release
from ogpld.release.changes import DELETE, Change
from ogpld.release.history import History

#: Items of one page.
PAGE = 100
_CONTEXT = (
    "http://iiif.io/api/discovery/1/context.json",
    "https://www.w3.org/ns/activitystreams",
)


def log_entries(history: History) -> list[tuple[Release, Change]]:
    """Return every change with its release, oldest first."""
    return [
        (release, change)
        for release in history.releases
        for change in history.changes.get(release.id, ())
    ]


def page_count(entries: Sequence[object]) -> int:
    """Return the number of pages; an empty log has none."""
    return -(-len(entries) // PAGE)


def entries_of_page(
    entries: Sequence[tuple[Release, Change]], number: int
) -> Sequence[tuple[Release, Change]]:
    """Return the entries of a page, by its number from 1."""
    return entries[(number - 1) * PAGE : number * PAGE]


def collection(iris: Iris, entries: Sequence[tuple[Release, Change]]) -> dict[str, Any]:
    """Return the collection: how many there are, the first page and the last."""
    document: dict[str, Any] = {
        "@context": list(_CONTEXT),
        "id": f"{iris.base}activity",
        "type": "OrderedCollection",
        "summary": "Changes of things, release by release",
        "totalItems": len(entries),
    }
    if entries:
        document["first"] = _page(iris, 1)
        document["last"] = _page(iris, page_count(entries))
    return document


def collection_page(
    iris: Iris,
    entries: Sequence[tuple[Release, Change]],
    number: int,
    classes: Mapping[str, str],
) -> dict[str, Any]:
    """Return a page.

    Args:
        iris: the IRI policy.
        entries: the whole log.
        number: of the page, from 1; there is one of that number.
        classes: IRI of the class of each thing of the page, as far as it is known.
    """
    start = (number - 1) * PAGE
    document: dict[str, Any] = {
        "@context": list(_CONTEXT),
        "id": f"{iris.base}activity/{number}",
        "type": "OrderedCollectionPage",
        "partOf": {"id": f"{iris.base}activity", "type": "OrderedCollection"},
        "startIndex": start,
    }
    if number > 1:
        document["prev"] = _page(iris, number - 1)
    if number < page_count(entries):
        document["next"] = _page(iris, number + 1)
    document["orderedItems"] = list(_items(iris, entries_of_page(entries, number), classes))
    return document


def _page(iris: Iris, number: int) -> dict[str, str]:
    return {"id": f"{iris.base}activity/{number}", "type": "OrderedCollectionPage"}


def _items(
    iris: Iris, entries: Sequence[tuple[Release, Change]], classes: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    for release, change in entries:
        thing: dict[str, Any] = {"id": change.thing, "type": classes.get(change.thing, "Object")}
        if change.label:
            thing["name"] = change.label
        if change.kind != DELETE and iris.is_thing(change.thing):
            document = iris.document(change.thing)
            thing["canonical"] = document
            thing["seeAlso"] = [
                {
                    "id": f"{document}.jsonld",
                    "type": "Dataset",
                    "format": media.JSON_LD.type,
                }
            ]
        yield {
            "id": activity_iri(iris, release, change.thing),
            "type": change.kind,
            "endTime": release.manifest.created,
            "object": thing,
        }
