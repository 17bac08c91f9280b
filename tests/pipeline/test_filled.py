"""An empty table from `ogpld template`, filled in, is published by `ogpld build --input tables=FILE`."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from support.sample_data import sample_data

from ogpld.config import Settings
from ogpld.formats.blank import blank_csv, blank_workbook
from ogpld.model import Model
from ogpld.pipeline import Inputs, publish_sources
from ogpld.pipeline.progress import Progress
from ogpld.release import Release

PLAN = {
    "key": "EST07",
    "member": "EST",
    "number": 7,
    "cycle": 2024,
    "title@en": "A plan invented for a test",
    "identifier": "AP_EST07",
}
COMMITMENT = {
    "key": "EE0090",
    "identifier": "EE0090",
    "member": "EST",
    "plans": "EST07",
    "printedNumber": "1",
    "title@en": "A commitment invented for a test",
    "policyAreas": "Open Data; Youth",
    "startDate": "2024-10",
}


def fill(sheet: Any, cells: dict[str, object]) -> None:
    """Write a row under the header of a sheet."""
    columns = {cell.value: cell.column for cell in sheet[1]}
    for name, value in cells.items():
        sheet.cell(2, columns[name]).value = value


def published(home: Path, file: Path) -> tuple[Release | None, str, set[str]]:
    """Build with a filled table; return the release, the findings, and the lines of its quads."""
    result = publish_sources(
        Inputs(data=sample_data(), files={"tables": file}), Settings(home=home), Progress()
    )
    report = result.report.as_text(worst_only=True) if result.report else ""
    lines = {line.decode() for line in result.release.lines()} if result.release else set()
    return result.release, report, lines


def test_a_workbook_of_three_sheets_becomes_a_release(tmp_path: Path, model: Model) -> None:
    """Each thing names its row, the row can be read at its address, the codes are found by label."""
    book = load_workbook(
        io.BytesIO(blank_workbook(model, ["ActionPlan", "Commitment", "Milestone"]))
    )
    fill(book["ActionPlan"], PLAN)
    fill(book["Commitment"], COMMITMENT)
    book.save(tmp_path / "My plan.xlsx")
    release, report, lines = published(tmp_path / "home", tmp_path / "My plan.xlsx")
    assert release is not None, report
    base, graph = "http://localhost:8000/", "<http://localhost:8000/graph/tables/tables>"
    commitment = f"<{base}id/commitment/EE0090>"
    row = f"<{base}source/tables/my-plan-commitment.csv#row=2>"
    assert f"{commitment} <http://www.w3.org/ns/prov#wasDerivedFrom> {row} {graph} .\n" in lines
    area = "<https://w3id.org/ogpld/code/policy-area/youth>"
    assert f"{commitment} <https://w3id.org/ogpld/ns#policyArea> {area} {graph} .\n" in lines
    table = release.path / "sources/tables/my-plan-commitment.csv"
    with table.open(encoding="utf-8", newline="") as file:
        (cells,) = csv.DictReader(file)
    assert cells["title@en"] == COMMITMENT["title@en"]


def test_a_bad_cell_refuses_the_release_with_its_place(tmp_path: Path, model: Model) -> None:
    """Sheet, row and column are named; nothing is written."""
    text = io.StringIO(blank_csv(model, "Commitment"), newline="")
    columns = next(csv.reader(text))
    text.seek(0, io.SEEK_END)
    bad = {**COMMITMENT, "plans": "EST04", "startDate": "soon", "policyAreas": "Yuoth"}
    csv.writer(text).writerow(bad.get(column, "") for column in columns)
    file = tmp_path / "commitments.csv"
    file.write_text(text.getvalue(), encoding="utf-8")
    release, report, _ = published(tmp_path / "home", file)
    assert release is None
    assert "commitments.csv, row 2, column startDate" in report
    assert "'Yuoth' is not in the code list" in report
    assert not list((tmp_path / "home").glob("releases/*"))
