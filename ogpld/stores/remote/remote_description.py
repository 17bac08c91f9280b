"""Fetch from a remote store what the document of a thing is made of (`ogpld.stores.describe`)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

import pyoxigraph as ox

from ogpld.rdf import RDFS
from ogpld.stores.describe import Statement, describe, terms_of

#: Run a query of ours over the release, and return its rows.
Rows = Callable[[str], Sequence[tuple[object, ...]]]

#: Things a query asks about at once.
_AT_ONCE = 200
_LABEL = RDFS("label")


def read_surroundings(
    rows: Rows,
    iri: str,
    links: int,
    hidden: frozenset[ox.NamedNode],
    dataset: Collection[ox.NamedNode] | None = None,
) -> tuple[set[Statement], dict[str, int]]:
    """Return the statements of a thing's document and the number of incoming links by predicate.

    Args:
        rows: asks the store.
        iri: of the thing.
        links: incoming links of a kind that the document has.
        hidden: graphs that are not part of the default graph.
        dataset: the graphs that alone describe it, None for the release.
    """
    near = _Near(rows, hidden)
    root = ox.NamedNode(iri)
    near.read([root], "?p")
    near.read_links(root)
    parts: set[ox.NamedNode] = set()
    while more := {term for term in near.terms if term.value.startswith(f"{iri}#")} - parts:
        near.read(sorted(more, key=str), "?p")
        parts |= more
    statements, _ = describe(near.store, iri, links, hidden, dataset=dataset)
    near.read(sorted(terms_of(statements), key=str), str(_LABEL))
    return describe(near.store, iri, links, hidden, dataset=dataset)


class _Near:
    """The part of a release that is near a thing."""

    def __init__(self, rows: Rows, hidden: frozenset[ox.NamedNode]) -> None:
        self._rows, self._hidden = rows, hidden
        self.store = ox.Store()
        self.terms: set[ox.NamedNode] = set()

    def read(self, subjects: Sequence[ox.NamedNode], predicate: str) -> None:
        """Read what all graphs say of some things, with one property or any."""
        for start in range(0, len(subjects), _AT_ONCE):
            values = " ".join(map(str, subjects[start : start + _AT_ONCE]))
            triple = f"?s {predicate} ?o"
            self._add(
                self._rows(
                    f"SELECT ?g ?s ?p ?o {{ VALUES ?s {{ {values} }} GRAPH ?g {{ {triple} }} }}"
                ),
                predicate,
            )

    def read_links(self, value: ox.NamedNode) -> None:
        """Read what points at a thing."""
        rows = self._rows(f"SELECT ?g ?s ?p {{ GRAPH ?g {{ ?s ?p {value} }} }}")
        self._add(((graph, subject, p, value) for graph, subject, p in rows), "?p")

    def _add(self, rows: Iterable[Sequence[object]], predicate: str) -> None:
        quads = []
        for graph, subject, verb, value in rows:
            quad = ox.Quad(subject, verb if predicate == "?p" else _LABEL, value, graph)  # type: ignore[arg-type]
            quads.append(quad)
            if graph not in self._hidden:
                quads.append(ox.Quad(quad.subject, quad.predicate, quad.object))
            self.terms |= {term for term in (subject, value) if isinstance(term, ox.NamedNode)}
        self.store.extend(quads)
