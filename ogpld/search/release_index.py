"""The index of a release: where it lies, and how it is made when it is not there.

A build makes it before its release is current. Where it is missing (a release of an earlier version, one that
was erased from) whoever needs it makes it: one process at a time, in the folder of the release, or in a
temporary folder where that cannot be written.
"""

from __future__ import annotations

import logging
from pathlib import Path
from tempfile import mkdtemp

from ogpld.release import Release
from ogpld.release.derived_file import damaged_file, derived_file
from ogpld.release.release_store import SEARCH
from ogpld.search.index import SearchIndex
from ogpld.search.index_file import damage_of_index, release_of_index, write_index
from ogpld.search.name_table import named_things

_LOG = logging.getLogger("ogpld")


def release_index(release: Release) -> SearchIndex:
    """Return the index of a release, made now where it is missing, damaged or of another version.

    Raises:
        ReleaseError: when the data is damaged or was pruned.
        OSError: when there is no room for it, not even in a temporary folder.
    """
    path = release.path / SEARCH
    if _is_of(path, release):
        return SearchIndex(path)
    try:
        with derived_file(release, SEARCH):
            if not _is_of(path, release):
                write_release_index(release)
        return SearchIndex(path)
    except OSError as error:
        reason = str(error)  # and not the error, whose frames would outlive it in a log
        _LOG.warning("%s: %s; its index is kept in a temporary folder", release.id, reason)
    path = Path(mkdtemp(prefix="ogpld-search-")) / SEARCH
    index = SearchIndex(path, temporary=True)
    write_index(path, named_things(release), release.manifest.id)
    return index


def write_release_index(release: Release) -> None:
    """Write the index of a release into its folder; nobody else may do so meanwhile.

    Raises:
        ReleaseError: when the data is damaged.
        OSError: when it cannot be written.
    """
    write_index(release.path / SEARCH, named_things(release), release.manifest.id)


def verify_index(release: Release) -> bool:
    """Check the index of a release, and say whether it has one.

    Raises:
        ReleaseError: when it is damaged or that of another release.
    """
    path = release.path / SEARCH
    if not path.exists():
        return False
    problem = damage_of_index(path)
    if not problem and release_of_index(path) not in {release.manifest.id, ""}:
        problem = "it is that of another release"
    if problem:
        raise damaged_file(release, SEARCH, problem)
    return True


def _is_of(path: Path, release: Release) -> bool:
    if not path.exists() or release_of_index(path) != release.manifest.id:
        return False
    if damage := damage_of_index(path):
        what = damage.strip("* \n").partition("\n")[0]
        _LOG.warning("%s: its index is damaged and is made anew: %s", release.id, what)
    return not damage
