"""Build everything: read, map, resolve conflicts, derive, check and describe every source."""

from __future__ import annotations

from dataclasses import dataclass, field

from ogpld.catalogue.query_examples import example_quads
from ogpld.catalogue.release_graph import About, SourceCoverage, catalogue_quads
from ogpld.catalogue.void_counts import VoidCounts, statements_by_subject, void_quads
from ogpld.claims.verdicts import Verdict, verdict_quads
from ogpld.config import Settings
from ogpld.executors import BuildExecutor, SerialExecutor
from ogpld.pipeline.claim_verdicts import held_claims
from ogpld.pipeline.conflicts import ranked, resolve_conflicts
from ogpld.pipeline.erasure_check import ErasureCheck
from ogpld.pipeline.graph_kinds import ABOUT
from ogpld.pipeline.inputs import Inputs, Opened, input_digests, open_inputs
from ogpld.pipeline.ledger_check import check_ledger, ledger_quads
from ogpld.pipeline.previous_findings import previous_findings
from ogpld.pipeline.progress import Progress
from ogpld.pipeline.provenance import describe_graphs
from ogpld.pipeline.references import reports, without_missing_reports
from ogpld.pipeline.unit_mapping import mapped_elsewhere
from ogpld.pipeline.vocabulary_graphs import code_quads, vocabulary_quads
from ogpld.rdf import RDF, Quad, term_text
from ogpld.release import Release
from ogpld.report import Finding, Report
from ogpld.sources.derive import derive
from ogpld.sources.trace import Trace
from ogpld.sources.units import Mapped
from ogpld.sources.withheld import WithheldCells
from ogpld.stores.embedded import EmbeddedStore
from ogpld.validate import PreviousFindings, check
from ogpld.validate.finding_places import trace_finding


@dataclass(slots=True)
class Checked:
    """A dataset that went through the gate.

    Attributes:
        opened: what was read.
        mapped: what mapping each source gave, by its name.
        quads: everything that is to be published.
        report: what was found.
        verdicts: what the data says of each claim.
        dropped: links to reports nobody described.
        problems: findings of mapping, conflicts and the ledger, by kind and name of what they are about.
    """

    opened: Opened
    mapped: dict[str, Mapped] = field(default_factory=dict)
    quads: list[Quad] = field(default_factory=list)
    report: Report = field(default_factory=Report)
    verdicts: list[Verdict] = field(default_factory=list)
    dropped: list[Quad] = field(default_factory=list)
    problems: dict[tuple[str, str], list[Finding]] = field(default_factory=dict)

    def without(self, withheld: WithheldCells) -> None:
        """Take out of the findings what they repeat of cells that are not published."""
        for findings in self.problems.values():
            findings[:] = map(withheld.without, findings)

    def tables(self) -> dict[str, bytes]:
        """Return the tables as they are published, by source and file."""
        return {
            f"{source.source.name}/{name}": content
            for source in self.opened.sources
            for name, content in source.published().items()
        }


def check_sources(
    inputs: Inputs,
    settings: Settings,
    progress: Progress,
    current: Release | None = None,
    executor: BuildExecutor | None = None,
) -> Checked:
    """Read, map, derive and check every source.

    Args:
        inputs: where to read from.
        settings: base IRI and licence.
        progress: where to tell how far it is.
        current: a release whose findings may be taken over; None checks everything.
        executor: where the parts of the work run, where the data is large; here when left out.

    Raises:
        SourceError: for a source that cannot be read at all.
        ModelError: for a broken model.
        GateRefusedError: when the validator itself fails.
        BuildWorkerError: as the executor raises it.
    """
    opened = open_inputs(inputs, settings, progress)
    return check_opened(opened, settings, progress, current, executor=executor)


def check_opened(
    opened: Opened,
    settings: Settings,
    progress: Progress,
    current: Release | None = None,
    before: Release | None = None,
    executor: BuildExecutor | None = None,
) -> Checked:
    """Map, derive and check sources that are opened; arguments and errors as `check_sources`.

    Args:
        opened: what was read.
        settings: as there.
        progress: as there.
        current: as there.
        before: the release whose verdicts on claims those of this build are compared with.
        executor: as there.
    """
    executor = executor or SerialExecutor()
    inputs, model, iris = opened.inputs, opened.model, opened.iris
    checked, trace = Checked(opened), Trace()
    for source in opened.sources:
        trace.spellings.take(source.spellings)
    elsewhere = mapped_elsewhere(opened, settings, progress, executor)
    for source in opened.sources:
        name = source.source.name
        progress.step(f"mapping {name}", sum(len(unit.rows) for unit in source.units.values()))
        mapped = source.map(tick=progress.tick, outcomes=elsewhere.get(name))
        checked.mapped[name] = mapped
        trace.join(mapped.output.trace)
        trace.resolvers.append(mapped.lazy_trace)
        for unit, outcome in mapped.outcomes.items():
            checked.problems["unit", f"{name}/{unit}"] = outcome.problems
        checked.problems["source", name] = [
            *source.problems,
            *source.outside(mapped.output.outside),
        ]
    order = [source.name for source in ranked(s.source for s in opened.sources)]
    by_source = (checked.mapped[name].output.quads for name in order)
    resolution = resolve_conflicts(by_source, model, iris, trace)
    for finding in resolution.findings:
        _note(checked, "conflict", trace_finding(finding, trace))
    described_reports = reports(resolution.quads)
    read, checked.dropped = without_missing_reports(
        resolution.quads, described_reports.__contains__
    )
    described = {q.subject for q in read if q.predicate == RDF("type")}
    read += ledger_quads(opened.ledger, described.__contains__, iris, trace)
    progress.step("deriving")
    derived = derive(read, model, iris, trace, order)
    quads = [*read, *code_quads(model, iris), *derived]
    trace.add_codes(model.schemes.values())
    for finding in check_ledger(opened.ledger, read, iris, trace):
        _note(checked, "ledger", finding)
    if (erasures := ErasureCheck.of(settings.home, iris.base)) is not None:
        for finding in erasures.findings(quads, checked.tables(), trace):
            _note(checked, "erased", finding)
    previous = None
    if current is not None:
        about_graphs = {iris.graph(name).value for name in ABOUT}
        previous = previous_findings(current, input_digests(inputs, settings), quads, about_graphs)
    progress.step("checking what changed" if previous else "checking against the shapes")
    checked.report = _report(checked, quads, trace, previous, progress, executor)
    progress.finish()
    quads += _verdicts(checked, quads, before)
    about = About(
        settings.licence,
        tuple(
            SourceCoverage(s.source.title, s.source.covers, s.source.leaves_out, s.source.language)
            for s in opened.sources
        ),
    )
    quads += catalogue_quads(iris, about)
    quads += example_quads(iris, model)
    quads += vocabulary_quads(inputs.ontology, inputs.shapes, iris)
    own = {iris.graph(name).value for name in ("provenance", "void")}
    names = {term_text(q.graph_name) for q in quads} | own
    quads += describe_graphs(opened.sources, names, iris, opened.linksets)
    shapes = iris.graph("shapes")
    statements = statements_by_subject(q for q in quads if q.graph_name != shapes)
    counts = VoidCounts.of(statements.values())
    quads += void_quads(iris, counts, lambda subject: statements.get(subject, set()))
    checked.quads = quads
    return checked


def _report(
    checked: Checked,
    quads: list[Quad],
    trace: Trace,
    previous: PreviousFindings | None,
    progress: Progress,
    executor: BuildExecutor,
) -> Report:
    """Hold the data to the shapes; return all findings, which repeat nothing that is withheld."""
    withheld = checked.opened.withheld
    checked.without(withheld)
    report = check(
        quads,
        checked.opened.inputs.shapes,
        trace,
        [finding for findings in checked.problems.values() for finding in findings],
        earlier=previous,
        progress=progress.reach,
        executor=executor,
    )
    return Report.of(map(withheld.without, report.findings))


def _verdicts(checked: Checked, quads: list[Quad], before: Release | None) -> list[Quad]:
    """Hold the claims against the data, and return the statements that tell the verdicts."""
    opened = checked.opened
    if not opened.claims or checked.report.refused:
        return []
    store = EmbeddedStore.of_union(quads)
    checked.verdicts, checked.report = held_claims(opened, lambda: store, checked.report, before)
    store.close()
    return list(verdict_quads(checked.verdicts, opened.iris))


def _note(checked: Checked, kind: str, finding: Finding) -> None:
    checked.problems.setdefault((kind, finding.focus), []).append(finding)
