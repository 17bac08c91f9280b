"""Questions as pages and downloads."""

from __future__ import annotations

import csv
import io
import re

import pytest
from support.pages import FRAME_SCRIPT
from support.running import Server

from ogpld.errors import ModelError
from ogpld.queries.named import Chart, load_named, parse_named
from ogpld.web.lists.answer_table import columns, heading
from ogpld.web.pages.answer_chart import bars

HTML = {"Accept": "text/html"}


def test_the_list_leads_to_every_question(server: Server) -> None:
    """By topic; what the data cannot answer yet is marked."""
    page = server.get("/queries", headers=HTML).text
    assert set(re.findall(r'href="/queries/([a-z0-9-]+)"', page)) == set(load_named())
    unanswered = sum(1 for query in load_named().values() if query.unanswered)
    assert page.count("not in the data yet") == unanswered


@pytest.mark.parametrize(
    ("names", "order", "keys"),
    [
        (["commitment", "id", "title", "member"], ["title", "commitment", "member"], 1),
        (
            ["milestone", "number", "title", "commitment"],
            ["title", "milestone", "number", "commitment"],
            1,
        ),
        (["thing", "label", "notKnown"], ["label", "thing", "notKnown"], 1),
        (["plan", "commitment", "member"], ["plan", "commitment", "member"], 0),
    ],
)
def test_titles_come_before_keys(names: list[str], order: list[str], keys: int) -> None:
    """Of what has a title in the answer; the key beside it is called so."""
    assert columns(names, []) == order
    assert [heading(name, order) for name in order].count("Key") == keys


def test_a_title_is_the_link(server: Server) -> None:
    """It was plain text, and its key the only link; a thing without a title of its own is called by its name."""
    page = server.get("/queries/milestones-due", headers=HTML).text
    row = page.partition("<tbody>")[2].partition("</tr>")[0]
    title, key, _number, commitment, due = re.findall(r"<td[^>]*>(.*?)</td>", row)
    assert re.match(r'<a href="/doc/milestone/[^"]+"><bdi lang="en">\w', title)
    assert re.fullmatch(r"<code>EE0050-m\d+</code>", key)
    assert "Riigikogu" in commitment
    assert due.startswith("<time datetime=")


@pytest.mark.parametrize("name", load_named())
def test_every_question_is_a_page(server: Server, name: str) -> None:
    """With its title, its answer, its downloads and its query."""
    response = server.get(f"/queries/{name}", headers=HTML)
    assert response.status_code == 200
    assert f"<h1>{load_named()[name].title}</h1>".replace('"', "&#34;") in response.text
    assert f"/queries/{name}.csv" in response.text
    assert "<script" not in response.text.replace(FRAME_SCRIPT, "")


def test_forms_have_the_same_rows(server: Server) -> None:
    """CSV and JSON by suffix, by parameter and by header; the query with its values bound."""
    path = "/queries/led-by"
    parameters = {"institution": "EST-riigikogu"}
    by_suffix = server.get(f"{path}.csv", params=parameters)
    assert by_suffix.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(by_suffix.text)))
    bindings = server.get(f"{path}.json", params=parameters).json()["results"]["bindings"]
    assert [r["id"] for r in rows] == [r["id"]["value"] for r in bindings]
    assert rows
    assert server.get(path, params={**parameters, "format": "csv"}).text == by_suffix.text
    by_header = server.get(path, params=parameters, headers={"Accept": "text/csv"})
    assert by_header.text == by_suffix.text
    assert by_header.headers["Vary"] == "Accept, Accept-Encoding"
    assert by_header.headers["Content-Location"] == f"{path}.csv?institution=EST-riigikogu"
    query = server.get(f"{path}.rq", params=parameters)
    assert query.headers["Content-Type"] == "application/sparql-query"
    assert "id/institution/EST-riigikogu>" in query.text
    direct = server.get("/sparql", params={"query": query.text, "format": "csv"})
    assert direct.text == by_suffix.text


def test_another_value_is_another_answer(server: Server) -> None:
    """The form shows what was asked, an empty field means the default."""
    first = server.get("/queries/completion-changes", params={"member": "GEO"}, headers=HTML).text
    assert 'value="Georgia"' in first
    assert "GE0020" in first
    default = server.get("/queries/completion-changes", params={"member": " "}, headers=HTML).text
    assert 'value="Estonia"' in default
    empty = server.get("/queries/completion-changes", params={"member": "FIN"}, headers=HTML).text
    assert "No statement in the data fits" in empty
    chosen = server.get("/queries/under-an-area", params={"area": "justice"}, headers=HTML).text
    assert '<option value="justice" selected>' in chosen


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/queries/nothing-such", 404, "no question"),
        ("/queries/led-by?body=x", 400, "institution"),
        ("/queries/led-by?institution=a%3E%20%3Fx", 400, "institution cannot be"),
        ("/queries/led-by?institution=a&institution=b", 400, "is given 2 times"),
        ("/queries/led-by.ttl", 406, ""),
        ("/queries/led-by?format=ttl", 406, ""),
        ("/queries/running-on?day=2019", 400, "such as 2019-05-01"),
    ],
)
def test_what_is_wrong_is_said(server: Server, path: str, status: int, words: str) -> None:
    """As problem details, with the parameter's name and what is allowed."""
    response = server.get(path)
    assert response.status_code == status
    assert response.headers["Content-Type"].startswith("application/problem+json")
    assert words in response.text


def test_an_answer_is_the_same_until_the_release_changes(server: Server) -> None:
    """A strong ETag, and 304 for who has it."""
    first = server.get("/queries/opened-government.csv")
    tag = first.headers["ETag"]
    again = server.get("/queries/opened-government.csv", headers={"If-None-Match": tag})
    assert (again.status_code, again.text) == (304, "")
    head = server.get("/queries/opened-government", headers=HTML)
    assert head.headers["ETag"] != tag


def test_counts_are_drawn(server: Server) -> None:
    """As many bars as rows, the longest the largest; the picture has a name; no script, no style."""
    page = server.get("/queries/how-read", headers=HTML).text
    rows = server.get("/queries/how-read.csv").text.splitlines()[1:]
    drawn = page.partition('<g class="bar">')[2].partition("</g>")[0]
    widths = [float(width) for width in re.findall(r'width="([0-9.]+)%"', drawn)]
    assert len(widths) == len(rows)
    assert (max(widths), widths[0]) == (100.0, 100.0)
    numbers = [int(row.partition(",")[2]) for row in rows]
    assert widths == [round(number / numbers[0] * 100, 1) for number in numbers]
    assert 'role="img" aria-labelledby=' in page
    assert "style=" not in page
    assert "<svg" not in server.get("/queries/led-by", headers=HTML).text


def test_results_come_in_every_form(server: Server) -> None:
    """What /sparql writes, questions write too."""
    query = server.get("/queries/how-read.rq").text
    for form in ("csv", "json", "xml", "tsv"):
        answer = server.get(f"/queries/how-read.{form}")
        direct = server.get("/sparql", params={"query": query, "format": form})
        assert (answer.content, answer.headers["Content-Type"]) == (
            direct.content,
            direct.headers["Content-Type"],
        )


@pytest.mark.parametrize(
    ("rows", "numbers"),
    [
        ([("a", "1"), ("b", "4")], [1.0, 4.0]),
        ([("a", "1")], []),
        ([("a", "0"), ("b", "0")], []),
        ([("a", "x"), ("b", "NaN"), ("c", "2"), ("d", "-1"), ("e", "1.5")], [2.0, 1.5]),
        ([], []),
    ],
)
def test_only_numbers_make_bars(rows: list[tuple[str, str]], numbers: list[float]) -> None:
    """A comparison needs two."""
    bindings = [{"l": {"value": label}, "v": {"value": value}} for label, value in rows]
    assert [bar.total for bar in bars(Chart(("l",), "v"), bindings)] == numbers


def test_a_chart_of_a_column_that_is_not_there_is_refused() -> None:
    """When the file is read, not when somebody looks."""
    head = "# number: 1\n# topic: Time\n# title: t\n# description: d\n# chart: a | c\nSELECT ?a ?b {}\n"
    with pytest.raises(ModelError, match="no column 'c'"):
        parse_named("x", head)
