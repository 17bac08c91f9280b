"""Validate data against compiled shapes: one query to the store for many nodes at once.

No node is queried on its own. Each constraint becomes a SELECT over all nodes of its
scope; what a shape inside another one says (`sh:node`, `sh:not`, `sh:or` …) is a set of failing
nodes, and sets are joined in Python. Constraints on single values are screened together first, and
taken apart only where something is wrong.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import NamedTuple

from ogpld.rdf import SH, Literal, NamedNode, english
from ogpld.shacl import logic, sets
from ogpld.shacl.patterns import fault, fault_along, some_value, value_fault
from ogpld.shacl.scope import Scope
from ogpld.shacl.sentences import sentence
from ogpld.shacl.shapes import Constraint, Shape, SparqlConstraint, Term
from ogpld.shacl.sparql_constraints import SLOT
from ogpld.shacl.validation_results import ValidationResult, fill_messages
from ogpld.shacl.value_nodes import ValueNodes
from ogpld.shacl.wellformed import is_well_formed, needs_python
from ogpld.stores.as_written import datatypes
from ogpld.stores.validation_store import ValidationStore

#: Constraints asked about in one question.
_LOT = 16
#: Kinds of targets past which the values of properties are looked at without the way to them.
_BRANCHES = 4


class Violation(NamedTuple):
    """A constraint that does not hold.

    Attributes:
        focus: the focus node.
        value: the value at fault, None where no single one is.
        bound: variables of the solution, for SPARQL-based constraints.
    """

    focus: Term
    value: Term | None
    bound: dict[str, Term] | None = None


class Engine:
    """Validate the data of a store for validation, to which nothing but mentions may be added meanwhile."""

    def __init__(self, bench: ValidationStore) -> None:
        self.bench = bench
        self.values = ValueNodes(bench, self.failing)

    # ---- from targets to results ----

    def scope(self, shape: Shape) -> Scope:
        """Return the focus nodes of a shape's targets."""
        nodes = [target.value for target in shape.targets if target.kind == "node"]
        mark = self.bench.node_set(nodes) if nodes else ""
        self.bench.mention(nodes)
        return Scope.of_targets(shape.targets, mark, self.values.subclasses)

    def results(
        self, shape: Shape, scope: Scope, clean: Container[int] = ()
    ) -> Iterator[tuple[Term, ValidationResult]]:
        """Yield each node of a scope with a result it has (section 3.4).

        What a property shape finds about a value node is found once for each node it is a value of.
        Constraints whose `id` is in `clean` are known to hold.
        """
        if shape.deactivated:
            return
        holding = self._clean(shape, scope)
        for constraint in shape.constraints:
            if constraint.component == "Property" and id(constraint) not in clean:
                yield from self._inner_results(constraint.value, shape, scope, holding)
        for constraint, hit in self._hits(shape, scope, clean):
            yield hit.focus, _result(shape, constraint, hit)

    def _clean(self, shape: Shape, scope: Scope) -> set[int]:
        """Return the `id` of constraints of property shapes that hold for a whole scope."""
        if shape.path is not None:
            return set()
        if scope.branches > _BRANCHES:
            return self._clean_everywhere(shape, scope.variable)
        clean, faults = self._faults(shape, scope.variable)
        for start in range(0, len(faults), _LOT):
            lot = faults[start : start + _LOT]
            anything = " || ".join(f"({wrong})" for _, wrong in lot)
            if not self.bench.rows(
                f"SELECT {scope.variable} {{ {scope.text()} FILTER({anything}) }} LIMIT 1"
            ):
                clean = clean.union(*(numbers for numbers, _ in lot))
        return clean

    def _clean_everywhere(self, shape: Shape, focus: str) -> set[int]:
        """Return the `id` of constraints that no value of their property breaks, whatever it is a value of.

        Where there are many kinds of targets, all values of a property are fewer than the ways to them.
        """
        clean: set[int] = set()
        patterns: dict[str, tuple[list[NamedNode], set[int]]] = {}
        for inner in shape.inner():
            if not isinstance(inner.path, NamedNode) or inner.deactivated:
                continue
            singles = self._singles(inner, focus)
            if not self.bench.has_property(inner.path):  # no value, no fault
                clean.update(singles)
            elif singles:
                paths, numbers = patterns.setdefault(" || ".join(singles.values()), ([], set()))
                paths.append(inner.path)
                numbers.update(singles)
        for wrong, (paths, numbers) in patterns.items():
            names = " ".join(map(str, dict.fromkeys(paths)))
            if not self.bench.rows(
                f"SELECT {focus} {{ VALUES {focus}p {{ {names} }}"
                f" {focus} {focus}p {focus}v FILTER({wrong}) }} LIMIT 1"
            ):
                clean |= numbers
        return clean

    def _faults(self, shape: Shape, focus: str) -> tuple[set[int], list[tuple[set[int], str]]]:
        """Return the `id` of constraints of plain properties, apart those that cannot be broken.

        The others come with an expression that is true for a focus node at fault. Values that break a
        pattern are looked for in all its properties at once: compiling one costs a millisecond.
        """
        faults: list[tuple[set[int], str]] = []
        absent: set[int] = set()
        patterns: dict[str, tuple[list[NamedNode], set[int]]] = {}
        for inner in shape.inner():
            if not isinstance(inner.path, NamedNode) or inner.deactivated:
                continue
            present = self.bench.has_property(inner.path)
            singles = self._singles(inner, focus)
            others = (c for c in inner.constraints if id(c) not in singles)
            faults += (
                ({id(other)}, wrong)
                for other in others
                if (wrong := fault_along(other, focus, inner.path, self.values.subclasses))
            )
            anything = " || ".join(singles.values())
            if not present:  # no value, no fault
                absent.update(singles)
            elif "REGEX(" in anything:
                paths, numbers = patterns.setdefault(anything, ([], set()))
                paths.append(inner.path)
                numbers.update(singles)
            elif singles:
                faults.append((set(singles), some_value(focus, [inner.path], anything)))
        faults += [
            (numbers, some_value(focus, paths, wrong))
            for wrong, (paths, numbers) in patterns.items()
        ]
        return absent, faults

    def _singles(self, inner: Shape, focus: str) -> dict[int, str]:
        """Return for each constraint on single values, by `id`, when `{focus}v` breaks it."""
        faults = (
            (id(constraint), value_fault(constraint, focus, self.values.subclasses))
            for constraint in inner.constraints
        )
        return {number: f"({wrong})" for number, wrong in faults if wrong is not None}

    def _inner_results(
        self, inner: Shape, shape: Shape, scope: Scope, clean: Container[int]
    ) -> Iterator[tuple[Term, ValidationResult]]:
        results = self.results(inner, scope.along(shape.path), clean)
        if shape.path is None:
            yield from results
            return
        of_value: dict[Term, list[ValidationResult]] = {}
        for value, result in results:
            of_value.setdefault(value, []).append(result)
        for focus, value in self.values.pairs_with(shape, scope, of_value):
            for result in of_value[value]:
                yield focus, result

    def failing(self, shape: Shape, scope: Scope) -> frozenset[Term]:
        """Return the nodes of a scope that do not conform to a shape (section 3.4.2)."""
        if shape.deactivated:
            return frozenset()
        failing = {hit.focus for _, hit in self._hits(shape, scope)}
        for constraint in shape.constraints:
            if constraint.component == "Property":
                values = scope.along(shape.path)
                bad = self.failing(constraint.value, values)
                failing |= {focus for focus, _ in self.values.pairs_with(shape, scope, bad)}
        return frozenset(failing)

    def _hits(
        self, shape: Shape, scope: Scope, clean: Container[int] = ()
    ) -> Iterator[tuple[Constraint, Violation]]:
        """Yield the violations of each constraint but `sh:property`."""
        left = [c for c in shape.constraints if c.component != "Property" and id(c) not in clean]
        faults = ((constraint, self._fault(constraint, shape, scope)) for constraint in left)
        singles = [(constraint, fault) for constraint, fault in faults if fault is not None]
        screened = {id(constraint) for constraint, _ in singles}
        yield from self._screen(singles, shape, scope)
        for constraint in shape.constraints:
            component = constraint.component
            if component == "Datatype":
                hits: Iterable[Violation] = self._ill_formed(constraint.value, shape, scope)
            elif id(constraint) in clean:
                continue
            elif component == "SPARQL":
                hits = self._solutions(constraint.value, scope)
            elif component in sets.QUESTIONS:
                rows = sets.QUESTIONS[component](self.values, constraint, shape, scope)
                hits = (Violation(*row) for row in rows)
            elif component in logic.RULES and id(constraint) not in screened:
                rows = logic.RULES[component](self.values, constraint, shape, scope)
                hits = (Violation(*row) for row in rows)
            else:
                continue
            for hit in hits:
                yield constraint, hit

    # ---- single values ----

    def _fault(self, constraint: Constraint, shape: Shape, scope: Scope) -> str | None:
        values = scope.along(shape.path)
        return fault(constraint, scope.variable, values.variable, self.values.subclasses)

    def _screen(
        self, singles: list[tuple[Constraint, str]], shape: Shape, scope: Scope
    ) -> Iterator[tuple[Constraint, Violation]]:
        """Query for values that break any constraint, and for each constraint only if there are some."""
        if not singles:
            return
        anything = " || ".join(f"({expression})" for _, expression in singles)
        rows = self.values.pairs(shape, scope, f"FILTER({anything})")
        if not rows:
            return
        for constraint, expression in singles:
            if len(singles) > 1:
                rows = self.values.pairs(shape, scope, f"FILTER({expression})")
            for row in rows:
                yield constraint, Violation(*row)

    def _ill_formed(self, datatype: NamedNode, shape: Shape, scope: Scope) -> Iterator[Violation]:
        """Yield literals outside of the lexical space of their datatype."""
        if not needs_python(datatype.value):
            return
        values = scope.along(shape.path)
        literals = self.bench.rows(
            f"SELECT DISTINCT {values.variable} {{ {values.text()} "
            f"FILTER(datatype({values.variable}) IN ({datatypes(datatype)})) }}"
        )
        bad = {v for (v,) in literals if not is_well_formed(v.value, datatype.value)}
        for row in self.values.pairs_with(shape, scope, bad):
            yield Violation(*row)

    def _solutions(self, query: SparqlConstraint, scope: Scope) -> Iterator[Violation]:
        """Yield the solutions of a SPARQL-based constraint."""
        text = query.select.replace(SLOT, scope.text("?this"))
        names, rows = self.bench.table(text, by_value=True)
        for row in dict.fromkeys(rows):
            bound = {n: term for n, term in zip(names, row, strict=True) if term is not None}
            if "this" in bound:
                this = bound["this"]
                bound |= {n: self.bench.written(this, term) for n, term in bound.items()}
                yield Violation(this, bound.get("value"), bound)


def _result(shape: Shape, constraint: Constraint, hit: Violation) -> ValidationResult:
    """Return the validation result of a violation (section 3.6.2)."""
    query = constraint.value if isinstance(constraint.value, SparqlConstraint) else None
    path, value, messages = shape.path, hit.value, shape.messages
    bound = hit.bound or {}
    solution_path = bound.get("path")
    if path is None and isinstance(solution_path, NamedNode):
        path = solution_path
    if query is not None:
        if value is None and shape.path is None:
            value = hit.focus
        own = bound.get("message")
        chosen = (own,) if isinstance(own, Literal) else query.messages or messages
        messages = fill_messages(chosen, bound)
    return ValidationResult(
        hit.focus,
        path,
        value,
        SH(f"{constraint.component}ConstraintComponent").value,
        shape.node,
        shape.severity,
        messages or (english(sentence(constraint)),),
        logic.involved_properties(constraint, shape),
        query.node if query else None,
    )
