"""What is withheld because it tells of persons is in no file of a release, the report included."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest
from openpyxl import Workbook
from support.small_data import build, small_source

from ogpld.config import Settings
from ogpld.errors import Where
from ogpld.model.literals import quoted
from ogpld.pipeline import Inputs, Published, publish_sources
from ogpld.pipeline.progress import Progress
from ogpld.release.packed_files import unpacked
from ogpld.release.release_store import REPORT
from ogpld.report import Finding, Report, Severity
from ogpld.sources.withheld import WithheldCells

PERSON = "Quirina Zweifel, quirina@example.org"
TABLE = """[[table]]
file = "{file}"
unit = "{{id}}"
[table.things.body]
class = "Institution"
key = "EST-{{id}}"
when = {{ kind = "agency" }}
[table.things.parent]
class = "Institution"
key = "EST-p{{parent}}"
"""
MAPPING = """table,column,thing,term,how,note
{file},id,,,key,
{file},parent,,,key,
{file},name,body,prefLabel,text:en,
{file},kind,body,classification,code,
{file},source,body,source,iri,
{file},contact,body,note,text:en withhold,
{file},copy,,,compare:contact,
{file},parent name,parent,prefLabel,text:en,
{file},parent kind,parent,classification,code,
{file},parent source,parent,source,iri,
{file},parent contact,parent,note,text:en withhold,
"""
HEADER = (
    "id,parent,name,kind,source,contact,copy,parent name,parent kind,parent source,parent contact"
)


def row(number: int, contact: str = "", copy: str = "", *, parent: str = "") -> str:
    """Return a row of the table."""
    return (
        f'{number},1,Name {number},agency,https://x.example/,"{contact}",{copy},'
        f'Parent,agency,https://x.example/,"{parent}"\n'
    )


def data(folder: Path, *rows: str, file: str = "t.csv", **files: str | bytes) -> Path:
    """Make a source of these rows, and return the folder of data."""
    content = {"mapping__csv": MAPPING.format(file=file), **files}
    if rows:
        content["t__csv"] = f"{HEADER}\n{''.join(rows)}"
    small_source(folder, "mine", TABLE.format(file=file), **content)
    return folder


def files_of(result: Published, home: Path) -> dict[str, str]:
    """Return the files of a release and what the home remembers of the build, as text."""
    assert result.release is not None
    folders = result.release.path, home / "build" / result.release.id
    contents = {
        path.relative_to(home).as_posix(): path.read_bytes()
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file()
    }
    return {
        name: (gzip.decompress(content) if name.endswith(".gz") else content).decode(
            "utf-8", "replace"
        )
        for name, content in contents.items()
    }


def check_silent(result: Published, home: Path, *words: str) -> Report:
    """Check that no file says a word; return the report of the release."""
    for name, text in files_of(result, home).items():
        assert not any(word in text for word in words or ("Quirina", "Zweifel")), name
    assert result.release is not None
    return Report.from_json(unpacked(result.release.path / REPORT))


@pytest.mark.parametrize("odd", ["_x000D_", "\u200b", "\u202e", "\ufeff", "\xad"])
@pytest.mark.parametrize("again", [False, True])
def test_remarks_about_a_withheld_cell_do_not_repeat_it(
    tmp_path: Path, odd: str, *, again: bool
) -> None:
    """Characters that are told with what stands around them; also where only a row was added."""
    folder, home = data(tmp_path / "data", row(1), row(2, PERSON + odd)), tmp_path / "home"
    result, text = build(folder, home)
    if again:
        with (folder / "sources/mine/t.csv").open("a", encoding="utf-8") as table:
            table.write(row(3, f"{odd}{PERSON} again"))
        result, text = build(folder, home)
    assert result.new, text
    report = check_silent(result, home)
    findings = [
        f for f in report.findings if f.severity is Severity.WARNING and "holds" in f.message
    ]
    assert [str(f.where[0]) for f in findings] == [
        f"t.csv, row {number}, column contact" for number in (3, 4)[: 1 + again]
    ]


def test_what_a_conversion_left_is_named(tmp_path: Path) -> None:
    """It says nothing of a person, and is what to look for in the cell."""
    _, text = build(data(tmp_path / "data", row(1, f"{PERSON} _x000D_")), tmp_path / "home")
    assert "the cell holds '_x000D_', which a spreadsheet program wrote" in text


def test_what_cannot_be_published_is_told_without_it(tmp_path: Path) -> None:
    """A cell that XML cannot carry refuses the build; what is printed does not repeat it."""
    result, text = build(data(tmp_path / "data", row(1, PERSON + "\x01")), tmp_path / "home")
    assert result.release is None
    assert "U+0001" in text
    assert "Quirina" not in text


def test_merged_cells_are_told_without_their_text(tmp_path: Path) -> None:
    """Of a workbook too."""
    book = Workbook()
    sheet = book.active
    sheet.append(HEADER.split(","))
    for number in (1, 2):
        cells = ["agency", "https://x.example/", "", "", "Parent", "agency", "https://x.example/"]
        sheet.append([str(number), "1", f"Name {number}", *cells])
    sheet["F2"] = PERSON
    sheet.merge_cells("F2:F3")
    stream = io.BytesIO()
    book.save(stream)
    folder = data(tmp_path / "data", file="t.xlsx", t__xlsx=stream.getvalue())
    result, _ = build(folder, tmp_path / "home")
    report = check_silent(result, tmp_path / "home")
    assert any("F2:F3 are merged" in finding.message for finding in report.findings)


@pytest.mark.parametrize("copy", ["Someone else", "Zweifel"])
def test_a_comparison_does_not_repeat_a_withheld_cell(tmp_path: Path, copy: str) -> None:
    """The hint names the column alone."""
    folder = data(tmp_path / "data", row(1, PERSON, copy))
    result, _ = build(folder, tmp_path / "home")
    report = check_silent(result, tmp_path / "home", "Quirina")
    (finding,) = (f for f in report.findings if "differs from 'contact'" in f.message)
    assert "'contact' says (withheld)" in finding.hint


@pytest.mark.parametrize("line", ["page,iri", "classification,code", "registerNumber,value", "altLabel,names"])  # fmt: skip
def test_other_lines_of_a_withheld_cell_do_not_repeat_it(tmp_path: Path, line: str) -> None:
    """Findings of mapping quote what they cannot read, those of the gate what the cell holds."""
    more = f"t.csv,contact,body,{line},\nt.csv,copy,body,subOrganizationOf,thing,\n"
    folder = data(tmp_path / "data", row(1, PERSON), mapping__csv=MAPPING.format(file="t.csv") + more)  # fmt: skip
    result, text = build(folder, tmp_path / "home")
    assert "Quirina" not in text
    if result.release:
        check_silent(result, tmp_path / "home")


def test_a_cell_is_withheld_whatever_its_row_tells_of(tmp_path: Path) -> None:
    """A row of no such thing, one that repeats a thing, and a column that says the same as another."""
    rows = row(1, parent=PERSON), row(2, parent=PERSON), row(3, PERSON).replace("agency", "", 1)
    folder, home = data(tmp_path / "data", *rows), tmp_path / "home"
    mapping = folder / "sources/mine/mapping.csv"
    mapping.write_text(
        mapping.read_text().replace(
            "t.csv,copy,,,compare:contact,",
            "t.csv,copy,body,note,text:et withhold differs=contact,",
        )
        + "t.csv,kind,parent,note,text:de,\n"
    )
    with (folder / "sources/mine/t.csv").open("a", encoding="utf-8") as table:
        table.write(row(4, PERSON, f'"{PERSON}"'))
    result, text = build(folder, home)
    assert result.release is not None, text
    report = check_silent(result, home)
    counted = [f for f in report.findings if "the cell was not published" in f.message]
    assert len(counted) == 5


def test_a_mended_cell_is_not_repeated_as_it_was(tmp_path: Path) -> None:
    """Neither by remarks about the table, nor by those about fixes.csv; what it should hold is."""
    fixes = (
        f'table,row,column,from,to,reason\nt.csv,2,contact,"{PERSON}\u200b",Agency,names a person\n'
    )
    folder = data(tmp_path / "data", row(1, PERSON + "\u200b"), fixes__csv=fixes)
    result, text = build(folder, tmp_path / "home")
    assert result.release is not None, text
    report = check_silent(result, tmp_path / "home")
    findings = [str(f.where[0]) for f in report.findings if "U+200B" in f.message]
    assert findings == ["fixes.csv, row 2, column from", "t.csv, row 2, column contact"]


def test_an_open_quote_does_not_publish_withheld_columns(tmp_path: Path) -> None:
    """It takes up cells of columns that are left out: a Violation that does not repeat them."""
    table = f'{HEADER}\n1,1,"Name 1,agency,https://x.example/,{PERSON.replace(", ", " ")},,P,agency,https://x.example/,\n'
    table += f'2,1,Name 2",agency,https://x.example/,,,Parent,agency,https://x.example/,\n{row(3)}'
    mapping = MAPPING.format(file="t.csv").replace(
        "t.csv,contact,body,note,text:en withhold,", "t.csv,contact,,,withhold,names persons"
    )
    folder = data(tmp_path / "data", mapping__csv=mapping, t__csv=table)
    result, text = build(folder, tmp_path / "home")
    assert result.release is None
    assert "Violation: t.csv, row 2, column name" in text
    assert "columns that are withheld" in text
    assert "Quirina" not in text


def test_what_a_fix_writes_instead_is_repeated(tmp_path: Path) -> None:
    """It is published, so that other cells which say the same, or a part of it, are told as they are."""
    fixes = "table,row,column,from,to,reason\n" + "".join(
        f't.csv,{number},contact,"{PERSON}",{to},names a person\n'
        for number, to in ((2, "Agency"), (3, "NA"))
    )
    mapping = MAPPING.format(file="t.csv") + "t.csv,copy,body,page,iri,\n"
    rows = row(1, PERSON), row(2, PERSON, "Agency"), row(3, "", "NATIONAL")
    folder = data(tmp_path / "data", *rows, mapping__csv=mapping, fixes__csv=fixes)
    _, text = build(folder, tmp_path / "home")
    assert "'Agency' is " in text
    assert "'NATIONAL' is " in text
    assert "Quirina" not in text
    assert "withheld" not in text.replace("from = withheld", "")


@pytest.mark.parametrize(
    "text", [r"'\x'", r"'C:\users'", r"'\d'", "'one\nother'", "'\0\\\0'", r"'\N{NO}'"]
)
def test_what_only_looks_quoted_is_read_as_it_stands(text: str) -> None:
    """Apostrophes of a cell, where a sentence has it without quotes of its own."""
    cells = WithheldCells()
    cells.add("t.csv", 2, "contact", PERSON, text[1:-1])
    where = (Where("t.csv", 3, "copy"),)
    for message, expected in ((text, "(withheld)"), (f"{text[:-1]} x'", f"{text[:-1]} x'")):
        finding = Finding(Severity.WARNING, focus="", message=message, where=where)
        assert cells.without(finding).message == expected


def test_the_beginning_of_a_withheld_cell_is_not_repeated(tmp_path: Path) -> None:
    """Messages cut a long cell; a line that says the same elsewhere is told by its beginning."""
    long = f"{PERSON}, {'who answers for this commitment and others ' * 6}".strip()
    mapping = MAPPING.format(file="t.csv") + "t.csv,copy,body,classification,code,\n"
    rows = row(1, long), row(2, "", f'"{long}"')
    _, text = build(data(tmp_path / "data", *rows, mapping__csv=mapping), tmp_path / "home")
    assert "(withheld) is no" in text
    assert "Quirina" not in text


def test_what_a_withheld_cell_only_begins_with_is_repeated() -> None:
    """A text that is whole and shorter may be the name of a body."""
    long = f"Ministry of Finance, {PERSON}, {'and others ' * 30}"
    cells = WithheldCells()
    cells.add("t.csv", 2, "contact", long)
    where = (Where("t.csv", 3, "copy"),)
    for message, expected in (
        ("'Ministry of Finance' is none", "'Ministry of Finance' is none"),
        ("'Ministry…' is none", "'Ministry…' is none"),
        (f"{quoted(long)} is none", "(withheld) is none"),
        (f"the row holds {long[:40]!r}", "the row holds (withheld)"),
        (f"not {long[:200]!r}", "not (withheld)"),
    ):
        finding = Finding(Severity.WARNING, focus="", message=message, where=where)
        assert cells.without(finding).message == expected


def test_a_finding_of_what_is_withheld_no_more_goes(tmp_path: Path) -> None:
    """Findings are those of a whole build, also where other cells were withheld when they were made."""
    copied, home = f'"{PERSON}"', tmp_path / "home"
    small = data(tmp_path / "data", row(1)) / "sources/mine/t.csv"

    def built(number: int, contact: str, copy: str) -> tuple[list[Finding], bool]:
        """Build with another name each time; return the findings, and whether a difference was built."""
        rows = [row(1, "Agency", copy), *map(row, (2, 3, 4)), row(5, contact), row(6), row(7)]
        rows[5] = rows[5].replace("Name 6", f"Name {number} anew")
        small.write_text(f"{HEADER}\n{''.join(rows)}", encoding="utf-8")
        log = io.StringIO()
        inputs, settings = Inputs(data=tmp_path / "data"), Settings(home=home)
        result = publish_sources(inputs, settings, Progress(log))
        assert result.new, log.getvalue()
        assert result.release is not None
        report = Report.from_json(unpacked(result.release.path / REPORT))
        whole, _ = build(tmp_path / "data", tmp_path / f"whole {number}")
        assert whole.report is not None
        assert report.findings == whole.report.findings
        return [
            f for f in report.findings if "differs" in f.message
        ], "mapping what" in log.getvalue()

    (finding,), _ = built(1, "", copied)
    assert finding.cell == PERSON
    (finding,), by_difference = built(2, PERSON, copied)
    assert finding.cell is None
    assert not by_difference
    assert built(3, PERSON, copied) == ([finding], True)
    assert built(4, PERSON, "") == ([], True)
    (finding,), by_difference = built(5, "", copied)
    assert finding.cell == PERSON
    assert not by_difference
