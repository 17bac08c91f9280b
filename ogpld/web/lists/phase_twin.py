"""A list by the completion at the end of the term, and its twin by the latest assessment: two numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ogpld.web.current.open_release import OpenRelease
from ogpld.web.lists.list_index import facets
from ogpld.web.lists.selection import Selection, left_of


@dataclass(frozen=True, slots=True)
class PhaseTwin:
    """A list and its twin.

    Attributes:
        at_end: how many are in the one by the end of the term.
        latest: how many are in the one by the latest assessment.
        is_at_end: whether the list is the former.
        href: the address of the twin.
    """

    at_end: int
    latest: int
    is_at_end: bool
    href: str


def phase_twins(serving: OpenRelease, path: str, selection: Selection) -> Iterator[PhaseTwin]:
    """Yield the twins of a list: one for each measure that it is filtered by in one of both ways."""
    wanted = selection.list_request
    for measure in serving.statistics.measures.values():
        if not measure.latest_key or measure.latest_key not in facets(serving, wanted.name):
            continue
        at_end, latest = measure.shortcuts[0].name, measure.latest_key
        if (at_end in wanted.filters) == (latest in wanted.filters):
            continue
        is_at_end = at_end in wanted.filters
        other = wanted.with_other(*((at_end, latest) if is_at_end else (latest, at_end)))
        numbers = selection.total, len(left_of(serving, other))
        end_number, latest_number = numbers if is_at_end else numbers[::-1]
        yield PhaseTwin(end_number, latest_number, is_at_end, path + other.query(serving, 1))
