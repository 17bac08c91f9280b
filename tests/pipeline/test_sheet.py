"""OGP's sheet is published whole: each coded cell is counted by other code than ours."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import pytest

from ogpld.release import Release
from ogpld.release.packed_files import unpacked
from ogpld.release.release_store import REPORT
from ogpld.report import Report, Severity
from ogpld.stores import Query
from ogpld.stores.embedded import EmbeddedStore

PREFIXES = """
PREFIX ogpld: <https://w3id.org/ogpld/ns#> PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX schema: <https://schema.org/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX ind: <https://w3id.org/ogpld/code/indicator/> PREFIX phase: <https://w3id.org/ogpld/code/phase/>
PREFIX value: <https://w3id.org/ogpld/code/ogp-value/> PREFIX prov: <http://www.w3.org/ns/prov#>
"""
IN_SHEET = "FILTER(CONTAINS(STR(?g), '/graph/ogp-commitments/'))"
ID = "Commitment Unique Identifier"
CYCLE = "Year Of Submission"
ABSENT = {"ND": "no-data", "NR": "not-reviewed", "NA": "not-applicable"}

#: Column: indicator, dimension, phase, first and last cycle in use; written down once more on purpose.
CODED: dict[str, list[tuple[str, str, str, int, int]]] = {
    "Compound": [("compound", "", "design", 2011, 2015)],
    "Specificity": [("specificity", "", "design", 2011, 2017)],
    "Verifiable": [("verifiable", "", "design", 2011, 9999)],
    "OGP Value Access To Information": [
        ("relevance", "access-to-information", "design", 2011, 2019)
    ],
    "OGP Value Civic Participation": [("relevance", "civic-participation", "design", 2011, 2019)],
    "OGP Value Public Accountability": [
        ("relevance", "public-accountability", "design", 2011, 2019)
    ],
    "OGP Value Technology": [("relevance", "technology", "design", 2011, 2019)],
    "_Relevant": [
        ("relevant", "", "design", 2011, 2019),
        ("open-government-lens", "", "design", 2020, 9999),
    ],
    "Potential Impact": [("potential-impact", "", "design", 2012, 2019)],
    "Completion (Progress Report)": [("completion", "", "mid-term", 2011, 2016)],
    "Starred (2015 Only)": [("starred-first-formula", "", "mid-term", 2011, 2018)],
    "Starred (Current Formula) Progress Report": [("starred", "", "mid-term", 2011, 2018)],
    "Potential for Results": [("potential-for-results", "", "design", 2020, 9999)],
    "Cluster (AP Review)": [("in-cluster", "", "design", 2020, 9999)],
    "Completion (End Of Term)": [("completion", "", "end-of-term", 2013, 9999)],
    "Change In Completion": [("change-in-completion", "", "end-of-term", 2013, 2016)],
    "Early Results": [("early-results", "", "end-of-term", 2019, 9999)],
    "Did It Open Government (Overall)": [("opened-government", "", "end-of-term", 2013, 2020)],
    "Did It Open Government (Access To Information)": [
        ("opened-government-by-value", "access-to-information", "end-of-term", 2013, 2017)
    ],
    "Did It Open Government (Civic Participation)": [
        ("opened-government-by-value", "civic-participation", "end-of-term", 2013, 2017)
    ],
    "Did It Open Government: Public Accountability": [
        ("opened-government-by-value", "public-accountability", "end-of-term", 2013, 2017)
    ],
    "Starred (Current Formula) End of Term": [("starred", "", "end-of-term", 2013, 2018)],
    "Carried Forward": [("carried-forward", "", "end-of-term", 2013, 2017)],
}
#: Labels of codes whose cell says something else.
LABELS = {"0": "No", "1": "Yes"}


@pytest.fixture(scope="module")
def rows(sheet_path: Path) -> list[dict[str, str]]:
    """The sheet, by the standard library."""
    with sheet_path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def sheet_report(sheet_release: Release) -> Report:
    """What the gate found."""
    return Report.from_json(unpacked(sheet_release.path / REPORT))


@pytest.fixture(scope="module")
def store(sheet_release: Release) -> EmbeddedStore:
    """The release, opened."""
    return EmbeddedStore.load(sheet_release.data, sheet_release.manifest.quads)


def ask(store: EmbeddedStore, text: str) -> list[dict[str, str]]:
    """Return solutions as plain dictionaries."""
    body = store.answer(Query(PREFIXES + text, ("json", "")), trusted=True).body
    bindings = json.loads(body)["results"]["bindings"]
    return [{name: cell["value"] for name, cell in row.items()} for row in bindings]


def test_the_gate_lets_the_sheet_pass_with_what_ogp_coded(sheet_report: Report) -> None:
    """No Violation; the contradictions that are known by hand are Warnings about just these rows."""
    assert sheet_report.counts()["Violation"] == 0

    def keys(words: str) -> set[str]:
        return {
            f.focus.rpartition("/")[2]
            for f in sheet_report.findings
            if f.severity is Severity.WARNING
            and words in f.message
            and "commitments" in str(f.where)
        }

    assert "SK0116" in keys("Relevant means relevant")
    assert keys("The change in completion does not agree") >= {"BG0028", "FR0026"}
    assert len(keys("The duration is not the end year")) > 0


@pytest.mark.parametrize("column", CODED)
def test_every_coded_cell_is_an_assessment_or_counted_as_outside(
    store: EmbeddedStore, sheet_report: Report, rows: list[dict[str, str]], column: str
) -> None:
    """Values, reasons and cells outside of the window add up to the rows of the sheet."""
    pairs: set[tuple[str, str]] = set()
    for indicator, dimension, phase, *_ in CODED[column]:
        only = f"; ogpld:dimension value:{dimension}" if dimension else ""
        bindings = ask(
            store,
            f"""SELECT ?a ?label WHERE {{ GRAPH ?g {{ ?a ogpld:indicator ind:{indicator} ;
            ogpld:phase phase:{phase} {only} ; ogpld:value|ogpld:noValue ?v }} {IN_SHEET}
            ?v skos:prefLabel ?label }}""",
        )
        pairs |= {(f["a"].rpartition("/")[2].partition("-")[0], f["label"]) for f in bindings}
    wanted: set[tuple[str, str]] = set()
    outside = 0
    reasons = {"ND": "No data", "NR": "Not reviewed", "NA": "Not applicable"}
    for row in rows:
        cell, cycle = row[column], int(row[CYCLE])
        inside = any(first <= cycle <= last for *_, first, last in CODED[column])
        if cell in reasons and not inside:
            outside += 1
        else:
            wanted.add((row[ID], reasons.get(cell, LABELS.get(cell, cell))))
    assert pairs == wanted
    assert len(wanted) + outside == len(rows) == 558
    counted = [
        int(f.message.split()[0])
        for f in sheet_report.findings
        if "without a value lie in cycles" in f.message and f.where[0].column == column
    ]
    assert counted == ([outside] if outside else [])


def test_the_cells_of_all_columns_add_up(store: EmbeddedStore) -> None:
    """5,342 values and 1,499 absences inside their windows, counted by hand on the sheet."""
    for term, number in (("value", 5342), ("noValue", 1499)):
        (binding,) = ask(
            store,
            f"""SELECT (COUNT(DISTINCT ?a) AS ?n)
            WHERE {{ GRAPH ?g {{ ?a a ogpld:Assessment ; ogpld:{term} ?v }} {IN_SHEET} }}""",
        )
        assert int(binding["n"]) == number


def test_policy_areas_are_those_that_are_set(
    store: EmbeddedStore, rows: list[dict[str, str]]
) -> None:
    """Every 1 under the 86 tags is one statement, and nothing else is."""
    header = list(rows[0])
    bindings = ask(
        store,
        f"""SELECT ?id ?label WHERE {{ GRAPH ?g {{ ?c ogpld:policyArea ?area }} {IN_SHEET}
        ?c dcterms:identifier ?id . ?area skos:prefLabel ?label }}""",
    )
    wanted = Counter(r[ID] for r in rows for tag in header[19:105] if r[tag] == "1")
    assert Counter(f["id"] for f in bindings) == wanted
    # commas of the sheet and of the labels differ in blanks and capitals only
    labels = {tag.casefold() for tag in header[19:105]}
    assert {f["label"].casefold().removesuffix(" (policy area)") for f in bindings} <= labels


def test_what_a_row_says_besides_is_there(store: EmbeddedStore, rows: list[dict[str, str]]) -> None:
    """Numbers repaired, titles with their language, plans, members, reports with their years."""
    values = {
        f["id"]: f
        for f in ask(
            store,
            f"""SELECT ?id ?number ?title ?plan ?member ?cycle WHERE {{
            GRAPH ?g {{ ?c dcterms:identifier ?id ; ogpld:printedNumber ?number ;
            dcterms:title ?title ; ogpld:plan ?p ; ogpld:member ?m . ?c a ogpld:Commitment }}
            {IN_SHEET} ?p dcterms:identifier ?plan ; ogpld:cycle ?cycle .
            ?m dcterms:identifier ?member }}""",
        )
    }
    assert len(values) == len(rows)
    for row in rows:
        printed = row["Commitment Number"]
        number = str(round(float(printed), 6)) if len(printed) > 10 else printed
        one = values[row[ID]]
        assert one["number"] == number
        assert one["title"] == " ".join(row["Short Title"].split())
        assert (one["plan"], one["member"], one["cycle"]) == (
            row["Action Plan ID"],
            row["Code"],
            row[CYCLE],
        )
    assert values["ES0065"]["number"] == "10.13"
    years = {
        (f["plan"], f["year"])
        for f in ask(
            store,
            f"""SELECT ?plan ?year WHERE {{ GRAPH ?g {{ ?r a ogpld:Report ; ogpld:plan ?p ;
            dcterms:issued ?year }} {IN_SHEET} ?p dcterms:identifier ?plan }}""",
        )
    }
    assert years == {
        (row["Action Plan ID"], row[f"Report Publication Year ({slot})"])
        for row in rows
        for slot in ("Progress Report", "End Of Term")
        if row[f"Report Publication Year ({slot})"].isdecimal()
    }


def test_clusters_are_the_groups_the_sheet_names(
    store: EmbeddedStore, rows: list[dict[str, str]]
) -> None:
    """One cluster for each set of ids, with these members and no others."""
    groups: dict[str, set[str]] = {}
    for f in ask(store, f"SELECT ?x ?c WHERE {{ GRAPH ?g {{ ?c ogpld:cluster ?x }} {IN_SHEET} }}"):
        groups.setdefault(f["x"].rpartition("/")[2], set()).add(f["c"].rpartition("/")[2])
    named = {
        r[ID]: r["Cluster Commitment ID(s)"] for r in rows if "," in r["Cluster Commitment ID(s)"]
    }
    sets = {text: {key for key, other in named.items() if other == text} for text in named.values()}
    assert sorted(map(sorted, groups.values())) == sorted(map(sorted, sets.values()))
    assert all(key.rpartition("-")[2] == min(ids) or len(ids) == 1 for key, ids in groups.items())


def test_numbers_that_contradict_their_text_are_reported(
    sheet_report: Report, rows: list[dict[str, str]]
) -> None:
    """The twin columns are compared cell by cell; the differing ones are just those found by hand."""
    ranks = {
        "_DIOGATI": "Did It Open Government (Access To Information)",
        "_DIOGCP": "Did It Open Government (Civic Participation)",
        "_DIOGPA": "Did It Open Government: Public Accountability",
    }
    scale = ["Not Applicable", "Worsens", "Did Not Change", "Marginal", "Major", "Outstanding"]
    wanted = {
        (number, row + 2)
        for row, cells in enumerate(rows)
        for number, text in ranks.items()
        if cells[number] != (str(scale.index(cells[text])) if cells[text] in scale else cells[text])
    }
    places = {
        (f.where[0].column, f.where[0].row)
        for f in sheet_report.findings
        if f.message.startswith("number and text of the same value")
    }
    assert places == wanted
