"""An id that OGP gives to something else: the old IRI keeps its meaning, the new thing has its own."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from support.registers import read_register, write_register
from support.sample_data import copy_sample

from ogpld.config import Settings
from ogpld.errors import SourceError
from ogpld.model import Model
from ogpld.pipeline import Inputs, check_sources
from ogpld.pipeline.progress import Progress
from ogpld.sources.ledger import read_ledger

BASE = "http://localhost:8000/id/commitment/"
HEADER = "key,official_id,member,plan,printed_number,title,first_seen,last_seen,replaced_by\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the shipped data in which EE0057 has another number and title."""
    target = tmp_path / "data"
    copy_sample(target)
    table = target / "sources/estonia/estonia.csv"
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["commitment_id"] == "EE0057":
            row["title"], row["commitment_number"] = "Something Else", "9.9"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return target


def test_a_changed_meaning_stops_the_build(data: Path) -> None:
    """The Violation names the row, the ledger's row, and the lines to write."""
    report = check_sources(Inputs(data=data), Settings(), Progress()).report
    (finding,) = [f for f in report.findings if "means something else" in f.message]
    assert {place.file for place in finding.where} == {"estonia.csv", "identity.csv"}
    assert "EE0057-2" in finding.hint
    assert report.refused


def test_both_things_stay_and_name_each_other(data: Path) -> None:
    """The row goes to the new key, the ledger describes the old one, no Violation is left."""
    ledger = data / "identity.csv"
    lines = ledger.read_text(encoding="utf-8").splitlines()
    old = next(line for line in lines if line.startswith("EE0057,"))
    assert old.endswith(",")
    lines[lines.index(old)] = f"{old}EE0057-2"
    lines.append("EE0057-2,EE0057,EST,EST05,9.9,Something Else,2026-11-24,2026-11-24,")
    ledger.write_text("\n".join(lines) + "\n", encoding="utf-8")
    checked = check_sources(Inputs(data=data), Settings(), Progress())
    assert not checked.report.refused, checked.report.as_text(worst_only=True)

    def values(subject: str, ending: str) -> set[str]:
        return {
            str(q.object)
            for q in checked.quads
            if str(q.subject) == f"<{BASE}{subject}>" and str(q.predicate).endswith(f"{ending}>")
        }

    titles = next(csv.reader([old]))
    # the ledger does not say in which language a title is
    assert values("EE0057", "title") == {f'"{titles[5]}"@und'}
    assert values("EE0057-2", "title") == {'"Something Else"@en'}
    assert values("EE0057", "isReplacedBy") == {f"<{BASE}EE0057-2>"}
    assert values("EE0057-2", "replaces") == {f"<{BASE}EE0057>"}
    assert values("EE0057-2", "ns#identifier") == values("EE0057", "ns#identifier") == set()
    assert values("EE0057#id-1", "notation") == values("EE0057-2#id-1", "notation") == {'"EE0057"'}
    assert values("EE0057", "wasDerivedFrom") == set()
    assessed = {str(q.object) for q in checked.quads if str(q.predicate).endswith("#assesses>")}
    assert f"<{BASE}EE0057-2>" in assessed
    assert f"<{BASE}EE0057>" not in assessed


def test_title_then_number_tell_which_key_a_row_means(tmp_path: Path) -> None:
    """What neither tells belongs to the key that nothing has replaced."""
    path = tmp_path / "identity.csv"
    path.write_text(
        HEADER + "X1,X1,M,M01,1,First,2020-01-01,2021-01-01,X1-2\n"
        "X1-2,X1,M,M01,2,Second,2022-01-01,2022-01-01,\nX2,X2,M,M01,3,Third,2020,2020,\n"
    )
    ledger = read_ledger(path)
    assert ledger.key_of("X1", "1", {"First"}) == "X1"
    assert ledger.key_of("X1", "7", {"First"}) == "X1"
    assert ledger.key_of("X1", "1", {"Reworded"}) == "X1"
    assert ledger.key_of("X1", "2", {"Second"}) == "X1-2"
    assert ledger.key_of("X1", "9", {"New"}) == "X1-2"
    assert ledger.key_of("X2", "9", {"New"}) == "X2"
    assert ledger.key_of("X9", "1", {"Unknown"}) == "X9"


def test_an_id_of_two_keys_that_nobody_tells_apart_is_reported(
    tmp_path: Path, model: Model
) -> None:
    """With the row, in the place of giving it to the older key."""
    path = tmp_path / "identity.csv"
    path.write_text(
        HEADER + "XY1,XY1,M,M01,,First,2020,2020,\nXY1-2,XY1,M,M01,,Second,2022,2022,\n"
        "XY3,XY3,M,M01,,Same,2020,2020,XY3-2\nXY3-2,XY3,M,M01,,Same,2022,2022,\n"
    )
    table = "No,Title\nXY1,Second\nXY1,Other\nXY3,Same\nXY1,\n"
    lines = "No,commitment,identifier,value, Title,commitment,title,text:en,"
    read = read_register(write_register(tmp_path / "r", table, lines), model, read_ledger(path))
    assert read.values.keys() == {"XY1-2", "XY3-2"}
    message = (
        "column No: the id 'XY1' has several keys in identity.csv (XY1, XY1-2), and neither title nor "
        "number says which of them the row means"
    )
    assert read.messages() == [f"VIOLATION register.csv, row {row}, {message}" for row in (3, 5)]
    assert "name the newer key as replaced_by of the older" in read.findings[0].hint


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("X 1,X1,M,M01,1,T,2020,2020,", "'X 1' is no key"),
        ("X1,X1,M,M01,1,T,2020,2020,X7", "'X7' is no key of the ledger"),
        ("X1,X1,M,,1,T,2020,2020,", "column plan: the cell is empty"),
        ("X1,X1,M,M 1,1,T,2020,2020,", "column plan: 'M 1' is no key"),
        ("X1,X1,,M01,1,T,2020,2020,", "column member: the cell is empty"),
        ("X1,X1,M,M01,1,T,2020,2020,\nX1,X1,M,M01,1,T,2020,2020,", "stands twice"),
    ],
)
def test_a_wrong_ledger_is_refused_with_its_row(tmp_path: Path, line: str, words: str) -> None:
    """Before anything is read."""
    path = tmp_path / "identity.csv"
    path.write_text(HEADER + line + "\n")
    with pytest.raises(SourceError, match=words) as error:
        read_ledger(path)
    assert "identity.csv, row" in str(error.value)


@pytest.mark.parametrize("folder", ["data", "sources"])
def test_a_ledger_that_lies_elsewhere_is_refused(tmp_path: Path, folder: str) -> None:
    """It would be taken for none; where there is one in its place, that is read."""
    (tmp_path / folder).mkdir()
    (tmp_path / folder / "identity.csv").write_text(HEADER)
    with pytest.raises(SourceError, match=f"{folder}/identity.csv: it is not read here") as error:
        read_ledger(tmp_path / "identity.csv")
    assert "beside the folder sources" in error.value.hint
    (tmp_path / "identity.csv").write_text(HEADER)
    assert not read_ledger(tmp_path / "identity.csv").entries


def test_the_ledger_of_another_data_folder_is_its_own(tmp_path: Path) -> None:
    """A folder with sources of its own, as the shipped data, is left alone."""
    (tmp_path / "data/sources").mkdir(parents=True)
    (tmp_path / "data/identity.csv").write_text(HEADER)
    assert not read_ledger(tmp_path / "identity.csv").entries


@pytest.mark.parametrize("ids", [("EE0001", "EE0002"), ("EE0001", ""), ("", "EE0002"), ("", "")])
def test_a_key_with_another_id_replaces_nothing(tmp_path: Path, ids: tuple[str, str]) -> None:
    """Nothing would be said of it: a mistyped key is withdrawn, not replaced."""
    ledger = tmp_path / "identity.csv"
    ledger.write_text(
        f"{HEADER}EE0001,{ids[0]},EST,EST05,1,A,2026-01-01,2026-01-01,EE0002\n"
        f"EE0002,{ids[1]},EST,EST05,1,A,2026-02-01,2026-02-01,\n"
    )
    with pytest.raises(SourceError, match="only what OGP gave the same id") as error:
        read_ledger(ledger)
    assert error.value.where is not None
    assert (error.value.where.row, error.value.where.column) == (2, "replaced_by")
