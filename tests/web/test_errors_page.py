"""Each error has a page that says what it means, and every problem document leads to its own."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests
from markupsafe import escape

from ogpld.errors import ERRORS, ErrorCode
from ogpld.web.http.problems import Problem
from ogpld.web.http.wordings import wording_of

BROWSER = {"Accept": "text/html"}
PROGRAM = {"Accept": "application/json"}


def test_the_table_of_errors_is_a_page_and_json(server: Any) -> None:
    """Both list every code, in the order of the table."""
    page = server.get("/errors", headers=BROWSER)
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Vary"] == "Accept, Accept-Language, Accept-Encoding"
    for error in ERRORS.values():
        assert f'<a href="{error.path}"><code>{error.code}</code></a>' in page.text
    answer = server.get("/errors", headers=PROGRAM)
    assert answer.headers["Content-Type"] == "application/json"
    assert [error["code"] for error in answer.json()["errors"]] == list(ERRORS)
    assert server.get("/errors?format=json").content == answer.content


@pytest.mark.parametrize("code", ERRORS)
def test_an_error_says_what_it_means_and_what_to_do(server: Any, code: str) -> None:
    """The page has meaning, remedy and status; JSON has the same."""
    error = ERRORS[code]
    page = server.get(f"/errors/{code}", headers=BROWSER)
    assert page.status_code == 200
    plain = page.text.replace("&#39;", "'").replace("&lt;", "<").replace("&gt;", ">")
    assert error.meaning in plain
    assert error.remedy in plain
    assert ("HTTP status" in plain) is not error.is_internal
    assert server.get(f"/errors/{code}", headers=PROGRAM).json() == {
        "type": f"/errors/{code}",
        "code": code,
        "status": error.status,
        "meaning": error.meaning,
        "remedy": error.remedy,
    }


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/nothing", "not-found"),
        ("/errors/nothing", "not-found"),
        ("/doc/commitment/XX9999", "not-found"),
        ("/doc/commitment?no-such=1", "unknown-parameter"),
        ("/doc/commitment?limit=0", "limit"),
        ("/sparql?query=SELECT", "query-syntax"),
        ("/sparql?query=ASK%7BSERVICE%3Curn:x%3E%7B%7D%7D", "query-forbidden"),
        ("/sparql?query=CONSTRUCT%20WHERE%20%7B?s%20?p%20?o%7D&frame=nothing", "frame-unknown"),
        ("/queries/led-by?no-such=1", "unknown-parameter"),
    ],
)
def test_the_type_of_a_problem_leads_to_its_page(server: Any, path: str, code: str) -> None:
    """An absolute-path reference, which names no host; the status is that of the table."""
    answer = server.get(path, headers={"Accept": "application/problem+json, */*;q=0.1"})
    problem = answer.json()
    assert (answer.status_code, problem["status"]) == (ERRORS[code].status,) * 2
    assert (problem["code"], problem["type"]) == (code, f"/errors/{code}")
    assert server.get(problem["type"], headers=PROGRAM).json()["code"] == code


def test_a_method_that_an_address_does_not_answer_has_a_code(server: Any) -> None:
    """405, with Allow, and the type of its code."""
    answer = requests.post(f"{server.url}/errors", timeout=10)
    assert (answer.status_code, answer.json()["type"]) == (405, "/errors/method-not-allowed")


def test_a_page_of_an_error_links_what_it_means(server: Any) -> None:
    """A reader is one click from the meaning; the page that each foot leads to has the table."""
    page = server.get("/nothing", headers=BROWSER).text
    assert '<a href="/errors/not-found"><code>not-found</code></a>' in page
    assert '<a href="/api">' in page
    machines = server.get("/api", headers=BROWSER).text
    assert '<a href="/errors">' in machines


def test_errors_are_in_no_sitemap(server: Any) -> None:
    """They are about the service, and nothing of the data."""
    assert "/errors" not in server.get("/sitemap.xml").text


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/nothing", "not-found"),
        ("/doc/commitment?no-such=1", "unknown-parameter"),
        ("/doc/commitment?limit=0", "limit"),
        ("/sparql?query=SELECT", "query-syntax"),
        ("/match?no-such=1", "unknown-parameter"),
    ],
)
@pytest.mark.parametrize("tag", ["et", "fr"])
def test_an_error_is_told_in_the_language_of_the_page(
    server: Any, path: str, code: str, tag: str
) -> None:
    """What happened and what to do; what is said of this case alone is English, and marked as that."""
    error = ERRORS[code]
    headers = {**BROWSER, "Accept-Language": tag}
    page = server.get(path, headers=headers).text
    words = wording_of(tag).translations.gettext
    assert words(error.meaning) != error.meaning
    if "/sparql" not in path:
        assert escape(words(error.meaning)) in page
        assert escape(words(error.remedy)) in page
        assert '<bdi lang="en">' in page.partition("<main")[2]
    code_page = server.get(f"/errors/{code}", headers=headers).text
    assert escape(words(error.meaning)) in code_page
    assert escape(words(error.remedy)) in code_page


@pytest.mark.parametrize("error", ERRORS.values(), ids=ERRORS)
def test_who_is_told_what_happened_is_told_what_to_do(error: ErrorCode) -> None:
    """In the same language."""
    for tag in ("et", "fr"):
        words = wording_of(tag).translations.gettext
        assert words(error.meaning) == error.meaning or words(error.remedy) != error.remedy


def test_when_to_ask_again_is_told_to_people() -> None:
    """In minutes with the time of day, or in seconds; nobody sees the header Retry-After."""
    problem = Problem("budget-spent", "x")
    assert problem.again is None
    problem.headers["Retry-After"] = "61"
    again = problem.again
    assert again is not None
    assert (again.seconds, again.minutes) == (61, 2)
    assert re.fullmatch(r"\d\d:\d\d UTC", again.time)
    problem.headers["Retry-After"] = "59"
    again = problem.again
    assert again is not None
    assert (again.seconds, again.minutes) == (59, 0)
