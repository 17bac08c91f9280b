"""The page of a commitment: what was promised, who leads, when, and how it was judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ogpld.iris import natural
from ogpld.rdf import DCTERMS, FOAF, NS, SCHEMA, SKOS, NamedNode
from ogpld.statistics import Record
from ogpld.web.pages.commitment_rows import Mark, mark
from ogpld.web.pages.indicator_answers import (
    Answer,
    IndicatorAnswers,
    by_indicator,
    definitions_of,
    read_answers,
)
from ogpld.web.pages.report_rows import ReportRow, read_reports
from ogpld.web.pages.subject import Subject
from ogpld.web.pages.tables import Value
from ogpld.wording import gettext as _
from ogpld.wording import label

#: Who states a value, as the list of assessors calls the government itself.
_GOVERNMENT = "government"
#: The indicator whose answer is what became of a promise.
_COMPLETION = "completion"


@dataclass(frozen=True, slots=True)
class Moment:
    """Something of a commitment that has a date, as exactly as the source says; "" for none."""

    date: str
    what: str
    link: Value | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """What a source prints of bodies, beside those that are known by it."""

    bodies: tuple[Value, ...]
    printed: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class CommitmentPage:
    """What commitment.html shows.

    Attributes:
        other_titles: as printed, and in other languages.
        texts: where the promise can be read.
        mark: how far it was carried out, by the assessment that counts.
        completion: what the government and the IRM say of how far it was carried out, by phase.
        indicators: everything that was assessed.
        related: the commitments it follows, and those that follow it, by what they are to it.
        siblings: its place among the commitments of its plan.
    """

    member: tuple[Value, ...]
    plans: tuple[Value, ...]
    number: str
    themes: tuple[Value, ...]
    other_titles: tuple[Value, ...]
    texts: tuple[Value, ...]
    lead: Names
    supporting: Names
    timeline: tuple[Moment, ...]
    mark: Mark
    completion: tuple[CompletionRow, ...]
    indicators: tuple[IndicatorAnswers, ...]
    topics: tuple[Topic, ...]
    related: tuple[tuple[str, tuple[Value, ...]], ...]
    milestones: tuple[Value, ...]
    reports: tuple[ReportRow, ...]
    siblings: Siblings


@dataclass(frozen=True, slots=True)
class Siblings:
    """The place of a commitment among those of its plan, from 1, by key; 0 of 0 without a plan."""

    place: int = 0
    total: int = 0
    before: Value | None = None
    after: Value | None = None


@dataclass(frozen=True, slots=True)
class CompletionRow:
    """What is held of completion in one phase, of each who may say so; None is unknown."""

    phase: str
    government: Answer | None
    irm: Answer | None


@dataclass(frozen=True, slots=True)
class Topic:
    """A code a commitment is tagged with, and all commitments with the same."""

    name: str
    values: tuple[Value, ...]


def commitment_page(subject: Subject) -> CommitmentPage:
    """Return what the page of a commitment shows."""
    serving, about = subject.serving, subject.about
    answers = read_answers(serving, about, [subject.iri])
    plans = about.objects(NS("plan"))
    reports = read_reports(serving, about, dict.fromkeys(plans, ""))
    record = serving.statistics.by_key.get(subject.key)
    cycle = record.cycle if record else None
    return CommitmentPage(
        member=subject.values(NS("member")),
        plans=subject.values(NS("plan")),
        number=subject.text(NS("printedNumber")),
        themes=subject.values(NS("theme")),
        other_titles=tuple(_other_titles(subject)),
        texts=subject.values(FOAF("page")),
        lead=_names(subject, NS("lead"), NS("leadText")),
        supporting=_names(subject, NS("supporting"), NS("supportingText")),
        timeline=tuple(_timeline(subject, answers, reports)),
        mark=mark(subject, record.completion if record else None),
        completion=tuple(_completion(subject, answers, record)),
        indicators=tuple(by_indicator(serving, answers, cycle)),
        topics=tuple(_topics(subject)),
        related=tuple(_related(subject)),
        milestones=tuple(_milestones(subject)),
        reports=reports,
        siblings=_siblings(subject, record),
    )


def _names(subject: Subject, bodies: NamedNode, printed: NamedNode) -> Names:
    """Return bodies, and how they are printed where that is not their names."""
    values = subject.values(bodies)
    names = {value.text.casefold() for value in values}
    texts = subject.values(printed)
    return Names(values, tuple(text for text in texts if text.text.casefold() not in names))


def _siblings(subject: Subject, record: Record | None) -> Siblings:
    """Return where the commitment stands among those of its plan."""
    serving = subject.serving
    by_plan = serving.cached(("records", "plan"), lambda: serving.statistics.grouped("plan"))
    records = sorted(by_plan.get(record.plan, ()) if record else (), key=lambda r: natural(r.key))
    place = next((n for n, other in enumerate(records) if other.key == subject.key), None)
    if place is None:
        return Siblings()
    beside = {n: records[n].key for n in (place - 1, place + 1) if 0 <= n < len(records)}
    links = subject.things("Commitment", beside.values())
    before, after = (links.get(beside.get(n, "")) for n in (place - 1, place + 1))
    return Siblings(place + 1, len(records), before, after)


def _other_titles(subject: Subject) -> Iterator[Value]:
    title = subject.about.label(subject.iri)
    for predicate in (NS("printedTitle"), DCTERMS("title"), SKOS("altLabel")):
        yield from (value for value in subject.values(predicate) if value.text != title)


def _timeline(
    subject: Subject, answers: Sequence[Answer], reports: Sequence[ReportRow]
) -> Iterator[Moment]:
    """Return what has a date, in its order; what has none comes last."""
    moments = []
    for name, predicate, printed in (
        (_("Start"), SCHEMA("startDate"), NS("startText")),
        (_("End"), SCHEMA("endDate"), NS("endText")),
    ):
        date, text = subject.text(predicate), subject.text(printed)
        note = _("printed as “%(text)s”", text=text) if text else "" if date else _("not known")
        moments.append(Moment(date, name, note=note))
    phases: dict[str, list[str]] = {}
    for answer in reversed(answers):
        if answer.report and answer.assessed:
            phases.setdefault(answer.report.href, []).append(answer.phase.lower())
    for report in reversed(reports):
        mine = ", ".join(dict.fromkeys(phases.get(report.link.href, ())))
        note = _("assessed it: %(phases)s", phases=mine) if mine else ""
        moments.append(Moment(report.issued, "", report.link, note))
    for answer in answers:
        if answer.indicator == "carried-forward":
            link = Value("", answer.href, language="")
            moments.append(
                Moment("", _("Carried forward to the next plan"), link, answer.text.lower())
            )
    yield from sorted(moments, key=moment_order)


def moment_order(moment: Moment) -> tuple[bool, tuple[str, ...]]:
    """Return a key that puts moments in their order; an end of a year or month is behind all of it."""
    is_late = moment.what == _("End") and len(moment.date) < len("2023-06-30")
    return not moment.date, natural(f"{moment.date}-99" if is_late else moment.date)


def _completion(
    subject: Subject, answers: Sequence[Answer], record: Record | None
) -> Iterator[CompletionRow]:
    """Yield a row for each phase in which completion of its cycle is assessed, whether or not it is held."""
    windows = subject.serving.model.windows_of(_COMPLETION)
    cycle = record.cycle if record else None
    for phase in dict.fromkeys(window.phase for window in windows):
        used = cycle is None or any(w.covers(cycle) for w in windows if w.phase == phase)
        mine = [a for a in answers if a.indicator == _COMPLETION and a.phase_code == phase]
        of_government = [a for a in mine if a.assessor_code == _GOVERNMENT]
        others = [a for a in mine if a.assessor_code != _GOVERNMENT]
        if mine or used:
            yield CompletionRow(
                definitions_of(subject.serving).phase(phase),
                next(iter(of_government), None),
                next(iter(others), None),
            )


def _topics(subject: Subject) -> Iterator[Topic]:
    names = (
        "policyArea",
        "earlierPolicyArea",
        "relevantTo",
        "grandChallenge",
        "workingGroup",
        "challengeArea",
    )
    terms = subject.serving.model.terms
    for name in names:
        if values := subject.values(NS(name)):
            term = terms.get(NS(name).value)
            title = label(term.label) if term else name
            yield Topic(title[:1].upper() + title[1:], values)


def _related(subject: Subject) -> Iterator[tuple[str, tuple[Value, ...]]]:
    """Yield the commitments it is tied to, those it came from first."""
    for title, predicate, back in (
        (_("Continues"), NS("continues"), _("Continued by")),
        (_("Replaces"), DCTERMS("replaces"), ""),
        (_("Replaced by"), DCTERMS("isReplacedBy"), ""),
    ):
        if values := subject.values(predicate):
            yield title, values
        if back and (links := _links(subject, predicate)):
            yield back, links
    if values := subject.values(NS("cluster")):
        yield _("Assessed together in the cluster"), values


def _links(subject: Subject, predicate: NamedNode) -> tuple[Value, ...]:
    iris = sorted(subject.pointing(predicate, "commitment"), key=natural)
    return tuple(subject.about.link(iri) for iri in iris)


def _milestones(subject: Subject) -> Iterator[Value]:
    iris = subject.pointing(NS("commitment"), "milestone")
    for iri in sorted(iris, key=natural):
        yield subject.about.link(iri)
