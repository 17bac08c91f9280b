"""What two query texts have in common: equal ones mean the same, so one answer serves both.

Blanks, comments and the case of keywords do not count. A query whose answer differs from one run to
the next (the time, random numbers, fresh blank nodes, what others answer to SERVICE) is not stable: nothing
may keep its answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ogpld.errors import QueryError
from ogpld.stores.tokens import TERM_WORDS, Token, scan

_FORMS = {"SELECT": "solutions", "ASK": "solutions", "CONSTRUCT": "graph", "DESCRIBE": "graph"}
#: Parts of the words that make a new value each time they are evaluated.
_FRESH = re.compile("NOW|RAND|UUID|BNODE|SERVICE")
_BRACES = frozenset("{}")


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


class Noted:
    """A fingerprint in the making, token by token."""

    def __init__(self) -> None:
        self._tokens: list[str] = []
        self._kind = ""
        self._stable = True
        self._in_template = False
        self._is_short = False  # CONSTRUCT WHERE: the pattern is the template (SPARQL 1.1, 16.2.4)

    def take(self, token: Token) -> None:
        """Note one token."""
        word = token.keyword
        if not self._kind and token.depth == 0:
            self._kind = _FORMS.get(word, "")
        if self._tokens[-1:] == ["CONSTRUCT"]:
            self._is_short = token.text != "{"
        if token.text in _BRACES:
            is_template = token.frame.role == "template" or self._is_short
            self._in_template = token.text == "{" and is_template
        if self._in_template:  # each solution gets blank nodes of its own
            self._stable = self._stable and token.kind != "blank" and token.text not in {"[", "("}
        elif word:
            self._stable = self._stable and not _FRESH.search(word)
        # the case of these counts: `a` is one, `A` is none; the booleans are told apart for clarity
        self._tokens.append(word if word and word not in TERM_WORDS else token.text)

    def result(self) -> Fingerprint:
        """Return the fingerprint."""
        return Fingerprint("\n".join(self._tokens), self._kind, self._stable and bool(self._kind))


def fingerprint(text: str) -> Fingerprint:
    """Return what a query says; a text no token of which can be read stands for itself alone."""
    noted = Noted()
    try:
        for token in scan(text):
            noted.take(token)
    except QueryError:
        return Fingerprint(text, "", stable=False)
    return noted.result()
