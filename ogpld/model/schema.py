"""What the model says, as frozen data: classes, properties, terms, code lists.

Only the *model* has dataclasses; the data itself stays quads: there is no object mapper.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from unicodedata import normalize

from ogpld.errors import ModelError
from ogpld.rdf import NS, DefaultGraph, NamedNode, Quad


@dataclass(frozen=True, slots=True)
class LabelIn:
    """A label in another language than English.

    Attributes:
        iri: what has it.
        english: its label in English.
        language: tag of the other language.
        text: the label in it.
    """

    iri: str
    english: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class PropertyHeading:
    """A heading under which pages put properties."""

    iri: str
    label: str
    order: float


@dataclass(frozen=True, slots=True)
class Term:
    """A class or property with its names.

    Attributes:
        iri: the term.
        label: English label.
        comment: English definition, "" for others' terms.
        key: JSON-LD key and CSV header.
        reverse_key: JSON-LD key of incoming links, "" when none are listed.
        reverse_label: heading of incoming links on pages.
    """

    iri: str
    label: str
    comment: str
    key: str
    reverse_key: str = ""
    reverse_label: str = ""


@dataclass(frozen=True, slots=True)
class PropertyDef:
    """One property of one class, as its property shapes say (all Violation shapes merged).

    Attributes:
        iri: the property (sh:path).
        shape: IRI of the shape that names it.
        name: label on pages and in table headers (sh:name).
        description: sh:description.
        order: place on the page (sh:order).
        group: IRI of the group, "" for none.
        min_count: sh:minCount.
        max_count: sh:maxCount, None for no limit.
        datatypes: allowed datatypes; several for dates.
        thing: class the values must have, "" when they are no things of ours.
        things: classes of which the values must have one; `thing` alone where there is one.
        scheme: notation of the code list the values come from, "".
        links: whether values are IRIs.
        codes: whether values are codes, of `scheme` or (when that is "") of any list.
        unique_lang: whether there is at most one text a language.
        english: whether one text has to be in English.
    """

    iri: str
    shape: str
    name: str
    description: str = ""
    order: float = 1e6
    group: str = ""
    min_count: int = 0
    max_count: int | None = None
    datatypes: tuple[str, ...] = ()
    thing: str = ""
    things: tuple[str, ...] = ()
    scheme: str = ""
    links: bool = False
    codes: bool = False
    unique_lang: bool = False
    english: bool = False


@dataclass(frozen=True, slots=True)
class ClassDef:
    """A class with its page path and its properties in page order.

    `key_form` says what keys of its things are made of. `parents` are the classes of ours, and of others with
    shapes here, that it is a subclass of.
    """

    iri: str
    name: str
    label: str
    comment: str
    segment: str
    key_form: str
    shape: str
    properties: tuple[PropertyDef, ...]
    parents: tuple[str, ...] = ()

    def property(self, iri: str) -> PropertyDef | None:
        """Return the definition of a property of this class."""
        return next((p for p in self.properties if p.iri == iri), None)


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a list.

    Attributes:
        alternatives: other spellings that mean it.
        slot: for phases, report types and report kinds: which report of a plan is meant.
        first: first cycle it is valid for, None when it always is.
        last: last one.
        rank: its number in OGP's sheet, None where it has none.
        off_scale: whether it is no grade, whatever its number (`ogpld:offScale`).
    """

    iri: str
    notation: str
    label: str
    alternatives: tuple[str, ...] = ()
    slot: str = ""
    first: int | None = None
    last: int | None = None
    rank: int | None = None
    off_scale: bool = False

    @property
    def grade(self) -> int | None:
        """Its number as a grade, None for a code that is none or has no number."""
        return None if self.off_scale else self.rank

    def covers(self, cycle: int) -> bool:
        """Say whether the code is valid in that cycle."""
        return (self.first or 0) <= cycle <= (self.last or 9999)


def _folded(name: str) -> str:
    """Return a name as it is looked up: blanks made one, case ignored, in one Unicode normalization form."""
    return normalize("NFC", " ".join(name.split()).casefold())


@dataclass(frozen=True, slots=True)
class Scheme:
    """One code list. `file` is "" for a version scheme whose codes live in another list."""

    iri: str
    notation: str
    label: str
    definition: str
    kind: str
    closed: bool
    file: str
    codes: tuple[Code, ...] = ()
    _by_name: dict[str, Code] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names: dict[str, Code] = {}
        for code in self.codes:
            for name in (code.notation, code.label, *code.alternatives):
                names.setdefault(_folded(name), code)
        object.__setattr__(self, "_by_name", names)

    def find(self, text: str) -> Code | None:
        """Return the code a cell means: by notation, label or other spelling, case ignored."""
        return self._by_name.get(_folded(text))


@dataclass(frozen=True, slots=True)
class Window:
    """When, in which phase and by whom an indicator is assessed.

    Attributes:
        indicator: notation of the indicator.
        phase: notation of the phase.
        assessor: notation of who assesses.
        first: first cycle in which values were seen.
        last: last one, None while in use.
        shortcut: local name of the property computed from it, "".
    """

    indicator: str
    phase: str
    assessor: str
    first: int
    last: int | None
    shortcut: str = ""

    def covers(self, cycle: int) -> bool:
        """Say whether the indicator was in use in that cycle."""
        return self.first <= cycle and (self.last is None or cycle <= self.last)


@dataclass(frozen=True)
class Model:
    """Everything ontology, shapes and code lists say, read once.

    Attributes:
        version: owl:versionInfo of the ontology.
        classes: by local name.
        terms: every class and property that has a key, by IRI.
        groups: page headings by IRI.
        schemes: code lists by notation.
        windows: of all indicators.
        scales: notation of the scale by notation of the indicator.
        quads: the code lists as quads in the default graph.
        labels: what classes, properties, headings, lists and codes are called in other languages.
    """

    version: str
    classes: dict[str, ClassDef]
    terms: dict[str, Term]
    groups: dict[str, PropertyHeading]
    schemes: dict[str, Scheme]
    windows: tuple[Window, ...]
    scales: dict[str, str]
    quads: tuple[Quad, ...]
    labels: tuple[LabelIn, ...] = ()

    @cached_property
    def by_key(self) -> dict[str, Term]:
        """Terms by their JSON-LD key."""
        return {term.key: term for term in self.terms.values()}

    @cached_property
    def by_class_iri(self) -> dict[str, ClassDef]:
        """Classes by IRI."""
        return {definition.iri: definition for definition in self.classes.values()}

    @cached_property
    def off_scale(self) -> frozenset[str]:
        """IRIs of the codes that are no grades."""
        codes = (code for scheme in self.schemes.values() for code in scheme.codes)
        return frozenset(code.iri for code in codes if code.off_scale)

    @cached_property
    def by_segment(self) -> dict[str, tuple[ClassDef, ...]]:
        """Classes with pages by their path segment; most segments have one."""
        classes: dict[str, tuple[ClassDef, ...]] = {}
        for definition in self.classes.values():
            if definition.segment:
                classes[definition.segment] = (*classes.get(definition.segment, ()), definition)
        return classes

    def class_named(self, name: str) -> ClassDef:
        """Return a class by local name.

        Raises:
            ModelError: when the model has no such class; the hint lists those it has.
        """
        if name not in self.classes:
            raise ModelError(
                f"the model has no class {name!r}", hint=f"it has {', '.join(sorted(self.classes))}"
            )
        return self.classes[name]

    def property(self, class_name: str, key: str) -> PropertyDef:
        """Return the property of a class by its JSON-LD key.

        Raises:
            ModelError: when the class has no such property; the hint lists those it has.
        """
        definition = self.class_named(class_name)
        term = self.by_key.get(key)
        property_def = definition.property(term.iri) if term else None
        if property_def is None:
            keys = sorted(self.terms[p.iri].key for p in definition.properties)
            raise ModelError(
                f"{class_name} has no property {key!r}", hint=f"it has {', '.join(keys)}"
            )
        return property_def

    def code_quads(self, graph: NamedNode | DefaultGraph | None = None) -> Iterator[Quad]:
        """Yield the code lists as SKOS, in the given graph."""
        for quad in self.quads:
            yield Quad(quad.subject, quad.predicate, quad.object, graph or DefaultGraph())

    def windows_of(self, indicator: str) -> tuple[Window, ...]:
        """Return the windows of one indicator."""
        return tuple(w for w in self.windows if w.indicator == indicator)

    @staticmethod
    def local(iri: str) -> str:
        """Return the local name of one of our terms."""
        return NS.local(iri)
