"""Find what the columns of a clerk's table mean: its class, and the property of each column.

A column nobody can explain is a Violation with the name that was probably meant; the other columns are
read all the same, so that one run shows everything.
"""

from __future__ import annotations

from difflib import get_close_matches

from ogpld.errors import SourceError, Where
from ogpld.language_tags import language_tag_problem
from ogpld.model import ClassDef, Model, PropertyDef
from ogpld.model.tables import (
    TableColumn,
    class_called,
    computed,
    is_text,
    properties_by_key,
    template_classes,
)
from ogpld.report import Finding, Severity
from ogpld.sources.table import InputTable

#: Language tags (BCP 47) in the forms that headers need.


def class_of_table(table: InputTable, model: Model, told: str | None, *, alone: bool) -> ClassDef:
    """Return the class a table describes: as told, as its sheet is named, or as its header shows.

    Args:
        table: the table.
        model: the classes there are.
        told: what the sender says, None or "" if nothing.
        alone: whether the table is all there is, so that `told` is about it and no other sheet.

    Raises:
        SourceError: when nobody says and the header fits no class.
    """
    by_sheet = class_called(model, table.sheet) if table.sheet else None
    if told:
        found = class_called(model, told)
        if found is None:
            raise SourceError(
                f"there is no table of {told[:40]!r}", where=Where(table.name), hint=_names(model)
            )
        return found if alone or by_sheet is None else by_sheet
    return by_sheet or _by_header(table, model)


def _names(model: Model) -> str:
    return "tables are of: " + ", ".join(found.name for found in template_classes(model))


def _by_header(table: InputTable, model: Model) -> ClassDef:
    """Return the class whose columns these are; one that lacks nothing goes before one that does."""
    given = {name.partition("@")[0] for name in table.header} - {"key"}
    best: list[tuple[tuple[int, int, int], ClassDef]] = []
    for definition in template_classes(model):
        keys = properties_by_key(model, definition)
        required = {key for key, found in keys.items() if found.min_count}
        known = given & keys.keys()
        if known:
            # unknown columns, required ones that are missing, columns the table could have and has not
            rank = (len(given - known), len(required - given), len(keys.keys() - given))
            best.append((rank, definition))
    best.sort(key=lambda pair: (pair[0], pair[1].name))
    if not best or best[0][0][0] > len(given) // 2:
        raise SourceError(
            "the header is that of no table of ours",
            where=Where(table.name, 1),
            hint=f"take an empty table from 'ogpld template', or say the class; {_names(model)}",
        )
    return best[0][1]


def read_columns(
    table: InputTable, definition: ClassDef, model: Model, focus: str
) -> tuple[list[TableColumn], list[Finding]]:
    """Return the columns to read, and a finding for each that cannot or need not be.

    Raises:
        SourceError: when the column `key` is missing, because no row says then what it describes.
    """
    if "key" not in table.header:
        near = get_close_matches("key", [n.casefold() for n in table.header], 1, 0.6)
        meant = next((n for n in table.header if n.casefold() in near), "")
        raise SourceError(
            f"the table of {definition.name} has no column 'key'",
            where=Where(table.name, 1),
            hint=(f"did you mean it by {meant!r}? " if meant else "")
            + "it holds a key of letters, digits and dashes, one for each row",
        )
    keys = properties_by_key(model, definition)
    left_out = computed(model)
    columns: list[TableColumn] = []
    findings: list[Finding] = []
    seen: set[str] = set()
    for name in table.header:
        if name == "key":
            continue
        key, _, tag = name.partition("@")
        where = Where(table.name, 1, name)
        found = keys.get(key)
        complaint = _complaint(name, definition, model, seen)
        if complaint:
            findings.append(
                Finding(
                    Severity.VIOLATION,
                    focus=focus,
                    message=complaint[0],
                    where=(where,),
                    cell=name,
                    hint=complaint[1],
                )
            )
        elif found and found.iri in left_out:
            findings.append(
                Finding(
                    Severity.INFO,
                    focus=focus,
                    message=f"the column {name!r} is computed and was not read",
                    path=found.iri,
                    where=(where,),
                    cell=name,
                    hint="leave it out; it follows from the other columns and from assessments",
                )
            )
        elif found:
            columns.append(TableColumn(name, found, tag.lower()))
        seen.add(f"{key}@{tag.lower()}")
    return columns, findings


def _complaint(
    name: str, definition: ClassDef, model: Model, seen: set[str]
) -> tuple[str, str] | None:
    """Return what is wrong with the name of a column and what to do, None when nothing is."""
    keys = properties_by_key(model, definition)
    key, at, tag = name.partition("@")
    found = keys.get(key)
    if found is None:
        return f"a table of {definition.name} has no column {name!r}", _near(name, keys, model)
    if is_text(found) and not tag:
        return (
            f"the column {name!r} does not say in which language its text is",
            f"write {key}@en, {key}@et, … ({key}@und where nobody knows)",
        )
    if is_text(found) and (problem := language_tag_problem(tag)):
        return (
            f"the column {name!r} names {tag!r} for a language, which is no language tag: {problem}",
            f"write a tag as RFC 5646 has it: {key}@en, {key}@sr-Latn, {key}@x-easy, …",
        )
    if at and not is_text(found):
        return f"the column {name!r} names a language, but holds no text", f"write {key}"
    if f"{key}@{tag.lower()}" in seen:
        return f"the column {name!r} stands twice", "keep one of them"
    return None


def _near(name: str, known: dict[str, PropertyDef], model: Model) -> str:
    """Return a hint that names the column probably meant."""
    spelt: dict[str, str] = {}
    for key, found in known.items():
        spelt[found.name.casefold()] = key
        if found.thing in model.by_class_iri:
            spelt.setdefault(model.by_class_iri[found.thing].label.casefold(), key)
        spelt[model.terms[found.iri].label.casefold()] = key
        spelt[key.casefold()] = key
    key, _, tag = name.partition("@")
    near = get_close_matches(key.casefold(), sorted(spelt), 1, 0.6)
    if near:
        meant = spelt[near[0]]
        text = is_text(known[meant])
        return f"did you mean {meant}@{tag or 'en'}?" if text else f"did you mean {meant}?"
    return "it has " + ", ".join(known)
