"""Every cell of the Explorer's tables is a statement, a reason, or outside an indicator's use: counted again.

The cells are counted with the csv module alone, the statements in the release of everything shipped.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from dataclasses import dataclass, field

import pytest
from support.explorer_rows import COMMITMENTS, NAME, PROCESS, shipped
from support.sample_data import WHOLE

from ogpld.rdf import NS, PROV, RDF, parse_quads, term_text
from ogpld.release import Release
from ogpld.release.packed_files import unpacked
from ogpld.release.release_store import REPORT

#: What the tables write where an indicator has no value.
REASONS = {"NR", "ND", "NA"}
CELL = re.compile(r"/source/explorer/([^/#]+)#cell=(\d+),(\d+)$")
OUTSIDE = re.compile(r"(\d+) cells without a value lie in cycles")


@dataclass
class Published:
    """What the release says of the tables.

    Attributes:
        values: by table and place of the column, assessments with a value.
        reasons: and those with a reason why there is none.
        outside: by table and column, cells in cycles in which the indicator was not in use.
        classes: things of each class that the Explorer's graphs describe.
        flags: statements of each property with a tag, by code.
        findings: how often each message of the report stands.
    """

    values: Counter[tuple[str, int]] = field(default_factory=Counter)
    reasons: Counter[tuple[str, int]] = field(default_factory=Counter)
    outside: Counter[tuple[str, str]] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)


@pytest.fixture(scope="module")
def published(whole_release: Release) -> Published:
    """The counts, read once."""
    result, cells, valued = Published(), {}, set()
    flags = {
        NS(name).value
        for name in ("policyArea", "earlierPolicyArea", "grandChallenge", "workingGroup")
    }
    for line in whole_release.lines():
        if b"/graph/explorer/" not in line:
            continue
        quad = next(iter(parse_quads(line, "nq")))
        subject, predicate = term_text(quad.subject), term_text(quad.predicate)
        if predicate == PROV("wasDerivedFrom").value and (
            match := CELL.search(term_text(quad.object))
        ):
            cells[subject] = match[1], int(match[3])
        elif predicate == NS("value").value:
            valued.add(subject)
        elif predicate == RDF("type").value:
            result.classes[term_text(quad.object).rpartition("#")[2]] += 1
        elif predicate in flags:
            result.flags[term_text(quad.object)] += 1
    for subject, place in cells.items():
        (result.values if subject in valued else result.reasons)[place] += 1
    report = json.loads(unpacked(whole_release.path / REPORT))
    for finding in report["findings"]:
        result.findings[finding["message"]] += 1
        if match := OUTSIDE.match(finding["message"]):
            result.outside[finding["where"][0]["file"], finding["where"][0]["column"]] += int(
                match[1]
            )
    return result


def mapping() -> list[dict[str, str]]:
    """Return the lines of mapping.csv."""
    return shipped("mapping.csv")[1]


def assessed() -> list[tuple[str, str]]:
    """Return table and name of every column with an indicator."""
    return [(r["table"], r["column"]) for r in mapping() if r["how"].startswith("assess")]


@pytest.mark.parametrize(("table", "column"), assessed(), ids=lambda text: str(text)[:60])
def test_values_reasons_and_cells_outside_are_the_rows(
    published: Published, table: str, column: str
) -> None:
    """No cell is lost, and none counts twice."""
    header, rows = shipped(table)
    mended = {
        (int(r["row"]), r["column"]): r["to"]
        for r in shipped("fixes.csv")[1]
        if r["table"] == table
    }
    cells = [mended.get((n, column), row[column]).strip() for n, row in enumerate(rows, 2)]
    reasons = sum(cell in REASONS for cell in cells)
    place = table, header.index(column) + 1
    outside = published.outside[table, column]
    assert published.values[place] == len(rows) - reasons
    assert published.reasons[place] + outside == reasons
    assert published.values[place] + published.reasons[place] + outside == len(rows)


@pytest.mark.parametrize(
    "line",
    [r for r in mapping() if r["how"].startswith("flag:") and r["term"] != "notCoded"],
    ids=lambda r: r["column"],
)
def test_every_tag_is_stated_as_often_as_it_is_1(
    published: Published, line: dict[str, str]
) -> None:
    """Tags, grand challenges and working groups."""
    _, rows = shipped(COMMITMENTS)
    scheme = {
        "policyAreas": "policy-area",
        "grandChallenges": "grand-challenge",
        "workingGroups": "working-group",
    }
    code = f"https://w3id.org/ogpld/code/{scheme[line['term']]}/{line['how'].removeprefix('flag:')}"
    assert published.flags[code] == sum(row[line["column"]] == "1" for row in rows)


def test_things_by_class(published: Published) -> None:
    """One commitment a row, one plan for each country and number in either table."""
    _, commitments = shipped(COMMITMENTS)
    _, processes = shipped(PROCESS)
    names = {row["country"]: row["printed"] for row in shipped("countries.csv")[1]}
    plans = {(r["Country"], r["Action Plan Number"]) for r in commitments}
    plans |= {(names[r["Country name"]], r["Action Plan Number"]) for r in processes}
    assert published.classes["Commitment"] == len(commitments) == 1927
    assert published.classes["ActionPlan"] == len(plans) == 117
    read = published.classes["Assessment"] + published.classes["Reading"]
    assert read == sum(published.values.values()) + sum(published.reasons.values())


def test_every_row_has_a_frozen_key() -> None:
    """Each key stands once, in the ledger too."""
    _, keys = shipped("keys.csv")
    assert len({row["key"] for row in keys}) == len(keys) == 1927
    with (WHOLE / "identity.csv").open(encoding="utf-8", newline="") as file:
        ledger = {row["key"]: row for row in csv.DictReader(file)}
    assert {row["key"] for row in keys} <= ledger.keys()
    assert sum(row["official_id"] != "" for row in keys) == 155
    assert all(ledger[row["key"]]["official_id"] == row["official_id"] for row in keys)


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("The star does not follow its first formula", 5),
        ("The star does not follow its formula of before June 2014", 0),
        ("The star does not follow its formula:", 0),
        ("The number of consultation steps", 0),
        ("number and text of the same value disagree", 38),
        ("the cell differs from 'cycle'", 10),
        ("Another commitment of the plan has the same printed number", 79),
        ("No region of the OGP was seen", 7),
        ("The member has a plan, but no OGP code", 7),
        ("the key is not frozen", 0),
    ],
)
def test_findings_by_kind(published: Published, words: str, number: int) -> None:
    """Faults of OGP's coding that are known from reading the tables, and how often they stand there."""
    assert (
        sum(n for message, n in published.findings.items() if message.startswith(words)) == number
    )


def test_dates_of_two_readings(published: Published) -> None:
    """Of 1,409 cells 802 are settled by other editions; the others are published as years."""
    _, rows = shipped(COMMITMENTS)
    fixes = {(r["row"], r["column"]) for r in shipped("fixes.csv")[1] if r["table"] == COMMITMENTS}
    doubtful = [
        (number, column)
        for number, row in enumerate(rows, 2)
        for column in ("Start Date", "End Date")
        if (match := re.fullmatch(r"(\d+)/(\d+)/\d{4}", row[column]))
        and match[1].lstrip("0") != match[2].lstrip("0")
        and max(int(match[1]), int(match[2])) <= 12
    ]
    settled = sum((str(number), column) in fixes for number, column in doubtful)
    assert (len(doubtful), settled) == (1409, 802)
    message = next(m for m in published.findings if "two readings" in m)
    assert published.findings[message] >= len(doubtful) - settled
    assert NAME == "explorer"
