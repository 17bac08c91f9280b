"""How often there is what: the counts of a VoID description, which follow changes.

Things by class, statements by property, links by linkset. Counts are of distinct
statements, whichever graphs state them: those of the endpoint's default graph, this description among them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from copy import deepcopy
from dataclasses import dataclass, field

from ogpld.formats.sssom import SUFFIX
from ogpld.iris import Iris
from ogpld.linksets import LINK_PREDICATES, Linkset, linkset_of
from ogpld.rdf import (
    DCTERMS,
    FOAF,
    RDF,
    VOID,
    Literal,
    NamedNode,
    Quad,
    Triple,
    english,
    term_text,
    whole_number,
)

#: Gives the statements about a subject, by its IRI.
Others = Callable[[str], AbstractSet[Triple]]


@dataclass(slots=True)
class VoidCounts:
    """Counts of a dataset.

    Attributes:
        triples: distinct statements.
        subjects: distinct subjects.
        classes: things by class.
        properties: statements by property.
        used: statements by class of the subject and property.
        links: statements that say what a thing is elsewhere, by linkset.
    """

    triples: int = 0
    subjects: int = 0
    classes: Counter[str] = field(default_factory=Counter)
    properties: Counter[str] = field(default_factory=Counter)
    used: Counter[tuple[str, str]] = field(default_factory=Counter)
    links: Counter[Linkset] = field(default_factory=Counter)

    @classmethod
    def of(cls, statements: Iterable[AbstractSet[Triple]]) -> VoidCounts:
        """Count a whole dataset, given as the distinct statements about each subject."""
        counts = cls()
        for triples in statements:
            counts.add(triples)
        return counts

    @classmethod
    def read(cls, quads: Iterable[Quad]) -> VoidCounts:
        """Read counts from what `void_quads` gave."""
        values: dict[str, dict[str, list[str]]] = {}
        for quad in quads:
            properties = values.setdefault(term_text(quad.subject), {})
            properties.setdefault(VOID.local(quad.predicate.value), []).append(
                term_text(quad.object)
            )
        counts = cls()
        for statements in values.values():
            if "distinctSubjects" not in statements:
                continue
            counts.triples, counts.subjects = (
                int(statements["triples"][0]),
                int(statements["distinctSubjects"][0]),
            )
            for part in statements.get("propertyPartition", ()):
                counts.properties[values[part]["property"][0]] = int(values[part]["triples"][0])
            for whole in statements.get("classPartition", ()):
                name = values[whole]["class"][0]
                counts.classes[name] = int(values[whole]["entities"][0])
                for part in values[whole].get("propertyPartition", ()):
                    key = name, values[part]["property"][0]
                    counts.used[key] = int(values[part]["triples"][0])
            for part in statements.get("subset", ()):
                target = values[values[part]["objectsTarget"][0]]["uriSpace"][0]
                links = Linkset(part.rpartition("/")[2], values[part]["linkPredicate"][0], target)
                counts.links[links] = int(values[part]["triples"][0])
        return counts

    def add(self, triples: AbstractSet[Triple], times: int = 1) -> None:
        """Count everything that is said of one subject, or with -1 take it back."""
        if not triples:
            return
        self.triples += times * len(triples)
        self.subjects += times
        names = {term_text(t.object) for t in triples if t.predicate == RDF("type")}
        for name in names:
            self.classes[name] += times
        for triple in triples:
            predicate = triple.predicate.value
            self.properties[predicate] += times
            for name in names:
                self.used[name, predicate] += times
            if predicate in LINK_PREDICATES and isinstance(triple.object, NamedNode):
                links = linkset_of(term_text(triple.subject), predicate, triple.object.value)
                if links is not None:
                    self.links[links] += times

    def join(self, quads: Iterable[Quad], others: Others, times: int = 1) -> None:
        """Count statements that join a dataset, or with -1 leave it.

        Args:
            quads: the statements.
            others: what the rest of the dataset says of a subject.
            times: 1 or -1.
        """
        for subject, triples in statements_by_subject(quads).items():
            rest = others(subject)
            self.add(rest, -times)
            self.add(rest | triples, times)


def statements_by_subject(quads: Iterable[Quad]) -> dict[str, set[Triple]]:
    """Return the distinct statements about each subject, whichever graphs state them."""
    by_subject: dict[str, set[Triple]] = {}
    for quad in quads:
        by_subject.setdefault(term_text(quad.subject), set()).add(quad.triple)
    return by_subject


def void_quads(iris: Iris, counts: VoidCounts, others: Others) -> set[Quad]:
    """Return the VoID description of a dataset that this description is part of.

    It counts itself: how many statements it has depends on which terms are counted, not on how often, so
    describing what was counted with it comes to rest after a few rounds.

    Args:
        iris: the IRI policy.
        counts: of the dataset without this description.
        others: what the dataset says of a subject without this description.
    """
    description: set[Quad] = set()
    while True:
        total = deepcopy(counts)
        total.join(description, others)
        described = set(_described(iris, total))
        if described == description:
            return description
        description = described


def _described(iris: Iris, counts: VoidCounts) -> Iterator[Quad]:
    """Yield how often there is what.

    Counts of statements, subjects, classes and properties, and of properties by class, by which query
    editors propose terms; every linkset (`ogpld/linksets.py`).
    """
    graph = iris.graph("void")
    dataset = NamedNode(f"{iris.base}dataset/ogpld")
    statements: list[tuple[NamedNode, NamedNode, NamedNode | Literal]] = [
        (dataset, RDF("type"), VOID("Dataset")),
        (dataset, VOID("triples"), whole_number(counts.triples)),
        (dataset, VOID("distinctSubjects"), whole_number(counts.subjects)),
        (dataset, VOID("sparqlEndpoint"), NamedNode(f"{iris.base}sparql")),
        (dataset, VOID("uriSpace"), Literal(f"{iris.base}id/")),
        (dataset, FOAF("page"), NamedNode(iris.base)),
        (dataset, VOID("classes"), whole_number(sum(1 for n in counts.classes.values() if n))),
        (
            dataset,
            VOID("properties"),
            whole_number(sum(1 for n in counts.properties.values() if n)),
        ),
    ]
    terms = [
        name for usage in (counts.classes, counts.properties) for name, n in usage.items() if n
    ]
    statements += [
        (dataset, VOID("vocabulary"), NamedNode(namespace))
        for namespace in {_namespace(name) for name in terms}
    ]
    for kind, counted, link, count in (
        ("class", counts.classes, "classPartition", "entities"),
        ("property", counts.properties, "propertyPartition", "triples"),
    ):
        for iri, number in counted.items():
            if not number:
                continue
            part = NamedNode(f"{dataset.value}#{kind}-{_part(iri)}")
            statements += [
                (dataset, VOID(link), part),
                (part, VOID(kind), NamedNode(iri)),
                (part, VOID(count), whole_number(number)),
            ]
    for (name, iri), number in counts.used.items():
        if not number:
            continue
        whole = NamedNode(f"{dataset.value}#class-{_part(name)}")
        part = NamedNode(f"{whole.value}-property-{_part(iri)}")
        statements += [
            (whole, VOID("propertyPartition"), part),
            (part, VOID("property"), NamedNode(iri)),
            (part, VOID("triples"), whole_number(number)),
        ]
    for links, number in counts.links.items():
        if number:
            statements += _linkset(dataset, iris.graph("reconciled", links.name), links, number)
    for subject, predicate, value in statements:
        yield Quad(subject, predicate, value, graph)


def _linkset(
    dataset: NamedNode, graph: NamedNode, links: Linkset, number: int
) -> list[tuple[NamedNode, NamedNode, NamedNode | Literal]]:
    """Describe a linkset, which is named as its graph; its target is known by its address alone."""
    target = NamedNode(f"{dataset.value}#site-{links.key}")
    return [
        (dataset, VOID("subset"), graph),
        (graph, RDF("type"), VOID("Linkset")),
        (graph, DCTERMS("title"), english(f"Links from {links.kind} to {links.target}")),
        (graph, VOID("linkPredicate"), NamedNode(links.predicate)),
        (graph, VOID("subjectsTarget"), dataset),
        (graph, VOID("objectsTarget"), target),
        (graph, VOID("triples"), whole_number(number)),
        (graph, DCTERMS("hasFormat"), NamedNode(f"{graph.value}.{SUFFIX}")),
        (target, RDF("type"), VOID("Dataset")),
        (target, DCTERMS("title"), Literal(links.target, language="und")),
        (target, VOID("uriSpace"), Literal(links.space)),
    ]


def _namespace(term: str) -> str:
    """Return the namespace of a term."""
    return term[: max(term.rfind("#"), term.rfind("/")) + 1]


def _part(iri: str) -> str:
    """Return a fragment that tells terms of different vocabularies apart."""
    tail = iri.replace("#", "/").rstrip("/").split("/")[-2:]
    return "-".join("".join(c for c in piece if c.isalnum()) for piece in tail)
