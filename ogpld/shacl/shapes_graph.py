"""Look up values, lists, paths, numbers and prefixes in a shapes graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import overload

from ogpld.rdf import OWL, RDF, RDFS, SH, BlankNode, Literal, NamedNode, Quad, Triple
from ogpld.shacl.property_paths import (
    AlternativePath,
    AnyPath,
    InversePath,
    RepeatedPath,
    SequencePath,
)
from ogpld.shacl.shapes import Node, Term

_REPEATS = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}
#: Depth past which a path or list is not followed any further.
_DEEP = 64


class IllFormedShapeError(Exception):
    """A shape, or a part of one, that is ill-formed or outside of the compiled subset; the text says why."""


class ShapesGraph:
    """Triples by subject and by object."""

    def __init__(self, quads: Iterable[Quad | Triple]) -> None:
        self._out: dict[Node, dict[str, list[Term]]] = {}
        self._in: dict[tuple[str, Term], list[Node]] = {}
        self._with: dict[str, dict[Node, None]] = {}
        for quad in quads:
            subject, predicate, value = quad.subject, quad.predicate.value, quad.object
            if isinstance(subject, Triple):
                continue
            values = self._out.setdefault(subject, {}).setdefault(predicate, [])
            if value in values:
                continue
            values.append(value)
            self._in.setdefault((predicate, value), []).append(subject)
            self._with.setdefault(predicate, {})[subject] = None

    def properties(self, node: Node) -> dict[str, list[Term]]:
        """Return every value of a node, by predicate."""
        return self._out.get(node, {})

    def all(self, node: Term, predicate: NamedNode) -> list[Term]:
        """Return the values of a property."""
        if isinstance(node, Literal | Triple):
            return []
        return self._out.get(node, {}).get(predicate.value, [])

    def one(self, node: Term, predicate: NamedNode) -> Term | None:
        """Return the value of a property that has at most one.

        Raises:
            IllFormedShapeError: when it has several.
        """
        values = self.all(node, predicate)
        if len(values) > 1:
            raise IllFormedShapeError(f"several values of {predicate.value}")
        return values[0] if values else None

    def with_predicate(self, predicate: NamedNode) -> list[Node]:
        """Return the nodes that have a property."""
        return list(self._with.get(predicate.value, ()))

    def with_object(self, predicate: NamedNode, value: Term) -> list[Node]:
        """Return the nodes that have a value."""
        return self._in.get((predicate.value, value), [])

    def kinds(self, node: Node) -> set[Term]:
        """Return the classes of a node, superclasses included."""
        classes: set[Term] = set()
        waiting = list(self.all(node, RDF("type")))
        while waiting:
            kind = waiting.pop()
            if kind not in classes:
                classes.add(kind)
                waiting += self.all(kind, RDFS("subClassOf"))
        return classes

    def flag(self, node: Term, predicate: NamedNode) -> bool:
        """Return a boolean, false when there is none."""
        value = self.one(node, predicate)
        if value is None:
            return False
        if not isinstance(value, Literal) or value.value not in {"true", "false", "1", "0"}:
            raise IllFormedShapeError(f"{predicate.value} is no boolean")
        return value.value == "true"  # the suite of the W3C wants "1"^^xsd:boolean to be none

    @overload
    def number(self, node: Node, predicate: NamedNode) -> int: ...

    @overload
    def number(self, node: Node, predicate: NamedNode, *, needed: bool) -> int | None: ...

    def number(self, node: Node, predicate: NamedNode, *, needed: bool = True) -> int | None:
        """Return a whole number."""
        value = self.one(node, predicate)
        if value is None and not needed:
            return None
        if not isinstance(value, Literal) or not value.value.lstrip("+").isdecimal():
            raise IllFormedShapeError(f"{predicate.value} is no whole number")
        return int(value.value)

    def members(self, head: Term) -> Iterator[Term]:
        """Yield the members of a well-formed list.

        Raises:
            IllFormedShapeError: when it is none.
        """
        seen: set[Term] = set()
        while head != RDF("nil"):
            first, rest = self.all(head, RDF("first")), self.all(head, RDF("rest"))
            if head in seen or len(first) != 1 or len(rest) != 1:
                raise IllFormedShapeError(f"{head} is no well-formed list")
            seen.add(head)
            yield first[0]
            head = rest[0]

    def path(self, node: Term, depth: int = 0) -> AnyPath:
        """Return the property path a node stands for (SHACL section 2.3.1).

        Raises:
            IllFormedShapeError: when it is none.
        """
        if isinstance(node, NamedNode):
            return node
        if depth > _DEEP or not isinstance(node, BlankNode):
            raise IllFormedShapeError(f"{node} is no property path")
        properties = self.properties(node)
        if RDF("first").value in properties:
            if len(properties) != 2:  # noqa: PLR2004  (rdf:first and rdf:rest)
                raise IllFormedShapeError("a list that is more than a path")
            return SequencePath(self._paths(node, depth))
        if len(properties) != 1 or len(next(iter(properties.values()))) != 1:
            raise IllFormedShapeError("a path of several kinds")
        predicate, (value,) = next(iter(properties.items()))
        name = SH.local(predicate)
        if name == "inversePath":
            return InversePath(self.path(value, depth + 1))
        if name == "alternativePath":
            return AlternativePath(self._paths(value, depth))
        if name in _REPEATS:
            return RepeatedPath(self.path(value, depth + 1), _REPEATS[name])
        raise IllFormedShapeError(f"{predicate} makes no path")

    def _paths(self, node: Term, depth: int) -> tuple[AnyPath, ...]:
        paths = tuple(self.path(member, depth + 1) for member in self.members(node))
        if len(paths) < 2:  # noqa: PLR2004
            raise IllFormedShapeError("a path of fewer than two parts")
        return paths

    def prologue(self, node: Node) -> str:
        """Return the prefixes of a SPARQL-based constraint (section 5.2.1)."""
        prefixes: dict[str, str] = {}
        waiting, seen = list(self.all(node, SH("prefixes"))), set()
        while waiting:
            ontology = waiting.pop()
            if ontology in seen:
                continue
            seen.add(ontology)
            waiting += self.all(ontology, OWL("imports"))
            for declared in self.all(ontology, SH("declare")):
                prefix, namespace = (
                    self.one(declared, SH("prefix")),
                    self.one(declared, SH("namespace")),
                )
                if not (isinstance(prefix, Literal) and isinstance(namespace, Literal)):
                    raise IllFormedShapeError("a prefix or namespace that is no text")
                if prefixes.setdefault(prefix.value, namespace.value) != namespace.value:
                    raise IllFormedShapeError(f"the prefix {prefix.value!r} has two namespaces")
        return "".join(f"PREFIX {p}: <{n}>\n" for p, n in sorted(prefixes.items()))
