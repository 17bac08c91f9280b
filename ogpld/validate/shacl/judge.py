"""Hand to pySHACL what is outside of the compiled subset, and read its report back.

pySHACL never sees a file name or an address: only graphs in memory, no imports, no JavaScript, no
advanced features, and rdflib's SPARQL may load nothing (reliability.md 2.6).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pyshacl
import rdflib.plugins.sparql

from ogpld.errors import GateRefusedError
from ogpld.rdf import RDF, SH, SHAPES, Literal, Quad, Triple, parse_quads, quads_to_graph, term_text
from ogpld.validate.shacl.graph import Graph
from ogpld.validate.shacl.results import Result
from ogpld.validate.shacl.shapes import Delegated, Node

_TINY = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
<https://w3id.org/ogpld/shapes#tiny> a sh:NodeShape ; sh:targetNode 1 ; sh:pattern "2" ;
  sh:sparql [ sh:select "SELECT $this WHERE { $this ?p ?o FILTER (REGEX(STR(?o), 'x')) }" ] ;
  sh:property [ sh:path [ sh:zeroOrMorePath sh:path ] ; sh:minCount 1 ] .
"""
_TARGETS = {
    *(SH("targetNode"), SH("targetClass"), SH("targetSubjectsOf"), SH("targetObjectsOf")),
    SH("target"),
}


def judge(
    data: Iterable[Quad], shapes: Iterable[Quad], delegated: Sequence[Delegated]
) -> list[Result]:
    """Return what pySHACL finds with some of the shapes.

    Args:
        data: the data, graph names of no matter.
        shapes: the whole shapes graph.
        delegated: the shapes to be judged.

    Raises:
        GateRefusedError: when pySHACL fails, ill-formed shapes included; that is never a pass.
    """
    rdflib.plugins.sparql.SPARQL_LOAD_GRAPHS = False
    wanted = {d.node for d in delegated}
    try:
        _, report, _ = pyshacl.validate(
            data_graph=quads_to_graph(data),
            shacl_graph=quads_to_graph(q for q in shapes if not _aims(q, wanted)),
            advanced=False,
            js=False,
            inference="none",
            do_owl_imports=False,
            allow_infos=False,
            allow_warnings=False,
        )
    except Exception as error:
        raise GateRefusedError(
            f"the validator failed: {error}", hint="correct the shapes; nothing was validated"
        ) from error
    if not isinstance(report, rdflib.Graph):
        raise GateRefusedError(f"the validator gave no report: {report}")
    return _results(parse_quads(report.serialize(format="nt", encoding="utf-8"), "nt"))


def warm_up() -> None:
    """Have everything imported that judging needs, for a process that may open no file later."""
    quads = list(parse_quads(_TINY, "ttl"))
    judge(quads, quads, [Delegated(SHAPES("tiny"), "")])


def _aims(quad: Quad, wanted: set[Node]) -> bool:
    """Say whether a statement gives a target to a shape that is not to be judged.

    pySHACL's own option `use_shapes` is of no use: it forgets the shapes inside of those it is given
    and so passes what it should refuse.
    """
    if quad.subject in wanted:
        return False
    implicit = quad.predicate == RDF("type") and not term_text(quad.object).startswith(SH.iri)
    return implicit or quad.predicate in _TARGETS


def _results(quads: Iterable[Quad | Triple]) -> list[Result]:
    """Return the results of a report; nested ones explain and are no results (section 3.6)."""
    graph = Graph(quads)
    return [
        _result(graph, node)
        for head in graph.with_object(RDF("type"), SH("ValidationReport"))
        for node in graph.all(head, SH("result"))
        if not isinstance(node, Literal | Triple)
    ]


def _result(graph: Graph, node: Node) -> Result:
    def one(name: str) -> Any:
        return graph.one(node, SH(name))

    path = one("resultPath")
    return Result(
        one("focusNode"),
        None if path is None else graph.path(path),
        one("value"),
        one("sourceConstraintComponent").value,
        one("sourceShape"),
        one("resultSeverity").value,
        tuple(m for m in graph.all(node, SH("resultMessage")) if isinstance(m, Literal)),
        constraint=one("sourceConstraint"),
    )
