"""Read source tables and map their rows to quads.

A source is a folder `data/sources/<name>/` with `source.toml` (what it is), `mapping.csv` (what each
column means), optional `fixes.csv` (repairs) and its tables (docs/contract.md#source). Readers turn the
bytes of a file into tables, one reader per file type; the mapping turns rows into quads. Datatypes,
languages and code lists come from the shapes and are never repeated here.

Readers open no file, so that a confined worker can read what somebody sent (`table_of`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from ogpld.errors import SourceError, Where
from ogpld.regular_file import open_regular
from ogpld.sources.characters import Remarks
from ogpld.sources.csvfile import read_csv
from ogpld.sources.formulas import formula_findings
from ogpld.sources.kinds import SUFFIXES, kind_of
from ogpld.sources.normal_form import NormalForm, composed
from ogpld.sources.table import InputRow, InputTable

__all__ = [
    "READERS",
    "InputRow",
    "InputTable",
    "TableReader",
    "open_rows",
    "read_companion",
    "read_table",
    "table_of",
]


class TableReader(Protocol):
    """Turn the bytes of a file into tables, or raise `SourceError` with file, row and column."""

    def __call__(
        self, content: bytes, name: str, remarks: Remarks
    ) -> Iterator[tuple[str, Iterator[InputRow]]]:
        """Yield name and rows of each table of the file, every row with all columns of the header."""


def _csv(content: bytes, name: str, remarks: Remarks) -> Iterator[tuple[str, Iterator[InputRow]]]:
    yield name, read_csv(content, name, remarks=remarks)


def _xlsx(content: bytes, name: str, remarks: Remarks) -> Iterator[tuple[str, Iterator[InputRow]]]:
    from ogpld.sources.xlsxfile import read_xlsx  # noqa: PLC0415  (its library is slow to import)

    return read_xlsx(content, name, remarks)


#: One reader per file type; a new type is one file and one line.
READERS: dict[str, TableReader] = {".csv": _csv, ".xlsx": _xlsx}


def table_of(content: bytes, name: str, suffix: str = "") -> list[InputTable]:
    """Read the tables of a file that is in memory: one of a CSV file, one of each sheet that has rows.

    Args:
        content: the file.
        name: its name, for places in messages.
        suffix: its type as a suffix (`.csv`), where the name does not tell it.

    Raises:
        SourceError: for an unknown type, a file without rows, or whatever the reader finds wrong.
    """
    kind = (suffix or Path(name).suffix).lower()
    reader = READERS.get(kind)
    if reader is None:
        what = kind_of(content) or SUFFIXES.get(kind, "")
        raise SourceError(
            f"no reader for {kind!r} files" + (f": this is {what}" if what else ""),
            where=Where(name),
            hint=f"save the table as one of {', '.join(sorted(READERS))}: an Excel workbook without "
            "password and macros, or 'CSV UTF-8'",
        )
    remarks = Remarks()
    tables: list[InputTable] = []
    blank: list[str] = []
    for sheet_title, sheet_rows in reader(content, name, remarks):
        title = composed(sheet_title)
        form = NormalForm(title)
        rows = tuple(map(form.row, sheet_rows))
        remarks.findings += form.findings()
        if rows:
            tables.append(InputTable(title, tuple(rows[0].cells), rows))
            remarks.findings += formula_findings(title, tables[-1].header, rows)
        else:
            blank.append(title)
    if not tables:
        raise _no_rows(name, remarks, blank)
    tables[0] = replace(tables[0], remarks=tuple(remarks.findings), blank=tuple(blank))
    return tables


def _no_rows(name: str, remarks: Remarks, blank: Iterable[str] = ()) -> SourceError:
    """Return the error of a file without rows; what was passed over is the likely reason."""
    error = InputTable(name, (), (), blank=tuple(blank)).without_rows()
    noticed = next(iter(remarks.findings), None)
    if noticed is None:
        return error
    return SourceError(f"{error.message}; {noticed.message}", where=error.where, hint=noticed.hint)


def read_table(path: Path, without: Collection[str] = ()) -> InputTable:
    """Read a file that holds one table with the reader of its suffix.

    Args:
        path: the file.
        without: columns whose cells are not wanted; they come out empty.

    Raises:
        SourceError: for a missing file, several sheets, or whatever the reader finds wrong.
    """
    remarks = Remarks()
    rows = tuple(open_rows(path, without, remarks))
    if not rows:
        raise _no_rows(path.name, remarks)
    header = tuple(rows[0].cells)
    if path.suffix.lower() == ".csv":  # of a workbook they are among the remarks already
        remarks.findings += formula_findings(path.name, header, rows)
    return InputTable(path.name, header, rows, tuple(remarks.findings))


def read_companion(path: Path, columns: Collection[str]) -> InputTable:
    """Read a table that stands beside the data: fixes, keys, names of bodies. It may have no rows yet.

    Args:
        path: the file.
        columns: those it must have.

    Raises:
        SourceError: as `read_table`, for a missing column, and for a Violation in it.
    """
    remarks = Remarks()
    rows = tuple(open_rows(path, (), remarks))
    table = InputTable(
        path.name, tuple(rows[0].cells) if rows else (), rows, tuple(remarks.findings)
    ).sound()
    if rows and (missing := set(columns) - set(table.header)):
        raise SourceError(
            f"columns are missing: {', '.join(sorted(missing))}", where=Where(path.name, 1)
        )
    return table


def open_rows(
    path: Path, without: Collection[str] = (), remarks: Remarks | None = None
) -> Iterator[InputRow]:
    """Yield the rows of a file that holds one table; a CSV file is never held whole.

    Args:
        path: the file.
        without: columns whose cells are not wanted; they come out empty.
        remarks: take what is noticed.

    Raises:
        SourceError: as `read_table`, at the row at fault.
    """
    if path.suffix.lower() not in READERS:
        table_of(b"", path.name)  # says which types there are
    remarks = remarks or Remarks()
    try:
        with open_regular(path) as stream:
            if path.suffix.lower() == ".csv":
                form = NormalForm(path.name)
                yield from map(form.row, read_csv(stream, path.name, without, remarks))
                remarks.findings += form.findings()
                return
            content = stream.read()
    except OSError as error:
        raise SourceError(
            f"cannot read the file: {error.strerror}",
            where=Where(path.name),
            hint=f"put it at {path.parent.name}/{path.name}, or correct source.toml",
        ) from error
    tables = table_of(content, path.name)
    if len(tables) > 1:
        raise SourceError(
            f"the workbook has {len(tables)} sheets with rows, a source table is one",
            where=Where(path.name),
            hint="keep one sheet a file",
        )
    remarks.findings += [
        remark
        for remark in tables[0].remarks
        if not {composed(w.column or "") for w in remark.where} & set(without)
    ]
    for row in tables[0].rows:
        yield row.without(without)
