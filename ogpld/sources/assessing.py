"""Turn indicator cells into assessments and printed numbers into totals (ontology.md 1.5, 1.6).

An assessment says which indicator of which target one report states, by whom, in which phase. The
windows of the code lists say who assesses and when an indicator is in use; an absent value is stated
only inside its window, because outside of it the window says so once for all.
"""

from __future__ import annotations

from dataclasses import dataclass

from ogpld.model import Window
from ogpld.rdf import CODE, NS, RDF, XSD, Literal, NamedNode
from ogpld.sources.context import RowContext
from ogpld.sources.description import Assessments
from ogpld.sources.mapping import Line
from ogpld.sources.reports import slot_report
from ogpld.sources.template import fill


@dataclass(frozen=True, slots=True)
class Subject:
    """What the indicator columns of a row speak of."""

    target: NamedNode
    plan: NamedNode
    cycle: int
    report: NamedNode | None


def subject_of(context: RowContext, told: Assessments | None) -> Subject | None:
    """Return what this row's indicators assess, None when the row has no such thing."""
    if told is None or told.target not in context.things or told.plan not in context.things:
        return None
    cycle = fill(told.cycle, context.row.cells)
    if cycle is None or not cycle.isdecimal():
        return None
    report = context.things.get(told.report) if told.report else None
    return Subject(context.things[told.target], context.things[told.plan], int(cycle), report)


def _choose(context: RowContext, line: Line, cycle: int) -> tuple[str, str, Window, bool] | None:
    """Return indicator, dimension, window and whether the window covers the cycle.

    A term may name several indicators (`relevant | open-government-lens`), told apart by cycle.
    """
    fallback = None
    for name in line.term.split("|"):
        indicator, _, dimension = name.strip().partition("/")
        for window in context.model.windows_of(indicator):
            if window.phase != line.argument:
                continue
            if window.covers(cycle):
                return indicator, dimension, window, True
            fallback = (indicator, dimension, window, False)
    return fallback


def map_assessment(context: RowContext, line: Line, subject: Subject, text: str) -> None:
    """State the assessment one indicator cell holds."""
    chosen = _choose(context, line, subject.cycle)
    if chosen is None:
        context.problem(
            line.column,
            f"no window of {line.term!r} has the phase {line.argument!r}",
            "correct mapping.csv or indicator-window.csv",
        )
        return
    indicator, dimension, window, _ = chosen
    scheme = context.model.schemes[context.model.scales[indicator]]
    code = scheme.find(text)
    if code is None:
        absent = context.model.schemes["no-value"].find(text)
        if absent is not None:
            map_no_value(context, line, subject, text)
            return
        context.problem(
            line.column,
            f"{text!r} is not in the scale {scheme.notation!r}",
            "use one of: " + ", ".join(c.label for c in scheme.codes),
        )
        return
    node = _assessment(context, line, subject, indicator, dimension, window)
    context.add(node, NS("value").value, NamedNode(code.iri), line.column)


def map_no_value(context: RowContext, line: Line, subject: Subject, text: str) -> None:
    """State why an indicator has no value, if its window covers the cycle."""
    chosen = _choose(context, line, subject.cycle)
    reason = context.model.schemes["no-value"].find(text)
    if reason is None:
        context.problem(line.column, f"{text!r} is no reason for an empty cell", "ND, NR or NA")
        return
    if chosen is None or not chosen[3]:
        return
    indicator, dimension, window, _ = chosen
    node = _assessment(context, line, subject, indicator, dimension, window)
    context.add(node, NS("noValue").value, NamedNode(reason.iri), line.column)


def _assessment(
    context: RowContext,
    line: Line,
    subject: Subject,
    indicator: str,
    dimension: str,
    window: Window,
) -> NamedNode:
    """State an assessment up to its value; its key is `{target}-{indicator}[-{dimension}]-{kind}`."""
    target = subject.target.value.rpartition("/")[2]
    report = None
    kind = "site"
    if window.assessor != "site":
        report, kind = slot_report(context, subject, window.phase)
    parts = [target, indicator, *([dimension] if dimension else []), kind]
    node = context.iris.thing("assessment", "-".join(parts))
    context.output.trace.add_thing(node.value, context.where())
    context.add(node, RDF("type").value, NS("Assessment"), line.column)
    context.add(node, NS("assesses").value, subject.target, line.column)
    context.add(node, NS("indicator").value, CODE(f"indicator/{indicator}"), line.column)
    context.add(node, NS("phase").value, CODE(f"phase/{window.phase}"), line.column)
    context.add(node, NS("assessor").value, CODE(f"assessor/{window.assessor}"), line.column)
    if dimension:
        context.add(node, NS("dimension").value, CODE(f"ogp-value/{dimension}"), line.column)
    if report is not None:
        context.add(node, NS("report").value, report, line.column)
    return node


def map_total(context: RowContext, line: Line, text: str) -> None:
    """State a number a report prints, as a qb:Observation at a hash IRI of the report."""
    if not text.isdecimal():
        context.problem(line.column, f"{text!r} is not a whole number", "write digits only")
        return
    report = context.things[line.thing]
    node = NamedNode(f"{report.value}#{line.term}")
    context.output.trace.add_thing(node.value, context.where())
    context.add(node, RDF("type").value, NS("PrintedTotal"), line.column)
    context.add(node, NS("report").value, report, line.column)
    context.add(node, NS("counts").value, CODE(f"total/{line.term}"), line.column)
    context.add(node, NS("count").value, Literal(text, datatype=XSD("integer")), line.column)
    if line.argument:
        context.add(node, NS("phase").value, CODE(f"phase/{line.argument}"), line.column)
