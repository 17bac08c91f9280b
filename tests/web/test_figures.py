"""Numbers that people take away: each says of how many, as of when and in which phase, and sums add up."""

from __future__ import annotations

import re

from support.pages import main_text
from support.running import Server

_HTML = {"Accept": "text/html"}


def read(server: Server, path: str) -> str:
    """Return the text of a page."""
    answer = server.get(path, headers=_HTML)
    assert answer.status_code == 200, path
    return main_text(answer.text)


def count(server: Server, query: str) -> int:
    """Return how many commitments a list has."""
    return int(server.get(f"/doc/commitment.csv?{query}").headers["X-Total-Count"])


def numbers(pattern: str, text: str) -> tuple[int, ...]:
    """Return the numbers of the one place where a text has a pattern."""
    [place] = re.findall(pattern, text)
    return tuple(map(int, place))


def test_what_is_newest_comes_first(server: Server) -> None:
    """Plans by year; a report without a date is as new as the end of its plan, and said to have none."""
    text = read(server, "/doc/member/EST")
    figures, _, rest = text.partition("As of:")
    assert "2022 to 2024 newest plan here: Estonia Action Plan 2022-2024 4 commitments" in figures
    assert "newest report here: Estonia Results Report 2022-2024 date not known" in figures
    plans, reports = rest.partition("Reports 19")[::2]
    assert plans.index("2022 to 2024") < plans.index("2020 to 2022") < plans.index("2012 to 2014")
    undated, dated = "Estonia Results Report 2022-2024", "Estonia Co-Creation Brief 2023"
    assert reports.index(undated) < reports.index(dated) < reports.index("Design Report")


def test_a_member_page_begins_with_figures(server: Server) -> None:
    """Of how many, by whom, in which phase, of which sources; each commitment once."""
    head = read(server, "/doc/member/EST").partition("Plans 6")[0]
    done, assessed = numbers(r"(\d+) of (\d+) commitments assessed by the IRM are complete", head)
    done_at_end, at_end = numbers(r"(\d+) of (\d+) at the end of the term", head)
    done_earlier, earlier = numbers(r"(\d+) of (\d+) at mid-term, with no later", head)
    unknown, total = numbers(r"(\d+) of (\d+) commitments have no assessment", head)
    assert (done, assessed) == (done_at_end + done_earlier, at_end + earlier)
    assert assessed + unknown == total == count(server, "member=EST")
    assert unknown == count(server, "member=EST&latestCompletion=(unknown)")
    assert at_end == total - count(server, "member=EST&completion=(unknown)")
    assert "milestones and reports (read 23 November 2026)" in head


def test_commitments_of_two_plans_are_said_to_count_in_both(server: Server) -> None:
    """The bars of plans have them twice, the figures above once."""
    total = count(server, "member=EST")
    text = read(server, "/doc/member/EST")
    note = f"2 commitments are in several plans and count in each: the bars have {total + 2} in all"
    assert f"{note}, of {total} commitments." in text
    assert "are in several plans" not in read(server, "/doc/member/LVA")


def test_bars_of_chosen_commitments_are_marked(server: Server) -> None:
    """Latvia's were chosen by topic, Estonia's were not: no share is to be made of the former."""
    note = "* Most of these commitments are only a selection (chosen by topic): percentages need not hold for all."
    assert note in read(server, "/doc/member/LVA")
    assert note not in read(server, "/doc/member/EST")


def test_every_chart_of_completion_tells_mid_term_from_the_end(server: Server) -> None:
    """On home, in the gallery, on its page, in a frame and in pictures; and in the table by group."""
    at_end = count(server, "") - count(server, "completion=(unknown)")
    path = "/chart/completion-by-cycle"
    for place in ("/", "/chart", path, f"{path}/embed"):
        text = read(server, place)
        assert f"As last assessed: {at_end} at the end of the term, " in text, place
        assert (
            "only a selection (chosen by topic): percentages"
            in text.partition("As last assessed")[2]
        ), place
        assert "to compare with (read 23 November 2026)" in text, place
    picture = " ".join(re.sub("<[^>]*>", " ", server.get(f"{path}.svg").text).split())
    assert f"As last assessed: {at_end} at the end of the term, " in picture
    assert "selection (chosen by topic)" in picture
    assert "Of these at the end of the term" in read(server, path)
    assert "As last assessed" not in read(server, "/chart/ambition-by-cycle")


def test_the_chart_of_home_has_a_title_a_unit_and_a_table(server: Server) -> None:
    """Bars are as long as numbers, so that a few commitments that were chosen do not look like many."""
    text = read(server, "/")
    assert "Completion of commitments, by cycle of the plan How far" in text
    assert re.search(r"\d+ commitments · \d+ unknown \d+ assessed", text)
    assert "Bars are as long as the numbers of commitments." in text
    assert "The numbers as a table Cycle All Complete" in text
    assert re.search(r"counts with each: the bars have \d+ in all, of \d+ commitments", text)


def test_tiles_of_members_have_names_in_their_order(server: Server) -> None:
    """No codes; with the number that their colour is of, beneath the heading of their region."""
    html = server.get("/", headers=_HTML).text
    tile = re.compile(r'<a class="tile[^>]*><bdi>([^<]*)</bdi><span class="held"[^>]*>\d')
    for group in html.split("<h3>")[1:]:
        names = tile.findall(group.partition("</ul>")[0])
        assert names == sorted(names)
        assert not any(re.fullmatch("[A-Z]{3}", name) for name in names)
    assert {"Estonia", "Latvia"} <= set(tile.findall(html))
    assert "not how well it did" in read(server, "/")


def test_a_comparison_says_which_sides_are_chosen_and_when_they_were_assessed(
    server: Server,
) -> None:
    """Beneath each picture, beside each bar, and in the table."""
    text = read(server, "/compare?member=EST&member=LVA")
    assert (
        text.count(
            "* Most of these commitments are only a selection (chosen by topic): percentages need"
        )
        > 4
    )
    assert "Latvia * " in text
    assert "Estonia * " not in text
    assert re.search(r"\d+ commitments · \d+ unknown \d+ assessed at the end of the term", text)


def test_a_list_by_one_phase_says_the_number_of_the_other(server: Server) -> None:
    """By the end of the term or by the latest assessment, with a link to the other; else nothing of it."""
    end, latest = (
        count(server, f"member=EST&{key}=substantial") for key in ("completion", "latestCompletion")
    )
    assert 0 < end <= latest
    path = "/doc/commitment?member=EST"
    html = server.get(f"{path}&completion=substantial", headers=_HTML).text
    assert f"that at the end of the term: {end}. By the latest assessment, " in main_text(html)
    assert re.search(rf'latestCompletion=substantial[^"]*" rel="nofollow">{latest}</a>', html)
    html = server.get(f"{path}&latestCompletion=substantial", headers=_HTML).text
    assert f"where none is later: {latest}. At the end of the term it is" in main_text(html)
    assert re.search(rf'[?;]completion=substantial[^"]*" rel="nofollow">{end}</a>', html)
    assert "Completion in this list" not in read(server, path)
