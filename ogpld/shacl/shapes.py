"""Shapes as the compiler understands them: frozen, and read once (SHACL sections 2 to 4).

A constraint is its component's name and its parameters as terms, numbers, or shapes. What is not
here is not in the compiled subset; a shape that needs it is *delegated* to pySHACL, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ogpld.rdf import BlankNode, Literal, NamedNode, Triple
from ogpld.shacl.property_paths import AnyPath, ReadStatement

Node = NamedNode | BlankNode
Term = NamedNode | BlankNode | Literal | Triple


@dataclass(frozen=True, slots=True)
class Constraint:
    """One constraint of a shape.

    Attributes:
        component: local name of the component in the SHACL namespace, without the ending
            `ConstraintComponent`.
        value: its parameters, as `constraint_parameters.py` says for each component.
    """

    component: str
    value: Any


@dataclass(frozen=True, slots=True)
class QualifiedValueShape:
    """Parameters of a qualified value shape (section 4.7.3).

    Attributes:
        shape: what is counted.
        minimum: least number of values that meet it, None for no such constraint.
        maximum: greatest number.
        disjoint: sibling shapes that values counted must not meet.
    """

    shape: Shape
    minimum: int | None
    maximum: int | None
    disjoint: tuple[Shape, ...] = ()


@dataclass(frozen=True, slots=True)
class SparqlConstraint:
    """Parameters of a SPARQL-based constraint (section 5).

    Attributes:
        node: the constraint itself.
        select: the query, prologue included, `$PATH` replaced.
        messages: its own messages, templates that may name variables of the solution.
        reads: what it reads, seen from `$this`; None when that is not known.
    """

    node: Node
    select: str
    messages: tuple[Literal, ...]
    reads: tuple[ReadStatement, ...] | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A target declaration (section 2.1.3).

    Attributes:
        kind: `node`, `class`, `subjects-of` or `objects-of`.
        value: the node, class or property.
    """

    kind: str
    value: Term


@dataclass(frozen=True, slots=True)
class Shape:
    """A node shape, or a property shape when it has a path.

    Attributes:
        node: the shape's own node.
        path: the property path, None for a node shape.
        severity: IRI of the severity.
        messages: `sh:message`, in every language.
        targets: what it is about; empty for shapes others refer to.
        constraints: in order of the names of their components, so that reports are stable.
    """

    node: Node
    path: AnyPath | None
    severity: str
    messages: tuple[Literal, ...]
    targets: tuple[Target, ...]
    constraints: tuple[Constraint, ...]
    deactivated: bool = False

    def calculates(self) -> bool:
        """Say whether it has SPARQL-based constraints, itself or in a shape it refers to."""
        return any(c.component == "SPARQL" for c in self.constraints) or any(
            inner.calculates() for inner in self.inner()
        )

    def inner(self) -> Iterator[Shape]:
        """Yield the shapes its constraints refer to."""
        for constraint in self.constraints:
            yield from inner_shapes(constraint)


def inner_shapes(constraint: Constraint) -> Iterator[Shape]:
    """Yield the shapes a constraint refers to."""
    match constraint.value:
        case Shape():
            yield constraint.value
        case QualifiedValueShape():
            yield constraint.value.shape
            yield from constraint.value.disjoint
        case tuple():
            yield from (value for value in constraint.value if isinstance(value, Shape))


@dataclass(frozen=True, slots=True)
class DelegatedShape:
    """A shape that pySHACL has to judge, and why."""

    node: Node
    reason: str


@dataclass(frozen=True, slots=True)
class Shapes:
    """Every shape with a target.

    Attributes:
        compiled: those inside the subset.
        delegated: those outside of it.
    """

    compiled: tuple[Shape, ...] = ()
    delegated: tuple[DelegatedShape, ...] = field(default=())

    def with_queries_delegated(self, reason: str) -> Shapes:
        """Return the same shapes, those with SPARQL-based constraints delegated."""
        apart = [shape for shape in self.compiled if shape.calculates()]
        more = tuple(DelegatedShape(shape.node, reason) for shape in apart)
        compiled = tuple(shape for shape in self.compiled if shape not in apart)
        return Shapes(compiled, (*self.delegated, *more))
