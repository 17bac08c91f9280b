"""Commitments as assessed for one of their plans: what reports on another say counts for that one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ogpld.model import Model
from ogpld.rdf import NS, NamedNode
from ogpld.statistics import Record, grade_of
from ogpld.web.current.open_release import OpenRelease


@dataclass(slots=True)
class Elsewhere:
    """What a commitment was assessed in for another of its plans, and not for this one.

    Attributes:
        windows: notations of indicator and phase.
        here: whether a report of this plan assesses it in anything.
        codes: values of its shortcuts that hold for this plan, by the name of the shortcut.
    """

    here: bool
    windows: set[tuple[str, str]] = field(default_factory=set)
    codes: dict[str, str] = field(default_factory=dict)

    def shortcuts(self, model: Model) -> set[str]:
        """Return the names of the shortcuts that do not hold for this plan."""
        return {w.shortcut for w in model.windows if (w.indicator, w.phase) in self.windows}


def read_elsewhere(serving: OpenRelease, plans: Sequence[str]) -> dict[str, dict[str, Elsewhere]]:
    """Return by key of plan and commitment what was assessed for another plan alone.

    Args:
        serving: the release.
        plans: IRIs of plans.
    """
    rows = (
        serving.select("assessments-by-plan", plans=[NamedNode(plan) for plan in plans])
        if plans
        else []
    )
    by_plan: dict[str, dict[str, Elsewhere]] = {}
    reports: dict[tuple[str, str], set[str]] = {}
    values: dict[tuple[str, str], dict[tuple[str, str], set[str]]] = {}
    others: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        place = row["plan"], row["commitment"]
        others.setdefault(place, set()).add(row["other"])
        reports.setdefault(place, set()).add(row.get("of", ""))
        if "value" in row:
            window = _last(row["indicator"]), _last(row["phase"])
            values.setdefault(place, {}).setdefault(window, set()).add(row.get("of", ""))
    for place, windows in values.items():
        plan, commitment = place
        # a value without a report holds for each plan
        elsewhere = {
            window for window, of in windows.items() if of & others[place] and not of & {plan, ""}
        }
        if elsewhere:
            entry = Elsewhere(here=plan in reports[place], windows=elsewhere)
            by_plan.setdefault(_last(plan), {})[_last(commitment)] = entry
    if by_plan:
        _add_codes(serving, sorted({commitment for _, commitment in values}), by_plan)
    return by_plan


def _add_codes(
    serving: OpenRelease, commitments: Iterable[str], by_plan: dict[str, dict[str, Elsewhere]]
) -> None:
    """Add the values of shortcuts that hold for each plan."""
    measures = serving.statistics.measures.values()
    names = sorted({shortcut.name for measure in measures for shortcut in measure.shortcuts})
    values = serving.select(
        "shortcuts-of",
        commitments=[NamedNode(iri) for iri in commitments],
        properties=[NS(name) for name in names],
    )
    for entries in by_plan.values():
        for row in values:
            entry = entries.get(_last(row["commitment"]))
            name = NS.local(row["property"])
            if entry is not None and name not in entry.shortcuts(serving.model):
                entry.codes.setdefault(name, _last(row["value"]))


def as_in_plan(
    serving: OpenRelease, records: Iterable[Record], elsewhere: Mapping[str, Elsewhere]
) -> list[Record]:
    """Return records with the grades that hold for one plan.

    Args:
        serving: the release.
        records: commitments of the plan.
        elsewhere: what of them was assessed for another plan, by their keys.
    """
    measures = serving.statistics.measures

    def changed(record: Record, codes: Mapping[str, str]) -> Record:
        return replace(
            record,
            completion=grade_of(measures["completion"], codes),
            ambition=grade_of(measures["ambition"], codes),
            relevance=grade_of(measures["relevance"], codes),
            results=grade_of(measures["results"], codes),
        )

    return [
        changed(record, elsewhere[record.key].codes) if record.key in elsewhere else record
        for record in records
    ]


def _last(iri: str) -> str:
    return iri.rpartition("/")[2]
