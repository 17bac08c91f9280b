"""Releases of a time that is still to come: somebody published with a wrong clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ogpld.release.release_store import Release, ReleaseStore

#: How far a time may lie ahead: clocks differ a little, and releases are a second apart at least.
_TOLERANCE = timedelta(minutes=1)


def is_ahead(release: Release) -> bool:
    """Say whether a release is of a time in the future."""
    return release.time > datetime.now(UTC) + _TOLERANCE


def release_ahead(release_store: ReleaseStore) -> Release | None:
    """Return the release with the latest time where that is in the future, None else."""
    latest = max(release_store.releases(), key=lambda release: release.time, default=None)
    return latest if latest is not None and is_ahead(latest) else None
