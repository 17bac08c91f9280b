"""The difference of two releases as RDF Patch (https://afs.github.io/rdf-delta/rdf-patch.html)."""

from __future__ import annotations

from collections.abc import Iterable

from ogpld.release.manifest import Manifest


def rdf_patch(old: Iterable[bytes], new: Iterable[bytes], manifest: Manifest) -> bytes:
    """Return the patch that turns the old canonical lines into the new ones."""
    before, after = set(old), set(new)
    parts = [f'H id "{manifest.id}" .\n'.encode()]
    if manifest.previous:
        parts.append(f'H prev "{manifest.previous}" .\n'.encode())
    parts.append(b"TX .\n")
    parts += [b"D " + line for line in sorted(before - after)]
    parts += [b"A " + line for line in sorted(after - before)]
    parts.append(b"TC .\n")
    return b"".join(parts)
