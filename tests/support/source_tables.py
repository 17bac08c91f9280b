"""The source tables as plain rows, read by the standard library alone: what the answers are held to.

OGP's sheet and our own tables have different columns; here they get the names of ours. A cell that says
ND, NR or NA says nothing. Where a commitment stands in both, our own table comes first, cell by cell.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from support.explorer_tables import either_order, explorer_rows_as_ours
from support.sample_data import sample_data

SOURCES = sample_data() / "sources"
NOTHING = {"ND", "NR", "NA", "N/A", ""}

#: Columns of OGP's sheet by the names of ours.
SHEET = {
    "commitment_id": "Commitment Unique Identifier",
    "member": "Country/Locality",
    "ogp_code": "Code",
    "action_plan_id": "Action Plan ID",
    "action_plan_number": "Action Plan Number",
    "action_plan_cycle": "Year Of Submission",
    "action_plan_end_year": "Action Plan End Year",
    "title": "Short Title",
    "lead_institution": "Lead Institution",
    "relevant_to_ogp_values": "_Relevant",
    "ogp_technology": "OGP Value Technology",
    "specificity": "Specificity",
    "verifiable": "Verifiable",
    "potential_impact": "Potential Impact",
    "potential_for_results": "Potential for Results",
    "completion_midterm": "Completion (Progress Report)",
    "completion_end_of_term": "Completion (End Of Term)",
    "change_in_completion": "Change In Completion",
    "early_results": "Early Results",
    "diog_overall": "Did It Open Government (Overall)",
    "diog_access_to_information": "Did It Open Government (Access To Information)",
    "diog_civic_participation": "Did It Open Government (Civic Participation)",
    "diog_public_accountability": "Did It Open Government: Public Accountability",
    "starred_midterm": "Starred (Current Formula) Progress Report",
    "starred_end_of_term": "Starred (Current Formula) End of Term",
    "carried_forward": "Carried Forward",
    "end_of_term_report_year": "Report Publication Year (End Of Term)",
    "start_date": "Start Date",
    "end_date": "End Date",
}
YES_NO = {
    "relevant_to_ogp_values",
    "ogp_technology",
    "starred_midterm",
    "starred_end_of_term",
    "carried_forward",
    "verifiable",
}
#: Labels that the sheet or the pages spell differently.
SPELT = {"1": "Yes", "0": "No"}

Row = dict[str, str]


def read(path: Path) -> list[Row]:
    """Return the rows of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


Answers = list[dict[str, str]]


@dataclass
class Tables:
    """Everything the answers are computed from.

    Attributes:
        rows: a row for each commitment, with our column names.
        areas: labels of the policy areas of each commitment.
        shipped: keys of the commitments of our own tables.
        sources: the folder of the tables.
    """

    rows: dict[str, Row]
    areas: dict[str, set[str]]
    shipped: set[str]
    sources: Path

    def where(self, **cells: str) -> list[Row]:
        """Return the rows with these cells."""
        return [r for r in self.rows.values() if all(r.get(k, "") == v for k, v in cells.items())]

    def plans(self, row: Row) -> list[str]:
        """Return the plans of a commitment; two Estonian ones have a second."""
        own = f"{row['ogp_code']}{int(row['action_plan_number']):02}"
        more = read(self.sources / "estonia/second_plans.csv")
        second = [
            f"EST{int(r['action_plan_number']):02}"
            for r in more
            if r["commitment_id"] == row["commitment_id"]
        ]
        return [own, *second]


@dataclass
class QueriedRelease:
    """A release to ask, and the tables that know the answers.

    Attributes:
        ask: give the rows of a question; IRIs of ours come as their last part.
        tables: what was read by other code.
        sheet: whether OGP's sheet is in it.
    """

    ask: Callable[..., Answers]
    tables: Tables
    sheet: bool


def tables(sheet: Path | None, sources: Path = SOURCES) -> Tables:
    """Return the commitments of our tables, the Explorer's behind them, and then those of OGP's sheet."""
    rows: dict[str, Row] = {}
    areas: dict[str, set[str]] = {}
    for table in (read(sources / "estonia/estonia.csv"), _comparison(sources / "comparison")):
        for row in table:
            if row["record_level"] == "commitment":
                key = row["commitment_id"]
                # the window's own words for nothing; they are no values of ours either
                rows[key] = {k: "" if v in NOTHING else v for k, v in row.items()}
                areas[key] = _several(row["policy_areas"])
    if (sources / "explorer").exists():
        _add_explorer(rows, areas, sources)
    shipped = set(rows)
    for line in read(sheet) if sheet else ():
        row = {ours: _value(ours, line[theirs]) for ours, theirs in SHEET.items()}
        key = row["commitment_id"]
        _fill(rows.setdefault(key, {}), row)
        if key not in shipped:
            header = list(line)[19:105]
            areas[key] = {tag for tag in header if line[tag] == "1"}
    return Tables(rows, areas, shipped, sources)


def _comparison(folder: Path) -> list[Row]:
    """Return the comparison set with its dates as they are printed and mended, where they are numbers."""
    rows = read(folder / "comparison.csv")
    for fix in read(folder / "fixes.csv"):
        rows[int(fix["row"]) - 2][fix["column"]] = fix["to"]
    for row in rows:
        for name in ("start_date", "end_date"):
            if re.fullmatch(r"(\d+/\d+/)?\d{4}|\d{5}", row[f"{name}_raw"]):
                row[name] = row[f"{name}_raw"]
    return rows


def _add_explorer(rows: dict[str, Row], areas: dict[str, set[str]], sources: Path) -> None:
    """Add the Explorer's commitments; what is said of a plan in our own tables holds for theirs too."""
    columns = next(iter(rows.values())).keys()
    plan_cells = ("action_plan_cycle", "action_plan_end_year")
    plans: dict[tuple[str, str], Row] = {}
    for row in rows.values():
        cells = {name: row[name] for name in plan_cells}
        plans[row["ogp_code"], row["action_plan_number"]] = cells
    for key, row in explorer_rows_as_ours(sources, columns).items():
        of_plan = plans.get((row["ogp_code"], row["action_plan_number"]), {})
        entry = rows.setdefault(key, {})
        # a table that goes first and says why it has no value has spoken
        spoken = re.findall(r"(\w+)=NR", entry.get("no_value_codes", ""))
        _fill(entry, {**row, **of_plan, **dict.fromkeys(spoken, "")})
        areas[key] = areas.get(key, set()) | _several(row["policy_areas"])


def _several(text: str) -> set[str]:
    return {part.strip() for part in text.split(";")} - {""}


def _fill(entry: Row, row: Row) -> None:
    """Take over the cells that are empty so far."""
    for name, text in row.items():
        entry[name] = entry.get(name) or text


def _value(column: str, text: str) -> str:
    text = " ".join(text.split())
    if text in NOTHING:
        return ""
    return SPELT.get(text, text) if column in YES_NO else text


MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def span(text: str) -> tuple[date, date] | None:
    """Return first and last day of a printed date or of `either_order`, None for text that is none."""
    if match := re.fullmatch(r"(.{10})\.\.(.{10})", text):
        return date.fromisoformat(match[1]), date.fromisoformat(match[2])
    if match := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text):
        day = date(*(int(part) for part in match.groups()))
        return day, day
    if match := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d\d)", text):
        first, second, year = (int(part) for part in match.groups())
        year += 2000 if year < 100 else 0
        month, day_ = (second, first) if first > 12 else (first, second)
        day = date(year, month, day_)
        return day, day
    if match := re.fullmatch(r"(\d{4})-(\d\d)", text):
        return month_of(int(match[1]), int(match[2]))
    if match := re.fullmatch(r"([A-Z][a-z]+) (\d{4})", text):
        if match[1].lower()[:3] in MONTHS:
            return month_of(int(match[2]), MONTHS.index(match[1].lower()[:3]) + 1)
        return None
    if re.fullmatch(r"\d{4}", text):
        return date(int(text), 1, 1), date(int(text), 12, 31)
    if match := re.fullmatch(r"(?:Quarter (\d)|(I{1,3}|IV) quarter of) (\d{4})", text):
        number = int(match[1] or ["I", "II", "III", "IV"].index(match[2]) + 1)
        start, _ = month_of(int(match[3]), 3 * number - 2)
        return start, month_of(int(match[3]), 3 * number)[1]
    if re.fullmatch(r"\d{5}", text):
        day = date(1899, 12, 30) + timedelta(int(text))
        return day, day
    return None


def month_of(year: int, month: int) -> tuple[date, date]:
    """Return first and last day of a month."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), following - timedelta(1)


def period(row: Row) -> tuple[date | None, date | None]:
    """Return the earliest start and the latest end of a commitment."""
    start, end = spans(row)
    return start and start[0], end and end[1]


def with_printed_dates(row: Row) -> Row:
    """Return a row with the dates that are only printed (`II quarter of 2021`) where it has no others."""
    dates = ("start_date", "end_date")
    return row | {name: row.get(name) or row.get(f"{name}_raw", "") for name in dates}


def spans(row: Row) -> tuple[tuple[date, date] | None, tuple[date, date] | None]:
    """Return the first and last day that the start of a commitment can mean, and the end.

    A year typed into a date cell (1905) is that year; a day-first date beside it gives `1/7/2014` two readings.
    """
    start, end = row.get("start_date", ""), row.get("end_date", "")
    texts = [t for t in (start, end) if t]
    swapped = any(re.match(r"(1[3-9]|2\d|3[01])/", t) for t in texts)
    start, end = (span(_mended(text, swapped=swapped)) for text in (start, end))
    return start, end


def _mended(text: str, *, swapped: bool) -> str:
    if match := re.fullmatch(r"7/(\d\d)/1905", text):
        return str(2024 + int(match[1]) - 16)
    match = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    if match and swapped and max(int(match[1]), int(match[2])) <= 12 and match[1] != match[2]:
        return either_order(int(match[1]), int(match[2]), int(match[3]))
    return text
