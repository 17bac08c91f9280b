"""Estonia is whole: the commitments of its first two plans, and the headings the IRM put them under."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

import pytest

from ogpld.rdf import DCTERMS, NS, parse_quads, term_text
from ogpld.release import Release

KEY = re.compile(rb"/id/(commitment|irm-cluster)/(E(?:E|ST)[^>]*)> ")

#: The IRM's headings of the second plan, each with the numbers the plan prints.
HEADINGS = {
    "1": "1.1 1.2 1.3 2.1",
    "2": "1.4",
    "3": "2.3",
    "4": "2.2 2.4 3.1",
    "5": "2.5 3.2",
    "6": "2.6",
    "7": "4.1 4.2 4.3",
    "8": "4.4",
    "9": "5.1 5.2 5.3",
    "10": "5.4",
    "11": "6.1 6.2 6.3",
}
Statements = dict[tuple[str, str], set[str]]


@pytest.fixture(scope="module")
def estonia(whole_release: Release) -> Statements:
    """What is said of Estonia's commitments and headings, by key and property."""
    result: Statements = defaultdict(set)
    for line in whole_release.lines():
        if match := KEY.search(line.partition(b"> <")[0] + b"> "):
            quad = next(iter(parse_quads(line, "nq")))
            place = match[2].decode(), term_text(quad.predicate)
            result[place].add(term_text(quad.object).rpartition("/")[2])
    return result


def values(statements: Statements, key: str, name: str) -> set[str]:
    """Return the values of a property of ours."""
    return statements.get((key, NS(name).value), set())


def test_61_commitments(estonia: Statements) -> None:
    """15 and 23 of the first plans; the ids nobody saw are not published."""
    member = NS("member").value
    keys = {key for key, name in estonia if name == member}
    plans = Counter(plan for key in keys for plan in values(estonia, key, "plan"))
    assert len(keys) == 61
    assert (plans["EST01"], plans["EST02"]) == (15, 23)
    identified = {key for key, name in estonia if name == DCTERMS("identifier").value}
    assert len(identified) == 25
    early = {key for key in keys if values(estonia, key, "plan") & {"EST01", "EST02"}}
    assert {key for key in early if not key.startswith("EST")} == {"EE0013", "EE0025"}
    assert early & identified == {"EE0013", "EE0025"}


def test_the_headings_hold_their_commitments(estonia: Statements) -> None:
    """Eleven, as the progress report has them."""
    members: dict[str, set[str]] = defaultdict(set)
    for key, name in list(estonia):
        if name == NS("cluster").value:
            (number,) = values(estonia, key, "printedNumber")
            for cluster in values(estonia, key, "cluster"):
                members[cluster.removeprefix("EST02-irm-")].add(number)
    assert members == {number: set(text.split()) for number, text in HEADINGS.items()}
    for number in HEADINGS:
        assert values(estonia, f"EST02-irm-{number}", "irmNumber") == {number}
        assert values(estonia, f"EST02-irm-{number}", "plan") == {"EST02"}
    titles = estonia["EST02-irm-6", DCTERMS("title").value]
    assert titles == {"Web tool for petitions to Parliament"}


def test_completion_of_the_second_plan_is_what_reports_print(estonia: Statements) -> None:
    """5 complete, 14 substantial, 4 limited."""
    counted = Counter(
        code
        for key, name in list(estonia)
        if name == NS("midTermCompletion").value and "EST02" in values(estonia, key, "plan")
        for code in values(estonia, key, "midTermCompletion")
    )
    assert counted == {"complete": 5, "substantial": 14, "limited": 4}
