"""Complete the dumps of the current release, after it was published or after a writer of them died."""

from __future__ import annotations

from contextlib import suppress

from ogpld.config import Settings
from ogpld.dumps.dump_index import DumpIndex, read_index
from ogpld.dumps.write_dumps import write_dumps
from ogpld.errors import ReleaseError
from ogpld.executors import BuildExecutor
from ogpld.pipeline.progress import Progress
from ogpld.release import Release, ReleaseStore
from ogpld.release.lock import publisher


def complete_dumps(
    settings: Settings, progress: Progress, executor: BuildExecutor | None = None
) -> tuple[Release, DumpIndex] | None:
    """Write the dumps of the current release unless they are there.

    Returns:
        the release and the list of its dumps when they were written now, else None.

    Raises:
        ReleaseError: when they cannot be written; the release stays published without them.
        PublishLockedError: when another publisher is at work.
        BuildWorkerError: as the executor raises it; the release stays published without dumps.
    """
    release_store = ReleaseStore(settings.home)
    if not settings.dumps or _complete(release_store.current()):
        return None
    with publisher(settings.home):
        current = release_store.current()
        if current is None or _complete(current):
            return None
        progress.step("writing the dumps", 1)
        index = write_dumps(release_store, current, settings.licence, progress.reach, executor)
        progress.finish()
        return current, index


def _complete(release: Release | None) -> bool:
    """Say whether a release has the dumps it is to have; a list that cannot be read is none."""
    if release is None or release.pruned:
        return True
    with suppress(ReleaseError):
        return read_index(release) is not None
    return False
