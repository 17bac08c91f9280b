"""One publication: what it needs, what it comes to, and a whole build of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ogpld.config import Settings
from ogpld.executors import BuildExecutor, SerialExecutor
from ogpld.pipeline.drafts import whole_draft
from ogpld.pipeline.full_build import Checked, check_opened
from ogpld.pipeline.inputs import Inputs, Opened, input_digests, open_inputs
from ogpld.pipeline.progress import Progress
from ogpld.release import Draft, Release, ReleaseStore, publish
from ogpld.release.predecessor import Predecessor
from ogpld.release.steps import reached
from ogpld.report import Report
from ogpld.search.release_index import write_release_index
from ogpld.statistics.release_statistics import write_release_statistics

#: Statements from which these files are written at once.
_LARGE = 50_000


@dataclass(frozen=True, slots=True)
class Published:
    """The outcome of a publication.

    Attributes:
        release: the current release afterwards, None when the gate refused the first one.
        new: whether it was written now.
        report: the gate's findings, None when nothing had to be built.
    """

    release: Release | None
    new: bool
    report: Report | None


@dataclass(frozen=True)
class Publication:
    """Sources that are to become the current release; the caller holds the publisher's lock.

    Attributes:
        release_store: where the release goes.
        inputs: where to read from.
        settings: home, base IRI and licence.
        progress: where to report the steps.
        allow_shrink: whether there may be fewer things of a class than before.
        executor: where its parts run.
        before: what the release is made from.
    """

    release_store: ReleaseStore
    inputs: Inputs
    settings: Settings
    progress: Progress
    allow_shrink: bool
    executor: BuildExecutor
    before: Predecessor

    @cached_property
    def digests(self) -> dict[str, str]:
        """The sha256 by name of everything the build depends on."""
        return input_digests(self.inputs, self.settings)

    @cached_property
    def opened(self) -> Opened:
        """The inputs, read when they are first needed.

        Raises:
            OgpldError: as `open_inputs`.
        """
        return open_inputs(self.inputs, self.settings, self.progress)

    def write(self, draft: Draft) -> tuple[Release, bool]:
        """Freeze a draft and make it current; return the release, and whether it is new.

        Raises:
            ReleaseError: as `ogpld.release.publish`; the current release stays as it was.
        """
        release, new = publish(
            self.release_store,
            draft,
            allow_shrink=self.allow_shrink,
            before=self.before,
            derive=self._derive,
        )
        reached("sweep")
        return release, new

    def _derive(self, release: Release) -> None:
        """Write what is made from the data of a release into its folder."""
        large = release.manifest.quads > _LARGE
        executor = self.executor.here if large else SerialExecutor()
        for _ in executor.map(_derived, release, range(len(_DERIVED))):
            pass

    def whole(self, current: Release | None) -> tuple[Checked, Published]:
        """Build everything and publish it, unless the gate refuses it.

        Args:
            current: a release whose findings may be taken over; None checks everything.

        Raises:
            OgpldError: as `check_opened` and `write`.
        """
        before = self.before.release
        checked = check_opened(
            self.opened, self.settings, self.progress, current, before, self.executor
        )
        if checked.report.refused:
            refused = Published(self.before.current, new=False, report=checked.report)
            return checked, refused
        self.progress.step("writing the release")
        release, new = self.write(whole_draft(checked, self.digests))
        return checked, Published(release, new=new, report=checked.report)


#: What is made from the data of a release, each in a file of its own.
_DERIVED = (write_release_index, write_release_statistics)


def _derived(release: Release, number: int) -> None:
    _DERIVED[number](release)
