"""The matcher says that a thing is meant only where it is sure."""

from __future__ import annotations

import pytest

from ogpld.release import Release
from ogpld.search.index import SearchIndex, write_index
from ogpld.search.matcher import Matcher, PropertyValue
from ogpld.search.name_table import named_things


@pytest.fixture(scope="module")
def matcher(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Matcher:
    """The matcher of the sample data."""
    path = tmp_path_factory.mktemp("matcher") / "search.sqlite"
    write_index(path, named_things(release), release.id)
    return Matcher(SearchIndex(path))


@pytest.mark.parametrize(
    ("text", "class_name", "member", "key"),
    [
        ("Estonia", "Member", "", "EST"),
        ("Esotnia", "Member", "", "EST"),
        ("EE", "Member", "", "EST"),
        ("http://www.wikidata.org/entity/Q191", "Member", "", "EST"),
        ("Niger", "Member", "", ""),
        ("Iceland", "Member", "", ""),
        ("Ministry of Justice", "Institution", "", ""),
        ("Ministry of Justice", "Institution", "Estonia", "EST-ministry-of-justice"),
    ],
)
def test_what_is_meant(matcher: Matcher, text: str, class_name: str, member: str, key: str) -> None:
    """The key of the match, "" where nothing is sure."""
    properties = [PropertyValue("member", member)] if member else []
    candidates = matcher.match(text, classes=[class_name], properties=properties)
    assert "".join(c.key for c in candidates if c.match) == key
