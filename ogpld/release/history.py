"""What happened to things from release to release, as the change logs of their store tell it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ogpld.errors import ReleaseError
from ogpld.rdf import Quad, parse_quads, term_text
from ogpld.release.changes import DELETE, Change, changes_of, moved_iri
from ogpld.release.difference import between, lines_about_subjects
from ogpld.release.log import logged_since, read_log
from ogpld.release.patch import Difference
from ogpld.release.release_store import Release, ReleaseStore


@dataclass(frozen=True, slots=True)
class Version:
    """A thing as it was from a release on.

    Attributes:
        release: the release that changed it.
        change: what it did.
    """

    release: Release
    change: Change

    @property
    def gone(self) -> bool:
        """Whether the thing was withdrawn."""
        return self.change.kind == DELETE


class History:
    """The change log up to a release, read once.

    A thing of a release with another base IRI is the one of the same class and key (`present`).

    Args:
        release_store: the releases.
        until: the last one that counts; what was published after it and rolled back does not.

    Attributes:
        releases: in the order of their numbers.
        changes: what each of them did, by its id.
        unknown: ids of releases whose part of the log cannot be read; whoever tells all changes must
            say so.
        gaps: ids of releases before which one was removed by hand or is damaged, so that some changes cannot
            be told.
    """

    def __init__(self, release_store: ReleaseStore, until: Release) -> None:
        last = until.manifest.sequence
        earlier = {r.id: r for r in release_store.releases() if r.manifest.sequence < last}
        self.releases: Sequence[Release] = (*earlier.values(), until)
        self._base = until.manifest.base_iri
        self._other_bases = {r.manifest.base_iri for r in self.releases} - {self._base}
        self.changes: dict[str, Sequence[Change]] = {}
        self.unknown: list[str] = []
        self.gaps: list[str] = []
        before: Release | None = None
        for release in self.releases:
            try:
                changes = _changes(release_store, before, release)
            except ReleaseError:
                self.unknown.append(release.id)
            else:
                if _follows(before, release):
                    self.changes[release.id] = changes
                else:
                    self.changes[release.id] = self._across(release_store, before, release, changes)
            before = release
        self._versions = self._by_thing()

    def _across(
        self,
        release_store: ReleaseStore,
        before: Release | None,
        release: Release,
        changes: Sequence[Change],
    ) -> Sequence[Change]:
        """Return what changed across a release that is gone or damaged: from the data, else by the log."""
        try:
            return _worked_out(release_store, before, release)
        except ReleaseError:
            self.gaps.append(release.id)
            return changes

    def _by_thing(self) -> Mapping[str, list[Version]]:
        by_thing: dict[str, list[Version]] = {}
        for release in self.releases:
            latest: dict[str, Change] = {}
            for change in self.changes.get(release.id, ()):
                thing = self.present(change.thing)
                # of one that got another base both are told: that the old IRI went, and that the new one came
                if thing not in latest or change.kind != DELETE:
                    latest[thing] = change
            for thing, change in latest.items():
                by_thing.setdefault(thing, []).append(Version(release, change))
        return by_thing

    def present(self, thing: str) -> str:
        """Return the IRI of a thing under the base of the last release, whatever base it was told under."""
        for base in self._other_bases:
            if thing.startswith(f"{base}id/"):
                return moved_iri(thing, base, self._base)
        return thing

    def versions(self, thing: str) -> Sequence[Version]:
        """Return the versions of a thing, oldest first, under whatever base; none for what never was."""
        return self._versions.get(self.present(thing), ())

    def changed(self, thing: str) -> datetime | None:
        """Return when a thing last changed, None for what never was."""
        versions = self.versions(thing)
        return versions[-1].release.time if versions else None

    def withdrawn(self, thing: str) -> Version | None:
        """Return the version that withdrew a thing, None for one that is there or never was."""
        versions = self.versions(thing)
        return versions[-1] if versions and versions[-1].gone else None

    def withdrawn_things(self) -> list[str]:
        """Return the things that earlier releases had and this one has not, under the present base."""
        return [thing for thing in self._versions if self.withdrawn(thing)]

    def things_in(self, release: Release, segment: str) -> list[str]:
        """Return the things of a path that a release has, under the base of that release.

        Raises:
            ReleaseError: when a part of the log is not known.
        """
        if self.unknown:
            raise ReleaseError(f"{self.unknown[0]}: its part of the log cannot be read")
        things, beginning = [], f"{self._base}id/{segment}/"
        for thing, versions in self._versions.items():
            if not thing.startswith(beginning):
                continue
            until = [
                v for v in versions if v.release.manifest.sequence <= release.manifest.sequence
            ]
            if until and not until[-1].gone:
                things.append(moved_iri(thing, self._base, release.manifest.base_iri))
        return things

    def before(self, release: Release) -> Release | None:
        """Return the release with the number before."""
        place = [entry.id for entry in self.releases].index(release.id)
        return self.releases[place - 1] if place else None

    def at(self, time: datetime) -> Release | None:
        """Return the release that was the newest at a time, None for a time before the first."""
        newest = None
        for release in self.releases:
            if release.time <= time:
                newest = release
        return newest


def _follows(before: Release | None, release: Release) -> bool:
    """Say whether no release is missing between two, and the log of the second is since the first."""
    if release.manifest.sequence != (before.manifest.sequence if before else 0) + 1:
        return False
    # that made from the release before tells since that; the head of another's log says since which
    if before is None or release.manifest.previous == before.id:
        return True
    return logged_since(release) == before.id


def _changes(
    release_store: ReleaseStore, before: Release | None, release: Release
) -> Sequence[Change]:
    """Return what a release did; worked out from the data where its log is lost.

    Raises:
        ReleaseError: when its data is not there either.
    """
    try:
        return read_log(release)
    except ReleaseError:
        return _worked_out(release_store, before, release)


def _worked_out(
    release_store: ReleaseStore, before: Release | None, release: Release
) -> Sequence[Change]:
    """Return what a release did since another, as their data says.

    Raises:
        ReleaseError: when the data is not there.
    """
    if release.pruned:
        raise ReleaseError(f"{release.id}: its data was pruned")
    if before is None:
        difference = Difference(tuple(release.lines()))
    else:
        difference = between(release_store, before, release)
    old_base = before.manifest.base_iri if before else ""
    return changes_of(difference, release.manifest.base_iri, release.about, old_base=old_base)


def things_at(
    release_store: ReleaseStore, release: Release, things: Iterable[str]
) -> Mapping[str, list[Quad]]:
    """Return what a release said of things and their parts, by IRI; an empty list for an unknown thing.

    Raises:
        ReleaseError: when data or patches on the way are damaged, or no release has its data.
    """
    content: dict[str, list[Quad]] = {thing: [] for thing in things}
    subjects = {f"<{thing}>".encode() for thing in content}
    lines = lines_about_subjects(release_store, release, subjects, parts=True)
    for quad in parse_quads(b"".join(sorted(lines)), "nq"):
        content[term_text(quad.subject).partition("#")[0]].append(quad)
    return content
