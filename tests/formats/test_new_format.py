"""An output format is one file and one row: a copy of the program with two more is asked for everything."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.running import ROOT, Server, start_server, stop_server

from ogpld.rdf import parse_quads

TOY = """
import json
from ogpld.formats.statements import Statements

def write_toy(statements: Statements) -> bytes:
    return json.dumps([f"{triple} ." for triple in statements.triples]).encode()
"""
IMPORT = "from ogpld.formats.toy import write_toy\n"
ROW = '    MediaType("toy", "application/x-toy", "Toy", writes=write_toy),\n'
QUERY = "CONSTRUCT { ?s a ?class } WHERE { ?s a ?class } ORDER BY ?s LIMIT 20"
FORMS = {"toy": "application/x-toy", "trig": "application/trig"}


@pytest.fixture(scope="module")
def extended(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of the program with a toy format more, and with TriG as a format of documents."""
    copy = tmp_path_factory.mktemp("extended")
    ignored = shutil.ignore_patterns("__pycache__", "editor")
    shutil.copytree(ROOT / "ogpld", copy / "ogpld", ignore=ignored)
    for name in ("ontology", "shapes", "data", "docs"):
        (copy / name).symlink_to(ROOT / name)
    (copy / "ogpld/formats/toy.py").write_text(TOY)
    table = copy / "ogpld/formats/media.py"
    text = table.read_text("utf-8")
    for before, after in (
        ("from ogpld.formats.statements", f"{IMPORT}from ogpld.formats.statements"),
        ("    *(HTML, JSON,", f"{ROW}    *(HTML, JSON,"),
        ('    "TriG",\n', '    "TriG",\n    writes=write_turtle,\n'),
    ):
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    table.write_text(text, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(copy))
        patch.setenv("PYTHONSAFEPATH", "1")
        started = start_server(home, tmp_path_factory.mktemp("log") / "serve.log")
    yield started
    stop_server(started)


def _statements(body: bytes, form: str) -> set[str]:
    """Return the statements of an answer as lines."""
    if form == "toy":
        return set(json.loads(body))
    return {f"{quad.triple} ." for quad in parse_quads(body, form)}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "path",
    ["/doc/commitment/EE0050", "/doc/commitment", "/catalog", "/dataset/ogpld", "/ns", "/void"],
)
def test_documents_lists_and_the_catalogue_come_in_it(
    extended: Server, path: str, form: str
) -> None:
    """By suffix and by Accept, with the statements of the other formats; the other forms link it."""
    by_suffix = extended.get(f"{path}.{form}")
    assert by_suffix.status_code == 200
    assert by_suffix.headers["Content-Type"] == FORMS[form]
    assert (
        extended.get(path, headers={"Accept": FORMS[form]})
        .headers["Content-Location"]
        .endswith(f".{form}")
    )
    lines = extended.get(f"{path}.nt")
    assert f'.{form}>; rel="alternate"; type="{FORMS[form]}"' in lines.headers["Link"]
    statements, wanted = _statements(by_suffix.content, form), _statements(lines.content, "nt")
    if path == "/doc/commitment":  # pages of a list are called by the file that was asked for
        statements, wanted = (
            {s for s in some if "hydra" not in s} for some in (statements, wanted)
        )
    assert statements == wanted
    assert len(statements) > 5


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("path", ["/doc/commitment/EE0050", "/doc/commitment", "/catalog"])
def test_pages_name_it(extended: Server, path: str, form: str) -> None:
    """In the head for programs, in the text for people."""
    page = extended.get(path, headers={"Accept": "text/html"}).text
    assert f'<link rel="alternate" type="{FORMS[form]}" href="{path}.{form}">' in page
    assert f'href="{path}.{form}">{"Toy" if form == "toy" else "TriG"}</a>' in page


@pytest.mark.parametrize("form", FORMS)
def test_graphs_of_queries_come_in_it(extended: Server, form: str) -> None:
    """By Accept and by name; a table cannot."""
    wanted = _statements(
        extended.get("/sparql", params={"query": QUERY, "format": "nt"}).content, "nt"
    )
    accept = {"Accept": FORMS[form]}
    for answer in (
        extended.get("/sparql", params={"query": QUERY}, headers=accept),
        extended.get("/sparql", params={"query": QUERY, "format": form}),
    ):
        assert answer.headers["Content-Type"] == FORMS[form]
        assert _statements(answer.content, form) == wanted
    rows = extended.get("/sparql", params={"query": "SELECT * { ?s a ?c } LIMIT 1"}, headers=accept)
    assert rows.status_code == 406


def test_validation_reports_come_in_it(extended: Server) -> None:
    """The report of a release is a document like others."""
    current = extended.get("/release/current.ttl").headers.get("Location", "/release/current")
    path = current.removesuffix(".ttl")
    answer = extended.get(f"{path}/validation", headers={"Accept": FORMS["toy"]})
    assert answer.headers["Content-Type"] == FORMS["toy"]
    assert json.loads(answer.content)
