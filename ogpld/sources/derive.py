"""Statements computed from others: labels, date bounds, shortcuts and OGP's own groupings.

They go to graphs of their own (`graph/derived/{unit}`), so that nobody takes them for what a source
said. A shortcut takes IRM's value (OGP's where OGP computes the indicator),
the last slot before the first, in it the later plan before the earlier and the final report before its
version for public comment, never an absence and never a self-assessment; where two assessments
in one such place differ nobody knows which holds, and there is none. Each statement is told
to the trace with those it was made from, so that a finding about it leads to their cells.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from sys import intern
from typing import TypeAlias

from ogpld.iris import Iris
from ogpld.model import Model
from ogpld.rdf import (
    CODE,
    NS,
    RDF,
    SCHEMA,
    XSD,
    Literal,
    NamedNode,
    Quad,
)
from ogpld.sources.dates import bounds, quarter_bounds, two_readings
from ogpld.sources.fact_index import FactIndex, Made, Value
from ogpld.sources.labels import code_labels, labels_of
from ogpld.sources.trace import Derivation, Trace

_START, _END = SCHEMA("startDate"), SCHEMA("endDate")
_PERIODS = [NS(name).value for name in ("Commitment", "Milestone", "ActionPlan")]
_VALUE = NS("value").value
_TRUE = Literal("true", datatype=XSD("boolean"))
_FALSE = Literal("false", datatype=XSD("boolean"))
_HIGH = {
    "highAmbition": (
        ("potentialImpact", {"moderate", "transformative"}),
        ("potentialForResults", {"substantial"}),
    ),
    "highCompletion": (("completion", {"substantial", "complete"}),),
    "strongResults": (
        ("openedGovernment", {"major", "outstanding"}),
        ("earlyResults", {"significant"}),
    ),
}

#: Values of shortcuts, each with the assessment it is taken from, by commitment and property.
_Shortcuts: TypeAlias = dict[tuple[str, str], list[tuple[Value, Derivation]]]
#: What assessments say in one place, by dimension (or None): each value with the first that gives it.
_Values: TypeAlias = dict[str | None, dict[str, str]]
#: Where an assessment stands, the last counts: slot, cycle and plan, whether its report is final.
_Place: TypeAlias = tuple[int, int, str, bool]


def derive(
    quads: Iterable[Quad],
    model: Model,
    iris: Iris,
    trace: Trace | None,
    sources: Sequence[str] = (),
) -> Iterator[Quad]:
    """Yield every derived statement, in the derived graph of the unit its subject was read in.

    Args:
        quads: what was read.
        model: classes, code lists and windows.
        iris: the IRI policy.
        trace: where to remember what each statement is made from.
        sources: names of sources by precedence, as `FactIndex.of` wants them.
    """
    facts = FactIndex.of(quads, sources)
    trace = Trace() if trace is None else trace
    for subject, statements in _all_made(facts, model):
        if not statements:
            continue
        unit = facts.graph_of.get(subject, "").rpartition("/")[2] or "codes"
        node, graph = NamedNode(subject), iris.graph("derived", unit)
        for predicate, value, origin in statements:
            trace.derive(subject, intern(predicate.value), str(value), origin)
            yield Quad(node, predicate, value, graph)


def _all_made(facts: FactIndex, model: Model) -> Iterator[tuple[str, list[Made]]]:
    """Yield things with what is derived about them."""
    labels = code_labels(model)
    clusters = facts.subjects_by(NS("cluster"))
    for subject in sorted(facts.values):
        made = [
            *labels_of(subject, facts, model, labels, clusters.get(subject, ())),
            *_bounds(subject, facts),
            *_standing(subject, facts),
        ]
        yield subject, made
    shortcuts = _shortcuts(facts, model)
    for (subject, name), values in sorted(shortcuts.items()):
        yield subject, [(NS(name), value, origin) for value, origin in values]
    for subject in facts.of_class("Commitment"):
        yield subject, list(_groups(subject, shortcuts, model.off_scale))


def _bounds(subject: str, facts: FactIndex) -> Iterator[Made]:
    """Yield the first and last day a period can mean (every comparison is on these).

    A year beside a printed date with two readings in it means one of these two days, no other of the year.
    """
    kinds = {k.value for k in facts.all(subject, RDF("type"))}
    if kinds.isdisjoint(_PERIODS):
        return
    for read, printed, made, last in (
        (_START, NS("startText"), "earliestStart", False),
        (_END, NS("endText"), "latestEnd", True),
    ):
        for value in facts.all(subject, read)[:1]:
            try:
                days = bounds(value.value)
            except (ValueError, IndexError):
                continue  # no date; the shape of the property says so
            readings = _readings_within(days, facts.all(subject, printed))
            if readings:
                origin = Derivation(subject, (printed.value, read.value))
                yield NS(made), _day(readings[last]), origin
            else:
                yield _bound(subject, made, days[last], read, value)
        if not facts.all(subject, read):
            for value in facts.all(subject, printed)[:1]:
                if quarter := quarter_bounds(value.value):
                    yield _bound(subject, made, quarter[last], printed, value)


def _readings_within(days: tuple[date, date], texts: Sequence[Value]) -> tuple[date, date] | None:
    """Return the two readings of the one printed text, None unless both lie within the stated days."""
    if len(texts) != 1:
        return None
    readings = two_readings(texts[0].value, (days[0].year, days[1].year))
    return readings if readings and days[0] <= readings[0] and readings[1] <= days[1] else None


def _standing(subject: str, facts: FactIndex) -> Iterator[Made]:
    """Yield the status of a member: the kind of its latest event, none where two kinds are as late."""
    events = []
    for event in facts.all(subject, NS("statusEvent")):
        dates, kinds = facts.all(event.value, _START), facts.all(event.value, NS("status"))
        try:
            events += [(bounds(dates[0].value)[0], kinds[0], event.value)]
        except (ValueError, IndexError):
            return  # no date or no kind, as the shape of the event says: which is the latest is unknown
    latest = [event for event in events if event[0] == max(day for day, _, _ in events)]
    if len({status for _, status, _ in latest}) == 1:
        _, kind, last = latest[0]
        yield (
            NS("memberStatus"),
            kind,
            Derivation(last, (NS("status").value, _START.value), str(kind)),
        )


def _bound(subject: str, made: str, day: date, read: NamedNode, value: Value) -> Made:
    return NS(made), _day(day), Derivation(subject, (read.value,), str(value))


def _day(day: date) -> Literal:
    return Literal(day.isoformat(), datatype=XSD("date"))


def _shortcuts(facts: FactIndex, model: Model) -> _Shortcuts:
    """Return shortcut values, each with its assessment, by (commitment, property)."""
    assessed: dict[tuple[str, str], dict[_Place, _Values]] = defaultdict(dict)
    commitments = set(facts.of_class("Commitment"))
    for subject in facts.of_class("Assessment"):
        target = facts.one(subject, NS("assesses"))
        value = facts.one(subject, NS("value"))
        if target not in commitments or value is None:
            continue
        indicator = _notation(facts.one(subject, NS("indicator")))
        phase = _notation(facts.one(subject, NS("phase")))
        assessor = _notation(facts.one(subject, NS("assessor")))
        for window in model.windows_of(indicator):
            if (window.phase, window.assessor) != (phase, assessor) or not window.shortcut:
                continue
            slot = 1 if phase == "end-of-term" else 0
            dimension = facts.one(subject, NS("dimension"))
            place = slot, *_plan_and_version(subject, target, facts)
            here = assessed[target, window.shortcut].setdefault(place, {})
            here.setdefault(dimension, {}).setdefault(value, subject)
            break
    made = {key: _last_values(places) for key, places in assessed.items()}
    return {key: values for key, values in made.items() if values}


def _plan_and_version(subject: str, target: str, facts: FactIndex) -> tuple[int, str, bool]:
    """Return cycle and plan of an assessment's report, and whether the report is no version of another.

    What is said in no report about a plan counts as said about the last plan of its commitment.
    """
    report = facts.one(subject, NS("report")) or ""
    plans = facts.all(report, NS("plan")) or facts.all(target, NS("plan"))
    final = facts.one(report, NS("versionOf")) is None
    cycle, plan = max(((_cycle(p.value, facts), p.value) for p in plans), default=(0, ""))
    return cycle, plan, final


def _cycle(plan: str, facts: FactIndex) -> int:
    """Return the cycle of a plan, 0 where it is no number, as the shape of the plan says."""
    cycle = facts.one(plan, NS("cycle")) or ""
    return int(cycle) if cycle.isdecimal() else 0


def _last_values(places: dict[_Place, _Values]) -> list[tuple[Value, Derivation]]:
    """Return the values of the last place that has some, none where two assessments there differ."""
    yes_no = {CODE("yes-no/yes").value: _TRUE, CODE("yes-no/no").value: _FALSE}
    for _, values in sorted(places.items(), reverse=True):
        if any(len(subjects) > 1 for subjects in values.values()):
            return []
        made: list[tuple[Value, Derivation]] = []
        for dimension, subjects in values.items():
            ((value, subject),) = subjects.items()
            if dimension is None:
                origin = Derivation(subject, (_VALUE,), f"<{value}>")
                made.append((yes_no.get(value, NamedNode(value)), origin))
            elif value == CODE("yes-no/yes").value:
                origin = Derivation(subject, (_VALUE, NS("dimension").value))
                made.append((NamedNode(dimension), origin))
        if made:
            return sorted(made, key=lambda pair: str(pair[0]))
    return []


def _notation(iri: str | None) -> str:
    return (iri or "").rpartition("/")[2]


def _groups(subject: str, shortcuts: _Shortcuts, off_scale: frozenset[str]) -> Iterator[Made]:
    """Yield OGP's groupings, where one of the indicators they rest on has a grade.

    A value that is no grade (unclear, nothing to report yet) is neither high nor not.
    """
    for name, rules in _HIGH.items():
        grades = {
            key: shortcuts[subject, key][0][0].value
            for key, _ in rules
            if (subject, key) in shortcuts
        }
        grades = {key: value for key, value in grades.items() if value not in off_scale}
        if grades:
            holds = any(_notation(grades.get(key)) in wanted for key, wanted in rules)
            origin = Derivation(subject, tuple(NS(key).value for key in grades))
            yield NS(name), _TRUE if holds else _FALSE, origin
