"""Linksets (docs/contract.md#linksets): a graph each, described, and as SSSOM."""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from pathlib import Path

import pytest
from support.running import Server

from ogpld.errors import SourceError
from ogpld.formats.sssom import MappedPair, write_sssom
from ogpld.iris import Iris
from ogpld.linksets import LINK_PREDICATES, linkset_of
from ogpld.rdf import DCTERMS, RDF, SEMAPV, SSSOM, VOID, NamedNode, Triple, parse_quads, term_text
from ogpld.release import Release
from ogpld.sources.linkset_table import COLUMNS, read_linksets

BASE = "http://localhost:8000/"
GRAPH = f"{BASE}graph/reconciled/"
SAME, EXACT = "https://schema.org/sameAs", "http://www.w3.org/2004/02/skos/core#exactMatch"
MEMBER, CODES = f"{BASE}id/member/EST#territory", "https://w3id.org/ogpld/code/"


@pytest.mark.parametrize(
    ("subject", "predicate", "value", "name"),
    [
        (MEMBER, SAME, "http://www.wikidata.org/entity/Q191", "member-wikidata"),
        (MEMBER, SAME, "https://sws.geonames.org/453733/", "member-geonames"),
        (MEMBER, EXACT, "http://www.wikidata.org/entity/Q191", "member-wikidata-exact-match"),
        (f"{BASE}id/institution/A", SAME, "https://ror.org/03z77qz90", "institution-ror-org"),
        (f"{BASE}id/institution/A", SAME, "http://a-b.org/1", "institution-a--b-org-http"),
        ("http://x.org/ogp/id/plan/A", SAME, "https://x.org:81/b", "plan-x-org-81"),
        (f"{CODES}region/x", EXACT, f"{CODES}policy-area/y", "region-policy-area-exact-match"),
        (f"{CODES}policy-area/x", EXACT, f"{CODES}policy-area/y", "policy-area-exact-match"),
        # a thing of this data is not elsewhere; what is no thing has no links; neither is an address
        (MEMBER, SAME, f"{BASE}id/member/LVA", ""),
        ("https://w3id.org/ogpld/ns#Member", EXACT, "http://www.w3.org/ns/org#Membership", ""),
        (MEMBER, SAME, "urn:x", ""),
        (MEMBER, "http://xmlns.com/foaf/0.1/page", "https://a.example/", ""),
    ],
)
def test_the_name_of_a_linkset_follows_from_a_link(
    subject: str, predicate: str, value: str, name: str
) -> None:
    """Kind of thing, authority, and the property unless it is schema:sameAs."""
    links = linkset_of(subject, predicate, value)
    assert (links.name if links else "") == name


def test_each_linkset_has_its_graph_and_that_has_nothing_else(release: Release) -> None:
    """Links of things and codes stand there and nowhere else."""
    graphs = defaultdict(list)
    for quad in parse_quads(b"".join(release.lines()), "nq"):
        if quad.predicate.value in LINK_PREDICATES and isinstance(quad.object, NamedNode):
            links = linkset_of(term_text(quad.subject), quad.predicate.value, quad.object.value)
            if links is not None:
                assert term_text(quad.graph_name) == GRAPH + links.name
                graphs[links.name].append(quad)
    assert {"member-wikidata", "member-geonames", "member-eu-country"} <= graphs.keys()
    assert {"institution-wikidata", "policy-area-exact-match"} <= graphs.keys()
    for quad in parse_quads(b"".join(release.lines()), "nq"):
        name = term_text(quad.graph_name).removeprefix(GRAPH)
        assert name not in graphs or quad in graphs[name]


def parse(server: Server, path: str) -> set[Triple]:
    """Return the statements of a document."""
    return {quad.triple for quad in parse_quads(server.get(path).content, "ttl")}


def test_a_linkset_is_described(server: Server) -> None:
    """From where to where, how many, how it was found, by whom, when, and what shows it."""
    about = parse(server, "/graph/reconciled/member-wikidata.ttl")
    node = NamedNode(f"{GRAPH}member-wikidata")
    stated = {t.predicate: t.object for t in about if t.subject == node}
    assert VOID("Linkset") in [t.object for t in about if t.predicate == RDF("type")]
    assert term_text(stated[VOID("linkPredicate")]) == SAME
    assert int(term_text(stated[VOID("triples")])) > 60
    assert stated[SSSOM("mapping_justification")] == SEMAPV("MappingChaining")
    assert term_text(stated[SSSOM("mapping_date")]) == "2026-11-23"
    assert term_text(stated[DCTERMS("source")]) == "https://github.com/datasets/country-codes"
    assert SSSOM("confidence") not in stated, "nobody states one"
    listed = {t for t in parse(server, "/void.ttl") if t.subject == node}
    assert listed < about
    assert {t.predicate for t in listed} > {SSSOM("mapping_justification"), VOID("triples")}
    page = server.get("/graph/reconciled/member-wikidata.html").text
    assert "/graph/reconciled/member-wikidata.sssom.tsv" in page
    assert "country-codes list" in page


def _sssom(text: str) -> tuple[dict[str, str], dict[str, str], list[dict[str, str]]]:
    """Return what a file says of its set, its prefixes and its rows."""
    lines = text.splitlines()
    header = [line[1:] for line in lines if line.startswith("#")]
    pairs = [re.fullmatch(r'( *)([^:]+): (".*")', line) for line in header]
    about = {m[2]: json.loads(m[3]) for m in pairs if m and not m[1]}
    prefixes = {m[2]: json.loads(m[3]) for m in pairs if m and m[1]}
    return about, prefixes, list(csv.DictReader(lines[len(header) :], delimiter="\t"))


def test_a_linkset_as_sssom(server: Server) -> None:
    """The rows, written out, are the links of the graph; what SSSOM wants of a set and a row is there."""
    answer = server.get("/graph/reconciled/member-wikidata.sssom.tsv")
    assert answer.headers["Content-Type"] == "text/tab-separated-values; charset=utf-8"
    about, prefixes, rows = _sssom(answer.text)
    assert about["mapping_set_id"] == f"{GRAPH}member-wikidata"
    assert about["license"].startswith("https://")
    assert re.fullmatch(r"[0-9]+-[0-9a-f]{12}", about["mapping_set_version"])
    needed = {"subject_id", "predicate_id", "object_id", "mapping_justification"}
    assert needed | {"subject_label", "author_label", "mapping_date"} == rows[0].keys()

    def whole(compact: str) -> str:
        prefix, _, local = compact.partition(":")
        return prefixes[prefix] + local

    links = {(whole(r["subject_id"]), whole(r["object_id"])) for r in rows}
    query = f"SELECT ?s ?o {{ GRAPH <{GRAPH}member-wikidata> {{ ?s ?p ?o }} }}"
    stated = server.get("/sparql", params={"query": query, "format": "csv"}).text.split()[1:]
    assert links == {tuple(line.split(",")) for line in stated}
    assert {whole(r["predicate_id"]) for r in rows} == {SAME}
    assert ("Estonia", "wikidata:Q191") in {(r["subject_label"], r["object_id"]) for r in rows}


@pytest.mark.parametrize(
    "path",
    ["/graph/reconciled/institutions.sssom.tsv", "/graph/codes.sssom.tsv", "/graph/x.sssom.tsv"],
)
def test_other_graphs_are_no_linksets(server: Server, path: str) -> None:
    """404 where there are no links to write."""
    answer = server.get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


def test_files_of_the_dumps_are_what_is_served(dumped_server: Server) -> None:
    """One file a linkset, byte by byte, listed in the catalogue."""
    release = dumped_server.get("/healthz").json()["release"]
    index = dumped_server.get(f"/dump/{release}/index.json").json()
    files = [f["file"] for f in index["files"] if f["kind"] == "sssom"]
    assert len(files) >= 6
    catalogue = dumped_server.get("/catalog.ttl").text
    for file in files:
        name = file.rpartition("/")[2]
        served = dumped_server.get(f"/graph/reconciled/{name}")
        assert dumped_server.get(f"/dump/{release}/{file}").content == served.content
        assert f"dump/current/{file}" in catalogue


def test_what_nobody_states_is_not_said() -> None:
    """No confidence, no author; the justification is one that says so."""
    links = linkset_of(f"{BASE}id/institution/A", SAME, "https://4.example/x")
    assert links is not None
    pair = MappedPair(f"{BASE}id/institution/A", "", "https://4.example/x")
    text = write_sssom(Iris(BASE), links, (), [pair], licence="https://l.example/", version="1-0")
    _, prefixes, (row,) = _sssom(text.decode())
    assert row == {
        "subject_id": "institution:A",
        "predicate_id": "schema:sameAs",
        "object_id": "h4-example:x",
        "mapping_justification": "semapv:UnspecifiedMatching",
    }
    assert prefixes["h4-example"] == "https://4.example/"


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        ("linkset", "", "names no linkset"),
        ("linkset", "b", "two rows"),
        ("justification", "semapv:Guess", "no way of matching"),
        ("matched_on", "23.11.2026", "not a day"),
        ("confidence", "1.2", "not a number from 0 to 1"),
        ("confidence", "NaN", "not a number from 0 to 1"),
        ("confidence", "high", "not a number from 0 to 1"),
        ("evidence", "a list", "not a web address"),
    ],
)
def test_a_row_that_cannot_be_used_stops_the_build(
    tmp_path: Path, column: str, cell: str, message: str
) -> None:
    """With its file, row and column."""
    path = tmp_path / "linksets.csv"
    good = dict.fromkeys(sorted(COLUMNS), "") | {"justification": "semapv:MappingReview"}
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, good)
        table.writeheader()
        table.writerows([good | {"linkset": "b"}, good | {"linkset": "c"} | {column: cell}])
    with pytest.raises(SourceError, match=message) as error:
        read_linksets(path)
    assert f"linksets.csv, row 3, column {column}" in str(error.value)


def test_a_confidence_is_written_as_a_decimal(tmp_path: Path) -> None:
    """Without superfluous zeros or exponent; without the table nothing is said."""
    assert read_linksets(tmp_path / "linksets.csv") == {}
    row = {"linkset": "a", "justification": "semapv:MappingReview", "confidence": "0.90"}
    columns = sorted(COLUMNS)
    text = f"{','.join(columns)}\n{','.join(row.get(c, '') for c in columns)}\n"
    (tmp_path / "linksets.csv").write_text(text, encoding="utf-8")
    assert read_linksets(tmp_path / "linksets.csv")["a"].confidence == "0.9"
