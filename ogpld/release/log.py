"""The change log: what a release did to which thing, written when it is published and never removed.

A release's part of the log says how it differs from the release with the number before, whatever it was made
from: whoever follows the numbers has the data of the last one exactly, also across a rollback. The log is the
short form of the changes (`changes.py`), without properties.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from ogpld.errors import ReleaseError
from ogpld.release.changes import CREATE, DELETE, UPDATE, Change
from ogpld.release.packed_files import packed, unpacked
from ogpld.release.release_store import LOG, Release

_DAMAGED = f"{LOG} is damaged"


def write_log(changes: Sequence[Change], release: str, before: str | None) -> bytes:
    """Return a release's part of the log: packed: how many there are, then a change a line."""
    head = {"release": release, "before": before, "changes": len(changes)}
    lines = [head, *(change.to_dict() for change in changes)]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    return packed(text.encode())


def read_log(release: Release) -> list[Change]:
    """Return a release's part of the log.

    Raises:
        ReleaseError: when it is missing, cut or damaged.
    """
    try:
        first, *lines = unpacked(release.path / LOG).splitlines()
        head = json.loads(first)
        changes = [_read(json.loads(line)) for line in lines]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReleaseError(f"{release.id}: {_DAMAGED}: {error}") from error
    if head.get("release") != release.id or head.get("changes") != len(changes):
        raise ReleaseError(f"{release.id}: {_DAMAGED}: it does not hold what it says")
    return changes


def logged_since(release: Release) -> str | None:
    """Return since which release a part of the log tells, its id; None for none, or a damaged log."""
    try:
        before = json.loads(unpacked(release.path / LOG).partition(b"\n")[0])["before"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return before if isinstance(before, str) else None


def _read(entry: dict[str, object]) -> Change:
    replaced = entry.get("replacedBy") or ()
    if entry["change"] not in {CREATE, UPDATE, DELETE} or not isinstance(replaced, list | tuple):
        raise ValueError(f"there is no change {entry['change']!r}")
    return Change(
        str(entry["thing"]),
        str(entry["change"]),
        str(entry.get("label", "")),
        str(entry.get("language", "")),
        tuple(str(iri) for iri in replaced),
    )
