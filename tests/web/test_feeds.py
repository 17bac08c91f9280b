"""`/ldes`, `/activity`, `/feed.atom`: who follows them has the data, after any pause and across a rollback."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pyshacl
import pytest
import rdflib
from rdflib import Graph
from support.contents import statements_by_thing
from support.small import Small
from werkzeug.test import Client

from ogpld.catalogue import activity, atom
from ogpld.catalogue import ldes as stream
from ogpld.config import Settings
from ogpld.rdf import (
    AS,
    LDES,
    RDF,
    RDFS,
    SH,
    TREE,
    DefaultGraph,
    Quad,
    parse_quads,
    quads_to_graph,
    term_text,
)
from ogpld.release import Release, ReleaseStore
from ogpld.release.log import read_log
from ogpld.release.release_store import LOG
from ogpld.web.http.responses import IMMUTABLE, LIVE
from ogpld.web.server.create_application import create_wsgi_application

_BASE = "http://localhost:8000"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six releases, two of them pruned; the fifth follows a rollback to the second."""
    site = Small(tmp_path_factory.mktemp("feeds"))
    for number, gone in enumerate((0, 0, 1, 1, 0, 2), 1):
        if number == 5:
            site.run("releases", "use", "2")
        name = f"Albania {number // 2} <script>&,AL"
        lines = site.lines[: len(site.lines) - gone]
        site.publish(line.replace("Albania,AL", name) for line in lines)
    site.run("releases", "prune", "--keep", "3")
    return site.home


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[Client]:
    """A server in this process; pages are small, so that there are many."""
    patch = pytest.MonkeyPatch()
    for module in (stream, activity, atom):
        patch.setattr(module, "PAGE", 40)
    patch.setattr("ogpld.web.routes.feeds.ENTRIES", 40)
    front = create_wsgi_application(Settings(home=home, workers=1))
    yield Client(front)
    front.current_release.close()
    patch.undo()


def log(home: Path) -> list[tuple[str, str, str]]:
    """Return release, kind and thing of every change, oldest first."""
    releases = ReleaseStore(home).releases()
    return [(r.id, c.kind, c.thing) for r in releases for c in read_log(r)]


class Replica:
    """A client of the stream, which remembers pages that are immutable and members it has seen."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.pages: set[str] = set()
        self.seen: list[tuple[str, str, str]] = []
        self.things: dict[str, set[str]] = {}

    def follow(self) -> None:
        """Read what is new, in the order of time."""
        root = list(parse_quads(self.client.get("/ldes.nt").data, "nt"))
        about: dict[str, dict[str, str]] = {}
        for quad in root:
            statements = about.setdefault(term_text(quad.subject), {})
            statements[quad.predicate.value] = term_text(quad.object)
        nodes = {
            r[TREE("node").value]: r[TREE("value").value]
            for r in about.values()
            if TREE("node").value in r
        }
        for node in sorted(nodes, key=lambda n: (nodes[n], len(n), n)):
            if node not in self.pages:
                self._read(node)

    def _read(self, node: str) -> None:
        quads = list(parse_quads(self.client.get(node.removeprefix(_BASE)).data, "trig"))
        immutable = [q for q in quads if q.predicate == LDES("immutable")]
        assert [term_text(q.subject) for q in immutable] == [node]
        self.pages.add(node)
        members = [term_text(q.object) for q in quads if q.predicate == TREE("member")]
        for member in members:
            star = {
                q.predicate: term_text(q.object) for q in quads if term_text(q.subject) == member
            }
            content = {str(q.triple) for q in quads if term_text(q.graph_name) == member}
            thing, kind = star[AS("object")], star[RDF("type")].removeprefix(AS.iri)
            assert (not content) == (kind == "Delete")
            self.seen.append((member.partition("#")[0].rpartition("/")[2], kind, thing))
            if kind == "Delete":
                label = next(
                    q.triple
                    for q in quads
                    if (q.subject.value, q.predicate) == (member, RDFS("label"))  # type: ignore[union-attr]
                )
                statement = f"<{thing}> {label.predicate} {label.object}"
                assert statement in self.things[thing], "a label keeps its language"
                del self.things[thing]
            else:
                self.things[thing] = content


def test_a_replica_of_the_stream_is_the_data(client: Client, home: Path) -> None:
    """Every change once and in order; what they leave is what the release says, pruned ones or not."""
    replica = Replica(client)
    replica.follow()
    assert replica.seen == log(home)
    current = ReleaseStore(home).current()
    assert current is not None
    assert replica.things == statements_by_thing(current)
    assert any(release.pruned for release in ReleaseStore(home).releases())
    assert {kind for _, kind, _ in replica.seen} == {"Create", "Update", "Delete"}


def test_who_was_away_catches_up(home: Path, tmp_path: Path) -> None:
    """Three releases later only new pages are read, and the replica is the data again."""
    shutil.copytree(home, tmp_path / "home", symlinks=True)
    release_store = ReleaseStore(tmp_path / "home")
    releases = release_store.releases()
    third = next(r for r in releases if r.manifest.sequence == 4)
    release_store.use(third)
    front = create_wsgi_application(Settings(home=tmp_path / "home", workers=1))
    client = Client(front)
    replica = Replica(client)
    replica.follow()
    assert replica.things == statements_by_thing(third)
    before = len(replica.seen)
    release_store.use(releases[-1])
    front.current_release.refresh()
    replica.follow()
    front.current_release.close()
    assert replica.things == statements_by_thing(releases[-1])
    assert replica.seen[before:] == [c for c in log(home) if int(c[0].partition("-")[0]) > 4]


def test_a_rollback_takes_no_page_away(home: Path, tmp_path: Path) -> None:
    """The root ends with the release in service; pages that were sent for ever are there for ever."""
    shutil.copytree(home, tmp_path / "home", symlinks=True)
    release_store = ReleaseStore(tmp_path / "home")
    *_, before, last = release_store.releases()
    front = create_wsgi_application(Settings(home=tmp_path / "home", workers=1))
    client = Client(front)
    path = f"/ldes/{last.id}-1"
    page = client.get(path)
    assert page.status_code == 200
    assert last.id in client.get("/ldes.nt").text
    release_store.use(before)
    front.current_release.refresh()
    assert client.get(path).data == page.data
    assert last.id not in client.get("/ldes.nt").text
    assert client.get(f"/ldes/{last.id}-9").status_code == 404
    assert client.get("/ldes/99-abc-1").status_code == 404
    front.current_release.close()


def test_pages_are_immutable_and_the_root_is_not(client: Client, home: Path) -> None:
    """By header and by statement; equal bytes each time; members hold to the shape."""
    root = client.get("/ldes")
    assert root.headers["Content-Type"] == "application/trig"
    assert root.headers["Cache-Control"] == LIVE
    assert root.headers["Vary"] == "Accept, Accept-Encoding"
    quads = list(parse_quads(root.data, "trig"))
    [view] = {
        (term_text(q.subject), term_text(q.object)) for q in quads if q.predicate == TREE("view")
    }
    assert view == (f"{_BASE}/ldes#stream", f"{_BASE}/ldes")
    assert not [q for q in quads if q.predicate == LDES("immutable")]
    pages = sorted({term_text(q.object) for q in quads if q.predicate == TREE("node")})
    assert len(pages) > len(ReleaseStore(home).releases())
    shapes = quads_to_graph(q for q in quads if "#shape" in str(q.subject))
    for node in pages:
        path = node.removeprefix(_BASE)
        page = client.get(path)
        assert page.headers["Cache-Control"] == IMMUTABLE
        assert client.get(path).data == page.data
        tag = {"If-None-Match": page.headers["ETag"]}
        assert client.get(path, headers=tag).status_code == 304
        statements = list(parse_quads(page.data, "trig"))
        assert set(statements) == set(parse_quads(client.get(f"{path}.nq").data, "nq"))
        assert set(statements) == set(parse_quads(client.get(f"{path}.jsonld").data, "jsonld"))
        members = [q.object for q in statements if q.predicate == TREE("member")]
        shape = next(q.object for q in quads if q.predicate == TREE("shape"))
        targets = [Quad(shape, SH("targetNode"), m, DefaultGraph()) for m in members]  # type: ignore[arg-type]
        stars = [q for q in statements if isinstance(q.graph_name, DefaultGraph)]
        conforms, _, text = pyshacl.validate(
            quads_to_graph(stars), shacl_graph=shapes + quads_to_graph(targets)
        )
        assert conforms, text
        triples = {quad.triple for quad in statements}
        assert {q.triple for q in parse_quads(client.get(f"{path}.ttl").data, "ttl")} == triples
        assert {q.triple for q in parse_quads(client.get(f"{path}.nt").data, "nt")} == triples
    for name in ("1-abc-1", "x", f"{pages[0].rpartition('/')[2]}0", "current-1"):
        assert client.get(f"/ldes/{name}").status_code == 404, name


@pytest.mark.parametrize("accept", ["text/turtle", "application/n-triples", "text/n3;q=0.9"])
def test_a_reader_of_graphs_can_walk_the_stream(client: Client, home: Path, accept: str) -> None:
    """As a program of twenty lines does that knows Turtle alone: every member, with what it is about."""

    def read(address: str) -> Graph:
        answer = client.get(address.removeprefix(_BASE), headers={"Accept": accept})
        assert answer.status_code == 200, answer.text
        return Graph().parse(data=answer.data, format="turtle")

    as_, tree = rdflib.Namespace(AS.iri), rdflib.Namespace(TREE.iri)
    waiting, members = [f"{_BASE}/ldes"], []
    seen: set[str] = set()
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        graph = read(address)
        for member in graph.objects(None, tree.member):
            thing = graph.value(member, as_.object)
            members.append(str(thing))
            deleted = (member, rdflib.RDF.type, as_.Delete) in graph
            assert deleted != ((thing, rdflib.RDF.type, None) in graph)
        waiting += map(str, graph.objects(None, tree.node))
    assert sorted(members) == sorted(thing for _, _, thing in log(home))


def test_activities_are_the_log(client: Client, home: Path) -> None:
    """Walked from the last page back, as IIIF says; numbers and neighbours right."""
    whole = client.get("/activity")
    assert whole.headers["Content-Type"] == "application/activity+json"
    document = whole.json
    assert document is not None
    assert document["totalItems"] == len(log(home))
    entries: list[dict[str, str]] = []
    page: dict[str, str] | None = document["last"]
    number = 0
    while page is not None:
        content = client.get(page["id"].removeprefix(_BASE)).json
        assert content is not None
        assert content["startIndex"] == document["totalItems"] - len(entries) - len(
            content["orderedItems"]
        )
        entries = content["orderedItems"] + entries
        number += 1
        page = content.get("prev")
    assert number > 2
    things = [(i["type"], i["object"]["id"]) for i in entries]  # type: ignore[index]
    assert things == [(kind, thing) for _, kind, thing in log(home)]
    assert [i["endTime"] for i in entries] == sorted(i["endTime"] for i in entries)
    there = [i["object"] for i in entries if i["type"] != "Delete"]
    assert all(o["seeAlso"][0]["id"] == o["canonical"] + ".jsonld" for o in there)  # type: ignore[index]
    for name in ("0", str(number + 1), "x", "1e3"):
        assert client.get(f"/activity/{name}").status_code == 404
    headers = {"Accept": "application/ld+json"}
    assert client.get("/activity", headers=headers).status_code == 200


def test_the_feed_is_the_log_backwards(client: Client, home: Path) -> None:
    """Well-formed whatever things are called, newest first, every page leads to the next."""
    atom_ns = "{http://www.w3.org/2005/Atom}"
    path: str | None = "/feed.atom"
    entries: list[str] = []
    titles: list[str] = []
    while path:
        answer = client.get(path)
        assert answer.headers["Content-Type"] == "application/atom+xml"
        feed = ET.fromstring(answer.data)  # noqa: S314  (our own)
        for name in ("id", "title", "updated", "author"):
            assert feed.find(atom_ns + name) is not None
        for entry in feed.findall(f"{atom_ns}entry"):
            entries.append(entry.findtext(f"{atom_ns}id") or "")
            titles.append(entry.findtext(f"{atom_ns}title") or "")
        links = {link.get("rel"): link.get("href") for link in feed.findall(f"{atom_ns}link")}
        path = (links.get("next") or "").removeprefix(_BASE) or None
    expected = [
        f"{_BASE}/release/{release}#{thing.removeprefix(_BASE + '/id/')}"
        for release, _, thing in log(home)
    ]
    assert entries == expected[::-1]
    assert any("Albania 0 <script>&" in title for title in titles)
    assert client.get("/feed.atom?page=99").status_code == 404


def test_a_member_has_a_feed_in_words(client: Client, home: Path) -> None:
    """One entry a release that changed something of it, withdrawn things too; a slip gets a suggestion."""
    atom_ns = "{http://www.w3.org/2005/Atom}"
    answer = client.get("/feed.atom?member=ALB")
    assert answer.status_code == 200
    feed = ET.fromstring(answer.data)  # noqa: S314  (our own)
    titles = [entry.findtext(f"{atom_ns}title") or "" for entry in feed.findall(f"{atom_ns}entry")]
    releases = {release for release, _, thing in log(home) if thing.endswith("/member/ALB")}
    assert len(titles) >= len(releases) > 0
    assert any("1 member new" in title for title in titles)
    assert client.get("/feed.atom?member=Atlantis").status_code == 400
    for more in ("&page=1", "&policy-area=open-data"):  # which would be passed over
        assert client.get(f"/feed.atom?member=ALB{more}").status_code == 400
    assert client.get("/feed.atom?policy-area=nothing-like-it").status_code == 400


def test_a_lost_log_is_an_error_not_a_shorter_feed(home: Path, tmp_path: Path) -> None:
    """Of a pruned release nothing else tells what it changed."""
    shutil.copytree(home, tmp_path / "home", symlinks=True)
    pruned: Release = next(r for r in ReleaseStore(tmp_path / "home").releases() if r.pruned)
    (pruned.path / LOG).unlink()
    front = create_wsgi_application(Settings(home=tmp_path / "home", workers=1))
    client = Client(front)
    for path in ("/ldes", "/activity", "/feed.atom", f"/ldes/{pruned.id}-1"):
        answer = client.get(path)
        assert answer.status_code == 500, path
        assert answer.json is not None
        assert answer.json["code"] == "log-damaged"
    assert client.get("/doc/member/EST").status_code == 200
    front.current_release.close()
