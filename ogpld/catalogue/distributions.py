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
from ogpld.formats import media
from ogpld.rdf import (
    ADMS,
    DCAT,
    DCATAP,
    DCTERMS,
    IANA,
    RDF,
    RDFS,
    SPDX,
    XSD,
    Literal,
    NamedNode,
    Triple,
    english,
)

_MODEL = ("https://w3id.org/ogpld/shapes", "https://w3id.org/ogpld/ns#")


def download(facts: DatasetFacts, file: DumpFile) -> str:
    """Return the address under which the newest state of a file is found, release after release."""
    return f"{facts.base}dump/current/{file.file}"


def landing_page(dataset: Dataset) -> str:
    """Return the address of a dataset's page: another than its IRI, whose name CKAN would take for it."""
    return f"{dataset.iri}.html"


def distributed(dataset: Dataset) -> Iterator[DumpFile]:
    """Yield the dumps that hold the data itself; the description of tables is none of them."""
    return (file for file in dataset.files if _form(file).file_type and file.kind != "codebook")


def _form(file: DumpFile) -> media.MediaType:
    """Return what a file is.

    Raises:
        LookupError: for a media type that the table does not have.
    """
    form = media.by_type(file.media_type)
    if form is None:
        raise LookupError(f"{file.file} is of the unknown type {file.media_type}")
    return form


def distributions(facts: DatasetFacts, dataset: Dataset) -> list[Triple]:
    """Return the distributions of a dataset and the links to them."""
    triples: list[Triple] = []
    rights = NamedNode(f"{dataset.iri}#rights")
    for iri, pairs in (
        *((f"{dataset.iri}#{f.name}", _dump(facts, dataset, f)) for f in distributed(dataset)),
        *(() if dataset.files else ((f"{dataset.iri}#sparql", _endpoint(facts)),)),
    ):
        node = NamedNode(iri)
        triples.append(Triple(NamedNode(dataset.iri), DCAT("distribution"), node))
        triples += [Triple(node, *pair) for pair in (*_common(dataset, rights), *pairs)]
    triples += _rights(dataset, rights)
    for file in distributed(dataset):
        triples += _checksum(f"{dataset.iri}#{file.name}", file)
    return triples


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
    yield DCTERMS("title"), english("SPARQL endpoint")
    text = "Questions in SPARQL 1.1, answered within stated limits."
    yield DCTERMS("description"), english(text)
    yield DCAT("accessURL"), endpoint
    yield DCAT("accessService"), endpoint
    yield DCTERMS("format"), NamedNode(authority("file-type", media.SPARQL_QUERY.file_type))
    yield DCTERMS("conformsTo"), NamedNode("https://www.w3.org/TR/sparql11-protocol/")


def _dump(
    facts: DatasetFacts, dataset: Dataset, file: DumpFile
) -> Iterator[tuple[NamedNode, NamedNode | Literal]]:
    yield DCTERMS("title"), english(file.title)
    yield DCTERMS("description"), english(file.holds)
    yield DCAT("accessURL"), NamedNode(landing_page(dataset))
    yield DCAT("downloadURL"), NamedNode(download(facts, file))
    yield DCTERMS("format"), NamedNode(authority("file-type", _form(file).file_type))
    yield DCAT("mediaType"), IANA(file.media_type)
    if file.gzip:
        yield DCAT("compressFormat"), IANA(media.GZIP.type)
    yield DCAT("byteSize"), Literal(str(file.bytes), datatype=XSD("nonNegativeInteger"))
    yield SPDX("checksum"), NamedNode(f"{dataset.iri}#{file.name}-sha256")
    for standard in _MODEL:
        yield DCTERMS("conformsTo"), NamedNode(standard)
    if _form(file).holds == "table":
        for other in dataset.files:
            if other.kind == "csvw":
                yield DCTERMS("conformsTo"), NamedNode(download(facts, other))


def _checksum(distribution: str, file: DumpFile) -> Iterator[Triple]:
    node = NamedNode(f"{distribution}-sha256")
    yield Triple(node, RDF("type"), SPDX("Checksum"))
    yield Triple(node, SPDX("algorithm"), SPDX("checksumAlgorithm_sha256"))
    value = Literal(file.sha256, datatype=XSD("hexBinary"))
    yield Triple(node, SPDX("checksumValue"), value)


def _rights(dataset: Dataset, node: NamedNode) -> Iterator[Triple]:
    """Yield what the terms of the sources are, source by source."""
    terms = "; ".join(
        f"{source.title}: {source.licence or 'no licence is stated'}" for source in dataset.sources
    )
    label = (
        f"Terms of the sources, as far as they state any: {terms}"
        if terms
        else ("Code lists of ogpld, with the sources each list names.")
    )
    yield Triple(node, RDF("type"), DCTERMS("RightsStatement"))
    yield Triple(node, RDFS("label"), english(label))
