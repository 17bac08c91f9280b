"""Publish the sources as a release, one publisher at a time."""

from __future__ import annotations

from ogpld.config import Settings
from ogpld.errors import ReleaseError
from ogpld.executors import BuildExecutor, SerialExecutor
from ogpld.pipeline.base_move import base_move
from ogpld.pipeline.incremental import publish_incrementally
from ogpld.pipeline.inputs import Inputs
from ogpld.pipeline.progress import Progress
from ogpld.pipeline.publication import Publication, Published
from ogpld.release import ReleaseStore
from ogpld.release.lock import publisher
from ogpld.release.predecessor import predecessor
from ogpld.release.release_time import clock_doubt
from ogpld.release.steps import reached
from ogpld.release.write_release import sweep


def publish_sources(
    inputs: Inputs,
    settings: Settings,
    progress: Progress,
    *,
    full: bool = False,
    allow_shrink: bool = False,
    move_base: bool = False,
    base_origin: str = "default",
    executor: BuildExecutor | None = None,
) -> Published:
    """Build and publish a release, unless nothing changed or a Violation refuses it.

    Args:
        inputs: where to read from.
        settings: home, base IRI and licence.
        progress: where to report the steps.
        full: build everything, whatever is remembered of the current release, and whether it is damaged.
        allow_shrink: whether there may be fewer things of a class than before.
        move_base: whether every IRI may be minted under another base than before.
        base_origin: where the base IRI was set, for the error.
        executor: where the parts of the build run, where the data is large; here when left out.

    Raises:
        OgpldError: as `check_sources`, and `ReleaseError` when publishing fails, the current release is
            damaged and not everything is built, or the base IRI is another without `move_base`; the
            current release stays as it was.
    """
    release_store = ReleaseStore(settings.home)
    with publisher(settings.home):
        reached("lock")
        sweep(release_store)
        before = predecessor(release_store)
        if before.damage and not full:
            raise ReleaseError(
                f"the current release is damaged: {before.damage}",
                hint="write a new one beside it: ogpld build --full; or choose another: ogpld releases use",
            )
        if before.damage:
            made = f"made from {before.release.id}" if before.release else "made from none"
            progress.warn(f"the current release is damaged: {before.damage}; the new one is {made}")
        if doubt := clock_doubt(release_store):
            progress.warn(doubt)
        publication = Publication(
            release_store,
            inputs,
            settings,
            progress,
            allow_shrink=allow_shrink,
            executor=executor or SerialExecutor(),
            before=before,
        )
        if move := base_move(before.release, settings.base_iri):
            if not move_base:
                raise move.refusal(base_origin)
            progress.warn(str(move))
        return publish_incrementally(publication, before.release, full=full)
