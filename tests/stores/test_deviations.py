"""Every row of `docs/sparql-deviations.md` is run: it fails when the engine's answer changes, better or worse."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from support.running import ROOT

from ogpld.errors import QueryError, QuerySyntaxError
from ogpld.rdf import RDFS
from ogpld.search.index import SearchIndex, write_index
from ogpld.search.name_lookup import ReleaseNames
from ogpld.search.name_table import Name, NamedThing
from ogpld.stores import Query
from ogpld.stores.embedded import EmbeddedStore
from ogpld.stores.search_forms import QL, TEXT

DOCUMENT = ROOT / "docs" / "sparql-deviations.md"
XSD = "http://www.w3.org/2001/XMLSchema#"
PREFIXES = f"PREFIX : <http://example.org/>\nPREFIX xsd: <{XSD}>\n"
SEARCH_PREFIXES = f"PREFIX text: <{TEXT}>\nPREFIX ql: <{QL}>\nPREFIX rdfs: <{RDFS('').value}>\n"
SEARCH_HEADER = ["Query", "Our answer", "Theirs", "Whose", "What it is"]
HEADER = ["Query", "Our answer", "Right answer", "Section", "What it is"]


def document() -> str:
    """Return the document's text."""
    return DOCUMENT.read_text(encoding="utf-8")


def parts() -> tuple[str, str]:
    """Return the document up to what is said of searches, and what is."""
    before, _, after = document().partition("## Searches for words")
    return before, after.partition("\n## ")[0]


def table(text: str) -> list[list[str]]:
    """Return the cells of the one table in a text, its header first; a bar inside of a cell has a backslash."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [
        [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in lines
    ]
    return [cells[0], *cells[2:]]


def code(cell: str) -> str:
    """Return what stands in a cell as code."""
    match = re.fullmatch(r"`([^`]+)`", cell)
    assert match is not None, f"{cell!r} is one piece of code"
    return match[1]


def written(cell: dict[str, str] | None) -> str:
    """Return a cell of an answer as the document writes it."""
    if cell is None:
        return "(empty)"
    if cell["type"] != "literal":
        return f"<{cell['value']}>"
    if "xml:lang" in cell:
        return f'"{cell["value"]}"@{cell["xml:lang"]}'
    kind = cell.get("datatype", "").replace(XSD, "xsd:")
    return f'"{cell["value"]}"' + (f"^^{kind}" if kind else "")


def answered(store: EmbeddedStore, query: str) -> str:
    """Return the one row of an answer, or the error, as the document writes it."""
    try:
        answer = store.answer(Query(PREFIXES + query))
    except QueryError as error:
        return f"error {error.code}"
    content = json.loads(answer.body)
    if "boolean" in content:
        return str(content["boolean"]).lower()
    rows = content["results"]["bindings"]
    if not rows:
        return "(no row)"
    (row,) = rows
    return " ".join(written(row.get(name)) for name in content["head"]["vars"])


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    """The data that the document gives, as TriG."""
    block = re.search(r"```trig\n(.*?)```", document(), re.DOTALL)
    assert block is not None
    return EmbeddedStore.from_quads(ox.parse(block[1], format=ox.RdfFormat.TRIG))


def rows() -> Iterator[list[str]]:
    """Yield the rows of the table."""
    if DOCUMENT.is_file():
        yield from table(parts()[0])[1:]


def search_rows() -> Iterator[list[str]]:
    """Yield the rows of the table of searches."""
    if DOCUMENT.is_file():
        yield from table(parts()[1])[1:]


@pytest.mark.parametrize("row", list(rows()), ids=lambda row: str(row[0])[:60])
def test_a_row_tells_what_is_answered(store: EmbeddedStore, row: list[str]) -> None:
    """Ours is what we answer, the right one is another, the section is one of a specification."""
    assert len(row) == len(HEADER)
    query, ours, right = (code(cell) for cell in row[:3])
    assert answered(store, query) == ours
    assert right != ours
    assert re.match(r"(SPARQL|XPath) \d+(\.\d+)*\b", row[3]), row[3]
    assert row[4].endswith(".")


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    """The names that the document gives, with their index."""
    block = re.search(r"```turtle\n(.*?)```", parts()[1], re.DOTALL)
    assert block is not None
    triples = list(ox.parse(block[1], format=ox.RdfFormat.TURTLE))
    path = tmp_path_factory.mktemp("names") / "search.sqlite"
    names = [(q.subject.value, Name(q.object.value, q.object.language, "label")) for q in triples]
    things = [NamedThing(iri, "Thing", iri[-1], name.text, "", [name]) for iri, name in names]
    write_index(path, things, "1-0")
    index = SearchIndex(path)
    store = EmbeddedStore.from_quads(triples)
    store.lookup = ReleaseNames(lambda: index)
    return store


@pytest.mark.parametrize("row", list(search_rows()), ids=lambda row: str(row[0])[:60])
def test_a_row_tells_what_a_search_answers(searched: EmbeddedStore, row: list[str]) -> None:
    """Ours is what we answer, and theirs is another."""
    query, ours, theirs = (code(cell) for cell in row[:3])
    assert answered(searched, SEARCH_PREFIXES + query) == ours
    assert theirs != ours
    assert row[3] in {"Jena", "QLever"}
    assert row[4].endswith(".")


def test_a_variable_that_is_named_twice_is_refused_in_words(store: EmbeddedStore) -> None:
    """The query is SPARQL 1.1, and the error does not say that it is none."""
    with pytest.raises(QuerySyntaxError, match="twice in SELECT") as caught:
        store.answer(Query("SELECT ?s ?s { ?s ?p ?o }"))
    assert "allows it" in caught.value.hint


def test_the_table_is_one_and_whole() -> None:
    """One header, no row twice; that of searches stands apart."""
    assert table(parts()[1])[0] == SEARCH_HEADER
    rows = table(parts()[0])
    assert rows[0] == HEADER
    queries = [row[0] for row in rows[1:]]
    assert len(queries) == len(set(queries)) > 20


def test_the_document_is_where_a_release_of_the_software_has_it() -> None:
    """In the checkout, the wheel and the source archive."""
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert '"docs" = "ogpld/_bundle/docs"' in project
    assert Path(DOCUMENT).is_file()
