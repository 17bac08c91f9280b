"""The search index finds things by what they are called, and by names with typing errors."""

from __future__ import annotations

import gc
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import ogpld.search.release_index as release_index_module
from ogpld.errors import ReleaseError
from ogpld.release import Release, ReleaseStore
from ogpld.release.release_store import SEARCH, SEARCH_BESIDE
from ogpld.search.index import SearchIndex, write_index
from ogpld.search.index_file import damage_of_index, release_of_index
from ogpld.search.name_table import Name, NamedThing, named_things
from ogpld.search.release_index import release_index, verify_index


@pytest.fixture(scope="module")
def index(release: Release, tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    """The index of the sample data."""
    path = tmp_path_factory.mktemp("index") / "search.sqlite"
    write_index(path, named_things(release), release.id)
    return SearchIndex(path)


@pytest.mark.parametrize(
    ("text", "key"),
    [("Estonia", "EST"), ("estonai", "EST"), ("EE0050", "EE0050"), ("LATVIA", "LVA")],
)
def test_first_match(index: SearchIndex, text: str, key: str) -> None:
    """The best match is what was meant."""
    assert index.search(text).matches[0].key == key


def test_classes_narrow(index: SearchIndex) -> None:
    """Only things of the classes that are wanted are matches."""
    matches = index.search("Estonia", classes=("ActionPlan",)).matches
    assert matches
    assert {match.class_name for match in matches} == {"ActionPlan"}


def test_identifier(index: SearchIndex) -> None:
    """A key identifies a thing, however it is written; a text that is none identifies nothing."""
    assert [match.key for match in index.by_identifier("ee0050")] == ["EE0050"]
    assert not index.by_identifier("no such key")


def test_a_part_counts_for_its_thing(index: SearchIndex) -> None:
    """The territory of a member is called as the member is; one match, and its codes find the member."""
    keys = [match.iri.rpartition("/")[2] for match in index.search("Estonia").matches]
    assert keys[0] == "EST"
    assert len(keys) == len(set(keys))
    assert not any("#" in key for key in keys)
    assert [match.key for match in index.by_identifier("EE")] == ["EST"]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("https://opengovpartnership.org/members/estonia/commitments/ee0050", ["EE0050"]),
        ("http://www.opengovpartnership.org/members/estonia/commitments/EE0050/", ["EE0050"]),
        ("https://www.opengovpartnership.org/members/estonia/", ["EST"]),
        ("http://www.wikidata.org/entity/Q191", ["EST"]),
        ("http://localhost:8000/id/commitment/EE0050", ["EE0050"]),
        ("https://github.com/g0v/ogp-commitments", []),
    ],
)
def test_an_address_is_an_identifier(index: SearchIndex, text: str, keys: list[str]) -> None:
    """OGP's page and equivalents are; what many things were read from is none."""
    assert [match.key for match in index.by_identifier(text)] == keys
    assert [match.key for match in index.search(text).matches] == keys


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "!!", '"', '"a OR b', "a AND", "x*", "(", "NEAR(a b)", "\0", "a\0b", "e", "-"),
        *("col:val", "북", "ა", "北京", "y" * 1000, "w " * 500, "'; DROP TABLE name; --"),
    ],
)
def test_any_text_can_be_looked_for(index: SearchIndex, text: str) -> None:
    """Nothing in it is an operator; what matches is counted."""
    results = index.search(text, limit=1000)
    assert results.total == len(results.matches) == sum(results.counts.values())
    assert len(index.suggest(text)) <= 10
    index.by_identifier(text)


def test_totals_are_those_of_all_matches(index: SearchIndex) -> None:
    """Pages have each match once, classes are chosen before anything is cut."""
    whole = index.search("e", limit=10_000)
    assert whole.exact
    assert whole.total == len(whole.matches) > 200
    pages = [index.search("e", limit=50, offset=n).matches for n in range(0, whole.total, 50)]
    assert [m.iri for page in pages for m in page] == [m.iri for m in whole.matches]
    for name, number in whole.counts.items():
        of_class = index.search("e", classes=(name,), limit=10_000)
        assert (of_class.total, len(of_class.matches)) == (number, number)
        assert of_class.counts == whole.counts


@pytest.mark.parametrize(
    "text", ["Esotnia", "estonai", "riigikogu transparancy", "http://localhost:8000/id/member/EST"]
)
def test_classes_are_counted_whatever_class_is_wanted(index: SearchIndex, text: str) -> None:
    """Also of what is only like a text, and of what an address identifies."""
    whole = index.search(text, limit=1000)
    assert whole.counts
    assert whole.total == sum(whole.counts.values())
    for name in (*whole.counts, "Commitment", "Cluster"):
        of_class = index.search(text, classes=(name,), limit=1000)
        assert of_class.counts == whole.counts
        assert of_class.total == whole.counts.get(name, 0)
        assert of_class.matches == tuple(m for m in whole.matches if m.class_name == name)


@pytest.mark.parametrize(
    "text", ["e", "action plan", "estonia", "report", "open", "transparency", "Esotnia", "mnistry"]
)
def test_the_order_is_that_of_the_figures_shown(index: SearchIndex, text: str) -> None:
    """By score as it is rounded, members first where it is equal, then by IRI; on every page and in suggestions."""
    for matches in (
        index.search(text, limit=1000).matches,
        sum((index.search(text, limit=7, offset=n).matches for n in range(0, 70, 7)), ()),
        index.suggest(text, limit=100),
    ):
        order = [(-m.score, m.class_name != "Member", m.iri) for m in matches]
        assert order == sorted(order)
        assert len(order) > 1


def test_scores_follow_the_order(index: SearchIndex) -> None:
    """The same name, then names with all words, then similar ones; all scores are from 0 to 1."""
    for text in ("Estonia", "estonai", "transparency", "riigikogu transparancy"):
        scores = [match.score for match in index.search(text, limit=100).matches]
        assert scores == sorted(scores, reverse=True)
        assert all(0 < score <= 1 for score in scores)
    assert index.search("Riigikogu transparancy").matches[0].key == "EE0050"


def _thing(key: str, *names: Name) -> NamedThing:
    return NamedThing(
        f"http://x.example/id/member/{key}", "Member", key, names[0].text, key, list(names)
    )


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("საქართველო", "GEO"),
        ("sakartvelo", "GEO"),
        ("Ελλάδα", "GRC"),
        ("ellada", "GRC"),
        ("京", "CHN"),
        ("beijing", "CHN"),
        ("lodz", "LDZ"),
        ("ŁÓDŹ", "LDZ"),
        ("Одеса", "ODS"),
        ("odesa", "ODS"),
    ],
)
def test_scripts(tmp_path: Path, text: str, key: str) -> None:
    """A name is found as it is written, and in Latin letters; scripts without blanks inside of names."""
    things = [
        _thing("GEO", Name("საქართველო", "ka", "label")),
        _thing("GRC", Name("Ελλάδα", "el", "label")),
        _thing("CHN", Name("北京市", "zh", "label")),
        _thing("LDZ", Name("Łódź", "pl", "label")),
        _thing("ODS", Name("Одеса", "uk", "label")),
    ]
    write_index(tmp_path / "search.sqlite", things, "1-0")
    assert [match.key for match in SearchIndex(tmp_path / "search.sqlite").search(text).matches][
        :1
    ] == [key]


def test_the_build_made_it(release: Release) -> None:
    """The index is there before anybody asks, and `releases verify` reads it."""
    assert release_of_index(release.path / SEARCH) == release.id
    assert verify_index(release)


@pytest.mark.parametrize("folder", ["a#b", "who?", "50%20", "Tõrva"])
def test_an_index_is_read_in_a_folder_of_any_name(
    release: Release, tmp_path: Path, folder: str
) -> None:
    """Signs that mean something in an address mean nothing in a path, and nothing is made beside it."""
    path = tmp_path / folder / "search.sqlite"
    path.parent.mkdir()
    shutil.copy(release.path / SEARCH, path)
    assert release_of_index(path) == release.id
    assert damage_of_index(path) == ""
    path.write_bytes(b"no database at all" * 100)
    assert release_of_index(path) == ""
    assert damage_of_index(path)
    assert [entry.name for entry in tmp_path.iterdir()] == [folder]


def test_a_missing_or_old_index_is_made_once(home: Path, tmp_path: Path) -> None:
    """Several who need it at the same time have one made; leftovers of a power cut do not matter."""
    shutil.copytree(home, tmp_path / "home", symlinks=True)
    release = ReleaseStore(tmp_path / "home").current()
    assert release is not None
    path = release.path / SEARCH
    path.write_bytes(b"")
    (release.path / SEARCH_BESIDE).write_bytes(b"half")
    with pytest.raises(ReleaseError, match="damaged"):
        path.write_bytes(b"no database at all" * 100)
        verify_index(release)
    made: list[str] = []
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(4) as pool:
        write = release_index_module.write_release_index

        def counted(of: Release) -> None:
            made.append(of.id)
            write(of)

        patch.setattr(release_index_module, "write_release_index", counted)
        indexes = list(pool.map(release_index, [release] * 4))
    assert made == [release.id]
    assert {index.search("Estonia").matches[0].key for index in indexes} == {"EST"}
    assert not (release.path / SEARCH_BESIDE).exists()


def test_a_damaged_index_is_made_anew(home: Path, tmp_path: Path) -> None:
    """Wherever the damage is: what is found afterwards is what the build's finds."""
    shutil.copytree(home, tmp_path / "home", symlinks=True)
    release = ReleaseStore(tmp_path / "home").current()
    assert release is not None
    path = release.path / SEARCH
    whole = path.read_bytes()
    for place in range(4096, len(whole), len(whole) // 8):
        damaged = bytearray(whole)
        damaged[place : place + 4096] = b"\xff" * 4096
        path.write_bytes(damaged)
        assert damage_of_index(path)
        assert release_index(release).search("Estonia").matches[0].key == "EST"
        assert verify_index(release)


def test_a_home_that_cannot_be_written_has_one_elsewhere(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes away with whoever asked."""
    shutil.copytree(home, tmp_path / "home", symlinks=True)
    release = ReleaseStore(tmp_path / "home").current()
    assert release is not None
    (release.path / SEARCH).unlink()

    def refuse(_release: Release) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(release_index_module, "write_release_index", refuse)
    index = release_index(release)
    assert index.search("Estonia").matches[0].key == "EST"
    assert not (release.path / SEARCH).exists()
    folder = index.path.parent
    del index
    gc.collect()
    assert not folder.exists()


def test_pruning_takes_it_away(home: Path, tmp_path: Path) -> None:
    """What is left of a pruned release holds no names, and no index is made for it."""
    shutil.copytree(home, tmp_path / "home", symlinks=True)
    store = ReleaseStore(tmp_path / "home")
    release = store.current()
    assert release is not None
    store.pointer.unlink()
    assert store.prune(0)
    assert not (release.path / SEARCH).exists()
    with pytest.raises(ReleaseError):
        release_index(release)
    assert not (release.path / SEARCH).exists()


def test_a_connection_is_closed_with_its_index(tmp_path: Path) -> None:
    """Also where only the collector of cycles frees it."""
    write_index(tmp_path / "search.sqlite", [_thing("A", Name("A", "en", "label"))], "1-0")
    index = SearchIndex(tmp_path / "search.sqlite")
    connection = index._connection()  # noqa: SLF001  (nothing public is closed)
    index.itself = index  # type: ignore[attr-defined]
    del index
    gc.collect()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")
