"""Lists as CSV and NDJSON have all rows or are an error; what has no value can be counted and found."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
import requests
from support.lists import ask, things, walk
from support.running import Server
from werkzeug.test import Client

from ogpld.config import Settings
from ogpld.rdf import NS
from ogpld.web.http.spool import IN_MEMORY, SpooledFile, gather
from ogpld.web.lists import all_rows as rows_of_lists
from ogpld.web.server.create_application import create_wsgi_application

LISTS = ("member", "action-plan", "commitment", "milestone", "assessment", "report", "institution")
CLASSES = {
    "member": "Member",
    "action-plan": "ActionPlan",
    "commitment": "Commitment",
    "milestone": "Milestone",
    "assessment": "Assessment",
    "report": "Report",
    "institution": "Institution",
}


def table(text: str) -> list[dict[str, str]]:
    """Return the rows of a CSV answer."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("segment", LISTS)
def test_a_list_without_a_page_has_all_rows(server: Server, segment: str) -> None:
    """CSV and NDJSON, by suffix, by parameter and by header: what SPARQL finds, in the order of keys."""
    expected = things(server, f"?t a <{NS(CLASSES[segment]).value}>")
    for path, accept in (
        (f"/doc/{segment}.csv", "*/*"),
        (f"/doc/{segment}?format=csv", "*/*"),
        (f"/doc/{segment}", "text/csv"),
    ):
        answer = server.get(path, headers={"Accept": accept})
        assert [row["id"] for row in table(answer.text)] == expected
        assert answer.headers["X-Total-Count"] == str(len(expected))
        assert answer.headers["Content-Disposition"] == f'inline; filename="{segment}.csv"'
        assert not {"next", "prev", "first", "last"} & answer.links.keys()
    for path, accept in (
        (f"/doc/{segment}.ndjson", "*/*"),
        (f"/doc/{segment}", "application/x-ndjson"),
    ):
        answer = server.get(path, headers={"Accept": accept})
        assert [json.loads(line)["id"] for line in answer.text.splitlines()] == expected


def test_all_rows_are_those_of_the_pages(server: Server) -> None:
    """Cell by cell and line by line; filters apply, and the address of a page says that it is one."""
    for form, query in (
        ("csv", "region=europe"),
        ("ndjson", "region=europe"),
        ("csv", "modified_since=2000-01-01"),
    ):
        whole = server.get(f"/doc/assessment.{form}?{query}")
        pages = list(walk(server, f"/doc/assessment.{form}?{query}&page=1"))
        assert len(pages) > 1
        parts = [page.text for page in pages]
        if form == "csv":
            head = parts[0].partition("\r\n")[0] + "\r\n"
            parts = [parts[0], *(part.removeprefix(head) for part in parts[1:])]
        assert whole.text == "".join(parts)
        for number, page in enumerate(pages, 1):
            name = page.headers["Content-Disposition"]
            assert f"-page-{number}-of-{len(pages)}.{form}" in name
            assert page.links["first"]["url"].endswith("&page=1")
            assert page.links["last"]["url"].endswith(f"&page={len(pages)}")


def test_all_rows_are_repeated_only_when_they_changed(server: Server) -> None:
    """ETag, 304, HEAD and the length of a list that is sent from a file, and of one that is not."""
    for path in ("/doc/assessment.ndjson", "/doc/member.csv"):
        plain = {"Accept-Encoding": "identity"}
        answer = server.get(path, headers=plain)
        assert (len(answer.content) > IN_MEMORY) == ("assessment" in path)
        assert answer.headers["Content-Length"] == str(len(answer.content))
        head = requests.head(server.url + path, headers=plain, timeout=30)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["Content-Length"] == answer.headers["Content-Length"]
        assert head.headers["ETag"] == answer.headers["ETag"]
        again = server.get(path, headers={**plain, "If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == answer.headers["ETag"]
        assert "Content-Security-Policy" not in again.headers, "it is no page"


def test_a_release_has_its_whole_lists_under_its_own_address(server: Server) -> None:
    """The same rows as now, for ever."""
    release = server.get("/healthz").json()["release"]
    past = server.get(f"/release/{release}/doc/assessment.csv")
    assert past.text == server.get("/doc/assessment.csv").text
    assert "immutable" in past.headers["Cache-Control"]


def test_a_fault_on_the_way_is_an_error_of_its_own(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be read in the third part is a 500: no status is sent before all is there."""
    front = create_wsgi_application(Settings(home=home, workers=1))
    calls: list[int] = []
    real = rows_of_lists.write_table

    def failing(*arguments: object, **options: object) -> bytes:
        calls.append(1)
        if len(calls) == 3:
            message = "gone"
            raise OSError(message)
        return real(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(rows_of_lists, "_AT_ONCE", 10)
    monkeypatch.setattr(rows_of_lists, "write_table", failing)
    try:
        assert Client(front).get("/doc/commitment.csv").status_code == 500
        monkeypatch.setattr(rows_of_lists, "write_table", real)
        assert Client(front).get("/doc/commitment.csv").status_code == 200
    finally:
        front.current_release.close()


def test_a_large_answer_is_a_file_while_somebody_holds_it() -> None:
    """A small one stays in memory; the digest is that of the bytes; a failure leaves nothing."""
    assert gather([b"ab", b"c"], most=3) == b"abc"
    body = gather([b"ab", b"cd"], most=3)
    assert isinstance(body, SpooledFile)
    path = body.path
    assert (path.read_bytes(), body.size) == (b"abcd", 4)
    del body
    assert not path.exists()


def test_pages_say_which_rows_they_have(server: Server) -> None:
    """A page says which rows it has, and links to all rows with the same filters."""
    total = len(things(server, "?t a ogpld:Assessment"))
    first = server.get("/doc/assessment.html").text
    assert f"Rows 1-100 of {total:,}. All {total:,}:" in first
    assert 'href="/doc/assessment.csv"' in first
    second = server.get("/doc/assessment.html?region=europe&limit=7&page=2").text
    assert "Rows 8-14 of" in second
    assert 'href="/doc/assessment.ndjson?region=europe"' in second
    for name in ("first", "prev", "next", "last"):
        assert f'rel="{name}"' in second


def facet_numbers(text: str, key: str) -> dict[str, int]:
    """Return the counts beside the values of a facet, by the value its link adds."""
    numbers = {}
    for href, label, number in re.findall(
        r'<li><a href="([^"]+)"[^>]*>(?:✓ )?<bdi[^>]*>([^<]*)</bdi></a> <span class="count">([\d,]+)',
        text,
    ):
        if f"{key}=" in href:
            numbers[label] = int(number.replace(",", ""))
    return numbers


@pytest.mark.parametrize(
    ("key", "words"),
    [("completion", "not known"), ("starred", "not known"), ("cluster", "none known")],
)
def test_a_facet_counts_what_has_no_value(server: Server, key: str, words: str) -> None:
    """Its numbers add up to the list; choosing it finds what SPARQL finds without a value.

    That a commitment is in no cluster is not unknown.
    """
    expected = things(server, f"?t a ogpld:Commitment FILTER NOT EXISTS {{ ?t ogpld:{key} ?v }}")
    total = len(things(server, "?t a ogpld:Commitment"))
    numbers = facet_numbers(server.get("/doc/commitment.html").text, key)
    assert sum(numbers.values()) == total
    assert numbers.get(words, 0) == len(expected)
    for form in ("csv", "ndjson", "jsonld"):
        answer = server.get(f"/doc/commitment.{form}", params={key: "(unknown)", "limit": "1000"})
        assert answer.headers["X-Total-Count"] == str(len(expected))
    answer = server.get(f"/doc/commitment.csv?{key}=(unknown)")
    assert [row["id"] for row in table(answer.text)] == expected


def test_unknown_widens_like_any_value(server: Server) -> None:
    """Complete, or nobody knows."""
    completion = NS("completion").value
    expected = things(
        server,
        "?t a ogpld:Commitment OPTIONAL { ?t ogpld:completion ?v } FILTER(!BOUND(?v) || ?v ="
        " <https://w3id.org/ogpld/code/completion/complete>)",
    )
    assert ask(server, f"SELECT ?t {{ ?t <{completion}> ?v }}")
    answer = server.get("/doc/commitment.csv?completion=complete&completion=(unknown)")
    assert [row["id"] for row in table(answer.text)] == expected


def test_a_stated_reason_is_not_unknown(server: Server) -> None:
    """An assessment whose source says why it has no value is found by that reason."""
    page = server.get("/doc/assessment.html?value=(unknown)").text
    neither = things(
        server,
        "?t a ogpld:Assessment FILTER NOT EXISTS { ?t ogpld:value|ogpld:noValue ?v }",
    )
    assert f">{len(neither):,} of " in page
    for reason in ("no-data", "not-reviewed", "not-applicable"):
        code = f"<https://w3id.org/ogpld/code/no-value/{reason}>"
        expected = things(server, f"?t a ogpld:Assessment ; ogpld:noValue {code}")
        answer = server.get(f"/doc/assessment.csv?value=no-value/{reason}")
        assert [row["id"] for row in table(answer.text)] == expected, reason


def test_a_document_that_shows_a_part_leads_to_the_whole(home: Path) -> None:
    """In words, with the number, and the lists as page, CSV and NDJSON."""
    front = create_wsgi_application(Settings(home=home, workers=1, page_links=5))
    try:
        page = Client(front).get("/doc/commitment/EE0050.html").text
        (total,) = re.findall(r'assesses=EE0050">Assessments (\d+)</a>', page)
        assert f"1-5 of {total}." in page
        rows = table(Client(front).get("/doc/assessment.csv?assesses=EE0050").text)
        assert len(rows) == int(total)
        assert 'href="/doc/assessment.csv?assesses=EE0050"' in page
    finally:
        front.current_release.close()
