"""What commitments were assessed in for another of their plans alone: it does not count for this one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ogpld.statistics import Record


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What a commitment was assessed in for another of its plans, and not for this one.

    Attributes:
        here: whether a report of this plan assesses it in anything.
        shortcuts: local names of the properties whose values do not hold for this plan.
    """

    here: bool
    shortcuts: frozenset[str]


def elsewhere_of(records: Iterable[Record], plan: str) -> dict[str, Elsewhere]:
    """Return by key of commitment what was assessed for another plan alone.

    Args:
        records: commitments of the plan.
        plan: its key.
    """
    return {
        record.key: Elsewhere(plan in record.reported, frozenset(v.shortcut for v in others))
        for record in records
        if (others := record.of_other_plans({plan}))
    }
