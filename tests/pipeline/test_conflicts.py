"""Where sources say different things of one thing, the one with the higher precedence is published."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from support.sample_data import sample_data

from ogpld.config import Settings
from ogpld.pipeline import Checked, Inputs, check_sources
from ogpld.pipeline.progress import Progress
from ogpld.report import Finding, Report

BASE = "http://localhost:8000/id/"
NS = "https://w3id.org/ogpld/ns#"


def copied(data: Path, name: str, precedence: int, **cells: str) -> None:
    """Add a copy of the comparison set as a source of its own, with other cells for GE0089."""
    source = data / "sources" / name
    shutil.copytree(sample_data() / "sources/comparison", source)
    (source / "fixes.csv").unlink()  # of rows that the copy does not have
    toml = source / "source.toml"
    text = toml.read_text(encoding="utf-8")
    toml.write_text(text.replace("precedence = 20", f"precedence = {precedence}"), encoding="utf-8")
    table = source / "comparison.csv"
    with table.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["commitment_id"] == "GE0089"]
    rows[0].update(cells)
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def built(tmp_path: Path, name: str, precedence: int, **cells: str) -> Checked:
    """Check the shipped data with a further source."""
    data = tmp_path / "data"
    for shipped in ("members", "institutions", "comparison"):
        shutil.copytree(sample_data() / "sources" / shipped, data / "sources" / shipped)
    copied(data, name, precedence, **cells)
    return check_sources(Inputs(data=data), Settings(), Progress())


def values(checked: Checked, subject: str, predicate: str) -> set[str]:
    """Return the values of a property of a thing."""
    return {
        str(q.object)
        for q in checked.quads
        if str(q.subject) == f"<{BASE}{subject}>" and str(q.predicate).endswith(f"{predicate}>")
    }


COMMITMENT = "commitment/GE0089"
OTHER = {
    "title": "Another title",
    "commitment_number": "99",
    "start_date": "2018",
    "policy_areas": "Open Data; Youth",
    "completion_end_of_term": "Complete",
}


@pytest.mark.parametrize("name", ["a-source", "z-source"])
def test_a_lower_source_adds_and_does_not_contradict(tmp_path: Path, name: str) -> None:
    """Single values are left out and told, tags become earlier ones, an assessment a reading."""
    checked = built(tmp_path, name, 10, **OTHER)
    report = checked.report
    assert not report.refused, report.as_text(worst_only=True)
    with (sample_data() / "sources/comparison/comparison.csv").open(encoding="utf-8") as file:
        (row,) = [r for r in csv.DictReader(file) if r["commitment_id"] == "GE0089"]
    assert values(checked, COMMITMENT, "terms/title") == {f'"{row["title"]}"@en'}
    assert values(checked, COMMITMENT, "printedNumber") == {f'"{row["commitment_number"]}"'}
    tags = {t.strip() for t in row["policy_areas"].split(";")}
    assert len(values(checked, COMMITMENT, "ns#policyArea")) == len(tags)
    earlier = values(checked, COMMITMENT, "earlierPolicyArea")
    assert len(earlier) == len({"Open Data", "Youth"} - tags)
    conflicts = conflicts_of(report)
    assert {f.path for f in conflicts if f.path} >= {
        "http://purl.org/dc/terms/title",
        f"{NS}printedNumber",
    }
    for finding in conflicts:
        assert finding.focus == BASE + COMMITMENT
        assert "comparison.csv" in {place.file for place in finding.where}
    assert f"{NS}startDate" not in {
        f.path for f in conflicts
    }  # 2018 does not contradict a day of 2018
    accepted = f"assessment/GE0089-completion-{kind_of(checked)}"
    assert values(checked, accepted, "ns#value") == {code(row["completion_end_of_term"])}
    reading = f"{accepted}#reading-1"
    assert values(checked, accepted, "conflictsWith") == {f"<{BASE}{reading}>"}
    assert values(checked, reading, "ns#value") == {code("Complete")}
    assert values(checked, reading, "22-rdf-syntax-ns#type") == {f"<{NS}Reading>"}
    (conflict,) = [f for f in report.findings if f.path == f"{NS}conflictsWith"]
    assert {place.column for place in conflict.where} == {"completion_end_of_term"}


def test_a_tag_of_another_edition_is_no_earlier_one(tmp_path: Path) -> None:
    """It contradicts no tag of the sheet of 2024, so it counts as one; one of the same edition is set aside."""
    cells = OTHER | {"policy_areas": "open-data-2016; legislature-2016; Youth"}
    checked = built(tmp_path, "a-source", 10, **cells)
    tags = {tag.rpartition("/")[2] for tag in values(checked, COMMITMENT, "ns#policyArea")}
    assert {"open-data-2016>", "legislature-2016>"} < tags
    (earlier,) = values(checked, COMMITMENT, "earlierPolicyArea")
    assert earlier.endswith("/youth>")


def kind_of(checked: Checked) -> str:
    """Return the kind of the last report of the plan of the commitment."""
    kinds = {"results-report", "end-of-term-report"}
    (finding,) = [
        kind
        for kind in kinds
        if values(checked, f"assessment/GE0089-completion-{kind}", "ns#assesses")
    ]
    return finding


def conflicts_of(report: Report) -> list[Finding]:
    """Return what is said of values in which sources differ."""
    return [f for f in report.findings if f.message.startswith("Two sources say")]


def code(label: str) -> str:
    """Return the code of a completion."""
    notation = label.lower().replace(" ", "-")
    return f"<https://w3id.org/ogpld/code/completion/{notation}>"


def test_a_higher_source_wins(tmp_path: Path) -> None:
    """The source of higher precedence wins, in whatever order the sources are named."""
    checked = built(tmp_path, "a-source", 25, title="Another title")
    assert values(checked, COMMITMENT, "terms/title") == {'"Another title"@en'}
    assert not checked.report.refused


def test_equal_sources_say_nothing_new(tmp_path: Path) -> None:
    """The same values twice are no finding."""
    checked = built(tmp_path, "a-source", 10)
    assert not conflicts_of(checked.report)
    assert not [q for q in checked.quads if "#reading-" in str(q.subject)]
