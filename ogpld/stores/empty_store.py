"""An empty store, which parses a query without data."""

from __future__ import annotations

from typing import Protocol

import pyoxigraph as ox

from ogpld.rdf import NS

#: The function that says whether a thing is called by some words.
SEARCH_FUNCTION = NS("search").value


class QueryParser(Protocol):
    """Parses a text as a query, and knows its variables."""

    def query(
        self, query: str, /, *, base_iri: str | None = None
    ) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Answer over no data; SyntaxError for a text that is no query."""


class EmptyStore:
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
