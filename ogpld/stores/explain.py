"""Say in our own words what the engine refused; its words stay inside."""

from __future__ import annotations

import re

from ogpld.errors import QueryError, QuerySyntaxError
from ogpld.rdf import PREFIXES
from ogpld.stores.tokens import place, refusal, scan

#: What the engine says of `SELECT ?s ?s`, which section 18.2.4.4 takes for `SELECT ?s`.
_TWICE = "Duplicated variable name in SELECT"
_PLACE = re.compile(r"error at (\d+):(\d+)")
_NOTE = re.compile(r"[A-Z][A-Za-z]+(?: [A-Za-z]+)+")
_FUNCTION = re.compile(r"custom (?:aggregate )?function <([^<>]*)>")


def syntax_error(error: SyntaxError, text: str) -> QuerySyntaxError:
    """Return the parser's refusal with line and column, counted from 1, and a hint.

    The parser gives the furthest place it reached, which for an undeclared prefix is past it; so
    prefixes are looked at first.
    """
    message = str(error.msg or error)
    match = _PLACE.search(message)
    line, column = (int(match[1]), int(match[2])) if match else (error.lineno, error.offset)
    unknown = _undeclared_prefix(text)
    if unknown is not None:
        prefix, offset = unknown
        namespace = PREFIXES.get(prefix[:-1], "…")
        return refusal(
            QuerySyntaxError,
            place(text, offset),
            f"the prefix {prefix!r} is not declared",
            f"add PREFIX {prefix} <{namespace}> at the top; none are predefined here",
        )
    where = _token_at(text, line, column) if line and column else None
    if _TWICE in message:
        what = "a variable stands twice in SELECT"
        hint = "name each once; SPARQL 1.1 allows it twice, the engine here does not"
        return refusal(QuerySyntaxError, where, what, hint)
    return refusal(QuerySyntaxError, where, "the query is not SPARQL 1.1", _hint(message))


def evaluation_error(error: Exception) -> QueryError:
    """Return what stopped an evaluation that is neither the syntax nor a limit."""
    match = _FUNCTION.search(str(error))
    if match:
        return QueryError(
            f"the function <{match[1]}> is not known here",
            hint="use the functions of SPARQL 1.1 section 17.4",
            code="query-unknown-function",
        )
    return QueryError(
        "the query cannot be evaluated",
        hint="only the data of this endpoint can be asked for, with the functions of SPARQL 1.1",
        code="query-failed",
    )


def _token_at(text: str, line: int, column: int) -> tuple[int, int]:
    """Return the start of the token the parser stumbled in; it gives the furthest character."""
    offset = sum(len(above) + 1 for above in text.split("\n")[: line - 1]) + column - 1
    match = None
    try:
        for token in scan(text):
            if token.start > offset:
                break
            if offset <= token.end:
                match = token.start
    except QueryError:
        pass
    return (line, column) if match is None else place(text, match)


def _hint(message: str) -> str:
    """Return the rule of the grammar's notes that was broken, or where to look.

    The list of what the parser expected is left out: it names what was tried last, not what is
    missing.
    """
    note = _NOTE.search(message.partition("expected ")[2])
    return note[0] if note else "look just before that place: a dot, bracket or term may be missing"


def _undeclared_prefix(text: str) -> tuple[str, int] | None:
    """Return the first prefix that is used and not declared, and where."""
    declared: set[str] = set()
    last = ""
    try:
        for token in scan(text):
            if token.kind == "name":
                prefix = token.text.partition(":")[0] + ":"
                if last == "<":  # an IRI with a character no IRI has
                    return None
                if last == "PREFIX":
                    declared.add(prefix)
                elif prefix not in declared:
                    return prefix, token.start
            last = token.keyword or token.text
    except QueryError:
        return None
    return None
