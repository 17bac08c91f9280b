"""Map the rows of one source to quads, with the trace back to the cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from ogpld.errors import SourceError, Where
from ogpld.iris import Iris, is_key
from ogpld.model import Model
from ogpld.rdf import PROV, RDF, Literal, NamedNode
from ogpld.sources import Row, Table, read_table
from ogpld.sources.assessing import (
    map_assessment,
    map_no_value,
    map_total,
    subject_of,
)
from ogpld.sources.cells import CELLS
from ogpld.sources.context import Output, RowContext
from ogpld.sources.description import Join, Source, TableDescription, Thing
from ogpld.sources.fixes import apply_fixes
from ogpld.sources.mapping import Line, read_mapping
from ogpld.sources.reconciliation import Reconciliation
from ogpld.sources.reports import kind_of_type
from ogpld.sources.template import check_template, fill


@dataclass(slots=True)
class Unit:
    """One graph of a source: where its statements come from."""

    graph: NamedNode
    source: Source
    how_read: str
    files: set[str] = field(default_factory=set)
    pages: set[str] = field(default_factory=set)
    citations: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Mapped:
    """What a source gives the build."""

    source: Source
    output: Output
    units: dict[str, Unit]
    tables: dict[str, Path]


def map_source(
    source: Source,
    model: Model,
    iris: Iris,
    reconciliation: Reconciliation,
    inputs: dict[str, Path] | None = None,
    tick: Callable[[], None] = lambda: None,
) -> Mapped:
    """Read and map every table of a source.

    Args:
        source: its description.
        model: what the columns may mean.
        iris: the IRI policy.
        reconciliation: bodies by printed text.
        inputs: files to read in place of the source's own tables, by table name.
        tick: called once a row, for a progress bar.

    Raises:
        SourceError: for anything that makes the tables unreadable; single bad cells are collected
            in `output.problems` instead, so that one run shows them all.
    """
    paths = {t.file: (inputs or {}).get(t.file, source.folder / t.file) for t in source.tables}
    tables = {name: read_table(path) for name, path in paths.items()}
    tables = apply_fixes(tables, source.folder)
    lines = read_mapping(source, read_table(source.folder / "mapping.csv"), tables, model)
    mapped = Mapped(source, Output(), {}, paths)
    for described in source.tables:
        table = tables[described.file]
        rows = _with_kinds(_joined(table, described.joins, tables), described, model)
        _check(described, table.header, model)
        for row in rows:
            _map_row(row, described, lines[described.file], mapped, model, iris, reconciliation)
            tick()
    return mapped


def _joined(table: Table, joins: tuple[Join, ...], tables: dict[str, Table]) -> list[Row]:
    """Return the rows with the columns of other tables that the joins take."""
    rows = list(table.rows)
    for join in joins:
        if join.file not in tables:
            raise SourceError(
                f"a join names the unknown table {join.file!r}", where=Where(table.name)
            )
        found: dict[str, Row] = {}
        for other in tables[join.file].rows:
            found.setdefault(other.cells[join.match], other)
        for index, row in enumerate(rows):
            match = found.get(row.cells[join.on]) if row.cells[join.on] else None
            taken = {name: match.cells[c] if match else "" for name, c in join.take.items()}
            rows[index] = replace(row, cells={**row.cells, **taken})
    return rows


def _with_kinds(rows: list[Row], described: TableDescription, model: Model) -> Iterator[Row]:
    """Add the columns `report_kind` and `report_key` to rows that have a report type."""
    for row in rows:
        if "report_type" not in row.cells:
            yield row
            continue
        kind = kind_of_type(model, row.cells["report_type"], row.cells.get("cycle", ""))
        cells = {**row.cells, "report_kind": kind or "", "report_key": ""}
        filled = (fill(template, cells) for template in described.report_key)
        cells["report_key"] = next((key for key in filled if key), "")
        yield replace(row, cells=cells)


def _check(described: TableDescription, header: tuple[str, ...], model: Model) -> None:
    """Check the templates and names of a table's description before any row is mapped."""
    columns = {*header, "report_kind", "report_key", *(n for j in described.joins for n in j.take)}
    check_template(described.unit, columns)
    for thing in described.things.values():
        for template in (thing.key, thing.part, *thing.values.values()):
            check_template(template, columns)
        definition = model.class_named(thing.class_name)
        for key in (*thing.links, *thing.values):
            model.property(definition.name, key)


def _applies(thing: Thing, row: Row) -> bool:
    """Say whether the row meets the thing's condition."""
    for column, wanted in thing.when.items():
        cell = row.cells.get(column, "")
        if wanted == "*" and cell:
            continue
        if cell in ([wanted] if isinstance(wanted, str) else wanted) and wanted != "*":
            continue
        return False
    return True


def _things(
    row: Row, described: TableDescription, model: Model, iris: Iris
) -> tuple[dict[str, NamedNode], dict[str, str]]:
    """Return the IRIs of the row's things, and how a key failed where one did."""
    found: dict[str, NamedNode] = {}
    failed: dict[str, str] = {}
    for thing in described.things.values():
        if not _applies(thing, row):
            continue
        if thing.of:
            part = fill(thing.part, row.cells)
            if thing.of in found and part and is_key(part):
                found[thing.name] = NamedNode(f"{found[thing.of].value}#{part}")
            continue
        key = fill(thing.key, row.cells)
        if key is None or not is_key(key):
            failed[thing.name] = key or ""
            continue
        found[thing.name] = iris.thing(model.class_named(thing.class_name).segment, key)
    return found, failed


def _map_row(
    row: Row,
    described: TableDescription,
    lines: tuple[Line, ...],
    mapped: Mapped,
    model: Model,
    iris: Iris,
    reconciliation: Reconciliation,
) -> None:
    """Map one row."""
    source = mapped.source
    unit = fill(described.unit, row.cells)
    if unit is None or not is_key(unit):
        raise SourceError(
            f"the row belongs to no unit: {described.unit!r} gives {unit!r}",
            where=Where(described.file, row.number),
            hint="fill the cells the key is made of",
        )
    graph = iris.graph(source.name, unit)
    _note_unit(mapped, described, unit, graph)
    things, failed = _things(row, described, model, iris)
    _check_keys(failed, described, row)
    context = RowContext(
        model=model,
        iris=iris,
        reconciliation=reconciliation,
        output=mapped.output,
        file=described.file,
        row=row,
        graph=graph,
        things=things,
        classes={name: thing.class_name for name, thing in described.things.items()},
    )
    for name in things:
        _state_thing(context, described.things[name], source)
    _map_cells(context, lines, described)


def _note_unit(mapped: Mapped, described: TableDescription, unit: str, graph: NamedNode) -> None:
    """Remember which files and pages a graph is read from."""
    known = mapped.units.setdefault(unit, Unit(graph, mapped.source, described.how_read))
    known.files.add(described.file)
    known.pages.update(described.pages)
    known.citations.update({described.citation} - {""})


def _check_keys(failed: dict[str, str], described: TableDescription, row: Row) -> None:
    """Refuse a row that describes a thing without giving it a key."""
    for name, key in failed.items():
        if described.things[name].mention:
            continue
        raise SourceError(
            f"the {described.things[name].class_name} has no usable key: "
            f"{described.things[name].key!r} gives {key!r}",
            where=Where(described.file, row.number),
            hint="fill the cells the key is made of; keys have letters, digits and dashes",
        )


def _map_cells(context: RowContext, lines: tuple[Line, ...], described: TableDescription) -> None:
    """Map every cell of a row that says something, as its lines of mapping.csv tell."""
    subject = subject_of(context, described.assessments)
    for line in lines:
        text = context.row.cells[line.column]
        if not text or line.how in {"key", "ignore"}:
            continue
        if line.how == "no-values":
            _map_no_values(context, line, lines, described, text)
        elif line.thing not in context.things:
            continue
        elif line.how == "assess":
            if subject is not None:
                map_assessment(context, line, subject, text)
        elif line.how == "total":
            map_total(context, line, text)
        else:
            CELLS[line.how](context, line, text)


def _state_thing(context: RowContext, thing: Thing, source: Source) -> None:
    """State a thing's class, its row, its links to other things of the row and its values."""
    node = context.things[thing.name]
    definition = context.model.class_named(thing.class_name)
    if not thing.mention:
        context.output.trace.add_thing(node.value, context.where())
        context.add(node, RDF("type").value, NamedNode(definition.iri))
        if thing.kind:
            context.add(node, RDF("type").value, NamedNode(thing.kind))
        if definition.segment and not thing.of:
            row = context.iris.source(source.name, context.file, context.row.number)
            context.add(node, PROV("wasDerivedFrom").value, row)
    for key, other in thing.links.items():
        if other in context.things:
            predicate = context.property(thing.name, key).iri
            context.add(node, predicate, context.things[other])
    for key, template in thing.values.items():
        text = fill(template, context.row.cells)
        if text is None:
            continue
        definition_ = context.property(thing.name, key)
        if definition_.scheme:
            code = context.model.schemes[definition_.scheme].find(text)
            if code is not None:
                context.add(node, definition_.iri, NamedNode(code.iri))
        else:
            datatype = NamedNode(definition_.datatypes[0])
            context.add(node, definition_.iri, Literal(text, datatype=datatype))


def _map_no_values(
    context: RowContext,
    line: Line,
    lines: tuple[Line, ...],
    described: TableDescription,
    text: str,
) -> None:
    """State why cells are empty: `column=ND;other=NR` names columns of the same table."""
    subject = subject_of(context, described.assessments)
    by_column = {other.column: other for other in lines}
    for part in text.split(";"):
        column, _, reason = part.partition("=")
        other = by_column.get(column.strip())
        if other is None:
            context.problem(line.column, f"{column!r} is no column", "write column=ND;column=NR")
            continue
        if other.how == "assess" and subject is not None:
            map_no_value(context, replace(other), subject, reason.strip())
