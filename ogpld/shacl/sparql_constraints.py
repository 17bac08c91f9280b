"""Rewrite queries of SPARQL-based constraints to run for all focus nodes at once (SHACL section 5).

The specification binds `$this` before the query runs, once for each focus node. Here the pattern of
the focus nodes is put into every group of the query instead, so that `$this` is bound wherever it
can be looked at. Where that could mean something else the query is not in the compiled subset.
"""

from __future__ import annotations

from itertools import pairwise

from ogpld.errors import QueryError
from ogpld.shacl.shapes_graph import IllFormedShapeError
from ogpld.stores.tokens import Token, scan
from ogpld.stores.validation_store import ValidationStore

#: Stands in a prepared query for the pattern that binds `?this`.
SLOT = "\x00"

#: Section 5.2.1 and appendix A forbid some of these; of the others the answer for all focus nodes is
#: not the answers for each.
_NEVER = frozenset({"MINUS", "VALUES", "SERVICE", "FROM", "LOAD", "LIMIT", "OFFSET", "GRAPH"})
_AGGREGATES = frozenset({"COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE", "GROUP_CONCAT"})
_NOT_BOUND = frozenset({"shapesGraph", "currentShape"})


def prepare_query(select: str, path: str | None) -> str:
    """Return a query with a place for the focus nodes in every group.

    Args:
        select: the query, its prefixes declared.
        path: SPARQL text of the shape's path, for `$PATH`.

    Raises:
        IllFormedShapeError: when it is outside of the compiled subset.
    """
    if SLOT in select:
        raise IllFormedShapeError("the query holds a NUL character")
    if path is not None:
        select = select.replace("$PATH", path)
    try:
        tokens = list(scan(select))
    except QueryError as error:
        raise IllFormedShapeError(f"the query cannot be read: {error.message}") from error
    _check(tokens)
    pieces, done = [], 0
    for token in _groups(tokens):
        pieces += [select[done : token.end], f" {SLOT} "]
        done = token.end
    return "".join(pieces) + select[done:]


def _groups(tokens: list[Token]) -> list[Token]:
    """Return the opening brackets of the groups in which `$this` has to be bound.

    These are the groups that name it, at any depth. What stands in EXISTS is looked at with `$this`
    bound already (SPARQL 1.1 section 18.6), and a pattern there once more would be asked for every
    row.
    """
    openers: list[Token] = []
    within: list[tuple[Token, bool]] = []
    for number, token in enumerate(tokens):
        if token.text == "{" and token.kind == "symbol":
            exists = tokens[number - 1].keyword == "EXISTS" or (bool(within) and within[-1][1])
            within.append((token, exists))
        elif token.text == "}" and token.kind == "symbol":
            within.pop()
        elif token.kind == "variable" and token.text[1:] == "this":
            openers += [opener for opener, exists in within if not exists and opener not in openers]
    selects = {token.start for token, follows in pairwise(tokens) if follows.keyword == "SELECT"}
    return sorted((t for t in openers if t.start not in selects), key=lambda t: t.start)


def _check(tokens: list[Token]) -> None:
    """Refuse a query that cannot run for all focus nodes at once."""
    for token in tokens:
        if token.kind == "word" and any(word in token.keyword for word in _NEVER):
            raise IllFormedShapeError(f"the query says {token.text}")
        if token.kind == "variable" and token.text[1:] in _NOT_BOUND:
            raise IllFormedShapeError(f"the query uses {token.text}")
    selects = [number for number, token in enumerate(tokens) if token.keyword == "SELECT"]
    if not selects or any(t.keyword in {"ASK", "CONSTRUCT", "DESCRIBE"} for t in tokens):
        raise IllFormedShapeError("the query is no SELECT")
    for number in selects:
        if not _names_this(tokens[number + 1 :]):
            raise IllFormedShapeError("a SELECT does not project $this")
    for number, token in enumerate(tokens):
        if token.keyword == "GROUP" and not _names_this(tokens[number + 1 :]):
            raise IllFormedShapeError("the query groups what belongs to several focus nodes")
    if _AGGREGATES & {t.keyword for t in tokens} and "GROUP" not in {t.keyword for t in tokens}:
        raise IllFormedShapeError("the query counts over all focus nodes")


def _names_this(tokens: list[Token]) -> bool:
    """Say whether `$this` is among the variables of a SELECT or GROUP BY."""
    for token in tokens:
        if token.text in {"{", "}"} or token.keyword in {"WHERE", "HAVING", "ORDER"}:
            return False
        if token.text in {"*", "?this", "$this"}:
            return True
    return False


def runs(expression: str) -> bool:
    """Say whether the engine can evaluate an expression of constants."""
    try:
        ((result,),) = ValidationStore().rows(f"SELECT ({expression} AS ?found) {{}}")
    except SyntaxError:
        return False
    return result is not None
