"""Unknown is not no, and coverage is visible: on pages, in downloads, beside names of members that left."""

from __future__ import annotations

import csv
import io
import re

import pytest
from support.running import Server

from ogpld.queries.named import load_named
from ogpld.web.pages.answer_chart import LEFT_OUT

HTML = {"Accept": "text/html"}


def page(server: Server, path: str) -> str:
    """Return the text of a page, tags taken away."""
    answer = server.get(path, headers=HTML)
    assert answer.status_code == 200, path
    return " ".join(re.sub(r"<[^>]*>", " ", answer.text).split())


def test_an_answer_says_what_it_leaves_out(server: Server) -> None:
    """The page with the list behind it; JSON within; CSV beside, under a Link; CSV stays a table."""
    path = "/queries/ambitious-and-dropped"
    text = page(server, path)
    assert "48 not known, left out" in text
    assert "8 not known, left out: carried forward" in text
    table = server.get(f"{path}.csv")
    assert table.text.splitlines()[0] == "commitment,id,title,member,completion"
    assert f'<{path}/unknown.csv>; rel="related"' in table.headers["Link"]
    assert "48 not known, left out" in table.headers["Link"]
    rows = list(csv.DictReader(io.StringIO(server.get(f"{path}/unknown.csv").text)))
    assert len(rows) == 48
    assert sum(row["notKnown"] == "carried forward" for row in rows) == 8
    content = server.get(f"{path}.json").json()
    assert content["leftOut"]["total"] == 48
    assert {"value": "carried forward", "count": 8} in content["leftOut"]["notKnown"]
    assert content["head"]["link"] == [content["leftOut"]["list"]]
    assert len(content["results"]["bindings"]) == 2
    assert "GE0077" in server.get(f"{path}/unknown", headers=HTML).text


def test_nothing_left_out_is_said_with_the_reason(server: Server) -> None:
    """A question that leaves nothing out says why, and links no list of things left out."""
    assert "Nothing is left out because a value is not known" in page(server, "/queries/how-read")
    assert server.get("/queries/how-read/unknown").status_code == 404


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/queries/completion-changes?member=Georgia", "GEO"),
        ("/queries/completion-changes?member=georgia", "GEO"),
        ("/queries/where-from?commitment=ee0050", "EE0050"),
        ("/queries/led-by?institution=RIIGIKOGU", "EST-riigikogu"),
    ],
)
def test_a_name_is_taken_for_its_key(server: Server, path: str, key: str) -> None:
    """A name in any case is taken for its key, and the address of the answer has the key."""
    answer = server.get(path, headers=HTML)
    assert answer.status_code == 200
    assert f"={key}>" in answer.headers["Link"]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/queries/led-by?institution=ministry+of+justice", "EST-ministry-of-justice"),
        ("/queries/led-by?institution=EST-nobody", "has that key or name"),
        ("/queries/completion-changes?member=Latvja", "LVA (Latvia)"),
    ],
)
def test_a_wrong_or_ambiguous_name_is_no_empty_answer(
    server: Server, path: str, words: str
) -> None:
    """400, with candidates."""
    answer = server.get(path)
    assert answer.status_code == 400
    assert words in answer.text


def test_pages_say_words_for_keys_and_numbers(server: Server) -> None:
    """Heads are words, things are called by their names, shares are percentages."""
    text = page(server, "/queries/areas-with-strong-results")
    assert "66.7 %" in text
    assert "0.66" not in text
    answer = server.get("/queries/transformative-but-limited", headers=HTML).text
    assert ">GEO-ministry-of-justice-of-georgia<" not in answer
    assert "Official id" not in answer  # it would repeat the key


def test_what_is_not_known_is_said_beside_the_bars(server: Server) -> None:
    """A bar of it would leave no room for the others; what does not apply comes last."""
    text = server.get("/queries/results-by-value", headers=HTML).text
    places = {
        kind: [int(y) for y in re.findall(r'<rect [^>]*y="(\d+)"', drawn)]
        for kind, drawn in re.findall(r'<g class="(bar|grade-unknown)"[^>]*>(.*?)</g>', text)
    }
    assert len(places["grade-unknown"]) == 3
    assert max(places["bar"]) < min(places["grade-unknown"])
    assert re.search(r"Not drawn: \d+ commitments with a result not known\.</figcaption>", text)
    french = server.get("/queries/results-by-value?lang=fr", headers=HTML).text
    assert re.search(r"\d+ engagements dont un résultat n.est pas connu", french)
    assert "commitments with a result" not in french.partition("<svg")[2].partition("</figure>")[0]
    charts = [query.chart for query in load_named().values() if query.chart]
    assert {chart.unknown for chart in charts} - {""} == {*LEFT_OUT}


def test_members_that_left_are_marked(server: Server) -> None:
    """In the list, on their pages, in documents that link to them, in forms, in answers; as a filter."""
    assert "Georgia removed April 2026" in page(server, "/doc/member")
    assert "United States withdrawn 15 January 2026" in page(server, "/doc/member")
    assert "Georgia removed April 2026" in page(server, "/doc/member/GEO")
    assert "Georgia removed April 2026" in page(server, "/doc/commitment/GE0048")
    assert "Georgia (removed April 2026)" in page(server, "/doc/commitment")
    assert "Georgia removed April 2026" in page(server, "/queries/transformative-but-limited")
    assert "Georgia (removed April 2026)" in page(server, "/queries/completion-changes")
    left = server.get("/doc/member.csv?memberStatus=removed").text.splitlines()
    assert [line.partition(",")[0] for line in left[1:]] == ["GEO"]
    turtle = server.get("/doc/member/EST.ttl").text
    members = page(server, "/doc/member")
    assert "no change known" in members, "its page does not say unknown either"
    assert len(server.get("/doc/member.csv?memberStatus=No+change+known").text.splitlines()) > 2
    assert "memberStatus" not in turtle  # no source tells of an event, so nothing is known


def test_coverage_is_said_where_a_number_misleads(server: Server) -> None:
    """Pages of members and plans, lists, answers, the catalogue, the tables' metadata."""
    latvia = "6 of Latvia's commitments, chosen by topic; percentages over these need not".replace(
        "'", "&#39;"
    )
    for path in (
        "/doc/member/LVA",
        "/doc/commitment?member=LVA",
        "/queries/completion-changes?member=LVA",
    ):
        assert latvia in page(server, path), path
    assert "1 of 23 commitments" in page(server, "/doc/action-plan/EST02")
    assert "No commitments read for this member" in page(server, "/doc/member/CAN")
    assert "chosen by topic" in page(server, "/queries/results-by-value")
    assert "chosen by topic" in page(server, "/doc/commitment")
    assert latvia in page(server, "/dataset/lva")


def test_what_was_printed_is_shown(server: Server) -> None:
    """The reason as the site prints it, and the column a value was taken from."""
    text = page(server, "/doc/commitment/EE0058")
    assert "Pending IRM Review" in text
    assert "taken from the column relevant_to_ogp_values" in text
    path = "/doc/assessment/EE0058-completion-results-report"
    assert "Pending IRM Review" in page(server, path)
    assert '"Pending IRM Review"@und' in server.get(f"{path}.ttl").text
    older = page(server, "/doc/commitment/EE0043")
    assert "taken from the column" not in older


def test_what_a_report_states_is_not_branded_as_computed(server: Server) -> None:
    """A shortcut repeats its assessment; a grouping is computed."""
    text = page(server, "/doc/commitment/EE0050")
    assert "Complete computed" not in text
    assert "High completion yes computed" in text
