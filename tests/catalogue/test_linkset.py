"""Typed links are the same in a header, as JSON and as text."""

from __future__ import annotations

import json

from ogpld.catalogue.linkset import Link, as_json, as_text, read_header
from ogpld.catalogue.services import SERVICES, api_catalogue

BASE = "https://data.example.org/"
LINKS = [
    Link("item", "/dump/a.csv", {"type": "text/csv"}),
    Link("item", "/dump/b.csv", {"type": "text/csv"}),
    Link("license", "https://example.org/licence"),
]


def test_a_linkset_groups_targets_by_relation() -> None:
    """RFC 9264 4.2: a relation is a member with a list of targets; targets are absolute."""
    document = json.loads(as_json([("/dataset/x", LINKS)], BASE))
    assert document == {
        "linkset": [
            {
                "anchor": f"{BASE}dataset/x",
                "item": [
                    {"href": f"{BASE}dump/a.csv", "type": "text/csv"},
                    {"href": f"{BASE}dump/b.csv", "type": "text/csv"},
                ],
                "license": [{"href": "https://example.org/licence"}],
            }
        ]
    }


def test_the_text_form_names_what_a_link_leads_from() -> None:
    """RFC 9264 4.1: the syntax of a header, with an anchor in each link."""
    lines = as_text([("/dataset/x", LINKS)], BASE).decode().split(",\n")
    assert lines[0] == (
        f'<{BASE}dump/a.csv>; rel="item"; anchor="{BASE}dataset/x"; type="text/csv"'
    )
    assert len(lines) == len(LINKS)


def test_a_header_is_read_back() -> None:
    """What was written as a header is the same links; two relations are two links."""
    header = ", ".join(link.header() for link in LINKS) + ', </x>; rel="original timegate"'
    assert read_header(header) == [*LINKS, Link("original", "/x"), Link("timegate", "/x")]


def test_a_title_cannot_end_its_link() -> None:
    """Quotes, line breaks and letters a header cannot carry are left out."""
    assert Link("item", "/x", {"title": 'é"; rel="y\r\nX: 1'}).header() == (
        '</x>; rel="item"; title="; rel=yX: 1"'
    )


def test_only_services_that_exist_are_listed() -> None:
    """A path this server does not answer is in no list."""
    linkset = api_catalogue(lambda path: path == "/sparql")
    contexts = json.loads(as_json(linkset, BASE))["linkset"]
    items = [item["href"] for item in contexts[0]["item"]]
    assert items == [f"{BASE}sparql", f"{BASE}sitemap.xml"]
    assert [part["anchor"] for part in contexts[1:]] == [f"{BASE}sparql"]
    assert len(SERVICES) == len({service.path for service in SERVICES})
