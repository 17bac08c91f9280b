"""Statements computed from others: labels, date bounds, shortcuts and OGP's own groupings.

They go to graphs of their own (`graph/derived/{unit}`), so that nobody takes them for what a source
said (ontology.md 4.1, 4.10). A shortcut takes IRM's value (OGP's where OGP computes the indicator),
the last slot before the first, never an absence and never a self-assessment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

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
from ogpld.sources.dates import bounds

_NAMES = (SKOS("prefLabel"), DCTERMS("title"), FOAF("name"))
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


@dataclass(slots=True)
class Facts:
    """The read quads, by subject, for quick look-ups while deriving."""

    values: dict[str, dict[str, list[NamedNode | Literal]]] = field(default_factory=dict)
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

    def all(self, subject: str, predicate: NamedNode) -> list[NamedNode | Literal]:
        """Return every value."""
        return self.values.get(subject, {}).get(predicate.value, [])

    def of_class(self, name: str) -> list[str]:
        """Return the things of one of our classes, sorted."""
        wanted = NS(name)
        return sorted(s for s in self.values if wanted in self.all(s, RDF("type")))


def derive(quads: Iterable[Quad], model: Model, iris: Iris) -> Iterator[Quad]:
    """Yield every derived statement, in the derived graph of the unit its subject was read in."""
    facts = Facts.of(quads)

    def graph(subject: str) -> NamedNode:
        unit = facts.graph_of.get(subject, "").rpartition("/")[2] or "codes"
        return iris.graph("derived", unit)

    labels = _code_labels(model)
    for subject in sorted(facts.values):
        for label in _labels(subject, facts, model, labels):
            yield Quad(NamedNode(subject), RDFS("label"), label, graph(subject))
        for predicate, bound in _bounds(subject, facts):
            yield Quad(NamedNode(subject), predicate, bound, graph(subject))
    shortcuts = _shortcuts(facts, model)
    for (subject, name), values in sorted(shortcuts.items()):
        for value in values:
            yield Quad(NamedNode(subject), NS(name), value, graph(subject))
    for subject in facts.of_class("Commitment"):
        for name, holds in _groups(subject, shortcuts):
            group = _TRUE if holds else _FALSE
            yield Quad(NamedNode(subject), NS(name), group, graph(subject))


def _code_labels(model: Model) -> dict[str, str]:
    return {code.iri: code.label for s in model.schemes.values() for code in s.codes}


def _labels(subject: str, facts: Facts, model: Model, labels: dict[str, str]) -> Iterator[Literal]:
    """Yield the labels of a thing: its own names, or one made from its parts."""
    if facts.all(subject, RDFS("label")):
        return
    named = False
    for name in _NAMES:
        for value in facts.all(subject, name):
            if isinstance(value, Literal):
                named = True
                yield value
    if not named and (made := _made_label(subject, facts, model, labels)):
        yield Literal(made, language="en")


def _made_label(subject: str, facts: Facts, model: Model, labels: dict[str, str]) -> str | None:
    """Return an English label for things that have no name of their own."""

    def code(predicate: NamedNode) -> str:
        return labels.get(facts.one(subject, predicate) or "", "")

    kinds = {k.value for k in facts.all(subject, RDF("type"))}
    key = subject.rpartition("/")[2]
    if NS("Assessment").value in kinds:
        value = code(NS("value")) or f"no value ({code(NS('noValue')).lower()})"
        dimension = code(NS("dimension"))
        what = code(NS("indicator")) + (f", {dimension}" if dimension else "")
        target = (facts.one(subject, NS("assesses")) or "").rpartition("/")[2]
        return f"{target}: {what} ({code(NS('phase')).lower()}): {value}"
    if NS("PrintedTotal").value in kinds:
        return f"{code(NS('counts'))}: {facts.one(subject, NS('count'))}"
    if NS("StatusEvent").value in kinds:
        return f"{code(NS('status'))}, {facts.one(subject, SCHEMA('startDate'))}"
    if NS("Report").value in kinds:
        return f"{code(NS('reportKind'))} {key.partition('-')[0]}"
    if kinds & {definition.iri for definition in model.classes.values() if definition.segment}:
        return key
    return None


def _bounds(subject: str, facts: Facts) -> Iterator[tuple[NamedNode, Literal]]:
    """Yield the first and last day a period can mean (every comparison is on these)."""
    start = facts.one(subject, SCHEMA("startDate"))
    end = facts.one(subject, SCHEMA("endDate"))
    kinds = {k.value for k in facts.all(subject, RDF("type"))}
    if not kinds & {NS(n).value for n in ("Commitment", "Milestone", "ActionPlan")}:
        return
    if start:
        first = bounds(start)[0].isoformat()
        yield NS("earliestStart"), Literal(first, datatype=XSD("date"))
    if end:
        last = bounds(end)[1].isoformat()
        yield NS("latestEnd"), Literal(last, datatype=XSD("date"))


def _shortcuts(facts: Facts, model: Model) -> dict[tuple[str, str], list[NamedNode | Literal]]:
    """Return shortcut values by (commitment, property)."""
    chosen: dict[tuple[str, str], dict[int, list[NamedNode | Literal]]] = defaultdict(dict)
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
            if dimension is None:
                found: NamedNode | Literal = yes_no.get(value, NamedNode(value))
                chosen[target, window.shortcut].setdefault(slot, [found])
            elif value == CODE("yes-no/yes").value:
                chosen[target, window.shortcut].setdefault(slot, []).append(NamedNode(dimension))
            break
    return {key: sorted(slots[max(slots)], key=str) for key, slots in chosen.items() if slots}


def _notation(iri: str | None) -> str:
    return (iri or "").rpartition("/")[2]


def _groups(
    subject: str, shortcuts: dict[tuple[str, str], list[NamedNode | Literal]]
) -> Iterator[tuple[str, bool]]:
    """Yield OGP's groupings, where one of the indicators they rest on has a value."""
    for name, rules in _HIGH.items():
        known = [
            (_notation(shortcuts[subject, key][0].value), wanted)
            for key, wanted in rules
            if (subject, key) in shortcuts
        ]
        if known:
            yield name, any(value in wanted for value, wanted in known)
