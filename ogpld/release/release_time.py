"""Releases that were, or are about to be, published with a wrong clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ogpld.release.release_store import Release, ReleaseStore

#: How far a time may lie ahead: clocks differ a little, and releases are a second apart at least.
_TOLERANCE = timedelta(minutes=1)
#: How long nobody may have published before the clock is in doubt: once a year, and late.
_LONG = timedelta(days=500)


def is_ahead(release: Release) -> bool:
    """Say whether a release is of a time in the future."""
    return release.time > datetime.now(UTC) + _TOLERANCE


def clock_doubt(release_store: ReleaseStore) -> str:
    """Say why the clock of now, or that of an earlier release, may be wrong; "" for no reason."""
    latest = max(release_store.releases(), key=lambda release: release.time, default=None)
    if latest is None:
        return ""
    stamp = f"release {latest.id} is of {latest.manifest.created}"
    if is_ahead(latest):
        return (
            f"{stamp}, in the future: a new release is stamped after it, whatever the time is; see that the"
            " clock is right. docs/operate.md (clock) says how a release is taken back"
        )
    now = datetime.now(UTC)
    if (since := now - latest.time) > _LONG:
        return (
            f"the clock says {now:%Y-%m-%d}, and {stamp}, {since.days:,} days before: where the clock is"
            " wrong, stop this build and set it right, for all later releases will be stamped after this one"
        )
    return ""
