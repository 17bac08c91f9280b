"""Labels of things: their own names, or one made from their parts (`rdfs:label`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ogpld.model import Model
from ogpld.rdf import DCTERMS, FOAF, NS, RDF, RDFS, SCHEMA, SKOS, Literal, NamedNode, english
from ogpld.sources.fact_index import FactIndex, Made
from ogpld.sources.trace import Derivation

_LABEL = RDFS("label")
_NAMES = (SKOS("prefLabel"), DCTERMS("title"), FOAF("name"))
_ASSESSMENT_PARTS = tuple(
    NS(n).value
    for n in ("value", "noValue", "printedText", "indicator", "dimension", "phase", "assesses")
)
_TOTAL_PARTS = (NS("counts").value, NS("count").value)
_EVENT_PARTS = (NS("status").value, SCHEMA("startDate").value)
_REPORT_PARTS = (NS("reportKind").value, NS("plan").value)
_CLUSTER_PARTS = (NS("plan").value, NS("commitmentId").value)
_PLAN_PARTS = (NS("member").value, NS("cycle").value, SCHEMA("endDate").value)


def code_labels(model: Model) -> dict[str, str]:
    """Return the English label of every code, by its IRI."""
    return {code.iri: code.label for s in model.schemes.values() for code in s.codes}


def labels_of(
    subject: str,
    facts: FactIndex,
    model: Model,
    labels: dict[str, str],
    together: Sequence[str] = (),
) -> Iterator[Made]:
    """Yield the labels of a thing: its own names, or one made from its parts.

    Args:
        subject: the thing.
        facts: what was read.
        model: has the classes.
        labels: English labels of codes, by IRI.
        together: the commitments of a cluster, by key.
    """
    if facts.all(subject, _LABEL):
        return
    named = False
    for name in _NAMES:
        for value in facts.all(subject, name):
            if isinstance(value, Literal):
                named = True
                yield _LABEL, value, Derivation(subject, (name.value,), str(value))
    if not named and (made := _made_label(subject, facts, model, labels, together)):
        text, parts = made
        yield _LABEL, english(text), Derivation(subject, parts)


def _made_label(
    subject: str,
    facts: FactIndex,
    model: Model,
    labels: dict[str, str],
    together: Sequence[str],
) -> tuple[str, tuple[str, ...]] | None:
    """Return an English label for a thing without a name, and the properties it is made from."""

    def code(predicate: NamedNode) -> str:
        return labels.get(facts.one(subject, predicate) or "", "")

    kinds = {k.value for k in facts.all(subject, RDF("type"))}
    if NS("Assessment").value in kinds:
        printed = facts.one(subject, NS("printedText"))
        value = code(NS("value")) or printed or f"no value ({code(NS('noValue')).lower()})"
        dimension = code(NS("dimension"))
        what = code(NS("indicator")) + (f", {dimension}" if dimension else "")
        target = _key(facts.one(subject, NS("assesses")) or "")
        return f"{target}: {what} ({code(NS('phase')).lower()}): {value}", _ASSESSMENT_PARTS
    if NS("PrintedTotal").value in kinds:
        return f"{code(NS('counts'))}: {facts.one(subject, NS('count'))}", _TOTAL_PARTS
    if NS("StatusEvent").value in kinds:
        return f"{code(NS('status'))}, {facts.one(subject, SCHEMA('startDate'))}", _EVENT_PARTS
    if NS("Report").value in kinds:
        plan = facts.one(subject, NS("plan"))
        about = _plan_label(plan, facts) if plan else _key(subject).partition("-")[0]
        return f"{code(NS('reportKind'))}, {about}", _REPORT_PARTS
    if NS("ActionPlan").value in kinds:
        return _plan_label(subject, facts), _PLAN_PARTS
    if NS("Cluster").value in kinds and together:
        return _cluster_label(subject, facts, together), _CLUSTER_PARTS
    if kinds & {definition.iri for definition in model.classes.values() if definition.segment}:
        return _key(subject), ()
    return None


def _plan_label(plan: str, facts: FactIndex) -> str:
    """Name a plan by its title, else by member and years: `Ukraine action plan 2014-2016`."""
    if title := _english_title(plan, facts):
        return title
    names = facts.all(facts.one(plan, NS("member")) or "", SKOS("prefLabel"))
    member = next((n.value for n in names if isinstance(n, Literal) and n.language == "en"), "")
    cycle, end = facts.one(plan, NS("cycle")), facts.one(plan, SCHEMA("endDate"))
    if not member or not cycle:
        return _key(plan)
    until = f"-{end[:4]}" if end and end[:4] != cycle else ""
    return f"{member} action plan {cycle}{until}"


def _cluster_label(cluster: str, facts: FactIndex, together: Sequence[str]) -> str:
    """Name a cluster by its first commitment and its plan: `Budgets and 2 more (Malta action plan 2018)`.

    What a source names for it counts, also where it is not held.
    """
    first = together[0]
    name = _english_title(first, facts) or _key(first)
    others = max(len(together), len(facts.all(cluster, NS("commitmentId")))) - 1
    more = f" and {others} more" if others else ""
    plan = facts.one(cluster, NS("plan"))
    return f"{name}{more} ({_plan_label(plan, facts)})" if plan else f"{name}{more}"


def _english_title(thing: str, facts: FactIndex) -> str:
    values = facts.all(thing, DCTERMS("title"))
    return next((v.value for v in values if isinstance(v, Literal) and v.language == "en"), "")


def _key(iri: str) -> str:
    return iri.rpartition("/")[2]
