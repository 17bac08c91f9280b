"""Which graphs state a triple, for a store that holds the union of the graphs and not the graphs.

Documents name the graph of each of their statements. A second copy of every statement in its graph costs an
engine some 300 bytes and makes each scan of the union walk both; here it is a number of 64 bits and
the graph's own, 12 bytes, sorted by the former. Two triples with one number would share their graphs: over
a million statements that is expected once in 30 million releases.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left

import pyoxigraph as ox

from ogpld.stores.as_written import engine_form

_TEXTS = frozenset(
    {
        "http://www.w3.org/2001/XMLSchema#string",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString",
    }
)


class GraphNames:
    """The graphs of triples, filled once and then asked."""

    def __init__(self) -> None:
        self._keys = array("q")
        self._numbers = array("I")
        self._graphs: dict[ox.NamedNode | ox.BlankNode, int] = {}
        self._names: list[ox.NamedNode | ox.BlankNode] = []

    def add(self, quad: ox.Quad) -> None:
        """Note the graph of a quad, which is no default graph."""
        graph, value = quad.graph_name, quad.object
        if isinstance(graph, ox.DefaultGraph):
            return
        if isinstance(value, ox.Literal) and value.datatype.value not in _TEXTS:
            value = engine_form(value)  # the store is asked with what it gives
        self._keys.append(hash((quad.subject, quad.predicate, value)))
        self._numbers.append(self._graphs.setdefault(graph, len(self._graphs)))

    def sort(self) -> None:
        """Make what was added ready to be asked."""
        order = sorted(range(len(self._keys)), key=self._keys.__getitem__)
        self._keys = array("q", (self._keys[place] for place in order))
        self._numbers = array("I", (self._numbers[place] for place in order))
        self._names = list(self._graphs)
        engine_form.cache_clear()

    def of(self, triple: ox.Triple | ox.Quad) -> list[ox.NamedNode | ox.BlankNode]:
        """Return the graphs that state a triple, as the engine gives it."""
        key, keys = hash((triple.subject, triple.predicate, triple.object)), self._keys
        place = bisect_left(keys, key)
        graphs = []
        while place < len(keys) and keys[place] == key:
            graphs.append(self._names[self._numbers[place]])
            place += 1
        return graphs
