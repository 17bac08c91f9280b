"""What tells two builds of one version apart: a digest of the program's own files."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

#: Files that are the program, by suffix; what it publishes has digests of its own.
_PROGRAM = frozenset({".py", ".rq", ".html"})


@cache
def program_digest() -> str:
    """Return the first 12 hexadecimal digits of a SHA-256 of all files of the program, wherever it lies."""
    package = Path(__file__).parent
    whole = hashlib.sha256()
    for path in sorted(package.rglob("*")):
        name = path.relative_to(package).as_posix()
        if path.suffix in _PROGRAM and not name.startswith("_bundle/"):
            whole.update(f"{name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:12]
