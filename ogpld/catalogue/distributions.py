"""The distributions of a dataset: its dumps, and the endpoint where there are none.

Beside dumps the endpoint is a service of the catalogue alone (`services.py`): it has no size, no checksum and
no file's address, which portals count against a dataset.
"""

from __future__ import annotations

from collections.abc import Iterator

from ogpld.catalogue.authority import authority
from ogpld.catalogue.datasets import Dataset, DatasetFacts
from ogpld.catalogue.licence import licence_of
from ogpld.dumps.dump_index import DumpFile
from ogpld.rdf import (
    ADMS,
    DCAT,
    DCTERMS,
    RDF,
    RDFS,
    XSD,
    Literal,
    NamedNode,
    Namespace,
    Triple,
)

DCATAP = Namespace("http://data.europa.eu/r5r/")
_SPDX = Namespace("http://spdx.org/rdf/terms#")
_IANA = Namespace("http://www.iana.org/assignments/media-types/")
#: The EU's name of a kind of file; what it has no name for is a compressed file to it.
_FORMATS = {
    "nq": "RDF_N_QUADS",
    "ttl": "RDF_TURTLE",
    "jsonld": "JSON_LD",
    "csv": "CSV",
    "tidy": "CSV",
    "sqlite": "GZIP",
}
_TABLES = {"csv", "tidy"}
_MODEL = ("https://w3id.org/ogpld/shapes", "https://w3id.org/ogpld/ns#")


def download(facts: DatasetFacts, file: DumpFile) -> str:
    """Return the address under which the newest state of a file is found, release after release."""
    return f"{facts.base}dump/current/{file.file}"


def landing_page(dataset: Dataset) -> str:
    """Return the address of a dataset's page: another than its IRI, whose name CKAN would take for it."""
    return f"{dataset.iri}.html"


def distributed(dataset: Dataset) -> Iterator[DumpFile]:
    """Yield the dumps that hold the data itself; the description of tables is none of them."""
    return (file for file in dataset.files if file.kind in _FORMATS)


def distributions(facts: DatasetFacts, dataset: Dataset) -> list[Triple]:
    """Return the distributions of a dataset and the links to them."""
    found: list[Triple] = []
    rights = NamedNode(f"{dataset.iri}#rights")
    for iri, pairs in (
        *((f"{dataset.iri}#{f.name}", _dump(facts, dataset, f)) for f in distributed(dataset)),
        *(() if dataset.files else ((f"{dataset.iri}#sparql", _endpoint(facts)),)),
    ):
        node = NamedNode(iri)
        found.append(Triple(NamedNode(dataset.iri), DCAT("distribution"), node))
        found += [Triple(node, *pair) for pair in (*_common(dataset, rights), *pairs)]
    found += _rights(dataset, rights)
    for file in distributed(dataset):
        found += _checksum(f"{dataset.iri}#{file.name}", file)
    return found


def _common(dataset: Dataset, rights: NamedNode) -> Iterator[tuple[NamedNode, NamedNode | Literal]]:
    yield RDF("type"), DCAT("Distribution")
    yield DCTERMS("license"), NamedNode(licence_of(dataset.licence).uri)
    yield DCTERMS("rights"), rights
    yield DCATAP("availability"), NamedNode(authority("planned-availability", "STABLE"))
    yield ADMS("status"), NamedNode(authority("distribution-status", "COMPLETED"))
    yield DCTERMS("language"), NamedNode(authority("language", "ENG"))
    for predicate, value in (("issued", dataset.issued), ("modified", dataset.modified)):
        if value:
            yield DCTERMS(predicate), Literal(value, datatype=XSD("dateTime"))


def _endpoint(facts: DatasetFacts) -> Iterator[tuple[NamedNode, NamedNode | Literal]]:
    endpoint = NamedNode(f"{facts.base}sparql")
    yield DCTERMS("title"), Literal("SPARQL endpoint", language="en")
    told = "Questions in SPARQL 1.1, answered within stated limits."
    yield DCTERMS("description"), Literal(told, language="en")
    yield DCAT("accessURL"), endpoint
    yield DCAT("accessService"), endpoint
    yield DCTERMS("format"), NamedNode(authority("file-type", "SPARQLQ"))
    yield DCTERMS("conformsTo"), NamedNode("https://www.w3.org/TR/sparql11-protocol/")


def _dump(
    facts: DatasetFacts, dataset: Dataset, file: DumpFile
) -> Iterator[tuple[NamedNode, NamedNode | Literal]]:
    yield DCTERMS("title"), Literal(file.title, language="en")
    yield DCTERMS("description"), Literal(file.holds, language="en")
    yield DCAT("accessURL"), NamedNode(landing_page(dataset))
    yield DCAT("downloadURL"), NamedNode(download(facts, file))
    yield DCTERMS("format"), NamedNode(authority("file-type", _FORMATS[file.kind]))
    yield DCAT("mediaType"), _IANA(file.media_type)
    if file.gzip:
        yield DCAT("compressFormat"), _IANA("application/gzip")
    yield DCAT("byteSize"), Literal(str(file.bytes), datatype=XSD("nonNegativeInteger"))
    yield _SPDX("checksum"), NamedNode(f"{dataset.iri}#{file.name}-sha256")
    for standard in _MODEL:
        yield DCTERMS("conformsTo"), NamedNode(standard)
    if file.kind in _TABLES:
        for other in dataset.files:
            if other.kind == "csvw":
                yield DCTERMS("conformsTo"), NamedNode(download(facts, other))


def _checksum(distribution: str, file: DumpFile) -> Iterator[Triple]:
    node = NamedNode(f"{distribution}-sha256")
    yield Triple(node, RDF("type"), _SPDX("Checksum"))
    yield Triple(node, _SPDX("algorithm"), _SPDX("checksumAlgorithm_sha256"))
    value = Literal(file.sha256, datatype=XSD("hexBinary"))
    yield Triple(node, _SPDX("checksumValue"), value)


def _rights(dataset: Dataset, node: NamedNode) -> Iterator[Triple]:
    """Yield what the terms of the sources are, source by source."""
    told = "; ".join(
        f"{source.title}: {source.licence or 'no licence is stated'}" for source in dataset.sources
    )
    label = (
        f"Terms of the sources, as far as they state any: {told}"
        if told
        else ("Code lists of ogpld, with the sources each list names.")
    )
    yield Triple(node, RDF("type"), DCTERMS("RightsStatement"))
    yield Triple(node, RDFS("label"), Literal(label, language="en"))
