"""The codebook counts what is in the tables; the workbook has the commitments with labels."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook
from support.running import Server

from ogpld.dumps.tidy import Tidy
from ogpld.iris import Iris
from ogpld.model import Model
from ogpld.rdf import CODE, NS, NamedNode
from ogpld.release import ReleaseStore


@pytest.fixture(scope="module")
def folder(dumped_home: Path) -> Path:
    """The dumps of everything."""
    current = ReleaseStore(dumped_home).current()
    assert current is not None
    return current.path / "dump/ogpld"


def as_text(value: Any) -> str:
    """Return a cell of a workbook as CSV has it."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    return "" if value is None else str(value)


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_column_of_every_table_stands_in_it(folder: Path) -> None:
    """In the order of the tables' headers, with a meaning and a type."""
    entries = rows(folder / "codebook.csv")
    names: dict[str, list[str]] = {}
    for entry in entries:
        assert entry["meaning"], entry
        assert entry["type"], entry
        names.setdefault(entry["table"], []).append(entry["column"])
    others = {p.stem: p for p in folder.glob("*.csv") if p.stem != "codebook"}
    assert names.keys() == others.keys()
    for name, path in others.items():
        with path.open(encoding="utf-8", newline="") as file:
            assert names[name] == next(csv.reader(file))


def test_numbers_are_those_of_the_tables(folder: Path) -> None:
    """Counted again from the files; cycles through the plans."""
    plans = {row["key"]: row["cycle"] for row in rows(folder / "action-plan.csv")}
    tables = {p.stem: rows(p) for p in folder.glob("*.csv")}
    for entry in rows(folder / "codebook.csv"):
        name, column = entry["table"], entry["column"]
        filled = [row for row in tables[name] if row[column]]
        total = len(tables[name])
        assert int(entry["rows"]) == total
        assert int(entry["filled"]) == len(filled)
        assert int(entry["not_filled"]) == total - len(filled)
        assert entry["share_filled"] == (f"{len(filled) / total:.4f}" if total else "")
        if name == "commitment":
            cycles = {plans[plan] for row in filled for plan in row["plans"].split(";")} - {""}
        elif name == "action-plan":
            cycles = {row["cycle"] for row in filled} - {""}
        elif name == "member":
            cycles = set()
        else:
            continue
        wanted = (min(cycles, default=""), max(cycles, default=""))
        assert (entry["first_cycle"], entry["last_cycle"]) == wanted, entry


def test_codes_have_their_labels(folder: Path) -> None:
    """And the list they are from."""
    (entry,) = (
        e
        for e in rows(folder / "codebook.csv")
        if (e["table"], e["column"]) == ("commitment", "completion")
    )
    assert entry["code_lists"] == "completion"
    assert "complete = Complete" in entry["codes"]
    assert entry["property"].endswith("ns#completion")


def test_a_rank_is_a_place_among_grades(folder: Path, model: Model) -> None:
    """Of codes that are no grades the tidy table has none; the codebook says what ranks are not."""
    ranked, blank = set(), set()
    for row in rows(folder / "commitment-by-assessment.csv"):
        if row["value"]:
            name = f"{row['value_scale']}/{row['value']}"
            (ranked if row["value_rank"] else blank).add(name)
    off = {iri.removeprefix(CODE.iri) for iri in model.off_scale}
    assert not ranked & off
    assert blank & off
    assert {"completion/complete", "potential-impact/none"} <= ranked
    (entry,) = (e for e in rows(folder / "codebook.csv") if e["column"] == "value_rank")
    for words in ("rank", "no measure", "different lists", "empty"):
        assert words in entry["meaning"]


@pytest.mark.parametrize(
    ("value", "rank"),
    [
        ("potential-impact/unclear", ""),
        ("opened-government/no-early-results-yet", ""),
        ("opened-government/did-not-change", "1"),
        ("opened-government-by-value/not-applicable", ""),
        ("opened-government-by-value/did-not-change", "2"),
        ("completion/unclear", ""),
        ("completion/withdrawn", ""),
        ("completion/not-started", "2"),
        ("change-in-completion/no-change", ""),
        ("potential-for-results/unclear", "0"),
        ("yes-no/no", "0"),
    ],
)
def test_ranks_by_code(model: Model, value: str, rank: str) -> None:
    """What OGP's sheet numbers although it is no grade has no place."""
    belonging: Any = SimpleNamespace(
        plans={"http://x.example/id/commitment/A": ()},
        labels={},
        cycles={},
        member_of=lambda _: "",
    )
    content: Any = SimpleNamespace(addresses=())
    tidy = Tidy(model, Iris("http://x.example/"), belonging, content)
    commitment = NamedNode("http://x.example/id/commitment/A")
    cells = tidy.row(
        "http://x.example/id/assessment/A",
        {NS("assesses").value: [commitment], NS("value").value: [CODE(value)]},
    )
    assert cells is not None
    row = dict(zip(tidy.header, cells, strict=True))
    assert (f"{row['value_scale']}/{row['value']}", row["value_rank"]) == (value, rank)


def test_several_cycles_are_apart_as_keys_are(folder: Path) -> None:
    """A commitment of two plans has both years; the codebook and the types say so."""
    book = load_workbook(io.BytesIO((folder / "commitments.xlsx").read_bytes()))
    header, *read = book["Commitments"].iter_rows(values_only=True)
    plans = {row["key"]: row["cycle"] for row in rows(folder / "action-plan.csv")}
    at = {name: header.index(name) for name in ("cycle", "plans")}
    several = 0
    for row in read:
        keys = str(row[at["plans"]] or "").split(";")
        cycles = [cycle for cycle in str(row[at["cycle"]] or "").split(";") if cycle]
        assert set(cycles) == {plans[key] for key in keys if plans.get(key)}
        several += len(cycles) > 1
    assert several
    about = {
        row[1]: row
        for row in book["Codebook"].iter_rows(values_only=True)
        if row[0] == "commitments"
    }
    names = next(book["Codebook"].iter_rows(values_only=True))
    cycle = dict(zip(names, about["cycle"], strict=True))
    assert (cycle["type"], cycle["separator"]) == ("whole numbers", ";")
    label = dict(zip(names, about["plans_label"], strict=True))
    assert (label["type"], label["separator"]) == ("text", " | ")
    member = dict(zip(names, about["member_label"], strict=True))
    assert (member["type"], member["separator"]) == ("text", None)
    assert dict(zip(names, about["iso3"], strict=True))["type"] == "text"


def test_the_workbook_has_commitments_with_labels(folder: Path) -> None:
    """A row each, the cells of the table, labels behind; codebook, about and codes on their sheets."""
    book = load_workbook(io.BytesIO((folder / "commitments.xlsx").read_bytes()))
    assert book.sheetnames == ["Commitments", "Codebook", "About", "Codes"]
    header, *read = [[c.value for c in row] for row in book["Commitments"].iter_rows()]
    by_key: dict[str, dict[str, Any]] = {
        row[0]: dict(zip(header, row, strict=True)) for row in read
    }
    table = rows(folder / "commitment.csv")
    assert [row[0] for row in read] == [row["key"] for row in table]
    for row in table:
        for name, cell in row.items():
            value = by_key[row["key"]][name]
            assert as_text(value) == cell.replace("\r\n", "\n"), name
    estonia = by_key["EE0050"]
    assert (estonia["member"], estonia["member_label"]) == ("EST", "Estonia")
    assert estonia["iso3"] == "EST"
    assert estonia["plans_label"]
    assert estonia["cycle"] == "2018"
    assert "Open Data" in estonia["policyAreas_label"].split(" | ")
    assert len(header) == len(set(header))
    codebook = list(book["Codebook"].iter_rows(values_only=True))
    columns = {row[1] for row in codebook[1:] if row[0] in {"commitment", "commitments"}}
    assert set(header) <= columns
    assert {"Release", "Licence", "Date of the release"} <= {
        r[0].value for r in book["About"].iter_rows()
    }
    assert ("completion", "complete") in {
        (row[0], row[2]) for row in book["Codes"].iter_rows(values_only=True)
    }


def test_parquet_has_the_rows_of_the_workbook(folder: Path) -> None:
    """The same columns and as many rows."""
    table = pq.read_table(folder / "commitments.parquet")
    book = load_workbook(folder / "commitments.xlsx", read_only=True)
    assert table.column_names == [c.value for c in next(book["Commitments"].iter_rows())]
    assert table.num_rows == len(rows(folder / "commitment.csv"))


def test_pages_and_csv(dumped_server: Server, folder: Path) -> None:
    """An index, a page a table, the file at one address."""
    page = dumped_server.get("/codebook", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert 'href="/codebook/commitment"' in page.text
    table = dumped_server.get("/codebook/commitment", headers={"Accept": "text/html"})
    assert table.text.count("<details") >= 60
    assert "% filled" in table.text
    file = dumped_server.get("/codebook.csv")
    assert file.content == (folder / "codebook.csv").read_bytes()
    assert dumped_server.get("/codebook/nothing").status_code == 404
    index = json.loads((folder.parent / "index.json").read_bytes())
    (entry,) = (f for f in index["files"] if f["file"] == "ogpld/commitments.xlsx")
    moved = dumped_server.get(f"/dump/current/{entry['file']}")
    answer = dumped_server.get(moved.headers["Location"])
    assert answer.headers["Content-Type"] == entry["media_type"]
    assert len(answer.content) == entry["bytes"]


def test_without_dumps_it_is_404(server: Server) -> None:
    """It says where the code lists are."""
    response = server.get("/codebook.csv")
    assert (response.status_code, response.json()["code"]) == (404, "no-dumps")
