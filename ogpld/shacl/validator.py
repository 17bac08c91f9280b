"""Validate any data against any shapes: compiled shapes here, the others by pySHACL, with the reason."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ogpld.errors import GateRefusedError
from ogpld.rdf import Quad
from ogpld.shacl.engine import Engine
from ogpld.shacl.scope import Scope
from ogpld.shacl.shape_reader import read_shapes
from ogpld.shacl.shapes import DelegatedShape, Shape, Term
from ogpld.shacl.validation_results import ValidationResult
from ogpld.stores.as_written import stand_in
from ogpld.stores.validation_store import ValidationStore


@dataclass(frozen=True, slots=True)
class ValidationReport:
    """The results of a validation, and which validator gave them.

    Attributes:
        results: every result.
        compiled: how many shapes with targets were compiled.
        delegated: those pySHACL judged, and why.
    """

    results: tuple[ValidationResult, ...]
    compiled: int
    delegated: tuple[DelegatedShape, ...]


def validate(
    data: Sequence[Quad],
    shapes: Sequence[Quad],
    *,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> ValidationReport:
    """Return every validation result of the data.

    Args:
        data: the data graph; graph names do not matter.
        shapes: the shapes graph.
        progress: called with the number of shapes done and of all.

    Raises:
        GateRefusedError: when a validator fails; that is never a pass.
        UsageError: for shapes that no validator runs here.
    """
    read = read_shapes(shapes)
    if any(shape.calculates() for shape in read.compiled):
        targets = (t.value for shape in read.compiled for t in shape.targets)
        terms = dict.fromkeys(itertools.chain((quad.object for quad in data), targets))
        odd = min((term for term in terms if stand_in(term) is not term), key=str, default=None)
        if odd is not None:
            reason = f"its query may look at {odd}, a form the engine does not keep"
            read = read.with_queries_delegated(reason)
    bench = ValidationStore()
    bench.add(data)
    results = compiled_results(bench, read.compiled, progress)
    if read.delegated:
        from ogpld.shacl.judge import judge  # noqa: PLC0415  (rdflib is slow to import)

        results += judge(data, shapes, read.delegated)
    return ValidationReport(tuple(results), len(read.compiled), read.delegated)


def compiled_results(
    bench: ValidationStore,
    shapes: Sequence[Shape],
    progress: Callable[[int, int], None] = lambda _done, _of: None,
    within: str | None = None,
) -> list[ValidationResult]:
    """Return the results of compiled shapes.

    Args:
        bench: the data.
        shapes: what it is held to.
        progress: called with the number of shapes done and of all.
        within: name of a mark; only focus nodes it holds are looked at.

    Raises:
        GateRefusedError: when the engine fails on a shape.
    """
    engine = Engine(bench)
    results: list[ValidationResult] = []
    marks: dict[frozenset[Term], str] = {}
    for number, shape in enumerate(shapes, 1):
        try:
            scope = engine.scope(shape)
            if within is not None:
                nodes = engine.values.of(scope.within(within))
                if not nodes:
                    continue
                if nodes not in marks:  # from here on the targets need not be looked at again
                    marks[nodes] = bench.node_set(nodes)
                scope = Scope.marked(marks[nodes])
            results += (result for _, result in engine.results(shape, scope))
        except (SyntaxError, OSError, ValueError) as error:
            raise GateRefusedError(
                f"the validator failed on {shape.node}: {error}",
                hint="nothing was validated; if the shape is right, please report this",
            ) from error
        progress(number, len(shapes))
    return results
