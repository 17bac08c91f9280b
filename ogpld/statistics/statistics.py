"""The records of a release, and what is counted over them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from ogpld.iris import natural
from ogpld.letters import in_order
from ogpld.model import Model
from ogpld.statistics.groupings import GROUPS
from ogpld.statistics.measures import (
    MEASURES,
    UNKNOWN_GRADE,
    GradeName,
    Measure,
    grade_of,
    measures_of,
)
from ogpld.statistics.record import Grade, MemberRecord, PlanRecord, Record
from ogpld.wording import gettext, label, titled

#: The phase whose grades are no outcome.
MID_TERM = "mid-term"
#: Key of the group of records of which nobody knows to which they belong; no key has brackets.
UNKNOWN = "(unknown)"


@dataclass(frozen=True, slots=True)
class GroupCount:
    """How the commitments of one group are graded in one measure.

    Attributes:
        key: of the group: a key, a notation or a year; `(unknown)` for those without.
        label: its name in English.
        total: commitments held of it.
        assessed: those with any value of any indicator by the IRM.
        grades: those with each grade, by its key, in the order of the measure, zeros included.
        unknown: those without a grade; `grades` and this add up to `total`.
        not_in_use: how many of the unknown are of cycles in which the measure was not assessed at all.
        phases: those with a grade by the phase it was given in, `{"end-of-term": 12}`.
        mid_term: those with each grade, by its key, for which it was given at mid-term.
    """

    key: str
    label: str
    total: int
    assessed: int
    grades: Mapping[str, int]
    unknown: int
    not_in_use: int
    phases: Mapping[str, int]
    mid_term: Mapping[str, int] = field(default_factory=dict)


class Statistics:
    """The records of one release.

    Args:
        model: the model of the release; labels of grades, regions and policy areas are from it.
        records: one a commitment.
        plans: by key.
        members: by key, also those of which no commitment is held.
        bodies: names of the bodies that lead commitments, by key.
    """

    def __init__(
        self,
        model: Model,
        records: Iterable[Record],
        plans: Mapping[str, PlanRecord],
        members: Mapping[str, MemberRecord],
        bodies: Mapping[str, str],
    ) -> None:
        self.model = model
        self.records = tuple(records)
        self.plans, self.members, self.bodies = plans, members, bodies
        self.measures: Mapping[str, Measure] = measures_of(model)

    @cached_property
    def by_key(self) -> Mapping[str, Record]:
        """The records by the keys of their commitments."""
        return {record.key: record for record in self.records}

    @cached_property
    def _by_member(self) -> Mapping[str, tuple[Record, ...]]:
        groups: dict[str, list[Record]] = {}
        for record in self.records:
            groups.setdefault(record.member, []).append(record)
        return {key: tuple(records) for key, records in groups.items()}

    def of(
        self,
        *,
        member: str | None = None,
        plan: str | None = None,
        cycle: int | None = None,
        region: str | None = None,
        policy_area: str | None = None,
        lead: str | None = None,
    ) -> tuple[Record, ...]:
        """Return the records with all given values; nothing given is all of them.

        Where a plan or a cycle is given, what reports on other plans say does not count.

        Args:
            member: key of the member.
            plan: key of the plan.
            cycle: first year of the plan.
            region: notation of the region of the member.
            policy_area: notation of a policy area that the commitment is tagged with.
            lead: key of a body that leads it.
        """
        records = self.records if member is None else self._by_member.get(member, ())
        left = (
            record
            for record in records
            if (plan is None or plan in record.plans)
            and (cycle is None or cycle in record.cycles)
            and region in {None, record.region}
            and (policy_area is None or policy_area in record.policy_areas)
            and (lead is None or lead in record.leads)
        )
        if plan is not None:
            return tuple(self.within(record, {plan}) for record in left)
        if cycle is not None:
            return tuple(self.within(record, self._of_cycle(record, str(cycle))) for record in left)
        return tuple(left)

    def within(self, record: Record, plans: Collection[str]) -> Record:
        """Return a record with the grades that hold for some of its plans, by their keys.

        A value that stands in reports on other plans alone does not; one in no report holds for each plan.
        """
        if not record.planned:
            return record
        not_here = {value.shortcut for value in record.of_other_plans(plans)}
        codes = {v.shortcut: v.code for v in record.planned if v.shortcut not in not_here}
        grades: dict[str, Any] = {name: grade_of(self.measures[name], codes) for name in MEASURES}
        return replace(record, **grades)

    def _of_cycle(self, record: Record, cycle: str) -> set[str]:
        return {key for key in record.plans if str(self.plans[key].cycle) == cycle}

    def grouped(
        self, by: str, records: Iterable[Record] | None = None
    ) -> Mapping[str | None, Sequence[Record]]:
        """Return the records of each group by its key, None for those of which nobody knows it.

        Args:
            by: a key of `GROUPS`.
            records: what to group; all, when None.
        """
        groups: dict[str | None, list[Record]] = {}
        for record in self.records if records is None else records:
            for key in GROUPS[by].keys(record):
                groups.setdefault(key, []).append(self._in_group(record, by, key))
        return groups

    def _in_group(self, record: Record, by: str, key: str | None) -> Record:
        """Return a record as it counts in a group: in one of a plan or a cycle as assessed for it."""
        if key is None or by not in {"plan", "cycle"}:
            return record
        return self.within(record, {key} if by == "plan" else self._of_cycle(record, key))

    def count(
        self, measure: str, by: str = "all", records: Iterable[Record] | None = None
    ) -> list[GroupCount]:
        """Count commitments by grade, group by group; groups of which nothing is held are not there.

        A commitment with several policy areas, lead bodies or plans counts in each of them; in a group of a
        plan or a cycle what reports on other plans say does not count.

        Args:
            measure: name of the measure.
            by: a key of `GROUPS`.
            records: what to count; all, when None.

        Returns:
            the groups: grades of ambition the best first, others by label, the one that is unknown last.

        Raises:
            KeyError: for an unknown measure or group.
        """
        what = self.measures[measure]
        groups = self.grouped(by, records)
        counts = [
            _count(UNKNOWN if key is None else key, self.label(by, key), group, what)
            for key, group in groups.items()
        ]
        places = {grade.key: place for place, grade in enumerate(self._grades_of(by))}
        return sorted(
            counts,
            key=lambda c: (
                c.key == UNKNOWN,
                places.get(c.key, 0),
                natural(in_order(c.label)),
                natural(c.key),
            ),
        )

    def _grades_of(self, by: str) -> tuple[GradeName, ...]:
        return self.measures[by].grades if by in self.measures else ()

    def total(self, measure: str, records: Iterable[Record] | None = None) -> GroupCount:
        """Count commitments by grade over all records, or those given, also when there are none."""
        group = list(self.records if records is None else records)
        return _count("all", self.label("all", "all"), group, self.measures[measure])

    def label(self, by: str, key: str | None) -> str:
        """Return what a group is called, its key where it has no name."""
        if key is None or key == UNKNOWN:
            return gettext(UNKNOWN_GRADE.label)
        if by == "all":
            return gettext("All commitments")
        if by == "member":
            return self.members[key].name if key in self.members else key
        if by == "plan":
            return self.plans[key].name if key in self.plans else key
        if by == "lead":
            return self.bodies.get(key, key)
        if code_list := GROUPS[by].code_list:
            code = self.model.schemes[code_list].find(key)
            return label(code.label, code.iri) if code else key
        if by in self.measures:
            grade = next((g for g in self.measures[by].grades if g.key == key), None)
            return titled(label(grade.scale_label), grade.text) if grade else key
        return key

    def grade_name(self, grade: Grade | None) -> GradeName:
        """Return the name of a grade and with it its CSS class, those of "Unknown" for None."""
        if grade is None:
            return UNKNOWN_GRADE
        scheme = self.model.schemes.get(grade.scale)
        code = scheme.find(grade.code) if scheme else None
        name = code.label if code else grade.code
        return GradeName(grade.scale, grade.code, name, scheme.label if scheme else "")


def _count(key: str, label: str, records: Sequence[Record], measure: Measure) -> GroupCount:
    grades = dict.fromkeys((grade.key for grade in measure.grades), 0)
    phases: Counter[str] = Counter()
    mid_term: Counter[str] = Counter()
    unknown = not_in_use = 0
    for record in records:
        grade = record.grade(measure.name)
        if grade is None:
            unknown += 1
            not_in_use += bool(record.cycles) and not any(map(measure.assessed_in, record.cycles))
            continue
        grades[grade.key] = grades.get(grade.key, 0) + 1
        phases[grade.phase] += 1
        mid_term[grade.key] += grade.phase == MID_TERM
    assessed = sum(record.assessed for record in records)
    counts = (grades, unknown, not_in_use, dict(phases), dict(mid_term))
    return GroupCount(key, label, len(records), assessed, *counts)
