"""The table of a list says, by the metadata beside it, what the list says in RDF (CSV on the Web)."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from support.dump_reading import table_statements
from support.lists import walk
from support.running import Server

from ogpld.dumps.dump_cells import table_name
from ogpld.model import load_model
from ogpld.rdf import Literal, NamedNode, Triple, parse_quads, term_text

LISTS = sorted((d.segment, table_name(d)) for d in load_model().classes.values() if d.segment)


def addresses(segment: str, kind: str) -> tuple[str, str]:
    """Return what stands behind the path of a list: nothing, or the class where there are several."""
    several = len([name for name, _ in LISTS if name == segment]) > 1
    query = f"?type={kind}" if several else ""
    return f"/doc/{segment}.csv{query}", f"/doc/{segment}.csv-metadata.json{query}"


def plain(triple: Triple) -> tuple[str, str, str, str]:
    """Return a statement without its datatype: dates are texts with a form in CSVW."""
    value = triple.object
    language = (value.language or "") if isinstance(value, Literal) else str(type(value))
    return term_text(triple.subject), triple.predicate.value, term_text(value), language


@pytest.mark.parametrize(("segment", "kind"), LISTS)
def test_a_list_as_csvw_says_what_it_says_as_triples(
    server: Server, segment: str, kind: str
) -> None:
    """Every statement of every column, but of those that hold several links; nothing else."""
    path, beside = addresses(segment, kind)
    table: dict[str, Any] = server.get(beside).json()
    rows = server.get(path).text
    made = {plain(triple) for triple in table_statements(io.StringIO(rows, newline=""), table)}
    columns = [c for c in table["tableSchema"]["columns"] if "propertyUrl" in c]
    stated = {c["propertyUrl"] for c in columns if not c.get("suppressOutput")}
    things = {row["id"] for row in csv.DictReader(io.StringIO(rows, newline=""))}
    triples = statements(server, path.replace(".csv", ".nt"), things)
    assert made == {plain(t) for t in triples if t.predicate.value in stated}
    links = {c["propertyUrl"]: c for c in columns if c.get("suppressOutput")}
    cells = {row["id"]: row for row in csv.DictReader(io.StringIO(rows, newline=""))}
    for triple in triples:
        if column := links.get(triple.predicate.value):
            parts = cells[term_text(triple.subject)][column["titles"]].split(column["separator"])
            value = term_text(triple.object)
            assert [part for part in parts if value.endswith(part)], (value, parts)


def statements(server: Server, path: str, things: set[str]) -> set[Triple]:
    """Return what all pages of a list state of its things."""
    joint = "&" if "?" in path else "?"
    pages = walk(server, f"{path}{joint}limit=1000")
    triples = {quad.triple for page in pages for quad in parse_quads(page.content, "nt")}
    return {t for t in triples if isinstance(t.subject, NamedNode) and t.subject.value in things}
