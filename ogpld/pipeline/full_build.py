"""Build everything: read, map, settle, derive, check and describe every source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ogpld.catalogue.query_examples import example_quads
from ogpld.catalogue.release_graph import About, catalogue_quads
from ogpld.catalogue.void_counts import VoidCounts, statements_by_subject, void_quads
from ogpld.config import Settings
from ogpld.pipeline.conflicts import ranked, settle
from ogpld.pipeline.incremental.build_cache import BuildCache, UnitNote
from ogpld.pipeline.incremental.previous_findings import earlier_state
from ogpld.pipeline.incremental.unit_statements import ABOUT, dropped_note, notes_of
from ogpld.pipeline.inputs import Inputs, Opened, input_digests, open_inputs
from ogpld.pipeline.ledger_check import check_ledger, ledger_quads
from ogpld.pipeline.progress import Progress
from ogpld.pipeline.provenance import describe_graphs
from ogpld.pipeline.references import reports, without_missing_reports
from ogpld.pipeline.vocabulary_graphs import vocabulary_quads
from ogpld.rdf import RDF, Quad, term_text
from ogpld.release import Release
from ogpld.report import Finding, Report
from ogpld.sources.derive import derive
from ogpld.sources.trace import Trace
from ogpld.sources.units import Mapped
from ogpld.validate import check
from ogpld.validate.finding_places import trace_finding


@dataclass(slots=True)
class Checked:
    """A dataset that went through the gate.

    Attributes:
        opened: what was read.
        mapped: what mapping each source gave, by its name.
        quads: everything that is to be published.
        report: what was found.
        dropped: links to reports nobody described.
        found: findings of mapping, settling and the ledger, by kind and name of what they are about.
    """

    opened: Opened
    mapped: dict[str, Mapped] = field(default_factory=dict)
    quads: list[Quad] = field(default_factory=list)
    report: Report = field(default_factory=Report)
    dropped: list[Quad] = field(default_factory=list)
    found: dict[tuple[str, str], list[Finding]] = field(default_factory=dict)

    def tables(self) -> dict[str, bytes]:
        """Return the tables as they are published, by source and file."""
        return {
            f"{source.source.name}/{name}": content
            for source in self.opened.sources
            for name, content in source.published(
                self.mapped[source.source.name].output.withheld
            ).items()
        }


def check_sources(
    inputs: Inputs, settings: Settings, progress: Progress, current: Release | None = None
) -> Checked:
    """Read, map, derive and check every source.

    Args:
        inputs: where to read from.
        settings: base IRI and licence.
        progress: where to tell how far it is.
        current: a release whose findings may be taken over; None checks everything.

    Raises:
        SourceError: for a source that cannot be read at all.
        ModelError: for a broken model.
        GateRefusedError: when the validator itself fails.
    """
    return check_opened(open_inputs(inputs, settings, progress), settings, progress, current)


def check_opened(
    opened: Opened, settings: Settings, progress: Progress, current: Release | None = None
) -> Checked:
    """Map, derive and check sources that are opened; arguments and errors as `check_sources`."""
    inputs, model, iris = opened.inputs, opened.model, opened.iris
    checked, trace = Checked(opened), Trace()
    for source in opened.sources:
        name = source.source.name
        progress.step(f"mapping {name}", sum(len(unit.rows) for unit in source.units.values()))
        mapped = checked.mapped[name] = source.map(tick=progress.tick)
        trace.join(mapped.output.trace)
        trace.late.append(mapped.retrace)
        for unit, outcome in mapped.outcomes.items():
            checked.found["unit", f"{name}/{unit}"] = outcome.problems
        checked.found["source", name] = [*source.problems, *source.outside(mapped.output.outside)]
    order = [source.name for source in ranked(s.source for s in opened.sources)]
    said = (checked.mapped[name].output.quads for name in order)
    settled = settle(said, model, iris, trace)
    for finding in settled.findings:
        _note(checked, "settle", trace_finding(finding, trace))
    told = reports(settled.quads)
    read, checked.dropped = without_missing_reports(settled.quads, told.__contains__)
    described = {q.subject for q in read if q.predicate == RDF("type")}
    read += ledger_quads(opened.ledger, described.__contains__, iris, trace)
    progress.step("deriving")
    derived = derive(read, model, iris, trace, order)
    quads = [*read, *model.code_quads(iris.graph("codes")), *derived]
    trace.add_codes(model.schemes.values())
    for finding in check_ledger(opened.ledger, read, iris, trace):
        _note(checked, "ledger", finding)
    known = None
    if current is not None:
        about_graphs = {iris.graph(name).value for name in ABOUT}
        known = earlier_state(current, input_digests(inputs, settings), quads, about_graphs)
    progress.step("checking what changed" if known else "checking against the shapes")
    problems = [finding for found in checked.found.values() for finding in found]
    checked.report = check(
        quads, inputs.shapes, trace, problems, earlier=known, progress=progress.reach
    )
    progress.finish()
    about = About(
        settings.licence,
        tuple((s.source.title, s.source.covers, s.source.leaves_out) for s in opened.sources),
    )
    quads += catalogue_quads(iris, about)
    quads += example_quads(iris, model)
    quads += vocabulary_quads(inputs.ontology, inputs.shapes, iris)
    own = {iris.graph(name).value for name in ("provenance", "void")}
    names = {term_text(q.graph_name) for q in quads} | own
    quads += describe_graphs(opened.sources, names, iris)
    shapes = iris.graph("shapes")
    statements = statements_by_subject(q for q in quads if q.graph_name != shapes)
    counts = VoidCounts.of(statements.values())
    quads += void_quads(iris, counts, lambda subject: statements.get(subject, set()))
    checked.quads = quads
    return checked


def _note(checked: Checked, kind: str, finding: Finding) -> None:
    checked.found.setdefault((kind, finding.focus), []).append(finding)


def remember(checked: Checked, cache: BuildCache) -> None:
    """Write into an empty cache what the next build needs to know of this one."""
    for source in checked.opened.sources:
        name = source.source.name
        for unit, outcome in checked.mapped[name].outcomes.items():
            opened = source.units[unit]
            rows = ((mapper.described.file, row.number) for mapper, row in opened.rows)
            cache.note_unit(name, unit, UnitNote.of(opened.digest, rows, outcome))
    for (kind, name), findings in checked.found.items():
        cache.note_findings(kind, name, findings)
    vocabulary = {checked.opened.iris.graph(name) for name in ("ontology", "shapes")}
    cache.quads.fill(
        (
            *(q for q in checked.quads if q.graph_name not in vocabulary),
            *_notes(checked),
            *map(dropped_note, checked.dropped),
        )
    )


def _notes(checked: Checked) -> Iterator[Quad]:
    """Yield the notes of what several units say of one thing."""
    statements: dict[object, list[tuple[str, Quad]]] = {}
    for source in checked.opened.sources:
        for name, outcome in checked.mapped[source.source.name].outcomes.items():
            unit = source.units[name].graph.value
            for quad in outcome.quads:
                statements.setdefault(quad.subject, []).append((unit, quad))
    for found in statements.values():
        yield from notes_of(found)
