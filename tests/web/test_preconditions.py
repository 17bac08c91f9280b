"""Preconditions, dates and weights of requests, as RFC 9110 and RFC 7089 have them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import requests
from support.running import Server

from ogpld.formats.negotiation import Offer, negotiate
from ogpld.web.http.http_dates import fixed_date, http_date
from ogpld.web.http.preconditions import evaluate, range_holds

DOC = "/doc/commitment/EE0050.ttl"
TIME = datetime(2014, 1, 14, 10, 1, tzinfo=UTC)
DATE = "Tue, 14 Jan 2014 10:01:00 GMT"
PLACES = (
    DOC,
    "/doc/commitment.csv",
    "/catalog.ttl",
    "/code/policy-area.ttl",
    "/feed.atom",
    "/ldes",
    "/activity",
    "/context.jsonld",
    "/static/style.css",
    "/sitemap.xml",
    "/queries/where-from.csv",
    "/sparql?query=SELECT%20*%20%7B%20%3Fs%20a%20%3Fo%20%7D%20LIMIT%202",
    "/source/estonia/estonia.csv",
)


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_preconditions_hold_everywhere(server: Server, path: str, method: str) -> None:
    """If-Match by strong comparison is 412, If-None-Match by weak comparison 304, fresh and kept alike."""

    def ask(**headers: str) -> requests.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return requests.request(method, server.url + path, headers=named, timeout=20)

    for _ in range(2):  # the second answer may be one that is kept
        refused = ask(If_Match='"nope"')
        assert refused.status_code == 412
        assert refused.headers["Content-Type"] == "application/problem+json"
        assert method == "HEAD" or refused.json()["code"] == "precondition-failed"
        tag = ask().headers["ETag"]
        assert ask(If_Match=tag).status_code == 200
        assert ask(If_Match=f'"a,b", {tag}').status_code == 200
        assert ask(If_Match="*").status_code == 200
        assert ask(If_Match=f"W/{tag}").status_code == 412
        assert ask(If_Match='"nope"', If_None_Match=tag).status_code == 412
        for condition in (tag, f"W/{tag}", f'"x" , {tag}', "*"):
            response = ask(If_None_Match=condition)
            assert (response.status_code, response.content) == (304, b"")
            assert response.headers["ETag"] == tag
        assert ask(If_None_Match=tag.strip('"')).status_code == 200
        assert ask(If_Modified_Since="yesterday", If_Unmodified_Since="never").status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [("/doc/commitment/ZZ", 404), ("/id/commitment/EE0050", 303), (f"{DOC}x", 406)],
)
def test_preconditions_hold_for_what_is_there_alone(server: Server, path: str, status: int) -> None:
    """An answer that is no 2xx stays as it is (13.2.1)."""
    for headers in ({"If-Match": '"nope"'}, {"If-None-Match": "*"}):
        assert server.get(path, headers=headers).status_code == status


def test_the_order_of_preconditions() -> None:
    """13.2.2: If-Match, else If-Unmodified-Since; If-None-Match, else If-Modified-Since."""
    later, earlier = "Wed, 15 Jan 2014 10:01:00 GMT", "Mon, 13 Jan 2014 10:01:00 GMT"

    def result(**headers: str) -> int | None:
        return evaluate({f"HTTP_{n.upper()}": v for n, v in headers.items()}, '"a"', DATE)

    assert result(if_unmodified_since=earlier) == 412
    assert result(if_unmodified_since=DATE) is None
    assert result(if_match='"a"', if_unmodified_since=earlier) is None
    assert result(if_modified_since=DATE) == result(if_modified_since=later) == 304
    assert result(if_modified_since=earlier) is None
    assert result(if_none_match='"b"', if_modified_since=later) is None
    assert result(if_none_match='"a"', if_modified_since=earlier) == 304
    assert result(if_modified_since=later.replace("Wed", "Thu")) is None
    assert evaluate({"HTTP_IF_MODIFIED_SINCE": later}, '"a"') is None
    assert range_holds({"HTTP_IF_RANGE": DATE}, '"a"', DATE)
    for condition in (later, 'W/"a"', '"b"', "a", '"a", "b"', "*"):
        assert not range_holds({"HTTP_IF_RANGE": condition}, '"a"', DATE)


@pytest.mark.parametrize(
    "text", [DATE, "Tuesday, 14-Jan-14 10:01:00 GMT", "Tue Jan 14 10:01:00 2014"]
)
def test_dates_of_http_are_read_in_three_forms(text: str) -> None:
    """5.6.7; only the first is one of RFC 7089."""
    assert http_date(text) == TIME
    assert fixed_date(text) == (TIME if text == DATE else None)


WRONG = (
    "Tue, 14 Jan 2014 10:01:00 EST",
    "Tue, 14 Jan 2014 10:01:00 +0000",
    "Tue, 14 Jan 2014 10:01:00 UTC",
    "Tue, 14 Jan 2014 10:01:00",
    "Wed, 14 Jan 2014 10:01:00 GMT",
    "Tue, 14 Jan 14 10:01:00 GMT",
    "Tuesday, 14-Jan-14 10:01:00 GMT",
    "Tue Jan 14 10:01:00 2014",
    "2014-01-14T10:01:00Z",
    "14 Jan 2014 10:01:00 GMT",
    "tue, 14 jan 2014 10:01:00 gmt",
    "Tue, 14 Jan 2014 24:01:00 GMT",
    "Fri, 31 Feb 2014 10:01:00 GMT",
    "Tue,  14 Jan 2014 10:01:00 GMT",
    "Tue, 14 Jan 2014 10:01:00 GMT, x",
    "now",
)


@pytest.mark.parametrize("text", WRONG)
def test_accept_datetime_is_strict(server: Server, text: str) -> None:
    """RFC 7089 4.5.3: what is no date of RFC 1123 is 400, whatever a lenient parser makes of it."""
    answer = server.get("/doc/commitment/EE0050", headers={"Accept-Datetime": text})
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "accept-datetime"


def test_accept_datetime_that_is_right_redirects(server: Server) -> None:
    """The one form there is."""
    answer = server.get("/doc/commitment/EE0050", headers={"Accept-Datetime": DATE})
    assert answer.status_code == 302


@pytest.mark.parametrize(
    "text", ["2026-W48-6", "20261128", "2026-11-28T12", "2026-11-28T1200Z", "28.11.2026", "2026"]
)
def test_modified_since_says_its_form(server: Server, text: str) -> None:
    """Other forms of ISO 8601 are no dates of XML Schema."""
    answer = server.get("/doc/commitment.ttl", params={"modified_since": text})
    assert (answer.status_code, answer.json()["code"]) == (400, "modified-since")


RESULTS = Offer("json", "application/sparql-results+json", ("application/json",))
XML = Offer("xml", "application/sparql-results+xml", ("application/xml",))
HTML = Offer("html", "text/html", ("application/xhtml+xml",))
TURTLE = Offer("ttl", "text/turtle", ("text/n3",))


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        ("application/json, application/sparql-results+json;q=0", None),
        ("application/json;q=0.9, application/sparql-results+json;q=0, */*;q=0.1", XML),
        ("application/json, application/*;q=0", None),
        ("application/json, */*;q=0", None),
        ("application/json;q=0, */*", RESULTS),
        ("application/json;q=0", None),
        ("application/sparql-results+json;q=0.2, application/json, application/xml;q=0.5", RESULTS),
        ("*/*;q=0", None),
        ("application/sparql-results+xml, */*;q=0", XML),
        ("application/sparql-results+json;Q=0.000, */*", XML),
        ("application/sparql-results+json ; q=0 , application/* ;q=0.5", XML),
        ("application/sparql-results+json;q=2, application/xml", XML),
        ("application/sparql-results+json;q=-1, application/xml;q=.2", XML),
        ("application/sparql-results+json;q=1e-1, application/xml;q=0.1", XML),
        ("application/sparql-results+json;charset=utf-8;q=0, */*", XML),
        ("application/sparql-results+json;version=2;q=0, */*", RESULTS),
        ("application/sparql-results+json;version=2", RESULTS),
    ],
)
def test_what_is_sent_decides(header: str, chosen: Offer | None) -> None:
    """12.4.2, 12.5.1: a type that is refused is not sent under an alias."""
    assert negotiate(header, (RESULTS, XML)) is chosen


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        ("text/html;q=0, application/xhtml+xml", None),
        ("text/html;q=0, */*", TURTLE),
        ("text/turtle;q=0, */*", HTML),
        ("text/n3, text/turtle;q=0", None),
        ("text/html;level=1, text/html;q=0", None),
        ("text/*", TURTLE),
        ("application/xhtml+xml, text/turtle;q=0.9", HTML),
    ],
)
def test_pages_are_refused_as_well(header: str, chosen: Offer | None) -> None:
    """q=0 refuses a page like any other form, whatever parameters its type has."""
    assert negotiate(header, (TURTLE, HTML)) is chosen


def test_a_type_that_is_refused_is_not_sent(server: Server) -> None:
    """The same over HTTP, for every kind of answer."""
    for query in ("SELECT * {}", "ASK {}"):
        answer = server.get(
            "/sparql",
            params={"query": query},
            headers={"Accept": "application/json, application/sparql-results+json;q=0"},
        )
        assert answer.status_code == 406
    for path, header in {
        "/feed.atom?utm_source=1": "text/xml",
        "/activity": "application/json, application/activity+json;q=0",
        "/ldes": "application/x-trig, application/trig;q=0",
        "/doc/commitment": "application/jsonl, application/x-ndjson;q=0",
        "/catalog": "text/xml, application/rdf+xml;q=0",
        DOC.removesuffix(".ttl"): "text/plain, application/n-triples;q=0",
    }.items():
        expected = 200 if "feed" in path else 406
        assert server.get(path, headers={"Accept": header}).status_code == expected


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("gzip", 200),
        ("identity;q=0", 406),
        ("gzip, identity; q=0.000", 200),
        ("*;q=0", 406),
        ("identity, *;q=0", 200),
        ("identity;q=0.1, gzip", 200),
        ("", 200),
    ],
)
def test_who_refuses_what_is_not_compressed_is_told(
    server: Server, header: str, status: int
) -> None:
    """12.5.3, also where the answer is kept."""
    for _ in range(2):
        answer = server.get(DOC, headers={"Accept-Encoding": header})
        assert answer.status_code == status
        assert status == 200 or answer.json()["code"] == "content-coding"


def test_a_thing_has_no_table_but_its_list_has(server: Server) -> None:
    """406 says where tables are."""
    answer = server.get("/doc/commitment/EE0050", headers={"Accept": "text/csv"})
    assert answer.status_code == 406
    assert "/doc/commitment.csv" in answer.json()["hint"]
    assert server.get("/doc/commitment.csv").status_code == 200


@pytest.mark.parametrize("path", [*PLACES, "/", "/queries", "/doc/commitment/ZZ", "/releases"])
def test_head_is_get_without_its_body(server: Server, path: str) -> None:
    """The same status and headers."""

    def response_to(method: str) -> tuple[int, dict[str, str]]:
        answer = requests.request(method, server.url + path, timeout=20)
        own = {
            "date",
            "server",
            "x-request-id",
            "server-timing",
            "ratelimit",
            "ratelimit-policy",
            "transfer-encoding",
        }
        return answer.status_code, {
            n.lower(): v for n, v in answer.headers.items() if n.lower() not in own
        }

    status, headers = response_to("GET")
    for _ in range(2):
        assert response_to("HEAD") == (status, headers)


def test_pages_have_no_control_characters(server: Server) -> None:
    """HTML cannot have them; a reader sees U+FFFD."""
    query = "SELECT * { ?s ?p 'a\x01\x0b\x7f' }"
    page = server.get("/sparql", params={"query": query}, headers={"Accept": "text/html"})
    assert page.headers["Content-Type"].startswith("text/html")
    assert not {1, 0x0B, 0x7F} & set(page.content)
    assert "a\ufffd\ufffd\ufffd" in page.text
