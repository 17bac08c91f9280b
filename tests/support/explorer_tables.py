"""The Explorer's commitments with the column names of our own tables, read by the standard library alone."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

Row = dict[str, str]

REASONS = {"NR", "ND", "NA"}
#: What the tables print where they say nothing, of columns that are no scale.
EMPTY = {"", "None", "None Specified", "Not Specified", "Unclear"} | REASONS

#: Columns of the Explorer by the names of ours.
SCALES = {
    "specificity": "Specificity",
    "potential_impact": "Potential impact",
    "completion_midterm": "Completion (progress report)",
    "completion_end_of_term": "Completion (end of term)",
    "change_in_completion": "Change in completion",
    "diog_overall": "Did it open government (end of term only)",
}
YES_NO = {
    "ogp_access_to_information": "Value -Info",
    "ogp_civic_participation": "Value -Part",
    "ogp_public_accountability": "Value -Acc",
    "ogp_technology": "Value -Tech",
    "relevant_to_ogp_values": "_Relevant",
    "starred_midterm": "Starred (current formula) progress report",
    "starred_end_of_term": "Starred (current formula) end of term",
}
OTHERS = {
    "action_plan_number": "Action Plan Number",
    "action_plan_cycle": "Year of submission",
    "commitment_number": "Comm No",
    "title": "Short Title",
    "lead_institution": "Lead Institution",
    "supporting_institutions": "Supporting Institution(s)",
    "end_of_term_report_year": "Report publication year (end of term)",
}
DATES = {"start_date": "Start Date", "end_date": "End Date"}
#: Called otherwise in the newer tables.
SPELT = {"Not started": "Not Started"}


def explorer_rows_as_ours(sources: Path, columns: Iterable[str]) -> dict[str, Row]:
    """Return a row a commitment by its key, with `columns`; those the Explorer lacks are empty.

    The column `policy_areas` has codes, separated by semicolons.
    """
    folder = sources / "explorer"
    countries = {row["country"]: row["member"] for row in _rows(folder / "countries.csv")}
    keys = {row["edition_row"]: row["key"] for row in _rows(folder / "keys.csv")}
    tags = {
        row["column"]: row["how"].removeprefix("flag:")
        for row in _rows(folder / "mapping.csv")
        if row["term"] == "policyAreas"
    }
    members = {
        row["ogp_code"] or row["iso3"]: row["name"]
        for row in _rows(sources / "members/members.csv")
    }
    commitments = {}
    for row in _mended(folder):
        member = countries[row["Country"]]
        ours = dict.fromkeys(columns, "")
        ours["commitment_id"] = keys[row["edition_row"]]
        ours |= {"ogp_code": member, "member": members[member]}
        ours |= {name: _scale(name, row[column]) for name, column in SCALES.items()}
        flags = {"1": "Yes", "0": "No"}
        ours |= {name: flags.get(row[column], "") for name, column in YES_NO.items()}
        ours |= {name: _text(row[column]) for name, column in OTHERS.items()}
        ours |= {name: _date(row[column]) for name, column in DATES.items()}
        ours["policy_areas"] = "; ".join(
            code for column, code in tags.items() if row[column] == "1"
        )
        commitments[ours["commitment_id"]] = ours
    return commitments


def processes(sources: Path) -> dict[str, Row]:
    """Return the rows about the process by the key of their plan; none where the Explorer is not."""
    folder = sources / "explorer"
    if not folder.exists():
        return {}
    countries = {row["country"]: row["member"] for row in _rows(folder / "countries.csv")}
    return {
        f"{countries[row['Country name']]}{int(row['Action Plan Number']):02}": row
        for row in _rows(folder / "process-2016.csv")
    }


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _mended(folder: Path) -> list[Row]:
    """Return the commitments as the lines of fixes.csv mend them."""
    rows = _rows(folder / "commitments-2016.csv")
    for fix in _rows(folder / "fixes.csv"):
        if fix["table"] == "commitments-2016.csv":
            rows[int(fix["row"]) - 2][fix["column"]] = fix["to"]
    return rows


def _scale(name: str, text: str) -> str:
    if text in REASONS:
        return ""
    label = re.sub(r"^[a-d]\. ", "", text)
    if name == "diog_overall" and label == "None":
        return "Did Not Change"
    return SPELT.get(label, label)


def _text(text: str) -> str:
    text = " ".join(text.split())
    return "" if text in EMPTY else text


def either_order(first: int, second: int, year: int) -> str:
    """Return the two days that two numbers up to 12 can mean, the earlier first."""
    low, high = min(first, second), max(first, second)
    return f"{date(year, low, high)}..{date(year, high, low)}"


def _date(text: str) -> str:
    """Return the date or its two readings, since day and month stand in either order."""
    text = _text(text)
    match = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    if not match:
        return text
    first, second, year = (int(part) for part in match.groups())
    if first != second and max(first, second) <= 12:
        return either_order(first, second, year)
    try:
        return date(year, min(first, second), max(first, second)).isoformat()
    except ValueError:  # a day that does not exist
        return ""
