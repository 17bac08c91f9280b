"""Read ontology and shapes into definitions of classes, properties and terms.

Conventions of the shapes this reader relies on are told in shapes/README.md: a property's range is
said by sh:datatype, sh:or of datatypes, sh:class, sh:nodeKind sh:IRI, or `sh:node ogpldsh:in-<list>`.
Shapes of severity Warning or Info say nothing about structure and are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rdflib import OWL, RDF, RDFS, SH, SKOS, URIRef
from rdflib.collection import Collection

from ogpld.errors import ModelError, Where
from ogpld.model.schema import ClassDef, LabelIn, PropertyDef, PropertyHeading, Term
from ogpld.rdf import CODE, NS, SHAPES, parse_turtle_graph

if TYPE_CHECKING:
    from rdflib.graph import Graph
    from rdflib.term import Node

_VIOLATION = {None, SH.Violation}
#: How shapes name others.
_NAMING = (SH.property, SH.node, SH["not"], SH.qualifiedValueShape)
#: The shape of a text in English.
_ENGLISH = URIRef(SHAPES("english").value)


@dataclass(frozen=True, slots=True)
class Schema:
    """What Turtle alone says, before the code lists are read."""

    version: str
    classes: dict[str, ClassDef]
    terms: dict[str, Term]
    groups: dict[str, PropertyHeading]
    labels: tuple[LabelIn, ...] = ()


def read_schema(ontology: Path, shapes: Path) -> Schema:
    """Read both folders.

    Raises:
        ModelError: for a syntax error, a key used twice, or a shape without a path.
    """
    try:
        terms_graph = parse_turtle_graph(sorted(ontology.glob("*.ttl")))
        shapes_graph = parse_turtle_graph(sorted(shapes.glob("*.ttl")))
    except SyntaxError as error:
        raise ModelError(str(error), hint="mend the Turtle file") from error
    _check_shapes(shapes_graph, shapes)
    return Schema(
        version=str(terms_graph.value(URIRef(NS.iri), OWL.versionInfo) or "0"),
        classes=_classes(terms_graph, shapes_graph),
        terms=_terms(terms_graph),
        groups=_groups(shapes_graph),
        labels=(*_labels(terms_graph), *_labels(shapes_graph)),
    )


def _labels(graph: Graph) -> Iterator[LabelIn]:
    """Yield labels, names of property shapes and headings of incoming links that are not in English."""
    for predicate in (RDFS.label, SH.name, URIRef(NS("reverseLabel").value)):
        for subject, text in sorted(graph.subject_objects(predicate), key=str):
            language = getattr(text, "language", None)
            if language and language != "en":
                english = _text(graph, subject, predicate)
                yield LabelIn(str(subject), english, language, str(text))


def _text(graph: Graph, subject: Node, predicate: URIRef) -> str:
    """Return the English (or untagged) text of a property, "" when there is none."""
    values = list(graph.objects(subject, predicate))
    english = [v for v in values if getattr(v, "language", None) in {"en", None}]
    chosen = english or values
    return str(chosen[0]) if chosen else ""


def _local(iri: str) -> str:
    return iri.rstrip("#/").replace("#", "/").rsplit("/", 1)[-1]


def _terms(graph: Graph) -> dict[str, Term]:
    """Return every property and class that is declared, with a unique key."""
    terms: dict[str, Term] = {}
    owners: dict[str, str] = {}
    declared = set(graph.subjects(URIRef(NS("term").value), None))
    for kind in (RDF.Property, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty):
        declared |= set(graph.subjects(RDF.type, kind))
    for subject in sorted(map(str, declared)):
        node = URIRef(subject)
        key = _text(graph, node, URIRef(NS("term").value)) or _local(subject)
        if key in owners:
            raise ModelError(
                f"the key {key!r} names both <{owners[key]}> and <{subject}>",
                hint="give one of them another ogpld:term",
            )
        owners[key] = subject
        terms[subject] = Term(
            iri=subject,
            label=_text(graph, node, RDFS.label) or key,
            comment=_text(graph, node, RDFS.comment),
            key=key,
            reverse_key=_text(graph, node, URIRef(NS("reverseTerm").value)),
            reverse_label=_text(graph, node, URIRef(NS("reverseLabel").value)),
        )
    return terms


def _groups(graph: Graph) -> dict[str, PropertyHeading]:
    groups = {}
    for subject in graph.subjects(RDF.type, SH.PropertyGroup):
        order = graph.value(subject, SH.order)
        groups[str(subject)] = PropertyHeading(
            str(subject), _text(graph, subject, RDFS.label), float(str(order or 1e6))
        )
    return groups


def _classes(terms: Graph, shapes: Graph) -> dict[str, ClassDef]:
    """Return one definition per target class of a node shape of ours."""
    properties: dict[str, dict[str, PropertyDef]] = {}
    shape_of: dict[str, str] = {}
    for shape in sorted(map(str, shapes.subjects(RDF.type, SH.NodeShape))):
        targets = list(shapes.objects(URIRef(shape), SH.targetClass))
        severity: Any = shapes.value(URIRef(shape), SH.severity)
        if severity not in _VIOLATION:
            continue
        for target in targets:
            shape_of.setdefault(str(target), shape)
            merged = properties.setdefault(str(target), {})
            for node in shapes.objects(URIRef(shape), SH.property):
                definition = _property(shapes, node)
                if definition is not None:
                    merged[definition.iri] = _merge(merged.get(definition.iri), definition)
    return {
        _local(iri): ClassDef(
            iri=iri,
            name=_local(iri),
            label=_text(terms, URIRef(iri), RDFS.label) or _local(iri),
            comment=_text(terms, URIRef(iri), RDFS.comment),
            segment=_text(terms, URIRef(iri), URIRef(NS("pathSegment").value)),
            key_form=_text(terms, URIRef(iri), URIRef(NS("keyForm").value)),
            shape=shape_of[iri],
            properties=tuple(sorted(definitions.values(), key=lambda p: (p.order, p.iri))),
            parents=tuple(
                sorted(
                    str(p)
                    for p in terms.objects(URIRef(iri), RDFS.subClassOf)
                    if str(p) in properties
                )
            ),
        )
        for iri, definitions in properties.items()
    }


def _property(graph: Graph, node: Node) -> PropertyDef | None:
    """Return one property shape as a definition, None when it only judges quality."""
    severity: Any = graph.value(node, SH.severity)
    path = graph.value(node, SH.path)
    if severity not in _VIOLATION or not isinstance(path, URIRef):
        return None
    maximum = graph.value(node, SH.maxCount)
    minimum = graph.value(node, SH.minCount)
    order = graph.value(node, SH.order)
    kind = graph.value(node, SH.nodeKind)
    thing = graph.value(node, SH["class"])
    things = tuple(c for c in _any_of(graph, node, SH["class"]) if c != str(SKOS.Concept))
    scheme = _scheme(graph, node)
    return PropertyDef(
        iri=str(path),
        shape=str(node),
        name=_text(graph, node, SH.name),
        description=_text(graph, node, SH.description),
        order=float(str(order)) if order is not None else 1e6,
        group=str(graph.value(node, SH.group) or ""),
        min_count=int(str(minimum or 0)),
        max_count=int(str(maximum)) if maximum is not None else None,
        datatypes=_any_of(graph, node, SH.datatype),
        thing=str(thing) if thing is not None and thing != SKOS.Concept else "",
        things=things,
        scheme=scheme,
        links=kind == SH.IRI or thing is not None or bool(scheme),
        codes=bool(scheme) or thing == SKOS.Concept,
        unique_lang=str(graph.value(node, SH.uniqueLang)).lower() == "true",
        english=graph.value(node, SH.qualifiedValueShape) == _ENGLISH,
    )


def _any_of(graph: Graph, node: Node, constraint: URIRef) -> tuple[str, ...]:
    """Return the datatypes or classes a property shape allows, those of sh:or included."""
    iris = [str(d) for d in graph.objects(node, constraint)]
    for head in graph.objects(node, SH["or"]):
        for member in Collection(graph, head):
            iris += [str(d) for d in graph.objects(member, constraint)]
    return tuple(iris)


def _scheme(graph: Graph, node: Node) -> str:
    """Return the notation of the code list that `sh:node ogpldsh:in-<list>` names, or ""."""
    for target in graph.objects(node, SH.node):
        if scheme := _scheme_of(graph, target):
            return scheme
    return ""


def _scheme_of(graph: Graph, shape: Node) -> str:
    """Return the notation of the code list that a shape asks to be in, or ""."""
    for inner in graph.objects(shape, SH.property):
        if graph.value(inner, SH.path) == SKOS.inScheme:
            value = str(graph.value(inner, SH.hasValue) or "")
            if value in CODE:
                return CODE.local(value)
    return ""


def _check_shapes(graph: Graph, folder: Path) -> None:
    """Refuse a shape that another names and that says nothing: every value would be valid.

    Raises:
        ModelError: with the file and line that names it; also for a shape of a list that is of another one.
    """
    named = {node for predicate in _NAMING for node in graph.objects(None, predicate)}
    for predicate in (SH["and"], SH["or"], SH.xone):
        named |= {node for head in graph.objects(None, predicate) for node in graph.items(head)}
    required = set(graph.objects(None, SH.node))
    for node in sorted(named, key=str):
        name = SHAPES.local(str(node)) if str(node) in SHAPES else ""
        if not name:
            continue
        if (node, None, None) not in graph:
            raise ModelError(
                f"there is no shape ogpldsh:{name}, so that every value would be valid",
                where=_place(folder, name),
                hint="write it; a shape of a code list stands in codes.ttl",
            )
        code_list = name.removeprefix("in-")
        if code_list != name and node in required and _scheme_of(graph, node) != code_list:
            raise ModelError(
                f"ogpldsh:{name} does not ask for codes of the list {code_list}",
                where=_place(folder, name, defined=True),
                hint=f"let it have skos:inScheme with sh:hasValue <{CODE(code_list).value}>",
            )


def _place(folder: Path, name: str, *, defined: bool = False) -> Where | None:
    """Return where a shape is named first, or what is said of it."""
    pattern = re.compile(rf"{'^' if defined else ''}ogpldsh:{re.escape(name)}(?![\w-])")
    for file in sorted(folder.glob("*.ttl")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if pattern.search(line):
                return Where(file.name, line=number)
    return None


def _merge(old: PropertyDef | None, new: PropertyDef) -> PropertyDef:
    """Join two shapes about one property: what one leaves open, the other says."""
    if old is None:
        return new
    maxima = [m for m in (old.max_count, new.max_count) if m is not None]
    return PropertyDef(
        iri=old.iri,
        shape=old.shape,
        name=old.name or new.name,
        description=old.description or new.description,
        order=min(old.order, new.order),
        group=old.group or new.group,
        min_count=max(old.min_count, new.min_count),
        max_count=min(maxima) if maxima else None,
        datatypes=old.datatypes or new.datatypes,
        thing=old.thing or new.thing,
        things=old.things or new.things,
        scheme=old.scheme or new.scheme,
        links=old.links or new.links,
        codes=old.codes or new.codes,
        unique_lang=old.unique_lang or new.unique_lang,
        english=old.english or new.english,
    )
