"""The names a row's addresses are made of: of its graph, its things, and the authors in its cells.

All rows are read whichever of them are mapped again, so a build by difference finds what a whole one does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ogpld.errors import Where
from ogpld.iris import Iris
from ogpld.rdf import NamedNode
from ogpld.sources.cells import authors_in
from ogpld.sources.key_template import Template
from ogpld.sources.mapping import MappingLine
from ogpld.sources.names import SourceNames, key_of_name, no_key
from ogpld.sources.reconciliation import Reconciliation
from ogpld.sources.row_things import RowThing
from ogpld.sources.table import InputRow


class RowNames:
    """The names in the rows of one table.

    Args:
        file: the table.
        unit: what names of graphs are made from.
        things: what rows tell of.
        lines: what the columns mean.
        find: gives the IRIs of a row's things by their names.
        iris: the IRI policy.
        reconciliation: bodies by printed text; these are no authors.
    """

    def __init__(
        self,
        file: str,
        unit: Template,
        things: Sequence[RowThing],
        lines: Sequence[MappingLine],
        find: Callable[[InputRow], dict[str, NamedNode]],
        iris: Iris,
        reconciliation: Reconciliation,
    ) -> None:
        self._file, self._find, self._iris = file, find, iris
        self._reconciliation = reconciliation
        self._unit = unit if unit.naming else None
        self._things = [row_thing for row_thing in things if row_thing.template.naming]
        self._authors = [line for line in lines if line.how == "author"]
        members = (f.thing.name for f in things if f.thing.class_name == "Member")
        self._member = next(members, "")

    @property
    def any(self) -> bool:
        """Whether any address of a row is made of a name."""
        return bool(self._unit or self._things or self._authors)

    def register(self, names: SourceNames, row: InputRow, graph: str) -> None:
        """Register the names of a row.

        Args:
            names: where.
            row: the row, with the columns that are computed from others.
            graph: IRI of the graph its statements go to.

        Raises:
            SourceError: for a name without a key, or one that shares its key with another name.
        """
        if self._unit:
            where = self._place(row, self._unit)
            names.take(graph, self._unit.identity(row.cells), where)
        if not (self._things or any(row.cells[line.column] for line in self._authors)):
            return
        applying = [row_thing for row_thing in self._things if row_thing.applies(row.cells)]
        places = [self._place(row, row_thing.template) for row_thing in applying]
        things = self._find(row)
        for row_thing, where in zip(applying, places, strict=True):
            if row_thing.thing.name in things:
                address = things[row_thing.thing.name].value
                names.take(address, row_thing.template.identity(row.cells), where)
        for address, name, where in self._persons(row, things):
            names.take(address, (name,), where)

    def _place(self, row: InputRow, template: Template) -> Where:
        """Return the cell of the first name in a key; a name without a key is a `SourceError`."""
        places = []
        for column, name, key in template.names(row.cells):
            places.append(Where(self._file, row.number, column))
            if not key:
                raise no_key(name, places[-1])
        return places[0] if places else Where(self._file, row.number)

    def _persons(
        self, row: InputRow, things: dict[str, NamedNode]
    ) -> Iterator[tuple[str, str, Where]]:
        """Yield IRI, name and place of the persons that cells of authors name."""
        member = things[self._member].value.rpartition("/")[2] if self._member in things else ""
        for line in self._authors:
            where = Where(self._file, row.number, line.column)
            for name in authors_in(line, row.cells[line.column], member, self._reconciliation):
                yield self._iris.thing("person", key_of_name(name, where)).value, name, where
