"""The served catalogue: DCAT-AP without a violation or warning, complete, dereferenceable, stable."""

from __future__ import annotations

import functools
import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyshacl
import pytest
import requests
from rdflib import DCAT, DCTERMS, FOAF, RDF, RDFS, BNode, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic
from support.running import ROOT, Server, environment, start_server, stop_server
from support.sample_data import copy_sample
from support.suites import SUITES, demand_suite
from werkzeug.test import Client

from ogpld.catalogue import datasets
from ogpld.catalogue.authority import authorities
from ogpld.config import Settings
from ogpld.dumps.dump_index import FOLDER, INDEX
from ogpld.pipeline import Inputs, publish_sources
from ogpld.pipeline.dumping import complete_dumps
from ogpld.pipeline.progress import Progress
from ogpld.web.current import dataset_facts
from ogpld.web.server.create_application import create_wsgi_application

SHAPES = SUITES / "dcat-ap-3.0.1"
SH = Namespace("http://www.w3.org/ns/shacl#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
BASE = "http://localhost:8000/"
PLACES = tuple(
    f"http://publications.europa.eu/resource/authority/{name}/" for name in ("country", "continent")
)
#: Addresses whose answers say which dumps there are.
_OF_DUMPS = (
    *("/", "/catalog", "/catalog.ttl", "/dataset/est", "/dataset/est.html", "/void", "/harvest"),
    *("/linkset/dataset/est", "/sitemap.xml", "/sitemap/1.xml", "/.well-known/api-catalog"),
)
FORMATS = {"ttl": "turtle", "jsonld": "json-ld", "rdf": "xml", "nt": "nt"}

NAMED = {
    "publisher_name": "Data House",
    "publisher_iri": "https://example.org/house",
    "publisher_type": "NonProfitOrganisation",
    "contact_name": "Help desk",
    "contact_email": "help@example.org",
    "contact_url": "https://example.org/help",
    "frequency": "ANNUAL",
}


def read(server: Server, path: str, form: str) -> Graph:
    """A document as a graph."""
    answer = server.get(path)
    assert answer.status_code == 200
    return Graph().parse(data=answer.text, format=FORMATS[form])


@pytest.fixture(scope="module")
def catalogue(dumped_server: Server) -> Graph:
    """The catalogue with the shipped settings."""
    return read(dumped_server, "/catalog.ttl", "ttl")


@pytest.fixture(scope="module")
def named(dumped_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose operator has said who they are."""
    started = start_server(dumped_home, tmp_path_factory.mktemp("log") / "serve.log", **NAMED)
    yield started
    stop_server(started)


@functools.cache
def shape_sets() -> dict[str, Graph]:
    """The official shapes: what is required, what is recommended, and the class of every value.

    The full set refers to property shapes that none of its files defines; those say nothing.
    """
    full = Graph().parse(SHAPES / "full/dcat-ap-SHACL.ttl").parse(SHAPES / "full/ranges.ttl")
    for triple in list(full.triples((None, SH.property, None))):
        if (triple[2], SH.path, None) not in full:
            full.remove(triple)
    names = ("shapes.ttl", "shapes_recommended.ttl")
    return {**{name: Graph().parse(SHAPES / name) for name in names}, "full": full}


def results(data: Graph, shapes: Graph) -> list[str]:
    """Each result in one line, but for the class of a place: the EU's table, which has it, is not here."""
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes)
    return [
        " ".join(
            str(report.value(result, term))
            for term in (SH.resultSeverity, SH.focusNode, SH.resultPath, SH.value, SH.resultMessage)
        )
        for result in report.subjects(RDF.type, SH.ValidationResult)
        if not (
            report.value(result, SH.sourceConstraintComponent) == SH.ClassConstraintComponent
            and str(report.value(result, SH.value)).startswith(PLACES)
        )
    ]


@pytest.mark.counterpart("dcat-ap-shapes")
@pytest.mark.parametrize("who", ["shipped", "named", "no dumps", "sheet"])
def test_official_shapes(
    request: pytest.FixtureRequest, who: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Zero violations and zero warnings, whatever the operator has said, dumps or not, small or large.

    Of each form: the others say the same as Turtle, statement by statement.
    """
    demand_suite("dcat-ap-shapes", SHAPES)
    fixture = {
        "shipped": "dumped_server",
        "named": "named",
        "no dumps": "server",
        "sheet": "sheet_server",
    }[who]
    server: Server = request.getfixturevalue(fixture)
    data = read(server, "/catalog.ttl", "ttl")
    for form in ("jsonld", "rdf"):
        assert isomorphic(data, read(server, f"/catalog.{form}", form)), form
    for name, shapes in shape_sets().items():
        violations = results(data, shapes)
        with capsys.disabled():
            print(f"\n{who}, {name}: {len(data)} statements, {len(violations)} results")  # noqa: T201
        assert not violations


@pytest.mark.counterpart("dcat-ap-shapes")
def test_each_dataset_alone_keeps_the_full_shapes(dumped_server: Server) -> None:
    """What is served at a dataset's own address names the classes of its values too."""
    demand_suite("dcat-ap-shapes", SHAPES)
    full = shape_sets()["full"]
    for name in ("est", "codes"):
        data = read(dumped_server, f"/dataset/{name}.ttl", "ttl")
        classes = [line for line in results(data, full) if "not have class" in line]
        assert not classes


@pytest.mark.counterpart("dcat-ap-shapes")
def test_the_full_shapes_would_notice(catalogue: Graph) -> None:
    """Without the class of a landing page and of a table's metadata they complain of both."""
    demand_suite("dcat-ap-shapes", SHAPES)
    spoilt = Graph() + catalogue
    for path in ("dataset/est.html", "dump/current/est/csv-metadata.json"):
        spoilt.remove((URIRef(BASE + path), RDF.type, None))
    lines = results(spoilt, shape_sets()["full"])
    assert any("est.html" in line for line in lines)
    assert any("est/csv-metadata.json" in line for line in lines)


@pytest.mark.counterpart("dcat-ap-shapes")
def test_the_shapes_would_notice(catalogue: Graph) -> None:
    """A catalogue without publisher and with a plain number for a size is refused by them."""
    demand_suite("dcat-ap-shapes", SHAPES)
    spoilt = Graph() + catalogue
    spoilt.remove((URIRef(f"{BASE}catalog"), DCTERMS.publisher, None))
    size = next(spoilt.subjects(DCAT.byteSize))
    spoilt.set((size, DCAT.byteSize, Literal(5)))
    conforms, report, _ = pyshacl.validate(spoilt, shacl_graph=Graph().parse(SHAPES / "shapes.ttl"))
    assert not conforms
    assert len(list(report.subjects(RDF.type, SH.ValidationResult))) == 2


def test_all_forms_say_the_same(dumped_server: Server, catalogue: Graph) -> None:
    """JSON-LD has its context inside: a harvester fetches nothing more."""
    for form in ("jsonld", "rdf", "nt"):
        assert isomorphic(read(dumped_server, f"/catalog.{form}", form), catalogue)
    document = dumped_server.get("/catalog.jsonld").json()
    assert isinstance(document["@context"], dict)


@pytest.mark.parametrize("path", ["/catalog", "/dataset/est"])
def test_json_ld_in_other_profiles(dumped_server: Server, path: str) -> None:
    """Expanded and flattened when they are asked for; the same statements."""
    wanted = read(dumped_server, f"{path}.ttl", "ttl")
    for profile in ("expanded", "flattened"):
        kind = f'application/ld+json;profile="http://www.w3.org/ns/json-ld#{profile}"'
        answer = dumped_server.get(path, headers={"Accept": kind})
        assert answer.headers["Content-Type"] == kind
        document = answer.json()
        if isinstance(document, dict):  # its context is ours, and known here
            document.pop("@context")
            document = {
                "@context": dumped_server.get("/context.jsonld").json()["@context"],
                **document,
            }
        assert isomorphic(Graph().parse(data=json.dumps(document), format="json-ld"), wanted)


def test_no_blank_nodes(catalogue: Graph) -> None:
    """Equal states give equal bytes."""
    assert not [term for triple in catalogue for term in triple if isinstance(term, BNode)]


def test_every_authority_is_in_the_table(catalogue: Graph, named: Server) -> None:
    """Of the EU's and ADMS's lists."""
    homes = ("http://publications.europa.eu/resource/authority/", "http://purl.org/adms/")
    for graph in (catalogue, read(named, "/catalog.ttl", "ttl")):
        used = {str(term) for triple in graph for term in triple if str(term).startswith(homes)}
        assert used <= authorities().keys()
        assert len(used) > 15


def test_what_harvesters_ask_for(dumped_server: Server) -> None:
    """HEAD first, and Accept that says nothing: the suffix decides."""
    for form, kind in (
        ("ttl", "text/turtle"),
        ("jsonld", "application/ld+json"),
        ("rdf", "application/rdf+xml"),
    ):
        url = f"{dumped_server.url}/catalog.{form}"
        headers = {"Accept": "*/*", "Accept-Encoding": "identity"}
        head = requests.head(url, headers=headers, timeout=30)
        got = requests.get(url, headers=headers, timeout=30)
        assert head.status_code == got.status_code == 200
        assert head.headers["Content-Type"].partition(";")[0] == kind
        assert head.headers["Content-Length"] == str(len(got.content))
        assert head.headers["ETag"] == got.headers["ETag"]
        conditional = {**headers, "If-None-Match": got.headers["ETag"]}
        response = requests.get(url, headers=conditional, timeout=30)
        assert response.status_code == 304


def test_datasets_services_distributions(catalogue: Graph) -> None:
    """One overall, one per member with plans, the code lists; each service; each dump."""
    node = URIRef(f"{BASE}catalog")
    datasets = set(catalogue.objects(node, DCAT.dataset))
    assert datasets == set(catalogue.subjects(RDF.type, DCAT.Dataset))
    assert {
        URIRef(f"{BASE}dataset/{name}") for name in ("ogpld", "est", "gbsc", "codes")
    } < datasets
    assert len(datasets) == 19
    endpoints = {str(o) for o in catalogue.objects(None, DCAT.endpointURL)}
    assert endpoints == {f"{BASE}{path}" for path in ("sparql", "validate", "ldes", "fragments")}
    assert set(catalogue.objects(node, DCAT.service)) == set(
        catalogue.subjects(RDF.type, DCAT.DataService)
    )
    files = set(catalogue.objects(None, DCAT.downloadURL))
    assert len(files) == 262 - 19, "all but the descriptions of tables"
    estonia = URIRef(f"{BASE}dataset/est")
    assert set(catalogue.objects(estonia, DCTERMS.spatial)) == {
        URIRef("http://publications.europa.eu/resource/authority/country/EST")
    }
    period = catalogue.value(estonia, DCTERMS.temporal)
    assert str(catalogue.value(period, DCAT.startDate)) == "2012-01-01"
    assert str(catalogue.value(period, DCAT.endDate)) == "2024-12-31"


def test_downloads_are_what_is_told(dumped_server: Server, catalogue: Graph) -> None:
    """The address answers HEAD, through the redirect, with the size; the digest is the file's."""
    seen = sorted(catalogue.subject_objects(DCAT.downloadURL))[::20]
    assert len(seen) > 10
    for node, url in seen:
        path = str(url).removeprefix(BASE)
        head = requests.head(f"{dumped_server.url}/{path}", allow_redirects=True, timeout=30)
        assert head.status_code == 200
        assert head.headers["Content-Length"] == str(catalogue.value(node, DCAT.byteSize))
        raw = requests.get(f"{dumped_server.url}/{path}", stream=True, timeout=30).raw.read()
        checksum = catalogue.value(node, SPDX.checksum)
        assert hashlib.sha256(raw).hexdigest() == str(catalogue.value(checksum, SPDX.checksumValue))


def test_descriptions_agree_on_what_files_are(
    dumped_server: Server, catalogue: Graph, dumped_home: Path
) -> None:
    """DCAT, schema.org and RO-Crate say of a compressed file what it is and what is in it."""
    [release] = [p.name for p in (dumped_home / "releases").iterdir()]
    files = dumped_server.get(f"/dump/{release}/index.json").json()["files"]
    crate = dumped_server.get(f"/dump/{release}/ro-crate-metadata.json").json()["@graph"]
    page = dumped_server.get("/dataset/ogpld", headers={"Accept": "text/html"}).text
    block = json.loads(
        page.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    )
    in_crate = {node["@id"]: node.get("encodingFormat") for node in crate}
    in_page = {node["contentUrl"]: node["encodingFormat"] for node in block["distribution"]}
    own = [file for file in files if file["dataset"] == "ogpld"]
    assert len(in_page) == len(own)
    assert {file["gzip"] for file in own} == {True, False}
    for file in own:
        assert in_page[f"{BASE}dump/{release}/{file['file']}"] == in_crate[file["file"]]
        node = catalogue.value(None, DCAT.downloadURL, URIRef(f"{BASE}dump/current/{file['file']}"))
        if node is None:  # the descriptions of tables are no distributions
            continue
        types = (catalogue.value(node, name) for name in (DCAT.compressFormat, DCAT.mediaType))
        names = [str(name).partition("media-types/")[2] for name in types if name]
        assert in_crate[file["file"]] == (names if len(names) > 1 else names[0])


def test_every_iri_of_ours_dereferences(dumped_server: Server, catalogue: Graph) -> None:
    """What the catalogue describes is described at its own address too."""
    own = {
        str(subject).partition("#")[0]
        for subject in catalogue.subjects()
        if str(subject).startswith(BASE)
    }
    assert f"{BASE}dataset/phl" in own
    for iri in sorted(own):
        path = "/" + iri.removeprefix(BASE)
        answer = dumped_server.get(path, headers={"Accept": "text/turtle"}, allow_redirects=True)
        if path == "/validate" or path.endswith((".html", ".json")):  # nothing to describe in RDF
            accept = {"Accept": "text/html, */*;q=0.1"}
            answer = dumped_server.get(path, headers=accept, allow_redirects=True)
        assert answer.status_code == 200, path
    for name in ("est", "ogpld", "codes"):
        iri = URIRef(f"{BASE}dataset/{name}")
        alone = read(dumped_server, f"/dataset/{name}.ttl", "ttl")
        described = {triple for triple in catalogue if str(triple[0]).partition("#")[0] == str(iri)}
        assert described <= set(alone)
        assert len(described) > 50


def test_sources_tell_their_terms(catalogue: Graph) -> None:
    """In their own words where they name no licence; an address where they do."""
    labels = {
        str(o)
        for o in catalogue.objects(None, URIRef("http://www.w3.org/2000/01/rdf-schema#label"))
    }
    terms = [label for label in labels if "Terms of the source: " in label]
    assert any("other pages state none" in label for label in terms)
    source = URIRef(f"{BASE}dataset/est#source-institutions")
    assert str(catalogue.value(source, DCTERMS.license)).endswith("zero/1.0/")


def test_what_ckan_takes_literally(catalogue: Graph) -> None:
    """It puts the label of a described node for its address, and finds licences by a name of its own."""
    for predicate in (DCAT.landingPage, DCAT.downloadURL, DCAT.accessURL):
        for address in catalogue.objects(None, predicate):
            assert (address, RDFS.label, None) not in catalogue
            if (address, RDF.type, DCAT.DataService) not in catalogue:
                assert set(catalogue.predicates(address)) <= {RDF.type}
    for dataset in catalogue.subjects(RDF.type, DCAT.Dataset):
        assert len(list(catalogue.objects(dataset, DCTERMS.provenance))) < 2
        licence = catalogue.value(dataset, DCTERMS.license)
        assert str(catalogue.value(licence, DCTERMS.title)) == "Creative Commons Attribution"


def test_nobody_is_invented(catalogue: Graph) -> None:
    """With the shipped settings the catalogue says that nobody is named."""
    publisher = catalogue.value(URIRef(f"{BASE}catalog"), DCTERMS.publisher)
    assert str(catalogue.value(publisher, FOAF.name)) == f"Operator of {BASE} (not named)"
    assert not list(catalogue.objects(None, DCTERMS.accrualPeriodicity))
    mails = [o for o in catalogue.objects() if str(o).startswith("mailto:")]
    assert not mails


def test_the_operator_is_named(named: Server) -> None:
    """As the settings say, in the catalogue and on the page."""
    graph = read(named, "/catalog.jsonld", "jsonld")
    publisher = graph.value(URIRef(f"{BASE}catalog"), DCTERMS.publisher)
    assert str(publisher) == NAMED["publisher_iri"]
    assert str(graph.value(publisher, FOAF.name)) == NAMED["publisher_name"]
    assert str(graph.value(publisher, DCTERMS.type)).endswith("/NonProfitOrganisation")
    contact = graph.value(URIRef(f"{BASE}dataset/est"), DCAT.contactPoint)
    assert URIRef("mailto:help@example.org") in set(graph.objects(contact))
    assert len(set(graph.subjects(DCTERMS.accrualPeriodicity))) == 19
    page = named.get("/dataset/est", headers={"Accept": "text/html"}).text
    assert "Data House" in page
    assert 'href="https://example.org/help"' in page
    assert "mailto:" not in page


def test_an_untouched_dataset_keeps_its_bytes(dumped_home: Path, tmp_path: Path) -> None:
    """When something of Estonia changes, nothing of what is said of Spain does."""
    home, data = tmp_path / "home", tmp_path / "data"
    shutil.copytree(dumped_home, home, symlinks=True)
    copy_sample(data)
    table = data / "sources/estonia/estonia.csv"
    table.write_text(
        table.read_text("utf-8").replace("Draft Anti-Corruption Act", "Draft Act"), "utf-8"
    )

    def described() -> dict[str, bytes]:
        front = create_wsgi_application(Settings(home=home, workers=1))
        try:
            names = ("esp", "codes", "est", "ogpld")
            return {n: Client(front).get(f"/dataset/{n}.ttl").data for n in names}
        finally:
            front.current_release.close()

    before = described()
    publish_sources(Inputs(data=data), Settings(home=home), Progress())
    assert described() == before, "its dumps are still to come"
    complete_dumps(Settings(home=home), Progress())
    after = described()
    assert {name for name in before if before[name] != after[name]} == {"est", "ogpld"}


def test_dumps_that_come_while_an_answer_is_made_are_in_the_next(
    dumped_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was made without them is not repeated."""
    home = tmp_path / "home"
    shutil.copytree(dumped_home, home, symlinks=True)
    front = create_wsgi_application(Settings(home=home, workers=1))
    client = Client(front)
    with front.current_release.lease() as serving:
        index = serving.release.path / FOLDER / INDEX
    aside, documents = index.with_name("aside"), serving.documents
    look = dataset_facts.newest_dumps

    def looked(*values: Any) -> object:
        result = look(*values)
        if aside.exists():
            aside.rename(index)
        return result

    monkeypatch.setattr(dataset_facts, "newest_dumps", looked)
    try:
        for path in _OF_DUMPS:
            documents.clear()
            right = client.get(path).data
            documents.clear()
            index.rename(aside)
            client.get(path)
            assert index.exists(), path
            assert client.get(path).data == right, path
    finally:
        front.current_release.close()


@pytest.mark.parametrize("path", ["/dataset/ogpld", "/dataset/est", "/dataset/codes", "/catalog"])
def test_pages(dumped_server: Server, path: str) -> None:
    """Landing pages name title, licence, sources and files, and link what they speak of."""
    answer = dumped_server.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert answer.headers["Content-Location"] == f"{path}.html"
    for href in sorted(set(re.findall(r'href="(/[^"#]*)', answer.text))):
        response = requests.head(
            dumped_server.url + href, headers={"Accept": "*/*"}, timeout=30, allow_redirects=True
        )
        assert response.status_code == 200, href
    if path == "/dataset/est":
        assert "Commitments by assessment (CSV)" in answer.text
        assert "other pages state none" in answer.text
        assert 'href="/id/member/EST"' in answer.text


def test_places_have_names(dumped_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A place of ours that the EU's lists lack is called as its member's territory is."""
    monkeypatch.setattr(datasets, "authorities", dict)
    monkeypatch.setattr(datasets, "_CONTINENTS", {})
    front = create_wsgi_application(Settings(home=dumped_home, workers=1))
    try:
        page = Client(front).get("/dataset/ogpld", headers={"Accept": "text/html"}).text
    finally:
        front.current_release.close()
    places = re.search(r"<dt>Places</dt><dd>(.*?)</dd>", page)
    assert places
    linked = re.findall(r'href="([^"]+)"><bdi[^>]*>([^<]+)<', places[1])
    assert ("/id/member/EST#territory", "Estonia") in linked
    assert not [name for _, name in linked if "/" in name]


def test_unknown_datasets_are_not_found(dumped_server: Server) -> None:
    """Others that the release describes are."""
    assert dumped_server.get("/dataset/none").status_code == 404
    assert dumped_server.get("/dataset/none/croissant.json").status_code == 404
    assert dumped_server.get("/dataset/EST").status_code == 404
    assert dumped_server.get("/dataset/printed-totals.ttl").status_code == 200


def test_croissant(dumped_server: Server, named: Server) -> None:
    """What Croissant 1.1 requires; files of one release with their digests, every column a field."""
    for server in (dumped_server, named):
        answer = server.get("/dataset/est/croissant.json")
        assert answer.headers["Content-Type"] == "application/ld+json"
        document: dict[str, Any] = answer.json()
        assert document["conformsTo"] == "http://mlcommons.org/croissant/1.1"
        assert document["@type"] == "sc:Dataset"
        for name in ("name", "description", "license", "url", "creator", "datePublished"):
            assert document[name]
        objects = {item["@id"]: item for item in document["distribution"]}
        assert len(objects) == len(document["recordSet"]) > 5
        for item in objects.values():
            path = item["contentUrl"].removeprefix(BASE)
            content = server.get(f"/{path}").content
            assert hashlib.sha256(content).hexdigest() == item["sha256"]
            assert item["encodingFormat"] == "text/csv"
            header = content.decode().splitlines()[0].split(",")
            [records] = [r for r in document["recordSet"] if f"{r['@id']}.csv" == item["@id"]]
            assert [f["source"]["extract"]["column"] for f in records["field"]] == header
            fields = {field["@id"]: field for field in records["field"]}
            assert records["key"]["@id"] in fields
            assert all(f["source"]["fileObject"]["@id"] == item["@id"] for f in fields.values())
            assert all(f["dataType"].startswith("sc:") for f in fields.values())


def test_ro_crate(dumped_server: Server, named: Server, dumped_home: Path) -> None:
    """RO-Crate 1.2: descriptor, root with what it must have, every file with size and digest."""
    [release] = [p.name for p in (dumped_home / "releases").iterdir()]
    for server in (dumped_server, named):
        answer = server.get(f"/dump/{release}/ro-crate-metadata.json")
        document = answer.json()
        assert document["@context"] == "https://w3id.org/ro/crate/1.2/context"
        nodes = {node["@id"]: node for node in document["@graph"]}
        assert len(nodes) == len(document["@graph"])
        descriptor = nodes["ro-crate-metadata.json"]
        assert descriptor["@type"] == "CreativeWork"
        assert descriptor["about"] == {"@id": "./"}
        assert descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.2"}
        root = nodes["./"]
        assert root["@type"] == "Dataset"
        for name in ("name", "description", "datePublished", "license"):
            assert root[name]
        assert nodes[root["license"]["@id"]]["description"]
        assert ("publisher" in root) == (server is named)
        files = server.get(f"/dump/{release}/index.json").json()["files"]
        parts = [nodes[part["@id"]] for part in root["hasPart"]]
        held = {entry["@id"] for part in parts for entry in part["hasPart"]}
        assert held == {file["file"] for file in files}
        for file in files:
            assert nodes[file["file"]]["@type"] == "File"
            assert nodes[file["file"]]["sha256"] == file["sha256"]
            assert nodes[file["file"]]["contentSize"] == str(file["bytes"])
        linked = set(re.findall(r'\{"@id": "([^"]+)"\}', json.dumps(document)))
        assert linked <= nodes.keys() | {"https://w3id.org/ro/crate/1.2"}


def test_settings_go_to_the_server(dumped_home: Path) -> None:
    """A code nobody knows keeps a server from starting, with a word why."""
    done = subprocess.run(
        [sys.executable, "-m", "ogpld", "serve", "--port", "1"],
        env=environment(dumped_home, publisher_type="Whatever"),
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert "publisher_type 'Whatever' is unknown" in done.stderr
