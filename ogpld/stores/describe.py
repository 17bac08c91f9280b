"""The document graph of a thing, read by patterns only, never by a query.

A document holds the thing's own statements, those of its hash parts and blank nodes, the first
incoming links of each kind with their total, and the labels of everything it points to
(docs/contract.md#documents). It reads a store whose default graph is the union of the visible graphs
(`ogpld.stores.embedded`), and returns quads with the names of the graphs that state them; these come from the
store or, where it holds the union alone, from `ogpld.stores.graph_names`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from ogpld.iris import natural
from ogpld.stores.graph_names import GraphNames

_LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
_Subject = ox.NamedNode | ox.BlankNode | ox.Triple


def describe(
    store: ox.Store,
    iri: str,
    links: int,
    hidden: Iterable[ox.NamedNode] = (),
    names: GraphNames | None = None,
) -> tuple[set[ox.Quad], dict[str, int]]:
    """Return the quads of a thing's document and the number of incoming links by predicate.

    Statements of hidden graphs are shown only for a thing that no visible graph describes: a
    shape.
    """
    root = ox.NamedNode(iri)
    hidden_graphs = frozenset(hidden)
    view = _View(store, hidden_graphs, names)
    if hidden_graphs and next(view.about(root), None) is None:
        view = _View(store, frozenset(), names)
    quads = set(view.about(root))
    pointing = list(view.links_to(root, () if view.hidden else hidden_graphs))
    parts = _parts(view, iri, quads, [link.subject for link in pointing])
    incoming: dict[str, set[str]] = {}
    for link in pointing:
        subject = link.subject
        if isinstance(subject, ox.NamedNode) and subject != root and subject not in parts:
            incoming.setdefault(link.predicate.value, set()).add(subject.value)
    for predicate, subjects in incoming.items():
        for name in sorted(subjects, key=natural)[: max(links, 0)]:
            quads |= set(view.statements(ox.NamedNode(name), ox.NamedNode(predicate), root))
    quads |= set(_labels(view, quads))
    return quads, {predicate: len(statements) for predicate, statements in sorted(incoming.items())}


class _View:
    """A store without its hidden graphs and without the copies that make up its default graph."""

    def __init__(
        self, store: ox.Store, hidden: frozenset[ox.NamedNode], names: GraphNames | None
    ) -> None:
        self.store = store
        self.hidden = hidden
        self.names = names

    def about(self, subject: _Subject) -> Iterator[ox.Quad]:
        """Yield what is stated about a subject."""
        return self.statements(subject, None, None)

    def statements(
        self,
        subject: _Subject,
        predicate: ox.NamedNode | None,
        value: ox.NamedNode | None,
    ) -> Iterator[ox.Quad]:
        """Yield quads of named graphs, then those that only the default graph has."""
        statements = list(self.store.quads_for_pattern(subject, predicate, value, None))
        named = [quad for quad in statements if not isinstance(quad.graph_name, ox.DefaultGraph)]
        if self.names is not None:
            union = [quad for quad in statements if isinstance(quad.graph_name, ox.DefaultGraph)]
            named += [
                ox.Quad(quad.subject, quad.predicate, quad.object, graph)
                for quad in union
                for graph in self.names.of(quad)
            ]
        yield from (quad for quad in named if quad.graph_name not in self.hidden)
        twins = {quad.triple for quad in named}
        for quad in statements:
            if isinstance(quad.graph_name, ox.DefaultGraph) and quad.triple not in twins:
                yield quad

    def links_to(
        self, value: ox.NamedNode, more_graphs: Iterable[ox.NamedNode]
    ) -> Iterator[ox.Quad]:
        """Yield what points at a thing, from the union and from the graphs named."""
        graphs: list[ox.DefaultGraph | ox.NamedNode] = [ox.DefaultGraph(), *more_graphs]
        for graph in graphs:
            yield from self.store.quads_for_pattern(None, None, value, graph)


def _parts(view: _View, iri: str, quads: set[ox.Quad], pointing: list[_Subject]) -> set[_Subject]:
    """Add the quads of the thing's parts to `quads`, and return the parts.

    Parts are hash IRIs of the thing and blank nodes that are reached from it, and hash IRIs of the
    thing that point at it.
    """
    parts: set[_Subject] = set()
    todo: list[object] = [*(quad.object for quad in quads), *pointing]
    while todo:
        term = todo.pop()
        is_part = isinstance(term, ox.NamedNode) and term.value.startswith(f"{iri}#")
        reached = isinstance(term, ox.BlankNode) and term not in pointing
        if term in parts or not (is_part or reached):
            continue
        assert isinstance(term, ox.NamedNode | ox.BlankNode)  # noqa: S101  (for the type checker)
        parts.add(term)
        more = list(view.about(term))
        quads.update(more)
        todo += [quad.object for quad in more]
    return parts


def _labels(view: _View, quads: set[ox.Quad]) -> Iterator[ox.Quad]:
    """Yield the labels of everything that is pointed to, points here, or is a graph."""
    terms = {
        term
        for quad in quads
        for term in (quad.subject, quad.object, quad.graph_name)
        if isinstance(term, ox.NamedNode)
    }
    for term in terms:
        yield from view.statements(term, _LABEL, None)
