"""An empty table, filled in, is read without a finding; the command writes it with care."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

from ogpld.cli.parser import make_parser
from ogpld.cli.template import PLAN, run_template
from ogpld.config import Settings
from ogpld.errors import SourceError, UsageError
from ogpld.formats.blank import blank_csv, blank_workbook
from ogpld.iris import Iris
from ogpld.model import Model
from ogpld.model.tables import (
    TableColumn,
    is_date,
    is_text,
    schemes_of,
    template_classes,
    template_columns,
)
from ogpld.rdf import XSD
from ogpld.sources import table_of
from ogpld.sources.canonical import map_tables

IRIS = Iris("http://x.example/")


def run(*arguments: str) -> int:
    """Run the subcommand as the program does."""
    return run_template(make_parser().parse_args(["template", *arguments]), Settings())


def example(model: Model, column: TableColumn) -> str:
    """Return a cell a clerk could write."""
    definition = column.definition
    if definition is None:
        return "K-2-1"
    if is_text(definition):
        return "Some text; with more"
    if is_date(definition):
        return "2026" if XSD("gYear").value in definition.datatypes else "2026-07-01"
    if definition.iri.endswith("#indicator"):
        return "completion"
    if column.name == "value":
        return "completion/complete"
    if schemes := schemes_of(model, column):
        labels = [code.label for code in schemes[0].codes]
        return "; ".join(labels[:2]) if definition.max_count is None else labels[0]
    if definition.links:
        thing = model.by_class_iri.get(definition.thing)
        return "K-2" if thing else "http://y.example/"
    return "3"


@pytest.mark.parametrize(
    "name",
    [
        "ActionPlan",
        "Assessment",
        "Author",
        "Cluster",
        "Commitment",
        "Institution",
        "Member",
        "Milestone",
        "Report",
        "SubCommitment",
    ],
)
def test_a_filled_template_is_read_whole_from_csv_and_xlsx(model: Model, name: str) -> None:
    """Every column gives at least one statement, and both types give the same ones."""
    columns = template_columns(model, name, ("en", "et"))
    cells = [example(model, column) for column in columns]
    text = io.StringIO(blank_csv(model, name, ("en", "et")), newline="")
    text.seek(0, io.SEEK_END)
    csv.writer(text).writerow(cells)
    book = load_workbook(io.BytesIO(blank_workbook(model, [name], ("en", "et"))))
    for at, cell in enumerate(cells, 1):
        book[name].cell(2, at).value = cell
    target = io.BytesIO()
    book.save(target)
    from_csv = map_tables(table_of(text.getvalue().encode(), "t.csv"), model, IRIS)
    from_xlsx = map_tables(table_of(target.getvalue(), "t.xlsx"), model, IRIS)
    assert [f.message for f in from_csv.problems + from_xlsx.problems] == []
    assert set(map(str, from_csv.quads)) == set(map(str, from_xlsx.quads))
    places = {
        cell.where.column for origins in from_csv.trace.statements.values() for cell in origins
    }
    assert places == {column.name for column in columns}
    assert {c.name for c in template_classes(model)} >= {name}


def test_the_workbook_explains_itself_and_is_the_same_every_time(model: Model) -> None:
    """Comments, required columns, frozen header, text format, choices from the sheet of codes."""
    content = blank_workbook(model, PLAN)
    assert content == blank_workbook(model, PLAN)
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["ActionPlan", "Commitment", "Milestone", "codes"]
    sheet = book["Milestone"]
    columns = template_columns(model, "Milestone")
    assert [cell.value for cell in sheet[1]] == [column.name for column in columns]
    assert sheet.freeze_panes == "A2"
    assert sheet.max_row == 1
    for cell, column in zip(sheet[1], columns, strict=True):
        assert ("Required" in cell.comment.text) == column.required
        if column.definition:
            assert column.definition.description in cell.comment.text
    letter = sheet[1][[c.name for c in columns].index("startDate")].column_letter
    assert sheet.column_dimensions[letter].number_format == "@"
    (rule,) = sheet.data_validations.dataValidation
    codes = book["codes"]
    listed = [cell.value for (cell,) in codes[rule.formula1.partition("!")[2].replace("$", "")]]
    assert listed == [code.label for code in model.schemes["completion"].codes]
    assert [cell.value for cell in codes[1]] == ["scheme", "notation", "label"]


def test_the_command_writes_a_header_to_standard_output(
    capsysbinary: pytest.CaptureFixture[bytes], model: Model
) -> None:
    """Names as a user types them."""
    for name in ("commitment", "Commitments", "COMMITMENT"):
        assert run(name) == 0
        assert capsysbinary.readouterr().out.decode() == blank_csv(model, "Commitment")
    assert run("milestones", "--language", "ET", "--language", "en") == 0
    assert capsysbinary.readouterr().out.startswith(b"key,title@et,title@en,printedNumber,")


def test_a_name_that_has_to_be_in_english_has_a_column_for_it(model: Model) -> None:
    """The comment says so, and no template is without the column."""
    sheet = load_workbook(io.BytesIO(blank_workbook(model, ("Member", "Institution"))))
    names = {cell.value: cell for cell in sheet["Member"][1]}
    assert "Required, in English at least." in names["prefLabel@en"].comment.text
    bodies = {cell.value: cell for cell in sheet["Institution"][1]}
    assert "Required, in one language at least." in bodies["prefLabel@en"].comment.text
    assert "prefLabel@ka,prefLabel@en," in blank_csv(model, "Member", ("ka",))
    assert "prefLabel@en," not in blank_csv(model, "Institution", ("ka",))


def test_the_command_writes_files_and_overwrites_none(tmp_path: Path, model: Model) -> None:
    """A filled table is work; only --force replaces it."""
    target = tmp_path / "plan.xlsx"
    assert run("plan", "--output", str(target)) == 0
    assert target.read_bytes() == blank_workbook(model, PLAN)
    target.write_bytes(b"work of a day")
    with pytest.raises(UsageError, match=r"plan\.xlsx exists\n.*--force"):
        run("plan", "--xlsx", "--output", str(target))
    assert target.read_bytes() == b"work of a day"
    assert run("plan", "--xlsx", "--force", "--output", str(target)) == 0
    assert target.read_bytes() == blank_workbook(model, PLAN)
    with pytest.raises(UsageError, match="cannot write"):
        run("plan", "--xlsx", "--output", str(tmp_path / "no" / "plan.xlsx"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["unicorns"], "there is no table of 'unicorns'\n  -> one of plan, ActionPlan, Assessment"),
        (["Identifier"], "there is no table of 'Identifier'"),
        (["plan"], "has 3 tables, a CSV file holds one\n  -> add --xlsx"),
        (["commitment", "--xlsx", "--output", "a.csv"], "contradict each other"),
        (["commitment", "--language", "e n"], "is no language tag"),
    ],
)
def test_a_misused_command_says_what_to_type(arguments: list[str], message: str) -> None:
    """Exit code 2, nothing written."""
    with pytest.raises(UsageError) as caught:
        run(*arguments)
    assert message in str(caught.value)


def test_a_workbook_is_not_written_to_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes would make a mess of it."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    with pytest.raises(UsageError, match="not shown on a terminal"):
        run("plan", "--xlsx")


def test_equal_models_give_equal_bytes_in_another_process(model: Model) -> None:
    """No clock, no hash order."""
    code = (
        "import sys; from ogpld.model import load_model; from ogpld.formats.blank import *;"
        "sys.stdout.buffer.write(blank_workbook(load_model(), ['Commitment']))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, timeout=60, check=True
    )
    assert result.stdout == blank_workbook(model, ["Commitment"])


@pytest.mark.parametrize(
    ("name", "classes"),
    [
        ("self-assessment", {"Report"}),
        ("irm report", {"Report"}),
        ("instituton", {"Institution"}),
        ("results-report", {"Report"}),
        ("milestone table", {"Milestone"}),
    ],
)
def test_a_name_that_is_none_is_answered_with_near_ones(name: str, classes: set[str]) -> None:
    """A kind of report leads to reports, a typing error to what was meant."""
    with pytest.raises(UsageError) as refused:
        run(name)
    assert refused.value.hint
    near = refused.value.hint.partition("?")[0]
    assert near.startswith("did you mean ")
    assert classes <= set(near.removeprefix("did you mean ").split(" or "))


def test_the_key_column_says_how_a_key_is_made(model: Model) -> None:
    """Each class with a table has its form; that of reports ends in the kind."""
    names = [definition.name for definition in template_classes(model)]
    book = load_workbook(io.BytesIO(blank_workbook(model, names)))
    for name in names:
        comment = book[name]["A1"].comment
        assert comment is not None
        assert model.classes[name].key_form
        assert model.classes[name].key_form in comment.text
    assert "-results-report" in model.classes["Report"].key_form


def test_a_workbook_nobody_filled_in_names_its_sheets(model: Model) -> None:
    """Those that wait for rows, and not the one with the codes; one filled in is enough."""
    content = blank_workbook(model, PLAN)
    with pytest.raises(SourceError) as caught:
        map_tables(table_of(content, "plan.xlsx"), model, IRIS)
    assert str(caught.value) == (
        "plan.xlsx: the workbook has no rows in the sheets ActionPlan, Commitment, Milestone\n"
        "  -> fill in a row below the header of one of them"
    )
