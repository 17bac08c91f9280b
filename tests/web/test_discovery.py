"""A server is found by whoever knows only its address."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from rdflib import Graph
from rdflib.namespace import RDF, VOID
from rdflib.term import BNode, URIRef
from support.page_types import BROWSER, page_types
from support.running import Server

from ogpld.catalogue.linkset import read_header
from ogpld.catalogue.services import SERVICES
from ogpld.queries.named import load_named
from ogpld.release import Release
from ogpld.release.log import read_log

BASE = "http://localhost:8000/"
_SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
DATASET = URIRef(f"{BASE}dataset/ogpld")


@pytest.fixture(scope="module")
def void(server: Server) -> Graph:
    """The VoID description."""
    answer = server.get("/.well-known/void", headers={"Accept": "text/turtle"})
    return Graph().parse(data=answer.text, format="turtle")


def test_void_is_at_both_addresses_in_every_form(server: Server) -> None:
    """The well-known address answers itself, and names the file it sends."""
    response = server.get("/.well-known/void")
    assert response.status_code == 200
    assert response.headers["Content-Location"] == "/void.ttl"
    assert response.content == server.get("/void").content == server.get("/void.ttl").content
    forms = {suffix: server.get(f"/void.{suffix}") for suffix in ("nt", "rdf", "jsonld")}
    assert all(answer.status_code == 200 for answer in forms.values())
    assert len(Graph().parse(data=forms["rdf"].text, format="xml")) == len(
        Graph().parse(data=forms["nt"].text, format="nt")
    )
    assert server.get("/void.csv").status_code == 406


def test_void_says_how_to_get_at_the_data(void: Graph) -> None:
    """Endpoint, names, forms, vocabularies, licence; no blank nodes."""
    assert (URIRef(f"{BASE}.well-known/void"), RDF.type, VOID.DatasetDescription) in void
    assert str(void.value(DATASET, VOID.sparqlEndpoint)) == f"{BASE}sparql"
    assert str(void.value(DATASET, VOID.uriSpace)) == f"{BASE}id/"
    forms = {str(o).rpartition("/")[2] for o in void.objects(DATASET, VOID.feature)}
    assert forms == {"Turtle", "JSON-LD", "N-Triples", "RDF_XML"}
    assert URIRef("https://w3id.org/ogpld/ns#") in set(void.objects(DATASET, VOID.vocabulary))
    assert not [term for triple in void for term in triple if isinstance(term, BNode)]


def test_examples_are_one_of_each_kind_and_can_be_had(void: Graph, server: Server) -> None:
    """Whoever follows an example gets a document about it."""
    examples = [str(o) for o in void.objects(DATASET, VOID.exampleResource)]
    kinds = [iri.removeprefix(f"{BASE}id/").partition("/")[0] for iri in examples]
    assert len(kinds) == len(set(kinds)) >= 8
    for iri in examples:
        assert server.get(iri.removeprefix(BASE[:-1])).status_code == 303


def test_linksets_count_what_the_data_says(void: Graph, server: Server) -> None:
    """Every linkset has as many links as a query finds in the graph that is named as it."""
    linksets = list(void.subjects(RDF.type, VOID.Linkset))
    sites = set()
    for linkset in linksets:
        target = void.value(linkset, VOID.objectsTarget)
        site, name = void.value(target, VOID.uriSpace), void.value(linkset, VOID.linkPredicate)
        sites.add(str(site))
        where = f'GRAPH <{linkset}> {{ ?s <{name}> ?o FILTER(STRSTARTS(STR(?o), "{site}")) }}'
        query = f"SELECT (COUNT(*) AS ?n) {{ {where} }}"
        answer = server.get("/sparql", params={"query": query, "format": "csv"})
        assert answer.text.split() == ["n", str(void.value(linkset, VOID.triples))]
    assert "http://www.wikidata.org/entity/" in sites
    assert "https://sws.geonames.org/" in sites


def test_documents_lead_back_to_their_data_set(server: Server) -> None:
    """VoID 7.1: void:inDataset."""
    text = server.get("/doc/member/EST.nt").text
    assert f"<{BASE}doc/member/EST> <{VOID.inDataset}> <{DATASET}> ." in text


def test_services_are_listed_and_answer(server: Server) -> None:
    """RFC 9727: a linkset at the well-known address; every address of this server in it answers GET.

    But the tools for language models: the Model Context Protocol has GET refused with 405.
    """
    answer = server.get("/.well-known/api-catalog")
    assert answer.headers["Content-Type"] == "application/linkset+json"
    linkset = json.loads(answer.content)["linkset"]
    items = {item["href"] for item in linkset[0]["item"]}
    assert {f"{BASE}{service.path[1:]}" for service in SERVICES} <= items, "none is announced only"
    targets = {
        t["href"] for part in linkset for v in part.values() if isinstance(v, list) for t in v
    }
    for target in targets:
        path = target.removeprefix(BASE[:-1])
        assert server.get(path).status_code == (405 if path == "/mcp" else 200), target
    text = server.get("/.well-known/api-catalog", headers={"Accept": "application/linkset"})
    assert text.headers["Content-Type"].startswith("application/linkset")
    assert f'anchor="{BASE}.well-known/api-catalog"' in text.text


def test_the_home_page_leads_to_the_descriptions(server: Server) -> None:
    """Its header names the list of services, VoID and the catalogue; each answers in the type it says."""
    links = read_header(server.get("/").headers["Link"])
    assert {"api-catalog", "describedby", "service"} <= {link.rel for link in links}
    for link in links:
        answer = server.get(link.href, headers={"Accept": link.attributes.get("type", "*/*")})
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith(link.attributes.get("type", ""))


@pytest.mark.parametrize(
    "path", ["/doc/commitment/EE0050", "/code/completion/complete", "/dataset/ogpld"]
)
def test_a_linkset_has_the_links_of_the_header(server: Server, path: str) -> None:
    """Each link of the document is in its linkset, and its descriptions say what they describe."""
    page = server.get(path, headers={"Accept": "text/html"})
    links = read_header(page.headers["Link"])
    (named,) = [link for link in links if link.rel == "linkset"]
    assert named.attributes["type"] == "application/linkset+json"
    answer = server.get(named.href)
    anchors = {part["anchor"]: part for part in json.loads(answer.content)["linkset"]}
    own = anchors[BASE[:-1] + path]
    for link in links:
        absolute = BASE[:-1] + link.href if link.href.startswith("/") else link.href
        if link.rel != "linkset":
            assert absolute in {target["href"] for target in own[link.rel]}, link
    assert anchors[f"{BASE[:-1]}{path}.jsonld"]["describes"] == [{"href": BASE[:-1] + path}]
    assert answer.headers["Vary"] == "Accept, Accept-Encoding"


def test_every_linkset_that_is_named_is_there(server: Server) -> None:
    """Whoever follows rel="linkset" of a page of any kind, or of its data, gets it; four kinds name one."""
    named: dict[str, set[str]] = {}
    for _, path in page_types(server):
        for accept in (BROWSER["Accept"], "text/turtle"):
            header = server.get(path, headers={"Accept": accept}).headers.get("Link", "")
            for link in read_header(header):
                if link.rel == "linkset":
                    named.setdefault(link.href, set()).add(path)
    assert {href.split("/")[2] for href in named} == {"doc", "code", "graph", "dataset"}
    for href in named:
        answer = server.get(href)
        assert answer.status_code == 200, href
        assert json.loads(answer.content)["linkset"][0]["anchor"].startswith(BASE)


def test_what_has_no_links_has_no_linkset(server: Server) -> None:
    """Things that are not there, lists and pages are 404, as a problem."""
    nothing = ("doc/commitment/EE9999", "code/completion/nothing", "nothing/at/all")
    for below in (*nothing, "doc/commitment", "code/completion", "sparql"):
        answer = server.get(f"/linkset/{below}")
        assert answer.status_code == 404, below
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_documents_are_signposted(server: Server) -> None:
    """What it is, how to cite it, its licence, its list, its metadata with their types."""
    links = read_header(server.get("/doc/commitment/EE0050").headers["Link"])
    rels = {link.rel for link in links}
    assert rels >= {
        "cite-as",
        "license",
        "collection",
        "describedby",
        "type",
        "linkset",
        "canonical",
    }
    described = [link for link in links if link.rel == "describedby"]
    assert described
    assert all("type" in link.attributes for link in described)
    for link in described:
        assert server.get(link.href).headers["Content-Type"].startswith(link.attributes["type"])
    assert "https://schema.org/AboutPage" in {link.href for link in links if link.rel == "type"}


def test_a_data_set_is_signposted_to_its_citations(server: Server) -> None:
    """Reference managers and who registers a DOI find its metadata from its page."""
    links = read_header(server.get("/dataset/ogpld").headers["Link"])
    described = {link.attributes["type"]: link.href for link in links if link.rel == "describedby"}
    assert described["application/vnd.datacite.datacite+json"] == "/dataset/ogpld.datacite.json"
    assert [link for link in links if link.rel == "collection" and link.href.endswith("/catalog")]


def test_robots_are_told_what_to_take_first(server: Server) -> None:
    """Dumps and feeds before pages, no queries, and where the sitemap is."""
    answer = server.get("/robots.txt")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    lines = answer.text.splitlines()
    assert "Disallow: /sparql" in lines
    for path in (line.removeprefix("Disallow: ") for line in lines if line.startswith("Disallow")):
        if "*" not in path and not path.endswith("/"):
            assert server.get(path).status_code != 404, f"{path} does not exist"
    assert f"Sitemap: {BASE}sitemap.xml" in lines
    assert f"{BASE}ldes" in answer.text.partition("User-agent")[0]
    shut = [line for line in lines if line.startswith("Disallow: /doc")]
    assert shut == ["Disallow: /doc/*?", "Disallow: /doc/*?page=*&"], (
        "filters; no document, no list"
    )
    assert "Allow: /doc/*?page=" in lines


def _sitemap(server: Server) -> dict[str, str | None]:
    dates: dict[str, str | None] = {}
    for file in re.findall(r"<loc>([^<]*)", server.get("/sitemap.xml").text):
        text = server.get(file.removeprefix(BASE[:-1])).text
        for url in ET.fromstring(text):  # noqa: S314  (our own)
            dates[url.findtext(f"{_SPACE}loc") or ""] = url.findtext(f"{_SPACE}lastmod")
    return dates


def test_the_sitemap_names_what_people_read(server: Server, release: Release) -> None:
    """Every commitment, no assessment, every address this server's own; each sort answers."""
    dates = _sitemap(server)
    things = [url for url in dates if url.startswith(f"{BASE}doc/commitment/")]
    classes = release.manifest.classes
    assert len(things) == classes["Commitment"] + classes["SubCommitment"]
    assert not [url for url in dates if "/doc/assessment" in url]
    assert f"{BASE}harvest" in dates
    assert {f"{BASE}queries/{name}" for name in load_named()} <= dates.keys()
    assert f"{BASE}code/completion/substantial" in dates
    codes = [url for url in dates if re.fullmatch(rf"{BASE}code/[^/]+/[^/]+", url)]
    assert len(codes) > 250
    for url in codes[::40]:
        assert server.get(url.removeprefix(BASE[:-1])).status_code == 200, url
    for url in [*list(dates)[:40], *things[:2]]:
        if "/dataset/" not in url:
            assert server.get(url.removeprefix(BASE[:-1])).status_code == 200, url


def test_last_modified_is_when_the_thing_last_changed(server: Server, release: Release) -> None:
    """It is the time of the release that changed it, for things and their lists; others have none."""
    dates = _sitemap(server)
    created = release.manifest.created[:19] + "Z"
    changed = {change.thing for change in read_log(release)}
    assert f"{BASE}id/commitment/EE0050" in changed
    assert dates[f"{BASE}doc/commitment/EE0050"] == created
    assert dates[f"{BASE}doc/commitment"] == created
    assert dates[BASE] == release.manifest.created, "it shows the counts of the release"
    assert dates[f"{BASE}ns"] is None


def test_there_is_no_sitemap_beyond_the_last(server: Server) -> None:
    """Numbers that are none are 404."""
    for number in ("0", "2", "x", "99999999999999999999"):
        assert server.get(f"/sitemap/{number}.xml").status_code == 404


def _blocks(html: str) -> list[dict[str, object]]:
    return [
        json.loads(b)
        for b in re.findall(
            r'<script type="application/ld\+json">\n(.*?)\n</script>', html, re.DOTALL
        )
    ]


def test_pages_of_data_sets_and_the_home_page_have_schema_org(server: Server) -> None:
    """The home page has the catalogue, the page of a data set the data set, others nothing."""
    (home,) = _blocks(server.get("/", headers={"Accept": "text/html"}).text)
    assert home["@type"] == "DataCatalog"
    (page,) = _blocks(server.get("/dataset/ogpld.html").text)
    assert page["@type"] == "Dataset"
    assert page["@id"] == str(DATASET)
    assert _blocks(server.get("/doc/commitment/EE0050.html").text) == []
    assert _blocks(server.get("/dataset/nothing.html").text) == []


def test_blocks_are_data_under_the_policy(server: Server) -> None:
    """No script may run inside of a page that has one."""
    answer = server.get("/", headers={"Accept": "text/html"})
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in answer.headers["Content-Security-Policy"]


def test_the_repository_says_how_to_cite_the_software(root: Path) -> None:
    """CITATION.cff has the version and licence of the package."""
    import ogpld  # noqa: PLC0415

    text = (root / "CITATION.cff").read_text()
    assert f"\nversion: {ogpld.__version__}\n" in text
    assert "\nlicense: Apache-2.0\n" in text
    assert "doi" not in text.lower()


def test_browsers_find_the_icon(server: Server) -> None:
    """At the address where they look for it when what they show is no page."""
    answer = server.get("/favicon.ico")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/static/icon.png")
    assert server.get(answer.headers["Location"]).headers["Content-Type"] == "image/png"
