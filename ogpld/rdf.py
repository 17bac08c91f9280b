"""RDF terms, prefixes, canonical quads, and the only bridge between pyoxigraph and rdflib.

pyoxigraph terms are the currency wherever data flows; other modules import them from here. rdflib graphs
appear only for the model reader and the gate. Canonical N-Quads are sorted lines without blank nodes, so
equal datasets have equal bytes without a canonicalisation algorithm.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import rdflib
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    Variable,
    parse,
    serialize,
)

if TYPE_CHECKING:
    from rdflib.graph import Graph

__all__ = [
    "ADMS",
    "AS",
    "CODE",
    "CSVW",
    "DCAT",
    "DCATAP",
    "DCTERMS",
    "DQV",
    "FOAF",
    "HYDRA",
    "IANA",
    "LDES",
    "NS",
    "ORG",
    "OWL",
    "PREFIXES",
    "PROV",
    "QB",
    "RDF",
    "RDFS",
    "SCHEMA",
    "SD",
    "SEMAPV",
    "SH",
    "SHAPES",
    "SKOS",
    "SPDX",
    "SSSOM",
    "TREE",
    "VCARD",
    "VOID",
    "W3C_FORMATS",
    "XSD",
    "BlankNode",
    "DefaultGraph",
    "Literal",
    "NamedNode",
    "Namespace",
    "Quad",
    "Triple",
    "Variable",
    "canonical_blank_nodes",
    "canonical_lines",
    "canonical_triples",
    "english",
    "parse_file",
    "parse_foreign",
    "parse_quads",
    "parse_turtle_graph",
    "quads_to_graph",
    "read_triples",
    "rewrite",
    "serialise",
    "serialise_into",
    "term_text",
    "whole_number",
]


#: Names of a namespace whose terms are kept.
_NAMES = 4096


class Namespace:
    """Mint IRIs of one namespace: `NS("Commitment")` is a pyoxigraph `NamedNode`."""

    def __init__(self, iri: str) -> None:
        self.iri = iri
        # a build asks for the same few names once a statement, and making a term costs more than a look-up
        self._term = lru_cache(_NAMES)(lambda name: NamedNode(iri + name))

    def __call__(self, name: str) -> NamedNode:
        """Return the IRI of a name."""
        return self._term(name)

    def __contains__(self, iri: str) -> bool:
        return iri.startswith(self.iri)

    def local(self, iri: str) -> str:
        """Return what follows the namespace in `iri`."""
        return iri.removeprefix(self.iri)


NS = Namespace("https://w3id.org/ogpld/ns#")
SHAPES = Namespace("https://w3id.org/ogpld/shapes#")
CODE = Namespace("https://w3id.org/ogpld/code/")
RDF = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS = Namespace("http://www.w3.org/2000/01/rdf-schema#")
OWL = Namespace("http://www.w3.org/2002/07/owl#")
XSD = Namespace("http://www.w3.org/2001/XMLSchema#")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")
SKOSXL = Namespace("http://www.w3.org/2008/05/skos-xl#")
DCTERMS = Namespace("http://purl.org/dc/terms/")
FOAF = Namespace("http://xmlns.com/foaf/0.1/")
ORG = Namespace("http://www.w3.org/ns/org#")
PROV = Namespace("http://www.w3.org/ns/prov#")
SCHEMA = Namespace("https://schema.org/")
SH = Namespace("http://www.w3.org/ns/shacl#")
ADMS = Namespace("http://www.w3.org/ns/adms#")
QB = Namespace("http://purl.org/linked-data/cube#")
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
DCATAP = Namespace("http://data.europa.eu/r5r/")
DQV = Namespace("http://www.w3.org/ns/dqv#")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
SEMAPV = Namespace("https://w3id.org/semapv/vocab/")
SSSOM = Namespace("https://w3id.org/sssom/")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
VOID = Namespace("http://rdfs.org/ns/void#")
# without a prefix of ours
AS = Namespace("https://www.w3.org/ns/activitystreams#")
CSVW = Namespace("http://www.w3.org/ns/csvw#")
W3C_FORMATS = Namespace("http://www.w3.org/ns/formats/")
LDES = Namespace("https://w3id.org/ldes#")
IANA = Namespace("http://www.iana.org/assignments/media-types/")
TREE = Namespace("https://w3id.org/tree#")

#: The one prefix table: Turtle, JSON-LD, SPARQL prefills and pages take theirs from here.
PREFIXES = {
    "ogpld": NS.iri,
    "ogpldsh": SHAPES.iri,
    "adms": ADMS.iri,
    "dcat": DCAT.iri,
    "dcatap": DCATAP.iri,
    "dcterms": DCTERMS.iri,
    "dqv": DQV.iri,
    "eli": "http://data.europa.eu/eli/ontology#",
    "foaf": FOAF.iri,
    "hydra": HYDRA.iri,
    "m8g": "http://data.europa.eu/m8g/",
    "org": ORG.iri,
    "owl": OWL.iri,
    "pplan": "http://purl.org/net/p-plan#",
    "prov": PROV.iri,
    "qb": QB.iri,
    "rdf": RDF.iri,
    "rdfs": RDFS.iri,
    "schema": SCHEMA.iri,
    "sd": SD.iri,
    "semapv": SEMAPV.iri,
    "sh": SH.iri,
    "skos": SKOS.iri,
    "skosxl": SKOSXL.iri,
    "spdx": SPDX.iri,
    "sssom": SSSOM.iri,
    "vann": "http://purl.org/vocab/vann/",
    "vcard": VCARD.iri,
    "void": VOID.iri,
    "xsd": XSD.iri,
}

#: The engine's readers and writers, by the short name of a format (`formats/media.py`).
_ENGINE_FORMATS = {
    "nt": RdfFormat.N_TRIPLES,
    "nq": RdfFormat.N_QUADS,
    "ttl": RdfFormat.TURTLE,
    "trig": RdfFormat.TRIG,
    "rdf": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}

#: A statement without the name of its graph: a literal ends with the last quote of the line.
_STATEMENT = re.compile(
    rb'^([^ ]+ [^ ]+ (?:<[^>]*>|_:[^ ]+|".*"[^ ]*))(?: [^ ]+)? \.$', re.MULTILINE
)


def compact(iri: str) -> str:
    """Return an IRI with a prefix of ours where one fits, as SPARQL and Turtle write it."""
    for prefix, namespace in PREFIXES.items():
        rest = iri.removeprefix(namespace)
        if rest != iri and rest.isidentifier():
            return f"{prefix}:{rest}"
    return f"<{iri}>"


def prologue(query: str, prefixes: Mapping[str, str] = PREFIXES) -> str:
    """Return the PREFIX lines of the prefixes that a query uses, each with its line end."""
    return "".join(
        f"PREFIX {prefix}: <{namespace}>\n"
        for prefix, namespace in prefixes.items()
        if f"{prefix}:" in query
    )


def english(text: str) -> Literal:
    """Return an English text."""
    return Literal(text, language="en")


def whole_number(value: int) -> Literal:
    """Return a whole number."""
    return Literal(str(value), datatype=XSD("integer"))


def parse_quads(content: bytes | str, form: str, base: str | None = None) -> Iterator[Quad]:
    """Parse our own RDF of the named form (`ttl`, `nq`, …); never a caller's document.

    Raises:
        SyntaxError: as pyoxigraph raises it, with line and column.
    """
    return parse(content, _ENGINE_FORMATS[form], base_iri=base)


def parse_file(file: IO[bytes], form: str) -> Iterator[Quad]:
    """Parse our own RDF from an open file, never holding it whole; errors as `parse_quads`."""
    return parse(file, _ENGINE_FORMATS[form])


def parse_foreign(content: str, form: str, base: str) -> Iterator[Quad]:
    """Parse somebody's RDF strictly; blank nodes get new names, relative IRIs resolve against base.

    Raises:
        SyntaxError: as pyoxigraph raises it, with line and column where it knows them.
    """
    target = _ENGINE_FORMATS[form]
    for quad in parse(content, target, base_iri=base, rename_blank_nodes=True):
        yield quad if isinstance(quad, Quad) else Quad(*quad)


def serialise(
    statements: Iterable[Quad | Triple], form: str, prefixes: dict[str, str] | None = None
) -> bytes:
    """Serialise statements in the named form; graphs are dropped by the triple forms."""
    target = _ENGINE_FORMATS[form]
    if target.supports_datasets:
        quads = (s if isinstance(s, Quad) else Quad(*s) for s in statements)
        return serialize(quads, format=target, prefixes=prefixes) or b""
    # equal statements of several graphs are one triple
    triples = dict.fromkeys(s.triple if isinstance(s, Quad) else s for s in statements)
    return serialize(triples, format=target, prefixes=prefixes) or b""


def read_triples(triples: bytes) -> list[Triple]:
    """Return what `canonical_triples` made, one by one; what the engine wrote is not checked again."""
    return [quad.triple for quad in parse(triples, RdfFormat.N_TRIPLES, lenient=True)]


def rewrite(triples: bytes, form: str, prefixes: dict[str, str] | None = None) -> bytes:
    """Return what `canonical_triples` made in the named form."""
    statements = parse(triples, RdfFormat.N_TRIPLES, lenient=True)
    return serialize(statements, format=_ENGINE_FORMATS[form], prefixes=prefixes) or b""


def serialise_into(
    file: IO[bytes], triples: Iterable[Triple], form: str, prefixes: dict[str, str] | None = None
) -> None:
    """Serialise statements into an open file as they come; nothing is held, nothing looked at twice."""
    serialize(triples, file, format=_ENGINE_FORMATS[form], prefixes=prefixes)


def canonical_lines(quads: Iterable[Quad], blank_in: Collection[str] = ()) -> list[str]:
    """Return the sorted N-Quads lines of a dataset, each once.

    Args:
        quads: the dataset.
        blank_in: IRIs of graphs that may hold blank nodes (ontology and shapes), named by
            `canonical_blank_nodes`.

    Raises:
        ValueError: for a blank node anywhere else; published data has none.
    """
    lines = set()
    for quad in quads:
        blank = isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode)
        if blank and term_text(quad.graph_name) not in blank_in:
            raise ValueError(f"blank node in published data: {quad}")
        lines.add(f"{quad} .\n")
    return sorted(lines)


def canonical_triples(triples: Iterable[Triple], quads: bytes = b"") -> bytes:
    """Return statements as N-Triples: sorted lines, each once, the names of graphs dropped.

    Args:
        triples: the statements.
        quads: more of them, in N-Quads or N-Triples as the engine writes them.

    Raises:
        ValueError: for a line that is no statement of RDF 1.1.
    """
    lines = _STATEMENT.findall(quads)
    if len(lines) != quads.count(b"\n"):
        raise ValueError("these are not the lines of N-Quads that the engine writes")
    lines += [str(triple).encode() for triple in triples]
    return b" .\n".join([*sorted(set(lines)), b""])


def canonical_blank_nodes(quads: Iterable[Quad], graph: NamedNode) -> Iterator[Quad]:
    """Yield quads in the given graph with blank nodes named by RDFC-1.0, prefixed by the graph.

    Only for our own ontology and shapes: the algorithm can be made to run for ever.
    """
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    prefix = re.sub(r"[^a-z]", "", graph.value.rpartition("/")[2])

    def named(term: Any) -> Any:
        return BlankNode(f"{prefix}{term.value}") if isinstance(term, BlankNode) else term

    for quad in dataset:
        yield Quad(named(quad.subject), quad.predicate, named(quad.object), graph)


def term_text(term: NamedNode | Literal | BlankNode | Triple | DefaultGraph) -> str:
    """Return the IRI or the text of a term; "" for the default graph."""
    if isinstance(term, DefaultGraph):
        return ""
    return str(term) if isinstance(term, Triple) else term.value


def parse_turtle_graph(files: Iterable[Path]) -> Graph:
    """Read Turtle files of ours into one rdflib graph (ontology, shapes).

    Raises:
        SyntaxError: with line and column, after the name of the file.
    """
    graph = rdflib.Graph()
    for file in files:
        try:
            _copy(parse(file.read_bytes(), RdfFormat.TURTLE, rename_blank_nodes=True), graph)
        except SyntaxError as error:
            raise SyntaxError(f"{file.name}: {error}") from error
    return graph


def _copy(quads: Iterable[Quad], graph: Graph) -> None:
    """Add statements to an rdflib graph."""
    copies: dict[Any, rdflib.term.Node] = {}

    def term(value: Any) -> rdflib.term.Node:
        if value not in copies:
            copies[value] = _rdflib_term(value)
        return copies[value]

    for quad in quads:
        graph.add((term(quad.subject), term(quad.predicate), term(quad.object)))


def _rdflib_term(value: Any) -> rdflib.term.Node:
    """Return a term as it is written: rdflib would normalise literals."""
    if isinstance(value, NamedNode):
        return rdflib.URIRef(value.value)
    if isinstance(value, BlankNode):
        return rdflib.BNode(value.value)
    if value.language:
        return rdflib.Literal(value.value, lang=value.language)
    plain = value.datatype.value == XSD.iri + "string"
    datatype = None if plain else value.datatype.value
    literal = rdflib.Literal(value.value, datatype=datatype, normalize=False)
    if str(literal) != value.value:  # it collapses white space of xsd:token whatever one says
        raise ValueError(f"{value} cannot be kept as it is written")
    return literal


def quads_to_graph(quads: Iterable[Quad]) -> Graph:
    """Copy quads into an rdflib graph, graph names dropped, every literal as it is written.

    Raises:
        ValueError: for a literal that rdflib would alter.
    """
    graph = rdflib.Graph()
    _copy(quads, graph)
    return graph
