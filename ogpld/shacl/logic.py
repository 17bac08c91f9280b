"""Constraints that refer to shapes: sets of failing nodes, joined (SHACL sections 4.6 and 4.7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from ogpld.shacl.patterns import failing
from ogpld.shacl.property_paths import first_steps
from ogpld.shacl.scope import LAST, Scope
from ogpld.shacl.shapes import Constraint, Qualified, Shape, inner_shapes

if TYPE_CHECKING:
    from ogpld.shacl.engine import Engine

Rows = Iterable[tuple[Any, ...]]


def node(engine: Engine, constraint: Constraint, shape: Shape, scope: Scope) -> Rows:
    """Section 4.7.1."""
    bad = engine.failing(constraint.value, scope.along(shape.path))
    return engine.pairs_with(shape, scope, bad)


def negation(engine: Engine, constraint: Constraint, shape: Shape, scope: Scope) -> Rows:
    """Section 4.6.1."""
    values = scope.along(shape.path)
    bad = engine.nodes(values) - engine.failing(constraint.value, values)
    return engine.pairs_with(shape, scope, bad)


def conjunction(engine: Engine, constraint: Constraint, shape: Shape, scope: Scope) -> Rows:
    """Section 4.6.2."""
    values = scope.along(shape.path)
    bad = set().union(*(engine.failing(member, values) for member in constraint.value))
    return engine.pairs_with(shape, scope, bad)


def disjunction(engine: Engine, constraint: Constraint, shape: Shape, scope: Scope) -> Rows:
    """Section 4.6.3."""
    values = scope.along(shape.path)
    apart = []
    for member in constraint.value:
        expression = failing(member, LAST, engine.subclasses)
        if expression is None:
            apart.append(member)
        else:  # who meets this member need not be asked about the others
            values = values.where(expression)
    bad = engine.nodes(values)
    for member in apart:
        if not bad:
            break
        bad &= engine.failing(member, values)
    return engine.pairs_with(shape, scope, bad)


def exactly_one(engine: Engine, constraint: Constraint, shape: Shape, scope: Scope) -> Rows:
    """Section 4.6.4."""
    values = scope.along(shape.path)
    failed = Counter(n for m in constraint.value for n in engine.failing(m, values))
    wanted = len(constraint.value) - 1
    bad = {n for n in engine.nodes(values) if failed[n] != wanted}
    return engine.pairs_with(shape, scope, bad)


def _conforming(engine: Engine, qualified: Qualified, shape: Shape, scope: Scope) -> Counter[Any]:
    """Count the values of each focus node that meet the qualified shape (section 4.7.3)."""
    values = scope.along(shape.path)
    everything = engine.nodes(values)
    good = everything - engine.failing(qualified.shape, values)
    for sibling in qualified.disjoint:
        good -= everything - engine.failing(sibling, values)
    return engine.counted(pair for pair in engine.pairs(shape, scope) if pair[1] in good)


def qualified_min(engine: Engine, constraint: Constraint, shape: Shape, scope: Scope) -> Rows:
    """Section 4.7.3, `sh:qualifiedMinCount`."""
    qualified: Qualified = constraint.value
    counted = _conforming(engine, qualified, shape, scope)
    return ((n, None) for n in engine.nodes(scope) if counted[n] < (qualified.minimum or 0))


def qualified_max(engine: Engine, constraint: Constraint, shape: Shape, scope: Scope) -> Rows:
    """Section 4.7.3, `sh:qualifiedMaxCount`."""
    qualified: Qualified = constraint.value
    counted = _conforming(engine, qualified, shape, scope)
    return ((n, None) for n, number in counted.items() if number > (qualified.maximum or 0))


def involved(constraint: Constraint, shape: Shape) -> tuple[str, ...]:
    """Return the properties of the focus node that a constraint looks at besides its path."""
    found: list[str] = []
    if shape.path is not None:
        return (constraint.value.value,) if constraint.component in _COMPARED else ()
    if constraint.component in _COMPARED:
        found.append(constraint.value.value)
    for inner in inner_shapes(constraint):
        found += _looked_at(inner)
    return tuple(dict.fromkeys(found))


_COMPARED = {"Equals", "Disjoint", "LessThan", "LessThanOrEquals"}


def _looked_at(shape: Shape) -> list[str]:
    found = list(first_steps(shape.path)) if shape.path is not None else []
    for constraint in shape.constraints:
        if constraint.component in _COMPARED:
            found.append(constraint.value.value)
        if shape.path is None:
            for inner in inner_shapes(constraint):
                found += _looked_at(inner)
    return found


#: By component.
RULES: dict[str, Callable[[Engine, Constraint, Shape, Scope], Rows]] = {
    "Node": node,
    "Not": negation,
    "And": conjunction,
    "Or": disjunction,
    "Xone": exactly_one,
    "QualifiedMinCount": qualified_min,
    "QualifiedMaxCount": qualified_max,
}
