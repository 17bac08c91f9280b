"""Hold the dumps of a release to the sizes and digests their list tells, and its tables to its statements."""

from __future__ import annotations

from ogpld.dumps.dump_index import FOLDER, INDEX, DumpIndex, read_index
from ogpld.dumps.roundtrip import verify_tables
from ogpld.errors import ReleaseError
from ogpld.release import Release
from ogpld.release.file_digest import FileDigest

_HINT = "remove its folder dump and run: ogpld build"


def verify_dumps(release: Release) -> DumpIndex | None:
    """Read every file of a release's dumps; return their list, None when there are none.

    Raises:
        ReleaseError: for the first file that is missing, changed or not in the list, and for the first
            cell of a table that does not give back what the data says.
    """
    index = read_index(release)
    folder = release.path / FOLDER
    if index is None:
        if folder.exists():
            raise ReleaseError(f"{release.id}: {FOLDER}/{INDEX} is missing", hint=_HINT)
        return None
    for entry in index.files:
        try:
            content = FileDigest.of(folder / entry.file)
        except OSError as error:
            raise ReleaseError(
                f"{release.id}: {FOLDER}/{entry.file} cannot be read: {error.strerror}", hint=_HINT
            ) from error
        if content != FileDigest(entry.bytes, entry.sha256):
            raise ReleaseError(f"{release.id}: {FOLDER}/{entry.file} was changed", hint=_HINT)
    verify_tables(release, index)
    present = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    strange = present - set(index.by_name) - {INDEX}
    if strange:
        raise ReleaseError(
            f"{release.id}: {FOLDER}/{min(strange)} is not in the list of dumps", hint=_HINT
        )
    return index
