"""The criteria of the Metadata Quality Assessment of data.europa.eu.

https://data.europa.eu/mqa/methodology: 405 points in five dimensions. A point is earned by the share of
data sets, or of their distributions, that meet the criterion.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rdflib import Graph, URIRef
from rdflib.term import Node

from ogpld.doctor.address_sample import judged_nodes
from ogpld.doctor.check_catalogue import answers
from ogpld.doctor.dcatap import shortcomings
from ogpld.doctor.server_map import ExaminedServer
from ogpld.doctor.terms import DCAT, DCTERMS, EU, IANA

_OPEN = (
    "CSV TSV JSON JSON_LD GEOJSON XML RDF RDF_XML RDF_TURTLE RDF_N_TRIPLES RDF_N_QUADS RDF_TRIG N3 "
    "SPARQLQ SPARQLQRES HTML TXT ODS GZIP ZIP TAR SQL SQLITE PARQUET"
)
#: File types of the EU's list that no single vendor owns; archives count as what is in them.
NON_PROPRIETARY = frozenset(_OPEN.split())
#: File types of the EU's list that programs read without guessing.
MACHINE_READABLE = NON_PROPRIETARY - {"HTML", "TXT", "ZIP", "GZIP", "TAR"} | {"XLSX", "XLS"}

Meets = Callable[[ExaminedServer, Graph, Node], bool]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of the assessment.

    Attributes:
        id: short name.
        dimension: one of the five.
        points: what it is worth.
        of: `dataset` or `distribution`.
        meets: whether one of them meets it.
        actor: who must act where it is missed: `software` or `operator`.
        remedy: what is to be done.
        needs: the property whose values are judged; where it is not there, software must act.
        asks: whether the values are addresses that are asked for, of very many a sample.
    """

    id: str
    dimension: str
    points: int
    of: str
    meets: Meets
    actor: str
    remedy: str
    needs: URIRef | None = None
    asks: bool = False

    def judged(self, site: ExaminedServer, graph: Graph, nodes: Sequence[Node]) -> Sequence[Node]:
        """Return the data sets or distributions, of those with very many addresses a sample."""
        if self.needs is None or not self.asks:
            return nodes
        return judged_nodes(graph, self.needs, nodes, site.client.limits.addresses)

    def duty(self, graph: Graph, missing: Sequence[Node]) -> tuple[str, str]:
        """Return who must act for those that miss it, and what is to be done."""
        if self.needs is None or any((node, self.needs, None) in graph for node in missing):
            return self.actor, self.remedy
        name = self.needs.rpartition("#")[2]
        return "software", f"{_CATALOGUE}dcat:{name} on every {self.of} that can have one"


def _has(*names: URIRef) -> Meets:
    """Meet where one of the properties is there."""
    return lambda _site, graph, node: any((node, name, None) in graph for name in names)


def _within(name: URIRef, *places: str) -> Meets:
    """Meet where the property is there, and all its values are from a list."""

    def meets(_site: ExaminedServer, graph: Graph, node: Node) -> bool:
        values = list(graph.objects(node, name))
        return bool(values) and all(str(v).startswith(places) for v in values)

    return meets


def _answers(name: URIRef) -> Meets:
    """Meet where the property is there, and all its addresses answer HEAD."""

    def meets(site: ExaminedServer, graph: Graph, node: Node) -> bool:
        values = list(graph.objects(node, name))
        return bool(values) and all(answers(site, str(v)).status in range(200, 400) for v in values)

    return meets


def _file_type(types: frozenset[str]) -> Meets:
    def meets(_site: ExaminedServer, graph: Graph, node: Node) -> bool:
        return any(
            str(v).removeprefix(f"{EU}file-type/") in types
            for v in graph.objects(node, DCTERMS["format"])
        )

    return meets


def _listed_types(site: ExaminedServer, graph: Graph, node: Node) -> bool:
    types = _within(DCTERMS["format"], f"{EU}file-type/")(site, graph, node)
    media = _within(DCAT.mediaType, IANA, IANA.replace("http:", "https:"))(site, graph, node)
    return types and (media or (node, DCAT.mediaType, None) not in graph)


def _conforms(_site: ExaminedServer, graph: Graph, node: Node) -> bool:
    """Meet where neither the data set nor what it is described with breaks DCAT-AP."""
    about = {node, *graph.objects(node, DCAT.distribution), *graph.objects(node, DCTERMS.publisher)}
    return not any(wrong in about for wrong, _ in shortcomings(graph))


_LICENCES = (f"{EU}licence/", "https://creativecommons.org/", "http://creativecommons.org/")
_CATALOGUE = "the program that writes the catalogue: "
_SETTINGS = "in ogpld.toml: "

CRITERIA = (
    Criterion("keyword", "findability", 30, "dataset", _has(DCAT.keyword), "software",
              _CATALOGUE + "dcat:keyword on every data set"),
    Criterion("theme", "findability", 30, "dataset", _has(DCAT.theme), "software",
              _CATALOGUE + "dcat:theme from the EU's data themes, such as GOVE"),
    Criterion("spatial", "findability", 20, "dataset", _has(DCTERMS.spatial), "software",
              _CATALOGUE + "dct:spatial from the EU's lists of countries, continents and places"),
    Criterion("temporal", "findability", 20, "dataset", _has(DCTERMS.temporal), "software",
              _CATALOGUE + "dct:temporal with the dates the data covers"),
    Criterion("access-answers", "accessibility", 50, "distribution", _answers(DCAT.accessURL),
              "operator", "make every dcat:accessURL answer HEAD from outside: the address the data "
              "was built for (base_iri) must be the one it is served at",
        needs=DCAT.accessURL, asks=True,
    ),
    Criterion("download", "accessibility", 20, "distribution", _has(DCAT.downloadURL), "software",
              _CATALOGUE + "dcat:downloadURL on every distribution that is a file"),
    Criterion("download-answers", "accessibility", 30, "distribution", _answers(DCAT.downloadURL),
              "operator", "make every dcat:downloadURL answer HEAD from outside (base_iri)",
        needs=DCAT.downloadURL, asks=True,
    ),
    Criterion("format", "interoperability", 20, "distribution", _has(DCTERMS["format"]), "software",
              _CATALOGUE + "dct:format on every distribution"),
    Criterion("media-type", "interoperability", 10, "distribution", _has(DCAT.mediaType), "software",
              _CATALOGUE + "dcat:mediaType on every distribution"),
    Criterion("types-listed", "interoperability", 10, "distribution", _listed_types, "software",
              _CATALOGUE + "dct:format from the EU's file types, dcat:mediaType from IANA's"),
    Criterion("non-proprietary", "interoperability", 20, "distribution",
              _file_type(NON_PROPRIETARY), "software",
              _CATALOGUE + "files in open formats, such as CSV and Turtle"),
    Criterion("machine-readable", "interoperability", 20, "distribution",
              _file_type(MACHINE_READABLE), "software",
              _CATALOGUE + "files programs can read, such as CSV and Turtle"),
    Criterion("dcat-ap", "interoperability", 30, "dataset", _conforms, "software",
              _CATALOGUE + "see the check catalogue.profile"),
    Criterion("licence", "reusability", 20, "distribution", _has(DCTERMS.license), "operator",
              "say under which licence the data is published; where a source states none, ask it"),
    Criterion("licence-listed", "reusability", 10, "distribution",
              _within(DCTERMS.license, *_LICENCES), "operator",
              _SETTINGS + "licence = a licence of the EU's list, such as CC BY 4.0; where a source "
              "states no licence, ask it for one"),
    Criterion("access-rights", "reusability", 10, "dataset", _has(DCTERMS.accessRights), "software",
              _CATALOGUE + "dct:accessRights on every data set"),
    Criterion("access-rights-listed", "reusability", 5, "dataset",
              _within(DCTERMS.accessRights, f"{EU}access-right/"), "software",
              _CATALOGUE + "dct:accessRights from the EU's list, PUBLIC for open data"),
    Criterion("contact", "reusability", 20, "dataset", _has(DCAT.contactPoint), "operator",
              _SETTINGS + "the contact of whoever answers for the data (contact_name, "
              "contact_email or contact_url)"),
    Criterion("publisher", "reusability", 10, "dataset", _has(DCTERMS.publisher), "operator",
              _SETTINGS + "publisher_name, who publishes the data"),
    Criterion("rights", "contextuality", 5, "distribution", _has(DCTERMS.rights), "software",
              _CATALOGUE + "dct:rights on every distribution"),
    Criterion("byte-size", "contextuality", 5, "distribution", _has(DCAT.byteSize), "software",
              _CATALOGUE + "dcat:byteSize on every distribution that is a file"),
    Criterion("issued", "contextuality", 5, "dataset", _has(DCTERMS.issued), "software",
              _CATALOGUE + "dct:issued on every data set"),
    Criterion("modified", "contextuality", 5, "dataset", _has(DCTERMS.modified), "software",
              _CATALOGUE + "dct:modified on every data set"),
)  # fmt: skip
