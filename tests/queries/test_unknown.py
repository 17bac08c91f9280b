"""What each question leaves out because a value is not known, recounted from the tables by other code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date

import pytest
from support.area_lists import EU, areas, meaning, narrower, tagged_after_others
from support.explorer_tables import processes
from support.source_tables import SOURCES, QueriedRelease, Row, period, read, with_printed_dates

from ogpld.errors import ModelError
from ogpld.queries.named import load_named, parse_named
from ogpld.queries.named.unknown import Need, summary, unknown_query

#: A test of a value: None where it is not known.
Test = Callable[[Row], bool | None]


def cell(column: str, *wanted: str) -> Test:
    """Return a test of a cell: whether it is one of the texts, None where it is empty."""
    return lambda row: (row[column] in wanted or not wanted) if row.get(column) else None


def before_2020(test: Test) -> Test:
    """Return a test of an indicator that was in use until the cycle 2019."""
    return lambda row: test(row) if int(row["action_plan_cycle"]) < 2020 else None


def from_2020(test: Test) -> Test:
    """Return a test of an indicator that is in use since the cycle 2020."""
    return lambda row: test(row) if int(row["action_plan_cycle"]) >= 2020 else None


def ambition(row: Row) -> bool | None:
    """Return whether a commitment is ambitious by either scale; an unclear impact is not known."""
    impact, results = row["potential_impact"], row["potential_for_results"]
    if impact in {"", "Unclear"} and not results:
        return None
    return impact in {"Moderate", "Transformative"} or results == "Substantial"


def results(row: Row) -> bool | None:
    """Return whether results are strong; none to report yet are not known."""
    opened, early = row["diog_overall"], row["early_results"]
    if opened in {"", "No early results to report yet"} and not early:
        return None
    return opened in {"Major", "Outstanding"} or early == "Significant"


def latest(wanted: str) -> Test:
    """Return a test of completion at the end, else at mid-term."""

    def test(row: Row) -> bool | None:
        value = row["completion_end_of_term"] or row["completion_midterm"]
        return value == wanted if value else None

    return test


def day(text: date | None) -> bool | None:
    """Return whether a day is known."""
    return None if text is None else True


COMPLETE = cell("completion_end_of_term", "Complete")
LOW = cell("completion_end_of_term", "Limited", "Not Started")
VALUE = "diog_access_to_information", "diog_civic_participation", "diog_public_accountability"


def not_high(row: Row) -> bool | None:
    """Return whether completion at the end is low; an unclear one is not known."""
    return None if row["completion_end_of_term"] == "Unclear" else LOW(row)


#: The values that decide, by question about commitments; each has the name its list gives it.
DECIDING: Mapping[str, Mapping[str, Test]] = {
    "ambitious-and-dropped": {
        "ambition": ambition,
        "completion": not_high,
        "carried forward": cell("carried_forward", "No"),
    },
    "carried-forward": {"carried forward": cell("carried_forward", "Yes")},
    "complete-but-not-verifiable": {
        "verifiability": cell("verifiable", "No"),
        "completion": COMPLETE,
    },
    "complete-but-unchanged": {
        "completion": COMPLETE,
        "did it open government": cell("diog_overall", "Did Not Change"),
    },
    "opened-government": {
        "did it open government": cell("diog_overall", "Major", "Outstanding"),
    },
    "transformative-but-limited": {
        "potential impact": cell("potential_impact", "Transformative"),
        "completion": latest("Limited"),
    },
    "lost-stars": {
        "star at mid-term": cell("starred_midterm", "Yes"),
        "star at the end of the term": cell("starred_end_of_term", "No"),
    },
    "relevant-to-none": {"relevance": before_2020(cell("relevant_to_ogp_values", "No"))},
    "results-by-value": {
        "access to information": cell(VALUE[0]),
        "civic participation": cell(VALUE[1]),
        "public accountability": cell(VALUE[2]),
    },
}


def missing(rows: list[Row], tests: Mapping[str, Test]) -> dict[str, str]:
    """Return what is not known of each row that no known value keeps from the answer."""
    by_thing = {}
    for row in rows:
        outcomes = {name: test(row) for name, test in tests.items()}
        if None in outcomes.values() and False not in outcomes.values():
            unknown = [name for name, value in outcomes.items() if value is None]
            by_thing[row["commitment_id"]] = ", ".join(unknown)
    return by_thing


def left_out(data: QueriedRelease, name: str, **values: str) -> dict[str, str]:
    """Return what a question leaves out, with what is not known; each thing stands once."""
    rows = data.ask(name, unknown=True, **values)
    reasons = {row["thing"]: row["notKnown"] for row in rows}
    assert len(reasons) == len(rows)
    return reasons


@pytest.mark.parametrize("name", DECIDING)
def test_what_is_left_out_is_counted_from_the_tables(data: QueriedRelease, name: str) -> None:
    """Row by row, with the names of what is missing."""
    rows = list(data.tables.rows.values())
    wanted = missing(rows, DECIDING[name])
    assert left_out(data, name) == wanted
    assert wanted
    assert not {row.get("commitment") for row in data.ask(name)} & wanted.keys()


def test_eight_ambitious_and_incomplete_commitments_do_not_vanish(sample: QueriedRelease) -> None:
    """Of 11, two were not carried forward, one was, and of eight nobody knows."""
    reasons = summary(left_out(sample, "ambitious-and-dropped").values())
    assert dict(reasons.groups)["carried forward"] == 8
    assert len(sample.ask("ambitious-and-dropped")) == 2
    ambitious = [row for row in sample.tables.rows.values() if ambition(row) and not_high(row)]
    assert len(ambitious) == 11
    assert [r["commitment_id"] for r in ambitious if r["carried_forward"] == "Yes"] == ["LV0019"]
    assert str(reasons).startswith("48 not known, left out (carried forward 8; ")


def test_shares_say_of_how_many_nothing_is_known(data: QueriedRelease) -> None:
    """Known and not known together are the commitments of the area; the lens likewise."""
    rows = data.tables.rows
    wanted = {k for k, row in rows.items() if data.tables.areas[k] and results(row) is None}
    answers = {a["label"]: a for a in data.ask("areas-with-strong-results", minimum="1")}
    for label, code in (("Open Data", "open-data"), ("Justice", "justice")):
        tagged = [k for k in rows if areas(data, k) & meaning({code} | narrower(code))]
        assert int(answers[label]["known"]) + int(answers[label]["notKnown"]) == len(tagged)
        assert int(answers[label]["notKnown"]) == len(wanted & set(tagged))
    lens = from_2020(cell("relevant_to_ogp_values"))
    recent = [r for r in rows.values() if int(r["action_plan_cycle"]) >= 2020]
    elsewhere = {r["commitment_id"]: r for r in recent if len(data.tables.plans(r)) > 1}
    unknown = missing(recent, {"lens": lens}).keys()
    assert left_out(data, "lens-share").keys() == unknown | elsewhere.keys()
    for answer in data.ask("lens-share"):
        of_plan = [r for r in recent if answer["plan"] in data.tables.plans(r)]
        further = [r for r in elsewhere.values() if answer["plan"] in data.tables.plans(r)[1:]]
        assert int(answer["notKnown"]) == len(missing(of_plan, {"lens": lens})) + len(further)
        assert int(answer["coded"]) + int(answer["notKnown"]) == len(of_plan)


@pytest.mark.parametrize("member", ["EST", "GEO", "NLD"])
def test_completion_that_changed_needs_both_phases(data: QueriedRelease, member: str) -> None:
    """Of a member, where one of both is empty."""
    tests = {
        "completion at mid-term": cell("completion_midterm"),
        "completion at the end of the term": cell("completion_end_of_term"),
    }
    rows = data.tables.where(ogp_code=member)
    assert left_out(data, "completion-changes", member=member) == missing(rows, tests)


def test_what_ran_on_a_day_needs_both_dates(data: QueriedRelease) -> None:
    """A start after the day, or an end before it, is known not to fit."""
    day = date(2019, 5, 1)
    tests: dict[str, Test] = {
        "start": lambda row: None if (d := period(row)[0]) is None else d <= day,
        "end": lambda row: None if (d := period(row)[1]) is None else d >= day,
    }
    rows = [with_printed_dates(row) for row in data.tables.rows.values()]
    assert left_out(data, "running-on", day="2019-05-01") == missing(rows, tests)


def test_potential_since_2020(data: QueriedRelease) -> None:
    """Only of plans from the cycle 2020."""
    rows = [r for r in data.tables.rows.values() if int(r["action_plan_cycle"]) >= 2020]
    tests = {"potential for results": cell("potential_for_results", "Substantial")}
    assert left_out(data, "substantial-potential") == missing(rows, tests)


def test_made_worse(data: QueriedRelease) -> None:
    """Neither overall nor by value does anything say Worsens, and one of both is not known."""
    wanted = {}
    for key, row in data.tables.rows.items():
        overall = row["diog_overall"]
        values = [row[name] for name in row if name.startswith("diog_") and name != "diog_overall"]
        names = [] if overall else ["did it open government"]
        names += [] if any(values) else ["the same by OGP value"]
        if names and "Worsens" not in (overall, *values):
            wanted[key] = ", ".join(names)
    assert left_out(data, "made-worse") == wanted


def test_a_list_that_lacks_an_area_says_nothing_of_it(data: QueriedRelease) -> None:
    """What was tagged after the list of 2016 alone is as unknown as what nobody tagged."""
    goals = tagged_after_others(data, {"sustainable-development-goals"})
    assert left_out(data, "development-goals").keys() == goals
    for area in ("fiscal-openness", "anti-corruption-and-integrity"):
        unknown = left_out(data, "under-an-area", area=area)
        assert unknown.keys() == tagged_after_others(data, narrower(area))
        assert not {a["commitment"] for a in data.ask("under-an-area", area=area)} & unknown.keys()
    assert left_out(data, "under-an-area", area="lobbying") == {}  # nothing lies in it


def test_ownership_and_lobbying_are_unknown_to_the_list_of_2016(whole: QueriedRelease) -> None:
    """Of the commitments in the European Union most were tagged after that list alone."""
    wanted = {
        key
        for key in tagged_after_others(whole, {"beneficial-ownership", "lobbying"})
        if whole.tables.rows[key]["ogp_code"] in EU
    }
    assert left_out(whole, "ownership-and-lobbying").keys() == wanted
    assert len(wanted) == 386


def test_a_tag_of_2016_that_means_the_same_is_known(whole: QueriedRelease) -> None:
    """A national commitment without it is known not to be about local government."""
    untagged = {key for key, tags in whole.tables.areas.items() if not tags}
    assert left_out(whole, "national-and-local").keys() <= untagged
    assert tagged_after_others(whole, {"subnational"}) == untagged


def test_plans_tagged_after_other_lists_are_left_out(whole: QueriedRelease) -> None:
    """Of Finland all commitments of the two plans; of Estonia none."""
    finnish = {row["commitment_id"] for row in whole.tables.where(ogp_code="FIN")}
    assert left_out(whole, "new-and-dropped-areas", member="FIN").keys() == finnish
    assert left_out(whole, "new-and-dropped-areas", member="EST") == {}


def test_self_assessments_are_known_where_one_is_listed_or_the_irm_says(
    shipped: QueriedRelease,
) -> None:
    """No self-assessment of Latvia was read: only the plan of which the IRM says so is said to lack one."""
    plans = {p for row in shipped.tables.where(ogp_code="LVA") for p in shipped.tables.plans(row)}
    column = "Self-assessment: Was annual progress report published?"
    lacking = {
        p for p, row in processes(shipped.tables.sources).items() if row[column] == "No"
    } & plans
    assert {a["plan"] for a in shipped.ask("self-assessments", member="LVA")} == lacking
    assert left_out(shipped, "self-assessments", member="LVA").keys() == plans - lacking
    assert left_out(shipped, "self-assessments", member="EST") == {}
    assert {a["letterYear"] for a in shipped.ask("self-assessments", member="EST")} == {"2018"}


def test_milestones_without_an_end(shipped: QueriedRelease) -> None:
    """The two whose end cell is empty."""
    rows = read(SOURCES / "estonia/estonia_milestones.csv")
    wanted = {
        f"{r['commitment_id']}-m{r['milestone_number'].replace('.', '-')}"
        for r in rows
        if not r["end_date"]
    }
    assert left_out(shipped, "milestones-due").keys() == wanted


def test_authors_nobody_named(shipped: QueriedRelease) -> None:
    """Reports of Estonia without an author in the table."""
    rows = read(SOURCES / "estonia/estonia_reports.csv")
    named = {a["report"] for a in shipped.ask("report-authors")}
    reasons = left_out(shipped, "report-authors")
    assert len(named | reasons.keys()) == len(rows)
    assert not named & reasons.keys()


def test_printed_totals_and_plans(shipped: QueriedRelease) -> None:
    """Every plan has a number that a report prints, or is left out."""
    rows = read(SOURCES / "estonia/estonia_reports.csv")
    printed = {f"EST{int(r['action_plan_number']):02}" for r in rows if r["commitments_assessed"]}
    plans = {p for row in shipped.tables.rows.values() for p in shipped.tables.plans(row)}
    plans |= processes(shipped.tables.sources).keys()
    assert left_out(shipped, "printed-and-counted").keys() == plans - printed


def test_every_question_says_what_it_leaves_out() -> None:
    """By needs, or why nothing is left out; a new question cannot forget it."""
    for name, query in load_named().items():
        assert bool(query.unknown) != bool(query.whole), name


def test_a_failed_criterion_has_its_sum(data: QueriedRelease) -> None:
    """The sum over all members is that of its rows."""
    sums: Counter[str] = Counter()
    answers = data.ask("failed-star-criteria")
    for answer in answers:
        sums[answer["criterion"]] += int(answer["commitments"])
    assert {a["criterion"]: int(a["overall"]) for a in answers} == sums


HEAD = "# number: 1\n# topic: Time\n# title: T\n# description: D\n"


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("# among: ?thing ?a ?b .\n", "'among' stands with 'needs'"),
        ("# needs: x | ?thing ?p ?value\n", "'among' stands with 'needs'"),
        ("# among: ?thing ?a ?b .\n# needs: x | ?thing ?p ?o\n", "a pattern with \\?value"),
        ("# among: ?thing ?a ${x} .\n# needs: x | ?thing ?p ?value\n", "'x' has no parameter"),
    ],
)
def test_a_question_that_says_it_by_half_is_refused(lines: str, words: str) -> None:
    """When the file is read."""
    with pytest.raises(ModelError, match=words):
        parse_named("x", f"{HEAD}{lines}SELECT * {{ ?s ?p ?o }}\n")


def test_the_query_declares_the_prefixes_it_uses() -> None:
    """Those of vocabularies by their names, others are code lists."""
    text = unknown_query(
        "?thing a ogpld:Commitment .",
        [Need("x", "?thing ogpld:x ?value", "?value = completion:limited")],
    )
    assert "PREFIX completion: <https://w3id.org/ogpld/code/completion/>" in text
    assert "PREFIX ogpld: <https://w3id.org/ogpld/ns#>" in text
    assert "?value = " not in text
