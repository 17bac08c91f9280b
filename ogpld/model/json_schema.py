"""JSON Schema 2020-12 of framed documents, derived from the model as the frames are.

A document on its own must have what the shapes require and has no key they do not know. A graph, as
`/sparql` answers it, holds what a query chose: there the same keys mean the same, others may stand beside.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from ogpld.model.context import Context, Key
from ogpld.model.frames import COLLECTION, TOTAL, Frame
from ogpld.model.schema import Model, PropertyDef
from ogpld.rdf import CODE, RDFS, XSD

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_LABEL = RDFS("label").value
_IRI = {"type": "string", "format": "iri"}
_NATIVE = {"integer": "integer", "boolean": "boolean", "string": "string"}
#: A key that is an IRI: what the context has no name for, every value in expanded form.
_BY_IRI = {"^[A-Za-z][A-Za-z0-9+.-]*:": {"type": "array"}}


def schema_of(frame: Frame, model: Model, base: str) -> Schema:
    """Return the schema of what a frame makes.

    Args:
        frame: the frame.
        model: the model, for the codes of its lists.
        base: the base IRI of the deployment, for the schema's own address.
    """
    definition = frame.definition
    thing = f"{definition.label[:1].upper()}{definition.label[1:]}"
    return {
        "$schema": DIALECT,
        "$id": f"{base}schema/{frame.name}.json",
        "title": thing,
        "description": f"{definition.comment} Framed with {base}frame/{frame.name}.jsonld.",
        "if": {"required": ["@graph"]},
        "then": {"$ref": "#/$defs/graph"},
        "else": {"$ref": "#/$defs/document"},
        "$defs": {
            "context": {
                "description": "Address of the context, or all of it.",
                "type": ["string", "object"],
            },
            "node": _Keys(frame.context, model).node(frame),
            "document": {
                "description": "A document about one thing.",
                "$ref": "#/$defs/node",
                "properties": {"@context": {"$ref": "#/$defs/context"}},
                "required": ["id", "type"],
                "allOf": _required(frame),
                "unevaluatedProperties": False,
            },
            "graph": {
                "description": "Things of this class that a query found, with what it told of them.",
                "type": "object",
                "properties": {
                    "@context": {"$ref": "#/$defs/context"},
                    "@graph": {"type": "array", "items": {"$ref": "#/$defs/node"}},
                },
                "required": ["@graph"],
                "additionalProperties": False,
            },
        },
    }


def write_schema(schema: Schema) -> bytes:
    """Return a schema as it is served."""
    return (json.dumps(schema, ensure_ascii=False, indent=1) + "\n").encode()


def _required(frame: Frame) -> list[Schema]:
    """Return one condition for each property a thing must have; a date may be under any of its keys."""
    conditions: list[Schema] = []
    for definition in frame.properties:
        names = [key.name for key in frame.context.keys.get(definition.iri, ())]
        if definition.min_count and len(names) == 1:
            conditions.append({"required": names})
        elif definition.min_count and names:
            conditions.append({"anyOf": [{"required": [name]} for name in names]})
    return conditions or [{}]


class _Keys:
    """Says what stands under the keys of a context."""

    def __init__(self, context: Context, model: Model) -> None:
        self.context = context
        self.model = model

    def node(self, frame: Frame) -> Schema:
        """Return the schema of a framed node."""
        keys: Schema = {
            "id": _IRI,
            "type": {
                "type": "array",
                "items": {"type": "string"},
                "contains": {"const": frame.definition.name},
            },
            **self._of(_LABEL, None),
        }
        for definition in frame.properties:
            inner = frame.parts.get(definition.iri)
            if inner is None:
                keys |= self._of(definition.iri, definition)
            else:
                key = self.context.keys[definition.iri][0]
                keys[key.name] = self._described(
                    definition, self._array(key.many, self._part(inner))
                )
        for iri, inner in frame.pointing.items():
            term = self.model.terms[iri]
            keys[self.context.reverse[iri].name] = {
                "title": term.reverse_label,
                **self._array(True, self._part(inner)),  # noqa: FBT003  (as `many` of a key)
            }
        keys |= self._collections()
        return {
            "type": "object",
            "properties": keys,
            "patternProperties": _BY_IRI,
            "required": ["id", "type"],
        }

    def _collections(self) -> Schema:
        """Return the schema of the lists that have all of what a document only begins to list."""
        collection, total = self.context.keys[COLLECTION][0], self.context.keys[TOTAL][0]
        item = {
            "type": "object",
            "properties": {
                "id": _IRI,
                "type": {"type": "array", "items": {"type": "string"}},
                total.name: {"type": "integer"},
            },
            "required": ["id"],
            "additionalProperties": False,
        }
        return {
            collection.name: {
                "title": "Whole lists",
                "description": "Lists of what points here, where this document only begins them.",
                **self._array(collection.many, item),
            }
        }

    def _part(self, inner: Iterable[PropertyDef]) -> Schema:
        """Return the schema of a part, or of what points here."""
        keys = {
            "id": _IRI,
            "type": {"type": "array", "items": {"type": "string"}},
            **self._of(_LABEL, None),
        }
        for definition in inner:
            keys |= self._of(definition.iri, definition)
        return {
            "type": "object",
            "properties": keys,
            "patternProperties": _BY_IRI,
            "required": ["id"],
            "additionalProperties": False,
        }

    def _of(self, iri: str, definition: PropertyDef | None) -> Schema:
        """Return the schemas of a property's keys, by key."""
        return {
            key.name: self._described(
                definition, self._array(key.many, self._value(key, definition))
            )
            for key in self.context.keys.get(iri, ())
        }

    @staticmethod
    def _described(definition: PropertyDef | None, schema: Schema) -> Schema:
        if definition is None:
            return schema
        texts = {"title": definition.name, "description": definition.description}
        return {**{name: text for name, text in texts.items() if text}, **schema}

    @staticmethod
    def _array(many: bool, items: Schema) -> Schema:  # noqa: FBT001  (as `many` of a key)
        return {"type": "array", "items": items, "minItems": 1} if many else items

    def _value(self, key: Key, definition: PropertyDef | None) -> Schema:
        """Return the schema of one value."""
        if key.kind == "lang":
            text: Schema = {"type": "string"}
            if not key.unique:
                text = {"type": "array", "items": text, "minItems": 1}
            return {"type": "object", "additionalProperties": text, "minProperties": 1}
        if key.kind == "id":
            return dict(_IRI)
        if key.kind == "code":
            return self._code(key, definition)
        if key.kind == "literal":
            is_date = key.datatype == XSD("date").value
            return {"type": "string", "format": "date"} if is_date else {"type": "string"}
        kinds = sorted(_NATIVE[XSD.local(datatype)] for datatype in key.natives)
        return {"type": kinds[0] if len(kinds) == 1 else kinds}

    def _code(self, key: Key, definition: PropertyDef | None) -> Schema:
        """Return the schema of a code: one of its list by notation, any other by its IRI."""
        scheme = definition.scheme if definition else ""
        code_list = self.model.schemes.get(scheme)
        if code_list is None or key.vocab != f"{CODE.iri}{scheme}/":
            return {"type": "string"}
        notations = [code.notation for code in code_list.codes]
        return {"anyOf": [{"enum": notations}, {"type": "string", "pattern": ":"}]}
