"""What the little server serves: three things, their list, a catalogue and all that leads to them."""

from __future__ import annotations

import gzip
import hashlib
import json

from rdflib import Graph

#: The data was minted under another address than the one it is served at.
BASE = "https://data.example.org/"
PREFIXES = f"""@base <{BASE}> .
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix void: <http://rdfs.org/ns/void#> .
@prefix hydra: <http://www.w3.org/ns/hydra/core#> . @prefix spdx: <http://spdx.org/rdf/terms#> .
@prefix sd: <http://www.w3.org/ns/sparql-service-description#> . @prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix ldes: <https://w3id.org/ldes#> . @prefix tree: <https://w3id.org/tree#> .
@prefix as: <https://www.w3.org/ns/activitystreams#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <http://example.org/terms#> .
"""
EU = "http://publications.europa.eu/resource/authority/"
KEYS = ("a", "b", "c")
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "void": "http://rdfs.org/ns/void#",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "member": {"@id": "hydra:member", "@type": "@id", "@container": "@set"},
}
DUMP = gzip.compress(b"<urn:a> <urn:b> <urn:c> .\n" * 40, mtime=0)


def parse(turtle: str) -> Graph:
    """Return a graph from Turtle that uses the prefixes above."""
    return Graph(bind_namespaces="none").parse(data=PREFIXES + turtle, format="turtle")


def write(turtle: str, suffix: str) -> bytes:
    """Return it in the form of a suffix."""
    graph = parse(turtle)
    if suffix == "jsonld":
        document = json.loads(graph.serialize(format="json-ld", context=CONTEXT))
        nodes = document.pop("@graph", None) or [
            {k: v for k, v in document.items() if k != "@context"}
        ]
        nodes.sort(key=lambda node: ("member" not in node, node["@id"]))
        body = {"@context": f"{BASE}context.jsonld", **nodes[0]}
        if nodes[1:]:
            body["@included"] = nodes[1:]
        return json.dumps(body, indent=1, sort_keys=True).encode()
    lines = sorted(graph.serialize(format="nt").splitlines())
    if suffix in {"nt", "ttl"}:
        return ("\n".join(line for line in lines if line) + "\n").encode()
    one = Graph(bind_namespaces="none")
    one.parse(data="\n".join(lines), format="nt")
    return one.serialize(format="xml", encoding="utf-8")


def thing(key: str) -> str:
    """Return the document of a thing."""
    return f"""<id/thing/{key}> a ex:Thing ; dct:title "Thing {key}"@en .
<doc/thing/{key}> a foaf:Document ; foaf:primaryTopic <id/thing/{key}> ; void:inDataset <dataset/all> ."""


def listing(page: int) -> str:
    """Return one of two pages of the list."""
    members = ", ".join(f"<id/thing/{key}>" for key in (KEYS[:2] if page == 1 else KEYS[2:]))
    following = "hydra:next <doc/thing.FORM?page=2> ;" if page == 1 else ""
    return f"""<doc/thing> a hydra:Collection ; hydra:totalItems 3 ; hydra:member {members} .
<doc/thing.FORM?page={page}> {following} a hydra:PartialCollectionView ."""


CATALOGUE = f"""<catalog> a dcat:Catalog ; dct:title "All"@en ; dct:description "All there is."@en ;
  dct:publisher <publisher> ; dcat:dataset <dataset/all> ; dcat:service <sparql> .
<publisher> a foaf:Agent ; foaf:name "Example publisher" .
<dataset/all> a dcat:Dataset ; dct:title "Things"@en ; dct:description "Three things."@en ;
  dcat:keyword "thing"@en ; dcat:theme <{EU}data-theme/GOVE> ; dct:spatial <{EU}continent/EUROPE> ;
  dct:temporal <dataset/all#time> ; dct:publisher <publisher> ; dcat:contactPoint <publisher#desk> ;
  dct:accessRights <{EU}access-right/PUBLIC> ; dct:issued "2026-01-01"^^xsd:date ;
  dct:modified "2026-02-01"^^xsd:date ; dcat:landingPage <dataset/all> ;
  dcat:distribution <dataset/all#nt> .
<dataset/all#nt> a dcat:Distribution ; dcat:accessURL <dataset/all> ; dcat:downloadURL <dump/all.nt.gz> ;
  dct:format <{EU}file-type/RDF_N_TRIPLES> ; dct:rights <{EU}access-right/PUBLIC> ;
  dcat:mediaType <http://www.iana.org/assignments/media-types/application/n-triples> ;
  dct:license <{EU}licence/CC_BY_4_0> ; dcat:byteSize "{len(DUMP)}"^^xsd:nonNegativeInteger ;
  spdx:checksum <dataset/all#sum> .
<dataset/all#sum> a spdx:Checksum ; spdx:algorithm spdx:checksumAlgorithm_sha256 ;
  spdx:checksumValue "{hashlib.sha256(DUMP).hexdigest()}"^^xsd:hexBinary .
<sparql> a dcat:DataService ; dct:title "SPARQL"@en ; dcat:endpointURL <sparql> ;
  dct:conformsTo <https://www.w3.org/TR/sparql11-protocol/> ; dcat:servesDataset <dataset/all> ."""

VOID = f"""<.well-known/void> a void:DatasetDescription ; foaf:primaryTopic <dataset/all> .
<dataset/all> a void:Dataset ; void:triples 12 ; void:sparqlEndpoint <sparql> ; void:uriSpace "{BASE}id/" ;
  void:exampleResource {", ".join(f"<id/thing/{key}>" for key in KEYS)} ; void:vocabulary ex: ;
  void:feature <http://www.w3.org/ns/formats/Turtle> ; void:dataDump <dump/all.nt.gz> ;
  dct:license <{EU}licence/CC_BY_4_0> ; void:classPartition <dataset/all#Thing> ;
  void:propertyPartition <dataset/all#title> ."""

DESCRIPTION = """<sparql> a sd:Service ; sd:endpoint <sparql> ; sd:supportedLanguage sd:SPARQL11Query ;
  sd:feature sd:UnionDefaultGraph ."""

LDES = {
    "/ldes": """<ldes#stream> a ldes:EventStream ; ldes:timestampPath as:published ; tree:view <ldes> .
<ldes> a tree:Node ; tree:relation <ldes#r> .
<ldes#r> a tree:GreaterThanOrEqualToRelation ; tree:node <ldes/1> ; tree:path as:published ;
  tree:value "2025-01-01T00:00:00Z"^^xsd:dateTime .""",
    "/ldes/1": """<ldes#stream> a ldes:EventStream ; tree:view <ldes> ; tree:member <ldes/1#a> .
<ldes/1> a tree:Node ; ldes:immutable true .
<ldes/1#a> a as:Update ; dct:isVersionOf <id/thing/a> ; as:published "2025-03-01T00:00:00Z"^^xsd:dateTime .""",
}

SCHEMA_ORG = {
    "@context": "https://schema.org/",
    "@type": "Dataset",
    "name": "Things",
    "description": "Three things, each with a title, a document in every form and a place in the list.",
    "license": "https://creativecommons.org/licenses/by/4.0/",
    "url": f"{BASE}dataset/all",
    "keywords": ["thing"],
    "distribution": [{"@type": "DataDownload", "contentUrl": f"{BASE}dump/all.nt.gz"}],
}
