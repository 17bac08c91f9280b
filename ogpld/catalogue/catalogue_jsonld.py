"""JSON-LD of a catalogue, with all it needs inside: harvesters should have to fetch nothing.

Nodes stand flat under `@graph`, keys are shortened by the prefixes that occur, values are spelt out. Any
JSON-LD processor reads it, and equal statements give equal bytes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ogpld.rdf import PREFIXES, RDF, XSD, Literal, NamedNode, Triple, term_text

_TYPE = RDF("type")
_STRING = XSD("string").value


def write_catalogue(triples: Sequence[Triple], root: str) -> bytes:
    """Return the document; the root stands first, the others by IRI."""
    used: dict[str, str] = {}
    nodes: dict[str, dict[str, Any]] = {root: {"@id": root}}
    for triple in triples:
        subject = term_text(triple.subject)
        node = nodes.setdefault(subject, {"@id": subject})
        if triple.predicate == _TYPE:
            node.setdefault("@type", []).append(_short(term_text(triple.object), used))
        elif isinstance(triple.object, NamedNode | Literal):
            key = _short(triple.predicate.value, used)
            node.setdefault(key, []).append(_value(triple.object, used))
    first = nodes.pop(root)
    ordered = [first, *(nodes[name] for name in sorted(nodes))]
    document = {"@context": dict(sorted(used.items())), "@graph": ordered}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _short(iri: str, used: dict[str, str]) -> str:
    """Return an IRI by its prefix, which is noted."""
    for prefix, namespace in PREFIXES.items():
        rest = iri.removeprefix(namespace)
        if rest != iri and rest and "/" not in rest and "#" not in rest:
            used[prefix] = namespace
            return f"{prefix}:{rest}"
    return iri


def _value(value: NamedNode | Literal, used: dict[str, str]) -> dict[str, str]:
    if isinstance(value, NamedNode):
        return {"@id": value.value}
    if value.language is not None:
        return {"@value": value.value, "@language": value.language}
    if value.datatype.value == _STRING:
        return {"@value": value.value}
    return {"@value": value.value, "@type": _short(value.datatype.value, used)}
