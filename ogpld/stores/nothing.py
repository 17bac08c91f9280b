"""An empty store, over which the text of a query is parsed before anything is done with it."""

from __future__ import annotations

from typing import Protocol

import pyoxigraph as ox

from ogpld.rdf import NS

#: The function that says whether a thing is called by some words.
SEARCH_FUNCTION = NS("search").value


class QueryParser(Protocol):
    """What tells of a text whether it is a query, and which variables it has."""

    def query(
        self, query: str, /, *, base_iri: str | None = None
    ) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Answer over no data; SyntaxError for a text that is no query."""


class Nothing:
    """An empty store that knows the function of searches by name."""

    def __init__(self) -> None:
        self._store = ox.Store()

    def query(
        self, query: str, /, *, base_iri: str | None = None
    ) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Answer over no data."""
        return self._store.query(
            query,
            base_iri=base_iri,
            custom_functions={ox.NamedNode(SEARCH_FUNCTION): lambda *_: None},
        )
