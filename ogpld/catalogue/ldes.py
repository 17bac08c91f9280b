"""The change log as a Linked Data Event Stream (https://w3id.org/ldes/specification, 1.0).

A member is what a release did to a thing: an activity named by the release and the thing, whose named graph
holds what the release then said of the thing and its parts, but for the rows it was read from, which its
result has; nothing for a Delete. Forms without named graphs have the same statements in one graph, where
`as:object` leads from a member to them; a page has each thing once. The members of a release
are the pages of its time, so no page ever changes, and only the root gets new relations. Nothing is ever
taken out but by an erasure, which gives the releases it touches, and so their pages, new names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ogpld.iris import Iris
from ogpld.language_tags import nearest_label
from ogpld.rdf import (
    AS,
    DCTERMS,
    LDES,
    PREFIXES,
    RDF,
    RDFS,
    SH,
    TREE,
    XSD,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    english,
    term_text,
    whole_number,
)
from ogpld.release import Release
from ogpld.release.changes import CREATE, DELETE, UPDATE, Change, names_row
from ogpld.release.history import History

STREAM_PREFIXES = {**PREFIXES, "as": AS.iri, "ldes": LDES.iri, "tree": TREE.iri}

#: Members of one page.
PAGE = 250
#: Seconds after which asking for the root again is worth it: as long as it may be kept.
_POLLING = 300
_RETENTION = (
    "Everything is kept: every change of every release, also of those whose data was pruned. Things that are "
    "withdrawn are told as Delete. Only what is erased for good goes, and is told as Delete or Update."
)


@dataclass(frozen=True, slots=True)
class StreamPage:
    """A page of the stream: some of the changes of a release; `number` counts from 1."""

    release: Release
    number: int
    changes: Sequence[Change]

    @property
    def name(self) -> str:
        """The last part of its address."""
        return f"{self.release.id}-{self.number}"


def stream_pages(history: History) -> Iterator[StreamPage]:
    """Yield the pages, oldest first."""
    for release in history.releases:
        yield from pages_of(release, history.changes.get(release.id, ()))


def pages_of(release: Release, changes: Sequence[Change]) -> Iterator[StreamPage]:
    """Yield the pages of one release."""
    for number, start in enumerate(range(0, len(changes), PAGE), 1):
        yield StreamPage(release, number, changes[start : start + PAGE])


def activity_iri(iris: Iris, release: Release, thing: str) -> str:
    """Return the name of what a release did to a thing."""
    return f"{iris.base}release/{release.id}#{thing.removeprefix(f'{iris.base}id/')}"


def root_quads(iris: Iris, pages: Iterable[StreamPage], gaps: Sequence[str] = ()) -> Iterator[Quad]:
    """Yield the root: what the stream is, and where each time is.

    Args:
        iris: the IRI policy.
        pages: its pages, oldest first.
        gaps: ids of releases before which changes are missing.
    """
    retention = _RETENTION
    if gaps:
        retention += f" Releases were removed or damaged before {', '.join(gaps)}: their changes are missing."
    root, stream = _node(iris, "ldes"), _node(iris, "ldes#stream")
    view, shape = _node(iris, "ldes#view"), _node(iris, "ldes#shape")
    statements: list[tuple[NamedNode, NamedNode, NamedNode | Literal]] = [
        (stream, RDF("type"), LDES("EventStream")),
        (stream, DCTERMS("title"), english("Changes of things, release by release")),
        (stream, LDES("timestampPath"), AS("published")),
        (stream, LDES("versionOfPath"), AS("object")),
        *(
            (stream, LDES(f"version{kind}{part}"), term)
            for kind in (CREATE, UPDATE, DELETE)
            for part, term in (("Path", RDF("type")), ("Object", AS(kind)))
        ),
        (stream, LDES("pollingInterval"), whole_number(_POLLING)),
        (stream, TREE("view"), root),
        (stream, TREE("shape"), shape),
        (root, RDF("type"), TREE("Node")),
        (root, TREE("viewDescription"), view),
        (view, RDF("type"), LDES("EventSource")),
        (view, DCTERMS("description"), english(retention)),
    ]
    for subject, predicate, value in statements:
        yield Quad(subject, predicate, value, DefaultGraph())
    yield from _shape(iris, shape)
    for page in pages:
        yield from _relations(iris, root, page)


def page_quads(
    iris: Iris, page: StreamPage, content: Mapping[str, Iterable[Quad]]
) -> Iterator[Quad]:
    """Yield a page: its members, each followed by its graph.

    Args:
        iris: the IRI policy.
        page: the page.
        content: what the page's release says of each thing and its parts.
    """
    stream, node = _node(iris, "ldes#stream"), _node(iris, f"ldes/{page.name}")
    for subject, predicate, value in (
        (stream, RDF("type"), LDES("EventStream")),
        (stream, LDES("timestampPath"), AS("published")),
        (stream, LDES("versionOfPath"), AS("object")),
        (stream, TREE("view"), _node(iris, "ldes")),
        (node, RDF("type"), TREE("Node")),
        (node, LDES("immutable"), Literal("true", datatype=XSD("boolean"))),
    ):
        yield Quad(subject, predicate, value, DefaultGraph())
    for change in page.changes:
        member = NamedNode(activity_iri(iris, page.release, change.thing))
        yield Quad(stream, TREE("member"), member, DefaultGraph())
        base = page.release.manifest.base_iri
        statements = [q for q in content[change.thing] if not names_row(q, base)]
        yield from _member(iris, member, change, page.release, _label(change, statements))
        yield from _graph(statements, member)


def _label(change: Change, statements: Iterable[Quad]) -> Literal:
    """Return what a thing is called, in the language that the log says.

    Logs of earlier versions say none: there it is what its own graph says, of a withdrawn thing unknown.
    """
    if change.language:
        return Literal(change.label, language=change.language)
    labels = [
        quad.object
        for quad in statements
        if quad.predicate == RDFS("label")
        and term_text(quad.subject) == change.thing
        and isinstance(quad.object, Literal)
        and quad.object.value == change.label
    ]
    return nearest_label(labels) if labels else Literal(change.label, language="und")


def _member(
    iris: Iris, member: NamedNode, change: Change, release: Release, label: Literal
) -> Iterator[Quad]:
    thing = NamedNode(change.thing)
    statements: list[tuple[NamedNode, NamedNode | Literal]] = [
        (RDF("type"), AS(change.kind)),
        (AS("object"), thing),
        (AS("published"), _time(release)),
        (AS("context"), NamedNode(f"{iris.base}release/{release.id}")),
        *((DCTERMS("isReplacedBy"), NamedNode(iri)) for iri in change.replaced_by),
    ]
    if change.label:
        statements.append((RDFS("label"), label))
    if change.kind != DELETE:
        own = release.iris  # the release may have another base, but its documents are served here
        path = own.document(change.thing).removeprefix(own.base)
        memento = NamedNode(f"{iris.base}release/{release.id}/{path}")
        statements.append((AS("result"), memento))
    for predicate, value in statements:
        yield Quad(member, predicate, value, DefaultGraph())


def _graph(quads: Iterable[Quad], name: NamedNode) -> Iterator[Quad]:
    """Yield statements in the graph of a member, each once whatever graphs they were in."""
    for triple in sorted({quad.triple for quad in quads}, key=str):
        yield Quad(triple.subject, triple.predicate, triple.object, name)


def _relations(iris: Iris, root: NamedNode, page: StreamPage) -> Iterator[Quad]:
    """Yield that a page has the time of its release: from it on, and not past it."""
    node = _node(iris, f"ldes/{page.name}")
    for kind in ("GreaterThanOrEqualToRelation", "LessThanOrEqualToRelation"):
        end = "from" if kind.startswith("Greater") else "until"
        relation = _node(iris, f"ldes#{page.name}-{end}")
        for subject, predicate, value in (
            (root, TREE("relation"), relation),
            (relation, RDF("type"), TREE(kind)),
            (relation, TREE("node"), node),
            (relation, TREE("path"), AS("published")),
            (relation, TREE("value"), _time(page.release)),
        ):
            yield Quad(subject, predicate, value, DefaultGraph())


def _shape(iris: Iris, shape: NamedNode) -> Iterator[Quad]:
    """Yield what every member is held to; what its graph holds is held to the shapes of the classes."""
    statements: list[tuple[NamedNode, NamedNode, NamedNode | Literal]] = [
        (shape, RDF("type"), SH("NodeShape")),
        (shape, SH("nodeKind"), SH("IRI")),
        (shape, RDFS("seeAlso"), NamedNode("https://w3id.org/ogpld/shapes")),
    ]
    for name, path, predicate, value in (
        ("type", RDF("type"), SH("nodeKind"), SH("IRI")),
        ("object", AS("object"), SH("nodeKind"), SH("IRI")),
        ("published", AS("published"), SH("datatype"), XSD("dateTime")),
    ):
        part = _node(iris, f"ldes#shape-{name}")
        statements += [
            (shape, SH("property"), part),
            (part, RDF("type"), SH("PropertyShape")),
            (part, SH("path"), path),
            (part, SH("minCount"), whole_number(1)),
            (part, SH("maxCount"), whole_number(1)),
            (part, predicate, value),
        ]
    for subject, predicate, term in statements:
        yield Quad(subject, predicate, term, DefaultGraph())


def _node(iris: Iris, path: str) -> NamedNode:
    return NamedNode(iris.base + path)


def _time(release: Release) -> Literal:
    return Literal(release.manifest.created, datatype=XSD("dateTime"))
