"""One model of change: what counts as one, with and without its properties."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from support.small import Small

from ogpld.release import Difference, Release, ReleaseStore
from ogpld.release.changes import Change, changes_of, changes_with_properties
from ogpld.release.difference import between
from ogpld.release.log import read_log, write_log
from ogpld.release.release_store import LOG

_BASE = "https://example.org/"
_LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_FROM = "<http://www.w3.org/ns/prov#wasDerivedFrom>"


def line(subject: str, predicate: str, value: str, graph: str = "a") -> bytes:
    """Return a line of N-Quads about a thing or a part of one."""
    return f"<{_BASE}id/{subject}> {predicate} {value} <{_BASE}graph/{graph}> .\n".encode()


def changes(old: set[bytes], new: set[bytes]) -> list[Change]:
    """Return the changes from one data set to another, with their properties."""

    def lines_after(subjects: set[bytes]) -> list[bytes]:
        return [one for one in new if one.partition(b" ")[0] in subjects]

    difference = Difference.between(old, new)
    return changes_of(difference, _BASE, lines_after, old_base=_BASE, properties=True)


_THING = {line("x/1", _TYPE, "<urn:C>"), line("x/1", _LABEL, '"One"@en')}


def test_a_value_that_another_graph_still_states_is_not_gone() -> None:
    """A thing that loses one of two sources keeps what both said, and tells only what went."""
    both = _THING | {line("x/1", _LABEL, '"One"@en', "b"), line("x/1", "<urn:p>", '"2"', "b")}
    assert changes(_THING | {line("x/1", _LABEL, '"One"@en', "b")}, _THING) == []
    (change,) = changes(both, _THING)
    assert (change.kind, change.label) == ("Update", "One")
    assert [(p.predicate, [v.value for v in p.old], p.new) for p in change.properties] == [
        ("urn:p", ["2"], ())
    ]


def test_a_label_keeps_its_language(tmp_path: Path) -> None:
    """Also of what is gone: in the change, and in a log that was written and read; older logs have none."""
    for tag in ("en", "und", "et-Latn"):
        (change,) = changes(
            {line("x/1", _TYPE, "<urn:C>"), line("x/1", _LABEL, f'"One"@{tag}')}, set()
        )
        assert (change.kind, change.label, change.language) == ("Delete", "One", tag.lower())
        assert change.to_dict()["language"] == tag.lower()
    without = replace(change, language="")
    release = cast("Release", SimpleNamespace(id="2-a", path=tmp_path))
    changes_in_log = [replace(each, properties=()) for each in (change, without)]
    (tmp_path / LOG).write_bytes(write_log(changes_in_log, "2-a", None))
    assert read_log(release) == changes_in_log


def test_a_row_with_another_number_is_no_change() -> None:
    """A row that moved changes neither its thing nor a property of it."""
    first, second = (
        line("x/1", _FROM, f"<{_BASE}source/s/t.csv#row={number}>") for number in (1, 2)
    )
    assert changes(_THING | {first}, _THING | {second}) == []


def test_a_part_changes_its_thing() -> None:
    """The thing is named, its label looked up, and the property says which part it is of."""
    old, new = (line("x/1#part", "<urn:p>", f'"{value}"') for value in "12")
    (change,) = changes(_THING | {old}, _THING | {new})
    assert (change.thing, change.kind, change.label) == (f"{_BASE}id/x/1", "Update", "One")
    (values,) = change.properties
    assert values.subject == f"{_BASE}id/x/1#part"
    assert ([v.value for v in values.old], [v.value for v in values.new]) == (["1"], ["2"])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six releases: a label changes, the last member goes, it comes back, and three more labels change."""
    site = Small(tmp_path_factory.mktemp("changes"))
    lines = site.lines
    for rows in (lines, lines[:-1], lines):
        site.publish([row.replace("Argentina,", f"Argentina {len(rows)},", 1) for row in rows])
    for number in (1, 2, 3):
        site.publish([row.replace("Albania,", f"Albania {number},", 1) for row in lines])
    return site.home


def test_the_log_is_the_short_form(home: Path) -> None:
    """From release to release: the same things, kinds, labels and replacements."""
    release_store = ReleaseStore(home)
    releases = release_store.releases()
    kinds = set()
    for old, new in pairwise(releases):
        full = changes_with_properties(release_store, between(release_store, old, new), old, new)
        assert [change.to_dict() for change in full] == [c.to_dict() for c in read_log(new)]
        assert all(change.properties for change in full)
        kinds |= {change.kind for change in full}
    assert kinds == {"Create", "Update", "Delete"}


def test_changes_between_pruned_releases_are_the_same(home: Path) -> None:
    """What a pruned release said is worked out from the nearest with data: nothing is guessed."""
    release_store = ReleaseStore(home)
    releases = release_store.releases()
    pairs = [(old, new) for old in releases for new in releases]
    before = [
        changes_with_properties(release_store, between(release_store, a, b), a, b) for a, b in pairs
    ]
    release_store.prune(1)
    assert sum(release.pruned for release in releases) == 4
    for (old, new), expected in zip(pairs, before, strict=True):
        difference = between(release_store, old, new)
        assert changes_with_properties(release_store, difference, old, new) == expected
