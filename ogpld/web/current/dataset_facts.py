"""The facts about the datasets of the release in service, asked once per release and state of its dumps."""

from __future__ import annotations

from ogpld.catalogue.datasets import DatasetFacts, ReleaseInfo, read_facts
from ogpld.dumps.dump_index import FOLDER, INDEX, DumpIndex, newest_dumps
from ogpld.release import Release
from ogpld.web.current.assessment_numbers import assessment_numbers
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.release_coverage import coverage
from ogpld.web.current.request import ReleaseRequest


def dumps(serving: OpenRelease) -> tuple[Release, DumpIndex] | None:
    """Return the newest complete dumps that are not newer than the release in service.

    Which these are can only change when those of the release in service are there, or when the ones
    that were found are pruned; everything else is remembered.
    """
    settled = (serving.release.path / FOLDER / INDEX).exists()
    key = ("dumps", settled)
    cached: tuple[tuple[Release, DumpIndex] | None] | None = serving.documents.get(key)
    if cached is not None and not (cached[0] and cached[0][0].pruned):
        return cached[0]
    newest = newest_dumps(serving.release_store, serving.release)
    serving.documents.put(key, (newest,))
    return newest


def facts(serving: OpenRelease) -> DatasetFacts:
    """Return the facts about the datasets."""
    listed = dumps(serving)
    key = ("facts", listed[0].id if listed else "")

    def read() -> DatasetFacts:
        releases = serving.release_store.releases()
        about = ReleaseInfo(
            manifest=serving.release.manifest,
            first=min((r.manifest.created for r in releases), default=""),
            licence=serving.settings.licence,
            title=serving.settings.title,
            index=listed[1] if listed else None,
        )
        plans, sources = (
            serving.select_named("dataset-plans", "member"),
            serving.select("dataset-sources"),
        )
        return read_facts(about, plans, sources, coverage(serving), assessment_numbers(serving))

    return serving.cached(key, read)


def keep_settled(request: ReleaseRequest) -> None:
    """Let the front repeat this answer, unless the dumps of the release in service are still to come.

    Called before the answer is made: dumps that come while it is made are not in it.
    """
    listed = dumps(request.release)
    if listed is not None and listed[0].id == request.release.release.id:
        request.state.cacheable = True
