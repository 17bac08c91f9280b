"""Data sets and releases can be cited from their pages."""

from __future__ import annotations

import json

import pytest
from support.running import Server

from ogpld.release import Release
from ogpld.web.pages.citation_styles import STYLES


@pytest.mark.parametrize("style", STYLES, ids=lambda s: s.name)
@pytest.mark.parametrize("place", ["dataset/ogpld", "dataset/est", "release/{}"])
def test_every_form_can_be_had(server: Server, release: Release, style: object, place: str) -> None:
    """Under its media type, with an ETag, whatever Accept says."""
    path = f"/{place.format(release.id)}.{style.name}"  # type: ignore[attr-defined]
    answer = server.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith(style.type)  # type: ignore[attr-defined]
    assert answer.headers["Vary"] == "Accept-Encoding"
    again = server.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_the_whole_is_cited_with_its_release(server: Server, release: Release) -> None:
    """The version is the release, the address is the release's own: what was seen can be seen again."""
    (item,) = json.loads(server.get("/dataset/ogpld.csl.json").content)
    assert item["version"] == release.id
    assert item["URL"] == f"http://localhost:8000/release/{release.id}"
    (same,) = json.loads(server.get(f"/release/{release.id}.csl.json").content)
    assert same["URL"] == item["URL"]


def test_what_is_not_there_cannot_be_cited(server: Server) -> None:
    """Data sets and releases that are not there are 404."""
    assert server.get("/dataset/nothing.bib").status_code == 404
    assert server.get("/release/999-abc.bib").status_code == 404
    assert server.get("/release/1..2.bib").status_code == 404


def test_pages_lead_to_their_citations(server: Server, release: Release) -> None:
    """The pages of the data set and of a release link every form."""
    for path in ("/dataset/ogpld", f"/release/{release.id}"):
        page = server.get(path, headers={"Accept": "text/html"}).text
        for style in STYLES:
            assert f'href="{path}.{style.name}"' in page
