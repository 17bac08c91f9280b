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

TYPE = RDF("type").value
_INTEGER, _BOOLEAN, _STRING = XSD("integer").value, XSD("boolean").value, XSD("string").value
#: Integers that every JSON reader keeps (I-JSON, RFC 7493 section 2.2), in their one spelling.
_SAFE_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,14}")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9/_-]*")


def by_subject(triples: Iterable[Triple]) -> dict[str, list[Triple]]:
    """Return statements by subject, in the order subjects first occur."""
    grouped: dict[str, list[Triple]] = {}
    for triple in triples:
        grouped.setdefault(name_of(triple.subject), []).append(triple)
    return grouped


def name_of(term: Any) -> str:
    """Return what stands for a node in JSON-LD: its IRI, or `_:` and the label of a blank one."""
    return term.value if isinstance(term, NamedNode) else str(term)


def compacted(subject: str, triples: Iterable[Triple], context: Context) -> Node:
    """Return a node with its own statements under the keys of the context."""
    node: Node = {"id": subject}
    types: list[str] = []
    for triple in triples:
        predicate, value = triple.predicate.value, triple.object
        if predicate == TYPE and isinstance(value, NamedNode):
            types.append(context.classes.get(value.value, value.value))
        elif isinstance(value, NamedNode | Literal):
            add(node, predicate, value, context)
        else:  # a blank node of a CONSTRUCT; published data has none
            node.setdefault(predicate, []).append({"@id": str(value)})
    return {"id": subject, "type": types, **node} if types else node


def expanded(subject: str, triples: Iterable[Triple]) -> Node:
    """Return a node in expanded form (JSON-LD 1.1 section 5.1): full IRIs, every value an array."""
    node: Node = {"@id": subject}
    for triple in triples:
        predicate, value = triple.predicate.value, triple.object
        if predicate == TYPE and not isinstance(value, Literal):
            node.setdefault("@type", []).append(name_of(value))
        else:
            node.setdefault(predicate, []).append(_value(value))
    return node


def add(node: Node, predicate: str, value: NamedNode | Literal, context: Context) -> None:
    """Put one value under the key that fits it, or under the full IRI."""
    for key in context.keys.get(predicate, ()):
        if key.kind == "lang":
            if isinstance(value, Literal) and _add_text(node, key, value):
                return
        elif (short := _short(key, value, context)) is not None:
            if key.many:
                node.setdefault(key.name, []).append(short)
                return
            if key.name not in node:
                node[key.name] = short
                return
    node.setdefault(predicate, []).append(_value(value))


def _add_text(node: Node, key: Key, value: Literal) -> bool:
    """Put a text into its language map, a name without language under `@none`.

    False for what is no text, or when its place is taken.
    """
    if value.direction or (value.language is None and value.datatype.value != _STRING):
        return False
    texts = node.setdefault(key.name, {})
    language = value.language or "@none"
    if not key.unique:
        texts.setdefault(language, []).append(value.value)
    elif language in texts:
        return False
    else:
        texts[language] = value.value
    return True


def _short(key: Key, value: NamedNode | Literal, context: Context) -> Any:
    """Return the short form of a value under a key, None when the key does not fit it."""
    if isinstance(value, NamedNode):
        if key.kind == "id":
            return value.value
        return _code(key, value.value, context) if key.kind == "code" else None
    datatype, text = value.datatype.value, value.value
    if key.kind == "literal":
        return text if datatype == key.datatype else None
    if key.kind != "native" or datatype not in key.natives:
        return None
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
