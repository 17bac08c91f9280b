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
    [found] = re.findall(pattern, text)
    return tuple(map(int, found))


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
    assert "milestones and reports (read 2026-11-23)" in head


def test_commitments_of_two_plans_are_said_to_count_in_both(server: Server) -> None:
    """The bars of plans have them twice, the figures above once."""
    total = count(server, "member=EST")
    text = read(server, "/doc/member/EST")
    note = f"2 commitments are in several plans and count in each: the bars have {total + 2} in all"
    assert f"{note}, of {total} commitments." in text
    assert "are in several plans" not in read(server, "/doc/member/LVA")


def test_bars_of_chosen_commitments_are_marked(server: Server) -> None:
    """Latvia's were chosen by topic, Estonia's were not: no share is to be made of the former."""
    note = "* Most of these commitments are chosen by topic: not for shares."
    assert note in read(server, "/doc/member/LVA")
    assert note not in read(server, "/doc/member/EST")
