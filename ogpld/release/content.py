"""What any release said of a thing, also one whose data was pruned: patches lead back to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ogpld.errors import ReleaseError
from ogpld.rdf import Quad, parse_quads, term_text
from ogpld.release.difference import between
from ogpld.release.lookup import about
from ogpld.release.shelf import Release, Shelf


def things_at(shelf: Shelf, release: Release, things: Iterable[str]) -> Mapping[str, list[Quad]]:
    """Return what a release said of things and their parts, by IRI; an empty list for an unknown thing.

    Raises:
        ReleaseError: when data or patches on the way are damaged, or no release has its data.
    """
    found: dict[str, list[Quad]] = {thing: [] for thing in things}
    subjects = {f"<{thing}>".encode() for thing in found}
    lines = _lines(shelf, release, subjects)
    for quad in parse_quads(b"".join(sorted(lines)), "nq"):
        found[term_text(quad.subject).partition("#")[0]].append(quad)
    return found


def _lines(shelf: Shelf, release: Release, subjects: set[bytes]) -> Iterable[bytes]:
    """Return what a release said; a pruned one by way of the nearest that has its data."""
    if not release.pruned:
        return release.about(subjects, parts=True)
    number = release.manifest.sequence
    whole = [other for other in shelf.releases() if not other.pruned]
    if not whole:
        raise ReleaseError("no release has its data", hint="publish again: ogpld build --full")
    nearest = min(whole, key=lambda other: abs(other.manifest.sequence - number))
    difference = between(shelf, nearest, release)
    lines = set(nearest.about(subjects, parts=True))
    lines -= set(difference.gone)
    return lines | set(about(difference.added, subjects, parts=True))
