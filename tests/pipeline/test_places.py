"""Every finding leads to the cell a clerk has to correct, however far the statement is from it."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from support.running import ROOT
from support.sample_data import copy_sample

from ogpld.config import Settings
from ogpld.errors import Where
from ogpld.iris import Iris
from ogpld.model import Model
from ogpld.pipeline import Inputs, check_sources
from ogpld.pipeline.progress import Progress
from ogpld.rdf import DCTERMS, NS, RDFS, SCHEMA
from ogpld.report import Finding, Severity
from ogpld.sources import table_of
from ogpld.sources.canonical import map_tables
from ogpld.sources.derive import derive
from ogpld.sources.mapper import open_source
from ogpld.sources.reconciliation import read_reconciliation
from ogpld.sources.source_description import read_source
from ogpld.sources.trace import Derivation, Trace, TracedCell
from ogpld.validate.finding_places import trace_finding

BASE = "http://localhost:8000/id/"
CODES = "https://w3id.org/ogpld/code/"
RUN = ", then run: ogpld check"
CORRECT, FILL, ROW = f"correct the cell{RUN}", f"fill the cell{RUN}", f"correct the row{RUN}"
ADD = f"correct the cell or add what is missing{RUN}"
COMPUTED = f"computed from this cell; correct it{RUN}"
COMPUTED_MANY = f"computed from these cells; correct them{RUN}"
TITLE = DCTERMS("title").value

#: Table, row (the header is row 1), column, and what is written into the cell.
FAULTS = [
    ("estonia.csv", 2, "specificity", "Mediumish"),
    ("estonia.csv", 26, "policy_areas", "Local Commitments; Public Participaton"),
    ("estonia.csv", 25, "start_date", "July 2018"),
    ("estonia.csv", 2, "policy_areas", "Anti-corruption Institutions; Legislation"),
    ("estonia.csv", 2, "potential_for_results", "Substantial"),
    ("estonia.csv", 3, "change_in_completion", "Decrease"),
    ("estonia.csv", 3, "action_plan_title", "Quite another title"),
    ("estonia.csv", 27, "title", ""),
    ("estonia_plans.csv", 3, "end_date", "2013-06"),
    ("estonia_milestones.csv", 4, "end_date", "2017-05"),
    ("institutions.csv", 4, "key", "EST-office-of-the-government"),
    ("members.csv", 3, "iso2", "Ar"),
]


@dataclass(frozen=True, slots=True)
class Checked:
    """The findings about the shipped data with faults planted, and where statements are from."""

    findings: tuple[Finding, ...]
    trace: Trace

    def about(self, focus: str, path: str | None = None, words: str = "") -> list[Finding]:
        """Return the findings about a thing, a path and with words in the message."""
        return [
            f
            for f in self.findings
            if f.focus == BASE + focus and f.path == path and words in f.message
        ]

    def one(self, focus: str, path: str | None = None, words: str = "") -> Finding:
        """Return the only finding about a thing and a path."""
        findings = self.about(focus, path, words)
        assert len(findings) == 1, findings
        return findings[0]

    def made(self, focus: str, path: str | None = None, **fields: object) -> Finding:
        """Return a finding made by hand, with its cells."""
        finding = Finding(Severity.VIOLATION, BASE + focus, "made by hand", path=path)
        return trace_finding(replace(finding, **fields), self.trace)  # type: ignore[arg-type]


def plant(data: Path) -> None:
    """Write every fault into a copy of the data, and titles of commitments under a wrong language."""
    for file, row, column, text in FAULTS:
        path = next(data.glob(f"sources/*/{file}"))
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.reader(stream))
        rows[row - 1][rows[0].index(column)] = text
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(rows)
    mapping = data / "sources/estonia/mapping.csv"
    text = mapping.read_text(encoding="utf-8")
    old = "estonia.csv,title,commitment,title,text:en,"
    assert old in text
    mapping.write_text(text.replace(old, old.replace(":en", ":et")), encoding="utf-8")


def trace_of(data: Path, model: Model) -> Trace:
    """Map and derive as a build does, and keep the trace."""
    trace, read, iris = Trace(), [], Iris("http://localhost:8000/")
    reconciliation = read_reconciliation(data / "reconciliation")
    for folder in sorted((data / "sources").iterdir()):
        source = read_source(folder)
        if source.given:
            continue
        mapped = open_source(source, model, iris, reconciliation).map()
        trace.join(mapped.output.trace)
        trace.resolvers.append(mapped.lazy_trace)
        read += mapped.output.quads
    for _ in derive(read, model, iris, trace):
        pass
    trace.add_codes(model.schemes.values())
    return trace


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory, model: Model) -> Checked:
    """One run over all faults."""
    data = tmp_path_factory.mktemp("places") / "data"
    copy_sample(data)
    plant(data)
    report = check_sources(Inputs(data=data), Settings(), Progress()).report
    return Checked(report.findings, trace_of(data, model))


def plans(row: int, column: str | None) -> Where:
    """Return a place in the table of plans."""
    return Where("estonia_plans.csv", row, column)


def main(row: int, column: str | None) -> Where:
    """Return a place in the table of commitments."""
    return Where("estonia.csv", row, column)


MAPPED = [
    ("EE0013", main(2, "specificity"), "Mediumish", "'Mediumish' is not in the scale"),
    ("EE0050", main(25, "start_date"), "July 2018", "'July 2018' is not a date"),
    (
        "EE0051",
        main(26, "policy_areas"),
        "Local Commitments; Public Participaton",
        "'Public Participaton' is not in the code list",
    ),
]


@pytest.mark.parametrize(("key", "place", "printed", "words"), MAPPED, ids=[m[0] for m in MAPPED])
def test_a_cell_that_cannot_be_mapped_is_named(
    checked: Checked, key: str, place: Where, printed: str, words: str
) -> None:
    """A wrong code, a wrong date, one bad part of a split cell: the whole cell is shown."""
    finding = checked.one(f"commitment/{key}", None, words)
    assert (finding.where, finding.cell) == ((place,), printed)


READ = [
    (
        "one part of a split cell",
        ("commitment/EE0013", NS("policyArea").value),
        main(2, "policy_areas"),
        "Anti-corruption Institutions; Legislation",
        CODES + "policy-area/anti-corruption-institutions",
    ),
    (
        "a reconciled name among others, which no row describes",
        ("commitment/EE0025", NS("supporting").value),
        main(3, "supporting_institutions"),
        "Parliament, Interested Ministries, Government Office",
        BASE + "institution/EST-government-office",
    ),
    (
        "an institution of a plan that no row describes",
        ("action-plan/EST01", NS("coordinator").value),
        plans(2, "coordinating_body"),
        "Government Office; Ministry of Foreign Affairs",
        BASE + "institution/EST-government-office",
    ),
    (
        "an author that no row describes",
        ("report/EST02-mid-term-self-assessment", DCTERMS("creator").value),
        Where("estonia_reports.csv", 4, "author"),
        "Government Office",
        BASE + "institution/EST-government-office",
    ),
    (
        "a part of a thing",
        ("member/ARG#territory", NS("iso2").value),
        Where("members.csv", 3, "iso2"),
        "Ar",
        "Ar",
    ),
    (
        "a title with a wrong language tag",
        ("commitment/EE0013", TITLE),
        main(2, "title"),
        "Draft Anti-Corruption Act",
        None,
    ),
]


@pytest.mark.parametrize(
    ("about", "place", "printed", "value"), [r[1:] for r in READ], ids=[r[0] for r in READ]
)
def test_a_statement_leads_to_the_cell_it_was_read_from(
    checked: Checked, about: tuple[str, str], place: Where, printed: str, value: str | None
) -> None:
    """The value is the part at fault, the cell what is printed, whole."""
    finding = checked.one(*about)
    assert (finding.where, finding.cell, finding.value) == ((place,), printed, value)
    assert finding.hint == (ADD if "MinCount" in finding.component else CORRECT)


def test_a_missing_title_names_the_column_of_such_titles(checked: Checked) -> None:
    """The table has titles of plans too, in a column before; the other finding says the same."""
    findings = checked.about("commitment/EE0052", TITLE)
    assert len(findings) == 2
    for finding in findings:
        assert (finding.where, finding.cell) == ((main(27, "title"),), None)
        assert finding.hint == FILL


def test_a_missing_property_without_a_column_leads_to_the_row(checked: Checked) -> None:
    """Nothing can be filled where no row fills it."""
    finding = checked.one("report/EST01-progress-report", DCTERMS("language").value)
    assert finding.where == (Where("estonia_reports.csv", 3),)
    assert (finding.cell, finding.hint) == (None, ROW)


def test_a_property_two_tables_disagree_on_leads_to_all_of_its_cells(checked: Checked) -> None:
    """The title of a plan stands in its own row and in the rows of its commitments."""
    finding = checked.one("action-plan/EST02", TITLE)
    rows = [main(row, "action_plan_title") for row in range(3, 14)]
    assert finding.where[0] == plans(3, "title")
    assert sorted(finding.where[1:], key=lambda w: w.row or 0) == rows


ORDERS = [
    ("action-plan/EST02", plans(3, "start_date"), plans(3, "end_date"), "2014-06", "2014-06-01"),
    (
        "milestone/EE0050-m1",
        Where("estonia_milestones.csv", 4, "start_date"),
        Where("estonia_milestones.csv", 4, "end_date"),
        "2018-10",
        "2018-10-01",
    ),
]


@pytest.mark.parametrize(("focus", "start", "end", "printed", "day"), ORDERS)
def test_an_end_before_the_start_leads_to_the_dates_it_is_computed_from(
    checked: Checked, focus: str, start: Where, end: Where, printed: str, day: str
) -> None:
    """The bounds are derived; what is printed is a month. With the property compared, both cells."""
    finding = checked.one(focus, NS("earliestStart").value)
    assert finding.where[0] == start
    assert set(finding.where) <= {start, end}
    assert (finding.cell, finding.value) == (printed, day)
    assert finding.hint in {COMPUTED, COMPUTED_MANY}
    bare = replace(finding, where=(), cell=None, hint="", involved=(NS("latestEnd").value,))
    both = trace_finding(bare, checked.trace)
    assert (both.where, both.cell, both.hint) == ((start, end), printed, COMPUTED_MANY)


def test_a_shortcut_leads_to_the_cell_of_its_assessment(checked: Checked) -> None:
    """The commitment's own row has the cell, but only the assessment was read from it."""
    finding = checked.one("commitment/EE0025", NS("changeInCompletion").value)
    assert (finding.where, finding.cell) == ((main(3, "change_in_completion"),), "Decrease")
    assert finding.value == CODES + "change-in-completion/decrease"
    assert finding.hint == COMPUTED


def test_two_shortcuts_that_exclude_each_other_lead_to_two_cells(checked: Checked) -> None:
    """A rule without a path is located by the properties it looks at, in its order."""
    finding = checked.one("commitment/EE0013", None, "coded together")
    assert finding.where == (main(2, "potential_impact"), main(2, "potential_for_results"))
    assert (finding.cell, finding.hint) == ("Moderate", COMPUTED_MANY)


def test_a_rule_that_names_another_thing_leads_to_the_cells_of_that(checked: Checked) -> None:
    """The focus node is a report; the value at fault is an assessment in another table."""
    finding = checked.one("report/EST01-progress-report", None, "was not in use")
    assert finding.where == (main(2, "potential_for_results"),)
    assert (finding.cell, finding.hint) == ("Substantial", CORRECT)


def test_rules_about_assessments_lead_to_their_cell(checked: Checked) -> None:
    """A report about another plan, a wrong dimension, two values: all of it is one cell."""
    for focus, column, printed, involved in (
        (
            "EE0025-completion-progress-report",
            "completion_midterm",
            "Substantial",
            "report assesses",
        ),
        (
            "EE0025-relevance-civic-participation-progress-report",
            "ogp_civic_participation",
            "Yes",
            "dimension indicator",
        ),
        (
            "EE0025-completion-end-of-term-report",
            "completion_end_of_term",
            "Complete",
            "value noValue",
        ),
        ("EE0025-completion-end-of-term-report", "completion_end_of_term", "Complete", ""),
    ):
        properties = tuple(NS(name).value for name in involved.split())
        finding = checked.made(f"assessment/{focus}", involved=properties)
        assert (finding.where, finding.cell) == ((main(3, column),), printed)
        assert finding.hint == CORRECT


def test_a_rule_whose_properties_are_all_missing_leads_to_the_row(checked: Checked) -> None:
    """There is a row, but no cell to speak of."""
    finding = checked.made("commitment/EE0025", involved=(NS("continues").value,))
    assert (finding.where, finding.cell, finding.hint) == ((main(3, None),), None, ROW)


def test_a_row_is_not_named_beside_a_cell_of_it(checked: Checked) -> None:
    """The link to the member is made from the key of the row; the title has a cell."""
    properties = (NS("member").value, TITLE)
    finding = checked.made("commitment/EE0025", involved=properties)
    assert (finding.where, finding.hint) == ((main(3, "title"),), CORRECT)
    assert finding.cell == "Web Tool for Submission of Collective Memoranda"


DERIVED = [
    ("commitment/EE0025", RDFS("label"), main(3, "title")),
    ("assessment/EE0025-completion-progress-report", RDFS("label"), main(3, "completion_midterm")),
    (
        "report/EST02-progress-report",
        RDFS("label"),
        Where("estonia_reports.csv", 5, "report_title"),
    ),
    ("commitment/EE0025", NS("highAmbition"), main(3, "potential_impact")),
    ("commitment/EE0025", NS("highCompletion"), main(3, "completion_end_of_term")),
    ("commitment/EE0025", NS("strongResults"), main(3, "diog_overall")),
    ("commitment/EE0025", NS("completion"), main(3, "completion_end_of_term")),
    ("commitment/EE0025", NS("midTermCompletion"), main(3, "completion_midterm")),
    ("commitment/EE0025", NS("latestEnd"), main(3, "end_date")),
]


@pytest.mark.parametrize(("focus", "path", "place"), DERIVED)
def test_whatever_is_derived_leads_to_cells(
    checked: Checked, focus: str, path: object, place: Where
) -> None:
    """Labels, bounds, shortcuts, and groupings over two steps."""
    finding = checked.made(focus, str(path)[1:-1])
    assert finding.where == (place,)
    assert finding.hint == COMPUTED


def test_a_dimension_leads_to_the_cell_that_says_yes(checked: Checked) -> None:
    """Each OGP value a commitment is relevant to has its own cell."""
    terms = {
        f"<{CODES}ogp-value/civic-participation>": (main(3, "ogp_civic_participation"),),
        f"<{CODES}ogp-value/technology>": (main(3, "ogp_technology"),),
    }
    for term, where in terms.items():
        finding = checked.made("commitment/EE0025", NS("relevantTo").value, value_term=term)
        assert (finding.where, finding.cell) == (where, "Yes")
    assert checked.made("commitment/EE0025", NS("relevantTo").value).where == (
        *terms[f"<{CODES}ogp-value/civic-participation>"],
        *terms[f"<{CODES}ogp-value/technology>"],
    )


def test_every_derived_statement_has_a_place(checked: Checked) -> None:
    """Nothing derived is left without the cells or the row it was made from."""
    lost = [key for key in checked.trace.origins if not checked.trace.read(*key)]
    assert len(checked.trace.origins) > 500
    assert lost == []


def test_everything_else_the_mapping_states_has_at_least_its_row(checked: Checked) -> None:
    """Classes, links between the things of a row, rows derived from, constants of keys."""
    for path in ("http://www.w3.org/ns/prov#wasDerivedFrom", NS("member").value, NS("plan").value):
        finding = checked.made("commitment/EE0025", path)
        assert (finding.where, finding.hint) == ((main(3, None),), ROW)


def test_a_code_leads_to_its_row_in_the_code_list(checked: Checked, model: Model) -> None:
    """The model reads the code lists by itself; codes of a version stand in the newer list."""
    places = {}
    for path in (ROOT / "ontology/codelists").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            for row, cells in enumerate(csv.DictReader(stream), 2):
                iri = f"{CODES}{path.stem}/{cells['notation']}"
                places[iri] = Where(path.name, row)
    codes = {code.iri for scheme in model.schemes.values() for code in scheme.codes}
    assert any(not scheme.file and scheme.codes for scheme in model.schemes.values())
    for iri in codes:
        finding = trace_finding(Finding(Severity.VIOLATION, iri, "made by hand"), checked.trace)
        assert (finding.where, finding.hint) == ((places[iri],), ROW)


def test_what_no_source_says_has_no_place(checked: Checked) -> None:
    """A thing nobody described is told as such."""
    finding = checked.made("commitment/nobody", TITLE)
    assert (finding.where, finding.cell) == ((), None)
    assert finding.hint == "derived from other statements; correct those"
    assert trace_finding(finding, None) is finding


@pytest.fixture(scope="module")
def submitted(model: Model) -> Trace:
    """Two small tables in our own layout."""
    text = "key,member,title@en,startDate\nEST90,LVA,A plan,2026\nEST91,EST,,2028\n"
    plan = map_tables(table_of(text.encode(), "plans.csv"), model, Iris(BASE[:-3]), "ActionPlan")
    text = "key,member,plans,title@en\nX1,EST,EST90; EST91,One\nX2,EST,EST91,Two\n"
    made = map_tables(table_of(text.encode(), "c.csv"), model, Iris(BASE[:-3]), "Commitment")
    trace = plan.trace
    trace.join(made.trace)
    return trace


def path_of(*properties: str) -> str:
    """Return a SPARQL property path over properties of ours."""
    return "/".join(f"<{NS(name).value}>" for name in properties)


def test_a_path_leads_to_its_first_cell_and_to_the_value_at_its_end(submitted: Trace) -> None:
    """A commitment of one member in a plan of another: which plan, and the plan's member."""
    base = Finding(Severity.VIOLATION, BASE + "commitment/X1", "m", path=path_of("plan", "member"))
    first, last = Where("c.csv", 2, "plans"), Where("plans.csv", 2, "member")
    finding = trace_finding(replace(base, value_term=f"<{BASE}member/LVA>"), submitted)
    assert (finding.where, finding.cell, finding.hint) == ((first, last), "EST90; EST91", CORRECT)
    assert trace_finding(replace(base, value_term=f"<{BASE}member/FIN>"), submitted).where == (
        first,
    )
    assert trace_finding(base, submitted).where == (first,)
    own = replace(base, value_term=f"<{BASE}member/FIN>", involved=(NS("member").value,))
    assert trace_finding(own, submitted).where == (first, Where("c.csv", 2, "member"))


def test_a_path_turned_round_leads_to_the_cell_of_the_other_thing(submitted: Trace) -> None:
    """What points at the focus node stands in the row of what points; without it, the own row."""
    path = f"^<{NS('plan').value}>"
    base = Finding(Severity.VIOLATION, BASE + "action-plan/EST91", "m", path=path)
    finding = trace_finding(replace(base, value_term=f"<{BASE}commitment/X2>"), submitted)
    assert (finding.where, finding.cell) == ((Where("c.csv", 3, "plans"),), "EST91")
    assert trace_finding(base, submitted).where == (Where("plans.csv", 3),)
    own = replace(base, focus=BASE + "commitment/X1")
    assert trace_finding(own, submitted).where == (Where("c.csv", 2),)


def test_other_paths_lead_to_their_first_property(submitted: Trace) -> None:
    """Choices and repetitions begin somewhere too; a missing beginning is filled in its column."""
    for path, row, hint in (
        (f"(<{TITLE}>|<{SCHEMA('name').value}>)", 2, CORRECT),
        (f"(<{TITLE}>)*/<{SCHEMA('name').value}>", 2, CORRECT),
        (f"<{TITLE}>/<{SCHEMA('name').value}>", 3, FILL),
    ):
        focus = BASE + f"action-plan/EST9{row - 2}"
        finding = trace_finding(Finding(Severity.VIOLATION, focus, "m", path=path), submitted)
        assert (finding.where, finding.hint) == ((Where("plans.csv", row, "title@en"),), hint)


def test_origins_are_followed_without_end_or_loop() -> None:
    """Nearest cells come first, each once; statements made from each other end the search."""
    trace = Trace()
    near, far = TracedCell(Where("t.csv", 2, "a"), "1"), TracedCell(Where("t.csv", 2, "b"), "2")
    trace.statements["s", "near", "1"] = [near]
    trace.statements["s", "far", "2"] = [far]
    trace.derive("s", "step", "x", Derivation("s", ("far",), "2"), Derivation("s", ("top",), "y"))
    trace.derive("s", "top", "y", Derivation("s", ("step",)), Derivation("s", ("near",), "1"))
    places = [cell.where.column for cell in trace.find("s", "top", '"y"')]
    assert places == ["a", "b"]
    assert all(cell.computed for cell in trace.find("s", "top", "y"))
    trace.derive("lonely", "top", "y", Derivation("lonely", ("top",)))
    assert trace.find("lonely", "top", "y") == []
