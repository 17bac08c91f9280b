"""A build under another `base_iri` than the current release's gives every IRI another name.

Whoever has linked to the old ones loses what they meant, so it is refused unless it is asked for.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from ogpld.errors import ReleaseError
from ogpld.release import Release

#: Classes and IRIs that a message names.
_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class BaseMove:
    """What another base would change.

    Attributes:
        release: id of the current release.
        old: its base IRI.
        new: the base IRI of the build.
        iris: how many IRIs of the release begin with the old base.
        things: number of things whose IRI changes, by class as their address has it.
        examples: some of these IRIs, in order.
    """

    release: str
    old: str
    new: str
    iris: int
    things: Counter[str]
    examples: tuple[str, ...]

    def __str__(self) -> str:
        counts = [f"{count:,} {name}" for name, count in self.things.most_common(_EXAMPLES)]
        more = len(self.things) - _EXAMPLES
        classes = ", ".join(counts) + (f" and {more} more classes" if more > 0 else "")
        examples = "; ".join(
            f"{iri} becomes {self.new}{iri.removeprefix(self.old)}" for iri in self.examples
        )
        return (
            f"base_iri is {self.new}, and that of the current release {self.release} is {self.old}: "
            f"{self.iris:,} IRIs change, among them those of {self.things.total():,} things "
            f"({classes}): {examples}"
        )

    def refusal(self, origin: str) -> ReleaseError:
        """Return the error of a build that nobody said is a move.

        Args:
            origin: where the base IRI of the build was set.
        """
        return ReleaseError(
            f"{self}; base_iri is from: {origin}",
            hint=f"set base_iri = {self.old!r} in the home's ogpld.toml to keep them, or build with "
            "--move-base if all IRIs are meant to change; nothing was written",
            code="base-moved",
        )


def base_move(current: Release | None, base_iri: str) -> BaseMove | None:
    """Return what a build under a base IRI would rename, None where the base stays."""
    if current is None or current.manifest.base_iri == base_iri:
        return None
    old = current.manifest.base_iri
    pattern = re.compile(rb"<(" + re.escape(old.encode()) + rb"[^>]*)>")
    iris: set[bytes] = set()
    subjects: set[bytes] = set()
    for line in current.lines():
        iris.update(pattern.findall(line))
        subjects.add(line.partition(b">")[0][1:])
    thing = re.compile(re.escape(f"{old}id/") + r"([^/#]+)/[^/#]+")
    things = sorted(
        (match[1], text)
        for iri in iris & subjects
        if (match := thing.fullmatch(text := iri.decode()))
    )
    first = dict(reversed(things))
    return BaseMove(
        current.id,
        old,
        base_iri,
        len(iris),
        Counter(name for name, _ in things),
        tuple(first[name] for name in sorted(first))[:_EXAMPLES],
    )
