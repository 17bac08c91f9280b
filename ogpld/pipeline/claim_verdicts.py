"""Hold the claims against a build: verdicts, their statements, and a Warning where one changed."""

from __future__ import annotations

from collections.abc import Callable

from ogpld.claims.trial import hold
from ogpld.claims.verdicts import Verdict, changed_verdicts, read_verdicts
from ogpld.pipeline.inputs import Opened
from ogpld.release import Release
from ogpld.report import Report
from ogpld.stores.embedded import EmbeddedStore


def held_claims(
    opened: Opened,
    open_store: Callable[[], EmbeddedStore],
    report: Report,
    previous: Release | None,
) -> tuple[list[Verdict], Report]:
    """Return a verdict for each claim, and the report with a Warning for each that changed.

    Args:
        opened: what was read.
        open_store: opens the data of the build, without verdicts.
        report: the report so far.
        previous: the current release.

    Raises:
        SourceError: for a claim whose query fails.
    """
    if not opened.claims or report.refused:
        return [], report
    sources = {source.source.name for source in opened.sources}
    verdicts = hold(opened.claims, sources, opened.iris.base, open_store)
    before = read_verdicts(previous.path if previous else None)
    places = {claim.id: claim.where for claim in opened.claims}
    changed = changed_verdicts(before, verdicts, places, opened.iris)
    return verdicts, Report.of([*report.findings, *changed]) if changed else report
