"""The graphs that a request names as its dataset, as the SPARQL Protocol lets it."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from ogpld.errors import QueryError


def graph_names(iris: Iterable[str]) -> list[ox.NamedNode]:
    """Return graph names of a request, each once, in order.

    Raises:
        QueryError: `dataset-iri`, for something that is not an absolute IRI.
    """
    names = []
    for iri in dict.fromkeys(iris):
        try:
            names.append(ox.NamedNode(iri))
        except ValueError as error:
            raise QueryError(
                f"{iri!r} is not an absolute IRI",
                hint="name graphs by their IRI",
                code="dataset-iri",
            ) from error
    return names
