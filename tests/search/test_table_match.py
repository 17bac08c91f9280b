"""A table comes back whole, with ids only where the matcher is certain."""

from __future__ import annotations

from typing import Any

import pytest

from ogpld.errors import SourceError
from ogpld.search.candidates import Candidate
from ogpld.search.matcher import Matcher
from ogpld.search.table_match import MatchRequest, match_table

EST = "http://localhost:8000/id/member/EST"


class _Stub(Matcher):
    """Knows one country for certain, and one more or less; counts what it is asked."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def match(self, text: str, **_: Any) -> list[Candidate]:
        """Return one candidate or none."""
        self.texts.append(text)
        if not text.startswith("Est"):
            return []
        sure = text == "Estonia"
        score = 100.0 if sure else 60.0
        return [
            Candidate(EST, "Member", "EST", "Estonia", "EST", "Estonia", score, sure, (), "same")
        ]


def _matched(header: list[str], rows: list[list[str]], **request: str) -> list[dict[str, str]]:
    codes = {EST: ("EE", "EST", "233")}
    table = match_table(_Stub(), header, rows, MatchRequest(**request), codes=codes)
    return [dict(zip(table.header, row, strict=True)) for row in table.rows]


def test_rows_come_back_as_they_were() -> None:
    """In their order, blank ones too; nothing of them changes."""
    rows = [["007", "Estonia"], ["2.10", " "], ["", "Atlantis"], ["=1", "Estland"]]
    answer = _matched(["n", "Country"], rows)
    assert [[row["n"], row["Country"]] for row in answer] == rows
    assert [row["ogpld_match"] for row in answer] == ["yes", "", "no", "unsure"]
    assert answer[1]["ogpld_reason"] == "empty"
    assert (answer[0]["ogpld_id"], answer[0]["ogpld_iso2"]) == (EST, "EE")
    assert (answer[0]["ogpld_iso3"], answer[0]["ogpld_iso_numeric"]) == ("EST", "233")


def test_no_id_without_certainty() -> None:
    """What is unsure names its candidate in the reason, and has neither id nor key nor codes."""
    row = _matched(["Country"], [["Estland"]])[0]
    assert not any(row[name] for name in ("ogpld_id", "ogpld_key", "ogpld_iso2", "ogpld_iso3"))
    assert "EST" in row["ogpld_reason"]


def test_names_that_are_taken_get_a_number() -> None:
    """A table that was matched before keeps its columns."""
    row = _matched(["Country", "ogpld_id", "OGPLD_ID_2"], [["Estonia", "mine", "other"]])[0]
    assert (row["ogpld_id"], row["ogpld_id_3"]) == ("mine", EST)


def test_each_text_is_matched_once() -> None:
    """However often it stands in the table."""
    matcher = _Stub()
    match_table(matcher, ["Country"], [["Estonia"]] * 5 + [["Latvia"]], MatchRequest(), codes={})
    assert matcher.texts == ["Estonia", "Latvia"]


@pytest.mark.parametrize(
    ("header", "column", "place"),
    [
        (["a", "País"], "", 1),
        (["muu", "riik"], "", 1),
        (["Liige", "muu"], "", 0),
        (["only"], "", 0),
        (["a", "b"], "2", 1),
        (["2", "b"], "2", 0),
        (["a", "Straße"], "strasse", 1),
    ],
)
def test_the_column(header: list[str], column: str, place: int) -> None:
    """By name, by number, or found where only one can be meant."""
    rows = [["x"] * len(header)]
    request = MatchRequest(column=column)
    assert match_table(_Stub(), header, rows, request, codes={}).column == place


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ([["x", "Estonia"], ["y", "Estonia"], ["z", ""], ["", " "]], 1),
        ([["x", "Estonia"], ["y", "Atlantis"], ["z", "Estland"]], None),
        ([["Estonia", "Estonia"]], None),
        ([["233", "8"]], None),
        ([], None),
    ],
)
def test_a_column_by_its_cells(rows: list[list[str]], place: int | None) -> None:
    """Most of its different cells are certain, and it is the best; members are meant then."""
    header = ["first", "second"]
    try:
        table = match_table(
            _Stub(), header, rows, MatchRequest(), codes={EST: ("EE", "EST", "233")}
        )
    except SourceError as error:
        assert (place, error.code) == (None, "table-column")
    else:
        assert (table.column, table.guessed, table.by_cells) == (place, True, True)
        assert "ogpld_iso2" in table.header


@pytest.mark.parametrize(
    ("header", "column"),
    [
        (["a", "b"], ""),
        (["Country", "iso3"], ""),
        (["a", "b"], "c"),
        (["a", "a"], "a"),
        (["a", "b"], "3"),
        (["a", "b"], "0"),
    ],
)
def test_a_column_that_cannot_be_told(header: list[str], column: str) -> None:
    """The error lists the columns there are."""
    with pytest.raises(SourceError) as caught:
        match_table(_Stub(), header, [["x", "y"]], MatchRequest(column=column), codes={})
    assert caught.value.code == "table-column"
    assert f"1 {header[0]!r}, 2 {header[1]!r}" in caught.value.hint
