"""Turn the rows of one table into quads: what source.toml and mapping.csv say, prepared once.

A row tells of things (a commitment, its plan, its member), links them, and fills their properties cell
by cell. Nothing of that depends on other rows, so a table can be of any length and a row can be mapped
again when somebody asks where a statement is from (retrace.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ogpld.errors import SourceError, Where
from ogpld.iris import Iris, is_key
from ogpld.model import Model
from ogpld.rdf import NS, PROV, RDF, Literal, NamedNode
from ogpld.sources.assessing import (
    Indicator,
    detail_of,
    no_values_of,
    subject_of,
    total_of,
    twin_of,
)
from ogpld.sources.cells import CELLS, Action, Columns
from ogpld.sources.context import Output, RowContext
from ogpld.sources.description import Source, TableDescription, Thing
from ogpld.sources.mapping import Line
from ogpld.sources.reconciliation import Reconciliation
from ogpld.sources.reports import kind_of_type, kinds_of_cycle
from ogpld.sources.row import Row
from ogpld.sources.template import Template, check_template

_UNMAPPED = {"key", "ignore", "withhold"}
#: Cells that say nothing to a flag; `empty` of source.toml adds to them.
_NO_FLAG = {"", "0"}


@dataclass(frozen=True, slots=True)
class _Prepared:
    """One thing of the rows with everything that is the same in all of them."""

    thing: Thing
    key: Template | None
    part: Template | None
    prefix: str
    when: tuple[tuple[str, frozenset[str] | None], ...]
    pairs: tuple[tuple[NamedNode, NamedNode], ...]
    links: tuple[tuple[NamedNode, str], ...]
    values: tuple[tuple[NamedNode, Template, str], ...]
    has_row: bool


class RowMapper:
    """Map the rows of one table.

    Args:
        source: the source, for its name.
        described: what a row tells of.
        header: the columns of the table.
        lines: what the columns mean.
        model: classes, properties and code lists.
        iris: the IRI policy.
        reconciliation: bodies by printed text.

    Raises:
        SourceError: for a template or a line that names what is not there.
    """

    def __init__(
        self,
        source: Source,
        described: TableDescription,
        header: tuple[str, ...],
        lines: tuple[Line, ...],
        model: Model,
        iris: Iris,
        reconciliation: Reconciliation,
    ) -> None:
        _check(described, header, model)
        self.described = described
        self.units: dict[str, NamedNode] = {}
        self._source, self._header, self._lines = source, header, lines
        self._model, self._iris = model, iris
        self._things = [self._prepare(thing) for thing in described.things.values()]
        self._actions = list(self._compile(reconciliation))
        empty, assessed = described.empty, described.assessments
        self._unit = Template(described.unit, empty)
        self._report_keys = [Template(text, empty) for text in described.report_key]
        self._years = [Template(text, empty) for text in described.years]
        self._cycle = Template(assessed.cycle, empty) if assessed else None
        self._roles = (assessed.target, assessed.plan, assessed.report) if assessed else None
        self._classes = {name: thing.class_name for name, thing in described.things.items()}
        self._mentions = frozenset(n for n, thing in described.things.items() if thing.mention)
        members = (n for n, t in described.things.items() if t.class_name == "Member")
        self._member = next(members, "")

    def map(self, row: Row, output: Output, *, tracing: bool = False) -> None:
        """Map one row.

        Raises:
            SourceError: for a row whose graph or things have no usable key.
        """
        cells, cycle = row.cells, None
        if self._cycle:
            cycle = self._cycle.fill(cells)
            first, last = kinds_of_cycle(self._model, cycle)
            cells = {**cells, "first_kind": first, "last_kind": last}
        if "report_type" in cells:
            cells = self._with_kind(cells)
        row = Row(row.number, cells)
        things = self._find(row)
        context = RowContext(
            model=self._model,
            iris=self._iris,
            output=output,
            file=self.described.file,
            row=row,
            graph=self._graph(row),
            things=things,
            classes=self._classes,
            mentions=self._mentions,
            subject=subject_of(self._roles, things, cycle),
            member=things[self._member].value.rpartition("/")[2] if self._member in things else "",
            years=self._plan_years(cells),
            tracing=tracing,
        )
        for prepared in self._things:
            if prepared.thing.name in things:
                self._state(context, prepared)
        for column, skipped, thing, action in self._actions:
            text = cells[column]
            if text not in skipped and (not thing or thing in things):
                action(context, text)

    def identity(self, row: Row) -> str:
        """Return the IRI of the thing that no other row may describe, "" when there is none."""
        for prepared in self._things:
            if prepared.thing.unique and prepared.key and self._applies(prepared, row):
                key = prepared.key.fill(row.cells)
                return f"{prepared.prefix}/{key}" if key else ""
        return ""

    def columns(self) -> Iterator[tuple[str, str, str]]:
        """Yield property, beginning of the subject's IRI, and column of every mapped column."""
        parts = {p.thing.name: f"{p.prefix}#" if p.part else p.prefix for p in self._things}
        for line in self._lines:
            if line.how in {"assess", "detail"}:
                predicate = NS("value" if line.how == "assess" else line.term)
                yield predicate.value, f"{self._iris.base}id/assessment", line.column
            elif line.how == "total":
                yield NS("count").value, f"{self._iris.base}id/report#", line.column
            elif line.how in CELLS:
                definition = self._model.property(
                    self.described.things[line.thing].class_name, line.term
                )
                yield definition.iri, parts[line.thing], line.column

    def _prepare(self, thing: Thing) -> _Prepared:
        definition = self._model.class_named(thing.class_name)
        empty = self.described.empty
        owner = self.described.things.get(thing.of)
        segment = self._model.class_named(owner.class_name).segment if owner else definition.segment
        pairs = []
        if not thing.mention:
            pairs = [(RDF("type"), NamedNode(definition.iri))]
            pairs += [(RDF("type"), NamedNode(thing.kind))] if thing.kind else []
        return _Prepared(
            thing,
            None if thing.of else Template(thing.key, empty),
            Template(thing.part, empty) if thing.of else None,
            f"{self._iris.base}id/{segment}",
            tuple(
                (column, None if wanted == "*" else _texts(wanted))
                for column, wanted in thing.when.items()
            ),
            tuple(pairs),
            tuple(
                (NamedNode(self._model.property(definition.name, key).iri), other)
                for key, other in thing.links.items()
            ),
            tuple(
                (NamedNode(found.iri), Template(text, empty), found.scheme or found.datatypes[0])
                for found, text in (
                    (self._model.property(definition.name, key), text)
                    for key, text in thing.values.items()
                )
            ),
            has_row=bool(definition.segment) and not thing.of and not thing.mention,
        )

    def _compile(
        self, reconciliation: Reconciliation
    ) -> Iterator[tuple[str, frozenset[str], str, Action]]:
        """Yield column, texts to pass over, thing and what to do, in the order of the mapping."""
        dates = tuple({line.column: None for line in self._lines if line.how == "date"})
        columns = Columns(self._model, self._iris, reconciliation, self.described, dates)
        indicators = {
            line.column: Indicator(line, columns) for line in self._lines if line.how == "assess"
        }
        silent = frozenset({"", *self.described.empty})
        for line in self._lines:
            skipped, thing = silent, line.thing
            if line.how in _UNMAPPED:
                continue
            if line.how == "assess":
                action: Action = indicators[line.column]
                skipped = frozenset({""})
            elif line.how in {"detail", "twin"}:
                make = detail_of if line.how == "detail" else twin_of
                action = make(line, columns, self._indicator(line, indicators))
                skipped, thing = frozenset({""}), line.thing
            elif line.how == "no-values":
                action, thing = no_values_of(line, indicators, set(self._header)), ""
            elif line.how == "total":
                action = total_of(line)
            else:
                action = CELLS[line.how](line, columns)
                skipped = silent | _NO_FLAG if line.how == "flag" else silent
            yield line.column, skipped, thing, action

    def _indicator(self, line: Line, indicators: dict[str, Indicator]) -> Indicator:
        """Return the column a detail or a twin speaks of."""
        if line.argument not in indicators:
            raise SourceError(
                f"{line.argument!r} holds no assessments",
                where=Where(f"{self._source.name}/mapping.csv", column="how"),
                hint=f"{line.how}:COLUMN names a column with how=assess",
            )
        return indicators[line.argument]

    def _with_kind(self, cells: dict[str, str]) -> dict[str, str]:
        """Add the columns `report_kind` and `report_key` to a row that has a report type."""
        kind = kind_of_type(self._model, cells["report_type"], cells.get("cycle", ""))
        cells = {**cells, "report_kind": kind or "", "report_key": ""}
        filled = (template.fill(cells) for template in self._report_keys)
        cells["report_key"] = next((key for key in filled if key), "")
        return cells

    def _graph(self, row: Row) -> NamedNode:
        unit = self._unit.fill(row.cells)
        if unit is not None and unit in self.units:
            return self.units[unit]
        if unit is None or not is_key(unit):
            raise SourceError(
                f"the row belongs to no unit: {self.described.unit!r} gives {unit!r}",
                where=Where(self.described.file, row.number),
                hint="fill the cells the key is made of",
            )
        self.units[unit] = self._iris.graph(self._source.name, unit)
        return self.units[unit]

    def _plan_years(self, cells: dict[str, str]) -> tuple[int, int] | None:
        years = [template.fill(cells) or "" for template in self._years]
        if len(years) == 2 and all(year.isdecimal() for year in years):  # noqa: PLR2004
            return int(years[0]), int(years[1])
        return None

    def _find(self, row: Row) -> dict[str, NamedNode]:
        """Return the IRIs of the row's things."""
        found: dict[str, NamedNode] = {}
        for prepared in self._things:
            thing = prepared.thing
            if not self._applies(prepared, row):
                continue
            if prepared.part is not None:
                part = prepared.part.fill(row.cells)
                if thing.of in found and part and is_key(part):
                    found[thing.name] = NamedNode(f"{found[thing.of].value}#{part}")
                continue
            key = prepared.key.fill(row.cells) if prepared.key else None
            if key is not None and is_key(key):
                found[thing.name] = NamedNode(f"{prepared.prefix}/{key}")
            elif not thing.mention:
                raise SourceError(
                    f"the {thing.class_name} has no usable key: {thing.key!r} gives {key or ''!r}",
                    where=Where(self.described.file, row.number),
                    hint="fill the cells the key is made of; keys have letters, digits and dashes",
                )
        return found

    def _applies(self, prepared: _Prepared, row: Row) -> bool:
        """Say whether the row meets the thing's condition."""
        for column, wanted in prepared.when:
            text = row.cells.get(column, "")
            text = "" if text in self.described.empty else text
            if not text if wanted is None else text not in wanted:
                return False
        return True

    def _state(self, context: RowContext, prepared: _Prepared) -> None:
        """State a thing's class, its row, its links to other things of the row and its values."""
        thing, node = prepared.thing, context.things[prepared.thing.name]
        if not thing.mention:
            context.describe(node)
        for predicate, value in prepared.pairs:
            context.add(node, predicate, value)
        if prepared.has_row:
            row = self._iris.source(self._source.name, context.file, context.row.number)
            context.add(node, PROV("wasDerivedFrom"), row)
        for predicate, other in prepared.links:
            if other in context.things:
                context.add(node, predicate, context.things[other])
        for predicate, template, kind in prepared.values:
            text = template.fill(context.row.cells)
            if text is None:
                continue
            scheme = self._model.schemes.get(kind)
            if scheme is None:
                context.add(node, predicate, Literal(text, datatype=NamedNode(kind)))
            elif code := scheme.find(text):
                context.add(node, predicate, NamedNode(code.iri))


def _texts(wanted: str | list[str]) -> frozenset[str]:
    return frozenset([wanted] if isinstance(wanted, str) else wanted)


def _check(described: TableDescription, header: tuple[str, ...], model: Model) -> None:
    """Check the templates and names of a table's description before any row is mapped."""
    columns = {*header, "report_kind", "report_key", *(n for j in described.joins for n in j.take)}
    if described.assessments:
        columns |= {"first_kind", "last_kind"}
        check_template(described.assessments.cycle, columns)
    for text in (described.unit, *described.years):
        check_template(text, columns)
    for thing in described.things.values():
        for template in (thing.key, thing.part, *thing.values.values()):
            check_template(template, columns)
        definition = model.class_named(thing.class_name)
        for key in (*thing.links, *thing.values):
            model.property(definition.name, key)
