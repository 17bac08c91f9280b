"""The table `linksets.csv`: how the links of each linkset were found, by whom, when, and what shows it.

One row a linkset (`ogpld/linksets.py` says which there are); columns as in data/README.md. A linkset
without a row is published all the same, and nothing is said of how it came about.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from ogpld.errors import SourceError, Where
from ogpld.sources import read_companion
from ogpld.sources.web_address import link

COLUMNS = {
    "linkset",
    "justification",
    "method",
    "matched_by",
    "matched_on",
    "confidence",
    "tables",
    "evidence",
}
#: Ways of matching, of the Semantic Mapping Vocabulary, as SSSOM 1.0 takes them (`mapping_justification`).
JUSTIFICATIONS = frozenset(
    f"semapv:{name}"
    for name in (
        "BackgroundKnowledgeBasedMatching",
        "CompositeMatching",
        "InstanceBasedMatching",
        "LexicalMatching",
        "LexicalSimilarityThresholdMatching",
        "LogicalReasoning",
        "ManualMappingCuration",
        "MappingChaining",
        "MappingInversion",
        "MappingReview",
        "SemanticSimilarityThresholdMatching",
        "StructuralMatching",
        "UnspecifiedMatching",
    )
)


@dataclass(frozen=True, slots=True)
class LinksetRow:
    """How a linkset was made.

    Attributes:
        name: as in its graph.
        justification: the way of matching, as a compact IRI.
        method: the same in a sentence or two.
        matched_by: who matched, "" where nobody says.
        matched_on: the day, None where nobody says.
        confidence: from 0 to 1, as a decimal is written; "" where nobody states one.
        tables: `source/file` of the tables the links were read from.
        evidence: pages that show them.
    """

    name: str
    justification: str
    method: str
    matched_by: str
    matched_on: date | None
    confidence: str
    tables: tuple[str, ...]
    evidence: tuple[str, ...]


def read_linksets(path: Path) -> dict[str, LinksetRow]:
    """Return the rows by the name of the linkset; without the file there are none.

    Raises:
        SourceError: for a row that cannot be used, with file, row and column.
    """
    linksets: dict[str, LinksetRow] = {}
    if not path.exists():
        return linksets
    for row in read_companion(path, COLUMNS).rows:
        cells, number = row.cells, row.number
        name = cells["linkset"]
        if not name or name in linksets:
            message = f"{name!r} has two rows" if name else "the row names no linkset"
            raise _error(path, number, "linkset", message, "write one row a linkset")
        if cells["justification"] not in JUSTIFICATIONS:
            message = f"{cells['justification']!r} is no way of matching"
            hint = f"write one of: {', '.join(sorted(JUSTIFICATIONS))}"
            raise _error(path, number, "justification", message, hint)
        evidence = _parts(cells["evidence"])
        for address in evidence:
            if link(address) is None:
                message = f"{address!r} is not a web address"
                raise _error(path, number, "evidence", message, "write http(s)://…")
        linksets[name] = LinksetRow(
            name,
            cells["justification"],
            cells["method"],
            cells["matched_by"],
            _day(path, number, cells["matched_on"]),
            _confidence(path, number, cells["confidence"]),
            _parts(cells["tables"]),
            evidence,
        )
    return linksets


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for piece in text.split("|") if (part := piece.strip()))


def _day(path: Path, row: int, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        message = f"{text!r} is not a day"
        raise _error(path, row, "matched_on", message, "write it as 2026-11-23") from error


def _confidence(path: Path, row: int, text: str) -> str:
    if not text:
        return ""
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal(-1)
    if not number.is_finite() or not 0 <= number <= 1:
        hint = "write a number such as 0.9, or leave the cell empty where nobody states one"
        raise _error(path, row, "confidence", f"{text!r} is not a number from 0 to 1", hint)
    return f"{number.normalize():f}"


def _error(path: Path, row: int, column: str, message: str, hint: str) -> SourceError:
    return SourceError(message, where=Where(path.name, row, column), hint=hint)
