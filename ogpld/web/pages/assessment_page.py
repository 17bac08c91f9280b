"""The page of an assessment: what was asked of what, the answer on its scale, who gave it and where."""

from __future__ import annotations

from dataclasses import dataclass

from ogpld.rdf import NS
from ogpld.web.pages.indicator_answers import IndicatorAnswers, by_indicator, read_answers
from ogpld.web.pages.report_rows import ReportRow, read_reports
from ogpld.web.pages.subject import Subject
from ogpld.web.pages.tables import Value


@dataclass(frozen=True, slots=True)
class AssessmentPage:
    """What assessment.html shows.

    Attributes:
        things: what was assessed.
        entry: the answer with its scale; None where the indicator, phase or assessor is not stated.
        indicator: the page of the indicator.
        reports: the report it stands in.
        readings: whether other sources give another value, which the page has as parts.
    """

    things: tuple[Value, ...]
    entry: IndicatorAnswers | None
    indicator: tuple[Value, ...]
    reports: tuple[ReportRow, ...]
    readings: bool


def assessment_page(subject: Subject) -> AssessmentPage:
    """Return what the page of an assessment shows."""
    serving, about = subject.serving, subject.about
    mine = read_answers(serving, about, about.objects(NS("assesses")), only=subject.iri)
    reports = set(about.objects(NS("report")))
    plans = {plan for iri in reports for plan in about.objects(NS("plan"), iri)}
    about_plans = read_reports(serving, about, dict.fromkeys(plans, ""))
    return AssessmentPage(
        things=subject.values(NS("assesses")),
        entry=next(by_indicator(serving, mine), None),
        indicator=subject.values(NS("indicator")),
        reports=tuple(r for r in about_plans if r.iri in reports),
        readings=bool(about.objects(NS("conflictsWith"))),
    )
