"""The mark of groups most of whose commitments were chosen from more: no shares are to be made of these."""

from __future__ import annotations

from collections.abc import Iterable

from ogpld.statistics import Record
from ogpld.statistics.statistics import UNKNOWN
from ogpld.web.current.commitment_sources import commitment_sources
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.release_coverage import coverage
from ogpld.wording import gettext as _

_MARK = " *"


def marked_label(label: str, *, chosen: bool) -> str:
    """Return the label of a group, with the mark where most of it was chosen."""
    return f"{label}{_MARK}" if chosen else label


def chosen_groups(serving: OpenRelease, by: str, records: Iterable[Record]) -> frozenset[str]:
    """Return the keys of the groups of some commitments that were mostly chosen.

    Args:
        serving: the release.
        by: what they are counted by, as `ogpld.statistics` names it.
        records: the commitments.
    """
    sources = commitment_sources(serving)
    return frozenset(
        UNKNOWN if key is None else key
        for key, group in serving.statistics.grouped(by, records).items()
        if sources.mostly_chosen(group)
    )


def of_mark(serving: OpenRelease, *, used: bool) -> list[str]:
    """Return the sentence that says what the mark means, none where no group has it."""
    if not used:
        return []
    how = _(" or ").join(map(str, coverage(serving).source_texts))
    return [
        _(
            "* Most of these commitments are only a selection (%(how)s): percentages need not hold for all.",
            how=how,
        )
    ]
