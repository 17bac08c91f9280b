"""Say in our own words what the engine refused; its words stay inside (reliability.md 5.3, 16)."""

from __future__ import annotations

import re

from ogpld.errors import QueryError, QuerySyntaxError
from ogpld.stores.tokens import place, scan

_PLACE = re.compile(r"error at (\d+):(\d+)")
_EXPECTED = re.compile(r'"(?:[^"\\]|\\.)*"|\[(?:[^\]\']|\'[^\']*\')*\]|[^,\["]+')
_FUNCTION = re.compile(r"custom (?:aggregate )?function <([^<>]*)>")
#: Expected things named in a hint; the parser lists up to forty.
_NAMED = 12


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
        line, column = place(text, offset)
        told = QuerySyntaxError(
            f"the prefix {prefix!r} at line {line}, column {column} is not declared",
            line=line,
            column=column,
        )
        told.hint = f"add PREFIX {prefix} <…> at the top; none are predefined here"
        return told
    where = f" at line {line}, column {column}" if line else ""
    told = QuerySyntaxError(f"the query is not SPARQL 1.1{where}", line=line, column=column)
    told.hint = _hint(message)
    return told


def evaluation_error(error: Exception) -> QueryError:
    """Return what stopped an evaluation that is neither the syntax nor a limit."""
    match = _FUNCTION.search(str(error))
    if match:
        told = QueryError(
            f"the function <{match[1]}> is not known here",
            hint="use the functions of SPARQL 1.1 section 17.4",
        )
        told.code = "query-unknown-function"
        return told
    told = QueryError(
        "the query cannot be evaluated",
        hint="only the data of this endpoint can be asked for, with the functions of SPARQL 1.1",
    )
    told.code = "query-failed"
    return told


def _hint(message: str) -> str:
    """Return the things the parser expected, without its character classes."""
    listed = message.partition("expected ")[2].removeprefix("one of ")
    pieces = (piece.strip() for piece in _EXPECTED.findall(listed))
    useful = [p for p in pieces if p and not p.startswith("[") and "'..=" not in p]
    sentences = [p for p in useful if " " in p]  # rules of the grammar's notes are told in words
    if sentences:
        return "; ".join(sentences)
    return f"expected one of: {' '.join(useful[:_NAMED])}" if useful else ""


def _undeclared_prefix(text: str) -> tuple[str, int] | None:
    """Return the first prefix that is used and not declared, and where."""
    declared: set[str] = set()
    last = ""
    try:
        for token in scan(text):
            if token.kind == "name":
                prefix = token.text.partition(":")[0] + ":"
                if last == "PREFIX":
                    declared.add(prefix)
                elif prefix not in declared:
                    return prefix, token.start
            last = token.keyword
    except QueryError:
        return None
    return None
