"""A source sorted into units: the graphs it makes, each from rows of its own.

What a unit says depends on its own rows, the mapping and the model alone, so a unit whose rows did not
change says what it said before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ogpld.errors import Where
from ogpld.iris import Iris
from ogpld.model import Model
from ogpld.model.tables import CODES_HEADER
from ogpld.rdf import NamedNode, Quad, parse_quads, serialise
from ogpld.report import Finding, Severity
from ogpld.sources import InputRow, InputTable
from ogpld.sources.canonical import TableTarget, map_tables, table_file
from ogpld.sources.csvfile import comma_separated, table_csv
from ogpld.sources.lazy_trace import LazyTrace
from ogpld.sources.mapping import MappingLine
from ogpld.sources.names import SourceNames
from ogpld.sources.row_context import Output
from ogpld.sources.rows import RowMapper
from ogpld.sources.source_description import Source
from ogpld.sources.spellings import Spellings
from ogpld.sources.trace import Trace
from ogpld.sources.withheld import Cell, WithheldCells


@dataclass(slots=True)
class Unit:
    """One graph of a source: where its statements come from, and the rows that make them.

    Attributes:
        graph: its IRI.
        how_read: how its tables were read, as a code.
        files: its tables.
        pages: addresses its tables were read at.
        citations: printed sources of its tables.
        rows: its rows, each with what maps it.
        filled: tables of files filled in after a template, with their fixes.
        raw: the same tables as they were read.
        digest: over everything of the tables that decides what the unit says.
    """

    graph: NamedNode
    how_read: str
    files: set[str] = field(default_factory=set)
    pages: set[str] = field(default_factory=set)
    citations: set[str] = field(default_factory=set)
    rows: list[tuple[RowMapper, InputRow]] = field(default_factory=list)
    filled: list[InputTable] = field(default_factory=list)
    raw: list[InputTable] = field(default_factory=list)
    digest: str = ""


@dataclass(slots=True)
class UnitOutcome:
    """What mapping one unit gave.

    Attributes:
        quads: what it says.
        problems: cells that could not be read, or were read with a doubt.
        outside: by file and column, cells without a value of an indicator that was not in use.
        starts: place in `quads` of the first statement of each row.
        repeated: rows, by their place, that say something of a thing in words an earlier row had.
    """

    quads: list[Quad] = field(default_factory=list)
    problems: list[Finding] = field(default_factory=list)
    outside: Counter[tuple[str, str]] = field(default_factory=Counter)
    starts: list[int] = field(default_factory=list)
    repeated: list[tuple[int, str]] = field(default_factory=list)

    def __reduce__(self) -> tuple[Any, ...]:
        """Send the statements as N-Quads: ten times as fast as term by term."""
        rest = (self.problems, self.outside, self.starts, self.repeated)
        return _received, (serialise(self.quads, "nq"), *rest)


def _received(statements: bytes, *rest: Any) -> UnitOutcome:
    return UnitOutcome(list(parse_quads(statements, "nq")), *rest)


@dataclass(slots=True)
class Mapped:
    """What mapping units of a source gave.

    Attributes:
        output: quads and findings.
        lazy_trace: where its statements are from, for `Trace.resolvers`.
        outcomes: what each unit gave, by its name.
    """

    output: Output
    lazy_trace: LazyTrace
    outcomes: dict[str, UnitOutcome] = field(default_factory=dict)


@dataclass(slots=True)
class OpenSource:
    """A source whose tables are read and sorted into units; nothing is mapped yet.

    Attributes:
        source: its description.
        model: what the columns may mean.
        iris: the IRI policy.
        lines: what the columns mean, by table.
        units: its graphs, by the last part of their name.
        problems: rows that were passed over.
        tables: the tables and where they were read from, by the name they are described under.
        columns: which column a property is filled from.
        withheld: cells that are not published because they tell of persons, or did before a fix.
        names: the names its addresses are made of.
        spellings: the things its rows describe, with the place of the first row.
    """

    source: Source
    model: Model
    iris: Iris
    lines: dict[str, tuple[MappingLine, ...]]
    units: dict[str, Unit] = field(default_factory=dict)
    problems: list[Finding] = field(default_factory=list)
    tables: dict[str, tuple[InputTable, Path]] = field(default_factory=dict)
    columns: Trace = field(default_factory=Trace)
    withheld: WithheldCells = field(default_factory=WithheldCells)
    names: SourceNames = field(default_factory=SourceNames)
    spellings: Spellings = field(default_factory=Spellings)

    def map(
        self,
        units: Collection[str] | None = None,
        tick: Callable[[], None] = lambda: None,
        outcomes: Mapping[str, UnitOutcome] | None = None,
    ) -> Mapped:
        """Map the rows of some units, or of all; what a unit says depends on its rows alone.

        Args:
            units: names of the units, None for all.
            tick: called for each row that is mapped.
            outcomes: what `map_rows` gave for units elsewhere; their rows are not mapped again.

        Raises:
            SourceError: for a row whose things have no usable key; single bad cells are collected in
                `output.problems` instead, so that one run shows them all.
        """
        output = Output()
        output.trace.join(self.columns)
        mapped = Mapped(output, LazyTrace(output.quads))
        for name, unit in self.units.items():
            if units is not None and name not in units:
                continue
            quads, problems = len(output.quads), len(output.problems)
            if unit.filled:
                self._fill(unit, mapped)
            outcome = (outcomes or {}).get(name) or self.map_rows(name, tick)
            mapped.lazy_trace.note_rows(unit.rows, outcome.starts, outcome.repeated)
            output.quads += outcome.quads
            output.problems += outcome.problems
            output.outside += outcome.outside
            if unit.filled:
                outcome.quads, outcome.problems = output.quads[quads:], output.problems[problems:]
            mapped.outcomes[name] = outcome
        return mapped

    def map_rows(self, name: str, tick: Callable[[], None] = lambda: None) -> UnitOutcome:
        """Map the rows of one unit, but not files that were filled in after a template; errors as `map`."""
        output = Output()
        starts: list[int] = []
        repeated: list[tuple[int, str]] = []
        for place, (mapper, row) in enumerate(self.units[name].rows):
            starts.append(len(output.quads))
            repeated += [(place, thing.value) for thing in mapper.map(row, output)]
            tick()
        return UnitOutcome(output.quads, output.problems, output.outside, starts, repeated)

    def _fill(self, unit: Unit, mapped: Mapped) -> None:
        """Map files that somebody filled in after one of our templates, whatever their class."""
        place = TableTarget(self.source.name, unit.graph.value.rpartition("/")[2])
        keys = {
            key: Where(mapper.described.file, row.number)
            for mapper, row in reversed(unit.rows)
            if (key := mapper.identity(row))
        }
        filled = map_tables(unit.filled, self.model, self.iris, place=place, keys=keys)
        mapped.lazy_trace.leave()
        mapped.output.quads += filled.quads
        mapped.output.problems += filled.problems
        mapped.output.trace.join(filled.trace)

    def published(self) -> dict[str, bytes]:
        """Return the tables as they may be published: without withheld columns and cells.

        A table nothing is withheld from is published byte for byte, if it is CSV with commas.
        """
        contents = {
            self._file(name): self._published(name, table, path, self.withheld.of_table(name))
            for name, (table, path) in self.tables.items()
        }
        for unit in self.units.values():
            for table in unit.raw:
                if table.header != CODES_HEADER:
                    rows = _without(table, self.withheld.of_table(table.name))
                    contents[table_file(table)] = table_csv(table.header, rows)
        return contents

    def _file(self, name: str) -> str:
        """Return the name a table of the description is published under."""
        return next(t.published for t in self.source.tables if t.file == name)

    def _published(
        self,
        name: str,
        table: InputTable,
        path: Path,
        cells: Collection[Cell],
    ) -> bytes:
        as_read = path.suffix.lower() == ".csv" and not self.source.given
        if as_read and not cells and not left_out(self.lines[name]):
            return comma_separated(path.read_bytes())
        return table_csv(table.header, _without(table, cells))

    def outside(self, counts: Mapping[tuple[str, str], int]) -> Iterator[Finding]:
        """Yield, by column, how many cells without a value, or reasons for one, were not published."""
        for (file, column), count in counts.items():
            of_column = [line for line in self.lines[file] if line.column == column]
            line = next((line for line in of_column if line.how == "assess"), None)
            if line is None:
                message = (
                    f"reasons for empty cells of {column!r} were not published, {count} in all: it holds no "
                    "indicator"
                )
                hint = "nothing, if no indicator was meant; else name its column"
            else:
                labels = self.model.schemes["indicator"]
                names = [labels.find(n.strip().partition("/")[0]) for n in line.term.split("|")]
                indicators = " or ".join(repr(code.label) for code in names if code)
                message = f"{count} cells without a value lie in cycles in which {indicators} was not in use"
                hint = "nothing: the window of the indicator says so once for all of them"
            yield Finding(
                Severity.INFO,
                focus=self.iris.source(self.source.name, self._file(file)).value,
                message=message,
                where=(Where(file, 1, column),),
                hint=hint,
            )


def _without(table: InputTable, cells: Collection[Cell]) -> Iterator[InputRow]:
    """Yield the rows of a table with some cells, by row and column, empty."""
    columns: dict[int | None, set[str | None]] = {}
    for row, column in cells:
        columns.setdefault(row, set()).add(column)
    for line in table.rows:
        yield line.without(columns[line.number]) if line.number in columns else line


def left_out(lines: tuple[MappingLine, ...]) -> set[str]:
    """Return the columns that are not even read."""
    return {line.column for line in lines if line.how == "withhold"}
