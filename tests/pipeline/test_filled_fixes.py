"""`fixes.csv` mends tables filled in after a template as it does mapped ones."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from openpyxl import Workbook
from support.small_data import BODIES, body, build, lines, small_source, template_table

from ogpld.errors import SourceError

HEADER = "table,row,column,from,to,reason\n"


def _book(*sheets: str) -> bytes:
    """Return a workbook with two bodies a sheet, and a number that is shown otherwise than stored."""
    book = Workbook()
    book.remove(book.active)
    for at, name in enumerate(sheets):
        sheet = book.create_sheet(name)
        sheet.append([*BODIES.strip().split(","), "registerNumber"])
        for row in (1, 2):
            key = f"{'ABC'[at]}-{row}"
            sheet.append([key, f"Name {key}", "agency", "https://x.example/", 2.1])
            sheet.cell(row + 1, 5).number_format = "0.00"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("table", ["plan.xlsx#Institution", "plan.xlsx"])
def test_a_sheet_is_mended(tmp_path: Path, table: str) -> None:
    """By file and sheet, by the file alone where it has one sheet; the published table stays as read."""
    small_source(
        tmp_path / "data",
        "mine",
        template_table("plan.xlsx", "plan"),
        plan__xlsx=_book("Institution"),
        fixes__csv=HEADER
        + f"{table},3,prefLabel@en,Name A-2,Better,typo\n{table},2,registerNumber,2.10,2.1,as registered\n",
    )
    result, report = build(tmp_path / "data", tmp_path / "home")
    assert result.release is not None, report
    assert '"Better"@en' in lines(result)
    assert "Name A-2" not in lines(result)
    assert '"2.1"' in lines(result)
    published = result.release.path / "sources/mine/plan-institution.csv"
    assert "Name A-2" in published.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("fix", "message"),
    [
        (
            "b.csv,2,prefLabel@en,Nothing like it,X,typo",
            "the cell holds 'One', not 'Nothing like it'",
        ),
        ("b.csv,2,prefLabel@en,one,X,typo", "the cell holds 'One', not 'one'"),
        ("b.csv,2,prefLabel@en,withheld,X,typo", "holds no contact data any more"),
        ("b.csv,9,prefLabel@en,One,X,typo", "has no such row"),
        ("b.csv,1,prefLabel@en,One,X,typo", "has no such row"),
        ("b.csv,two,prefLabel@en,One,X,typo", "'two' is no number of a row"),
        (
            "b.csv,2,prefLabel,One,X,typo",
            r"there is no column 'prefLabel'\n  -> did you mean prefLabel@en",
        ),
        ("b.csv,2,prefLabel@en,One,X,", "the fix gives no reason"),
        ("c.csv,2,prefLabel@en,One,X,typo", r"there is no table 'c.csv'.*\n.*b.csv"),
        (
            "plan.xlsx,2,prefLabel@en,Name A-1,X,t",
            r"no table 'plan.xlsx'.*\n.*plan.xlsx#Institution",
        ),
        ("plan.xlsx#Nothing,2,prefLabel@en,Name A-1,X,t", "no table 'plan.xlsx#Nothing'"),
        (
            "plan.xlsx#Bodies,2,prefLabel@en,Name A-1,X,t",
            "the cell holds 'Name B-1', not 'Name A-1'",
        ),
    ],
)
def test_a_fix_that_does_not_apply_stops_the_build(tmp_path: Path, fix: str, message: str) -> None:
    """It names its own row in fixes.csv, and what stands there instead."""
    small_source(
        tmp_path / "data",
        "mine",
        template_table("b.csv", "bodies") + template_table("plan.xlsx", "plan"),
        b__csv=BODIES + body("D-1", "One"),
        plan__xlsx=_book("Institution", "Bodies"),
        fixes__csv=f"{HEADER}{fix}\n",
    )
    with pytest.raises(SourceError, match=message) as error:
        build(tmp_path / "data", tmp_path / "home")
    assert str(error.value.where) == "fixes.csv, row 2"
    assert not (tmp_path / "home" / "releases").exists() or not any(
        (tmp_path / "home/releases").iterdir()
    )


def test_what_held_contact_data_is_in_no_published_table(tmp_path: Path) -> None:
    """The Violation says to mend the cell; then neither graph nor table repeats it."""
    mail = "Ministry (anna@x.example)"
    for by in ("withheld", mail):
        data = tmp_path / by[:4] / "data"
        folder = small_source(
            data, "mine", template_table("b.csv", "bodies"), b__csv=BODIES + body("B-1", mail)
        )
        result, report = build(data, tmp_path / by[:4] / "home")
        assert result.release is None
        assert "contact" in report
        (folder / "fixes.csv").write_text(f"{HEADER}b.csv,2,prefLabel@en,{by},Ministry,person\n")
        result, report = build(data, tmp_path / by[:4] / "home")
        assert result.release is not None, report
        for path in result.release.path.rglob("*"):
            assert not path.is_file() or b"anna@" not in path.read_bytes(), path
        assert "anna@" not in lines(result)


def test_a_fix_that_is_added_is_a_new_release(tmp_path: Path) -> None:
    """Also where the build before is remembered: what a unit says depends on its fixes."""
    data, home = tmp_path / "data", tmp_path / "home"
    folder = small_source(
        data, "mine", template_table("b.csv", "bodies"), b__csv=BODIES + body("B-1", "Onne")
    )
    assert '"Onne"@en' in lines(build(data, home)[0])
    (folder / "fixes.csv").write_text(f"{HEADER}b.csv,2,prefLabel@en,Onne,One,typo\n")
    result, _ = build(data, home)
    assert result.new
    assert '"One"@en' in lines(result)
    assert '"Onne"@en' not in lines(result)
