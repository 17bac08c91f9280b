"""Claims on the small set: read, asked, compared, published with a release, and what goes wrong."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from support.sample_data import copy_sample

from ogpld.claims.asking import solutions_of
from ogpld.claims.badge import badge
from ogpld.claims.claim_table import Claim, read_claims
from ogpld.claims.comparing import number_text, verdict_of
from ogpld.claims.printed_value import value_as_printed
from ogpld.claims.verdicts import AGREES, CANNOT, DIFFERS, Verdict, read_verdicts
from ogpld.cli.main import main
from ogpld.config import Settings
from ogpld.errors import OgpldError, SourceError, Where
from ogpld.pipeline import Inputs, publish_sources
from ogpld.pipeline.progress import Progress
from ogpld.pipeline.publication import Published
from ogpld.release import ReleaseStore
from ogpld.report import Severity
from ogpld.stores import Query
from ogpld.stores.embedded import EmbeddedStore

HEADER = "id,figure,counts,comparison,expected,tolerance,about,reason,note,citation,issued,source\n"
COUNT = (
    "PREFIX ogpld: <https://w3id.org/ogpld/ns#>\n"
    "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?c a ogpld:Commitment ; ogpld:plan <id/action-plan/EST02> }\n"
)


def line(
    key: str = "A",
    figure: str = "2",
    comparison: str = "equal",
    expected: str = "2",
    tolerance: str = "",
    reason: str = "",
    about: str = "",
) -> str:
    """Return a row of a table of claims."""
    return (
        f"{key},{figure},things,{comparison},{expected},{tolerance},{about},{reason},,A text,2014,"
        "https://example.org/a\n"
    )


def table(folder: Path, lines: str, **queries: str) -> Path:
    """Write a table of claims with its queries; return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "claims.csv").write_text(HEADER + lines, encoding="utf-8")
    for key, text in queries.items():
        (folder / f"{key}.rq").write_text(text, encoding="utf-8")
    return folder / "claims.csv"


def solutions(*rows: tuple[str, ...]) -> bytes:
    """Return solutions as an engine writes them."""
    names = [f"v{i}" for i in range(len(rows[0]) if rows else 1)]
    bindings = [
        {n: {"type": "literal", "value": v} for n, v in zip(names, r, strict=True)} for r in rows
    ]
    return json.dumps({"head": {"vars": names}, "results": {"bindings": bindings}}).encode()


def claim(comparison: str, expected: str, tolerance: str = "") -> Claim:
    """Return a claim."""
    return Claim(
        "A",
        "as printed",
        "things",
        comparison,
        tuple(part.strip() for part in expected.split(";")),
        tuple(map(Decimal, filter(None, tolerance.split(";")))),
        "",
        "",
        "SELECT",
        Where("claims.csv", 2),
    )


@pytest.mark.parametrize(
    ("comparison", "expected", "tolerance", "row", "verdict"),
    [
        ("equal", "12", "", ("12",), AGREES),
        ("equal", "12", "", ("12.0",), AGREES),
        ("equal", "12", "", ("12.4",), DIFFERS),
        ("equal", "12; 3", "", ("12", "4"), DIFFERS),
        ("rounded", "12", "", ("12.4",), AGREES),
        ("rounded", "12", "", ("12.5",), DIFFERS),
        ("rounded", "13", "", ("12.5",), AGREES),
        ("rounded", "24.7", "", ("24.66",), AGREES),
        ("rounded", "2.40", "", ("2.41",), DIFFERS),
        ("within", "50", "5", ("55",), AGREES),
        ("within", "50", "5", ("55.01",), DIFFERS),
        ("within", "900; 48", "45; 0", ("864", "48"), AGREES),
        ("at-least", "10", "", ("10",), AGREES),
        ("at-least", "10", "", ("9",), DIFFERS),
        ("at-most", "10", "", ("1E1",), AGREES),
        ("at-most", "10", "", ("11",), DIFFERS),
    ],
)
def test_numbers_are_compared_as_the_claim_says(
    comparison: str, expected: str, tolerance: str, row: tuple[str, ...], verdict: str
) -> None:
    """Numbers are compared as the claim says."""
    held = verdict_of(claim(comparison, expected, tolerance), solutions(row))
    assert held.verdict == verdict
    assert expected in held.reason


def test_names_are_compared_whatever_their_order() -> None:
    """Names are compared whatever their order."""
    names = claim("names", "Malta; Turkey")
    assert verdict_of(names, solutions(("Turkey",), ("Malta",))).verdict == AGREES
    assert verdict_of(names, solutions(("Turkey",))).verdict == DIFFERS
    assert verdict_of(names, solutions(("Turkey",), ("Malta",), ("Malta",))).verdict == DIFFERS


@pytest.mark.parametrize(
    ("rows", "says", "place"),
    [
        ([], "no rows", "A.rq"),
        ([("1",), ("2",)], "2 rows", "A.rq"),
        ([("many",)], "no number", "A.rq, row 1, column v0"),
        ([("NaN",)], "no number", "A.rq, row 1, column v0"),
        ([("1", "2")], "2 columns for 1", "A.rq"),
    ],
)
def test_answers_that_are_no_figure_are_named(
    rows: list[tuple[str, ...]], says: str, place: str
) -> None:
    """Answers that are no figure are named."""
    with pytest.raises(SourceError, match=says) as caught:
        verdict_of(claim("equal", "1"), solutions(*rows))
    assert str(caught.value.where) == place
    assert "claims.csv, row 2" in caught.value.message


def test_values_are_written_as_people_read_them() -> None:
    """Values are written as people read them."""
    assert [
        number_text(Decimal(text)) for text in ("12", "12.50", "1E3", "2.45945945", "-0.00001")
    ] == [
        "12",
        "12.5",
        "1000",
        "2.4595",
        "-0",
    ]


@pytest.mark.parametrize(
    ("lines", "column", "says"),
    [
        (line(comparison="about"), "comparison", "unknown comparison 'about'"),
        (line(expected="two"), "expected", "'two' is no number"),
        (line(expected=""), "expected", "nothing to compare"),
        (line(expected="inf"), "expected", "no number"),
        (line(comparison="within"), "tolerance", "0 tolerances for 1 values"),
        (line(comparison="within", tolerance="-1"), "tolerance", "1 tolerances"),
        (line(comparison="not-asked"), "reason", "no reason"),
        (line(key="a b"), "id", "no key"),
        (line(figure=""), "figure", "empty"),
        (line(key="B"), "id", "B.rq cannot be read"),
        (line() + line(), "id", "two claims have the id A"),
    ],
)
def test_a_bad_row_is_named_with_its_column(
    tmp_path: Path, lines: str, column: str, says: str
) -> None:
    """A bad row is named with its column."""
    with pytest.raises(SourceError, match=says) as caught:
        read_claims(table(tmp_path, lines, A=COUNT))
    where = caught.value.where
    assert where is not None
    assert (where.file, where.column) == ("claims.csv", column)
    assert where.row == lines.count("\n") + 1
    assert caught.value.hint


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("SELECT * { SERVICE <http://x.example/> { ?s ?p ?o } }", "SERVICE"),
        ("SELECT * { GRAPH ?g { ?s ?p ?o } }", "GRAPH"),
        ("SELECT * { ?s ?p 'x }", "fails"),
    ],
)
def test_a_query_that_no_claim_may_ask_is_refused(tmp_path: Path, query: str, says: str) -> None:
    """A query that no claim may ask is refused."""
    with pytest.raises(SourceError, match=says) as caught:
        read_claims(table(tmp_path, line(), A=query))
    assert caught.value.where is not None
    assert caught.value.where.file == "A.rq"


def test_no_query_hangs_a_build_and_the_others_are_answered() -> None:
    """No query hangs a build and the others are answered."""
    store = EmbeddedStore()
    number = " ".join(f"VALUES ?v{i} {{ {' '.join(map(str, range(30)))} }}" for i in range(12))
    forms = ("json", "")
    slow = f"SELECT (COUNT(*) AS ?n) {{ {number} }}"
    queries = [
        Query("SELECT (1 AS ?n) {}", forms),
        Query(slow, forms),
        Query("SELEC", forms),
        Query("ASK {}", forms),
        Query("SELECT (2 AS ?n) {}", forms),
    ]
    first, hung, wrong, other, last = solutions_of(queries, lambda: store, seconds=1)
    assert isinstance(first, bytes)
    assert isinstance(last, bytes)
    for result, says in ((hung, "within 1 s"), (wrong, "not SPARQL"), (other, "no SELECT")):
        assert isinstance(result, OgpldError)
        assert says in str(result)


def test_a_badge_is_a_picture_without_script_that_says_all() -> None:
    """A badge is a picture without script that says all."""
    picture = badge("OGP data, A", Verdict("A", DIFFERS, "<1> & 2", "")).decode()
    assert "<script" not in picture
    assert "<title>OGP data, A: differs: &lt;1&gt; &amp; 2</title>" in picture
    long = badge("OGP data, A", Verdict("A", AGREES, "9; " * 100, "")).decode()
    assert "…" in long
    width = int(long.split('width="')[1].split('"')[0])
    assert width < 600
    assert badge("A", Verdict("A", CANNOT, "", "")) != badge("A", Verdict("A", AGREES, "", ""))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small set with three claims; a test edits one cell of it."""
    data = copy_sample(tmp_path_factory.mktemp("claims") / "data")
    lines = line(expected=str(_plan_size(data))) + line(
        "B", comparison="not-asked", reason="no column"
    )
    table(data / "claims", lines + line("C", about="explorer"), A=COUNT, C=COUNT)
    for name in ("source.toml", "mapping.csv"):
        shutil.copy2(Path(__file__).parents[2] / "data/claims" / name, data / "claims" / name)
    return data


def _plan_size(data: Path) -> int:
    text = (data / "sources/estonia/estonia.csv").read_text(encoding="utf-8")
    return len({part for part in text.split("\n") if part.startswith("EE0025,")})


def publish(data: Path, home: Path) -> Published:
    """Publish the small set into a home."""
    return publish_sources(Inputs(data=data), Settings(home=home), Progress())


def test_a_release_has_verdicts_and_a_change_of_one_is_a_warning(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A release has verdicts and a change of one is a warning."""
    home = tmp_path / "home"
    first = publish(data, home).release
    assert first is not None
    verdicts = read_verdicts(first.path)
    assert [v.verdict for v in verdicts.values()] == [AGREES, CANNOT, CANNOT]
    assert "source explorer" in verdicts["C"].reason
    assert first.manifest.classes["Claim"] == 3
    graph = f"<{first.iris.base}graph/verdicts> .\n".encode()
    assert sum(text.endswith(graph) for text in first.lines()) == 7
    # the same, but for one more commitment of that plan: only this unit is read again
    folder = tmp_path / "data"
    shutil.copytree(data, folder)
    edited = folder / "sources/comparison/comparison.csv"
    text = edited.read_text(encoding="utf-8")
    edited.write_text(text.replace("FIN,National", "EST,National", 1), encoding="utf-8")
    text = edited.read_text(encoding="utf-8").replace("AP_FIN04,4,", "AP_EST02,2,", 1)
    edited.write_text(text, encoding="utf-8")
    published = publish_sources(
        Inputs(data=folder), Settings(home=home), Progress(), allow_shrink=True
    )
    assert published.report is not None
    changed = [f for f in published.report.findings if "published figure" in f.message]
    assert [(f.severity, f.focus.rpartition("/")[2]) for f in changed] == [(Severity.WARNING, "A")]
    assert str(changed[0].where[0]) == "claims.csv, row 2"
    second = published.release
    assert second is not None
    assert second.id != first.id
    assert read_verdicts(second.path)["A"].verdict == DIFFERS
    again = publish(folder, tmp_path / "again").release
    assert again is not None
    assert again.manifest.digest == second.manifest.digest
    assert (
        main(["--home", str(home), "claims", "check", "--claims", str(data / "claims/claims.csv")])
        == 1
    )
    output = capsys.readouterr().out
    assert f"3 claims against release {second.id}: 0 agrees, 1 differs, 2 cannot be asked" in output
    arguments = ["--home", str(home), "claims", "check", "--release", "1"]
    assert main([*arguments, "--claims", str(data / "claims/claims.csv")]) == 0


def test_a_table_that_is_not_there_is_no_empty_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command says which of the two it is: no such file, a folder, or a table without claims."""
    empty = tmp_path / "empty.csv"
    empty.write_text("id,figure,counts,comparison,expected\n", encoding="utf-8")
    for table, words in (
        (tmp_path / "none.csv", "none.csv: no such file"),
        (tmp_path, "is a folder"),
        (empty, f"there are no claims in {empty}"),
    ):
        arguments = ["--home", str(tmp_path / "home"), "claims", "check", "--claims", str(table)]
        assert main(arguments) == 2
        assert words in capsys.readouterr().err


def test_a_query_that_fails_stops_the_build(data: Path, tmp_path: Path) -> None:
    """A query that fails stops the build."""
    folder = tmp_path / "data"
    shutil.copytree(data, folder)
    (folder / "claims/A.rq").write_text("SELECT ?n { ?n a", encoding="utf-8")
    with pytest.raises(SourceError, match=r"claim A \(claims\.csv, row 2\) fails") as caught:
        publish(folder, tmp_path / "home")
    assert caught.value.where is not None
    assert caught.value.where.file == "A.rq"
    assert not (tmp_path / "home/current").exists()


def test_an_erased_claim_is_in_no_file_of_verdicts(data: Path, tmp_path: Path) -> None:
    """Its query goes with it, and the others stay."""
    home = tmp_path / "home"
    release = publish(data, home).release
    assert release is not None
    thing = release.iris.thing("claim", "A").value
    assert (
        main(["--home", str(home), "releases", "erase", thing, "--yes", "--reason", "a test"]) == 0
    )
    for remaining in ReleaseStore(home).releases():
        assert list(read_verdicts(remaining.path)) == ["B", "C"]
        assert not (remaining.path / "claims/A.rq").exists()
        assert (remaining.path / "claims/C.rq").exists()


@pytest.mark.parametrize(
    ("value", "figure", "expected", "text"),
    [
        ("53.8462", "half complete", "50", "54"),
        ("42.8571; 3; 13", "43 %; 3 of 13", "43; 3; 13", "43 %; 3; 13"),
        ("38.8889; 48.6111", "40 % (2012), 48 points more (2013)", "40; 48", "39 %; 49"),
        ("2.4595; 3.7879", "2.4 to 3.75", "2.4; 3.75", "2.5; 3.79"),
        ("1985", "2,000", "2000", "1,985"),
        ("Malta; Turkey", "2 (Malta, Turkey)", "Turkey; Malta", "Malta; Turkey"),
        ("", "7 %", "", ""),
    ],
)
def test_values_are_shown_in_decimals_and_unit_of_the_figure(
    value: str, figure: str, expected: str, text: str
) -> None:
    """What is held to each other can be read side by side."""
    assert value_as_printed(value, figure, expected) == text
