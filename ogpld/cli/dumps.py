"""What `ogpld build` does last: the dumps of the release in service, when it has none."""

from __future__ import annotations

import sys

from ogpld.config import Settings
from ogpld.dumps.dump_index import FOLDER
from ogpld.errors import PublishLockedError
from ogpld.executors import BuildExecutor
from ogpld.pipeline.dumping import complete_dumps
from ogpld.pipeline.progress import Progress


def write_missing_dumps(settings: Settings, executor: BuildExecutor | None = None) -> None:
    """Write the dumps of the current release when it has none: the release is in service already."""
    sys.stdout.flush()
    try:
        written = complete_dumps(settings, Progress(), executor)
    except PublishLockedError:  # what this build was for is done; the other completes them
        sys.stdout.write("another publisher is at work and completes the dumps\n")
        return
    if written is not None:
        release, index = written
        size = sum(file.bytes for file in index.files)
        sys.stdout.write(
            f"dumps of {release.id}: {len(index.files)} files of {len(index.datasets)} datasets, "
            f"{size:,} bytes, in {release.path / FOLDER}\n"
        )
