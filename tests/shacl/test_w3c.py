"""The W3C's SHACL Core test suite: our own engine, and pySHACL for what it does not compile.

Each case gives data, shapes, and the report that must come out. Reports are compared as graphs;
messages are left to the implementation.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rdflib import RDF, SH, BNode, Graph, Namespace
from rdflib.compare import isomorphic
from support.suites import CORE, DELEGATED, demand_suite

from ogpld.errors import OgpldError
from ogpld.rdf import Quad, parse_quads, serialise
from ogpld.shacl.validation_results import report_graph
from ogpld.shacl.validator import validate

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")

_REPORT_PROPERTIES = (
    "focusNode",
    "value",
    "resultPath",
    "sourceShape",
    "sourceConstraintComponent",
)
_INNER = {
    *(SH.result, SH.resultPath, RDF.first, RDF.rest, SH.inversePath, SH.alternativePath),
    *(SH.zeroOrMorePath, SH.oneOrMorePath, SH.zeroOrOnePath),
}


def _name(file: Path) -> str:
    return file.relative_to(CORE).with_suffix("").as_posix()


def _cases() -> list[Path]:
    """Return the files of all cases; without the suite one that stands for them."""
    if not CORE.is_dir():
        return [CORE / "absent.ttl"]
    files = sorted(CORE.rglob("*.ttl"))
    return [file for file in files if "sht:Validate" in file.read_text(encoding="utf-8")]


def _quads(iri: str) -> list[Quad]:
    content = Path(iri.removeprefix("file://")).read_bytes()
    return [q if isinstance(q, Quad) else Quad(*q) for q in parse_quads(content, "ttl", iri)]


def _report(graph: Graph, head: Any) -> Graph:
    """Return a report as a graph of what the suite compares."""
    report_graph = Graph()
    waiting = [head]
    while waiting:
        node = waiting.pop()
        for predicate, value in graph.predicate_objects(node):
            if predicate in {SH.resultMessage, SH.sourceConstraint}:
                continue
            report_graph.add((node, predicate, value))
            if isinstance(value, BNode) and predicate in _INNER:
                waiting.append(value)
    return report_graph


def _rows(graph: Graph) -> set[tuple[str, ...]]:
    def text(node: Any, name: str) -> str:
        value: Any = graph.value(node, SH[name])
        return "_" if value is None or isinstance(value, BNode) else str(value.n3())

    return {
        tuple(text(node, n) for n in _REPORT_PROPERTIES) for node in graph.objects(None, SH.result)
    }


@pytest.mark.parametrize("file", _cases(), ids=_name)
def test_w3c_core(file: Path) -> None:
    """The report is the one the suite wants, and what pySHACL had to judge is known."""
    demand_suite("w3c-suites", CORE)
    manifest = Graph().parse(file, format="turtle", publicID=file.as_uri())
    for case in manifest.subjects(RDF.type, SHT.Validate):
        action = manifest.value(case, MF.action)
        data = _quads(str(manifest.value(action, SHT.dataGraph)))
        shapes = _quads(str(manifest.value(action, SHT.shapesGraph)))
        expected = manifest.value(case, MF.result)
        if expected == SHT.Failure:
            with pytest.raises(OgpldError):
                validate(data, shapes)
            continue
        outcome = validate(data, shapes)
        assert bool(outcome.delegated) == (_name(file) in DELEGATED), outcome.delegated
        text = serialise([q.triple for q in report_graph(outcome.results)], "nt")
        ours = Graph().parse(data=text, format="nt")
        wanted = _report(manifest, expected)
        got = _report(ours, ours.value(predicate=RDF.type, object=SH.ValidationReport))
        assert _rows(wanted) == _rows(got)
        assert isomorphic(wanted, got)


def test_the_whole_suite_is_there() -> None:
    """98 cases; fewer would mean that some were passed over."""
    demand_suite("w3c-suites", CORE)
    assert len(_cases()) == 98
