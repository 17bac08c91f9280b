"""What the pages of the ontology, the shapes and the code lists show, straight from the model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ogpld.model import Code, Model, PropertyDef, Scheme
from ogpld.rdf import NS, SHAPES, SKOS, XSD, term_text

_DATES = {XSD("date").value: "day", XSD("gYearMonth").value: "month", XSD("gYear").value: "year"}
_WORDS = {"string": "text", "integer": "whole number", "boolean": "yes or no", "decimal": "number"}


@dataclass(frozen=True, slots=True)
class Reference:
    """A word that leads to its definition."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class TermRow:
    """One class or property of ours.

    Attributes:
        key: JSON-LD key and column of tables.
        ranges: what values it takes, over all classes.
        used_by: classes whose shapes have it.
    """

    name: str
    iri: str
    label: str
    comment: str
    key: str = ""
    ranges: tuple[Reference, ...] = ()
    used_by: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything vocabulary.html shows."""

    version: str
    classes: tuple[TermRow, ...]
    properties: tuple[TermRow, ...]


@dataclass(frozen=True, slots=True)
class ShapeRow:
    """One property of a class, in words; `anchor` is "" where another table has it."""

    anchor: str
    name: str
    description: str
    range: Reference
    cardinality: str
    key: str


@dataclass(frozen=True, slots=True)
class ShapeTable:
    """The properties of one class."""

    anchor: str
    label: str
    comment: str
    rows: tuple[ShapeRow, ...]


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One code, `depth` levels below the top of its list."""

    iri: str
    notation: str
    label: str
    alternatives: tuple[str, ...]
    first: int | None
    last: int | None
    rank: str
    definition: str
    depth: int


@dataclass(frozen=True, slots=True)
class CodeList:
    """Everything codelist.html shows: a scheme with its codes in the order of their hierarchy."""

    iri: str
    notation: str
    label: str
    definition: str
    codes: tuple[CodeRow, ...]


def vocabulary(model: Model) -> Vocabulary:
    """Return our classes and properties with the classes that use them."""
    users: dict[str, list[Reference]] = {}
    ranges: dict[str, list[Reference]] = {}
    for definition in sorted(model.classes.values(), key=lambda d: d.name):
        shape = Reference(definition.name, f"/shapes#{SHAPES.local(definition.shape)}")
        for found in definition.properties:
            users.setdefault(found.iri, []).append(shape)
            ranges.setdefault(found.iri, []).append(range_in_words(model, found))
    classes = [
        TermRow(d.name, d.iri, d.label, d.comment) for d in model.classes.values() if d.iri in NS
    ]
    properties = [
        TermRow(
            name=NS.local(term.iri),
            iri=term.iri,
            label=term.label,
            comment=term.comment,
            key=term.key,
            ranges=tuple(dict.fromkeys(ranges.get(term.iri, []))),
            used_by=tuple(users.get(term.iri, [])),
        )
        for term in model.terms.values()
        if term.iri in NS and term.iri not in model.by_class_iri
    ]
    return Vocabulary(
        model.version,
        tuple(sorted(classes, key=lambda row: row.name)),
        tuple(sorted(properties, key=lambda row: row.name.lower())),
    )


def shape_tables(model: Model) -> tuple[ShapeTable, ...]:
    """Return one table per class, properties in page order; each shape has one anchor."""
    seen = {SHAPES.local(definition.shape) for definition in model.classes.values()}
    tables = []
    for definition in sorted(model.classes.values(), key=lambda d: d.name):
        rows = []
        for found in definition.properties:
            term = model.terms.get(found.iri)
            anchor = SHAPES.local(found.shape) if found.shape in SHAPES else ""
            rows.append(
                ShapeRow(
                    anchor="" if anchor in seen else anchor,
                    name=found.name or (term.label if term else found.iri),
                    description=found.description,
                    range=range_in_words(model, found),
                    cardinality=_cardinality(found),
                    key=term.key if term else "",
                )
            )
            seen.add(anchor)
        name = SHAPES.local(definition.shape)
        tables.append(ShapeTable(name, definition.label, definition.comment, tuple(rows)))
    return tuple(tables)


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A named shape that no table of properties has: its message and how bad that is."""

    anchor: str
    severity: str
    messages: tuple[str, ...]


def rule_rows(
    tables: tuple[ShapeTable, ...], told: Iterable[tuple[str, str, str]]
) -> tuple[RuleRow, ...]:
    """Return the rules beside the properties, by name, so that every shape of ours has an anchor.

    Args:
        tables: what is shown already.
        told: IRI, IRI of the severity ("" for none) and message of each named shape.
    """
    seen = {table.anchor for table in tables} | {r.anchor for t in tables for r in t.rows}
    found: dict[str, tuple[str, list[str]]] = {}
    for iri, severity, message in sorted(told):
        if iri in SHAPES and SHAPES.local(iri) not in seen:
            word = severity.rpartition("#")[2] or "Violation"
            found.setdefault(SHAPES.local(iri), (word, []))[1].append(message)
    return tuple(RuleRow(name, word, tuple(m)) for name, (word, m) in found.items())


def range_in_words(model: Model, found: PropertyDef) -> Reference:
    """Say what values a property takes."""
    if found.scheme:
        known_list = model.schemes.get(found.scheme)
        label = known_list.label if known_list else found.scheme
        return Reference(f"code of “{label}”", f"/code/{found.scheme}")
    if found.codes:
        return Reference("code", "/code")
    if found.thing:
        known = model.by_class_iri.get(found.thing)
        if known is None:
            return Reference("thing")
        shape = f"/shapes#{SHAPES.local(known.shape)}"
        return Reference(known.label, f"/ns#{known.name}" if known.iri in NS else shape)
    if found.links:
        return Reference("link")
    if set(found.datatypes) & set(_DATES):
        return Reference(" or ".join(w for d, w in _DATES.items() if d in found.datatypes))
    names = [datatype.rpartition("#")[2] for datatype in found.datatypes]
    if "langString" in names:
        return Reference("text with its language")
    return Reference(" or ".join(_WORDS.get(name, name) for name in names) or "value")


def _cardinality(found: PropertyDef) -> str:
    if found.max_count is None:
        return f"{found.min_count} or more" if found.min_count else "any number"
    if found.min_count == found.max_count:
        return f"exactly {found.max_count}"
    return f"{found.min_count} to {found.max_count}"


def code_lists(model: Model) -> tuple[Scheme, ...]:
    """Return every code list, by name."""
    return tuple(sorted(model.schemes.values(), key=lambda scheme: scheme.notation))


def code_list(model: Model, scheme: Scheme) -> CodeList:
    """Return a list with what its codes mean, narrower codes below each broader one."""
    told: dict[tuple[str, str], list[str]] = {}
    for quad in model.quads:
        key = (term_text(quad.subject), quad.predicate.value)
        told.setdefault(key, []).append(term_text(quad.object))
    members = {code.iri for code in scheme.codes}
    below: dict[str, list[Code]] = {}
    for code in scheme.codes:
        broader = members.intersection(told.get((code.iri, SKOS("broader").value), ()))
        for parent in broader or {""}:
            below.setdefault(parent, []).append(code)

    def rows(parent: str, depth: int) -> Iterator[CodeRow]:
        for code in below.get(parent, ()):
            yield CodeRow(
                iri=code.iri,
                notation=code.notation,
                label=code.label,
                alternatives=code.alternatives,
                first=code.first,
                last=code.last,
                rank="".join(told.get((code.iri, NS("rank").value), ())),
                definition=" ".join(told.get((code.iri, SKOS("definition").value), ())),
                depth=depth,
            )
            if depth < len(members):  # a circle of broader codes ends here
                yield from rows(code.iri, depth + 1)

    return CodeList(
        scheme.iri, scheme.notation, scheme.label, scheme.definition, tuple(rows("", 0))
    )
