"""What is left out where commitments are counted by region: those of members whose region is not held."""

from __future__ import annotations

from ogpld.statistics import Statistics
from ogpld.wording import gettext as _
from ogpld.wording import quantity

#: Members that are named.
_NAMED = 12


def of_no_region(
    statistics: Statistics, policy_area: str | None = None, cycle: int | None = None
) -> list[str]:
    """Return the sentence that says what counts in no region, none where everything does in one.

    Args:
        statistics: the records of the release.
        policy_area: notation of the policy area that is counted.
        cycle: the cycle that is counted.
    """
    members = statistics.members.values()
    records = {
        member.name: statistics.of(member=member.key, policy_area=policy_area, cycle=cycle)
        for member in members
        if not member.region
    }
    names = sorted(name for name, several in records.items() if several)
    if not names:
        return []
    total = sum(map(len, records.values()))
    listed = ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")
    return [
        _(
            "In no region: %(commitments)s of members whose region is not held (%(members)s).",
            commitments=quantity(total, "commitment"),
            members=listed,
        )
    ]
