"""Two rows about one thing that do not say the same are told with both places, whatever the shapes let pass."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from support.registers import TABLE, read_register, write_register
from support.running import ROOT

from ogpld.iris import Iris
from ogpld.model import Model
from ogpld.report import Finding, Severity
from ogpld.sources import read_table
from ogpld.sources.ledger import read_ledger
from ogpld.sources.mapper import open_source
from ogpld.sources.reconciliation import Reconciliation
from ogpld.sources.source_description import read_source
from ogpld.sources.table import InputRow

LINES = "No,commitment,identifier,value, Tag,commitment,note,text:und, Who,plan,page,iri,"
SHARED = """
[table.things.plan]
class = "ActionPlan"
key = "XYZ01"
"""


def findings(folder: Path, table: str, model: Model) -> list[Finding]:
    """Return what opening and mapping the source of a folder finds about rows that disagree."""
    opened = open_source(
        read_source(folder),
        model,
        Iris("http://x.example/"),
        Reconciliation({}),
        read_ledger(ROOT / "data/identity.csv"),
    )
    every = opened.problems + opened.map().output.problems
    return [
        f
        for f in every
        if f.where and f.where[0].file == table and f.message.startswith("two rows")
    ]


@pytest.mark.parametrize(
    ("source", "table", "row", "column", "text"),
    [
        ("members", "members.csv", 2, "wikidata", "https://www.wikidata.org/wiki/Q1"),
        ("estonia", "estonia_milestones.csv", 2, "completion", "Complete"),
        ("estonia", "estonia_milestones.csv", 2, "end_date", "2019"),
        ("estonia", "estonia_plans.csv", 2, "url", "https://example.org/wrong"),
        ("estonia", "estonia_reports.csv", 2, "completed_end", "99"),
        ("institutions", "institutions.csv", 2, "name_en", "Another name"),
        ("comparison", "bodies.csv", 2, "name", "Another name"),
    ],
)
def test_a_second_row_of_a_shipped_table_that_differs_is_refused(
    tmp_path: Path, model: Model, source: str, table: str, row: int, column: str, text: str
) -> None:
    """It is not read, and the finding names file, both rows and the column, as for a commitment."""
    folder = tmp_path / source
    shutil.copytree(ROOT / "data/sources" / source, folder)
    path = folder / table
    rows = read_rows(path)
    again = {**rows[row - 2].cells, column: text}
    assert again != rows[row - 2].cells
    append(path, again)
    (finding,) = findings(folder, table, model)
    assert finding.severity is Severity.VIOLATION
    assert finding.message == "two rows have this key and differ; the second was not read"
    last = max(r.number for r in rows) + 1
    assert [(w.row, w.column) for w in finding.where] == [(last, column), (row, column)]
    assert repr(column) in finding.hint


@pytest.mark.parametrize(
    "source", ["members", "estonia", "institutions", "comparison", "explorer", "cldr-names"]
)
def test_shipped_rows_do_not_disagree(model: Model, source: str) -> None:
    """Rows of commitments tell of plans and reports again and again, and say the same."""
    folder = ROOT / "data/sources" / source
    for described in read_source(folder).tables:
        assert findings(folder, described.file, model) == []


def test_what_several_rows_tell_of_is_warned_of_where_they_differ(
    tmp_path: Path, model: Model
) -> None:
    """A plan that each commitment's row describes: once for each row that says something else."""
    table = (
        "No,Tag,Who\nXY1,a,https://a.example/\nXY2,b,https://a.example/\nXY3,c,https://b.example/\n"
    )
    read = read_register(write_register(tmp_path, table, LINES, TABLE + SHARED), model)
    (finding,) = read.findings
    assert finding.severity is Severity.WARNING
    assert finding.message == "two rows have this key and differ in 'Who'; what both say was read"
    assert finding.focus == "http://x.example/id/action-plan/XYZ01"
    assert [(w.row, w.column) for w in finding.where] == [(4, "Who"), (2, "Who")]
    assert "unique = false" in finding.hint
    assert read.values["XYZ01"]["page"] == {"https://a.example/", "https://b.example/"}


@pytest.mark.parametrize(
    "cells",
    [
        ["https://a.example/", "", ""],
        ["", "https://a.example/", "https://a.example/"],
        ["", "https://a.example/", ""],
    ],
)
def test_empty_cells_contradict_nothing(tmp_path: Path, model: Model, cells: list[str]) -> None:
    """A column of the plan that only some of its rows fill."""
    table = "No,Tag,Who\n" + "".join(f"XY{at},a,{cell}\n" for at, cell in enumerate(cells))
    read = read_register(write_register(tmp_path, table, LINES, TABLE + SHARED), model)
    assert read.findings == []
    assert read.values["XYZ01"]["page"] == {"https://a.example/"}


def test_a_row_is_held_against_the_first_that_says_something(tmp_path: Path, model: Model) -> None:
    """Column by column: earlier rows may leave one of them empty and fill the other."""
    lines = LINES + " Name,plan,title,text:en,"
    a, b = "https://a.example/", "https://b.example/"
    table = f"No,Tag,Who,Name\nXY1,a,,One\nXY2,a,{a},\nXY3,a,{b},One\nXY4,a,{b},Two\n"
    read = read_register(write_register(tmp_path, table, lines, TABLE + SHARED), model)
    assert [[(w.row, w.column) for w in f.where] for f in read.findings] == [
        [(4, "Who"), (3, "Who")],
        [(5, "Name"), (2, "Name")],
        [(5, "Who"), (3, "Who")],
    ]


def test_links_to_other_things_are_compared(tmp_path: Path, model: Model) -> None:
    """A plan whose rows name two members, by columns that nothing else is read from."""
    toml = TABLE.replace("unique = true", 'links = { plans = "plan" }') + SHARED.replace(
        "XYZ01", "{Plan}"
    )
    lines = "No,commitment,identifier,value, Plan,,,key,"
    table = "No,Plan\nXY1,XYZ01\nXY1,XYZ02\n"
    read = read_register(write_register(tmp_path, table, lines, toml), model)
    (finding,) = read.findings
    assert finding.message == "two rows have this key and differ in 'Plan'; what both say was read"
    assert [(w.row, w.column) for w in finding.where] == [(3, "Plan"), (2, "Plan")]


def test_tables_with_several_rows_of_a_thing_say_so(tmp_path: Path, model: Model) -> None:
    """`unique = false`: each row adds a value, and nothing is told."""
    toml = TABLE.replace("unique = true", "unique = false")
    lines = "No,commitment,identifier,value, Tag,commitment,note,text:und,"
    table = "No,Tag\nXY1,a\nXY1,b\n"
    read = read_register(write_register(tmp_path, table, lines, toml), model)
    assert read.findings == []
    assert read.values["XY1"]["note"] == {"a", "b"}


def test_a_mention_may_stand_in_any_number_of_rows(tmp_path: Path, model: Model) -> None:
    """What is described elsewhere takes a value from each row."""
    toml = TABLE.replace("unique = true\nfrozen = true", "mention = true")
    lines = "No,,,key, Tag,commitment,note,text:und,"
    read = read_register(write_register(tmp_path, "No,Tag\nXY1,a\nXY1,b\n", lines, toml), model)
    assert read.findings == []


def read_rows(path: Path) -> list[InputRow]:
    """Return the rows of a table."""
    return list(read_table(path).rows)


def append(path: Path, cells: dict[str, str]) -> None:
    """Write a further row at the end of a table."""
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerow(cells.values())
