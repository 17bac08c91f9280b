"""What the cells of one row are mapped in: its things, its graph, and where findings go."""

from __future__ import annotations

from dataclasses import dataclass, field

from ogpld.errors import Where
from ogpld.iris import Iris
from ogpld.model import Model, PropertyDef
from ogpld.rdf import Literal, NamedNode, Quad
from ogpld.report import Finding, Severity
from ogpld.sources.reconciliation import Reconciliation
from ogpld.sources.row import Row
from ogpld.sources.trace import Cell, Trace


@dataclass(slots=True)
class Output:
    """What mapping a source gives: quads, where they came from, and cells it could not read."""

    quads: list[Quad] = field(default_factory=list)
    trace: Trace = field(default_factory=Trace)
    problems: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class RowContext:
    """One row on its way to quads.

    Attributes:
        file: name of the table.
        row: the row, joined columns included.
        graph: the graph its statements go to.
        things: the things the row tells of, by name; those whose condition fails are absent.
        classes: class of each thing, by name.
    """

    model: Model
    iris: Iris
    reconciliation: Reconciliation
    output: Output
    file: str
    row: Row
    graph: NamedNode
    things: dict[str, NamedNode]
    classes: dict[str, str]

    def where(self, column: str | None = None) -> Where:
        """Return the place of a column in this row."""
        return Where(self.file, self.row.number, column)

    def property(self, thing: str, key: str) -> PropertyDef:
        """Return the definition of a property of one of the row's things."""
        return self.model.property(self.classes[thing], key)

    def add(
        self,
        subject: NamedNode,
        predicate: str,
        value: NamedNode | Literal,
        column: str | None = None,
        graph: NamedNode | None = None,
    ) -> None:
        """State something, and remember the cell it was read from."""
        quad = Quad(subject, NamedNode(predicate), value, graph or self.graph)
        self.output.quads.append(quad)
        text = self.row.cells.get(column, "") if column else ""
        self.output.trace.add(quad, Cell(self.where(column), text))

    def _described(self) -> str:
        """Return the thing this row describes, rather than one it only links to."""
        known = self.output.trace.things
        for node in self.things.values():
            if any(cell.where == self.where() for cell in known.get(node.value, ())):
                return node.value
        return next((node.value for node in self.things.values()), "")

    def problem(self, column: str, message: str, hint: str) -> None:
        """Report a cell that cannot be mapped; the build goes on to find the others."""
        self.output.problems.append(
            Finding(
                Severity.VIOLATION,
                focus=self._described(),
                message=message,
                where=(self.where(column),),
                cell=self.row.cells[column],
                hint=hint,
            )
        )
