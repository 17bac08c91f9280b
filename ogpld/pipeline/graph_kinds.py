"""The kinds of named graphs: read from a source, computed, about the data, or a note of the build cache."""

from __future__ import annotations

from ogpld.iris import Iris
from ogpld.rdf import Quad, term_text

#: Graphs nobody read: computed, or about the data.
_OTHER = {
    "derived",
    "codes",
    "ontology",
    "shapes",
    "catalogue",
    "void",
    "provenance",
    "queries",
    "verdicts",
}
#: Graphs that say what the data is or where it is from; the gate and the counts leave them out.
ABOUT = ("ontology", "shapes", "catalogue", "void", "provenance", "verdicts")
#: Graphs whose statements are not counted one by one: shapes are not in the endpoint's default graph, and
#: the description of the data set counts itself (`catalogue/void_counts.py`).
_UNCOUNTED = {"shapes", "void"}


class Graphs:
    """Tell graphs apart by their IRIs."""

    def __init__(self, iris: Iris) -> None:
        self._beginning = iris.graph("").value

    def kind(self, graph: str) -> str:
        """Return the source or kind of a graph, "" for a note."""
        if not graph.startswith(self._beginning):
            return ""
        return graph[len(self._beginning) :].partition("/")[0]

    def read(self, quad: Quad) -> bool:
        """Say whether a published quad was read, or stated by the ledger."""
        kind = self.kind(term_text(quad.graph_name))
        return bool(kind) and kind not in _OTHER

    def checked(self, graph: str) -> bool:
        """Say whether the gate looks at a graph."""
        kind = self.kind(graph)
        return bool(kind) and kind not in {*ABOUT, "queries"}

    def counted(self, graph: str) -> bool:
        """Say whether what a graph states is counted for VoID."""
        kind = self.kind(graph)
        return bool(kind) and kind not in _UNCOUNTED
