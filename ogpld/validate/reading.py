"""Read a shapes graph into shapes, or say of a shape why it is outside the compiled subset.

The subset is SHACL Core without recursion, and SPARQL-based constraints whose query can be asked for
all focus nodes at once. Ill-formed shapes (SHACL appendix C) are outside it as well: pySHACL says
what is wrong with them. Nothing is ever fetched: `owl:imports` and `sh:shapesGraph` are passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ogpld.errors import UsageError
from ogpld.rdf import RDF, RDFS, SH, BlankNode, Literal, NamedNode, Quad, Triple, term_text
from ogpld.stores.workbench import Workbench
from ogpld.validate import patterns, queries
from ogpld.validate.graph import Graph, Malformed
from ogpld.validate.paths import AnyPath, sparql
from ogpld.validate.patternreads import query_reads
from ogpld.validate.shapes import (
    Constraint,
    Delegated,
    Node,
    Qualified,
    Query,
    Shape,
    Shapes,
    Target,
    Term,
)

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
#: What no validator of ours runs, whoever wrote the shapes (reliability.md 2.6).
_REFUSED = {"js": "JavaScript", "jsLibrary": "JavaScript", "entailment": "entailment"}
_MANY = 1


def read_shapes(quads: Iterable[Quad | Triple]) -> Shapes:
    """Read every shape with a target.

    Raises:
        UsageError: for shapes that want JavaScript or an entailment regime.
    """
    graph = Graph(quads)
    for name, what in _REFUSED.items():
        if graph.with_predicate(SH(name)):
            raise UsageError(
                f"the shapes use sh:{name}; {what} is not run here",
                hint="write the rule with SHACL Core or sh:sparql",
            )
    reader = _Reader(graph)
    compiled, delegated = [], []
    for node in reader.roots():
        try:
            compiled.append(reader.shape(node))
        except Malformed as problem:
            delegated.append(Delegated(node, str(problem)))
    return Shapes(tuple(compiled), tuple(delegated))


class _Reader:
    """The shapes of one graph, each read once."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._known: dict[Node, Shape | Malformed] = {}
        self._open: set[Node] = set()
        self._own = bool(
            graph.with_object(RDF("type"), SH("ConstraintComponent"))
            or graph.with_predicate(SH("parameter"))
        )

    def roots(self) -> list[Node]:
        """Return the nodes with targets, in a stable order."""
        found: dict[Node, None] = {}
        for name in _TARGETS:
            for node in self.graph.with_predicate(SH(name)):
                found[node] = None
        for kind in ("NodeShape", "PropertyShape"):
            for node in self.graph.with_object(RDF("type"), SH(kind)):
                if self._is_class(node):
                    found[node] = None
        return sorted(found, key=str)

    def _is_class(self, node: Node) -> bool:
        return RDFS("Class") in self.graph.kinds(node)

    def shape(self, node: Term) -> Shape:
        """Return a shape.

        Raises:
            Malformed: when it, or one it refers to, is outside the subset.
        """
        if isinstance(node, Literal | Triple):
            raise Malformed(f"{node} is no shape")
        if node not in self._known:
            if node in self._open:
                raise Malformed("the shape refers to itself")
            self._open.add(node)
            try:
                self._known[node] = self._read(node)
            except Malformed as problem:
                self._known[node] = problem
            finally:
                self._open.remove(node)
        known = self._known[node]
        if isinstance(known, Malformed):
            raise known
        return known

    def _read(self, node: Node) -> Shape:
        graph = self.graph
        if self._own:
            raise Malformed("the shapes graph defines constraint components of its own")
        paths = graph.all(node, SH("path"))
        if len(paths) > _MANY:
            raise Malformed("it has two paths")
        path = graph.path(paths[0]) if paths else None
        if path is None and SH("PropertyShape") in graph.kinds(node):
            raise Malformed("a property shape without sh:path")
        severity = graph.one(node, SH("severity")) or SH("Violation")
        if not isinstance(severity, NamedNode):
            raise Malformed("sh:severity is no IRI")
        constraints = self._constraints(node, path)
        return Shape(
            node,
            path,
            severity.value,
            self._messages(node),
            self._targets(node),
            tuple(sorted(constraints, key=lambda c: c.component)),
            deactivated=graph.flag(node, SH("deactivated")),
        )

    def _messages(self, node: Node) -> tuple[Literal, ...]:
        found = self.graph.all(node, SH("message"))
        if not all(isinstance(message, Literal) for message in found):
            raise Malformed("sh:message is no text")
        return tuple(sorted((m for m in found if isinstance(m, Literal)), key=str))

    def _targets(self, node: Node) -> tuple[Target, ...]:
        found = [
            Target(kind, value)
            for name, kind in _TARGETS.items()
            for value in self.graph.all(node, SH(name))
        ]
        if self._is_class(node):
            found.append(Target("class", node))
        self._check_kept(target.value for target in found)
        for target in found:
            if target.kind != "node" and not isinstance(target.value, NamedNode):
                raise Malformed(f"a target that is no IRI: {target.value}")
        return tuple(sorted(found, key=str))

    def _check_kept(self, terms: Iterable[Term]) -> None:
        """Refuse literals that are compared as terms and that the engine would alter."""
        odd = Workbench.altered(term for term in terms if isinstance(term, Literal))
        if odd is not None:
            raise Malformed(f"{odd} is in a form the engine does not keep")

    def _constraints(self, node: Node, path: AnyPath | None) -> list[Constraint]:
        found: list[Constraint] = []
        for predicate, values in self.graph.properties(node).items():
            if not predicate.startswith(SH.iri):
                continue
            name = SH.local(predicate)
            if name in _SILENT:
                continue
            read = _PARAMETERS.get(name)
            if read is None:
                raise Malformed(f"sh:{name} is not in the compiled subset")
            if path is None and name in _PROPERTY_ONLY:
                raise Malformed(f"sh:{name} stands on a shape without path")
            if path is not None and name == "closed" and self.graph.flag(node, SH("closed")):
                raise Malformed("sh:closed stands on a property shape")
            if len(values) > _MANY and name in _ONCE:
                raise Malformed(f"several values of sh:{name}")
            for value in values:
                found += read(self, node, name, value)
        return found

    # ---- one method a kind of parameter; each returns constraints ----

    def term(self, _: Node, name: str, value: Term) -> list[Constraint]:
        """Take a term as it is."""
        self._check_kept((value,))
        return [Constraint(_component(name), value)]

    def iri(self, _: Node, name: str, value: Term) -> list[Constraint]:
        """Take an IRI."""
        if not isinstance(value, NamedNode):
            raise Malformed(f"sh:{name} is no IRI")
        return [Constraint(_component(name), value)]

    def kind(self, _: Node, name: str, value: Term) -> list[Constraint]:
        """Take a node kind."""
        if not isinstance(value, NamedNode) or SH.local(value.value) not in patterns.KINDS:
            raise Malformed(f"sh:{name} is none of the six node kinds")
        return [Constraint(_component(name), SH.local(value.value))]

    def number(self, node: Node, name: str, _: Term) -> list[Constraint]:
        """Take a whole number."""
        return [Constraint(_component(name), self.graph.number(node, SH(name)))]

    def literal(self, _: Node, name: str, value: Term) -> list[Constraint]:
        """Take a bound."""
        if not isinstance(value, Literal):
            raise Malformed(f"sh:{name} is no literal")
        return [Constraint(_component(name), value)]

    def flagged(self, node: Node, name: str, _: Term) -> list[Constraint]:
        """Take a constraint that is switched on by `true`."""
        return [Constraint(_component(name), True)] if self.graph.flag(node, SH(name)) else []

    def pattern(self, node: Node, name: str, value: Term) -> list[Constraint]:
        """Take a regular expression the engine can run."""
        flags = self.graph.one(node, SH("flags"))
        if not isinstance(value, Literal):
            raise Malformed("sh:pattern is no text")
        expression = patterns.regex(value.value, term_text(flags) if flags else "")
        if not queries.runs(expression):
            raise Malformed(f"the pattern {value.value!r} is not one the engine can run")
        return [Constraint(_component(name), (value.value, term_text(flags) if flags else ""))]

    def terms(self, _: Node, name: str, value: Term) -> list[Constraint]:
        """Take a list of terms."""
        members = tuple(self.graph.members(value))
        if any(isinstance(member, BlankNode) for member in members):
            raise Malformed(f"sh:{name} holds a blank node")
        self._check_kept(members)
        if name == "languageIn":
            return [Constraint("LanguageIn", tuple(term_text(m) for m in members))]
        return [Constraint(_component(name), members)]

    def one_shape(self, _: Node, name: str, value: Term) -> list[Constraint]:
        """Take a shape."""
        shape = self.shape(value)
        if name == "property" and shape.path is None:
            raise Malformed("sh:property names a shape without path")
        if name == "node" and shape.path is not None:
            raise Malformed("sh:node names a property shape")
        return [Constraint(_component(name), shape)]

    def shapes(self, _: Node, name: str, value: Term) -> list[Constraint]:
        """Take a list of shapes."""
        members = tuple(self.shape(member) for member in self.graph.members(value))
        return [Constraint(_component(name), members)]

    def qualified(self, node: Node, _: str, value: Term) -> list[Constraint]:
        """Take a qualified value shape."""
        graph = self.graph
        siblings: tuple[Shape, ...] = ()
        if graph.flag(node, SH("qualifiedValueShapesDisjoint")):
            others = [
                sibling
                for parent in graph.with_object(SH("property"), node)
                for other in graph.all(parent, SH("property"))
                for sibling in graph.all(other, SH("qualifiedValueShape"))
                if sibling != value
            ]
            siblings = tuple(self.shape(sibling) for sibling in dict.fromkeys(others))
        least = graph.number(node, SH("qualifiedMinCount"), needed=False)
        most = graph.number(node, SH("qualifiedMaxCount"), needed=False)
        shape = self.shape(value)
        found = []
        if least is not None:
            found.append(
                Constraint("QualifiedMinCount", Qualified(shape, least, None, siblings))
            )
        if most is not None:
            found.append(Constraint("QualifiedMaxCount", Qualified(shape, None, most, siblings)))
        return found

    def closed(self, node: Node, _: str, __: Term) -> list[Constraint]:
        """Take the properties a closed shape allows."""
        graph = self.graph
        if not graph.flag(node, SH("closed")):
            return []
        ignored = graph.one(node, SH("ignoredProperties"))
        allowed = list(graph.members(ignored)) if ignored is not None else []
        for property_shape in graph.all(node, SH("property")):
            allowed += graph.all(property_shape, SH("path"))
        iris = sorted({term.value for term in allowed if isinstance(term, NamedNode)})
        return [Constraint("Closed", tuple(iris))]

    def sparql(self, node: Node, _: str, value: Term) -> list[Constraint]:
        """Take a SPARQL-based constraint with SELECT."""
        graph = self.graph
        if isinstance(value, Literal | Triple):
            raise Malformed("sh:sparql is no constraint")
        if graph.flag(value, SH("deactivated")):
            return []
        select = graph.one(value, SH("select"))
        if not isinstance(select, Literal):
            raise Malformed("a SPARQL-based constraint without sh:select")
        paths = graph.all(node, SH("path"))
        path = sparql(graph.path(paths[0])) if paths else None
        whole = graph.prologue(value) + select.value
        text = queries.prepared(whole, path)
        reads = query_reads(whole)
        return [Constraint("SPARQL", Query(value, text, self._messages(value), reads))]


def _component(name: str) -> str:
    return name[0].upper() + name[1:]


_Read = Callable[[_Reader, Node, str, Term], list[Constraint]]

_PARAMETERS: dict[str, _Read] = {
    "class": _Reader.iri,
    "datatype": _Reader.iri,
    "nodeKind": _Reader.kind,
    "minCount": _Reader.number,
    "maxCount": _Reader.number,
    "minExclusive": _Reader.literal,
    "minInclusive": _Reader.literal,
    "maxExclusive": _Reader.literal,
    "maxInclusive": _Reader.literal,
    "minLength": _Reader.number,
    "maxLength": _Reader.number,
    "pattern": _Reader.pattern,
    "languageIn": _Reader.terms,
    "uniqueLang": _Reader.flagged,
    "equals": _Reader.iri,
    "disjoint": _Reader.iri,
    "lessThan": _Reader.iri,
    "lessThanOrEquals": _Reader.iri,
    "not": _Reader.one_shape,
    "and": _Reader.shapes,
    "or": _Reader.shapes,
    "xone": _Reader.shapes,
    "node": _Reader.one_shape,
    "property": _Reader.one_shape,
    "qualifiedValueShape": _Reader.qualified,
    "closed": _Reader.closed,
    "hasValue": _Reader.term,
    "in": _Reader.terms,
    "sparql": _Reader.sparql,
}
_ONCE = {
    *("datatype", "nodeKind", "minCount", "maxCount", "minExclusive", "minInclusive"),
    *("maxExclusive", "maxInclusive", "minLength", "maxLength", "languageIn", "uniqueLang"),
    *("closed", "in", "qualifiedValueShape"),
}
_PROPERTY_ONLY = {
    *("minCount", "maxCount", "lessThan", "lessThanOrEquals", "uniqueLang"),
    "qualifiedValueShape",
}
