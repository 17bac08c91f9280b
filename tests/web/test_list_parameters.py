"""Every parameter of lists stands in every address of the list that was asked for."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from unittest.mock import Mock
from urllib.parse import parse_qsl, urlsplit

import pytest
from support.running import Server

from ogpld.model.facets import LIST_PARAMETERS
from ogpld.web.lists.list_parameters import AFTER_FILTERS, EVERY, OF_PAGES, PARAMETERS
from ogpld.web.lists.list_request import ListRequest

#: A query with each, and a value that is told again; all of them leave three things at least.
QUERIES = {
    "type": "type=sub-commitment",
    "q": "q=the",
    "all": "policyAreas=access-to-information&policyAreas=capacity-building&all=policyAreas",
    "modified_since": "modified_since=2000-01-01",
    "sort": "sort=-completion",
    "limit": "limit=1",
    "page": "page=2",
}
#: Fields that no address tells: the list's own path, the facets (below), and what is made of others.
DERIVED = {"name", "filters", "moment", "paged"}
#: Another value of each of the other fields.
OTHER = {"kind": "x", "since": "2026", "page": 3, "limit": 7, "text": "x", "sort": "x"}


@pytest.mark.parametrize("name", [parameter.name for parameter in PARAMETERS])
def test_links_repeat_it(server: Server, name: str) -> None:
    """The next page, the other forms and the page's forms are of the same list."""
    query = f"limit=1&{QUERIES[name]}" if name != "limit" else QUERIES[name]
    value = dict(parse_qsl(query))[name]
    answer = server.get(f"/doc/commitment.jsonld?{query}")
    assert answer.status_code == 200, answer.text
    following = answer.links["next"]["url"]
    expected = str(int(value) + 1) if name == "page" else value
    assert dict(parse_qsl(urlsplit(following).query))[name] == expected
    others = re.findall(r'<([^>]+)>; rel="alternate"', answer.headers["Link"])
    assert others
    for other in others:
        assert dict(parse_qsl(urlsplit(other).query)).get(name) == value, other
    if name not in {parameter.name for parameter in OF_PAGES}:
        collection = answer.json()["id"]
        assert dict(parse_qsl(urlsplit(collection).query))[name] == value
        page = server.get(f"/doc/commitment.html?{query}").text
        assert f'name="{name}" value="{value}"' in page


def test_every_field_of_a_request_is_told() -> None:
    """What a request has and no address says would be kept under the name of another list."""
    plain = ListRequest("commitment", {})
    others = {name: replace(plain, **{name: value}) for name, value in OTHER.items()}
    others["all_of"] = replace(plain, all_of=("x",))
    assert others.keys() | DERIVED == {field.name for field in fields(ListRequest)}
    for name, list_request in others.items():
        values = [(p.name, tuple(p.values(list_request))) for p in PARAMETERS]
        assert values != [(p.name, tuple(p.values(plain))) for p in PARAMETERS], name


def test_no_filter_can_be_called_as_one() -> None:
    """The names that the model refuses for filters are those that lists have."""
    assert {parameter.name for parameter in EVERY} == LIST_PARAMETERS


def test_one_more_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A parameter that is added to the table is in addresses without another line."""
    more = replace(AFTER_FILTERS[0], name="starts", values=lambda request: (request.text,))
    monkeypatch.setattr("ogpld.web.lists.list_request.AFTER_FILTERS", (*AFTER_FILTERS, more))
    serving = Mock(cached=lambda *_: {})
    list_request = ListRequest("commitment", {}, text="EE")
    assert list_request.query(serving).endswith("&starts=EE")
    assert "starts" in list_request.names()
