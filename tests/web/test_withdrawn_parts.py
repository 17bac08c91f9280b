"""Data sets and graphs that a release took away: 410 with what they were, and told where portals import nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import DCAT, PROV, RDF, RDFS
from support.sample_data import copy_sample
from werkzeug.test import Client

from ogpld.cli import main
from ogpld.config import Settings
from ogpld.release import Release, ReleaseStore
from ogpld.web.server.create_application import create_wsgi_application

_BASE = "http://localhost:8000/"
_TITLE = "Open government in Estonia: action plans, commitments and assessments"
_DATASET, _GRAPH = URIRef(f"{_BASE}dataset/est"), URIRef(f"{_BASE}graph/estonia/EST03")


def build(home: Path, data: Path) -> None:
    """Publish what lies in a folder, with dumps."""
    arguments = ["--home", str(home), "build", "--sources", str(data / "sources"), "--allow-shrink"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OGPLD_DUMPS", "true")
        assert main(arguments) == 0


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three releases: with Estonia's tables, without them, and one that changes a member."""
    folder = tmp_path_factory.mktemp("withdrawn")
    data = copy_sample(folder / "data", ("estonia", "institutions", "members"))
    build(folder / "home", data)
    shutil.rmtree(data / "sources/estonia")
    build(folder / "home", data)
    table = data / "sources/members/members.csv"
    text = table.read_text(encoding="utf-8")
    table.write_text(text.replace("Estonia,", "Estonia 2,", 1), encoding="utf-8")
    build(folder / "home", data)
    return folder / "home"


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


_DATASETS = [
    "/dataset/est",
    *(f"/dataset/est.{suffix}" for suffix in ("ttl", "jsonld", "html", "bib", "datacite.json")),
    "/dataset/est/croissant.json",
    "/linkset/dataset/est",
    "/dump/current/est/est.nq.gz",
]
_GRAPHS = [
    "/graph/estonia/EST03",
    "/graph/estonia/EST03.ttl",
    "/graph/estonia/EST03.sssom.tsv",
    "/linkset/graph/estonia/EST03",
]


@pytest.mark.parametrize("path", [*_DATASETS, *_GRAPHS])
def test_it_is_gone_in_every_form(client: Client, releases: list[Release], path: str) -> None:
    """410 with what it was, the last release that had it, the one that took it away, and where it is."""
    first, second, _ = releases
    answer = client.get(path, headers={"Accept": "application/problem+json"})
    problem = answer.json
    assert problem is not None
    assert (answer.status_code, problem["code"]) == (410, "withdrawn")
    assert (problem["lastRelease"], problem["withdrawnIn"]) == (first.id, second.id)
    if path in _DATASETS:
        assert (problem["thing"], problem["label"]) == (str(_DATASET), _TITLE)
        assert len(problem["files"]) > 5
        assert all(client.head(file).status_code == 200 for file in problem["files"])
    else:
        assert problem["thing"] == str(_GRAPH)
        assert problem["label"].endswith(": EST03")
    assert client.get(problem["memento"]).status_code == 200
    page = client.get(path, headers={"Accept": "text/html"})
    assert page.status_code == 410
    assert f'href="{problem["memento"]}"' in page.text


@pytest.mark.parametrize("path", ["/dataset/nothing", "/graph/estonia/NO", "/linkset/dataset/no"])
def test_what_never_was_is_not_there(client: Client, path: str) -> None:
    """404, as before."""
    assert client.get(path).status_code == 404


def test_what_other_releases_have_is_there(client: Client, releases: list[Release]) -> None:
    """Under the release that had it the graph is described; in the one without it it is gone."""
    first, second, _ = releases
    assert client.get(f"/release/{first.id}/graph/estonia/EST03.ttl").status_code == 200
    assert client.get(f"/release/{second.id}/graph/estonia/EST03.ttl").status_code == 410


def test_the_release_names_what_it_took_away(client: Client, releases: list[Release]) -> None:
    """In its description and on its page, with the pages that have each thing; no other release does."""
    for release in releases:
        graph = Graph().parse(data=client.get(f"/release/{release.id}.ttl").text, format="turtle")
        build_node = URIRef(f"{_BASE}release/{release.id}#build")
        parts = set(graph.objects(build_node, PROV.invalidated))
        page = client.get(f"/release/{release.id}.html").text
        assert (_TITLE in page) == (release.id == releases[1].id)
        if release.id != releases[1].id:
            assert parts == set()
            continue
        graphs = {part for part in parts if str(part).startswith(f"{_BASE}graph/estonia/EST")}
        assert len(graphs) == 7  # six plans, and what is about the member
        assert {_DATASET, _GRAPH} <= parts
        assert str(graph.value(_DATASET, RDFS.label)) == _TITLE
        assert graph.value(_DATASET, PROV.wasInvalidatedBy) == build_node
        assert {type_ for part in parts for type_ in graph.objects(part, RDF.type)} == {PROV.Entity}
        stream = list(graph.objects(build_node, RDFS.seeAlso))
        assert stream
        for address in stream:
            text = client.get(f"{str(address).removeprefix(_BASE.rstrip('/'))}.nq").text
            assert "ns/activitystreams#Delete" in text


def test_portals_import_nothing_that_went(client: Client) -> None:
    """The catalogue has not a word of it, and its data sets are those there are."""
    text = client.get("/catalog.ttl").text
    assert "/dataset/est" not in text
    graph = Graph().parse(data=text, format="turtle")
    assert _DATASET not in set(graph.subjects(RDF.type, DCAT.Dataset))


def test_it_is_told_when_the_data_is_pruned(home: Path, tmp_path: Path) -> None:
    """From the patches: what it was stays, where it is does not; it can come back."""
    shutil.copytree(home, tmp_path / "home", symlinks=True)
    _, second, _ = ReleaseStore(tmp_path / "home").releases()
    assert main(["--home", str(tmp_path / "home"), "releases", "prune", "--keep", "1"]) == 0
    front = create_wsgi_application(Settings(home=tmp_path / "home", workers=1))
    client = Client(front)
    for path in ("/dataset/est.ttl", "/graph/estonia/EST03.ttl"):
        problem = client.get(path, headers={"Accept": "application/problem+json"}).json
        assert problem is not None
        assert (problem["code"], problem["withdrawnIn"]) == ("withdrawn", second.id)
        assert "memento" not in problem
    assert f"{_BASE}dataset/est" in client.get(f"/release/{second.id}.ttl").text
    (second.path / "changes.rdfp.gz").write_bytes(b"damaged")
    front.current_release.close()
    front = create_wsgi_application(Settings(home=tmp_path / "home", workers=1))
    client = Client(front)
    assert client.get("/graph/estonia/EST03.ttl").status_code == 404
    description = client.get(f"/release/{second.id}.ttl")
    assert "cannot be told" in description.text
    assert "immutable" not in description.headers["Cache-Control"]
    front.current_release.close()
