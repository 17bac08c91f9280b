"""What was read, by subject: for quick look-ups while statements are derived."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from ogpld.rdf import NS, RDF, Literal, NamedNode, Quad, term_text
from ogpld.sources.trace import Derivation

Value: TypeAlias = NamedNode | Literal
#: A statement about to be made: its property, its value, and what it is made from.
Made: TypeAlias = tuple[NamedNode, Value, Derivation]


@dataclass(slots=True)
class FactIndex:
    """The read quads, by subject, for quick look-ups while deriving.

    What is found depends on the statements alone, not on their order.
    """

    values: dict[str, dict[str, list[Value]]] = field(default_factory=dict)
    graph_of: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, quads: Iterable[Quad], sources: Sequence[str] = ()) -> FactIndex:
        """Index quads.

        Args:
            quads: what was read.
            sources: names of sources, the one with the highest precedence first: a thing of several
                sources belongs to the graph of the first of them.
        """
        facts = cls()
        ranks = {name: rank for rank, name in enumerate(sources)}
        graphs: dict[str, tuple[int, str]] = {}
        for quad in quads:
            subject = term_text(quad.subject)
            properties = facts.values.setdefault(subject, {})
            values = properties.setdefault(quad.predicate.value, [])
            if isinstance(quad.object, NamedNode | Literal) and quad.object not in values:
                values.append(quad.object)
            if quad.predicate == RDF("type"):
                graph = term_text(quad.graph_name)
                place = ranks.get(_source_of(graph), len(ranks)), graph
                graphs[subject] = min(graphs.get(subject, place), place)
        facts.graph_of = {subject: graph for subject, (_, graph) in graphs.items()}
        for properties in facts.values.values():
            for values in properties.values():
                if len(values) > 1:
                    values.sort(key=str)
        return facts

    def one(self, subject: str, predicate: NamedNode) -> str | None:
        """Return a value as text, None when there is none."""
        values = self.values.get(subject, {}).get(predicate.value)
        return values[0].value if values else None

    def all(self, subject: str, predicate: NamedNode) -> list[Value]:
        """Return every value."""
        return self.values.get(subject, {}).get(predicate.value, [])

    def subjects_by(self, predicate: NamedNode) -> dict[str, list[str]]:
        """Return the subjects that have each value of a property, sorted, by the value as text."""
        subjects: dict[str, list[str]] = {}
        for subject in sorted(self.values):
            for value in self.all(subject, predicate):
                subjects.setdefault(value.value, []).append(subject)
        return subjects

    def of_class(self, name: str) -> list[str]:
        """Return the things of one of our classes, sorted."""
        wanted = NS(name)
        return sorted(s for s in self.values if wanted in self.all(s, RDF("type")))


def _source_of(graph: str) -> str:
    """Return the name of the source whose unit a graph is."""
    return graph.rpartition("/")[0].rpartition("/")[2]
