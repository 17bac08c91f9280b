"""What a row holds and nobody reads is told, with the cells that decide it."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.small_data import build, small_source

from ogpld.iris import Iris
from ogpld.model import Model
from ogpld.report import Finding, Severity
from ogpld.sources.ledger import Ledger
from ogpld.sources.mapping import MappingLine
from ogpld.sources.row_things import RowThing
from ogpld.sources.source_description import TableDescription, ThingDefinition

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
#: The same, with a number of steps that is none.
NO_STEPS = MAPPING.replace("detail:completion", "detail:completion empty=0")
BODIES = """[[table]]
file = "t.csv"
unit = "t"
empty = ["-"]
[table.things.plan]
class = "ActionPlan"
key = "{plan}"
mention = true
[table.things.agency]
class = "Institution"
key = "EST-{id}"
when = { kind = "agency" }
"""
MAPPING_OF_BODIES = """table,column,thing,term,how,note
t.csv,id,,,key,
t.csv,kind,,,key,
t.csv,plan,,,key,
t.csv,title,plan,title,text:en,
t.csv,reg,agency,registerNumber,value empty=0,
t.csv,gone,agency,classification,flag:agency,
"""
COLUMNS = ("id", "level", "plan", "cycle", "title", "theme", "completion", "steps", "reasons")


def findings(
    folder: Path, *rows: dict[str, str], toml: str = TOML, mapping: str = MAPPING
) -> list[Finding]:
    """Return what mapping a table of commitments finds; rows give what they have else than usual."""
    usual = {"level": "commitment", "plan": "EST01", "cycle": "2016", "title": "A title"}
    lines = [
        ",".join({**usual, "id": f"EE{at:04}", **row}.get(column, "") for column in COLUMNS)
        for at, row in enumerate(rows, 2)
    ]
    table = "\n".join([",".join(COLUMNS), *lines, ""])
    small_source(folder / "data", "mine", toml, t__csv=table, mapping__csv=mapping)
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


@pytest.mark.parametrize("others", [False, True])
@pytest.mark.parametrize(("reg", "gone", "lost"), [
    ("", "", ""),
    ("0", "0", ""),
    ("-", "-", ""),
    ("7", "0", "reg"),
    ("0", "1", "gone"),
])  # fmt: skip
def test_texts_that_say_nothing_in_their_column_are_not_lost(
    tmp_path: Path, reg: str, gone: str, lost: str, *, others: bool
) -> None:
    """An option of the column's line says which, and a flag has 0; of all that is read of the cell."""
    theme = '[table.things.theme]\nclass = "Cluster"\nkey = "{plan}-irm-{id}"\nlinks = { plans = "plan" }\n'
    toml = BODIES + theme * others
    table = f"id,kind,plan,reg,gone,title\n1,other,EST01,{reg},{gone},A title\n"
    small_source(tmp_path / "data", "mine", toml, t__csv=table, mapping__csv=MAPPING_OF_BODIES)
    result, _ = build(tmp_path / "data", tmp_path / "home")
    assert result.report is not None
    losses = [f for f in result.report.findings if "not read" in f.message]
    severity = Severity.WARNING if others else Severity.VIOLATION
    assert [f.severity for f in losses] == [severity] * bool(lost)
    if others and lost:
        assert str(losses[0].where[0]).endswith(f"column {lost}")


def test_a_text_is_lost_where_one_line_of_its_column_reads_it(tmp_path: Path) -> None:
    """Whatever it says to the others."""
    mapping = MAPPING.replace("theme,text:en,", 'theme,"text:en empty=0",')
    twice = mapping + "t.csv,theme,commitment,note,text:en,\n"
    row = {"level": "theme", "theme": "0"}
    assert findings(tmp_path / "once", row, mapping=mapping) == []
    (finding,) = findings(tmp_path / "twice", row, mapping=twice)
    assert (finding.severity, str(finding.where[0])) == (Severity.WARNING, "t.csv, row 2, column theme")  # fmt: skip


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


@pytest.mark.parametrize(
    "cells", [{"steps": "-"}, {"steps": "0"}, {"reasons": "-"}, {"steps": "-", "reasons": "-"}]
)
def test_cells_that_say_nothing_are_no_indicators(tmp_path: Path, cells: dict[str, str]) -> None:
    """The row needs no year for them; a column of an indicator reads every text."""
    rows = {"cycle": "", **cells}, {"cycle": "", **cells, "completion": "-"}
    (finding,) = findings(tmp_path, *rows, mapping=NO_STEPS)
    assert (finding.severity, str(finding.where[0])) == (Severity.VIOLATION, "t.csv, row 3, column cycle")  # fmt: skip
    assert finding.hint.endswith("nobody reads 'completion'")


def test_a_detail_that_says_nothing_wants_no_value(tmp_path: Path) -> None:
    """A text that the option names is as good as an empty cell."""
    rows = {"steps": "0"}, {"steps": "0", "completion": "NR"}
    assert findings(tmp_path / "option", *rows, mapping=NO_STEPS) == []
    refused, _ = findings(tmp_path / "none", *rows)
    assert refused.message == "the cell belongs to 'completion', which has no value"


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


@pytest.mark.parametrize(
    ("cells", "is_filled"),
    [
        ({"note": "x", "gone": ""}, True),
        ({"note": "0", "gone": "0"}, False),
        ({"note": "-", "gone": "-"}, False),
        ({"note": "", "gone": "1"}, True),
    ],
)
def test_what_says_nothing_describes_nothing(
    model: Model, cells: dict[str, str], *, is_filled: bool
) -> None:
    """Texts that are empty to the lines of a column make no row a source of what it only mentions."""
    plan = ThingDefinition("plan", "ActionPlan", key="{plan}", mention=True)
    described = TableDescription("t.csv", "t", "", {"plan": plan}, empty=frozenset({"-"}))
    lines = [
        MappingLine("note", "plan", "note", "text", "en", empty="0"),
        MappingLine("gone", "plan", "priority", "flag", "x"),
    ]
    row_thing = RowThing(plan, described, lines, model, Iris("http://localhost:8000/"), Ledger())
    assert row_thing.fills(cells) == is_filled
