"""The page of the vocabulary: every class and property, what it means and how it is used.

All of it is read from the ontology graph of the release, the model and the examples; which class uses
a property, and how often, is what the shapes say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ogpld.model import ClassDef, Model, PropertyDef
from ogpld.model.frames import frame_name
from ogpld.rdf import DCTERMS, NS, OWL, QB, RDF, RDFS, SCHEMA, SHAPES, NamedNode
from ogpld.web.pages.examples import Examples
from ogpld.web.pages.graphs import Graph, curie, outside
from ogpld.web.pages.tables import Value
from ogpld.web.pages.words import (
    Reference,
    anchor_of,
    cardinality,
    datatypes_in_words,
    range_in_words,
    term_reference,
)
from ogpld.wording import marked

#: Properties by which terms are aligned, in the order they are shown.
_ALIGNMENT = (
    (RDFS("subClassOf"), marked("Narrower than")),
    (RDFS("subPropertyOf"), marked("Narrower than")),
    (RDF("type"), marked("Also a")),
    (RDFS("seeAlso"), marked("Compare")),
)


def vocabulary(
    graph: Graph, model: Model, examples: Examples, numbers: Mapping[str, int]
) -> Vocabulary:
    """Return what a release says about its own terms.

    Args:
        graph: the ontology.
        model: the model made from it.
        examples: of the ontology.
        numbers: how many things of each class the release has.
    """
    reader = _Reader(graph, model, examples)
    classes = [reader.kind(d, numbers.get(d.name)) for d in model.classes.values() if d.iri in NS]
    about = NS.iri
    licences = [outside(iri) for iri in graph.texts(about, DCTERMS("license"))]
    return Vocabulary(
        title=graph.text(about, DCTERMS("title")),
        description=graph.text(about, DCTERMS("description")),
        version=graph.text(about, OWL("versionInfo")) or model.version,
        version_iri=graph.text(about, OWL("versionIRI")),
        licence=licences[0] if licences else None,
        classes=tuple(sorted(classes, key=lambda c: (not c.segment, c.term.label.lower()))),
        groups=reader.groups(),
        others=reader.others(),
        structures=tuple(reader.structures()),
    )


class _Reader:
    """The ontology graph, asked in the words of the page."""

    def __init__(self, graph: Graph, model: Model, examples: Examples) -> None:
        self.graph = graph
        self.model = model
        self.examples = examples
        self.users: dict[str, list[tuple[ClassDef, PropertyDef]]] = {}
        for definition in sorted(model.classes.values(), key=lambda d: d.label.lower()):
            for property_def in definition.properties:
                self.users.setdefault(property_def.iri, []).append((definition, property_def))

    def _entry(self, iri: str, example: str) -> TermEntry:
        label = self.graph.text(iri, RDFS("label"))
        instead = self.graph.texts(iri, DCTERMS("isReplacedBy"))
        return TermEntry(
            anchor=anchor_of(iri),
            iri=iri,
            label=label[:1].upper() + label[1:],
            comment=self.graph.text(iri, RDFS("comment")),
            deprecated=self.graph.deprecated(iri),
            replaced_by=tuple(term_reference(self.model, other) for other in instead),
            alignments=tuple(self._alignments(iri)),
            example=example,
        )

    def _alignments(self, iri: str) -> Iterator[Alignment]:
        """Yield relations to terms of other vocabularies."""
        for predicate, words in _ALIGNMENT:
            alignments = [
                outside(other)
                for other in self.graph.texts(iri, predicate)
                if other not in NS and (predicate != RDF("type") or not _is_plain(other))
            ]
            if alignments:
                yield Alignment(words, tuple(alignments))

    def kind(self, definition: ClassDef, number: int | None) -> ClassEntry:
        """Return a class."""
        by_iri = self.model.by_class_iri
        leads_to = [
            (
                term_reference(self.model, property_def.iri),
                term_reference(self.model, property_def.thing),
            )
            for property_def in definition.properties
            if property_def.thing in by_iri and not property_def.codes
        ]
        properties = [
            (
                property_def.min_count > 0,
                Reference(property_def.name, f"/ns#{anchor_of(property_def.iri)}"),
            )
            for property_def in definition.properties
        ]
        return ClassEntry(
            term=self._entry(definition.iri, self.examples.of_class(definition.iri)),
            shape=SHAPES.local(definition.shape),
            segment=definition.segment,
            frame=frame_name(self.model, definition),
            number=number,
            required=tuple(reference for must, reference in properties if must),
            optional=tuple(reference for must, reference in properties if not must),
            leads_to=tuple(leads_to),
        )

    def groups(self) -> tuple[PropertyGroup, ...]:
        """Return our properties by the class that uses them."""
        by_group: dict[tuple[int, str], list[PropertyEntry]] = {}
        for iri, term in self.model.terms.items():
            if iri not in NS or iri in self.model.by_class_iri:
                continue
            kinds = {definition.label for definition, _ in self.users.get(iri, ())}
            if len(kinds) == 1:
                place = (1, kinds.pop())
            else:
                place = (
                    (0, marked("Several classes"))
                    if kinds
                    else (2, marked("Graphs and the vocabulary itself"))
                )
            by_group.setdefault(place, []).append(self._property(iri, term.key))
        return tuple(
            PropertyGroup(
                anchor="of-" + title.lower().replace(" ", "-"),
                title=title,
                properties=tuple(sorted(entries, key=lambda p: p.term.anchor.lower())),
            )
            for (_, title), entries in sorted(by_group.items())
        )

    def others(self) -> tuple[PropertyEntry, ...]:
        """Return the properties of other vocabularies, by prefix and name."""
        terms = [
            self._property(iri, term.key)
            for iri, term in self.model.terms.items()
            if iri not in NS and iri not in self.model.by_class_iri
        ]
        return tuple(sorted(terms, key=lambda p: curie(p.term.iri).lower()))

    def structures(self) -> Iterator[StructureEntry]:
        """Yield the structures of statistical data sets (RDF Data Cube section 6), with their parts."""
        kinds = (QB("dimension"), QB("measure"), QB("attribute"))
        for iri in self.graph.subjects(RDF("type"), QB("DataStructureDefinition").value):
            parts = [
                (part, term_reference(self.model, term))
                for part in self.graph.texts(iri, QB("component"))
                for term in self._texts(part, *kinds)
            ]
            components = tuple((anchor_of(part), term) for part, term in sorted(parts, key=str))
            yield StructureEntry(self._entry(iri, ""), components)

    def _property(self, iri: str, key: str) -> PropertyEntry:
        term = self.model.terms[iri]
        domains = [*self._texts(iri, SCHEMA("domainIncludes"), RDFS("domain"))]
        ranges = [*self._texts(iri, RDFS("range"), SCHEMA("rangeIncludes"))]
        ranges_in_words = " or ".join(filter(None, map(self._range, ranges)))
        usages = tuple(
            Usage(
                Reference(definition.label, f"/shapes#{SHAPES.local(property_def.shape)}"),
                cardinality(property_def),
                Reference(ranges_in_words)
                if ranges_in_words
                and property_def.links
                and not (property_def.thing or property_def.codes)
                else range_in_words(self.model, property_def),
            )
            for definition, property_def in self.users.get(iri, ())
        )
        return PropertyEntry(
            term=self._entry(iri, self.examples.of_property(iri)),
            key=key,
            reverse_key=term.reverse_key,
            reverse_label=term.reverse_label,
            usages=usages,
            said_of=tuple(term_reference(self.model, d) for d in domains),
            range=ranges_in_words,
            link=None if iri in NS else outside(iri),
        )

    def _texts(self, iri: str, *predicates: NamedNode) -> Iterator[str]:
        for predicate in predicates:
            yield from self.graph.texts(iri, predicate)

    def _range(self, iri: str) -> str:
        """Return a range as words: a class by its label, a datatype as what it holds."""
        reference = term_reference(self.model, iri)
        return reference.text if reference.text != curie(iri) else datatypes_in_words([iri])


def _is_plain(iri: str) -> bool:
    """Say whether a class only says what kind of term something is."""
    return iri.startswith((OWL.iri, RDF.iri, RDFS.iri))


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
