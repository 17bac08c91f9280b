"""Which of the names there are is meant by one that there is not."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

#: Likeness (0 to 1) from which a name is suggested, and what is called by one: many countries sound alike.
LIKE, ALIKE = 0.65, 0.8
#: Characters of a text past which it is like nothing there is: likeness takes time that grows with them.
_LONGEST = 200


def closest(text: str, available: Iterable[str], also: Mapping[str, str] | None = None) -> str:
    """Return the text of those there are that is most like one, "" where none is; case does not count.

    Args:
        text: what was given.
        available: what there is.
        also: further names of what there is, such as labels.
    """
    wanted = text.strip().casefold()
    names = {name.casefold(): name for name in available}
    labels = {name.casefold(): value for name, value in (also or {}).items()}
    if exact := names.get(wanted) or labels.get(wanted):
        return exact
    if len(wanted) > _LONGEST:
        return ""
    for candidates, likeness in ((names, LIKE), (labels, ALIKE)):
        if matches := difflib.get_close_matches(wanted, candidates, 1, likeness):
            return candidates[matches[0]]
    return ""


def likeness(text: str, name: str) -> float:
    """Return how much a name is like a text, from 0 to 1; case does not count."""
    return difflib.SequenceMatcher(None, text.casefold(), name.casefold()).ratio()
