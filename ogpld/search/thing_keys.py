"""The keys of the things of a class, what each is called, and which one somebody means."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from ogpld.errors import UsageError
from ogpld.iris import natural
from ogpld.near_names import ALIKE, closest_few
from ogpld.search.matches import Match
from ogpld.search.typed_names import plain
from ogpld.wording import plural_of, small

#: Candidates an error lists.
_LISTED = 12


class ThingKeys:
    """The keys of the things of one class by everything they are called.

    Args:
        rows: the IRI of a thing, one of its names, and its label, "" for none.
    """

    def __init__(self, rows: Iterable[tuple[str, str, str]]) -> None:
        self.labels: dict[str, str] = {}
        by_name: dict[str, set[str]] = {}
        for iri, name, label in sorted(rows):
            key = iri.rpartition("/")[2]
            self.labels.setdefault(key, label or name)
            for text in (key, name):
                if text:
                    by_name.setdefault(plain(text), set()).add(key)
        self._by_name: Mapping[str, set[str]] = by_name

    def key(
        self,
        text: str,
        parameter: str,
        kind: str,
        called: Callable[[str], Iterable[Match]],
        path: str = "",
    ) -> str:
        """Return the key that a key or name stands for.

        Args:
            text: as it was typed.
            parameter: name of the parameter, for the error.
            kind: label of the class, for the error.
            called: returns the things of the class that have a name (`things_called`).
            path: of the page that lists them, for the error; "" where there is none.

        Raises:
            UsageError: when nothing or more than one thing is called so, listing candidates.
        """
        if text in self.labels:
            return text
        keys = {match.key for match in called(text)} & self.labels.keys()
        if len(keys) == 1:
            return next(iter(keys))
        if keys:
            raise UsageError(
                f"{parameter} cannot be {text[:80]!r}: {len(keys)} things are called so",
                hint=f"give the key of one of them: {self._listed(keys)}",
            )
        near = self._near(text)
        raise UsageError(
            f"{parameter} cannot be {text[:80]!r}: no {small(kind)} has that key or name",
            hint=f"is it one of these? {self._listed(near)}"
            if near
            else f"the {small(plural_of(kind))} are at {path}"
            if path
            else f"see the list of {small(plural_of(kind))}",
        )

    def name(self, key: str) -> str:
        """Return what can be typed for a key: its label where nothing else is called so, else the key."""
        label = self.labels.get(key, key)
        return label if self._by_name.get(plain(label)) == {key} else key

    def default(self, wanted: str) -> str:
        """Return the key that is meant when nobody says: the one wanted if it is there, else the first."""
        return wanted if wanted in self.labels else min(self.labels, key=natural, default=wanted)

    def _near(self, text: str) -> set[str]:
        """Return the keys of names that hold the text or are written nearly so."""
        wanted = plain(text)[:200]
        near = {name for name in self._by_name if wanted and wanted in name}
        near = near or set(closest_few(wanted, self._by_name, 5, ALIKE))
        return {key for name in near for key in self._by_name[name]}

    def _listed(self, keys: Iterable[str]) -> str:
        ordered = sorted(keys, key=natural)
        listed = ", ".join(f"{key} ({self.labels[key]})" for key in ordered[:_LISTED])
        more = len(ordered) - _LISTED
        return f"{listed} and {more} more" if more > 0 else listed
