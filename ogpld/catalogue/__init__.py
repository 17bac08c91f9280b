"""Describe the data set itself: a DCAT catalogue and a VoID description, made at build.

Both are graphs of the release like any other, so that `/` in RDF, the endpoint and the dumps say the
same. Counts are of the data graphs alone, not of this description.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ogpld.iris import Iris
from ogpld.rdf import (
    DCTERMS,
    FOAF,
    NS,
    QB,
    RDF,
    RDFS,
    XSD,
    Literal,
    NamedNode,
    Namespace,
    Quad,
    term_text,
)

_DCAT = Namespace("http://www.w3.org/ns/dcat#")
_DQV = Namespace("http://www.w3.org/ns/dqv#")
_VOID = Namespace("http://rdfs.org/ns/void#")
#: The shapes as a whole, as their own ontology header names them.
_SHAPES = NamedNode("https://w3id.org/ogpld/shapes")
_EU = Namespace("http://publications.europa.eu/resource/authority/")


@dataclass(frozen=True, slots=True)
class About:
    """What the catalogue says that is not counted from the data.

    Attributes:
        licence: IRI of the licence of the published data set.
        sources: title and limits of each source, in English.
    """

    licence: str
    sources: tuple[tuple[str, str, str], ...]


def _text(value: str) -> Literal:
    return Literal(value, language="en")


def _number(value: int) -> Literal:
    return Literal(str(value), datatype=XSD("integer"))


def catalogue_quads(iris: Iris, about: About) -> Iterator[Quad]:
    """Yield the DCAT catalogue: one data set, its SPARQL service, the service that checks documents.

    The data set conforms to the ontology and the shapes, because a release with a Violation is not
    published. Its report is quality metadata in the sense of DQV (a graph of what was found); it is no
    dqv:QualityAnnotation, which would be an annotation with a body and a target. Its address has no
    release in it: the digest of a release covers what is said here.
    """
    graph = iris.graph("catalogue")
    catalogue = NamedNode(f"{iris.base}catalog")
    dataset = NamedNode(f"{iris.base}dataset/ogpld")
    service = NamedNode(f"{iris.base}sparql")
    checking = NamedNode(f"{iris.base}validate")
    report = NamedNode(f"{iris.base}release/current/validation")
    standards = (
        (_SHAPES, "SHACL shapes of ogpld"),
        (NamedNode(NS.iri), "Vocabulary of ogpld"),
    )
    licence = NamedNode(about.licence)
    title = _text("Open Government Partnership: action plans, commitments and assessments")
    limits = " ".join(
        f"{name}: covers {covers} Leaves out {leaves}" for name, covers, leaves in about.sources
    )
    statements: list[tuple[NamedNode, NamedNode, NamedNode | Literal]] = [
        (catalogue, RDF("type"), _DCAT("Catalog")),
        (catalogue, DCTERMS("title"), _text("ogpld catalogue")),
        (catalogue, RDFS("label"), _text("ogpld catalogue")),
        (
            catalogue,
            DCTERMS("description"),
            _text("Linked open data about the Open Government Partnership."),
        ),
        (catalogue, DCTERMS("license"), licence),
        (catalogue, _DCAT("dataset"), dataset),
        (catalogue, _DCAT("service"), service),
        (dataset, RDF("type"), _DCAT("Dataset")),
        (dataset, DCTERMS("title"), title),
        (dataset, RDFS("label"), title),
        (dataset, DCTERMS("description"), _text(limits)),
        (dataset, DCTERMS("license"), licence),
        (dataset, _DCAT("theme"), _EU("data-theme/GOVE")),
        (dataset, DCTERMS("language"), _EU("language/ENG")),
        (service, RDF("type"), _DCAT("DataService")),
        (service, DCTERMS("title"), _text("SPARQL endpoint")),
        (service, RDFS("label"), _text("SPARQL endpoint")),
        (service, _DCAT("endpointURL"), service),
        (service, _DCAT("endpointDescription"), service),
        (service, _DCAT("servesDataset"), dataset),
        (service, DCTERMS("conformsTo"), NamedNode("https://www.w3.org/TR/sparql11-protocol/")),
        (catalogue, _DCAT("service"), checking),
        (checking, RDF("type"), _DCAT("DataService")),
        (checking, DCTERMS("title"), _text("Check of documents against the shapes")),
        (checking, RDFS("label"), _text("Check of documents against the shapes")),
        (
            checking,
            DCTERMS("description"),
            _text(
                "POST a table or an RDF document about action plans; the answer is a SHACL report. "
                "Nothing that is sent is stored."
            ),
        ),
        (checking, _DCAT("endpointURL"), checking),
        (checking, _DCAT("endpointDescription"), checking),
        (checking, DCTERMS("conformsTo"), NamedNode("https://www.w3.org/TR/shacl/")),
        (dataset, _DQV("hasQualityMetadata"), report),
        (report, RDF("type"), _DQV("QualityMetadata")),
        (report, RDFS("label"), _text("Validation report of the release in service")),
        (dataset, DCTERMS("hasPart"), iris.printed_totals),
        (iris.printed_totals, RDF("type"), QB("DataSet")),
        (iris.printed_totals, DCTERMS("title"), _text("Numbers that reports print")),
        (iris.printed_totals, RDFS("label"), _text("Numbers that reports print")),
        (iris.printed_totals, DCTERMS("isPartOf"), dataset),
        (iris.printed_totals, QB("structure"), NS("PrintedTotals")),
    ]
    for standard, name in standards:
        statements += [
            (dataset, DCTERMS("conformsTo"), standard),
            (standard, RDF("type"), DCTERMS("Standard")),
            (standard, DCTERMS("title"), _text(name)),
        ]
    for subject, predicate, value in statements:
        yield Quad(subject, predicate, value, graph)


def void_quads(iris: Iris, quads: Iterable[Quad]) -> Iterator[Quad]:
    """Yield the VoID description: how often there is what.

    Counts of statements, subjects, classes and properties, and of properties by class, by which query
    editors propose terms.
    """
    graph = iris.graph("void")
    dataset = NamedNode(f"{iris.base}dataset/ogpld")
    triples = {quad.triple for quad in quads}
    types: dict[str, list[str]] = {}
    for triple in triples:
        if triple.predicate == RDF("type"):
            types.setdefault(term_text(triple.subject), []).append(term_text(triple.object))
    classes = Counter(name for names in types.values() for name in names)
    properties = Counter(triple.predicate.value for triple in triples)
    used = Counter(
        (name, triple.predicate.value)
        for triple in triples
        for name in types.get(term_text(triple.subject), ())
    )
    subjects = {term_text(triple.subject) for triple in triples}
    statements: list[tuple[NamedNode, NamedNode, NamedNode | Literal]] = [
        (dataset, RDF("type"), _VOID("Dataset")),
        (dataset, _VOID("triples"), _number(len(triples))),
        (dataset, _VOID("distinctSubjects"), _number(len(subjects))),
        (dataset, _VOID("sparqlEndpoint"), NamedNode(f"{iris.base}sparql")),
        (dataset, _VOID("uriSpace"), Literal(f"{iris.base}id/")),
        (dataset, FOAF("homepage"), NamedNode(iris.base)),
    ]
    for kind, counts, link, count in (
        ("class", classes, "classPartition", "entities"),
        ("property", properties, "propertyPartition", "triples"),
    ):
        for iri, number in counts.items():
            part = NamedNode(f"{dataset.value}#{kind}-{_part(iri)}")
            statements += [
                (dataset, _VOID(link), part),
                (part, _VOID(kind), NamedNode(iri)),
                (part, _VOID(count), _number(number)),
            ]
    for (name, iri), number in used.items():
        whole = NamedNode(f"{dataset.value}#class-{_part(name)}")
        part = NamedNode(f"{whole.value}-property-{_part(iri)}")
        statements += [
            (whole, _VOID("propertyPartition"), part),
            (part, _VOID("property"), NamedNode(iri)),
            (part, _VOID("triples"), _number(number)),
        ]
    for subject, predicate, value in statements:
        yield Quad(subject, predicate, value, graph)


def _part(iri: str) -> str:
    """Return a fragment that tells terms of different vocabularies apart."""
    tail = iri.replace("#", "/").rstrip("/").split("/")[-2:]
    return "-".join("".join(c for c in piece if c.isalnum()) for piece in tail)
