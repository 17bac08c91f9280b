"""Turn the code lists (CSV) into SKOS quads and lookup tables.

`index.csv` names the lists; `<list>.csv` holds one code a row. Headers are the model's JSON-LD keys
(with `@en` for text), so that a new column needs no line here: what a cell becomes is said by the
shapes of Concept, Indicator, IndicatorWindow and ConceptScheme. Cells that point at codes hold
notations; several values are separated by " | ".
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import takewhile, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import category

from ogpld.errors import ModelError, Where
from ogpld.language_tags import language_tag_problem
from ogpld.model.literals import literal_reader
from ogpld.model.schema import Code, LabelIn, PropertyDef, Scheme, Window
from ogpld.model.tables import Separator
from ogpld.rdf import CODE, NS, OWL, RDF, RDFS, SKOS, Literal, NamedNode, Quad, english

if TYPE_CHECKING:
    from ogpld.model.reader import Schema


#: Columns of index.csv that say how to read the list and are no statements about it.
_INDEX_ONLY = {"class", "closed", "file"}
_CLOSED = {"yes": True, "no": False}
#: Columns that a table cannot do without.
_NEEDED = ("notation", "prefLabel@en")
_SEPARATOR = Separator.exact(" | ")
_CLASSES = {"Code": (), "Indicator": ("Indicator",), "IndicatorWindow": ("IndicatorWindow",)}
#: Further columns that codes of a class cannot do without.
_COLUMNS = {
    "Code": (),
    "Indicator": ("scale",),
    "IndicatorWindow": ("indicator", "phase", "assessor", "firstCycle", "lastCycle"),
}


@dataclass(frozen=True, slots=True)
class CodeLists:
    """Everything the code list files say."""

    schemes: dict[str, Scheme]
    windows: tuple[Window, ...]
    scales: dict[str, str]
    quads: tuple[Quad, ...]
    labels: tuple[LabelIn, ...] = ()


def read_codelists(folder: Path, schema: Schema) -> CodeLists:
    """Read all code lists of a folder.

    Raises:
        ModelError: naming file, row and column of a duplicate, an unknown column or a bad cell.
    """
    schemes: dict[str, Scheme] = {}
    quads: list[Quad] = []
    windows: list[Window] = []
    scales: dict[str, str] = {}
    labels: list[LabelIn] = []
    uses: list[tuple[Quad, Where]] = []
    for number, row in _rows(folder / "index.csv", *_NEEDED, "class", "closed", "file"):
        where = Where("index.csv", number)
        notation = row["notation"]
        node = CODE(notation)
        quads += [Quad(node, RDF("type"), SKOS("ConceptScheme"))]
        quads += _labelled(node, row)
        labels += _labels(node, row)
        columns = {k: v for k, v in row.items() if k not in _INDEX_ONLY}
        statements = list(_statements(node, columns, ("ConceptScheme",), schema, where))
        uses += [(quad, where) for quad in statements]
        schemes[notation] = _scheme(node, row, where)
    members: dict[str, list[Code]] = {}
    for scheme in list(schemes.values()):
        if not scheme.file:  # a version: its codes live in the list it is a version of
            continue
        codes = []
        for number, row in _rows(folder / scheme.file, *_NEEDED, *_COLUMNS[scheme.kind]):
            where = Where(scheme.file, number)
            statements = list(_code_quads(scheme, row, schema, where))
            uses += [(quad, where) for quad in statements]
            codes.append(_code(scheme, row))
            for version in _SEPARATOR.split(row.get("inScheme", "")):
                members.setdefault(version, []).append(codes[-1])
            labels += _labels(NamedNode(codes[-1].iri), row)
            if scheme.kind == "IndicatorWindow":
                windows.append(_window(row, where))
            if scheme.kind == "Indicator":
                scales[row["notation"]] = row["scale"]
        schemes[scheme.notation] = replace(scheme, codes=tuple(codes))
    quads += [quad for quad, _ in uses]
    _check_uses(uses, {quad.subject for quad in quads})
    for version, members_of_version in members.items():
        schemes[version] = replace(schemes[version], codes=tuple(members_of_version))
    return CodeLists(schemes, tuple(windows), scales, tuple(quads), tuple(labels))


def _scheme(node: NamedNode, row: dict[str, str], where: Where) -> Scheme:
    """Return the list that a row of the index describes, without its codes."""
    if row["class"] not in _CLASSES:
        raise _unknown(row, "class", _CLASSES, where)
    if row["closed"] not in _CLOSED:
        raise _unknown(row, "closed", _CLOSED, where)
    return Scheme(
        iri=node.value,
        notation=row["notation"],
        label=row["prefLabel@en"],
        definition=row.get("definition@en", ""),
        kind=row["class"],
        closed=_CLOSED[row["closed"]],
        file=row["file"],
    )


def _unknown(row: dict[str, str], column: str, words: Iterable[str], where: Where) -> ModelError:
    return ModelError(
        f"{row[column]!r} is none of {', '.join(words)}",
        where=Where(where.file, where.row, column),
        hint="ontology/README.md says what each means",
    )


def _check_uses(uses: Iterable[tuple[Quad, Where]], there: Collection[object]) -> None:
    """Refuse what names an unknown list or code.

    Raises:
        ModelError: with file and row.
    """
    for quad, where in uses:
        iri = quad.object
        if isinstance(iri, NamedNode) and iri.value in CODE and iri not in there:
            what = CODE.local(iri.value)
            raise ModelError(
                f"there is no code {what}" if "/" in what else f"there is no code list {what}",
                where=where,
                hint="a list has a row in index.csv, a code one in the file of its list",
            )


def _rows(path: Path, *needed_columns: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield row number (header is 1) and cells; notations must be unique. Blank lines are no rows."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            records = csv.reader(file, strict=True)
            header = [name.strip() for name in next(records, [])]
            while header and not header[-1]:
                header.pop()
            if len(set(header)) < len(header) or not all(header):
                raise ModelError("a column has no name or stands twice", where=Where(path.name, 1))
            for name in needed_columns:
                if name not in header:
                    raise ModelError(f"the table has no column {name}", where=Where(path.name, 1))
            # who adds a code need not know what it is called in all languages of pages
            needed = len(header) - sum(1 for _ in takewhile(_is_translation, reversed(header)))
            seen: set[str] = set()
            for number, record in enumerate(records, 2):
                where = Where(path.name, number)
                if not any(cell.strip() for cell in record):
                    continue
                if len(record) < needed or any(c.strip() for c in record[len(header) :]):
                    raise ModelError(
                        f"the row has {len(record)} cells, the header {len(header)}",
                        where=where,
                        hint="give each column a cell, empty ones too, and quote texts with commas",
                    )
                row = dict(zip_longest(header, map(str.strip, record[: len(header)]), fillvalue=""))
                _check_visible(row, where)
                if row["notation"] in seen:
                    raise ModelError(f"{row['notation']!r} stands twice", where=where)
                seen.add(row["notation"])
                yield number, row
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ModelError(f"cannot read the code list: {error}", where=Where(path.name)) from error


def _is_translation(column: str) -> bool:
    return column.startswith("prefLabel@") and column != "prefLabel@en"


def _check_visible(row: dict[str, str], where: Where) -> None:
    """Refuse characters nobody sees: codes are compared letter by letter.

    Labels and definitions may have those a script needs (no-break blanks, joiners), no controls.
    """
    for column, text in row.items():
        refused = {"Cc", "Cs", "Cn"} if "@" in column else {"Cc", "Cs", "Cn", "Cf", "Co", "Zs"}
        character = next((c for c in text if not c.isprintable() and category(c) in refused), "")
        if character:
            raise ModelError(
                f"the cell {text[:80]!r} holds the invisible character U+{ord(character):04X}",
                where=Where(where.file, where.row, column),
                hint="remove it",
            )


def _code(scheme: Scheme, row: dict[str, str]) -> Code:
    return Code(
        iri=f"{scheme.iri}/{row['notation']}",
        notation=row["notation"],
        label=row["prefLabel@en"],
        alternatives=tuple(_SEPARATOR.split(row.get("altLabel@en", ""))),
        slot=row.get("slot", ""),
        first=int(row.get("firstCycle") or 0) or None,
        last=int(row.get("lastCycle") or 0) or None,
        rank=int(row["rank"]) if row.get("rank") else None,
        off_scale=row.get("offScale") in {"true", "1"},
    )


def _window(row: dict[str, str], where: Where) -> Window:
    try:
        return Window(
            indicator=row["indicator"],
            phase=row["phase"],
            assessor=row["assessor"],
            first=int(row["firstCycle"]),
            last=int(row["lastCycle"]) if row["lastCycle"] else None,
            shortcut=row.get("shortcut", ""),
        )
    except (KeyError, ValueError) as error:
        raise ModelError(f"not a usable window: {error}", where=where) from error


def _labelled(node: NamedNode, row: dict[str, str]) -> list[Quad]:
    """Return `rdfs:label` in each language that a row has the label in."""
    others = [Literal(label.text, language=label.language) for label in _labels(node, row)]
    return [Quad(node, RDFS("label"), text) for text in (english(row["prefLabel@en"]), *others)]


def _labels(node: NamedNode, row: dict[str, str]) -> Iterator[LabelIn]:
    """Yield the labels of a row in other languages than English; what is no language is refused later."""
    for column, text in row.items():
        key, _, language = column.partition("@")
        if key == "prefLabel" and language != "en" and text and not language_tag_problem(language):
            yield LabelIn(node.value, row["prefLabel@en"], language, text)


def _code_quads(
    scheme: Scheme, row: dict[str, str], schema: Schema, where: Where
) -> Iterator[Quad]:
    """Yield the SKOS quads of one code."""
    node = NamedNode(f"{scheme.iri}/{row['notation']}")
    yield Quad(node, RDF("type"), SKOS("Concept"))
    for extra in _CLASSES[scheme.kind]:
        yield Quad(node, RDF("type"), NS(extra))
    yield Quad(node, SKOS("inScheme"), NamedNode(scheme.iri))
    yield from _labelled(node, row)
    if not row.get("broader"):
        yield Quad(node, SKOS("topConceptOf"), NamedNode(scheme.iri))
    local = {k: v for k, v in row.items() if k != "broader"}
    for parent in _SEPARATOR.split(row.get("broader", "")):
        yield Quad(node, SKOS("broader"), NamedNode(f"{scheme.iri}/{parent}"))
    classes = (*_CLASSES[scheme.kind], "Concept")
    yield from _statements(node, local, classes, schema, where)


def _statements(
    node: NamedNode, row: dict[str, str], classes: tuple[str, ...], schema: Schema, where: Where
) -> Iterator[Quad]:
    """Yield one quad per value of each column that is a key of the model."""
    keys = {term.key: iri for iri, term in schema.terms.items()}
    for column, text in row.items():
        key, _, language = column.partition("@")
        place = Where(where.file, where.row, column)
        iri = keys.get(key)
        if iri is None:
            raise ModelError(f"no property has the key {key!r}", where=place)
        definitions = [
            p
            for name in classes
            if name in schema.classes and (p := schema.classes[name].property(iri))
        ]
        for value in _SEPARATOR.split(text):
            if language:
                if problem := language_tag_problem(language):
                    raise ModelError(f"{language!r} is no language tag: {problem}", where=place)
                yield Quad(node, NamedNode(iri), Literal(value, language=language))
            elif definitions:
                yield Quad(node, NamedNode(iri), _value(value, definitions[0], place))
            else:
                raise ModelError(f"no shape of {', '.join(classes)} has {key!r}", where=place)


def _value(text: str, definition: PropertyDef, where: Where) -> NamedNode | Literal:
    """Return what a cell means, by the property's shape."""
    if definition.scheme:
        return CODE(f"{definition.scheme}/{text}")
    if definition.thing == SKOS("ConceptScheme").value:
        return CODE(text)
    if definition.thing in {OWL("Class").value, RDFS("Class").value, RDF("Property").value}:
        return NS(text)
    if definition.links:
        address = text.split(maxsplit=1)[0]
        if "://" in address:
            return NamedNode(address)
        return CODE(text) if definition.iri == SKOS("inScheme").value else NS(text)
    try:
        return literal_reader(definition)(text)
    except ValueError as error:
        raise ModelError(str(error), where=where) from error
