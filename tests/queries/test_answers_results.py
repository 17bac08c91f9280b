"""Questions about commitments and results, answered from the tables by other code (1 to 14)."""

from __future__ import annotations

from collections import Counter
from unicodedata import normalize

from support.source_tables import QueriedRelease, Row, period

HIGH = {"Substantial", "Complete"}
GRADES = ("Not Started", "Limited", "Substantial", "Complete")


def ids(rows: list[Row]) -> list[str]:
    """Return the ids of rows, sorted."""
    return sorted(row["commitment_id"] for row in rows)


def ids_of(data: QueriedRelease, name: str, **values: str) -> list[str]:
    """Return the ids a question gives, each once, sorted."""
    return sorted({row["commitment"] for row in data.ask(name, **values)})


def mid_term_or_end(row: Row) -> str:
    """Return the completion that counts: at the end, else at mid-term."""
    return row.get("completion_end_of_term") or row.get("completion_midterm") or ""


def test_1_transformative_but_limited(data: QueriedRelease) -> None:
    """By impact and latest completion, with the leads as printed."""
    rows = [
        row
        for row in data.tables.where(potential_impact="Transformative")
        if mid_term_or_end(row) == "Limited"
    ]
    answers = data.ask("transformative-but-limited")
    assert sorted(row["commitment"] for row in answers) == ids(rows), "a row a commitment"
    assert any(not row["completion_end_of_term"] for row in rows)
    printed = {
        (r["commitment"], text) for r in answers for text in r.get("printed", "").split(" | ")
    }
    for row in rows:
        lead = normalize("NFC", " ".join(row["lead_institution"].replace("<br/>", " ").split()))
        assert (row["commitment_id"], lead) in printed


def test_2_completion_changes(data: QueriedRelease) -> None:
    """Both cells coded, and different."""
    for member in ("EST", "FRA", "GEO", "NLD"):
        rows = [
            r
            for r in data.tables.where(ogp_code=member)
            if r["completion_midterm"]
            and r["completion_end_of_term"]
            and r["completion_midterm"] != r["completion_end_of_term"]
        ]
        answers = data.ask("completion-changes", member=member)
        assert sorted((a["commitment"], a["midTerm"], a["endOfTerm"]) for a in answers) == sorted(
            (r["commitment_id"], r["completion_midterm"], r["completion_end_of_term"]) for r in rows
        )
        assert {a["commitment"]: a["doubt"] for a in answers if a.get("doubt")} == {
            r["commitment_id"]: doubt for r in rows if (doubt := doubt_of(r))
        }


def doubt_of(row: Row) -> str:
    """Return why the printed change of a row is none, "" where it is one or where nothing is printed."""
    told, both = (
        row["change_in_completion"],
        (row["completion_midterm"], row["completion_end_of_term"]),
    )
    if not told:
        return ""
    if not set(both) <= set(GRADES):
        return "One of the two is no grade"
    before, after = map(GRADES.index, both)
    due = "Increase" if after > before else "Decrease"
    return "" if told == due else "The two grades say otherwise"


def test_3_opened_government(data: QueriedRelease) -> None:
    """Major or outstanding, with member and cycle of each plan."""
    rows = [r for r in data.tables.rows.values() if r["diog_overall"] in {"Major", "Outstanding"}]
    answers = data.ask("opened-government")
    assert {(a["commitment"], a["result"]) for a in answers} == {
        (r["commitment_id"], r["diog_overall"]) for r in rows
    }
    assert {(r["commitment_id"], r["action_plan_cycle"]) for r in rows} <= {
        (a["commitment"], a["cycle"]) for a in answers
    }


def test_4_complete_but_unchanged(data: QueriedRelease) -> None:
    """Complete, and Did Not Change."""
    rows = data.tables.where(completion_end_of_term="Complete", diog_overall="Did Not Change")
    assert ids_of(data, "complete-but-unchanged") == ids(rows)


def test_5_ambitious_and_dropped(data: QueriedRelease) -> None:
    """Ambitious by either scale, not highly completed at the end, and not carried forward."""
    rows = [
        r
        for r in data.tables.where(carried_forward="No")
        if (
            r["potential_impact"] in {"Moderate", "Transformative"}
            or r["potential_for_results"] == "Substantial"
        )
        and r["completion_end_of_term"]
        and r["completion_end_of_term"] not in HIGH
    ]
    assert ids_of(data, "ambitious-and-dropped") == ids(rows)


def test_6_carried_forward(data: QueriedRelease) -> None:
    """The flag; no source names what continues a commitment."""
    assert ids_of(data, "carried-forward") == ids(data.tables.where(carried_forward="Yes"))
    assert not any("continuedBy" in a for a in data.ask("carried-forward"))


def test_7_lost_stars(data: QueriedRelease) -> None:
    """Yes at mid-term, No at the end."""
    rows = data.tables.where(starred_midterm="Yes", starred_end_of_term="No")
    assert ids_of(data, "lost-stars") == ids(rows)
    assert rows or not data.sheet


def criteria(row: Row) -> dict[str, bool | None]:
    """Return whether a commitment meets each criterion of the star, None where that is not known."""
    yes_no = {"Yes": True, "No": False}
    specific = {"High": True, "Medium": True, "Low": False, "None": False}
    done = mid_term_or_end(row)
    verifiable = yes_no.get(row["verifiable"])
    relevant = row["relevant_to_ogp_values"] if int(row["action_plan_cycle"]) < 2020 else ""
    impact = row["potential_impact"]
    return {
        "verifiable": specific.get(row["specificity"].capitalize())
        if verifiable is None
        else verifiable,
        "relevant": yes_no.get(relevant),
        "transformative": impact == "Transformative" if impact else None,
        "completed": done in HIGH if done else None,
    }


def test_8_failed_star_criteria(data: QueriedRelease) -> None:
    """Commitments without a star, by the criterion each misses; specificity tells what verifiability does not."""
    counted: Counter[tuple[str, str]] = Counter()
    unknown: Counter[str] = Counter()
    for row in data.tables.rows.values():
        if (row["starred_end_of_term"] or row["starred_midterm"]) != "No":
            continue
        met = criteria(row)
        counted.update((row["member"], name) for name, meets in met.items() if meets is False)
        unknown.update(name for name, meets in met.items() if meets is None)
    answers = data.ask("failed-star-criteria")
    assert {(a["member"], a["criterion"]): int(a["commitments"]) for a in answers} == counted
    assert {a["criterion"]: int(a["notKnown"]) for a in answers} == {
        a["criterion"]: unknown[a["criterion"]] for a in answers
    }


def test_8_leaves_out_what_counts_under_no_criterion(data: QueriedRelease) -> None:
    """With no star, none is known to be missed and one is unknown; or the star is not known."""
    wanted = set()
    for key, row in data.tables.rows.items():
        star = row["starred_end_of_term"] or row["starred_midterm"]
        met = criteria(row).values()
        if (star == "No" and False not in met and None in met) or (not star and not all(met)):
            wanted.add(key)
    rows = data.ask("failed-star-criteria", unknown=True)
    assert sorted(row["thing"] for row in rows) == sorted(wanted)
    assert wanted


def test_9_relevant_to_none(data: QueriedRelease) -> None:
    """Relevance overall No, to 2019; the lens that follows it is another indicator."""
    rows = [
        r
        for r in data.tables.where(relevant_to_ogp_values="No")
        if int(r["action_plan_cycle"]) <= 2019
    ]
    answers = data.ask("relevant-to-none")
    booleans = {"Yes": "true", "No": "false", "": ""}
    assert {(a["commitment"], a.get("technologyOnly", "")) for a in answers} == {
        (r["commitment_id"], booleans[r["ogp_technology"]]) for r in rows
    }


def test_10_complete_but_not_verifiable(data: QueriedRelease) -> None:
    """Verifiable No, and Complete."""
    rows = data.tables.where(verifiable="No", completion_end_of_term="Complete")
    assert ids_of(data, "complete-but-not-verifiable") == ids(rows)


CODED = [
    "ogp_access_to_information",
    "specificity",
    "verifiable",
    "potential_impact",
    "potential_for_results",
    "completion_midterm",
    "completion_end_of_term",
    "early_results",
    "diog_overall",
    "starred_midterm",
    "starred_end_of_term",
    "carried_forward",
]


def test_11_not_assessed(shipped: QueriedRelease) -> None:
    """Plans that ended before the day, and not one cell that the IRM codes."""
    ends = {
        shipped.tables.plans(row)[0]: int(row["action_plan_end_year"])
        for row in shipped.tables.rows.values()
        if row["ogp_code"] != "EST" and row["action_plan_end_year"]
    }
    rows = [
        r
        for r in shipped.tables.rows.values()
        if r["ogp_code"] != "EST"
        and all(ends.get(p, 2026) < 2026 for p in shipped.tables.plans(r))
        and not any(r[column] for column in CODED)
    ]
    answers = {a["commitment"] for a in shipped.ask("not-assessed", day="2026-01-01")}
    assert {key for key in answers if not key.startswith("EE")} == set(ids(rows))
    assert not shipped.ask("not-assessed", day="2012-01-01")


def test_12_substantial_potential(data: QueriedRelease) -> None:
    """From 2020; promising is known as a number only."""
    rows = data.tables.where(potential_for_results="Substantial")
    answers = data.ask("substantial-potential")
    assert {(a["commitment"], a.get("earlyResults", "")) for a in answers} == {
        (r["commitment_id"], r["early_results"]) for r in rows
    }
    assert not any("promising" in a for a in answers)


def test_13_results_by_value(data: QueriedRelease) -> None:
    """Answers by OGP value, counted."""
    columns = {
        "Access to Information": "diog_access_to_information",
        "Civic Participation": "diog_civic_participation",
        "Public Accountability": "diog_public_accountability",
    }
    wanted = Counter(
        (label, row[column])
        for row in data.tables.rows.values()
        for label, column in columns.items()
        if row[column]
    )
    answers = data.ask("results-by-value")
    assert {(a["value"], a["result"]): int(a["commitments"]) for a in answers} == wanted
    orders = {
        a["value"]: [b["result"] for b in answers if b["value"] == a["value"]] for a in answers
    }
    assert all("Not Applicable" not in order[:-1] for order in orders.values())  # it is no grade


def test_14_made_worse(data: QueriedRelease) -> None:
    """Worsens, overall or for one value."""
    columns = [name for name in data.tables.rows["EE0050"] if name.startswith("diog_")]
    rows = [r for r in data.tables.rows.values() if any(r[c] == "Worsens" for c in columns)]
    assert ids_of(data, "made-worse") == ids(rows)
    assert rows or not data.sheet


def test_the_periods_of_the_tables_are_read(data: QueriedRelease) -> None:
    """The helper of these tests reads what it is there for."""
    assert sum(period(row)[0] is not None for row in data.tables.rows.values()) > 60
