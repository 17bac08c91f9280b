"""pySHACL's report and ours about the same data, in one form that can be compared."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ogpld.iris import Iris
from ogpld.rdf import BlankNode, Quad, parse_quads
from ogpld.release import Release
from ogpld.shacl.judge import judge
from ogpld.shacl.property_paths import sparql
from ogpld.shacl.shape_reader import read_shapes
from ogpld.shacl.shapes import DelegatedShape, Shapes
from ogpld.shacl.validation_results import ValidationResult
from ogpld.shacl.validator import compiled_results
from ogpld.stores.validation_store import ValidationStore
from support.running import ROOT

Row = tuple[str, ...]
ABOUT = ("ontology", "shapes", "catalogue", "void", "provenance")


def shapes_graph(folder: Path = ROOT / "shapes") -> list[Quad]:
    """Our shapes as quads."""
    return [
        quad
        for file in sorted(folder.glob("*.ttl"))
        for quad in parse_quads(file.read_bytes(), "ttl")
    ]


def row(result: ValidationResult) -> Row:
    """A result as text: node, path, value, component, shape, severity, messages.

    pySHACL loses the language of messages of SPARQL-based constraints, so they are compared as text;
    blank nodes have other names there.
    """

    def text(term: object) -> str:
        return "" if term is None else "_" if isinstance(term, BlankNode) else str(term)

    return (
        text(result.focus),
        "" if result.path is None else sparql(result.path),
        text(result.value),
        result.component,
        text(result.shape),
        result.severity,
        *sorted(message.value for message in result.messages),
    )


def by_pyshacl(data: Sequence[Quad], graph: Sequence[Quad], shapes: Shapes) -> set[Row]:
    """What pySHACL finds with every shape that has a target."""
    nodes = [shape.node for shape in shapes.compiled] + [d.node for d in shapes.delegated]
    return {row(r) for r in judge(data, graph, [DelegatedShape(node, "") for node in nodes])}


def engine_results(data: Sequence[Quad], shapes: Shapes) -> list[ValidationResult]:
    """Return the results of the compiled shapes."""
    store = ValidationStore()
    store.add(data)
    return list(compiled_results(store, shapes.compiled))


def by_engine(data: Sequence[Quad], shapes: Shapes) -> set[Row]:
    """Return the results of the compiled shapes in the form that can be compared."""
    return {row(result) for result in engine_results(data, shapes)}


def read(graph: Sequence[Quad]) -> Shapes:
    """The shapes of a graph, all of them inside the compiled subset."""
    shapes = read_shapes(graph)
    assert not shapes.delegated, shapes.delegated
    return shapes


def checked_quads(release: Release) -> list[Quad]:
    """The statements of a release that the gate looks at."""
    iris = Iris(release.manifest.base_iri)
    endings = tuple(f"<{iris.graph(name).value}> .\n".encode() for name in ABOUT)
    lines = (line for line in release.lines() if not line.endswith(endings))
    return list(parse_quads(b"".join(lines), "nq"))
