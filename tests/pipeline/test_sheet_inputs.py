"""What people hand in instead of OGP's sheet: a clear error or finding, and nothing half-written."""

from __future__ import annotations

import csv
import hashlib
import io
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook
from support.sample_data import sample_data

from ogpld.config import Settings
from ogpld.errors import SourceError
from ogpld.pipeline import Inputs, check_sources, publish_sources
from ogpld.pipeline.progress import Progress
from ogpld.release import ReleaseStore
from ogpld.report import Finding, Report, Severity

NAME = "ogp-commitments"
ID = "Commitment Unique Identifier"


def header() -> list[str]:
    """Return the 171 columns, as the mapping names them."""
    with (sample_data() / "sources/ogp-commitments/mapping.csv").open(encoding="utf-8") as file:
        return list(dict.fromkeys(row["column"] for row in csv.DictReader(file)))


def row(**cells: str) -> dict[str, str]:
    """Return an invented row of Finland, with some cells as told."""
    made = dict.fromkeys(header(), "0")
    made |= dict.fromkeys([n for n in made if n.startswith(("Did It", "_", "Starred"))], "ND")
    made |= {
        ID: "FI9001",
        "Country/Locality": "Finland",
        "Action Plan Number": "9",
        "Commitment Number": "2.2999999999999998",
        "Code": "FIN",
        "Region": "Europe",
        "National Or Local": "National",
        "Year Of Submission": "2021",
        "Action Plan End Year": "2023",
        "Action Plan Duration (Years)": "2",
        "Theme": "NA",
        "Commitment Title": "Keksitty",
        "Short Title": "Invented",
        "Full Text": "SECRET-FULL-TEXT",
        "Start Date": "9/30/2021",
        "End Date": "II quarter of 2023",
        "Lead Institution": "Invented Agency",
        "Supporting Institution(s)": "NA",
        "Report Publication Year (Progress Report)": "2022",
        "Report Publication Year (End Of Term)": "NR",
        "Cluster": "ND",
        "Compound": "ND",
        "Specificity": "ND",
        "Verifiable": "Yes",
        "_Relevant": "1",
        "Potential Impact": "ND",
        "Potential for Results": "Modest",
        "_Potential for Results": "1",
        "Completion (Progress Report)": "ND",
        "Completion (End Of Term)": "NR",
        "_CompletionEndTerm": "NR",
        "Change In Completion": "ND",
        "Early Results": "NR",
        "_Early Results": "NR",
        "Carried Forward": "ND",
        "Cluster Commitment ID(s)": "NA",
        "URL": "https://www.example.org/fi9001",
        "Action Plan ID": "AP_FIN09",
    }
    values = ("Access To Information", "Civic Participation", "Public Accountability", "Technology")
    made |= {f"OGP Value {value}": "ND" for value in values}
    return made | cells


def sheet(*rows: dict[str, str]) -> str:
    """Return a sheet with these rows as CSV."""
    target = io.StringIO(newline="")
    writer = csv.DictWriter(target, header())
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue()


@pytest.fixture(scope="module", name="data")
def few_sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped members and institutions, and the description of the sheet, without other data."""
    data = tmp_path_factory.mktemp("few") / "data"
    for name in ("members", "institutions", NAME):
        shutil.copytree(sample_data() / "sources" / name, data / "sources" / name)
    return data


@pytest.fixture
def check(data: Path, tmp_path: Path) -> Callable[..., Report]:
    """Check a file in place of the sheet."""

    def checked(content: str) -> Report:
        file = tmp_path / "my sheet.csv"
        file.write_text(content)
        inputs = Inputs(data=data, files={NAME: file})
        return check_sources(inputs, Settings(), Progress()).report

    return checked


@pytest.fixture(scope="module")
def published_home(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a release, for files that must not change it."""
    home = tmp_path_factory.mktemp("published")
    assert publish_sources(Inputs(data=data), Settings(home=home), Progress()).new
    return home


def about(report: Report, words: str) -> list[Finding]:
    """Return findings of the sheet with these words."""
    return [f for f in report.findings if words in f.message and "commitments.csv" in str(f.where)]


def test_an_honest_row_passes(check: Callable[..., Report]) -> None:
    """Nothing about it is a Violation, and the number is repaired."""
    report = check(sheet(row()))
    assert not report.refused, report.as_text(worst_only=True)


BROKEN: dict[str, tuple[Callable[[str], str | bytes], list[str]]] = {
    "missing column": (
        lambda s: "\n".join(",".join(line.split(",")[1:]) for line in s.splitlines()),
        ["row 1", ID, "missing"],
    ),
    "renamed column": (
        lambda s: s.replace("Short Title", "Short Titel", 1),
        ["'Short Title' is missing", "called 'Short Titel' now", "ogp-commitments/mapping.csv"],
    ),
    "added column": (
        lambda s: s.replace(ID, f"New,{ID}", 1).replace("FI9001", "x,FI9001", 1),
        ["the column 'New' is not mapped", "how=ignore"],
    ),
    "another table": (lambda _: "a,b\n1,2\n", ["this is another table", "'a', 'b'"]),
    "UTF-16": (lambda s: s.encode("utf-16"), ["UTF-16", "CSV UTF-8"]),
    "Latin-1": (lambda s: s.replace("Keksitty", "Päätös").encode("latin-1"), ["0xe4", "line 2"]),
    "cut in a quoted cell": (
        lambda s: s.replace("Keksitty", '"Keksitty', 1),
        ["not well-formed CSV"],
    ),
    "cut after a cell": (
        lambda s: s[: s.index("Keksitty")],
        ["row 2", "cells, the header has 171"],
    ),
    "header only": (lambda s: s.splitlines()[0] + "\n", ["the table has no rows"]),
    "nothing": (lambda _: "", ["the table has no rows"]),
    "a cell past the limit": (
        lambda s: s.replace("Keksitty", "x" * 140_000),
        ["row 2", "more than 131072 characters"],
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_such_sheet_is_a_clear_error(
    tmp_path: Path, name: str, data: Path, published_home: Path
) -> None:
    """With file and place, and the current release stays as it was."""
    home = published_home
    before = _digests(home)
    current = ReleaseStore(home).current_name()
    change, words = BROKEN[name]
    content = change(sheet(row()))
    file = tmp_path / "my sheet.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(SourceError) as error:
        publish_sources(Inputs(data=data, files={NAME: file}), Settings(home=home), Progress())
    for word in words:
        assert word in str(error.value), str(error.value)
    assert _digests(home) == before
    assert current is not None
    assert ReleaseStore(home).current_name() == current


def _digests(home: Path) -> dict[str, str]:
    return {
        str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.rglob("*"))
        if path.is_file()
    }


def test_bad_cells_are_findings_with_their_places(check: Callable[..., Report]) -> None:
    """One run shows them all."""
    report = check(
        sheet(
            row(**{"Potential for Results": "Mostly", "Region": "Atlantis", "Open Data": "maybe"})
        ),
    )
    assert report.refused
    places = {(f.where[0].row, f.where[0].column) for f in about(report, "'")}
    assert {(2, "Potential for Results"), (2, "Region"), (2, "Open Data")} <= places


def test_a_row_without_a_member_is_a_violation(check: Callable[..., Report]) -> None:
    """At the cell that the keys of member and plan are made of; the other rows are read."""
    report = check(sheet(row(Code=""), row(**{"Commitment Unique Identifier": "FI9999"})))
    assert report.refused
    findings = about(report, "has no usable key")
    assert {(f.where[0].row, f.where[0].column) for f in findings} == {(2, "Code")}
    assert "the Member has no usable key: '{Code}' gives ''" in {f.message for f in findings}
    assert all("fill the cells the key is made of" in f.hint for f in findings)
    assert any("FI9999" in f.focus for f in report.findings)


def test_a_repeated_row_is_told_and_two_that_differ_refuse(check: Callable[..., Report]) -> None:
    """Both rows are named."""
    same = check(sheet(row(), row()))
    (finding,) = about(same, "the row repeats another")
    assert [place.row for place in finding.where] == [3, 2]
    assert not same.refused
    other = check(sheet(row(), row(**{"Short Title": "Another"})))
    (finding,) = about(other, "two rows have this key and differ")
    assert other.refused
    assert "EE0057-2" in finding.hint


def test_a_workbook_says_the_same_as_the_csv(data: Path, tmp_path: Path) -> None:
    """Numbers as numbers, dates as dates; blank rows at the end are passed over."""
    made = row(**{"End Date": "6/30/2023"})
    csv_file, book_file = tmp_path / "a.csv", tmp_path / "a.xlsx"
    csv_file.write_text(sheet(made))
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(header())
    typed: list[object] = []
    for name in header():
        text: object = made[name]
        if name in {"Start Date", "End Date"}:
            text = datetime.strptime(made[name], "%m/%d/%Y")  # noqa: DTZ007
        elif name == "Commitment Number":
            text = 2.3
        elif made[name].isdecimal():
            text = int(made[name])
        typed.append(text)
    page.append(typed)
    page.append([None] * len(typed))
    book.save(book_file)
    by_file = [
        {
            str(q)
            for q in check_sources(Inputs(data=data, files={NAME: f}), Settings(), Progress()).quads
        }
        for f in (csv_file, book_file)
    ]
    assert by_file[0] == by_file[1]


def test_personal_data_is_nowhere_in_the_release(data: Path, tmp_path: Path) -> None:
    """Neither contact data nor full texts; the cells are counted, and empty in the published table."""
    file = tmp_path / "sheet.csv"
    file.write_text(
        sheet(
            row(
                **{
                    "Supporting Institution(s)": "Agency, SECRET-A@agency.example",
                    "Lead Institution": "Ms. SECRET-B, Agency",
                    "Theme": "tel. 612 3456 SECRET-C",
                    "Short Title": "Invented, with =1+1",
                }
            )
        )
    )
    published = publish_sources(
        Inputs(data=data, files={NAME: file}), Settings(home=tmp_path / "home"), Progress()
    )
    release, report = published.release, published.report
    assert release is not None
    assert report is not None
    assert len(about(report, "the cell was not published")) == 3
    contents = [path.read_bytes() for path in release.path.rglob("*") if path.is_file()]
    contents += list(release.lines())
    assert not any(b"SECRET" in content for content in contents)
    with (release.path / "sources/ogp-commitments/commitments.csv").open(encoding="utf-8") as table:
        (cells,) = csv.DictReader(table)
    assert cells["Supporting Institution(s)"] == cells["Full Text"] == ""
    assert cells["Short Title"] == "Invented, with =1+1"


def test_a_fix_repairs_a_row_and_says_when_it_no_longer_applies(data: Path, tmp_path: Path) -> None:
    """The raw file stays; `withheld` stands for whatever contact data there is."""
    data = shutil.copytree(data, tmp_path / "data")
    fixes = data / "sources/ogp-commitments/fixes.csv"
    fixes.write_text(
        "table,row,column,from,to,reason\n"
        "commitments.csv,2,Lead Institution,withheld,Agency,names a person\n"
        "commitments.csv,2,Potential for Results,Mostly,Modest,typing error\n"
    )
    file = tmp_path / "sheet.csv"
    bad = {"Lead Institution": "Ms. Example, Agency", "Potential for Results": "Mostly"}
    file.write_text(sheet(row(**bad)))
    inputs = Inputs(data=data, files={NAME: file})
    checked_ = check_sources(inputs, Settings(), Progress())
    assert not checked_.report.refused
    leads = {str(q.object) for q in checked_.quads if str(q.predicate).endswith("#leadText>")}
    assert '"Agency"@und' in leads
    file.write_text(sheet(row(**{**bad, "Lead Institution": "Agency"})))
    with pytest.raises(SourceError, match=r"fixes\.csv, row 2.*no contact data any more"):
        check_sources(inputs, Settings(), Progress())
    file.write_text(sheet(row(**{"Lead Institution": bad["Lead Institution"]})))
    with pytest.raises(SourceError, match=r"fixes\.csv, row 3.*'Modest', not 'Mostly'"):
        check_sources(inputs, Settings(), Progress())


def test_what_nobody_sees_in_a_cell_is_a_finding(check: Callable[..., Report]) -> None:
    """What XML cannot carry refuses the release; what misleads is a Warning; both name the cell."""
    report = check(sheet(row(**{"Short Title": "Open\x01 data"}), row()) + "\n\n")
    (finding,) = about(report, "U+0001 (START OF HEADING), which XML cannot carry")
    assert finding.severity is Severity.VIOLATION
    assert str(finding.where[0]) == "commitments.csv, row 2, column Short Title"
    report = check(sheet(row(**{"Short Title": "Open\u202e data"})))
    (finding,) = about(report, "U+202E (RIGHT-TO-LEFT OVERRIDE)")
    assert finding.severity is Severity.WARNING


def test_printed_numbers_are_as_shown_and_others_are_numbers(data: Path, tmp_path: Path) -> None:
    """2.1 in the format 0.00 is commitment 2.10; plan 9 in 0.0 is plan 9."""
    made, book = row(), Workbook()
    page = book.active
    assert page is not None
    page.append(header())
    page.append([int(text) if text.isdecimal() else text for text in made.values()])
    for name, code in (
        ("Commitment Number", "0.00"),
        ("Action Plan Number", "0.0"),
        ("Year Of Submission", "0.00"),
        ("Report Publication Year (Progress Report)", "#,##0"),
        ("_Potential for Results", "0.00"),
    ):
        cell = page.cell(2, header().index(name) + 1)
        cell.number_format = code
        if name == "Commitment Number":
            cell.value = 2.1
    book.save(tmp_path / "a.xlsx")
    inputs = Inputs(data=data, files={NAME: tmp_path / "a.xlsx"})
    checked = check_sources(inputs, Settings(), Progress())
    assert not checked.report.refused
    numbers = {str(q.object) for q in checked.quads if "printedNumber" in str(q.predicate)}
    assert numbers == {'"2.10"'}
