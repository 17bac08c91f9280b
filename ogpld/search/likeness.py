"""How alike a text and a name are, both folded: a score from 0 to 1."""

from __future__ import annotations

from rapidfuzz import fuzz, process

#: Likeness from which a name may be meant.
ALIKE = 0.55
#: Score of a name that has all words of the text, and what its length adds at most.
_CONTAINED, _LENGTH = 0.9, 0.09
#: Likeness from which a word may be another with typing errors.
_WORD = 65.0
#: Words of a text and of a name that are compared.
_WORDS = 24


def contained_score(text: str, name: str) -> float:
    """Return the score of a name that has all words of a text: 1 for the same, else from 0.9 to 0.99.

    >>> contained_score("lobby", "lobby register")
    0.93
    """
    if text == name:
        return 1.0
    return round(_CONTAINED + _LENGTH * min(1.0, len(text) / max(len(name), 1)), 2)


def likeness(text: str, name: str) -> float:
    """Return the score of a name that is only like a text, below 0.9.

    Each word of the text is compared with the word of the name that is most like it; a part of the score is
    how alike the whole texts are.

    >>> likeness("estonai", "estonia") > likeness("estonai", "estonia irm report")
    True
    """
    words = name.split()[:_WORDS]
    wanted = text.split()[:_WORDS]
    ratios: list[float] = []
    for word in wanted:
        best = process.extractOne(word, words, scorer=fuzz.ratio, score_cutoff=_WORD)
        ratios.append(best[1] if best else 0.0)
    if not ratios or not any(ratios):
        return 0.0
    weights = [len(word) for word in wanted]
    by_word = sum(r * w for r, w in zip(ratios, weights, strict=True)) / sum(weights)
    return round(_CONTAINED * (0.7 * by_word + 0.3 * fuzz.ratio(text, name)) / 100, 3)
