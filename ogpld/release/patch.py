"""The difference of two releases as RDF Patch (https://afs.github.io/rdf-delta/rdf-patch.html)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from ogpld.errors import ReleaseError
from ogpld.release.packed_files import packed, unpacked


@dataclass(frozen=True, slots=True)
class Difference:
    """What turns one dataset into another, as canonical N-Quads lines.

    Attributes:
        added: lines that only the other has.
        gone: lines that only the one has.
        after: everything the other says of the subjects of these lines, where that is known.
    """

    added: tuple[bytes, ...] = ()
    gone: tuple[bytes, ...] = ()
    after: tuple[bytes, ...] = ()

    @classmethod
    def between(cls, old: Iterable[bytes], new: Iterable[bytes]) -> Difference:
        """Compare two datasets."""
        before, after = set(old), set(new)
        return cls(tuple(sorted(after - before)), tuple(sorted(before - after)))

    def then(self, more: Difference) -> Difference:
        """Return this difference and another after it as one: what came and went again is none."""
        added, gone = set(self.added), set(self.gone)
        step(added, gone, more=more.added, less=more.gone)
        return Difference(tuple(sorted(added)), tuple(sorted(gone)), more.after)


def step(
    added: set[bytes], gone: set[bytes], *, more: Iterable[bytes], less: Iterable[bytes]
) -> None:
    """Take up a change into the lines that were added and the lines that are gone."""
    for line in less:
        if line in added:
            added.discard(line)
        else:
            gone.add(line)
    for line in more:
        if line in gone:
            gone.discard(line)
        else:
            added.add(line)


def rdf_patch(added: Iterable[bytes], gone: Iterable[bytes], new: str, old: str | None) -> bytes:
    """Return the patch that takes lines away from one release and adds others to get another.

    Args:
        added: canonical N-Quads lines that the new release has and the old one has not.
        gone: the other way round.
        new: id of the new release.
        old: id of the old release, None for nothing.
    """
    parts = [f'H id "{new}" .\n'.encode()]
    if old:
        parts.append(f'H prev "{old}" .\n'.encode())
    parts.append(b"TX .\n")
    parts += [b"D " + line for line in sorted(gone)]
    parts += [b"A " + line for line in sorted(added)]
    parts.append(b"TC .\n")
    return b"".join(parts)


def packed_patch(difference: Difference, new: str, old: str) -> bytes:
    """Return a difference as the file of a release has it; arguments as for `rdf_patch`."""
    return packed(rdf_patch(difference.added, difference.gone, new, old))


def read_patch(path: Path) -> Difference:
    """Read what `packed_patch` wrote.

    Raises:
        ReleaseError: when the file is cut or is no such patch.
    """
    added, gone, ended = [], [], False
    try:
        lines = BytesIO(unpacked(path))
    except OSError as error:
        raise ReleaseError(f"{path.name} cannot be read: {error.strerror}") from error
    for line in lines:
        kind, _, rest = line.partition(b" ")
        if kind == b"A":
            added.append(rest)
        elif kind == b"D":
            gone.append(rest)
        ended = line == b"TC .\n"
    if not ended:
        raise ReleaseError(f"{path.parent.name}: {path.name} is cut")
    return Difference(tuple(added), tuple(gone))
