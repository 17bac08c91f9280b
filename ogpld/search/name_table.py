"""Read from a release what its things are called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ogpld.dumps.belonging import Belonging
from ogpld.dumps.thing_reader import Thing, things
from ogpld.model import Model
from ogpld.rdf import DCTERMS, FOAF, NS, RDFS, SCHEMA, SKOS, Literal, term_text
from ogpld.release import Release

#: What a name is, by the property that states it; the first is what a thing is called by.
NAME_KINDS = {
    RDFS("label").value: "label",
    SKOS("prefLabel").value: "label",
    DCTERMS("title").value: "title",
    FOAF("name").value: "name",
    SKOS("altLabel").value: "other name",
    SKOS("hiddenLabel").value: "spelling",
    SKOS("notation").value: "code",
    DCTERMS("identifier").value: "identifier",
}

#: What tells things of one name apart, by the property that states it (docs/contract.md#reconciliation).
FACT_KINDS = {
    NS("iso2").value: "code",
    NS("iso3").value: "code",
    FOAF("page").value: "link",
    SCHEMA("sameAs").value: "link",
    NS("plan").value: "plan",
    NS("cycle").value: "year",
    NS("number").value: "planNumber",
    NS("leadText").value: "lead",
}


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a thing: its text, its language tag ("" for none) and its kind."""

    text: str
    language: str
    kind: str


@dataclass(slots=True)
class NamedThing:
    """A thing that can be looked for.

    Attributes:
        iri: of the thing.
        class_name: local name of its class, `Commitment`.
        key: last step of its IRI.
        label: in English where there is one.
        member: key of the member it belongs to, "" for none.
        names: everything it is called, its label first.
        facts: what tells it apart from others of the same name: kind and value.
    """

    iri: str
    class_name: str
    key: str
    label: str
    member: str
    names: list[Name] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)


def named_things(release: Release) -> Iterator[NamedThing]:
    """Yield the things of a release that have a page and a name of their own.

    Assessments have none that a person would look for; the name of a part counts for its thing.

    Raises:
        ReleaseError: when the data is damaged.
    """
    model = release.model()
    belonging = Belonging(model, release.iris)
    belonging.read(things(release.lines()))
    pending: NamedThing | None = None
    for thing in things(release.lines()):
        whole = thing.iri.partition("#")[0]
        if pending is not None and pending.iri == whole:
            pending.names.extend(_names(thing))
            pending.facts.extend(_facts(thing))
            continue
        if pending is not None:
            yield pending
        pending = _named(thing, model, belonging, release)
    if pending is not None:
        yield pending


def _named(thing: Thing, model: Model, belonging: Belonging, release: Release) -> NamedThing | None:
    if not (release.iris.is_thing(thing.iri) or belonging.owner(thing.iri)):
        return None
    classes = [model.by_class_iri[kind].name for kind in thing.types if kind in model.by_class_iri]
    names = _names(thing)
    if not classes or not names or classes[0] == "Assessment":
        return None
    label = next((name for name in names if name.language == "en"), names[0])
    member = belonging.member_of(thing.iri)
    return NamedThing(
        thing.iri,
        classes[0],
        thing.iri.rpartition("/")[2],
        label.text,
        member.rpartition("/")[2],
        names,
        _facts(thing),
    )


def _names(thing: Thing) -> list[Name]:
    names: dict[tuple[str, str], Name] = {}
    for triple in thing.triples:
        kind = NAME_KINDS.get(term_text(triple.predicate))
        if kind is not None and isinstance(triple.object, Literal):
            name = Name(triple.object.value, triple.object.language or "", kind)
            names.setdefault((name.text, name.language), name)
    order = list(dict.fromkeys(NAME_KINDS.values()))
    return sorted(names.values(), key=lambda name: order.index(name.kind))


def _facts(thing: Thing) -> list[tuple[str, str]]:
    facts: dict[tuple[str, str], None] = {}
    for triple in thing.triples:
        kind = FACT_KINDS.get(term_text(triple.predicate))
        if kind is not None:
            value = term_text(triple.object)
            facts[kind, value.rpartition("/")[2] if kind == "plan" else value] = None
    return list(facts)
