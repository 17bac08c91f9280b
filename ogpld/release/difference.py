"""The statements that two releases differ in, and what any release said of a thing, pruned or not.

The statements come from the patches that releases keep, also when their data was pruned: from the one
release back to the last they have in common, and on to the other. A release that was made from none has no
patch: all of its data is new, nothing lies before it, and it is told from the releases after it when pruned.
"""

from __future__ import annotations

from collections.abc import Iterable

from ogpld.errors import ReleaseError
from ogpld.release.lookup import about
from ogpld.release.patch import Difference, read_patch, step
from ogpld.release.release_store import PATCH, Release, ReleaseStore


def between(release_store: ReleaseStore, old: Release, new: Release) -> Difference:
    """Return the statements that turn one release into another, whichever came first.

    Raises:
        ReleaseError: when a patch on the way is damaged or the releases have nothing in common.
    """
    releases = {release.id: release for release in release_store.releases()}
    back, forth = _ancestors(old, releases), _ancestors(new, releases)
    shared = next((r.id for r in back if r.id in {f.id for f in forth}), None)
    if shared is None:
        if old.pruned or new.pruned:
            raise ReleaseError(f"{old.id} and {new.id} have no release in common")
        return Difference.between(old.lines(), new.lines())
    added: set[bytes] = set()
    gone: set[bytes] = set()
    for release in _until(back, shared):
        patch = read_patch(release.path / PATCH)
        step(added, gone, more=patch.gone, less=patch.added)
    for release in reversed(_until(forth, shared)):
        patch = read_patch(release.path / PATCH)
        step(added, gone, more=patch.added, less=patch.gone)
    return Difference(tuple(sorted(added)), tuple(sorted(gone)))


def _ancestors(release: Release, releases: dict[str, Release]) -> list[Release]:
    """Return a release and those it was made from, newest first."""
    line = [release]
    while (previous := line[-1].manifest.previous) in releases and previous is not None:
        line.append(releases[previous])
    return line


def _until(line: list[Release], shared: str) -> list[Release]:
    return line[: [release.id for release in line].index(shared)]


def lines_about_subjects(
    release_store: ReleaseStore, release: Release, subjects: set[bytes], *, parts: bool = False
) -> Iterable[bytes]:
    """Return the lines of a release about some subjects; a pruned one by way of the nearest with data.

    Args:
        release_store: the releases.
        release: the one that is asked.
        subjects: the subjects, as they stand in lines.
        parts: whether lines about their parts (`…#territory`) are wanted as well.

    Raises:
        ReleaseError: when data or patches on the way are damaged, or no release has its data.
    """
    if not release.pruned:
        return release.about(subjects, parts=parts)
    number = release.manifest.sequence
    whole = [other for other in release_store.releases() if not other.pruned]
    if not whole:
        raise ReleaseError("no release has its data", hint="publish again: ogpld build --full")
    nearest = min(whole, key=lambda other: abs(other.manifest.sequence - number))
    difference = between(release_store, nearest, release)
    lines = set(nearest.about(subjects, parts=parts))
    lines -= set(difference.gone)
    return lines | set(about(difference.added, subjects, parts=parts))
