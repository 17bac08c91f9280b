"""What a release changed, in words and numbers: for people who follow the data without reading a log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from ogpld.release.changes import CREATE, DELETE, UPDATE, Change

#: What is said of each kind of change.
WORDS = {CREATE: "new", UPDATE: "changed", DELETE: "withdrawn"}


def in_words(changes: Iterable[Change], base: str, nouns: Mapping[str, tuple[str, str]]) -> str:
    """Return the changes counted by class: `12 commitments new, 3 changed; 1 member changed`.

    Args:
        changes: of one release.
        base: base IRI of its data.
        nouns: one and several of a class, by the segment of its IRIs; other things are not counted.

    Returns:
        The words, "" where no thing of these classes changed.
    """
    beginning = f"{base}id/"
    counts: dict[str, Counter[str]] = {}
    for change in changes:
        segment = change.thing.removeprefix(beginning).partition("/")[0]
        if change.thing.startswith(beginning) and segment in nouns:
            counts.setdefault(segment, Counter())[change.kind] += 1
    return "; ".join(
        _class_in_words(counts[segment], *nouns[segment]) for segment in nouns if segment in counts
    )


def _class_in_words(kinds: Counter[str], one: str, several: str) -> str:
    parts = [f"{kinds[kind]:,} {word}" for kind, word in WORDS.items() if kinds[kind]]
    number, _, word = parts[0].partition(" ")
    noun = one if number == "1" else several
    return ", ".join([f"{number} {noun} {word}", *parts[1:]])
