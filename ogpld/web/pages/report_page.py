"""The page of a report: what it is about, what it assessed with which answers, what it prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ogpld.rdf import DCTERMS, FOAF, NS, NamedNode
from ogpld.web.pages.indicator_answers import definitions_of
from ogpld.web.pages.plan_records import elsewhere_of
from ogpld.web.pages.printed_totals import TotalRow, read_totals
from ogpld.web.pages.subject import Subject
from ogpld.web.pages.tables import Value
from ogpld.web.pages.words import list_of, term_reference


@dataclass(frozen=True, slots=True)
class AnswerCount:
    """How often an answer was given; `code` is "" for a reason why there is none."""

    scale: str
    code: str
    label: str
    number: int


@dataclass(frozen=True, slots=True)
class IndicatorCount:
    """What a report answers under one indicator, in one phase, for one OGP value or all."""

    label: str
    href: str
    definition: str
    phase: str
    dimension: str
    answers: tuple[AnswerCount, ...]
    total: int


@dataclass(frozen=True, slots=True)
class ReportPage:
    """What report.html shows.

    Attributes:
        things: what it assessed, in words and numbers.
        totals: numbers it prints.
    """

    kind: tuple[Value, ...]
    plans: tuple[Value, ...]
    members: tuple[Value, ...]
    issued: tuple[Value, ...]
    period: tuple[Value, ...]
    authors: tuple[Value, ...]
    publishers: tuple[Value, ...]
    texts: tuple[Value, ...]
    things: tuple[tuple[str, int], ...]
    indicators: tuple[IndicatorCount, ...]
    totals: tuple[TotalRow, ...]


def report_page(subject: Subject) -> ReportPage:
    """Return what the page of a report shows."""
    serving, about = subject.serving, subject.about
    totals: list[TotalRow] = []
    for plan in about.objects(NS("plan")):
        key = plan.rpartition("/")[2]
        records = serving.statistics.of(plan=key)
        rows = read_totals(serving, about, plan, records, elsewhere_of(records, key))
        totals += (row for row in rows if row.report == subject.iri)
    return ReportPage(
        kind=subject.values(NS("reportType")) or subject.values(NS("reportKind")),
        plans=subject.values(NS("plan")),
        members=subject.values(NS("member")),
        issued=subject.values(DCTERMS("issued")),
        period=subject.values(NS("periodText")),
        authors=subject.values(DCTERMS("creator")),
        publishers=subject.values(DCTERMS("publisher")),
        texts=subject.values(FOAF("page")),
        things=tuple(_things(subject)),
        indicators=tuple(_indicators(subject)),
        totals=tuple(totals),
    )


def _things(subject: Subject) -> Iterator[tuple[str, int]]:
    for row in subject.serving.select("report-things", report=NamedNode(subject.iri)):
        if row["class"] in subject.serving.model.by_class_iri:
            label = term_reference(subject.serving.model, row["class"]).text
            yield label.lower(), int(row["things"])


def _indicators(subject: Subject) -> Iterator[IndicatorCount]:
    """Yield what was asked in the order of the list of indicators, with how often each answer was given."""
    model, names = subject.serving.model, definitions_of(subject.serving)
    groups: dict[tuple[str, str, str], Counter[tuple[str, str]]] = {}
    for row in subject.serving.select("report-content", report=NamedNode(subject.iri)):
        group = (row["indicator"], row["phase"], row.get("dimension", ""))
        answer = (row.get("value", ""), row.get("reason", ""))
        groups.setdefault(group, Counter())[answer] += int(row["assessments"])
    scheme = model.schemes[list_of(model, "indicator")]
    places = {code.iri: place for place, code in enumerate(scheme.codes)}
    for (indicator, phase, dimension), counts in sorted(
        groups.items(), key=lambda group: (places.get(group[0][0], len(places)), group[0])
    ):
        scale = model.scales.get(indicator.rpartition("/")[2], "")
        ranks = {
            code.iri: place
            for place, code in enumerate(
                sorted(
                    model.schemes[scale].codes, key=lambda code: (code.off_scale, -(code.rank or 0))
                )
                if scale in model.schemes
                else ()
            )
        }
        answers = [
            AnswerCount(scale, value.rpartition("/")[2], names.label(value or reason), number)
            for (value, reason), number in sorted(
                counts.items(), key=lambda one: (not one[0][0], ranks.get(one[0][0], 0), one[0])
            )
        ]
        yield IndicatorCount(
            label=names.label(indicator),
            href=subject.about.link(indicator).href,
            definition=names.meaning(indicator),
            phase=names.label(phase),
            dimension=names.label(dimension),
            answers=tuple(answers),
            total=sum(answer.number for answer in answers),
        )
