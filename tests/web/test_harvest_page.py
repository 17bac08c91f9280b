"""The page for harvesters has values that can be copied, and they are this deployment's."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.pages import FRAME_SCRIPT
from support.running import Server, start_server, stop_server

from ogpld.catalogue.harvesters import clients, portals
from ogpld.config import Settings


@pytest.fixture(scope="module")
def page(server: Server) -> str:
    """The page."""
    answer = server.get("/harvest", headers={"Accept": "text/html"})
    assert answer.status_code == 200
    return answer.text


def test_every_portal_has_its_section(page: str) -> None:
    """CKAN, udata, piveau and data.europa.eu, each with the address of the catalogue."""
    for key in ("ckan", "udata", "piveau", "data-europa-eu", "ldes", "sparql"):
        section = page.partition(f'<section id="{key}">')[2].partition("</section>")[0]
        assert "http://localhost:8000/" in section, key
        assert "Deletions" in section, key


def test_values_are_whole_and_alone_in_their_element(page: str) -> None:
    """Copying one copies nothing else."""
    assert "<code>http://localhost:8000/catalog.ttl</code>" in page
    assert "<code>{&#34;rdf_format&#34;: &#34;text/turtle&#34;}</code>" in page


def test_the_page_needs_no_script(page: str) -> None:
    """There is none on it."""
    assert "<script" not in page.replace(FRAME_SCRIPT, "").replace(
        '<script type="application/ld+json">', ""
    )


def test_the_page_says_what_will_be_seen(page: str) -> None:
    """The number of data sets is that of the facts, and each is named."""
    assert "19 data sets" in page
    assert "http://localhost:8000/dataset/est" in page


def test_home_and_robots_lead_to_the_page(server: Server) -> None:
    """Whoever comes for data finds it."""
    assert 'href="/harvest"' in server.get("/", headers={"Accept": "text/html"}).text
    assert "/harvest" in server.get("/robots.txt").text


def test_what_the_operator_has_not_said_is_told_as_such(page: str) -> None:
    """No publisher is made up; the setting is named."""
    assert "setting <code>publisher_name</code>" in page


def test_values_come_from_the_settings(home: Path, tmp_path: Path) -> None:
    """Publisher and contact are those of the configuration."""
    named = {"publisher_name": "AgentTools <of> data", "contact_email": "desk@example.org"}
    server = start_server(home, tmp_path / "log", workers=1, **named)
    try:
        page = server.get("/harvest", headers={"Accept": "text/html"}).text
    finally:
        stop_server(server)
    assert "<code>AgentTools &lt;of&gt; data</code>" in page
    assert "<code>desk@example.org</code>" in page


def test_only_services_that_exist_have_a_section() -> None:
    """A client of what is not served is not told."""
    assert [c.key for c in clients("https://x.example/", lambda path: path == "/ldes")] == ["ldes"]
    keys = [p.key for p in portals("https://x.example/", Settings(), "x")]
    assert len(keys) == len(set(keys)) == 4
