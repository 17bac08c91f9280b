"""Kept releases: documents and queries as they were, Memento, and the memory this may take."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.pages import BROWSER, read
from support.small import Small
from werkzeug.test import Client

from ogpld.config import Settings
from ogpld.rdf import parse_quads
from ogpld.release import Release, ReleaseStore
from ogpld.web.app import create_app
from ogpld.web.current.past_releases import PastReleases
from ogpld.web.documents.memento import date_of
from ogpld.web.http.problems import Problem
from ogpld.web.http.responses import IMMUTABLE, LIVE
from ogpld.web.server.create_application import create_wsgi_application

_ALBANIA = "/doc/member/ALB"
_COUNT = "SELECT ?l { <http://localhost:8000/id/member/ALB> <http://www.w3.org/2000/01/rdf-schema#label> ?l }"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five releases: Albania gets other names; the last member goes with the fourth; the second is pruned."""
    site = Small(tmp_path_factory.mktemp("past"))
    for name, gone in (("one", 0), ("two", 0), ("three", 0), ("three", 1), ("five", 1)):
        lines = site.lines[: len(site.lines) - gone]
        site.publish(line.replace("Albania,AL", f"Albania {name},AL") for line in lines)
    second = ReleaseStore(site.home).get("2")
    shutil.rmtree(second.path / "model")
    (second.path / "pruned").touch()
    second.data.unlink()
    return site.home


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[Client]:
    """A server in this process."""
    front = create_wsgi_application(Settings(home=home, workers=1))
    yield Client(front)
    front.current_release.close()


@pytest.fixture(scope="module")
def releases(home: Path) -> list[Release]:
    """The releases, oldest first."""
    return ReleaseStore(home).releases()


def labels(content: bytes, form: str) -> set[str]:
    """Return the names a document gives Albania."""
    return {
        q.object.value  # type: ignore[union-attr]
        for q in parse_quads(content, form)
        if str(q.subject) == "<http://localhost:8000/id/member/ALB>"
        and q.predicate.value.endswith("#label")
    }


def test_documents_as_they_were(client: Client, releases: list[Release]) -> None:
    """In every form, for ever, with their date; the release in service has its own as well."""
    for release, name in zip(releases, ("one", "", "three", "three", "five"), strict=True):
        path = f"/release/{release.id}{_ALBANIA}"
        answer = client.get(path)
        if not name:
            assert answer.status_code == 410
            assert answer.json is not None
            assert answer.json["code"] == "pruned"
            continue
        assert answer.status_code == 200
        assert labels(answer.data, "ttl") == {f"Albania {name}"}
        assert answer.headers["Cache-Control"] == IMMUTABLE
        assert answer.headers["Memento-Datetime"] == date_of(release)
        assert answer.headers["Content-Location"] == f"{path}.ttl"
        assert answer.headers["Vary"] == "Accept, Accept-Encoding"
        assert labels(client.get(f"{path}.nt").data, "nt") == {f"Albania {name}"}
        tag = {"If-None-Match": answer.headers["ETag"]}
        assert client.get(path, headers=tag).status_code == 304
        assert client.head(f"{path}.jsonld").headers["Memento-Datetime"] == date_of(release)
    assert client.get(f"/release/{releases[0].id}/doc/member/QQQ").status_code == 404
    assert client.get(f"/release/{releases[0].id}/doc/nothing/ALB").status_code == 404
    assert client.get(f"/release/9-abcdef{_ALBANIA}").status_code == 404
    there = client.get("/release/current/doc/member/ALB.ttl?x=1")
    assert there.status_code == 307
    assert there.headers["Location"] == f"/release/{releases[-1].id}{_ALBANIA}.ttl?x=1"


def addresses_below_a_release(name: str) -> list[str]:
    """Return an address of every route that begins with a release."""
    addresses = []
    for rule in create_app(Settings()).url_map.iter_rules():
        if rule.rule.startswith(("/release/<name>", "/dump/<name>")):
            gaps = dict.fromkeys(rule.arguments, "x") | {"suffix": "bib", "name": name}
            built = rule.build({gap: gaps[gap] for gap in rule.arguments})
            assert built is not None
            addresses.append(built[1])
    return addresses


def test_a_number_of_a_release_leads_to_its_id(client: Client, releases: list[Release]) -> None:
    """At every address below a release and its dumps, with the query; what is not there is told then."""
    addresses = addresses_below_a_release("3")
    assert len(addresses) > 15
    for address in (*addresses, f"/release/3{_ALBANIA}.ttl", "/release/3/doc/member?page=2&page=1"):
        answer = client.get(address)
        assert answer.status_code == 302, (address, answer.text)
        assert answer.headers["Location"] == address.replace("/3", f"/{releases[2].id}", 1)
        assert answer.headers["Cache-Control"] == "no-store"
    assert client.get(f"/release/3{_ALBANIA}", follow_redirects=True).status_code == 200
    assert client.get(f"/release/2{_ALBANIA}", follow_redirects=True).status_code == 410
    for address in addresses_below_a_release("9"):
        answer = client.get(address)
        assert (answer.status_code, answer.json["detail"]) == (404, "There is no release 9.")


def test_a_query_of_a_numbered_release_keeps_its_body(client: Client) -> None:
    """307: what was posted is posted again."""
    kind = "application/sparql-query"
    url = "/release/3/sparql"
    assert client.post(url, data=_COUNT, content_type=kind).status_code == 307
    answer = client.post(url, data=_COUNT, content_type=kind, follow_redirects=True)
    assert b"Albania three" in answer.data


def test_pages_of_the_past_stay_in_the_past(client: Client, releases: list[Release]) -> None:
    """They say which release they are from, and their links lead on in it."""
    place = f"/release/{releases[0].id}"
    page = client.get(place + _ALBANIA, headers={"Accept": BROWSER})
    assert page.status_code == 200
    read(page.text)
    assert page.headers["Cache-Control"] == LIVE
    assert f'As published in release <a href="{place}">{releases[0].id}</a>' in page.text
    assert f'<a href="{_ALBANIA}">As it is now</a>' in page.text
    assert f"{place}/source/members/members.csv?row=" in page.text
    assert f'"{place}/graph/members/' in page.text
    assert 'href="/source/' not in page.text
    graph = page.text.split(f'"{place}/graph/members/', 1)[1].split('"', 1)[0]
    assert client.get(f"{place}/graph/members/{graph}").status_code == 200
    listed = client.get(f"{place}/doc/member", headers={"Accept": BROWSER})
    assert f'href="{place}{_ALBANIA}"' in listed.text


def test_pages_list_their_versions(client: Client, releases: list[Release]) -> None:
    """Those in which the thing changed, not every release; a page that did not change is the same bytes."""
    page = client.get(_ALBANIA, headers={"Accept": BROWSER})
    assert "As published in" not in page.text
    versions = page.text.split('id="versions"', 1)[1]
    for release, linked in zip(releases, (True, False, True, False, True), strict=True):
        assert (f'href="/release/{release.id}{_ALBANIA}"' in versions) == linked
    assert f"release {releases[1].id}" in versions
    assert f"release {releases[3].id}" not in versions
    assert "first published" in versions


def test_a_time_leads_to_its_release(client: Client, releases: list[Release]) -> None:
    """The live document is its own TimeGate (RFC 7089 section 4.1.1)."""
    for release, path in (
        (releases[0], f"/release/{releases[0].id}{_ALBANIA}"),
        (releases[1], f"/release/{releases[0].id}{_ALBANIA}"),  # pruned: the nearest before
        (releases[3], f"/release/{releases[3].id}{_ALBANIA}"),
        (releases[4], f"/release/{releases[4].id}{_ALBANIA}"),
    ):
        answer = client.get(_ALBANIA, headers={"Accept-Datetime": date_of(release)})
        assert answer.status_code == 302
        assert answer.headers["Location"] == path
        assert answer.headers["Vary"] == "Accept-Datetime"
        assert f'<{_ALBANIA}>; rel="original timegate"' in answer.headers["Link"]
    early = {"Accept-Datetime": "Thu, 01 Jan 1998 00:00:00 GMT"}
    answer = client.get(f"{_ALBANIA}.nt", headers=early)
    assert answer.headers["Location"] == f"/release/{releases[0].id}{_ALBANIA}.nt"
    late = {"Accept-Datetime": "Sat, 01 Jan 2050 00:00:00 GMT"}
    assert (
        client.get(_ALBANIA, headers=late)
        .headers["Location"]
        .startswith(f"/release/{releases[4].id}/")
    )
    wrong = client.get(_ALBANIA, headers={"Accept-Datetime": "yesterday"})
    assert wrong.status_code == 400
    assert client.get("/doc/member/QQQ", headers=early).status_code == 404
    plain = client.get(_ALBANIA)
    assert plain.status_code == 200
    assert plain.headers["Vary"] == "Accept, Accept-Datetime, Accept-Encoding"
    assert f'</timemap{_ALBANIA}>; rel="timemap"' in plain.headers["Link"]


def test_what_was_withdrawn_is_found_in_its_time(client: Client, releases: list[Release]) -> None:
    """Before it went, and not after."""
    path = "/doc/member/bogota-colombia"
    assert client.get(path).status_code == 410
    there = client.get(path, headers={"Accept-Datetime": date_of(releases[2])})
    assert there.headers["Location"] == f"/release/{releases[2].id}{path}"
    assert client.get(there.headers["Location"]).status_code == 200
    for release in releases[3:]:
        answer = client.get(path, headers={"Accept-Datetime": date_of(release)})
        assert answer.status_code == 410
        assert answer.json is not None
        assert answer.json["code"] == "withdrawn"
        assert answer.json["withdrawnIn"] == releases[3].id
        assert answer.json["memento"] == f"/release/{releases[2].id}{path}"
        assert {"Accept", "Accept-Datetime"} <= {*answer.headers["Vary"].split(", ")}
    assert client.get(f"/release/{releases[3].id}{path}").status_code == 410
    answer = client.get(f"/timemap{path}")
    assert [line for line in answer.text.splitlines() if 'rel="memento"' in line] == [
        f'<http://localhost:8000/release/{r.id}{path}>; rel="memento"; datetime="{date_of(r)}"{end}'
        for r, end in ((releases[0], ","), (releases[2], ""))
    ]


def test_what_came_back_had_been_withdrawn_in_its_time(tmp_path: Path) -> None:
    """A thing of the release in service is 410 at times of releases that had not got it."""
    site = Small(tmp_path)
    path = "/doc/member/bogota-colombia"
    for number in range(5):
        lines = site.lines[: len(site.lines) - number % 2]
        site.publish(line.replace("Albania,AL", f"Albania {number},AL") for line in lines)
    releases = ReleaseStore(site.home).releases()
    front = create_wsgi_application(Settings(home=site.home, workers=1))
    try:
        client = Client(front)
        assert client.get(path).status_code == 200
        for place, release in enumerate(releases):
            answer = client.get(path, headers={"Accept-Datetime": date_of(release)})
            if place % 2:
                assert answer.status_code == 410
                assert answer.json is not None
                assert answer.json["withdrawnIn"] == release.id
                assert answer.json["lastRelease"] == releases[place - 1].id
            else:
                assert answer.headers["Location"] == f"/release/{release.id}{path}"
    finally:
        front.current_release.close()


def test_timemaps_and_neighbours(client: Client, releases: list[Release]) -> None:
    """All mementos as links and as JSON; a memento names the first, the last and those beside it."""
    there = [releases[0], releases[2], releases[3], releases[4]]
    answer = client.get(f"/timemap{_ALBANIA}")
    assert answer.headers["Content-Type"] == "application/link-format"
    timemap = client.get(f"/timemap{_ALBANIA}", headers={"Accept": "application/json"})
    assert timemap.json is not None
    uris = [memento["uri"] for memento in timemap.json["mementos"]["list"]]
    assert uris == [f"http://localhost:8000/release/{r.id}{_ALBANIA}" for r in there]
    assert all(f"<{uri}>" in answer.text for uri in uris)
    assert client.get("/timemap/doc/member/QQQ").status_code == 404
    links = client.get(f"/release/{releases[2].id}{_ALBANIA}").headers["Link"]

    def link(release: Release, rel: str) -> str:
        return f'</release/{release.id}{_ALBANIA}>; rel="{rel}"; datetime="{date_of(release)}"'

    assert link(releases[0], "first prev memento") in links
    assert link(releases[2], "memento") in links
    assert link(releases[3], "next memento") in links
    assert link(releases[4], "last memento") in links
    assert f'<{_ALBANIA}>; rel="original timegate"' in links


def test_queries_over_the_past(client: Client, releases: list[Release]) -> None:
    """The same protocol, over the data of that release."""
    for release, name in ((releases[0], "one"), (releases[2], "three"), (releases[4], "five")):
        path = f"/release/{release.id}/sparql"
        answer = client.get(path, query_string={"query": _COUNT})
        assert answer.json is not None
        [row] = answer.json["results"]["bindings"]
        assert row["l"]["value"] == f"Albania {name}"
        assert answer.headers["Cache-Control"] == IMMUTABLE
        tag = {"If-None-Match": answer.headers["ETag"]}
        again = client.get(path, query_string={"query": _COUNT}, headers=tag)
        assert again.status_code == 304
        posted = client.post(path, data=_COUNT, content_type="application/sparql-query")
        assert posted.json == answer.json
        described = client.get(path).text
        assert f"<http://localhost:8000/release/{release.id}/sparql>" in described
        page = client.get(path, headers={"Accept": BROWSER})
        assert f'action="{path}"' in page.text
        refused = client.get(path, query_string={"query": "SELECT * { SERVICE <http://x/> {} }"})
        assert refused.status_code == 403
    assert (
        client.get(f"/release/{releases[1].id}/sparql", query_string={"query": _COUNT}).status_code
        == 410
    )
    tags = {
        client.get(f"/release/{r.id}/sparql", query_string={"query": _COUNT}).headers["ETag"]
        for r in (releases[0], releases[2])
    }
    assert len(tags) == 2


def test_what_is_open_is_bounded(home: Path, releases: list[Release]) -> None:
    """The one asked least recently makes room, one in use stays, one too large is refused by name."""
    one = 850 * releases[0].manifest.quads + (64 << 20)
    archive = PastReleases(
        Settings(home=home, past_memory=2 * one, past_idle=0, query_deadline=0.5),
        ReleaseStore(home),
    )
    first, third, fourth = releases[0], releases[2], releases[3]
    with archive.lease(first) as serving:
        with archive.lease(first) as again:
            assert again is serving
        with archive.lease(third):
            assert archive.status()["open"] == 2
            with pytest.raises(Problem) as refused, archive.lease(fourth):
                pass
            assert (refused.value.status, refused.value.headers["Retry-After"]) == (503, "5")
        with archive.lease(fourth):  # in the place of the third
            assert archive.status()["open"] == 2
        with archive.lease(first) as again:
            assert again is serving
        archive.sweep()
        assert archive.status()["open"] == 1
    archive.sweep()
    assert archive.status() == {"open": 0, "bytes": 0}
    small = PastReleases(Settings(home=home, past_memory=one - 1), ReleaseStore(home))
    with pytest.raises(Problem) as refused, small.lease(first):
        pass
    assert refused.value.code == "past-memory"
    assert refused.value.members == {"limit": "past_memory"}


def test_what_is_forgotten_is_opened_anew(home: Path, releases: list[Release]) -> None:
    """Also what somebody asks meanwhile: it ends with the last who does, and nobody else gets it."""
    archive = PastReleases(Settings(home=home), ReleaseStore(home))
    with archive.lease(releases[0]) as old:
        archive.forget()
        with archive.lease(releases[0]) as fresh:
            assert fresh is not old
        assert old.store.status()["ready"]
    assert not old.store.status()["ready"]
    with archive.lease(releases[0]) as again:
        assert again is fresh
    archive.close()


def test_few_may_ask_at_once(home: Path, releases: list[Release]) -> None:
    """Whoever comes while enough others ask the past is refused at once, whatever release they ask."""
    archive = PastReleases(Settings(home=home, past_requests=2), ReleaseStore(home))
    with archive.lease(releases[0]), archive.lease(releases[2]):
        for release in releases[0], releases[2], releases[3]:
            with pytest.raises(Problem) as refused, archive.lease(release, long=True):
                pass
            assert (refused.value.status, refused.value.code) == (503, "past-busy")
            assert refused.value.members == {"limit": "past_requests"}
    with archive.lease(releases[3]):
        assert archive.status()["open"] == 3
    archive.close()


def test_many_who_ask_at_once_open_a_release_once(home: Path, releases: list[Release]) -> None:
    """The others wait for it."""
    archive = PastReleases(Settings(home=home), ReleaseStore(home))
    ids: set[int] = set()
    lock = threading.Lock()

    def ask() -> None:
        with archive.lease(releases[0]) as serving, lock:
            ids.add(id(serving))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 1
    archive.close()
    assert archive.status()["open"] == 0


def test_damage_in_the_past_is_told(home: Path, tmp_path: Path) -> None:
    """A damaged release answers 503, never with less than it had; the others go on."""
    shutil.copytree(home, tmp_path / "home", symlinks=True)
    first, _, third, *_ = ReleaseStore(tmp_path / "home").releases()
    content = first.data.read_bytes()
    first.data.write_bytes(content[: len(content) // 2])
    front = create_wsgi_application(Settings(home=tmp_path / "home", workers=1))
    client = Client(front)
    answer = client.get(f"/release/{first.id}{_ALBANIA}")
    assert answer.status_code == 503
    assert json.loads(answer.text)["code"] == "release-damaged"
    assert client.get(f"/release/{third.id}{_ALBANIA}").status_code == 200
    assert client.get(_ALBANIA).status_code == 200
    front.current_release.close()


def test_a_header_stands_once(home: Path, client: Client) -> None:
    """An answer of a release of the past is finished there, and once more on its way out."""
    first = ReleaseStore(home).releases()[0].id
    paths = [f"/release/{first}{_ALBANIA}.ttl", f"/release/{first}/sparql?query=ASK%7B%7D"]
    registered = client.post("/q", data={"query": _COUNT, "release": first})
    answers = [registered, *(client.get(path) for path in [*paths, registered.headers["Location"]])]
    for answer in answers:
        assert answer.status_code in {200, 303}
        names = [name.lower() for name, _ in answer.headers]
        assert sorted(names) == sorted(set(names))
    assert "RateLimit" in answers[2].headers
