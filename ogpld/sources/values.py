"""Turn one cell of a canonical table into statements, as the shape of its property says.

Text and codes of a known list are read by the functions that read mapped sources (cells.py); what only
these tables have is here: keys of things, codes of the row's indicator, exact forms of numbers.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from ogpld.iris import is_key
from ogpld.model import PropertyDef
from ogpld.model.tables import TableColumn, how_to_write, is_date, is_text
from ogpld.rdf import XSD, Literal, NamedNode
from ogpld.sources.cells import find_code
from ogpld.sources.dates import typed_date
from ogpld.sources.row_context import RowContext
from ogpld.sources.whole_numbers import whole_number_problem

#: Values a cell may hold; the longest honest cell (policy areas) has some twenty.
VALUES_LIMIT = 200

_SEPARATED = re.compile(r"\s*;\s*|\s\|+\s")
#: Addresses may contain semicolons, so one separates only before a blank or another address.
_ADDRESSES = re.compile(r"\s*;\s+|;(?=https?://)|\s\|+\s|;\Z")
_BOOLEANS = {"true": "true", "yes": "true", "false": "false", "no": "false"}
_SHOWN = 80


def map_cell(context: RowContext, thing: str, column: TableColumn) -> None:
    """State what the cell of a column says of one of the row's things."""
    definition = column.definition
    if definition is None:
        return
    text = context.row.cells[column.name]
    if not _as_printed(definition):
        text = context.row.value(column.name, text)
    parts = _parts(text, column)
    if len(parts) > VALUES_LIMIT:
        context.problem(
            column.name,
            f"the cell holds {len(parts)} values, more than {VALUES_LIMIT}",
            "is the whole list in one cell by mistake?",
        )
        return
    scheme = context.model.schemes.get(definition.scheme)
    node, predicate = context.things[thing], NamedNode(definition.iri)
    for part in dict.fromkeys(parts):
        value: NamedNode | Literal | None
        if is_text(definition):
            value = Literal(part, language=column.language)
        elif scheme is not None and not _is_address(part):
            code = find_code(context, column.name, scheme, part)
            value = NamedNode(code.iri) if code else None
        else:
            value = _value(context, column.name, definition, part)
        if value is not None:
            context.add(node, predicate, value, column.name)


def _as_printed(definition: PropertyDef) -> bool:
    """Say whether a number counts as it is printed: in text, identifiers, keys and codes."""
    kinds = {XSD("integer").value, XSD("boolean").value}
    return not (is_date(definition) or kinds & set(definition.datatypes))


def _parts(text: str, column: TableColumn) -> list[str]:
    """Split a cell where the property may repeat; empty parts fall away."""
    definition = column.definition
    if definition is None or not column.repeats:
        return [text]
    plain = definition.links and not definition.codes
    texts = re.compile(rf"\s\|{{{column.strokes}}}\s")
    separator = texts if is_text(definition) else _ADDRESSES if plain else _SEPARATED
    if plain and "://" not in text:
        separator = _SEPARATED
    return [part.strip() for part in separator.split(text) if part.strip()]


def _value(
    context: RowContext, column: str, definition: PropertyDef, part: str
) -> NamedNode | Literal | None:
    """Return one value that is no text, or report why it is none."""
    if definition.codes:
        value: NamedNode | Literal | None = _code(context, definition, part)
    elif definition.links:
        value = _thing(context, definition, part)
    else:
        value = _literal(definition, part)
    if value is None:
        context.problem(column, _complaint(context, definition, part), _hint(context, definition))
    return value


def _literal(definition: PropertyDef, part: str) -> Literal | None:
    """Return a literal in its one canonical form (contract.md section 3), None for what is none."""
    if is_date(definition):
        found = typed_date(part)
        return found if found and found.datatype.value in definition.datatypes else None
    if XSD("integer").value in definition.datatypes:
        is_none = bool(whole_number_problem(part.removeprefix("+")))
        return None if is_none else Literal(str(int(part)), datatype=XSD("integer"))
    if XSD("boolean").value in definition.datatypes:
        word = _BOOLEANS.get(part.casefold())
        return Literal(word, datatype=XSD("boolean")) if word else None
    kind = definition.datatypes[0] if definition.datatypes else XSD("string").value
    return Literal(part, datatype=NamedNode(kind))


def _thing(context: RowContext, definition: PropertyDef, part: str) -> NamedNode | None:
    """Return what a key or address names, None when it is neither."""
    if _is_address(part):
        try:
            return NamedNode(part)
        except ValueError:
            return None
    wanted = context.model.by_class_iri.get(definition.thing)
    if wanted is not None:
        return context.iris.thing(wanted.segment, part) if wanted.segment and is_key(part) else None
    segment, slash, key = part.partition("/")
    if definition.thing or not slash or segment not in context.model.by_segment or not is_key(key):
        return None
    return context.iris.thing(segment, key)


def _code(context: RowContext, definition: PropertyDef, part: str) -> NamedNode | None:
    """Return a code of the property's list, of the row's indicator, or written scheme/notation."""
    schemes = context.model.schemes
    if _is_address(part):
        names = [definition.scheme] if definition.scheme else list(schemes)
        known = {code.iri for name in names for code in schemes[name].codes}
        return NamedNode(part) if part in known else None
    scale = schemes.get(_scale(context))
    code = scale.find(part) if scale else None
    if code is None:
        name, _, notation = part.partition("/")
        code = schemes[name].find(notation) if name in schemes else None
    return NamedNode(code.iri) if code else None


def _scale(context: RowContext) -> str:
    """Return the list the indicator of the row takes its values from, "" when it names none."""
    printed = context.row.cells.get("indicator", "")
    indicator = context.model.schemes["indicator"].find(printed)
    return context.model.scales.get(indicator.notation, "") if indicator else ""


def _is_address(text: str) -> bool:
    """Say whether a text is an absolute http(s) IRI."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and " " not in text


def _complaint(context: RowContext, definition: PropertyDef, part: str) -> str:
    shown = repr(part if len(part) <= _SHOWN else part[:_SHOWN] + "…")
    if definition.scheme:
        return f"{shown} is not in the code list {definition.scheme!r}"
    if definition.codes:
        scale = _scale(context)
        return f"{shown} is not in the scale {scale!r}" if scale else f"{shown} is no code"
    wanted = context.model.by_class_iri.get(definition.thing)
    if wanted is not None and wanted.segment:
        return f"{shown} is no key ({wanted.label})"
    if definition.links:
        return f"{shown} is not a web address"
    if is_date(definition):
        return f"{shown} is no date this column takes"
    if XSD("boolean").value in definition.datatypes:
        return f"{shown} is neither true nor false"
    problem = whole_number_problem(part.removeprefix("+"))
    return problem or f"{shown} is no {XSD.local(definition.datatypes[0])}"


def _hint(context: RowContext, definition: PropertyDef) -> str:
    """Say what to write, and how to write several values."""
    scale = context.model.schemes.get(_scale(context)) if not definition.scheme else None
    if definition.codes and scale is not None:
        return "use one of: " + ", ".join(code.label for code in scale.codes)
    several = "; several are separated by ;" if definition.max_count is None else "; one value only"
    return f"write {how_to_write(context.model, definition)}{several}"
