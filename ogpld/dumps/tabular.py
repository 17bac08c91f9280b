"""The tables of a dataset: CSV files with their metadata, and the database, filled thing by thing.

What is counted and set aside meanwhile makes the codebook, and the workbook of commitments.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from ogpld.csv_rows import csv_writer
from ogpld.dumps.belonging import Belonging
from ogpld.dumps.column_codebook import HEADER as CODEBOOK_HEADER
from ogpld.dumps.column_codebook import NAME as CODEBOOK
from ogpld.dumps.column_codebook import ColumnCounts, CountedTable, code_rows, codebook_rows
from ogpld.dumps.content import Content
from ogpld.dumps.csvw import FILE, table_group
from ogpld.dumps.database import Database
from ogpld.dumps.digest_files import Sealed, entry, pack
from ogpld.dumps.dump_cells import DumpTable
from ogpld.dumps.dump_index import DumpFile
from ogpld.dumps.thing_reader import Thing
from ogpld.dumps.tidy import NAME, Tidy
from ogpld.dumps.wide import Wide, WideContent, write_wide
from ogpld.formats import media
from ogpld.formats.table_values import Value
from ogpld.iris import Iris
from ogpld.model import Model
from ogpld.rdf import NS, Literal, NamedNode

_ASSESSMENT = NS("Assessment").value
_COMMITMENT = NS("Commitment").value
_SELECTION, _LEAVES_OUT = NS("selection"), NS("leavesOut")

Values = dict[str, list[NamedNode | Literal]]


def values_of(thing: Thing) -> Values:
    """Return the values of a thing's properties."""
    values: Values = {}
    for triple in thing.triples:
        if isinstance(triple.object, NamedNode | Literal):
            values.setdefault(triple.predicate.value, []).append(triple.object)
    return values


def _within(label: str) -> str:
    """Return a label as it stands inside of a sentence: `action plan`, but `IRM cluster`."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


class _CsvFile:
    """A CSV file (RFC 4180, lines end with a line feed), its header written when it is opened."""

    def __init__(self, path: Path, header: list[str]) -> None:
        self.sealed = Sealed(path)
        self.rows = 0
        self._text = io.TextIOWrapper(
            io.BufferedWriter(self.sealed), encoding="utf-8", newline="", write_through=False
        )
        self._writer = csv_writer(self._text)
        self._writer.writerow(header)

    def add(self, cells: list[str]) -> None:
        """Write a row."""
        self._writer.writerow(cells)
        self.rows += 1

    def close(self) -> None:
        """Finish the file."""
        self._text.close()


class Tables:
    """The tables of one dataset.

    Args:
        folder: where the files go.
        content: which classes and languages the dataset has.
        model: for columns.
        iris: the IRI policy.
        belonging: labels and plans for the tidy table.
        release: id of the release and its day, where a workbook is wanted, which names them: its bytes change
            with every release.
    """

    def __init__(
        self,
        folder: Path,
        content: Content,
        model: Model,
        iris: Iris,
        belonging: Belonging,
        release: tuple[str, str] | None = None,
    ) -> None:
        self._release = release
        self._folder, self._model, self._iris = folder, model, iris
        self._graphs = iris.graph("").value
        self._tables = {
            definition.iri: DumpTable(model, definition, iris, content)
            for _, definition in sorted(model.classes.items())
            if definition.iri in content.classes
        }
        self._tidy = Tidy(model, iris, belonging, content)
        self._files = {
            table.name: _CsvFile(folder / f"{table.name}.csv", table.header)
            for table in self._tables.values()
        }
        self._belonging = belonging
        self._counts = {name: ColumnCounts(len(t.header)) for name, t in self._by_name().items()}
        self._tidy_counts = ColumnCounts(len(self._tidy.header))
        commitments = self._tables.get(_COMMITMENT)
        self._wide = Wide(commitments, belonging) if commitments and release else None
        self._wide_rows: list[list[Value]] = []
        self._selections: set[str] = set()
        self._left_out: set[str] = set()
        self._view: _CsvFile | None = None
        self._raw = folder / ".tables.sqlite"
        self._database = Database(self._raw)
        for table in self._tables.values():
            self._database.create(table)

    def add(self, thing: Thing) -> None:
        """Write a thing's row into the table of each of its classes; note what graphs do not cover."""
        if thing.iri.startswith(self._graphs):
            self._note(thing)
        tables = [self._tables[kind] for kind in thing.types if kind in self._tables]
        if not tables:
            return
        values = values_of(thing)
        for table in tables:
            cells = table.row(thing.iri, values)
            self._files[table.name].add(cells)
            self._database.insert(table.name, cells)
            about = self._belonging.cycles_of(thing.iri.partition("#")[0])
            self._counts[table.name].add(cells, about)
            if self._wide is not None and table.definition.iri == _COMMITMENT:
                self._wide_rows.append(self._wide.row(thing.iri, values, cells))
        if _ASSESSMENT in thing.types:
            row = self._tidy.row(thing.iri, values)
            if row is not None:
                self._show(row)

    def _by_name(self) -> dict[str, DumpTable]:
        return {table.name: table for table in self._tables.values()}

    def _note(self, graph: Thing) -> None:
        """Remember what the description of a graph says of its coverage."""
        for triple in graph.triples:
            if isinstance(triple.object, Literal):
                if triple.predicate == _SELECTION:
                    self._selections.add(triple.object.value)
                elif triple.predicate == _LEAVES_OUT:
                    self._left_out.add(triple.object.value)

    def _coverage(self) -> str:
        """Say what the tables hold, how that was selected, and what their sources leave out."""
        commitments = self._files.get("commitment")
        number = commitments.rows if commitments else 0
        parts = [f"{number:,} commitment{'' if number == 1 else 's'}"]
        parts += [f", in whole or in part {selection}" for selection in sorted(self._selections)]
        parts += ["; percentages over these need not hold for all"] if self._selections else []
        parts += [f". Left out: {text.rstrip('.')}" for text in sorted(self._left_out)]
        return "".join(parts) + "."

    def _show(self, row: list[str]) -> None:
        """Add a row to the tidy table, which begins with its first."""
        if self._view is None:
            self._view = _CsvFile(self._folder / f"{NAME}.csv", self._tidy.header)
            self._database.create_tidy(self._tidy)
        self._view.add(row)
        cycle = row[self._tidy.header.index("cycle")]
        self._tidy_counts.add(row, (cycle,) if cycle else ())
        self._database.insert(NAME, row)

    def close(self, dataset: str, title: str, licence: str) -> Iterator[DumpFile]:
        """Finish all files and yield what the list says of them."""
        self._database.close()
        for table in self._tables.values():
            file = self._files[table.name]
            file.close()
            label = table.definition.label
            yield entry(
                file.sealed,
                dataset,
                "csv",
                f"{label} (CSV)",
                f"One row per {_within(label)}, a column per property.",
                media.CSV.type,
                file.rows,
            )
        if self._view is not None:
            self._view.close()
            yield entry(
                self._view.sealed,
                dataset,
                "tidy",
                "Commitments by assessment (CSV)",
                "One row per commitment, indicator and report, with codes, labels and ranks: "
                "ready for R and pandas.",
                media.CSV.type,
                self._view.rows,
            )
        if self._tables:
            tidy = self._tidy if self._view is not None else None
            group = table_group(
                self._tables.values(),
                tidy,
                self._model,
                self._iris,
                {"dc:title": title, "dc:description": self._coverage(), "dc:license": licence},
            )
            sealed = Sealed(self._folder / FILE)
            with sealed:
                sealed.write(group)
            yield entry(
                sealed,
                dataset,
                "csvw",
                "Description of the tables (CSVW)",
                "Which column is which property, separators, keys: W3C CSV on the Web.",
                media.CSVW.type,
            )
            yield from self._codebook(dataset, title, licence)
            packed = pack(self._raw, self._folder / "tables.sqlite.gz")
            yield entry(
                packed,
                dataset,
                "sqlite",
                "All tables (SQLite)",
                "The same tables as a database, indexed.",
                media.SQLITE.type,
            )
        self._raw.unlink()

    def _codebook(self, dataset: str, title: str, licence: str) -> Iterator[DumpFile]:
        """Write the codebook, and where it is wanted the workbook of commitments with it."""
        counted = [CountedTable(t, self._counts[t.name]) for t in self._tables.values()]
        tidy = (self._tidy, self._tidy_counts) if self._view is not None else None
        rows = codebook_rows(counted, tidy, self._model)
        file = _CsvFile(self._folder / f"{CODEBOOK}.csv", list(CODEBOOK_HEADER))
        for row in rows:
            file.add(list(row))
        file.close()
        yield entry(
            file.sealed,
            dataset,
            "codebook",
            "Codebook (CSV)",
            "Of each column of each table: meaning, type, codes, share filled, first and last cycle.",
            media.CSV.type,
            file.rows,
        )
        if self._wide is not None and self._release is not None:
            release, day = self._release
            about = (
                ("Rows", "One row per commitment, with what its keys and codes are called."),
                ("Data set", title),
                ("Release", release),
                ("Date of the release", day),
                ("Address", f"{self._iris.base}release/{release}"),
                ("Licence", licence),
                ("Holds", self._coverage()),
                ("How to cite", f"{self._iris.base}release/{release}"),
            )
            tables = [item.table for item in counted]
            yield from write_wide(
                self._folder,
                dataset,
                WideContent(
                    self._wide, self._wide_rows, rows, code_rows(self._model, tables), about
                ),
            )
