"""What a column of printed dates says, and what a clerk is told of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.registers import TABLE, Register, read_register, write_register

from ogpld.errors import SourceError
from ogpld.iris import Iris
from ogpld.model import Model
from ogpld.report import Severity
from ogpld.sources.mapper import open_source
from ogpld.sources.reconciliation import Reconciliation
from ogpld.sources.source_description import read_source

COLUMNS = "No,commitment,identifier,value, Begin,commitment,startDate,date{order},"
TEXT = " Begin,commitment,startText,date-text{order},"


def register(
    folder: Path, model: Model, dates: list[str], order: str = "", *, text: bool = False
) -> Register:
    """Read a table with a date a row, whose keys count from XY1."""
    rows = "".join(f"XY{number},{date}\n" for number, date in enumerate(dates, 1))
    lines = (COLUMNS + (TEXT if text else "")).format(order=order)
    return read_register(write_register(folder, f"No,Begin\n{rows}", lines), model)


def dates(read: Register) -> list[str]:
    """Return the date of each row, "" for none."""
    return ["".join(values.get("startDate", ())) for values in read.values.values()]


def test_with_dots_the_day_stands_first(tmp_path: Path, model: Model) -> None:
    """The example of data/README.md is the first of March, without a finding."""
    read = register(tmp_path, model, ["01.03.2026", "1. 3. 2026", "3.1.2026.", "31.12.26"])
    assert dates(read) == ["2026-03-01", "2026-03-01", "2026-01-03", "2026-12-31"]
    assert not read.findings


def test_the_table_proves_which_stands_first(tmp_path: Path, model: Model) -> None:
    """A date of another row that can be read one way only; without one the year is published."""
    read = register(tmp_path / "day", model, ["13/03/2026", "01/03/2026", "2-3-2026"])
    assert dates(read) == ["2026-03-13", "2026-03-01", "2026-03-02"]
    read = register(tmp_path / "month", model, ["3/13/2026", "3/1/2026"])
    assert dates(read) == ["2026-03-13", "2026-03-01"]
    assert not read.findings
    read = register(tmp_path / "both", model, ["13/03/2026", "3/13/2026", "01/03/2026"])
    assert dates(read) == ["2026-03-13", "2026-03-13", "2026"]
    read = register(tmp_path / "none", model, ["01/03/2026"])
    assert dates(read) == ["2026"]
    (finding,) = read.findings
    assert finding.severity is Severity.WARNING
    assert finding.message == (
        "the cell has two readings, day first or month first; the year is published"
    )
    assert "date:day-first or date:month-first" in finding.hint


def test_dots_that_can_only_be_read_month_first_leave_the_year(
    tmp_path: Path, model: Model
) -> None:
    """Then dots of that table mean nothing."""
    read = register(tmp_path, model, ["3.13.2026", "01.03.2026"])
    assert dates(read) == ["2026-03-13", "2026"]


def test_the_mapping_may_say_which_stands_first(tmp_path: Path, model: Model) -> None:
    """But for a row that proves the contrary, and for dots."""
    given = ["01/03/2026", "04.03.2026"]
    for order, wanted in {
        ":day-first": "2026-03-01",
        ":month-first": "2026-01-03",
        ":either": "2026",
    }.items():
        read = register(tmp_path / order[1:], model, given, order)
        assert dates(read) == [wanted, "2026-03-04"]
    with pytest.raises(SourceError, match="takes no 'year-first'") as caught:
        register(tmp_path / "odd", model, given, ":year-first")
    assert caught.value.hint == "date, or date:day-first, date:month-first, date:either"
    lines = COLUMNS.format(order=":month-first") + " End,commitment,endDate,date:month-first,"
    table = "No,Begin,End\nXY1,1/7/2014,30/9/2015\nXY2,1/7/2014,9/30/2015\n"
    read = read_register(write_register(tmp_path / "rows", table, lines), model)
    assert dates(read) == ["2014", "2014-01-07"]


@pytest.mark.parametrize(
    ("cell", "message", "with_text"),
    [
        ("in spring", "is no date; nothing of it is published", "is no date; it is published as printed"),
        (
            "Q2 2026",
            "is a quarter, which no datatype can say; nothing of it is published",
            "is a quarter, which no datatype can say; it is published as printed, with first and last day",
        ),
        (
            "31.12.99",
            "has a year of two digits that is far from any plan; nothing of it is published",
            "has a year of two digits that is far from any plan; it is published as printed",
        ),
        (
            "3/1/2026",
            "has two readings, day first or month first; the year is published",
            "has two readings, day first or month first; the year is published, and the text",
        ),
    ],
)  # fmt: skip
def test_what_is_lost_is_told(
    tmp_path: Path, model: Model, cell: str, message: str, with_text: str
) -> None:
    """A Warning where the mapping publishes no text of the column, an Info where it does."""
    read = register(tmp_path / "without", model, [cell])
    (finding,) = read.findings
    assert (finding.severity, finding.message) == (Severity.WARNING, f"the cell {message}")
    assert "a line of mapping.csv with date-text publishes what is printed" in finding.hint
    assert "startText" not in read.values["XY1"]
    read = register(tmp_path / "with", model, [cell], text=True)
    (finding,) = read.findings
    assert (finding.severity, finding.message) == (Severity.INFO, f"the cell {with_text}")
    assert read.values["XY1"]["startText"] == {cell}


def test_a_text_line_in_the_column_publishes_it_too(tmp_path: Path, model: Model) -> None:
    """But a date-text line that reads the date without a doubt does not."""
    lines = COLUMNS.format(order="") + " Begin,commitment,startText,text:und,"
    read = read_register(write_register(tmp_path / "a", "No,Begin\nXY1,soon\n", lines), model)
    assert [f.severity for f in read.findings] == [Severity.INFO]
    lines = COLUMNS.format(order="") + TEXT.format(order=":day-first")
    read = read_register(write_register(tmp_path / "b", "No,Begin\nXY1,1/3/2026\n", lines), model)
    assert [f.severity for f in read.findings] == [Severity.WARNING]
    assert "startText" not in read.values["XY1"]


def test_a_date_that_is_not_as_exact_as_wanted_is_told(tmp_path: Path, model: Model) -> None:
    """A property of days takes no month; the text is kept where a line publishes it."""
    lines = "No,commitment,identifier,value, Begin,commitment,pageUpdated,date,"
    table = "No,Begin\nXY1,March 2026\nXY2,2026-03-01\n"
    read = read_register(write_register(tmp_path / "a", table, lines), model)
    (finding,) = read.findings
    assert (finding.severity, finding.where[0].row) == (Severity.WARNING, 2)
    assert finding.message == (
        "the cell says a month, which 'pageUpdated' does not take; nothing of it is published"
    )
    assert "2026-03-01" in {value for values in read.values["XY2"].values() for value in values}
    lines += " Begin,commitment,startText,date-text,"
    read = read_register(write_register(tmp_path / "b", table, lines), model)
    assert [f.severity for f in read.findings] == [Severity.INFO]
    assert read.values["XY1"]["startText"] == {"March 2026"}


def test_a_row_that_proves_an_order_changes_every_unit(tmp_path: Path, model: Model) -> None:
    """What the other units say depends on it, so they are read again."""
    toml = TABLE.replace('unit = "register"', 'unit = "{No}"')
    lines = COLUMNS.format(order="")

    def digest(name: str, other: str) -> str:
        table = f"No,Begin\nXY1,1/3/2026\nXY2,{other}\n"
        folder = write_register(tmp_path / name, table, lines, toml)
        opened = open_source(
            read_source(folder), model, Iris("http://x.example/"), Reconciliation({})
        )
        return opened.units["XY1"].digest

    assert digest("a", "2026") == digest("b", "March 2026") == digest("c", "2.3.2026")
    assert len({digest("d", "2026"), digest("e", "13/3/2026"), digest("f", "3/13/2026")}) == 3
