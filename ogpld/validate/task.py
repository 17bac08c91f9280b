"""Check a submitted document against our shapes, inside of a worker that ends afterwards.

The worker is a fork of a process that holds the current release. What the document says is added to
that memory, so that it may point at members, codes and commitments of the release; a thing the
document describes is taken from the document alone, but for its type where only the release says it.
Only what it describes is checked. The worker can open neither file nor socket, and is killed when it
takes too long.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ogpld.errors import DocumentError, GateRefusedError, SourceError, Where
from ogpld.formats import media
from ogpld.iris import Iris
from ogpld.model import Model, load_model
from ogpld.model.context import Context, make_context
from ogpld.rdf import (
    DCTERMS,
    FOAF,
    RDF,
    RDFS,
    SKOS,
    BlankNode,
    NamedNode,
    Quad,
    parse_quads,
    term_text,
)
from ogpld.report import Finding, Report, Severity
from ogpld.shacl.engine import Engine
from ogpld.shacl.shape_reader import read_shapes
from ogpld.shacl.shapes import Shape
from ogpld.shacl.validator import compiled_results
from ogpld.sources import (
    table_of,
    xlsxfile,  # noqa: F401  (a confined worker cannot import it when a workbook comes)
)
from ogpld.sources.canonical import map_tables
from ogpld.sources.derive import derive
from ogpld.sources.plain_table import TableLimits, plain_table
from ogpld.sources.trace import Trace
from ogpld.stores.embedded import EmbeddedStore
from ogpld.stores.validation_store import ValidationStore
from ogpld.validate.documents import read_document
from ogpld.validate.finding_places import trace_finding
from ogpld.validate.gate import form_findings

Reply = tuple[dict[str, Any], bytes]
Task = Callable[[EmbeddedStore, dict[str, Any], bytes], Reply]

#: Media types and suffixes of tables; every other document is RDF.
TABLES = {
    key: f".{row.name}"
    for row in media.MEDIA_TYPES
    if row.reads and row.holds == "table"
    for key in (row.type, row.name)
}
#: Properties that say what a thing is called and what it is, and nothing more of it.
_NAMING = {
    *(RDF("type").value, RDFS("label").value, SKOS("prefLabel").value, SKOS("notation").value),
    *(DCTERMS("title").value, FOAF("name").value, RDFS("seeAlso").value),
}
#: What hints say next where a source is built, and what they say here.
_BUILT, _SENT = "then run: ogpld check", "then send it again"
#: Statements a document may have; the limit of its bytes is the server's.
STATEMENTS = 200_000


def prepare(release: Path) -> Task:
    """Read what checking needs from a release's folder, and return the task.

    It is given the folder, not the `Release`: releases are above this package, and a document is checked
    against the shapes of the one in service.

    Raises:
        GateRefusedError: for shapes that pySHACL would have to judge; it has no place here.
    """
    model = load_model(release / "model" / "ontology", release / "model" / "shapes")
    files = sorted((release / "model" / "shapes").glob("*.ttl"))
    shapes = read_shapes(q for file in files for q in parse_quads(file.read_bytes(), "ttl"))
    if shapes.delegated:
        raise GateRefusedError(f"{shapes.delegated[0].node}: {shapes.delegated[0].reason}")
    context = make_context(model)

    def run(store: EmbeddedStore, head: dict[str, Any], body: bytes) -> Reply:
        if "limits" in head:
            return _plain_reply(head, body)
        quads, trace, problems = _read(head, body, model, context)
        bench = ValidationStore.over(store)
        subjects = _described_nodes(bench, quads)
        quads = [*quads, *_known_types(bench, quads, subjects)]
        quads = [*quads, *_computed_statements(quads, model, Iris(head["base"]), trace)]
        report = check_document(bench, quads, subjects, shapes.compiled, trace, problems)
        things = len({q.subject for q in quads})
        reply = {
            "findings": len(report.findings),
            "refused": report.refused,
            "statements": len(quads),
            "things": things,
        }
        return reply, _report_bytes(report, head["most"])

    return run


def _report_bytes(report: Report, most: int) -> bytes:
    """Return a report as it is sent.

    Raises:
        DocumentError: for one that is larger than an answer may be.
    """
    content = report.as_json().encode()
    if len(content) > most:
        raise DocumentError(
            f"the report of {len(report.findings):,} findings has {len(content):,} bytes, more than {most:,}",
            hint="send the document in parts, or use 'ogpld validate' on your own machine",
            code="document-too-large",
        )
    return content


def _plain_reply(head: dict[str, Any], body: bytes) -> Reply:
    """Return a table as JSON, for `/match`: nothing is checked, it is only read where it does no harm."""
    limits = TableLimits(**head["limits"])
    table = plain_table(body, head["name"], TABLES[head["type"]], limits, head["sheet"])
    return {}, json.dumps(table.as_dict()).encode()


def _read(
    head: dict[str, Any], body: bytes, model: Model, context: Context
) -> tuple[list[Quad], Trace | None, Sequence[Finding]]:
    """Return the statements of a document, and for a table where they stand."""
    kind = head["type"].partition(";")[0].strip().lower().lstrip(".")
    name = head["name"]
    suffix = TABLES.get(kind)
    if suffix is None and kind in {"", media.BYTES.type, media.XLS.type}:
        suffix = TABLES.get(name.rpartition(".")[2].lower())
    if suffix is None:
        quads = read_document(body, kind, name=name, base=head["base"], context=context)
        if not quads:
            raise DocumentError(
                "it makes no statement, so there is nothing to check",
                where=Where(name) if name else None,
                hint="describe a thing: what it is, what it is called, what it belongs to",
            )
        return quads, None, ()
    tables = table_of(body, name or f"table{suffix}", suffix)
    output = map_tables(tables, model, Iris(head["base"]), head["class"] or None)
    if len(output.quads) > STATEMENTS:
        raise SourceError(
            f"the table makes {len(output.quads):,} statements, more than {STATEMENTS:,}",
            hint="split it into several files",
        )
    return output.quads, output.trace, output.problems


def _computed_statements(
    quads: Sequence[Quad], model: Model, iris: Iris, trace: Trace | None
) -> Iterator[Quad]:
    """Yield what a build would compute, so that the rules about it hold here as well."""
    named = [q for q in quads if isinstance(q.subject, NamedNode)]
    stated = {(q.subject, q.predicate) for q in named}
    for quad in derive(named, model, iris, trace):
        if (quad.subject, quad.predicate) not in stated:
            yield quad


def check_document(
    bench: ValidationStore,
    quads: Sequence[Quad],
    subjects: set[NamedNode],
    shapes: Sequence[Shape],
    trace: Trace | None,
    problems: Sequence[Finding],
) -> Report:
    """Return the findings about the things a document describes.

    Args:
        bench: the release it may point into; the document's statements are added.
        quads: what the document says, and what follows from it.
        subjects: the things it describes.
        shapes: compiled shapes.
        trace: where a table's statements were read from.
        problems: what was found while it was read.
    """
    named = [q for q in quads if not isinstance(q.subject, BlankNode)]
    clean = [q for q in named if not isinstance(q.object, BlankNode)]
    bench.forget(subjects)
    bench.add(q for q in clean if q.subject in subjects)
    mark = bench.node_set(subjects)
    findings = [r.finding() for r in compiled_results(bench, shapes, within=mark)]
    findings += form_findings(quads)
    findings += _passed_over(bench, shapes, mark, subjects)
    everything = [*problems, *(trace_finding(f, trace) for f in dict.fromkeys(findings))]
    return Report.of(replace(f, hint=f.hint.replace(_BUILT, _SENT)) for f in everything)


def _described_nodes(bench: ValidationStore, quads: Sequence[Quad]) -> set[NamedNode]:
    """Return the things a document is about, without those of the release it only names.

    Documents of ours give labels and types of what they point to, and the links of what points at
    them. Where all of that stands in the release it is no description; a thing with a type and more
    than names is one, and so is what the release does not say.
    """
    statements: dict[NamedNode, list[Quad]] = {}
    for quad in quads:
        if isinstance(quad.subject, NamedNode):
            statements.setdefault(quad.subject, []).append(quad)
    return {node for node, about in statements.items() if not _is_named_only(bench, about)}


def _is_named_only(bench: ValidationStore, quads: Sequence[Quad]) -> bool:
    """Say whether a document repeats of a thing what the release says, and does not describe it."""
    properties = {quad.predicate for quad in quads}
    if RDF("type") in properties and not {p.value for p in properties} <= _NAMING:
        return False
    return all(bench.says(quad.subject, quad.predicate, quad.object) for quad in quads)


def _known_types(
    bench: ValidationStore, quads: Sequence[Quad], subjects: set[NamedNode]
) -> list[Quad]:
    """Return the types that the release knows of the things that a document describes without a type."""
    untyped = subjects - {quad.subject for quad in quads if quad.predicate == RDF("type")}
    mark = bench.node_set(untyped)
    types = f"{ValidationStore.members_of(mark, '?node')} ?node {RDF('type')} ?type"
    rows = bench.rows(f"SELECT DISTINCT ?node ?type {{ {types} }}")
    bench.drop_node_set(mark)
    return [Quad(node, RDF("type"), kind) for node, kind in rows]


def _passed_over(
    bench: ValidationStore, shapes: Sequence[Shape], mark: str, subjects: set[NamedNode]
) -> list[Finding]:
    """Return a Warning for each thing of no class that shapes are about: silence is no pass.

    A shape about whatever has a property looks at little more than that property.
    """
    engine = Engine(bench)
    seen: set[Any] = set()
    for shape in shapes:
        classes = tuple(target for target in shape.targets if target.kind == "class")
        if classes:
            scope = engine.scope(replace(shape, targets=classes))
            seen |= engine.values.of(scope.within(mark))
    return [
        Finding(
            Severity.WARNING,
            focus=term_text(subject),
            message="It has no type the shapes know, so it was not checked.",
            hint="say what it is: give it the type of one of the classes at /ns",
        )
        for subject in sorted(subjects - seen - _about_documents(bench, mark), key=str)
    ]


def _about_documents(bench: ValidationStore, mark: str) -> set[Any]:
    """Return the things that are documents about things: what is said of them is no data."""
    rows = bench.rows(
        f"SELECT ?node {{ {ValidationStore.members_of(mark, '?node')} ?node {FOAF('primaryTopic')} ?thing }}"
    )
    return {node for (node,) in rows}
