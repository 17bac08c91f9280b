"""The facts about the datasets of the release in service, asked once per release and state of its dumps."""

from __future__ import annotations

import json

from ogpld.catalogue.datasets import DatasetFacts, Told, read_facts
from ogpld.dumps.dump_index import FOLDER, INDEX, DumpIndex, newest_dumps
from ogpld.queries import load
from ogpld.release import Release
from ogpld.stores import Query
from ogpld.web.current.open_release import Serving
from ogpld.web.current.release_coverage import coverage

_SIZE = 65_536


def dumps(serving: Serving) -> tuple[Release, DumpIndex] | None:
    """Return the newest complete dumps that are not newer than the release in service.

    Which these are can only change when those of the release in service are there, or when the ones
    that were found are pruned; everything else is remembered.
    """
    settled = (serving.release.path / FOLDER / INDEX).exists()
    key = ("dumps", settled)
    kept: tuple[tuple[Release, DumpIndex] | None] | None = serving.documents.get(key)
    if kept is not None and not (kept[0] and kept[0][0].pruned):
        return kept[0]
    found = newest_dumps(serving.release_store, serving.release)
    serving.documents.put(key, (found,), _SIZE)
    return found


def facts(serving: Serving) -> DatasetFacts:
    """Return the facts about the datasets."""
    listed = dumps(serving)
    key = ("facts", listed[0].id if listed else "")
    kept: DatasetFacts | None = serving.documents.get(key)
    if kept is None:
        releases = serving.release_store.releases()
        told = Told(
            manifest=serving.release.manifest,
            first=min((r.manifest.created for r in releases), default=""),
            licence=serving.settings.licence,
            title=serving.settings.title,
            index=listed[1] if listed else None,
        )
        kept = read_facts(
            told, _rows(serving, "plans"), _rows(serving, "sources"), coverage(serving)
        )
        serving.documents.put(key, kept, _SIZE)
    return kept


def _rows(serving: Serving, what: str) -> list[dict[str, str]]:
    answer = serving.store.answer(Query(load(f"dataset-{what}"), ("json", "")), trusted=True)
    found = json.loads(answer.body)["results"]["bindings"]
    return [{name: value["value"] for name, value in row.items()} for row in found]
