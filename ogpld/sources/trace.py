"""Remember which cell each statement was read from, so that a finding can send a clerk there."""

from __future__ import annotations

from dataclasses import dataclass, field

from ogpld.errors import Where
from ogpld.rdf import Quad, term_text


@dataclass(slots=True)
class Cell:
    """A place in a table and the text printed there."""

    where: Where
    text: str


@dataclass(slots=True)
class Trace:
    """Cells by statement, by property of a thing, and rows by thing.

    A derived statement has no cell of its own; looking it up gives the row of its subject.
    """

    statements: dict[tuple[str, str, str], list[Cell]] = field(default_factory=dict)
    properties: dict[tuple[str, str], list[Cell]] = field(default_factory=dict)
    things: dict[str, list[Cell]] = field(default_factory=dict)
    columns: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, quad: Quad, cell: Cell) -> None:
        """Remember the cell a quad was read from."""
        subject, predicate, value = term_text(quad.subject), quad.predicate.value, str(quad.object)
        self.statements.setdefault((subject, predicate, value), []).append(cell)
        self.properties.setdefault((subject, predicate), []).append(cell)
        if cell.where.column:
            self.columns.setdefault((cell.where.file, predicate), cell.where.column)

    def add_thing(self, iri: str, where: Where) -> None:
        """Remember the row that describes a thing."""
        cells = self.things.setdefault(iri, [])
        if all(cell.where != where for cell in cells):
            cells.append(Cell(where, ""))

    def find(self, subject: str, predicate: str | None, value: str | None) -> list[Cell]:
        """Return the closest cells: of the statement, else the property, else the thing's rows.

        A part (`…#territory`) that was read from no row of its own belongs to its thing.
        """
        if predicate and value and (found := self.statements.get((subject, predicate, value))):
            return found
        if predicate and (found := self.properties.get((subject, predicate))):
            return found
        if found := self.things.get(subject):
            return found
        return self.things.get(subject.split("#", 1)[0], [])

    def column_of(self, file: str, predicate: str) -> str | None:
        """Return the column of a table that rows fill a property from, None if no row did."""
        return self.columns.get((file, predicate))

    def join(self, other: Trace) -> None:
        """Take over what another source's trace knows."""
        for mine, theirs in (
            (self.statements, other.statements),
            (self.properties, other.properties),
        ):
            for key, cells in theirs.items():
                mine.setdefault(key, []).extend(cells)  # type: ignore[arg-type]
        for iri, cells in other.things.items():
            self.things.setdefault(iri, []).extend(cells)
        self.columns.update(other.columns)
