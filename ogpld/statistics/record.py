"""What is known of a commitment, a plan and a member, as far as anybody counts it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ogpld.wording import own_name


@dataclass(frozen=True, slots=True)
class Grade:
    """The value of a measure that counts.

    Attributes:
        indicator: notation of the indicator it is a value of, `potential-impact`.
        scale: notation of the code list, `completion`; `yes-no` for yes and no.
        code: notation of the value, `not-started`.
        phase: notation of the phase it was assessed in, `mid-term`.
    """

    indicator: str
    scale: str
    code: str
    phase: str

    @property
    def key(self) -> str:
        """The value and its scale, `completion/not-started`."""
        return f"{self.scale}/{self.code}"


@dataclass(frozen=True, slots=True)
class PlannedValue:
    """The value of a shortcut of a commitment with several plans, and the plans it was given for.

    Attributes:
        shortcut: local name of the property.
        code: notation of the value, `true` or `false` of yes and no.
        plans: keys of the plans that the reports with it are on; "" among them where it stands in no report.
    """

    shortcut: str
    code: str
    plans: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """One commitment; what is unknown is None, "" or nothing.

    Attributes:
        iri: of the commitment.
        key: last step of its IRI.
        title: its label, in English where there is one.
        member: key of its member.
        plans: keys of its plans, the earliest first; few have two, which carried them on.
        region: notation of the region of its member.
        cycles: first years of its plans.
        leads: keys of the bodies that lead it.
        policy_areas: notations of its policy areas.
        completion: how far it was carried out.
        ambition: potential impact, or potential for results.
        relevance: whether it is relevant to open government, or has an open government lens.
        results: whether it opened government, or early results.
        relevant_to: notations of the OGP values it is relevant to.
        assessed: whether any value of any indicator by the IRM is held.
        start: first day its period can mean.
        end: last day its period can mean.
        reported: keys of the plans whose reports assess it in anything, where it has several plans.
        planned: values of its shortcuts, where it has several plans.
    """

    iri: str
    key: str
    title: str
    member: str
    plans: tuple[str, ...]
    region: str | None
    cycles: tuple[int, ...]
    leads: tuple[str, ...]
    policy_areas: tuple[str, ...]
    completion: Grade | None
    ambition: Grade | None
    relevance: Grade | None
    results: Grade | None
    relevant_to: tuple[str, ...]
    assessed: bool
    start: str | None
    end: str | None
    reported: tuple[str, ...] = ()
    planned: tuple[PlannedValue, ...] = ()

    def of_other_plans(self, plans: Collection[str]) -> tuple[PlannedValue, ...]:
        """Return the values that reports on its other plans alone have: they do not hold for these plans."""
        here, others = {*plans, ""}, set(self.plans) - set(plans)
        return tuple(
            value
            for value in self.planned
            if others & set(value.plans) and not here & set(value.plans)
        )

    @property
    def plan(self) -> str:
        """Key of its earliest plan, "" for unknown."""
        return self.plans[0] if self.plans else ""

    @property
    def cycle(self) -> int | None:
        """First year of its earliest plan, None for unknown."""
        return self.cycles[0] if self.cycles else None

    def grade(self, measure: str) -> Grade | None:
        """Return the grade in a measure by its name, None where it is unknown."""
        if measure == "coverage":
            code = "completion" if self.completion else "other"
            return Grade(measure, measure, code, "") if self.assessed or self.completion else None
        grade: Grade | None = getattr(self, measure)
        return grade


@dataclass(frozen=True, slots=True)
class PlanRecord:
    """One action plan.

    Attributes:
        iri: of the plan.
        key: last step of its IRI.
        label: its label.
        member: key of its member.
        cycle: its first year, None for unknown.
        stated: how many commitments a source says it has, None for unknown.
        start: first day its period can mean.
        end: last day its period can mean.
    """

    iri: str
    key: str
    label: str
    member: str
    cycle: int | None
    stated: int | None
    start: str | None
    end: str | None

    @property
    def name(self) -> str:
        """Its name in the language that is written in, where there is one."""
        return (own_name(self.iri) or (self.label,))[0]


@dataclass(frozen=True, slots=True)
class MemberRecord:
    """One member.

    Attributes:
        iri: of the member.
        key: last step of its IRI.
        label: its name, in English where there is one.
        region: notation of its region, None for unknown.
    """

    iri: str
    key: str
    label: str
    region: str | None

    @property
    def name(self) -> str:
        """Its name in the language that is written in, where there is one."""
        return (own_name(self.iri) or (self.label,))[0]
