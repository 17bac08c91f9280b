"""The gate's report as the W3C validation report graph (SHACL section 3.6).

Every result has one constraint component, as section 3.6.2.5 demands: what was found in reading, before any
shape was asked, has one of our own (`shapes/rules.ttl`).
"""

from __future__ import annotations

import re
from functools import lru_cache

from ogpld.rdf import DCTERMS, PREFIXES, RDF, SH, SHAPES, XSD, Literal, NamedNode, Quad, english
from ogpld.report.finding import Finding
from ogpld.report.findings import Report

#: The constraint component of findings that no shape made.
READING = SHAPES("ReadingConstraintComponent")
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]*")
_LITERAL = re.compile(
    r'"(?P<text>(?:[^"\\]|\\.)*)"(?:@(?P<tag>[\w-]+)|\^\^<(?P<type>[^>]+)>)?', re.DOTALL
)


def report_turtle(report: Report, base: str) -> bytes:
    """Return the report as Turtle.

    It says what `report_quads` says, written result by result: a serialiser that is given every
    statement takes most of the time of a small build.
    """
    head = f"{base}release/validation"
    parts = [f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in ("dcterms", "sh", "xsd")]
    results = "".join(
        f" ;\n\tsh:result <{head}#result-{n}>" for n in range(1, len(report.findings) + 1)
    )
    conforms = str(report.conforms).lower()
    parts.append(f"<{head}> a sh:ValidationReport ;\n\tsh:conforms {conforms}{results} .\n")
    parts += (
        f"<{head}#result-{number}> a sh:ValidationResult{_written(finding)} .\n"
        for number, finding in enumerate(report.findings, 1)
    )
    return "".join(parts).encode()


def _written(finding: Finding) -> str:
    """Return what is said of a result, as the rest of a Turtle statement."""
    values = [("resultSeverity", f"sh:{finding.severity.value}")]
    values.append(("resultMessage", str(english(finding.message))))
    for name, value in _named(finding):
        if value and (term := _iri(value)):
            values.append((name, str(term)))
    if finding.value is not None:
        values.append(("value", str(_value(finding.value, finding.value_term))))
    text = "".join(f" ;\n\tsh:{name} {value}" for name, value in values)
    return text + "".join(f" ;\n\tdcterms:source {Literal(str(where))}" for where in finding.where)


def _named(finding: Finding) -> tuple[tuple[str, str | None], ...]:
    return (
        ("focusNode", finding.focus),
        ("resultPath", finding.path),
        ("sourceShape", finding.shape),
        ("sourceConstraintComponent", finding.component or READING.value),
    )


def report_quads(report: Report, iri: str) -> list[Quad]:
    """Return the report as a graph: its head is `iri`, every result an IRI below, none blank.

    A property path that is no plain property is left out: `sh:sourceShape` has it.
    """
    head = NamedNode(iri)
    quads = [
        Quad(head, RDF("type"), SH("ValidationReport")),
        Quad(
            head,
            SH("conforms"),
            Literal(str(report.conforms).lower(), datatype=XSD("boolean")),
        ),
    ]
    for number, finding in enumerate(report.findings, 1):
        node = NamedNode(f"{head.value}#result-{number}")
        quads += [
            Quad(head, SH("result"), node),
            Quad(node, RDF("type"), SH("ValidationResult")),
            Quad(node, SH("resultSeverity"), SH(finding.severity.value)),
            Quad(node, SH("resultMessage"), english(finding.message)),
        ]
        for predicate, value in _named(finding):
            if value and (term := _iri(value)):
                quads.append(Quad(node, SH(predicate), term))
        if finding.value is not None:
            quads.append(Quad(node, SH("value"), _value(finding.value, finding.value_term)))
        quads += [Quad(node, DCTERMS("source"), Literal(str(where))) for where in finding.where]
    return quads


@lru_cache(maxsize=4096)
def _iri(text: str) -> NamedNode | None:
    """Return an IRI, None for a path or a blank node."""
    try:
        return NamedNode(text) if _IRI.fullmatch(text) else None
    except ValueError:
        return None


def _value(text: str, term: str | None) -> NamedNode | Literal:
    """Return the value at fault as the term it was."""
    if term and term.startswith("<") and "://" in term:
        return NamedNode(text)
    match = _LITERAL.fullmatch(term or "")
    if match and match["tag"]:
        return Literal(text, language=match["tag"])
    if match and match["type"]:
        return Literal(text, datatype=NamedNode(match["type"]))
    return Literal(text)
