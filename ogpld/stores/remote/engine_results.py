"""Read what an engine answers, and refuse what is not a whole answer.

Engines have ways of their own to say that an answer was cut, and ways not to say it; those that were met are
here, and in docs/engines.md. Terms are read strictly: what is no IRI is an error, not text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import pyoxigraph as ox

from ogpld.errors import StoreFailedError, StoreIncompleteError
from ogpld.rdf import XSD
from ogpld.stores.remote.http_exchange import StoreResponse, whole_number
from ogpld.stores.solutions import Cell, Solutions

RESULTS = "application/sparql-results+json"
TRIPLES = "application/n-triples"
FORM = "application/x-www-form-urlencoded"
_JSON_TYPES = frozenset({RESULTS, "application/json"})
_TRIPLE_TYPES = frozenset({TRIPLES, "text/plain", "text/ntriples"})
_OK = 200
#: Virtuoso answers ASK with a row that has this column, or no row for false.
_ASK = "__ASK_RETVAL"
#: Triple terms inside of one another: the parser that is asked dies of many.
_NESTED = re.compile(rb"<<\(\s*<<\(")
_STRING, _BOOLEAN = XSD("string"), XSD("boolean")


def check_whole(name: str, response: StoreResponse) -> None:
    """Refuse an answer that is none, or says that it is not whole.

    Raises:
        StoreFailedError: for a status that is not 200.
        StoreIncompleteError: where the engine gave up before the end: status 206, or Virtuoso's S1TAT.
    """
    if response.headers.get("x-sql-state", "").strip().upper() == "S1TAT" or response.status == 206:  # noqa: PLR2004
        raise StoreIncompleteError(
            f"{name} gave up before its answer was whole",
            hint="ask for less, or let the engine take more time",
        )
    if response.status != _OK:
        raise StoreFailedError(
            f"{name} answers with status {response.status}",
            hint="see its log; 401 and 403 mean that it wants other credentials",
        )


def row_bound(response: StoreResponse) -> int | None:
    """Return how many rows the engine gives at most, where it says so."""
    return whole_number(response.headers.get("x-sparql-maxrows", "").strip())


def read_results(name: str, response: StoreResponse) -> Solutions | bool:
    """Return the solutions of a SELECT, or the answer of an ASK.

    Raises:
        StoreFailedError: for what are no SPARQL 1.1 Query Results in JSON.
        StoreIncompleteError: for an answer that is cut, or has as many rows as the engine gives.
    """
    check_whole(name, response)
    _check_type(name, response, _JSON_TYPES)
    try:
        content = json.loads(response.body.decode("utf-8"))
        boolean = content.get("boolean")
        if isinstance(boolean, bool) and "results" not in content:
            return boolean
        variables, bindings = content["head"]["vars"], content["results"]["bindings"]
        if not all(isinstance(each, str) for each in variables) or len(set(variables)) < len(
            variables
        ):
            raise ValueError("a column has no name, or one of another")
        blanks: dict[str, ox.BlankNode] = {}
        rows = [_row(row, variables, blanks) for row in bindings]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise StoreFailedError(
            f"{name} answers with what are no SPARQL results",
            hint="see that the address is that of its SPARQL endpoint",
        ) from error
    bound = row_bound(response)
    if bound is not None and len(rows) >= bound:
        raise cut(name, bound)
    return Solutions(tuple(variables), rows)


def boolean_of(name: str, results: Solutions | bool) -> bool:  # noqa: FBT001
    """Return the answer of an ASK, also where it comes as a row.

    Raises:
        StoreFailedError: where it is none.
    """
    if isinstance(results, bool):
        return results
    if results.variables == (_ASK,) and len(results.rows) <= 1:
        cell = results.rows[0][0] if results.rows else ox.Literal("0")
        if isinstance(cell, ox.Literal) and cell.value in {"0", "1"}:
            return cell.value == "1"
    raise StoreFailedError(f"{name} does not answer ASK with true or false", hint="see its log")


def solutions_of(name: str, results: Solutions | bool) -> Solutions:  # noqa: FBT001
    """Return the solutions of a SELECT.

    Raises:
        StoreFailedError: where there are none.
    """
    if isinstance(results, bool):
        raise StoreFailedError(f"{name} answers SELECT with true or false", hint="see its log")
    return results


def texts_of(
    name: str,
    results: Solutions | bool,  # noqa: FBT001
    variables: Sequence[str],
) -> list[list[str]]:
    """Return the rows of a query of ours as texts, "" for a cell without a term.

    Raises:
        StoreFailedError: where there are none, or they have other columns than were asked for.
    """
    solutions = solutions_of(name, results)
    if solutions.variables != tuple(variables):
        raise StoreFailedError(
            f"{name} answers with other columns than were asked for", hint="see its log"
        )
    return [["" if cell is None else cell.value for cell in row] for row in solutions.rows]


def read_triples(name: str, response: StoreResponse) -> list[ox.Triple]:
    """Return the triples of a CONSTRUCT.

    Raises:
        StoreFailedError: for what is no N-Triples.
        StoreIncompleteError: where nothing says that the answer is whole.
    """
    check_whole(name, response)
    _check_type(name, response, _TRIPLE_TYPES)
    body = response.body
    if not response.bounded or (body and not body.endswith(b"\n")):
        raise StoreIncompleteError(
            f"{name} sends a graph without saying where it ends",
            hint="let it, and what stands before it, send Content-Length or chunks",
        )
    if body.startswith(b"# Empty"):  # Virtuoso, where there is nothing
        body = b""
    try:
        if _NESTED.search(body):
            raise ValueError("triple terms inside of one another")
        return [
            ox.Triple(quad.subject, quad.predicate, quad.object)
            for quad in ox.parse(body, format=ox.RdfFormat.N_TRIPLES, rename_blank_nodes=True)
        ]
    except (SyntaxError, ValueError) as error:
        raise StoreFailedError(
            f"{name} answers with what is no N-Triples", hint="see its log"
        ) from error


def cut(name: str, bound: int) -> StoreIncompleteError:
    """Return the error of an answer that has as many rows as its engine gives."""
    return StoreIncompleteError(
        f"{name} gives {bound:,} rows at most, and this may not be all of them",
        hint="ask for less, or let the engine give more (ResultSetMaxRows of Virtuoso)",
    )


def _check_type(name: str, response: StoreResponse, types: frozenset[str]) -> None:
    if response.media_type not in types:
        raise StoreFailedError(
            f"{name} answers with {response.media_type[:80] or 'no type'}, not {min(types)}",
            hint="see that the address is that of its SPARQL endpoint",
        )


def _row(
    row: dict[str, Any], variables: Sequence[str], blanks: dict[str, ox.BlankNode]
) -> tuple[Cell, ...]:
    if not row.keys() <= set(variables):
        raise ValueError("a cell has no column")
    return tuple(_term(row[name], blanks) if name in row else None for name in variables)


def _term(term: dict[str, str], blanks: dict[str, ox.BlankNode]) -> Cell:
    kind, value = term["type"], term["value"]
    if not isinstance(value, str):
        raise TypeError("a value is no text")
    value.encode("utf-8")  # half of a surrogate pair is no character
    if kind == "uri":
        return ox.NamedNode(value)
    if kind == "bnode":
        return blanks.setdefault(value, ox.BlankNode(f"b{len(blanks)}"))
    if kind not in {"literal", "typed-literal"}:
        raise ValueError(kind)
    if term.get("datatype") == _BOOLEAN.value:  # Virtuoso writes 1 and 0
        value = {"1": "true", "0": "false"}.get(value, value)
    if "xml:lang" in term:
        return ox.Literal(value, language=term["xml:lang"])
    return ox.Literal(value, datatype=ox.NamedNode(term.get("datatype", _STRING.value)))
