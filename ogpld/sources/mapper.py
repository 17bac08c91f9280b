"""Read and map the tables of one source: fixes, joins, rows, and what of the tables is published."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

from ogpld.errors import SourceError, Where
from ogpld.iris import Iris
from ogpld.model import Model
from ogpld.model.tables import CODES_HEADER
from ogpld.rdf import NamedNode, Quad
from ogpld.report import Finding, Severity
from ogpld.sources import Row, Table, open_rows, read_table, table_of
from ogpld.sources.canonical import Place, map_tables, table_file
from ogpld.sources.context import Output
from ogpld.sources.csvfile import table_csv
from ogpld.sources.description import Join, Source, TableDescription
from ogpld.sources.fixes import read_fixes
from ogpld.sources.ledger import Ledger
from ogpld.sources.mapping import Line, check_header, read_mapping
from ogpld.sources.reconciliation import Reconciliation
from ogpld.sources.retrace import Retrace
from ogpld.sources.rows import RowMapper


@dataclass(slots=True)
class Unit:
    """One graph of a source: where its statements come from."""

    graph: NamedNode
    how_read: str
    files: set[str] = field(default_factory=set)
    pages: set[str] = field(default_factory=set)
    citations: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Mapped:
    """What a source gives the build.

    Attributes:
        source: its description.
        output: quads and findings.
        retrace: where its statements are from, for `Trace.late`.
        units: its graphs, by the last part of their name.
        tables: the tables as they are published, as CSV or as they were read.
    """

    source: Source
    output: Output
    retrace: Retrace
    units: dict[str, Unit] = field(default_factory=dict)
    tables: dict[str, bytes] = field(default_factory=dict)


def map_source(
    source: Source,
    model: Model,
    iris: Iris,
    reconciliation: Reconciliation,
    ledger: Ledger | None = None,
    inputs: Mapping[str, Path] | None = None,
    tick: Callable[[], None] = lambda: None,
) -> Mapped:
    """Read and map every table of a source.

    Args:
        source: its description.
        model: what the columns may mean.
        iris: the IRI policy.
        reconciliation: bodies by printed text.
        ledger: what ids of commitments mean.
        inputs: files to read in place of the source's own tables, by table name.
        tick: called once a row, for a progress bar.

    Raises:
        SourceError: for anything that makes the tables unreadable; single bad cells are collected
            in `output.problems` instead, so that one run shows them all.
    """
    paths = {t.file: (inputs or {}).get(t.file, source.folder / t.file) for t in source.tables}
    lines = read_mapping(source, model)
    fixes = read_fixes(source.folder, paths)
    tables = {
        told.file: read_table(paths[told.file], _left_out(lines[told.file]))
        for told in source.tables
        if told.layout == "mapped"
    }
    for name, table in tables.items():
        check_header(table.name, table.header, lines[name], source)
    output = Output()
    mapped = Mapped(source, output, Retrace(output.quads))
    for described in source.tables:
        if described.layout == "template":
            _map_filled(mapped, described, paths[described.file], model, iris)
            continue
        table = tables[described.file]
        own = lines[described.file]
        mapper = RowMapper(
            source, described, table.header, own, model, iris, reconciliation, ledger or Ledger()
        )
        for column in mapper.columns():
            output.trace.add_column(described.file, *column)
        mended = fixes.mend(described.file, table.header, table.rows)
        rows = _joined(mended, described.joins, tables)
        for row in _once(rows, mapper, output):
            mapped.retrace.note(mapper, row)
            mapped.retrace.also(mapper.map(row, output))
            tick()
        _note_units(mapped, mapper)
        mapped.tables[described.file] = _published(table, own, mapped, paths[described.file])
    output.problems += _outside(mapped, lines, model, iris)
    return mapped


def _map_filled(
    mapped: Mapped, described: TableDescription, path: Path, model: Model, iris: Iris
) -> None:
    """Map a file that somebody filled in after one of our templates, whatever its class."""
    try:
        tables = table_of(path.read_bytes(), path.name)
    except OSError as error:
        hint = "is the path right?"
        raise SourceError(
            f"cannot read the file: {error.strerror}", where=Where(path.name), hint=hint
        ) from error
    unit = Unit(iris.graph(mapped.source.name, described.unit), described.how_read)
    place = Place(unit.graph, mapped.source.name)
    filled = map_tables(tables, model, iris, place=place)
    mapped.retrace.leave()
    mapped.output.quads += filled.quads
    mapped.output.problems += filled.problems
    mapped.output.trace.join(filled.trace)
    for table in tables:
        if table.header != CODES_HEADER:
            unit.files.add(table_file(table))
            mapped.tables[table_file(table)] = table_csv(table.header, table.rows)
    unit.pages.update(described.pages)
    mapped.units[described.unit] = unit


def stream_source(
    source: Source,
    model: Model,
    iris: Iris,
    reconciliation: Reconciliation,
    table: Path,
) -> Iterator[list[Quad]]:
    """Yield the quads of each row of a source's only table, never holding more than a row.

    For measuring, and for tables too large for memory; a build keeps what it reads.

    Raises:
        SourceError: as `map_source`.
    """
    described = source.tables[0]
    lines = read_mapping(source, model)[described.file]
    fixes = read_fixes(source.folder, [described.file])
    rows = open_rows(table, _left_out(lines))
    first = next(rows)
    header = tuple(first.cells)
    check_header(table.name, header, lines, source)
    mapper = RowMapper(source, described, header, lines, model, iris, reconciliation, Ledger())
    output = Output()
    for row in fixes.mend(described.file, header, chain([first], rows)):
        output.clear()
        mapper.map(row, output)
        yield output.quads


def _left_out(lines: tuple[Line, ...]) -> set[str]:
    """Return the columns that are not even read."""
    return {line.column for line in lines if line.how == "withhold"}


def _joined(
    rows: Iterator[Row], joins: tuple[Join, ...], tables: dict[str, Table]
) -> Iterator[Row]:
    """Yield the rows with the columns of other tables that the joins take."""
    found: list[tuple[Join, dict[str, Row]]] = []
    for join in joins:
        if join.file not in tables:
            raise SourceError(f"a join names the unknown table {join.file!r}")
        known: dict[str, Row] = {}
        for other in tables[join.file].rows:
            known.setdefault(other.cells[join.match], other)
        found.append((join, known))
    for row in rows:
        cells = row.cells
        for join, known in found:
            match = known.get(cells[join.on]) if cells[join.on] else None
            taken = {name: match.cells[c] if match else "" for name, c in join.take.items()}
            cells = {**cells, **taken}
        yield row if cells is row.cells else replace(row, cells=cells)


def _once(rows: Iterator[Row], mapper: RowMapper, output: Output) -> Iterator[Row]:
    """Yield the rows whose thing no earlier row describes; report the others."""
    seen: dict[str, Row] = {}
    for row in rows:
        key = mapper.identity(row)
        first = seen.setdefault(key, row) if key else row
        if first is row:
            yield row
            continue
        same = first.cells == row.cells
        places = [Where(mapper.described.file, r.number) for r in (row, first)]
        output.problems.append(
            Finding(
                Severity.WARNING if same else Severity.VIOLATION,
                focus=key,
                message="the row repeats another; it was read once"
                if same
                else "two rows have this id and differ; the second was not read",
                where=tuple(places),
                hint="remove one of the two"
                if same
                else "give one of them its own id by a line of fixes.csv (EE0057-2, if OGP gave the "
                "id to something else), or remove it",
            )
        )


def _note_units(mapped: Mapped, mapper: RowMapper) -> None:
    """Remember which files and pages the graphs of a table are read from."""
    described = mapper.described
    for name, graph in mapper.units.items():
        unit = mapped.units.setdefault(name, Unit(graph, described.how_read))
        unit.files.add(described.file)
        unit.pages.update(described.pages)
        unit.citations.update({described.citation} - {""})


def _published(table: Table, lines: tuple[Line, ...], mapped: Mapped, path: Path) -> bytes:
    """Return the table as it may be published: without withheld columns and cells.

    A table nothing is withheld from is published byte for byte, if it is CSV.
    """
    columns = _left_out(lines)
    cells = {(w.row, w.column) for w in mapped.output.withheld}
    if not columns and not cells and not mapped.source.given:
        return path.read_bytes()
    rows = (
        Row(r.number, {c: "" if (r.number, c) in cells else t for c, t in r.cells.items()})
        for r in table.rows
    )
    return table_csv(table.header, rows)


def _outside(
    mapped: Mapped, lines: dict[str, tuple[Line, ...]], model: Model, iris: Iris
) -> Iterator[Finding]:
    """Yield, by column, how many cells say that an indicator was not in use."""
    for (file, column), count in mapped.output.outside.items():
        line = next(found for found in lines[file] if found.column == column)
        labels = model.schemes["indicator"]
        names = [labels.find(name.strip().partition("/")[0]) for name in line.term.split("|")]
        said = " or ".join(repr(code.label) for code in names if code)
        yield Finding(
            Severity.INFO,
            focus=iris.source(mapped.source.name, file).value,
            message=f"{count} cells without a value lie in cycles in which {said} was not in use",
            where=(Where(file, 1, column),),
            hint="nothing: the window of the indicator says so once for all of them",
        )
