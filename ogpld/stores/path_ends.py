"""Refuse a path of no steps that begins or ends at a term the data does not have (SPARQL 1.1 section 18.4).

`<x> :p* ?o` has `<x>` itself among its solutions, wherever `<x>` stands; the engine finds it only in graphs
that have it. So the terms that are written as ends of such paths are looked up first. Paths between
variables have the nodes of the graph as their ends, and there the engine is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from ogpld.errors import QueryPathError
from ogpld.stores.empty_store import QueryParser
from ogpld.stores.graph_clauses import Run, dataset_of
from ogpld.stores.tokens import Token, place, refusal, scan

#: `SELECT *` and `COUNT(*)`; a path operator; a variable's sign is followed by its name.
_ALL = re.compile(r"(?:SELECT|DISTINCT|REDUCED)\s*\*|\(\s*\*\s*\)", re.IGNORECASE)
WORTH_A_LOOK = re.compile("[*?](?![0-9A-Za-z_\u0080-\U0010ffff])")
Stage = Literal["subject", "path", "object", "after", "skip"]
_CONSTANTS = frozenset({"iri", "name", "string", "number"})
#: Where a triple pattern goes on after a sign.
_STAGES: dict[str, Stage] = {".": "subject", ";": "path", ",": "object"}


def check_paths(text: str, parser: QueryParser, run: Run, base: str = "") -> None:
    """Look up the terms at the ends of paths that may have no steps.

    Args:
        text: a query.
        parser: an empty store, over which the text is parsed before anything is looked up.
        run: runs a query over the same dataset as this one's.
        base: IRI that relative ones are resolved against.

    Raises:
        SyntaxError: as the engine raises it, for a text that is no query.
        QueryPathError: for a term that the graph of its pattern does not have.
        QueryError: for text that has no tokens.
    """
    if not (WORTH_A_LOOK.search(text) and WORTH_A_LOOK.search(_ALL.sub("", text))):
        return
    tokens = list(scan(text))
    ends = list(_PathReader(text, tokens).ends())
    if not ends:
        return
    parser.query(text, base_iri=base or None)
    prologue, dataset = dataset_of(text, tokens)
    for end in dict.fromkeys(ends):
        pattern = f"{{ {end.text} ?p ?o }} UNION {{ ?s ?p {end.text} }}"
        if end.literal:
            pattern = f"?s ?p {end.text}"
        if end.graph.startswith(("?", "$")):
            raise _refusal(text, end, "in each of several graphs")
        pattern = f"GRAPH {end.graph} {{ {pattern} }}" if end.graph else pattern
        if not run(f"{prologue} ASK {dataset} {{ {pattern} }}"):
            raise _refusal(text, end, "that is not in the data")


@dataclass(frozen=True, slots=True)
class _End:
    """A term at the end of a path: as written, whether it is a literal, its graph as written, where."""

    text: str
    literal: bool
    graph: str
    start: int


@dataclass(slots=True)
class _Bracket:
    """An open bracket: what it holds, its graph, and how far the triple pattern in it is."""

    holds: Literal["triples", "path", "other"]
    graph: str = ""
    stage: Stage = "subject"
    subject: _End | None = None
    path: list[str] = field(default_factory=list)


class _PathReader:
    """One pass over the tokens that knows subjects, paths and objects; the text is known to be a query."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self._text = text
        self._tokens = tokens
        self._stack = [_Bracket("other")]

    def ends(self) -> Iterator[_End]:
        """Yield the terms at the ends of paths that may have no steps."""
        for number, token in enumerate(self._tokens):
            inner = self._stack[-1]
            if token.kind == "symbol" and token.text in {"{", "[", "("}:
                self._open(number, token, inner)
            elif token.kind == "symbol" and token.text in {"}", "]", ")"}:
                self._close(number, token)
            elif inner.holds == "path":
                self._stack[-2].path.append(token.text)
            elif inner.holds == "triples":
                yield from self._read(number, token, inner)

    def _open(self, number: int, token: Token, outer: _Bracket) -> None:
        graph, role = outer.graph, token.frame.role
        if token.text == "{":
            if number > 1 and self._tokens[number - 2].keyword == "GRAPH":
                graph = self._tokens[number - 1].text
            outer.stage = "skip"
            holds: Literal["triples", "other"] = (
                "triples" if role in {"triples", "head"} else "other"
            )
            self._stack.append(_Bracket(holds, graph))
        elif outer.holds == "path" or (outer.holds == "triples" and outer.stage == "path"):
            self._stack[-1 if outer.holds == "triples" else -2].path.append("(")
            self._stack.append(_Bracket("path", graph))
        elif token.text == "[" and outer.holds == "triples":
            self._stack.append(_Bracket("triples", graph, "path"))
        else:
            self._stack.append(_Bracket("other", graph))

    def _close(self, number: int, token: Token) -> None:
        closed = self._stack.pop() if len(self._stack) > 1 else self._stack[-1]
        outer = self._stack[-1]
        if closed.holds == "path":
            (outer if outer.holds == "triples" else self._stack[-2]).path.append(")")
            if outer.holds == "triples":
                self._end_path(number, outer)
        elif token.text == "}" or outer.stage == "skip":
            outer.stage = "subject"
        elif outer.holds == "triples":
            self._node(outer)

    @staticmethod
    def _node(inner: _Bracket) -> None:
        """Skip a subject or an object that is none of the terms looked for."""
        if inner.stage == "subject":
            inner.stage, inner.subject, inner.path = "path", None, []
        else:
            inner.stage = "after"

    def _read(self, number: int, token: Token, inner: _Bracket) -> Iterator[_End]:
        """Take one token of a triple pattern."""
        if token.kind == "word" and token.keyword not in {"A", "TRUE", "FALSE"}:
            inner.stage = "skip"
        elif token.text in _STAGES and token.kind == "symbol" and inner.stage != "skip":
            inner.stage = _STAGES[token.text]
            inner.path = inner.path if token.text == "," else []
        elif inner.stage == "path":
            inner.path.append(token.text)
            self._end_path(number, inner)
        elif inner.stage in {"subject", "object"} and token.kind != "symbol":
            end = self._end(number, token, inner.graph)
            if inner.stage == "subject":
                inner.stage, inner.subject, inner.path = "path", end, []
                return
            inner.stage = "after"
            if _may_be_empty(inner.path):
                yield from (term for term in (inner.subject, end) if term is not None)

    def _end_path(self, number: int, inner: _Bracket) -> None:
        """Go on to the object when the path has ended."""
        follows = (
            self._tokens[number + 1] if number + 1 < len(self._tokens) else self._tokens[number]
        )
        signed = follows.text == "+" and self._text[follows.end : follows.end + 1].isdigit()
        if inner.path[-1] in {"^", "!", "/", "|"}:
            return
        if follows.text not in {"*", "+", "?", "/", "|"} or signed:
            inner.stage = "object"

    def _end(self, number: int, token: Token, graph: str) -> _End | None:
        """Return a term that is no variable, with its sign, language or datatype."""
        if token.kind not in _CONSTANTS and token.keyword not in {"TRUE", "FALSE"}:
            return None
        start, end = token.start, token.end
        following = self._tokens[number + 1 : number + 3]
        if token.kind == "string" and following and following[0].kind == "tag":
            end = following[0].end
        elif token.kind == "string" and following and following[0].text == "^^":
            end = following[-1].end
        elif token.kind == "number" and self._tokens[number - 1].text in {"+", "-"}:
            start = self._tokens[number - 1].start
        literal = token.kind not in {"iri", "name"}
        return _End(self._text[start:end], literal, graph, start)


def _may_be_empty(path: list[str]) -> bool:
    """Say whether a path may have no steps, as its operators say."""
    outer: list[tuple[bool, bool]] = []
    any_way, all_steps, last = False, True, False
    for piece in path:
        if piece == "(":
            outer.append((any_way, all_steps))
            any_way, all_steps, last = False, True, False
        elif piece == ")" and outer:
            last = any_way or (all_steps and last)
            any_way, all_steps = outer.pop()
        elif piece == "/":
            all_steps, last = all_steps and last, False
        elif piece == "|":
            any_way, all_steps, last = any_way or (all_steps and last), True, False
        elif piece in {"*", "?"}:
            last = True
        elif piece not in {"+", "^", "!"}:
            last = False
    return any_way or (all_steps and last)


def _refusal(text: str, end: _End, where: str) -> QueryPathError:
    return refusal(
        QueryPathError,
        place(text, end.start),
        f"a path of no steps ends at {end.text[:100]} {where}",
        "the term itself would be an answer, which the engine does not find: look whether it is"
        " spelled as in the data, or write + instead of *",
    )
