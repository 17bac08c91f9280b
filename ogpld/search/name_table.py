"""Read from a release what its things are called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ogpld.dumps.belonging import Belonging
from ogpld.dumps.thing_reader import Thing, things
from ogpld.language_tags import DEFAULT, nearest_name
from ogpld.model import Model
from ogpld.rdf import DCTERMS, FOAF, NS, ORG, OWL, RDFS, SCHEMA, SKOS, Literal, NamedNode, term_text
from ogpld.release import Release
from ogpld.wording import marked

#: What a name is, by the property that states it; the first is what a thing is called by.
NAME_KINDS = {
    RDFS("label").value: marked("label"),
    SKOS("prefLabel").value: marked("label"),
    DCTERMS("title").value: marked("title"),
    NS("printedTitle").value: marked("title"),
    FOAF("name").value: marked("name"),
    SKOS("altLabel").value: marked("other name"),
    SKOS("hiddenLabel").value: marked("spelling"),
    SKOS("notation").value: marked("code"),
    NS("iso2").value: marked("code"),
    NS("iso3").value: marked("code"),
    NS("isoNumeric").value: marked("code"),
    DCTERMS("identifier").value: marked("identifier"),
    ORG("identifier").value: marked("identifier"),
}
#: Kinds of what things are called by and no property says: the last step of the IRI, and a page elsewhere.
KEY, ADDRESS = marked("key"), marked("address")
#: Kinds of names that identify one thing.
IDENTIFYING = frozenset({KEY, "code", "identifier"})
#: Properties whose values are addresses of a thing elsewhere.
_ADDRESSES = frozenset(
    p.value for p in (FOAF("page"), SCHEMA("sameAs"), OWL("sameAs"), SKOS("exactMatch"))
)
#: What a thing was read from is not the thing, but for OGP's own page about it, by its class.
_SOURCE = DCTERMS("source").value
_OGP_MEMBER = r"https?://(?:www\.)?opengovpartnership\.org/members/[^/?#]+"
_OGP_PAGES = {
    "Member": re.compile(rf"{_OGP_MEMBER}/?"),
    "Commitment": re.compile(rf"{_OGP_MEMBER}/commitments/[^/?#]+/?"),
}
_UNNAMED = "Assessment"
#: Classes of what the model names in other languages too, where the data has English.
_OF_MODEL = frozenset({"Concept", "ConceptScheme"})
_LABEL = NAME_KINDS[RDFS("label").value]
_ORDER = {kind: number for number, kind in enumerate(dict.fromkeys(NAME_KINDS.values()))}
#: What tells things of one name apart, by the property that states it (docs/contract.md#reconciliation).
FACT_KINDS = {
    NS("plan").value: "plan",
    NS("cycle").value: "year",
    NS("number").value: "planNumber",
    NS("leadText").value: "lead",
}
#: Properties whose codes say what a commitment is about, each by its local name.
TOPICS = {
    NS(name).value: name
    for name in ("policyArea", "challengeArea", "grandChallenge", "workingGroup", "relevantTo")
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
        label: for a reader of English (`nearest_name`).
        member: key of the member it belongs to, "" for none.
        names: everything it is called, its label first.
        addresses: what it is elsewhere: pages about it, and the same thing in other data.
        facts: what tells it apart from others of the same name: kind and value.
        topics: what it is about: local name of the property, and the IRI of the code.
    """

    iri: str
    class_name: str
    key: str
    label: str
    member: str
    names: list[Name] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)
    topics: list[tuple[str, str]] = field(default_factory=list)


def named_things(release: Release) -> Iterator[NamedThing]:
    """Yield the things of a release that have a page and a name of their own.

    Assessments have none that a person would look for; what a part is called counts for its thing. They are
    most of all lines and lead nobody to a member but themselves, so that they are not even parsed.

    Raises:
        ReleaseError: when the data is damaged.
    """
    model = release.model()
    belonging = Belonging(model, release.iris)
    names: list[NamedThing] = []
    belonging.read(_collected(release, model, names))
    translated: dict[str, list[Name]] = {}
    for label in model.labels:
        translated.setdefault(label.iri, []).append(Name(label.text, label.language, _LABEL))
    for thing in names:
        if not (release.iris.is_thing(thing.iri) or belonging.owner(thing.iri)):
            continue
        if thing.class_name in _OF_MODEL:
            own = {(name.text, name.language) for name in thing.names}
            others = translated.get(thing.iri, ())
            thing.names += [n for n in others if (n.text, n.language) not in own]
        thing.member = belonging.member_of(thing.iri).rpartition("/")[2]
        yield thing


def _collected(release: Release, model: Model, names: list[NamedThing]) -> Iterator[Thing]:
    """Yield all things but assessments, and collect those with names on the way."""
    parts: dict[str, list[Thing]] = {}
    unnamed = f"<{release.iris.base}id/{model.class_named(_UNNAMED).segment}/".encode()
    for thing in things(line for line in release.lines() if not line.startswith(unnamed)):
        whole, sign, _ = thing.iri.partition("#")
        if sign and release.iris.is_thing(whole):
            parts.setdefault(whole, []).append(
                thing
            )  # lines about parts come before those of their thing
        elif (named := _named(thing, parts.pop(thing.iri, []), model)) is not None:
            names.append(named)
        yield thing


def _named(thing: Thing, parts: list[Thing], model: Model) -> NamedThing | None:
    classes = [model.by_class_iri[kind].name for kind in thing.types if kind in model.by_class_iri]
    if not classes or classes[0] == _UNNAMED:
        return None
    names = _names(thing, *parts)
    if not names:
        return None
    label = _label(_names(thing) or names)
    key = thing.iri.rpartition("/")[2]
    addresses = _addresses(classes[0], thing, *parts)
    return NamedThing(
        thing.iri,
        classes[0],
        key,
        label,
        "",
        names,
        addresses,
        _facts(thing, *parts),
        _topics(thing),
    )


def _names(*parts: Thing) -> list[Name]:
    names: dict[tuple[str, str], Name] = {}
    for thing in parts:
        own: list[Name] = []
        for triple in thing.triples:
            kind = NAME_KINDS.get(term_text(triple.predicate))
            if kind is not None and isinstance(triple.object, Literal):
                own.append(Name(triple.object.value, triple.object.language or "", kind))
        for name in sorted(own, key=lambda name: _ORDER[name.kind]):
            names.setdefault((name.text, name.language), name)
    return list(names.values())


def _label(names: Sequence[Name]) -> str:
    """Return what a thing is called by: one of the names of the first kind that it has."""
    return nearest_name(
        ((name.text, name.language) for name in names if name.kind == names[0].kind), DEFAULT
    )[0]


def _addresses(class_name: str, *parts: Thing) -> list[str]:
    pages = _OGP_PAGES.get(class_name)
    addresses: dict[str, None] = {}
    for triple in (triple for thing in parts for triple in thing.triples):
        predicate, value = term_text(triple.predicate), triple.object
        if not isinstance(value, NamedNode | Literal):
            continue
        is_page = predicate == _SOURCE and pages is not None and pages.fullmatch(value.value)
        if predicate in _ADDRESSES or is_page:
            addresses[value.value] = None
    return list(addresses)


def _facts(*parts: Thing) -> list[tuple[str, str]]:
    facts: dict[tuple[str, str], None] = {}
    for triple in (triple for thing in parts for triple in thing.triples):
        kind = FACT_KINDS.get(term_text(triple.predicate))
        if kind is not None:
            value = term_text(triple.object)
            facts[kind, value.rpartition("/")[2] if kind == "plan" else value] = None
    return list(facts)


def _topics(thing: Thing) -> list[tuple[str, str]]:
    topics: dict[tuple[str, str], None] = {}
    for triple in thing.triples:
        name = TOPICS.get(term_text(triple.predicate))
        if name is not None and isinstance(triple.object, NamedNode):
            topics[name, triple.object.value] = None
    return list(topics)
