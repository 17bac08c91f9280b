"""Framed JSON-LD, projected: what JSON-LD 1.1 Framing makes of a graph with one of our frames.

PyLD, given the same frame, is the oracle in the tests. It differs in two ways on purpose: a part is an
object also where the graph says nothing of it, and a second value of what has one is not under its key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ogpld.errors import QueryTooLargeError
from ogpld.formats.nodes import TYPE, Node, by_subject, compacted, name_of
from ogpld.model.frames import Frame
from ogpld.rdf import Literal, Triple

#: Statements that may be told again inside of other nodes. A part is told wherever something leads to it, so
#: a small graph can be made to grow with its square.
_TOLD = 100_000


def framed(triples: Iterable[Triple], root: str, frame: Frame) -> Node:
    """Return the thing a document is about, framed."""
    return _Framing(by_subject(triples), frame).node(root)


def framed_things(triples: Iterable[Triple], frame: Frame) -> list[Node]:
    """Return every thing of the frame's class in a graph, framed, in the order of the graph.

    Raises:
        QueryTooLargeError: when its parts would have to be told too often.
    """
    statements = by_subject(triples)
    framing = _Framing(statements, frame)
    kind = frame.definition.iri
    return [
        framing.node(subject)
        for subject, found in statements.items()
        if any(t.predicate.value == TYPE and name_of(t.object) == kind for t in found)
    ]


class _Framing:
    """A graph that is being framed."""

    def __init__(self, statements: Mapping[str, Sequence[Triple]], frame: Frame) -> None:
        self.statements = statements
        self.frame = frame
        self.left = _TOLD
        self.pointing: dict[tuple[str, str], list[str]] = {}
        for subject, triples in statements.items():
            for triple in triples:
                if triple.predicate.value in frame.pointing and _is_link(triple):
                    place = (triple.predicate.value, name_of(triple.object))
                    self.pointing.setdefault(place, []).append(subject)

    def node(self, root: str) -> Node:
        """Return a thing with its parts in their places, and what points at it."""
        frame = self.frame
        leading: list[Triple] = []
        plain: list[Triple] = []
        for triple in self.statements.get(root, ()):
            is_leading = triple.predicate.value in frame.leading and _is_link(triple)
            (leading if is_leading else plain).append(triple)
        node = compacted(root, plain, frame.context)
        for triple in leading:
            predicate, subject = triple.predicate.value, name_of(triple.object)
            key = frame.context.keys[predicate][0]
            if key.many:
                node.setdefault(key.name, []).append(self._told(subject, predicate))
            elif key.name not in node:
                node[key.name] = self._told(subject, predicate)
            else:
                node.setdefault(predicate, []).append({"@id": subject})
        for predicate in frame.pointing:
            subjects = [s for s in self.pointing.get((predicate, root), ()) if s != root]
            if subjects:
                name = frame.context.reverse[predicate].name
                node[name] = [self._told(s, predicate) for s in subjects]
        last = len(frame.order)
        return dict(sorted(node.items(), key=lambda item: frame.order.get(item[0], last)))

    def _told(self, subject: str, way: str) -> Node:
        """Return what the frame tells of a part, or of what points here."""
        triples = self.statements.get(subject, ())
        self.left -= len(triples)
        if self.left < 0:
            raise QueryTooLargeError(
                f"framed, the answer would repeat more than {_TOLD:,} statements",
                hint="ask for fewer things at once, or without a frame",
            )
        kept = self.frame.inner_properties[way]
        told = [t for t in triples if t.predicate.value in kept or t.predicate.value == TYPE]
        return compacted(subject, told, self.frame.context)


def _is_link(triple: Triple) -> bool:
    return not isinstance(triple.object, Literal)
