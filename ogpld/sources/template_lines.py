"""Derive the lines of a mapping from the header of a table that was filled in after a template.

The header says the class of the rows; what each column means follows from the shape of its property. A
column nobody can explain is a Violation with the name that was probably meant; the other columns are
read all the same, so that one run shows everything.
"""

from __future__ import annotations

from ogpld.errors import SourceError, Where
from ogpld.language_codes import (
    language_name,
    language_of_country,
    language_problem,
    meant_language,
)
from ogpld.model import ClassDef, Model, PropertyDef
from ogpld.model.tables import (
    LINKS,
    VALUES,
    Separator,
    TableColumn,
    class_called,
    computed,
    is_text,
    longest_strokes,
    properties_by_key,
    separator,
    template_classes,
)
from ogpld.near_names import closest
from ogpld.report import Finding, Severity
from ogpld.sources.mapping import MappingLine
from ogpld.sources.table import InputTable
from ogpld.wording import small

#: Name of the thing a row describes.
THING = "thing"


def class_of_table(
    table: InputTable, model: Model, class_name: str | None, *, alone: bool
) -> ClassDef:
    """Return the class a table describes: as told, as its sheet is named, or as its header shows.

    Args:
        table: the table.
        model: the classes there are.
        class_name: what the sender says, None or "" if nothing.
        alone: whether the table is all there is, so that `class_name` is about it and no other sheet.

    Raises:
        SourceError: when nobody says and the header fits no class.
    """
    by_sheet = class_called(model, table.sheet) if table.sheet else None
    if class_name:
        definition = class_called(model, class_name)
        if definition is None:
            raise SourceError(
                f"there is no table of {class_name[:40]!r}",
                where=Where(table.name),
                hint=_names(model),
            )
        return definition if alone or by_sheet is None else by_sheet
    return by_sheet or _by_header(table, model)


def _names(model: Model) -> str:
    kinds = (f"{small(c.label)} ({c.name})" for c in template_classes(model))
    return f"tables are of: {', '.join(kinds)}"


def _by_header(table: InputTable, model: Model) -> ClassDef:
    """Return the class whose columns these are; one that lacks nothing goes before one that does."""
    given = {name.partition("@")[0] for name in table.header} - {"key"}
    best: list[tuple[tuple[int, int, int], ClassDef]] = []
    for definition in template_classes(model):
        keys = properties_by_key(model, definition)
        required = {key for key, property_def in keys.items() if property_def.min_count}
        matching = given & keys.keys()
        if matching:
            # unknown columns, required ones that are missing, columns the table could have and has not
            rank = (len(given - matching), len(required - given), len(keys.keys() - given))
            best.append((rank, definition))
    best.sort(key=lambda pair: (pair[0], pair[1].name))
    if not best or best[0][0][0] > len(given) // 2:
        raise SourceError(
            "the columns are those of no table that is known here",
            where=Where(table.name, 1),
            hint="fill in an empty table (on a site at /validate, here with 'ogpld template'), or say what"
            f" the rows are; {_names(model)}",
        )
    return best[0][1]


def template_lines(
    table: InputTable, definition: ClassDef, model: Model, focus: str
) -> tuple[tuple[MappingLine, ...], list[Finding]]:
    """Return a line for each column to read, and a finding for each that cannot or need not be.

    Args:
        table: the table.
        definition: the class of its rows.
        model: the other classes and the code lists.
        focus: IRI of what findings about the whole table are about.

    Raises:
        SourceError: when the column `key` is missing, because no row says then what it describes.
    """
    if "key" not in table.header:
        raise _no_key_column(table, definition)
    properties = properties_by_key(model, definition)
    left_out = computed(model)
    lines: list[MappingLine] = []
    findings: list[Finding] = []
    seen: set[str] = set()
    for name in table.header:
        if name == "key":
            continue
        key, _, tag = name.partition("@")
        property_def = properties.get(key)
        if complaint := _complaint(name, definition, model, seen):
            findings.append(_about(table, name, focus, Severity.VIOLATION, *complaint))
        elif property_def and property_def.iri in left_out:
            message = f"the column {name!r} is computed and was not read"
            hint = "leave it out; it follows from the other columns and from assessments"
            findings.append(
                _about(table, name, focus, Severity.INFO, message, hint, property_def.iri)
            )
        elif property_def:
            column = TableColumn(name, property_def, tag.lower())
            if doubt := _country_for_language(name, table):
                findings.append(_about(table, name, focus, Severity.WARNING, *doubt))
            apart = _separator(column, table)
            if apart and is_text(property_def) and apart != Separator.exact(separator(0)):
                message = f"the values of {name!r} are separated by {apart.text!r}, the most strokes in it"
                hint = "fewer strokes between blanks are text in this column"
                findings.append(
                    _about(table, name, focus, Severity.INFO, message, hint, property_def.iri)
                )
            how, argument = _how(column)
            lines.append(MappingLine(name, THING, key, how, argument, apart))
        seen.add(f"{key}@{tag.lower()}")
    return tuple(lines), findings


def _how(column: TableColumn) -> tuple[str, str]:
    """Return how the cells of a column are read, and its argument, as in `mapping.csv`."""
    definition = column.definition
    if definition is None:
        return "key", ""
    if is_text(definition):
        return "text", column.language
    if definition.codes:
        return "code", ""
    return ("thing" if definition.links else "value"), ""


def _separator(column: TableColumn, table: InputTable) -> Separator | None:
    """Return what stands between the values of a column, None where a cell has one.

    Texts are separated by the longest run of strokes in the column.
    """
    definition = column.definition
    if definition is None or not column.repeats:
        return None
    if is_text(definition):
        strokes = max((longest_strokes(row.cells[column.name]) for row in table.rows), default=1)
        return Separator.exact(separator(max(strokes, 1) - 1))
    return LINKS if definition.links and not definition.codes else VALUES


def _no_key_column(table: InputTable, definition: ClassDef) -> SourceError:
    """Return the error of a table without the column `key`."""
    meant = closest("key", table.header)
    return SourceError(
        f"the table of {definition.name} has no column 'key'",
        where=Where(table.name, 1),
        hint=(f"did you mean it by {meant!r}? " if meant else "")
        + "it holds a key of letters, digits and dashes, one for each row",
    )


def _about(
    table: InputTable,
    column: str,
    focus: str,
    severity: Severity,
    message: str,
    hint: str,
    path: str | None = None,
) -> Finding:
    """Return a finding about the header of a column."""
    return Finding(
        severity,
        focus=focus,
        message=message,
        path=path,
        where=(Where(table.name, 1, column),),
        cell=column,
        hint=hint,
    )


def _complaint(
    name: str, definition: ClassDef, model: Model, seen: set[str]
) -> tuple[str, str] | None:
    """Return what is wrong with the name of a column and what to do, None when nothing is."""
    keys = properties_by_key(model, definition)
    key, at, tag = name.partition("@")
    property_def = keys.get(key)
    if property_def is None:
        return f"a table of {definition.name} has no column {name!r}", _near(name, keys, model)
    if is_text(property_def) and not tag:
        return (
            f"the column {name!r} does not say in which language its text is",
            f"write {key}@en, {key}@et, … ({key}@und where nobody knows)",
        )
    if is_text(property_def) and (problem := language_problem(tag)):
        meant = meant_language(tag)
        return (
            f"the column {name!r} names {tag!r} for a language, which is no language tag: {problem}",
            (f"did you mean {key}@{meant} ({language_name(meant)})? " if meant else "")
            + f"write a tag as RFC 5646 has it: {key}@en, {key}@sr-Latn, {key}@x-easy, …",
        )
    if at and not is_text(property_def):
        return f"the column {name!r} names a language, but holds no text", f"write {key}"
    if f"{key}@{tag.lower()}" in seen:
        return f"the column {name!r} stands twice", "keep one of them"
    return None


def _country_for_language(name: str, table: InputTable) -> tuple[str, str] | None:
    """Say that a column names the country of the rows where a language belongs, None where it does not."""
    key, _, tag = name.partition("@")
    meant = next((m for row in table.rows if (m := language_of_country(tag, row.cells["key"]))), "")
    if not meant:
        return None
    return (
        f"the column {name!r} is in {language_name(tag.lower())}; {tag!r} is also the code of the country",
        f"write {key}@{meant} if it is in {language_name(meant)}",
    )


def _near(name: str, properties: dict[str, PropertyDef], model: Model) -> str:
    """Return a hint that names the column probably meant."""
    spelt: dict[str, str] = {}
    for key, definition in properties.items():
        spelt[definition.name.casefold()] = key
        if definition.thing in model.by_class_iri:
            spelt.setdefault(model.by_class_iri[definition.thing].label.casefold(), key)
        spelt[model.terms[definition.iri].label.casefold()] = key
        spelt[key.casefold()] = key
    key, _, tag = name.partition("@")
    if near := closest(key, spelt):
        meant = spelt[near]
        text = is_text(properties[meant])
        return f"did you mean {meant}@{tag or 'en'}?" if text else f"did you mean {meant}?"
    return "it has " + ", ".join(properties)
