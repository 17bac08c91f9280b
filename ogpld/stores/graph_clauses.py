"""Rewrite GRAPH clauses that the engine reads as labels on triple patterns (SPARQL 1.1 section 18.6).

Graph(var, P) is the union, over the named graphs g of the dataset, of Join(eval(D(g), P), {var → g}).
The engine hands `var` down to the triple patterns in P instead. That is the same where every group in P
begins with a triple pattern and holds nothing but triple patterns, OPTIONAL, UNION and FILTER, without
`var` among them and without a path that repeats. A sub-SELECT, VALUES, BIND, MINUS, EXISTS, an inner
GRAPH or an empty group is something else; the clause is then written out as the section says:

    GRAPH ?g { P }    becomes    { { VALUES ?g { <g1> } GRAPH <g1> { P } } UNION { … } }
    GRAPH <i> { P }   becomes    { { P } FILTER(false) }    where <i> names no graph of the dataset

With a graph's own name the engine is right about every P but for a FILTER with EXISTS, which sees what is
bound outside of P there, and does not where P is a sub-SELECT of all its variables. What would become
larger than `MOST_COPIES` and `LARGEST_TEXT` is refused. One pass over the tokens, without recursion.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import pyoxigraph as ox

from ogpld.errors import QueryGraphUnsupportedError
from ogpld.stores.empty_store import QueryParser
from ogpld.stores.tokens import (
    QUERY_FORMS,
    TERM_WORDS,
    TERMS,
    Token,
    TokenFrame,
    mentions,
    place,
    refusal,
    scan,
)

#: Groups one clause may become.
MOST_COPIES = 2_000
#: Characters a rewritten query may have.
LARGEST_TEXT = 500_000

#: Run a query over the dataset of the one that is rewritten.
Run = Callable[[str], ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples]

_PLAIN_WORDS = TERM_WORDS | {"FILTER", "OPTIONAL", "UNION"}
_GRAPH = ("graph",)
#: Path operators that the engine follows from one graph into another, and triple terms.
_NOT_LABELLED = frozenset({"+", "*", "?", "|", "!", "<<"})
#: A prefix in which the engine sees the keyword, which needs no blank after it there.
_GLUED = re.compile(r"(?:true|false)?graph", re.IGNORECASE)
_TOGETHER = (
    "stands in a query with GRAPH or FROM as part of another word",
    "put a blank between them",
)
#: Steps that an engine takes out of an IRI while it resolves it.
_DOTS = re.compile(r"/\.{1,2}(?:[/?#]|$)")


@dataclass(slots=True)
class _Clause:
    """A GRAPH clause that is open.

    Attributes:
        start: its keyword.
        name: the variable or IRI after it.
        opener: its `{`.
        body: the pieces between its brackets so far.
        plain: whether the engine is right about what came so far.
        first: whether the next token is the first one of a group.
    """

    start: Token
    name: Token
    opener: Token
    body: list[str] = field(default_factory=list)
    plain: bool = True
    first: bool = True


def rewrite_graphs(text: str, parser: QueryParser, run: Run, base: str = "") -> str:
    """Return a query that the engine answers as the specification says; most are returned as they are.

    Args:
        text: a query.
        parser: an empty store, over which the text is parsed before it is rewritten, so that errors
            have the places of the text that was sent.
        run: runs a query over the same dataset as this one's.
        base: IRI that relative ones are resolved against.

    Raises:
        SyntaxError: as the engine raises it, for a text that is no query.
        QueryGraphUnsupportedError: for a clause that cannot be rewritten.
        QueryError: for text that has no tokens.
    """
    if not mentions(text, _GRAPH):
        return text
    tokens = list(scan(text))
    if not any(mentions(t.text, _GRAPH) for t in tokens if t.kind in {"word", "name"}):
        return text
    parser.query(text, base_iri=base or None)
    check_keywords(tokens, text)
    rewriter = _Rewriter(text, tokens, run)
    return rewriter.result()


def check_keywords(tokens: list[Token], text: str) -> None:
    """Refuse a keyword that is part of a longer word, which the engine's parser accepts."""
    for number, token in enumerate(tokens[:-1]):
        follows = tokens[number + 1].text
        word = token.kind == "word" and "GRAPH" in token.keyword and token.keyword != "GRAPH"
        name = token.kind == "name" and follows == "{" and _GLUED.match(token.text) is not None
        before = tokens[number - 1].keyword if number else ""
        if word or (name and token.depth and before != "GRAPH"):
            raise _unsupported(text, token, *_TOGETHER)


class _Rewriter:
    """One pass over the tokens of a query that holds GRAPH."""

    def __init__(self, text: str, tokens: list[Token], run: Run) -> None:
        self._text = text
        self._tokens = tokens
        self._run = run
        self._prologue, self._dataset = dataset_of(text, tokens)
        self._graphs: list[str] | None = None
        self._exist: dict[str, bool] = {}
        self._copies = 0
        self._changed = False
        self._whole: list[str] = []
        self._open: list[_Clause] = []
        self._exists: list[TokenFrame] = []

    def result(self) -> str:
        """Return the text, the same object where nothing had to be rewritten."""
        done, skip = 0, 0
        for number, token in enumerate(self._tokens):
            pieces = self._open[-1].body if self._open else self._whole
            gap = self._text[done : token.start]
            done = token.end
            if skip:
                skip -= 1
                continue
            pieces.append("\n" if gap else "")
            self._follow_exists(number, token)
            if token.keyword == "GRAPH" and self._is_clause(number):
                self._note(token, self._tokens[number - 1])
                name, opener = self._tokens[number + 1 : number + 3]
                self._open.append(_Clause(token, name, opener))
                skip = 2
            elif self._open and token.text == "}" and token.frame is self._open[-1].opener.frame:
                self._close(self._open.pop())
            else:
                self._note(token, self._tokens[number - 1])
                pieces.append(token.text)
        return "".join(self._whole) if self._changed else self._text

    def _follow_exists(self, number: int, token: Token) -> None:
        """Keep the brackets of EXISTS that are open: what is bound outside of these is meant to be seen."""
        if token.text == "{" and number and self._tokens[number - 1].keyword.endswith("EXISTS"):
            self._exists.append(token.frame)
        elif token.text == "}" and self._exists and self._exists[-1] is token.frame:
            self._exists.pop()

    def _is_clause(self, number: int) -> bool:
        following = self._tokens[number + 1 : number + 3]
        return [t.text for t in following[1:]] == ["{"] and following[0].kind in {
            "variable",
            "iri",
            "name",
        }

    def _note(self, token: Token, before: Token) -> None:
        """Look whether the engine stays right about the innermost clause."""
        if not self._open:
            return
        clause = self._open[-1]
        if not clause.plain:
            return
        symbol = token.kind == "symbol"
        if clause.first:
            clause.plain = token.kind in TERMS or (symbol and token.text in {"(", "[", "{"})
            clause.plain = clause.plain or token.keyword in {"TRUE", "FALSE"}
        clause.first = symbol and token.text == "{"
        if token.kind == "variable":
            clause.plain = clause.plain and token.text[1:] != clause.name.text[1:]
        elif token.kind == "word" and token.keyword not in _PLAIN_WORDS:
            function = token.frame.role == "expression" or before.keyword == "FILTER"
            clause.plain = clause.plain and function and "EXISTS" not in token.keyword
        elif symbol and token.frame.role != "expression" and token.text in _NOT_LABELLED:
            clause.plain = False

    def _close(self, clause: _Clause) -> None:
        """Put a clause, as it has to be, where it stood."""
        pieces = self._open[-1].body if self._open else self._whole
        body, name = clause.body, clause.name.text
        if clause.plain and not clause.first:
            pieces += ["GRAPH ", name, " {", *body, "}"]
            return
        if not self._exists and any("EXISTS" in piece.upper() for piece in body):
            self._changed = True
            body[:] = [" SELECT * {", *body, "}"]
        if clause.name.kind == "variable":
            self._changed = True
            pieces += self._union(clause)
        elif self._names_graph(name):
            pieces += ["GRAPH ", name, " {", *body, "}"]
        else:
            self._changed = True
            pieces += ["{ {", *body, "} FILTER(false) }"]

    def _union(self, clause: _Clause) -> list[str]:
        """Return the union over the named graphs, its halves in brackets so that it is not deep."""
        graphs, name = self._named_graphs(clause), clause.name.text
        if not graphs:
            return ["{ VALUES ", name, " { UNDEF } {", *clause.body, "} FILTER(false) }"]
        size = sum(map(len, clause.body)) + 2 * max(map(len, graphs)) + 40
        if len(graphs) > MOST_COPIES or size * len(graphs) > LARGEST_TEXT:
            raise _unsupported(
                self._text,
                clause.start,
                f"would have to be asked of {len(graphs):,} graphs one by one, which is too much",
                f"name the graph, name a few with FROM NAMED, or move all but triple patterns out "
                f"of GRAPH {name}",
            )
        groups = []
        for graph in graphs:
            self._copies += 1
            body = [f"{p}-copy{self._copies}" if p.startswith("_:") else p for p in clause.body]
            groups.append(["{ VALUES ", name, f" {{ {graph} }} GRAPH {graph} {{", *body, "} }"])
        while len(groups) > 1:
            odd = groups.pop() if len(groups) % 2 else None
            pairs = zip(groups[::2], groups[1::2], strict=True)
            groups = [["{ ", *left, " UNION ", *right, " }"] for left, right in pairs]
            groups += [odd] if odd else []
        return groups[0]

    def _named_graphs(self, clause: _Clause) -> list[str]:
        """Return the named graphs of the dataset, as IRIs in angle brackets."""
        if self._graphs is None:
            query = f"{self._prologue} SELECT ?g {self._dataset} {{ GRAPH ?g {{}} }}"
            results = self._run(query)
            if not isinstance(results, ox.QuerySolutions):
                raise TypeError("a SELECT has solutions")
            terms = {solution[0] for solution in results}
            self._graphs = sorted(str(term) for term in terms)
        if any(not graph.startswith("<") or _DOTS.search(graph[:-1]) for graph in self._graphs):
            raise _unsupported(
                self._text,
                clause.start,
                "cannot be asked of graphs without a plain IRI as their name",
                "name the graphs with FROM NAMED",
            )
        return self._graphs

    def _names_graph(self, name: str) -> bool:
        """Say whether an IRI, as the query writes it, names a graph of the dataset."""
        if name not in self._exist:
            query = f"{self._prologue} ASK {self._dataset} {{ GRAPH {name} {{}} }}"
            self._exist[name] = bool(self._run(query))
        return self._exist[name]


def dataset_of(text: str, tokens: list[Token]) -> tuple[str, str]:
    """Return the prologue and the dataset clauses of a query, as they are written.

    Raises:
        QueryGraphUnsupportedError: when their keywords are written together with other words, as the
            engine's parser accepts.
    """
    outer = [token for token in tokens if not token.depth]
    verb = next((n for n, token in enumerate(outer) if token.keyword in QUERY_FORMS), None)
    if verb is None:
        raise _unsupported(text, tokens[0], *_TOGETHER)
    clauses = []
    for number, (token, follows) in enumerate(pairwise(outer[verb:]), verb):
        prefixes = {"FROM"} if token.keyword not in {"FROM", "NAMED"} else set()
        prefixes |= {"NAMED"} if token.keyword == "FROM" else set()
        glued = follows.text[:5].upper().startswith(tuple(prefixes)) if prefixes else False
        if glued and follows.kind in {"word", "name"} and follows.keyword not in prefixes:
            raise _unsupported(text, follows, *_TOGETHER)
        if token.keyword == "FROM":
            name = outer[number + 2] if follows.keyword == "NAMED" else follows
            clauses.append(text[token.start : name.end])
    return text[: outer[verb].start], "\n".join(clauses)


def _unsupported(text: str, token: Token, what: str, hint: str) -> QueryGraphUnsupportedError:
    """Return the refusal of a clause."""
    where = place(text, token.start)
    return refusal(QueryGraphUnsupportedError, where, f"{token.text} {what}", hint)


def not_rewritten() -> QueryGraphUnsupportedError:
    """Return the refusal of a query that is none any more once its clauses are written out."""
    return QueryGraphUnsupportedError(
        "what stands in GRAPH cannot be asked graph by graph",
        hint="name the graph, or move all but triple patterns out of GRAPH",
    )
