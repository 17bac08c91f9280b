"""Turn one cell into statements, one function per `how` (see mapping.py for the list)."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from ogpld.iris import slug
from ogpld.rdf import FOAF, NS, RDF, XSD, Literal, NamedNode
from ogpld.sources.context import RowContext
from ogpld.sources.dates import reading_of, typed_date
from ogpld.sources.mapping import Line
from ogpld.sources.template import fill

_DATES = {XSD("date").value, XSD("gYearMonth").value, XSD("gYear").value}
_PLAIN = {XSD("string").value, XSD("integer").value, XSD("boolean").value}


def _parts(text: str, line: Line) -> list[str]:
    """Split a cell where the mapping says so; empty parts fall away."""
    if not line.split:
        return [text]
    return [part.strip() for part in text.split(line.split) if part.strip()]


def map_text(context: RowContext, line: Line, text: str) -> None:
    """State human-readable text with its language tag (lower-case BCP 47)."""
    predicate = context.property(line.thing, line.term).iri
    subject = context.things[line.thing]
    for part in _parts(text, line):
        literal = Literal(part, language=line.argument.lower())
        context.add(subject, predicate, literal, line.column)


def map_value(context: RowContext, line: Line, text: str) -> None:
    """State a literal of the datatype the shape asks for."""
    definition = context.property(line.thing, line.term)
    subject = context.things[line.thing]
    for part in _parts(text, line):
        if set(definition.datatypes) & _DATES:
            literal = typed_date(part)
            if literal is None or literal.datatype.value not in definition.datatypes:
                context.problem(
                    line.column,
                    f"{part!r} is not a date, month or year",
                    "write 2016, 2016-07 or 2016-07-01, or empty the cell",
                )
                continue
        else:
            datatype = next((d for d in definition.datatypes if d in _PLAIN), XSD("string").value)
            if datatype == XSD("integer").value and not part.lstrip("-").isdecimal():
                context.problem(line.column, f"{part!r} is not a whole number", "write digits only")
                continue
            literal = Literal(part, datatype=NamedNode(datatype))
        context.add(subject, definition.iri, literal, line.column)


def map_value_unless(context: RowContext, line: Line, text: str) -> None:
    """State a value where a more exact column is empty."""
    if not context.row.cells[line.argument]:
        map_value(context, line, text)


def map_raw(context: RowContext, line: Line, text: str) -> None:
    """Keep the printed date where the typed one does not say the same (ontology.md 1.3)."""
    if reading_of(text) == context.row.cells[line.argument]:
        return
    predicate = context.property(line.thing, line.term).iri
    context.add(context.things[line.thing], predicate, Literal(text, language="und"), line.column)


def map_code(context: RowContext, line: Line, text: str) -> None:
    """State a code of the property's list."""
    definition = context.property(line.thing, line.term)
    scheme = context.model.schemes[definition.scheme]
    for part in _parts(text, line):
        code = scheme.find(part)
        if code is None:
            context.problem(
                line.column,
                f"{part!r} is not in the code list {scheme.notation!r}",
                "use one of: "
                + ", ".join(c.label for c in scheme.codes[:12])
                + (" …" if len(scheme.codes) > 12 else ""),  # noqa: PLR2004
            )
            continue
        context.add(context.things[line.thing], definition.iri, NamedNode(code.iri), line.column)


def map_iri(context: RowContext, line: Line, text: str) -> None:
    """State links; a remark after the address ("… (file.csv)") is not part of it."""
    predicate = context.property(line.thing, line.term).iri
    for part in _parts(text, line):
        address = part.split()[0]
        if line.argument:
            address = fill(line.argument, {**context.row.cells, "value": address}) or ""
        try:
            parts = urlsplit(address)
            node = NamedNode(address)
        except ValueError:
            parts = urlsplit("")
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            context.problem(
                line.column, f"{part!r} is not a web address", "write http(s)://… or empty the cell"
            )
            continue
        context.add(context.things[line.thing], predicate, node, line.column)


def map_names(context: RowContext, line: Line, text: str) -> None:
    """State the bodies a text names, in the graph of reconciled statements."""
    predicate = context.property(line.thing, line.term).iri
    graph = context.iris.graph("reconciled", "institutions")
    for part in _parts(text, line):
        for key in context.reconciliation.find(part):
            body = context.iris.thing("institution", key)
            context.add(context.things[line.thing], predicate, body, line.column, graph)


def map_author(context: RowContext, line: Line, text: str) -> None:
    """State who wrote a report: a reconciled body, else a person with the name alone."""
    predicate = context.property(line.thing, line.term).iri
    for part in _parts(text, line):
        if context.reconciliation.find(part):
            map_names(context, Line(line.column, line.thing, line.term, "names"), part)
            continue
        person = context.iris.thing("person", slug(part))
        context.add(person, RDF("type").value, NS("Author"), line.column)
        context.add(person, FOAF("name").value, Literal(part), line.column)
        context.output.trace.add_thing(person.value, context.where())
        context.add(context.things[line.thing], predicate, person, line.column)


CELLS: dict[str, Callable[[RowContext, Line, str], None]] = {
    "text": map_text,
    "value": map_value,
    "value-unless": map_value_unless,
    "raw": map_raw,
    "code": map_code,
    "iri": map_iri,
    "names": map_names,
    "author": map_author,
}
