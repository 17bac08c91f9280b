"""Look at a query's text before any engine does (reliability.md 2.2): linear, never recursive.

pyoxigraph dies of deep nesting (a stack overflow, no exception) and plans some queries for ever. This
is a first net only; the worker that can be killed is the real one. What is refused here gets a clear
sentence instead of a dead worker.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ogpld.errors import QueryError, QueryForbiddenError, QueryTooLargeError


class QueryTooComplexError(QueryError):
    """The text nests deeper or chains longer than any honest query."""

    code = "query-too-complex"


class QueryTextTooLargeError(QueryTooLargeError):
    """The text itself is too large."""

    code = "query-too-large"


@dataclass(frozen=True, slots=True)
class GuardLimits:
    """Bounds of a query's text; at an 8 MiB stack the worst construct dies at 859 levels."""

    tokens: int = 8_000
    depth: int = 32
    calls: int = 32
    unary: int = 16
    triples: int = 100
    path: int = 50
    clauses: int = 64
    values: int = 5_000


_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<comment>\#[^\n\r]*)
  | (?P<iri><[^<>"{}|^`\\\x00-\x20]*(?:\\u[^<>"{}|^`\x00-\x20]*)*>)
  | (?P<string>\"{3}(?:[^"\\]|\\.|\"{1,2}(?!\"))*\"{3}
              |'{3}(?:[^'\\]|\\.|'{1,2}(?!'))*'{3}
              |"(?:[^"\\\n\r]|\\.)*"
              |'(?:[^'\\\n\r]|\\.)*')
  | (?P<variable>[?$]\w+)
  | (?P<name>(?:\w(?:[\w.\-]*[\w\-])?)?:(?:[\w:%.\\\-]*[\w:%\\\-])?)
  | (?P<tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
  | (?P<word>[^\W\d]\w*)
  | (?P<escape>\\[uU][0-9A-Fa-f]*)
  | (?P<symbol><<|>>|&&|\|\||\^\^|<=|>=|!=|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_UPDATES = frozenset("INSERT DELETE LOAD CLEAR DROP CREATE ADD MOVE COPY WITH".split())
_FORMS = frozenset("SELECT CONSTRUCT ASK DESCRIBE".split())
_CLAUSES = frozenset("UNION OPTIONAL FILTER BIND MINUS EXISTS SELECT".split())
_OPEN, _CLOSE = frozenset({"{", "(", "[", "<<"}), frozenset({"}", ")", "]", ">>"})
_UNARY = frozenset("!+-")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text; `kind` is the group of the pattern, words are upper case in `text`."""

    kind: str
    text: str


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a query, blanks and comments left out."""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "symbol"
        if kind in {"space", "comment"}:
            continue
        yield Token(kind, match[0].upper() if kind == "word" else match[0])


def check(text: str, text_bytes: int, limits: GuardLimits | None = None) -> str:
    """Refuse a query that no honest caller sends, and return its form (SELECT, ASK, …).

    Raises:
        QueryTooLargeError: the text has more bytes than allowed.
        QueryForbiddenError: SERVICE, LOAD or an update.
        QueryError: an escape outside strings and IRIs, or a bound of `limits` is passed.
    """
    limits = limits or GuardLimits()
    if len(text.encode("utf-8", "replace")) > text_bytes:
        raise QueryTextTooLargeError(
            f"the query text is longer than {text_bytes:,} bytes", hint="shorten it"
        )
    state = _State(limits)
    for token in tokens(text):
        state.take(token)
    return state.form


class _State:
    """Counters of one pass over a query."""

    def __init__(self, limits: GuardLimits) -> None:
        self.limits = limits
        self.form = ""
        self.tokens = self.calls = self.unary = self.path = self.dots = self.values = 0
        self.stack: list[str] = []
        self.clauses: dict[str, int] = {}
        self.previous = Token("", "")
        self.in_values = 0

    def take(self, token: Token) -> None:
        """Count one token."""
        self.tokens += 1
        self._bound("tokens", self.tokens, self.limits.tokens)
        if token.kind == "escape":
            raise QueryError(
                "a \\u escape stands outside of strings and IRIs", hint="write the character itself"
            )
        if token.kind == "word":
            self._word(token.text)
        elif token.kind == "symbol":
            self._symbol(token.text)
        if self.in_values and token.kind not in {"symbol", "word"}:
            self.values += 1
            self._bound("terms in VALUES", self.values, self.limits.values)
        if token.kind != "symbol" or token.text not in _UNARY:
            self.unary = 0
        self.previous = token

    def _word(self, word: str) -> None:
        if word == "SERVICE":
            raise QueryForbiddenError(
                "SERVICE is not offered: this endpoint never asks other servers",
                hint="ask each endpoint on its own and join the answers",
            )
        if not self.form:
            if word in _FORMS:
                self.form = word
            elif word in _UPDATES:
                raise QueryForbiddenError(
                    f"{word} is an update; this endpoint is read-only",
                    hint="send SELECT, CONSTRUCT, ASK or DESCRIBE",
                )
        if word in _CLAUSES:
            self.clauses[word] = self.clauses.get(word, 0) + 1
            self._bound(f"{word} clauses", self.clauses[word], self.limits.clauses)
        if word == "VALUES":
            self.in_values = len(self.stack) + 1

    def _symbol(self, symbol: str) -> None:
        if symbol in _OPEN:
            call = symbol == "(" and self.previous.kind in {"word", "iri", "name"}
            self.stack.append("call" if call else symbol)
            self._bound("levels of brackets", len(self.stack), self.limits.depth)
            self._bound("nested calls", self.stack.count("call"), self.limits.calls)
        elif symbol in _CLOSE:
            if self.stack:
                self.stack.pop()
            if self.in_values and symbol == "}" and len(self.stack) < self.in_values:
                self.in_values = 0
        elif symbol in {".", ";", ","} and not self._inside_call():
            self.dots += 1
            self._bound("triple patterns", self.dots, self.limits.triples)
        elif symbol in {"/", "|", "^", "*", "?"}:
            self.path += 1
            self._bound("path operators", self.path, self.limits.path)
        if symbol in _UNARY:
            self.unary += 1
            self.path += symbol == "+"
            self._bound("signs in a row", self.unary, self.limits.unary)
            self._bound("path operators", self.path, self.limits.path)
        if symbol in {"||", "&&"}:
            self.clauses[symbol] = self.clauses.get(symbol, 0) + 1
            self._bound(f"{symbol} operators", self.clauses[symbol], self.limits.clauses)

    def _inside_call(self) -> bool:
        return bool(self.stack) and self.stack[-1] in {"call", "("}

    def _bound(self, what: str, number: int, limit: int) -> None:
        if number > limit:
            raise QueryTooComplexError(
                f"the query has more than {limit:,} {what}",
                hint="split it into several queries",
            )
