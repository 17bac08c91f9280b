"""Turn cells into statements: one factory per `how` (mapping.py has the list).

A factory is called once for a column and gives what is called for each of its cells; what does not
depend on the row is looked up before (house.md: the model says what a column is, once).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from ogpld.iris import Iris
from ogpld.model import Code, Model, PropertyDef, Scheme
from ogpld.rdf import FOAF, NS, RDF, XSD, Literal, NamedNode
from ogpld.report import Severity
from ogpld.sources.contact import contact_data
from ogpld.sources.dates import only_day_first, read_printed, reading_of, typed_date
from ogpld.sources.key_template import Template
from ogpld.sources.mapping import CLEAN, MappingLine
from ogpld.sources.names import key_of_name
from ogpld.sources.reconciliation import Reconciliation
from ogpld.sources.row_context import RowContext
from ogpld.sources.source_description import TableDescription
from ogpld.sources.whole_numbers import whole_number_problem

#: What is done with a cell that says something.
Action: TypeAlias = Callable[[RowContext, str], None]

_DATES = {XSD("date").value, XSD("gYearMonth").value, XSD("gYear").value}
_PLAIN = {XSD("string").value, XSD("integer").value, XSD("boolean").value}
_SHOWN_CODES = 12
_ADDRESS = re.compile(r"https?://[^/?#\s]+")


@dataclass(frozen=True, slots=True)
class Columns:
    """What the factories of one table's columns know.

    Attributes:
        dates: columns with printed dates; together they tell which way days are written.
    """

    model: Model
    iris: Iris
    reconciliation: Reconciliation
    described: TableDescription
    dates: tuple[str, ...] = ()

    def property(self, line: MappingLine) -> PropertyDef:
        """Return what the shapes say of the property a line fills."""
        return self.model.property(self.described.things[line.thing].class_name, line.term)


def split_cell(text: str, line: MappingLine) -> list[str]:
    """Split a cell where the mapping says so; empty parts fall away."""
    if not line.split:
        return [text]
    return [part.strip() for part in text.split(line.split) if part.strip()]


def text_of(line: MappingLine, columns: Columns) -> Action:
    """State human-readable text with its language tag (lower-case BCP 47)."""
    predicate = NamedNode(columns.property(line).iri)
    language = line.argument.lower()

    def state(context: RowContext, text: str) -> None:
        if line.differs and text == context.row.cells[line.differs]:
            return
        if line.withhold and (reason := contact_data(text)):
            context.withhold(line.column, reason)
            return
        thing = context.things[line.thing]
        for part in split_cell(text, line) if line.split else (text,):
            context.add(thing, predicate, Literal(part, language=language), line.column)

    return state


def value_of(line: MappingLine, columns: Columns) -> Action:
    """State a literal of the datatype the shape asks for."""
    definition = columns.property(line)
    predicate = NamedNode(definition.iri)
    dated = bool(set(definition.datatypes) & _DATES)
    plain = next((d for d in definition.datatypes if d in _PLAIN), XSD("string").value)
    datatype, whole = NamedNode(plain), plain == XSD("integer").value
    clean = CLEAN[line.clean] if line.clean else None

    def state(context: RowContext, text: str) -> None:
        if dated or plain != XSD("string").value:
            text = context.row.value(line.column, text)
        for part in split_cell(text, line):
            if dated:
                literal = typed_date(part)
                if literal is None or literal.datatype.value not in definition.datatypes:
                    context.problem(
                        line.column,
                        f"{part!r} is not a date, month or year",
                        "write 2016, 2016-07 or 2016-07-01, or empty the cell",
                    )
                    continue
            elif whole and (problem := whole_number_problem(part)):
                context.problem(line.column, problem, "write digits only")
                continue
            else:
                literal = Literal(clean(part) if clean else part, datatype=datatype)
            context.add(context.things[line.thing], predicate, literal, line.column)

    return state


def value_unless(line: MappingLine, columns: Columns) -> Action:
    """State a value where a more exact column is empty."""
    state = value_of(line, columns)

    def unless(context: RowContext, text: str) -> None:
        if not context.row.cells[line.argument]:
            state(context, text)

    return unless


def raw_of(line: MappingLine, columns: Columns) -> Action:
    """Keep the printed date where the typed one does not say the same (ontology.md 1.3)."""
    predicate = NamedNode(columns.property(line).iri)

    def state(context: RowContext, text: str) -> None:
        if reading_of(text) != context.row.cells[line.argument]:
            literal = Literal(text, language="und")
            context.add(context.things[line.thing], predicate, literal, line.column)

    return state


def date_of(line: MappingLine, columns: Columns) -> Action:
    """State a printed date as exact as it is certain; a doubt is told (Info)."""
    definition = columns.property(line)
    predicate = NamedNode(definition.iri)

    def state(context: RowContext, text: str) -> None:
        found = read_printed(text, context.years, day_first=_day_first(context, columns))
        literal = typed_date(found.iso) if found.iso else None
        if literal is not None and literal.datatype.value in definition.datatypes:
            context.add(context.things[line.thing], predicate, literal, line.column)
        if found.doubt:
            hint = "a line of fixes.csv says it better: 2016, 2016-07 or 2016-07-01"
            context.remark(Severity.INFO, (line.column,), f"the cell {found.doubt}", hint)

    return state


def date_text_of(line: MappingLine, columns: Columns) -> Action:
    """Keep the printed text of a date that is published with less or other than is printed."""
    predicate = NamedNode(columns.property(line).iri)

    def state(context: RowContext, text: str) -> None:
        if read_printed(text, context.years, day_first=_day_first(context, columns)).doubt:
            literal = Literal(text, language="und")
            context.add(context.things[line.thing], predicate, literal, line.column)

    return state


def _day_first(context: RowContext, columns: Columns) -> bool:
    """Say whether a date of the row can only be read day first."""
    cells = context.row.cells
    return any(only_day_first(cells[column]) for column in columns.dates)


def find_code(context: RowContext, column: str, scheme: Scheme, text: str) -> Code | None:
    """Return the code a text means; report it when it means none."""
    code = scheme.find(text)
    if code is None:
        more = " …" if len(scheme.codes) > _SHOWN_CODES else ""
        labels = ", ".join(c.label for c in scheme.codes[:_SHOWN_CODES])
        context.problem(
            column,
            f"{text!r} is not in the code list {scheme.notation!r}",
            f"use one of: {labels}{more}",
        )
    return code


def code_of(line: MappingLine, columns: Columns) -> Action:
    """State a code of the property's list."""
    definition = columns.property(line)
    scheme, predicate = columns.model.schemes[definition.scheme], NamedNode(definition.iri)

    def state(context: RowContext, text: str) -> None:
        for part in split_cell(text, line):
            if code := find_code(context, line.column, scheme, part):
                thing = context.things[line.thing]
                context.add(thing, predicate, NamedNode(code.iri), line.column)

    return state


def flag_of(line: MappingLine, columns: Columns) -> Action:
    """State a code where the cell says 1; 0 says nothing."""
    definition = columns.property(line)
    code = columns.model.schemes[definition.scheme].find(line.argument)
    predicate, value = NamedNode(definition.iri), NamedNode(code.iri if code else "")

    def state(context: RowContext, text: str) -> None:
        text = context.row.value(line.column, text)
        if text == "1":
            context.add(context.things[line.thing], predicate, value, line.column)
        elif text != "0":
            context.problem(line.column, f"{text!r} is neither 0 nor 1", "write 1 or 0")

    return state


def iri_of(line: MappingLine, columns: Columns) -> Action:
    """State links; a remark after the address ("… (file.csv)") is not part of it."""
    predicate = NamedNode(columns.property(line).iri)
    template = Template(line.argument) if line.argument else None

    def state(context: RowContext, text: str) -> None:
        for part in split_cell(text, line):
            address = part.split()[0]
            if template:
                address = template.fill({**context.row.cells, "value": address}) or ""
            node = _link(address)
            if node is not None:
                context.add(context.things[line.thing], predicate, node, line.column)
            else:
                hint = "write http(s)://… or empty the cell"
                context.problem(line.column, f"{part!r} is not a web address", hint)

    return state


def _link(address: str) -> NamedNode | None:
    """Return an address as a link, None when it is none or no IRI."""
    if not _ADDRESS.match(address):
        return None
    try:
        return NamedNode(address)
    except ValueError:
        return None


def names_of(line: MappingLine, columns: Columns) -> Action:
    """State the bodies a text names, in the graph of reconciled statements."""
    predicate = NamedNode(columns.property(line).iri)
    graph = columns.iris.graph("reconciled", "institutions")

    def state(context: RowContext, text: str) -> None:
        for part in split_cell(text, line):
            for key in columns.reconciliation.find(part, context.member):
                body = columns.iris.thing("institution", key)
                context.add(context.things[line.thing], predicate, body, line.column, graph)

    return state


def authors_in(
    line: MappingLine, text: str, member: str, reconciliation: Reconciliation
) -> Iterator[str]:
    """Yield the persons a cell of authors names; the others are reconciled bodies."""
    return (part for part in split_cell(text, line) if not reconciliation.find(part, member))


def author_of(line: MappingLine, columns: Columns) -> Action:
    """State who wrote a report: a reconciled body, else a person with the name alone."""
    predicate = NamedNode(columns.property(line).iri)
    bodies = names_of(MappingLine(line.column, line.thing, line.term, "names"), columns)

    def state(context: RowContext, text: str) -> None:
        for part in split_cell(text, line):
            if columns.reconciliation.find(part, context.member):
                bodies(context, part)
                continue
            key = key_of_name(part, context.where(line.column))
            person = columns.iris.thing("person", key)
            context.describe(person)
            context.add(person, RDF("type"), NS("Author"), line.column)
            context.add(person, FOAF("name"), Literal(part), line.column)
            context.derive(person, line.column)
            context.add(context.things[line.thing], predicate, person, line.column)

    return state


CELLS: dict[str, Callable[[MappingLine, Columns], Action]] = {
    "text": text_of,
    "value": value_of,
    "value-unless": value_unless,
    "raw": raw_of,
    "date": date_of,
    "date-text": date_text_of,
    "code": code_of,
    "flag": flag_of,
    "iri": iri_of,
    "names": names_of,
    "author": author_of,
}
