"""The VoID description as it is served: the counts of the release, and how to get at the data.

Counts and linksets are statements of the release (`counts.py`). What is not about the data but about
this place, dumps and examples among it, is added when somebody asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ogpld.catalogue.datasets import DatasetFacts
from ogpld.catalogue.distributions import download
from ogpld.formats import media
from ogpld.iris import Iris
from ogpld.rdf import (
    DCTERMS,
    FOAF,
    RDF,
    RDFS,
    VOID,
    W3C_FORMATS,
    XSD,
    Literal,
    NamedNode,
    Triple,
    english,
    whole_number,
)


def void_triples(facts: DatasetFacts, *, examples: Sequence[str]) -> Iterator[Triple]:
    """Yield what the served description says beyond the counts of the release.

    Args:
        facts: of the release in service.
        examples: IRIs of things, one of each kind.
    """
    iris, whole = Iris(facts.base), facts.whole
    dataset = NamedNode(whole.iri)
    description = NamedNode(f"{iris.base}.well-known/void")
    yield Triple(description, RDF("type"), VOID("DatasetDescription"))
    yield Triple(description, RDFS("label"), english("VoID description"))
    yield Triple(description, DCTERMS("title"), english("VoID description"))
    yield Triple(description, FOAF("primaryTopic"), dataset)
    yield Triple(dataset, DCTERMS("title"), english(whole.title))
    yield Triple(dataset, DCTERMS("description"), english(whole.description))
    yield Triple(dataset, DCTERMS("license"), NamedNode(whole.licence))
    for name, time in (("issued", whole.issued), ("modified", whole.modified)):
        if time:
            yield Triple(dataset, DCTERMS(name), Literal(time, datatype=XSD("dateTime")))
    entities = sum(facts.manifest.classes.values())
    pattern = f"^{re.escape(iris.base)}id/[^#]+$"
    yield Triple(dataset, VOID("uriRegexPattern"), Literal(pattern))
    yield Triple(dataset, VOID("entities"), whole_number(entities))
    for form in media.FORMATS:
        if form.w3c_format:
            yield Triple(dataset, VOID("feature"), W3C_FORMATS(form.w3c_format))
    for example in examples:
        yield Triple(dataset, VOID("exampleResource"), NamedNode(example))
    for file in whole.files:
        content = media.by_type(file.media_type)
        if content and content.holds in {"triples", "quads"}:
            yield Triple(dataset, VOID("dataDump"), NamedNode(download(facts, file)))
