"""Health is what is so: releases that were refused, dumps, disk, and workers that were asked."""

from __future__ import annotations

import shutil
from collections import namedtuple
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from support.small import Small
from werkzeug.test import Client

from ogpld.config import Settings
from ogpld.dumps.dump_index import read_index
from ogpld.release import ReleaseStore
from ogpld.stores import Answer, Query
from ogpld.web.current import health
from ogpld.web.server.create_application import create_wsgi_application
from ogpld.web.server.response_cache import ResponseCache

_Usage = namedtuple("_Usage", "total used free")  # noqa: PYI024  (as shutil has it)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two small releases with their dumps."""
    site = Small(tmp_path_factory.mktemp("health"), dumps=True)
    for name in ("one", "two"):
        site.publish(line.replace("Albania,AL", f"Albania {name},AL") for line in site.lines)
    return site.home


@pytest.fixture
def place(published: Path, tmp_path: Path) -> Path:
    """A copy of their home."""
    return Path(shutil.copytree(published, tmp_path / "home", symlinks=True))


@pytest.fixture
def front(place: Path) -> Iterator[ResponseCache]:
    """A server in this process."""
    made = create_wsgi_application(Settings(home=place, workers=1))
    yield made
    made.current_release.close()


@pytest.fixture
def client(front: ResponseCache) -> Client:
    """Its client."""
    return Client(front)


def state(client: Client, path: str = "/healthz/ready", status: int = 200) -> tuple[str, set[str]]:
    """Return the status and the codes of the problems."""
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["Cache-Control"] == "no-store"
    assert ("Retry-After" in answer.headers) == (status == 503)
    assert answer.json is not None
    return answer.json["status"], {problem["code"] for problem in answer.json["problems"]}


def swing(place: Path, name: str) -> None:
    """Let `current` name another release, whatever it is."""
    (place / ".swing").symlink_to(Path("releases") / name)
    (place / ".swing").replace(place / "current")


def test_a_server_that_is_well(client: Client) -> None:
    """Live, ready, and nothing to mend."""
    assert client.get("/healthz/live").json["status"] == "live"  # type: ignore[index]
    assert state(client) == state(client, "/healthz") == ("ok", set())


def test_a_release_that_is_refused_is_told(
    front: ResponseCache, client: Client, place: Path
) -> None:
    """Which one, why and what to do, for as long as `current` names it; pages go on."""
    good = ReleaseStore(place).current()
    assert good is not None
    shutil.copytree(good.path, place / "releases/3-damaged")
    data = place / "releases/3-damaged/data.nq.gz"
    data.write_bytes(data.read_bytes()[:-100])
    swing(place, "3-damaged")
    front.current_release.refresh()
    for path in ("/healthz", "/healthz/ready"):
        answer = client.get(path)
        assert answer.status_code == 200
        content = answer.json
        assert content is not None
        assert (content["status"], content["release"]) == ("degraded", good.id)
        (problem,) = content["problems"]
        assert (problem["code"], problem["release"]) == ("release-refused", "3-damaged")
        assert good.id in problem["detail"]
        assert "ogpld releases use" in problem["detail"]
        assert str(place) not in answer.text
    assert client.get("/doc/member/ALB.ttl").status_code == 200
    swing(place, good.id)
    front.current_release.refresh()
    assert state(client) == ("ok", set())
    swing(place, "9-nowhere")
    front.current_release.refresh()
    assert state(client, "/healthz") == ("degraded", {"release-refused"})
    (place / "current").unlink()
    front.current_release.refresh()
    assert "no current release any more" in client.get("/healthz").text


def test_a_release_that_is_refused_at_the_start_is_told(place: Path) -> None:
    """The newest whole one is served in its place."""
    name = ReleaseStore(place).current_name()
    assert name is not None
    (place / "releases" / name / "data.nq.gz").write_bytes(b"")
    front = create_wsgi_application(Settings(home=place, workers=1))
    try:
        content = Client(front).get("/healthz").json
        assert content is not None
        assert content["release"].startswith("1-")
        assert content["problems"][0]["release"] == name
    finally:
        front.current_release.close()


def test_files_that_are_damaged_are_told(place: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A table that was changed or emptied is no answer; what is read of the data goes on."""
    release = ReleaseStore(place).current()
    assert release is not None
    folder = release.path / "sources/institutions"
    table = folder / "institutions.csv"
    whole = table.read_bytes()
    table.write_bytes(table.read_bytes().replace(b"Ministry", b"Mystery!", 1))
    with caplog.at_level("ERROR", "ogpld"):
        front = create_wsgi_application(Settings(home=place, workers=1))
    assert "sources/institutions/institutions.csv" in caplog.text
    try:
        client = Client(front)
        assert state(client, "/healthz") == ("degraded", {"files-damaged"})
        address = f"/release/{release.id}/source/institutions/institutions.csv"
        for path in ("/source/institutions/institutions.csv", f"{address}.ttl"):
            answer = client.get(path, headers={"Accept": "text/csv, text/turtle, application/json"})
            assert answer.status_code == 503
            assert "release-damaged" in answer.text
        assert client.get("/source/members/status.csv").status_code == 200
        members = (release.path / "sources/members/members.csv").read_bytes()
        (release.path / "sources/members/members.csv").write_bytes(b"")
        assert "members.csv and 1 more" in client.get("/healthz").text
        assert client.get("/source/members/members.csv").status_code == 503
        table.unlink()
        assert client.get("/source/institutions/institutions.csv").status_code == 503
        (folder / "nothing.csv").write_bytes(b"key\nlaid there later\n")
        assert client.get("/source/institutions/nothing.csv").status_code == 404
        table.write_bytes(whole)
        (release.path / "sources/members/members.csv").write_bytes(members)
        assert state(client, "/healthz")[1] == set()  # what was put back is not damaged
        assert client.get("/source/institutions/institutions.csv").status_code == 200
        assert client.get("/doc/member/ALB.ttl").status_code == 200
    finally:
        front.current_release.close()


def test_a_release_of_the_future_is_told(place: Path) -> None:
    """Its files were not changed later than the answer is sent, whatever its time is."""
    release = ReleaseStore(place).current()
    assert release is not None
    manifest = replace(release.manifest, created="2999-01-01T00:00:00Z")
    (release.path / "manifest.json").write_text(manifest.as_json(), encoding="utf-8")
    front = create_wsgi_application(Settings(home=place, workers=1))
    try:
        client = Client(front)
        assert state(client) == ("degraded", {"clock"})
        assert "2999-01-01T00:00:00Z, in the future" in client.get("/healthz/ready").text
        assert state(client, "/healthz") == ("ok", {"clock"})
        file = read_index(release).files[0].file  # type: ignore[union-attr]
        for path in (f"/dump/{release.id}/{file}", f"/release/{release.id}/files/void.ttl"):
            answer = client.get(path)
            assert answer.status_code == 200
            modified = parsedate_to_datetime(answer.headers["Last-Modified"])
            assert modified <= datetime.now(UTC)
    finally:
        front.current_release.close()


def test_dumps_that_are_missing_are_told(client: Client, front: ResponseCache, place: Path) -> None:
    """Files that were cut or removed, or all; readiness is degraded, nothing that is answered stops."""
    with front.current_release.lease() as serving:
        folder = serving.release.path / "dump"
        settings = serving.settings
    file = next(folder.glob("codes/*.gz"))
    file.write_bytes(file.read_bytes()[:-1])
    assert state(client) == ("degraded", {"dumps-missing"})
    assert f"codes/{file.name}" in client.get("/healthz/ready").text
    assert state(client, "/healthz") == ("ok", {"dumps-missing"})
    shutil.rmtree(folder)
    assert "has no complete dumps" in client.get("/healthz/ready").text
    with front.current_release.lease() as serving:
        serving.settings = Settings(home=settings.home, dumps=False)
    assert state(client) == ("ok", set())
    assert place.is_dir()


@pytest.mark.parametrize("free", [0, 60_000_000])
def test_a_disk_that_is_nearly_full_is_told(
    client: Client, monkeypatch: pytest.MonkeyPatch, free: int
) -> None:
    """Before a build fails."""
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _: _Usage(10**9, 10**9 - free, free))
    assert state(client) == ("degraded", {"disk-full"})
    assert state(client, "/healthz") == ("ok", {"disk-full"})
    assert f"{free:,} bytes are free" in client.get("/healthz/ready").text


def test_readiness_asks_the_workers(
    front: ResponseCache, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Workers that are there and give nothing are no workers; who asks all the time asks them once."""
    monkeypatch.setattr(health, "_HOLDS", 0.0)
    with front.current_release.lease() as serving:
        store = serving.store
    lanes: list[bool] = []

    def empty(_query: Query, *, trusted: bool = False, **_: object) -> Answer:
        lanes.append(trusted)
        return Answer("boolean", "json", b'{"boolean":false}', 1)

    monkeypatch.setattr(store, "answer", empty)
    assert state(client, status=503) == ("failing", {"query"})
    assert sorted(lanes) == [False, True]
    monkeypatch.setattr(health, "_HOLDS", 60.0)
    for _ in range(5):
        assert state(client, status=503) == ("failing", {"query"})
    assert len(lanes) == 2
    assert state(client, "/healthz") == ("ok", set())


def test_workers_that_cannot_be_started_are_told(front: ResponseCache, client: Client) -> None:
    """Not "ok" while no page can be answered, and with the reason."""
    with front.current_release.lease() as serving:
        lanes = serving.store._lanes  # noqa: SLF001
    for lane in lanes:
        lane._pause = 600  # noqa: SLF001  (else they live again before anybody looks)
        for worker in tuple(lane._idle):  # noqa: SLF001
            lane.note_end(worker.number, 0, "the system makes no more processes")
    for path in ("/healthz", "/healthz/ready"):
        answer = client.get(path)
        assert answer.status_code == 503
        assert "the system makes no more processes" in answer.text
        assert answer.json is not None
        assert answer.json["status"] == "failing"
        assert answer.json["pool"]["alive"] == 0
    assert client.get("/healthz/live").status_code == 200
