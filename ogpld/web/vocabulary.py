"""What the pages of the ontology, the shapes and the code lists show, straight from the model."""

from __future__ import annotations

from dataclasses import dataclass

from ogpld.model import Model, PropertyDef, Scheme
from ogpld.rdf import NS, SHAPES


@dataclass(frozen=True, slots=True)
class TermRow:
    """One class or property of ours."""

    name: str
    iri: str
    label: str
    comment: str
    key: str = ""
    used_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything vocabulary.html shows."""

    version: str
    classes: tuple[TermRow, ...]
    properties: tuple[TermRow, ...]


@dataclass(frozen=True, slots=True)
class ShapeRow:
    """One property of a class, in words."""

    anchor: str
    name: str
    description: str
    range: str
    cardinality: str
    key: str


@dataclass(frozen=True, slots=True)
class ShapeTable:
    """The properties of one class."""

    anchor: str
    label: str
    comment: str
    rows: tuple[ShapeRow, ...]


def vocabulary(model: Model) -> Vocabulary:
    """Return our classes and properties with the classes that use them."""
    users: dict[str, list[str]] = {}
    for definition in model.classes.values():
        for found in definition.properties:
            users.setdefault(found.iri, []).append(definition.name)
    classes = [
        TermRow(d.name, d.iri, d.label, d.comment) for d in model.classes.values() if d.iri in NS
    ]
    properties = [
        TermRow(
            NS.local(t.iri), t.iri, t.label, t.comment, t.key, tuple(sorted(users.get(t.iri, [])))
        )
        for t in model.terms.values()
        if t.iri in NS
    ]
    return Vocabulary(
        model.version,
        tuple(sorted(classes, key=lambda row: row.name)),
        tuple(sorted(properties, key=lambda row: row.name.lower())),
    )


def shape_tables(model: Model) -> tuple[ShapeTable, ...]:
    """Return one table per class, properties in page order."""
    return tuple(
        ShapeTable(
            anchor=SHAPES.local(definition.shape),
            label=definition.label,
            comment=definition.comment,
            rows=tuple(_row(model, found) for found in definition.properties),
        )
        for definition in sorted(model.classes.values(), key=lambda d: d.name)
    )


def _row(model: Model, found: PropertyDef) -> ShapeRow:
    term = model.terms.get(found.iri)
    return ShapeRow(
        anchor=SHAPES.local(found.shape),
        name=found.name or (term.label if term else found.iri),
        description=found.description,
        range=range_in_words(model, found),
        cardinality=_cardinality(found),
        key=term.key if term else "",
    )


def range_in_words(model: Model, found: PropertyDef) -> str:
    """Say what values a property takes."""
    if found.scheme:
        return f"a code of the list {found.scheme}"
    if found.codes:
        return "a code"
    if found.thing:
        known = model.by_class_iri.get(found.thing)
        return f"a {known.label}" if known else "a thing"
    if found.links:
        return "an address"
    names = [d.rpartition("#")[2] for d in found.datatypes]
    if "langString" in names:
        return "text with a language"
    return " or ".join({"string": "text"}.get(n, n) for n in names) or "a value"


def _cardinality(found: PropertyDef) -> str:
    most = "any number" if found.max_count is None else str(found.max_count)
    if found.min_count == found.max_count:
        return f"exactly {most}"
    return f"{found.min_count} to {most}" if found.max_count else f"{found.min_count} or more"


def code_lists(model: Model) -> tuple[Scheme, ...]:
    """Return every code list, by name."""
    return tuple(sorted(model.schemes.values(), key=lambda scheme: scheme.notation))
