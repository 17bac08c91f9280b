"""The page of a member: how it is doing, plan by plan, with what is not known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from ogpld.charts.chart_list import CHARTS
from ogpld.iris import natural
from ogpld.rdf import CODE, NS, SCHEMA, NamedNode
from ogpld.statistics import Record
from ogpld.web.pages.grade_charts import GradeChart, chart_of_groups
from ogpld.web.pages.indicator_answers import PROCESS, Answer, definitions_of, read_answers
from ogpld.web.pages.outcome import Outcome, outcome_of
from ogpld.web.pages.plan_records import as_in_plan, read_elsewhere
from ogpld.web.pages.report_rows import ReportRow, read_reports
from ogpld.web.pages.subject import Subject
from ogpld.web.pages.tables import Value
from ogpld.web.pages.words import list_of
from ogpld.wording import gettext as _

#: Bodies that a page names; the list of institutions has all.
_BODIES = 12
#: Membership events after which a member is none.
_LEAVING = ("withdrawn", "removed")
_START = SCHEMA("startDate")


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan of a member.

    Attributes:
        period: its first and its last year.
        held: how many of its commitments are here; `stated` how many a source says it has, "" for unknown.
        steps: of consultation that were followed, "" for unknown.
        process: what was assessed of its making, by indicator.
    """

    iri: str
    key: str
    link: Value
    cycle: str
    period: str
    held: int
    stated: str
    steps: str
    process: Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class BodyRow:
    """A body, and how many commitments of the member it leads."""

    link: Value
    leads: int


@dataclass(frozen=True, slots=True)
class MemberPage:
    """What member.html shows.

    Attributes:
        joined: when it joined, as each source says: years and days of events, as exact as they are known.
        plans: the oldest first.
        process: names of the indicators of which anything is held of any plan, by notation.
        bodies: those that lead most of its commitments.
        unmatched: commitments of which no body is known to lead them.
        chart_links: names and addresses of charts of the member alone.
        charts: how its commitments are graded, plan by plan; none where none is held.
    """

    name: str
    kind: tuple[Value, ...]
    region: tuple[Value, ...]
    parent: tuple[Value, ...]
    locals: tuple[Value, ...]
    joined: tuple[str, ...]
    plans: tuple[PlanRow, ...]
    outcome: Outcome
    charts: tuple[GradeChart, ...]
    process: Mapping[str, str]
    reports: tuple[ReportRow, ...]
    bodies: tuple[BodyRow, ...]
    unmatched: int
    commitments_href: str
    institutions_href: str
    chart_links: tuple[tuple[str, str], ...]
    compare_href: str
    feed_href: str

    @property
    def latest_plan(self) -> PlanRow | None:
        """The newest of its plans."""
        return self.plans[-1] if self.plans else None

    @property
    def latest_report(self) -> ReportRow | None:
        """The newest of its reports that has a date."""
        dated = [report for report in self.reports if report.issued]
        return dated[-1] if dated else None


def member_page(subject: Subject) -> MemberPage:
    """Return what the page of a member shows."""
    serving, about = subject.serving, subject.about
    records = serving.statistics.of(member=subject.key)
    plans = tuple(_plans(subject, records))
    leads = Counter(key for record in records for key in record.leads)
    names = serving.statistics.bodies
    return MemberPage(
        name=about.name(subject.iri)[0],
        kind=subject.values(NS("memberType")),
        region=subject.values(NS("region")),
        parent=subject.values(NS("parentMember")),
        locals=tuple(_local_members(subject)),
        joined=_joined(subject),
        plans=plans,
        outcome=outcome_of(serving.model, records),
        charts=tuple(_charts(subject, plans)),
        process=dict(_process_names(subject, plans)),
        reports=read_reports(serving, about, [subject.iri, *(plan.iri for plan in plans)]),
        bodies=tuple(
            BodyRow(subject.thing("Institution", key, names.get(key, "")), number)
            for key, number in leads.most_common(_BODIES)
        ),
        unmatched=sum(not record.leads for record in records),
        commitments_href=subject.list_href("Commitment", NS("member")),
        institutions_href=subject.list_href("Institution", NS("member")),
        chart_links=tuple(_chart_links(subject)),
        compare_href=f"/compare?{urlencode({'member': subject.key})}",
        feed_href=f"/feed.atom?{urlencode({'member': subject.key})}",
    )


def _joined(subject: Subject) -> tuple[str, ...]:
    """Return when a member joined, the earliest first: its years of joining, and the dates of such events.

    A year is left out where a more exact date lies in it, and so is what lies before a member left, where
    it joined again.
    """
    about = subject.about
    dates: dict[str, list[str]] = {}
    for event in about.objects(NS("statusEvent")):
        for kind in about.objects(NS("status"), event):
            dates.setdefault(kind.rpartition("/")[2], []).extend(about.objects(_START, event))
    again = dates.get("joined", [])
    left = [
        date for kind in _LEAVING for date in dates.get(kind, ()) if any(date < a for a in again)
    ]
    stated = {*about.objects(NS("joined")), *again}
    joined = [date for date in stated if all(date > last for last in left)]
    return tuple(sorted(d for d in joined if not any(o.startswith(f"{d}-") for o in joined)))


def _plans(subject: Subject, records: Sequence[Record]) -> Iterator[PlanRow]:
    """Yield the plans of a member, the oldest first."""
    serving, about = subject.serving, subject.about
    rows: dict[str, dict[str, str]] = {}
    for row in serving.select_named("plans-of", "plan", member=NamedNode(subject.iri)):
        rows.setdefault(row["plan"], row)
    process: dict[str, dict[str, Answer]] = {}
    for answer in read_answers(serving, about, list(rows)):
        if answer.indicator in PROCESS:
            process.setdefault(answer.thing, {}).setdefault(answer.indicator, answer)

    def rank(row: Mapping[str, str]) -> tuple[object, ...]:
        return natural(row.get("cycle", "~")), natural(row.get("number", "~")), row["plan"]

    for row in sorted(rows.values(), key=rank):
        key = row["plan"].rpartition("/")[2]
        mine = [record for record in records if key in record.plans]
        yield PlanRow(
            iri=row["plan"],
            key=key,
            link=subject.thing("ActionPlan", key, row["label"]),
            cycle=row.get("cycle", ""),
            period=_years(row.get("start") or row.get("cycle", ""), row.get("end", "")),
            held=len(mine),
            stated=row.get("stated", ""),
            steps=row.get("steps", ""),
            process=process.get(row["plan"], {}),
        )


def _chart_links(subject: Subject) -> Iterator[tuple[str, str]]:
    """Yield the charts that the member can be drawn in, by what each measures."""
    query = urlencode({"member": subject.key})
    for chart in CHARTS.values():
        if chart.by == "cycle" and "member" in chart.filters:
            label = subject.serving.statistics.measures[chart.measure].label
            yield label, f"{subject.serving.path_prefix}/chart/{chart.name}?{query}"


def _years(start: str, end: str) -> str:
    """Return the years of two dates in words, "" for none."""
    return _(" to ").join(dict.fromkeys(date[:4] for date in (start, end) if date))


def _charts(subject: Subject, plans: Sequence[PlanRow]) -> Iterator[GradeChart]:
    statistics = subject.serving.statistics
    elsewhere = read_elsewhere(subject.serving, [plan.iri for plan in plans if plan.held])
    records = {
        plan.key: as_in_plan(
            subject.serving, statistics.of(plan=plan.key), elsewhere.get(plan.key, {})
        )
        for plan in plans
    }
    for measure in ("completion", "ambition"):
        groups = [
            (plan.link.text, statistics.total(measure, records[plan.key]))
            for plan in plans
            if plan.held
        ]
        if groups:
            title = _(
                "%(measure)s of the commitments of each plan",
                measure=_(statistics.measures[measure].label),
            )
            yield chart_of_groups(statistics, measure, title, groups)


def _process_names(subject: Subject, plans: Sequence[PlanRow]) -> Iterator[tuple[str, str]]:
    names = definitions_of(subject.serving)
    scheme = list_of(subject.serving.model, "indicator")
    for indicator in PROCESS:
        if any(indicator in plan.process for plan in plans):
            yield indicator, names.label(CODE(f"{scheme}/{indicator}").value)


def _local_members(subject: Subject) -> Iterator[Value]:
    for iri in sorted(subject.pointing(NS("parentMember"), "member"), key=natural):
        yield subject.about.link(iri)
