"""What an answer to a query says, so that two can be compared."""

from __future__ import annotations

import collections
import json
from decimal import Decimal, InvalidOperation
from typing import Any

from query_sets import CSV, TURTLE

_XSD = "http://www.w3.org/2001/XMLSchema#"
_NUMBERS = frozenset(f"{_XSD}{name}" for name in ("integer", "decimal", "double", "float"))


def answer_of(body: bytes, accept: str) -> Any:
    """Return what an answer says, equal for equal answers: rows in any order, numbers by value."""
    if accept in {CSV, TURTLE}:
        return len(body.splitlines()) if accept == CSV else bool(body)
    data = json.loads(body)
    if "boolean" in data:
        return data["boolean"]
    rows = (
        tuple(sorted((name, _term(term)) for name, term in row.items()))
        for row in data["results"]["bindings"]
    )
    return collections.Counter(rows)


def _term(term: dict[str, str]) -> tuple[str, ...]:
    kind, value, datatype = term["type"], term["value"], term.get("datatype", "")
    if kind == "bnode":
        return ("bnode",)
    if datatype in _NUMBERS:
        try:
            return ("number", f"{float(Decimal(value)):.10g}")
        except InvalidOperation:
            pass
    return (
        "uri" if kind == "uri" else "literal",
        value,
        term.get("xml:lang", "").lower(),
        datatype.replace(f"{_XSD}string", ""),
    )
