"""The index of a release: where it lies, and how it is made when it is not there."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from ogpld.release import Release
from ogpld.search.index import VERSION, SearchIndex, write_index
from ogpld.search.name_table import named_things

#: The file in the folder of a release; it can be deleted, and is made again.
FILE = "search.sqlite"


def release_index(release: Release) -> SearchIndex:
    """Return the index of a release, made now where it is missing or of another version.

    Raises:
        ReleaseError: when the data is damaged.
        OSError: when it cannot be written.
    """
    path = release.path / FILE
    if not path.exists() or _version(release) != VERSION:
        write_index(path, named_things(release), release.id)
    return SearchIndex(path)


def _version(release: Release) -> int:
    try:
        with closing(
            sqlite3.connect(f"file:{release.path / FILE}?mode=ro", uri=True)
        ) as connection:
            return int(connection.execute("SELECT version FROM about").fetchone()[0])
    except (sqlite3.Error, TypeError):
        return 0
