"""Map tables in our own layout, as `ogpld template` hands them out, to quads with their cells.

The column `key` names the thing a row describes; every other column is a property of its class, so the
lines of a mapping follow from the shapes (template_lines.py), and rows are mapped as those of any source.
Several values stand in one cell where the property may repeat, separated by ";" or " | " (as in the code
lists); text is separated by " | " only, because sentences have semicolons. Where a text of a column holds
more strokes between blanks, the longest run in the column separates and the others are text: so dumps
write a value that holds " | ". A cell that cannot be read is a Violation at its place and the reading
goes on; labels and bounds are derived elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from unicodedata import normalize

from ogpld.errors import Where
from ogpld.iris import Iris, is_key, slug
from ogpld.model import ClassDef, Model
from ogpld.model.tables import CODES_HEADER, LINKS
from ogpld.report import Finding, Severity
from ogpld.sources.key_template import key_hint
from ogpld.sources.ledger import Ledger
from ogpld.sources.reconciliation import Reconciliation
from ogpld.sources.row_context import Output
from ogpld.sources.rows import RowMapper
from ogpld.sources.source_description import TableDescription, ThingDefinition
from ogpld.sources.spoilt_cells import MADE_OF_NUMBER, NUMBER_HINT, is_day
from ogpld.sources.table import InputRow, InputTable
from ogpld.sources.template_lines import THING, class_of_table, template_lines

#: After so many unreadable cells of a table the rest of it is not read: a wrong file gives no longer report.
PROBLEM_LIMIT = 1_000
#: Characters of a file name that go into the graph's name.
_NAME_LIMIT = 60

#: By class, the column with the key that keys of its things begin with, as the ontology says in words
#: (`ogpld:keyForm`).
_BEGINNINGS = {
    "Assessment": "assesses",
    "Cluster": "plans",
    "Milestone": "commitment",
    "Report": "plans",
    "SubCommitment": "isPartOf",
}


def map_tables(
    tables: list[InputTable],
    model: Model,
    iris: Iris,
    class_name: str | None = None,
    place: TableTarget | None = None,
    keys: Mapping[str, Where] | None = None,
) -> Output:
    """Map tables to quads of one graph.

    The sheet of codes that our workbooks carry is passed over. Things of other tables are named by
    key, whether a sheet of the same file describes them or the current release does.

    Args:
        tables: what `ogpld.sources.table_of` gives.
        model: what columns may mean.
        iris: the IRI policy.
        class_name: class of the rows, where neither sheet name nor header need decide.
        place: graph of the statements and source of the rows; without one the graph is
            `submitted/<name of the file>`, and no statement names a row.
        keys: places of rows elsewhere that describe a thing of their own, by its IRI.

    Raises:
        SourceError: when a table is none of ours or has no column `key`.
    """
    filled = [table for table in tables if table.header != CODES_HEADER]
    if not filled:
        raise (tables[0] if tables else InputTable("", (), ())).without_rows()
    reader = _FilledTables(model, iris, place, keys=dict(keys or {}))
    for table in tables:
        reader.output.problems += table.about(reader.graph(table))
    for table in filled:
        definition = class_of_table(table, model, class_name, alone=len(filled) == 1)
        reader.read(table, definition)
    return reader.output


@dataclass(frozen=True, slots=True)
class TableTarget:
    """Where the statements of filled tables go, and what their rows are called.

    Attributes:
        source: name of the source whose tables they are.
        unit: name of the graph in it.
    """

    source: str
    unit: str


def table_file(table: InputTable) -> str:
    """Return the name a table is published under: that of its file, and of its sheet, as CSV.

    Whoever publishes several registers them (`ogpld.sources.names`), for two may have one name.
    """
    stem = slug(table.file.rpartition(".")[0]) or "table"
    return f"{stem}-{slug(table.sheet) or 'sheet'}.csv" if table.sheet else f"{stem}.csv"


def _submitted(table: InputTable) -> TableTarget:
    """Return where the statements of a submitted table go: to its file's name, without the type."""
    stem = table.file.rpartition(".")[0] or table.file
    # a confined worker, which reads what was sent, cannot load the tables of transliteration
    plain = normalize("NFKD", stem).encode("ascii", "ignore").decode()
    return TableTarget("submitted", slug(plain)[:_NAME_LIMIT].strip("-") or "table")


@dataclass(slots=True)
class _FilledTables:
    """The tables of one file on their way to quads.

    Attributes:
        keys: place of the key that names a thing, by the IRI of the thing.
    """

    model: Model
    iris: Iris
    place: TableTarget | None = None
    output: Output = field(default_factory=Output)
    keys: dict[str, Where] = field(default_factory=dict)

    def graph(self, table: InputTable) -> str:
        """Return the IRI of the graph a table's statements go to."""
        place = self.place or _submitted(table)
        return self.iris.graph(place.source, place.unit).value

    def read(self, table: InputTable, definition: ClassDef) -> None:
        """Map the rows of one table."""
        graph = self.graph(table)
        lines, findings = template_lines(table, definition, self.model, graph)
        self.output.problems += findings
        place = self.place or _submitted(table)
        thing = ThingDefinition(THING, definition.name, key="{key}", unique=True, key_column="key")
        mapper = RowMapper(
            place.source,
            TableDescription(table.name, place.unit, "read", {THING: thing}, layout="template"),
            table.header,
            lines,
            self.model,
            self.iris,
            Reconciliation({}),
            Ledger(),
            table_file(table) if self.place else None,
        )
        for column in mapper.columns():  # an empty column is still the place to fill
            self.output.trace.add_column(table.name, *column)
        problems, unreadable = self.output.problems, 0
        looked_at = len(
            problems
        )  # what was noticed before, or of other tables, is none of these cells
        for row in table.rows:
            if not any(row.cells.values()):
                continue
            fresh = problems[looked_at:]
            unreadable += sum(finding.severity is Severity.VIOLATION for finding in fresh)
            looked_at = len(problems)
            if unreadable > PROBLEM_LIMIT:
                self._stop(table, row, graph)
                return
            if self._has_own_key(table, row, definition, graph):
                self._look_at_beginning(table, row, definition)
                mapper.map(row, self.output, tracing=True)

    def _has_own_key(
        self, table: InputTable, row: InputRow, definition: ClassDef, graph: str
    ) -> bool:
        """Say whether the key of a row names a thing no row before it names; report where it does not."""
        key = row.cells["key"]
        where = Where(table.name, row.number, "key")
        if is_day(key):
            message = f"{key!r} is {MADE_OF_NUMBER}"
            self._refuse((where,), message, key, NUMBER_HINT, graph)
            return False
        if not is_key(key):
            self._refuse(
                (where,),
                f"{key!r} is no key" if key else "the row has no key",
                key,
                key_hint(key, "use letters, digits and dashes, beginning with a letter or digit"),
                graph,
            )
            return False
        node = self.iris.thing(definition.segment, key).value
        first = self.keys.setdefault(node, where)
        if first != where:
            self._refuse(
                (where, first),
                f"the key {key!r} stands twice; the row was not read",
                key,
                f"give the row a key of its own, or join it with the one at {first}",
                node,
            )
            return False
        return True

    def _look_at_beginning(self, table: InputTable, row: InputRow, definition: ClassDef) -> None:
        """Report a key that does not begin with that of the thing its row belongs to."""
        column, key = _BEGINNINGS.get(definition.name, ""), row.cells["key"]
        things = [
            text.removeprefix(f"{self.iris.base}id/")
            for text in LINKS.split(row.cells.get(column, ""))
        ]
        owners = [text.rpartition("/")[2] for text in things if "://" not in text]
        if owners and not any(key.startswith(f"{owner}-") for owner in owners):
            self.output.problems.append(
                Finding(
                    Severity.WARNING,
                    focus=self.iris.thing(definition.segment, key).value,
                    message=f"the key does not begin with the one in {column!r}",
                    where=(
                        Where(table.name, row.number, "key"),
                        Where(table.name, row.number, column),
                    ),
                    cell=key,
                    hint=f"keys are made of {definition.key_form}; was a column sorted without the others?",
                )
            )

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

    def _stop(self, table: InputTable, row: InputRow, graph: str) -> None:
        self._refuse(
            (Where(table.name, row.number),),
            f"more than {PROBLEM_LIMIT} cells cannot be read; this row and those after it were not",
            "",
            "mend those above first; is it the right table, and the right class?",
            graph,
        )
