"""Comunica finds out by itself what our addresses are, and answers the same from each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests
from support.programs import NODE, node, output
from support.sites import Site

from ogpld.rdf import parse_quads

NAME = "comunica"
QUERY = """
    PREFIX ogpld: <https://w3id.org/ogpld/ns#>
    PREFIX dcterms: <http://purl.org/dc/terms/>
    SELECT ?commitment ?id ?end {
      ?commitment a ogpld:Commitment ; dcterms:identifier ?id .
      OPTIONAL { ?commitment ogpld:completion ?end }
      FILTER(STRSTARTS(?id, "EE"))
    } ORDER BY ?id"""

Row = dict[str, str]


def comunica(query: str, form: str, folder: Path, *sources: str) -> str:
    """Return what Comunica prints as its answer."""
    program = node(NAME, "@comunica/query-sparql")
    options = ["-q", query, "-t", form]
    return output([program, NODE / ".bin/comunica-sparql", *sources, *options], cwd=folder)


def rows(results: str) -> list[Row]:
    """Return the rows of SPARQL results in JSON."""
    bindings: list[dict[str, Any]] = json.loads(results)["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in bindings]


def query_rows(site: Site, query: str) -> list[Row]:
    """Return the rows the endpoint itself gives."""
    answer = requests.get(f"{site.url}/sparql", params={"query": query}, timeout=30)
    assert answer.status_code == 200, answer.text
    return rows(answer.text)


@pytest.mark.counterpart(NAME)
@pytest.mark.parametrize("prefix", ["", "sparql@"])
def test_the_endpoint_is_recognised(site: Site, tmp_path: Path, prefix: str) -> None:
    """From its bare address, by its service description; or because the caller says so."""
    text = comunica(
        QUERY, "application/sparql-results+json", tmp_path, f"{prefix}{site.url}/sparql"
    )
    assert rows(text) == query_rows(site, QUERY)
    assert len(rows(text)) > 20
    # the query went there whole: one question, after the two that find out what it is
    assert json.loads(text)["metadata"]["httpRequests"] <= 3


@pytest.mark.counterpart(NAME)
@pytest.mark.parametrize("path", ["/id/commitment/EE0050", "/doc/commitment/EE0050.jsonld"])
def test_a_document_is_a_source(site: Site, tmp_path: Path, path: str) -> None:
    """By the name of the thing and a redirect, or in a form, with its context fetched from here."""
    text = comunica(QUERY, "application/sparql-results+json", tmp_path, f"{site.url}{path}")
    expected = [row for row in query_rows(site, QUERY) if row["id"] == "EE0050"]
    assert rows(text) == expected
    assert expected[0]["end"]


@pytest.mark.counterpart(NAME)
def test_a_document_and_the_endpoint_are_one_source(site: Site, tmp_path: Path) -> None:
    """A federated query: what a document points to is looked up in the endpoint."""
    query = """PREFIX ogpld: <https://w3id.org/ogpld/ns#>
        SELECT DISTINCT ?plan ?cycle { <%s/id/commitment/EE0050> ogpld:plan ?plan . ?plan ogpld:cycle ?cycle }"""
    document, endpoint = f"{site.url}/doc/commitment/EE0050.ttl", f"sparql@{site.url}/sparql"
    form = "application/sparql-results+json"
    assert rows(comunica(query % site.url, form, tmp_path, document)) == []
    text = comunica(query % site.url, form, tmp_path, document, endpoint)
    assert rows(text) == query_rows(site, query % site.url)
    assert len(rows(text)) == 1


@pytest.mark.counterpart(NAME)
def test_every_query_form_is_answered(site: Site, tmp_path: Path) -> None:
    """ASK is true, CONSTRUCT and DESCRIBE are the graphs the endpoint gives."""
    endpoint = f"{site.url}/sparql"
    thing = f"<{site.url}/id/commitment/EE0050>"
    assert json.loads(
        comunica(f"ASK {{ {thing} ?p ?o }}", "application/sparql-results+json", tmp_path, endpoint)
    )["boolean"]
    for query in (f"CONSTRUCT {{ {thing} ?p ?o }} WHERE {{ {thing} ?p ?o }}", f"DESCRIBE {thing}"):
        answer = requests.get(endpoint, params={"query": query, "format": "nt"}, timeout=30)
        assert answer.status_code == 200
        text = comunica(query, "application/n-triples", tmp_path, f"sparql@{endpoint}")
        assert set(parse_quads(text, "nt")) == set(parse_quads(answer.content, "nt"))
