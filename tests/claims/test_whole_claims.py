"""The shipped claims against everything shipped: counted again with the csv module alone.

The tables are those of the source that the claims are about. A plan has the year that the table of
commitments states; the table of the process is asked only for plans that the other one has not.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from functools import cache

import pytest
from support.sample_data import WHOLE

from ogpld.claims.claim_table import read_claims
from ogpld.claims.verdicts import AGREES, CANNOT, DIFFERS, Verdict, read_verdicts
from ogpld.release import Release

FOLDER = WHOLE / "sources/explorer"
FOUNDERS = {"Brazil", "Indonesia", "Mexico", "Norway", "Philippines", "South Africa", "UK", "USA"}
NAMES = {"United Kingdom": "UK", "United States": "USA"}
COMPLETION = "Completion (progress report)"
Row = dict[str, str]

EXPECTED = {
    AGREES: "C11 C12 C13 C14 C15 C16 C18 C19 C20 C24 C27",
    DIFFERS: "C10 C22 C23 C25 C26 C31 C33 C34",
    CANNOT: "C01 C02 C03 C04 C05 C06 C07 C08 C09 C17 C21 C28 C29 C30 C32 C35",
}


@cache
def rows(table: str) -> list[Row]:
    """Return the rows of a table."""
    with (FOLDER / table).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def commitments(country: str, plan: str) -> list[Row]:
    """Return the rows of a plan."""
    wanted = (country, plan)
    return [
        r for r in rows("commitments-2016.csv") if (r["Country"], r["Action Plan Number"]) == wanted
    ]


@cache
def years() -> dict[tuple[str, str], str]:
    """Return the year of each plan: as commitments state it, else as the process does."""
    stated: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in rows("commitments-2016.csv"):
        stated[row["Country"], row["Action Plan Number"]][row["Year of submission"]] += 1
    plans = {plan: counts.most_common(1)[0][0] for plan, counts in stated.items()}
    for row in rows("process-2016.csv"):
        plans.setdefault(_plan(row), row["Year AP Submitted"])
    return plans


def _plan(row: Row) -> tuple[str, str]:
    country = row["Country name"]
    return NAMES.get(country, country), row["Action Plan Number"]


def process(year: str) -> list[Row]:
    """Return the process of the plans of a year."""
    return [row for row in rows("process-2016.csv") if years()[_plan(row)] == year]


def share(year: str, column: str) -> float:
    """Return the share of Yes among Yes and No, in percent."""
    cells = Counter(row[column].strip() for row in process(year))
    return 100 * cells["Yes"] / (cells["Yes"] + cells["No"])


def completed(plan: list[Row]) -> Counter[str]:
    """Count a plan's commitments by completion at mid-term."""
    return Counter(row[COMPLETION].partition(". ")[2] for row in plan)


@pytest.fixture(scope="module")
def verdicts(whole_release: Release) -> dict[str, Verdict]:
    """The verdicts of the release."""
    return read_verdicts(whole_release.path)


def numbers(verdict: Verdict) -> list[float]:
    """Return the values of a verdict."""
    return [float(part) for part in verdict.value.split(";")]


def test_every_claim_has_its_verdict(verdicts: dict[str, Verdict]) -> None:
    """A change of the data that turns one has to be looked at."""
    by_verdict: dict[str, list[str]] = defaultdict(list)
    for verdict in verdicts.values():
        by_verdict[verdict.verdict].append(verdict.claim)
    assert {name: " ".join(claims) for name, claims in by_verdict.items()} == EXPECTED


def test_claims_of_plans_are_rows_of_the_table(verdicts: dict[str, Verdict]) -> None:
    """Each of them is the number of rows with the plan's country and number."""
    plans = {"C14": ("Georgia", "1"), "C15": ("Georgia", "2"), "C16": ("Hungary", "1")}
    plans |= {"C19": ("Mexico", "2"), "C20": ("UK", "2")}
    for claim, plan in plans.items():
        assert numbers(verdicts[claim]) == [len(commitments(*plan))]
    estonia = commitments("Estonia", "2")
    done = completed(estonia)
    parts = [done["Complete"], done["Substantial"], done["Limited"]]
    assert numbers(verdicts["C18"]) == [len(estonia), *parts]
    usa = [r for r in commitments("USA", "1") if r["IRM Assessed (Y/N)?"] == "1"]
    assert numbers(verdicts["C13"]) == pytest.approx(
        [100 * completed(usa)["Complete"] / len(usa)], abs=1e-4
    )


def test_claims_of_all_plans_are_counts_of_the_table(verdicts: dict[str, Verdict]) -> None:
    """Stars, reports, plans without report, tags."""
    table = rows("commitments-2016.csv")
    of_2014 = [r for r in table if r["Report publication year (progress report)"] == "2014"]
    stars = Counter(r["Starred (pre-June 2014 assessments)"] for r in of_2014)
    assert numbers(verdicts["C10"]) == pytest.approx(
        [100 * stars["1"] / (stars["0"] + stars["1"])], abs=1e-4
    )
    reported = {r["Country"] for r in of_2014} - FOUNDERS
    assert numbers(verdicts["C11"]) == [len(reported)]
    first = [
        r for r in table if r["Action Plan Number"] == "1" and r["Year of submission"] == "2012"
    ]
    assessed = {r["Country"] for r in first if r["IRM Assessed (Y/N)?"] == "1"}
    without = {r["Country"] for r in first} - assessed - FOUNDERS
    assert verdicts["C12"].value == "; ".join(sorted(without))
    columns = list(table[0])
    tags = columns[columns.index("Anti-corruption") : columns.index("OGP") + 1]
    assert numbers(verdicts["C27"]) == [sum(any(r[t] == "1" for r in table) for t in tags)]
    early = [
        r for r in table if r["Action Plan Number"] == "1" and r["Year of submission"] <= "2013"
    ]
    tagged = {r["Country"] for r in early if r["Access to Information"] == "1"}
    assert numbers(verdicts["C34"]) == [len(tagged), len({r["Country"] for r in early})]


def test_claims_of_the_process_are_counts_of_its_table(verdicts: dict[str, Verdict]) -> None:
    """By the year of the plan as the release has it."""
    forum = "Consultation during action plan implementation (regular forum)"
    early = share("2012", forum)
    assert numbers(verdicts["C22"]) == pytest.approx(
        [early, share("2013", forum) - early], abs=1e-4
    )
    step = "Step 5: In-person consultations"
    assert numbers(verdicts["C25"]) == pytest.approx([share("2012", step)], abs=1e-4)
    assert numbers(verdicts["C26"]) == pytest.approx([share("2014", step)], abs=1e-4)
    means = []
    for year in ("2012", "2014"):
        coded = [row for row in process(year) if row[step] != "NR"]
        cells = [row["_Number of steps followed (out of 6)"] for row in coded]
        steps = [int(cell) for cell in cells if cell.isdigit()]
        means.append(sum(steps) / len(steps))
    assert numbers(verdicts["C23"]) == pytest.approx(means, abs=1e-4)


def test_a_claim_about_another_edition_says_so(verdicts: dict[str, Verdict]) -> None:
    """It is not asked of an edition that it is not about, and its note has what its own edition gives."""
    others = [c for c in read_claims(WHOLE / "claims/claims.csv") if c.about == "explorer-2015"]
    assert len(others) == 12
    for claim in others:
        assert verdicts[claim.id].value == ""
        if claim.query:
            assert "explorer-2015" in verdicts[claim.id].reason


def test_no_note_says_another_verdict_than_the_claim_has() -> None:
    """Notes tell what rows of tables give; where this data gives something else they do not say so in its words."""
    others = {AGREES: ": differs.", DIFFERS: ": agrees."}
    with (WHOLE / "claims/claims.csv").open(encoding="utf-8", newline="") as file:
        claims = list(csv.DictReader(file))
    for claim in claims:
        verdict = next(name for name, keys in EXPECTED.items() if claim["id"] in keys.split())
        assert others.get(verdict, "!") not in claim["note"], claim["id"]
        assert "that plan" not in claim["counts"], claim["id"]
        assert not claim["counts"].startswith("the same"), claim["id"]
