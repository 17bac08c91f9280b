"""Suggest the closest existing names for an unknown one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher, get_close_matches

#: Likeness (0 to 1) from which a name is suggested: one of a setting, column, code or parameter; and one of a
#: thing or file, as many countries sound alike, and files differ by a year.
LIKE, ALIKE = 0.65, 0.8
#: Characters of a text past which it is like nothing there is: likeness takes time that grows with them.
_LONGEST = 200


def closest(text: str, available: Iterable[str], also: Mapping[str, str] | None = None) -> str:
    """Return the available text that is most like one, "" where none is; case does not count.

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
    near = closest_few(text, available, 1) or [
        labels[name] for name in closest_few(text, labels, 1, ALIKE)
    ]
    return next(iter(near), "")


def closest_few(text: str, available: Iterable[str], most: int, like: float = LIKE) -> list[str]:
    """Return the available texts that are most like one, the nearest first; case does not count.

    Args:
        text: what was given.
        available: what there is.
        most: how many are returned at most.
        like: likeness from which one is.
    """
    wanted = text.strip().casefold()
    if len(wanted) > _LONGEST:
        return []
    names = {name.casefold(): name for name in available}
    return [names[name] for name in get_close_matches(wanted, names, most, like)]


def likeness(text: str, name: str) -> float:
    """Return how much a name is like a text, from 0 to 1; case does not count."""
    return SequenceMatcher(None, text.casefold(), name.casefold()).ratio()
