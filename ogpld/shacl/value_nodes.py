"""Ask the store for focus and value nodes: the questions that every kind of constraint builds on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from ogpld.rdf import RDFS, NamedNode
from ogpld.shacl.literal_order import functions
from ogpld.shacl.scope import Scope
from ogpld.shacl.shapes import Shape, Term
from ogpld.stores.validation_store import ValidationStore

#: A focus node and the value at fault, None where no single value is; variables of the solution where
#: there are some.
Rows = Iterable[tuple[Any, ...]]


class ValueNodes:
    """Nodes of scopes in a store for validation, which must not change meanwhile but for mentions.

    Attributes:
        bench: the data.
        failing: returns the nodes of a scope that do not conform to a shape (section 3.4.2).
    """

    def __init__(
        self, bench: ValidationStore, failing: Callable[[Shape, Scope], frozenset[Term]]
    ) -> None:
        self.bench = bench
        self.failing = failing
        bench.offer(functions())
        self._below: dict[Term, list[Term]] | None = None
        self._nodes: dict[str, frozenset[Term]] = {}

    def subclasses(self, wanted: NamedNode) -> frozenset[NamedNode]:
        """Return a class and all its subclasses in the data."""
        if self._below is None:
            rows = self.bench.rows(f"SELECT ?sub ?class {{ ?sub {RDFS('subClassOf')} ?class }}")
            self._below = {}
            for sub, above in rows:
                self._below.setdefault(above, []).append(sub)
        classes, waiting = {wanted}, [wanted]
        while waiting:
            for sub in self._below.get(waiting.pop(), ()):
                if sub not in classes and isinstance(sub, NamedNode):
                    classes.add(sub)
                    waiting.append(sub)
        return frozenset(classes)

    def of(self, scope: Scope) -> frozenset[Term]:
        """Return every node of a scope."""
        text = f"SELECT DISTINCT {scope.variable} {{ {scope.text()} }}"
        if text not in self._nodes:
            self._nodes[text] = frozenset(node for (node,) in self.bench.rows(text))
        return self._nodes[text]

    def pairs(self, shape: Shape, scope: Scope, condition: str = "") -> list[tuple[Any, ...]]:
        """Return focus and value nodes that meet a condition on both."""
        values = scope.along(shape.path)
        both = dict.fromkeys((scope.variable, values.variable))  # one when there is no path
        rows = self.bench.rows(
            f"SELECT DISTINCT {' '.join(both)} {{ {values.text()} {condition} }}"
        )
        return [(row[0], row[-1]) for row in rows]

    def pairs_with(self, shape: Shape, scope: Scope, bad: Iterable[Term]) -> list[tuple[Any, ...]]:
        """Return focus and value nodes where the value is one of those given."""
        wrong = set(bad)
        if not wrong:
            return []
        if shape.path is None:
            return [(node, node) for node in wrong]
        mark = self.bench.node_set(wrong)
        try:
            values = scope.along(shape.path)
            return self.pairs(shape, scope, ValidationStore.members_of(mark, values.variable))
        finally:
            self.bench.drop_node_set(mark)

    def count_values(self, pairs: Iterable[tuple[Any, ...]]) -> Counter[Term]:
        """Count the values of each focus node."""
        return Counter(focus for focus, _ in pairs)
