"""Node objects of JSON-LD 1.1, projected from statements with our own context.

No JSON-LD processor runs here: the context is ours and fixed, so a table look-up per statement gives
what compaction would. Values that a key cannot say without changing them go under their full IRI, so
nothing is lost and what has one value by its key always has one. Statements are read from their lines: an
object for each and its terms would take longer than all else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from ogpld.model.context import Context, Key
from ogpld.rdf import RDF, XSD

Node = dict[str, Any]
#: A literal: its text, its language ("" for none) and its datatype.
Text = tuple[str, str, str]
#: A statement about a subject: the IRI of the property, and a literal or the name of a node.
Property = tuple[str, str | Text]

TYPE = RDF("type").value
_INTEGER, _BOOLEAN, _STRING = XSD("integer").value, XSD("boolean").value, XSD("string").value
#: Integers that every JSON reader keeps (I-JSON, RFC 7493 section 2.2), in their one spelling.
_SAFE_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,14}")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9/_-]*")
#: Subject, property and value of a line that the engine wrote, nodes as IRIs or blank ones.
_LINE = re.compile(
    r"^(?:<([^>]+)>|(_:[^ ]+)) <([^>]+)> "
    r'(?:<([^>]+)>|(_:[^ ]+)|"(.*)"(?:@([^ ]+)|\^\^<([^>]+)>)?) \.$',
    re.MULTILINE,
)
_ESCAPE = re.compile(r"\\(?:u(.{4})|U(.{8})|(.))")
_CONTROLS = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r"}


def by_subject(triples: bytes) -> dict[str, list[Property]]:
    """Return the statements of `canonical_triples` by subject, in the order subjects first occur.

    A node is named by its IRI, or `_:` and the label of a blank one.

    Raises:
        ValueError: for a line that is no statement of RDF 1.1.
    """
    lines = _LINE.findall(triples.decode())
    if len(lines) != triples.count(b"\n"):
        raise ValueError("these are not the lines of N-Triples that the engine writes")
    grouped: dict[str, list[Property]] = {}
    for subject, blank, predicate, iri, node, text, language, datatype in lines:
        value = iri or node or (_unescaped(text), language, datatype or _STRING)
        grouped.setdefault(subject or blank, []).append((predicate, value))
    return grouped


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(escape: re.Match[str]) -> str:
    short, long, letter = escape.groups()
    return _CONTROLS.get(letter, letter) if letter else chr(int(short or long, 16))


def compacted(subject: str, properties: Iterable[Property], context: Context) -> Node:
    """Return a node with its own statements under the keys of the context."""
    node: Node = {"id": subject}
    types: list[str] = []
    for predicate, value in properties:
        if isinstance(value, tuple):
            _add_literal(node, predicate, value, context)
        elif value.startswith("_:"):  # of a CONSTRUCT; published data has none
            node.setdefault(predicate, []).append({"@id": value})
        elif predicate == TYPE:
            types.append(context.classes.get(value, value))
        else:
            _add_link(node, predicate, value, context)
    return {"id": subject, "type": types, **node} if types else node


def expanded(subject: str, properties: Iterable[Property]) -> Node:
    """Return a node in expanded form (JSON-LD 1.1 section 5.1): full IRIs, every value an array."""
    node: Node = {"@id": subject}
    for predicate, value in properties:
        if isinstance(value, tuple):
            node.setdefault(predicate, []).append(_value(value))
        elif predicate == TYPE:
            node.setdefault("@type", []).append(value)
        else:
            node.setdefault(predicate, []).append({"@id": value})
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


def _add_literal(node: Node, predicate: str, value: Text, context: Context) -> None:
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


def _add_text(node: Node, key: Key, value: Text) -> bool:
    """Put a text into its language map, a name without language under `@none`.

    False for what is no text, or when its place is taken.
    """
    text, language, datatype = value
    if "--" in language or (not language and datatype != _STRING):
        return False
    texts = node.setdefault(key.name, {})
    language = language or "@none"
    if not key.unique:
        texts.setdefault(language, []).append(text)
    elif language in texts:
        return False
    else:
        texts[language] = text
    return True


def _short(key: Key, value: Text) -> str | int | bool | None:
    """Return the short form of a literal under a key, None when the key does not fit it."""
    text, language, datatype = value
    if language:
        return None
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


def _value(value: Text) -> dict[str, str]:
    """Return a literal in expanded form."""
    text, language, datatype = value
    if language:
        tag, _, direction = language.partition("--")
        return {
            "@value": text,
            "@language": tag,
            **({"@direction": direction} if direction else {}),
        }
    return {"@value": text} if datatype == _STRING else {"@value": text, "@type": datatype}
