"""Values to offer on an error page when the requested one does not exist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ogpld.near_names import ALIKE, LIKE, likeness
from ogpld.web.http.problems import Problem

#: Values that are listed at once, and of more those most like what was asked for.
_LISTED, _CLOSEST = 20, 5


@dataclass(frozen=True, slots=True)
class NamedValue:
    """A value as it stands in addresses, and what pages call it; "" for the same."""

    value: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class AvailableValues:
    """The values there are.

    Attributes:
        values: all of them.
        closest: those most like what was asked for, where all are too many to be read at once
            and these are more than the suggestion.
        suggestion: the one that was meant, None where none is like it.
        hint: what else to do, "" where it only names the values again.
    """

    values: tuple[NamedValue, ...] = ()
    closest: tuple[NamedValue, ...] = ()
    suggestion: NamedValue | None = None
    hint: str = ""

    @property
    def is_folded(self) -> bool:
        """Whether they are too many to be read at once."""
        return len(self.values) > _LISTED


def available_values(problem: Problem) -> AvailableValues:
    """Return the values that a problem says there are, with their names."""
    names = problem.names()
    there: Sequence[object] = problem.members.get("available") or ()
    values = tuple(_named(str(value), names) for value in there)
    suggested = problem.members.get("suggestion")
    suggestion = _named(suggested, names) if suggested else None
    is_repeated = bool(there) and all(each.value in problem.hint for each in values[:2])
    near = _closest(problem.wanted, values) if len(values) > _LISTED else []
    return AvailableValues(
        values,
        () if near == [suggestion] else tuple(near),
        suggestion,
        "" if is_repeated or problem.hint.startswith("did you mean ") else problem.hint,
    )


def _named(value: str, names: Mapping[str, str]) -> NamedValue:
    name = names.get(value, "")
    return NamedValue(value, "" if name == value else name)


def _closest(wanted: str, values: Sequence[NamedValue]) -> list[NamedValue]:
    """Return the values most like a text, by name or as they stand in addresses."""
    scores = {
        value: max(likeness(wanted, value.value) - LIKE, likeness(wanted, value.name) - ALIKE)
        for value in values
    }
    alike = [value for value in values if wanted and scores[value] >= 0]
    return sorted(alike, key=lambda value: -scores[value])[:_CLOSEST]
