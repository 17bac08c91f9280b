"""What a dumped table has in its columns and cells, derived from the model (`ogpld/model/tables.py`).

Columns are those of the class's canonical table, texts with a column per language. Cells are written as a
filled table is read: keys for things, notations for codes, other addresses whole; several values are
separated by ";", or by " | " where ";" may be part of a value (texts, addresses), or by more strokes where a
value holds these (`ogpld/model/tables.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ogpld.dumps.content import Content
from ogpld.formats.table_values import Value, value_of
from ogpld.iris import Iris
from ogpld.model import ClassDef, Model
from ogpld.model.schema import PropertyDef
from ogpld.model.tables import TableColumn, is_date, is_text, properties_by_key, separator
from ogpld.rdf import CODE, XSD, Literal, NamedNode, term_text

_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")
_INTEGER = XSD("integer").value


def table_name(definition: ClassDef) -> str:
    """Return the name of a class's table: `action-plan` for `ActionPlan`."""
    return _WORD.sub("-", definition.name).lower()


def key_of(iri: str, definition: ClassDef, iris: Iris) -> str:
    """Return the key of a thing in its class's table: of parts and codes, which have none, the IRI."""
    own = f"{iris.base}id/{definition.segment}/"
    return iri.removeprefix(own) if definition.segment else iri


@dataclass(frozen=True, slots=True)
class DumpColumn:
    """A column that is filled from statements.

    Attributes:
        column: as the model has it.
        separator: what stands between values, "" where there is one at most.
    """

    column: TableColumn
    separator: str

    @property
    def name(self) -> str:
        """The header."""
        return self.column.name

    @property
    def variable(self) -> str:
        """The header as a name that URI templates and languages take."""
        return self.column.name.replace("@", "_").replace("-", "_")

    @property
    def integer(self) -> bool:
        """Whether cells are whole numbers."""
        definition = self.column.definition
        return definition is not None and not self.separator and definition.datatypes == (_INTEGER,)

    @property
    def has_names(self) -> bool:
        """Whether its values are codes or things that have names."""
        definition = self.column.definition
        return (
            definition is not None
            and definition.links
            and bool(definition.codes or definition.thing)
        )

    def value(self, cell: str) -> Value:
        """Return a cell as workbooks have it: whole numbers and days as values, all else as text."""
        definition = self.column.definition
        if definition is None or self.separator:
            return cell
        datatype = "integer" if self.integer else "date" if is_date(definition) else "string"
        return value_of(cell, datatype)

    @property
    def joins(self) -> bool:
        """Whether cells name one thing or code, so that tables are joined and filtered by them."""
        definition = self.column.definition
        return definition is not None and definition.links and not self.separator


def column_separator(model: Model, column: TableColumn, content: Content) -> str:
    """Return what stands between the values of a column, "" where there is one at most."""
    definition, tag = column.definition, column.language
    if definition is None or (definition.unique_lang if tag else definition.max_count == 1):
        return ""
    thing = model.by_class_iri.get(definition.thing)
    keys = not tag and bool(definition.codes or (thing and thing.segment))
    return separator(
        content.strokes.get((definition.iri, tag), 0),
        semicolon=keys and definition.iri not in content.addresses,
    )


class DumpTable:
    """The table of one class.

    Args:
        model: for the properties.
        definition: the class.
        iris: the IRI policy.
        content: what the dataset has: the languages of texts (English has a column anyway), and what values
            hold, so that no column is separated by it.
    """

    def __init__(self, model: Model, definition: ClassDef, iris: Iris, content: Content) -> None:
        self.definition, self._iris, self._model = definition, iris, model
        self.name = table_name(definition)
        self.fields = [DumpColumn(TableColumn("key"), "")]
        for key, property_def in properties_by_key(model, definition).items():
            tags: tuple[str, ...] = ("",)
            if is_text(property_def):
                tags = ("en", *sorted(set(content.languages.get(property_def.iri, ())) - {"en"}))
            for tag in tags:
                column = TableColumn(f"{key}@{tag}" if tag else key, property_def, tag)
                self.fields.append(DumpColumn(column, column_separator(model, column, content)))

    @property
    def header(self) -> list[str]:
        """The names of the columns."""
        return [field.name for field in self.fields]

    def row(self, iri: str, values: Mapping[str, list[NamedNode | Literal]]) -> list[str]:
        """Return the cells of a thing, given the values of its properties."""
        return [
            (field.separator or " | ").join(parts)
            for field, parts in zip(self.fields, self.parts(iri, values), strict=True)
        ]

    def parts(
        self, iri: str, values: Mapping[str, list[NamedNode | Literal]]
    ) -> Iterator[list[str]]:
        """Yield the values of each cell of a thing, in the order of the columns."""
        yield [key_of(iri, self.definition, self._iris)]
        for field in self.fields[1:]:
            definition, tag = field.column.definition, field.column.language
            terms = values.get(definition.iri, ()) if definition else ()
            if not terms or definition is None:
                yield []
            elif tag:
                yield [t.value for t in terms if isinstance(t, Literal) and t.language == tag]
            else:
                yield [self._cell(definition, term) for term in terms]

    def _cell(self, definition: PropertyDef, term: NamedNode | Literal) -> str:
        value = term_text(term)
        if isinstance(term, Literal):
            return value
        if definition.codes:
            rest = CODE.local(value)
            scheme, _, notation = rest.partition("/")
            return notation if scheme == definition.scheme and notation else rest
        thing = self._model.by_class_iri.get(definition.thing)
        return key_of(value, thing, self._iris) if thing is not None else value
