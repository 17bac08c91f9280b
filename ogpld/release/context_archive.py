"""JSON-LD contexts that documents have named, kept for ever beside the releases.

A document names its context by digest and may be read years later, when model and software have moved on;
`{home}/contexts/{digest}.jsonld` still says what its keys meant.
Some 20 kB each, and one per change of the model.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

from ogpld.model.context import DIGITS, Context

_DIGEST = re.compile(rf"[0-9a-f]{{{DIGITS}}}")


def archive_context(home: Path, context: Context) -> None:
    """Keep a context, if it is not kept yet.

    Raises:
        OSError: when the home cannot be written.
    """
    place = _place(home, context.digest)
    if archived_context(home, context.digest) is not None:
        return
    place.parent.mkdir(exist_ok=True)
    beside = place.with_suffix(f".{os.getpid()}")
    with beside.open("wb") as file:
        file.write(context.document)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(place)


def archived_context(home: Path, digest: str) -> bytes | None:
    """Return a context by its digest, None when it is not kept or is not what its name says."""
    if not _DIGEST.fullmatch(digest):
        return None
    try:
        document = _place(home, digest).read_bytes()
    except OSError:
        return None
    whole = hashlib.sha256(document).hexdigest().startswith(digest)
    return document if whole else None


def _place(home: Path, digest: str) -> Path:
    return home / "contexts" / f"{digest}.jsonld"
