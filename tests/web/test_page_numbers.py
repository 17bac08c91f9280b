"""Numbers of pages: one there is not is a 404 everywhere, however it is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.running import Server
from werkzeug.test import Client

from ogpld.catalogue.linkset import read_header
from ogpld.config import Settings
from ogpld.release import Release
from ogpld.web.server.create_application import create_wsgi_application

TABLE = "/source/estonia/estonia.csv"


@pytest.mark.parametrize(
    "number", ["0", "01", "0000000010", "²", "x", "9" * 30, "0" * 8 + "1" + "0" * 5_000]
)
@pytest.mark.parametrize(
    "address",
    [
        "/ns?page=",
        "/shapes?page=",
        "/docs/contract?page=",
        "/fragments?part=",
        f"{TABLE}?page=",
        "/release/{id}/validation?page=",
        "/feed.atom?page=",
        "/activity/",
    ],
)
def test_pages_that_are_not_there(
    server: Server, release: Release, address: str, number: str
) -> None:
    """A number of 5,000 digits was a fault of the server, and `0000000010` the tenth page of one."""
    answer = server.get(address.format(id=release.id) + number, headers={"Accept": "text/html"})
    assert answer.status_code == 404


@pytest.mark.parametrize("name", ["cursor", "limit"])
def test_numbers_of_suggestions(server: Server, name: str) -> None:
    """Likewise where a client goes on in suggestions."""
    path = {
        "cursor": "/reconcile/suggest/entity?prefix=a",
        "limit": "/reconcile/extend/propose?type=Member",
    }
    for number in ("0" * 5_000, "²", "-1"):
        assert server.get(f"{path[name]}&{name}={number}").status_code == 400


def test_other_forms_of_a_page_of_a_table_are_there(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They have all rows, so the page is no part of their address; it is of the page's own."""
    monkeypatch.setattr("ogpld.web.routes.source_tables._ROOM", 5_000)
    front = create_wsgi_application(Settings(home=home, workers=1))
    try:
        client = Client(front)
        page = client.get(f"{TABLE}?page=2", headers={"Accept": "text/html"})
        assert page.status_code == 200
        links = read_header(page.headers["Link"])
        assert [link.href for link in links if link.rel == "canonical"] == [f"{TABLE}?page=2"]
        others = [link.href for link in links if link.rel == "alternate"]
        assert {client.get(href).status_code for href in others} == {200}
    finally:
        front.current_release.close()
