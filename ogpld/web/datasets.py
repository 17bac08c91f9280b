"""The facts about the datasets of the release in service, asked once per release and state of its dumps."""

from __future__ import annotations

import json

from ogpld.catalogue.datasets import Facts, Told, read_facts
from ogpld.dumps.index import DumpIndex, newest_dumps
from ogpld.queries import load
from ogpld.release import Release, Shelf
from ogpld.stores import Query
from ogpld.web.serving import Serving

_SIZE = 65_536


def dumps(serving: Serving) -> tuple[Release, DumpIndex] | None:
    """Return the newest complete dumps that are not newer than the release in service."""
    own = ("dumps", serving.release.id)
    kept: tuple[Release, DumpIndex] | None = serving.documents.get(own)
    if kept is not None:
        return kept
    found = newest_dumps(Shelf(serving.settings.home), serving.release)
    if found is not None and found[0].id == serving.release.id:  # complete dumps never change
        serving.documents.put(own, found, _SIZE)
    return found


def facts(serving: Serving) -> Facts:
    """Return the facts about the datasets."""
    listed = dumps(serving)
    key = ("facts", listed[0].id if listed else "")
    kept: Facts | None = serving.documents.get(key)
    if kept is None:
        releases = Shelf(serving.settings.home).releases()
        told = Told(
            manifest=serving.release.manifest,
            first=min((r.manifest.created for r in releases), default=""),
            licence=serving.settings.licence,
            title=serving.settings.title,
            index=listed[1] if listed else None,
        )
        kept = read_facts(told, _rows(serving, "plans"), _rows(serving, "sources"))
        serving.documents.put(key, kept, _SIZE)
    return kept


def _rows(serving: Serving, what: str) -> list[dict[str, str]]:
    answer = serving.store.answer(Query(load(f"dataset-{what}"), ("json", "")), trusted=True)
    found = json.loads(answer.body)["results"]["bindings"]
    return [{name: value["value"] for name, value in row.items()} for row in found]
