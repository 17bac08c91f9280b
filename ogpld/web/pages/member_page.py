"""The page of a member: how it is doing, plan by plan, with what is not known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from ogpld.charts.chart_list import CHARTS
from ogpld.iris import natural
from ogpld.rdf import CODE, DCTERMS, NS, SCHEMA, NamedNode
from ogpld.statistics import Record
from ogpld.web.current.commitment_sources import commitment_sources, of_readings
from ogpld.web.current.release_coverage import CoverageSentence
from ogpld.web.pages.chosen_marks import marked_label, of_mark
from ogpld.web.pages.grade_charts import GradeChart, chart_of_groups
from ogpld.web.pages.indicator_answers import PROCESS, Answer, definitions_of, read_answers
from ogpld.web.pages.outcome import Outcome, outcome_of
from ogpld.web.pages.report_rows import ReportRow, read_reports
from ogpld.web.pages.subject import Subject
from ogpld.web.pages.tables import Value
from ogpld.web.pages.words import list_of
from ogpld.wording import gettext as _

#: Bodies that a page names; the list of institutions has all.
_BODIES = 12
#: The chart of what the commitments of a member are about, and what came of them.
_BY_AREA = "completion-by-policy-area"
#: Membership events after which a member is none.
_LEAVING = ("withdrawn", "removed")
_START = SCHEMA("startDate")


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan of a member.

    Attributes:
        period: its first and its last year.
        end: when it ends, "" for unknown.
        records: its commitments that are here, with the grades that hold for it.
        outcome: what became of these.
        stated: how many commitments a source says it has, "" for unknown.
        chosen: whether most of those that are here were chosen from more.
        steps: of consultation that were followed, "" for unknown.
        process: what was assessed of its making, by indicator.
    """

    iri: str
    key: str
    link: Value
    cycle: str
    period: str
    end: str
    records: tuple[Record, ...]
    outcome: Outcome
    stated: str
    chosen: bool
    steps: str
    process: Mapping[str, Answer]

    @property
    def held(self) -> int:
        """How many of its commitments are here."""
        return len(self.records)


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
        pages: the pages elsewhere that it was read from.
        plans: the newest first.
        of_mark: what the mark of plans means whose commitments were chosen.
        shared: commitments that are in several of its plans, and count in each.
        of_readings: the sources of its commitments, and when each was read.
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
    pages: tuple[Value, ...]
    plans: tuple[PlanRow, ...]
    of_mark: tuple[str, ...]
    outcome: Outcome
    shared: int
    of_readings: tuple[CoverageSentence, ...]
    charts: tuple[GradeChart, ...]
    process: Mapping[str, str]
    reports: tuple[ReportRow, ...]
    bodies: tuple[BodyRow, ...]
    unmatched: int
    commitments_href: str
    institutions_href: str
    chart_links: tuple[tuple[str, str], ...]
    by_area_href: str
    compare_href: str
    feed_href: str

    @property
    def latest_plan(self) -> PlanRow | None:
        """The newest of its plans."""
        return self.plans[0] if self.plans else None

    @property
    def latest_report(self) -> ReportRow | None:
        """The newest of its reports; one without a date counts as of the end of its plan."""
        return self.reports[0] if self.reports else None

    @property
    def in_plans(self) -> int:
        """The sum of the commitments of its plans, in which a shared one counts in each."""
        return sum(plan.held for plan in self.plans)

    @property
    def unknown_in_plans(self) -> int:
        """The sum of those whose completion is not known for each plan."""
        return sum(plan.outcome.unknown for plan in self.plans)


def member_page(subject: Subject) -> MemberPage:
    """Return what the page of a member shows."""
    serving, about = subject.serving, subject.about
    records = serving.statistics.of(member=subject.key)
    plans = tuple(_plans(subject, records))
    leads = Counter(key for record in records for key in record.leads)
    leading = leads.most_common(_BODIES)
    bodies = subject.things("Institution", (key for key, _number in leading))
    return MemberPage(
        name=about.name(subject.iri)[0],
        kind=subject.values(NS("memberType")),
        region=subject.values(NS("region")),
        parent=subject.values(NS("parentMember")),
        locals=tuple(_local_members(subject)),
        joined=_joined(subject),
        pages=subject.values(DCTERMS("source")),
        plans=plans,
        of_mark=tuple(of_mark(serving, used=any(plan.chosen for plan in plans))),
        outcome=outcome_of(serving.model, records),
        shared=sum(len(record.plans) > 1 for record in records),
        of_readings=tuple(of_readings(serving, records)),
        charts=tuple(_charts(subject, plans)),
        process=dict(_process_names(subject, plans)),
        reports=read_reports(
            serving, about, {subject.iri: "", **{plan.iri: plan.end for plan in plans}}
        ),
        bodies=tuple(BodyRow(bodies[key], number) for key, number in leading),
        unmatched=sum(not record.leads for record in records),
        commitments_href=subject.list_href("Commitment", NS("member")),
        institutions_href=subject.list_href("Institution", NS("member")),
        chart_links=tuple(_chart_links(subject)),
        by_area_href=f"{serving.path_prefix}/chart/{_BY_AREA}?{urlencode({'member': subject.key})}",
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
    """Yield the plans of a member, the newest first, one of which no year is known last."""
    serving, about = subject.serving, subject.about
    rows: dict[str, dict[str, str]] = {}
    for row in serving.select("plans-of", member=NamedNode(subject.iri)):
        rows.setdefault(row["plan"], row)
    links = subject.things("ActionPlan", (iri.rpartition("/")[2] for iri in rows))
    process: dict[str, dict[str, Answer]] = {}
    for answer in read_answers(serving, about, list(rows)):
        if answer.indicator in PROCESS:
            process.setdefault(answer.thing, {}).setdefault(answer.indicator, answer)

    def rank(row: Mapping[str, str]) -> tuple[object, ...]:
        return natural(row.get("cycle", "")), natural(row.get("number", "")), row["plan"]

    sources = commitment_sources(serving)
    for row in sorted(rows.values(), key=rank, reverse=True):
        key = row["plan"].rpartition("/")[2]
        mine = [record for record in records if key in record.plans]
        in_plan = [serving.statistics.within(record, {key}) for record in mine]
        yield PlanRow(
            iri=row["plan"],
            key=key,
            link=links[key],
            cycle=row.get("cycle", ""),
            period=_years(row.get("start") or row.get("cycle", ""), row.get("end", "")),
            end=row.get("end", ""),
            records=tuple(in_plan),
            outcome=outcome_of(serving.model, in_plan),
            chosen=sources.mostly_chosen(mine),
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
    """Return the years of two dates in words, "" for none; where the end is not known, the first."""
    years = dict.fromkeys(date[:4] for date in (start, end) if date)
    if start and not end:
        return _("from %(year)s", year=start[:4])
    return _(" to ").join(years)


def _charts(subject: Subject, plans: Sequence[PlanRow]) -> Iterator[GradeChart]:
    statistics = subject.serving.statistics
    for measure in ("completion", "ambition"):
        groups = [
            (
                marked_label(plan.link.text, chosen=plan.chosen),
                statistics.total(measure, plan.records),
            )
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
