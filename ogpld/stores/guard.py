"""Look at a query's text before any engine does: linear, never recursive.

pyoxigraph dies of deep nesting (a stack overflow, no exception) and plans some queries for ever.
This is a first net only; the worker that can be killed, and has no network, is the real one. What
is refused here gets a clear sentence instead of a dead worker.

The engine's parser needs no blank after a keyword (`SERVICEex:a {` runs), so words are looked at
for what they contain, not only for what they are.
"""

from __future__ import annotations

from ogpld.errors import (
    QueryForbiddenError,
    QueryTextTooLargeError,
    QueryTooComplexError,
)
from ogpld.stores.fingerprint import Fingerprint, Noted
from ogpld.stores.limits import GuardLimits
from ogpld.stores.tokens import (
    CLOSERS,
    OPENERS,
    PATH_OPERATORS,
    QUERY_FORMS,
    TERM_WORDS,
    TERMS,
    Token,
    TokenFrame,
    place,
    refusal,
    scan,
)

_UPDATES = frozenset(
    {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"}
)
_CLAUSES = frozenset({"UNION", "OPTIONAL", "FILTER", "BIND", "MINUS", "EXISTS"})
_UNARY = frozenset("!+-")


def check(
    text: str, text_bytes: int, limits: GuardLimits | None = None, *, services: bool = False
) -> Fingerprint:
    """Refuse a query that no honest caller sends, and return what an honest one says.

    Args:
        text: the query.
        text_bytes: bytes it may have.
        limits: bounds of what it may be made of.
        services: whether SERVICE passes, for somebody who puts solutions in its place.

    Raises:
        QueryTooLargeError: the text has more bytes than allowed.
        QueryForbiddenError: SERVICE, LOAD or an update.
        QuerySyntaxError: something no token starts with.
        QueryError: an escape outside strings and IRIs, or a bound of `limits` is passed.
    """
    if len(text) > text_bytes or len(text.encode("utf-8", "replace")) > text_bytes:
        raise QueryTextTooLargeError(
            f"the query text is longer than {text_bytes:,} bytes", hint="shorten it"
        )
    counted = _Counts(text, limits or GuardLimits(), services=services)
    noted = Noted()
    for token in scan(text):
        counted.take(token)
        noted.take(token)
    return noted.result()


class _Counts:
    """Counters of one pass over a query."""

    def __init__(self, text: str, limits: GuardLimits, *, services: bool) -> None:
        self.services = services
        self.text = text
        self.limits = limits
        self.may_operate = True
        self.tokens = self.unary = self.triples = self.path = self.values = 0
        self.clauses: dict[str, int] = {}
        self.outer: list[TokenFrame] = []
        self.last: Token | None = None
        self.before: Token | None = None

    def take(self, token: Token) -> None:
        """Count one token; what stands in a block of VALUES nests nothing, and has a bound of its own."""
        if token.frame.role not in {"values", "row"} or token.text in "{}":
            self.tokens += 1
            self._bound("tokens", self.tokens, self.limits.tokens)
        if token.kind == "symbol":
            self._symbol(token)
        else:
            self.unary = 0
            if token.keyword:
                self._word(token)
            if token.kind in TERMS or token.keyword in TERM_WORDS:
                self._term(token)
        self.before, self.last = self.last, token

    def _word(self, token: Token) -> None:
        word = token.keyword
        if "SERVICE" in word and not (self.services and word == "SERVICE"):
            raise self._forbidden_service(token)
        if self.may_operate and token.depth == 0:
            self._operation(token)
        if word not in TERM_WORDS:
            self._end_triple(token.frame)
        clause = "sub-SELECT" if word == "SELECT" and token.depth else word
        if clause in _CLAUSES or clause == "sub-SELECT":
            self.clauses[clause] = self.clauses.get(clause, 0) + 1
            self._bound(f"{clause} clauses", self.clauses[clause], self.limits.clauses)

    def _operation(self, token: Token) -> None:
        """Look at the first word after the prologue, or after a semicolon."""
        word = token.keyword
        if word in _UPDATES:
            raise refusal(
                QueryForbiddenError,
                place(self.text, token.start),
                f"{word} is an update; this endpoint is read-only",
                "send SELECT, CONSTRUCT, ASK or DESCRIBE",
            )
        if word in QUERY_FORMS:
            self.may_operate = False

    def _term(self, token: Token) -> None:
        frame = token.frame
        if frame.role in {"values", "row"}:
            self.values += 1
            self._bound("terms in VALUES", self.values, self.limits.values)
        elif frame.role == "terms":
            frame.terms += 1
        elif frame.role == "triples":
            keyword = self.last.keyword if self.last else ""
            frame.pending = frame.pending or not keyword or keyword in TERM_WORDS

    def _symbol(self, token: Token) -> None:
        text, frame = token.text, token.frame
        if text in _UNARY:
            self.unary += 1
            self._bound("signs in a row", self.unary, self.limits.unary)
        else:
            self.unary = 0
        if text in OPENERS:
            self._open(token)
        elif text in CLOSERS and CLOSERS[text] == frame.opener and self.outer:
            self._close(token)
        elif text in ".;,":
            self._end_triple(frame)
            self.may_operate = self.may_operate or (text == ";" and token.depth == 0)
        elif (
            text in PATH_OPERATORS
            and frame.role in {"triples", "terms"}
            and not self._is_sign(token)
        ):
            frame.steps += 1
            self.path += 1
            self._bound("path operators", self.path, self.limits.path)

    def _open(self, token: Token) -> None:
        last, before = self.last, self.before
        if token.text == "{" and last is not None and last.kind == "name":
            graph = before is not None and before.keyword == "GRAPH"
            # `SERVICE:x {` and `SERVICEex:x {` are names here and SERVICE to the engine
            if "service" in last.text.lower() and not graph:
                raise self._forbidden_service(last)
        self._bound("levels of brackets", token.depth, self.limits.depth)
        self._bound("calls inside one another", token.frame.calls, self.limits.calls)
        if token.text == "{" and last:
            self._end_triple(self.outer[-1] if self.outer else last.frame)
        self.outer.append(token.frame)

    def _close(self, token: Token) -> None:
        frame = self.outer.pop()
        self._end_triple(frame)
        if frame.role == "terms" and frame.opener == "(" and not frame.steps:
            self._count_triples(2 * frame.terms)
        parent = self.outer[-1] if self.outer else None
        if parent is None or token.text == "}" or frame.role == "expression":
            return
        if parent.role == "triples":
            parent.pending = True
        elif parent.role == "terms":
            parent.terms += 1

    def _is_sign(self, token: Token) -> bool:
        return token.text == "+" and self.text[token.end : token.end + 1].isdigit()

    def _end_triple(self, frame: TokenFrame) -> None:
        if frame.pending:
            frame.pending = False
            self._count_triples(1)

    def _count_triples(self, number: int) -> None:
        self.triples += number
        self._bound("triple patterns", self.triples, self.limits.triples)

    def _bound(self, what: str, number: int, limit: int) -> None:
        if number > limit:
            raise QueryTooComplexError(
                f"the query has more than {limit:,} {what}", hint="split it into several queries"
            )

    def _forbidden_service(self, token: Token) -> QueryForbiddenError:
        return refusal(
            QueryForbiddenError,
            place(self.text, token.start),
            "SERVICE is not offered: this endpoint never asks other servers",
            "ask each endpoint on its own and join the answers",
        )
