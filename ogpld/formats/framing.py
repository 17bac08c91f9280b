"""Framed JSON-LD, projected: what JSON-LD 1.1 Framing makes of a graph with one of our frames.

PyLD, given the same frame, is the oracle in the tests. It differs in two ways on purpose: a part is an
object also where the graph says nothing of it, and a second value of what has one is not under its key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ogpld.errors import QueryTooLargeError
from ogpld.formats.nodes import TYPE, Node, Property, by_subject, compacted
from ogpld.model.frames import Frame

#: Statements that may be repeated inside of other nodes. A part is repeated wherever something leads to
#: it, so a small graph can be made to grow with its square.
_REPEATED = 100_000


def framed(triples: bytes, root: str, frame: Frame) -> Node:
    """Return the thing a document is about, framed."""
    return _Framing(by_subject(triples), frame).node(root)


def framed_things(triples: bytes, frame: Frame) -> list[Node]:
    """Return every thing of the frame's class in a graph, framed, in the order of the graph.

    Raises:
        QueryTooLargeError: when its parts would have to be repeated too often.
    """
    statements = by_subject(triples)
    framing = _Framing(statements, frame)
    kind = frame.definition.iri
    return [
        framing.node(subject)
        for subject, properties in statements.items()
        if (TYPE, kind) in properties
    ]


class _Framing:
    """A graph that is being framed."""

    def __init__(self, statements: Mapping[str, Sequence[Property]], frame: Frame) -> None:
        self.statements = statements
        self.frame = frame
        self.left = _REPEATED
        self.pointing: dict[tuple[str, str], list[str]] = {}
        for subject, properties in statements.items():
            for predicate, value in properties:
                if predicate in frame.pointing and isinstance(value, str):
                    self.pointing.setdefault((predicate, value), []).append(subject)

    def node(self, root: str) -> Node:
        """Return a thing with its parts in their places, and what points at it."""
        frame = self.frame
        leading: list[tuple[str, str]] = []
        plain: list[Property] = []
        for predicate, value in self.statements.get(root, ()):
            if predicate in frame.leading and isinstance(value, str):
                leading.append((predicate, value))
            else:
                plain.append((predicate, value))
        node = compacted(root, plain, frame.context)
        for predicate, subject in leading:
            key = frame.context.keys[predicate][0]
            if key.many:
                node.setdefault(key.name, []).append(self._part(subject, predicate))
            elif key.name not in node:
                node[key.name] = self._part(subject, predicate)
            else:
                node.setdefault(predicate, []).append({"@id": subject})
        for predicate in frame.pointing:
            subjects = [s for s in self.pointing.get((predicate, root), ()) if s != root]
            if subjects:
                name = frame.context.reverse[predicate].name
                node[name] = [self._part(s, predicate) for s in subjects]
        last = len(frame.order)
        return dict(sorted(node.items(), key=lambda item: frame.order.get(item[0], last)))

    def _part(self, subject: str, way: str) -> Node:
        """Return what the frame has of a part, or of what points here."""
        properties = self.statements.get(subject, ())
        self.left -= len(properties)
        if self.left < 0:
            raise QueryTooLargeError(
                f"framed, the answer would repeat more than {_REPEATED:,} statements",
                hint="ask for fewer things at once, or without a frame",
            )
        predicates = self.frame.inner_properties[way]
        own = [p for p in properties if p[0] in predicates or p[0] == TYPE]
        return compacted(subject, own, self.frame.context)
