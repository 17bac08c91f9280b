"""The one table of what commitments are counted by: keys of a record, the way in a query, the facet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ogpld.statistics.measures import MEASURES
from ogpld.statistics.record import Record
from ogpld.wording import marked


@dataclass(frozen=True, slots=True)
class Grouping:
    """Something that commitments are counted by.

    Attributes:
        title: what it is called.
        keys: returns the keys that a record has in it; None stands for an unknown one.
        path: local names of the properties that lead from a commitment to it; () for all, and for a measure.
        facet: the filter of lists that is the same, "" for none.
        code_list: notation of the list whose codes it has, "" for other things.
        kind: name of the class whose things it has, "" for others.
    """

    title: str
    keys: Callable[[Record], Sequence[str | None]]
    path: tuple[str, ...] = ()
    facet: str = ""
    code_list: str = ""
    kind: str = ""


def _of_measure(name: str) -> Grouping:
    def keys(record: Record) -> Sequence[str | None]:
        grade = record.grade(name)
        return (grade.key if grade else None,)

    return Grouping(MEASURES[name][0], keys)


#: What commitments are counted by; every measure is one of them, its grades the groups.
GROUPS: Mapping[str, Grouping] = {
    "all": Grouping("", lambda record: ("all",)),  # noqa: ARG005
    "member": Grouping(
        marked("Member"),
        lambda record: (record.member or None,),
        ("member",),
        facet="member",
        kind="Member",
    ),
    "plan": Grouping(
        marked("Plan"),
        lambda record: record.plans or (None,),
        ("plan",),
        facet="plans",
        kind="ActionPlan",
    ),
    "cycle": Grouping(
        marked("Cycle"),
        lambda record: tuple(map(str, record.cycles)) or (None,),
        ("plan", "cycle"),
        facet="cycle",
    ),
    "region": Grouping(
        marked("Region"),
        lambda record: (record.region,),
        ("member", "region"),
        facet="region",
        code_list="region",
    ),
    "policy-area": Grouping(
        marked("Policy area"),
        lambda record: record.policy_areas or (None,),
        ("policyArea",),
        facet="policyAreas",
        code_list="policy-area",
    ),
    "lead": Grouping(
        marked("Led by"),
        lambda record: record.leads or (None,),
        ("lead",),
        facet="lead",
        kind="Institution",
    ),
    **{name: _of_measure(name) for name in MEASURES},
}
