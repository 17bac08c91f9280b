"""Follow the citations of an answer on the release it is about."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qs, urlsplit

from benchmark import BenchmarkError, Source
from gold_answers import Gold, cells, forms_of, is_number, plain

_IRI = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
_DIGEST = re.compile(r"q/([0-9a-f]{32})(?:[.?#].*)?")


def is_cited(source: Source, form: str, gold: Gold, citations: Iterable[str]) -> bool:
    """Say whether citations resolve on the release and together give the gold answer."""
    rows: list[frozenset[str]] = []
    for citation in citations:
        cited = _rows_at(source, citation)
        if form == "number" and _is_query(citation) and is_number(len(cited), gold.number):
            return True
        rows += cited
    if form == "number":
        return any(_has_number(row, gold.number) for row in rows)
    if form == "values":
        return all(
            any(item.forms & row and _has_number(row, item.value) for row in rows)
            for item in gold.items
        )
    texts = frozenset(text for row in rows for text in row)
    return all(item.forms & texts for item in gold.items)


def _is_query(citation: str) -> bool:
    return "sparql?" in citation or "/q/" in citation


def _has_number(row: Iterable[str], number: str) -> bool:
    return any(is_number(text, number) for text in row)


def _rows_at(source: Source, citation: str) -> list[frozenset[str]]:
    """Return the rows that a citation gives, none where it does not resolve on this release."""
    if not _IRI.fullmatch(citation):
        return []
    path = citation.removeprefix(source.base) if citation.startswith(source.base) else ""
    release = f"release/{source.release}"
    try:
        if path.startswith(f"{release}/sparql?"):
            query = parse_qs(urlsplit(citation).query).get("query", [""])[0]
            return _texts(source, source.run(query))
        if path == release:
            return [frozenset({plain(source.release)})]
        if match := _DIGEST.fullmatch(path):
            return _texts(source, source.registered(match[1]))
        return _thing_rows(source, citation)
    except BenchmarkError:
        return []


def _thing_rows(source: Source, citation: str) -> list[frozenset[str]]:
    """Return what the release says of a thing, a code or a row, as one row."""
    iri = citation
    if citation.startswith(f"{source.base}doc/"):
        iri = f"{source.base}id/{citation.removeprefix(f'{source.base}doc/')}"
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    query = (
        f"SELECT ?value ?label WHERE {{ {{ <{iri}> ?property ?value . }} UNION "
        f"{{ ?value <http://www.w3.org/ns/prov#wasDerivedFrom> <{iri}> . }} "
        f"OPTIONAL {{ ?value {label} ?label }} }}"
    )
    rows = _texts(source, source.run(query))
    return [frozenset(forms_of(iri, source.base)).union(*rows)] if rows else []


def _texts(source: Source, rows: object) -> list[frozenset[str]]:
    return cells(rows, source.base) if isinstance(rows, list) else []


def is_row(source: Source, receipt: str) -> bool:
    """Say whether a receipt is a row of a source that something in the release was read from."""
    if not _IRI.fullmatch(receipt):
        return False
    query = f"ASK {{ ?thing <http://www.w3.org/ns/prov#wasDerivedFrom> <{receipt}> }}"
    return source.run(query) is True
