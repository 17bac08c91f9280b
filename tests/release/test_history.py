"""The change log: what releases did to things, from what they are made of, and for ever."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from support.contents import statements_by_thing
from support.small import Small

from ogpld.cli import main
from ogpld.errors import ReleaseError
from ogpld.rdf import Quad
from ogpld.release import ReleaseStore
from ogpld.release.changes import names_row
from ogpld.release.history import History, things_at
from ogpld.release.log import read_log
from ogpld.release.packed_files import packed, unpacked
from ogpld.release.release_store import LOG, PATCH

_MEMBER = "http://localhost:8000/id/member/"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six releases: random members change, go and come back; the fifth follows a rollback to the second."""
    site = Small(tmp_path_factory.mktemp("history"))
    header, *lines = site.lines
    chance = random.Random(4)
    for number in range(1, 7):
        members = lines[: len(lines) - chance.randrange(4)]
        for place in chance.sample(range(len(members) // 2), 3):
            name, rest = members[place].split(",", 1)
            members[place] = f"{name} {number},{rest}"
        if number == 5:
            site.run("releases", "use", "2")
        site.publish([header, *members])
    return site.home


def triple_texts(quads: list[Quad]) -> set[str]:
    """Return statements as `statements_by_thing` has them."""
    base = "http://localhost:8000/"
    return {str(quad.triple) for quad in quads if not names_row(quad, base)}


def test_a_row_that_moved_changed_nothing(tmp_path: Path) -> None:
    """Without the first member all others have another row; only it is told to have changed."""
    site = Small(tmp_path)
    site.publish(site.lines)
    site.publish([site.lines[0], *site.lines[2:]])
    release = ReleaseStore(site.home).releases()[-1]
    assert [change.kind for change in read_log(release)] == ["Delete"]
    patch = unpacked(release.path / PATCH).decode()
    assert patch.count("#row=") > 100, "the patch has it all"


def test_the_log_is_what_a_comparison_finds(home: Path) -> None:
    """Create, Update, Delete of each thing, against the release with the number before."""
    before: dict[str, set[str]] = {}
    for release in ReleaseStore(home).releases():
        now = statements_by_thing(release)
        expected = {
            thing: "Create" if thing not in before else "Update" if thing in now else "Delete"
            for thing in before.keys() | now.keys()
            if before.get(thing) != now.get(thing)
        }
        assert {c.thing: c.kind for c in read_log(release)} == expected
        before = now
    kinds = {c.kind for release in ReleaseStore(home).releases()[1:] for c in read_log(release)}
    assert kinds == {"Create", "Update", "Delete"}


def test_who_follows_the_numbers_has_the_data(home: Path) -> None:
    """Replaying the changes of all releases gives what the last one says, across the rollback too."""
    release_store = ReleaseStore(home)
    current = release_store.current()
    assert current is not None
    replica: dict[str, set[str]] = {}
    history = History(release_store, current)
    for release in history.releases:
        changes = history.changes[release.id]
        content = things_at(release_store, release, [change.thing for change in changes])
        for change in changes:
            if change.kind == "Delete":
                assert content[change.thing] == []
                del replica[change.thing]
            else:
                replica[change.thing] = triple_texts(content[change.thing])
    assert replica == statements_by_thing(current)


def test_pruned_releases_go_on_telling(home: Path, tmp_path: Path) -> None:
    """The log and what each release said of things stay when the data goes."""
    place = tmp_path / "home"
    shutil.copytree(home, place, symlinks=True)
    release_store = ReleaseStore(place)
    expected = {release.id: statements_by_thing(release) for release in release_store.releases()}
    logs = {release.id: read_log(release) for release in release_store.releases()}
    assert main(["--home", str(place), "releases", "prune", "--keep", "1"]) == 0
    pruned = [release for release in release_store.releases() if release.pruned]
    assert len(pruned) >= 3
    for release in pruned:
        assert read_log(release) == logs[release.id]
        things = expected[release.id].keys() | {_MEMBER + "QQQ"}
        content = things_at(release_store, release, things)
        for thing in things:
            assert triple_texts(content[thing]) == expected[release.id].get(thing, set())


@pytest.mark.parametrize("damage", ["cut", "a line lost", "no JSON", "another's", "missing"])
def test_a_damaged_log_is_worked_out_again_or_told(home: Path, tmp_path: Path, damage: str) -> None:
    """From the data while that is there; without it nobody takes a part for the whole."""
    place = tmp_path / "home"
    shutil.copytree(home, place, symlinks=True)
    release_store = ReleaseStore(place)
    first, second, third, *_ = release_store.releases()
    expected = read_log(second)
    for release in (second, third):
        file = release.path / LOG
        text = unpacked(file).decode()
        lines = text.splitlines(keepends=True)
        content = {
            "cut": text[: len(text) - 9],
            "a line lost": "".join(lines[:-1]),
            "no JSON": text.replace("{", "(", 3),
            "another's": unpacked(first.path / LOG).decode(),
            "missing": "",
        }[damage]
        file.write_bytes(packed(content.encode()))
        if damage == "missing":
            file.unlink()
        with pytest.raises(ReleaseError, match=LOG):
            read_log(release)
    assert main(["--home", str(place), "releases", "prune", "--keep", "4"]) == 0
    assert not third.pruned
    (second.path / "pruned").touch()
    current = release_store.current()
    assert current is not None
    history = History(release_store, current)
    assert history.unknown == [second.id]
    assert second.id not in history.changes
    whole = History(ReleaseStore(home), current)
    assert history.changes[third.id] == whole.changes[third.id]
    assert whole.changes[second.id] == expected


def test_versions_of_a_thing(home: Path) -> None:
    """In order, with the time of the last and whether it is withdrawn; nothing past the release asked for."""
    release_store = ReleaseStore(home)
    releases = release_store.releases()
    history = History(release_store, releases[-1])
    changed = next(c.thing for c in read_log(releases[2]) if c.kind == "Update")
    versions = history.versions(changed)
    assert versions[0].change.kind == "Create"
    assert [v.release.manifest.sequence for v in versions] == sorted(
        release.manifest.sequence
        for release in releases
        if changed in {change.thing for change in read_log(release)}
    )
    assert history.changed(changed) == versions[-1].release.time
    assert history.changed(_MEMBER + "QQQ") is None
    early = History(release_store, releases[1])
    assert len(early.releases) == 2
    assert {v.release.id for v in early.versions(changed)} <= {r.id for r in releases[:2]}
    gone = [c.thing for release in releases for c in read_log(release) if c.kind == "Delete"]
    there = statements_by_thing(releases[-1])
    assert gone
    for thing in gone:
        assert (history.withdrawn(thing) is not None) == (thing not in there)
    assert history.at(releases[0].time) == releases[0]
    assert history.at(releases[3].time) == releases[3]
