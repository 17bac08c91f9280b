"""Which report a value comes from: kinds go by cycle and slot, not by the printed type.

A plan has a first slot (progress report, later design report, later action plan review) and a last
one. The code lists say so: `phase` and `report-type` name a slot, `report-kind` the cycles it covers.
"""

from __future__ import annotations

import re

from ogpld.model import Model
from ogpld.rdf import NamedNode
from ogpld.sources.row_context import RowContext, Subject

_YEAR = re.compile("[12][0-9]{3}", re.ASCII)


def kind_of_slot(model: Model, slot: str, cycle: int) -> str:
    """Return the report kind that fills a slot in a cycle."""
    for code in model.schemes["report-kind"].codes:
        if code.slot == slot and code.covers(cycle):
            return code.notation
    return slot


def year_of(cycle: str | None) -> int | None:
    """Return the year a cycle is, None where it is something else."""
    return int(cycle) if cycle and _YEAR.fullmatch(cycle) else None


def kinds_of_cycle(model: Model, cycle: str | None) -> tuple[str, str]:
    """Return the kinds of a plan's first and last report, "" where there is no cycle."""
    year = year_of(cycle)
    if year is None:
        return "", ""
    return kind_of_slot(model, "first", year), kind_of_slot(model, "last", year)


def kind_of_type(model: Model, printed: str, cycle: str) -> str | None:
    """Return the report kind of a printed type in a plan of that cycle, None for an unknown type."""
    code = model.schemes["report-type"].find(printed)
    if code is None:
        return None
    if code.slot and (year := year_of(cycle)) is not None:
        return kind_of_slot(model, code.slot, year)
    return code.notation


def kind_of_phase(model: Model, phase: str, cycle: int) -> str:
    """Return the kind of the report that tells of a phase in plans of a cycle."""
    code = model.schemes["phase"].find(phase)
    return kind_of_slot(model, code.slot if code else phase, cycle)


def plan_report(context: RowContext, kind: str) -> NamedNode:
    """Return the report of that kind of the plan a row belongs to."""
    if context.subject is None:
        raise ValueError("the row assesses nothing")
    plan = context.subject.plan.value.rpartition("/")[2]
    return context.reports.setdefault(kind, context.iris.thing("report", f"{plan}-{kind}"))


def own_kind(subject: Subject) -> str:
    """Return the kind of the report a row describes itself, as its key says."""
    if subject.report is None:
        raise ValueError("the row describes no report")
    plan = subject.plan.value.rpartition("/")[2]
    return subject.report.value.rpartition("/")[2].removeprefix(f"{plan}-")
