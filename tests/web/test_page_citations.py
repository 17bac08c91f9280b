"""Every page says how it is cited: with its release, its day, and an address that keeps what it says."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from support.running import Server

from ogpld.release import Release

PAGES = (
    "/",
    "/doc/member",
    "/doc/member/EST",
    "/queries",
    "/code",
    "/ns",
    "/releases",
    "/catalog.html",
)


def _records(page: str) -> tuple[str, list[str]]:
    """Return the sentence of a page and its records."""
    box = re.search(r'<details class="cite">(.*?)</details>', page, re.DOTALL)
    assert box, "the page does not say how it is cited"
    sentence = re.search(r"<p><bdi>(.*?)</bdi>", box[1])
    assert sentence
    records = re.findall(
        r"<pre tabindex=\"0\"><code><bdi>(.*?)</bdi></code></pre>", box[1], re.DOTALL
    )
    return unescape(sentence[1]), [unescape(record) for record in records]


def _cited(server: Server, path: str) -> tuple[str, dict[str, str]]:
    answer = server.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    sentence, (bib, ris, csl) = _records(answer.text)
    assert bib.startswith("@misc{")
    assert ris.startswith("TY  - DATA")
    (item,) = json.loads(csl)
    return sentence, item


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_cited_with_its_release(server: Server, release: Release, path: str) -> None:
    """The sentence has release, day and address; so have the records."""
    sentence, item = _cited(server, path)
    day = release.time
    assert f"(release {release.id}) [Data set]" in sentence
    assert f"({day.year}, {day:%B} {day.day})" in sentence
    assert sentence.endswith(item["URL"])
    assert item["version"] == release.id


@pytest.mark.parametrize(
    "path", ["/doc/member/EST", "/doc/commitment?type=Commitment&limit=3", "/doc/member"]
)
def test_what_releases_keep_is_cited_there(server: Server, release: Release, path: str) -> None:
    """The address is that of the release, with its filters, and can be followed; mail adds nothing to it."""
    _, item = _cited(server, f"{path}{'&' if '?' in path else '?'}utm_source=mail&lang=en")
    assert item["URL"] == f"http://localhost:8000/release/{release.id}{path}"
    archived = item["URL"].removeprefix("http://localhost:8000")
    _, again = _cited(server, archived)
    assert again["URL"] == item["URL"]
    assert again["version"] == release.id


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/queries/not-assessed",
        "/code/completion",
        "/search?q=law",
        "/compare?member=EST&member=LVA",
    ],
)
def test_what_no_release_keeps_is_cited_as_a_live_page(
    server: Server, release: Release, path: str
) -> None:
    """With its own address, and that of the release, in the sentence and in each record."""
    live = f"Live page as of release {release.id}, may change; the release is kept at "
    live += f"http://localhost:8000/release/{release.id}"
    page = server.get(path, headers={"Accept": "text/html"}).text
    sentence, records = _records(page)
    assert sentence.endswith(f"{live}. http://localhost:8000{path}")
    assert all(live.rpartition("/")[0] in record for record in records)
    for archived in ("/doc/member/EST", "/chart/completion-by-cycle", f"/release/{release.id}"):
        assert "Live page" not in _cited(server, archived)[0]


def test_the_title_is_that_of_the_page(server: Server) -> None:
    """A part of the data set is cited as a part of it, the home page as the whole."""
    _, member = _cited(server, "/doc/member/EST")
    assert member["title"] == "Estonia"
    _, whole = _cited(server, "/")
    assert whole["title"] == member["container-title"]
    assert "container-title" not in whole


def test_errors_are_not_cited(server: Server) -> None:
    """Nobody cites what is not there."""
    page = server.get("/doc/member/QQQ", headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert "Cite this page" not in page.text
