"""Statements computed from others: labels, date bounds, shortcuts and OGP's own groupings.

They go to graphs of their own (`graph/derived/{unit}`), so that nobody takes them for what a source
said (ontology.md 4.1, 4.10). A shortcut takes IRM's value (OGP's where OGP computes the indicator),
the last slot before the first, never an absence and never a self-assessment. Each statement is told
to the trace with those it was made from, so that a finding about it leads to their cells.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from sys import intern
from typing import TypeAlias

from ogpld.iris import Iris
from ogpld.model import Model
from ogpld.rdf import (
    CODE,
    DCTERMS,
    FOAF,
    NS,
    RDF,
    RDFS,
    SCHEMA,
    SKOS,
    XSD,
    Literal,
    NamedNode,
    Quad,
    term_text,
)
from ogpld.sources.dates import bounds, quarter_bounds
from ogpld.sources.trace import Origin, Trace

_Value: TypeAlias = NamedNode | Literal
#: A statement about to be made: its property, its value, and what it is made from.
_Made: TypeAlias = tuple[NamedNode, _Value, Origin]

_LABEL = RDFS("label")
_NAMES = (SKOS("prefLabel"), DCTERMS("title"), FOAF("name"))
_START, _END = SCHEMA("startDate"), SCHEMA("endDate")
_PERIODS = [NS(name).value for name in ("Commitment", "Milestone", "ActionPlan")]
_VALUE = NS("value").value
_ASSESSMENT_PARTS = tuple(
    NS(n).value for n in ("value", "noValue", "indicator", "dimension", "phase", "assesses")
)
_TOTAL_PARTS = (NS("counts").value, NS("count").value)
_EVENT_PARTS = (NS("status").value, _START.value)
_REPORT_PARTS = (NS("reportKind").value,)
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
_Shortcuts: TypeAlias = dict[tuple[str, str], list[tuple[_Value, Origin]]]


@dataclass(slots=True)
class Facts:
    """The read quads, by subject, for quick look-ups while deriving."""

    values: dict[str, dict[str, list[_Value]]] = field(default_factory=dict)
    graph_of: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, quads: Iterable[Quad]) -> Facts:
        """Index quads."""
        facts = cls()
        for quad in quads:
            subject = term_text(quad.subject)
            properties = facts.values.setdefault(subject, {})
            found = properties.setdefault(quad.predicate.value, [])
            if isinstance(quad.object, NamedNode | Literal) and quad.object not in found:
                found.append(quad.object)
            if quad.predicate == RDF("type"):
                facts.graph_of.setdefault(subject, term_text(quad.graph_name))
        return facts

    def one(self, subject: str, predicate: NamedNode) -> str | None:
        """Return a value as text, None when there is none."""
        found = self.values.get(subject, {}).get(predicate.value)
        return found[0].value if found else None

    def all(self, subject: str, predicate: NamedNode) -> list[_Value]:
        """Return every value."""
        return self.values.get(subject, {}).get(predicate.value, [])

    def of_class(self, name: str) -> list[str]:
        """Return the things of one of our classes, sorted."""
        wanted = NS(name)
        return sorted(s for s in self.values if wanted in self.all(s, RDF("type")))


def derive(
    quads: Iterable[Quad], model: Model, iris: Iris, trace: Trace | None = None
) -> Iterator[Quad]:
    """Yield every derived statement, in the derived graph of the unit its subject was read in.

    Args:
        quads: what was read.
        model: classes, code lists and windows.
        iris: the IRI policy.
        trace: where to remember what each statement is made from.
    """
    facts = Facts.of(quads)
    known = Trace() if trace is None else trace
    for subject, statements in _all_made(facts, model):
        if not statements:
            continue
        unit = facts.graph_of.get(subject, "").rpartition("/")[2] or "codes"
        node, graph = NamedNode(subject), iris.graph("derived", unit)
        for predicate, value, origin in statements:
            known.derive(subject, intern(predicate.value), str(value), origin)
            yield Quad(node, predicate, value, graph)


def _all_made(facts: Facts, model: Model) -> Iterator[tuple[str, list[_Made]]]:
    """Yield things with what is derived about them."""
    labels = _code_labels(model)
    for subject in sorted(facts.values):
        made = [*_labels(subject, facts, model, labels), *_bounds(subject, facts)]
        yield subject, made
    shortcuts = _shortcuts(facts, model)
    for (subject, name), values in sorted(shortcuts.items()):
        yield subject, [(NS(name), value, origin) for value, origin in values]
    for subject in facts.of_class("Commitment"):
        yield subject, list(_groups(subject, shortcuts))


def _code_labels(model: Model) -> dict[str, str]:
    return {code.iri: code.label for s in model.schemes.values() for code in s.codes}


def _labels(subject: str, facts: Facts, model: Model, labels: dict[str, str]) -> Iterator[_Made]:
    """Yield the labels of a thing: its own names, or one made from its parts."""
    if facts.all(subject, _LABEL):
        return
    named = False
    for name in _NAMES:
        for value in facts.all(subject, name):
            if isinstance(value, Literal):
                named = True
                yield _LABEL, value, Origin(subject, (name.value,), str(value))
    if not named and (made := _made_label(subject, facts, model, labels)):
        text, parts = made
        yield _LABEL, Literal(text, language="en"), Origin(subject, parts)


def _made_label(
    subject: str, facts: Facts, model: Model, labels: dict[str, str]
) -> tuple[str, tuple[str, ...]] | None:
    """Return an English label for a thing without a name, and the properties it is made from."""

    def code(predicate: NamedNode) -> str:
        return labels.get(facts.one(subject, predicate) or "", "")

    kinds = {k.value for k in facts.all(subject, RDF("type"))}
    key = subject.rpartition("/")[2]
    if NS("Assessment").value in kinds:
        value = code(NS("value")) or f"no value ({code(NS('noValue')).lower()})"
        dimension = code(NS("dimension"))
        what = code(NS("indicator")) + (f", {dimension}" if dimension else "")
        target = (facts.one(subject, NS("assesses")) or "").rpartition("/")[2]
        return f"{target}: {what} ({code(NS('phase')).lower()}): {value}", _ASSESSMENT_PARTS
    if NS("PrintedTotal").value in kinds:
        return f"{code(NS('counts'))}: {facts.one(subject, NS('count'))}", _TOTAL_PARTS
    if NS("StatusEvent").value in kinds:
        return f"{code(NS('status'))}, {facts.one(subject, SCHEMA('startDate'))}", _EVENT_PARTS
    if NS("Report").value in kinds:
        return f"{code(NS('reportKind'))} {key.partition('-')[0]}", _REPORT_PARTS
    if kinds & {definition.iri for definition in model.classes.values() if definition.segment}:
        return key, ()
    return None


def _bounds(subject: str, facts: Facts) -> Iterator[_Made]:
    """Yield the first and last day a period can mean (every comparison is on these)."""
    kinds = {k.value for k in facts.all(subject, RDF("type"))}
    if kinds.isdisjoint(_PERIODS):
        return
    for read, printed, made, last in (
        (_START, NS("startText"), "earliestStart", False),
        (_END, NS("endText"), "latestEnd", True),
    ):
        for value in facts.all(subject, read)[:1]:
            try:
                day = bounds(value.value)[last]
            except (ValueError, IndexError):
                continue  # no date; the shape of the property says so
            yield _bound(subject, made, day, read, value)
        if not facts.all(subject, read):
            for value in facts.all(subject, printed)[:1]:
                if quarter := quarter_bounds(value.value):
                    yield _bound(subject, made, quarter[last], printed, value)


def _bound(subject: str, made: str, day: date, read: NamedNode, value: _Value) -> _Made:
    literal = Literal(day.isoformat(), datatype=XSD("date"))
    return NS(made), literal, Origin(subject, (read.value,), str(value))


def _shortcuts(facts: Facts, model: Model) -> _Shortcuts:
    """Return shortcut values, each with its assessment, by (commitment, property)."""
    chosen: dict[tuple[str, str], dict[int, list[tuple[_Value, Origin]]]] = defaultdict(dict)
    yes_no = {
        CODE("yes-no/yes").value: _TRUE,
        CODE("yes-no/no").value: _FALSE,
    }
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
            slots = chosen[target, window.shortcut]
            if dimension is None:
                found: _Value = yes_no.get(value, NamedNode(value))
                slots.setdefault(slot, [(found, Origin(subject, (_VALUE,), f"<{value}>"))])
            elif value == CODE("yes-no/yes").value:
                origin = Origin(subject, (_VALUE, NS("dimension").value))
                slots.setdefault(slot, []).append((NamedNode(dimension), origin))
            break
    return {
        key: sorted(slots[max(slots)], key=lambda pair: str(pair[0]))
        for key, slots in chosen.items()
        if slots
    }


def _notation(iri: str | None) -> str:
    return (iri or "").rpartition("/")[2]


def _groups(subject: str, shortcuts: _Shortcuts) -> Iterator[_Made]:
    """Yield OGP's groupings, where one of the indicators they rest on has a value."""
    for name, rules in _HIGH.items():
        known = {key: wanted for key, wanted in rules if (subject, key) in shortcuts}
        if known:
            holds = any(
                _notation(shortcuts[subject, key][0][0].value) in wanted
                for key, wanted in known.items()
            )
            origin = Origin(subject, tuple(NS(key).value for key in known))
            yield NS(name), _TRUE if holds else _FALSE, origin
