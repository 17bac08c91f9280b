"""Node objects of JSON-LD 1.1, projected from statements with our own context.

No JSON-LD processor runs here: the context is ours and fixed, so a table look-up per statement gives
what compaction would. Values that a key cannot say without changing them go under their full IRI, so
nothing is lost and what has one value by its key always has one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from ogpld.model.context import Context, Key
from ogpld.rdf import RDF, XSD, Literal, NamedNode, Triple

Node = dict[str, Any]
#: A statement about a subject: the IRI of the property, and the value.
Property = tuple[str, Any]

TYPE = RDF("type").value
_INTEGER, _BOOLEAN, _STRING = XSD("integer").value, XSD("boolean").value, XSD("string").value
#: Integers that every JSON reader keeps (I-JSON, RFC 7493 section 2.2), in their one spelling.
_SAFE_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,14}")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9/_-]*")


def by_subject(triples: Iterable[Triple]) -> dict[str, list[Property]]:
    """Return statements by subject, in the order subjects first occur."""
    grouped: dict[str, list[Property]] = {}
    for triple in triples:
        subject = triple.subject
        name = subject.value if type(subject) is NamedNode else str(subject)
        grouped.setdefault(name, []).append((triple.predicate.value, triple.object))
    return grouped


def name_of(term: Any) -> str:
    """Return what stands for a node in JSON-LD: its IRI, or `_:` and the label of a blank one."""
    return term.value if isinstance(term, NamedNode) else str(term)


def is_link(value: Any) -> bool:
    """Say whether a value is a node: an IRI or a blank one."""
    return not isinstance(value, Literal)


def compacted(subject: str, properties: Iterable[Property], context: Context) -> Node:
    """Return a node with its own statements under the keys of the context."""
    node: Node = {"id": subject}
    types: list[str] = []
    for predicate, value in properties:
        if type(value) is Literal:
            _add_literal(node, predicate, value, context)
        elif type(value) is not NamedNode:  # a blank node of a CONSTRUCT; published data has none
            node.setdefault(predicate, []).append(_value(value))
        elif predicate == TYPE:
            types.append(context.classes.get(value.value, value.value))
        else:
            _add_link(node, predicate, value.value, context)
    return {"id": subject, "type": types, **node} if types else node


def expanded(subject: str, properties: Iterable[Property]) -> Node:
    """Return a node in expanded form (JSON-LD 1.1 section 5.1): full IRIs, every value an array."""
    node: Node = {"@id": subject}
    for predicate, value in properties:
        if predicate == TYPE and not isinstance(value, Literal):
            node.setdefault("@type", []).append(name_of(value))
        else:
            node.setdefault(predicate, []).append(_value(value))
    return node


def _add_link(node: Node, predicate: str, iri: str, context: Context) -> None:
    """Put a thing under the key that fits it, or under the full IRI."""
    for key in context.keys.get(predicate, ()):
        if key.kind == "id":
            if _put(node, key, iri):
                return
        elif key.kind == "code" and _put(node, key, _code(key, iri, context)):
            return
    node.setdefault(predicate, []).append({"@id": iri})


def _add_literal(node: Node, predicate: str, value: Literal, context: Context) -> None:
    """Put a text, date, number or boolean under the key that fits it, or under the full IRI."""
    for key in context.keys.get(predicate, ()):
        if key.kind == "lang":
            if _add_text(node, key, value):
                return
        elif (short := _short(key, value)) is not None and _put(node, key, short):
            return
    node.setdefault(predicate, []).append(_value(value))


def _put(node: Node, key: Key, short: Any) -> bool:
    """Put a value under a key; False where its one place is taken."""
    if key.many:
        node.setdefault(key.name, []).append(short)
    elif key.name in node:
        return False
    else:
        node[key.name] = short
    return True


def _add_text(node: Node, key: Key, value: Literal) -> bool:
    """Put a text into its language map, a name without language under `@none`.

    False for what is no text, or when its place is taken.
    """
    language = value.language
    if value.direction if language else value.datatype.value != _STRING:
        return False
    language = language or "@none"
    texts = node.setdefault(key.name, {})
    if not key.unique:
        texts.setdefault(language, []).append(value.value)
    elif language in texts:
        return False
    else:
        texts[language] = value.value
    return True


def _short(key: Key, value: Literal) -> str | int | bool | None:
    """Return the short form of a literal under a key, None when the key does not fit it."""
    datatype = value.datatype.value
    if key.kind == "literal":
        return value.value if datatype == key.datatype else None
    if key.kind != "native" or datatype not in key.natives:
        return None
    text = value.value
    if datatype == _STRING:
        return text
    if datatype == _INTEGER:
        return int(text) if _SAFE_INTEGER.fullmatch(text) else None
    return {"true": True, "false": False}.get(text)


def _code(key: Key, iri: str, context: Context) -> str:
    """Return a code by its notation where nothing else is called so, else by its IRI."""
    if not iri.startswith(key.vocab):
        return iri
    rest = iri[len(key.vocab) :]
    return rest if _CODE.fullmatch(rest) and rest not in context.not_short[key.vocab] else iri


def _value(value: Any) -> dict[str, str]:
    """Return a value in expanded form."""
    if not isinstance(value, Literal):
        return {"@id": name_of(value)}
    if value.language is not None:
        direction = {"@direction": str(value.direction)} if value.direction else {}
        return {"@value": value.value, "@language": value.language, **direction}
    if value.datatype.value == _STRING:
        return {"@value": value.value}
    return {"@value": value.value, "@type": value.datatype.value}
