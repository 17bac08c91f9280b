"""Constraints that refer to shapes: sets of failing nodes, joined (SHACL sections 4.6 and 4.7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from ogpld.shacl.patterns import failing_expression
from ogpld.shacl.property_paths import first_steps
from ogpld.shacl.scope import LAST, Scope
from ogpld.shacl.shapes import Constraint, QualifiedValueShape, Shape, inner_shapes
from ogpld.shacl.value_nodes import Rows, ValueNodes


def node(nodes: ValueNodes, constraint: Constraint, shape: Shape, scope: Scope) -> Rows:
    """Yield values that do not conform to the shape of `sh:node` (section 4.7.1)."""
    bad = nodes.failing(constraint.value, scope.along(shape.path))
    return nodes.pairs_with(shape, scope, bad)


def negation(nodes: ValueNodes, constraint: Constraint, shape: Shape, scope: Scope) -> Rows:
    """Yield values that conform to the shape of `sh:not` (section 4.6.1)."""
    values = scope.along(shape.path)
    bad = nodes.of(values) - nodes.failing(constraint.value, values)
    return nodes.pairs_with(shape, scope, bad)


def conjunction(nodes: ValueNodes, constraint: Constraint, shape: Shape, scope: Scope) -> Rows:
    """Yield values that fail some shape of `sh:and` (section 4.6.2)."""
    values = scope.along(shape.path)
    bad = set().union(*(nodes.failing(member, values) for member in constraint.value))
    return nodes.pairs_with(shape, scope, bad)


def disjunction(nodes: ValueNodes, constraint: Constraint, shape: Shape, scope: Scope) -> Rows:
    """Yield values that fail every shape of `sh:or` (section 4.6.3)."""
    values = scope.along(shape.path)
    apart = []
    for member in constraint.value:
        expression = failing_expression(member, LAST, nodes.subclasses)
        if expression is None:
            apart.append(member)
        else:  # who meets this member need not be asked about the others
            values = values.where(expression)
    bad = nodes.of(values)
    for member in apart:
        if not bad:
            break
        bad &= nodes.failing(member, values)
    return nodes.pairs_with(shape, scope, bad)


def exactly_one(nodes: ValueNodes, constraint: Constraint, shape: Shape, scope: Scope) -> Rows:
    """Yield values that conform to none or several shapes of `sh:xone` (section 4.6.4)."""
    values = scope.along(shape.path)
    failed = Counter(n for m in constraint.value for n in nodes.failing(m, values))
    wanted = len(constraint.value) - 1
    bad = {n for n in nodes.of(values) if failed[n] != wanted}
    return nodes.pairs_with(shape, scope, bad)


def _conforming(
    nodes: ValueNodes, qualified: QualifiedValueShape, shape: Shape, scope: Scope
) -> Counter[Any]:
    """Count the values of each focus node that meet the qualified shape (section 4.7.3)."""
    values = scope.along(shape.path)
    everything = nodes.of(values)
    good = everything - nodes.failing(qualified.shape, values)
    for sibling in qualified.disjoint:
        good -= everything - nodes.failing(sibling, values)
    return nodes.count_values(pair for pair in nodes.pairs(shape, scope) if pair[1] in good)


def qualified_min(nodes: ValueNodes, constraint: Constraint, shape: Shape, scope: Scope) -> Rows:
    """Yield focus nodes with fewer conforming values than `sh:qualifiedMinCount` (section 4.7.3)."""
    qualified: QualifiedValueShape = constraint.value
    counted = _conforming(nodes, qualified, shape, scope)
    return ((n, None) for n in nodes.of(scope) if counted[n] < (qualified.minimum or 0))


def qualified_max(nodes: ValueNodes, constraint: Constraint, shape: Shape, scope: Scope) -> Rows:
    """Yield focus nodes with more conforming values than `sh:qualifiedMaxCount` (section 4.7.3)."""
    qualified: QualifiedValueShape = constraint.value
    counted = _conforming(nodes, qualified, shape, scope)
    return ((n, None) for n, number in counted.items() if number > (qualified.maximum or 0))


def involved_properties(constraint: Constraint, shape: Shape) -> tuple[str, ...]:
    """Return the properties of the focus node that a constraint looks at besides its path."""
    properties: list[str] = []
    if shape.path is not None:
        return (constraint.value.value,) if constraint.component in _COMPARED else ()
    if constraint.component in _COMPARED:
        properties.append(constraint.value.value)
    for inner in inner_shapes(constraint):
        properties += _properties(inner)
    return tuple(dict.fromkeys(properties))


_COMPARED = {"Equals", "Disjoint", "LessThan", "LessThanOrEquals"}


def _properties(shape: Shape) -> list[str]:
    """Return the properties of a focus node that a shape looks at, with those of shapes it refers to."""
    properties = list(first_steps(shape.path)) if shape.path is not None else []
    for constraint in shape.constraints:
        if constraint.component in _COMPARED:
            properties.append(constraint.value.value)
        if shape.path is None:
            for inner in inner_shapes(constraint):
                properties += _properties(inner)
    return properties


#: By local name of the component, without the ending `ConstraintComponent`.
RULES: dict[str, Callable[[ValueNodes, Constraint, Shape, Scope], Rows]] = {
    "Node": node,
    "Not": negation,
    "And": conjunction,
    "Or": disjunction,
    "Xone": exactly_one,
    "QualifiedMinCount": qualified_min,
    "QualifiedMaxCount": qualified_max,
}
