"""Turn cells into statements: one factory per `how` (mapping.py has the list).

A factory is called once for a column and gives what is called for each of its cells; what does not
depend on the row is looked up before: the model says what a column is, once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from ogpld.iris import Iris, is_key
from ogpld.language_codes import language_name, language_problem, meant_language
from ogpld.model import Code, Model, PropertyDef, Scheme
from ogpld.model.literals import is_number, literal_reader, quoted
from ogpld.model.tables import how_to_write, is_date
from ogpld.near_names import closest
from ogpld.rdf import FOAF, NS, RDF, XSD, Literal, NamedNode
from ogpld.report import Severity
from ogpld.sources.date_cells import date_of, date_text_of, raw_of
from ogpld.sources.dates import UNPROVEN, DateOrder, day_of_serial, typed_year
from ogpld.sources.key_template import Template, key_hint
from ogpld.sources.mapping import CLEAN, MappingLine
from ogpld.sources.names import key_of_name
from ogpld.sources.reconciliation import Reconciliation
from ogpld.sources.row_context import RowContext
from ogpld.sources.source_description import TableDescription
from ogpld.sources.spoilt_cells import (
    MADE_OF_NUMBER,
    NUMBER_HINT,
    has_lost_letters,
    is_day,
    is_number_or_id,
    says_nothing,
)
from ogpld.sources.web_address import has_two, link

_TWO_LINKS = "these are two addresses: part them as the mapping says"
#: What is done with a cell that says something.
Action: TypeAlias = Callable[[RowContext, str], None]

_BOOLEAN = XSD("boolean").value
#: Values a cell may hold; the longest honest cell (policy areas) has some twenty.
VALUES_LIMIT = 200
#: Codes of a list that a hint names.
_LISTED_CODES = 12
#: What people put between codes in one cell.
_PARTS = re.compile(r"\s*[,;|/]\s*")


@dataclass(frozen=True, slots=True)
class Columns:
    """What the factories of one table's columns know.

    Attributes:
        dates: columns with printed dates.
        date_order: what the dates of the whole table prove of the order of day and month.
        lines: what each column means, by column.
    """

    model: Model
    iris: Iris
    reconciliation: Reconciliation
    described: TableDescription
    dates: tuple[str, ...] = ()
    date_order: DateOrder = UNPROVEN
    lines: Mapping[str, tuple[MappingLine, ...]] = field(default_factory=dict)

    def property(self, line: MappingLine) -> PropertyDef:
        """Return what the shapes say of the property a line fills."""
        return self.model.property(self.described.things[line.thing].class_name, line.term)


def _values(context: RowContext, line: MappingLine, text: str) -> list[str]:
    """Return the values of a cell, none (and a Violation) when there are too many."""
    values = line.values(text)
    if len(values) > VALUES_LIMIT:
        context.problem(
            line.column,
            f"the cell holds {len(values)} values, more than {VALUES_LIMIT}",
            "is the whole list in one cell by mistake?",
        )
        return []
    return values


def _hint(line: MappingLine, columns: Columns) -> str:
    """Say what to write in a cell, and how to write several values."""
    separator = line.separator
    several = f"; several are separated by {separator.text}" if separator else "; one value only"
    return f"write {how_to_write(columns.model, columns.property(line))}{several}"


def text_of(line: MappingLine, columns: Columns) -> Action:
    """State human-readable text with its language tag (lower-case BCP 47)."""
    predicate = NamedNode(columns.property(line).iri)
    language = Template(line.argument, columns.described.empty)
    clean = CLEAN[line.clean] if line.clean else str

    def state(context: RowContext, text: str) -> None:
        if line.differs and text == context.row.cells[line.differs]:
            return
        thing = context.things[line.thing]
        tag = language.fill(context.row.cells) or "und"
        if language.columns and (problem := language_problem(tag)):
            meant = meant_language(tag)
            hint = f"did you mean {meant} ({language_name(meant)})?" if meant else "en, es, und, …"
            saying = [c for c in language.taken(context.row.cells) if c in context.positions]
            message = f"{tag!r} is no language tag: {problem}"
            context.remark(Severity.VIOLATION, (*saying, line.column), message, hint)
            return
        for part in _values(context, line, text):
            _look_at_text(context, line.column, part)
            context.add(thing, predicate, Literal(clean(part), language=tag.lower()), line.column)

    return state


def _look_at_text(context: RowContext, column: str, text: str) -> None:
    """Report a text that lost its letters, or that only stands for an empty cell."""
    if has_lost_letters(text):
        context.problem(
            column,
            "the letters of the text are question marks: they were lost when the file was saved",
            "save the original again as 'CSV UTF-8' or as .xlsx; if nothing is known, empty the cell",
        )
    elif says_nothing(text):
        context.remark(
            Severity.WARNING,
            (column,),
            "the cell only says that there is nothing, and is published as a text",
            "empty the cell, or name its text in 'empty' of source.toml",
        )


def value_of(line: MappingLine, columns: Columns) -> Action:
    """State a literal of the datatype the shape asks for; where it is no text, the number stored counts."""
    definition = columns.property(line)
    predicate, read = NamedNode(definition.iri), literal_reader(definition)
    stored = is_date(definition) or is_number(definition) or _BOOLEAN in definition.datatypes
    dates, numbers = is_date(definition), is_number_or_id(definition)
    hint = _hint(line, columns)
    clean = CLEAN[line.clean] if line.clean else str

    def state(context: RowContext, text: str) -> None:
        if stored:
            text = context.row.value(line.column, text)
        for value in _values(context, line, text):
            try:
                literal = read(clean(value))
            except ValueError as error:
                day = day_of_serial(value) if dates else ""
                stored_as = f"spreadsheet programs store {day} as the number {value}: write {day}"
                context.problem(line.column, str(error), stored_as if day else hint)
                continue
            if dates and (year := typed_year(value)):
                message = f"{quoted(value)} is what a year becomes in a cell with a date format"
                context.problem(line.column, message, f"format the column as text and write {year}")
            elif numbers and is_day(value):
                message = f"{quoted(value)} is {MADE_OF_NUMBER}"
                context.problem(line.column, message, NUMBER_HINT)
            else:
                if not stored:
                    _look_at_text(context, line.column, value)
                context.add(context.things[line.thing], predicate, literal, line.column)

    return state


def value_unless(line: MappingLine, columns: Columns) -> Action:
    """State a value where a more exact column is empty."""
    state = value_of(line, columns)

    def unless(context: RowContext, text: str) -> None:
        if not context.row.cells[line.argument]:
            state(context, text)

    return unless


def code_of(line: MappingLine, columns: Columns) -> Action:
    """State a code of the property's list, else of the scale of the row's indicator."""
    definition = columns.property(line)
    predicate, schemes = NamedNode(definition.iri), columns.model.schemes
    scheme, hint = schemes.get(definition.scheme), _hint(line, columns)

    def state(context: RowContext, text: str) -> None:
        scale = scheme or schemes.get(_scale(context))
        for value in _values(context, line, text):
            code = scale.find(value) if scale else None
            if code is None:
                code = _code_called(value, [scheme] if scheme else schemes.values())
            if code is not None:
                node = NamedNode(code.iri)
                context.add(context.things[line.thing], predicate, node, line.column)
            elif scale is None:
                context.problem(line.column, f"{quoted(value)} is no code", hint)
            else:
                kind = "code list" if scheme else "scale"
                message = f"{quoted(value)} is not in the {kind} {scale.notation!r}"
                context.problem(line.column, message, _code_hint(value, scale, line))

    return state


def _scale(context: RowContext) -> str:
    """Return the list the indicator of the row takes its values from, "" when it names none."""
    printed = context.row.cells.get("indicator", "")
    indicator = context.model.schemes["indicator"].find(printed)
    return context.model.scales.get(indicator.notation, "") if indicator else ""


def _code_called(text: str, schemes: Iterable[Scheme]) -> Code | None:
    """Return the code of some lists with this address, or called list/notation."""
    name, _, notation = text.partition("/")
    for scheme in schemes:
        if scheme.notation == name:
            return scheme.find(notation)
        if "://" in text and (code := next((c for c in scheme.codes if c.iri == text), None)):
            return code
    return None


def _code_hint(value: str, scheme: Scheme, line: MappingLine) -> str:
    """Say how several codes are written, or which one is meant, and list the first."""
    separator = line.separator
    parts = [part for part in _PARTS.split(value) if part]
    if separator and len(parts) > 1 and all(map(scheme.find, parts)):
        written = f"{separator.text} ".join(parts)
        return f"several are separated by {separator.text}: write {written}"
    names = {name: c.label for c in scheme.codes for name in (c.notation, c.label)}
    near = closest(value, names)
    more = " …" if len(scheme.codes) > _LISTED_CODES else ""
    return (
        (f"did you mean {names[near]}? " if near else "")
        + f"use one of: {', '.join(code.label for code in scheme.codes[:_LISTED_CODES])}{more}"
        + (f"; several are separated by {separator.text}" if separator else "")
    )


def thing_of(line: MappingLine, columns: Columns) -> Action:
    """State things by key, by `segment/key` where the shape names no class, or by address."""
    definition, hint = columns.property(line), _hint(line, columns)
    predicate, model = NamedNode(definition.iri), columns.model
    target = model.by_class_iri.get(definition.thing)

    def address(text: str) -> NamedNode | None:
        if definition.thing:
            segment, key = (target.segment if target else ""), text
        else:
            segment, _, key = text.partition("/")
        if segment not in model.by_segment or not is_key(key) or is_day(key):
            return None
        return columns.iris.thing(segment, key)

    def state(context: RowContext, text: str) -> None:
        for value in _values(context, line, text):
            if (node := link(value) or address(value)) is not None:
                context.add(context.things[line.thing], predicate, node, line.column)
                continue
            keyed = target is not None and target.segment
            kind = f"no key ({target.label})" if target and keyed else "not a web address"
            advice = key_hint(value, hint) if keyed else hint
            if keyed and is_day(value):
                kind, advice = MADE_OF_NUMBER, NUMBER_HINT
            context.problem(line.column, f"{quoted(value)} is {kind}", advice)

    return state


def flag_of(line: MappingLine, columns: Columns) -> Action:
    """State a code where the cell says 1; 0 says nothing. `if=TEXT`: where it says TEXT alone."""
    definition = columns.property(line)
    scheme = columns.model.schemes.get(definition.scheme)
    code = scheme.find(line.argument) if scheme else columns.model.schemes[line.argument]
    predicate, value = NamedNode(definition.iri), NamedNode(code.iri if code else "")

    def state(context: RowContext, text: str) -> None:
        text = context.row.value(line.column, text)
        if line.only != "1":
            if text == line.only:
                context.add(context.things[line.thing], predicate, value, line.column)
        elif text == "1":
            context.add(context.things[line.thing], predicate, value, line.column)
        elif text != "0":
            context.problem(line.column, f"{text!r} is neither 0 nor 1", "write 1 or 0")

    return state


def iri_of(line: MappingLine, columns: Columns) -> Action:
    """State links; a remark after the address ("… (file.csv)") is not part of it."""
    predicate = NamedNode(columns.property(line).iri)
    template = Template(line.argument) if line.argument else None

    def state(context: RowContext, text: str) -> None:
        for part in _values(context, line, text):
            address = part.split()[0]
            if template:
                address = template.fill({**context.row.cells, "value": address}) or ""
            node = link(address)
            if node is not None:
                context.add(context.things[line.thing], predicate, node, line.column)
            else:
                hint = _TWO_LINKS if has_two(part) else "write http(s)://… or empty the cell"
                context.problem(line.column, f"{part!r} is not a web address", hint)

    return state


def names_of(line: MappingLine, columns: Columns) -> Action:
    """State the bodies a text names, in the graph of reconciled statements."""
    predicate = NamedNode(columns.property(line).iri)
    graph = columns.iris.graph("reconciled", "institutions")

    def state(context: RowContext, text: str) -> None:
        for part in _values(context, line, text):
            for key in columns.reconciliation.find(part, context.member):
                body = columns.iris.thing("institution", key)
                context.add(context.things[line.thing], predicate, body, line.column, graph)

    return state


def authors_in(
    line: MappingLine, text: str, member: str, reconciliation: Reconciliation
) -> Iterator[str]:
    """Yield the persons a cell of authors names; the others are reconciled bodies."""
    return (part for part in line.values(text) if not reconciliation.find(part, member))


def author_of(line: MappingLine, columns: Columns) -> Action:
    """State who wrote a report: a reconciled body, else a person with the name alone."""
    predicate = NamedNode(columns.property(line).iri)
    bodies = names_of(MappingLine(line.column, line.thing, line.term, "names"), columns)

    def state(context: RowContext, text: str) -> None:
        for part in _values(context, line, text):
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


def compare_of(line: MappingLine, columns: Columns) -> Action:
    """Compare a cell with another column that is published; a difference is a Warning."""
    empty = frozenset({"", *columns.described.empty})

    def compare(context: RowContext, text: str) -> None:
        other = context.row.cells[line.argument]
        if other not in empty and text != other:
            context.remark(
                Severity.WARNING,
                (line.column,),
                f"the cell differs from {line.argument!r}, which is published",
                f"{line.argument!r} says {other!r}: compare both with the source",
            )

    return compare


CELLS: dict[str, Callable[[MappingLine, Columns], Action]] = {
    "text": text_of,
    "value": value_of,
    "value-unless": value_unless,
    "raw": raw_of,
    "date": date_of,
    "date-text": date_text_of,
    "code": code_of,
    "thing": thing_of,
    "flag": flag_of,
    "iri": iri_of,
    "names": names_of,
    "author": author_of,
    "compare": compare_of,
}
