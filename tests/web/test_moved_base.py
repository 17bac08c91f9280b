"""After a move to another base IRI: who follows the changes has the new things alone, and the past stays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from support.contents import statements_by_thing
from support.small import Small
from werkzeug.test import Client

from ogpld.cli import main
from ogpld.config import Settings
from ogpld.rdf import AS, DCTERMS, RDF, TREE, Quad, parse_quads, term_text
from ogpld.release import Release, ReleaseStore
from ogpld.release.log import read_log
from ogpld.web.server.create_application import create_wsgi_application

_OLD, _NEW = "http://localhost:8000/", "https://new.example/ogp/"
_ENTRY = "{http://www.w3.org/2005/Atom}entry"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four releases; the third moves, and loses the last member, the fourth loses the next."""
    site = Small(tmp_path_factory.mktemp("moved"))
    site.publish(site.lines)
    renamed = [line.replace("Albania,AL", "Albania 2,AL") for line in site.lines]
    site.publish(renamed)
    site.publish(renamed[:-1], "--base-iri", _NEW, "--move-base")
    site.publish(renamed[:-2], "--base-iri", _NEW)
    return site.home


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[Client]:
    """A server in this process."""
    front = create_wsgi_application(Settings(home=home, workers=1, base_iri=_NEW))
    yield Client(front)
    front.current_release.close()


@pytest.fixture(scope="module")
def releases(home: Path) -> list[Release]:
    """The releases, oldest first."""
    return ReleaseStore(home).releases()


def test_each_old_iri_is_deleted_and_says_by_which_it_is_replaced(releases: list[Release]) -> None:
    """The log has all old IRIs as Delete and all new ones as Create; only what went has no successor."""
    old, new = (statements_by_thing(release).keys() for release in releases[1:3])
    changes = {change.thing: change for change in read_log(releases[2])}
    assert changes.keys() == old | new
    assert {thing for thing, change in changes.items() if change.kind == "Delete"} == old
    assert {thing for thing, change in changes.items() if change.kind == "Create"} == new
    lost = [thing for thing in old if thing.replace(_OLD, _NEW) not in new]
    assert len(lost) == 1
    for thing in old:
        expected = () if thing in lost else (thing.replace(_OLD, _NEW),)
        assert changes[thing].replaced_by == expected
        assert changes[thing].label


def test_a_difference_counts_them(
    home: Path, releases: list[Release], client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    """On the command line and here, forth and back."""
    log = read_log(releases[2])
    deletes = sum(change.kind == "Delete" for change in log)
    assert main(["--home", str(home), "diff", "2", "3"]) == 0
    text = capsys.readouterr().out
    assert text.splitlines()[0].endswith(f": {deletes - 1} created, 0 updated, {deletes} deleted")
    assert f"    replaced by {_NEW}id/member/ALB" in text
    path = f"/release/{releases[1].id}..{releases[2].id}"
    assert client.get(f"/ogp{path}.txt").text.splitlines()[0] == text.splitlines()[0]
    assert f"{deletes} withdrawn" in re.sub("<[^>]*>", "", client.get(f"/ogp{path}.html").text)
    patch = client.get(f"/ogp{path}.rdfp").text
    assert f"\nD <{_OLD}id/member/ALB> " in patch
    assert f"\nA <{_NEW}id/member/ALB> " in patch
    assert main(["--home", str(home), "diff", "3", "2"]) == 0
    back = capsys.readouterr().out
    assert back.splitlines()[0].endswith(f": {deletes} created, 0 updated, {deletes - 1} deleted")


def _quads(client: Client, address: str) -> list[Quad]:
    return list(parse_quads(client.get(address.replace(_NEW, "/ogp/")).data, "nq"))


def test_who_follows_the_stream_has_the_new_things_alone(
    client: Client, releases: list[Release]
) -> None:
    """Every change of every release; what they leave is what the release in service says."""
    nodes = [
        term_text(q.object) for q in _quads(client, "/ogp/ldes.nq") if q.predicate == TREE("node")
    ]
    things: dict[str, set[str]] = {}
    number = 0
    for node in sorted(set(nodes)):
        quads = _quads(client, f"{node}.nq")
        for member in [term_text(q.object) for q in quads if q.predicate == TREE("member")]:
            star = {
                q.predicate: term_text(q.object) for q in quads if term_text(q.subject) == member
            }
            thing, number = star[AS("object")], number + 1
            if star[RDF("type")] == AS("Delete").value:
                del things[thing]
                if thing == f"{_OLD}id/member/ALB":
                    assert star[DCTERMS("isReplacedBy")] == f"{_NEW}id/member/ALB"
            else:
                graph = {str(q.triple) for q in quads if term_text(q.graph_name) == member}
                things[thing] = graph
                memento = star[AS("result")]
                assert re.fullmatch(rf"{_NEW}release/[^/]+/doc/[a-z-]+/[^/]+", memento), memento
    assert things == statements_by_thing(releases[-1])
    assert number == sum(len(read_log(release)) for release in releases)


def test_the_feeds_agree(client: Client, releases: list[Release]) -> None:
    """`/activity` and the Atom feed have as many entries as the log; each leads to a page that is there."""
    total = sum(len(read_log(release)) for release in releases)
    assert client.get("/ogp/activity").json["totalItems"] == total  # type: ignore[index]
    entries: list[ET.Element] = []
    for number in range(1, -(-total // 100) + 1):
        text = client.get(f"/ogp/feed.atom?page={number}").text
        entries += ET.fromstring(text).iter(_ENTRY)  # noqa: S314  (our own)
    assert len(entries) == total
    links = {
        link.get("href", "") for e in entries for link in e.iter() if link.get("rel") == "alternate"
    }
    assert all(link.startswith((f"{_NEW}doc/", f"{_NEW}release/")) for link in links)
    first = client.get("/ogp/activity/1").json["orderedItems"][0]  # type: ignore[index]
    assert first["object"]["id"].startswith(_OLD)
    assert "canonical" not in first["object"]
    assert first["object"]["type"] != "Object"


def test_the_feed_of_a_member_goes_on(client: Client) -> None:
    """It begins with the first release, under the base of then."""
    text = client.get("/ogp/feed.atom?member=ALB").text
    feed = ET.fromstring(text)  # noqa: S314  (our own)
    assert len(list(feed.iter(_ENTRY))) == 3


def test_mementos_of_before_are_there(client: Client, releases: list[Release]) -> None:
    """The time map has every release; one under the earlier base says what it said then."""
    path = "/ogp/doc/member/ALB"
    listed = client.get("/ogp/timemap/doc/member/ALB").text
    places = [f"/ogp/release/{release.id}/doc/member/ALB" for release in releases]
    assert re.findall(r'<https://new.example([^>]*)>; rel="memento"', listed) == places
    for release, place in zip(releases, places, strict=True):
        time = release.time.strftime("%a, %d %b %Y %H:%M:%S GMT")
        moved = client.get(path, headers={"Accept-Datetime": time})
        assert (moved.status_code, moved.headers["Location"]) == (302, place)
        answer = client.get(f"{place}.ttl")
        assert answer.status_code == 200
        assert f"<{release.manifest.base_iri}id/member/ALB>" in answer.text
        assert f'<{places[0]}>; rel="first' in answer.headers["Link"]
        assert client.get(f"{place}.html").status_code == 200
    page = client.get(f"{path}.html").text
    for place in places[:3]:  # the fourth release did not change it
        assert f'href="{place}' in page


@pytest.mark.parametrize("number", [1, 2])
def test_what_went_with_the_move_or_after_it_is_gone(
    client: Client, releases: list[Release], number: int
) -> None:
    """410 with the IRI it had, and with the last release that had it, whose document is served."""
    gone = [
        c.thing for c in read_log(releases[1 + number]) if c.kind == "Delete" and not c.replaced_by
    ]
    assert len(gone) == 1
    key = gone[0].rpartition("/")[2]
    answer = client.get(
        f"/ogp/doc/member/{key}.ttl", headers={"Accept": "application/problem+json"}
    )
    assert (answer.status_code, answer.json["code"]) == (410, "withdrawn")  # type: ignore[index]
    assert answer.json["thing"] == gone[0]  # type: ignore[index]
    assert answer.json["lastRelease"] == releases[number].id  # type: ignore[index]
    assert client.get(answer.json["memento"]).status_code == 200  # type: ignore[index]


def test_graphs_of_the_same_name_only_moved(client: Client, releases: list[Release]) -> None:
    """A release names as taken away the graphs of the member that it lost, under the base that had it."""
    for before, release in pairwise(releases):
        lost = [c for c in read_log(release) if c.kind == "Delete" and not c.replaced_by]
        keys = [change.thing.rpartition("/")[2] for change in lost]
        base = before.manifest.base_iri
        text = client.get(f"/ogp/release/{release.id}.nt").text
        graphs = re.findall(r"/prov#invalidated> <([^>]*)>", text)
        places = ("derived", "members")
        assert graphs == [f"{base}graph/{place}/{key}" for key in keys for place in places]


def test_a_move_that_loses_things_is_refused(tmp_path: Path) -> None:
    """Without `--allow-shrink` what is lost is named; what only moved is not."""
    site = Small(tmp_path)
    site.publish(site.lines)
    table = tmp_path / "data/sources/members/members.csv"
    table.write_text("".join(site.lines[:-1]), encoding="utf-8")
    build = ["build", "--sources", str(table.parent.parent), "--base-iri", _NEW, "--move-base"]
    assert main(["--home", str(site.home), *build]) == 1
    table.write_text("".join(site.lines), encoding="utf-8")
    assert main(["--home", str(site.home), *build]) == 0
