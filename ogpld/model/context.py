"""Derive the JSON-LD 1.1 context from the model.

Keys are the terms' keys; containers, types and code bases follow from the property shapes. What may
repeat is always an array, `type` included. No property is written here by hand but those of Hydra, with
which lists tell their pages: a term with two meanings is an error, a test fails when the output drifts.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ogpld.errors import ModelError
from ogpld.model.schema import Model, PropertyDef
from ogpld.rdf import CODE, HYDRA, RDF, RDFS, XSD

#: Hexadecimal digits of a digest.
DIGITS = 16
_LANG = RDF("langString").value
_DATE, _MONTH, _YEAR = XSD("date").value, XSD("gYearMonth").value, XSD("gYear").value
_INTEGER, _BOOLEAN, _STRING = XSD("integer").value, XSD("boolean").value, XSD("string").value
_NATIVE = {_INTEGER, _BOOLEAN, _STRING}
_PAGING_CLASSES = ("Collection", "PartialCollectionView", "IriTemplate", "IriTemplateMapping")
_PAGING_LINKS = (
    "first",
    "last",
    "next",
    "previous",
    "property",
    "search",
    "variableRepresentation",
    "view",
)


@dataclass(frozen=True, slots=True)
class Key:
    """How values of one kind of a property are written in JSON.

    Attributes:
        name: the JSON key.
        kind: "lang", "literal", "native", "id", "code" or "reverse".
        datatype: for literals, the datatype the key stands for.
        natives: for native values, their datatypes.
        vocab: for codes, the IRI their short names complete.
        many: whether the value is always an array.
        unique: for texts, whether a language has one text.
    """

    name: str
    kind: str
    datatype: str = ""
    natives: tuple[str, ...] = ()
    vocab: str = ""
    many: bool = False
    unique: bool = False


@dataclass(frozen=True)
class Context:
    """The context, and the same as tables for writing documents.

    Attributes:
        classes: JSON name by class IRI.
        keys: keys by property IRI; several for dates, one per precision.
        reverse: key of incoming links by property IRI.
        notations: by code list, for short names.
    """

    classes: dict[str, str]
    keys: dict[str, tuple[Key, ...]]
    reverse: dict[str, Key]
    notations: dict[str, tuple[str, ...]]

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name the context gives a meaning."""
        names = {"id", "type", "included", "hydra", *self.classes.values()}
        names |= {key.name for keys in self.keys.values() for key in keys}
        return frozenset(names | {key.name for key in self.reverse.values()})

    @cached_property
    def body(self) -> dict[str, Any]:
        """The value of `@context`."""
        entries: dict[str, Any] = {
            "@version": 1.1,
            "id": "@id",
            "type": {"@id": "@type", "@container": "@set"},
            "included": "@included",
            "hydra": HYDRA.iri,
        }
        entries |= {name: iri for iri, name in sorted(self.classes.items(), key=lambda c: c[1])}
        keyed = [(key, iri) for iri, keys in self.keys.items() for key in keys]
        for key, iri in sorted(keyed, key=lambda pair: pair[0].name):
            entries[key.name] = self._entry(key, iri)
        for iri, key in sorted(self.reverse.items(), key=lambda pair: pair[1].name):
            entries[key.name] = {"@reverse": iri, "@type": "@id", "@container": "@set"}
        return entries

    @cached_property
    def document(self) -> bytes:
        """The context document, as served."""
        text = json.dumps({"@context": self.body}, ensure_ascii=False, indent=1)
        return (text + "\n").encode()

    @cached_property
    def digest(self) -> str:
        """Hexadecimal digits that change with the context."""
        return hashlib.sha256(self.document).hexdigest()[:DIGITS]

    def address(self, iri: str) -> str:
        """Return the address of this version: below that of the context of the day, with its digest."""
        return f"{iri.removesuffix('.jsonld')}/{self.digest}.jsonld"

    def _entry(self, key: Key, iri: str) -> Any:
        """Return the definition of one key."""
        entry: dict[str, Any] = {"@id": iri}
        if key.kind == "lang":
            entry["@container"] = "@language" if key.unique else ["@language", "@set"]
            return entry
        if key.kind == "literal":
            entry["@type"] = key.datatype
        elif key.kind == "id":
            entry["@type"] = "@id"
        elif key.kind == "code":
            entry["@type"] = "@vocab"
            entry["@context"] = {"@vocab": key.vocab, **self._shadows(key.vocab)}
        if key.many:
            entry["@container"] = "@set"
        return entry if len(entry) > 1 else iri

    def _shadows(self, vocab: str) -> dict[str, str]:
        """Return terms for codes that are spelt like a key: with @vocab a term would win."""
        return {n: vocab + n for n in self.codes_of(vocab) if n in self.names}

    def codes_of(self, vocab: str) -> tuple[str, ...]:
        """Return the notations of the list whose codes a key completes, none for several lists."""
        return self.notations.get(CODE.local(vocab).rstrip("/"), ())

    @cached_property
    def not_short(self) -> dict[str, frozenset[str]]:
        """Names that must not stand for a code, by the IRI they would complete: they mean a key."""
        vocabs = {key.vocab for keys in self.keys.values() for key in keys if key.kind == "code"}
        return {vocab: self.names - set(self.codes_of(vocab)) for vocab in vocabs}


def make_context(model: Model) -> Context:
    """Derive the context of a model.

    Raises:
        ModelError: when two properties or classes would share a name, and for a property whose values a key
            cannot give a datatype.
    """
    definitions: dict[str, list[PropertyDef]] = {}
    for definition in model.classes.values():
        for property_def in definition.properties:
            definitions.setdefault(property_def.iri, []).append(property_def)
    keys = {
        iri: _keys(model.terms[iri].key, property_defs)
        for iri, property_defs in definitions.items()
        if iri in model.terms and iri != RDF("type").value
    }
    keys.setdefault(RDFS("label").value, (Key("label", "lang", unique=True),))
    reverse = {
        term.iri: Key(term.reverse_key, "reverse", many=True)
        for term in model.terms.values()
        if term.reverse_key
    }
    context = Context(
        classes={d.iri: d.name for d in model.classes.values()}
        | {HYDRA(name).value: f"hydra:{name}" for name in _PAGING_CLASSES},
        keys=keys | _paging_keys(),
        reverse=reverse,
        notations={
            s.notation: tuple(code.notation for code in s.codes) for s in model.schemes.values()
        },
    )
    _check_unique(context)
    return context


def _check_unique(context: Context) -> None:
    seen = {"id": "@id", "type": "@type", "included": "@included", "hydra": HYDRA.iri}
    owners = [(name, iri) for iri, name in context.classes.items()]
    owners += [(key.name, iri) for iri, keys in context.keys.items() for key in keys]
    owners += [(key.name, f"^{iri}") for iri, key in context.reverse.items()]
    for name, iri in owners:
        if name in seen:
            raise ModelError(
                f"the JSON-LD key {name!r} would mean both <{seen[name]}> and <{iri}>",
                hint="give one of them another ogpld:term",
            )
        seen[name] = iri


def _keys(name: str, definitions: list[PropertyDef]) -> tuple[Key, ...]:
    """Return the keys of one property from its definitions in all classes."""
    many = any(d.max_count != 1 for d in definitions)
    datatypes = {datatype for d in definitions for datatype in d.datatypes}
    if any(d.codes for d in definitions):
        schemes = {d.scheme for d in definitions if d.codes}
        vocab = CODE.iri + (f"{schemes.pop()}/" if len(schemes) == 1 and "" not in schemes else "")
        return (Key(name, "code", vocab=vocab, many=many),)
    if any(d.links for d in definitions):
        return (Key(name, "id", many=many),)
    if _LANG in datatypes:
        return (Key(name, "lang", unique=all(d.unique_lang for d in definitions)),)
    if len(datatypes & {_DATE, _MONTH, _YEAR}) > 1:
        stem = name.removesuffix("Date")
        return tuple(
            Key(text, "literal", datatype, many=many)
            for text, datatype in ((name, _DATE), (f"{stem}Month", _MONTH), (f"{stem}Year", _YEAR))
            if datatype in datatypes
        )
    if len(datatypes) > 1 and not datatypes <= _NATIVE:
        raise ModelError(
            f"the JSON-LD key {name!r} would have values of several datatypes: "
            f"{', '.join(sorted(datatypes))}",
            hint="give its shapes one datatype, or dates, months and years",
        )
    if datatypes and not datatypes <= _NATIVE:
        return (Key(name, "literal", min(datatypes), many=many),)
    return (Key(name, "native", natives=tuple(sorted(datatypes or _NATIVE)), many=many),)


def _paging_keys() -> dict[str, tuple[Key, ...]]:
    """Return the keys with which lists tell their pages (Hydra Core Vocabulary, 5.3 and 5.5)."""
    keys = {name: Key(f"hydra:{name}", "id") for name in _PAGING_LINKS}
    keys |= {
        name: Key(f"hydra:{name}", "id", many=True) for name in ("collection", "mapping", "member")
    }
    for name, datatype in (
        ("required", _BOOLEAN),
        ("template", _STRING),
        ("totalItems", _INTEGER),
        ("variable", _STRING),
    ):
        keys[name] = Key(f"hydra:{name}", "native", natives=(datatype,))
    return {HYDRA(name).value: (key,) for name, key in keys.items()}
