"""SPARQLWrapper and pandas, as people use them in notebooks: every query form in every format they know."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests
from support.programs import output, python
from support.sites import Site

from ogpld.rdf import parse_quads

HERE = Path(__file__).parent
NAME = "python-clients"
PREFIX = "PREFIX ogpld: <https://w3id.org/ogpld/ns#> PREFIX dcterms: <http://purl.org/dc/terms/>"


@pytest.fixture(scope="module")
def queries(site: Site) -> dict[str, str]:
    """One of each form."""
    plans = f"?plan a ogpld:ActionPlan ; ogpld:member <{site.url}/id/member/EST>"
    return {
        "select": f"{PREFIX} SELECT ?plan ?id {{ {plans} ; dcterms:identifier ?id }} ORDER BY ?id",
        "ask": f"{PREFIX} ASK {{ {plans} }}",
        "construct": f"{PREFIX} CONSTRUCT {{ ?plan ?p ?o }} WHERE {{ {plans} . ?plan ?p ?o }}",
        "describe": f"DESCRIBE <{site.url}/id/commitment/EE0050>",
    }


@pytest.fixture(scope="module")
def answers(site: Site, queries: dict[str, str]) -> dict[str, Any]:
    """What the clients made of the answers, by how they asked."""
    program = python(NAME, "clients")
    command = [program, HERE / "clients.py", f"{site.url}/sparql", json.dumps(queries)]
    results: dict[str, Any] = json.loads(output(command))
    return results


def of(answers: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the answers to a query form."""
    return {how: answer for how, answer in answers.items() if how.startswith(f"{name} ")}


@pytest.mark.counterpart(NAME)
def test_rows_are_the_same_however_they_are_asked_for(
    site: Site, queries: dict[str, str], answers: dict[str, Any]
) -> None:
    """JSON, XML, CSV and TSV; GET and both kinds of POST; by parameters and by the Accept header."""
    parameters = {"query": queries["select"]}
    results = requests.get(f"{site.url}/sparql", params=parameters, timeout=30).json()["results"]
    expected = [[row["plan"]["value"], row["id"]["value"]] for row in results["bindings"]]
    assert len(expected) == 5
    select_rows = of(answers, "select") | of(answers, "pandas")
    assert len(select_rows) == 4 * 3 * 2 + 1 + 4
    assert {how: answer for how, answer in select_rows.items() if answer != expected} == {}


@pytest.mark.counterpart(NAME)
def test_tables_have_the_rows(site: Site, queries: dict[str, str], answers: dict[str, Any]) -> None:
    """Parquet as DuckDB and pandas read it, a workbook as pandas does."""
    parameters = {"query": queries["select"]}
    results = requests.get(f"{site.url}/sparql", params=parameters, timeout=30).json()["results"]
    expected = [[row["plan"]["value"], row["id"]["value"]] for row in results["bindings"]]
    tables = of(answers, "tables")
    assert set(tables) == {"tables duckdb", "tables parquet", "tables workbook"}
    assert all(rows == expected for rows in tables.values())


@pytest.mark.counterpart(NAME)
def test_a_yes_is_a_yes(answers: dict[str, Any]) -> None:
    """In JSON and in XML."""
    results = of(answers, "ask")
    assert len(results) == 2 * 3 * 2
    assert set(results.values()) == {True}


@pytest.mark.counterpart(NAME)
@pytest.mark.parametrize("name", ["construct", "describe"])
def test_graphs_are_the_same_however_they_are_asked_for(
    site: Site, queries: dict[str, str], answers: dict[str, Any], name: str
) -> None:
    """Turtle, N3, RDF/XML by both its names, JSON-LD with its context fetched from here."""
    parameters = {"query": queries[name], "format": "nt"}
    text = requests.get(f"{site.url}/sparql", params=parameters, timeout=30).content
    expected = set(parse_quads(text, "nt"))
    assert len(expected) > 40
    results = of(answers, name)
    assert len(results) == 5 * 3 * 2
    for how, lines in results.items():
        assert set(parse_quads("\n".join(lines), "nt")) == expected, how
