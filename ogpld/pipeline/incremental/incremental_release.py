"""Build by difference: what the current release becomes when only some rows changed.

Descriptions of the data follow the changes too: VoID counts, descriptions of graphs, the counts of the
manifest. Nothing is read of the release but its manifest and report.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from ogpld.catalogue.void_counts import VoidCounts, void_quads
from ogpld.claims.verdicts import GRAPH, Verdict, verdict_quads
from ogpld.pipeline.claim_verdicts import held_claims
from ogpld.pipeline.drafts import draft_files, draft_manifest, turtle
from ogpld.pipeline.graph_kinds import ABOUT
from ogpld.pipeline.incremental.build_cache import BuildCache
from ogpld.pipeline.incremental.delta import Delta
from ogpld.pipeline.incremental.incremental_build import Increment
from ogpld.pipeline.incremental.incremental_report import incremental_report
from ogpld.pipeline.inputs import Opened
from ogpld.pipeline.progress import Progress
from ogpld.pipeline.provenance import describe_graphs
from ogpld.rdf import RDF, NamedNode, Quad, Triple, canonical_lines, term_text
from ogpld.release import Difference, Draft, Release
from ogpld.release.packed_files import unpacked
from ogpld.release.release_store import REPORT
from ogpld.report import Report
from ogpld.stores.embedded import EmbeddedStore


@dataclass(frozen=True, slots=True)
class Derived:
    """What a release becomes.

    Attributes:
        delta: quads that are added and quads that go.
        report: what was found.
        tables: the tables as they are published, by source and file.
        classes: number of things by class name.
        graphs: number of named graphs.
        void: the VoID description.
        after: everything that is said of the subjects of these quads.
        verdicts: what the data says of each claim.
    """

    delta: Delta
    report: Report
    tables: dict[str, bytes]
    classes: dict[str, int]
    graphs: int
    void: list[Quad]
    after: list[Quad]
    verdicts: list[Verdict] = field(default_factory=list)


def incremental_release(
    opened: Opened, cache: BuildCache, current: Release, progress: Progress
) -> Derived | None:
    """Return what the current release becomes, None when a full build is quicker or the only way.

    Args:
        opened: what was read.
        cache: a copy of what is remembered of the release; it is changed.
        current: the release.
        progress: where to tell how far it is.

    Raises:
        SourceError: for a row that cannot be mapped.
        GateRefusedError: when the validator itself fails.
    """
    try:
        earlier = Report.from_json(unpacked(current.path / REPORT))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    increment = Increment(
        opened.sources, opened.model, opened.iris, opened.ledger, opened.linksets, cache
    )
    if not increment.is_small:
        return None
    progress.step("mapping what changed")
    increment.run()
    progress.step("checking what changed")
    report = incremental_report(
        increment, earlier, opened.inputs.shapes, opened.withheld, progress.reach
    )
    progress.finish()
    if report is None:
        return None
    if report.refused:
        return Derived(increment.delta, report, {}, {}, 0, [], [])
    verdicts, report = _verdicts(opened, increment, report, current)
    moved = Delta(set(increment.delta.added), set(increment.delta.gone))
    graphs, classes = _describe(increment, moved, current)
    return Derived(
        increment.delta,
        report,
        _tables(increment),
        classes,
        graphs,
        cache.quads.in_graph(opened.iris.graph("void")),
        [quad for s in increment.delta.subjects() for quad in increment.published(s)],
        verdicts,
    )


def _verdicts(
    opened: Opened, increment: Increment, report: Report, current: Release
) -> tuple[list[Verdict], Report]:
    """Ask for published figures again, and bring the statements of verdicts up to date."""
    quads, iris = increment.quads, opened.iris
    quads.flush()
    verdicts, report = held_claims(
        opened, lambda: EmbeddedStore.on_disk(quads.path), report, current
    )
    old = set(quads.in_graph(iris.graph(GRAPH)))
    increment.apply(set(verdict_quads(verdicts, iris)), old)
    return verdicts, report


def difference_draft(
    opened: Opened, derived: Derived, current: Release, digests: dict[str, str]
) -> Draft:
    """Return the draft of a release that is given by its difference from the current one."""
    files = draft_files(opened, derived.report, derived.tables, derived.verdicts)
    files["catalog.ttl"] = (current.path / "catalog.ttl").read_bytes()
    files["void.ttl"] = turtle(derived.void)
    parts = derived.delta.added, derived.delta.gone, derived.after
    return Draft(
        difference=Difference(*(tuple(_lines(quads)) for quads in parts)),
        ontology=opened.inputs.ontology,
        shapes=opened.inputs.shapes,
        manifest=draft_manifest(opened, digests, derived.report, derived.graphs, derived.classes),
        files=files,
    )


def _lines(quads: Iterable[Quad]) -> list[bytes]:
    return [line.encode() for line in canonical_lines(quads)]


def _tables(increment: Increment) -> dict[str, bytes]:
    tables = {}
    for source in increment.sources:
        for name, content in source.published().items():
            tables[f"{source.source.name}/{name}"] = content
    return tables


def _describe(increment: Increment, moved: Delta, current: Release) -> tuple[int, dict[str, int]]:
    """Bring the descriptions up to date; return the number of graphs and of things by class."""
    iris, quads = increment.iris, increment.quads
    classes = Counter(current.manifest.classes)
    exist, number = _graphs(increment, moved, current.manifest.graphs)
    _describe_graphs(increment, exist)
    moved = Delta(set(increment.delta.added), set(increment.delta.gone))
    described = set(quads.in_graph(iris.graph("void")))

    @cache  # asked of the same subjects round after round, while nothing changes
    def others(subject: str) -> set[Triple]:
        return _counted(set(increment.published(NamedNode(subject))), increment)

    counts = VoidCounts.read(described)
    counts.join(described, others, -1)
    names = {d.iri: n for n, d in increment.model.classes.items() if d.segment}
    before, after = _by_subject(moved.gone), _by_subject(moved.added)
    for subject in moved.subjects():
        now = set(increment.published(subject))
        then = now - after.get(subject, set()) | before.get(subject, set())
        for state, times in ((then, -1), (now, 1)):
            counts.add(_counted(state, increment), times)
            for name in _classes(state, increment) & names.keys():
                classes[names[name]] += times
    increment.apply(void_quads(iris, counts, others), described)
    return number, {name: classes[name] for name in sorted(classes) if classes[name]}


def _describe_graphs(increment: Increment, exist: dict[str, bool]) -> None:
    """Bring up to date what is said of the graphs that changed, came or went."""
    iris, quads = increment.iris, increment.quads
    names = exist.keys() | increment.changed_graphs()
    provenance = iris.graph("provenance")
    old = {q for g in names for q in quads.about(NamedNode(g)) if q.graph_name == provenance}
    present = {g for g in names if quads.has_graph(NamedNode(g))}
    now = describe_graphs(increment.sources, present, iris, increment.linksets)
    increment.apply(set(now), old)


def _by_subject(quads: set[Quad]) -> dict[object, set[Quad]]:
    by_subject: dict[object, set[Quad]] = {}
    for quad in quads:
        by_subject.setdefault(quad.subject, set()).add(quad)
    return by_subject


def _counted(quads: set[Quad], increment: Increment) -> set[Triple]:
    return {q.triple for q in quads if increment.graphs.counted(term_text(q.graph_name))}


def _classes(quads: set[Quad], increment: Increment) -> set[str]:
    return {
        term_text(q.object)
        for q in quads
        if q.predicate == RDF("type")
        and increment.graphs.kind(term_text(q.graph_name)) not in ABOUT
    }


def _graphs(increment: Increment, moved: Delta, number: int) -> tuple[dict[str, bool], int]:
    """Return the graphs that came or went, and how many there are now."""
    exist: dict[str, bool] = {}
    left = {q.graph_name for q in moved.gone}
    for graph in left | {q.graph_name for q in moved.added}:
        if not isinstance(graph, NamedNode):
            continue
        now = increment.quads.has_graph(graph)
        before = graph in left or any(
            quad not in moved.added for quad in increment.quads.in_graph(graph)
        )
        if now != before:
            exist[graph.value] = now
            number += 1 if now else -1
    return exist, number
