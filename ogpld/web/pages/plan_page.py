"""The page of an action plan: its commitments with how they are graded, its reports, how it was made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ogpld.rdf import FOAF, NS, SCHEMA
from ogpld.web.pages.commitment_rows import CommitmentRow, read_commitments
from ogpld.web.pages.grade_charts import GradeChart, chart_of_commitments
from ogpld.web.pages.indicator_answers import (
    PROCESS,
    IndicatorAnswers,
    by_indicator,
    read_answers,
)
from ogpld.web.pages.outcome import Outcome, outcome_of
from ogpld.web.pages.plan_records import elsewhere_of
from ogpld.web.pages.printed_totals import TotalRow, read_totals
from ogpld.web.pages.report_rows import ReportRow, read_reports
from ogpld.web.pages.subject import Subject
from ogpld.web.pages.tables import Value


@dataclass(frozen=True, slots=True)
class PlanPage:
    """What plan.html shows.

    Attributes:
        held: how many of its commitments are here; `stated` how many a source says it has, "" for unknown.
        elsewhere: how many of these were assessed in something for another of their plans alone.
        rows: the first of its commitments, of which `held` are in the list.
        steps: of consultation that were followed, "" for unknown.
        texts: where it can be read.
    """

    member: tuple[Value, ...]
    number: str
    cycle: str
    start: tuple[Value, ...]
    end: tuple[Value, ...]
    approved: tuple[Value, ...]
    coordinators: tuple[Value, ...]
    texts: tuple[Value, ...]
    priorities: tuple[Value, ...]
    held: int
    stated: str
    outcome: Outcome
    elsewhere: int
    chart: GradeChart | None
    rows: Sequence[CommitmentRow]
    reports: tuple[ReportRow, ...]
    totals: tuple[TotalRow, ...]
    steps: str
    indicators: tuple[IndicatorAnswers, ...]
    list_href: str

    @property
    def report_links(self) -> Mapping[str, tuple[Value, ...]]:
        """The links of the reports, by IRI."""
        return {report.iri: (report.link,) for report in self.reports}

    @property
    def main_indicators(self) -> tuple[IndicatorAnswers, ...]:
        """Those that say most of how the plan was made and reported on."""
        by_name = {entry.first.indicator: entry for entry in self.indicators}
        return tuple(by_name[name] for name in PROCESS if name in by_name)


def plan_page(subject: Subject) -> PlanPage:
    """Return what the page of a plan shows."""
    serving, about = subject.serving, subject.about
    records, rows = read_commitments(subject, NS("plan"), subject.key)
    elsewhere = elsewhere_of(records, subject.key)
    answers = read_answers(serving, about, [subject.iri])
    return PlanPage(
        member=subject.values(NS("member")),
        number=subject.text(NS("number")),
        cycle=subject.text(NS("cycle")),
        start=subject.values(SCHEMA("startDate")),
        end=subject.values(SCHEMA("endDate")),
        approved=subject.values(NS("approved")),
        coordinators=subject.values(NS("coordinator")) or subject.values(NS("coordinatorText")),
        texts=subject.values(FOAF("page")),
        priorities=subject.values(NS("priority")),
        held=len(records),
        stated=subject.text(NS("numberOfCommitments")),
        outcome=outcome_of(serving.model, records),
        elsewhere=len(elsewhere),
        chart=chart_of_commitments(subject.serving.statistics, records),
        rows=rows,
        reports=read_reports(
            serving, about, {subject.iri: next(iter(about.objects(SCHEMA("endDate"))), "")}
        ),
        totals=read_totals(serving, about, subject.iri, records, elsewhere),
        steps=subject.text(NS("consultationSteps")),
        indicators=tuple(by_indicator(serving, answers)),
        list_href=subject.list_href("Commitment", NS("plan")),
    )
