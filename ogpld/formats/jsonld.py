"""Compacted JSON-LD 1.1, projected from a document's statements with our own context.

No JSON-LD processor runs here: the context is ours and fixed, so a table look-up per statement gives
what compaction would (ontology.md section 6). Tests expand every document with PyLD and hold it to
the same graph as its Turtle. Values the context cannot say go under their full IRI, so nothing is
lost.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from ogpld.formats.statements import Statements
from ogpld.model.context import Context, Key
from ogpld.rdf import RDF, XSD, Literal, NamedNode, Triple, term_text

_TYPE = RDF("type").value
_INTEGER, _BOOLEAN, _STRING = XSD("integer").value, XSD("boolean").value, XSD("string").value


def write_jsonld(statements: Statements) -> bytes:
    """Write the document with the thing on top, incoming links nested, the rest under `included`."""
    document = {"@context": statements.context_iri, **project(statements)}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def write_graph_jsonld(statements: Statements) -> bytes:
    """Write a graph that is about no thing in particular, as `@graph`."""
    by_subject: dict[str, list[Triple]] = {}
    for triple in statements.triples:
        subject = triple.subject
        name = subject.value if isinstance(subject, NamedNode) else str(subject)
        by_subject.setdefault(name, []).append(triple)
    nodes = [_node(s, triples, statements.context) for s, triples in by_subject.items()]
    document = {"@context": statements.context_iri, "@graph": nodes}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def project(statements: Statements) -> dict[str, Any]:
    """Return the document as a JSON object, without its context."""
    context = statements.context
    by_subject: dict[str, list[Triple]] = {}
    for triple in statements.triples:
        by_subject.setdefault(term_text(triple.subject), []).append(triple)
    root = _node(statements.root, by_subject.pop(statements.root, []), context)
    for predicate, key in context.reverse.items():
        incoming = [
            subject
            for subject, triples in by_subject.items()
            if any(
                t.predicate.value == predicate
                and isinstance(t.object, NamedNode)
                and term_text(t.object) == statements.root
                for t in triples
            )
        ]
        if incoming:
            root[key.name] = [_node(s, by_subject.pop(s), context) for s in incoming]
    if by_subject:
        root["included"] = [_node(s, triples, context) for s, triples in by_subject.items()]
    return root


def _node(subject: str, triples: Iterable[Triple], context: Context) -> dict[str, Any]:
    """Return one node with its own statements."""
    node: dict[str, Any] = {"id": subject}
    types = []
    for triple in triples:
        predicate, value = triple.predicate.value, triple.object
        if predicate == _TYPE and isinstance(value, NamedNode):
            types.append(context.classes.get(value.value, value.value))
        elif isinstance(value, NamedNode | Literal):
            _add(node, predicate, value, context)
        else:  # a blank node of a CONSTRUCT; published data has none
            node.setdefault(predicate, []).append({"@id": str(value)})
    if types:
        head = {"id": subject, "type": types[0] if len(types) == 1 else types}
        return {**head, **{k: v for k, v in node.items() if k != "id"}}
    return node


def _add(
    node: dict[str, Any], predicate: str, value: NamedNode | Literal, context: Context
) -> None:
    """Put one value under the key that fits it, or under the full IRI."""
    for key in context.keys.get(predicate, ()):
        if isinstance(value, Literal) and value.language is not None:
            if key.kind == "lang" and _add_text(node, key, value):
                return
        elif (short := _short(key, value)) is not None:
            if key.many:
                node.setdefault(key.name, []).append(short)
                return
            if key.name not in node:
                node[key.name] = short
                return
    node.setdefault(predicate, []).append(_expanded(value))


def _add_text(node: dict[str, Any], key: Key, value: Literal) -> bool:
    """Put a text into its language map; False when its place is taken."""
    texts = node.setdefault(key.name, {})
    language = value.language or "und"
    if not key.unique:
        texts.setdefault(language, []).append(value.value)
        return True
    if language in texts:
        return False
    texts[language] = value.value
    return True


def _short(key: Key, value: NamedNode | Literal) -> Any:
    """Return the short form of a value under a key, None when the key does not fit it."""
    if isinstance(value, NamedNode):
        if key.kind == "id":
            return value.value
        if key.kind == "code":
            rest = value.value.removeprefix(key.vocab)
            return rest if rest != value.value and ":" not in rest else value.value
        return None
    datatype = value.datatype.value
    if key.kind == "literal" and datatype == key.datatype:
        return value.value
    if key.kind != "native":
        return None
    if datatype == _STRING:
        return value.value
    if datatype == _INTEGER:
        return int(value.value)
    if datatype == _BOOLEAN:
        return value.value == "true"
    return None


def _expanded(value: NamedNode | Literal) -> dict[str, str]:
    """Return a value in expanded form."""
    if isinstance(value, NamedNode):
        return {"@id": value.value}
    if value.language is not None:
        return {"@value": value.value, "@language": value.language}
    if value.datatype.value == _STRING:
        return {"@value": value.value}
    return {"@value": value.value, "@type": value.datatype.value}
