"""Read the records of a release from its data.

Only lines with a property that is wanted are parsed; who assessed what is told by their IRIs, which have no
blanks, so those lines are split.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ogpld.iris import natural
from ogpld.language_tags import nearest_label
from ogpld.rdf import (
    CODE,
    DCTERMS,
    NS,
    RDF,
    RDFS,
    SKOS,
    Literal,
    NamedNode,
    parse_quads,
    term_text,
)
from ogpld.release import Release
from ogpld.statistics.measures import MEASURES, Measure, grade_of, measures_of
from ogpld.statistics.plan_values import PlanValues, read_plan_values
from ogpld.statistics.record import Grade, MemberRecord, PlannedValue, PlanRecord, Record
from ogpld.statistics.statistics import Statistics

_CLASSES = ("Commitment", "ActionPlan", "Member", "Institution")
_TYPE = RDF("type").value
_LABELS = (RDFS("label").value, SKOS("prefLabel").value, DCTERMS("title").value)
_LINKS = ("member", "plan", "region", "lead", "policyArea", "relevantTo")
_TEXTS = ("cycle", "numberOfCommitments", "earliestStart", "latestEnd")
_ASSESSES, _ASSESSOR, _VALUE = (
    f"<{NS(n).value}>".encode() for n in ("assesses", "assessor", "value")
)
_IRM = f"<{CODE('assessor/irm').value}>".encode()

#: Values by local name of the property, of one thing.
_Values = Mapping[str, Sequence[Literal | NamedNode]]


def read_statistics(release: Release) -> Statistics:
    """Read what is counted from the data of a release.

    Raises:
        ReleaseError: when the data is damaged.
    """
    model = release.model()
    measures = measures_of(model)
    segments = {
        f"{release.manifest.base_iri}id/{model.classes[name].segment}/": name for name in _CLASSES
    }
    shortcuts = {s.name for measure in measures.values() for s in measure.shortcuts}
    properties = {f"<{iri}>".encode(): iri for iri in (_TYPE, *_LABELS)}
    for name in (*_LINKS, *_TEXTS, *shortcuts):
        properties[f"<{NS(name).value}>".encode()] = NS(name).value
    assessments = _Assessments()
    things: dict[str, dict[str, list[Literal | NamedNode]]] = {}
    for subject, predicate, value in _statements(
        release.lines(), tuple(f"<{start}".encode() for start in segments), properties, assessments
    ):
        things.setdefault(subject, defaultdict(list))[predicate].append(value)
    by_class: dict[str, dict[str, _Values]] = {name: {} for name in _CLASSES}
    for iri, values in things.items():
        name = segments[iri.removesuffix(_key(iri))]
        if NS(name) in values[_TYPE]:
            by_class[name][iri] = values
    members = {_key(iri): _member(iri, v) for iri, v in by_class["Member"].items()}
    plans = {_key(iri): _plan(iri, v) for iri, v in by_class["ActionPlan"].items()}
    bodies = {_key(iri): _label(iri, v) for iri, v in by_class["Institution"].items()}
    assessed = assessments.assessed()
    commitments = by_class["Commitment"]
    records = [
        _record(iri, v, plans, members, measures, assessed=iri in assessed)
        for iri, v in commitments.items()
    ]
    several = {record.iri for record in records if len(record.plans) > 1}
    by_plan = read_plan_values(release.lines, assessments.of(several), model) if several else {}
    records = [
        _of_plans(record, commitments[record.iri], by_plan[record.iri])
        if record.iri in by_plan
        else record
        for record in records
    ]
    leads = {key for record in records for key in record.leads}
    return Statistics(
        model, records, plans, members, {key: bodies[key] for key in sorted(leads & bodies.keys())}
    )


class _Assessments:
    """What assessments say, seen line by line: which things the IRM gave a value."""

    def __init__(self) -> None:
        self._target: dict[bytes, bytes] = {}
        self._by_irm: set[bytes] = set()
        self._with_value: set[bytes] = set()

    def see(self, subject: bytes, predicate: bytes, value: bytes) -> None:
        """Take one statement in."""
        if predicate == _ASSESSES:
            self._target[subject] = value
        elif predicate == _VALUE:
            self._with_value.add(subject)
        elif predicate == _ASSESSOR and value == _IRM:
            self._by_irm.add(subject)

    def of(self, targets: Collection[str]) -> dict[bytes, str]:
        """Return the assessments of some things, each with its thing."""
        wanted = {f"<{iri}>".encode(): iri for iri in targets}
        return {
            subject: wanted[target] for subject, target in self._target.items() if target in wanted
        }

    def assessed(self) -> set[str]:
        """Return the IRIs of the things with a value by the IRM."""
        return {
            self._target[subject].decode()[1:-1]
            for subject in self._by_irm & self._with_value
            if subject in self._target
        }


def _statements(
    lines: Iterable[bytes],
    starts: tuple[bytes, ...],
    properties: Mapping[bytes, str],
    assessments: _Assessments,
) -> Iterator[tuple[str, str, Literal | NamedNode]]:
    """Yield subject, property and value where they are wanted, and let assessments be seen."""
    wanted: list[bytes] = []
    for line in lines:
        subject, predicate, rest = line.split(b" ", 2)
        if predicate in properties:
            if subject.startswith(starts):
                wanted.append(line)
        elif predicate in {_ASSESSES, _ASSESSOR, _VALUE}:
            assessments.see(subject, predicate, rest.partition(b" ")[0])
    for triple in dict.fromkeys(quad.triple for quad in parse_quads(b"".join(wanted), "nq")):
        if isinstance(triple.object, Literal | NamedNode):
            yield term_text(triple.subject), term_text(triple.predicate), triple.object


def _member(iri: str, values: _Values) -> MemberRecord:
    return MemberRecord(iri, _key(iri), _label(iri, values), _one_key(values, "region"))


def _plan(iri: str, values: _Values) -> PlanRecord:
    return PlanRecord(
        iri=iri,
        key=_key(iri),
        label=_label(iri, values),
        member=_one_key(values, "member") or "",
        cycle=_number(values, "cycle"),
        stated=_number(values, "numberOfCommitments"),
        start=_text(values, "earliestStart", min),
        end=_text(values, "latestEnd", max),
    )


def _record(
    iri: str,
    values: _Values,
    plans: Mapping[str, PlanRecord],
    members: Mapping[str, MemberRecord],
    measures: Mapping[str, Measure],
    *,
    assessed: bool,
) -> Record:
    own = sorted(
        (plans[key] for key in _keys(values, "plan") if key in plans),
        key=lambda plan: (plan.cycle is None, plan.cycle, natural(plan.key)),
    )
    member = _one_key(values, "member") or (own[0].member if own else "")
    grades: dict[str, Any] = {name: _grade(values, measures[name]) for name in MEASURES}
    return Record(
        iri=iri,
        key=_key(iri),
        title=_label(iri, values),
        member=member,
        plans=tuple(plan.key for plan in own),
        region=members[member].region if member in members else None,
        cycles=tuple(sorted({plan.cycle for plan in own if plan.cycle is not None})),
        leads=_keys(values, "lead"),
        policy_areas=_keys(values, "policyArea"),
        relevant_to=_keys(values, "relevantTo"),
        assessed=assessed,
        start=_text(values, "earliestStart", min),
        end=_text(values, "latestEnd", max),
        **grades,
    )


def _of_plans(record: Record, values: _Values, given: PlanValues) -> Record:
    """Return the record of a commitment with several plans with what was given for which of them."""
    codes = {name: values[NS(name).value] for name in given.shortcuts}
    return replace(
        record,
        reported=tuple(sorted(given.reported)),
        planned=tuple(
            PlannedValue(name, _key(codes[name][0].value) if codes[name] else "", tuple(sorted(of)))
            for name, of in sorted(given.shortcuts.items())
        ),
    )


def _grade(values: _Values, measure: Measure) -> Grade | None:
    """Return the value that counts: that of the first shortcut which has one."""
    codes = {
        shortcut.name: value.value.rpartition("/")[2]
        for shortcut in measure.shortcuts
        for value in values[NS(shortcut.name).value][:1]
    }
    return grade_of(measure, codes)


def _label(iri: str, values: _Values) -> str:
    for predicate in _LABELS:
        texts = [value for value in values[predicate] if isinstance(value, Literal)]
        if texts:
            return nearest_label(texts).value
    return _key(iri)


def _keys(values: _Values, name: str) -> tuple[str, ...]:
    return tuple(sorted({_key(value.value) for value in values[NS(name).value]}))


def _one_key(values: _Values, name: str) -> str | None:
    return next(iter(_keys(values, name)), None)


def _texts(values: _Values, name: str) -> list[str]:
    return [value.value for value in values[NS(name).value]]


def _number(values: _Values, name: str) -> int | None:
    return next((int(text) for text in _texts(values, name) if text.isdecimal()), None)


def _text(values: _Values, name: str, choose: Callable[..., str]) -> str | None:
    return choose(_texts(values, name), default=None)


def _key(iri: str) -> str:
    return iri.rpartition("/")[2]
