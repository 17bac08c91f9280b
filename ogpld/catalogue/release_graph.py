"""Write the graph `catalogue` of a release: what is said of the data set whatever its rows and operator.

Title, licence, sources, standards and services. Dates, files, publisher and contact are added when the
catalogue is asked for (`dcat.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ogpld.catalogue.authority import authority
from ogpld.catalogue.services import DATA_SERVICES, service_pairs
from ogpld.iris import Iris
from ogpld.rdf import DCAT, DCTERMS, DQV, NS, QB, RDF, RDFS, Literal, NamedNode, Quad, english

#: What the data conforms to, and its title; the shapes as their own ontology header names them.
STANDARDS = (
    (NamedNode("https://w3id.org/ogpld/shapes"), "SHACL shapes of ogpld"),
    (NamedNode(NS.iri), "Vocabulary of ogpld"),
)
#: What the data as a whole is called.
TITLE = "Open Government Partnership: action plans, commitments and assessments"


@dataclass(frozen=True, slots=True)
class SourceCoverage:
    """What a source says of itself, in its language: title, what it covers, what it leaves out."""

    title: str
    covers: str
    leaves_out: str
    language: str = "en"

    def __str__(self) -> str:
        """Return it in a sentence or two."""
        if self.language.partition("-")[0] == "en":
            return f"{self.title}: covers {self.covers} Leaves out {self.leaves_out}"
        return f"{self.title}: {self.covers} / {self.leaves_out}"


@dataclass(frozen=True, slots=True)
class About:
    """What the catalogue says that is not counted from the data.

    Attributes:
        licence: IRI of the licence of the published data set.
        sources: limits of each source.
    """

    licence: str
    sources: tuple[SourceCoverage, ...]


def catalogue_quads(iris: Iris, about: About) -> Iterator[Quad]:
    """Yield the DCAT catalogue: one data set, and what it can be asked with.

    The data set conforms to the ontology and the shapes, because a release with a Violation is not
    published. Its report is quality metadata in the sense of DQV (a graph of what was found); it is no
    dqv:QualityAnnotation, which would be an annotation with a body and a target. Its address has no
    release in it: the digest of a release covers what is said here.
    """
    graph = iris.graph("catalogue")
    catalogue = NamedNode(f"{iris.base}catalog")
    dataset = NamedNode(f"{iris.base}dataset/ogpld")
    report = NamedNode(f"{iris.base}release/current/validation")
    licence = NamedNode(about.licence)
    title = english(TITLE)
    limits: dict[str, list[str]] = {}
    for source in about.sources:
        limits.setdefault(source.language, []).append(str(source))
    statements: list[tuple[NamedNode, NamedNode, NamedNode | Literal]] = [
        (catalogue, RDF("type"), DCAT("Catalog")),
        (catalogue, DCTERMS("title"), english("Catalogue")),
        (catalogue, RDFS("label"), english("Catalogue")),
        (
            catalogue,
            DCTERMS("description"),
            english("Linked open data about the Open Government Partnership."),
        ),
        (catalogue, DCTERMS("license"), licence),
        (catalogue, DCAT("dataset"), dataset),
        (dataset, RDF("type"), DCAT("Dataset")),
        (dataset, DCTERMS("title"), title),
        (dataset, RDFS("label"), title),
        *(
            (dataset, DCTERMS("description"), Literal(" ".join(texts), language=language))
            for language, texts in limits.items()
        ),
        (dataset, DCTERMS("license"), licence),
        (dataset, DCAT("theme"), NamedNode(authority("data-theme", "GOVE"))),
        (dataset, DCTERMS("language"), NamedNode(authority("language", "ENG"))),
        (dataset, DQV("hasQualityMetadata"), report),
        (report, RDF("type"), DQV("QualityMetadata")),
        (report, RDFS("label"), english("Validation report of the release in service")),
        (dataset, DCTERMS("hasPart"), iris.printed_totals),
        (iris.printed_totals, RDF("type"), QB("DataSet")),
        (iris.printed_totals, DCTERMS("title"), english("Numbers that reports print")),
        (iris.printed_totals, RDFS("label"), english("Numbers that reports print")),
        (iris.printed_totals, DCTERMS("isPartOf"), dataset),
        (iris.printed_totals, QB("structure"), NS("PrintedTotals")),
    ]
    for service in DATA_SERVICES:
        node = NamedNode(f"{iris.base}{service.iri}")
        statements += [
            (catalogue, DCAT("service"), node),
            (node, RDFS("label"), english(service.title)),
            *((node, *pair) for pair in service_pairs(service, iris.base, dataset.value)),
        ]
    for standard, name in STANDARDS:
        statements += [
            (dataset, DCTERMS("conformsTo"), standard),
            (standard, RDF("type"), DCTERMS("Standard")),
            (standard, DCTERMS("title"), english(name)),
        ]
    for subject, predicate, value in statements:
        yield Quad(subject, predicate, value, graph)
