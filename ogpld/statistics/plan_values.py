"""For which plan values were given, of commitments that have several."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from ogpld.model import Model
from ogpld.rdf import NS

_PLAN = f"<{NS('plan').value}>".encode()
_ABOUT = {
    f"<{NS(name).value}>".encode(): name
    for name in ("indicator", "phase", "assessor", "value", "report")
}


@dataclass(slots=True)
class PlanValues:
    """What was given for which plan of one commitment; "" stands for no report about a plan.

    Attributes:
        reported: keys of the plans whose reports assess it in anything.
        shortcuts: keys of the plans whose reports have a value of a shortcut, by its name.
    """

    reported: set[str] = field(default_factory=set)
    shortcuts: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def read_plan_values(
    lines: Callable[[], Iterable[bytes]], assessments: Mapping[bytes, str], model: Model
) -> dict[str, PlanValues]:
    """Return by IRI of what was assessed what was given for which plan.

    Args:
        lines: gives the N-Quads of the release.
        assessments: IRIs of what they assess by their own, in brackets.
        model: which shortcut has the values of an indicator, a phase and an assessor.
    """
    about: dict[bytes, dict[str, bytes]] = {subject: {} for subject in assessments}
    plans: dict[bytes, set[str]] = defaultdict(set)
    for line in lines():
        subject, predicate, rest = line.split(b" ", 2)
        if predicate == _PLAN:
            plans[subject].add(_last(rest.partition(b" ")[0]))
        elif predicate in _ABOUT and subject in about:
            about[subject][_ABOUT[predicate]] = rest.partition(b" ")[0]
    shortcuts = {(w.indicator, w.phase, w.assessor): w.shortcut for w in model.windows}
    given: dict[str, PlanValues] = {}
    for subject, target in assessments.items():
        cells = about[subject]
        of = plans.get(cells.get("report", b""), {""})
        entry = given.setdefault(target, PlanValues())
        entry.reported |= of
        indicator, phase, assessor = (
            _last(cells.get(name, b"")) for name in ("indicator", "phase", "assessor")
        )
        if "value" in cells and (name := shortcuts.get((indicator, phase, assessor))):
            entry.shortcuts[name] |= of
    return given


def _last(iri: bytes) -> str:
    return iri.removesuffix(b">").rpartition(b"/")[2].decode()
