"""A kept release as statements: which version of the data set it is, its manifest, how it was made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ogpld.catalogue.ldes import pages_of
from ogpld.catalogue.release_graph import STANDARDS
from ogpld.catalogue.withdrawals import Withdrawal
from ogpld.rdf import (
    DCAT,
    DCTERMS,
    DQV,
    NS,
    PROV,
    RDF,
    RDFS,
    SCHEMA,
    VOID,
    XSD,
    Literal,
    NamedNode,
    Triple,
    english,
    whole_number,
)
from ogpld.release import Manifest, Release
from ogpld.release.changes import DELETE, Change


def release_iri(manifest: Manifest, name: str) -> str:
    """Return the IRI of a release, or of a part of it such as `{id}/validation`."""
    return f"{manifest.base_iri}release/{name}"


def version_triples(release: Release) -> Iterator[Triple]:
    """Yield what a list of releases says of one: of what, which, when, after which (DCAT 3, 11)."""
    manifest = release.manifest
    node = NamedNode(release_iri(manifest, release.id))
    dataset = NamedNode(f"{manifest.base_iri}dataset/ogpld")
    yield Triple(node, RDF("type"), DCAT("Dataset"))
    yield Triple(node, RDFS("label"), english(f"Release {release.id}"))
    yield Triple(node, DCTERMS("title"), english(f"Release {release.id}"))
    yield Triple(dataset, DCAT("hasVersion"), node)
    yield Triple(node, DCAT("isVersionOf"), dataset)
    yield Triple(node, DCAT("version"), Literal(str(manifest.sequence)))
    yield Triple(node, DCTERMS("identifier"), Literal(release.id))
    yield Triple(node, DCTERMS("issued"), Literal(manifest.created, datatype=XSD("dateTime")))
    if manifest.previous:
        before = NamedNode(release_iri(manifest, manifest.previous))
        yield Triple(node, DCAT("previousVersion"), before)


def release_triples(
    release: Release, withdrawn: Sequence[Withdrawal] | None, changes: Sequence[Change]
) -> Iterator[Triple]:
    """Yield the manifest: counts, digest, inputs with theirs, versions, the report; and what it took away.

    Args:
        release: the release.
        withdrawn: the data sets and graphs that it took away, None where that cannot be told.
        changes: what it did to things.

    Digests are values of schema:sha256, one statement each; SPDX needs a node for every digest.
    """
    manifest = release.manifest
    node = NamedNode(release_iri(manifest, release.id))
    yield from version_triples(release)
    size = f"{manifest.quads:,} statements in {manifest.graphs:,} named graphs."
    if withdrawn is None:
        size += " Which data sets and graphs it took away cannot be told."
    yield Triple(node, DCTERMS("description"), english(size))
    yield Triple(node, SCHEMA("sha256"), Literal(manifest.digest))
    report = NamedNode(release_iri(manifest, f"{release.id}/validation"))
    yield Triple(node, DQV("hasQualityMetadata"), report)
    yield Triple(report, RDF("type"), DQV("QualityMetadata"))
    if not manifest.findings.get("Violation"):
        for standard, _ in STANDARDS:
            yield Triple(node, DCTERMS("conformsTo"), standard)
    for name, count in sorted(manifest.classes.items()):
        part = NamedNode(f"{node.value}#class-{name}")
        yield Triple(node, VOID("classPartition"), part)
        yield Triple(part, VOID("class"), NS(name))
        yield Triple(part, VOID("entities"), whole_number(count))
    yield from _provenance(release, node, report)
    yield from _withdrawn(release, withdrawn or (), changes)


def _withdrawn(
    release: Release, withdrawn: Sequence[Withdrawal], changes: Sequence[Change]
) -> Iterator[Triple]:
    """Yield what a release took away, in PROV-O: entities that its build invalidated.

    They have no class of DCAT: who collects data sets would take them for some that are there. Each thing
    is told in the pages of the event stream, which the build leads to.
    """
    build = NamedNode(release_iri(release.manifest, f"{release.id}#build"))
    for part in withdrawn:
        node = NamedNode(part.iri)
        yield Triple(build, PROV("invalidated"), node)
        yield Triple(node, RDF("type"), PROV("Entity"))
        yield Triple(node, RDFS("label"), english(part.label))
        yield Triple(node, PROV("wasInvalidatedBy"), build)
        time = Literal(release.manifest.created, datatype=XSD("dateTime"))
        yield Triple(node, PROV("invalidatedAtTime"), time)
    for page in pages_of(release, changes):
        if any(change.kind == DELETE for change in page.changes):
            address = f"{release.manifest.base_iri}ldes/{page.name}"
            yield Triple(build, RDFS("seeAlso"), NamedNode(address))


def _provenance(release: Release, node: NamedNode, report: NamedNode) -> Iterator[Triple]:
    """Yield how a release came about, in PROV-O: from which inputs, by which software, after which.

    An input has its digest and, where it belongs to a source, the day that was read.
    """
    manifest = release.manifest
    build, software = (NamedNode(f"{node.value}#{part}") for part in ("build", "software"))
    versions = ", ".join(f"{name} {version}" for name, version in sorted(manifest.versions.items()))
    ended = Literal(manifest.created, datatype=XSD("dateTime"))
    yield Triple(node, RDF("type"), PROV("Entity"))
    yield Triple(node, PROV("wasGeneratedBy"), build)
    yield Triple(node, PROV("generatedAtTime"), ended)
    if manifest.previous:
        before = NamedNode(release_iri(manifest, manifest.previous))
        yield Triple(node, PROV("wasRevisionOf"), before)
    yield Triple(build, RDF("type"), PROV("Activity"))
    yield Triple(build, RDFS("label"), english(f"Build of release {release.id} with {versions}"))
    yield Triple(build, PROV("endedAtTime"), ended)
    yield Triple(build, PROV("wasAssociatedWith"), software)
    yield Triple(report, RDF("type"), PROV("Entity"))
    yield Triple(report, PROV("wasGeneratedBy"), build)
    yield Triple(software, RDF("type"), PROV("SoftwareAgent"))
    yield Triple(software, RDFS("label"), english(f"ogpld {manifest.versions.get('software', '')}"))
    version = Literal(manifest.versions.get("software", ""))
    yield Triple(software, SCHEMA("softwareVersion"), version)
    for number, (name, digest) in enumerate(input_files(manifest), 1):
        part = NamedNode(f"{node.value}#input-{number}")
        yield Triple(node, PROV("wasDerivedFrom"), part)
        yield Triple(build, PROV("used"), part)
        yield Triple(part, RDF("type"), PROV("Entity"))
        yield Triple(part, DCTERMS("title"), Literal(name, language="und"))
        yield Triple(part, SCHEMA("sha256"), Literal(digest))
        source = manifest.sources.get(name.split("/")[1] if "/" in name else "", {})
        if day := source.get("retrieved"):
            yield Triple(part, DCTERMS("date"), Literal(day, datatype=XSD("date")))


def input_files(manifest: Manifest) -> list[tuple[str, str]]:
    """Return the input files with their digests; settings are among the inputs and left out."""
    return [
        (name, digest)
        for name, digest in sorted(manifest.inputs.items())
        if "." in name.rpartition("/")[2] or name.startswith("input/")
    ]
