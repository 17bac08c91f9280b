"""What the rows of a table tell of: the IRI of each thing, and what is stated whatever its cells say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from ogpld.errors import SourceError, Where
from ogpld.iris import Iris, is_key
from ogpld.model import Model, Scheme
from ogpld.model.literals import LiteralReader, literal_reader
from ogpld.rdf import RDF, NamedNode
from ogpld.report import Severity
from ogpld.sources.key_template import Template, key_hint
from ogpld.sources.ledger import Ledger
from ogpld.sources.mapping import MappingLine, silent_by_column
from ogpld.sources.row_context import DERIVED, RowContext
from ogpld.sources.source_description import TableDescription, ThingDefinition
from ogpld.sources.table import InputRow


class RowThing:
    """One thing of the rows, with everything prepared that is the same in all of them.

    Args:
        thing: its description.
        described: the table.
        lines: what the columns mean.
        model: classes and properties.
        iris: the IRI policy.
        ledger: what ids of commitments mean.
    """

    def __init__(
        self,
        thing: ThingDefinition,
        described: TableDescription,
        lines: Iterable[MappingLine],
        model: Model,
        iris: Iris,
        ledger: Ledger,
    ) -> None:
        self.thing = thing
        definition = model.class_named(thing.class_name)
        owner = described.things.get(thing.of)
        segment = model.class_named(owner.class_name).segment if owner else definition.segment
        #: What its IRIs begin with.
        self.prefix = f"{iris.base}id/{segment}" + ("#" if thing.of else "")
        self._file = described.file
        self._empty = frozenset({"", *described.empty})
        self._key = Template(thing.part if thing.of else thing.key, described.empty)
        self._when = [
            (column, None if wanted == "*" else _texts(wanted))
            for column, wanted in thing.when.items()
        ]
        self._types = []
        if not thing.mention:
            self._types = [NamedNode(iri) for iri in (definition.iri, thing.kind) if iri]
        #: Whether rows describe it; rows that only mention it may still fill columns of it.
        self.describes = not thing.mention
        self._links = [
            (NamedNode(model.property(definition.name, key).iri), other)
            for key, other in thing.links.items()
        ]
        pairs = [(model.property(definition.name, key), t) for key, t in thing.values.items()]
        self._values: list[tuple[NamedNode, Template, Scheme | LiteralReader | None]] = [
            (
                NamedNode(p.iri),
                Template(t, described.empty),
                model.schemes.get(p.scheme) if p.scheme else literal_reader(p),
            )
            for p, t in pairs
        ]
        own = [line for line in lines if line.thing == thing.name]
        self._ledger = ledger if thing.frozen else None
        self._titles = [line.column for line in own if line.term == "title"]
        self._numbers = [line.column for line in own if line.term == "printedNumber"]
        self._silent = silent_by_column(own, described)
        self._columns = sorted(self._silent)
        #: What says nothing in each part of a description.
        self._nothing = [self._silent[column] for column in self._columns]
        self._nothing += [frozenset({""})] * (len(self._values) + len(self._links))
        self._adds = bool(self._links or self._values)
        #: Whether rows may repeat what is said of it, so that it need be said only once.
        self.repeats = not thing.mention and not thing.unique and not thing.of

    @property
    def template(self) -> Template:
        """What its key is made from."""
        return self._key

    @property
    def deciding_columns(self) -> frozenset[str]:
        """The columns that decide which thing it is, and whether a row tells of it."""
        return self._key.columns | {column for column, _ in self._when}

    def key_places(self, row: InputRow) -> tuple[Where, ...]:
        """Return the cells of a row that its key is made of, empty ones first; else the row."""
        columns = [name for name in row.cells if name in self._key.columns]
        columns.sort(key=lambda name: row.cells[name] not in self._empty)
        places = [Where(self._file, row.number, name) for name in columns]
        return tuple(places) or (Where(self._file, row.number),)

    def key_hint(self, row: InputRow, error: SourceError) -> str:
        """Say what to do about a key that is none."""
        return key_hint(self._key.fill(row.cells) or "", error.hint or "")

    def applies(self, cells: Mapping[str, str]) -> bool:
        """Say whether a row tells of the thing."""
        return not self._when or next(self.failing(cells), None) is None

    def failing(self, cells: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
        """Yield each column that says something else than the thing wants, with what that is, for people."""
        for column, wanted in self._when:
            text = "" if cells[column] in self._empty else cells[column]
            if wanted is None and not text:
                yield column, ["any text"]
            elif wanted is not None and text not in wanted:
                yield column, [repr(each) if each else "an empty cell" for each in sorted(wanted)]

    def deciding(self, cells: Mapping[str, str]) -> list[str]:
        """Return the columns that leave the thing out of a row: of conditions, else of its key."""
        return [column for column, _ in self.failing(cells)] or sorted(self._key.columns)

    def fills(self, cells: Mapping[str, str]) -> bool:
        """Say whether a row states something of the thing beside what it is."""
        return self._adds or any(
            cells[column] not in silent for column, silent in self._silent.items()
        )

    def find(self, cells: Mapping[str, str], others: Mapping[str, NamedNode]) -> NamedNode | None:
        """Return the thing's IRI, None when the row tells of none.

        Raises:
            SourceError: when the row describes one without giving it a usable key.
        """
        if not self.applies(cells):
            return None
        key = self._key.fill(cells)
        if key is not None and self._ledger is not None:
            number = next((cells[column] for column in self._numbers), "")
            key = self._ledger.key_of(key, number, {cells[column] for column in self._titles})
        if key is not None and is_key(key):
            if not self.thing.of:
                return NamedNode(f"{self.prefix}/{key}")
            owner = others.get(self.thing.of)
            return NamedNode(f"{owner.value}#{key}") if owner else None
        if self.thing.mention or self.thing.of:
            return None
        raise SourceError(
            f"the {self.thing.class_name} has no usable key: {self.thing.key!r} gives {key or ''!r}",
            where=Where(self._file),
            hint="fill the cells the key is made of; keys have letters, digits and dashes",
        )

    def description(
        self, cells: Mapping[str, str], things: Mapping[str, NamedNode]
    ) -> tuple[str, ...]:
        """Return all that the row says of the thing: its cells, what its templates make, and its links."""
        values = [template.fill(cells) or "" for _, template, _ in self._values]
        links = [things[other].value if other in things else "" for _, other in self._links]
        return (*[cells[column] for column in self._columns], *values, *links)

    def contradicted(
        self,
        first_words: list[tuple[int, str]],
        number: int,
        words: tuple[str, ...],
        things: Mapping[str, RowThing],
    ) -> dict[int, set[str]]:
        """Return the columns in which a row contradicts earlier ones, by the first row that filled them.

        Args:
            first_words: the words of the first row that says something, with its number, for each part of a
                description; what this row is the first to say is added.
            number: of the row.
            words: its description of the thing.
            things: the things of a row by name, for what its links lead to.
        """
        contradicted: dict[int, set[str]] = {}
        for at, text in enumerate(words):
            first, before = first_words[at]
            if text == before or text in self._nothing[at]:
                continue
            if before in self._nothing[at]:
                first_words[at] = number, text
            else:
                contradicted.setdefault(first, set()).update(self._columns_of(at, things))
        return contradicted

    def _columns_of(self, at: int, things: Mapping[str, RowThing]) -> AbstractSet[str]:
        """Return the columns that a part of a description comes from."""
        columns: list[AbstractSet[str]] = [{column} for column in self._columns]
        columns += [template.columns for _, template, _ in self._values]
        columns += [things[linked].deciding_columns for _, linked in self._links]
        return columns[at]

    def state(self, context: RowContext, row: NamedNode | None) -> None:
        """State class, row (unless it has no address), links to other things, and values of templates."""
        node = context.things[self.thing.name]
        if self._types:
            context.describe(node)
        for kind in self._types:
            context.add(node, RDF("type"), kind, self.thing.key_column)
        if row is not None and (self.describes or self._is_described(context)):
            context.add(node, DERIVED, row, self.thing.key_column)
        for predicate, other in self._links:
            if other in context.things:
                context.add(node, predicate, context.things[other])
        self._state_values(context, node)

    def _state_values(self, context: RowContext, node: NamedNode) -> None:
        """State what templates of source.toml make of the row."""
        for predicate, template, reader in self._values:
            text = template.fill(context.row.cells)
            if text is None:
                continue
            if isinstance(reader, Scheme):
                if code := reader.find(text):
                    context.add(node, predicate, NamedNode(code.iri))
            elif reader is not None:
                try:
                    context.add(node, predicate, reader(text))
                except ValueError as error:
                    columns = tuple(c for c in context.row.cells if c in template.columns)
                    hint = "correct the cells that the value is made from"
                    context.remark(Severity.VIOLATION, columns, str(error), hint)

    def _is_described(self, context: RowContext) -> bool:
        """Say whether a row states something of a thing that it only mentions."""
        if self.thing.of:
            return False
        return self.fills(context.row.cells)


def _texts(wanted: str | list[str]) -> frozenset[str]:
    return frozenset([wanted] if isinstance(wanted, str) else wanted)
