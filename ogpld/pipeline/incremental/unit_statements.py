"""The statements of each unit before conflicts are resolved: read from and written to a build's cache.

A thing that one unit alone speaks of is published as the unit says it. Of a thing that several units
speak of, everything is noted unit by unit (`urn:x-ogpld:unit:…`), because resolving conflicts leaves
statements out that may be wanted again. So are links to reports nobody described (`urn:x-ogpld:dropped:…`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from ogpld.pipeline.graph_kinds import Graphs
from ogpld.rdf import NamedNode, Quad, term_text
from ogpld.stores.disk import DiskStore

_NOTED, _DROPPED = "urn:x-ogpld:unit:", "urn:x-ogpld:dropped:"


class UnitStatements:
    """The statements of units that did not change, by thing.

    Args:
        quads: the cache's quads.
        graphs: tells graphs apart.
        changed: graphs of the units that did change, or are no more.
    """

    def __init__(self, quads: DiskStore, graphs: Graphs, changed: Collection[str]) -> None:
        self._quads, self._graphs, self._changed = quads, graphs, changed

    def of(self, subject: NamedNode) -> list[tuple[str, Quad]]:
        """Return the statements of unchanged units about a thing, each with the graph of its unit."""
        quads = self._quads.about(subject)
        notes = [(q, g) for q in quads if (g := term_text(q.graph_name)).startswith(_NOTED)]
        if notes:
            statements = (_of_note(quad, graph) for quad, graph in notes)
            return [(unit, quad) for unit, quad in statements if unit not in self._changed]
        read = [q for q in quads if self._graphs.read(q) and not _apart(q, self._graphs)]
        own = {term_text(q.graph_name) for q in read}
        if not own or own & set(self._changed):
            return []
        unit = min(own)
        aside = (q for q in quads if self._graphs.read(q) and _reconciled(q, self._graphs))
        dropped = (
            Quad(q.subject, q.predicate, q.object, NamedNode(g.removeprefix(_DROPPED)))
            for q in quads
            if (g := term_text(q.graph_name)).startswith(_DROPPED)
        )
        return [(unit, quad) for quad in (*read, *aside, *dropped)]

    def subjects(self, unit: NamedNode, asides: Iterable[str]) -> set[NamedNode]:
        """Return the things a unit spoke of when it was last mapped.

        Args:
            unit: its graph.
            asides: graphs other than its own that units state something in.
        """
        graphs = [unit, NamedNode(_NOTED + unit.value)]
        graphs += [NamedNode(f"{_NOTED}{unit.value}#{aside}") for aside in asides]
        subjects = (q.subject for graph in graphs for q in self._quads.in_graph(graph))
        return {s for s in subjects if isinstance(s, NamedNode)}


def _of_note(quad: Quad, graph: str) -> tuple[str, Quad]:
    """Return the unit and the statement that a note in a graph is about."""
    unit, _, aside = graph.removeprefix(_NOTED).partition("#")
    return unit, Quad(quad.subject, quad.predicate, quad.object, NamedNode(aside or unit))


def _reconciled(quad: Quad, graphs: Graphs) -> bool:
    return graphs.kind(term_text(quad.graph_name)) == "reconciled"


def _apart(quad: Quad, graphs: Graphs) -> bool:
    return graphs.kind(term_text(quad.graph_name)) in {"reconciled", "identity"}


def notes_of(pairs: Iterable[tuple[str, Quad]]) -> Iterator[Quad]:
    """Yield the quads to note of one thing, each given with the graph of the unit that says it."""
    statements = list(pairs)
    units = {unit for unit, _ in statements}
    alone = len(units) == 1 and any(term_text(q.graph_name) in units for _, q in statements)
    if alone:
        return
    for unit, quad in statements:
        graph = term_text(quad.graph_name)
        name = _NOTED + unit + ("" if graph == unit else f"#{graph}")
        yield Quad(quad.subject, quad.predicate, quad.object, NamedNode(name))


def dropped_note(quad: Quad) -> Quad:
    """Return the note of a link that was left out because nobody described the report."""
    graph = NamedNode(_DROPPED + term_text(quad.graph_name))
    return Quad(quad.subject, quad.predicate, quad.object, graph)


def unit_of(quad: Quad) -> str:
    """Return the graph of the unit that states a quad, also where it is only noted."""
    return term_text(quad.graph_name).removeprefix(_NOTED).partition("#")[0]


def restored(note: Quad) -> Quad | None:
    """Return the link a note is about, None for other quads."""
    graph = term_text(note.graph_name)
    if not graph.startswith(_DROPPED):
        return None
    graph = graph.removeprefix(_DROPPED)
    return Quad(note.subject, note.predicate, note.object, NamedNode(graph))
