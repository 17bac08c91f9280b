"""What programs and habits make of cells is told in tables after templates, each with what to write."""

from __future__ import annotations

from datetime import date

import pytest
from openpyxl import Workbook
from support.workbooks import workbook

from ogpld.iris import Iris
from ogpld.model import Model
from ogpld.report import Severity
from ogpld.sources import table_of
from ogpld.sources.canonical import map_tables
from ogpld.sources.row_context import Output
from ogpld.sources.spoilt_cells import has_lost_letters, is_day, says_nothing
from ogpld.sources.web_address import has_two, link

IRIS = Iris("http://x.example/")


def milestone(model: Model, **cells: str) -> Output:
    """Map a table of one milestone."""
    row = {"key": "EE1-m1", "title@en": "T", "printedNumber": "1", "commitment": "EE1", **cells}
    text = f"{','.join(row)}\n{','.join(row.values())}\n"
    return map_tables(table_of(text.encode(), "t.csv"), model, IRIS)


def finding_of(output: Output) -> tuple[Severity, str | None, str, str]:
    """Return severity, column, message and hint of the only finding."""
    (finding,) = output.problems
    return finding.severity, finding.where[0].column, finding.message, finding.hint


@pytest.mark.parametrize(
    ("cell", "year"), [("1905-07-14", "2022"), ("1905-07", "2009"), ("1905-06-30", "2008")]
)
def test_a_year_typed_into_a_date_cell_is_refused(model: Model, cell: str, year: str) -> None:
    """It would be published as a day of 1905."""
    output = milestone(model, endDate=cell)
    severity, column, message, hint = finding_of(output)
    assert (severity, column) == (Severity.VIOLATION, "endDate")
    assert "what a year becomes in a cell with a date format" in message
    assert hint.endswith(f"write {year}")
    assert not [quad for quad in output.quads if "endDate" in quad.predicate.value]


def test_a_year_in_a_date_cell_of_a_workbook_is_refused(model: Model) -> None:
    """As spreadsheet programs store it; other dates of that time are nobody's mistake for a year."""

    def edit(book: Workbook) -> None:
        cell = book["Milestone"].cell(2, 5)
        cell.value, cell.number_format = 2022, "dd.mm.yyyy"

    header = ["key", "title@en", "printedNumber", "commitment", "endDate"]
    content = workbook({"Milestone": [header, ["EE1-m1", "T", "1", "EE1", None]]}, edit)
    output = map_tables(table_of(content, "t.xlsx"), model, IRIS)
    assert finding_of(output)[3].endswith("write 2022")
    assert milestone(model, endDate="1905").problems == []
    assert milestone(model, endDate="1905-01-14").problems == []


def test_a_number_of_days_is_named_with_its_day(model: Model) -> None:
    """Nobody knows 44927 for a date."""
    assert finding_of(milestone(model, endDate="44927")) == (
        Severity.VIOLATION,
        "endDate",
        "'44927' is not a date this column takes",
        "spreadsheet programs store 2023-01-01 as the number 44927: write 2023-01-01",
    )
    assert "a date as exact as it is known" in finding_of(milestone(model, endDate="1.3.2023"))[3]


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "2023-02-01",
            "2023-02-01T00:00:00",
            "01.02.2023",
            "1/2/2023",
            "1-Feb",
            "1-feb",
            "01. Feb",
        ),
        *("01-févr", "01-févr.", "2-märts", "Feb-21", "5-May-2020", "1-Feb-23"),
    ],
)
def test_a_number_that_became_a_day_is_refused(model: Model, cell: str) -> None:
    """1.2 is 1 February in many countries; a printed number is never a date."""
    severity, column, message, hint = finding_of(milestone(model, printedNumber=cell))
    assert (severity, column) == (Severity.VIOLATION, "printedNumber")
    assert "as spreadsheet programs make of numbers" in message
    assert "format the column as text" in hint


@pytest.mark.parametrize("cell", ["2021-12", "1.2", "1-2", "12.2023", "2-A", "M-3", "5-maj-1x"])
def test_other_numbers_are_no_days(model: Model, cell: str) -> None:
    """Twelfth of 2021, as some plans count."""
    assert not milestone(model, printedNumber=cell).problems


@pytest.mark.parametrize(
    ("cell", "refused"),
    [
        ("https://a.example/1,https://b.example/2", True),
        ("https://a.example/1,HTTP://b.example/2", True),
        ("https://a.example/?tags=ogp,https", False),
        ("https://a.example/?u=https://b.example/,http://c.example", False),
        ("https://a.example/a,https", False),
    ],
)
def test_two_addresses_are_none(cell: str, *, refused: bool) -> None:
    """A comma is part of many an address, and of its query what it will."""
    assert (link(cell) is None) == has_two(cell) == refused


def test_the_code_of_namibia_says_something() -> None:
    """Which `na` does not."""
    assert says_nothing("na")
    assert not says_nothing("NA")


def test_a_number_that_became_a_day_in_a_workbook_is_refused(model: Model) -> None:
    """The cell is a date whatever its format."""

    def edit(book: Workbook) -> None:
        cell = book["Milestone"].cell(2, 3)
        cell.value, cell.number_format = date(2023, 2, 1), "d.m"

    header = ["key", "title@en", "printedNumber", "commitment"]
    content = workbook({"Milestone": [header, ["EE1-m1", "T", None, "EE1"]]}, edit)
    output = map_tables(table_of(content, "t.xlsx"), model, IRIS)
    assert finding_of(output)[:2] == (Severity.VIOLATION, "printedNumber")


def test_keys_that_became_days_are_refused(model: Model) -> None:
    """In the row they name, and where another row points at them."""
    assert finding_of(milestone(model, key="2023-02-01"))[:2] == (Severity.VIOLATION, "key")
    pointing = milestone(model, key="2023-02-01-m1", commitment="2023-02-01").problems
    assert [(f.severity, f.where[0].column) for f in pointing] == [
        (Severity.VIOLATION, "commitment")
    ]


def test_numbers_and_ids_are_no_days() -> None:
    """With dots, dashes and years in them, as plans and registers print them."""
    for text in ("1.2", "1.2.12", "2014", "2014-1", "1-2", "70000310", "2.10", "1/2", "12-345"):
        assert not is_day(text), text


@pytest.mark.parametrize("cell", ["????????? ??????????", "GIS ???? ?????", "???"])
def test_a_text_whose_letters_are_lost_is_refused(model: Model, cell: str) -> None:
    """A file saved in a code page without its script."""
    severity, column, message, _ = finding_of(milestone(model, **{"title@en": cell}))
    assert (severity, column) == (Severity.VIOLATION, "title@en")
    assert "question marks" in message


def test_a_question_is_a_text() -> None:
    """Question marks beside letters are asked by somebody."""
    for text in ("Who decides?", "Who???", "Why?? Because", "?", "??"):
        assert not has_lost_letters(text), text


@pytest.mark.parametrize("cell", ["-", "\u2013", "n/a", "N/A", "None", "s/d"])
def test_a_text_that_says_nothing_is_told(model: Model, cell: str) -> None:
    """It is published as it stands: somebody may mean it."""
    output = milestone(model, **{"title@en": cell})
    severity, column, message, hint = finding_of(output)
    assert (severity, column) == (Severity.WARNING, "title@en")
    assert "there is nothing" in message
    assert "'empty' of source.toml" in hint
    assert finding_of(milestone(model, printedNumber=cell))[:2] == (
        Severity.WARNING,
        "printedNumber",
    )
    assert not says_nothing("No data")
