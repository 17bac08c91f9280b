"""A store to work in while data is being checked: statements in the default graph, marks beside.

Nobody else reads it, so it may hold blank nodes and things no release would have. A mark names a set
of nodes; a query asks for them with the pattern `marked` gives. Marks lie in a graph of their own
that no query about the data looks into.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ogpld.stores.embedded import EmbeddedStore

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_MARKS = ox.NamedNode("urn:x-ogpld:marks")
_SELF = ox.NamedNode("urn:x-ogpld:self")
_KEPT = {
    "http://www.w3.org/2001/XMLSchema#string",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString",
}
_HAS = ox.NamedNode("urn:x-ogpld:has")


class Workbench:
    """Quads in memory, graph names dropped, asked with SELECT.

    Args:
        store: an engine's store to go on working in; a new one when left out.
    """

    def __init__(self, store: ox.Store | None = None) -> None:
        self._store = ox.Store() if store is None else store
        self._numbers = itertools.count(1)

    @classmethod
    def over(cls, store: EmbeddedStore) -> Workbench:
        """Work in the memory of a loaded release, which is spoilt by it: for workers that end."""
        return cls(store.engine)

    def add(self, quads: Iterable[ox.Quad | ox.Triple]) -> None:
        """Add statements; their graph names do not matter."""
        self._store.bulk_extend(ox.Quad(q.subject, q.predicate, q.object) for q in quads)

    def load(self, path: Path, form: ox.RdfFormat) -> None:
        """Add a file of ours without holding it in memory a second time.

        Raises:
            SyntaxError: as pyoxigraph raises it.
        """
        self.add(ox.parse(path=str(path), format=form))

    def forget(self, subjects: Iterable[ox.NamedNode | ox.BlankNode]) -> None:
        """Remove every statement with these subjects."""
        for subject in subjects:
            for quad in list(self._store.quads_for_pattern(subject, None, None, ox.DefaultGraph())):
                self._store.remove(quad)

    @staticmethod
    def altered(literals: Iterable[ox.Literal]) -> ox.Literal | None:
        """Return a literal the engine would not give back as it is, None when it keeps all.

        It holds numbers, booleans and times as values: `4.0` comes back as `4`, and a byte as an
        integer.
        """
        unknown = {v for v in literals if v.datatype.value not in _KEPT}
        store = ox.Store()
        store.bulk_extend(ox.Quad(_SELF, _HAS, value) for value in unknown)
        kept = {quad.object for quad in store}
        return min(unknown - kept, key=str, default=None)

    def rows(self, select: str) -> list[tuple[Any, ...]]:
        """Return the solutions of a SELECT, unbound variables as None.

        Raises:
            SyntaxError: for a query that is none.
            OSError: when the engine fails on it.
        """
        return self.table(select)[1]

    def table(self, select: str) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
        """Return the names of a SELECT's variables and its solutions; errors as `rows`."""
        found = self._store.query(select)
        if not isinstance(found, ox.QuerySolutions):
            raise TypeError("a SELECT is needed")
        names = tuple(variable.value for variable in found.variables)
        return names, [tuple(solution) for solution in found]

    def mark(self, nodes: Iterable[Term]) -> str:
        """Name a set of nodes and return the name."""
        name = f"urn:x-ogpld:mark-{next(self._numbers)}"
        mark = ox.NamedNode(name)
        self._store.extend(ox.Quad(mark, _HAS, node, _MARKS) for node in nodes)
        return name

    def mention(self, nodes: Iterable[Term]) -> None:
        """Make nodes part of the data, without saying anything of them.

        A path of no steps (`p*`, `p?`) leads from a node to itself only where the node occurs.
        """
        self._store.extend(ox.Quad(_SELF, _HAS, node) for node in nodes)

    @staticmethod
    def marked(name: str, variable: str) -> str:
        """Return the pattern that binds a variable to the nodes of a mark."""
        return f"GRAPH {_MARKS} {{ <{name}> {_HAS} {variable} }}"

    def unmark(self, name: str) -> None:
        """Forget a mark."""
        for quad in list(self._store.quads_for_pattern(ox.NamedNode(name), _HAS, None, _MARKS)):
            self._store.remove(quad)

    def tidy(self) -> None:
        """Forget all marks and mentions: for a store that lives longer than the work."""
        self._store.clear_graph(_MARKS)
        for quad in list(self._store.quads_for_pattern(_SELF, _HAS, None, ox.DefaultGraph())):
            self._store.remove(quad)

    def __len__(self) -> int:
        return len(self._store)
