"""The document graph of a thing, read by patterns only, never by a query.

A document holds the thing's own statements, those of its hash parts and blank nodes, the first
incoming links of each kind with their total, and the labels of everything it points to
(docs/contract.md#documents). It reads a store whose default graph is the union of the visible graphs
(`ogpld.stores.embedded`), and returns statements with the names of the graphs that state them; these come
from the store or, where it holds the union alone, from `ogpld.stores.graph_names`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

import pyoxigraph as ox

from ogpld.iris import natural
from ogpld.stores.graph_names import GraphNames

_LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
_Subject = ox.NamedNode | ox.BlankNode | ox.Triple
_Graph = ox.NamedNode | ox.BlankNode | ox.DefaultGraph
#: Things whose labels are remembered.
_REMEMBERED = 8_192
#: A quad as the store has it, and the graph that states it: a quad made of both takes longer than all else.
Statement = tuple[ox.Quad, _Graph]


def describe(
    store: ox.Store,
    iri: str,
    links: int,
    hidden: Iterable[ox.NamedNode],
    names: GraphNames | None = None,
    dataset: Collection[ox.NamedNode] | None = None,
) -> tuple[set[Statement], dict[str, int]]:
    """Return the statements of a thing's document and the number of incoming links by predicate.

    Statements of hidden graphs are shown only for a thing that no visible graph describes: a
    shape. Where graphs are named as a data set, the statements are those of these graphs, hidden or not;
    the store has to hold them.
    """
    view, statements, incoming = _read(store, iri, links, hidden, names, dataset)
    for term in terms_of(statements):
        statements.update(view.labels(term))
    return statements, incoming


def describe_lines(
    store: ox.Store,
    iri: str,
    links: int,
    hidden: Collection[ox.NamedNode],
    names: GraphNames | None,
    labels: dict[ox.NamedNode, tuple[str, ...]],
) -> tuple[set[str], dict[str, int]]:
    """Return the same as lines of N-Quads.

    Most labels of a document are in others as well: those of codes, plans, members, graphs. `labels`
    remembers them, for one store with the same contents and hidden graphs.
    """
    view, statements, incoming = _read(store, iri, links, hidden, names)
    lines = set(map(line, statements))
    if len(labels) > _REMEMBERED:
        labels.clear()
    remembered = labels if view.hidden == frozenset(hidden) else {}
    for term in terms_of(statements):
        own = remembered.get(term)
        if own is None:
            own = remembered[term] = tuple(map(line, view.labels(term)))
        lines.update(own)
    return lines, incoming


def _read(
    store: ox.Store,
    iri: str,
    links: int,
    hidden: Iterable[ox.NamedNode],
    names: GraphNames | None,
    dataset: Collection[ox.NamedNode] | None = None,
) -> tuple[_View, set[Statement], dict[str, int]]:
    """Return how a thing is looked at, and its document without labels."""
    root = ox.NamedNode(iri)
    hidden_graphs = frozenset(hidden)
    view: _View = _View(store, hidden_graphs, names)
    if dataset is not None:
        view = _DatasetView(store, dataset)
    statements = set(view.about(root))
    if hidden_graphs and dataset is None and not statements:
        view = _View(store, frozenset(), names)
        statements = set(view.about(root))
    pointing = list(view.links_to(root, () if view.hidden else hidden_graphs))
    parts = _parts(view, iri, statements, [link.subject for link in pointing])
    incoming: dict[str, dict[str, ox.Quad]] = {}
    for link in pointing:
        subject = link.subject
        if isinstance(subject, ox.NamedNode) and subject != root and subject not in parts:
            incoming.setdefault(link.predicate.value, {})[subject.value] = link
    for subjects in incoming.values():
        all_shown = len(subjects) <= links
        for name in subjects if all_shown else sorted(subjects, key=natural)[: max(links, 0)]:
            statements.update(view.statements_of(subjects[name]))
    return (
        view,
        statements,
        {predicate: len(names) for predicate, names in sorted(incoming.items())},
    )


def line(statement: Statement) -> str:
    """Return a statement as a line of N-Quads."""
    quad, graph = statement
    if isinstance(graph, ox.DefaultGraph) or not isinstance(quad.graph_name, ox.DefaultGraph):
        return f"{quad} .\n"
    return f"{quad} {graph} .\n"


class _View:
    """A store without its hidden graphs and without the copies that make up its default graph."""

    def __init__(
        self, store: ox.Store, hidden: frozenset[ox.NamedNode], names: GraphNames | None
    ) -> None:
        self.store = store
        self.hidden = hidden
        self.names = names

    def about(self, subject: _Subject) -> list[Statement]:
        """Return what is stated about a subject."""
        return self.statements(subject, None, None)

    def statements(
        self,
        subject: _Subject,
        predicate: ox.NamedNode | None,
        value: ox.NamedNode | None,
    ) -> list[Statement]:
        """Return statements of named graphs, then those that only the default graph has."""
        named: list[Statement] = []
        united = []
        for quad in self.store.quads_for_pattern(subject, predicate, value, None):
            graph = quad.graph_name
            if isinstance(graph, ox.DefaultGraph):
                united.append(quad)
            else:
                named.append((quad, graph))
        twins = {quad.triple for quad, _ in named}
        lone: list[Statement] = []
        for quad in united:
            graphs = [] if self.names is None else self.names.of(quad)
            named += [(quad, graph) for graph in graphs]
            if not graphs and quad.triple not in twins:
                lone.append((quad, quad.graph_name))
        return [pair for pair in named if pair[1] not in self.hidden] + lone

    def statements_of(self, link: ox.Quad) -> list[Statement]:
        """Return the statements of a triple that the store was found to have."""
        if self.names is None or not self.hidden:
            return self.statements(link.subject, link.predicate, link.object)  # type: ignore[arg-type]
        return [(link, graph) for graph in self.names.of(link)] or [(link, link.graph_name)]

    def labels(self, term: ox.NamedNode) -> list[Statement]:
        """Return what a thing or graph is called."""
        return self.statements(term, _LABEL, None)

    def links_to(
        self, value: ox.NamedNode, more_graphs: Iterable[ox.NamedNode]
    ) -> Iterator[ox.Quad]:
        """Yield what points at a thing, from the union and from the graphs named."""
        graphs: list[ox.DefaultGraph | ox.NamedNode] = [ox.DefaultGraph(), *more_graphs]
        for graph in graphs:
            yield from self.store.quads_for_pattern(None, None, value, graph)


class _DatasetView(_View):
    """The graphs of a store that a query names as its default graph."""

    def __init__(self, store: ox.Store, graphs: Collection[ox.NamedNode]) -> None:
        super().__init__(store, frozenset(), None)
        self.graphs = graphs

    def statements(
        self,
        subject: _Subject,
        predicate: ox.NamedNode | None,
        value: ox.NamedNode | None,
    ) -> list[Statement]:
        """Return the statements of these graphs."""
        return [
            (quad, quad.graph_name)
            for graph in self.graphs
            for quad in self.store.quads_for_pattern(subject, predicate, value, graph)
        ]

    def links_to(
        self, value: ox.NamedNode, more_graphs: Iterable[ox.NamedNode]
    ) -> Iterator[ox.Quad]:
        """Yield what points at a thing in these graphs alone."""
        del more_graphs
        for graph in self.graphs:
            yield from self.store.quads_for_pattern(None, None, value, graph)


def _parts(
    view: _View, iri: str, statements: set[Statement], pointing: list[_Subject]
) -> set[_Subject]:
    """Add the statements of the thing's parts to `statements`, and return the parts.

    Parts are hash IRIs of the thing and blank nodes that are reached from it, and hash IRIs of the
    thing that point at it.
    """
    parts: set[_Subject] = set()
    todo: list[object] = [*(quad.object for quad, _ in statements), *pointing]
    while todo:
        term = todo.pop()
        is_part = isinstance(term, ox.NamedNode) and term.value.startswith(f"{iri}#")
        reached = isinstance(term, ox.BlankNode) and term not in pointing
        if term in parts or not (is_part or reached):
            continue
        assert isinstance(term, ox.NamedNode | ox.BlankNode)  # noqa: S101  (for the type checker)
        parts.add(term)
        more = view.about(term)
        statements.update(more)
        todo += [quad.object for quad, _ in more]
    return parts


def terms_of(statements: Iterable[Statement]) -> set[ox.NamedNode]:
    """Return the IRIs of things and graphs in some statements."""
    return {
        term
        for quad, graph in statements
        for term in (quad.subject, quad.object, graph)
        if isinstance(term, ox.NamedNode)
    }
