"""JSON-LD 1.1 documents in the shapes of `profiles.py`, written from statements.

No JSON-LD processor runs here (`nodes.py`). Tests expand every document with PyLD and hold it to the
same graph as its Turtle; a framed one holds what its frame keeps.
"""

from __future__ import annotations

import json
from typing import Any

import orjson

from ogpld.formats.framing import framed, framed_things
from ogpld.formats.nodes import Node, by_subject, compacted, expanded
from ogpld.formats.profiles import EXPANDED, FLATTENED, FRAMED
from ogpld.formats.statements import Statements
from ogpld.model.context import Context


def write_jsonld(statements: Statements) -> bytes:
    """Write a document in the shape asked for; one about nothing in particular lists its nodes.

    Raises:
        ValueError: for the profile framed without a frame.
    """
    return to_bytes(shaped(statements))


def shaped(statements: Statements) -> Any:
    """Return the document as JSON values."""
    head = {"@context": statements.context_value}
    if statements.profile == EXPANDED:
        nodes = by_subject(statements.ntriples)
        return [expanded(subject, properties) for subject, properties in nodes.items()]
    if statements.profile == FRAMED:
        if statements.frame is None:
            raise ValueError(f"there is no frame for <{statements.root}>")
        if statements.root:
            return {**head, **framed(statements.ntriples, statements.root, statements.frame)}
        return {**head, "@graph": framed_things(statements.ntriples, statements.frame)}
    if statements.profile == FLATTENED or not statements.root:
        nodes = by_subject(statements.ntriples)
        return {
            **head,
            "@graph": [compacted(s, own, statements.context) for s, own in nodes.items()],
        }
    return {**head, **project(statements.ntriples, statements.root, statements.context)}


def to_bytes(document: Any) -> bytes:
    """Return JSON as it is sent: UTF-8, indented, with a newline at its end."""
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def to_line(document: Any) -> bytes:
    """Return JSON as one line of NDJSON."""
    return (json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def project(triples: bytes, root: str, context: Context) -> Node:
    """Return a document compacted, without its context.

    The thing is on top, incoming links are nested in it, the rest stands under `included`.
    """
    left = by_subject(triples)
    node = compacted(root, left.pop(root, []), context)
    incoming: dict[str, list[str]] = {}
    for subject, properties in left.items():
        for predicate, value in properties:
            if value == root and predicate in context.reverse:
                incoming.setdefault(predicate, []).append(subject)
    for predicate, key in context.reverse.items():
        subjects = [s for s in incoming.get(predicate, ()) if s in left]
        if subjects:
            node[key.name] = [compacted(s, left.pop(s), context) for s in subjects]
    if left:
        node["included"] = [compacted(s, own, context) for s, own in left.items()]
    return node
