"""What each release changed for one member or one policy area: for feeds with one entry a release."""

from __future__ import annotations

from collections.abc import Sequence

from ogpld.errors import ReleaseError
from ogpld.rdf import NS, term_text
from ogpld.release import Release
from ogpld.release.changes import DELETE, Change
from ogpld.release.history import History, things_at
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.lists.list_index import values

#: Property by which things belong to a part of the data, by the parameter that names the part.
BELONGING = {"member": NS("member").value, "policy-area": NS("policyArea").value}


def part_changes(
    serving: OpenRelease, history: History, parameter: str, iri: str
) -> list[tuple[Release, Sequence[Change]]]:
    """Return the releases that changed something of a member or policy area, oldest first, with what.

    What a thing belongs to is what the release in service says, and of a withdrawn thing what the release
    before its end said; one whose last statements cannot be read any more is left out.

    Args:
        serving: the release in service.
        history: its change log.
        parameter: `member` or `policy-area`.
        iri: of the member or the code.
    """
    belongs = values(serving, BELONGING[parameter])
    parts: list[tuple[Release, Sequence[Change]]] = []
    before: Release | None = None
    for release in history.releases:
        changes = history.changes.get(release.id, ())
        ended = [c.thing for c in changes if c.kind == DELETE and c.thing not in belongs]
        former = _former(serving, before, ended, BELONGING[parameter], iri)
        own = [
            change
            for change in changes
            if change.thing == iri or iri in belongs.get(change.thing, ()) or change.thing in former
        ]
        if own:
            parts.append((release, own))
        before = release
    return parts


def _former(
    serving: OpenRelease, before: Release | None, things: list[str], property_iri: str, iri: str
) -> frozenset[str]:
    """Return those of withdrawn things that belonged to something in the release before."""
    if before is None or not things:
        return frozenset()
    try:
        content = things_at(serving.release_store, before, things)
    except ReleaseError:
        return frozenset()
    return frozenset(
        thing
        for thing, quads in content.items()
        for quad in quads
        if quad.predicate.value == property_iri and term_text(quad.object) == iri
    )
