"""What releases changed is counted by class, as the lists and the numbers of the home page are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import cast

import pytest
from support.running import Server

from ogpld.config import Settings
from ogpld.errors import ReleaseError
from ogpld.rdf import NS, RDF, NamedNode, Quad
from ogpld.release import Release, ReleaseStore
from ogpld.release.changes import CREATE, DELETE, Change
from ogpld.release.history import History
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.lists import change_words as change_words_module
from ogpld.web.lists.change_words import change_words
from ogpld.web.pages.answer import answer
from ogpld.web.routes.site import home as home_page


@pytest.fixture(scope="module")
def opened(release: Release, home: Path) -> Iterator[OpenRelease]:
    """The sample data with one worker."""
    current = OpenRelease.open(release, ReleaseStore(home), Settings(home=home, workers=1))
    yield current
    current.store.close()


def test_the_home_page_counts_in_one_way(opened: OpenRelease) -> None:
    """A first release made as many commitments new as the page says that there are."""
    request = ReleaseRequest.plain(opened, "/", headers={"Accept": "text/html"})
    html = answer(request, home_page).get_data(as_text=True)
    text = unescape(" ".join(re.sub(r"<[^>]*>", " ", html).split()))
    classes = opened.release.manifest.classes
    assert classes["SubCommitment"]
    assert f"{classes['Commitment']:,} commitments new" in text
    parts = classes["SubCommitment"]
    assert f"{parts} {'part' if parts == 1 else 'parts'} of a commitment new" in text


def test_what_is_gone_is_counted_by_what_it_was(
    opened: OpenRelease, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the release before said of what was withdrawn, and that release of what was new in it."""
    iris = {name: opened.iris.thing("commitment", name) for name in ("whole", "part", "lost")}
    kinds = {iris["whole"].value: "Commitment", iris["part"].value: "SubCommitment"}
    before, after = cast(Release, object()), cast(Release, object())
    lookups: Counter[Release] = Counter()

    def things_at(_: object, release: Release, things: list[str]) -> dict[str, list[Quad]]:
        lookups[release] += len(things)
        if iris["lost"].value in things:
            raise ReleaseError("lost")
        return {
            thing: [Quad(NamedNode(thing), RDF("type"), NS(kinds[thing]), NamedNode("x:g"))]
            for thing in things
        }

    monkeypatch.setattr(change_words_module, "things_at", things_at)
    log = {"releases": (before, after), "present": staticmethod(str)}
    history = cast(History, type("Log", (), log))
    changes = [Change(iri, DELETE) for iri in kinds]
    words = change_words(opened, history, after, changes)
    assert words == "1 commitment withdrawn; 1 part of a commitment withdrawn"
    assert lookups == {before: 2}
    made = [Change(iri, CREATE) for iri in kinds]
    assert change_words(opened, history, after, made, ["SubCommitment"]) == (
        "1 part of a commitment new"
    )
    assert lookups == {before: 2, after: 2}
    lost = [Change(iris["lost"].value, DELETE)]
    assert change_words(opened, history, after, lost) == "1 commitment withdrawn"
    assert change_words(opened, history, before, lost) == "1 commitment withdrawn"


def test_activities_say_the_class_of_each_thing(server: Server) -> None:
    """Things of several classes share a path: parts of commitments are among them."""
    page = server.get("/activity").json()["last"]
    types: dict[str, set[str]] = {}
    while page is not None:
        content = server.get(page["id"].removeprefix("http://localhost:8000")).json()
        for item in content["orderedItems"]:
            types.setdefault(item["object"]["type"], set()).add(item["object"]["id"])
        page = content.get("prev")
    for name in ("Commitment", "SubCommitment", "Milestone"):
        query = f"SELECT ?thing {{ ?thing a <{NS(name).value}> }}"
        rows = server.get("/sparql", params={"query": query, "format": "csv"}).text.split()[1:]
        assert rows
        assert types[NS(name).value] == set(rows), name
