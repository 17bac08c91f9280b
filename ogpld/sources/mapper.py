"""Read the tables of one source: fixes, joins, rows, and the units these belong to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

from ogpld.errors import SourceError, Where
from ogpld.iris import Iris, is_key
from ogpld.model import Model
from ogpld.model.tables import CODES_HEADER
from ogpld.rdf import XSD
from ogpld.regular_file import regular_bytes
from ogpld.report import Finding
from ogpld.sources import InputRow, InputTable, read_table, table_of
from ogpld.sources.canonical import table_file
from ogpld.sources.dates import UNPROVEN, DateOrder, proven_order
from ogpld.sources.description_check import check_descriptions
from ogpld.sources.fixes import Fixes, read_fixes
from ogpld.sources.joins import joined_rows
from ogpld.sources.ledger import Ledger
from ogpld.sources.mapping import MappingLine, check_header, read_mapping
from ogpld.sources.reconciliation import Reconciliation
from ogpld.sources.rows import RowMapper
from ogpld.sources.rows_twice import described_twice, once
from ogpld.sources.source_description import Source, TableDescription
from ogpld.sources.stray_tables import stray_tables
from ogpld.sources.template_lines import class_of_table
from ogpld.sources.units import OpenSource, Unit, left_out
from ogpld.sources.withheld import Cell


def open_source(
    source: Source,
    model: Model,
    iris: Iris,
    reconciliation: Reconciliation,
    ledger: Ledger | None = None,
    inputs: Mapping[str, Path] | None = None,
) -> OpenSource:
    """Read every table of a source and sort its rows into units.

    Args:
        source: its description.
        model: what the columns may mean.
        iris: the IRI policy.
        reconciliation: bodies by printed text.
        ledger: what ids of commitments mean.
        inputs: files to read in place of the source's own tables, by table name.

    Raises:
        SourceError: for anything that makes the tables unreadable.
    """
    paths = {t.file: (inputs or {}).get(t.file, source.folder / t.file) for t in source.tables}
    lines = read_mapping(source, model)
    filled = {
        t.file: _filled_tables(paths[t.file]) for t in source.tables if t.layout == "template"
    }
    mapped_names = [t.file for t in source.tables if t.layout == "mapped"]
    filled_names = (
        name
        for t in source.tables
        if t.layout == "template"
        for names in _fixable_names(t, filled[t.file])
        for name in names
    )
    fixes = read_fixes(source.folder, [*mapped_names, *filled_names])
    tables = _mapped_tables(source, paths, lines, model)
    for described in source.tables:
        if table := tables.get(described.file):
            check_header(table.name, table.header, lines[described.file], described, source.name)
    headers = {name: table.header for name, table in tables.items()}
    check_descriptions(source, headers, lines, model)
    opened = OpenSource(source, model, iris, lines)
    opened.tables = {name: (table, paths[name]) for name, table in tables.items()}
    opened.problems += stray_tables(source, paths.values(), iris)
    opened.problems += _table_remarks(opened, fixes, iris)
    for place, text in fixes.repeating():
        opened.withheld.add(place.file, place.row, place.column, text)
    _take_published_names(opened, iris)
    mended = {
        name: replace(table, rows=tuple(fixes.mend(name, table.header, table.rows)))
        for name, table in tables.items()
    }
    sums: dict[str, Any] = {}
    for described in source.tables:
        if described.layout == "template":
            _open_filled(opened, described, filled[described.file], fixes, sums)
            continue
        table = tables[described.file]
        mapper = RowMapper(
            source.name,
            described,
            table.header,
            lines[described.file],
            model,
            iris,
            reconciliation,
            ledger or Ledger(),
            described.published,
            _date_order(lines[described.file], mended[described.file].rows),
        )
        for column in mapper.columns():
            opened.columns.add_column(described.file, *column)
        kept_back = {line.column for line in lines[described.file] if line.withhold}
        pairs = zip(table.rows, mended[described.file].rows, strict=True)
        opened.withheld.add_rows(described.file, pairs, kept_back)
        _withhold_mended(opened, described.file, table, fixes.personal(described.file))
        focus = iris.source(source.name, described.published).value
        own = mended[described.file].rows
        rows = joined_rows(own, described, mended, focus, opened.problems)
        _sort(opened, mapper, table, once(rows, mapper, opened.problems), sums)
    for unit in opened.units.values():
        opened.problems += described_twice(unit.rows)
    for name, digest in sums.items():
        opened.units[name].digest = digest.hexdigest()
    return opened


def _mapped_tables(
    source: Source,
    paths: Mapping[str, Path],
    lines: Mapping[str, tuple[MappingLine, ...]],
    model: Model,
) -> dict[str, InputTable]:
    """Return the mapped tables of a source by file; numbers that only count things are read as counts."""
    tables = {}
    for described in source.tables:
        if described.layout == "mapped":
            file = described.file
            table = read_table(paths[file], left_out(lines[file]))
            printed = _printed(described, lines[file], model)
            tables[file] = replace(table, rows=tuple(row.counted(printed) for row in table.rows))
    return tables


def _table_remarks(opened: OpenSource, fixes: Fixes, iris: Iris) -> list[Finding]:
    """Return what was noticed while the tables and `fixes.csv` were read."""
    name = opened.source.name
    remarks = [
        remark
        for file, (table, _path) in opened.tables.items()
        for remark in _remarks(table, file, iris.source(name, file).value)
    ]
    focus = iris.source(name, "fixes.csv").value
    return remarks + [replace(remark, focus=focus) for remark in fixes.remarks]


def _take_published_names(opened: OpenSource, iris: Iris) -> None:
    """Register the address of each published table, so that none takes another's."""
    for described in opened.source.tables:
        if described.layout == "mapped":
            address = iris.source(opened.source.name, described.published).value.casefold()
            opened.names.take(address, (described.file,), Where(described.file))


def _printed(described: TableDescription, lines: tuple[MappingLine, ...], model: Model) -> set[str]:
    """Return the columns whose numbers are read as they are printed: text and printed numbers."""
    return {
        line.column
        for line in lines
        if line.how == "text"
        or (
            line.how.startswith("value")
            and XSD("string").value
            in model.property(described.things[line.thing].class_name, line.term).datatypes
        )
    }


def _date_order(lines: Iterable[MappingLine], rows: Iterable[InputRow]) -> DateOrder:
    """Return the order of day and month that the printed dates of a table prove."""
    columns = {line.column for line in lines if line.how == "date"}
    return proven_order(row.cells[column] for row in rows for column in columns)


def _remarks(table: InputTable, name: str, focus: str) -> Iterator[Finding]:
    """Yield what was noticed while a table was read, under the name it is described by."""
    for remark in table.about(focus):
        places = (replace(place, file=name) for place in remark.where)
        yield replace(remark, where=tuple(places))


def _sort(
    opened: OpenSource,
    mapper: RowMapper,
    table: InputTable,
    rows: Iterator[InputRow],
    sums: dict[str, Any],
) -> None:
    """Sort the rows of a table into units and take them up into the digests of these."""
    described = mapper.described
    order = f"\x1d{mapper.date_order}" if mapper.date_order != UNPROVEN else ""
    beginning = ("\x1e".join((described.file, *table.header)) + order).encode()
    met = set()
    for row in rows:
        problems = len(opened.problems)
        for iri in mapper.keyed(row, opened.problems):
            opened.spellings.add(iri, Where(described.file, row.number))
        if len(opened.problems) > problems:
            continue  # nobody knows what it describes
        name = mapper.unit(row, opened.names)
        if name not in met:  # the first row of this table in the unit
            met.add(name)
            graph = opened.iris.graph(opened.source.name, name)
            unit = opened.units.setdefault(name, Unit(graph, described.how_read))
            unit.files.add(described.published)
            unit.pages.update(described.pages)
            unit.citations.update({described.citation} - {""})
            sums.setdefault(name, blake2b(digest_size=20)).update(beginning)
        opened.units[name].rows.append((mapper, row))
        sums[name].update(_row_bytes(row))


def _row_bytes(row: InputRow) -> bytes:
    """Return everything of a row that decides what it says."""
    cells = "\x1f".join(row.cells.values())
    stored = f"\x1f{sorted(row.stored.items())}" if row.stored else ""
    return f"\x1e{row.number}\x1f{cells}{stored}".encode()


def _withhold_mended(opened: OpenSource, name: str, table: InputTable, cells: set[Cell]) -> None:
    """Withhold the cells of a table that held contact data before a fix mended them."""
    rows = {row for row, _ in cells}
    texts = {row.number: row.cells for row in table.rows if row.number in rows}
    for row, column in cells:
        opened.withheld.add(name, row, column, texts.get(row or 0, {}).get(column or "", ""))


def _filled_tables(path: Path) -> list[InputTable]:
    """Read the tables of a file that somebody filled in after one of our templates."""
    try:
        content = regular_bytes(path)
    except OSError as error:
        hint = "is the path right?"
        raise SourceError(
            f"cannot read the file: {error.strerror}", where=Where(path.name), hint=hint
        ) from error
    return table_of(content, path.name)


def _fixable_names(described: TableDescription, tables: list[InputTable]) -> list[tuple[str, ...]]:
    """Return the names that `fixes.csv` may call each table of a filled file by."""
    rows = [table for table in tables if table.header != CODES_HEADER]
    names = []
    for table in tables:
        own = [table.name, *([f"{described.file}#{table.sheet}"] if table.sheet else [])]
        if len(rows) == 1 and table is rows[0]:
            own += [table.file, described.file]
        names.append(tuple(dict.fromkeys(own)))
    return names


def _open_filled(
    opened: OpenSource,
    described: TableDescription,
    tables: list[InputTable],
    fixes: Fixes,
    sums: dict[str, Any],
) -> None:
    """Take up a file that somebody filled in after one of our templates; other tables may share its unit."""
    graph = opened.iris.graph(opened.source.name, described.unit)
    unit = opened.units.setdefault(described.unit, Unit(graph, described.how_read))
    if unit.how_read != described.how_read:
        raise SourceError(
            f"{described.file} cannot have the unit {described.unit!r}: another of its tables has "
            f"how_read {unit.how_read!r}, and this one {described.how_read!r}",
            where=Where(f"{opened.source.name}/source.toml"),
            hint="give it a unit of its own",
        )
    for table, names in zip(tables, _fixable_names(described, tables), strict=True):
        rows = fixes.mend(names[0], table.header, table.rows, *names[1:])
        mended = tuple(_without_texts(row, described.empty) for row in rows)
        unit.filled.append(replace(table, rows=mended))
        unit.raw.append(table)
        _withhold_mended(opened, table.name, table, fixes.personal(*names))
        if table.header != CODES_HEADER:
            _note_keys(opened, replace(table, rows=mended))
            unit.files.add(table_file(table))
            address = opened.iris.source(opened.source.name, table_file(table)).value
            opened.names.take(address, (table.name,), Where(table.name))
        beginning = "\x1e".join((table.name, *table.header))
        digest = sums.setdefault(described.unit, blake2b(digest_size=20))
        digest.update(f"\x1d{beginning}".encode())
        for row in mended:
            digest.update(_row_bytes(row))
        for remark in table.remarks:
            digest.update(f"\x1d{remark}".encode())
    unit.pages.update(described.pages)
    unit.citations.update({described.citation} - {""})


def _without_texts(row: InputRow, texts: frozenset[str]) -> InputRow:
    """Return a row with the cells empty that hold one of some texts."""
    columns = [column for column, text in row.cells.items() if text in texts]
    return row.without(columns) if columns else row


def _note_keys(opened: OpenSource, table: InputTable) -> None:
    """Note the things that the rows of a filled table describe."""
    with suppress(SourceError):  # a table of no class is told when it is mapped
        definition = class_of_table(table, opened.model, None, alone=False)
        for row in table.rows:
            if is_key(key := row.cells.get("key", "")):
                iri = opened.iris.thing(definition.segment, key).value
                opened.spellings.add(iri, Where(table.name, row.number, "key"))
