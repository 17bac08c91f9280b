"""Hold data to shapes one shape at a time, wherever that runs (`ogpld/executors/`).

What a shape finds depends on the data alone, so shapes are checked at once and their findings put together
in the order of the shapes. A fork has the loaded data from this process; a worker of a cluster is sent the
statements and loads them itself, once.
"""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from ogpld.executors import BuildExecutor
from ogpld.rdf import Quad, parse_quads, serialise
from ogpld.report import Finding
from ogpld.shacl.shape_reader import read_shapes
from ogpld.shacl.shapes import Shapes
from ogpld.shacl.validator import compiled_results
from ogpld.stores.validation_store import ValidationStore

#: Statements are sent as fast as they are read: level of their compression.
_LEVEL = 1
_LOADING = threading.Lock()


class ShapeCheck:
    """Data and shapes.

    Args:
        statements: the data, without blank nodes.
        graph: the shapes graph.
    """

    def __init__(self, statements: Sequence[Quad], graph: Sequence[Quad]) -> None:
        self._statements, self._graph = statements, graph

    @cached_property
    def shapes(self) -> Shapes:
        """The shapes, compiled."""
        return read_shapes(self._graph)

    @cached_property
    def bench(self) -> ValidationStore:
        """The data, loaded when it is first needed."""
        bench = ValidationStore()
        bench.add(self._statements)
        return bench

    def findings(
        self, executor: BuildExecutor, progress: Callable[[int, int], None]
    ) -> list[Finding]:
        """Return what every compiled shape finds, in their order.

        Args:
            executor: where.
            progress: called with the number of shapes done and of all.
        """
        numbers = range(len(self.shapes.compiled))
        if not executor.remote:
            _ = self.bench  # what is forked has it then
        findings: list[Finding] = []
        for number, some in enumerate(executor.map(findings_of_shape, self, numbers), 1):
            findings += some
            progress(number, len(numbers))
        return findings

    def __getstate__(self) -> dict[str, Any]:
        """Return what is sent to a cluster: the statements, compressed, and the shapes."""
        statements = gzip.compress(serialise(self._statements, "nq"), _LEVEL)
        return {"statements": statements, "graph": serialise(self._graph, "nq")}

    def __setstate__(self, state: dict[str, bytes]) -> None:
        self._statements = list(parse_quads(gzip.decompress(state["statements"]), "nq"))
        self._graph = list(parse_quads(state["graph"], "nq"))


def findings_of_shape(check: ShapeCheck, number: int) -> list[Finding]:
    """Return what one compiled shape finds."""
    with _LOADING:  # a worker may check several shapes at once
        shape, _ = check.shapes.compiled[number], check.bench
    return [result.finding() for result in compiled_results(check.bench, [shape])]
