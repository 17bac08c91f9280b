"""In words, in which phase grades were given: a mid-term is no outcome, and is never to be taken for one."""

from __future__ import annotations

from ogpld.statistics import GroupCount, Measure
from ogpld.statistics.statistics import MID_TERM
from ogpld.wording import gettext, ngettext, number

_END_OF_TERM = "end-of-term"


def beside_bar(measure: Measure, count: GroupCount) -> str:
    """Return how many of a group were assessed at the end of the term, or else at mid-term; "" for none.

    Args:
        measure: what is counted.
        count: the group.
    """
    end, middle = _phases(measure, count)
    if end:
        return ngettext(
            "%(number)s assessed at the end of the term",
            "%(number)s assessed at the end of the term",
            end,
        )
    if middle:
        return ngettext(
            "%(number)s assessed at mid-term", "%(number)s assessed at mid-term", middle
        )
    return ""


def of_phases(measure: Measure, count: GroupCount) -> list[str]:
    """Return the sentence that tells both phases apart, none where there is nothing to tell apart."""
    end, middle = _phases(measure, count)
    if not end and not middle:
        return []
    return [
        gettext(
            "As last assessed: %(end)s at the end of the term, %(middle)s at mid-term,"
            " with no later assessment here.",
            end=number(end),
            middle=number(middle),
        )
    ]


def at_end(measure: Measure, count: GroupCount) -> int | None:
    """Return how many grades of a group are of the end of the term, None where that is not told apart."""
    return _phases(measure, count)[0] if measure.latest_key else None


def _phases(measure: Measure, count: GroupCount) -> tuple[int, int]:
    """Return how many grades are of the end of the term, and how many of mid-term."""
    if not measure.latest_key:
        return 0, 0
    return count.phases.get(_END_OF_TERM, 0), count.phases.get(MID_TERM, 0)
