"""The search index finds things by what they are called, and by names with typing errors."""

from __future__ import annotations

import pytest

from ogpld.release import Release
from ogpld.search.index import SearchIndex, write_index
from ogpld.search.name_table import named_things


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
