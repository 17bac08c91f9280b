"""What the page of the vocabulary shows of classes and properties."""

from __future__ import annotations

from dataclasses import dataclass

from ogpld.web.tables import Value
from ogpld.web.words import Reference


@dataclass(frozen=True, slots=True)
class Alignment:
    """How a term relates to others' terms."""

    relation: str
    terms: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Usage:
    """That a class has a property: the class, how often, and which values; leads to the rule."""

    kind: Reference
    how_many: str
    range: Reference


@dataclass(frozen=True, slots=True)
class TermEntry:
    """What classes and properties have in common.

    Attributes:
        anchor: local name.
        deprecated: whether it is out of use; `replaced_by` is what to use instead.
        example: short Turtle, "" for none.
    """

    anchor: str
    iri: str
    label: str
    comment: str
    deprecated: bool
    replaced_by: tuple[Reference, ...]
    alignments: tuple[Alignment, ...]
    example: str


@dataclass(frozen=True, slots=True)
class ClassEntry:
    """One class of ours.

    Attributes:
        shape: where its rules are, "" for none.
        segment: path of its pages, "" where they are parts of others'.
        frame: what its frame and its JSON Schema are called.
        number: of things in the release, None where they are not counted.
        required: properties it must have.
        optional: properties it may have.
        leads_to: classes it points at, with the property.
    """

    term: TermEntry
    shape: str
    segment: str
    frame: str
    number: int | None
    required: tuple[Reference, ...]
    optional: tuple[Reference, ...]
    leads_to: tuple[tuple[Reference, Reference], ...]


@dataclass(frozen=True, slots=True)
class PropertyEntry:
    """One property, of ours or of another vocabulary.

    Attributes:
        key: JSON-LD key and column of tables.
        reverse_key: JSON-LD key at the other end; `reverse_label` is the heading there.
        usages: by the shapes.
        said_of: by the ontology, where no shape uses it.
        range: by the ontology, where no shape uses it.
        link: its own address, for others' properties.
    """

    term: TermEntry
    key: str
    reverse_key: str
    reverse_label: str
    usages: tuple[Usage, ...]
    said_of: tuple[Reference, ...] = ()
    range: str = ""
    link: Value | None = None


@dataclass(frozen=True, slots=True)
class PropertyGroup:
    """Properties of one class, or of several."""

    anchor: str
    title: str
    properties: tuple[PropertyEntry, ...]


@dataclass(frozen=True, slots=True)
class StructureEntry:
    """The structure of a statistical data set; `components` are anchors and properties."""

    term: TermEntry
    components: tuple[tuple[str, Reference], ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything vocabulary.html shows; `others` are properties of other vocabularies we use."""

    title: str
    description: str
    version: str
    version_iri: str
    licence: Value | None
    classes: tuple[ClassEntry, ...]
    groups: tuple[PropertyGroup, ...]
    others: tuple[PropertyEntry, ...]
    structures: tuple[StructureEntry, ...] = ()

    @property
    def index(self) -> tuple[TermEntry, ...]:
        """Every term of ours by name."""
        found = [c.term for c in self.classes]
        found += [p.term for g in self.groups for p in g.properties]
        found += [structure.term for structure in self.structures]
        return tuple(sorted(found, key=lambda term: term.anchor.lower()))
