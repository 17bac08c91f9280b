"""Validate the statements of a build against our shapes, and trace every result to its cells.

Every result follows SHACL (W3C Recommendation 2017); shapes the compiler does not know go to
pySHACL. Literal forms and blank nodes are judged on the statements themselves, because engines mend
literals while they read them. Where an earlier release was held to the same
shapes, only what the changes can affect is asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ogpld.errors import GateRefusedError
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
    places: StatementTrace | None = None,
    problems: Iterable[Finding] = (),
    *,
    earlier: PreviousFindings | None = None,
    progress: Callable[[int, int], None] = _no_progress,
) -> Report:
    """Hold quads to the shapes of a folder.

    Args:
        quads: the whole dataset; graph names do not matter to the shapes.
        shapes: folder of Turtle files.
        places: where statements were read from, for findings by file, row and column.
        problems: findings the mapping already has.
        earlier: what is known of an earlier state; only what changed since is asked again.
        progress: called with the number of shapes done and of all.

    Raises:
        GateRefusedError: when a validator itself fails; nothing may be published then.
    """
    dataset = list(quads)
    graph = _shapes_graph(shapes)
    read = read_shapes(graph)
    bench = ValidationStore()
    bench.add(quad for quad in dataset if not _has_blank(quad))
    if earlier is None or not is_partial(read):
        findings = _everything(bench, read, dataset, graph, progress)
    else:
        findings = changed_findings(bench, read, earlier, progress)
    findings += form_findings(dataset if earlier is None else earlier.added)
    return Report.of(
        [*problems, *(trace_finding(finding, places) for finding in dict.fromkeys(findings))]
    )


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


def _everything(
    bench: ValidationStore,
    shapes: Shapes,
    dataset: Sequence[Quad],
    graph: Sequence[Quad],
    progress: Callable[[int, int], None],
) -> list[Finding]:
    """Return the findings of a full run."""
    results = compiled_results(bench, shapes.compiled, progress)
    if shapes.delegated:
        from ogpld.shacl.judge import judge  # noqa: PLC0415  (rdflib is slow to import)

        results += judge((q for q in dataset if not _has_blank(q)), graph, shapes.delegated)
    return [result.finding() for result in results]


def changed_findings(
    bench: ValidationStore,
    shapes: Shapes,
    earlier: PreviousFindings,
    progress: Callable[[int, int], None] = _no_progress,
) -> list[Finding]:
    """Return the findings of the data in a workbench, most of them taken over.

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
        replace(finding, where=(), cell=None, hint="")
        for finding in earlier.findings
        if finding.component and finding.focus not in nodes
    ]
    return [*unaffected, *again]


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
