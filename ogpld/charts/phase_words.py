"""In words, in which phase grades were given: a mid-term is no outcome, and is never to be taken for one."""

from __future__ import annotations

from ogpld.statistics import GroupCount, Measure
from ogpld.wording import gettext, number

_END, _MIDDLE = "end-of-term", "mid-term"


def beside_bar(measure: Measure, count: GroupCount) -> str:
    """Return in which phase a group was assessed, "" where that is not to be told apart.

    Args:
        measure: what is counted.
        count: the group.
    """
    end, middle = _phases(measure, count)
    if end and middle:
        return gettext("%(number)s at the end of the term", number=number(end))
    if end:
        return gettext("at the end of the term")
    return gettext("at mid-term") if middle else ""


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


def _phases(measure: Measure, count: GroupCount) -> tuple[int, int]:
    """Return how many grades are of the end of the term, and how many of mid-term."""
    if not measure.latest_key:
        return 0, 0
    return count.phases.get(_END, 0), count.phases.get(_MIDDLE, 0)
