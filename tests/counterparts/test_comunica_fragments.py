"""Comunica answers the questions with names over `/fragments` as the endpoint does: the joins are its own."""

from __future__ import annotations

import json

import pytest
import requests
from support.programs import comunica_answers
from support.sites import Site

from ogpld.queries.named import load_named

NAME = "comunica"
Row = dict[str, str]

#: Questions that are not compared, with the reason.
LEFT_OUT = {
    "where-from": "asks for named graphs, which triple patterns have not",
    "how-read": "asks for named graphs, which triple patterns have not",
    "areas-with-strong-results": "Comunica loses rows of it over a file of the same statements too",
    "lens-share": "Comunica loses rows of it over a file of the same statements too",
    "indicator-windows": "thousands of requests, as long as all others together",
}

#: Questions whose answers here have names in other languages, for which Comunica cannot be asked.
OTHER_NAMES = {"led-outside-government", "report-authors"}


def endpoint_rows(site: Site, query: str) -> list[Row]:
    """Return the rows the endpoint gives."""
    form = {"Accept": "application/sparql-results+json"}
    answer = requests.post(f"{site.url}/sparql", data={"query": query}, headers=form, timeout=60)
    assert answer.status_code == 200, answer.text
    bindings = answer.json()["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in bindings]


def as_lines(rows: list[Row]) -> list[str]:
    """Return rows in an order of their own: Comunica sorts by its last condition where there are several."""
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


def without_other_languages(query: str) -> str:
    """Return a question without the lines that take a name that is not English.

    Comunica fails at NOT EXISTS in OPTIONAL about a variable that may be bound before; all names here are English.
    """
    return "\n".join(line for line in query.splitlines() if "?preceding" not in line)


@pytest.mark.counterpart(NAME)
def test_the_questions_have_the_same_answers(site: Site) -> None:
    """Every row of every question, from pages of triple patterns alone."""
    assert set(load_named()) > set(LEFT_OUT)
    queries = {}
    for name in load_named().keys() - LEFT_OUT.keys():
        text = requests.get(f"{site.url}/queries/{name}.rq", timeout=30)
        assert text.status_code == 200, name
        queries[name] = text.text
    answers = comunica_answers(
        {name: without_other_languages(query) for name, query in queries.items()},
        f"{site.url}/fragments",
    )
    assert {name: a["error"] for name, a in answers.items() if "error" in a} == {}
    expected = {name: as_lines(endpoint_rows(site, query)) for name, query in queries.items()}
    differing = {name for name, a in answers.items() if as_lines(a["rows"]) != expected[name]}
    assert differing == OTHER_NAMES
    assert sum(map(len, expected.values())) > 250
    assert sum(1 for rows in expected.values() if rows) > 25
