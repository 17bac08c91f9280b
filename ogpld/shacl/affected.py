"""Find the focus nodes that a change can affect, from the paths of the shapes.

A constraint decides about a focus node by the statements its paths reach. A changed statement
therefore affects the nodes from which one of these paths leads to it; walking the paths backwards
from the changed statements finds them. Statements on the way that are gone were changed themselves,
so the new data is enough to walk on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ogpld.rdf import RDF, RDFS, NamedNode, Quad, term_text
from ogpld.shacl.property_paths import ReadStatement, reads
from ogpld.shacl.shapes import Constraint, QualifiedValueShape, Shape, SparqlConstraint, Term
from ogpld.stores.validation_store import ValidationStore

_TYPE = RDF("type").value
_PAIRS = {"Equals", "Disjoint", "LessThan", "LessThanOrEquals"}


@dataclass(frozen=True, slots=True)
class AffectedNodes:
    """Focus nodes that have to be validated again.

    Attributes:
        nodes: focus nodes.
        everything: whether all of them must be, because the class hierarchy changed.
    """

    nodes: frozenset[Term] = frozenset()
    everything: bool = False


def affected_nodes(
    bench: ValidationStore, shapes: Iterable[Shape], changed: Iterable[Quad]
) -> AffectedNodes:
    """Return the focus nodes that changed statements can affect.

    Args:
        bench: the new data.
        shapes: compiled shapes.
        changed: statements that were added or are gone.
    """
    by_predicate: dict[str, list[Quad]] = {}
    for quad in changed:
        by_predicate.setdefault(quad.predicate.value, []).append(quad)
    if RDFS("subClassOf").value in by_predicate:
        return AffectedNodes(everything=True)
    classes = _ClassMembers(bench, by_predicate)
    starts: dict[str, set[Term]] = {}
    for read in {read for shape in shapes for read in shape_reads(shape)}:
        if read.predicate is None:
            quads = [quad for quads in by_predicate.values() for quad in quads]
        else:
            quads = by_predicate.get(read.predicate, [])
        if read.subject_class:
            members = classes.members(read.subject_class)
            quads = [quad for quad in quads if quad.subject in members]
        if read.object_class:
            members = classes.members(read.object_class)
            quads = [quad for quad in quads if quad.object in members]
        if quads:
            near = (quad.object if read.inverse else quad.subject for quad in quads)
            starts.setdefault(read.way, set()).update(near)
    nodes: set[Term] = set()
    for way, ends in starts.items():
        nodes |= _back(bench, way, ends) if way else ends
    bench.drop_node_set(classes.mark)
    return AffectedNodes(frozenset(nodes))


class _ClassMembers:
    """Nodes of changed statements, by the class they have now or had before the change."""

    def __init__(self, bench: ValidationStore, by_predicate: dict[str, list[Quad]]) -> None:
        self.bench = bench
        self.types = by_predicate.get(_TYPE, [])
        quads = [quad for quads in by_predicate.values() for quad in quads]
        self.mark = bench.node_set({term for quad in quads for term in (quad.subject, quad.object)})
        self._members: dict[str, set[Term]] = {}

    def members(self, name: str) -> set[Term]:
        """Return the nodes that are instances of a class, or were."""
        if name not in self._members:
            rows = self.bench.rows(
                f"SELECT ?node {{ {ValidationStore.members_of(self.mark, '?node')}"
                f" ?node {RDF('type')} <{name}> }}"
            )
            before = {quad.subject for quad in self.types if term_text(quad.object) == name}
            self._members[name] = {node for (node,) in rows} | before
        return self._members[name]


def _back(bench: ValidationStore, way: str, ends: set[Term]) -> set[Term]:
    """Return the nodes from which a path leads to one of the given nodes."""
    mark = bench.node_set(ends)
    try:
        rows = bench.rows(
            f"SELECT DISTINCT ?focus {{ {ValidationStore.members_of(mark, '?end')} ?focus {way} ?end }}"
        )
    finally:
        bench.drop_node_set(mark)
    return {node for (node,) in rows}


def shape_reads(shape: Shape) -> frozenset[ReadStatement]:
    """Return the kinds of statements that decide about a shape's focus nodes, targets included."""
    statements: set[ReadStatement] = set()
    for target in shape.targets:
        if target.kind == "class":
            statements.add(ReadStatement("", _TYPE))
        elif isinstance(target.value, NamedNode) and target.kind != "node":
            statements.add(ReadStatement("", target.value.value, target.kind == "objects-of"))
    return frozenset(statements | _reads(shape, ""))


def _reads(shape: Shape, way: str) -> set[ReadStatement]:
    statements: set[ReadStatement] = set()
    end = way
    if shape.path is not None:
        steps, end = reads(shape.path, way)
        statements |= set(steps)
    for constraint in shape.constraints:
        statements |= _constraint_reads(constraint, way, end)
    return statements


def _constraint_reads(constraint: Constraint, way: str, end: str) -> set[ReadStatement]:
    value = constraint.value
    if constraint.component == "Class":
        return {ReadStatement(end, _TYPE)}
    if constraint.component in _PAIRS:
        return {ReadStatement(way, value.value)}
    if constraint.component == "Closed":
        return {ReadStatement(way, None)}
    if isinstance(value, SparqlConstraint):
        return {replace(r, way=f"{way}/{r.way}".strip("/")) for r in value.reads or ()}
    if isinstance(value, Shape):
        return _reads(value, end)
    if isinstance(value, QualifiedValueShape):
        return set().union(*(_reads(shape, end) for shape in (value.shape, *value.disjoint)))
    if isinstance(value, tuple):
        return set().union(*(_reads(inner, end) for inner in value if isinstance(inner, Shape)))
    return set()


def is_opaque(shape: Shape) -> bool:
    """Say whether it is unknown what a shape reads; such a shape is always validated in full."""
    return any(
        (isinstance(c.value, SparqlConstraint) and c.value.reads is None) for c in shape.constraints
    ) or any(is_opaque(inner) for inner in shape.inner())
