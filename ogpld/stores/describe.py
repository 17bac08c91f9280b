"""The document graph of a thing, read by patterns only; and what a DESCRIBE query asks for.

A document holds the thing's own statements, those of its hash parts, the first incoming links of each
kind with their total, and the labels of everything it points to (contract.md section 4, Document).
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pyoxigraph as ox

_LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
_DESCRIBE = re.compile(
    r"(?P<prologue>(?:\s|#[^\n]*\n|PREFIX\s+\S*\s*<[^>]*>|BASE\s*<[^>]*>)*)"
    r"DESCRIBE\s+(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_ONLY_IRIS = re.compile(r"(?:<(?P<iri>[^<>\"{}|^`\\\s]*)>\s*)+", re.DOTALL)
_WHERE = re.compile(r"\bWHERE\b|\bFROM\b|\{", re.IGNORECASE)


def natural(text: str) -> tuple[str, ...]:
    """Return a key that sorts `m1-2` before `m1-10`."""
    return tuple(part.zfill(8) if part.isdigit() else part for part in re.split(r"(\d+)", text))


def describe(
    store: ox.Store, iri: str, links: int
) -> tuple[list[ox.Quad], dict[str, int]]:
    """Return the quads of a thing's document and the number of incoming links by predicate."""
    root = ox.NamedNode(iri)
    quads = list(store.quads_for_pattern(root, None, None, None))
    quads += _parts(store, iri, quads)
    incoming: dict[str, list[ox.Quad]] = {}
    known = {quad.subject for quad in quads}
    for quad in store.quads_for_pattern(None, None, root, None):
        if quad.subject not in known and isinstance(quad.subject, ox.NamedNode):
            if quad.subject.value.startswith(f"{iri}#"):
                quads += store.quads_for_pattern(quad.subject, None, None, None)
                known.add(quad.subject)
            else:
                incoming.setdefault(quad.predicate.value, []).append(quad)
    counts: dict[str, int] = {}
    for predicate, found in incoming.items():
        subjects = sorted({q.subject.value for q in found}, key=natural)
        counts[predicate] = len(subjects)
        shown = set(subjects[:links])
        quads += [q for q in found if q.subject.value in shown]
    return quads + _labels(store, quads), counts


def _parts(store: ox.Store, iri: str, quads: list[ox.Quad]) -> list[ox.Quad]:
    """Return the quads of hash parts that are reached from the thing, and of theirs."""
    found: list[ox.Quad] = []
    seen: set[str] = set()
    todo = list(quads)
    while todo:
        value = todo.pop().object
        if isinstance(value, ox.NamedNode) and value.value.startswith(f"{iri}#"):
            if value.value in seen:
                continue
            seen.add(value.value)
            more = list(store.quads_for_pattern(value, None, None, None))
            found += more
            todo += more
    return found


def _labels(store: ox.Store, quads: list[ox.Quad]) -> list[ox.Quad]:
    """Return the labels of everything that is pointed to, points here, or is a graph."""
    terms: set[ox.NamedNode] = set()
    for quad in quads:
        terms |= {
            term
            for term in (quad.subject, quad.object, quad.graph_name)
            if isinstance(term, ox.NamedNode)
        }
    return [q for term in terms for q in store.quads_for_pattern(term, _LABEL, None, None)]


def described_iris(text: str, select: Callable[[str], list[str]]) -> list[str] | None:
    """Return the IRIs a DESCRIBE query asks for, None for any other query.

    Variables are found by running the same pattern as SELECT DISTINCT.
    """
    match = _DESCRIBE.match(text)
    if match is None:
        return None
    rest = match["rest"].strip()
    if _ONLY_IRIS.fullmatch(rest):
        return re.findall(r"<([^<>]*)>", rest)
    head = _WHERE.split(rest, maxsplit=1)[0]
    fixed = re.findall(r"<([^<>]*)>", head)
    if "?" not in head and "$" not in head and "*" not in head:
        binds = " ".join(f"BIND({name} AS ?d{n})" for n, name in enumerate(head.split()))
        return select(f"{match['prologue']} SELECT * {{ {binds} }}")
    variables = "*" if "*" in head else " ".join(re.findall(r"[?$]\w+", head))
    body = rest[len(head) :]
    return [*fixed, *select(f"{match['prologue']} SELECT DISTINCT {variables} {body}")]
