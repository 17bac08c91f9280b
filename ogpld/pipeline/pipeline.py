"""Publish what the sources say: by difference where the current release is remembered, else whole."""

from __future__ import annotations

from dataclasses import dataclass

from ogpld.config import Settings
from ogpld.errors import DifferenceError, ReleaseError
from ogpld.pipeline.drafts import difference_draft, whole_draft
from ogpld.pipeline.full_build import check_opened, remember
from ogpld.pipeline.incremental.build_cache import BuildCache, sweep_caches
from ogpld.pipeline.incremental.incremental_release import derive_release
from ogpld.pipeline.incremental.unit_statements import Graphs
from ogpld.pipeline.inputs import Inputs, Opened, digest_of, input_digests, open_inputs
from ogpld.pipeline.progress import Progress
from ogpld.release import Release, ReleaseStore, publish
from ogpld.release.lock import publisher
from ogpld.release.steps import reached
from ogpld.release.write_release import sweep
from ogpld.report import Report


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing came to.

    Attributes:
        release: the current release afterwards, None when the gate refused the first one.
        new: whether it was written now.
        report: the gate's findings, None when nothing had to be built.
    """

    release: Release | None
    new: bool
    report: Report | None


def publish_sources(
    inputs: Inputs,
    settings: Settings,
    progress: Progress,
    *,
    full: bool = False,
    allow_shrink: bool = False,
) -> Published:
    """Build and publish a release, unless nothing changed or a Violation refuses it.

    Args:
        inputs: where to read from.
        settings: home, base IRI and licence.
        progress: where to tell how far it is.
        full: build everything, whatever is remembered of the current release.
        allow_shrink: whether there may be fewer things of a class than before.

    Raises:
        OgpldError: as `check_sources`, and `ReleaseError` when publishing fails; the current
            release stays as it was.
    """
    release_store = ReleaseStore(settings.home)
    with publisher(settings.home):
        reached("lock")
        sweep(release_store)
        sweep_caches(settings.home)
        digests = input_digests(inputs, settings)
        current = release_store.current()
        if current and not full and current.manifest.inputs_digest == digest_of(digests):
            return Published(current, new=False, report=None)
        reached("inputs")
        opened = open_inputs(inputs, settings, progress)
        build = _Build(
            release_store, opened, settings, progress, digests, allow_shrink=allow_shrink
        )
        if current is not None and not full:
            published = build.by_difference(current)
            if published is not None:
                return published
        return build.whole(None if full else current)


class _Build:
    """One build, with what all of its ways need."""

    def __init__(
        self,
        release_store: ReleaseStore,
        opened: Opened,
        settings: Settings,
        progress: Progress,
        digests: dict[str, str],
        *,
        allow_shrink: bool,
    ) -> None:
        self.release_store, self.opened, self.settings, self.progress = (
            release_store,
            opened,
            settings,
            progress,
        )
        self.digests, self.allow_shrink = digests, allow_shrink
        self.deciding = opened.deciding(digests)
        self.united = Graphs(opened.iris).checked

    def by_difference(self, current: Release) -> Published | None:
        """Publish what the current release becomes, None when everything has to be built."""
        home = self.settings.home
        cache = BuildCache.branch(home, current.id, self.deciding, self.united)
        if cache is None:
            return None
        try:
            derived = derive_release(self.opened, cache, current, self.progress)
            if derived is None:
                return None
            if derived.report.refused:
                return Published(current, new=False, report=derived.report)
            self.progress.step("writing the release")
            draft = difference_draft(self.opened, derived, current, self.digests)
            release, new = publish(self.release_store, draft, allow_shrink=self.allow_shrink)
            reached("sweep")
            self.progress.finish()
            cache.keep(home, release.id, self.deciding)
            return Published(release, new=new, report=derived.report)
        except DifferenceError as error:
            self.progress.warn(f"what is remembered does not fit the release ({error.message})")
            return None
        except (OSError, RuntimeError) as error:
            self.progress.warn(f"what is remembered cannot be read ({error})")
            return None
        finally:
            cache.discard()

    def whole(self, current: Release | None) -> Published:
        """Build and publish everything."""
        checked = check_opened(self.opened, self.settings, self.progress, current)
        if checked.report.refused:
            return Published(self.release_store.current(), new=False, report=checked.report)
        self.progress.step("writing the release")
        draft = whole_draft(checked, self.digests)
        release, new = publish(self.release_store, draft, allow_shrink=self.allow_shrink)
        reached("sweep")
        self.progress.step("remembering the build")
        try:
            cache = BuildCache.start(self.settings.home, self.united)
            remember(checked, cache)
            cache.keep(self.settings.home, release.id, self.deciding)
        except (OSError, ReleaseError, RuntimeError) as error:
            self.progress.warn(f"the next build will read everything again: {error}")
        self.progress.finish()
        return Published(release, new=new, report=checked.report)
