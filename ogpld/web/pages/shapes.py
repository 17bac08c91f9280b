"""Read the shapes: every rule in words, how bad a breach is, and how often it was found.

Core constraints and SPARQL rules alike. A rule about one property of one class stands with that
property; a rule over several properties follows them; what several classes share stands once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ogpld.model import ClassDef, Model
from ogpld.rdf import OWL, RDF, RDFS, SH, SHAPES
from ogpld.report import READING, Report, Severity
from ogpld.web.pages.graphs import Graph, curie
from ogpld.web.pages.reports import PAGE
from ogpld.web.pages.words import (
    Reference,
    anchor_of,
    cardinality,
    limits,
    range_in_words,
    targets,
    term_reference,
)


def findings_by_rule(report: Report) -> Mapping[str, RuleFindings]:
    """Return the findings of a report by the IRI of the shape that speaks."""
    numbers = Counter(finding.shape for finding in report.findings)
    by_rule: dict[str, RuleFindings] = {}
    for place, cause in enumerate(report.causes(), 1):
        page = -(-place // PAGE)
        at = f"?page={page}" if page > 1 else ""
        href = f"/release/current/validation{at}#cause-{place}"
        for shape in cause.shapes:
            by_rule.setdefault(shape, RuleFindings(numbers[shape], href))
    return by_rule


def shapes_page(graph: Graph, model: Model, report: Report | None = None) -> ShapesPage:
    """Return every named shape of a release in words.

    Args:
        graph: the shapes.
        model: the model made from them.
        report: what the release's check found; None when it cannot be read.
    """
    reader = _Reader(graph, model, findings_by_rule(report) if report else {})
    definitions = sorted(model.classes.values(), key=lambda d: d.label.lower())
    groups = graph.subjects(RDF("type"), SH("PropertyGroup").value)
    counts = report.counts() if report else {}
    return ShapesPage(
        version=graph.text(SHAPES.iri.rstrip("#"), OWL("versionInfo")),
        tables=tuple(map(reader.table, definitions)),
        shared=reader.shared(),
        across=tuple(reader.rule(n) for n in reader.nodes if len(reader.home[n]) > 1),
        blocks=tuple(map(reader.rule, reader.blocks())),
        headings=tuple((SHAPES.local(g), graph.text(g, RDFS("label"))) for g in groups),
        counts={s.value: (reader.rules[s.value], counts.get(s.value)) for s in Severity},
    )


class _Reader:
    """The shapes graph, asked in the words of the page.

    Attributes:
        nodes: named node shapes, by name.
        home: the classes whose things each named shape is about.
        rules: how many shapes of each severity have a message of their own.
    """

    def __init__(self, graph: Graph, model: Model, findings: Mapping[str, RuleFindings]) -> None:
        self.graph = graph
        self.model = model
        self.findings = findings
        self.nodes = self._named("NodeShape")
        self.properties = self._named("PropertyShape")
        self.home = {node: self._classes(node) for node in self.nodes}
        for shape in self.properties:
            owners = [o for o in graph.subjects(SH("property"), shape) if o in self.home]
            classes = frozenset[str]().union(*(self.home[o] for o in owners))
            self.home[shape] = classes & self._namesakes(shape) or classes
        self.rules = Counter(
            self.severity(shape)
            for shape in (*self.nodes, *self.properties)
            if self.home[shape] and self._messages(shape)
        )

    def _named(self, kind: str) -> list[str]:
        shapes_of_kind = self.graph.subjects(RDF("type"), SH(kind).value)
        return sorted(iri for iri in shapes_of_kind if iri in SHAPES)

    def _classes(self, node: str) -> frozenset[str]:
        """Return the classes a node shape is about; a rule's name tells where its target does not."""
        classes = self.graph.texts(node, SH("targetClass"))
        stated = self.graph.texts(node, SH("targetSubjectsOf"))
        if classes or not stated:
            return frozenset(classes)
        definitions = self.model.classes.values()
        return self._namesakes(node) or frozenset(
            d.iri for d in definitions if any(map(d.property, stated))
        )

    def _namesakes(self, shape: str) -> frozenset[str]:
        """Return the class whose name a shape's name begins with, if there is one."""
        name = SHAPES.local(shape).partition("-")[0]
        definitions = self.model.classes.values()
        return frozenset(d.iri for d in definitions if SHAPES.local(d.shape) == name)

    def severity(self, shape: str) -> str:
        """Return how bad a breach is."""
        return self.graph.text(shape, SH("severity")).rpartition("#")[2] or "Violation"

    def _messages(self, shape: str) -> tuple[str, ...]:
        speakers = (shape, *self.graph.texts(shape, SH("sparql")))
        return tuple(m for s in speakers for m in self.graph.texts(s, SH("message")))

    def _named_only(self, shape: str) -> bool:
        """Say whether a property shape is a rule alone, not the description of a property."""
        return not self.graph.texts(shape, SH("name"))

    def blocks(self) -> Iterator[str]:
        """Yield the node shapes of no class, and what findings name that no shape made."""
        yield from (node for node in self.nodes if not self.home[node])
        if self.graph.texts(READING.value, RDFS("comment")):
            yield READING.value

    def rule(self, shape: str) -> Rule:
        """Return a named shape in words."""
        graph, path = self.graph, self.graph.text(shape, SH("path"))
        query = next(iter(graph.texts(shape, SH("sparql"))), "")
        messages = self._messages(shape)
        inner = [p for p in graph.texts(shape, SH("property")) if p in self.home]
        term = self.model.terms.get(path)
        return Rule(
            anchor=SHAPES.local(shape),
            severity=self.severity(shape) if messages and self.home[shape] else "",
            messages=messages,
            about=targets(graph, self.model, shape) or (term.label if term else ""),
            demands=tuple(limits(graph, self.model, shape)),
            patterns=tuple(graph.texts(shape, SH("pattern"))),
            comment=graph.text(shape, RDFS("comment")),
            findings=self.findings.get(shape, RuleFindings()),
            query=graph.text(query, SH("select")).strip(),
            query_anchor=SHAPES.local(query) if query in SHAPES else "",
            parts=tuple(self.rule(p) for p in inner if self._named_only(p)),
        )

    def table(self, definition: ClassDef) -> ShapeTable:
        """Return what is about one class alone."""
        mine = {definition.iri}
        by_path: dict[str, list[str]] = {}
        rules, anchors = [], []
        for shape in (shape for shape, home in self.home.items() if home == mine):
            path = self.graph.text(shape, SH("path"))
            if definition.property(path):
                by_path.setdefault(path, []).append(shape)
            elif self._messages(shape):
                rules.append(replace(self.rule(shape), parts=()))
            elif shape != definition.shape:
                anchors.append(SHAPES.local(shape))
        rows = [self._row(definition, path, shapes) for path, shapes in by_path.items()]
        common = [p for p in definition.properties if self.home.get(p.shape, mine) != mine]
        return ShapeTable(
            anchor=SHAPES.local(definition.shape),
            label=definition.label,
            comment=definition.comment,
            term=term_reference(self.model, definition.iri),
            anchors=tuple(anchors),
            rows=tuple(sorted(rows, key=lambda row: (row.order, row.name))),
            shared=tuple(Reference(p.name, f"#{SHAPES.local(p.shape)}") for p in common),
            across=tuple(self._across(definition)),
            rules=tuple(sorted(rules, key=_worst_first)),
        )

    def _across(self, definition: ClassDef) -> Iterator[Reference]:
        """Yield the rules a class has in common with others."""
        for node in self.nodes:
            if definition.iri in self.home[node] and len(self.home[node]) > 1:
                name = SHAPES.local(node)
                if name != SHAPES.local(definition.shape):
                    yield Reference(name, f"#{name}")

    def shared(self) -> tuple[PropertyRules, ...]:
        """Return the properties that several classes have by one shape."""
        by_path: dict[str, PropertyRules] = {}
        for definition in self.model.classes.values():
            for property_def in definition.properties:
                if len(self.home.get(property_def.shape, ())) > 1:
                    by_path[property_def.shape] = self._row(
                        definition, property_def.iri, [property_def.shape]
                    )
        return tuple(sorted(by_path.values(), key=lambda row: row.order))

    def _row(self, definition: ClassDef, path: str, shapes: list[str]) -> PropertyRules:
        """Return one property of a class with the rules about it, its own shape first."""
        property_def = definition.property(path)
        term = self.model.terms.get(path)
        assert property_def is not None  # noqa: S101  (callers ask for properties of the class)
        rules = sorted(map(self.rule, shapes), key=_worst_first)
        rules.sort(key=lambda rule: self._named_only(SHAPES(rule.anchor).value))
        return PropertyRules(
            name=property_def.name or (term.label if term else path),
            description=property_def.description,
            key=term.key if term else "",
            term=Reference(curie(path), f"/ns#{anchor_of(path)}"),
            how_many=cardinality(property_def) if property_def.shape in shapes else "",
            range=range_in_words(self.model, property_def, self.graph),
            rules=tuple(rules),
            order=property_def.order,
        )


def _worst_first(rule: Rule) -> tuple[int, str]:
    ranks = {severity.value: severity.rank for severity in Severity}
    return ranks.get(rule.severity, len(ranks)), rule.anchor


@dataclass(frozen=True, slots=True)
class RuleFindings:
    """How many findings a rule has in a release, and where the report shows the first."""

    number: int = 0
    href: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One named shape that says something.

    Attributes:
        anchor: local name.
        severity: of a breach, "" for a building block no thing is held to on its own.
        messages: what its findings say.
        about: what it is asked of, "" where the section says so.
        demands: further demands on values, in words.
        patterns: regular expressions of the form of texts.
        comment: what the shape says of itself.
        findings: those about it.
        query: its SPARQL text, "" for core constraints; `query_anchor` names it.
        parts: rules that belong to it.
    """

    anchor: str
    severity: str
    messages: tuple[str, ...]
    about: str = ""
    demands: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    comment: str = ""
    findings: RuleFindings = RuleFindings()
    query: str = ""
    query_anchor: str = ""
    parts: tuple[Rule, ...] = ()

    @property
    def everything(self) -> tuple[Rule, ...]:
        """The rule and its parts."""
        return (self, *(inner for part in self.parts for inner in part.everything))


@dataclass(frozen=True, slots=True)
class PropertyRules:
    """One property of a class with every rule about it; `how_many` is "" for quality alone."""

    name: str
    description: str
    key: str
    term: Reference
    how_many: str
    range: Reference
    rules: tuple[Rule, ...]
    order: float = 1e6


@dataclass(frozen=True, slots=True)
class ShapeTable:
    """The rules of one class.

    Attributes:
        anchor: of its shape.
        anchors: of shapes that only put others together.
        rows: its own properties.
        shared: properties it has in common with other classes.
        across: rules it has in common with other classes.
        rules: what is about no single property.
    """

    anchor: str
    label: str
    comment: str
    term: Reference
    anchors: tuple[str, ...]
    rows: tuple[PropertyRules, ...]
    shared: tuple[Reference, ...]
    across: tuple[Reference, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class ShapesPage:
    """Everything shapes.html shows.

    Attributes:
        version: of the shapes.
        tables: one per class.
        shared: properties several classes have.
        across: rules over several classes.
        blocks: shapes that only others use.
        headings: anchor and label of each group of properties.
        counts: number of rules and of findings by severity, the worst first; None where the report
            cannot be read.
    """

    version: str
    tables: tuple[ShapeTable, ...]
    shared: tuple[PropertyRules, ...]
    across: tuple[Rule, ...]
    blocks: tuple[Rule, ...]
    headings: tuple[tuple[str, str], ...]
    counts: Mapping[str, tuple[int, int | None]]
