"""Framed JSON-LD, projected: what JSON-LD 1.1 Framing makes of a graph with one of our frames.

PyLD, given the same frame, is the oracle in the tests. It differs in two ways on purpose: a part is an
object also where the graph says nothing of it, and a second value of what has one is not under its key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ogpld.formats.nodes import TYPE, Node, by_subject, compacted, name_of
from ogpld.model.frames import Frame
from ogpld.rdf import Literal, Triple

_Statements = Mapping[str, Sequence[Triple]]


def framed(triples: Iterable[Triple], root: str, frame: Frame) -> Node:
    """Return the thing a document is about, framed."""
    statements = by_subject(triples)
    return _framed(root, statements, _pointing(statements, frame), frame)


def framed_things(triples: Iterable[Triple], frame: Frame) -> list[Node]:
    """Return every thing of the frame's class in a graph, framed, in the order of the graph."""
    statements = by_subject(triples)
    pointing = _pointing(statements, frame)
    kind = frame.definition.iri
    return [
        _framed(subject, statements, pointing, frame)
        for subject, found in statements.items()
        if any(t.predicate.value == TYPE and name_of(t.object) == kind for t in found)
    ]


def _pointing(statements: _Statements, frame: Frame) -> Mapping[tuple[str, str], list[str]]:
    """Return what points at things in a way the frame lists, by property and thing."""
    found: dict[tuple[str, str], list[str]] = {}
    for subject, triples in statements.items():
        for triple in triples:
            if triple.predicate.value in frame.pointing and not isinstance(triple.object, Literal):
                place = (triple.predicate.value, name_of(triple.object))
                found.setdefault(place, []).append(subject)
    return found


def _framed(
    root: str,
    statements: _Statements,
    pointing: Mapping[tuple[str, str], list[str]],
    frame: Frame,
) -> Node:
    own = statements.get(root, ())
    leading = [t for t in own if t.predicate.value in frame.leading and not _is_literal(t)]
    node = compacted(root, [t for t in own if t not in leading], frame.context)
    for triple in leading:
        predicate, subject = triple.predicate.value, name_of(triple.object)
        key = frame.context.keys[predicate][0]
        if key.many:
            part = _told(subject, predicate, statements, frame)
            node.setdefault(key.name, []).append(part)
        elif key.name not in node:
            node[key.name] = _told(subject, predicate, statements, frame)
        else:
            node.setdefault(predicate, []).append({"@id": subject})
    for predicate in frame.pointing:
        subjects = [s for s in pointing.get((predicate, root), ()) if s != root]
        if subjects:
            name = frame.context.reverse[predicate].name
            node[name] = [_told(s, predicate, statements, frame) for s in subjects]
    last = len(frame.order)
    return dict(sorted(node.items(), key=lambda item: frame.order.get(item[0], last)))


def _is_literal(triple: Triple) -> bool:
    return isinstance(triple.object, Literal)


def _told(subject: str, way: str, statements: _Statements, frame: Frame) -> Node:
    """Return what the frame tells of a part, or of what points here."""
    kept = frame.kept[way]
    return compacted(
        subject,
        [
            t
            for t in statements.get(subject, ())
            if t.predicate.value in kept or t.predicate.value == TYPE
        ],
        frame.context,
    )
