"""Questions about institutions, topics, time, plans, reports and links, answered from the tables (15 to 44)."""

from __future__ import annotations

import ast
import csv
import gzip
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from support.area_lists import AREAS, EU, areas, labels_of_areas, meaning, narrower, parts
from support.explorer_tables import processes
from support.running import ROOT
from support.sample_data import WHOLE
from support.source_tables import (
    SOURCES,
    QueriedRelease,
    Row,
    period,
    read,
    span,
    spans,
    with_printed_dates,
)

from ogpld.iris import Iris
from ogpld.model import Model
from ogpld.queries.named import load_named
from ogpld.rdf import parse_quads
from ogpld.stores import Query
from ogpld.stores.embedded import EmbeddedStore

OUTSIDE = {
    "parliament",
    "local-government",
    "association-of-municipalities",
    "civil-society",
    "business",
    "union",
    "university",
}


def bodies() -> dict[str, Row]:
    """Return the bodies by key."""
    rows = [
        *read(SOURCES / "institutions/institutions.csv"),
        *read(SOURCES / "comparison/bodies.csv"),
    ]
    return {row["key"]: row for row in rows}


def named(row: Row, column: str) -> set[str]:
    """Return the bodies the reconciliation tables name for a cell of our own tables."""
    names: dict[tuple[str, str], set[str]] = {}
    for path in sorted((WHOLE / "reconciliation").glob("*.csv")):
        for line in read(path):
            place = line.get("member", ""), " ".join(line["text"].split())
            names.setdefault(place, set()).add(line["institution"])
    text = " ".join(row[column].split())
    return names.get((row["ogp_code"], text)) or names.get(("", text), set())


def test_15_led_by(shipped: QueriedRelease) -> None:
    """Every commitment whose cell was matched to the body."""
    for key in ("EST-government-office", "EST-riigikogu", "GEO-parliament-of-georgia"):
        wanted = {
            (row["commitment_id"], row["completion_end_of_term"] or row["completion_midterm"])
            for row in shipped.tables.rows.values()
            if key in named(row, "lead_institution")
        }
        answers = shipped.ask("led-by", institution=key)
        assert {(a["commitment"], a.get("completion", "")) for a in answers} == wanted
        assert wanted


def test_16_supporting_organisations(shipped: QueriedRelease) -> None:
    """Pairs of organisation and leading ministry, counted."""
    kinds = {key: row["type"] for key, row in bodies().items()}
    wanted: Counter[tuple[str, str]] = Counter()
    for row in shipped.tables.rows.values():
        for helper in named(row, "supporting_institutions"):
            for lead in named(row, "lead_institution"):
                if (kinds[helper], kinds[lead]) == ("civil-society", "ministry"):
                    wanted[helper, lead] += 1
    answers = shipped.ask("supporting-organisations")
    assert {(a["organisation"], a["ministry"]): int(a["commitments"]) for a in answers} == wanted
    assert wanted


def test_17_led_outside_government(shipped: QueriedRelease) -> None:
    """By the kind of the body matched to the cell."""
    kinds = {key: row["type"] for key, row in bodies().items()}
    wanted = {
        (row["commitment_id"], lead)
        for row in shipped.tables.rows.values()
        for lead in named(row, "lead_institution")
        if kinds[lead] in OUTSIDE
    }
    answers = shipped.ask("led-outside-government")
    assert {(a["commitment"], a["institution"]) for a in answers} == wanted
    assert wanted


def test_20_ownership_and_lobbying(data: QueriedRelease) -> None:
    """Members by the code of their country, areas by their tags."""
    wanted = {
        (key, area)
        for key, row in data.tables.rows.items()
        if row["ogp_code"] in EU
        for area in areas(data, key) & {"beneficial-ownership", "lobbying"}
    }
    spelt = labels_of_areas()
    answers = data.ask("ownership-and-lobbying")
    assert {(a["commitment"], spelt[a["area"].casefold()]) for a in answers} == wanted
    cycles = [int(a["cycle"]) for a in answers]
    assert cycles == sorted(cycles, reverse=True)


@pytest.mark.parametrize("member", ["EST", "IRL", "GEO", "NLD"])
def test_21_new_and_dropped_areas(data: QueriedRelease, member: str) -> None:
    """Tags of the latest plan against those of the one before."""
    tagged: dict[int, set[str]] = {}
    for row in data.tables.where(ogp_code=member):
        for plan in data.tables.plans(row):
            tagged.setdefault(int(plan[-2:]), set()).update(areas(data, row["commitment_id"]))
    latest = max(tagged)
    before = max(number for number in tagged if number < latest)
    wanted = {("new", a) for a in tagged[latest] - tagged[before]}
    wanted |= {("dropped", a) for a in tagged[before] - tagged[latest]}
    answers = data.ask("new-and-dropped-areas", member=member)
    assert {(a["change"], a["area"]) for a in answers} == wanted


def test_plans_tagged_after_other_lists_are_not_compared(whole: QueriedRelease) -> None:
    """Finland's first plan has the tags of 2016, its fourth those of 2024."""
    tagged = {
        plan
        for row in whole.tables.where(ogp_code="FIN")
        for plan in whole.tables.plans(row)
        if areas(whole, row["commitment_id"])
    }
    assert tagged == {"FIN01", "FIN04"}
    assert whole.ask("new-and-dropped-areas", member="FIN") == []


def test_22_areas_with_strong_results(data: QueriedRelease) -> None:
    """Known and strong results counted by area without a wider one, what means the same together."""
    rows = {row["notation"]: row for row in read(AREAS)}
    counts: Counter[str] = Counter()
    strong: Counter[str] = Counter()
    for key, row in data.tables.rows.items():
        if (
            row["diog_overall"] in {"", "No early results to report yet"}
            and not row["early_results"]
        ):
            continue
        is_strong = row["diog_overall"] in {"Major", "Outstanding"}
        is_strong |= row["early_results"] == "Significant"
        tops = set()
        for tag in areas(data, key):
            [area] = parts(rows[tag], "exactMatch") or {tag}
            tops |= parts(rows[area], "broader") or {area}
        counts.update(tops)
        strong.update(tops if is_strong else ())
    answers = data.ask("areas-with-strong-results", minimum="5")
    assert {a["area"]: (int(a["known"]), int(a["strong"])) for a in answers} == {
        area: (number, strong[area]) for area, number in counts.items() if number >= 5
    }


def test_23_development_goals(data: QueriedRelease) -> None:
    """The tag; no source names a goal."""
    wanted = {k for k in data.tables.rows if "sustainable-development-goals" in areas(data, k)}
    answers = data.ask("development-goals")
    assert {a["commitment"] for a in answers} == wanted
    assert not any("goal" in a for a in answers)


@pytest.mark.parametrize(
    "area", ["fiscal-openness", "anti-corruption-and-integrity", "open-parliaments", "lobbying"]
)
def test_24_under_an_area(data: QueriedRelease, area: str) -> None:
    """Commitments tagged with a narrower area, or with a code of 2016 that means the same."""
    below = meaning(narrower(area))
    wanted = {key for key in data.tables.rows if areas(data, key) & below}
    assert {a["commitment"] for a in data.ask("under-an-area", area=area)} == wanted


def test_25_national_and_local(data: QueriedRelease) -> None:
    """Countries that have local members: their tagged commitments, and those of the members."""
    members = read(data.tables.sources / "members/members.csv")
    codes = {row["name"]: row["ogp_code"] for row in members}
    countries = {codes.get(row["parent_country"], "") for row in members} - {""}
    local = {row["ogp_code"] for row in members if row["parent_country"]} - {""}
    wanted = set()
    for key, row in data.tables.rows.items():
        if row["ogp_code"] in countries and areas(data, key) & meaning({"subnational"}):
            wanted.add((key, "national"))
        if row["ogp_code"] in local:
            wanted.add((key, "local"))
    answers = data.ask("national-and-local")
    assert {(a["commitment"], a["level"]) for a in answers} == wanted


@pytest.mark.parametrize("day", ["2019-05-01", "2013-01-01"])
def test_26_running_on(data: QueriedRelease, day: str) -> None:
    """Both dates are known, and the day lies between."""
    wanted = set()
    for key, row in data.tables.rows.items():
        start, end = period(row)
        if start and end and start <= date.fromisoformat(day) <= end:
            wanted.add(key)
    assert {a["commitment"] for a in data.ask("running-on", day=day)} == wanted
    assert wanted


def test_27_milestones_due(shipped: QueriedRelease) -> None:
    """Milestones whose end, as exact as printed, lies in the year."""
    rows = read(SOURCES / "estonia/estonia_milestones.csv")
    wanted = {
        (r["commitment_id"], r["milestone_number"]) for r in rows if r["end_date"][:4] == "2019"
    }
    answers = shipped.ask("milestones-due", **{"from": "2019-01-01", "until": "2019-12-31"})
    assert {(a["commitment"], a["number"]) for a in answers} == wanted
    assert wanted


def outside(data: QueriedRelease) -> dict[tuple[str, str], tuple[bool | None, bool | None]]:
    """Return of each commitment and plan whether it starts before the plan, and ends after it; None for unknown.

    Estonia's plans have days of their own, some also starts; else the cycle and the last year of the plan count.
    """
    plans = read(SOURCES / "estonia/estonia_plans.csv")
    own = {f"EST{int(row['action_plan_number']):02}": row for row in plans}
    years = {
        plan: row["action_plan_end_year"]
        for row in data.tables.rows.values()
        for plan in data.tables.plans(row)[:1]
        if row["action_plan_end_year"] and (data.sheet or row["ogp_code"] != "EST")
    }
    verdicts: dict[tuple[str, str], tuple[bool | None, bool | None]] = {}
    for key, row in data.tables.rows.items():
        start, end = spans(with_printed_dates(row))
        for plan in data.tables.plans(row):
            cells = own.get(plan, {})
            cycle = cells.get("cycle") or row["action_plan_cycle"]
            first = span(cells.get("start_date", "")) or span(cycle)
            last = span(cells.get("end_date", "")) or span(years.get(plan, ""))
            early = late = None
            if start and first and (start[1] < first[0] or start[0] >= first[0]):
                early = start[1] < first[0]
            if end and (not last or end[0] > last[1] or end[1] <= last[1]):
                late = bool(last) and end[0] > last[1]
            verdicts[key, plan] = early, late if last or late is None else None
    return verdicts


def test_28_outside_their_plan(data: QueriedRelease) -> None:
    """All days that the start can mean lie before the plan, or all that the end can mean after it."""
    wanted = {place for place, verdict in outside(data).items() if True in verdict}
    answers = data.ask("outside-their-plan")
    assert {(a["commitment"], a["plan"]) for a in answers} == wanted


def test_28_leaves_out_what_may_lie_outside(data: QueriedRelease) -> None:
    """A start of 2014 may lie before a plan of June 2014."""
    verdicts = outside(data)
    wanted = {key for (key, _), v in verdicts.items() if None in v and True not in v}
    unknown = {
        row["thing"]: row["notKnown"] for row in data.ask("outside-their-plan", unknown=True)
    }
    assert unknown.keys() == wanted
    vague = {
        key
        for (key, plan), verdict in verdicts.items()
        if (plan, verdict[0]) == ("EST02", None) and True not in verdict
        if data.tables.rows[key]["start_date"] == "2014"
    }
    assert all("start" in unknown[key] for key in vague)


def test_29_report_delay(data: QueriedRelease) -> None:
    """Year of the last report less the year in which the plan ended, plans of other members."""
    wanted = {}
    for row in data.tables.rows.values():
        years = row["end_of_term_report_year"], row["action_plan_end_year"]
        if row["ogp_code"] != "EST" and all(years):
            wanted[data.tables.plans(row)[0]] = int(years[0]) - int(years[1])
    answers = {a["plan"]: int(a["years"]) for a in data.ask("report-delay")}
    assert {p: n for p, n in answers.items() if not p.startswith("EST")} == wanted
    assert answers["EST03"] == 2019 - 2018


def test_30_indicator_windows(data: QueriedRelease) -> None:
    """The rows of the code list."""
    rows = read(ROOT / "ontology/codelists/indicator-window.csv")
    answers = data.ask("indicator-windows")
    assert sorted((a["indicator"], a["first"], a.get("last", "")) for a in answers) == sorted(
        (r["indicator"], r["firstCycle"], r["lastCycle"]) for r in rows
    )


def test_31_lens_share(data: QueriedRelease) -> None:
    """From 2020 the column for relevance is the lens; a row is what reports on its first plan say."""
    coded: Counter[str] = Counter()
    lens: Counter[str] = Counter()
    for row in data.tables.rows.values():
        if int(row["action_plan_cycle"]) >= 2020 and row["relevant_to_ogp_values"]:
            for plan in data.tables.plans(row)[:1]:
                coded[plan] += 1
                lens[plan] += row["relevant_to_ogp_values"] == "Yes"
    answers = data.ask("lens-share")
    assert {a["plan"]: (int(a["coded"]), int(a["withLens"])) for a in answers} == {
        plan: (number, lens[plan]) for plan, number in coded.items()
    }
    shares = [float(a["share"]) for a in answers]
    assert shares == sorted(shares, reverse=True)


def test_32_and_33_what_reports_say_of_plans(shipped: QueriedRelease) -> None:
    """Cells of the table of reports."""
    rows = read(SOURCES / "estonia/estonia_reports.csv")
    for name, column, key in (
        ("contrary-to-process", "contrary_to_process", "answer"),
        ("public-influence", "public_influence_level", "level"),
    ):
        wanted = {(f"EST{int(r['action_plan_number']):02}", r[column]) for r in rows if r[column]}
        if name == "public-influence":
            wanted |= {
                (plan, row["IAP2 level during development"])
                for plan, row in processes(shipped.tables.sources).items()
                if row["IAP2 level during development"] not in {"NR", "NA"}
            }
        assert {(a["plan"], a[key]) for a in shipped.ask(name)} == wanted
        assert wanted


def test_34_printed_and_counted(shipped: QueriedRelease) -> None:
    """The printed number of commitments assessed against the rows of the plan; a further plan did not assess them."""
    counted: Counter[str] = Counter()
    for row in shipped.tables.rows.values():
        counted.update(shipped.tables.plans(row)[:1])
    wanted = set()
    for row in read(SOURCES / "estonia/estonia_reports.csv"):
        if row["commitments_assessed"] and row["action_plan_number"]:
            plan = f"EST{int(row['action_plan_number']):02}"
            if int(row["commitments_assessed"]) != counted[plan]:
                wanted.add((plan, int(row["commitments_assessed"]), counted[plan]))
    answers = shipped.ask("printed-and-counted")
    assert {(a["plan"], int(a["printed"]), int(a["counted"])) for a in answers} == wanted
    assert not any(a["plan"] == "EST05" for a in answers), "the review prints the four of its plan"


def test_35_self_assessments(shipped: QueriedRelease) -> None:
    """Plans that no self-assessment of the table is about."""
    rows = read(SOURCES / "estonia/estonia_reports.csv")
    with_one = {
        int(r["action_plan_number"])
        for r in rows
        if "self-assessment" in r["report_type"] and r["action_plan_number"]
    }
    plans = {int(r["action_plan_number"]) for r in read(SOURCES / "estonia/estonia_plans.csv")}
    answers = shipped.ask("self-assessments")
    assert {a["plan"] for a in answers} == {f"EST{n:02}" for n in plans - with_one}


def test_35_self_assessments_that_the_irm_says_were_not_published(whole: QueriedRelease) -> None:
    """Sixteen plans of the process table, each of another member, and none with a yes."""
    column = "Self-assessment: Was annual progress report published?"
    answer_of = {plan: row[column] for plan, row in processes(whole.tables.sources).items()}
    lacking = {plan for plan, text in answer_of.items() if text == "No"}
    assert len(lacking) == len({plan[:-2] for plan in lacking}) == 16
    for plan in lacking:
        answers = whole.ask("self-assessments", member=plan[:-2])
        assert [(a["plan"], a["basis"]) for a in answers] == [(plan, "IRM says no")]
    assert "Yes" in answer_of.values()
    assert whole.ask("self-assessments", member="GBR") == []


def test_37_report_authors(shipped: QueriedRelease) -> None:
    """Names and affiliations as the table has them."""
    rows = [r for r in read(SOURCES / "estonia/estonia_reports.csv") if r["author"]]
    answers = shipped.ask("report-authors")
    assert {a["name"] for a in answers} == {
        name.strip() for row in rows for name in row["author"].split(";")
    }
    printed = {row["author_affiliation"] for row in rows} - {""}
    assert {a["affiliation"] for a in answers if "affiliation" in a} == printed


def test_38_where_from(shipped: QueriedRelease) -> None:
    """Every statement names its graph; those read name the row of the table."""
    answers = shipped.ask("where-from", commitment="EE0050")
    lines = (SOURCES / "estonia/estonia.csv").read_text(encoding="utf-8")
    number = next(
        n for n, row in enumerate(csv.reader(lines.splitlines()), 1) if row[0] == "EE0050"
    )
    read_ones = [a for a in answers if a.get("how") == "Read"]
    assert {a["row"] for a in read_ones} == {f"estonia.csv#row={number}"}
    assert {a["read"] for a in read_ones} == {"2026-11-23"}
    assert "EE0050" in {a["value"] for a in answers}


def test_40_how_read(shipped: QueriedRelease) -> None:
    """Read, derived and reconciled statements, and nothing translated by machine."""
    answers = {a["how"]: int(a["statements"]) for a in shipped.ask("how-read")}
    reconciled = sum(
        len(named(row, column))
        for row in shipped.tables.rows.values()
        for column in ("lead_institution", "supporting_institutions")
    )
    assert answers["Reconciled"] >= reconciled > 0
    assert set(answers) >= {"Read", "Derived", "Reconciled"}
    assert "translated by machine" not in answers


def test_41_linked_members(data: QueriedRelease) -> None:
    """Identifiers of the table of members, and commitments counted."""
    counted = Counter(row["ogp_code"] for row in data.tables.rows.values())
    table = read(data.tables.sources / "members/members.csv")
    members = {r["ogp_code"] or r["iso3"]: r for r in table}
    answers = {a["member"]: a for a in data.ask("linked-members")}
    assert {name: int(a["commitments"]) for name, a in answers.items()} == {
        members[code]["name"]: number for code, number in counted.items()
    }
    for code in counted:
        entity = answers[members[code]["name"]].get("wikidata", "")
        assert entity == members[code]["wikidata"].rpartition("/")[2]


def test_42_countries_and_laws(shipped: QueriedRelease) -> None:
    """Every commitment with its country; no law was verified."""
    answers = shipped.ask("countries-and-laws")
    assert {a["commitment"] for a in answers} == {
        r["commitment_id"] for r in shipped.tables.where(ogp_code="EST")
    }
    assert {a["wikidata"] for a in answers} == {"Q191"}
    assert not any("law" in a for a in answers)


UNANSWERED = {
    "changed-lead": "continues",
    "predecessors": "resultedFrom",
    "self-against-irm": "assessor/government",
    "report-versions": "versionOf",
    "data-themes": "data-theme",
    "re-identified": "adms#identifier",
}


@pytest.mark.parametrize("name", UNANSWERED)
def test_what_the_data_cannot_answer_says_so(shipped: QueriedRelease, name: str) -> None:
    """No row, a reason told, and on invented data the same query answers (18, 19, 36, 39, 43, 44)."""
    query = load_named()[name]
    assert query.unanswered
    assert shipped.ask(name) == []
    model_free = (Path(__file__).parent / "invented.ttl").read_bytes()
    quads = list(parse_quads(model_free, "ttl", "http://localhost:8000/id/"))
    assert any(UNANSWERED[name] in str(quad) for quad in quads)


@pytest.mark.parametrize("name", UNANSWERED)
def test_the_query_answers_once_there_is_data(name: str, model: Model, tmp_path: Path) -> None:
    """On invented statements each gives its one row."""
    content = (Path(__file__).parent / "invented.ttl").read_bytes()
    lines = {f"{quad} .\n" for quad in parse_quads(content, "ttl", "http://localhost:8000/id/")}
    codes = {f"{quad} .\n" for quad in model.code_quads()}
    file = tmp_path / "data.nq.gz"
    file.write_bytes(gzip.compress("".join(sorted(lines | codes)).encode()))
    store = EmbeddedStore.load(file, len(lines | codes))
    values = {"institution": "AAA-new-ministry"} if name == "predecessors" else {}
    text = load_named()[name].bound(values, model, Iris("http://localhost:8000/"))
    answer = store.answer(Query(text, ("csv", "")))
    assert answer.rows == (2 if name == "re-identified" else 1), answer.body.decode()


def test_every_question_is_numbered_and_recounted() -> None:
    """Numbers run from 1; a test of this folder works with its name, and rows have an order."""
    queries = load_named().values()
    assert sorted(query.number for query in queries) == list(range(1, len(queries) + 1))
    trees = (
        ast.parse(path.read_text(encoding="utf-8"))
        for path in Path(__file__).parent.glob("test_*.py")
    )
    recounted = {name for tree in trees for name in _texts(tree)}
    for query in queries:
        assert query.name in recounted, f"tests/queries has no recount of {query.name}"
        assert "ORDER BY" in query.text, query.name


def _texts(tree: ast.AST) -> Iterator[str]:
    """Yield the texts of a file that its statements use; docstrings are none."""
    unused = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in unused
        ):
            yield node.value
