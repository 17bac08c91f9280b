"""The parameters of constraint components: one function a kind of parameter (SHACL section 4).

Each returns the constraints that a value of the parameter makes, or raises `IllFormedShapeError` for what is
outside of the compiled subset.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ogpld.errors import UsageError
from ogpld.rdf import SH, BlankNode, Literal, NamedNode, Triple, term_text
from ogpld.shacl import patterns
from ogpld.shacl import sparql_constraints as queries
from ogpld.shacl.patternreads import query_reads
from ogpld.shacl.property_paths import sparql
from ogpld.shacl.shapes import Constraint, Node, QualifiedValueShape, Shape, SparqlConstraint, Term
from ogpld.shacl.shapes_graph import IllFormedShapeError, ShapesGraph
from ogpld.stores.xpath_regex import RegexError


class ShapeReader(Protocol):
    """The part of the reader of shapes that reading a parameter needs."""

    graph: ShapesGraph

    def shape(self, node: Term) -> Shape:
        """Return another shape."""

    def messages(self, node: Node) -> tuple[Literal, ...]:
        """Return the messages of a shape or constraint."""


def a_term(_reader: ShapeReader, _: Node, name: str, value: Term) -> list[Constraint]:
    """Read a term as it is."""
    return [Constraint(_component(name), value)]


def an_iri(_reader: ShapeReader, _: Node, name: str, value: Term) -> list[Constraint]:
    """Read an IRI."""
    if not isinstance(value, NamedNode):
        raise IllFormedShapeError(f"sh:{name} is no IRI")
    return [Constraint(_component(name), value)]


def a_kind(_reader: ShapeReader, _: Node, name: str, value: Term) -> list[Constraint]:
    """Read a node kind (section 4.1.3)."""
    if not isinstance(value, NamedNode) or SH.local(value.value) not in patterns.KINDS:
        raise IllFormedShapeError(f"sh:{name} is none of the six node kinds")
    return [Constraint(_component(name), SH.local(value.value))]


def a_number(reader: ShapeReader, node: Node, name: str, _: Term) -> list[Constraint]:
    """Read a whole number."""
    return [Constraint(_component(name), reader.graph.number(node, SH(name)))]


def a_literal(_reader: ShapeReader, _: Node, name: str, value: Term) -> list[Constraint]:
    """Read the literal of a value range (section 4.3)."""
    if not isinstance(value, Literal):
        raise IllFormedShapeError(f"sh:{name} is no literal")
    return [Constraint(_component(name), value)]


def a_flag(reader: ShapeReader, node: Node, name: str, _: Term) -> list[Constraint]:
    """Read a boolean; `false` makes no constraint."""
    on = reader.graph.flag(node, SH(name))
    return [Constraint(_component(name), on)] if on else []


def a_pattern(reader: ShapeReader, node: Node, name: str, value: Term) -> list[Constraint]:
    """Read a regular expression and its flags (section 4.4.3).

    Raises:
        UsageError: for one that is none, or cannot be run: no other validator would be right about it.
    """
    flags = reader.graph.one(node, SH("flags"))
    if not isinstance(value, Literal):
        raise IllFormedShapeError("sh:pattern is no text")
    options = term_text(flags) if flags else ""
    try:
        expression = patterns.regex(value.value, options)
    except RegexError as error:
        raise unusable_pattern(node, value, str(error)) from error
    if not queries.runs(expression):
        raise unusable_pattern(node, value, "it is too large for the engine")
    return [Constraint(_component(name), (value.value, options))]


def unusable_pattern(node: Node, pattern: Term, reason: str) -> UsageError:
    """Return the error for an `sh:pattern` that is not run."""
    return UsageError(
        f"{node}: the pattern {term_text(pattern)!r} cannot be run: {reason}",
        hint="write it as XPath's fn:matches takes it (XML Schema part 2, appendix F); "
        "nothing was validated",
    )


def a_list(reader: ShapeReader, _: Node, name: str, value: Term) -> list[Constraint]:
    """Read a list of terms."""
    members = tuple(reader.graph.members(value))
    if any(isinstance(member, BlankNode) for member in members):
        raise IllFormedShapeError(f"sh:{name} holds a blank node")
    if name == "languageIn":
        return [Constraint("LanguageIn", tuple(term_text(m) for m in members))]
    return [Constraint(_component(name), members)]


def a_shape(reader: ShapeReader, _: Node, name: str, value: Term) -> list[Constraint]:
    """Read a shape."""
    shape = reader.shape(value)
    if name == "property" and shape.path is None:
        raise IllFormedShapeError("sh:property names a shape without path")
    if name == "node" and shape.path is not None:
        raise IllFormedShapeError("sh:node names a property shape")
    return [Constraint(_component(name), shape)]


def a_list_of_shapes(reader: ShapeReader, _: Node, name: str, value: Term) -> list[Constraint]:
    """Read a list of shapes."""
    members = tuple(reader.shape(member) for member in reader.graph.members(value))
    return [Constraint(_component(name), members)]


def a_qualified_shape(reader: ShapeReader, node: Node, _: str, value: Term) -> list[Constraint]:
    """Read a qualified value shape (section 4.7.3)."""
    graph = reader.graph
    siblings: tuple[Shape, ...] = ()
    if graph.flag(node, SH("qualifiedValueShapesDisjoint")):
        others = [
            sibling
            for parent in graph.with_object(SH("property"), node)
            for other in graph.all(parent, SH("property"))
            for sibling in graph.all(other, SH("qualifiedValueShape"))
            if sibling != value
        ]
        siblings = tuple(reader.shape(sibling) for sibling in dict.fromkeys(others))
    least = graph.number(node, SH("qualifiedMinCount"), needed=False)
    most = graph.number(node, SH("qualifiedMaxCount"), needed=False)
    shape = reader.shape(value)
    constraints = []
    if least is not None:
        constraints.append(
            Constraint("QualifiedMinCount", QualifiedValueShape(shape, least, None, siblings))
        )
    if most is not None:
        constraints.append(
            Constraint("QualifiedMaxCount", QualifiedValueShape(shape, None, most, siblings))
        )
    return constraints


def a_closed_shape(reader: ShapeReader, node: Node, _: str, __: Term) -> list[Constraint]:
    """Read the properties that a closed shape allows (section 4.8.1)."""
    graph = reader.graph
    if not graph.flag(node, SH("closed")):
        return []
    ignored = graph.one(node, SH("ignoredProperties"))
    allowed = list(graph.members(ignored)) if ignored is not None else []
    for property_shape in graph.all(node, SH("property")):
        allowed += graph.all(property_shape, SH("path"))
    iris = sorted({term.value for term in allowed if isinstance(term, NamedNode)})
    return [Constraint("Closed", tuple(iris))]


def a_query(reader: ShapeReader, node: Node, _: str, value: Term) -> list[Constraint]:
    """Read a SPARQL-based constraint with SELECT (section 5.2)."""
    graph = reader.graph
    if isinstance(value, Literal | Triple):
        raise IllFormedShapeError("sh:sparql is no constraint")
    if graph.flag(value, SH("deactivated")):
        return []
    select = graph.one(value, SH("select"))
    if not isinstance(select, Literal):
        raise IllFormedShapeError("a SPARQL-based constraint without sh:select")
    paths = graph.all(node, SH("path"))
    path = sparql(graph.path(paths[0])) if paths else None
    whole = graph.prologue(value) + select.value
    text = queries.prepare_query(whole, path)
    reads = query_reads(whole)
    return [Constraint("SPARQL", SparqlConstraint(value, text, reader.messages(value), reads))]


def _component(name: str) -> str:
    return name[0].upper() + name[1:]


Read = Callable[[ShapeReader, Node, str, Term], list[Constraint]]

#: What reads each parameter of the SHACL namespace.
PARAMETERS: dict[str, Read] = {
    "class": an_iri,
    "datatype": an_iri,
    "nodeKind": a_kind,
    "minCount": a_number,
    "maxCount": a_number,
    "minExclusive": a_literal,
    "minInclusive": a_literal,
    "maxExclusive": a_literal,
    "maxInclusive": a_literal,
    "minLength": a_number,
    "maxLength": a_number,
    "pattern": a_pattern,
    "languageIn": a_list,
    "uniqueLang": a_flag,
    "equals": an_iri,
    "disjoint": an_iri,
    "lessThan": an_iri,
    "lessThanOrEquals": an_iri,
    "not": a_shape,
    "and": a_list_of_shapes,
    "or": a_list_of_shapes,
    "xone": a_list_of_shapes,
    "node": a_shape,
    "property": a_shape,
    "qualifiedValueShape": a_qualified_shape,
    "closed": a_closed_shape,
    "hasValue": a_term,
    "in": a_list,
    "sparql": a_query,
}
#: Parameters that stand once on a shape.
ONCE = {
    *("datatype", "nodeKind", "minCount", "maxCount", "minExclusive", "minInclusive"),
    *("maxExclusive", "maxInclusive", "minLength", "maxLength", "languageIn", "uniqueLang"),
    *("closed", "in", "qualifiedValueShape"),
}
#: Parameters that need a path.
PROPERTY_ONLY = {
    *("minCount", "maxCount", "lessThan", "lessThanOrEquals", "uniqueLang"),
    "qualifiedValueShape",
}
