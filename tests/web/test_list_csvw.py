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


@pytest.mark.parametrize(("segment", "kind"), LISTS)
def test_a_list_as_csvw_says_what_it_says_as_triples(
    server: Server, segment: str, kind: str
) -> None:
    """Every statement of every column, but of those whose cells say what CSVW cannot; nothing else."""
    path, beside = addresses(segment, kind)
    table: dict[str, Any] = server.get(beside).json()
    rows = server.get(path).text
    made = set(table_statements(io.StringIO(rows, newline=""), table))
    columns = {
        (c["propertyUrl"], c.get("lang")): c
        for c in table["tableSchema"]["columns"]
        if "propertyUrl" in c
    }
    cells = {row["id"]: row for row in csv.DictReader(io.StringIO(rows, newline=""))}
    left_out = set()
    triples = statements(server, path.replace(".csv", ".nt"), set(cells))
    described = {t for t in triples if column_of(t) in columns}
    for triple in described:
        column = columns[column_of(triple)]
        if column.get("suppressOutput"):
            left_out.add(triple)
            cell, value = (
                cells[term_text(triple.subject)][column["titles"]],
                term_text(triple.object),
            )
            parts = cell.split(column["separator"]) if "separator" in column else [cell]
            assert [part for part in parts if value.endswith(part)], (value, parts)
    assert made == described - left_out


def column_of(triple: Triple) -> tuple[str, str | None]:
    """Return what the column of a statement is known by: its property, and of a text its language."""
    value = triple.object
    return triple.predicate.value, value.language if isinstance(value, Literal) else None


def statements(server: Server, path: str, things: set[str]) -> set[Triple]:
    """Return what all pages of a list state of its things."""
    joint = "&" if "?" in path else "?"
    pages = walk(server, f"{path}{joint}limit=1000")
    triples = {quad.triple for page in pages for quad in parse_quads(page.content, "nt")}
    return {t for t in triples if isinstance(t.subject, NamedNode) and t.subject.value in things}
