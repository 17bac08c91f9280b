"""Every coded cell of the comparison set is a value, a reason, or outside an indicator's use: counted again.

The cells are counted with the csv module alone, the statements in the release of everything shipped.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from support.running import ROOT
from support.sample_data import WHOLE

from ogpld.rdf import NS, PROV, parse_quads, term_text
from ogpld.release import Release

FOLDER = WHOLE / "sources/comparison"
CELL = re.compile(r"/source/comparison/comparison\.csv#cell=(\d+),(\d+)$")

#: Indicator, dimension (or nothing) and phase.
Judged = tuple[str, str, str]


def read(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@dataclass
class Published:
    """What the release says of the table.

    Attributes:
        values: by place of the column, assessments and readings with a value.
        reasons: by what is judged, those with a reason why there is none.
    """

    values: Counter[int] = field(default_factory=Counter)
    reasons: Counter[Judged] = field(default_factory=Counter)


@pytest.fixture(scope="module")
def published(whole_release: Release) -> Published:
    """The counts, read once."""
    wanted = {NS(n).value for n in ("indicator", "dimension", "phase", "value", "noValue")}
    wanted.add(PROV("wasDerivedFrom").value)
    told: dict[str, dict[str, str]] = {}
    for line in whole_release.lines():
        if b"/graph/comparison/" not in line or b"/id/assessment/" not in line.partition(b" ")[0]:
            continue
        quad = next(iter(parse_quads(line, "nq")))
        predicate = term_text(quad.predicate)
        if predicate in wanted:
            name = re.split("[#/]", predicate)[-1]
            told.setdefault(term_text(quad.subject), {})[name] = term_text(quad.object)
    result = Published()
    for cells in told.values():
        place = CELL.search(cells.get("wasDerivedFrom", ""))
        if "value" in cells and place:
            result.values[int(place[2])] += 1
        elif "noValue" in cells:
            judged = [
                cells.get(n, "").rpartition("/")[2] for n in ("indicator", "dimension", "phase")
            ]
            result.reasons[judged[0], judged[1], judged[2]] += 1
    return result


@pytest.mark.parametrize(
    "line",
    [r for r in read(FOLDER / "mapping.csv") if r["how"].startswith("assess:")],
    ids=lambda r: r["column"],
)
def test_values_reasons_and_cells_outside_are_the_rows(
    published: Published, line: dict[str, str]
) -> None:
    """553 of each column; no cell is lost, and none counts twice."""
    rows = read(FOLDER / "comparison.csv")
    column, phase = line["column"], line["how"].removeprefix("assess:")
    terms = [term.strip().partition("/") for term in line["term"].split("|")]
    windows = [
        range(int(r["firstCycle"]), int(r["lastCycle"] or 9999) + 1)
        for r in read(ROOT / "ontology/codelists/indicator-window.csv")
        if r["phase"] == phase and r["indicator"] in {term[0] for term in terms}
    ]
    within = outside = 0
    for row in rows:
        if not row[column]:
            assert re.search(rf"(^|;){column}=N[DRA]", row["no_value_codes"]), row["commitment_id"]
            in_use = any(int(row["action_plan_cycle"]) in window for window in windows)
            within, outside = within + in_use, outside + (not in_use)
    values = published.values[list(rows[0]).index(column) + 1]
    reasons = sum(published.reasons[term[0], term[2], phase] for term in terms)
    assert values == sum(bool(row[column]) for row in rows)
    assert reasons == within
    assert values + reasons + outside == len(rows) == 553
