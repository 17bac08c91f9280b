"""`/chart` and `/compare`: pages, pictures, rows and queries of one thing, frames, and errors that help."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from urllib.parse import unquote_plus
from xml.etree import ElementTree as ET

import pytest
from support.running import Server

from ogpld.charts.chart_list import CHARTS
from ogpld.config import Settings
from ogpld.release import Release, ReleaseStore
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.pages.answer import answer
from ogpld.web.pages.chart_page import ChartPage
from ogpld.web.pages.links import in_address
from ogpld.web.routes.charts import compare

HTML = {"Accept": "text/html"}
_CHART = "/chart/completion-by-cycle"


def test_the_gallery_leads_to_every_chart(server: Server) -> None:
    """Each has its page, with source, release and licence."""
    text = server.get("/chart", headers=HTML).text
    paths = set(re.findall(r'href="(/chart/[\w-]+)"', text))
    assert paths == {f"/chart/{name}" for name in CHARTS}
    assert "/compare" in text
    for path in sorted(paths):
        answer = server.get(path, headers=HTML)
        assert answer.status_code == 200, path
        assert len(answer.content) < 100_000, path
        assert "Source: " in answer.text
        assert "style=" not in answer.text
        assert answer.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")


def test_the_rows_are_those_of_the_query(server: Server) -> None:
    """What the CSV says, /sparql answers to the query that the page shows; narrowed by a name."""
    rows = server.get(f"{_CHART}.csv?member=estonia")
    query = server.get(f"{_CHART}.rq?member=EST").text
    answer = server.get("/sparql", params={"query": query, "format": "csv"})
    assert rows.content == answer.content
    assert len(rows.text.splitlines()) > 3
    page = server.get(f"{_CHART}?member=EE", headers=HTML).text
    assert "by cycle of the plan: Estonia" in page
    assert "/sparql?query=" in page


def _numbers(server: Server, query: str) -> dict[str, int]:
    """Return the numbers of an answer of two columns by the words beside them."""
    answer = server.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"})
    assert answer.status_code == 200, answer.text
    lines = answer.text.splitlines()[1:]
    return {word: int(number) for word, number in (line.rsplit(",", 1) for line in lines)}


def test_examples_count_completion_as_the_chart_does(server: Server, root: Path) -> None:
    """The query under the chart of the home page, the one of the query page and the one of README.md."""
    by_grade: dict[str, int] = {}
    for row in csv.DictReader(io.StringIO(server.get("/chart/completion-by-region.csv").text)):
        by_grade[row["gradeLabel"]] = by_grade.get(row["gradeLabel"], 0) + int(row["commitments"])
    home = server.get("/", headers=HTML).text
    addresses = re.findall(r'href="/sparql\?query=([^"]+)"', home)
    assert _numbers(server, unquote_plus(addresses[-1])) == by_grade
    form = server.get("/sparql", headers=HTML).text
    text = unescape(form.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0])
    everything = text.replace("LIMIT 50", "")
    counted = f"SELECT ?completion (COUNT(DISTINCT ?commitment) AS ?n) {{ {{ {everything.partition('SELECT')[2]} }} }}"
    counted = everything.partition("SELECT")[0] + counted.replace("{ { ", "{ { SELECT ", 1)
    by_word = _numbers(server, f"{counted} GROUP BY ?completion")
    assert {word or "Unknown": number for word, number in by_word.items()} == by_grade
    readme = (root / "README.md").read_text(encoding="utf-8")
    by_code = _numbers(server, readme.partition("query=\n")[2].partition("'")[0])
    assert sorted(by_code.values()) == sorted(by_grade.values())


@pytest.mark.parametrize(
    "path",
    [
        _CHART,
        f"{_CHART}?region=europe",
        "/chart/completion-by-policy-area",
        "/chart/completion-by-member",
    ],
)
def test_numbers_of_completion_lead_to_lists_as_long(server: Server, path: str) -> None:
    """Each list has the commitments that the number counts, by the latest assessment."""
    page = server.get(path, headers=HTML).text
    links = re.findall(r'<td><a href="(/doc/commitment[?][^"]+)">([\d,]+)</a>', page)
    assert len(links) > 3
    for href, number in [*links[:12], *links[-6:]]:
        address = unescape(href).replace("/doc/commitment?", "/doc/commitment.csv?")
        assert server.get(address).headers["X-Total-Count"] == number.replace(",", ""), href
    assert "/doc/commitment?latest" not in server.get("/chart/results-by-cycle", headers=HTML).text


def test_pictures_say_where_they_are_from(server: Server) -> None:
    """SVG and PNG; the address in the picture has the release, and is there."""
    answer = server.get(f"{_CHART}.svg?member=EST")
    assert answer.headers["Content-Type"] == "image/svg+xml"
    root = ET.fromstring(answer.text)  # noqa: S314  (ours)
    texts = [e.text or "" for e in root.iter("{http://www.w3.org/2000/svg}text")]
    assert any("Licence" in text for text in texts)
    address = next(text for text in texts if "/release/" in text and "://" in text)
    path = "/" + address.partition("://")[2].partition("/")[2]
    past_page = server.get(path, headers=HTML)
    assert past_page.status_code == 200
    assert "As published in" in past_page.text
    past_rows = server.get(path.replace(_CHART, f"{_CHART}.csv"))
    assert past_rows.content == server.get(f"{_CHART}.csv?member=EST").content
    assert "immutable" in past_rows.headers["Cache-Control"]
    png = server.get(f"{_CHART}.png?member=EST")
    assert png.headers["Content-Type"] == "image/png"
    assert png.content.startswith(b"\x89PNG")


def test_pictures_are_in_the_language_that_their_address_names(server: Server) -> None:
    """One without a language is in English for everybody; the page in a language leads to its own."""
    plain = server.get(f"{_CHART}.svg", headers={"Accept-Language": "et"})
    assert plain.content == server.get(f"{_CHART}.svg").content
    assert plain.headers["Content-Language"] == "en"
    assert "Accept-Language" not in plain.headers["Vary"]
    estonian = server.get(f"{_CHART}.svg?lang=et")
    assert estonian.headers["Content-Language"] == "et"
    assert estonian.headers["ETag"] != plain.headers["ETag"]
    for words in ('xml:lang="et"', "Kohustuste täitmine", "Allikas: ", "Väljalase ", "Täidetud"):
        assert words in estonian.text, words
    assert "Complete" not in estonian.text
    assert server.get(f"{_CHART}.csv?lang=et").content == server.get(f"{_CHART}.csv").content
    page = server.get(f"{_CHART}?lang=et", headers=HTML).text
    assert f'href="{_CHART}.svg?lang=et"' in page
    assert f'href="{_CHART}.csv"' in page


def test_a_frame_is_for_everybody(server: Server) -> None:
    """The page of a frame may be framed, and no script or other place comes with it; the page gives its code."""
    answer = server.get(f"{_CHART}/embed?member=EST", headers=HTML)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors *")
    assert "default-src 'none'" in policy
    assert "<script" not in answer.text
    named = server.get(f"{_CHART}/embed?member=EST&lang=et", headers=HTML)
    assert '<html lang="et">' in named.text
    assert named.headers["Content-Language"] == "et"
    page = server.get(f"{_CHART}?member=EST", headers=HTML)
    assert page.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")
    code = re.search(r'&lt;iframe src="(http[^"]*)" title="[^"]*"', page.text)
    assert code is not None
    path = "/" + code[1].partition("://")[2].partition("/")[2]
    framed = server.get(path.replace("&amp;", "&"), headers=HTML)
    assert framed.status_code == 200
    assert framed.headers["Content-Security-Policy"].endswith("frame-ancestors *")


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/chart/completion-by-cycl", 404, "/chart/completion-by-cycle"),
        (f"{_CHART}?member=Estnia", 400, "<bdi>Estonia</bdi> (<code>EST</code>)"),
        (f"{_CHART}?member=qqqq", 400, "/doc/member"),
        (f"{_CHART}?region=Europ", 400, "europe"),
        (f"{_CHART}?policy-area=open-dat", 400, "open-data"),
        (f"{_CHART}?cycle=2014", 400, "cycle"),
        ("/chart/completion-by-member?cycle=1066", 400, "2014"),
        (f"{_CHART}?scale=log", 400, "share"),
        (f"{_CHART}.xlsx", 406, "svg"),
        ("/compare?member=EST&member=Estnia", 400, "<bdi>Estonia</bdi> (<code>EST</code>)"),
        ("/compare?member=EST&against=region&against=world", 400, "region"),
        ("/compare?membre=EST", 400, "member"),
    ],
)
def test_errors_name_what_there_is(server: Server, path: str, status: int, words: str) -> None:
    """What there is not is never passed over."""
    answer = server.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == status
    assert words in answer.text


def test_empty_fields_of_a_form_mean_all(server: Server) -> None:
    """As a browser sends them."""
    empty = server.get(f"{_CHART}?member=&region=&policy-area=&scale=share", headers=HTML)
    assert empty.status_code == 200
    assert server.get(f"{_CHART}.csv?member=&scale=").content == server.get(f"{_CHART}.csv").content


def test_a_comparison_says_which_region_is_not_stated(
    release: Release, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A member without one has no bars of its region: the page says so, and nothing of those that have one."""
    opened = OpenRelease.open(release, ReleaseStore(home), Settings(home=home, workers=1))
    members = dict(opened.statistics.members)
    members["LVA"] = replace(members["LVA"], region=None)
    monkeypatch.setattr(opened.statistics, "members", members)
    sentence = "<bdi>Latvia</bdi>: the data states no region to compare with."
    try:
        for query, is_told in (
            ("member=LVA&against=region", True),
            ("member=LVA&member=EST&against=region", True),
            ("member=LVA&against=all", False),
            ("member=EST&against=region", False),
        ):
            request = ReleaseRequest.plain(opened, "/compare", query_string=query, headers=HTML)
            text = answer(request, compare, "").get_data(as_text=True)
            assert (sentence in text) is is_told, query
            assert is_told or "no region to compare with" not in text
            left_out = re.search(r"In no region: \d+ commitments? of members .*\((.*)\)", text)
            assert bool(left_out) is ("EST&against=region" in query)
            assert left_out is None or "Latvia" in left_out[1]
        for filters, is_told in (
            ({"region": "europe"}, True),
            ({"region": "europe", "member": "EST"}, False),
            ({"cycle": "2014"}, False),
        ):
            page = ChartPage(CHARTS["completion-by-policy-area"], opened, filters, "share")
            for texts in (" ".join(page.notes), " ".join(page.caption.notes)):
                assert ("In no region: " in texts) is is_told
        nothing = ChartPage(CHARTS["completion-by-cycle"], opened, {"cycle": "2099"}, "share")
        assert (nothing.rows.total.total, nothing.of_unknown) == (0, "")
    finally:
        opened.store.close()


def test_a_comparison(server: Server) -> None:
    """Names and keys, one region, all; the same numbers in the picture, the table and the CSV."""
    path = "/compare?member=Estonia&member=LVA&member=&against=region&against=all"
    text = server.get(path, headers=HTML).text
    assert "<title>Estonia and Latvia compared with members in Europe and all members" in text
    assert '<meta name="description" content="Completion' in text
    csv = server.get(path.replace("/compare", "/compare.csv")).text.splitlines()
    assert csv[0] == "who,whoLabel,measure,grade,gradeLabel,commitments"
    totals: dict[tuple[str, str], int] = {}
    for row in csv[1:]:
        who, _, rest = row.partition(",")
        _, measure, *_, number = rest.split(",")
        totals[who, measure] = totals.get((who, measure), 0) + int(number)
    assert len({who for who, _ in totals}) == 4
    for who in {who for who, _ in totals}:
        assert len({number for (one, _), number in totals.items() if one == who}) == 1
    assert f"{totals['all', 'completion']:,}" in text
    assert "All members: " in text  # in the words of the picture
    query = server.get(path.replace("/compare", "/compare.rq")).text
    answer = server.get("/sparql", params={"query": query, "format": "csv"})
    assert answer.text.splitlines() == csv
    assert f"/sparql?query={in_address(query)}" in unescape(text)
    assert server.get("/compare.csv").status_code == 400
    area = server.get("/compare?member=EST&member=LVA&policy-area=open-data", headers=HTML).text
    assert "compared: Open Data" in area


def test_a_form_without_members(server: Server) -> None:
    """Fields with names of members to choose from, and no picture."""
    text = server.get("/compare", headers=HTML).text
    assert '<option value="Estonia">' in text
    assert "<svg class" not in text
    members = "&".join(f"member={key}" for key in re.findall(r'<option value="([^"]+)">', text)[:9])
    many = server.get(f"/compare?{members}", headers=HTML)
    assert many.status_code == 400
    assert "at most 8" in many.text
