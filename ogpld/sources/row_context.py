"""What the cells of one row are mapped in: its things, its graph, and where findings go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from ogpld.errors import Where
from ogpld.iris import Iris, cell_iri
from ogpld.linksets import LINK_PREDICATES, linkset_of
from ogpld.model import Model, PropertyDef
from ogpld.rdf import PROV, Literal, NamedNode, Quad
from ogpld.report import Finding, Severity
from ogpld.sources.table import InputRow
from ogpld.sources.trace import Trace, TracedCell

DERIVED = PROV("wasDerivedFrom")


@dataclass(slots=True)
class Output:
    """What mapping a source gives.

    Attributes:
        quads: what the rows say.
        trace: the cells each statement was read from; stays empty where rows are mapped again when
            somebody asks (lazy_trace.py).
        problems: cells that could not be read, or were read with a doubt.
        outside: by column, cells without a value in cycles in which the indicator was not in use.
        descriptions: what rows said of things that other rows tell of too, by graph and thing.
        first_rows: the first of these rows that said something with what it said, for each part of a
            description, by graph, table, name and thing.
    """

    quads: list[Quad] = field(default_factory=list)
    trace: Trace = field(default_factory=Trace)
    problems: list[Finding] = field(default_factory=list)
    outside: Counter[tuple[str, str]] = field(default_factory=Counter)
    descriptions: set[tuple[str, str, tuple[str, ...]]] = field(default_factory=set)
    first_rows: dict[tuple[str, str, str, str], list[tuple[int, str]]] = field(default_factory=dict)

    def clear(self) -> None:
        """Forget quads and findings, for the next row of a stream."""
        self.quads.clear()
        self.problems.clear()


@dataclass(frozen=True, slots=True)
class Subject:
    """What the indicator columns of a row speak of.

    Attributes:
        target: the commitment or plan that is assessed.
        plan: its plan.
        cycle: the plan's cycle.
        report: the report the row describes, None when the values come from the plan's two slots.
        key: key of the target; those of its assessments begin with it.
    """

    target: NamedNode
    plan: NamedNode
    cycle: int
    report: NamedNode | None
    key: str


@dataclass(slots=True)
class RowContext:
    """One row on its way to quads.

    Attributes:
        file: name of the table.
        row: the row, joined columns included.
        graph: the graph its statements go to.
        things: the things the row tells of, by name; those whose condition fails are absent.
        classes: class of each thing, by name.
        mentions: names of things that other rows describe.
        subject: what the row's indicators assess.
        member: key of the member the row belongs to, "" where it names none.
        years: first and last year of the plan, to judge printed dates by.
        tracing: whether to remember the cell of each statement.
        reports: the plan's reports by kind, made once for the row.
        fills: name of the thing a column tells of.
        table: IRI of the table.
        positions: place of each column in the table, from 1.
    """

    model: Model
    iris: Iris
    output: Output
    file: str
    row: InputRow
    graph: NamedNode
    things: dict[str, NamedNode]
    classes: dict[str, str]
    mentions: frozenset[str] = frozenset()
    subject: Subject | None = None
    member: str = ""
    years: tuple[int, int] | None = None
    tracing: bool = True
    reports: dict[str, NamedNode] = field(default_factory=dict)
    fills: Mapping[str, str] = field(default_factory=dict)
    table: str = ""
    positions: Mapping[str, int] = field(default_factory=dict)

    def where(self, column: str | None = None) -> Where:
        """Return the place of a column in this row."""
        return Where(self.file, self.row.number, column)

    def property(self, thing: str, key: str) -> PropertyDef:
        """Return the definition of a property of one of the row's things."""
        return self.model.property(self.classes[thing], key)

    def add(
        self,
        subject: NamedNode,
        predicate: NamedNode,
        value: NamedNode | Literal,
        column: str | None = None,
        graph: NamedNode | None = None,
    ) -> None:
        """State something, and remember the cell it was read from; a link goes to its linkset."""
        if isinstance(value, NamedNode) and predicate.value in LINK_PREDICATES:
            links = linkset_of(subject.value, predicate.value, value.value)
            graph = self.iris.graph("reconciled", links.name) if links else graph
        quad = Quad(subject, predicate, value, graph or self.graph)
        self.output.quads.append(quad)
        if self.tracing:
            text = self.row.cells.get(column, "") if column else ""
            self.output.trace.add(quad, TracedCell(self.where(column), text))

    def derive(self, thing: NamedNode, column: str) -> None:
        """State the cell a thing was read from."""
        self.add(thing, DERIVED, self.cell(column), column)

    def cell(self, column: str) -> NamedNode:
        """Return the IRI of a cell of the row."""
        return cell_iri(self.table, self.row.number, self.positions[column])

    def describe(self, thing: NamedNode) -> None:
        """Remember that this row describes a thing."""
        if self.tracing:
            self.output.trace.add_thing(thing.value, self.where())

    def _described(self, column: str) -> str:
        """Return the thing a cell tells of, else what the row assesses, else what it describes."""
        if (thing := self.things.get(self.fills.get(column, ""))) is not None:
            return thing.value
        if self.subject is not None:
            return self.subject.target.value
        own = [node for name, node in self.things.items() if name not in self.mentions]
        return next((node.value for node in (*own, *self.things.values())), self.graph.value)

    def problem(self, column: str, message: str, hint: str) -> None:
        """Report a cell that cannot be mapped; the build goes on to find the others."""
        self.remark(Severity.VIOLATION, (column,), message, hint)

    def remark(
        self,
        severity: Severity,
        columns: tuple[str, ...],
        message: str,
        hint: str,
        *,
        show: bool = True,
    ) -> None:
        """Report something about cells of this row; the first is the one at fault.

        Args:
            severity: how bad.
            columns: the cells; none means the row.
            message: what is wrong; the same sentence for the same cause.
            hint: what to do.
            show: whether the report may repeat what is printed in the cell.
        """
        self.output.problems.append(
            Finding(
                severity,
                focus=self._described(columns[0] if columns else ""),
                message=message,
                where=tuple(map(self.where, columns or (None,))),
                cell=self.row.cells[columns[0]] if show and columns else None,
                hint=hint,
            )
        )

    def withhold(self, column: str, reason: str) -> None:
        """Count a cell that is kept back; the report does not repeat its text."""
        self.remark(
            Severity.INFO,
            (column,),
            f"the cell was not published: it {reason}",
            "to publish the institutions it names, add a line to fixes.csv with from = withheld and "
            "the institutions alone as to",
            show=False,
        )
