"""The catalogue in DCAT-AP 3.0.1: datasets, distributions, services, and who is behind them.

It is made when it is asked for, from the release, the list of its dumps and the settings: checksums of
dumps cannot stand in the data they are made of, and publisher and contact are the operator's to say. What
nobody said is not invented: an unnamed publisher is called unnamed. Nothing has a blank node, so equal
states give equal bytes; what is said of a dataset changes only with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ogpld.catalogue.agents import CONTACT, PUBLISHER, Node, contact, publisher
from ogpld.catalogue.authority import authority
from ogpld.catalogue.classes import value_classes
from ogpld.catalogue.datasets import Dataset, DatasetFacts
from ogpld.catalogue.distributions import distributions, landing_page
from ogpld.catalogue.licence import licence_of
from ogpld.catalogue.release_graph import STANDARDS
from ogpld.catalogue.services import DATA_SERVICES, Service, service_pairs
from ogpld.config import Settings
from ogpld.rdf import (
    DCAT,
    DCTERMS,
    DQV,
    FOAF,
    OWL,
    PROV,
    RDF,
    RDFS,
    XSD,
    Literal,
    NamedNode,
    Triple,
    english,
)

_YEAR = 4

Pairs = Iterator[tuple[NamedNode, NamedNode | Literal]]


def catalogue(facts: DatasetFacts, settings: Settings) -> list[Triple]:
    """Return the whole catalogue, sorted."""
    node = NamedNode(f"{facts.base}catalog")
    triples = [Triple(node, *pair) for pair in _catalogue(facts, settings)]
    for dataset in facts.datasets:
        triples += described(facts, dataset, settings)
    for service in DATA_SERVICES:
        triples += _service(facts, service, settings)
    return _sorted(triples)


def one_dataset(facts: DatasetFacts, dataset: Dataset, settings: Settings) -> list[Triple]:
    """Return the description of one dataset with everything it points at, sorted."""
    own = described(facts, dataset, settings)
    sparql = next(service for service in DATA_SERVICES if service.path == "/sparql")
    properties = {DCTERMS("title"), RDF("type"), DCAT("endpointURL"), DCAT("endpointDescription")}
    own += [t for t in _service(facts, sparql, settings) if t.predicate in properties]
    own.append(Triple(NamedNode(f"{facts.base}catalog"), DCAT("dataset"), NamedNode(dataset.iri)))
    return _sorted(own)


def _sorted(triples: Iterable[Triple]) -> list[Triple]:
    """Return statements and the class of every value, each once."""
    stated = set(triples)
    return sorted(stated.union(value_classes(stated)), key=str)


def _time(value: str) -> Literal:
    return Literal(value, datatype=XSD("dateTime"))


def _catalogue(facts: DatasetFacts, settings: Settings) -> Pairs:
    whole = facts.whole
    yield RDF("type"), DCAT("Catalog")
    yield DCTERMS("title"), english(f"Catalogue: {settings.title}")
    yield RDFS("label"), english(f"Catalogue: {settings.title}")
    yield (
        DCTERMS("description"),
        english(
            f"Linked open data about the Open Government Partnership at {facts.base}: "
            "the whole, what is about each member that has plans, and the code lists."
        ),
    )
    yield DCTERMS("publisher"), NamedNode(publisher(facts.base, settings))
    yield FOAF("homepage"), NamedNode(facts.base)
    yield DCTERMS("language"), NamedNode(authority("language", "ENG"))
    yield DCTERMS("license"), NamedNode(licence_of(settings.licence).uri)
    yield DCTERMS("issued"), _time(whole.issued)
    changed = max(dataset.modified for dataset in facts.datasets)
    yield DCTERMS("modified"), _time(changed)
    yield DCAT("themeTaxonomy"), NamedNode(authority("scheme", "data-theme"))
    for place in whole.spatial:
        yield DCTERMS("spatial"), NamedNode(place)
    for dataset in facts.datasets:
        yield DCAT("dataset"), NamedNode(dataset.iri)
    for service in DATA_SERVICES:
        yield DCAT("service"), NamedNode(f"{facts.base}{service.iri}")


def described(facts: DatasetFacts, dataset: Dataset, settings: Settings) -> list[Triple]:
    """Return what is said of a dataset, its distributions, publisher, contact and licence."""
    node = NamedNode(dataset.iri)
    triples = [Triple(node, *pair) for pair in _dataset(facts, dataset, settings)]
    triples += _period(dataset)
    triples += _sources(dataset)
    triples += distributions(facts, dataset)
    for name, agent in ((PUBLISHER, publisher), (CONTACT, contact)):
        triples += _node(agent(facts.base, settings), name, facts, settings)
    triples += _licence(dataset.licence)
    for place in dataset.spatial:
        if place.startswith(facts.base):
            triples.append(Triple(NamedNode(place), RDF("type"), DCTERMS("Location")))
    for standard, title in STANDARDS:
        triples.append(Triple(standard, RDF("type"), DCTERMS("Standard")))
        triples.append(Triple(standard, DCTERMS("title"), english(title)))
    return triples


def _node(iri: str, what: Node, facts: DatasetFacts, settings: Settings) -> Iterator[Triple]:
    for subject, predicate, value in what(iri, facts.base, settings):
        yield Triple(NamedNode(subject), predicate, value)


def _dataset(facts: DatasetFacts, dataset: Dataset, settings: Settings) -> Pairs:
    yield RDF("type"), DCAT("Dataset")
    yield DCTERMS("title"), english(dataset.title)
    yield RDFS("label"), english(dataset.title)
    yield DCTERMS("description"), english(dataset.description)
    yield DCTERMS("identifier"), Literal(dataset.iri)
    yield DCTERMS("publisher"), NamedNode(publisher(facts.base, settings))
    yield DCAT("contactPoint"), NamedNode(contact(facts.base, settings))
    for keyword in dataset.keywords:
        yield DCAT("keyword"), english(keyword)
    yield DCAT("theme"), NamedNode(authority("data-theme", "GOVE"))
    yield DCTERMS("language"), NamedNode(authority("language", "ENG"))
    yield DCTERMS("license"), NamedNode(licence_of(dataset.licence).uri)
    yield DCTERMS("accessRights"), NamedNode(authority("access-right", "PUBLIC"))
    yield DCAT("landingPage"), NamedNode(landing_page(dataset))
    if settings.frequency:
        yield DCTERMS("accrualPeriodicity"), NamedNode(authority("frequency", settings.frequency))
    for place in dataset.spatial:
        yield DCTERMS("spatial"), NamedNode(place)
    if dataset.start:
        yield DCTERMS("temporal"), NamedNode(f"{dataset.iri}#period")
    for predicate, value in (("issued", dataset.issued), ("modified", dataset.modified)):
        if value:
            yield DCTERMS(predicate), _time(value)
    if dataset.version:
        yield DCAT("version"), Literal(dataset.version)
    for standard, _ in STANDARDS:
        yield DCTERMS("conformsTo"), standard
    report = NamedNode(f"{facts.base}release/current/validation")
    yield DQV("hasQualityMetadata"), report
    yield from _related(facts, dataset)


def _related(facts: DatasetFacts, dataset: Dataset) -> Pairs:
    """Yield how datasets hang together, what one is about and made from."""
    if dataset.sources:
        yield DCTERMS("provenance"), NamedNode(f"{dataset.iri}#provenance")
    for source in dataset.sources:
        yield PROV("wasDerivedFrom"), NamedNode(f"{dataset.iri}#source-{source.name}")
    if dataset.about:
        yield DCTERMS("subject"), NamedNode(dataset.about)
    if dataset.codes:
        yield DCTERMS("type"), NamedNode(authority("dataset-type", "CODE_LIST"))
    if dataset is not facts.whole:
        yield DCTERMS("isPartOf"), NamedNode(facts.whole.iri)
        return
    for part in facts.datasets[1:]:
        yield DCTERMS("hasPart"), NamedNode(part.iri)
    yield DCTERMS("hasPart"), NamedNode(f"{facts.base}dataset/printed-totals")


def _service(facts: DatasetFacts, service: Service, settings: Settings) -> list[Triple]:
    """Return the description of a service; no label, which ckanext-dcat would take for its address."""
    node = NamedNode(f"{facts.base}{service.iri}")
    pairs = [
        *service_pairs(service, facts.base, facts.whole.iri),
        *((DCAT("keyword"), english(keyword)) for keyword in service.keywords),
        (DCAT("theme"), NamedNode(authority("data-theme", "GOVE"))),
        (DCTERMS("publisher"), NamedNode(publisher(facts.base, settings))),
        (DCAT("contactPoint"), NamedNode(contact(facts.base, settings))),
        (DCTERMS("license"), NamedNode(licence_of(settings.licence).uri)),
        (DCTERMS("accessRights"), NamedNode(authority("access-right", "PUBLIC"))),
    ]
    return [Triple(node, *pair) for pair in pairs]


def _period(dataset: Dataset) -> Iterator[Triple]:
    if not dataset.start:
        return
    node = NamedNode(f"{dataset.iri}#period")
    yield Triple(node, RDF("type"), DCTERMS("PeriodOfTime"))
    for predicate, value in (("startDate", dataset.start), ("endDate", dataset.end)):
        kind = "gYear" if len(value) == _YEAR else "date"
        yield Triple(node, DCAT(predicate), Literal(value, datatype=XSD(kind)))


def _sources(dataset: Dataset) -> Iterator[Triple]:
    """Yield each source with its terms: as an address where it names one, else in its own words.

    One statement of provenance has all of them: harvesters keep one.
    """
    texts = []
    for source in dataset.sources:
        node = NamedNode(f"{dataset.iri}#source-{source.name}")
        read = f", read {source.retrieved}" if source.retrieved else ""
        terms = source.licence or "no licence is stated"
        texts.append(f"{source.title} ({source.publisher}{read}). Terms of the source: {terms}")
        yield Triple(node, RDF("type"), PROV("Entity"))
        yield Triple(node, RDFS("label"), english(texts[-1]))
        if source.licence.startswith("http"):
            yield Triple(node, DCTERMS("license"), NamedNode(source.licence))
    if texts:
        node = NamedNode(f"{dataset.iri}#provenance")
        yield Triple(node, RDF("type"), DCTERMS("ProvenanceStatement"))
        yield Triple(node, RDFS("label"), english("; ".join(texts)))


def _licence(page: str) -> Iterator[Triple]:
    licence = licence_of(page)
    if not licence.title:
        return
    node = NamedNode(licence.uri)
    yield Triple(node, RDF("type"), DCTERMS("LicenseDocument"))
    yield Triple(node, DCTERMS("title"), english(licence.short))
    yield Triple(node, RDFS("label"), english(licence.title))
    yield Triple(node, DCTERMS("type"), NamedNode(licence.kind))
    yield Triple(node, OWL("sameAs"), NamedNode(licence.page))
