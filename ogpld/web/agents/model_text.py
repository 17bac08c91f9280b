"""The model of a release as text: what `schema` answers."""

from __future__ import annotations

from collections.abc import Iterator

from ogpld.model.schema import ClassDef, PropertyDef
from ogpld.rdf import PREFIXES
from ogpld.web.current.open_release import OpenRelease

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
    yield "\nCode lists (call schema with a name for the codes):"
    yield ", ".join(f"{name} ({len(s.codes)})" for name, s in serving.model.schemes.items())


def class_text(serving: OpenRelease, definition: ClassDef) -> Iterator[str]:
    """Yield what a class is, and its properties with how many values of what kind."""
    number = serving.release.manifest.classes.get(definition.name, 0)
    yield f"{short(definition.iri)}: {definition.comment} {number} things in this release."
    if definition.segment:
        yield f"IRIs: {serving.iris.base}id/{definition.segment}/KEY"
    for prop in definition.properties:
        yield f"{short(prop.iri)} {_count(prop)} {_range(prop)}: {prop.description}"


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
