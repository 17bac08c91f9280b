"""The page of a thing: its statements in sections, its parts, what points at it, where it is from.

Order, names and headings come from the shapes; what these do not know comes last. Nothing is left out
in silence: what is cut is counted, with the query that gives all of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ogpld.iris import Iris, natural
from ogpld.rdf import DCTERMS, NS, PROV, NamedNode, Quad, term_text
from ogpld.web.pages.assessment_name import assessment_name
from ogpld.web.pages.links import Description, Property, local_path, query_href
from ogpld.web.pages.tables import Pointer, Row, Table, Value, assessment_table, pointer_table
from ogpld.wording import gettext as _
from ogpld.wording import label, marked

__all__ = ["Page", "ReadFrom", "local_path", "make_page"]

#: Parts of one kind beyond which a table gives their anchors in place of their IRIs.
LONG = 24
#: Classes of things that have a title of their own in the world, known to us or not.
_TITLED = frozenset(NS(name).value for name in ("ActionPlan", "Cluster", "Report"))


@dataclass(frozen=True, slots=True)
class Section:
    """Properties under one heading."""

    title: str
    properties: tuple[Property, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A hash part of a thing, or several of one kind in a table.

    Attributes:
        title: heading of a single part, "" where `kind` in the plural is the heading.
        kind: label of the class.
        anchor: fragment of a single part.
    """

    title: str
    kind: str
    anchor: str = ""
    properties: tuple[Property, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Things of one kind that point here; `kind` is "" where all are of one."""

    kind: str
    table: Table


@dataclass(frozen=True, slots=True)
class Incoming:
    """Things that point here in one way, and the query that gives all of them.

    Attributes:
        title: what the model calls it, "" where it has no word for it.
        property: what the property is called on the page.
    """

    title: str
    property: str
    total: int
    rows: int
    query: str
    mark: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """A graph that states something of the thing, and the rows it was read from."""

    graph: Value
    mark: str
    rows: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class ReadFrom:
    """The report an assessment stands in, and the cells it was read from, as IRIs."""

    report: str = ""
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Everything resource.html shows.

    Attributes:
        marks: the marks that occur, so that the page explains these.
        queries: links to the SPARQL page.
        composed: whether its title is ours: no source gives one of this plan, report or cluster.
    """

    title: Value
    kinds: tuple[str, ...]
    iri: str
    sections: tuple[Section, ...]
    parts: tuple[Part, ...]
    incoming: tuple[Incoming, ...]
    origins: tuple[Origin, ...]
    marks: frozenset[str]
    queries: tuple[Value, ...]
    composed: bool = False


def make_page(
    about: Description,
    incoming: Mapping[str, int],
    read_from: Mapping[str, ReadFrom] | None = None,
    most: int | None = None,
    assessed: Mapping[str, Value] | None = None,
) -> Page:
    """Return the page of a thing.

    Args:
        about: what the store says of it.
        incoming: number of things that point at it, by property; `about` may hold fewer.
        read_from: where assessments that point at it were read from.
        most: how many things of a class that point at it in one way are listed; all, when None.
        assessed: links to what assessments that point at it are about.
    """
    root, iris = about.root, about.iris
    sections = _sections(about)
    pointing = _incoming(about, incoming, read_from or {}, most, assessed or {})
    used = {v.mark for s in sections for p in s.properties for v in p.values}
    name, tag = assessment_name(about) or about.name(root)
    graph = NamedNode(root) if root.startswith(f"{iris.base}graph/") else None
    return Page(
        title=Value(
            name,
            language=tag,
            standing=about.standing.get(root, ""),
        ),
        kinds=(marked("named graph"),)
        if graph
        else tuple(dict.fromkeys(map(about.label, about.types(root)))),
        iri=root,
        sections=sections,
        parts=tuple(_parts(about)),
        incoming=pointing,
        origins=tuple(_origins(about)),
        marks=frozenset((used | {i.mark for i in pointing}) - {""}),
        queries=_graph_queries(graph, iris.endpoint) if graph else (),
        composed=bool(_TITLED.intersection(about.types(root)))
        and not about.objects(DCTERMS("title")),
    )


def _sections(about: Description) -> tuple[Section, ...]:
    by_section: dict[tuple[float, str], list[Property]] = {}
    for definition, property_shown in about.properties(about.root):
        group = about.model.groups.get(definition.group) if definition else None
        key = (group.order, group.label) if group else (1e9, marked("Further statements"))
        values = tuple(value for value in property_shown.values if not about.is_part(value))
        if values:
            property_ = Property(
                property_shown.name,
                property_shown.description,
                values,
                property_shown.href,
                property_shown.note,
            )
            by_section.setdefault(key, []).append(property_)
    ordered = sorted(by_section.items())
    if len(ordered) == 1:
        return (Section(marked("Statements"), tuple(ordered[0][1])),)
    return tuple(Section(title, tuple(p)) for (_, title), p in ordered)


def _parts(about: Description) -> Iterator[Part]:
    """Yield the hash parts: one of a kind with its properties, several in a table."""
    kinds: dict[str, list[str]] = {}
    for subject in sorted(about.by_subject, key=natural):
        if subject.startswith(f"{about.root}#") and about.types(subject):
            kinds.setdefault(about.types(subject)[0], []).append(subject)
    for kind, subjects in kinds.items():
        properties = [_part_properties(about, subject) for subject in subjects]
        if len(subjects) == 1:
            anchor = subjects[0].partition("#")[2]
            title = about.name_of_part(subjects[0])
            yield Part(title, about.label(kind), anchor, properties[0])
            continue
        columns = tuple(dict.fromkeys(p.name for part in properties for p in part))
        rows = []
        for subject, part in zip(subjects, properties, strict=True):
            cells = {p.name: p.values for p in part}
            row = tuple(cells.get(column, ()) for column in columns)
            anchor = subject.partition("#")[2]
            iri = f"#{anchor}" if len(subjects) > LONG else subject
            rows.append(Row((*row, (Value(iri, language=""),)), anchor))
        yield Part("", about.label(kind), table=Table((*columns, "IRI"), tuple(rows)))


def _part_properties(about: Description, part: str) -> tuple[Property, ...]:
    """Return the properties of a part, without those that only lead back to the page.

    Where it was read from comes last.
    """
    properties = [
        entry
        for _, entry in about.properties(part)
        if not all(value.href == about.own_path for value in entry.values)
    ]
    if cells := about.derived(part):
        properties.append(
            Property(marked("Read from"), "", tuple(about.read_from(iri) for iri in cells))
        )
    return tuple(properties)


def _incoming(
    about: Description,
    counts: Mapping[str, int],
    read_from: Mapping[str, ReadFrom],
    most: int | None,
    assessed: Mapping[str, Value],
) -> tuple[Incoming, ...]:
    """Return one section per way of pointing here, the things in it by class."""
    by_predicate: dict[str, dict[str, list[Quad]]] = {predicate: {} for predicate in counts}
    for subject, quads in about.by_subject.items():
        if subject == about.root or subject.startswith(f"{about.root}#"):
            continue
        for quad in quads:
            if quad.object == NamedNode(about.root):
                by_predicate.setdefault(quad.predicate.value, {}).setdefault(subject, []).append(
                    quad
                )
    sections = []
    for predicate, subjects in by_predicate.items():
        marks = {about.mark(term_text(q.graph_name) for q in qs) for qs in subjects.values()}
        ordered = sorted(subjects, key=natural)
        groups = tuple(_groups(about, predicate, ordered, read_from, most, assessed))
        section = Incoming(
            title=about.model.terms[predicate].reverse_label
            if predicate in about.model.terms
            else "",
            property=label(about.label(predicate), predicate),
            total=max(counts.get(predicate, 0), len(subjects)),
            rows=sum(len(group.table.rows) for group in groups),
            query=query_href(
                about.iris.endpoint,
                "incoming",
                predicate=NamedNode(predicate),
                thing=NamedNode(about.root),
            ),
            mark=marks.pop() if len(marks) == 1 else "",
            groups=groups,
        )
        sections.append(section)
    return tuple(sorted(sections, key=lambda s: (bool(s.mark), s.title or s.property)))


def _groups(
    about: Description,
    predicate: str,
    subjects: Sequence[str],
    read_from: Mapping[str, ReadFrom],
    most: int | None,
    assessed: Mapping[str, Value],
) -> Iterator[Group]:
    """Yield what points here class by class, assessments with their values in columns."""
    segments: dict[str, list[Pointer]] = {}
    for subject in subjects:
        place = read_from.get(subject, ReadFrom())
        pointer = Pointer(
            subject.rpartition("/")[2],
            about.link(subject),
            (local_path(place.report, about.iris) or "") if place.report else "",
            tuple(about.read_from(iri) for iri in place.cells),
            assessed.get(subject),
        )
        segments.setdefault(_segment(subject, about.iris), []).append(pointer)
    own_key = about.root.rpartition("/")[2]
    assessments = about.model.classes.get("Assessment")
    for segment, all_pointers in sorted(segments.items()):
        pointers = all_pointers[:most]
        table = None
        if assessments and segment == assessments.segment:
            kinds = about.model.schemes.get("report-kind")
            with_report = predicate != NS("report").value
            table = assessment_table(pointers, own_key, kinds, with_report=with_report)
        classes = about.model.by_segment.get(segment, ())
        kind = classes[0].label if classes and len(segments) > 1 else ""
        yield Group(kind, table or pointer_table(pointers, own_key))


def _segment(iri: str, iris: Iris) -> str:
    return iri.removeprefix(f"{iris.base}id/").partition("/")[0] if iris.is_thing(iri) else ""


def _origins(about: Description) -> Iterator[Origin]:
    """Yield the graphs the thing's own statements are in, sources first."""
    rows: dict[str, set[Value]] = {}
    for quad in about.by_subject.get(about.root, []):
        rows_of_graph = rows.setdefault(term_text(quad.graph_name), set())
        if quad.predicate == PROV("wasDerivedFrom"):
            rows_of_graph.add(about.read_from(term_text(quad.object)))
    for graph in sorted(rows.keys() - {""}, key=lambda g: (about.mark([g]), g)):
        ordered = sorted(rows[graph], key=lambda value: natural(value.text))
        yield Origin(about.link(graph), about.mark([graph]), tuple(ordered))


def _graph_queries(graph: NamedNode, endpoint: str) -> tuple[Value, ...]:
    return tuple(
        Value(text, query_href(endpoint, query, graph=graph), language="")
        for text, query in (
            (_("Count its statements"), "graph-size"),
            (_("Look at its statements"), "graph-content"),
        )
    )
