"""The members as tiles, region by region, shaded by how many of their commitments the release holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ogpld.letters import in_order
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.release_coverage import coverage
from ogpld.web.lists.member_status import standings
from ogpld.web.pages.links import local_path
from ogpld.wording import marked

#: Commitments from which a tile is one shade darker.
STEPS = (1, 20, 50)
#: Groups beside the regions.
_LOCAL, _NO_REGION = marked("Local members"), marked("Region not stated")


@dataclass(frozen=True, slots=True)
class Tile:
    """A member.

    Attributes:
        label: its name, by which tiles are in order; `language` is its tag.
        href: its page.
        held: its commitments in the release.
        shade: 0 for none, then 1 to the number of `STEPS`.
        standing: mark of a member that left or is inactive, "" for others.
    """

    label: str
    language: str
    href: str
    held: int
    shade: int
    standing: str


def member_tiles(serving: OpenRelease) -> Sequence[tuple[str, Sequence[Tile]]]:
    """Return the members of each region, by name; local ones as a group of their own, at the end."""
    held = coverage(serving).members
    marks = standings(serving)
    regions = {code.iri: code.label for code in serving.model.schemes["region"].codes}
    groups: dict[str, dict[str, Tile]] = {}
    for row in serving.select_named("member-places", "member"):
        iri, name = row["member"], row["label"]
        number = held[iri].held if iri in held else 0
        tile = Tile(
            name,
            row["language"],
            local_path(iri, serving.iris) or iri,
            number,
            sum(number >= step for step in STEPS),
            marks.of(iri),
        )
        local = row.get("parent") or row.get("kind", "").endswith(("/local", "/legacy-local"))
        region = regions.get(row.get("region", ""), _NO_REGION)
        groups.setdefault(_LOCAL if local else region, {}).setdefault(iri, tile)
    names = sorted(groups, key=lambda name: (name in {_LOCAL, _NO_REGION}, name))
    return tuple(
        (name, tuple(sorted(groups[name].values(), key=lambda t: in_order(t.label))))
        for name in names
    )
