"""Rows of a result as terms, so that columns can be added to them, and written again in any form.

The engine writes results itself (`result_writer.py`); what is here is for rows that have more columns than
the query. Forms: SPARQL 1.1 Query Results JSON, XML, CSV and TSV.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from ogpld.csv_rows import csv_text
from ogpld.errors import QueryError, UsageError
from ogpld.rdf import XSD, BlankNode, Literal, NamedNode
from ogpld.stores import SOLUTION_FORMS
from ogpld.xml_output import check_results

Cell = NamedNode | Literal | BlankNode | None

_NAMESPACE = "http://www.w3.org/2005/sparql-results#"
_STRING = XSD("string").value


@dataclass(frozen=True, slots=True)
class Solutions:
    """The solutions of a SELECT.

    Attributes:
        variables: names of the columns, without question mark.
        rows: a cell a column; None where the variable is not bound.
    """

    variables: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]


def read_solutions(body: bytes) -> Solutions:
    """Read SPARQL 1.1 Query Results JSON.

    Raises:
        UsageError: for what is no table, such as the answer of ASK.
        QueryError: for terms that RDF 1.1 does not have.
    """
    content = json.loads(body)
    if "results" not in content:
        raise UsageError("a boolean has no rows", hint="read the answer of a SELECT query")
    variables = tuple(content["head"]["vars"])
    rows = [
        tuple(_term(row[name]) if name in row else None for name in variables)
        for row in content["results"]["bindings"]
    ]
    return Solutions(variables, rows)


def read_values(body: bytes) -> list[dict[str, str]]:
    """Return the rows of SPARQL 1.1 Query Results JSON: by variable the IRI, or the text of the literal."""
    rows = json.loads(body)["results"]["bindings"]
    return [{variable: term["value"] for variable, term in row.items()} for row in rows]


def _term(binding: Mapping[str, Any]) -> NamedNode | Literal | BlankNode:
    kind, text = binding["type"], binding["value"]
    if kind == "uri":
        return NamedNode(text)
    if kind == "bnode":
        return BlankNode(text)
    if kind != "literal" or "its:dir" in binding:
        raise QueryError(
            "the result has triple terms or text directions, which tables have no form for",
            hint="select the parts as columns of their own",
            code="query-rdf12",
        )
    if "xml:lang" in binding:
        return Literal(text, language=binding["xml:lang"])
    return Literal(text, datatype=NamedNode(binding.get("datatype", _STRING)))


def write_solutions(solutions: Solutions, form: str) -> bytes:
    """Write rows in one of the forms of the store.

    Raises:
        UsageError: for an unknown form.
        NotWritableError: `xml-text` for characters that XML cannot have.
    """
    if form == "json":
        return _json(solutions)
    if form == "xml":
        body = "".join(_xml(solutions)).encode()
        check_results(body)
        return body
    if form == "csv":
        return _csv(solutions)
    if form == "tsv":
        return "".join(_tsv(solutions)).encode()
    raise UsageError(f"unknown result form {form!r}", hint=f"known: {', '.join(SOLUTION_FORMS)}")


def write_boolean(value: bool, form: str) -> bytes:  # noqa: FBT001
    """Return the answer of an ASK in a form; CSV and TSV have none, so it is the bare word there."""
    word = "true" if value else "false"
    if form == "json":
        return f'{{"head":{{}},"boolean":{word}}}'.encode()
    if form == "xml":
        results = f'<sparql xmlns="{_NAMESPACE}"><head></head><boolean>{word}</boolean></sparql>'
        return f'<?xml version="1.0"?>{results}'.encode()
    return word.encode()


def plain(cell: Cell) -> str:
    """Return a cell as CSV has it: the IRI, or the text of the literal; "" where there is none."""
    if cell is None:
        return ""
    return f"_:{cell.value}" if isinstance(cell, BlankNode) else cell.value


def _json(solutions: Solutions) -> bytes:
    bindings = [
        {
            name: _binding(cell)
            for name, cell in zip(solutions.variables, row, strict=True)
            if cell is not None
        }
        for row in solutions.rows
    ]
    content = {"head": {"vars": solutions.variables}, "results": {"bindings": bindings}}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _binding(cell: NamedNode | Literal | BlankNode) -> dict[str, Any]:
    """Return a term as JSON has it (SPARQL 1.1 Query Results JSON, 3.2.2)."""
    if isinstance(cell, NamedNode):
        return {"type": "uri", "value": cell.value}
    if isinstance(cell, BlankNode):
        return {"type": "bnode", "value": cell.value}
    binding: dict[str, Any] = {"type": "literal", "value": cell.value}
    if cell.language:
        binding["xml:lang"] = cell.language
    elif cell.datatype.value != _STRING:
        binding["datatype"] = cell.datatype.value
    return binding


def _xml(solutions: Solutions) -> Iterator[str]:
    yield f'<?xml version="1.0"?><sparql xmlns="{_NAMESPACE}"><head>'
    for name in solutions.variables:
        yield f"<variable name={quoteattr(name)}/>"
    yield "</head><results>"
    for row in solutions.rows:
        yield "<result>"
        for name, cell in zip(solutions.variables, row, strict=True):
            if cell is not None:
                yield f"<binding name={quoteattr(name)}>{_xml_term(cell)}</binding>"
        yield "</result>"
    yield "</results></sparql>"


def _xml_term(cell: NamedNode | Literal | BlankNode) -> str:
    text = escape(cell.value, {"\r": "&#13;"})
    if isinstance(cell, NamedNode):
        return f"<uri>{text}</uri>"
    if isinstance(cell, BlankNode):
        return f"<bnode>{text}</bnode>"
    if cell.language:
        return f"<literal xml:lang={quoteattr(cell.language)}>{text}</literal>"
    if cell.datatype.value != _STRING:
        return f"<literal datatype={quoteattr(cell.datatype.value)}>{text}</literal>"
    return f"<literal>{text}</literal>"


def _csv(solutions: Solutions) -> bytes:
    rows = (map(plain, row) for row in solutions.rows)
    return csv_text(chain([solutions.variables], rows), "\r\n").encode()


def _tsv(solutions: Solutions) -> Iterator[str]:
    yield "\t".join(f"?{name}" for name in solutions.variables) + "\n"
    for row in solutions.rows:
        yield "\t".join("" if cell is None else str(cell) for cell in row) + "\n"
