"""Validation results (SHACL section 3.6.2) and the report graph made of them (section 3.6.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ogpld.rdf import RDF, SH, XSD, BlankNode, Literal, NamedNode, Quad, term_text
from ogpld.report import Finding, Severity
from ogpld.shacl.property_paths import (
    AlternativePath,
    AnyPath,
    InversePath,
    RepeatedPath,
    SequencePath,
    sparql,
)
from ogpld.shacl.shapes import Node, Term

_REPEATS = {"*": "zeroOrMorePath", "+": "oneOrMorePath", "?": "zeroOrOnePath"}
_NAMED_IN_MESSAGE = re.compile(r"\{[?$](\w+)\}")
_OF_OURS = {severity.value for severity in Severity}


@dataclass(frozen=True, slots=True)
class ValidationResult:
    """One validation result.

    Attributes:
        focus: the focus node.
        path: the result path, None for node shapes.
        value: the value at fault, None where no single one is.
        component: IRI of the constraint component.
        shape: the source shape.
        severity: IRI of the severity.
        messages: in every language; never empty.
        involved: properties of the focus node the constraint looks at when it has no path.
        constraint: the source constraint of a SPARQL-based one.
    """

    focus: Term
    path: AnyPath | None
    value: Term | None
    component: str
    shape: Node
    severity: str
    messages: tuple[Literal, ...]
    involved: tuple[str, ...] = ()
    constraint: Node | None = None

    def finding(self) -> Finding:
        """Return the result as the gate reports it, in English where it has a choice."""
        severity = SH.local(self.severity)
        message = min(self.messages, key=lambda m: (m.language not in {"en", None}, str(m)))
        path = self.path
        return Finding(
            severity=Severity(severity if severity in _OF_OURS else "Violation"),
            focus=term_text(self.focus) if isinstance(self.focus, NamedNode) else str(self.focus),
            message=message.value,
            shape=term_text(self.shape),
            component=self.component,
            path=None if path is None else getattr(path, "value", None) or sparql(path),
            value=None if self.value is None else term_text(self.value),
            value_term=None if self.value is None else str(self.value),
            involved=self.involved,
        )


def fill_messages(
    messages: Iterable[Literal], values: Mapping[str, Term | None]
) -> tuple[Literal, ...]:
    """Return messages with `{?name}` and `{$name}` replaced by values (section 5.3.2)."""

    def value(match: re.Match[str]) -> str:
        term = values.get(match[1])
        return match[0] if term is None else term_text(term)

    return tuple(
        Literal(_NAMED_IN_MESSAGE.sub(value, m.value), language=m.language)
        if m.language
        else Literal(_NAMED_IN_MESSAGE.sub(value, m.value))
        for m in messages
    )


def report_graph(results: Iterable[ValidationResult]) -> Iterator[Quad]:
    """Yield the validation report as the W3C describes it; its nodes are blank."""
    head = BlankNode()
    members = list(results)
    yield Quad(head, RDF("type"), SH("ValidationReport"))
    conforms = Literal(str(not members).lower(), datatype=XSD("boolean"))
    yield Quad(head, SH("conforms"), conforms)
    for result in members:
        node = BlankNode()
        yield Quad(head, SH("result"), node)
        yield Quad(node, RDF("type"), SH("ValidationResult"))
        yield Quad(node, SH("focusNode"), result.focus)
        yield Quad(node, SH("resultSeverity"), NamedNode(result.severity))
        yield Quad(node, SH("sourceConstraintComponent"), NamedNode(result.component))
        yield Quad(node, SH("sourceShape"), result.shape)
        if result.constraint is not None:
            yield Quad(node, SH("sourceConstraint"), result.constraint)
        if result.value is not None:
            yield Quad(node, SH("value"), result.value)
        for message in result.messages:
            yield Quad(node, SH("resultMessage"), message)
        if result.path is not None:
            quads: list[Quad] = []
            yield Quad(node, SH("resultPath"), _path_node(result.path, quads))
            yield from quads


def _path_node(path: AnyPath, quads: list[Quad]) -> Node:
    """Return the node of a path, and add what describes it."""
    if isinstance(path, NamedNode):
        return path
    node = BlankNode()
    match path:
        case InversePath(inner):
            quads.append(Quad(node, SH("inversePath"), _path_node(inner, quads)))
        case RepeatedPath(inner, sign):
            quads.append(Quad(node, SH(_REPEATS[sign]), _path_node(inner, quads)))
        case AlternativePath(parts):
            quads.append(Quad(node, SH("alternativePath"), _list(parts, quads)))
        case SequencePath(parts):
            return _list(parts, quads)
    return node


def _list(parts: tuple[AnyPath, ...], quads: list[Quad]) -> Node:
    head: Node = RDF("nil")
    for part in reversed(parts):
        node = BlankNode()
        quads.append(Quad(node, RDF("first"), _path_node(part, quads)))
        quads.append(Quad(node, RDF("rest"), head))
        head = node
    return head
