"""What units say of things, before sources are settled: read from and written to a build's cache.

A thing that one unit alone speaks of is published as the unit says it. Of a thing that several units
speak of, everything is noted unit by unit (`urn:x-ogpld:said:…`), because settling leaves statements out
that may be wanted again. So are links to reports nobody described (`urn:x-ogpld:dropped:…`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from ogpld.iris import Iris
from ogpld.rdf import NamedNode, Quad, term_text
from ogpld.stores.disk import DiskStore

_SAID, _DROPPED = "urn:x-ogpld:said:", "urn:x-ogpld:dropped:"
#: Graphs nobody read: computed, or about the data.
_OTHER = {"derived", "codes", "ontology", "shapes", "catalogue", "void", "provenance", "queries"}
#: Graphs that say what the data is or where it is from; the gate and the counts leave them out.
ABOUT = ("ontology", "shapes", "catalogue", "void", "provenance")
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


class Said:
    """What units that did not change say of things.

    Args:
        quads: the cache's quads.
        graphs: tells graphs apart.
        changed: graphs of the units that did change, or are no more.
    """

    def __init__(self, quads: DiskStore, graphs: Graphs, changed: Collection[str]) -> None:
        self._quads, self._graphs, self._changed = quads, graphs, changed

    def of(self, subject: NamedNode) -> list[tuple[str, Quad]]:
        """Return what unchanged units say of a thing, each quad with the graph of its unit."""
        found = self._quads.about(subject)
        noted = [(q, g) for q in found if (g := term_text(q.graph_name)).startswith(_SAID)]
        if noted:
            return [(unit, quad) for unit, quad in map(_said, noted) if unit not in self._changed]
        read = [q for q in found if self._graphs.read(q) and not _apart(q, self._graphs)]
        own = {term_text(q.graph_name) for q in read}
        if not own or own & set(self._changed):
            return []
        unit = min(own)
        aside = (q for q in found if self._graphs.read(q) and _reconciled(q, self._graphs))
        dropped = (
            Quad(q.subject, q.predicate, q.object, NamedNode(g.removeprefix(_DROPPED)))
            for q in found
            if (g := term_text(q.graph_name)).startswith(_DROPPED)
        )
        return [(unit, quad) for quad in (*read, *aside, *dropped)]

    def subjects(self, unit: NamedNode, asides: Iterable[str]) -> set[NamedNode]:
        """Return the things a unit spoke of when it was last mapped.

        Args:
            unit: its graph.
            asides: graphs other than its own that units state something in.
        """
        graphs = [unit, NamedNode(_SAID + unit.value)]
        graphs += [NamedNode(f"{_SAID}{unit.value}#{aside}") for aside in asides]
        found = (q.subject for graph in graphs for q in self._quads.in_graph(graph))
        return {s for s in found if isinstance(s, NamedNode)}


def _said(noted: tuple[Quad, str]) -> tuple[str, Quad]:
    quad, graph = noted
    unit, _, aside = graph.removeprefix(_SAID).partition("#")
    return unit, Quad(quad.subject, quad.predicate, quad.object, NamedNode(aside or unit))


def _reconciled(quad: Quad, graphs: Graphs) -> bool:
    return graphs.kind(term_text(quad.graph_name)) == "reconciled"


def _apart(quad: Quad, graphs: Graphs) -> bool:
    return graphs.kind(term_text(quad.graph_name)) in {"reconciled", "identity"}


def notes_of(said: Iterable[tuple[str, Quad]]) -> Iterator[Quad]:
    """Yield the quads to note of one thing, each given with the graph of the unit that says it."""
    statements = list(said)
    units = {unit for unit, _ in statements}
    alone = len(units) == 1 and any(term_text(q.graph_name) in units for _, q in statements)
    if alone:
        return
    for unit, quad in statements:
        graph = term_text(quad.graph_name)
        name = _SAID + unit + ("" if graph == unit else f"#{graph}")
        yield Quad(quad.subject, quad.predicate, quad.object, NamedNode(name))


def dropped_note(quad: Quad) -> Quad:
    """Return the note of a link that was left out because nobody described the report."""
    graph = NamedNode(_DROPPED + term_text(quad.graph_name))
    return Quad(quad.subject, quad.predicate, quad.object, graph)


def restored(note: Quad) -> Quad | None:
    """Return the link a note is about, None for other quads."""
    graph = term_text(note.graph_name)
    if not graph.startswith(_DROPPED):
        return None
    graph = graph.removeprefix(_DROPPED)
    return Quad(note.subject, note.predicate, note.object, NamedNode(graph))
