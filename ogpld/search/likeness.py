"""How alike a text and a name are, both folded: a score from 0 to 1."""

from __future__ import annotations

from rapidfuzz import fuzz, process

from ogpld.search.weighted_likeness import word_likeness

#: Likeness from which a name may be meant.
ALIKE = 0.55
#: Score of a name that has all words of the text, and what its length adds at most.
_CONTAINED, _LENGTH = 0.9, 0.09
#: Score of a name that is the text.
SAME = 1.0
#: What a name counts less that lacks the member's of a text, and that of a code which a thing carries.
_OF_MEMBER, _OF_TOPIC = 0.1, 0.21
#: Score of what carries a code of just that name.
SAME_TOPIC = round(SAME - _OF_TOPIC, 2)
#: Share of letters in percent from which a word is looked at closely.
_WORD = 60.0
#: Share of its letters from which it may be another with typing errors: one slip in four is one.
_ALIKE_WORD = 0.75
#: Words of a text and of a name that are compared.
_WORDS = 24


def contained_score(text: str, name: str) -> float:
    """Return the score of a name that has all words of a text: 1 for the same, else from 0.9 to 0.99.

    >>> contained_score("lobby", "lobby register")
    0.93
    """
    if text == name:
        return SAME
    return round(_CONTAINED + _LENGTH * min(1.0, len(text) / max(len(name), 1)), 2)


def narrowed_score(text: str, name: str) -> float:
    """Return the score of a name of a thing of the member that the whole text names too: from 0.8 to 0.89.

    >>> narrowed_score("lobby", "lobby register")
    0.83
    """
    return round(min(contained_score(text, name), _CONTAINED + _LENGTH) - _OF_MEMBER, 2)


def topic_score(text: str, name: str) -> float:
    """Return the score of a thing that carries a code of that name: from 0.69 to 0.79."""
    return round(contained_score(text, name) - _OF_TOPIC, 2)


def likeness(text: str, name: str) -> float:
    """Return the score of a name that is only like a text, below 0.9.

    Each word of the text is compared with the word of the name that is most like it, and is that word with
    typing errors or is none of the name's; a part of the score is how alike the whole texts are.

    >>> likeness("estonai", "estonia") > likeness("estonai", "estonia irm report")
    True
    """
    words = name.split()[:_WORDS]
    wanted = text.split()[:_WORDS]
    ratios: list[float] = []
    for word in wanted:
        best = process.extractOne(word, words, scorer=fuzz.ratio, score_cutoff=_WORD)
        alike = word_likeness(word, best[0]) if best else 0.0
        ratios.append(100 * alike if alike >= _ALIKE_WORD else 0.0)
    if not ratios or not any(ratios):
        return 0.0
    weights = [len(word) for word in wanted]
    by_word = sum(r * w for r, w in zip(ratios, weights, strict=True)) / sum(weights)
    return round(_CONTAINED * (0.7 * by_word + 0.3 * fuzz.ratio(text, name)) / 100, 3)
