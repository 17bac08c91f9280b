"""Hold data in memory while it is validated: statements in the default graph, sets of nodes beside.

Nobody else reads it, so it may hold blank nodes and things no release would have. A node set is a set
of nodes under a name; a query restricts a variable to it with the pattern of `members_of`. Node sets
lie in a graph of their own that no query about the data looks into.

Statements with literals the engine would alter lie in two more graphs: as written (`as_written.py`),
for questions about terms, and as the engine has them, for queries that calculate with values.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ogpld.stores.as_written import as_written, engine_form, stand_in
from ogpld.stores.embedded import EmbeddedStore

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_NODE_SETS = ox.NamedNode("urn:x-ogpld:node-sets")
_SELF = ox.NamedNode("urn:x-ogpld:self")
_HAS = ox.NamedNode("urn:x-ogpld:has")
_DATA = ox.DefaultGraph()
_WRITTEN = ox.NamedNode("urn:x-ogpld:as-written")
_VALUES = ox.NamedNode("urn:x-ogpld:values")

Functions = Mapping[ox.NamedNode, Callable[..., Any]]


class ValidationStore:
    """Quads in memory, graph names dropped, asked with SELECT.

    Args:
        store: an engine's store to go on working in; a new one when left out.
    """

    def __init__(self, store: ox.Store | None = None) -> None:
        self._store = ox.Store() if store is None else store
        self._numbers = itertools.count(1)
        self._functions: Functions = {}
        self._stand_ins = False
        self._altered: dict[tuple[Any, Any], Any] = {}

    @classmethod
    def over(cls, store: EmbeddedStore) -> ValidationStore:
        """Work in the memory of a loaded release, which is spoilt by it: for workers that end."""
        return cls(store.engine)

    def offer(self, functions: Functions) -> None:
        """Let queries call functions; each takes terms as they are stored and returns one, or None."""
        self._functions = functions

    def add(self, quads: Iterable[ox.Quad | ox.Triple]) -> None:
        """Add statements; their graph names do not matter."""
        apart: list[ox.Quad] = []
        self._store.bulk_extend(self._storable(quads, apart))
        self._store.extend(apart)

    def _storable(
        self, quads: Iterable[ox.Quad | ox.Triple], apart: list[ox.Quad]
    ) -> Iterator[ox.Quad]:
        """Yield the statements the engine keeps as they are, and put the others apart."""
        for quad in quads:
            subject, predicate, value = quad.subject, quad.predicate, quad.object
            stored = stand_in(value)
            if stored is value:
                yield ox.Quad(subject, predicate, value)
            else:
                self._stand_ins = True
                self._altered[subject, engine_form(value)] = value
                apart.append(ox.Quad(subject, predicate, stored, _WRITTEN))
                apart.append(ox.Quad(subject, predicate, value, _VALUES))

    def load(self, path: Path, form: ox.RdfFormat) -> None:
        """Add a file of ours without holding it in memory a second time.

        Raises:
            SyntaxError: as pyoxigraph raises it.
        """
        self.add(ox.parse(path=str(path), format=form))

    def forget(self, subjects: Iterable[ox.NamedNode | ox.BlankNode]) -> None:
        """Remove every statement with these subjects."""
        for subject in subjects:
            for graph in (_DATA, _WRITTEN, _VALUES):
                for quad in list(self._store.quads_for_pattern(subject, None, None, graph)):
                    self._store.remove(quad)

    def rows(self, select: str) -> list[tuple[Any, ...]]:
        """Return the solutions of a SELECT, unbound variables as None.

        Raises:
            SyntaxError: for a query that is none.
            OSError: when the engine fails on it.
        """
        return self.table(select)[1]

    def table(
        self, select: str, *, by_value: bool = False
    ) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
        """Return the names of a SELECT's variables and its solutions; errors as `rows`.

        Args:
            select: the query.
            by_value: look at literals as the engine has them, not as they were written.
        """
        graphs: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] | None = None
        if self._stand_ins:
            graphs = [_DATA, _VALUES if by_value else _WRITTEN]
        result = self._store.query(
            select, default_graph=graphs, custom_functions=dict(self._functions)
        )
        if not isinstance(result, ox.QuerySolutions):
            raise TypeError("a SELECT is needed")
        names = tuple(variable.value for variable in result.variables)
        if not self._stand_ins:
            return names, [tuple(solution) for solution in result]
        return names, [tuple(map(as_written, solution)) for solution in result]

    def has_property(self, predicate: ox.NamedNode) -> bool:
        """Say whether any statement has a predicate."""
        graphs = (_DATA, _WRITTEN) if self._stand_ins else (_DATA,)
        return any(
            next(self._store.quads_for_pattern(None, predicate, None, graph), None) is not None
            for graph in graphs
        )

    def says(
        self, subject: ox.NamedNode | ox.BlankNode | ox.Triple, predicate: ox.NamedNode, value: Term
    ) -> bool:
        """Say whether the data has a statement; a literal counts by its value, as the engine has it."""
        held = engine_form(value) if isinstance(value, ox.Literal) else value
        return any(
            next(self._store.quads_for_pattern(subject, predicate, held, graph), None) is not None
            for graph in (_DATA, _VALUES)
        )

    def written(self, subject: Term, value: Term | None) -> Term | None:
        """Return the value of a node as its data has it, for one that a query by value gave."""
        if not isinstance(value, ox.Literal):
            return value
        written: Term = self._altered.get((subject, value), value)
        return written

    def node_set(self, nodes: Iterable[Term]) -> str:
        """Name a set of nodes and return the name."""
        name = f"urn:x-ogpld:node-set-{next(self._numbers)}"
        node_set = ox.NamedNode(name)
        self._store.extend(
            ox.Quad(node_set, _HAS, node, _NODE_SETS) for node in self._stored(nodes)
        )
        return name

    def _stored(self, nodes: Iterable[Term]) -> Iterator[Term]:
        """Yield nodes as they are stored."""
        for node in nodes:
            stored = stand_in(node)
            self._stand_ins = self._stand_ins or stored is not node
            yield stored

    def mention(self, nodes: Iterable[Term]) -> None:
        """Make nodes part of the data, without saying anything of them.

        A path of no steps (`p*`, `p?`) leads from a node to itself only where the node occurs.
        """
        self._store.extend(ox.Quad(_SELF, _HAS, node) for node in self._stored(nodes))

    @staticmethod
    def members_of(name: str, variable: str) -> str:
        """Return the graph pattern that binds a variable to the nodes of a node set."""
        return f"GRAPH {_NODE_SETS} {{ <{name}> {_HAS} {variable} }}"

    def drop_node_set(self, name: str) -> None:
        """Remove a node set."""
        for quad in list(self._store.quads_for_pattern(ox.NamedNode(name), _HAS, None, _NODE_SETS)):
            self._store.remove(quad)

    def tidy(self) -> None:
        """Remove all node sets and mentions: for a store that lives longer than the work."""
        self._store.clear_graph(_NODE_SETS)
        for quad in list(self._store.quads_for_pattern(_SELF, _HAS, None, _DATA)):
            self._store.remove(quad)

    def __len__(self) -> int:
        return len(self._store)
