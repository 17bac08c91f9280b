"""The wide table: one row a commitment, all its columns, with labels beside keys and codes.

It has what the table of commitments has, in that order, and behind each column of keys or codes what these
are called: nothing has to be joined. In front stand country and cycle, by which most tables are grouped.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ogpld.dumps.belonging import Belonging
from ogpld.dumps.column_codebook import CODES_HEADER, HEADER
from ogpld.dumps.digest_files import Sealed, entry
from ogpld.dumps.dump_cells import DumpTable
from ogpld.dumps.dump_index import DumpFile
from ogpld.errors import NotWritableError
from ogpld.formats import media
from ogpld.formats.parquet import write_parquet
from ogpld.formats.table_values import Value, value_of
from ogpld.formats.workbook_writer import Sheet, write_workbook
from ogpld.rdf import Literal, NamedNode, term_text

NAME = "commitments"
_FRONT = ("iso3", "cycle")
#: What stands between names, and between years.
_LABELS, _CYCLES = " | ", ";"
_LOG = logging.getLogger("ogpld")


class Wide:
    """The table and how its rows are made.

    Args:
        table: the table of commitments.
        belonging: labels, members and cycles.
    """

    def __init__(self, table: DumpTable, belonging: Belonging) -> None:
        self._table, self._belonging = table, belonging
        self.header: list[str] = ["key", *_FRONT]
        for column in table.fields[1:]:
            self.header += [column.name, *([f"{column.name}_label"] if column.has_names else [])]

    def row(
        self, iri: str, values: Mapping[str, Sequence[NamedNode | Literal]], cells: Sequence[str]
    ) -> list[Value]:
        """Return the values of a commitment.

        Args:
            iri: the commitment.
            values: the values of its properties.
            cells: its row in the table of commitments.
        """
        labels, belonging = self._belonging.labels, self._belonging
        member = belonging.member_of(iri)
        row: list[Value] = [
            cells[0],
            belonging.iso.get(member, ""),
            _CYCLES.join(belonging.cycles_of(iri)),
        ]
        for column, cell in zip(self._table.fields[1:], cells[1:], strict=True):
            row.append(column.value(cell))
            if column.has_names and column.column.definition is not None:
                terms = values.get(column.column.definition.iri, ())
                names = (labels.get(term_text(term), "") for term in terms)
                row.append(_LABELS.join(names) if terms else "")
        return row

    def added(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield the columns that the table of commitments has not: name, meaning, type, separator."""
        yield "iso3", "ISO 3166-1 alpha-3 code of the member, where it is a country.", "text", ""
        meaning = "Years in which the plans of the commitment were submitted, each once, as text."
        yield "cycle", meaning, "whole numbers", _CYCLES
        for column in (c for c in self._table.fields[1:] if c.has_names):
            meaning = f"Names of what {column.name} has, in its order."
            yield f"{column.name}_label", meaning, "text", _LABELS if column.separator else ""


@dataclass(frozen=True, slots=True)
class WideContent:
    """What the workbook has.

    Attributes:
        table: the wide table.
        rows: its rows.
        codebook: rows of the codebook of all tables.
        codes: rows of the code lists.
        about: what it says of itself.
    """

    table: Wide
    rows: Sequence[Sequence[Value]]
    codebook: Sequence[Sequence[str]]
    codes: Sequence[Sequence[str]]
    about: Sequence[tuple[str, str]]

    def sheets(self) -> Iterator[Sheet]:
        """Yield the sheets: commitments, codebook, about, codes."""
        added = [("commitments", *about) for about in self.table.added()]
        own = [row + ("",) * (len(HEADER) - len(row)) for row in added]
        yield Sheet("Commitments", self.table.header, self.rows)
        yield Sheet("Codebook", HEADER, [*own, *map(_numbers, self.codebook)])
        yield Sheet("About", ("What", "Value"), self.about)
        yield Sheet("Codes", CODES_HEADER, self.codes)


def _numbers(row: Sequence[str]) -> list[Value]:
    """Return a row of the codebook with its counts as numbers."""
    numbers = {
        "rows": "integer",
        "filled": "integer",
        "not_filled": "integer",
        "share_filled": "decimal",
    }
    return [value_of(cell, numbers.get(name, "")) for name, cell in zip(HEADER, row, strict=True)]


def write_wide(folder: Path, dataset: str, content: WideContent) -> Iterator[DumpFile]:
    """Write the workbook and the Parquet file, and yield what the list says of them."""
    title, holds = (
        "Commitments with labels",
        "One row per commitment with labels of all keys and codes",
    )
    number = len(content.rows)
    try:
        out = io.BytesIO()
        write_workbook(out, content.sheets(), "Commitments")
    except NotWritableError as error:  # the other tables have the same, and are not held up
        _LOG.warning("the dataset %s has no workbook: %s", dataset, error)
    else:
        workbook = _sealed(folder / f"{NAME}.xlsx", out.getvalue())
        text = f"{holds}; codebook and codes on sheets of their own."
        yield entry(workbook, dataset, "wide", f"{title} (Excel)", text, media.XLSX.type, number)
    body = write_parquet(content.table.header, content.rows, dict(content.about))
    file = _sealed(folder / f"{NAME}.parquet", body)
    form = media.PARQUET.type
    yield entry(file, dataset, "wide", f"{title} (Parquet)", f"{holds}.", form, number)


def _sealed(path: Path, body: bytes) -> Sealed:
    sealed = Sealed(path)
    with sealed:
        sealed.write(body)
    return sealed
