"""Read a shapes graph into shapes, or say of a shape why it is outside the compiled subset.

The subset is SHACL Core without recursion, and SPARQL-based constraints whose query can be asked for
all focus nodes at once. Ill-formed shapes (SHACL appendix C) are outside it as well: pySHACL says
what is wrong with them. Nothing is ever fetched: `owl:imports` and `sh:shapesGraph` are passed over.
"""

from __future__ import annotations

from collections.abc import Iterable

from ogpld.errors import UsageError
from ogpld.rdf import RDF, RDFS, SH, Literal, NamedNode, Quad, Triple
from ogpld.shacl.constraint_parameters import ONCE, PARAMETERS, PROPERTY_ONLY
from ogpld.shacl.property_paths import AnyPath
from ogpld.shacl.shapes import Constraint, DelegatedShape, Node, Shape, Shapes, Target, Term
from ogpld.shacl.shapes_graph import IllFormedShapeError, ShapesGraph

#: Predicates of the SHACL namespace that say nothing about conformance.
_SILENT = {
    *("name", "description", "order", "group", "defaultValue", "message", "severity", "path"),
    *("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf", "deactivated"),
    *("flags", "ignoredProperties", "qualifiedMinCount", "qualifiedMaxCount"),
    *("qualifiedValueShapesDisjoint", "declare", "shapesGraph", "suggestedShapesGraph"),
}
_TARGETS = {
    "targetNode": "node",
    "targetClass": "class",
    "targetSubjectsOf": "subjects-of",
    "targetObjectsOf": "objects-of",
}
#: What no validator of ours runs, whoever wrote the shapes.
_REFUSED = {"js": "JavaScript", "jsLibrary": "JavaScript", "entailment": "entailment"}
_MANY = 1


def read_shapes(quads: Iterable[Quad | Triple]) -> Shapes:
    """Read every shape with a target.

    Raises:
        UsageError: for shapes that want JavaScript or an entailment regime.
    """
    graph = ShapesGraph(quads)
    for name, what in _REFUSED.items():
        if graph.with_predicate(SH(name)):
            raise UsageError(
                f"the shapes use sh:{name}; {what} is not run here",
                hint="write the rule with SHACL Core or sh:sparql",
            )
    reader = _ShapesGraphReader(graph)
    compiled, delegated = [], []
    for node in reader.roots():
        try:
            compiled.append(reader.shape(node))
        except IllFormedShapeError as problem:
            delegated.append(DelegatedShape(node, str(problem)))
    return Shapes(tuple(compiled), tuple(delegated))


class _ShapesGraphReader:
    """The shapes of one graph, each read once."""

    def __init__(self, graph: ShapesGraph) -> None:
        self.graph = graph
        self._shapes: dict[Node, Shape | IllFormedShapeError] = {}
        self._open: set[Node] = set()
        self._own = bool(
            graph.with_object(RDF("type"), SH("ConstraintComponent"))
            or graph.with_predicate(SH("parameter"))
        )

    def roots(self) -> list[Node]:
        """Return the nodes with targets, in a stable order."""
        nodes: dict[Node, None] = {}
        for name in _TARGETS:
            for node in self.graph.with_predicate(SH(name)):
                nodes[node] = None
        for kind in ("NodeShape", "PropertyShape"):
            for node in self.graph.with_object(RDF("type"), SH(kind)):
                if self._is_class(node):
                    nodes[node] = None
        return sorted(nodes, key=str)

    def _is_class(self, node: Node) -> bool:
        return RDFS("Class") in self.graph.kinds(node)

    def shape(self, node: Term) -> Shape:
        """Return a shape.

        Raises:
            IllFormedShapeError: when it, or one it refers to, is outside the subset.
        """
        if isinstance(node, Literal | Triple):
            raise IllFormedShapeError(f"{node} is no shape")
        if node not in self._shapes:
            if node in self._open:
                raise IllFormedShapeError("the shape refers to itself")
            self._open.add(node)
            try:
                self._shapes[node] = self._read(node)
            except IllFormedShapeError as problem:
                self._shapes[node] = problem
            finally:
                self._open.remove(node)
        cached = self._shapes[node]
        if isinstance(cached, IllFormedShapeError):
            raise cached
        return cached

    def _read(self, node: Node) -> Shape:
        graph = self.graph
        if self._own:
            raise IllFormedShapeError("the shapes graph defines constraint components of its own")
        paths = graph.all(node, SH("path"))
        if len(paths) > _MANY:
            raise IllFormedShapeError("it has two paths")
        path = graph.path(paths[0]) if paths else None
        if path is None and SH("PropertyShape") in graph.kinds(node):
            raise IllFormedShapeError("a property shape without sh:path")
        severity = graph.one(node, SH("severity")) or SH("Violation")
        if not isinstance(severity, NamedNode):
            raise IllFormedShapeError("sh:severity is no IRI")
        constraints = self._constraints(node, path)
        return Shape(
            node,
            path,
            severity.value,
            self.messages(node),
            self._targets(node),
            tuple(sorted(constraints, key=lambda c: c.component)),
            deactivated=graph.flag(node, SH("deactivated")),
        )

    def messages(self, node: Node) -> tuple[Literal, ...]:
        """Return the messages of a shape or constraint."""
        messages = self.graph.all(node, SH("message"))
        if not all(isinstance(message, Literal) for message in messages):
            raise IllFormedShapeError("sh:message is no text")
        return tuple(sorted((m for m in messages if isinstance(m, Literal)), key=str))

    def _targets(self, node: Node) -> tuple[Target, ...]:
        targets = [
            Target(kind, value)
            for name, kind in _TARGETS.items()
            for value in self.graph.all(node, SH(name))
        ]
        if self._is_class(node):
            targets.append(Target("class", node))
        for target in targets:
            if target.kind != "node" and not isinstance(target.value, NamedNode):
                raise IllFormedShapeError(f"a target that is no IRI: {target.value}")
        return tuple(sorted(targets, key=str))

    def _constraints(self, node: Node, path: AnyPath | None) -> list[Constraint]:
        constraints: list[Constraint] = []
        for predicate, values in self.graph.properties(node).items():
            if not predicate.startswith(SH.iri):
                continue
            name = SH.local(predicate)
            if name in _SILENT:
                continue
            read = PARAMETERS.get(name)
            if read is None:
                raise IllFormedShapeError(f"sh:{name} is not in the compiled subset")
            if path is None and name in PROPERTY_ONLY:
                raise IllFormedShapeError(f"sh:{name} stands on a shape without path")
            if path is not None and name == "closed" and self.graph.flag(node, SH("closed")):
                raise IllFormedShapeError("sh:closed stands on a property shape")
            if len(values) > _MANY and name in ONCE:
                raise IllFormedShapeError(f"several values of sh:{name}")
            for value in values:
                constraints += read(self, node, name, value)
        return constraints
