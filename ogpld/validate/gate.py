"""Validate the statements of a build against our shapes, and trace every result to its cells.

Every result follows SHACL (W3C Recommendation 2017); shapes the compiler does not know go to
pySHACL. Literal forms and blank nodes are judged on the statements themselves, because engines mend
literals while they read them. Where an earlier release was held to the same
shapes, only what the changes can affect is asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from ogpld.errors import GateRefusedError
from ogpld.executors import BuildExecutor, SerialExecutor
from ogpld.rdf import (
    SHAPES,
    BlankNode,
    Literal,
    Quad,
    parse_quads,
    term_text,
)
from ogpld.report import Finding, Report, Severity
from ogpld.shacl.affected import affected_nodes, is_opaque
from ogpld.shacl.shape_reader import read_shapes
from ogpld.shacl.shapes import Shapes
from ogpld.shacl.validator import compiled_results
from ogpld.stores.validation_store import ValidationStore
from ogpld.validate.finding_places import StatementTrace, trace_finding
from ogpld.validate.lexical import lexical_form_problem
from ogpld.validate.shape_check import ShapeCheck

#: Statements from which a check is divided: below, starting workers takes longer than it saves.
_LARGE = 50_000
#: Lots of findings that are traced at once, for each worker: some take longer than others.
_LOTS = 4


@dataclass(frozen=True, slots=True)
class PreviousFindings:
    """Findings of the data before, under the same shapes, and what changed since.

    Attributes:
        findings: its findings.
        added: statements that are new since.
        gone: statements that are no more.
    """

    findings: tuple[Finding, ...]
    added: tuple[Quad, ...]
    gone: tuple[Quad, ...]


def _no_progress(_done: int, _of: int) -> None:
    """Report no progress."""


def check(
    quads: Iterable[Quad],
    shapes: Path,
    places: StatementTrace,
    problems: Iterable[Finding],
    *,
    earlier: PreviousFindings | None,
    progress: Callable[[int, int], None],
    executor: BuildExecutor,
) -> Report:
    """Hold quads to the shapes of a folder.

    Args:
        quads: the whole dataset; graph names do not matter to the shapes.
        shapes: folder of Turtle files.
        places: where statements were read from, for findings by file, row and column.
        problems: findings the mapping already has.
        earlier: what is known of an earlier state; only what changed since is asked again.
        progress: called with the number of shapes done and of all.
        executor: where shapes are checked and findings traced, for large data.

    Raises:
        GateRefusedError: when a validator itself fails; nothing may be published then.
        BuildWorkerError: as the executor raises it.
    """
    dataset = list(quads)
    executor = executor if len(dataset) > _LARGE else SerialExecutor()
    graph = _shapes_graph(shapes)
    shape_check = ShapeCheck([quad for quad in dataset if not _has_blank(quad)], graph)
    if earlier is None or not is_partial(shape_check.shapes):
        findings = shape_check.findings(executor, progress)
        findings += _delegated(shape_check.shapes, dataset, graph)
    else:
        findings = changed_findings(shape_check.bench, shape_check.shapes, earlier, progress)
    findings += form_findings(dataset if earlier is None else earlier.added)
    unique = list(dict.fromkeys(findings))
    return Report.of([*problems, *_traced(unique, places, executor.here)])


def _traced(
    findings: list[Finding], places: StatementTrace, executor: BuildExecutor
) -> list[Finding]:
    """Return findings with the cells they come from; those of one thing are traced one after the other."""
    order = sorted(range(len(findings)), key=lambda at: findings[at].focus.rpartition("/")[2])
    size = max(1, len(order) // (executor.jobs * _LOTS))
    lots = [order[start : start + size] for start in range(0, len(order), size)]
    traced = dict(
        zip(
            order,
            chain.from_iterable(executor.map(_trace_lot, (findings, places), lots)),
            strict=True,
        )
    )
    return [traced[at] for at in range(len(findings))]


def _trace_lot(shared: tuple[list[Finding], StatementTrace], lot: list[int]) -> list[Finding]:
    findings, places = shared
    return [trace_finding(findings[at], places) for at in lot]


def _shapes_graph(folder: Path) -> list[Quad]:
    quads: list[Quad] = []
    for file in sorted(folder.glob("*.ttl")):
        try:
            quads += parse_quads(file.read_bytes(), "ttl")
        except SyntaxError as error:
            raise GateRefusedError(
                f"{file.name}: {error}", hint="correct the shapes; nothing was checked"
            ) from error
    return quads


def _delegated(shapes: Shapes, dataset: Sequence[Quad], graph: Sequence[Quad]) -> list[Finding]:
    """Return the findings of shapes that only pySHACL knows."""
    if not shapes.delegated:
        return []
    from ogpld.shacl.judge import judge  # noqa: PLC0415  (rdflib is slow to import)

    results = judge((q for q in dataset if not _has_blank(q)), graph, shapes.delegated)
    return [result.finding() for result in results]


def changed_findings(
    bench: ValidationStore,
    shapes: Shapes,
    earlier: PreviousFindings,
    progress: Callable[[int, int], None] = _no_progress,
) -> list[Finding]:
    """Return the findings of the data in a store for validation, most of them taken over.

    Args:
        bench: the new data.
        shapes: compiled shapes, none of them opaque.
        earlier: findings of the data before, and what changed.
        progress: as for `check`.
    """
    nodes, again = affected_findings(bench, shapes, earlier, progress)
    if nodes is None:
        return again
    unaffected = [
        finding if _is_bare(finding) else replace(finding, where=(), cell=None, hint="")
        for finding in earlier.findings
        if finding.component and finding.focus not in nodes
    ]
    return [*unaffected, *again]


def _is_bare(finding: Finding) -> bool:
    return not finding.where and finding.cell is None and not finding.hint


def affected_findings(
    bench: ValidationStore,
    shapes: Shapes,
    earlier: PreviousFindings,
    progress: Callable[[int, int], None] = _no_progress,
) -> tuple[set[str] | None, list[Finding]]:
    """Return the nodes that changes can affect, None for all, and what is found about them.

    Args: as for `changed_findings`, and so the errors.
    """
    reach = affected_nodes(bench, shapes.compiled, (*earlier.added, *earlier.gone))
    if reach.everything:
        return None, [r.finding() for r in compiled_results(bench, shapes.compiled, progress)]
    mark = bench.node_set(reach.nodes)
    again = compiled_results(bench, shapes.compiled, progress, within=mark)
    bench.drop_node_set(mark)
    return {term_text(node) for node in reach.nodes}, [result.finding() for result in again]


def shapes_of(folder: Path) -> Shapes:
    """Read and compile the shapes of a folder.

    Raises:
        GateRefusedError: for a file that is no Turtle.
    """
    return read_shapes(_shapes_graph(folder))


def is_partial(shapes: Shapes) -> bool:
    """Say whether shapes can be asked about a part of the data alone."""
    return not shapes.delegated and not any(map(is_opaque, shapes.compiled))


def _has_blank(quad: Quad) -> bool:
    return isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode)


def form_findings(quads: Iterable[Quad]) -> Iterator[Finding]:
    """Yield Violations for literal forms and blank nodes we do not publish."""
    for quad in quads:
        if _has_blank(quad):
            problem = "a blank node; published things have IRIs"
        elif isinstance(quad.object, Literal):
            problem = lexical_form_problem(quad.object) or ""
        else:
            continue
        if problem:
            yield Finding(
                Severity.VIOLATION,
                focus=term_text(quad.subject),
                message=problem,
                shape=SHAPES("literal-forms").value,
                path=quad.predicate.value,
                value=term_text(quad.object) if isinstance(quad.object, Literal) else None,
                value_term=str(quad.object),
            )
