"""Ask an endpoint with SPARQLWrapper in every way it knows, with pandas and DuckDB; print what came as JSON.

Run by the environment of these clients with the address of an endpoint and a JSON object of queries by form
(select, ask, construct, describe). Rows are lists of texts, graphs sorted N-Triples.
"""

from __future__ import annotations

import csv
import io
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.dom.minidom import Document, Element

import duckdb
import pandas as pd
import rdflib
import requests
from SPARQLWrapper import (
    CSV,
    GET,
    JSON,
    JSONLD,
    N3,
    POST,
    POSTDIRECTLY,
    RDFXML,
    TSV,
    TURTLE,
    URLENCODED,
    XML,
    SPARQLWrapper,
    SPARQLWrapper2,
)

ROWS, GRAPHS = (JSON, XML, CSV, TSV), (TURTLE, N3, RDFXML, XML, JSONLD)
#: GET; POST with a form; POST with the query as its body.
WAYS = ((GET, URLENCODED), (POST, URLENCODED), (POST, POSTDIRECTLY))


def converted(endpoint: str, query: str, form: str, way: tuple[str, str], *, bare: bool) -> Any:
    """Return what SPARQLWrapper makes of an answer; `bare` asks by the Accept header alone."""
    wrapper = SPARQLWrapper(endpoint)
    wrapper.setQuery(query)
    wrapper.setReturnFormat(form)
    wrapper.setMethod(way[0])
    wrapper.setRequestMethod(way[1])
    wrapper.setOnlyConneg(bare)
    return wrapper.query().convert()


def _texts(node: Document | Element, name: str) -> Iterator[str]:
    for element in node.getElementsByTagName(name):
        yield "".join(child.data for child in element.childNodes)


def rows(result: Any, form: str) -> list[list[str]] | bool:
    """Return the rows of an answer, or what an ASK was answered with."""
    if form == JSON:
        if "boolean" in result:
            return bool(result["boolean"])
        names, bindings = result["head"]["vars"], result["results"]["bindings"]
        return [[row[name]["value"] for name in names] for row in bindings]
    if form == XML:
        for truth in _texts(result, "boolean"):
            return truth == "true"
        results = result.getElementsByTagName("result")
        return [
            [text for kind in ("uri", "literal") for text in _texts(row, kind)] for row in results
        ]
    text = result.decode()
    _, *lines = csv.reader(io.StringIO(text), delimiter="," if form == CSV else "\t")
    return [[value.strip('<>"') for value in line] for line in lines]


def statements(result: rdflib.Graph | bytes) -> list[str]:
    """Return a graph as sorted lines; Turtle and N3 come as they were sent."""
    if isinstance(result, bytes):
        result = rdflib.Graph().parse(data=result, format="n3")
    return sorted(line for line in result.serialize(format="nt").splitlines() if line)


def wrapped(endpoint: str, queries: dict[str, str]) -> dict[str, Any]:
    """Return the answers by query form, format, method and whether the Accept header decided."""
    answers: dict[str, Any] = {}
    forms = {"select": ROWS, "ask": (JSON, XML), "construct": GRAPHS, "describe": GRAPHS}
    for name, query in queries.items():
        for form in forms[name]:
            for way in WAYS:
                for bare in (False, True):
                    result = converted(endpoint, query, form, way, bare=bare)
                    is_graph = name in {"construct", "describe"}
                    lines = statements(result) if is_graph else rows(result, form)
                    key = f"{name} {form} {way[0]} {way[1]}{' conneg' if bare else ''}"
                    answers[key] = lines
    second = SPARQLWrapper2(endpoint)
    second.setQuery(queries["select"])
    result = second.query()
    answers["select SPARQLWrapper2"] = [
        [row[name].value for name in result.variables] for row in result.bindings
    ]
    return answers


def framed(endpoint: str, query: str) -> dict[str, list[list[str]]]:
    """Return the rows pandas reads from an address, and by the Accept header."""
    address = f"{endpoint}?{urlencode({'query': query})}"
    frames = {
        "pandas csv": pd.read_csv(f"{address}&format=csv", dtype=str),
        "pandas tsv": pd.read_csv(f"{address}&format=tsv", dtype=str, sep="\t"),
        "pandas accept": pd.read_csv(address, dtype=str, storage_options={"Accept": "text/csv"}),
        "pandas json": pd.json_normalize(
            pd.read_json(f"{address}&format=json")["results"]["bindings"]
        ).filter(like=".value"),
    }
    return {
        name: [[str(value).strip("<>") for value in row] for row in frame.to_numpy().tolist()]
        for name, frame in frames.items()
    }


def tabled(endpoint: str, query: str) -> dict[str, list[list[str]]]:
    """Return the rows that DuckDB and pandas read from Parquet, and pandas from a workbook."""
    address = f"{endpoint}?{urlencode({'query': query})}"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.parquet"
        file.write_bytes(requests.get(f"{address}&format=parquet", timeout=30).content)
        rows = duckdb.sql(f"SELECT * FROM '{file}'").fetchall()
    frames = {
        "tables parquet": pd.read_parquet(f"{address}&format=parquet"),
        "tables workbook": pd.read_excel(f"{address}&format=xlsx", dtype=str),
    }
    read = {name: frame.to_numpy().tolist() for name, frame in frames.items()}
    return {
        name: [[str(value) for value in row] for row in several]
        for name, several in {"tables duckdb": rows, **read}.items()
    }


def main(endpoint: str, queries: dict[str, str]) -> None:
    """Ask everything."""
    answers = wrapped(endpoint, queries) | framed(endpoint, queries["select"])
    answers |= tabled(endpoint, queries["select"])
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
