"""The terms an examination looks for, as rdflib has them."""

from __future__ import annotations

from rdflib import Namespace
from rdflib.namespace import DCTERMS, FOAF, RDF

__all__ = ["ADMS", "DCAT", "DCATAP", "DCTERMS", "EU", "FOAF", "HYDRA", "IANA", "LDES", "RDF"]
__all__ += ["SD", "SPDX", "TREE", "VOID"]

ADMS = Namespace("http://www.w3.org/ns/adms#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")  # rdflib's own does not know DCAT 3
DCATAP = Namespace("http://data.europa.eu/r5r/")
EU = "http://publications.europa.eu/resource/authority/"
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
IANA = "http://www.iana.org/assignments/media-types/"
LDES = Namespace("https://w3id.org/ldes#")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
TREE = Namespace("https://w3id.org/tree#")
VOID = Namespace("http://rdfs.org/ns/void#")
