"""Engines of others ask us with SERVICE: a join is whole, or an error; the printed queries give rows."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import rdflib
import requests
from support.little import Answer, serving
from support.outside_endpoint import outside_endpoint
from support.programs import FOLDER, comunica_answers, demand, java
from support.running import ROOT, free_port, wait_for
from support.sites import Site

Row = dict[str, str]
Engine = Callable[[str], list[Row]]
RESULTS = "application/sparql-results+json"
PREFIXES = """PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX ogpld: <https://w3id.org/ogpld/ns#>
"""


class EngineError(Exception):
    """An engine had no answer."""


def rows(results: Any) -> list[Row]:
    """Return the rows of SPARQL results in JSON."""
    return [
        {name: term["value"] for name, term in row.items()}
        for row in results["results"]["bindings"]
    ]


@contextmanager
def endpoint(command: list[str], port: int, path: str, folder: Path) -> Iterator[Engine]:
    """Run a server with an empty store, and yield what asks it."""
    address = f"http://127.0.0.1:{port}{path}"

    def run(query: str) -> list[Row]:
        headers = {"Accept": RESULTS}
        answer = requests.post(address, data={"query": query}, headers=headers, timeout=60)
        if answer.status_code != 200:
            raise EngineError(answer.text)
        try:
            return rows(answer.json())
        except ValueError as error:
            raise EngineError(answer.text[-500:]) from error

    def answers() -> bool:
        try:
            return run("SELECT (1 AS ?x) {}") == [{"x": "1"}]
        except (requests.ConnectionError, EngineError):
            return False

    with (folder / "engine.log").open("wb") as log:
        environment = {**os.environ, "FUSEKI_BASE": str(folder)}
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment, cwd=folder)
        try:
            wait_for(answers, 60)
            yield run
        finally:
            process.kill()
            process.wait()


@contextmanager
def oxigraph(folder: Path) -> Iterator[Engine]:
    """Oxigraph's own server."""
    program, port = FOLDER / "clients/bin/oxigraph", free_port()
    demand("python-clients", there=program.exists(), lacking="run make counterparts")
    command = [str(program), "serve", "--location", str(folder / "store"), "--bind"]
    with endpoint([*command, f"127.0.0.1:{port}"], port, "/query", folder) as run:
        yield run


@contextmanager
def jena(folder: Path) -> Iterator[Engine]:
    """Apache Jena Fuseki."""
    (program, archive), port = java("fuseki", "jena-fuseki-server.jar"), free_port()
    options = ["--port", str(port), "--localhost", "--mem", "/empty"]
    with endpoint([program, "-jar", str(archive), *options], port, "/empty/sparql", folder) as run:
        yield run


@contextmanager
def rdflib_engine(folder: Path) -> Iterator[Engine]:
    """The engine of rdflib, over an empty graph."""
    del folder

    def run(query: str) -> list[Row]:
        try:
            result = rdflib.Graph().query(query)
            text = result.serialize(format="json") or b""
        except Exception as error:
            raise EngineError(str(error)) from error
        return rows(json.loads(text))

    yield run


@contextmanager
def comunica(folder: Path) -> Iterator[Engine]:
    """Comunica over a source that says nothing: without one it hands the whole query to the first SERVICE."""
    del folder

    def run(query: str) -> list[Row]:
        with serving(lambda _: Answer(200, {"content-type": "text/turtle"}, b"")) as nothing:
            answer = comunica_answers({"query": query}, nothing)["query"]
        if "error" in answer:
            raise EngineError(answer["error"])
        return list(answer["rows"])

    yield run


ENGINES = {
    "oxigraph": (oxigraph, "python-clients"),
    "fuseki": (jena, "fuseki"),
    "rdflib": (rdflib_engine, ""),
    "comunica": (comunica, "comunica"),
}


def _guarded(*names: str) -> list[Any]:
    """Return the engines as parameters, each with the mark of the counterpart it needs."""
    return [
        pytest.param(
            name, marks=[pytest.mark.counterpart(ENGINES[name][1])] if ENGINES[name][1] else []
        )
        for name in names
    ]


@pytest.fixture(scope="module")
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """An engine by its name."""
    start, _ = ENGINES[request.param]
    with start(tmp_path_factory.mktemp(request.param)) as run:
        yield run


EVERY = pytest.mark.parametrize("engine", _guarded(*ENGINES), indirect=True)
#: rdflib sends every SERVICE of a group to the address of the first.
OF_SEVERAL_SERVICES = pytest.mark.parametrize(
    "engine", _guarded("oxigraph", "fuseki", "comunica"), indirect=True
)


@pytest.fixture(scope="module")
def outside() -> Iterator[tuple[str, list[str]]]:
    """The stand-in for an endpoint of others."""
    with outside_endpoint() as address_and_queries:
        yield address_and_queries


def as_set(table: list[Row]) -> set[tuple[tuple[str, str], ...]]:
    """Return rows without their order; each is there once."""
    lines = [tuple(sorted(row.items())) for row in table]
    assert len(lines) == len(set(lines))
    return set(lines)


def direct(site: Site, query: str) -> list[Row]:
    """Return the rows our endpoint gives itself."""
    headers = {"Accept": RESULTS}
    answer = requests.post(f"{site.url}/sparql", data={"query": query}, headers=headers, timeout=30)
    assert answer.status_code == 200, answer.text
    return rows(answer.json())


@EVERY
@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        ('VALUES ?id { "EE0050" "EE0054" "none" }', "?c dcterms:identifier ?id ; ogpld:plan ?plan"),
        ("", 'VALUES ?id { "EE0050" "EE0054" } ?c dcterms:identifier ?id ; ogpld:plan ?plan'),
        ("", "?c a ogpld:Commitment ; dcterms:identifier ?id ; ogpld:plan ?plan"),
        ("", "?c a ogpld:Commitment ; dcterms:identifier ?id OPTIONAL { ?c ogpld:completion ?plan }"),
    ],
)  # fmt: skip
def test_a_join_is_whole(site: Site, engine: Engine, outer: str, inner: str) -> None:
    """Bindings that are passed on, values in the group, many rows, unbound columns."""
    query = (
        f"{PREFIXES} SELECT ?c ?id ?plan {{ {outer} SERVICE <{site.url}/sparql> {{ {inner} }} }}"
    )
    expected = direct(site, f"{PREFIXES} SELECT ?c ?id ?plan {{ {outer} {inner} }}")
    assert as_set(engine(query)) == as_set(expected)
    assert len(expected) >= 2


@EVERY
def test_an_answer_past_a_limit_is_an_error(site: Site, engine: Engine) -> None:
    """Never the rows that fitted."""
    query = f"SELECT * {{ SERVICE <{site.url}/sparql> {{ ?s ?p ?o }} }}"
    with pytest.raises(EngineError):
        engine(query)


def printed() -> list[str]:
    """Return the queries of the document."""
    text = (ROOT / "docs/federation.md").read_text(encoding="utf-8")
    return re.findall(r"```sparql\n(.*?)```", text, re.DOTALL)


@OF_SEVERAL_SERVICES
@pytest.mark.parametrize("number", range(2))
def test_the_printed_queries_give_rows(
    site: Site, engine: Engine, outside: tuple[str, list[str]], number: int
) -> None:
    """As printed, but for both addresses."""
    query = printed()[number]
    query = query.replace("http://localhost:8000/sparql", f"{site.url}/sparql")
    query = query.replace("https://query.wikidata.org/sparql", outside[0])
    table = engine(query)
    entity = "http://www.wikidata.org/entity/Q191"
    [estonia] = [row for row in table if row["wikidata"] == entity]
    if number == 0:
        assert (estonia["commitments"], estonia["inhabitants"]) == ("25", "1000000")
        assert len(table) == 3
    else:
        assert (estonia["id"], estonia["name"]) == ("EST", "Эстонія (made up)")
        assert len(table) == 1
