"""The draft of a release: its manifest and files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ogpld import __version__
from ogpld.claims.verdicts import FILE, Verdict, as_json
from ogpld.pipeline.full_build import Checked
from ogpld.pipeline.graph_kinds import ABOUT
from ogpld.pipeline.inputs import Opened, digest_of
from ogpld.rdf import PREFIXES, RDF, Quad, canonical_lines, serialise, term_text
from ogpld.release import Draft, Manifest
from ogpld.release.packed_files import packed
from ogpld.release.release_store import REPORT
from ogpld.report import Report
from ogpld.sources.csvfile import comma_separated
from ogpld.sources.source_description import Source


def whole_draft(checked: Checked, digests: dict[str, str]) -> Draft:
    """Return the draft of a whole build."""
    iris, quads = checked.opened.iris, checked.quads
    about = {iris.graph(name).value for name in ABOUT}
    classes = {d.iri: n for n, d in checked.opened.model.classes.items() if d.segment}
    counts = Counter(
        classes[term_text(q.object)]
        for q in {
            (q.subject, q.object): q
            for q in quads
            if q.predicate == RDF("type") and term_text(q.graph_name) not in about
        }.values()
        if term_text(q.object) in classes
    )
    blank = {iris.graph(name).value for name in ("ontology", "shapes")}
    files = draft_files(checked.opened, checked.report, checked.tables(), checked.verdicts)
    for name, file in (("catalogue", "catalog.ttl"), ("void", "void.ttl")):
        files[file] = turtle(q for q in quads if q.graph_name == iris.graph(name))
    return Draft(
        lines=[line.encode() for line in canonical_lines(quads, blank_in=blank)],
        ontology=checked.opened.inputs.ontology,
        shapes=checked.opened.inputs.shapes,
        manifest=draft_manifest(
            checked.opened,
            digests,
            checked.report,
            len({q.graph_name for q in quads}),
            dict(sorted(counts.items())),
        ),
        files=files,
    )


def turtle(quads: Iterable[Quad]) -> bytes:
    """Return quads as Turtle, graphs aside, in a stable order."""
    return serialise(sorted(quads, key=str), "ttl", PREFIXES)


def draft_files(
    opened: Opened, report: Report, tables: dict[str, bytes], verdicts: Iterable[Verdict]
) -> dict[str, bytes]:
    """Return the report, the tables, their mappings and verdicts by their names in the release."""
    files = {REPORT: packed(report.as_json().encode())}
    for name, content in tables.items():
        files[f"sources/{name}"] = content
    if opened.claims:
        files[FILE] = as_json(verdicts)
    for claim in opened.claims:
        if claim.query:
            files[f"claims/{claim.query_file}"] = claim.query.encode()
    for source in opened.sources:
        mapping = source.source.folder / "mapping.csv"
        if mapping.is_file():  # tells what the columns of the tables mean
            files[f"sources/{source.source.name}/mapping.csv"] = comma_separated(
                mapping.read_bytes()
            )
    return files


def draft_manifest(
    opened: Opened, digests: dict[str, str], report: Report, graphs: int, classes: dict[str, int]
) -> Manifest:
    """Return the manifest; publishing fills in sequence, digest, quads, blocks, previous and time."""
    return Manifest(
        sequence=0,
        digest="",
        base_iri=opened.iris.base,
        quads=0,
        graphs=graphs,
        classes=classes,
        findings=report.counts(),
        inputs=digests,
        inputs_digest=digest_of(digests),
        versions={"software": __version__, "model": opened.model.version},
        previous=None,
        created="",
        blocks=0,
        sources={s.source.name: _source_entry(s.source) for s in opened.sources},
    )


def _source_entry(source: Source) -> dict[str, str]:
    """Return what a manifest says of a source."""
    entry = {"title": source.title, "publisher": source.publisher, "licence": source.licence}
    return entry | ({"retrieved": source.retrieved.isoformat()} if source.retrieved else {})
