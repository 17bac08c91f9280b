"""A cell says the same in a mapped table and in one filled in after a template."""

from __future__ import annotations

import pytest

from ogpld.errors import ModelError, Where
from ogpld.iris import Iris
from ogpld.model import Model
from ogpld.model.codelists import _value
from ogpld.model.literals import literal_reader
from ogpld.model.tables import LINKS, VALUES, Separator
from ogpld.rdf import RDF
from ogpld.sources import InputRow, table_of
from ogpld.sources.canonical import map_tables
from ogpld.sources.ledger import Ledger
from ogpld.sources.mapping import MappingLine
from ogpld.sources.reconciliation import Reconciliation
from ogpld.sources.row_context import Output
from ogpld.sources.rows import RowMapper
from ogpld.sources.source_description import TableDescription, ThingDefinition

IRIS = Iris("http://x.example/")

#: Class, column, cell, line of a mapping that says what the column means.
CELLS = [
    ("ActionPlan", "number", "007", MappingLine("number", "t", "number", "value")),
    ("ActionPlan", "number", "+9", MappingLine("number", "t", "number", "value")),
    ("ActionPlan", "number", "9.5", MappingLine("number", "t", "number", "value")),
    ("ActionPlan", "startDate", "2026-07", MappingLine("startDate", "t", "startDate", "value")),
    ("ActionPlan", "startDate", "July 2026", MappingLine("startDate", "t", "startDate", "value")),
    ("ActionPlan", "title@et", "a | b; c", MappingLine("title@et", "t", "title", "text", "et")),
    ("ActionPlan", "member", "EST", MappingLine("member", "t", "member", "thing")),
    ("ActionPlan", "member", "E ST", MappingLine("member", "t", "member", "thing")),
    (
        "ActionPlan",
        "page",
        "https://y.example/a;b;HTTPS://y.example/c; www.example.org",
        MappingLine("page", "t", "page", "thing", separator=LINKS),
    ),
    (
        "Commitment",
        "policyAreas",
        "youth; Open Data|open-data | Yuoth;youth",
        MappingLine("policyAreas", "t", "policyAreas", "code", separator=VALUES),
    ),
]


def mapped(model: Model, class_name: str, line: MappingLine, cell: str) -> Output:
    """Map one row of a table that a mapping explains."""
    described = TableDescription(
        "t.csv", "t", "read", {"t": ThingDefinition("t", class_name, key="{key}", unique=True)}
    )
    mapper = RowMapper(
        "submitted",
        described,
        ("key", line.column),
        (line,),
        model,
        IRIS,
        Reconciliation({}),
        Ledger(),
        None,
    )
    output = Output()
    mapper.map(InputRow(2, {"key": "k-1", line.column: cell}), output)
    return output


@pytest.mark.parametrize(("class_name", "column", "cell", "line"), CELLS)
def test_filled_and_mapped_tables_agree(
    model: Model, class_name: str, column: str, cell: str, line: MappingLine
) -> None:
    """Statements and findings agree, places and hints with them."""
    text = f'key,{column}\nk-1,"{cell}"\n'
    filled = map_tables(table_of(text.encode(), "t.csv"), model, IRIS, class_name)
    other = mapped(model, class_name, line, cell)
    assert filled.quads == other.quads
    assert filled.problems == other.problems
    assert [quad for quad in filled.quads if quad.predicate != RDF("type")] or filled.problems


def test_whole_numbers_have_one_form(model: Model) -> None:
    """Zeros before a number and a plus sign make no other number, whoever reads it."""
    line = MappingLine("number", "t", "number", "value")
    forms = {
        str(quad.object)
        for cell in ("7", "007", "+7")
        for quad in mapped(model, "ActionPlan", line, cell).quads
        if quad.predicate != RDF("type")
    }
    assert forms == {'"7"^^<http://www.w3.org/2001/XMLSchema#integer>'}


def test_code_lists_refuse_what_is_no_value(model: Model) -> None:
    """A rank in letters is refused at its cell, before any shape sees it."""
    rank = model.property("Concept", "rank")
    assert str(_value("02", rank, Where("c.csv", 2, "rank"))).startswith('"2"')
    with pytest.raises(ModelError, match="'two' is not a whole number") as caught:
        _value("two", rank, Where("c.csv", 2, "rank"))
    assert caught.value.where == Where("c.csv", 2, "rank")


def test_booleans_are_words(model: Model) -> None:
    """Yes and no in any case are booleans, numbers are not."""
    definition = next(
        p
        for class_def in model.classes.values()
        for p in class_def.properties
        if any(name.endswith("#boolean") for name in p.datatypes)
    )
    read = literal_reader(definition)
    assert [read(text).value for text in ("true", "YES", "No")] == ["true", "true", "false"]
    with pytest.raises(ValueError, match="'1' is neither true nor false"):
        read("1")


def test_separators_split_where_people_mean_it() -> None:
    """Semicolons are part of addresses; empty values fall away."""
    assert VALUES.split("a;b | c;;") == ["a", "b", "c"]
    assert LINKS.split("EE1;EE2") == ["EE1", "EE2"]
    assert LINKS.split("http://a/;b;http://c/; d") == ["http://a/;b", "http://c/", "d"]
    assert Separator.exact(" || ").split("a | b || c") == ["a | b", "c"]
