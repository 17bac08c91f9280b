"""`ogpld links check`: each kind of fault is found in its cell, and the shipped data has none."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from support.sample_data import WHOLE, copy_sample

from ogpld.cli.main import main
from ogpld.config import Settings
from ogpld.pipeline import Inputs
from ogpld.pipeline.link_check import KINDS, LinkFault, check_links
from ogpld.pipeline.progress import Progress

LINES = "reconciliation/institutions.csv"
BODIES = "sources/institutions/institutions.csv"
MEMBERS = "sources/members/members.csv"
WIKIDATA = "http://www.wikidata.org/entity/"
EU = "http://publications.europa.eu/resource/authority"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Members and bodies with two lines of reconciliation, without a fault."""
    folder = copy_sample(tmp_path / "data", ("institutions", "members"))
    (folder / "reconciliation/comparison.csv").unlink()
    (folder / LINES).write_text(
        "text,part,institution,evidence,member\n"
        "Riigikogu,Riigikogu,EST-riigikogu,same name,EST\n"
        "A / B,A,EST-ministry-of-justice,same name,EST\n",
        encoding="utf-8",
    )
    return folder


def _faults(data: Path) -> list[LinkFault]:
    return list(check_links(Inputs(data=data), Settings(home=data), Progress()).faults)


def _append(data: Path, *lines: str) -> None:
    with (data / LINES).open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)


def _set(path: Path, key: tuple[str, str], column: str, value: str) -> int:
    """Write a cell of the row that has a text in a column; return the row's number."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    number = next(n for n, row in enumerate(rows, start=2) if row[key[0]] == key[1])
    rows[number - 2][column] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return number


def _same_as(data: Path, key: str, value: str) -> int:
    return _set(data / BODIES, ("key", key), "same_as", value)


JUSTICE, FINANCE = "EST-ministry-of-justice", "EST-ministry-of-finance"


@pytest.mark.parametrize(
    ("line", "kind", "rows"),
    [
        ("Riigikogu,Riigikogu,EST-riigikogu,seen again,EST", "duplicate", [4, 2]),
        ("A / B,A,EST-ministry-of-finance,same name,EST", "ambiguous-text", [3, 4]),
        ("C,C,EST-nobody,same name,EST", "missing-target", [4]),
        ("C,C,EST,same name,EST", "type-clash", [4]),
    ],
)
def test_a_faulty_line_is_found_with_its_row(
    data: Path, line: str, kind: str, rows: list[int]
) -> None:
    """A line that repeats another, contradicts it, or leads to no body."""
    _append(data, line)
    (fault,) = _faults(data)
    assert fault.kind == kind
    assert [(w.file, w.row, w.column) for w in fault.where] == [
        (LINES, row, "institution") for row in rows
    ]
    assert fault.hint


def test_lines_that_are_told_apart_are_no_fault(data: Path) -> None:
    """Another part of the text, or the same text of another member."""
    _append(
        data,
        "A / B,B,EST-ministry-of-finance,same name,EST",
        "A / B,A,EST-ministry-of-finance,same name,ALB",
    )
    assert _faults(data) == []


def test_a_body_twice_in_two_tables_is_found(data: Path) -> None:
    """Tables are read together, as a build reads them."""
    (data / "reconciliation/more.csv").write_text((data / LINES).read_text(encoding="utf-8"))
    assert [(f.kind, f.where[0].file) for f in _faults(data)] == [
        ("duplicate", "reconciliation/more.csv")
    ] * 2


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (f"{EU}/country/FIN_BODY", "type-clash"),
        ("https://sws.geonames.org/99999999/", "type-clash"),
        (f"{WIKIDATA}Q999999991 | {WIKIDATA}Q999999992", "one-to-many"),
        ("https://x.example/a | https://x.example/b", "one-to-many"),
        ("http://x.example/a | https://x.example/a/", "duplicate"),
        ("https://www.wikidata.org/wiki/Q999999991", "malformed"),
        (f"{WIKIDATA}P31", "malformed"),
        (f"{WIKIDATA}Q5x", "malformed"),
        (f"{EU}/corporate-body/a b", "malformed"),
    ],
)
def test_a_faulty_identifier_of_a_body_is_found_in_its_cell(
    data: Path, value: str, kind: str
) -> None:
    """An identifier of a place, several of one authority, one spelt otherwise."""
    row = _same_as(data, JUSTICE, value)
    faults = _faults(data)
    assert [(f.kind, str(f.where[0])) for f in faults] == [
        (kind, f"{BODIES}, row {row}, column same_as")
    ]


def test_one_identifier_on_two_bodies_is_found_on_both(data: Path) -> None:
    """Both cells are named."""
    rows = sorted(_same_as(data, key, f"{WIKIDATA}Q999999991") for key in (JUSTICE, FINANCE))
    (fault,) = _faults(data)
    assert fault.kind == "many-to-one"
    assert sorted(w.row or 0 for w in fault.where) == rows


def test_the_identifier_of_a_country_on_a_body_is_a_clash(data: Path) -> None:
    """Wikidata has all classes: who else has the item tells that it is a place."""
    _same_as(data, JUSTICE, f"{WIKIDATA}Q222")
    (fault,) = _faults(data)
    assert fault.kind == "type-clash"
    assert {(w.file, w.column) for w in fault.where} == {(BODIES, "same_as"), (MEMBERS, "wikidata")}


def test_one_identifier_on_two_countries_is_found(data: Path) -> None:
    """In the column a template makes the identifier from."""
    row = _set(data / MEMBERS, ("iso3", "ARG"), "geonames_id", "783754")
    (fault,) = _faults(data)
    assert fault.kind == "many-to-one"
    assert (MEMBERS, row, "geonames_id") in [(w.file, w.row, w.column) for w in fault.where]


def test_the_command_says_faults_as_text_and_json(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 0 without faults, 1 with some; the folder is left as it was."""
    home = ["--home", str(data.parent / "home")]
    assert main([*home, "links", "check", str(data)]) == 0
    assert "no faults" in capsys.readouterr().out
    _append(data, "C,C,EST-nobody,same name,EST")
    files = {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    assert main([*home, "links", "check", str(data)]) == 1
    assert f"{LINES}, row 4, column institution: missing-target" in capsys.readouterr().out
    assert main([*home, "links", "check", str(data), "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["lines"] == 3
    assert [fault["kind"] for fault in answer["faults"]] == ["missing-target"]
    assert answer["faults"][0]["where"] == [{"file": LINES, "row": 4, "column": "institution"}]
    assert files == {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    assert not (data.parent / "home").exists()


def test_a_folder_that_is_none_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, as for every unusable command line."""
    assert main(["--home", str(tmp_path), "links", "check", str(tmp_path / "none")]) == 2
    assert "no such folder" in capsys.readouterr().err


def test_the_whole_shipped_data_has_no_fault() -> None:
    """It is read from files alone, which takes seconds."""
    assert [str(fault) for fault in _faults(WHOLE)] == []


def test_every_kind_stands_in_the_contract(root: Path) -> None:
    """And no other."""
    section = (root / "docs/contract.md").read_text(encoding="utf-8").split("## Checking links")[1]
    assert set(re.findall(r"^\| `([a-z-]+)` \|", section.split("\n## ")[0], re.MULTILINE)) == set(
        KINDS
    )
