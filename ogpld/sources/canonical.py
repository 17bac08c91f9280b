"""Map tables in our own layout, as `ogpld template` hands them out, to quads with their cells.

The column `key` names the thing a row describes; every other column is a property of its class. Several
values stand in one cell where the property may repeat, separated by ";" or " | " (as in the code
lists); text is separated by " | " only, because sentences have semicolons. Where a text of a column
holds more strokes between blanks, the longest run in the column separates and the others are text: so dumps
write a value that holds " | ". A cell that cannot be read is a Violation at its place and the reading goes
on; labels and bounds are derived elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from unicodedata import normalize

from ogpld.errors import SourceError, Where
from ogpld.iris import Iris, is_key, slug
from ogpld.model import ClassDef, Model
from ogpld.model.tables import CODES_HEADER, TableColumn, is_text, longest_strokes, separator
from ogpld.rdf import PROV, RDF, NamedNode
from ogpld.report import Finding, Severity
from ogpld.sources.header_columns import class_of_table, read_columns
from ogpld.sources.row_context import Output, RowContext
from ogpld.sources.table import InputRow, InputTable
from ogpld.sources.values import map_cell

#: Name by which the row's thing is known in a RowContext.
THING = "thing"
#: After so many unreadable cells the rest is not read: a wrong file gives no longer report.
PROBLEM_LIMIT = 1_000
#: Characters of a file name that go into the graph's name.
_NAME_LIMIT = 60


def map_canonical(
    table: InputTable, model: Model, iris: Iris, class_name: str | None = None
) -> Output:
    """Map one table; see `map_tables`."""
    return map_tables([table], model, iris, class_name)


def map_tables(
    tables: list[InputTable],
    model: Model,
    iris: Iris,
    class_name: str | None = None,
    place: TableTarget | None = None,
) -> Output:
    """Map the tables of one file to quads of one graph.

    The sheet of codes that our workbooks carry is passed over. Things of other tables are named by
    key, whether a sheet of the same file describes them or the current release does.

    Args:
        tables: what `ogpld.sources.table_of` gives.
        model: what columns may mean.
        iris: the IRI policy.
        class_name: class of the rows, where neither sheet name nor header need decide.
        place: graph of the statements and source of the rows; without one the graph is
            `submitted/<name of the file>`, and no statement names a row.

    Raises:
        SourceError: when a table is none of ours or has no column `key`.
    """
    told = [table for table in tables if table.header != CODES_HEADER]
    if not told:
        name = tables[0].name if tables else ""
        raise SourceError("the table has no rows", where=Where(name), hint="fill in a row")
    submission = _Submission(model, iris, place)
    for table in tables:
        graph = place.graph if place else graph_of(table, iris)
        submission.output.problems += table.about(graph.value)
    for table in told:
        definition = class_of_table(table, model, class_name, alone=len(told) == 1)
        submission.read(table, definition)
    return submission.output


@dataclass(frozen=True, slots=True)
class TableTarget:
    """Where the statements of filled tables go, and what their rows are called.

    Attributes:
        graph: the graph.
        source: name of the source whose tables they are.
    """

    graph: NamedNode
    source: str


def table_file(table: InputTable) -> str:
    """Return the name a table is published under: that of its file, and of its sheet, as CSV.

    Whoever publishes several registers them (`ogpld.sources.names`), for two may have one name.
    """
    stem = slug(table.file.rpartition(".")[0]) or "table"
    return f"{stem}-{slug(table.sheet) or 'sheet'}.csv" if table.sheet else f"{stem}.csv"


def graph_of(table: InputTable, iris: Iris) -> NamedNode:
    """Return the graph a table's statements go to: its file's name, without the type."""
    stem = table.file.rpartition(".")[0] or table.file
    # a confined worker, which reads what was sent, cannot load the tables of transliteration
    plain = normalize("NFKD", stem).encode("ascii", "ignore").decode()
    return iris.graph("submitted", slug(plain)[:_NAME_LIMIT].strip("-") or "table")


@dataclass(slots=True)
class _Submission:
    """The tables of one file on their way to quads."""

    model: Model
    iris: Iris
    place: TableTarget | None = None
    output: Output = field(default_factory=Output)
    seen: dict[str, Where] = field(default_factory=dict)

    def read(self, table: InputTable, definition: ClassDef) -> None:
        """Map the rows of one table."""
        graph = self.place.graph if self.place else graph_of(table, self.iris)
        columns, findings = read_columns(table, definition, self.model, graph.value)
        self.output.problems += findings
        columns = [self._separated(table, column, graph) for column in columns]
        for column in columns:
            if column.definition:  # an empty column is still the place to fill
                self.output.trace.columns.setdefault(
                    (table.name, column.definition.iri), column.name
                )
        for row in table.rows:
            if not any(row.cells.values()):
                continue
            if len(self.output.problems) > PROBLEM_LIMIT:
                self._stop(table, row, graph)
                return
            self._read_row(table, row, definition, columns, graph)

    def _separated(self, table: InputTable, column: TableColumn, graph: NamedNode) -> TableColumn:
        """Return a column of texts with what separates its values; say so where it is not one stroke."""
        found = column.definition
        if found is None or not is_text(found) or not column.repeats:
            return column
        strokes = max((longest_strokes(row.cells[column.name]) for row in table.rows), default=1)
        if strokes <= 1:
            return column
        between = separator(strokes - 1)
        self.output.problems.append(
            Finding(
                Severity.INFO,
                focus=graph.value,
                message=f"the values of {column.name!r} are separated by {between!r}, the most strokes in it",
                path=found.iri,
                where=(Where(table.name, 1, column.name),),
                cell=column.name,
                hint="fewer strokes between blanks are text in this column",
            )
        )
        return replace(column, strokes=strokes)

    def _read_row(
        self,
        table: InputTable,
        row: InputRow,
        definition: ClassDef,
        columns: list[TableColumn],
        graph: NamedNode,
    ) -> None:
        node = self._node(table, row, definition, graph)
        if node is None:
            return
        context = RowContext(
            model=self.model,
            iris=self.iris,
            output=self.output,
            file=table.name,
            row=row,
            graph=graph,
            things={THING: node},
            classes={THING: definition.name},
        )
        self.output.trace.add_thing(node.value, context.where())
        context.add(node, RDF("type"), NamedNode(definition.iri), "key")
        if self.place:
            origin = self.iris.source(self.place.source, table_file(table), row.number)
            context.add(node, PROV("wasDerivedFrom"), origin, "key")
        for column in columns:
            if row.cells[column.name]:
                map_cell(context, THING, column)

    def _node(
        self, table: InputTable, row: InputRow, definition: ClassDef, graph: NamedNode
    ) -> NamedNode | None:
        """Return the thing a row describes, None (and a Violation) when its key is of no use."""
        key = row.cells["key"]
        where = Where(table.name, row.number, "key")
        if not is_key(key):
            self._refuse(
                (where,),
                f"{key!r} is no key" if key else "the row has no key",
                key,
                "use letters, digits and dashes, beginning with a letter or digit",
                graph.value,
            )
            return None
        node = self.iris.thing(definition.segment, key)
        first = self.seen.setdefault(node.value, where)
        if first != where:
            self._refuse(
                (where, first),
                f"the key {key!r} stands twice; the row was not read",
                key,
                f"give the row a key of its own, or join it with the one at {first}",
                node.value,
            )
            return None
        return node

    def _refuse(
        self, where: tuple[Where, ...], message: str, cell: str, hint: str, focus: str
    ) -> None:
        self.output.problems.append(
            Finding(
                Severity.VIOLATION,
                focus=focus,
                message=message,
                where=where,
                cell=cell,
                hint=hint,
            )
        )

    def _stop(self, table: InputTable, row: InputRow, graph: NamedNode) -> None:
        self._refuse(
            (Where(table.name, row.number),),
            f"more than {PROBLEM_LIMIT} cells cannot be read; this row and those after it were not",
            "",
            "mend those above first; is it the right table, and the right class?",
            graph.value,
        )
