"""Lists as tables for people: columns in words, sorted, all of several values, and the same as SPARQL."""

from __future__ import annotations

import csv
import html
import io
import re
from collections import Counter
from urllib.parse import parse_qs, urlsplit

import pytest
from support.running import Server

HTML = {"Accept": "text/html"}
#: What stands for a share of none.
_OF_NONE = "\N{EN DASH}"


def keys_in_csv(server: Server, query: str) -> list[str]:
    """Return the IRIs of all things that a list has as CSV."""
    answer = server.get(f"/doc/commitment.csv{query}")
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in csv.DictReader(io.StringIO(answer.text))]


def cells(page: str) -> list[list[str]]:
    """Return the texts of the cells of each row of a list's table."""
    body = page.partition('<table class="list')[2].partition("<tbody>")[2].partition("</tbody>")[0]
    return [
        [
            html.unescape(re.sub(r"<[^>]*>", "", cell)).strip()
            for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL)
        ]
        for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    ]


def headings(page: str) -> list[str]:
    """Return the heads of the columns of a list's table."""
    head = page.partition('<table class="list')[2].partition("</thead>")[0]
    return [
        re.sub(r"<[^>]*>", "", cell).strip()
        for cell in re.findall(r"<th [^>]*>(.*?)</th>", head, re.DOTALL)
    ]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?member=EST",
        "?member=EST&member=LVA&completion=complete",
        "?completion=(unknown)",
        "?completion=(unknown)&completion=limited",
        "?latestCompletion=limited",
        "?latestCompletion=(unknown)&latestCompletion=complete&member=EST",
        "?latestCompletion=complete&latestCompletion=limited&all=latestCompletion",
        "?cycle=2018",
        "?starred=true&cycle=2014",
        "?region=europe&region=(unknown)",
        "?policyAreas=access-to-information&policyAreas=capacity-building&all=policyAreas",
        "?type=sub-commitment",
        "?q=open+dat",
        "?q=open&member=EST",
    ],
)
def test_the_query_of_a_list_gives_its_things(server: Server, query: str) -> None:
    """The link on the page leads to the editor with a query; its answer has the same things."""
    page = server.get(f"/doc/commitment{query}", headers=HTML).text
    address = re.search(r'href="(/sparql\?query=[^"]+)"[^>]*>this list as SPARQL', page)
    listed = keys_in_csv(server, query)
    if address is None:
        assert not listed
        return
    text = parse_qs(urlsplit(html.unescape(address[1])).query)["query"][0]
    answer = server.get("/sparql", params={"query": text}, headers={"Accept": "text/csv"})
    assert answer.status_code == 200, answer.text
    assert sorted(r["thing"] for r in csv.DictReader(io.StringIO(answer.text))) == sorted(listed)


def test_cells_are_words_and_unknown_is_said(server: Server) -> None:
    """A grade has a word; what nobody assessed is unknown, in page and count alike."""
    page = server.get("/doc/commitment?member=EST", headers=HTML).text
    rows = cells(page)
    assert len(rows) == len(keys_in_csv(server, "?member=EST"))
    grades = {"Complete", "Substantial", "Limited", "Not Started", "Withdrawn", "unknown"}
    assert {row[-1] for row in rows} <= grades
    assert 'class="grade grade-completion-' in page
    assert '<a href="/doc/commitment?member=EST&amp;sort=-completion"' in page


def test_sorting(server: Server) -> None:
    """Best first, then the other way round; what has no value is last in both; CSV has the same order."""
    for sort in ("-completion", "completion", "name", "-cycle"):
        page = server.get(f"/doc/commitment?member=EST&sort={sort}", headers=HTML).text
        listed = [iri.rpartition("/")[2] for iri in keys_in_csv(server, f"?member=EST&sort={sort}")]
        assert [row[1] for row in cells(page)] == listed
        assert f'aria-sort="{"descending" if sort[0] == "-" else "ascending"}"' in page
    grades = [
        row[-1]
        for row in cells(
            server.get("/doc/commitment?sort=-completion&limit=1000", headers=HTML).text
        )
    ]
    order = ["Complete", "Substantial", "Limited", "Not Started", "Withdrawn", "unknown"]
    assert [order.index(g) for g in grades] == sorted(order.index(g) for g in grades)
    wrong = server.get("/doc/commitment?sort=compleation")
    assert (wrong.status_code, wrong.json()["suggestion"]) == (400, "completion")


def test_the_filter_by_the_latest_completion_is_the_column(server: Server) -> None:
    """What is said at the end of the term, else at mid-term; `completion=` is that of the end alone."""
    page = server.get("/doc/commitment?limit=1000", headers=HTML).text
    by_word = Counter(row[-1] for row in cells(page))
    for code, word in (("complete", "Complete"), ("limited", "Limited"), ("(unknown)", "unknown")):
        assert len(keys_in_csv(server, f"?latestCompletion={code}")) == by_word[word]
    at_end = keys_in_csv(server, "?completion=complete")
    assert set(at_end) < set(keys_in_csv(server, "?latestCompletion=complete"))
    facets = re.findall(r"<summary>([^<]*)</summary>", page)
    at = facets.index("Completion at the end of the term")
    assert facets[at - 1] == "Completion"
    assert not re.search(r"latest(?!Completion=)", page)
    page = server.get("/doc/commitment?lang=et", headers=HTML).text
    assert "<summary>Täitmine perioodi lõpus</summary>" in page
    assert "<summary>Täitmine</summary>" in page


def test_reports_have_the_member_of_their_plan(server: Server) -> None:
    """The list has as many of a member as its page, and says whose each is."""
    rows = list(csv.DictReader(io.StringIO(server.get("/doc/report.csv?member=EST").text)))
    page = server.get("/doc/member/EST", headers=HTML).text
    count = re.search(r'Reports <span class="count">(\d+)', page)
    assert count is not None
    assert int(count[1]) == len(rows)
    assert any(not row["member"] for row in rows)
    table = server.get("/doc/report", headers=HTML).text
    assert "unknown" not in {row[2] for row in cells(table)}


def test_a_lead_that_was_matched_to_nobody_is_shown_as_printed(server: Server) -> None:
    """Who leads is not unknown where a text says it; it is no body either, in list, filter and address."""
    rows = csv.DictReader(io.StringIO(server.get("/doc/commitment.csv?lead=(unknown)").text))
    printed = {row["id"].rpartition("/")[2]: row.get("leadText@und", "") for row in rows}
    assert any(printed.values())
    page = server.get("/doc/commitment?limit=1000", headers=HTML).text
    leads = {row[1]: row[headings(page).index("Lead")] for row in cells(page)}
    for key, text in printed.items():
        wanted = " ".join(text.split(" | ")[0].split()) or "not matched to a body"
        assert leads[key].startswith(wanted[:100]), key
    assert "not matched to a body</bdi>" in page
    words = server.get("/doc/commitment.csv?lead=Not+matched+to+a+body")
    assert words.headers["X-Total-Count"] == str(len(printed))


def test_bodies_say_what_they_lead_and_what_they_support(server: Server) -> None:
    """Each number is that of the list of such commitments; a share of none is a dash."""
    page = server.get("/doc/institution?limit=1000&sort=-supports", headers=HTML).text
    assert headings(page)[-3:] == ["Leads", "Supports ▼", "Complete or substantial, of assessed"]
    rows = cells(page)
    assert {row[-1] for row in rows if row[-3] == "0"} == {_OF_NONE}
    for _name, key, *_, leads, supports, _share in (rows[0], rows[-1]):
        for role, number in (("lead", leads), ("supporting", supports)):
            answer = server.get(f"/doc/commitment.csv?{role}=institution/{key}&limit=1000")
            there = answer.headers["X-Total-Count"] if answer.status_code == 200 else "0"
            assert there == number, (key, role)


def test_0_commitments_are_none_that_were_read(server: Server) -> None:
    """Of a member or plan nobody read them, which is not that there are none."""
    members = cells(server.get("/doc/member?limit=1000", headers=HTML).text)
    assert "none read" in {row[-2] for row in members}
    for row in [*members, *cells(server.get("/doc/action-plan?limit=1000", headers=HTML).text)]:
        assert row[-2] != "0"
        assert (row[-2] == "none read") == (row[-1] == _OF_NONE), row


def test_all_of_several_values(server: Server) -> None:
    """`all=` narrows to what has every value; without it one of them is enough."""
    values = "?policyAreas=access-to-information&policyAreas=capacity-building"
    either = set(keys_in_csv(server, values))
    both = set(keys_in_csv(server, f"{values}&all=policyAreas"))
    one = set(keys_in_csv(server, "?policyAreas=access-to-information"))
    other = set(keys_in_csv(server, "?policyAreas=capacity-building"))
    assert either == one | other
    assert both == one & other
    assert "With all of these" in server.get(f"/doc/commitment{values}", headers=HTML).text
    assert server.get("/doc/commitment?all=policyAreas").status_code == 400


def test_numbers_beside_values_where_all_are_wanted(server: Server) -> None:
    """A further value leads to as many things as it says; what is chosen is what all things have."""
    values = "policyAreas=access-to-information&policyAreas=capacity-building"
    page = server.get(f"/doc/commitment.html?{values}&all=policyAreas").text
    total = len(keys_in_csv(server, f"?{values}&all=policyAreas"))
    choices = [
        (html.unescape(href), chosen, int(count.replace(",", "")))
        for href, chosen, count in re.findall(
            r'<li><a href="([^"]+)" rel="nofollow"( aria-current="true")?>.*?</a>'
            r' <span class="count">([\d,]+)</span>',
            page,
        )
        if "policyAreas=" in href
    ]
    further = [
        (href, count)
        for href, chosen, count in choices
        if not chosen and href.count("policyAreas=") == 3
    ]
    assert further
    for href, count in further:
        query = href.partition("?")[2]
        assert len(keys_in_csv(server, f"?{query}")) == count > 0, href
    assert [count for _, chosen, count in choices if chosen] == [total, total]


def test_words_that_are_too_long_are_refused(server: Server) -> None:
    """Nothing of them is passed over without a word."""
    answer = server.get(f"/doc/commitment?q={'word' * 300}")
    assert (answer.status_code, answer.json()["parameter"]) == (400, "q")


def test_values_by_name(server: Server) -> None:
    """What a page calls a value can be written in the address; a slip gets a suggestion."""
    assert keys_in_csv(server, "?member=estonia") == keys_in_csv(server, "?member=EST")
    wrong = server.get("/doc/commitment?member=Estonai")
    assert (wrong.status_code, wrong.json()["suggestion"]) == (400, "EST")


def test_the_table_of_a_class_with_a_list_of_its_own_is_described(server: Server) -> None:
    """By the document that it links, which names it."""
    table = server.get("/doc/commitment.csv?type=sub-commitment&limit=1")
    assert table.status_code == 200
    metadata = server.get(table.links["describedby"]["url"]).json()
    assert metadata["url"] == "commitment.csv?type=sub-commitment"
    header = next(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert [column["titles"] for column in metadata["tableSchema"]["columns"]] == header


def test_one_value_that_means_several_things_is_the_same_with_all(server: Server) -> None:
    """As "yes", which several scales have; beside another value it has to be said which is meant."""
    plain = server.get("/doc/assessment.csv?value=yes").text
    assert plain.count("\r\n") > 2
    assert server.get("/doc/assessment.csv?value=yes&all=value").text == plain
    answer = server.get("/doc/assessment.csv?value=yes&value=no&all=value")
    assert answer.status_code == 400
    problem = answer.json()
    assert problem["code"] == "filter-unknown"
    assert len(set(problem["available"])) == len(problem["available"]) > 1
    rows = 0
    for value in problem["available"]:
        assert server.get(f"/doc/assessment.csv?value={value}&value=no&limit=1").status_code == 200
        rows += server.get(f"/doc/assessment.csv?value={value}").text.count("\r\n") - 1
    assert rows == plain.count("\r\n") - 1
