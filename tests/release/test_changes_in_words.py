"""What a release changed, in words."""

from __future__ import annotations

import pytest

from ogpld.release.changes import CREATE, DELETE, UPDATE, Change
from ogpld.release.changes_in_words import in_words

BASE = "https://data.example.org/"
NOUNS = {"commitment": "commitment", "member": "member", "body": "part of 100% agency"}


def changes(kind: str, segment: str, number: int) -> list[Change]:
    """Return that many changes of one kind."""
    return [Change(f"{BASE}id/{segment}/{n}", kind) for n in range(number)]


@pytest.mark.parametrize(
    ("log", "words"),
    [
        ([], ""),
        (changes(CREATE, "commitment", 1), "1 commitment new"),
        (changes(UPDATE, "member", 1200), "1,200 members changed"),
        (changes(CREATE, "body", 2), "2 parts of 100% agency new"),
        (
            [
                *changes(UPDATE, "member", 2),
                *changes(DELETE, "commitment", 3),
                *changes(CREATE, "commitment", 12),
            ],
            "12 commitments new, 3 withdrawn; 2 members changed",
        ),
        (changes(CREATE, "milestone", 2), ""),
        ([Change("https://elsewhere.example/id/member/X", CREATE)], ""),
    ],
)
def test_words(log: list[Change], words: str) -> None:
    """Counted by class in the order of the nouns; other classes and other sites are not told."""
    classes = {
        change.thing: change.thing.removeprefix(f"{BASE}id/").partition("/")[0]
        for change in log
        if change.thing.startswith(BASE)
    }
    assert in_words(log, classes, NOUNS) == words
