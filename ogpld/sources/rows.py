"""Turn the rows of one table into quads: what source.toml and mapping.csv say, prepared once.

A row tells of things (a commitment, its plan, its member), links them, and fills their properties cell
by cell. Nothing of that depends on other rows, so a table can be of any length and a row can be mapped
again when somebody asks where a statement is from (lazy_trace.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import suppress
from itertools import compress
from operator import itemgetter

from ogpld.errors import SourceError, Where
from ogpld.iris import Iris, is_key
from ogpld.model import Model
from ogpld.rdf import NS, NamedNode
from ogpld.report import Finding, Severity
from ogpld.sources.assessing import (
    Indicator,
    check_number_of,
    detail_of,
    no_values_of,
    subject_of,
    total_of,
)
from ogpld.sources.cells import CELLS, Action, Columns
from ogpld.sources.contact import contact_data
from ogpld.sources.dates import UNPROVEN, DateOrder
from ogpld.sources.key_template import Template
from ogpld.sources.ledger import Ledger
from ogpld.sources.lost_cells import LostCells
from ogpld.sources.mapping import MappingLine, silent_texts
from ogpld.sources.names import SourceNames
from ogpld.sources.reconciliation import Reconciliation
from ogpld.sources.report_keys import kind_of_type, kinds_of_cycle
from ogpld.sources.row_context import Output, RowContext
from ogpld.sources.row_things import RowThing
from ogpld.sources.rownames import RowNames
from ogpld.sources.shared_things import SharedThings
from ogpld.sources.source_description import TableDescription, ThingDefinition
from ogpld.sources.table import InputRow

_UNMAPPED = {"key", "ignore", "withhold"}


class RowMapper:
    """Map the rows of one table.

    Args:
        source: name of the source.
        described: what a row tells of.
        header: the columns of the table.
        lines: what the columns mean.
        model: classes, properties and code lists.
        iris: the IRI policy.
        reconciliation: bodies by printed text.
        ledger: what ids of commitments mean.
        published: name the table is published under, None where it is not: no statement names a row then.
        date_order: what the printed dates of the whole table prove.

    Raises:
        SourceError: for a line that names what is not there (descriptions: description_check.py).
    """

    def __init__(
        self,
        source: str,
        described: TableDescription,
        header: tuple[str, ...],
        lines: tuple[MappingLine, ...],
        model: Model,
        iris: Iris,
        reconciliation: Reconciliation,
        ledger: Ledger,
        published: str | None,
        date_order: DateOrder = UNPROVEN,
    ) -> None:
        self.described, self.date_order = described, date_order
        self.units: dict[str, NamedNode] = {}
        self.header = header
        self._source, self._lines = source, lines
        self._published = published
        self._model, self._iris = model, iris
        self._things = [
            RowThing(thing, described, lines, model, iris, ledger)
            for thing in described.things.values()
        ]
        self._lost_cells = LostCells(described, header, lines, self._things)
        unit = Template(described.unit, described.empty)
        self.names = RowNames(
            described.file, unit, self._things, lines, self._find, iris, reconciliation
        )
        self._keyed = [
            row_thing
            for row_thing in self._things
            if not (row_thing.thing.mention or row_thing.thing.of)
            and row_thing.template.columns <= {*header}
        ]
        self._shared = SharedThings(described.file, header, self._things)
        compiled = list(self._compile(reconciliation, date_order))
        self._actions = [action for _, action in compiled]
        names = [column for column, _ in compiled]
        self._texts = itemgetter(*names) if len(names) > 1 else _each(names)
        empty, assessed = described.empty, described.assessments
        self._unit, self._plain_unit = unit, unit.columns <= {*header}
        self._report_keys = [Template(text, empty) for text in described.report_key]
        self._years = [Template(text, empty) for text in described.years]
        self._cycle = Template(assessed.cycle, empty) if assessed else None
        self._kinds: dict[str | None, tuple[str, str]] = {}
        self._roles = (assessed.target, assessed.plan, assessed.report) if assessed else None
        self._classes = {name: thing.class_name for name, thing in described.things.items()}
        self._mentions = frozenset(n for n, thing in described.things.items() if thing.mention)
        self._table = iris.source(source, published).value if published else ""
        self._positions = {column: at for at, column in enumerate(header, 1)}
        self._kept_back = list(dict.fromkeys(line.column for line in lines if line.withhold))
        self._fills = {line.column: line.thing for line in reversed(lines) if line.thing}
        members = (n for n, t in described.things.items() if t.class_name == "Member")
        self._member = next(members, "")

    def map(self, row: InputRow, output: Output, *, tracing: bool = False) -> list[NamedNode]:
        """Map one row.

        Args:
            row: the row.
            output: where quads and findings go.
            tracing: whether to remember the cells; then everything is stated, also what earlier rows
                have said of the same member, plan or report in the same words.

        Returns:
            Things the row says something of, in words an earlier row had.

        Raises:
            SourceError: for a row whose graph or things have no usable key.
        """
        row, cycle = self._computed(row)
        cells, graph = row.cells, self._graph(row)
        things = self._find(row)
        context = RowContext(
            model=self._model,
            iris=self._iris,
            output=output,
            file=self.described.file,
            row=row,
            graph=graph,
            things=things,
            classes=self._classes,
            mentions=self._mentions,
            subject=subject_of(self._roles, things, cycle),
            member=things[self._member].value.rpartition("/")[2] if self._member in things else "",
            years=self._plan_years(cells),
            tracing=tracing,
            fills=self._fills,
            table=self._table,
            positions=self._positions,
        )
        self._lost_cells.report(context, cycle)
        repeated = {} if tracing else self._shared.repeated(graph, row, things, output)
        origin = None
        if self._published:
            origin = self._iris.source(self._source, self._published, row.number)
        for row_thing in self._things:
            name = row_thing.thing.name
            if name in things and name not in repeated:
                row_thing.state(context, origin)
        active = things.keys() - repeated.keys() | {""}
        texts = self._texts(cells)
        withheld = self._withheld(context)
        for text, (skipped, thing, column, action) in compress(
            zip(texts, self._actions, strict=True), texts
        ):
            if text not in skipped and thing in active and column not in withheld:
                action(context, text)
        return list(repeated.values())

    def _withheld(self, context: RowContext) -> set[str]:
        """Report the cells that are kept back, whatever the row tells of; return their columns."""
        withheld = set()
        for column in self._kept_back:
            text = context.row.cells[column]
            if text and (reason := contact_data(text)):
                context.withhold(column, reason)
                withheld.add(column)
        return withheld

    def _computed(self, row: InputRow) -> tuple[InputRow, str | None]:
        """Return a row with the columns that are computed from others, and the plan's cycle."""
        cells, cycle = row.cells, None
        if self._cycle:
            cycle = self._cycle.fill(cells)
            if cycle not in self._kinds:
                self._kinds[cycle] = kinds_of_cycle(self._model, cycle)
            first, last = self._kinds[cycle]
            cells = {**cells, "first_kind": first, "last_kind": last}
        if "report_type" in cells:
            cells = self._with_kind(cells)
        return InputRow(row.number, cells, row.stored), cycle

    def unit(self, row: InputRow, names: SourceNames) -> str:
        """Return the name of the unit a row belongs to, and register the names in its addresses.

        Raises:
            SourceError: for a row without a unit, or a name that cannot be told from another.
        """
        if not self._plain_unit or self.names.any:
            row, _ = self._computed(row)
        graph = self._graph(row).value
        self.names.register(names, row, graph)
        return graph.rpartition("/")[2]

    def identity(self, row: InputRow) -> str:
        """Return the IRI of the thing that no other row may describe, "" when there is none."""
        return self.own_thing(row)[1]

    def own_thing(self, row: InputRow) -> tuple[ThingDefinition | None, str, tuple[str, ...]]:
        """Return the thing that no other row may describe, its IRI, and the names that its key is made of.

        None, "" and no names when there is none. Two names that give one key are refused by `unit`.
        """
        for row_thing in self._things:
            if row_thing.thing.unique:
                plain = row_thing.deciding_columns <= row.cells.keys()
                cells = row.cells if plain else self._computed(row)[0].cells
                with suppress(SourceError):  # a key that is none is told by `keyed`
                    if node := row_thing.find(cells, {}):
                        template = row_thing.template
                        names = template.identity(cells) if template.naming else ()
                        return row_thing.thing, node.value, names
        return None, "", ()

    def keyed(self, row: InputRow, problems: list[Finding]) -> Iterator[str]:
        """Yield the IRIs of the things a row describes, those whose keys stand in its own cells.

        Args:
            row: the row.
            problems: take a Violation for each key that is none.
        """
        for row_thing in self._keyed:
            try:
                if node := row_thing.find(row.cells, {}):
                    yield node.value
            except SourceError as error:
                address = self._iris.source(self._source, self.described.published, row.number)
                places = row_thing.key_places(row)
                problems.append(
                    Finding(
                        Severity.VIOLATION,
                        focus=address.value,
                        message=error.message,
                        where=places,
                        cell=row.cells.get(places[0].column or "") or None,
                        hint=row_thing.key_hint(row, error),
                    )
                )

    def columns(self) -> Iterator[tuple[str, str, str]]:
        """Yield property, beginning of the subject's IRI, and column of every mapped column."""
        prefixes = {row_thing.thing.name: row_thing.prefix for row_thing in self._things}
        for line in self._lines:
            if line.how in {"assess", "detail"}:
                predicate = NS("value" if line.how == "assess" else line.term)
                yield predicate.value, f"{self._iris.base}id/assessment", line.column
            elif line.how == "total":
                yield NS("count").value, f"{self._iris.base}id/report#", line.column
            elif line.how in CELLS and line.term:
                named = self.described.things[line.thing].class_name
                definition = self._model.property(named, line.term)
                yield definition.iri, prefixes[line.thing], line.column

    def _compile(
        self, reconciliation: Reconciliation, date_order: DateOrder
    ) -> Iterator[tuple[str, tuple[frozenset[str], str, str, Action]]]:
        """Yield each column with what to do with its cells, in the order of the mapping.

        That is: texts to pass over, the thing, the column where it may be kept back, and the action.
        """
        dates = tuple({line.column: None for line in self._lines if line.how == "date"})
        of_column: dict[str, tuple[MappingLine, ...]] = {}
        for line in self._lines:
            of_column[line.column] = (*of_column.get(line.column, ()), line)
        columns = Columns(
            self._model, self._iris, reconciliation, self.described, dates, date_order, of_column
        )
        indicators = {
            line.column: Indicator(line, columns) for line in self._lines if line.how == "assess"
        }
        for line in self._lines:
            thing = line.thing
            if line.how in _UNMAPPED:
                continue
            if line.how == "assess":
                action: Action = indicators[line.column]
            elif line.how in {"detail", "twin"}:
                make = detail_of if line.how == "detail" else check_number_of
                action = make(line, columns, self._indicator(line, indicators))
            elif line.how == "no-values":
                action, thing = no_values_of(line, indicators, columns, {*self.header}), ""
            elif line.how == "total":
                action = total_of(line, columns)
            else:
                action = CELLS[line.how](line, columns)
            skipped, private = silent_texts(line, self.described), line.column * line.withhold
            yield line.column, (skipped, thing, private, action)

    def _indicator(self, line: MappingLine, indicators: dict[str, Indicator]) -> Indicator:
        """Return the column a detail or a twin speaks of."""
        if line.argument not in indicators:
            raise SourceError(
                f"{line.argument!r} holds no assessments",
                where=Where(f"{self._source}/mapping.csv", column="how"),
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

    def _graph(self, row: InputRow) -> NamedNode:
        unit = self._unit.fill(row.cells)
        if unit is not None and unit in self.units:
            return self.units[unit]
        if unit is None or not is_key(unit):
            raise row_without_unit(self.described, self._unit.columns, row, unit)
        self.units[unit] = self._iris.graph(self._source, unit)
        return self.units[unit]

    def _plan_years(self, cells: dict[str, str]) -> tuple[int, int] | None:
        years = [template.fill(cells) or "" for template in self._years]
        if len(years) == 2 and all(year.isdecimal() for year in years):  # noqa: PLR2004
            return int(years[0]), int(years[1])
        return None

    def _find(self, row: InputRow) -> dict[str, NamedNode]:
        """Return the IRIs of the row's things."""
        nodes: dict[str, NamedNode] = {}
        for thing in self._things:
            try:
                node = thing.find(row.cells, nodes)
            except SourceError as error:
                place, *_ = thing.key_places(row)
                hint = thing.key_hint(row, error)
                raise SourceError(error.message, where=place, hint=hint) from error
            if node is not None:
                nodes[thing.thing.name] = node
        return nodes


def _each(columns: list[str]) -> Callable[[dict[str, str]], tuple[str, ...]]:
    """Return what takes the cells of columns from a row; itemgetter does it for two and more."""
    return lambda cells: tuple(cells[column] for column in columns)


def row_without_unit(
    described: TableDescription, columns: AbstractSet[str], row: InputRow, unit: str | None
) -> SourceError:
    """Return the error of a row without a unit: what it lacks, or which other row that should have told.

    Args:
        described: the row's table.
        columns: the columns that a unit's name is made of.
        row: the row, joined columns included.
        unit: the name that came of it, None for none.
    """
    for join in described.joins:
        if not columns.isdisjoint(join.take) and not any(row.cells[c] for c in join.take):
            texts = " ".join(row.cells[column] for column in join.on)
            return SourceError(
                f"{' '.join(join.on)} {texts!r} is in no row of {join.file}",
                where=Where(described.file, row.number, join.on[0]),
                hint=f"correct it, put the row back into {join.file}, or take this row out as well",
            )
    return SourceError(
        f"the row belongs to no unit: {described.unit!r} gives {unit!r}",
        where=Where(described.file, row.number),
        hint="fill the cells the key is made of",
    )
