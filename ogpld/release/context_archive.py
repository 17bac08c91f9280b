"""JSON-LD contexts that documents have named, kept for ever beside the releases.

A document names its context by digest and may be read years later, when model and software have moved on;
`{home}/contexts/{digest}.jsonld` still says what its keys meant.
Some 20 kB each, and one per change of the model.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from ogpld.model.context import DIGITS, Context
from ogpld.release.folders import folder_lock, whole_file

_DIGEST = re.compile(rf"[0-9a-f]{{{DIGITS}}}")


def archive_context(home: Path, context: Context) -> None:
    """Keep a context, if it is not kept yet.

    Raises:
        OSError: when the home cannot be written.
    """
    if archived_context(home, context.digest) is None:
        archive_document(home, context.digest, context.document)


def archive_document(home: Path, digest: str, document: bytes) -> None:
    """Keep a context of this digest, in place of one that is damaged.

    Raises:
        OSError: when the home cannot be written.
    """
    place = _place(home, digest)
    place.parent.mkdir(exist_ok=True)
    with folder_lock(place.parent), whole_file(place) as beside:
        beside.write_bytes(document)


def archived_context(home: Path, digest: str) -> bytes | None:
    """Return a context by its digest, None when it is not kept or is not what its name says."""
    if not is_context_digest(digest):
        return None
    try:
        document = _place(home, digest).read_bytes()
    except OSError:
        return None
    return document if has_digest(document, digest) else None


def archived_digests(home: Path) -> list[str]:
    """Return the digests of the contexts that are kept, in their order."""
    names = sorted(path.stem for path in (home / "contexts").glob("*.jsonld"))
    return [name for name in names if is_context_digest(name)]


def is_context_digest(text: str) -> bool:
    """Say whether a text may be the digest of a context."""
    return bool(_DIGEST.fullmatch(text))


def has_digest(document: bytes, digest: str) -> bool:
    """Say whether a context is the one that a digest names."""
    return hashlib.sha256(document).hexdigest().startswith(digest)


def _place(home: Path, digest: str) -> Path:
    return home / "contexts" / f"{digest}.jsonld"
