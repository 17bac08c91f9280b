"""What a running server says after an erasure, and after a release was removed by hand."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.pages import BROWSER, read
from support.small import Small
from werkzeug.test import Client

from ogpld.config import Settings
from ogpld.rdf import parse_quads
from ogpld.release import Release, ReleaseStore
from ogpld.web.server.create_application import create_wsgi_application

_ALBANIA = "http://localhost:8000/id/member/ALB"
_NAME = "Albania of an erased person"


def published(folder: Path, count: int) -> Small:
    """Publish releases in which Albania has other names; all but the last have the one to erase in them."""
    site = Small(folder)
    for number in range(1, count + 1):
        name = f"{_NAME} {number}" if number < count else "Albania"
        site.publish(line.replace("Albania,AL", f"{name},AL") for line in site.lines)
    return site


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Small:
    """Four releases; nobody changes them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OGPLD_DUMPS", "false")
        return published(tmp_path_factory.mktemp("built"), 4)


@pytest.fixture
def site(built: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    """A copy of them."""
    monkeypatch.setenv("OGPLD_DUMPS", "false")
    site = Small(tmp_path)
    shutil.copytree(built.home, site.home, symlinks=True)
    return site


@pytest.fixture
def client(site: Small) -> Iterator[Client]:
    """A server that watches the home, in this process."""
    front = create_wsgi_application(Settings(home=site.home, workers=1))
    yield Client(front)
    front.current_release.close()


def erased(site: Small, client: Client, *arguments: str) -> None:
    """Erase something and wait until the server took it up by itself."""
    site.run("releases", "erase", *arguments, "--reason", "asked by a person", "--yes")
    wanted = ReleaseStore(site.home).current_name()
    deadline = time.monotonic() + 60
    while client.get("/healthz").json["release"] != wanted:  # type: ignore[index]
        assert time.monotonic() < deadline
        time.sleep(0.1)


def addresses(client: Client, releases: list[Release]) -> Iterator[str]:
    """Yield addresses that lead to every release and every feed."""
    yield from ("/ldes", "/activity", "/activity/1", "/feed.atom", "/releases", "/erasures")
    yield from ("/timemap/doc/member/ALB", "/doc/member/ALB", "/catalog", "/sitemap.xml", "/dump")
    root = parse_quads(client.get("/ldes.nq").data, "nq")
    for quad in root:
        if quad.predicate.value.endswith("#node"):
            yield str(quad.object)[1:-1].removeprefix("http://localhost:8000")
    for old in releases:
        yield f"/ldes/{old.id}-1"
        yield f"/release/{old.id}"
        yield f"/release/{old.id}/doc/member/ALB"
        yield f"/release/{old.id}/validation"
        yield f"/release/{old.id}/source/members/members.csv"
        for new in releases:
            if old.id != new.id:
                yield from (f"/release/{old.id}..{new.id}{end}" for end in ("", ".json", ".rdfp"))


def test_a_server_takes_up_what_was_erased(site: Small, client: Client) -> None:
    """No address has it any more, in whatever form; old addresses lead to the new ones."""
    store = ReleaseStore(site.home)
    old = store.releases()
    memento = f"/release/{old[1].id}/doc/member/ALB"
    tags = [client.get(path).headers["ETag"] for path in (memento, "/ldes")]
    for path in addresses(client, old):
        client.get(path)  # whatever is cached now must not be sent later
    erased(site, client, _ALBANIA, "--property", "rdfs:label")
    moved = client.get(memento)
    assert moved.status_code == 301
    filtered = client.get(f"/release/{old[1].id}/doc/member.csv?q=Estonia&limit=1")
    assert filtered.headers["Location"].endswith("/doc/member.csv?q=Estonia&limit=1")
    there = client.get(moved.headers["Location"])
    assert there.status_code == 200
    assert _NAME not in there.text
    assert there.headers["ETag"] != tags[0]
    assert client.get("/ldes").headers["ETag"] != tags[1]
    new = store.releases()
    for path in addresses(client, [*old, *new]):
        for header in ({}, {"Accept": BROWSER}):
            answer = client.get(path, headers=header, follow_redirects=True)
            assert answer.status_code < 500, (path, answer.text[:500])
            assert _NAME not in answer.text, path
    query = {"query": f'SELECT * {{ ?s ?p ?o FILTER(CONTAINS(STR(?o), "{_NAME}")) }}'}
    for prefix in ("", *(f"/release/{release.id}" for release in new)):
        assert client.get(f"{prefix}/sparql", query_string=query).json["results"]["bindings"] == []  # type: ignore[index]


def test_releases_of_the_past_are_opened_anew_after_an_erasure(site: Small, client: Client) -> None:
    """One keeps its id when only its report or its tables had what was erased; it is held open meanwhile."""
    current = client.application.current_release
    release = ReleaseStore(site.home).releases()[1]
    with current.past.lease(release):
        assert current.past.status()["open"] == 1
        erased(site, client, _ALBANIA, "--property", "rdfs:label")
        assert current.past.status()["open"] == 0


def test_the_document_of_an_erased_thing(site: Small, client: Client) -> None:
    """It is 410 in every release and tells when and why; feeds tell the deletion; the record has no content."""
    old = ReleaseStore(site.home).releases()
    erased(site, client, _ALBANIA)
    new = ReleaseStore(site.home).releases()
    for path in ("/doc/member/ALB", "/doc/member/ALB.ttl", "/timemap/doc/member/ALB"):
        answer = client.get(path)
        assert answer.status_code == 410
        assert answer.json is not None
        assert answer.json["code"] == "erased"
        assert answer.json["erasure"] == "/erasures#1"
        assert answer.json["reason"] == "asked by a person"
    answer = client.get("/doc/member/ALB", headers={"Accept": BROWSER})
    assert answer.status_code == 410
    read(answer.text)
    assert client.get(f"/release/{new[0].id}/doc/member/ALB").status_code == 410
    then = {"Accept-Datetime": "Thu, 01 Jan 2026 00:00:00 GMT"}
    assert client.get("/doc/member/ALB", headers=then).status_code == 410
    pages = [client.get(f"/ldes/{release.id}-1.nq").text for release in new]
    assert [page.count(f"#object> <{_ALBANIA}>") for page in pages] == [0, 0, 0, 0, 1]
    assert client.get("/feed.atom?member=EST").status_code == 200  # whatever the erased belonged to
    assert "activitystreams#Delete" in pages[-1]
    assert "member/ALB" in client.get("/feed.atom").text
    page = client.get("/erasures", headers={"Accept": BROWSER})
    read(page.text)
    assert old[0].manifest.digest in page.text
    assert new[0].manifest.digest in page.text
    record = client.get("/erasures.ttl").text
    for text in (old[0].manifest.digest, new[0].manifest.digest, "asked by a person", "member/ALB"):
        assert text in record
    assert "person 1" not in record.replace("asked by a person", "")
    assert client.get("/erasures.jsonld").status_code == 200


def test_a_removed_release_is_no_fault_of_the_server(site: Small, client: Client) -> None:
    """Whatever is asked is told, gone or never was; nothing is 500, also when older ones are pruned."""
    store = ReleaseStore(site.home)
    old = store.releases()
    shutil.rmtree(old[2].path)
    site.run("releases", "prune", "--keep", "1")
    site.publish(site.lines)
    wanted = store.current_name()
    while client.get("/healthz").json["release"] != wanted:  # type: ignore[index]
        time.sleep(0.1)
    seen = set()
    for path in addresses(client, [*old, *store.releases()]):
        answer = client.get(path)
        seen.add(answer.status_code)
        assert answer.status_code < 500, (path, answer.text[:500])
    assert {200, 404, 410} <= seen


def test_changes_across_a_removed_release(site: Small) -> None:
    """They are worked out from the data on both sides, so that who follows the feeds loses none."""
    store = ReleaseStore(site.home)
    lines = [line for line in site.lines if not line.startswith("Zambia")]
    site.publish(lines[:-1])
    removed = store.releases()[-1]
    site.publish([*lines[:-1], ""])
    site.publish(line.replace("Albania,AL", "Albania again,AL") for line in lines[:-1])
    shutil.rmtree(removed.path)
    front = create_wsgi_application(Settings(home=site.home, workers=1))
    client = Client(front)
    after = next(r for r in store.releases() if r.manifest.sequence > removed.manifest.sequence)
    page = client.get(f"/ldes/{after.id}-1.nq").text
    front.current_release.close()
    assert "activitystreams#Delete" in page
    assert f"#object> <{_ALBANIA}>" in page
