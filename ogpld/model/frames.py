"""Frames derived from the model: for each class the shape its things have as JSON (JSON-LD 1.1 Framing).

A framed thing has its own statements; its parts (hash IRIs of it, classes without pages) stand in their
places as objects; everything else it points to is an IRI or a code; what points at it is listed under
the reverse keys, pages by their labels and parts whole. Properties and cardinality come from the shapes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ogpld.errors import ModelError
from ogpld.model.context import Context, Key
from ogpld.model.schema import ClassDef, Model, PropertyDef
from ogpld.rdf import HYDRA, RDFS, SKOS

_LABEL = RDFS("label").value
#: Where more points at a thing than its document lists: the whole list, and how much it holds.
COLLECTION, TOTAL = HYDRA("collection").value, HYDRA("totalItems").value
_REFERENCE = {"@embed": "@never", "@omitDefault": True}


@dataclass(frozen=True)
class Frame:
    """The shape of one class's things.

    Attributes:
        name: what its address ends in.
        definition: the class.
        properties: of the class and those it is a subclass of, in page order.
        parts: what is told of the parts a property leads to: their properties, by that property.
        pointing: what is told of the parts that point here, by the property they do it with; nothing
            but labels of pages that do.
        context: the context its keys are of.
    """

    name: str
    definition: ClassDef
    properties: tuple[PropertyDef, ...]
    parts: Mapping[str, tuple[PropertyDef, ...]]
    pointing: Mapping[str, tuple[PropertyDef, ...]]
    context: Context

    @cached_property
    def inner_properties(self) -> Mapping[str, frozenset[str]]:
        """What of a part, or of what points here, is told: properties by that which leads there."""
        inner = {**self.parts, **self.pointing}
        iris = {
            iri: frozenset({_LABEL, *(p.iri for p in definitions)})
            for iri, definitions in inner.items()
        }
        return iris | {COLLECTION: frozenset({TOTAL})}

    @cached_property
    def leading(self) -> frozenset[str]:
        """Properties whose values stand in their places as objects."""
        return frozenset({*self.parts, COLLECTION})

    @cached_property
    def order(self) -> Mapping[str, int]:
        """The place of each key of a framed thing."""
        keys = self.context.keys
        names = ["id", "type"]
        for iri in (_LABEL, *(p.iri for p in self.properties)):
            names += [key.name for key in keys.get(iri, ())]
        names += [self.context.reverse[iri].name for iri in self.pointing]
        names.append(keys[COLLECTION][0].name)
        return {name: place for place, name in enumerate(dict.fromkeys(names))}

    def body(self, context_iri: str) -> dict[str, Any]:
        """Return the frame as a processor reads it; `context_iri` is the context of the day."""
        frame: dict[str, Any] = {
            "@context": self.context.address(context_iri),
            "type": [self.definition.name],
            **_REFERENCE,
        }
        for iri in (*self.parts, COLLECTION):
            frame[self.context.keys[iri][0].name] = self._inner(iri)
        for iri in self.pointing:
            frame[self.context.reverse[iri].name] = self._inner(iri)
        return frame

    def document(self, context_iri: str) -> bytes:
        """Return the frame as it is served."""
        return (json.dumps(self.body(context_iri), ensure_ascii=False, indent=1) + "\n").encode()

    def _inner(self, iri: str) -> dict[str, Any]:
        """Return the frame of parts, or of what points here; an id that may be any matches them all.

        Properties stand under their IRIs: in a language map, flags would be read as languages.
        """
        properties = dict.fromkeys(sorted(self.inner_properties[iri]), _REFERENCE)
        return {
            "@embed": "@always",
            "@explicit": True,
            "@omitDefault": True,
            "id": {},
            **properties,
        }


@dataclass(frozen=True)
class Frames:
    """The frames of a model, by name."""

    by_name: Mapping[str, Frame]

    @cached_property
    def _by_class(self) -> Mapping[str, Frame]:
        """Frames by the IRI of their class."""
        return {frame.definition.iri: frame for frame in self.by_name.values()}

    def find(self, name: str) -> Frame | None:
        """Return the frame of that name, or of the class of that name."""
        for frame in self.by_name.values():
            if name in {frame.name, frame.definition.name}:
                return frame
        return None

    def of(self, types: Collection[str]) -> Frame | None:
        """Return the frame for a thing of these classes, that of the most special one."""
        frames = [self._by_class[iri] for iri in types if iri in self._by_class]
        if len(frames) > 1:
            frames.sort(key=lambda frame: frame.name)
        general = {parent for frame in frames for parent in frame.definition.parents}
        return next((f for f in frames if f.definition.iri not in general), None)


def make_frames(model: Model, context: Context) -> Frames:
    """Derive the frames of a model."""
    frames: dict[str, Frame] = {}
    for definition in model.classes.values():
        properties = _with_parents(model, definition)
        name = frame_name(model, definition)
        if name in frames:
            raise ModelError(f"two classes have frames called {name!r}", hint="rename one of them")
        frames[name] = Frame(
            name=name,
            definition=definition,
            properties=properties,
            parts={
                p.iri: _properties(model, p.things)
                for p in properties
                if p.things and all(is_part(model, c) for c in p.things) and _is_link(context, p)
            },
            pointing=_pointing(model, definition, context.reverse),
            context=context,
        )
    return Frames(dict(sorted(frames.items())))


def is_part(model: Model, iri: str) -> bool:
    """Say whether things of a class are told with the thing they belong to: they have no pages."""
    definition = model.by_class_iri.get(iri)
    return definition is not None and not definition.segment and iri not in SKOS


def frame_name(model: Model, definition: ClassDef) -> str:
    """Return the path segment for a segment's first class, the name with dashes for the others."""
    if definition.segment and model.by_segment[definition.segment][0] is definition:
        return definition.segment
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", definition.name).lower()


def _with_parents(model: Model, definition: ClassDef) -> tuple[PropertyDef, ...]:
    """Return the properties of a class and of those it is a subclass of; its own say more."""
    properties = {p.iri: p for p in definition.properties}
    for parent in definition.parents:
        for inherited in _with_parents(model, model.by_class_iri[parent]):
            properties.setdefault(inherited.iri, inherited)
    return tuple(sorted(properties.values(), key=lambda p: (p.order, p.iri)))


def _properties(model: Model, classes: Iterable[str]) -> tuple[PropertyDef, ...]:
    """Return the properties of several classes, each once."""
    properties: dict[str, PropertyDef] = {}
    for iri in classes:
        properties |= {
            p.iri: p for p in model.by_class_iri[iri].properties if p.iri not in properties
        }
    return tuple(properties.values())


def _is_link(context: Context, definition: PropertyDef) -> bool:
    keys = context.keys.get(definition.iri, ())
    return len(keys) == 1 and keys[0].kind == "id"


def _pointing(
    model: Model, definition: ClassDef, reverse: Mapping[str, Key]
) -> dict[str, tuple[PropertyDef, ...]]:
    """Return the properties that may lead here and have a reverse key, with what parts are told."""
    kinds = {definition.iri, *definition.parents}
    classes_by_property: dict[str, list[str]] = {}
    for other in sorted(model.classes.values(), key=lambda d: d.name):
        for p in other.properties:
            is_code = p.codes and SKOS("Concept").value in kinds
            if p.iri in reverse and (is_code or kinds & set(p.things)):
                classes_by_property.setdefault(p.iri, []).append(other.iri)
    return {
        iri: _properties(model, [c for c in classes if is_part(model, c)])
        for iri, classes in sorted(classes_by_property.items(), key=lambda f: reverse[f[0]].name)
    }
