"""The Explorer's tables of 2016: keys, dates, languages, readings, findings and what bad input is told."""

from __future__ import annotations

import shutil
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest
from support.explorer_rows import COMMITMENTS, NAME, PROCESS, explorer_rows, read_rows, write_rows

from ogpld.config import Settings
from ogpld.errors import SourceError
from ogpld.pipeline import Inputs, check_sources
from ogpld.pipeline.progress import Progress
from ogpld.rdf import CODE, DCTERMS, NS, RDF, SCHEMA, Literal, Quad, term_text
from ogpld.report import Finding, Severity

BASE = "http://localhost:8000/"
COMMITMENT = f"{BASE}id/commitment/"
Statements = dict[str, dict[str, list[Quad]]]


def check(data: Path) -> tuple[tuple[Finding, ...], Statements]:
    """Return the findings about a data folder, and its statements by subject and predicate."""
    checked = check_sources(Inputs(data=data), Settings(), Progress())
    statements: Statements = defaultdict(lambda: defaultdict(list))
    for quad in checked.quads:
        statements[term_text(quad.subject)][term_text(quad.predicate)].append(quad)
    return checked.report.findings, statements


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few plans of the Explorer beside the sample of the other sources; nobody changes it."""
    return explorer_rows(tmp_path_factory.mktemp("explorer") / "data")


@pytest.fixture(scope="module")
def checked(data: Path) -> tuple[tuple[Finding, ...], Statements]:
    """Findings and statements of these plans."""
    return check(data)


@pytest.fixture(scope="module")
def findings(checked: tuple[tuple[Finding, ...], Statements]) -> tuple[Finding, ...]:
    """The findings about these plans."""
    return checked[0]


@pytest.fixture(scope="module")
def statements(checked: tuple[tuple[Finding, ...], Statements]) -> Statements:
    """What these plans say."""
    return checked[1]


def values(statements: Statements, subject: str, predicate: str) -> list[str]:
    """Return the values of a property, without those that stand twice."""
    return list(dict.fromkeys(term_text(q.object) for q in statements[subject][predicate]))


def test_nothing_stops_the_release(findings: tuple[Finding, ...]) -> None:
    """What is wrong in these rows is OGP's coding, and published."""
    assert [f for f in findings if f.severity == Severity.VIOLATION] == []


@pytest.mark.parametrize(
    ("key", "title", "language", "number", "official"),
    [
        ("EST02-1-1", "1.1 Visualisation of the policy making process", "en", "1.1", ""),
        (
            "EST01-a1",
            "A1. Drawing up a green paper on organisation of public services",
            "en",
            "A1",
            "",
        ),
        ("BRA02-2-10", "2.10. Implementation of the Document Management Policy", "en", "2.1", ""),
        ("SLV02-2-10", "19. Reforma marco legal de pro", "es", "2.1", ""),
        ("TZA01-i-row-1643", "", "en", "i", ""),
        ("NOR01-row-1336", "", "en", "", ""),
    ],
)
def test_a_row_has_a_key_of_its_own(
    statements: Statements, key: str, title: str, language: str, number: str, official: str
) -> None:
    """Plan and number where these are one, the row where they are not, and the lost zero put back."""
    subject = COMMITMENT + key
    assert values(statements, subject, RDF("type").value) == [NS("Commitment").value]
    titles = [q.object for q in statements[subject][DCTERMS("title").value]]
    assert {t.language for t in titles if isinstance(t, Literal)} == {language}
    assert any(term_text(text).startswith(title) for text in titles)
    assert values(statements, subject, NS("printedNumber").value) == ([number] if number else [])
    assert values(statements, subject, DCTERMS("identifier").value) == (
        [official] if official else []
    )


def test_a_certain_id_is_the_key(statements: Statements) -> None:
    """The row of the sheet of 2024 that is surely the same gives its id."""
    subject = f"{COMMITMENT}EE0025"
    graphs = {term_text(q.graph_name) for q in statements[subject][DCTERMS("identifier").value]}
    assert graphs == {f"{BASE}graph/estonia/EST02", f"{BASE}graph/explorer/EST02"}
    assert f"{COMMITMENT}EST02-2-6" not in statements


def test_a_number_that_stands_twice_is_told(findings: tuple[Finding, ...], data: Path) -> None:
    """Each row of such a number has a finding at its cell, and a note says why."""
    _, rows = read_rows(data / "sources" / NAME / COMMITMENTS)
    numbers = Counter((r["Country"], r["Action Plan Number"], r["Comm No"]) for r in rows if r)
    twice = sum(n for (*_, number), n in numbers.items() if n > 1 and number != "NA")
    matches = [f for f in findings if f.message.startswith("Another commitment of the plan")]
    assert len(matches) == twice
    assert {place.column for f in matches for place in f.where} == {"Comm No"}
    _, keys = read_rows(data / "sources" / NAME / "keys.csv")
    notes = Counter(r["note"] != "" for r in keys if r)
    assert notes[True] >= twice


@pytest.mark.parametrize(
    ("key", "start", "end", "texts"),
    [
        ("EST02-1-1", "2014", "2015", ["01/07/2014", "08/01/2015"]),
        ("EST02-1-2", "2015-01", "2016-06-30", []),
        ("EST02-6-3", "2014", "", ["01/07/2014", "Spring 2016"]),
        ("EST01-a1", "2012", "2012", []),
    ],
)
def test_a_date_is_as_exact_as_it_is_settled(
    statements: Statements, key: str, start: str, end: str, texts: list[str]
) -> None:
    """What another edition settles is exact; of two readings the year stands, with the printed text."""
    subject = COMMITMENT + key
    assert values(statements, subject, SCHEMA("startDate").value) == ([start] if start else [])
    assert values(statements, subject, SCHEMA("endDate").value) == ([end] if end else [])
    printed = [
        *values(statements, subject, NS("startText").value),
        *values(statements, subject, NS("endText").value),
    ]
    assert printed == texts


def test_what_was_not_coded_is_not_no(statements: Statements, data: Path) -> None:
    """NR under grand challenges and working groups is told, because no code says nothing."""
    header, rows = read_rows(data / "sources" / NAME / COMMITMENTS)
    assert "GC-PubInt" in header
    _, keys = read_rows(data / "sources" / NAME / "keys.csv")
    key_of = {row["edition_row"]: row["key"] for row in keys if row}
    for row in (r for r in rows if r):
        subject = COMMITMENT + key_of[row["edition_row"]]
        lists = set(values(statements, subject, NS("notCoded").value))
        assert (CODE("grand-challenge").value in lists) == (row["GC-PubInt"] == "NR")
        assert (CODE("working-group").value in lists) == (row["ODWG"] == "NR")
        challenges = values(statements, subject, NS("grandChallenge").value)
        assert len(challenges) == sum(row[c] == "1" for c in header if c.startswith("GC-"))


def test_tags_of_2016_are_their_own(statements: Statements) -> None:
    """No tag is taken for that of 2024 with the same label."""
    for subject, properties in statements.items():
        for quad in properties.get(NS("policyArea").value, []):
            if "/graph/explorer/" in term_text(quad.graph_name):
                assert term_text(quad.object).endswith("-2016"), subject


def test_differences_with_estonia_are_readings(statements: Statements) -> None:
    """Estonia's table goes first; what the Explorer says else stands beside it."""
    accepted = f"{BASE}id/assessment/EE0025-completion-end-of-term-report"
    reading = f"{accepted}#reading-1"
    assert values(statements, accepted, NS("value").value) == [CODE("completion/complete").value]
    assert values(statements, reading, NS("noValue").value) == [CODE("no-value/not-reviewed").value]


def test_agreement_with_estonia_is_said_twice(statements: Statements) -> None:
    """An assessment on which both agree stands in both graphs."""
    accepted = f"{BASE}id/assessment/EE0025-completion-progress-report"
    quads = statements[accepted][NS("value").value]
    assert {term_text(q.graph_name) for q in quads} == {
        f"{BASE}graph/estonia/EST02",
        f"{BASE}graph/explorer/EST02",
    }


def test_bodies_are_those_of_the_member(statements: Statements) -> None:
    """A ministry of Tanzania is not that of Estonia, though both are called alike."""
    for subject, properties in statements.items():
        for predicate in (NS("lead").value, NS("supporting").value):
            for quad in properties.get(predicate, []):
                body = term_text(quad.object).rpartition("/")[2]
                if body.startswith("EST-"):
                    member = values(statements, subject, NS("member").value)
                    assert member == [f"{BASE}id/member/EST"], subject


def test_the_process_of_a_plan(statements: Statements) -> None:
    """Steps, days and influence of Estonia's second plan, as its progress report tells them."""
    key = f"{BASE}id/assessment/EST02-"
    report = f"{BASE}id/report/EST02-progress-report"
    for indicator, value in {
        "timeline-available": "yes-no/no",
        "advance-notice": "yes-no/yes",
        "public-influence": "public-influence/collaborate",
        "public-influence-in-implementation": "public-influence/involve",
        "participation-in-development": "participation/open",
        "self-assessment-on-schedule": "yes-no/no",
        "office-single-lead": "yes-no/yes",
    }.items():
        node = f"{key}{indicator}-progress-report"
        assert values(statements, node, NS("value").value) == [CODE(value).value], indicator
        assert values(statements, node, NS("report").value) == [report]
    assert values(statements, f"{key}advance-notice-progress-report", NS("days").value) == ["30"]
    assert values(statements, f"{BASE}id/action-plan/EST02", NS("consultationSteps").value) == ["5"]


def test_former_members_have_what_was_seen(statements: Statements) -> None:
    """Azerbaijan: its code of ISO is the key, no code of OGP and no region is made up."""
    member = f"{BASE}id/member/AZE"
    assert values(statements, member, DCTERMS("identifier").value) == []
    assert values(statements, member, NS("region").value) == []
    assert values(statements, member, NS("memberStatus").value) == [
        CODE("member-status/removed").value
    ]
    events = values(statements, member, NS("statusEvent").value)
    assert events == [f"{member}#inactive-2016", f"{member}#removed-2023"]
    plan = f"{BASE}id/action-plan/AZE02"
    assert values(statements, plan, NS("cycle").value) == ["2016"]


def test_findings_by_kind(findings: tuple[Finding, ...]) -> None:
    """Rules that these rows are known to break."""
    kinds = Counter(f.message for f in findings if f.severity == Severity.WARNING)
    stars = [m for m in kinds if "first formula" in m]
    assert [kinds[m] for m in stars] == [3]
    assert kinds["the cell differs from 'cycle', which is published"] == 3
    assert (
        kinds["No region of the OGP was seen. Do not guess it; add it once a source tells it."] == 7
    )


Edit = Callable[[list[str], list[list[str]]], None]


def rename(old: str, new: str) -> Edit:
    """Return what renames a column."""
    return lambda header, _rows: header.__setitem__(header.index(old), new)


def drop(name: str) -> Edit:
    """Return what takes a column out."""

    def edit(header: list[str], rows: list[list[str]]) -> None:
        at = header.index(name)
        for row in (header, *(row for row in rows if row)):
            del row[at]

    return edit


def write(name: str, text: str) -> Edit:
    """Return what writes a text into the first row."""

    def edit(header: list[str], rows: list[list[str]]) -> None:
        next(row for row in rows if row)[header.index(name)] = text

    return edit


def edited(data: Path, target: Path, table: str, edit: Edit) -> Path:
    """Return a copy of a data folder with one table edited."""
    shutil.copytree(data, target)
    path = target / "sources" / NAME / table
    header, table_rows = read_rows(path)
    rows = [list(row.values()) for row in table_rows]
    edit(header, rows)
    write_rows(path, header, rows)
    return target


@pytest.mark.parametrize(
    ("table", "edit", "words", "place"),
    [
        (COMMITMENTS, rename("Open Data", "Open Statistics"), "Open Data", (1, "Open Data")),
        (COMMITMENTS, drop("Specificity"), "Specificity", (1, "Specificity")),
        (PROCESS, drop("Days in advance"), "Days in advance", (1, "Days in advance")),
        (
            COMMITMENTS,
            write("Country", "Atlantis"),
            "'Atlantis' is in no row of countries.csv",
            (None, "Country"),
        ),
        (
            PROCESS,
            write("Country name", "Atlantis"),
            "'Atlantis' is in no row of countries.csv",
            (None, "Country name"),
        ),
    ],
)
def test_another_table_is_refused(
    data: Path, tmp_path: Path, table: str, edit: Edit, words: str, place: tuple[int | None, str]
) -> None:
    """The error names file, row and column."""
    with pytest.raises(SourceError) as caught:
        check(edited(data, tmp_path / "data", table, edit))
    where = caught.value.where
    assert words in str(caught.value)
    assert where is not None
    assert where.file == table
    assert where.column == place[1]
    assert where.row == place[0] or (place[0] is None and where.row is not None and where.row > 1)


def test_a_cell_out_of_its_list_is_a_violation(data: Path, tmp_path: Path) -> None:
    """Nothing is published, and each finding has file, row and column."""
    cells = (
        ("Open Data", "2", "'2' is neither 0 nor 1"),
        ("GC-PubInt", "maybe", "'maybe' is neither 0 nor 1"),
        ("Specificity", "d. enormous", "'d. enormous' is not in the scale 'specificity'"),
    )

    def edit(header: list[str], rows: list[list[str]]) -> None:
        for column, text, _ in cells:
            write(column, text)(header, rows)

    findings, _ = check(edited(data, tmp_path / "data", COMMITMENTS, edit))
    for column, _, words in cells:
        matches = [f for f in findings if f.severity == Severity.VIOLATION and words in f.message]
        assert matches, words
        assert {(place.file, place.column) for f in matches for place in f.where} >= {
            (COMMITMENTS, column)
        }
