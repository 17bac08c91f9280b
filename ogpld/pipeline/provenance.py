"""Describe every named graph: source, page, date read, how read (docs/contract.md#graphs)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from ogpld.iris import Iris
from ogpld.rdf import (
    CODE,
    DCTERMS,
    NS,
    PROV,
    RDF,
    RDFS,
    SEMAPV,
    SSSOM,
    XSD,
    Literal,
    NamedNode,
    Quad,
    english,
)
from ogpld.sources.linkset_table import LinksetRow
from ogpld.sources.source_description import Source
from ogpld.sources.units import OpenSource, Unit

_OWN = {
    "codes": "Code lists",
    "ontology": "Ontology",
    "shapes": "Shapes",
    "provenance": "Where each graph comes from",
    "catalogue": "Catalogue of this data set",
    "queries": "Questions of this site as example queries",
    "verdicts": "What this data gives for published figures",
    "identity": "Ids of commitments that were given to something else",
}


def describe_graphs(
    sources: Iterable[OpenSource],
    graphs: Iterable[str],
    iris: Iris,
    linksets: Mapping[str, LinksetRow],
) -> Iterator[Quad]:
    """Yield the description of graphs of a dataset, in the provenance graph.

    Args:
        sources: where graphs were read from.
        graphs: the graphs that have statements.
        iris: the IRI policy.
        linksets: how each linkset was made, by its name.
    """
    home = iris.graph("provenance")
    by_graph = {
        unit.graph.value: (source.source, unit)
        for source in sources
        for unit in source.units.values()
    }
    tables = {f"{s.name}/{file}" for s, unit in by_graph.values() for file in unit.files}
    described = set()
    wanted = set(graphs)
    for name in wanted & by_graph.keys():
        described.add(name)
        for predicate, value in _source_statements(*by_graph[name], iris):
            yield Quad(NamedNode(name), predicate, value, home)
    for name in sorted(wanted - described):
        node = NamedNode(name)
        path = name.removeprefix(iris.graph("").value)
        kind, _, rest = path.partition("/")
        yield Quad(node, RDF("type"), PROV("Entity"), home)
        if kind in {"derived", "reconciled"}:
            label = f"{kind.capitalize()} statements: {rest}"
            yield Quad(node, NS("howRead"), CODE(f"how-read/{kind}"), home)
        else:
            label = _OWN.get(path, path)
        yield Quad(node, RDFS("label"), english(label), home)
        if kind == "reconciled" and rest in linksets:
            for predicate, value in _linkset_statements(linksets[rest], tables, iris):
                yield Quad(node, predicate, value, home)


def _linkset_statements(
    linkset: LinksetRow, tables: AbstractSet[str], iris: Iris
) -> Iterator[tuple[NamedNode, NamedNode | Literal]]:
    """Yield how the links of a graph were found."""
    justification = linkset.justification.removeprefix("semapv:")
    yield SSSOM("mapping_justification"), SEMAPV(justification)
    if linkset.method:
        yield DCTERMS("description"), english(linkset.method)
    if linkset.matched_by:
        yield SSSOM("author_label"), Literal(linkset.matched_by)
    if linkset.matched_on:
        day = linkset.matched_on.isoformat()
        yield SSSOM("mapping_date"), Literal(day, datatype=XSD("date"))
    if linkset.confidence:
        yield SSSOM("confidence"), Literal(linkset.confidence, datatype=XSD("decimal"))
    for table in tables & set(linkset.tables):
        source, _, file = table.partition("/")
        yield PROV("hadPrimarySource"), iris.source(source, file)
    for page in linkset.evidence:
        yield DCTERMS("source"), NamedNode(page)


def _source_statements(
    source: Source, unit: Unit, iris: Iris
) -> Iterator[tuple[NamedNode, NamedNode | Literal]]:
    """Yield what is said about one graph as read."""
    name = unit.graph.value.rpartition("/")[2]
    yield RDF("type"), PROV("Entity")
    yield RDFS("label"), Literal(f"{source.title}: {name}", language=source.language)
    if source.retrieved is not None:
        yield DCTERMS("date"), Literal(source.retrieved.isoformat(), datatype=XSD("date"))
    if source.taxonomy:
        yield NS("taxonomyVersion"), CODE(source.taxonomy)
    yield NS("howRead"), CODE(f"how-read/{unit.how_read}")
    for file in sorted(unit.files):
        yield PROV("hadPrimarySource"), iris.source(source.name, file)
    for page in sorted(unit.pages):
        yield DCTERMS("source"), NamedNode(page)
    for citation in sorted(unit.citations):
        yield DCTERMS("bibliographicCitation"), english(citation)
    if source.licence.startswith("http"):
        yield DCTERMS("license"), NamedNode(source.licence)
    else:
        yield DCTERMS("rights"), english(source.licence)
    yield NS("covers"), Literal(source.covers, language=source.language)
    yield NS("leavesOut"), Literal(source.leaves_out, language=source.language)
    if source.selection:
        yield NS("selection"), Literal(source.selection, language=source.language)
    yield NS("publisherName"), Literal(source.publisher)
