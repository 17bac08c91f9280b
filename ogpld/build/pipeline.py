"""From source folders to a checked dataset, and from there to a release."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ogpld import __version__
from ogpld.build.earlier import earlier_state
from ogpld.build.inputs import Inputs, digest_of, input_digests, open_sources
from ogpld.build.ledger import check_ledger, ledger_quads
from ogpld.build.progress import Progress
from ogpld.build.provenance import describe_graphs
from ogpld.build.references import drop_missing_reports
from ogpld.build.settle import ranked, settle
from ogpld.build.vocabulary import vocabulary_quads
from ogpld.catalogue import About, catalogue_quads, void_quads
from ogpld.catalogue.examples import example_quads
from ogpld.config import Settings
from ogpld.iris import Iris
from ogpld.model import Model, load_model
from ogpld.rdf import PREFIXES, RDF, Quad, canonical_lines, serialise, term_text
from ogpld.release import Draft, Manifest, Release, Shelf, publish
from ogpld.release.lock import publisher
from ogpld.report import Finding, Report, report_turtle
from ogpld.sources.derive import derive
from ogpld.sources.ledger import read_ledger
from ogpld.sources.trace import Trace
from ogpld.sources.units import OpenSource
from ogpld.validate import check
from ogpld.validate.places import located

#: Graphs that say what the data is or where it is from; counts leave them out.
_ABOUT = ("ontology", "shapes", "catalogue", "void", "provenance")


@dataclass(frozen=True, slots=True)
class Checked:
    """A dataset that went through the gate."""

    quads: list[Quad]
    report: Report
    sources: list[OpenSource]
    tables: dict[str, bytes]
    model: Model


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
    progress.step("reading the model")
    model = load_model(inputs.ontology, inputs.shapes)
    iris = Iris(settings.base_iri)
    ledger = read_ledger(inputs.data / "identity.csv")
    sources = open_sources(inputs, model, iris, ledger, progress)
    trace = Trace()
    problems: list[Finding] = []
    said: dict[str, list[Quad]] = {}
    tables: dict[str, bytes] = {}
    for source in sources:
        progress.step(f"mapping {source.source.name}")
        mapped = source.map(tick=progress.tick)
        trace.join(mapped.output.trace)
        trace.late.append(mapped.retrace)
        problems += source.problems
        problems += mapped.output.problems
        problems += source.outside(mapped.output.outside)
        said[source.source.name] = mapped.output.quads
        for name, content in source.published(mapped.output.withheld).items():
            tables[f"{source.source.name}/{name}"] = content
    order = [source.name for source in ranked(s.source for s in sources)]
    settled = settle((said[name] for name in order), model, iris, trace)
    problems += [located(finding, trace) for finding in settled.findings]
    read = drop_missing_reports(settled.quads)
    described = {q.subject for q in read if q.predicate == RDF("type")}
    read += ledger_quads(ledger, described.__contains__, iris, trace)
    progress.step("deriving")
    derived = derive(read, model, iris, trace, order)
    quads = [*read, *model.code_quads(iris.graph("codes")), *derived]
    trace.add_codes(model.schemes.values())
    problems += check_ledger(ledger, read, iris, trace)
    known = None
    if current is not None:
        about_graphs = {iris.graph(name).value for name in _ABOUT}
        known = earlier_state(current, input_digests(inputs, settings), quads, about_graphs)
    progress.step("checking what changed" if known else "checking against the shapes")
    report = check(quads, inputs.shapes, trace, problems, earlier=known, told=progress.reach)
    progress.finish()
    about = About(
        settings.licence,
        tuple((s.source.title, s.source.covers, s.source.leaves_out) for s in sources),
    )
    quads += catalogue_quads(iris, about)
    quads += example_quads(iris, model)
    quads += void_quads(iris, quads)
    quads += vocabulary_quads(inputs.ontology, inputs.shapes, iris)
    names = {term_text(q.graph_name) for q in quads} | {iris.graph("provenance").value}
    quads += describe_graphs(sources, names, iris)
    return Checked(quads, report, sources, tables, model)


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing came to.

    Attributes:
        release: the current release afterwards, None when the gate refused the first one.
        new: whether it was written now.
        report: the gate's findings, None when nothing had to be built.
    """

    release: Release | None
    new: bool
    report: Report | None


def publish_sources(
    inputs: Inputs,
    settings: Settings,
    progress: Progress,
    *,
    full: bool = False,
    allow_shrink: bool = False,
) -> Published:
    """Build and publish a release, unless nothing changed or a Violation refuses it.

    Raises:
        OgpldError: as `check_sources`, and `ReleaseError` when publishing fails; the current
            release stays as it was.
    """
    shelf = Shelf(settings.home)
    with publisher(settings.home):
        digests = input_digests(inputs, settings)
        current = shelf.current()
        if current and not full and current.manifest.inputs_digest == digest_of(digests):
            return Published(current, new=False, report=None)
        checked = check_sources(inputs, settings, progress, None if full else current)
        if checked.report.refused:
            return Published(current, new=False, report=checked.report)
        progress.step("writing the release")
        draft = _draft(checked, inputs, settings, digests)
        release, new = publish(shelf, draft, allow_shrink=allow_shrink)
        progress.finish()
        return Published(release, new=new, report=checked.report)


def _draft(checked: Checked, inputs: Inputs, settings: Settings, digests: dict[str, str]) -> Draft:
    """Return what is to be frozen."""
    iris = Iris(settings.base_iri)
    about = {iris.graph(name).value for name in _ABOUT}
    classes = {d.iri: n for n, d in checked.model.classes.items() if d.segment}
    counts = Counter(
        classes[term_text(q.object)]
        for q in {
            (q.subject, q.object): q
            for q in checked.quads
            if q.predicate == RDF("type") and term_text(q.graph_name) not in about
        }.values()
        if term_text(q.object) in classes
    )
    files = {
        "report.ttl": report_turtle(checked.report, settings.base_iri),
        "report.json": checked.report.as_json().encode(),
    }
    for name in ("catalogue", "void"):
        graph = iris.graph(name)
        quads = sorted((q for q in checked.quads if q.graph_name == graph), key=str)
        file = "catalog.ttl" if name == "catalogue" else "void.ttl"
        files[file] = serialise(quads, "ttl", PREFIXES)
    for name, content in checked.tables.items():
        files[f"sources/{name}"] = content
    for source in checked.sources:
        mapping = source.source.folder / "mapping.csv"
        if mapping.exists():  # tells what the columns of the tables mean
            files[f"sources/{source.source.name}/mapping.csv"] = mapping.read_bytes()
    return Draft(
        lines=[
            line.encode()
            for line in canonical_lines(
                checked.quads, blank_in={iris.graph(n).value for n in _ABOUT[:2]}
            )
        ],
        ontology=inputs.ontology,
        shapes=inputs.shapes,
        manifest=Manifest(
            sequence=0,
            digest="",
            base_iri=settings.base_iri,
            quads=0,
            graphs=len({q.graph_name for q in checked.quads}),
            classes=dict(sorted(counts.items())),
            findings=checked.report.counts(),
            inputs=digests,
            inputs_digest=digest_of(digests),
            versions={"software": __version__, "model": checked.model.version},
            previous=None,
            created="",
        ),
        files=files,
    )
