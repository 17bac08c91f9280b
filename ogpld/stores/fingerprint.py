"""What two query texts have in common: equal ones mean the same, so one answer serves both.

Blanks, comments and the case of keywords do not count. A query whose answer differs from one run to
the next (the time, random numbers, fresh blank nodes) is not stable: nothing may keep its answer.
"""

from __future__ import annotations

from dataclasses import dataclass

from ogpld.errors import QueryError
from ogpld.stores.tokens import Token, scan

_FORMS = {"SELECT": "solutions", "ASK": "solutions", "CONSTRUCT": "graph", "DESCRIBE": "graph"}
#: Keywords whose case counts: `a` is one, `A` is none; the booleans are told apart for clarity.
_AS_WRITTEN = frozenset({"A", "TRUE", "FALSE"})
#: Parts of the words that make a new value each time they are evaluated.
_FRESH = ("NOW", "RAND", "UUID", "BNODE")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A query as its tokens say it.

    Attributes:
        text: equal for texts that mean the same.
        kind: "solutions" or "graph", as the first word after the prologue says; "" if none does.
        stable: whether asking again gives the same answer.
    """

    text: str
    kind: str
    stable: bool


def fingerprint(text: str) -> Fingerprint:
    """Return what a query says; a text no token of which can be read stands for itself alone."""
    tokens: list[str] = []
    kind = ""
    stable = True
    in_template = False
    try:
        for token in scan(text):
            word = token.keyword
            if not kind and token.depth == 0:
                kind = _FORMS.get(word, "")
            if token.text in {"{", "}"}:
                in_template = token.text == "{" and token.frame.role == "template"
            stable = stable and not _is_fresh(token, in_template=in_template)
            tokens.append(word if word and word not in _AS_WRITTEN else token.text)
    except QueryError:
        return Fingerprint(text, "", stable=False)
    return Fingerprint("\n".join(tokens), kind, stable and bool(kind))


def _is_fresh(token: Token, *, in_template: bool) -> bool:
    """Say whether a token makes something new in each run."""
    if in_template:  # each solution gets blank nodes of its own
        return token.kind == "blank" or token.text in {"[", "("}
    return any(part in token.keyword for part in _FRESH)
