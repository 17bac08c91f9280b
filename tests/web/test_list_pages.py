"""Pages of lists for people: names first, what is filtered in words, filters that can be taken off again."""

from __future__ import annotations

import html
import re

import pytest
from support.running import Server

from ogpld.letters import in_order

HTML = {"Accept": "text/html"}
#: Two filters that one commitment of the sample data passes at least.
_FILTERED = "/doc/commitment?completion=complete&member=EST"


def page(server: Server, path: str) -> str:
    """Return the page at an address."""
    answer = server.get(path, headers=HTML)
    assert answer.status_code == 200, answer.text
    return answer.text


def names(text: str) -> list[str]:
    """Return the names of the things of a list's page, in its order."""
    cells = re.findall(r'<th scope="row"><a [^>]*><bdi[^>]*>([^<]*)</bdi></a>', text)
    return [html.unescape(cell) for cell in cells]


def plain(text: str) -> str:
    """Return a piece of a page without its elements, in one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", text)).split())


def chips(text: str) -> dict[str, str]:
    """Return the filters in use with the addresses that leave them out."""
    list_of_them = text.partition('<ul class="chips"')[2].partition("</ul>")[0]
    links = re.findall(r'<a href="([^"]*)"[^>]*>(.*?)</a>', list_of_them, re.DOTALL)
    return {plain(label): html.unescape(href) for href, label in links}


def test_members_are_linked_in_the_order_of_their_names(server: Server) -> None:
    """Home and navigation lead to the list by name; without it rows and data are by key."""
    assert 'href="/doc/member?sort=name">All members by name' in page(server, "/")
    assert '<a href="/doc/member?sort=name" aria-current="page">' in page(server, "/doc/member")
    english = names(page(server, "/doc/member?sort=name"))
    assert english.index("Germany") < english.index("Ghana") < english.index("Spain")


def test_letters_have_the_place_of_their_alphabet() -> None:
    """Estonian has some behind those they look like, z among them; elsewhere accents count for nothing."""
    towns = ["Tartu", "Šotimaa", "Zagreb", "Sõmeru", "Ülenurme", "Viljandi", "Õru", "Yverdon"]
    order = ["Sõmeru", "Šotimaa", "Zagreb", "Tartu", "Viljandi", "Õru", "Ülenurme", "Yverdon"]
    assert sorted(towns, key=lambda name: in_order(name, "et")) == order
    assert sorted(["Évora", "Zagreb", "Edam"], key=in_order) == ["Edam", "Évora", "Zagreb"]


def test_columns_say_how_the_list_is_sorted(server: Server) -> None:
    """The name comes first and the key second, in whose order a list is that nobody sorts."""
    for query, sorted_by in (("", "Key"), ("?sort=name", "Name"), ("?sort=-cycle", "Cycle")):
        head = page(server, f"/doc/commitment{query}").partition("<thead>")[2]
        columns = re.findall(r"<th [^>]*>.*?</th>", head.partition("</thead>")[0])
        assert [plain(column).split()[0] for column in columns][:2] == ["Name", "Key"]
        sorted_columns = [column for column in columns if "aria-sort" in column]
        assert [plain(column).split()[0] for column in sorted_columns] == [sorted_by]
        assert all("<a href=" in column for column in columns)


def test_a_filtered_list_says_what_is_filtered(server: Server) -> None:
    """In heading, title and description; each filter is a link to the list without it."""
    text = page(server, _FILTERED)
    words = "Commitments: Estonia; Completion at the end of the term: Complete"
    dash = "\N{EN DASH}"
    heading = re.search(r"<h1>(.*?)</h1>", text, re.DOTALL)
    assert heading is not None
    assert plain(heading[1]).startswith(words)
    assert f"<title>{words} {dash} " in text
    assert f'<meta name="description" content="{words} {dash} ' in text
    assert chips(text) == {
        "Without: Estonia ✕": "/doc/commitment?completion=complete",
        "Without: Completion at the end of the term: Complete ✕": "/doc/commitment?member=EST",
        re.search("Without filters: all [0-9,]+", plain(text))[0]: "/doc/commitment",  # type: ignore[index]
    }
    assert "chips" not in page(server, "/doc/commitment")


def test_words_and_a_day_are_filters_too(server: Server) -> None:
    """Each can be taken off; the day keeps its field, which browsers know as one of a day."""
    text = page(server, "/doc/commitment?q=open&modified_since=2020-01-01")
    assert list(chips(text))[:2] == [
        "Without: “open” ✕",
        "Without: Changed since: 1 January 2020 ✕",
    ]
    assert list(chips(text).values())[:2] == [
        "/doc/commitment?modified_since=2020-01-01",
        "/doc/commitment?q=open",
    ]
    assert 'type="date" name="modified_since" value="2020-01-01"' in text
    moment = page(server, "/doc/commitment?modified_since=2020-01-01T10:00:00Z")
    assert 'type="text" name="modified_since" value="2020-01-01T10:00:00Z"' in moment


def test_an_empty_list_offers_to_take_off_each_filter(server: Server) -> None:
    """With how much the list has then, as it has."""
    text = page(server, f"{_FILTERED}&q=zzzz")
    assert "passes all of these filters" in text
    left = re.findall(
        r'<li><a href="([^"]*)"[^>]*>Without: <bdi>([^<]*)</bdi></a> <span class="count">([\d,]+)',
        text,
    )
    assert [words for _, words, _ in left] == ["“zzzz”"]
    for href, _, number in left:
        answer = server.get(html.unescape(href), headers={"Accept": "text/csv"})
        assert answer.headers["X-Total-Count"] == number
    assert '<a href="/search?q=zzzz">' in text


@pytest.mark.parametrize("path", ["/doc/commitment", "/doc/commitment?lang=et", "/doc/member"])
def test_rows_come_before_what_the_list_is(server: Server, path: str) -> None:
    """On a phone the filters are one closed line; values of each row are named, but for members."""
    text = page(server, path)
    assert '<details class="filters">' in text
    assert text.index("</h1>") < text.index("<table") < text.index('<p class="formats">')
    labels = set(re.findall(r'data-label="([^"]*)"', text))
    head = text.partition("<thead>")[2].partition("</thead>")[0]
    heads = [plain(cell).rstrip(" ▲") for cell in re.findall(r"<th .*?</th>", head)]
    assert labels <= set(heads)
    assert labels | {"Member", "Liige"} >= set(heads[2:])
    assert "lang" in path or len(text.encode()) < 100_000


def test_filters_that_people_use_most_come_first(server: Server) -> None:
    """Member, plan, completion and ambition stand before what few look for."""
    text = page(server, "/doc/commitment")
    summaries = re.findall(r"<summary>(\D*?)</summary>", text)
    order = ["Member", "Plans", "Completion", "Completion at the end of the term"]
    at = summaries.index("Member")
    assert summaries[at : at + 4] == order
    assert summaries.index("Policy areas") < summaries.index("Further filters")
    assert summaries.index("Policy areas") < summaries.index("Lead")
