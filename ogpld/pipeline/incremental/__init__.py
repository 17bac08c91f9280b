"""Build a release from the one before it, reading only the units of sources whose rows changed.

The rest of the pipeline enters here, by one function: without this package it would call
`Publication.whole` instead, with the same releases as a result.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from ogpld.errors import DifferenceError, ReleaseError
from ogpld.pipeline.erasure_check import ErasureCheck
from ogpld.pipeline.full_build import Checked
from ogpld.pipeline.graph_kinds import Graphs
from ogpld.pipeline.incremental.build_cache import BuildCache, remember, sweep_caches
from ogpld.pipeline.incremental.incremental_release import difference_draft, incremental_release
from ogpld.pipeline.inputs import digest_of
from ogpld.pipeline.progress import Progress
from ogpld.pipeline.publication import Publication, Published
from ogpld.release import Release
from ogpld.release.steps import reached

__all__ = ["publish_incrementally"]


def publish_incrementally(
    publication: Publication, current: Release | None, *, full: bool = False
) -> Published:
    """Publish nothing where nothing changed, a difference where the build is remembered, else everything.

    The release is the same, byte for byte, either way. What a build remembers for the next one lies in
    `{home}/build/{release}/` and can be thrown away at any time.

    What it gains is measured by `bench/publishing.py`, and stands in `docs/scale.md`.

    Findings of earlier builds are taken over only where they leave out the same withheld cells: what one of
    them left out is told nowhere else.

    Args:
        publication: the sources and where their release goes.
        current: the current release, None before the first.
        full: read and check everything, whatever is remembered.

    Raises:
        OgpldError: as `Publication.whole`; the current release stays as it was.
    """
    sweep_caches(publication.settings.home)
    base = None if full else current
    # before the inputs are read, so that an edit meanwhile makes another build
    digests = publication.digests
    if base is not None and base.manifest.inputs_digest == digest_of(digests):
        return Published(base, new=False, report=None)
    reached("inputs")
    opened = publication.opened
    same = {"deciding": opened.deciding(digests), "withheld": opened.withheld.digest()}
    if base is not None:
        published = _by_difference(publication, base, same)
        if published is not None:
            return published
        noted = BuildCache.noted(publication.settings.home, base.id)
        if noted.get("withheld") != same["withheld"]:
            base = None  # its findings may leave out what is to be told now
    checked, published = publication.whole(base)
    if published.release is not None and not checked.report.refused:
        _remember(publication, checked, published.release, same)
    return published


def _by_difference(
    publication: Publication, current: Release, same: dict[str, str]
) -> Published | None:
    """Publish what the current release becomes, None when everything has to be built."""
    home, progress, opened = publication.settings.home, publication.progress, publication.opened
    cache = BuildCache.branch(home, current.id, same, Graphs(opened.iris).checked)
    if cache is None:
        return None
    try:
        derived = incremental_release(opened, cache, current, progress)
        if derived is None:
            return None
        if derived.report.refused:
            return Published(current, new=False, report=derived.report)
        erasures = ErasureCheck.of(home, opened.iris.base)
        if erasures and erasures.findings(derived.delta.added, derived.tables, None):
            return None  # a whole build says which cells to empty
        progress.step("writing the release")
        draft = difference_draft(opened, derived, current, publication.digests)
        release, new = publication.write(draft)
    except DifferenceError as error:
        progress.warn(f"what is remembered does not fit the release ({error.message})")
        return None
    except (OSError, RuntimeError, sqlite3.Error) as error:
        progress.warn(f"what is remembered cannot be read ({error})")
        return None
    else:
        progress.finish()
        with _remembering(progress):
            cache.keep(home, release.id, same)
        return Published(release, new=new, report=derived.report)
    finally:
        cache.discard()


def _remember(
    publication: Publication, checked: Checked, release: Release, same: dict[str, str]
) -> None:
    """Write the cache of a whole build."""
    home = publication.settings.home
    publication.progress.step("remembering the build")
    with _remembering(publication.progress):
        cache = BuildCache.start(home, Graphs(checked.opened.iris).checked)
        try:
            remember(checked, cache)
            cache.keep(home, release.id, same)
        finally:
            cache.discard()
    publication.progress.finish()


@contextmanager
def _remembering(progress: Progress) -> Iterator[None]:
    """Warn where a build cannot be remembered: the release stands, and the next build reads everything."""
    try:
        yield
    except (OSError, ReleaseError, RuntimeError, sqlite3.Error) as error:
        progress.warn(f"the next build will read everything again: {error}")
