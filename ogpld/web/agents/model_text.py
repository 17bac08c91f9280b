"""The model of a release as text: what `schema` answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ogpld.model.schema import ClassDef, PropertyDef, Scheme
from ogpld.rdf import PREFIXES, NamedNode
from ogpld.web.current.open_release import OpenRelease

_WRITING = """
How queries are written here:
Things may be written relative to this site: <id/CLASS/KEY>. search gives their IRIs.
Labels: rdfs:label of things, skos:prefLabel and skos:altLabel of members, bodies and codes.
Texts have languages, codes labels in several: compare STR(?label), show one with FILTER(LANG(?label) = "en").
Definitions: skos:definition of codes that have one, rdfs:comment of classes and properties.
Where things stand: GRAPH ?g { ?thing a ?class }; of ?g dcterms:date is the day it was read, and it has
ogpld:publisherName, ogpld:covers, ogpld:leavesOut. prov:wasDerivedFrom of a thing is its row of a source.
What is not known is absent: count it apart, with FILTER NOT EXISTS { ?thing PROPERTY ?value }."""
_NAMESPACES = sorted(PREFIXES.items(), key=lambda item: -len(item[1]))


def overview(serving: OpenRelease) -> Iterator[str]:
    """Yield what a model reads first: prefixes, classes with numbers of things, code lists."""
    yield "Prefixes (declare those you use):"
    yield "\n".join(f"PREFIX {prefix}: <{iri}>" for prefix, iri in PREFIXES.items())
    yield f"\nThings have IRIs {serving.iris.base}id/CLASS/KEY. Classes, with the number of things:"
    for definition in serving.model.classes.values():
        number = serving.release.manifest.classes.get(definition.name, 0)
        if number or definition.segment:
            keys = ", ".join(short(p.iri) for p in definition.properties)
            yield f"\n{short(definition.iri)} ({number}): {definition.comment}\n  {keys}"
    yield _WRITING
    yield "\nCode lists (call schema with a name for the codes):"
    yield ", ".join(f"{name} ({len(s.codes)})" for name, s in serving.model.schemes.items())


def class_text(serving: OpenRelease, definition: ClassDef) -> Iterator[str]:
    """Yield what a class is, and its properties with how many values of what kind."""
    number = serving.release.manifest.classes.get(definition.name, 0)
    yield f"{short(definition.iri)}: {definition.comment} {number} things in this release."
    if definition.segment:
        yield f"IRIs: {serving.iris.base}id/{definition.segment}/KEY"
    yield from property_lines(serving, definition, definition.properties)


def property_lines(
    serving: OpenRelease, definition: ClassDef, properties: Iterable[PropertyDef]
) -> Iterator[str]:
    """Yield for each property of a class what it is, and of how many things it is known."""
    number = serving.release.manifest.classes.get(definition.name, 0)
    rows = serving.select("known-values", kind=NamedNode(definition.iri)) if number else []
    counts = {row["property"]: int(row["things"]) for row in rows}
    for prop in properties:
        extent = f"; known of {counts.get(prop.iri, 0)} of {number}" if number else ""
        yield f"{short(prop.iri)} {_count(prop)} {_range(prop)}{extent}: {prop.description}"


def codes_text(serving: OpenRelease, scheme: Scheme) -> Iterator[str]:
    """Yield the codes of a list, each with its definition or the word that the data has none."""
    rows = serving.select("code-definitions", scheme=NamedNode(scheme.iri))
    definitions = {row["code"]: row["definition"] for row in rows}
    yield f"{len(scheme.codes)} codes of the list {scheme.notation}: {scheme.definition}"
    for code in scheme.codes:
        definition = definitions.get(code.iri)
        yield f"<{code.iri}> {code.label}: {definition or 'no definition is held'}"


def short(iri: str) -> str:
    """Return an IRI with its prefix."""
    for prefix, namespace in _NAMESPACES:
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return f"<{iri}>"


def _count(definition: PropertyDef) -> str:
    most = "*" if definition.max_count is None else str(definition.max_count)
    return f"[{definition.min_count}..{most}]"


def _range(definition: PropertyDef) -> str:
    """Say what kind of values a property has."""
    if definition.scheme:
        return f"code of {definition.scheme}"
    if definition.thing:
        return short(definition.thing) if ":" in definition.thing else definition.thing
    if definition.datatypes:
        return " or ".join(short(datatype) for datatype in definition.datatypes)
    return "IRI" if definition.links else "text"
