"""Remember where each statement is from, so that a finding can send a clerk to the cell.

A statement was read from cells, or made from other statements (its origins), which were read from
cells in the end. Few statements are ever asked for, so most rows are mapped a second time only then
(`resolvers`, lazy_trace.py). Nothing here judges; ogpld/validate/finding_places.py chooses among the
cells.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from sys import intern
from typing import NamedTuple

from ogpld.errors import Where
from ogpld.model import Scheme
from ogpld.rdf import RDF, Quad, term_text
from ogpld.sources.spellings import Spellings

#: Subject, predicate and value; the value as an N-Triples term.
Key = tuple[str, str, str]

_TYPE = RDF("type").value
#: The column of our own tables that names a row's thing; it stands for the row, not for a cell.
_NAMING = "key"


@dataclass(slots=True)
class TracedCell:
    """A place in a table and the text printed there.

    Attributes:
        where: the place; without a column, the whole row.
        text: the whole cell, also when a statement was made from a part of it.
        computed: whether what was asked for was computed from this cell, not read there.
    """

    where: Where
    text: str
    computed: bool = False


class Derivation(NamedTuple):
    """Statements that another was made from.

    Attributes:
        subject: their subject.
        properties: their properties; none means whatever describes the subject.
        value: their value as an N-Triples term, None for any.
    """

    subject: str
    properties: tuple[str, ...] = ()
    value: str | None = None


@dataclass(slots=True)
class Trace:
    """Cells and origins by statement, and rows by thing.

    Attributes:
        statements: cells a statement was read from.
        origins: what a statement was made from.
        terms: values of a property of a thing, in the order they were met.
        things: rows that describe a thing.
        columns: column of a table by property, whichever thing it is about.
        kinds: column of a table by property and kind of thing.
        resolvers: what to ask for the rows of a thing when somebody wants to know; each gives traces.
        spellings: the things that are described, to find one whose key is nearly written.
    """

    statements: dict[Key, list[TracedCell]] = field(default_factory=dict)
    origins: dict[Key, list[Derivation]] = field(default_factory=dict)
    terms: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    things: dict[str, list[TracedCell]] = field(default_factory=dict)
    columns: dict[tuple[str, str], str] = field(default_factory=dict)
    kinds: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    resolvers: list[Callable[[str], Iterable[Trace]]] = field(default_factory=list)
    spellings: Spellings = field(default_factory=Spellings)
    _resolved: set[str] = field(default_factory=set)

    def spelling(self, iri: str) -> str | None:
        """Return a thing that is described and whose key differs in case only."""
        return self.spellings.other(iri)

    def add(self, quad: Quad, cell: TracedCell) -> None:
        """Remember the cell a quad was read from."""
        subject, predicate = term_text(quad.subject), intern(quad.predicate.value)
        value = str(quad.object)
        cells = self.statements.setdefault((subject, predicate, value), [])
        self._note(subject, predicate, value)
        cells.append(cell)
        if cell.where.column:
            self.add_column(cell.where.file, predicate, _kind(subject), cell.where.column)

    def add_column(self, file: str, predicate: str, kind: str, column: str) -> None:
        """Remember the column a table fills a property of such things from; the first counts."""
        self.columns.setdefault((file, predicate), column)
        self.kinds.setdefault((file, predicate), {}).setdefault(kind, column)

    def _note(self, subject: str, predicate: str, value: str) -> None:
        values = self.terms.setdefault((subject, predicate), [])
        if value not in values:
            values.append(value)

    def derive(self, subject: str, predicate: str, value: str, *origins: Derivation) -> None:
        """Remember what a statement was made from; `value` is an N-Triples term."""
        self._note(subject, predicate, value)
        self.origins.setdefault((subject, predicate, value), []).extend(origins)

    def add_thing(self, iri: str, where: Where) -> None:
        """Remember the row that describes a thing."""
        cells = self.things.setdefault(iri, [])
        if all(cell.where != where for cell in cells):
            cells.append(TracedCell(where, ""))

    def add_codes(self, schemes: Iterable[Scheme]) -> None:
        """Remember the rows of the code lists, which the model reads by itself."""
        for scheme in schemes:
            for row, code in enumerate(scheme.codes, 2):
                if scheme.file:  # the codes of a version stand in the list it is a version of
                    self.add_thing(code.iri, Where(scheme.file, row))

    def find(self, subject: str, predicate: str | None, value: str | None) -> list[TracedCell]:
        """Return the closest cells: of the statement, else of the property, else of the thing."""
        cells = self.read(subject, predicate, value) if predicate else []
        return cells or self.rows(subject)

    def read(self, subject: str, predicate: str, value: str | None = None) -> list[TracedCell]:
        """Return the cells a statement, or else the property, was read or computed from.

        What was computed leads to the cells of its origins, nearest first.
        """
        self._resolve(subject)
        if value is not None:
            key = (subject, predicate, value)
            if cells := self.statements.get(key) or self._followed([key]):
                return cells
        keys = self._keys(Derivation(subject, (predicate,)))
        read = [cell for key in keys for cell in self.statements.get(key, ())]
        return read or self._followed(keys)

    def rows(self, subject: str) -> list[TracedCell]:
        """Return the rows of a thing, or its cells when single cells describe it (assessments).

        A part (`…#territory`) that was read from no row of its own belongs to its thing.
        """
        self._resolve(subject.split("#", 1)[0])
        types = self._keys(Derivation(subject, (_TYPE,)))
        cells = [cell for key in types for cell in self.statements.get(key, ())]
        exact = [cell for cell in cells if cell.where.column not in {None, _NAMING}]
        return exact or self.things.get(subject) or self.things.get(subject.split("#", 1)[0], [])

    def values(self, subject: str, predicate: str) -> list[str]:
        """Return the values of a property, as N-Triples terms."""
        self._resolve(subject)
        return self.terms.get((subject, predicate), [])

    def column_of(self, file: str, predicate: str, subject: str = "") -> str | None:
        """Return the column rows of a table fill a property from, None if none did.

        With a subject, only rows about things of its kind count: one table may have the title of a
        plan and that of a commitment in two columns.
        """
        place = file, predicate
        if subject and place in self.kinds:
            return self.kinds[place].get(_kind(subject))
        return self.columns.get(place)

    def join(self, other: Trace) -> None:
        """Take over what another source's trace knows."""
        for key, cells in other.statements.items():
            self.statements.setdefault(key, []).extend(cells)
        for key, origins in other.origins.items():
            self.origins.setdefault(key, []).extend(origins)
        for (subject, predicate), values in other.terms.items():
            for value in values:
                self._note(subject, predicate, value)
        for iri, cells in other.things.items():
            self.things.setdefault(iri, []).extend(cells)
        for (file, predicate), by_kind in other.kinds.items():
            for kind, column in by_kind.items():
                self.add_column(file, predicate, kind, column)
        for place, column in other.columns.items():
            self.columns.setdefault(place, column)
        self.resolvers += other.resolvers

    def _resolve(self, subject: str) -> None:
        """Map the rows of a thing again, once, and take over what they say of it."""
        if subject in self._resolved:
            return
        self._resolved.add(subject)
        for resolve in self.resolvers:
            for traced in resolve(subject):
                for (about, predicate, value), cells in traced.statements.items():
                    if about == subject:
                        self._note(about, predicate, value)
                        self.statements.setdefault((about, predicate, value), []).extend(cells)
                if subject in traced.things:
                    self.things.setdefault(subject, []).extend(traced.things[subject])

    def _keys(self, origin: Derivation) -> list[Key]:
        """Return the statements of an origin that are known."""
        subject, properties, value = origin
        self._resolve(subject)
        if value is not None:
            return [(subject, predicate, value) for predicate in properties]
        return [(subject, p, v) for p in properties for v in self.terms.get((subject, p), ())]

    def _followed(self, keys: Iterable[Key]) -> list[TracedCell]:
        """Return the cells at the end of the origins of statements, nearest first."""
        waiting = deque(keys)
        seen = set(waiting)
        cells: list[TracedCell] = []
        while waiting:
            for origin in self.origins.get(waiting.popleft(), ()):
                if not origin.properties:
                    cells += self.rows(origin.subject)
                for key in self._unseen(origin, seen):
                    if key in self.statements:
                        cells += self.statements[key]
                    else:
                        waiting.append(key)
        return [TracedCell(cell.where, cell.text, computed=True) for cell in cells]

    def _unseen(self, origin: Derivation, seen: set[Key]) -> Iterator[Key]:
        for key in self._keys(origin):
            if key not in seen:
                seen.add(key)
                yield key


def _kind(subject: str) -> str:
    """Return what the IRIs of one class have in common; parts of things are kinds of their own."""
    thing, mark, _ = subject.partition("#")
    return thing.rpartition("/")[0] + mark
