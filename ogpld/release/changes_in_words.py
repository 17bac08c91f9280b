"""What a release changed, in words and numbers: for people who follow the data without reading a log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from ogpld.release.changes import CREATE, DELETE, UPDATE, Change
from ogpld.wording import gettext, marked, number, quantity

#: What is said of each kind of change.
WORDS = {CREATE: marked("new"), UPDATE: marked("changed"), DELETE: marked("withdrawn")}
_SENTENCES = {
    CREATE: marked("%(things)s new"),
    UPDATE: marked("%(things)s changed"),
    DELETE: marked("%(things)s withdrawn"),
}


def in_words(
    changes: Iterable[Change], classes: Mapping[str, str], nouns: Mapping[str, str]
) -> str:
    """Return the changes counted by class: `12 commitments new, 3 changed; 1 member changed`.

    Args:
        changes: of one release.
        classes: the class of each thing, by its IRI.
        nouns: what one of a class is called, in the order of the words; other things are not counted.

    Returns:
        The words, "" where no thing of these classes changed.
    """
    counts: dict[str, Counter[str]] = {}
    for change in changes:
        name = classes.get(change.thing, "")
        if name in nouns:
            counts.setdefault(name, Counter())[change.kind] += 1
    parts = (_class_in_words(counts[name], nouns[name]) for name in nouns if name in counts)
    return gettext("; ").join(parts)


def _class_in_words(kinds: Counter[str], noun: str) -> str:
    parts: list[str] = []
    for kind in WORDS:
        if kinds[kind]:
            what = number(kinds[kind]) if parts else quantity(kinds[kind], noun)
            parts.append(gettext(_SENTENCES[kind], things=what))
    return ", ".join(parts)
