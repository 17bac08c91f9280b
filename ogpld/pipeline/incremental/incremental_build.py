"""Derive the statements of a build from those of the build before: only changed units are mapped.

Resolving conflicts, computing and dropping of links look at the things those units speak or spoke of,
and at what hangs on them; everything else stays as it was. The cache's quads follow each step, so that
each step reads the new state. A full build gives the same statements, which tests hold it to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ogpld.iris import Iris
from ogpld.model import Model
from ogpld.pipeline.conflicts import ranked, resolve_conflicts
from ogpld.pipeline.graph_kinds import Graphs
from ogpld.pipeline.incremental.build_cache import BuildCache, UnitNote
from ogpld.pipeline.incremental.delta import Delta
from ogpld.pipeline.incremental.unit_statements import (
    UnitStatements,
    dropped_note,
    notes_of,
    restored,
)
from ogpld.pipeline.ledger_check import ledger_quads
from ogpld.pipeline.references import reports, without_missing_reports
from ogpld.rdf import NS, RDF, NamedNode, Quad, term_text
from ogpld.report import Finding
from ogpld.sources.derive import derive
from ogpld.sources.ledger import Ledger
from ogpld.sources.linkset_table import LinksetRow
from ogpld.sources.trace import Trace
from ogpld.sources.units import Mapped, OpenSource

_TYPE, _REPORT, _NO_VALUE = RDF("type"), NS("report"), NS("noValue")
_ASSESSES, _PLAN, _MEMBER, _EVENT = map(NS, ("assesses", "plan", "member", "statusEvent"))
_CLUSTER = NS("cluster")
#: Links to what something is computed of from the things that link there.
_MADE_FROM = frozenset((_ASSESSES, _CLUSTER))
#: With more changed units than this, and more than this share of all, reading everything is quicker.
_MANY, _SHARE = 20, 0.3


@dataclass(slots=True)
class Changed:
    """The units of a source that are not what they were.

    Attributes:
        names: units that are new or have other rows.
        gone: units that have no rows any more.
    """

    names: set[str]
    gone: set[str]


class Increment:
    """One build by difference.

    Args:
        sources: the opened sources.
        model: classes and code lists.
        iris: the IRI policy.
        ledger: what ids of commitments mean.
        linksets: how each linkset was made.
        cache: what the build before remembered; it is changed.

    Attributes:
        delta: published quads that changed.
        trace: where statements are from, of what was mapped again.
        about: things that changed units speak or spoke of.
        conflicts: findings about conflicts of sources about these.
    """

    def __init__(
        self,
        sources: Sequence[OpenSource],
        model: Model,
        iris: Iris,
        ledger: Ledger,
        linksets: Mapping[str, LinksetRow],
        cache: BuildCache,
    ) -> None:
        self.sources, self.model, self.iris = sources, model, iris
        self.ledger, self.linksets, self.cache = ledger, linksets, cache
        self.quads, self.graphs = cache.quads, Graphs(iris)
        self.order = [source.name for source in ranked(s.source for s in sources)]
        self.delta, self.trace = Delta(), Trace()
        for source in sources:
            self.trace.spellings.take(source.spellings)
        self.about: set[NamedNode] = set()
        self.conflicts: list[Finding] = []
        self.mapped: dict[str, Mapped] = {}
        self.changed = {s.source.name: self._changed(s) for s in sources}

    def _changed(self, source: OpenSource) -> Changed:
        before = self.cache.digests(source.source.name)
        now = {name: unit.digest for name, unit in source.units.items()}
        names = {name for name, digest in now.items() if before.get(name) != digest}
        return Changed(names, before.keys() - now.keys())

    @property
    def is_small(self) -> bool:
        """Whether so little changed that a difference pays."""
        changed = sum(len(c.names | c.gone) for c in self.changed.values())
        units = sum(len(source.units) for source in self.sources)
        return changed <= max(_MANY, _SHARE * units)

    def run(self) -> None:
        """Follow the changes through all steps.

        Raises:
            SourceError: for a row that cannot be mapped.
        """
        self._map()
        self._resolve()
        graph = self.iris.graph("identity")
        stated = ledger_quads(self.ledger, self._is_read, self.iris, self.trace)
        self.apply(set(stated), set(self.quads.in_graph(graph)))
        self._derive()

    def changed_graphs(self) -> set[str]:
        """Return the graphs of the units that changed."""
        return {
            self.iris.graph(name, unit).value
            for name, changed in self.changed.items()
            for unit in changed.names | changed.gone
        }

    def unit_statements(self, subject: NamedNode) -> list[tuple[str, Quad]]:
        """Return the statements of all units about a thing now, each with the graph of its unit."""
        return UnitStatements(self.quads, self.graphs, ()).of(subject)

    def apply(self, new: set[Quad], old: set[Quad]) -> None:
        """Bring the cache's quads from an old state of some things to the new one."""
        added, gone = new - old, old - new
        self.quads.change(added, gone)
        published = [{q for q in quads if self._published(q)} for quads in (added, gone)]
        self.delta.take(*published)

    def _published(self, quad: Quad) -> bool:
        return self.graphs.kind(term_text(quad.graph_name)) != ""

    # ---- read ----

    def _map(self) -> None:
        for source in self.sources:
            self.trace.join(source.columns)
            mapped = source.map(self.changed[source.source.name].names)
            self.mapped[source.source.name] = mapped
            self.trace.join(mapped.output.trace)

    def _resolve(self) -> None:
        """Resolve conflicts about everything that changed units speak or spoke of."""
        changed = self.changed_graphs()
        asides = self.quads.graphs(self.iris.graph("reconciled").value + "/")
        new = self._new_statements()
        self.about = set(new)
        unchanged = UnitStatements(self.quads, self.graphs, changed)
        for graph in changed:
            self.about |= unchanged.subjects(NamedNode(graph), asides)
        statements = {s: [*unchanged.of(s), *new.get(s, ())] for s in self.about}
        by_source = self._by_source(statements)
        resolution = resolve_conflicts(by_source, self.model, self.iris, self.trace)
        self.conflicts = resolution.findings
        described_reports = reports(resolution.quads)

        def described(report: NamedNode) -> bool:
            return report in described_reports if report in self.about else self._is_report(report)

        present, dropped = without_missing_reports(resolution.quads, described)
        notes = [note for pairs in statements.values() for note in notes_of(pairs)]
        after = {*present, *notes, *map(dropped_note, dropped)}
        before = {
            q for s in self._with_readings() for q in self.quads.about(s) if self._is_stated(q)
        }
        for report in self.about:
            more, less = self._links_to(report, is_report=report in described_reports)
            after |= more
            before |= less
        self.apply(after, before)

    def _new_statements(self) -> dict[NamedNode, list[tuple[str, Quad]]]:
        """Return the statements of the changed units as they are now, by thing."""
        statements: dict[NamedNode, list[tuple[str, Quad]]] = {}
        for source in self.sources:
            for name, outcome in self.mapped[source.source.name].outcomes.items():
                unit = source.units[name].graph.value
                for quad in outcome.quads:
                    if isinstance(quad.subject, NamedNode):
                        statements.setdefault(quad.subject, []).append((unit, quad))
        return statements

    def _by_source(
        self, statements: dict[NamedNode, list[tuple[str, Quad]]]
    ) -> Iterator[list[Quad]]:
        by_source: dict[str, list[Quad]] = {name: [] for name in self.order}
        for pairs in statements.values():
            for unit, quad in pairs:
                by_source[self.graphs.kind(unit)].append(quad)
        yield from by_source.values()

    def _with_readings(self) -> Iterator[NamedNode]:
        for subject in self.about:
            yield subject
            if "#" not in subject.value:
                yield NamedNode(f"{subject.value}#reading-1")

    def _is_stated(self, quad: Quad) -> bool:
        """Say whether a quad is a statement of a source, or a note about one."""
        if not self._published(quad):
            return True
        kind = self.graphs.kind(term_text(quad.graph_name))
        return self.graphs.read(quad) and kind != "identity"

    def _links_to(self, report: NamedNode, *, is_report: bool) -> tuple[set[Quad], set[Quad]]:
        """Return links of other things to add and to drop because a report is, or is no more."""
        more: set[Quad] = set()
        less: set[Quad] = set()
        if is_report == self._is_report(report):
            return more, less
        for quad in self.quads.pointing(_REPORT, report):
            if quad.subject in self.about or not isinstance(quad.subject, NamedNode):
                continue
            link = restored(quad)
            if is_report and link is not None:
                more.add(link)
                less.add(quad)
            elif not is_report and self.graphs.read(quad) and self._is_absent(quad.subject):
                more.add(dropped_note(quad))
                less.add(quad)
        return more, less

    def _is_absent(self, subject: NamedNode) -> bool:
        return any(q.predicate == _NO_VALUE for q in self.read(subject))

    def _is_report(self, subject: NamedNode) -> bool:
        wanted = NS("Report")
        return any(q.predicate == _TYPE and q.object == wanted for q in self.read(subject))

    def _is_read(self, subject: NamedNode) -> bool:
        identity = self.iris.graph("identity")
        return any(q.predicate == _TYPE and q.graph_name != identity for q in self.read(subject))

    def published(self, subject: NamedNode) -> list[Quad]:
        """Return everything that is published of a thing."""
        return [quad for quad in self.quads.about(subject) if self._published(quad)]

    def read(self, subject: NamedNode) -> list[Quad]:
        """Return what sources and ledger say of a thing, as it is published."""
        return [quad for quad in self.quads.about(subject) if self.graphs.read(quad)]

    # ---- derived ----

    def _derive(self) -> None:
        """Compute again what is computed from statements that changed."""
        touched = self._dependents()
        after = set(self.computed(touched))
        before = {
            q
            for s in touched
            for q in self.quads.about(s)
            if self.graphs.kind(term_text(q.graph_name)) == "derived"
        }
        self.apply(after, before)

    def computed(self, things: set[NamedNode]) -> Iterator[Quad]:
        """Yield what is computed about some things, and tell the trace what from."""
        near = set(things)
        for thing in things:
            near |= set(self._pointing(_ASSESSES, thing))
            near |= set(self._pointing(_CLUSTER, thing))
        for _ in range(2):  # a report's plan, and its member; the events of a member
            for thing in list(near):
                linked = (q for q in self.read(thing) if q.predicate in {_PLAN, _MEMBER, _EVENT})
                near |= {q.object for q in linked if isinstance(q.object, NamedNode)}
        quads = [quad for thing in near for quad in self.read(thing)]
        for quad in derive(quads, self.model, self.iris, self.trace, self.order):
            if quad.subject in things:
                yield quad

    def _dependents(self) -> set[NamedNode]:
        """Return things about which something else may be computed now."""
        things = self.delta.subjects()
        moved = [*self.delta.added, *self.delta.gone]
        targets = {q.object for q in moved if q.predicate in _MADE_FROM}
        for subject in things:
            targets |= {q.object for q in self.read(subject) if q.predicate in _MADE_FROM}
        members = {m for s in things for m in self._pointing(_EVENT, s)}
        plans = {p for s in things for p in self._pointing(_MEMBER, s)}
        plans = {p for p in plans if self._has_class(p, "ActionPlan")}
        labelled = {r for p in things | plans for r in self._pointing(_PLAN, p)}
        labelled = {
            r for r in labelled if any(self._has_class(r, c) for c in ("Report", "Cluster"))
        }
        return (
            things | plans | labelled | members | {t for t in targets if isinstance(t, NamedNode)}
        )

    def _pointing(self, predicate: NamedNode, value: NamedNode) -> Iterator[NamedNode]:
        """Yield the things that a source links to another."""
        for quad in self.quads.pointing(predicate, value):
            if self.graphs.read(quad) and isinstance(quad.subject, NamedNode):
                yield quad.subject

    def _has_class(self, subject: NamedNode, name: str) -> bool:
        return any(q.predicate == _TYPE and q.object == NS(name) for q in self.read(subject))

    # ---- notes ----

    def note_units(self) -> None:
        """Note what the changed units are now."""
        for source in self.sources:
            name = source.source.name
            for unit in self.changed[name].gone:
                self.cache.note_unit(name, unit, None)
            for unit, outcome in self.mapped[name].outcomes.items():
                opened = source.units[unit]
                rows = ((mapper.described.file, row.number) for mapper, row in opened.rows)
                self.cache.note_unit(name, unit, UnitNote.of(opened.digest, rows, outcome))
