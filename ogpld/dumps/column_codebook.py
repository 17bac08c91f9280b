"""The codebook of a dataset's tables: what each column means, and how much of it is filled, for which cycles.

Counted while the tables are written, from the cells that are in them. An empty cell is an unknown
value or none, which the table does not tell apart; it is counted as not filled.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ogpld.dumps.dump_cells import DumpColumn, DumpTable
from ogpld.dumps.tidy import NAME as TIDY
from ogpld.dumps.tidy import Tidy
from ogpld.model import Model, Scheme
from ogpld.model.tables import how_to_write, is_date, is_text, schemes_of
from ogpld.rdf import XSD

NAME = "codebook"
#: What `describe` gives of a column, the property apart.
DESCRIPTION = ("meaning", "type", "separator", "code_lists", "codes")
HEADER = (
    *("table", "column", *DESCRIPTION),
    *("rows", "filled", "not_filled", "share_filled", "first_cycle", "last_cycle", "property"),
)
CODES_HEADER = ("list", "list_label", "notation", "label", "rank", "iri")
_KEY = "Key of the row: with the address of its class it makes the IRI of the thing."


class ColumnCounts:
    """How many cells of each column of a table are filled, and for which cycles.

    Args:
        columns: number of columns.
    """

    def __init__(self, columns: int) -> None:
        self.rows = 0
        self.filled = [0] * columns
        self.cycles: list[set[str]] = [set() for _ in range(columns)]

    def add(self, cells: Sequence[str], cycles: Iterable[str]) -> None:
        """Count a row that is about plans of some cycles."""
        self.rows += 1
        about = set(cycles)
        for at, cell in enumerate(cells):
            if cell:
                self.filled[at] += 1
                self.cycles[at] |= about

    def of(self, column: int) -> tuple[str, ...]:
        """Return rows, filled, not filled, share (0 to 1, four places), first and last cycle."""
        filled, cycles = self.filled[column], self.cycles[column]
        share = f"{filled / self.rows:.4f}" if self.rows else ""
        numbers = (str(self.rows), str(filled), str(self.rows - filled), share)
        return (*numbers, min(cycles, default=""), max(cycles, default=""))


@dataclass(frozen=True, slots=True)
class CountedTable:
    """A table of a class with what was counted of it."""

    table: DumpTable
    counts: ColumnCounts


def codebook_rows(
    tables: Iterable[CountedTable], tidy: tuple[Tidy, ColumnCounts] | None, model: Model
) -> list[tuple[str, ...]]:
    """Return a row for each column of each table, as `HEADER` says."""
    rows = []
    for counted in tables:
        for at, column in enumerate(counted.table.fields):
            about = describe(column, model)
            rows.append(
                (counted.table.name, column.name, *about[:-1], *counted.counts.of(at), about[-1])
            )
    if tidy is not None:
        table, counts = tidy
        for at, tidy_column in enumerate(table.columns):
            kind = "whole number" if tidy_column.integer else "text"
            apart = table.separator if tidy_column.name == "plan" else ""
            head = (TIDY, tidy_column.name, tidy_column.description, kind, apart, "", "")
            rows.append((*head, *counts.of(at), tidy_column.property))
    return rows


def describe(column: DumpColumn, model: Model) -> tuple[str, str, str, str, str, str]:
    """Return meaning, type, separator, code lists, codes with labels, and IRI of the property."""
    definition = column.column.definition
    if definition is None:
        return (_KEY, "key", "", "", "", "")
    meaning = definition.description or definition.name
    schemes = schemes_of(model, column.column)
    return (
        f"{meaning} (language: {column.column.language})" if column.column.language else meaning,
        _kind(column, model),
        column.separator,
        " ".join(scheme.notation for scheme in schemes),
        "; ".join(f"{code.notation} = {code.label}" for scheme in schemes for code in scheme.codes)
        if len(schemes) == 1
        else "",
        definition.iri,
    )


def _kind(column: DumpColumn, model: Model) -> str:
    """Return in a word or two what the values of a column are."""
    definition = column.column.definition
    if definition is None:
        return "key"
    if definition.codes:
        return "code"
    if is_text(definition):
        return "text"
    if is_date(definition):
        return "date"
    thing = model.by_class_iri.get(definition.thing)
    if thing is not None and thing.segment:
        return f"key of {thing.label}"
    if definition.links:
        return "address"
    names = {XSD.local(datatype) for datatype in definition.datatypes}
    for name, words in (
        *(("integer", "whole number"), ("boolean", "true or false"), ("decimal", "number")),
        *(("dateTime", "date with time"), ("string", "text as printed")),
    ):
        if name in names:
            return words
    return how_to_write(model, definition)


def code_rows(model: Model, tables: Iterable[DumpTable]) -> list[tuple[str, ...]]:
    """Return every code of the lists that columns take their values from, as `CODES_HEADER` says."""
    schemes: dict[str, Scheme] = {
        scheme.notation: scheme
        for table in tables
        for column in table.fields
        for scheme in schemes_of(model, column.column)
    }
    return [
        (
            *(name, scheme.label, code.notation, code.label),
            *("" if code.rank is None else str(code.rank), code.iri),
        )
        for name, scheme in sorted(schemes.items())
        for code in scheme.codes
    ]
