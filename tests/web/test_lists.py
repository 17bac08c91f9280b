"""`/doc/{class}` in every form: filters, totals, pages, and never a page with things missing."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import jsonschema
import pytest
import requests
from support.linked import loader, read_by_pyld
from support.lists import things, walk
from support.running import Server

from ogpld.config import Settings
from ogpld.rdf import HYDRA, RDF, Triple, parse_quads, read_triples, term_text
from ogpld.web.http.problems import Problem
from ogpld.web.lists.list_index import things as things_of
from ogpld.web.lists.selection import statements as statements_of
from ogpld.web.server.create_application import create_wsgi_application

BASE = "http://localhost:8000"
RDF_FORMS = ("ttl", "nt", "rdf")


def members(page: dict[str, Any]) -> list[str]:
    """Return the things of a page in JSON-LD."""
    return [node["id"] for node in page["hydra:member"]]


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("/doc/commitment.jsonld", "?t a ogpld:Commitment"),
        ("/doc/commitment.jsonld?limit=7", "?t a ogpld:Commitment"),
        ("/doc/assessment.jsonld?limit=250", "?t a ogpld:Assessment"),
        ("/doc/person.jsonld", "?t a ogpld:Author"),
        ("/doc/commitment.jsonld?type=sub-commitment", "?t a ogpld:SubCommitment"),
        (
            "/doc/commitment.jsonld?member=EST&limit=10",
            f"?t a ogpld:Commitment ; ogpld:member <{BASE}/id/member/EST>",
        ),
        (
            "/doc/commitment.jsonld?member=EST&member=LVA",
            (
                "?t a ogpld:Commitment ; ogpld:member ?m"
                f" FILTER(?m IN (<{BASE}/id/member/EST>, <{BASE}/id/member/LVA>))"
            ),
        ),
        (
            "/doc/commitment.jsonld?completion=complete&cycle=2018",
            (
                "?t a ogpld:Commitment ; ogpld:plan/ogpld:cycle 2018 ;"
                " ogpld:completion <https://w3id.org/ogpld/code/completion/complete>"
            ),
        ),
        (
            "/doc/commitment.jsonld?policyAreas=open-data&starred=false",
            (
                "?t a ogpld:Commitment ; ogpld:starred false ;"
                " ogpld:policyArea <https://w3id.org/ogpld/code/policy-area/open-data>"
            ),
        ),
        (
            "/doc/assessment.jsonld?region=europe&value=complete&limit=20",
            (
                "?t a ogpld:Assessment ; ogpld:assesses ?c ;"
                " ogpld:value <https://w3id.org/ogpld/code/completion/complete> ."
                " ?c ogpld:member/ogpld:region <https://w3id.org/ogpld/code/region/europe>"
            ),
        ),
        ("/doc/report.jsonld?cycle=2016", "?t a ogpld:Report ; ogpld:plan/ogpld:cycle 2016"),
        (
            f"/doc/assessment.jsonld?assesses={quote(f'{BASE}/id/commitment/EE0050')}",
            f"?t a ogpld:Assessment ; ogpld:assesses <{BASE}/id/commitment/EE0050>",
        ),
    ],
)
def test_all_pages_together_are_what_sparql_finds(server: Server, path: str, pattern: str) -> None:
    """Each thing once, in natural order, and every page says the same right total."""
    expected = things(server, pattern)
    assert expected
    pages = [answer.json() for answer in walk(server, path)]
    assert [iri for page in pages for iri in members(page)] == expected
    assert {page["hydra:totalItems"] for page in pages} == {len(expected)}
    limit = int(parse_qs(urlsplit(path).query).get("limit", ["100"])[0])
    assert all(len(members(page)) == limit for page in pages[:-1])


def test_links_and_view_lead_through_the_pages(server: Server) -> None:
    """Header and graph agree; no next on the last page, no previous on the first; paths in headers."""
    pages = list(walk(server, "/doc/commitment.jsonld?member=EST&limit=10"))
    assert len(pages) == 3
    for number, answer in enumerate(pages, 1):
        view = answer.json()["hydra:view"]
        links = {name: link["url"] for name, link in answer.links.items()}
        assert ("next" in links) == ("hydra:next" in view) == (number < 3)
        assert ("prev" in links) == ("hydra:previous" in view) == (number > 1)
        for rel, name in (
            ("first", "first"),
            ("last", "last"),
            ("next", "next"),
            ("prev", "previous"),
        ):
            if rel in links:
                assert view[f"hydra:{name}"] == BASE + links[rel]
                assert links[rel].startswith("/doc/commitment.jsonld?member=EST&limit=10")
        assert view["id"] == BASE + urlsplit(answer.url)._replace(scheme="", netloc="").geturl()
        assert answer.json()["id"] == f"{BASE}/doc/commitment?member=EST"


def test_a_negotiated_list_links_to_negotiated_pages(server: Server) -> None:
    """Pages of a negotiated list link without suffix; Content-Location names the address of the form."""
    answer = server.get("/doc/commitment?limit=50", headers={"Accept": "application/ld+json"})
    assert answer.headers["Vary"] == "Accept, Accept-Encoding"
    assert answer.headers["Content-Location"] == "/doc/commitment.jsonld?limit=50"
    assert answer.links["next"]["url"] == "/doc/commitment?limit=50&page=2"
    assert server.get(answer.headers["Content-Location"]).content == answer.content
    plain = server.get("/doc/commitment.jsonld?limit=50")
    assert plain.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("*/*", "text/turtle"),
        ("text/html,*/*;q=0.8", "text/html"),
        ("text/csv", "text/csv"),
        ("application/x-ndjson", "application/x-ndjson"),
        ("application/json", "application/json"),
        ("application/rdf+xml", "application/rdf+xml"),
    ],
)
def test_forms_are_negotiated(server: Server, accept: str, kind: str) -> None:
    """Every form of the same page, with links to the others and a tag of its own."""
    answer = server.get("/doc/member?region=europe", headers={"Accept": accept})
    assert answer.headers["Content-Type"].split(";")[0] == kind
    for suffix in ("ttl", "jsonld", "nt", "rdf", "csv", "ndjson", "html"):
        there = f'</doc/member.{suffix}?region=europe>; rel="alternate"' in answer.headers["Link"]
        own = suffix in answer.headers["Content-Location"]
        assert there != own
    again = server.get(
        "/doc/member?region=europe",
        headers={"Accept": accept, "If-None-Match": answer.headers["ETag"]},
    )
    assert again.status_code == 304
    head = requests.head(
        f"{server.url}/doc/member?region=europe", headers={"Accept": accept}, timeout=10
    )
    assert head.headers["ETag"] == answer.headers["ETag"]
    assert head.headers["Link"] == answer.headers["Link"]


def graphs(server: Server, query: str) -> dict[str, set[Triple]]:
    """Return the graph of a page in every RDF form, the address of the view made one."""
    by_form = {}
    for form in (*RDF_FORMS, "jsonld", "expanded", "flattened"):
        shape = f"&_profile={form}" if form in {"expanded", "flattened"} else ""
        suffix = "jsonld" if shape else form
        answer = server.get(f"/doc/commitment.{suffix}{query}{shape}")
        if suffix == "jsonld":
            body = answer.json()
            contexts = {}
            if isinstance(body, dict):
                path = body["@context"].removeprefix(BASE)
                contexts[body["@context"]] = server.get(path).json()
            triples = read_by_pyld(body, loader(contexts))
        else:
            triples = {quad.triple for quad in parse_quads(answer.content, suffix)}
        lines = "\n".join(f"{triple} ." for triple in triples)
        lines = re.sub(rf"/doc/commitment\.{suffix}\?", "/doc/commitment.x?", lines)
        lines = lines.replace(shape, "") if shape else lines
        by_form[form] = {quad.triple for quad in parse_quads(lines.encode(), "nt")}
    return by_form


@pytest.mark.parametrize("query", ["?limit=30&page=2", "?member=EST&limit=9"])
def test_a_page_is_the_same_graph_in_every_form(server: Server, query: str) -> None:
    """Every form of a page has the same graph, except for the address of the view, which is the file's."""
    by_form = graphs(server, query)
    for form, triples in by_form.items():
        assert triples == by_form["nt"], form
    kinds = {term_text(t.object) for t in by_form["nt"] if t.predicate == RDF("type")}
    assert {HYDRA("Collection").value, HYDRA("PartialCollectionView").value} <= kinds
    assert not any("_:" in str(triple) for triple in by_form["nt"])


def test_members_are_told_as_their_documents_tell_them(server: Server) -> None:
    """What the release states of a member stands on the page, and is as its schema says."""
    page = server.get("/doc/commitment.jsonld?member=EST").json()
    judge = jsonschema.Draft202012Validator(server.get("/schema/commitment.json").json())
    for node in page["hydra:member"]:
        judge.validate(node)
    node = next(node for node in page["hydra:member"] if node["id"].endswith("/EE0057"))
    document = server.get("/doc/commitment/EE0057.jsonld?_profile=framed").json()
    assert node == {key: document[key] for key in node}
    assert document.keys() - node.keys() <= {"@context", "assessments", "milestones", "continuedBy"}


def test_every_list_is_as_the_schema_of_its_class_says(server: Server) -> None:
    """Lines of NDJSON are documents of their own."""
    for segment in ("member", "action-plan", "report", "institution", "milestone", "assessment"):
        judge = jsonschema.Draft202012Validator(server.get(f"/schema/{segment}.json").json())
        answer = server.get(f"/doc/{segment}.ndjson")
        assert f"</schema/{segment}.json>" in answer.headers["Link"]
        lines = answer.text.splitlines()
        pages = [answer.json() for answer in walk(server, f"/doc/{segment}.jsonld?limit=1000")]
        expected = [iri for page in pages for iri in members(page)]
        assert [json.loads(line)["id"] for line in lines] == expected
        for line in lines:
            judge.validate(json.loads(line))


def test_a_line_is_read_alone(server: Server) -> None:
    """Each names the context, so that a line can be cut out and kept."""
    line = json.loads(server.get("/doc/commitment.ndjson?limit=1").text)
    path = line["@context"].removeprefix(BASE)
    load = loader({line["@context"]: server.get(path).json()})
    page = server.get("/doc/commitment.nt?limit=1").content
    about = {
        quad.triple
        for quad in parse_quads(page, "nt")
        if term_text(quad.subject).partition("#")[0] == line["id"]
    }
    assert read_by_pyld(line, load) == about


def test_csv_has_the_same_rows(server: Server) -> None:
    """Key, address, label and the columns of the class, the same on every page."""
    answers = list(walk(server, "/doc/commitment.csv?limit=40"))
    headers = {answer.text.splitlines()[0] for answer in answers}
    assert len(headers) == 1
    assert headers.pop().startswith("key,id,label,title@en,")
    rows = [row for a in answers for row in csv.DictReader(io.StringIO(a.text, newline=""))]
    assert [row["id"] for row in rows] == things(server, "?t a ogpld:Commitment")
    row = next(row for row in rows if row["key"] == "EE0050")
    assert row["label"] == row["title@en"] == "Riigikogu Transparency"
    assert row["member"] == "EST"
    assert row["completion"] == "complete"
    assert row["starred"] == "false"
    assert row["startDate"] == "2018-07-01"
    assert row["policyAreas"].split(";")[0] == "access-to-information"
    assert row["leadText@und"] == "Riigikogu"


def test_the_search_is_told_as_a_template(server: Server) -> None:
    """Each variable is a parameter that works."""
    search = server.get("/doc/commitment.jsonld?limit=1").json()["hydra:search"]
    names = {mapping["hydra:variable"] for mapping in search["hydra:mapping"]}
    template = search["hydra:template"]
    assert template.startswith(f"{BASE}/doc/commitment{{?")
    assert set(template.partition("{?")[2].rstrip("}").split(",")) == names
    assert {"member", "cycle", "policyAreas", "completion", "modified_since", "page"} <= names
    variables = {m["hydra:variable"]: m.get("hydra:property") for m in search["hydra:mapping"]}
    assert variables["policyAreas"] == "https://w3id.org/ogpld/ns#policyArea"
    assert {"q", "sort", "all"} <= names
    for name in names - {"type", "modified_since", "limit", "page", "q"}:
        assert server.get(f"/doc/commitment.ttl?{name}=no-such-value").status_code == 400, name


@pytest.mark.parametrize(
    ("query", "code", "alternative"),
    [
        ("completion=finished", "filter-unknown", "complete"),
        ("member=QQQ", "filter-unknown", "EST"),
        ("cycle=1999", "filter-unknown", "2018"),
        ("starred=perhaps", "filter-unknown", "true"),
        ("member=EST&member=QQQ", "filter-unknown", "EST"),
        ("type=member", "filter-unknown", "sub-commitment"),
        ("limit=1001", "limit", ""),
        ("limit=0", "limit", ""),
        ("limit=x", "limit", ""),
        ("modified_since=yesterday", "modified-since", ""),
        ("modified_since=2026-13-01", "modified-since", ""),
    ],
)
def test_a_wrong_value_is_400_with_what_there_is(
    server: Server, query: str, code: str, alternative: str
) -> None:
    """Never a list that silently left the filter out."""
    answer = server.get(f"/doc/commitment.jsonld?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert not alternative or alternative in answer.json()["available"]


@pytest.mark.parametrize("page", ["0", "-1", "99", "x", "1.5", "٣", "9" * 5000, "100000000000"])
def test_a_page_there_is_not_is_404(server: Server, page: str) -> None:
    """Past the end, before the beginning, or no number."""
    assert server.get(f"/doc/commitment.jsonld?page={page}").status_code == 404


def test_what_sites_add_to_links_is_passed_over(server: Server) -> None:
    """A tracker's parameter changes nothing, not even an address."""
    plain = server.get("/doc/member.jsonld?region=europe")
    other = server.get("/doc/member.jsonld?utm_source=x&fbclid=&region=europe")
    assert other.content == plain.content
    assert other.headers["Link"] == plain.headers["Link"]


def test_how_a_filter_is_written_does_not_matter(server: Server) -> None:
    """Key or address, notation or IRI, any order: the same page."""
    written = (
        "member=EST&completion=complete",
        "completion=complete&member=EST&member=EST",
        f"member={quote(f'{BASE}/id/member/EST')}&completion=complete",
        "member=member/EST&completion=completion/complete",
        f"completion={quote('https://w3id.org/ogpld/code/completion/complete')}&member=EST",
    )
    assert len({server.get(f"/doc/commitment.jsonld?{query}").content for query in written}) == 1


def test_nothing_left_is_an_empty_first_page(server: Server) -> None:
    """A known value that no thing has: total 0, one page, no next."""
    answer = server.get("/doc/commitment.jsonld?completion=not-started&member=EST&cycle=2012")
    assert answer.json()["hydra:totalItems"] == 0
    assert answer.json()["hydra:member"] == []
    assert "next" not in answer.links
    for form in ("ttl", "csv", "ndjson", "html"):
        empty = server.get(f"/doc/commitment.{form}?completion=not-started&member=EST&cycle=2012")
        assert empty.status_code == 200
    assert (
        server.get(
            "/doc/commitment.ttl?completion=not-started&member=EST&cycle=2012&page=2"
        ).status_code
        == 404
    )


def test_the_page_counts_what_each_choice_would_leave(server: Server) -> None:
    """Numbers beside choices are totals of the lists they lead to."""
    html = server.get("/doc/commitment.html?member=EST").text
    choices = re.findall(
        r'<li><a href="(/doc/commitment\?[^"]+)" rel="nofollow"( aria-current="true")?>.*?</a>'
        r' <span class="count">([\d,]+)</span>',
        html,
    )
    assert len(choices) > 30
    checked = 0
    for href, chosen, count in choices[::7]:
        path = href.replace("&amp;", "&").replace("/doc/commitment?", "/doc/commitment.jsonld?")
        if not chosen and "member=EST&" in path and path.count("member=") == 1:
            total = server.get(path).json()["hydra:totalItems"]
            assert total == int(count.replace(",", "")), path
            checked += 1
    assert checked > 3
    assert '<a href="/doc/commitment" rel="nofollow" aria-current="true">✓' in html
    assert "25 of 103" in html


def test_a_document_that_only_begins_a_list_leads_to_the_whole(server: Server) -> None:
    """951 assessments by the IRM, a hundred in the document: the total, and where all are."""
    path = "/code/assessor/irm"
    framed = server.get(f"{path}.jsonld?_profile=framed").json()
    assert len(framed["assessed"]) == 100
    (collection,) = framed["hydra:collection"]
    assert collection["id"] == f"{BASE}/doc/assessment?assessor=irm"
    whole = server.get("/doc/assessment.jsonld?assessor=irm").json()
    assert collection["hydra:totalItems"] == whole["hydra:totalItems"] > 100
    assert whole["id"] == collection["id"]
    schema = server.get("/schema/concept.json").json()
    jsonschema.Draft202012Validator(schema).validate(framed)
    turtle = {quad.triple for quad in parse_quads(server.get(f"{path}.ttl").content, "ttl")}
    assert sum(triple.predicate == HYDRA("totalItems") for triple in turtle) == 1
    small = server.get("/doc/commitment/EE0050.jsonld?_profile=framed").json()
    assert "hydra:collection" not in small


def test_a_page_that_cannot_be_completed_is_an_error(home: Path) -> None:
    """Where the store does not answer for one of the things, there is no page."""
    front = create_wsgi_application(Settings(home=home, workers=1))
    try:
        with front.current_release.lease() as serving:
            page = things_of(serving, "member")[:3]
            triples = read_triples(statements_of(serving, page))
            assert len({term_text(t.subject).partition("#")[0] for t in triples}) == 3
            with pytest.raises(Problem) as caught:
                statements_of(serving, (*page, f"{BASE}/id/member/NOBODY"))
            assert (caught.value.status, caught.value.code) == (500, "list-incomplete")
    finally:
        front.current_release.close()


def test_lists_of_the_past_are_there(server: Server) -> None:
    """Under the address of the release, with links that stay there, and for ever."""
    release = server.get("/healthz").json()["release"]
    answer = server.get(f"/release/{release}/doc/commitment.jsonld?member=EST&limit=10")
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.links["next"]["url"].startswith(f"/release/{release}/doc/commitment.jsonld?")
    page = answer.json()
    assert page["id"] == f"{BASE}/release/{release}/doc/commitment?member=EST"
    assert members(page) == members(server.get("/doc/commitment.jsonld?member=EST&limit=10").json())
