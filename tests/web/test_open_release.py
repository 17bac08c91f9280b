"""What an open release is asked by our own code: rows of queries, and values cached by their measured size."""

from __future__ import annotations

import shutil
import sqlite3
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from ogpld.config import Settings
from ogpld.model import Model
from ogpld.rdf import NS, Literal, NamedNode, Triple
from ogpld.release import Release, ReleaseStore
from ogpld.release.release_store import SEARCH
from ogpld.search.index_file import release_of_index
from ogpld.web.current import open_release
from ogpld.web.current.cache import ByteCache, size_of
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.http.spool import SpooledFile, gather
from ogpld.web.server import web_process
from ogpld.workers.pool import QueryService

#: Bytes of a page of SQLite.
_PAGE = 4096


@pytest.fixture(scope="module")
def opened(release: Release, home: Path) -> Iterator[OpenRelease]:
    """The shipped release with one worker."""
    current = OpenRelease.open(release, ReleaseStore(home), Settings(home=home, workers=1))
    yield current
    current.store.close()


class StoreStub:
    """What answers about a release, as far as opening one goes.

    Attributes:
        calls: what it was told.
    """

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.lookup: object = None

    def start(self) -> None:
        """Load."""
        self.calls.append("start")

    def close(self) -> None:
        """End all processes."""
        self.calls.append("close")


def test_what_cannot_be_opened_leaves_no_processes(
    release: Release, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever went wrong after they began."""

    def fail(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(open_release, "archive_context", fail)
    stub = StoreStub()
    with pytest.raises(RuntimeError, match="broken"):
        OpenRelease.open(
            release, ReleaseStore(home), Settings(home=home), store=cast(QueryService, stub)
        )
    assert stub.calls == ["start", "close"]


def test_a_damaged_index_keeps_no_release_from_service(
    home: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is not what is served: it is made anew, and the log says so."""
    place = ReleaseStore(shutil.copytree(home, tmp_path / "home", symlinks=True))
    release = place.current()
    assert release is not None
    index = release.path / SEARCH
    content = index.read_bytes()
    index.write_bytes(content[: 2 * _PAGE] + b"\xff" * (len(content) - 2 * _PAGE))
    assert release_of_index(index) == release.id
    stub = StoreStub()
    opened = OpenRelease.open(
        release, place, Settings(home=place.home), store=cast(QueryService, stub)
    )
    assert opened.release is release
    assert stub.calls == ["start"]
    assert f"{release.id}: its index is damaged and is made anew" in caplog.text
    assert opened.matcher.match("Estonia")[0].key == "EST"


def test_names_that_cannot_be_read_keep_no_release_from_service(
    release: Release,
    home: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Pages go on without them."""

    def fail(*_: object) -> None:
        raise sqlite3.DatabaseError("database disk image is malformed")

    monkeypatch.setattr(open_release, "release_index", fail)
    stub = StoreStub()
    OpenRelease.open(
        release, ReleaseStore(home), Settings(home=home), store=cast(QueryService, stub)
    )
    assert stub.calls == ["start"]
    assert f"the names of {release.id} cannot be read" in caplog.text


def test_few_files_are_kept_however_small_they_are(release: Release, home: Path) -> None:
    """Each takes a descriptor; most of the spare ones are for workers, indexes and the next release."""
    opened = OpenRelease(
        release,
        ReleaseStore(home),
        Settings(home=home),
        release.model(),
        cast(QueryService, StoreStub()),
    )
    for serving, share in ((opened, 8), (opened.as_past, 100)):
        references = []
        for number in range(300):
            spooled = gather([b"ab"], most=1)
            assert isinstance(spooled, SpooledFile)
            serving.files.put(number, spooled, spooled.size)
            references.append(weakref.ref(spooled))
        del spooled
        places = [number for number, reference in enumerate(references) if reference() is not None]
        assert places
        assert places == [*range(300 - len(places), 300)]
        assert len(places) <= web_process._SPARE_FILES // share  # noqa: SLF001


def test_a_query_gives_rows_by_variable(opened: OpenRelease) -> None:
    """With terms bound where the query has places; an unbound variable is left out of its row."""
    rows = opened.select("things", kind=NamedNode(NS("Commitment").value))
    assert len(rows) == opened.release.manifest.classes["Commitment"]
    assert all(set(row) == {"thing"} for row in rows)
    sizes = {row["graph"]: int(row["size"]) for row in opened.select("graph-sizes")}
    assert sizes == opened.graph_sizes


def test_a_query_with_a_place_left_open_is_refused(opened: OpenRelease) -> None:
    """A value that is forgotten is an error, never a query for something else."""
    with pytest.raises(KeyError):
        opened.select("things")


def test_what_is_cached_is_made_once(opened: OpenRelease) -> None:
    """And once more when there was no room for it any longer."""
    made: list[int] = []

    def make() -> tuple[int, ...]:
        made.append(1)
        return (1, 2)

    assert opened.cached("once", make) == opened.cached("once", make) == (1, 2)
    assert len(made) == 1
    opened.documents.clear()
    opened.cached("once", make)
    assert len(made) == 2


def test_sizes_are_measured() -> None:
    """A value counts with all it refers to, each object once; what is twice as long is twice the size."""
    text = "x" * 1_000
    assert 1_000 < size_of(text) < 1_200
    assert size_of((text, text)) < 1_300
    assert size_of(["a" * 10_000, "b" * 10_000]) > 20_000
    assert size_of({"key": {"inner": b"c" * 5_000}}) > 5_000
    triple = Triple(NamedNode("https://x.example/a"), NS("title"), Literal("d" * 3_000))
    assert size_of([triple]) > 3_000


def test_the_model_is_no_part_of_what_refers_to_it(model: Model) -> None:
    """A cached value that names a class would otherwise weigh as much as the whole model."""
    assert size_of((model, *model.classes.values())) < 1_000


def test_a_cache_holds_no_more_than_its_bound() -> None:
    """By measured size, least recently used first out."""
    cache = ByteCache(10_000)
    for number in range(10):
        cache.put(number, bytes(2_000))
    assert cache.size <= 10_000
    assert cache.get(0) is None
    assert cache.get(9) is not None
    cache.put("large", bytes(20_000))
    assert cache.get("large") is None


def test_what_was_made_before_all_was_forgotten_is_not_kept() -> None:
    """It may be of what is gone."""
    cache = ByteCache(10_000)
    generation = cache.generation
    cache.put("before", b"made", generation=generation)
    assert cache.get("before") == b"made"
    cache.clear()
    cache.put("after", b"made", generation=generation)
    assert cache.get("after") is None
    cache.put("after", b"made", generation=cache.generation)
    assert cache.get("after") == b"made"
