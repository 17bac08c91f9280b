"""The VoID description as it is served: the counts of the release, and how to get at the data.

Counts and linksets are statements of the release (`counts.py`). What is not about the data but about
this place, dumps and examples among it, is added when somebody asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ogpld.catalogue.datasets import DatasetFacts
from ogpld.catalogue.distributions import download
from ogpld.iris import Iris
from ogpld.rdf import (
    DCTERMS,
    FOAF,
    RDF,
    RDFS,
    VOID,
    XSD,
    Literal,
    NamedNode,
    Namespace,
    Triple,
)

_FORMATS = Namespace("http://www.w3.org/ns/formats/")
#: The W3C's names of the forms documents come in (https://www.w3.org/ns/formats/).
_FEATURES = {
    "text/turtle": "Turtle",
    "application/ld+json": "JSON-LD",
    "application/n-triples": "N-Triples",
    "application/rdf+xml": "RDF_XML",
}
#: Kinds of dumps that are RDF.
_RDF_DUMPS = frozenset({"nq", "nt", "ttl", "jsonld", "rdf"})


def void_triples(
    facts: DatasetFacts, *, forms: Sequence[str], examples: Sequence[str]
) -> Iterator[Triple]:
    """Yield what the served description says beyond the counts of the release.

    Args:
        facts: of the release in service.
        forms: media types of documents.
        examples: IRIs of things, one of each kind.
    """
    iris, whole = Iris(facts.base), facts.whole
    dataset = NamedNode(whole.iri)
    description = NamedNode(f"{iris.base}.well-known/void")
    yield Triple(description, RDF("type"), VOID("DatasetDescription"))
    yield Triple(description, RDFS("label"), _text("VoID description"))
    yield Triple(description, DCTERMS("title"), _text("VoID description"))
    yield Triple(description, FOAF("primaryTopic"), dataset)
    yield Triple(dataset, DCTERMS("title"), _text(whole.title))
    yield Triple(dataset, DCTERMS("description"), _text(whole.description))
    yield Triple(dataset, DCTERMS("license"), NamedNode(whole.licence))
    for name, time in (("issued", whole.issued), ("modified", whole.modified)):
        if time:
            yield Triple(dataset, DCTERMS(name), Literal(time, datatype=XSD("dateTime")))
    entities = sum(facts.manifest.classes.values())
    pattern = f"^{re.escape(iris.base)}id/[^#]+$"
    yield Triple(dataset, VOID("uriRegexPattern"), Literal(pattern))
    yield Triple(dataset, VOID("entities"), Literal(str(entities), datatype=XSD("integer")))
    for form in forms:
        if form in _FEATURES:
            yield Triple(dataset, VOID("feature"), _FORMATS(_FEATURES[form]))
    for example in examples:
        yield Triple(dataset, VOID("exampleResource"), NamedNode(example))
    for file in whole.files:
        if file.kind in _RDF_DUMPS:
            yield Triple(dataset, VOID("dataDump"), NamedNode(download(facts, file)))


def _text(value: str) -> Literal:
    return Literal(value, language="en")
