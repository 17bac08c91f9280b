"""`modified_since`: a harvester that comes again reads what changed, and misses nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from support.running import ROOT
from werkzeug.test import Client

from ogpld.cli import main
from ogpld.config import Settings
from ogpld.release import ReleaseStore
from ogpld.release.release_store import LOG, PRUNED
from ogpld.web.server.create_application import create_wsgi_application

pytestmark = pytest.mark.usefixtures("without_dumps")

PATH = "/doc/member.jsonld?limit=1000"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three releases: the second renames Albania, the third Armenia."""
    folder = tmp_path_factory.mktemp("since")
    for name in ("members", "institutions"):
        shutil.copytree(ROOT / "data/sources" / name, folder / "data/sources" / name)
    table = folder / "data/sources/members/members.csv"
    text = table.read_text(encoding="utf-8")
    arguments = ["--home", str(folder / "home"), "build", "--sources", str(folder / "data/sources")]
    for name in ("", "Albania", "Armenia"):
        text = text.replace(f"{name},A", f"{name} again,A", 1) if name else text
        table.write_text(text, encoding="utf-8")
        assert main(arguments) == 0
    return folder / "home"


@pytest.fixture
def client(home: Path) -> Iterator[Client]:
    """A server in this process."""
    front = create_wsgi_application(Settings(home=home, workers=1))
    yield Client(front)
    front.current_release.close()


def since(client: Client, moment: str) -> list[str]:
    """Return the keys of the members that changed then or later."""
    page: dict[str, Any] = client.get(f"{PATH}&modified_since={quote(moment)}").get_json(force=True)
    assert page["hydra:totalItems"] == len(page["hydra:member"])
    return [node["id"].rpartition("/")[2] for node in page["hydra:member"]]


def test_what_changed_since_a_release(client: Client, home: Path) -> None:
    """At the second of a release, what it changed is told; after the last, nothing."""
    first, second, third = (release.manifest.created for release in ReleaseStore(home).releases())
    everything = since(client, first)
    assert len(everything) == 96
    assert {"ALB", "ARM"} <= set(since(client, second))
    assert since(client, third)[-1:] == ["ARM"]
    assert since(client, "9999-01-01T00:00:00Z") == []
    assert since(client, first[:10]) == everything
    assert since(client, "2000-01-01") == everything


def test_zones_are_understood(client: Client, home: Path) -> None:
    """The same moment, written in three ways."""
    last = ReleaseStore(home).releases()[-1].time
    expected = since(client, last.isoformat())
    assert expected == since(client, last.strftime("%Y-%m-%dT%H:%M:%S"))
    assert expected == since(client, last.strftime("%Y-%m-%dT%H:%M:%SZ"))
    page = client.get(f"{PATH}&modified_since={last.isoformat()}")  # the plus sign not encoded
    assert len(page.get_json(force=True)["hydra:member"]) == len(expected)


def test_the_parameter_goes_along(client: Client) -> None:
    """Every page of a harvest is asked for with the same time."""
    answer = client.get("/doc/member.csv?modified_since=2000-01-01&limit=50")
    assert '</doc/member.csv?modified_since=2000-01-01&limit=50&page=2>; rel="next"' in str(
        answer.headers["Link"]
    )
    html = client.get("/doc/member.html?modified_since=2000-01-01&region=europe").text
    assert 'value="2000-01-01"' in html
    assert '<input type="hidden" name="region" value="europe">' in html


def test_an_unreadable_log_means_that_everything_may_have_changed(home: Path) -> None:
    """Reading too much is well, missing a change is not."""
    second = ReleaseStore(home).releases()[1]
    log, data = second.path / LOG, second.data
    originals = log.read_bytes(), data.read_bytes()
    log.write_bytes(b"damaged")
    data.write_bytes(b"damaged")
    front = create_wsgi_application(Settings(home=home, workers=1))
    try:
        client = Client(front)
        moment = second.manifest.created
        assert len(since(client, moment)) == 96
        assert since(client, "9999-01-01") == []
    finally:
        front.current_release.close()
        log.write_bytes(originals[0])
        data.write_bytes(originals[1])


def test_a_removed_release_means_that_everything_may_have_changed(
    home: Path, tmp_path: Path
) -> None:
    """Where what it changed cannot be worked out any more: its neighbour was pruned."""
    shutil.copytree(home, tmp_path / "home", symlinks=True)
    store = ReleaseStore(tmp_path / "home")
    first, second, _ = store.releases()
    (first.path / PRUNED).touch()
    store.finish_pruning()
    shutil.rmtree(second.path)
    front = create_wsgi_application(Settings(home=tmp_path / "home", workers=1))
    try:
        assert len(since(Client(front), second.manifest.created)) == 96
    finally:
        front.current_release.close()
