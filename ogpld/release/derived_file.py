"""A file of a release that is made from its data: by the build, or by whoever misses it later."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ogpld.errors import ReleaseError
from ogpld.release.folders import folder_lock
from ogpld.release.release_store import PRUNED, Release


@contextmanager
def derived_file(release: Release, name: str) -> Iterator[None]:
    """Hold the folder of a release during a block that makes a file in it.

    Args:
        release: of which the data is read; where it is pruned during the block, the file goes with it.
        name: of the file.

    Raises:
        ReleaseError: when the data was pruned before.
        OSError: when the folder cannot be opened.
    """
    if release.pruned:
        raise ReleaseError(f"{release.id}: its data was pruned", hint="ogpld releases list")
    with folder_lock(release.path):
        yield
        if (release.path / PRUNED).exists():  # meanwhile
            (release.path / name).unlink(missing_ok=True)


def damaged_file(release: Release, name: str, problem: str) -> ReleaseError:
    """Return the error of a file that does not fit its release."""
    return ReleaseError(
        f"{release.id}: {name} is damaged: {problem}",
        hint="delete the file; it is made again when somebody needs it",
    )
