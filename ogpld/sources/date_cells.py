"""Turn cells with printed dates into statements, and tell what is published of each that leaves a doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ogpld.model.literals import typed_date
from ogpld.rdf import Literal, NamedNode
from ogpld.report import Severity
from ogpld.sources.dates import (
    QUARTER,
    TWO_READINGS,
    DateOrder,
    Printed,
    is_disproved,
    read_printed,
    reading_of,
)
from ogpld.sources.mapping import EITHER, MappingLine
from ogpld.sources.row_context import RowContext

if TYPE_CHECKING:
    from ogpld.sources.cells import Action, Columns

#: What an ISO date of so many characters says.
_KINDS = {4: "year", 7: "month", 10: "date"}
#: Properties whose quarters are given a first and a last day (derive.py).
_BOUNDED = {"startText", "endText"}


def raw_of(line: MappingLine, columns: Columns) -> Action:
    """Keep the printed date where the typed one does not say the same."""
    predicate = NamedNode(columns.property(line).iri)

    def state(context: RowContext, text: str) -> None:
        if reading_of(text) != context.row.cells[line.argument]:
            literal = Literal(text, language="und")
            context.add(context.things[line.thing], predicate, literal, line.column)

    return state


def date_of(line: MappingLine, columns: Columns) -> Action:
    """State a printed date as exact as it is certain; of a doubt is told what is published."""
    predicate = NamedNode(columns.property(line).iri)
    of_column = columns.lines.get(line.column, ())
    texts = [other for other in of_column if other.how in {"text", "date-text"}]

    def state(context: RowContext, text: str) -> None:
        reading = _reading(context, line, columns, text)
        literal = _taken(reading, line, columns)
        if literal is not None:
            context.add(context.things[line.thing], predicate, literal, line.column)
        if reading.doubt or literal is None:
            printed = [
                other
                for other in texts
                if other.thing in context.things
                and (other.how == "text" or _is_kept(context, other, columns, text))
            ]
            _tell(context, line, reading, literal, printed)

    return state


def date_text_of(line: MappingLine, columns: Columns) -> Action:
    """Keep the printed text of a date that is published with less or other than is printed."""
    predicate = NamedNode(columns.property(line).iri)

    def state(context: RowContext, text: str) -> None:
        if _is_kept(context, line, columns, text):
            literal = Literal(text, language="und")
            context.add(context.things[line.thing], predicate, literal, line.column)

    return state


def _is_kept(context: RowContext, line: MappingLine, columns: Columns, text: str) -> bool:
    """Say whether a line `date-text` publishes a text: a date of its column does not say all of it."""
    reading = _reading(context, line, columns, text)
    dates = (other for other in columns.lines.get(line.column, ()) if other.how == "date")
    return bool(reading.doubt) or any(_taken(reading, date, columns) is None for date in dates)


def _taken(reading: Printed, line: MappingLine, columns: Columns) -> Literal | None:
    """Return a date as its property takes it, None for one that is not as exact as it wants."""
    literal = typed_date(reading.iso) if reading.iso else None
    if literal is None or literal.datatype.value in columns.property(line).datatypes:
        return literal
    return None


def _reading(context: RowContext, line: MappingLine, columns: Columns, text: str) -> Printed:
    """Read a printed date as the mapping says the table writes dates, else as its dates prove.

    In a row with a date that can only be read in the other order, what the mapping says is not certain.
    """
    order = columns.date_order
    if line.argument == EITHER:
        order = DateOrder("", order.dotted)
    elif line.argument:
        cells = context.row.cells
        doubtful = is_disproved(line.argument, tuple([cells[column] for column in columns.dates]))
        order = DateOrder("" if doubtful else line.argument, order.dotted)
    return read_printed(text, context.years, order)


def _tell(
    context: RowContext,
    line: MappingLine,
    reading: Printed,
    literal: Literal | None,
    printed: list[MappingLine],
) -> None:
    """Report a date that is published with less or other than is printed.

    Args:
        context: its row.
        line: the line that reads it.
        reading: what it says.
        literal: the date that is published, None for none.
        printed: the lines that publish its text.
    """
    doubt = reading.doubt or f"says a {_KINDS[len(reading.iso)]}, which {line.term!r} does not take"
    hint = "a line of fixes.csv says it better: 2016, 2016-07 or 2016-07-01"
    if doubt == TWO_READINGS and not line.argument:
        hint += (
            "; if its publisher says which stands first, write date:day-first or date:month-first "
        )
        hint += "in mapping.csv"
    lost = not printed and (literal is None or doubt == TWO_READINGS)
    if literal is not None:
        published = f"the {_KINDS[len(literal.value)]} is published" + ", and the text" * bool(
            printed
        )
    elif printed:
        bounded = doubt == QUARTER and any(other.term in _BOUNDED for other in printed)
        published = "it is published as printed" + ", with first and last day" * bounded
    else:
        published = "nothing of it is published"
    if lost:
        hint += "; a line of mapping.csv with date-text publishes what is printed"
    severity = Severity.WARNING if lost else Severity.INFO
    context.remark(severity, (line.column,), f"the cell {doubt}; {published}", hint)
