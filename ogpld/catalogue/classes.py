"""The class of every value, which DCAT-AP 3.0.1 asks for and the ranges of its properties entail.

A reader that does not fetch the EU's tables, IANA's registry or our pages then knows what each value is. A
concept has its label beside its class, as DCAT-AP asks. Nothing else is labelled: CKAN takes the rdfs:label
of a described address for the address. Countries of the EU's table and licences stay as they are: called
a place or a licence document here, DCAT-AP would want a box on the map and a kind of them, which are theirs
to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ogpld.catalogue.authority import authorities
from ogpld.rdf import (
    ADMS,
    DCAT,
    DCTERMS,
    FOAF,
    RDF,
    RDFS,
    SKOS,
    Literal,
    NamedNode,
    Namespace,
    Triple,
)

_SPDX = Namespace("http://spdx.org/rdf/terms#")

#: By property: the class of its values (DCAT-AP 3.0.1, "range" of each property).
CLASSES = {
    DCAT("landingPage"): FOAF("Document"),
    FOAF("homepage"): FOAF("Document"),
    DCAT("endpointURL"): RDFS("Resource"),
    DCAT("endpointDescription"): RDFS("Resource"),
    DCAT("mediaType"): DCTERMS("MediaType"),
    DCAT("compressFormat"): DCTERMS("MediaType"),
    DCAT("theme"): SKOS("Concept"),
    DCAT("themeTaxonomy"): SKOS("ConceptScheme"),
    DCTERMS("accessRights"): DCTERMS("RightsStatement"),
    DCTERMS("accrualPeriodicity"): DCTERMS("Frequency"),
    DCTERMS("conformsTo"): DCTERMS("Standard"),
    DCTERMS("format"): DCTERMS("MediaTypeOrExtent"),
    DCTERMS("language"): DCTERMS("LinguisticSystem"),
    DCTERMS("type"): SKOS("Concept"),
    ADMS("status"): SKOS("Concept"),
    Namespace("http://data.europa.eu/r5r/")("availability"): SKOS("Concept"),
    _SPDX("algorithm"): _SPDX("ChecksumAlgorithm"),
}


#: By class: the property that names things of it, where DCAT-AP asks for one.
_NAMES = {SKOS("Concept"): SKOS("prefLabel"), SKOS("ConceptScheme"): DCTERMS("title")}


def value_classes(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Yield the class of each address that a property of `CLASSES` leads to, and the name of a listed one."""
    for triple in triples:
        kind = CLASSES.get(triple.predicate)
        if kind is None or not isinstance(triple.object, NamedNode):
            continue
        yield Triple(triple.object, RDF("type"), kind)
        listed = authorities().get(triple.object.value)
        if listed is not None and kind in _NAMES:
            yield Triple(triple.object, _NAMES[kind], Literal(listed.label, language="en"))
