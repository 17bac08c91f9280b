"""Run pySHACL over the union of a build's graphs and point every result at its cells.

Follows SHACL (W3C Recommendation 2017) section 3.6: only results that hang from the report by
`sh:result` count; nested ones explain them. Literal forms and blank nodes are checked on the quads
themselves, because rdflib normalises literals while it reads them (ontology.md 4.9).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pyshacl
import rdflib.plugins.sparql
from rdflib import RDF, SH, URIRef

from ogpld.errors import GateRefusedError, Where
from ogpld.rdf import (
    SHAPES,
    BlankNode,
    Literal,
    Quad,
    lexical_form_problem,
    parse_turtle_graph,
    quads_to_graph,
    term_text,
)
from ogpld.report import Finding, Report, Severity

if TYPE_CHECKING:
    from rdflib.graph import Graph
    from rdflib.term import Node


class Places(Protocol):
    """Find the cells a statement was read from, closest first."""

    def find(self, subject: str, predicate: str | None, value: str | None) -> list[Any]:
        """Return cells of the statement, else of the property, else of the thing."""

    def column_of(self, file: str, predicate: str) -> str | None:
        """Return the column of a table that other rows fill the property from."""


def check(
    quads: Iterable[Quad],
    shapes: Path,
    places: Places | None = None,
    problems: Iterable[Finding] = (),
) -> Report:
    """Hold quads to the shapes of a folder.

    Args:
        quads: the whole dataset; graph names do not matter to the shapes.
        shapes: folder of Turtle files.
        places: where statements were read from, for findings by file, row and column.
        problems: findings the mapping already has.

    Raises:
        GateRefusedError: when the validator itself fails; nothing may be published then.
    """
    rdflib.plugins.sparql.SPARQL_LOAD_GRAPHS = False  # no shape of ours may fetch a graph
    dataset = list(quads)
    findings = list(problems)
    findings += _form_findings(dataset, places)
    data = quads_to_graph(q for q in dataset if not _has_blank(q))
    try:
        _, report, _ = pyshacl.validate(
            data_graph=data,
            shacl_graph=parse_turtle_graph(sorted(shapes.glob("*.ttl"))),
            advanced=False,
            js=False,
            inference="none",
            do_owl_imports=False,
            allow_infos=False,
            allow_warnings=False,
        )
    except Exception as error:
        raise GateRefusedError(
            f"the validator failed: {error}",
            hint="nothing was published; this is a fault in shapes/ or ogpld, please report it",
        ) from error
    if not hasattr(report, "subject_objects"):
        raise GateRefusedError(f"the validator gave no report: {report}")
    findings += _results(report, places)
    return Report.of(findings)


def _has_blank(quad: Quad) -> bool:
    return isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode)


def _form_findings(quads: list[Quad], places: Places | None) -> Iterator[Finding]:
    """Yield Violations for literal forms and blank nodes we do not publish."""
    for quad in quads:
        if _has_blank(quad):
            problem = "a blank node; published things have IRIs"
        elif isinstance(quad.object, Literal):
            problem = lexical_form_problem(quad.object) or ""
        else:
            continue
        if problem:
            yield located(
                Finding(
                    Severity.VIOLATION,
                    focus=term_text(quad.subject),
                    message=problem,
                    shape=SHAPES("literal-forms").value,
                    path=quad.predicate.value,
                    value=term_text(quad.object) if isinstance(quad.object, Literal) else None,
                    value_term=str(quad.object),
                ),
                places,
            )


def _results(report: Graph, places: Places | None) -> Iterator[Finding]:
    """Yield one finding per result of the report itself."""
    head = report.value(predicate=RDF.type, object=SH.ValidationReport)
    for node in report.objects(head, SH.result):
        yield located(_finding(report, node), places)


def _finding(report: Graph, node: Node) -> Finding:
    def text(predicate: URIRef) -> str:
        found: Any = report.value(node, predicate)
        return "" if found is None else str(found)

    value: Any = report.value(node, SH.value)
    path: Any = report.value(node, SH.resultPath)
    messages = sorted(
        report.objects(node, SH.resultMessage), key=lambda m: getattr(m, "language", "") != "en"
    )
    return Finding(
        severity=Severity(text(SH.resultSeverity).rpartition("#")[2] or "Violation"),
        focus=text(SH.focusNode),
        message=str(messages[0]) if messages else "the shape is not met",
        shape=text(SH.sourceShape),
        component=text(SH.sourceConstraintComponent),
        path=str(path) if isinstance(path, URIRef) else None,
        value=None if value is None else str(value),
        value_term=None if value is None else value.n3(),
    )


def located(finding: Finding, places: Places | None) -> Finding:
    """Return the finding with the cells it comes from, and a hint that fits."""
    if places is None:
        return finding
    cells = places.find(finding.focus, finding.path, finding.value_term)
    if not cells:
        return _with(finding, (), None, "derived from other statements; correct those")
    column = next((c.where.column for c in cells if c.where.column), None)
    if column is None and finding.path:
        file = cells[0].where.file
        column = places.column_of(file, finding.path)
        where = tuple(Where(c.where.file, c.where.row, column) for c in cells)
        hint = "fill the cell" if column else "correct the row"
    else:
        where = tuple(dict.fromkeys(c.where for c in cells))
        hint = "correct the cell"
    text = next((c.text for c in cells if c.where.column), None)
    return _with(finding, where, text, f"{hint}, then run: ogpld check")


def _with(finding: Finding, where: tuple[Where, ...], cell: str | None, hint: str) -> Finding:
    return replace(finding, where=where, cell=cell, hint=finding.hint or hint)
