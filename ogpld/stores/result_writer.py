"""Write results under limits: an answer is complete or it is an error, never short.

The byte cap holds while the library writes. The row cap is counted on what was written, exactly and
without parsing it, because iterating over solutions in Python costs four times as much as letting
the library write them.

SPARQL 1.1 has no CSV and TSV form for booleans; pyoxigraph writes the bare word, and so do we.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import pyoxigraph as ox

from ogpld.errors import QueryError, QueryTooLargeError, UsageError
from ogpld.rdf import PREFIXES
from ogpld.stores import GRAPH_FORMS, SOLUTION_FORMS, Answer
from ogpld.stores.explain import evaluation_error
from ogpld.stores.limits import Limits
from ogpld.xml_output import check_results, write_rdfxml

_SOLUTIONS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
_GRAPHS = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES}
#: Where one JSON solution ends and the next begins. Inside a string a quote is escaped, so `},{"`
#: there can only end it, and then a comma or a brace follows instead of a variable's name.
_NEXT_SOLUTION = re.compile(rb'\},\{"(?![,}])')
_EMPTY_SOLUTION = re.compile(rb"\{\}")  # which `in` takes twice as long to look for
#: How Turtle and N-Triples of RDF 1.2 write triple terms and directions of texts (`in` takes twice as long).
_MARKS_OF_RDF12 = (re.compile(rb"<<\("), re.compile(rb"--[lr]t[lr]"))
_JSON_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"')


class BoundedBytes:
    """A file to write to that takes bytes up to a bound."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.parts: list[bytes] = []
        self.size = 0

    def write(self, data: bytes) -> int:
        """Take bytes.

        Raises:
            QueryTooLargeError: past the bound.
        """
        self.size += len(data)
        if self.size > self.limit:
            raise too_large("bytes", self.limit)
        self.parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing; everything is here already."""

    def getvalue(self) -> bytes:
        """Return everything that was written."""
        return b"".join(self.parts)


def too_large(what: str, limit: int) -> QueryTooLargeError:
    """Return the error that names the limit and says how to page."""
    return QueryTooLargeError(
        f"the result is larger than {limit:,} {what}, the limit of this endpoint",
        hint="page with ORDER BY, LIMIT and OFFSET, or ask for less",
    )


def check_forms(forms: tuple[str, str]) -> tuple[str, str]:
    """Return the forms with the defaults filled in.

    Raises:
        UsageError: for a name that is none of ours; negotiating is the caller's business.
    """
    solutions, graph = forms[0] or SOLUTION_FORMS[0], forms[1] or GRAPH_FORMS[0]
    if solutions not in _SOLUTIONS or graph not in GRAPH_FORMS:
        raise UsageError(
            f"unknown result form in {forms!r}",
            hint=f"known: {', '.join((*SOLUTION_FORMS, *GRAPH_FORMS))}",
        )
    return solutions, graph


def write_answer(
    results: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples,
    forms: tuple[str, str],
    limits: Limits,
) -> Answer:
    """Write whatever a query gave, in the form for its kind."""
    solutions, graph = check_forms(forms)
    if isinstance(results, ox.QueryTriples):
        return write_graph(results, graph, limits)
    sink = BoundedBytes(limits.bytes)
    try:
        results.serialize(sink, format=_SOLUTIONS[solutions])  # type: ignore[arg-type]
    except (ValueError, RuntimeError, OSError) as error:
        raise evaluation_error(error) from error
    body = sink.getvalue()
    if isinstance(results, ox.QueryBoolean):
        return Answer("boolean", solutions, body)
    rows = count_rows(body, solutions)
    if rows > limits.rows:
        raise too_large("rows", limits.rows)
    if solutions == "xml":  # pyoxigraph leaves it bare inside a literal, where XML reads a newline
        body = body.replace(b"\r", b"&#13;")
        check_results(body)
    return Answer("solutions", solutions, body, rows)


def write_graph(triples: Iterable[ox.Triple], form: str, limits: Limits) -> Answer:
    """Write a graph: each triple once, however often the query made it.

    Raises:
        QueryTooLargeError: past the rows or bytes of `limits`.
        QueryError: for terms that RDF 1.1 does not have.
        NotWritableError: where RDF/XML cannot carry a statement.
    """
    unique: dict[ox.Triple, None] = {}
    try:
        for triple in triples:
            unique[triple] = None
            if len(unique) > limits.rows:
                raise too_large("triples", limits.rows)
    except (ValueError, RuntimeError, OSError) as error:
        raise evaluation_error(error) from error
    if form == "rdf":
        _require_rdf11(unique)
        body = write_rdfxml(unique)
        if len(body) > limits.bytes:
            raise too_large("bytes", limits.bytes)
        return Answer("graph", form, body, len(unique))
    sink = BoundedBytes(limits.bytes)
    prefixes = PREFIXES if form == "ttl" else None
    try:
        ox.serialize(unique, sink, format=_GRAPHS[form], prefixes=prefixes)  # type: ignore[arg-type]
    except ValueError as error:
        raise evaluation_error(error) from error
    body = sink.getvalue()
    if any(mark.search(body) for mark in _MARKS_OF_RDF12):
        _require_rdf11(unique)
    return Answer("graph", form, body, len(unique))


def count_rows(body: bytes, form: str) -> int:
    """Count the solutions in what pyoxigraph wrote, exactly.

    XML and TSV escape what they are counted by. In CSV, line ends inside quotes are data: every
    second piece between quotes. In JSON, see `_NEXT_SOLUTION`; solutions that bind nothing are
    counted with the strings taken out.
    """
    if form == "xml":
        return body.count(b"<result>")
    if form == "tsv":
        return body.count(b"\n") - 1
    if form == "csv":
        return sum(piece.count(b"\r\n") for piece in body.split(b'"')[::2]) - 1
    if body.endswith(b"[]}}"):
        return 0
    if _EMPTY_SOLUTION.search(body):
        return _count_open_solutions(_JSON_STRING.sub(b"", body))
    return len(_NEXT_SOLUTION.findall(body)) + 1


def _count_open_solutions(skeleton: bytes) -> int:
    """Count the solutions in JSON without its strings: commas between top-level objects."""
    solutions = skeleton.partition(b"[")[2].partition(b":[")[2]
    return len(re.findall(rb"\},\{", solutions)) + 1


def _require_rdf11(triples: Iterable[ox.Triple]) -> None:
    """Refuse what only RDF 1.2 has.

    Raises:
        QueryError: `query-rdf12`.
    """
    for triple in triples:
        value = triple.object
        directed = isinstance(value, ox.Literal) and value.direction is not None
        if directed or isinstance(value, ox.Triple):
            raise QueryError(
                "the result has triple terms or text directions, which RDF 1.1 has no form for",
                hint="state the parts as triples of their own, or use SELECT",
                code="query-rdf12",
            )
