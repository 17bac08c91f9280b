"""One cause is one line, and a report is the same after it was written and read."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from ogpld.errors import Where
from ogpld.rdf import SH, Literal, parse_quads
from ogpld.report import READING, Finding, Report, Severity, report_quads, report_turtle

BASE = "http://localhost:8000/"


def finding(row: int, **changes: object) -> Finding:
    """A wrong code in a row of a table."""
    made = Finding(
        Severity.VIOLATION,
        focus=f"{BASE}id/commitment/EE{row:04}",
        message="The status is not in the list.",
        shape="https://w3id.org/ogpld/shapes#Commitment-status",
        component="http://www.w3.org/ns/shacl#NodeConstraintComponent",
        path="https://w3id.org/ogpld/ns#status",
        value="Done",
        value_term='"Done"',
        where=(Where("estonia.csv", row, "status"),),
        cell="Done",
        hint="correct the cell",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def test_the_same_wrong_value_in_many_rows_is_one_cause() -> None:
    """With every row, and the hint once."""
    report = Report.of(finding(row) for row in range(2, 20))
    (cause,) = report.causes()
    assert len(cause.findings) == 18
    assert cause.value == "Done"
    text = report.as_text()
    assert "rows 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 and 6 more, column status" in text
    assert text.count("correct the cell") == 1


def test_another_value_or_column_is_another_cause() -> None:
    """Another value or column makes another cause, because it is corrected separately."""
    other = finding(3, value="Over", value_term='"Over"', cell="Over")
    elsewhere = finding(4, where=(Where("second.csv", 4, "state"),))
    assert len(Report.of([finding(2), other, elsewhere]).causes()) == 3


def test_rules_about_one_cell_are_one_cause() -> None:
    """One wrong cell breaks several rules; the worst of them says how bad it is."""
    mild = finding(2, severity=Severity.INFO, message="Not in use.", shape="s", value_term=None)
    (cause,) = Report.of([mild, finding(2)]).causes()
    assert cause.severity is Severity.VIOLATION
    assert cause.messages == ("The status is not in the list.", "Not in use.")


def test_a_rule_that_looks_at_more_cells_has_the_same_cause() -> None:
    """A plan that is none breaks the rule about plans, and the one about plan and member."""
    plan, member = Where("c.csv", 2, "plans"), Where("c.csv", 2, "member")
    first = finding(2, where=(plan,), shape="a", message="No such plan.")
    second = finding(2, where=(plan, member), shape="b", message="Not the member's.")
    (cause,) = Report.of([second, first]).causes()
    assert cause.where == (plan, member)
    assert len(cause.messages) == 2


def test_rows_without_a_column_stay_apart_by_rule() -> None:
    """Two rules about one row need not have one cause."""
    row = (Where("estonia.csv", 2),)
    first = finding(2, where=row, cell=None)
    second = finding(2, where=row, cell=None, message="Other.", shape="s")
    assert len(Report.of([first, second]).causes()) == 2


def test_a_report_is_the_same_after_reading_it() -> None:
    """JSON keeps everything the gate needs when it takes findings over."""
    report = Report.of(
        [
            finding(2),
            finding(3, value="", value_term='""', cell="", where=()),
            finding(4, path=None, involved=("a", "b"), value=None, value_term=None, cell=None),
        ]
    )
    assert Report.from_json(report.as_json()) == report
    content = json.loads(report.as_json())
    assert content["counts"] == {"Violation": 3, "Warning": 0, "Info": 0}
    assert len(content["causes"]) == 3


def test_the_report_graph_has_no_blank_node() -> None:
    """Every result has an address below the report's."""
    report = Report.of([finding(2), finding(3, value_term='"Done"@en', path="<a>/<b>")])
    quads = report_quads(report, f"{BASE}release/1-abc/validation")
    assert {q.subject.value for q in quads} == {
        f"{BASE}release/1-abc/validation",
        f"{BASE}release/1-abc/validation#result-1",
        f"{BASE}release/1-abc/validation#result-2",
    }
    paths = [q for q in quads if q.predicate == SH("resultPath")]
    assert len(paths) == 1, "a path that is no property is the source shape's business"
    assert any(q.object == Literal("Done", language="en") for q in quads)
    assert list(parse_quads(report_turtle(report, BASE), "ttl"))


def test_every_result_has_what_shacl_demands() -> None:
    """One focus node, severity and constraint component each (SHACL section 3.6.2), also of what no shape made."""
    report = Report.of([finding(2), finding(3, component="", shape="")])
    quads = report_quads(report, f"{BASE}release/1-abc/validation")
    results = {q.subject for q in quads if q.object == SH("ValidationResult")}
    assert len(results) == 2
    for name in ("focusNode", "resultSeverity", "sourceConstraintComponent"):
        assert {q.subject for q in quads if q.predicate == SH(name)} == results, name
        assert len([q for q in quads if q.predicate == SH(name)]) == 2
    assert READING in {q.object for q in quads}
    shapes = (Path(__file__).parents[2] / "shapes" / "rules.ttl").read_bytes()
    assert any(q.subject == READING for q in parse_quads(shapes, "ttl")), "it is declared"


def test_findings_about_a_thing_include_its_parts() -> None:
    """A part has no page of its own."""
    part = finding(3, focus=f"{BASE}id/commitment/EE0002#id-1")
    report = Report.of([finding(2), part, finding(4)])
    assert len(report.about(f"{BASE}id/commitment/EE0002")) == 2


def test_an_empty_report_conforms() -> None:
    """A report without findings conforms and has no causes."""
    report = Report.of([])
    assert report.conforms
    assert report.as_text() == ""
    assert report.summary() == "0 Violations, 0 Warnings, 0 Infos"
