"""What a new release is made from: the current one, or where it is damaged the newest that is whole."""

from __future__ import annotations

from dataclasses import dataclass

from ogpld.errors import ReleaseError
from ogpld.release.held_files import damage_of, data_damage
from ogpld.release.release_store import Release, ReleaseStore


@dataclass(frozen=True, slots=True)
class Predecessor:
    """What a new release is made from.

    Attributes:
        release: the release; None before the first, or where none has its data whole.
        current: the current release, None where there is none or its manifest cannot be read.
        damage: what is damaged of the current release, a sentence with its id; "" for nothing.
    """

    release: Release | None
    current: Release | None
    damage: str = ""

    @classmethod
    def unchecked(cls, release_store: ReleaseStore) -> Predecessor:
        """Return the current release, without a look at it.

        Raises:
            ReleaseError: when its manifest cannot be read.
        """
        current = release_store.current()
        return cls(current, current)


def predecessor(release_store: ReleaseStore) -> Predecessor:
    """Look at the current release, quickly, and return what a new one is to be made from.

    Raises:
        ReleaseError: where this user may not read it.
    """
    try:
        current = release_store.current()
    except ReleaseError as error:
        if isinstance(error.__cause__, PermissionError):  # another release beside it would not help
            raise
        return Predecessor(_whole(release_store, None), None, error.message)
    if current is None or not (damage := damage_of(current)):
        return Predecessor(current, current)
    return Predecessor(_whole(release_store, current), current, f"{current.id}: {damage}")


def _whole(release_store: ReleaseStore, current: Release | None) -> Release | None:
    """Return the current release where its data is whole, else the newest whose data is."""
    releases = [release for release in release_store.releases()[::-1] if not release.pruned]
    candidates = [*([current] if current else []), *releases]
    return next((release for release in candidates if not data_damage(release)), None)
