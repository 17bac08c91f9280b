"""Constraints on all values of a focus node together, as queries to the store.

Cardinality, pairs of properties, closed shapes, required values (SHACL sections 4.2, 4.4.5, 4.5 and
4.8). Each function yields focus node and value at fault, None where no single value is. What no
single pattern can exclude is excluded with MINUS: NOT EXISTS over two patterns was measured to be 20
times slower.
"""

from __future__ import annotations

from collections.abc import Callable

from ogpld.rdf import NamedNode
from ogpld.shacl.literal_order import holds
from ogpld.shacl.property_paths import sparql
from ogpld.shacl.scope import Scope
from ogpld.shacl.shapes import Constraint, Shape
from ogpld.shacl.value_nodes import Rows, ValueNodes
from ogpld.stores.as_written import stand_in


def _without(nodes: ValueNodes, shape: Shape, scope: Scope, value: str) -> Rows:
    """Yield the focus nodes whose path does not lead to a value, or to any (a variable)."""
    focus = scope.variable
    if shape.path is None:
        missing = f"FILTER(!sameTerm({focus}, {value}))"
    elif isinstance(shape.path, NamedNode):
        missing = f"FILTER NOT EXISTS {{ {focus} {shape.path} {value} }}"
    else:
        missing = f"MINUS {{ {scope.text()} {focus} {sparql(shape.path)} {value} }}"
    rows = nodes.bench.rows(f"SELECT DISTINCT {focus} {{ {scope.text()} {missing} }}")
    return ((node, None) for (node,) in rows)


def min_count(nodes: ValueNodes, constraint: Constraint, shape: Shape, scope: Scope) -> Rows:
    """Yield focus nodes with fewer values than `sh:minCount` (section 4.2.1)."""
    if constraint.value == 0:
        return ()
    if constraint.value == 1:
        return _without(nodes, shape, scope, "?any")
    counted = nodes.count_values(nodes.pairs(shape, scope))
    return ((n, None) for n in nodes.of(scope) if counted[n] < constraint.value)


def max_count(nodes: ValueNodes, constraint: Constraint, shape: Shape, scope: Scope) -> Rows:
    """Yield focus nodes with more values than `sh:maxCount` (section 4.2.2)."""
    values = scope.along(shape.path)
    if constraint.value == 0:
        return ((focus, None) for focus in nodes.count_values(nodes.pairs(shape, scope)))
    if isinstance(shape.path, NamedNode) and constraint.value == 1:
        second = f"{scope.variable} {shape.path} ?other"
        rows = nodes.bench.rows(
            f"SELECT DISTINCT {scope.variable} {{ {values.text()} {second} "
            f"FILTER(!sameTerm(?other, {values.variable})) }}"
        )
        return ((focus, None) for (focus,) in rows)
    counted = nodes.count_values(nodes.pairs(shape, scope))
    return ((focus, None) for focus, number in counted.items() if number > constraint.value)


def has_value(nodes: ValueNodes, constraint: Constraint, shape: Shape, scope: Scope) -> Rows:
    """Yield focus nodes without the value of `sh:hasValue` (section 4.8.2)."""
    return _without(nodes, shape, scope, str(stand_in(constraint.value)))


def unique_lang(nodes: ValueNodes, _: Constraint, shape: Shape, scope: Scope) -> Rows:
    """Yield a focus node once for each language tag that several values have (section 4.4.5)."""
    values, other = scope.along(shape.path), Scope(scope.pattern, scope.depth).along(shape.path)
    value = values.variable
    second = other.text("?other")
    rows = nodes.bench.rows(
        f"SELECT DISTINCT {scope.variable} (LCASE(LANG({value})) AS ?tag) {{ {values.text()} "
        f"FILTER(LANG({value}) != '') {second} "
        f"FILTER(LCASE(LANG(?other)) = LCASE(LANG({value})) && !sameTerm(?other, {value})) }}"
    )
    return ((focus, None) for focus, _ in rows)


def equals(nodes: ValueNodes, constraint: Constraint, shape: Shape, scope: Scope) -> Rows:
    """Yield values of the property of `sh:equals` to which the path does not lead (section 4.5.1)."""
    focus, values = scope.variable, scope.along(shape.path)
    if shape.path is None:
        condition = f"FILTER(!sameTerm({focus}, ?other))"
    else:
        condition = f"MINUS {{ {values.text('?other')} }}"
    return nodes.bench.rows(
        f"SELECT DISTINCT {focus} ?other {{ {scope.text()} {focus} {constraint.value} ?other "
        f"{condition} }}"
    )


def disjoint(nodes: ValueNodes, constraint: Constraint, shape: Shape, scope: Scope) -> Rows:
    """Yield values that the property of `sh:disjoint` has as well (section 4.5.2)."""
    focus, values = scope.variable, scope.along(shape.path)
    if shape.path is None:
        return nodes.pairs(shape, scope, f"FILTER EXISTS {{ {focus} {constraint.value} {focus} }}")
    return nodes.pairs(shape, scope, f"{focus} {constraint.value} {values.variable}")


def _less(sign: str) -> Callable[[ValueNodes, Constraint, Shape, Scope], Rows]:
    def less(nodes: ValueNodes, constraint: Constraint, shape: Shape, scope: Scope) -> Rows:
        """Yield each pair of values that is not in order (sections 4.5.3 and 4.5.4)."""
        focus, value = scope.variable, scope.along(shape.path).variable
        rows = nodes.bench.rows(
            f"SELECT DISTINCT {focus} {value} ?other {{ {scope.along(shape.path).text()} "
            f"{focus} {constraint.value} ?other FILTER(!{holds(value, sign, '?other')}) }}"
        )
        return ((row[0], row[1]) for row in rows)

    return less


def closed(nodes: ValueNodes, constraint: Constraint, _: Shape, scope: Scope) -> Rows:
    """Yield each value of a property that `sh:closed` does not allow (section 4.8.1)."""
    allowed = ", ".join(f"<{iri}>" for iri in constraint.value)
    focus = scope.variable
    rows = nodes.bench.rows(
        f"SELECT DISTINCT {focus} ?property ?other {{ {scope.text()} {focus} ?property ?other "
        f"FILTER(?property NOT IN ({allowed})) }}"
    )
    return ((node, value, {"path": path}) for node, path, value in rows)


#: By local name of the component, without the ending `ConstraintComponent`.
QUESTIONS: dict[str, Callable[[ValueNodes, Constraint, Shape, Scope], Rows]] = {
    "MinCount": min_count,
    "MaxCount": max_count,
    "HasValue": has_value,
    "UniqueLang": unique_lang,
    "Equals": equals,
    "Disjoint": disjoint,
    "LessThan": _less("<"),
    "LessThanOrEquals": _less("<="),
    "Closed": closed,
}
