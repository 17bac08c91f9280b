"""The report of a build by difference: findings that stay, findings that go, findings that come.

The gate is asked about the nodes a change can affect. Findings of mapping, conflicts and the
ledger are noted by unit or thing, so that they go and come with these. A finding that stays is sent to
its cells again only where these may have moved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from ogpld.errors import Where
from ogpld.pipeline.conflicts import resolve_conflicts
from ogpld.pipeline.incremental.incremental_build import Increment
from ogpld.pipeline.incremental.unit_statements import unit_of
from ogpld.pipeline.ledger_check import check_ledger
from ogpld.rdf import NamedNode, Quad, term_text
from ogpld.report import Finding, Report
from ogpld.sources.trace import Trace
from ogpld.sources.withheld import WithheldCells
from ogpld.stores.validation_store import ValidationStore
from ogpld.validate import PreviousFindings
from ogpld.validate.finding_places import trace_finding
from ogpld.validate.gate import affected_findings, form_findings, is_partial, shapes_of


def incremental_report(
    increment: Increment,
    earlier: Report,
    shapes: Path,
    withheld: WithheldCells,
    reach: Callable[[int, int], None],
) -> Report | None:
    """Return the report of the new state, None when only a full run can tell.

    Args:
        increment: what changed; its cache takes the notes.
        earlier: the report of the state before.
        shapes: folder of the shapes, which are those of the state before.
        withheld: cells that findings do not repeat.
        reach: called with the number of shapes done and of all.

    Raises:
        GateRefusedError: when the validator itself fails.
    """
    compiled = shapes_of(shapes)
    if not is_partial(compiled):
        return None
    increment.trace.resolvers.append(_Rows(increment))
    moved = _moved(increment)  # before the notes of units are written anew
    come, go = _changed_problems(increment, withheld)
    increment.trace.add_codes(increment.model.schemes.values())
    checked = {
        end: tuple(q for q in quads if increment.graphs.checked(term_text(q.graph_name)))
        for end, quads in (("added", increment.delta.added), ("gone", increment.delta.gone))
    }
    change = PreviousFindings(earlier.findings, checked["added"], checked["gone"])
    bench = ValidationStore(increment.quads.engine)
    nodes, again = affected_findings(bench, compiled, change, reach)
    bench.tidy()
    if nodes is None:
        return None
    again += form_findings(checked["added"])
    about = {subject.value for subject in increment.about}
    findings = [trace_finding(finding, increment.trace) for finding in dict.fromkeys(again)]
    less = Counter(go)
    foci = {finding.focus for finding in go}
    for finding in earlier.findings:
        if finding.focus in foci and less[finding] > 0:
            less[finding] -= 1
            continue
        if finding.component and finding.focus in nodes:
            continue
        thing = finding.focus.split("#", 1)[0]
        if finding.component and (thing in about or _within(finding.where, moved)):
            bare = replace(finding, where=(), cell=None, hint="")
            findings.append(trace_finding(bare, increment.trace))
        else:
            findings.append(finding)
    return Report.of(map(withheld.without, [*findings, *come]))


def _changed_problems(
    increment: Increment, withheld: WithheldCells
) -> tuple[list[Finding], list[Finding]]:
    """Return findings of mapping, conflicts and the ledger that come and that go, and note them."""
    come: list[Finding] = []
    go: list[Finding] = []

    def note(kind: str, name: str, findings: Iterable[Finding]) -> None:
        current = [withheld.without(finding) for finding in findings]
        go.extend(increment.cache.findings(kind, name))
        come.extend(current)
        increment.cache.note_findings(kind, name, current)

    for source in increment.sources:
        name = source.source.name
        changed = increment.changed[name]
        outcomes = increment.mapped[name].outcomes
        for unit in changed.names | changed.gone:
            note("unit", f"{name}/{unit}", outcomes[unit].problems if unit in outcomes else ())
    increment.note_units()
    for source in increment.sources:
        name = source.source.name
        outside = source.outside(increment.cache.outside(name))
        note("source", name, [*source.problems, *outside])
    by_thing = _by_focus(trace_finding(f, increment.trace) for f in increment.conflicts)
    for subject in increment.about:
        note("conflict", subject.value, by_thing.get(subject.value, ()))
    things = increment.about | increment.delta.subjects()
    read = [quad for thing in things for quad in increment.read(thing)]
    by_thing = _by_focus(check_ledger(increment.ledger, read, increment.iris, increment.trace))
    for subject in things:
        note("ledger", subject.value, by_thing.get(subject.value, ()))
    return come, go


def _by_focus(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    by_focus: dict[str, list[Finding]] = {}
    for finding in findings:
        by_focus.setdefault(finding.focus, []).append(finding)
    return by_focus


def _moved(increment: Increment) -> set[tuple[str, int]]:
    """Return the rows that changed units have or had."""
    moved: set[tuple[str, int]] = set()
    for source in increment.sources:
        name = source.source.name
        changed = increment.changed[name]
        for unit in changed.names | changed.gone:
            if note := increment.cache.unit(name, unit):
                moved |= {(file, row) for file, rows in note.rows.items() for row in rows}
            if unit in source.units:
                rows = source.units[unit].rows
                moved |= {(mapper.described.file, row.number) for mapper, row in rows}
    return moved


def _within(places: Iterable[Where], moved: set[tuple[str, int]]) -> bool:
    return any((place.file, place.row) in moved for place in places)


class _Rows:
    """Trace things to their rows when a finding asks where they are from, unit by unit."""

    def __init__(self, increment: Increment) -> None:
        self._increment = increment
        units = ((s, name, unit) for s in increment.sources for name, unit in s.units.items())
        self._units = {
            unit.graph.value: (place, source, name)
            for place, (source, name, unit) in enumerate(units)
        }
        self._traced: dict[str, Callable[[str], Iterator[Trace]]] = {}

    def __call__(self, subject: str) -> Iterator[Trace]:
        """Yield the traces of the rows that say something of a thing, in the order of the sources."""
        try:
            node = NamedNode(subject)
        except ValueError:
            return
        increment = self._increment
        units = {unit_of(quad) for quad in increment.quads.about(node)}
        for graph in sorted(units & self._units.keys(), key=lambda g: self._units[g][0]):
            _, source, name = self._units[graph]
            if graph not in self._traced:
                self._traced[graph] = source.map({name}).lazy_trace
            yield from self._traced[graph](subject)
        if node in increment.delta.subjects():
            return  # what it was computed from is known
        for _ in increment.computed({node}):
            pass
        if len(units) > 1:
            self._trace_readings(node)

    def _trace_readings(self, node: NamedNode) -> None:
        """Trace the readings that resolving conflicts makes of a thing."""
        increment = self._increment
        by_source: dict[str, list[Quad]] = {name: [] for name in increment.order}
        for unit, quad in increment.unit_statements(node):
            by_source[increment.graphs.kind(unit)].append(quad)
        resolve_conflicts(by_source.values(), increment.model, increment.iris, increment.trace)
