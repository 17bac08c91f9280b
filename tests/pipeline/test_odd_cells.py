"""What a reader does not see or would read otherwise: told with its place, and published as it stands."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from support.small_data import BODIES, body, build, lines, small_source, template_table

from ogpld.errors import Where
from ogpld.report import Finding, Severity
from ogpld.sources.formulas import is_formula


def _findings(data: Path, home: Path, message: str, *, full: bool = False) -> list[Finding]:
    """Build, and return the findings whose message has a text."""
    result, _ = build(data, home, full=full)
    assert result.report is not None
    return [f for f in result.report.findings if message in f.message]


def test_keys_that_differ_in_case_only_are_told(tmp_path: Path) -> None:
    """In one table, and in two of different sources; both places are named."""
    data = tmp_path / "data"
    small_source(
        data,
        "one",
        template_table("a.csv", "a"),
        a__csv=BODIES + body("RUR-1", "One") + body("rur-1", "Two") + body("X-1", "Other"),
    )
    small_source(data, "two", template_table("b.csv", "b"), b__csv=BODIES + body("Rur-1", "Three"))
    for full in (False, True):
        findings = _findings(data, tmp_path / f"home-{full}", "differ in case only", full=full)
        assert [(f.severity, f.where) for f in findings] == [
            (Severity.WARNING, (Where("a.csv", 3, "key"), Where("a.csv", 2, "key"))),
            (Severity.WARNING, (Where("b.csv", 2, "key"), Where("a.csv", 2, "key"))),
        ]
        assert all("did you mean RUR-1?" in f.hint for f in findings)


def test_a_key_in_small_letters_has_the_one_that_is_meant(tmp_path: Path) -> None:
    """Where it looks like an id of OGP; other keys may be in any letters."""
    small_source(
        tmp_path / "data",
        "mine",
        template_table("a.csv", "a"),
        a__csv=BODIES
        + body("rur001", "One")
        + body("rur-ministry", "Two")
        + body("RUR002", "Three"),
    )
    (finding,) = _findings(tmp_path / "data", tmp_path / "home", "in small letters")
    assert finding.where == (Where("a.csv", 2, "key"),)
    assert "did you mean RUR001?" in finding.hint


def test_keys_of_mapped_tables_too(tmp_path: Path) -> None:
    """Whatever the key is made of."""
    small_source(
        tmp_path / "data",
        "mine",
        template_table("a.csv", "a")
        + '[[table]]\nfile = "m.csv"\nunit = "m"\n'
        + '[table.things.body]\nclass = "Institution"\nkey = "EST-{id}"\n',
        a__csv=BODIES + body("est-1", "One"),
        m__csv="id,name,kind,source\n1,Two,agency,https://x.example/\n",
        mapping__csv="table,column,thing,term,how,note\nm.csv,id,body,,key,\n"
        "m.csv,name,body,prefLabel,text:en,\nm.csv,kind,body,classification,code,\n"
        "m.csv,source,body,source,iri,\n",
    )
    (finding,) = _findings(tmp_path / "data", tmp_path / "home", "differ in case only")
    assert set(finding.where) == {Where("a.csv", 2, "key"), Where("m.csv", 2)}


def test_a_link_in_other_letters_has_the_key_that_is_meant(tmp_path: Path) -> None:
    """At the cell, and the cause stands before what follows from it."""
    small_source(
        tmp_path / "data",
        "mine",
        template_table("a.csv", "a"),
        a__csv="key,prefLabel@en,classification,subOrganizationOf,source\n"
        "RUR-1,One,agency,,https://x.example/\nRUR-2,Two,agency,rur-1,https://x.example/\n",
    )
    result, report = build(tmp_path / "data", tmp_path / "home")
    assert result.release is None
    assert "a.csv, row 3, column subOrganizationOf" in report
    assert "did you mean RUR-1?" in report


def test_the_cause_stands_before_its_consequences(tmp_path: Path) -> None:
    """A column that cannot be read is told before what its rows lack then."""
    small_source(
        tmp_path / "data",
        "mine",
        template_table("z.csv", "z"),
        z__csv="key,name,classification,source\nA-1,One,agency,https://x.example/\n"
        "bad key,Two,agency,https://x.example/\n",
    )
    _, report = build(tmp_path / "data", tmp_path / "home")
    header, key = report.index("has no column 'name'"), report.index("'bad key' is no key")
    assert header < key < report.index("id/institution/A-1")


@pytest.mark.parametrize(
    "character", [*"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\xad"]
)
def test_characters_that_hide_or_turn_text_are_told(tmp_path: Path, character: str) -> None:
    """With their code point and place."""
    small_source(
        tmp_path / "data",
        "mine",
        template_table("a.csv", "a"),
        a__csv=BODIES + body("A-1", f"Haus{character}halt"),
    )
    (finding,) = _findings(tmp_path / "data", tmp_path / "home", f"U+{ord(character):04X}")
    assert finding.severity is Severity.WARNING
    assert finding.where == (Where("a.csv", 2, "prefLabel@en"),)


def _book(path: Path, *cells: Any) -> bytes:
    """Return a workbook of bodies with these as names; those that are a pair have a font."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Institution"
    sheet.append(BODIES.strip().split(","))
    for row, cell in enumerate(cells, 2):
        name, font = cell if isinstance(cell, tuple) else (cell, None)
        sheet.append([f"A-{row}", name, "agency", "https://x.example/"])
        if font:
            sheet.cell(row, 2).font = font
    stream = io.BytesIO()
    book.save(stream)
    path.write_bytes(stream.getvalue())
    return stream.getvalue()


def test_struck_text_is_told_and_read(tmp_path: Path) -> None:
    """A whole cell, and a part of one."""
    part = CellRichText("Kept ", TextBlock(InlineFont(strike=True), "void"))
    content = _book(
        tmp_path / "b.xlsx", ("Void", Font(strike=True)), "Kept", part, ("Bold", Font(bold=True))
    )
    small_source(tmp_path / "data", "mine", template_table("b.xlsx", "b"), b__xlsx=content)
    (finding,) = _findings(tmp_path / "data", tmp_path / "home", "struck through")
    assert finding.severity is Severity.WARNING
    name = "b.xlsx#Institution"
    assert finding.where == tuple(Where(name, row, "prefLabel@en") for row in (2, 4))


def test_formulas_of_csv_are_told_and_published_as_they_are(tmp_path: Path) -> None:
    """An Info for a column, with all places; the table keeps the text."""
    evil = "=HYPERLINK(`http://x.example/`)"
    small_source(
        tmp_path / "data",
        "mine",
        template_table("a.csv", "a"),
        a__csv=BODIES + body("A-1", evil) + body("A-2", "@SUM(A1)") + body("A-3", "-5"),
    )
    result, _ = build(tmp_path / "data", tmp_path / "home")
    assert result.report is not None
    (finding,) = [f for f in result.report.findings if "like a formula" in f.message]
    assert finding.severity is Severity.INFO
    assert finding.where == tuple(Where("a.csv", row, "prefLabel@en") for row in (2, 3))
    assert evil in lines(result)
    assert result.release is not None
    assert evil in (result.release.path / "sources/mine/a.csv").read_text(encoding="utf-8")


def test_numbers_and_dates_are_no_formulas() -> None:
    """A sign before text is one."""
    for text in (
        "",
        "-",
        "--",
        "-5",
        "+5",
        "-1,234.50",
        "+1 000",
        "-.5",
        "-50%",
        "2024-01-02",
        "a=b",
    ):
        assert not is_formula(text), text
    for text in ("=1+1", "+A1", "-1+1", "@x", "- item", "=cmd|' /C calc'!A0", "\uff1d1+1"):
        assert is_formula(text), text


def test_a_cell_that_names_no_language_is_told_at_its_own_place(tmp_path: Path) -> None:
    """With the text that is meant by it; the name of its column may have capital letters."""
    small_source(
        tmp_path / "data",
        "mine",
        '[[table]]\nfile = "m.csv"\nunit = "m"\n'
        '[table.things.body]\nclass = "Institution"\nkey = "EST-{id}"\n',
        m__csv="id,name,Language,kind,source\n1,One,ET,agency,https://x.example/\n"
        "2,Two,ge,agency,https://x.example/\n",
        mapping__csv="table,column,thing,term,how,note\nm.csv,id,body,,key,\n"
        "m.csv,name,body,prefLabel,text:{Language},\nm.csv,kind,body,classification,code,\n"
        "m.csv,Language,,,ignore,the language of the name\nm.csv,source,body,source,iri,\n",
    )
    (finding,) = _findings(tmp_path / "data", tmp_path / "home", "is no language tag")
    assert finding.where == (Where("m.csv", 3, "Language"), Where("m.csv", 3, "name"))
    assert finding.cell == "ge"
    assert finding.hint == "did you mean ka (Georgian)?"
