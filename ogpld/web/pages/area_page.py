"""What became of the commitments of a policy area, and of which members they are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlencode

from ogpld.model import Code, Scheme
from ogpld.rdf import NS
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.pages.grade_charts import GradeChart, chart_of_commitments
from ogpld.web.pages.outcome import Outcome, outcome_of
from ogpld.web.pages.words import Reference, list_of

#: Members that a page names; the list has the commitments of all.
_MEMBERS = 20


@dataclass(frozen=True, slots=True)
class Area:
    """A policy area.

    Attributes:
        outcome: what became of its commitments.
        members: those with most of them, each with the number, leading to these.
        more: how many further members have some.
        list_href: the list of its commitments; `chart_href` is the chart of their completion by member.
    """

    outcome: Outcome
    chart: GradeChart | None
    members: tuple[tuple[Reference, int], ...]
    more: int
    list_href: str
    chart_href: str
    feed_href: str


def area_of(serving: OpenRelease, scheme: Scheme, code: Code) -> Area | None:
    """Return what is counted of a policy area; None for other codes, and where nothing is held of it."""
    if scheme.notation != list_of(serving.model, "policyArea"):
        return None
    statistics = serving.statistics
    records = statistics.of(policy_area=code.notation)
    if not records:
        return None
    parameter, by_member = (
        serving.context.keys[NS(name).value][0].name for name in ("policyArea", "member")
    )
    segment = serving.model.classes["Commitment"].segment
    path = f"{serving.path_prefix}/doc/{segment}"

    def href(**narrower: str) -> str:
        return f"{path}?{urlencode({parameter: code.notation, **narrower})}"

    own = urlencode({"policy-area": code.notation})
    numbers = Counter(record.member for record in records if record.member)
    ordered = sorted(numbers.items(), key=lambda one: (-one[1], statistics.label("member", one[0])))
    return Area(
        outcome=outcome_of(serving.model, records),
        chart=chart_of_commitments(statistics, records),
        members=tuple(
            (Reference(statistics.label("member", key), href(**{by_member: key})), number)
            for key, number in ordered[:_MEMBERS]
        ),
        more=max(0, len(ordered) - _MEMBERS),
        list_href=href(),
        chart_href=f"{serving.path_prefix}/chart/completion-by-member?{own}",
        feed_href=f"/feed.atom?{own}",
    )
