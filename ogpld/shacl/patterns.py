"""Constraints on single values, as SPARQL expressions (SHACL sections 4.1 to 4.4, 4.5.1, 4.8.3).

An expression is true for values that break the constraint and never an error, as a FILTER drops a
solution whose expression is one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ogpld.rdf import RDF, XSD, Literal, NamedNode
from ogpld.shacl.literal_order import holds, well_formed
from ogpld.shacl.shapes import Constraint, Shape
from ogpld.shacl.wellformed import ill_formed, needs_python
from ogpld.stores.as_written import datatypes, stand_in
from ogpld.stores.xpath_regex import engine_regex

KINDS = {
    "IRI": "!isIRI({v})",
    "BlankNode": "!isBlank({v})",
    "Literal": "!isLiteral({v})",
    "BlankNodeOrIRI": "isLiteral({v})",
    "BlankNodeOrLiteral": "isIRI({v})",
    "IRIOrLiteral": "isBlank({v})",
}
_COMPARISONS = {
    "MinExclusive": ">",
    "MinInclusive": ">=",
    "MaxExclusive": "<",
    "MaxInclusive": "<=",
}
_LENGTHS = {"MinLength": "<", "MaxLength": ">"}
#: Characters of a variable's name past which expressions nest no deeper.
_NESTED = 12
#: Subclasses that are looked up one by one; with more of them the property path is as fast.
_LISTED = 8

#: Classes of which a node is an instance when it is one of the class given.
Subclasses = Callable[[NamedNode], frozenset[NamedNode]]


def fault(constraint: Constraint, focus: str, value: str, subclasses: Subclasses) -> str | None:
    """Return the expression that is true for a value that breaks a constraint.

    None for constraints of another kind.

    Args:
        constraint: what is to hold.
        focus: variable of the focus node.
        value: variable of the value node.
        subclasses: the class hierarchy of the data.
    """
    given = constraint.value
    match constraint.component:
        case "NodeKind":
            return KINDS[given].format(v=value)
        case "Datatype":
            wrong = ill_formed(given.value, value, well_formed(value))
            form = f" || {wrong}" if wrong else ""
            return f"!isLiteral({value}) || {_other_datatype(given, value)}{form}"
        case "Class":
            return _not_instance(given, value, subclasses)
        case "MinLength" | "MaxLength" as name:
            return f"isBlank({value}) || STRLEN(STR({value})) {_LENGTHS[name]} {given}"
        case "Pattern":
            return f"isBlank({value}) || !REGEX(STR({value}), {_regex(given)})"
        case "LanguageIn":
            return f"!isLiteral({value}) || LANG({value}) = '' || {_no_language(given, value)}"
        case "In":
            return _not_in(given, value)
        case "Equals":
            return f"isLiteral({focus}) || NOT EXISTS {{ {focus} {given} {value} }}"
        case name if name in _COMPARISONS:
            return f"!{holds(value, _COMPARISONS[name], str(given))}"
    return _shape_fault(constraint, value, subclasses)


def _shape_fault(constraint: Constraint, value: str, subclasses: Subclasses) -> str | None:
    """Return the expression for a constraint that refers to shapes, None if one has none."""
    given = constraint.value
    match constraint.component:
        case "Node" | "Property":
            return failing_expression(given, value, subclasses)
        case "Not":
            inner = failing_expression(given, value, subclasses)
            return None if inner is None else f"!({inner})"
        case "And" | "Or" as name:
            inners = [failing_expression(shape, value, subclasses) for shape in given]
            if not given or None in inners:
                return None
            return (" || " if name == "And" else " && ").join(f"({inner})" for inner in inners)
    return None


def failing_expression(shape: Shape, value: str, subclasses: Subclasses) -> str | None:
    """Return the expression that is true for a node that does not conform to a shape.

    Only shapes without a path, and plain properties of which existence or single values are asked,
    have one; of the others the engine asks apart.
    """
    if shape.deactivated:
        return "false"
    if shape.path is not None and not isinstance(shape.path, NamedNode):
        return None
    wrong = []
    for constraint in shape.constraints:
        if constraint.component == "Datatype" and needs_python(constraint.value.value):
            return None
        if shape.path is None:
            expression = fault(constraint, value, value, subclasses)
        else:
            expression = fault_along(constraint, value, shape.path, subclasses)
        if expression is None:
            return None
        wrong.append(f"({expression})")
    return " || ".join(wrong) or "false"


def fault_along(
    constraint: Constraint, focus: str, path: NamedNode, subclasses: Subclasses
) -> str | None:
    """Return the expression for a constraint on the values of a plain property.

    It is true for focus nodes at fault; where Python has to look at the form of literals, only for
    those with another datatype.
    """
    given, value, other = constraint.value, f"{focus}v", f"{focus}w"
    if len(value) > _NESTED:
        return None
    match (constraint.component, given):
        case ("MinCount", 1):
            return f"NOT EXISTS {{ {focus} {path} {value} }}"
        case ("MaxCount", 0):
            return f"EXISTS {{ {focus} {path} {value} }}"
        case ("HasValue", _):
            return f"NOT EXISTS {{ {focus} {path} {stand_in(given)} }}"
        case ("MaxCount", 1):
            differ = f"FILTER(!sameTerm({value}, {other}))"
            return f"EXISTS {{ {focus} {path} {value} . {focus} {path} {other} {differ} }}"
        case ("UniqueLang", _):
            tags = f"LCASE(LANG({value})) = LCASE(LANG({other})) && LANG({value}) != ''"
            differ = f"FILTER({tags} && !sameTerm({value}, {other}))"
            return f"EXISTS {{ {focus} {path} {value} . {focus} {path} {other} {differ} }}"
    expression = value_fault(constraint, focus, subclasses)
    return None if expression is None else some_value(focus, [path], expression)


def value_fault(constraint: Constraint, focus: str, subclasses: Subclasses) -> str | None:
    """Return the expression for a constraint on each value of a plain property, None for another one."""
    if constraint.component in {"Equals", "HasValue"} or len(focus) >= _NESTED:
        return None
    return fault(constraint, focus, f"{focus}v", subclasses)


def some_value(focus: str, paths: Sequence[NamedNode], expression: str) -> str:
    """Say that an expression of `value_fault` is true for some value of one of the properties."""
    if len(paths) == 1:
        return f"EXISTS {{ {focus} {paths[0]} {focus}v FILTER({expression}) }}"
    names = ", ".join(map(str, dict.fromkeys(paths)))
    some = f"{focus}p IN ({names}) && ({expression})"
    return f"EXISTS {{ {focus} {focus}p {focus}v FILTER({some}) }}"


def regex(pattern: str, flags: str) -> str:
    """Return an expression that tries a pattern; unbound when the engine cannot run it."""
    return f"REGEX('', {_regex((pattern, flags))})"


def _regex(given: tuple[str, str]) -> str:
    expression = engine_regex(*given)
    options = f", {Literal(expression.flags)}" if expression.flags else ""
    return f"{Literal(expression.pattern)}{options}"


def _other_datatype(wanted: NamedNode, value: str) -> str:
    """Say that a literal is of another datatype; those of XML Schema may be stored as stand-ins."""
    if XSD("string") == wanted or not wanted.value.startswith(XSD.iri):
        return f"datatype({value}) != {wanted}"
    return f"datatype({value}) NOT IN ({datatypes(wanted)})"


def _not_instance(wanted: NamedNode, value: str, subclasses: Subclasses) -> str:
    kinds = sorted(subclasses(wanted), key=str)
    if len(kinds) > _LISTED:
        way = f"{RDF('type')}/<http://www.w3.org/2000/01/rdf-schema#subClassOf>*"
        return f"isLiteral({value}) || NOT EXISTS {{ {value} {way} {wanted} }}"
    missing = " && ".join(f"NOT EXISTS {{ {value} {RDF('type')} {kind} }}" for kind in kinds)
    return f"isLiteral({value}) || ({missing})"


def _no_language(tags: tuple[str, ...], value: str) -> str:
    return " && ".join(f"!langMatches(LANG({value}), {Literal(tag)})" for tag in tags) or "true"


def _not_in(terms: tuple[Any, ...], value: str) -> str:
    """Compare as terms: `1` is not `1.0` (section 4.8.3)."""
    nodes = ", ".join(str(term) for term in terms if isinstance(term, NamedNode))
    others = [term for term in terms if not isinstance(term, NamedNode)]
    wrong = [f"!sameTerm({value}, {stand_in(term)})" for term in others]
    if nodes:
        wrong.append(f"{value} NOT IN ({nodes})")
    return " && ".join(wrong) or "true"
