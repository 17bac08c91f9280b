"""What a row holds and nobody reads is told, with the cells that decide it."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.small_data import build, small_source

from ogpld.report import Finding, Severity

TOML = """[[table]]
file = "t.csv"
unit = "t"
empty = ["-"]
[table.things.plan]
class = "ActionPlan"
key = "{plan}"
mention = true
[table.things.body]
class = "Institution"
key = "EST-{id}"
mention = true
[table.things.commitment]
class = "Commitment"
key = "{id}"
when = { level = "commitment" }
links = { plans = "plan", lead = "body" }
[table.things.cluster]
class = "Cluster"
key = "{plan}-irm-{id}"
when = { level = ["cluster", "theme"] }
links = { plans = "plan" }
[table.assessments]
target = "commitment"
plan = "plan"
cycle = "{cycle}"
"""
MAPPING = """table,column,thing,term,how,note
t.csv,id,commitment,identifier,value,
t.csv,level,,,key,
t.csv,plan,,,key,
t.csv,cycle,,,key,
t.csv,title,commitment,title,text:en,
t.csv,title,cluster,title,text:en,
t.csv,theme,commitment,theme,text:en,
t.csv,completion,commitment,change-in-completion,assess:end-of-term,
t.csv,steps,commitment,steps,detail:completion,
t.csv,reasons,,,no-values,
"""
COLUMNS = ("id", "level", "plan", "cycle", "title", "theme", "completion", "steps", "reasons")


def findings(folder: Path, *rows: dict[str, str], toml: str = TOML) -> list[Finding]:
    """Return what mapping a table of commitments finds; rows give what they have else than usual."""
    usual = {"level": "commitment", "plan": "EST01", "cycle": "2016", "title": "A title"}
    lines = [
        ",".join({**usual, "id": f"EE{at:04}", **row}.get(column, "") for column in COLUMNS)
        for at, row in enumerate(rows, 2)
    ]
    table = "\n".join([",".join(COLUMNS), *lines, ""])
    small_source(folder / "data", "mine", toml, t__csv=table, mapping__csv=MAPPING)
    result, _ = build(folder / "data", folder / "home")
    assert result.report is not None
    return [f for f in result.report.findings if not f.component and "frozen" not in f.message]


def test_a_whole_row_says_nothing_more(tmp_path: Path) -> None:
    """Rows of each kind, with indicators, details and reasons, are read without a finding."""
    rows = [
        {"completion": "Increase", "steps": "1"},
        {"reasons": "completion=NR"},
        {"level": "theme"},
        {"level": "cluster", "theme": "-"},
    ]
    assert findings(tmp_path, *rows) == []


@pytest.mark.parametrize("level", ["Commitment", "comitment", "", "-"])
def test_a_row_that_tells_of_nothing_is_a_violation(tmp_path: Path, level: str) -> None:
    """At the cell that decides, with what it may say."""
    (finding,) = findings(tmp_path, {}, {"level": level})
    assert (finding.severity, str(finding.where[0])) == (Severity.VIOLATION, "t.csv, row 3, column level")  # fmt: skip
    says = "says nothing" if level in {"", "-"} else f"says {level!r}"
    assert finding.message.endswith(
        f"'level' {says}, and takes 'commitment' or 'cluster' or 'theme'"
    )


def test_a_row_with_its_keys_alone_tells_of_nothing_too(tmp_path: Path) -> None:
    """Columns that keys are made of are no cells that anything else reads."""
    (finding,) = findings(tmp_path, {}, {"level": "x", "title": ""})
    assert finding.message.startswith("the row tells of nothing and was not read")


def test_cells_of_a_thing_that_is_not_there_are_a_warning(tmp_path: Path) -> None:
    """The rest of the row is read."""
    (finding,) = findings(tmp_path, {"level": "theme", "theme": "Budget"})
    assert (finding.severity, str(finding.where[0])) == (Severity.WARNING, "t.csv, row 2, column theme")  # fmt: skip
    assert "'level' says 'theme', and takes 'commitment'" in finding.hint


def test_a_row_that_describes_what_it_mentions_is_none_of_them(tmp_path: Path) -> None:
    """It tells of something, and loses nothing."""
    toml = TOML.replace("mention = true\n[table.things.body]", 'mention = true\nvalues = { note = "{theme}" }\n[table.things.body]')  # fmt: skip
    assert findings(tmp_path, {"level": "plan", "title": "", "theme": ""}, toml=toml) == []


@pytest.mark.parametrize("plan", ["the plan of 2016", "EST/01"])
def test_a_mention_without_a_usable_key_is_a_violation(tmp_path: Path, plan: str) -> None:
    """It would be a link that is lost; a key that is left empty is none."""
    toml = TOML.replace('"EST-{id}"', '"EST-{theme}"')
    (finding,) = findings(tmp_path, {"plan": plan, "completion": "x"}, {"plan": ""}, toml=toml)
    assert (finding.severity, str(finding.where[0])) == (Severity.VIOLATION, "t.csv, row 2, column plan")  # fmt: skip
    assert finding.message == f"the ActionPlan has no usable key: '{{plan}}' gives {plan!r}"


@pytest.mark.parametrize("cycle", ["2016-2018", "", "2016.0", "20166", "-"])
@pytest.mark.parametrize(
    "filled", [{"completion": "Major"}, {"steps": "2"}, {"reasons": "completion=NR"}]
)
def test_indicators_without_a_year_are_a_violation(
    tmp_path: Path, cycle: str, filled: dict[str, str]
) -> None:
    """At the cell of the cycle, once a row; a row without indicators needs none."""
    (finding,) = findings(tmp_path, {"cycle": cycle, **filled}, {"cycle": cycle})
    assert (finding.severity, str(finding.where[0])) == (Severity.VIOLATION, "t.csv, row 2, column cycle")  # fmt: skip
    assert finding.message.endswith("so the indicators of the row were not read")
    assert repr(next(iter(filled))) in finding.hint


def test_indicators_without_a_plan_are_a_violation(tmp_path: Path) -> None:
    """At the cells that its key is made of."""
    (finding,) = findings(tmp_path, {"plan": "", "completion": "Major"})
    assert (finding.severity, str(finding.where[0])) == (Severity.VIOLATION, "t.csv, row 2, column plan")  # fmt: skip
    assert "no 'plan'" in finding.message


@pytest.mark.parametrize(("cells", "refused"), [
    ({"steps": "7"}, True),
    ({"steps": "7", "completion": "NR"}, True),
    ({"steps": "NR", "completion": "NR"}, False),
    ({"steps": "NR"}, False),
    ({"steps": "-"}, False),
])  # fmt: skip
def test_a_detail_of_no_assessment_is_a_violation(
    tmp_path: Path, cells: dict[str, str], *, refused: bool
) -> None:
    """The number would be lost; a reason why there is none may stand there."""
    places = [
        (f.severity, str(f.where[0]))
        for f in findings(tmp_path, cells)
        if "which has no value" in f.message
    ]
    assert places == [(Severity.VIOLATION, "t.csv, row 2, column steps")] * refused


def test_reasons_for_columns_of_no_indicator_are_counted(tmp_path: Path) -> None:
    """They cannot be published; what is no reason is a Violation there too."""
    counted, *none = findings(tmp_path, {"reasons": "theme=NR"}, {"reasons": "theme=ND"}, {"reasons": "theme=x"})[::-1]  # fmt: skip
    assert (counted.severity, str(counted.where[0])) == (
        Severity.INFO,
        "t.csv, row 1, column theme",
    )
    assert counted.message == "reasons for empty cells of 'theme' were not published, 2 in all: it holds no indicator"  # fmt: skip
    assert [f.message for f in none] == ["'x' is no reason for an empty cell"]
