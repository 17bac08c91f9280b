"""The statistics of a release: where they lie, and how they are made when they are not there.

A build makes them before its release is current. Where they are missing or damaged (a release of an earlier
version, one that was erased from) whoever needs them makes them: one process at a time, in the folder of the
release, or in memory alone where that cannot be written.
"""

from __future__ import annotations

import logging
from pathlib import Path

from ogpld.model import Model
from ogpld.release import Release
from ogpld.release.derived_file import damaged_file, derived_file
from ogpld.release.packed_files import present_file
from ogpld.release.release_store import STATISTICS
from ogpld.statistics.release_records import read_statistics
from ogpld.statistics.statistics import Statistics
from ogpld.statistics.statistics_file import StatisticsFileError, read_file, write_statistics

_LOG = logging.getLogger("ogpld")


def release_statistics(release: Release) -> Statistics:
    """Return the statistics of a release, made now where they are missing, damaged or of another version.

    Raises:
        ReleaseError: when the data is damaged or was pruned.
    """
    path, model = release.path / STATISTICS, release.model()
    if (statistics := _in_file(path, model, release)) is not None:
        return statistics
    fresh = None
    try:
        with derived_file(release, STATISTICS):
            if (statistics := _in_file(path, model, release)) is not None:
                return statistics
            fresh = read_statistics(release)
            write_statistics(path, fresh, release.manifest.id)
    except OSError as error:
        reason = str(error)  # and not the error, whose frames would outlive it in a log
        _LOG.warning("%s: %s; its statistics are kept in memory alone", release.id, reason)
    return read_statistics(release) if fresh is None else fresh


def write_release_statistics(release: Release) -> None:
    """Write the statistics of a release into its folder; nobody else may do so meanwhile.

    Raises:
        ReleaseError: when the data is damaged.
        OSError: when they cannot be written.
    """
    write_statistics(release.path / STATISTICS, read_statistics(release), release.manifest.id)


def verify_statistics(release: Release) -> bool:
    """Check the statistics of a release against its data, and say whether it has any.

    Raises:
        ReleaseError: when they are damaged, those of another release, or not what the data says.
    """
    path = release.path / STATISTICS
    if not present_file(path).exists():
        return False
    try:
        statistics = read_file(path, release.model(), release.manifest.id)
    except (StatisticsFileError, OSError) as error:
        problem = str(error)
    else:
        problem = "" if _equal(statistics, read_statistics(release)) else "it does not fit the data"
    if problem:
        raise damaged_file(release, STATISTICS, problem)
    return True


def _equal(one: Statistics, other: Statistics) -> bool:
    return (one.records, dict(one.plans), dict(one.members), dict(one.bodies)) == (
        other.records,
        dict(other.plans),
        dict(other.members),
        dict(other.bodies),
    )


def _in_file(path: Path, model: Model, release: Release) -> Statistics | None:
    """Return what the file holds, None where there is none that can be used."""
    try:
        return read_file(path, model, release.manifest.id)
    except FileNotFoundError:
        return None
    except (StatisticsFileError, OSError) as error:
        reason = str(error)
        _LOG.warning("%s: %s: %s; it is made again", release.id, path.name, reason)
        return None
