"""The pages of the code lists: what each code means, when it was in use, how often it is held.

Meanings come from the code lists of the release, uses from its data. A list that is a version of
another has codes of that one; they are counted there and here alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ogpld.model import Code, Model, Scheme
from ogpld.rdf import CODE, DCTERMS, NS, OWL, SKOS, NamedNode
from ogpld.web.pages.counts import Counts, Use
from ogpld.web.pages.graphs import Graph, outside
from ogpld.web.pages.links import query_href
from ogpld.web.pages.tables import Value
from ogpld.web.pages.words import Reference, code_reference, term_reference
from ogpld.wording import gettext as _
from ogpld.wording import label


def cycles_in_words(first: int | None, last: int | None) -> str:
    """Return a window of cycles as people write it."""
    if first and last:
        return str(first) if first == last else _("%(first)s to %(last)s", first=first, last=last)
    if first:
        return _("from %(date)s", date=first)
    return _("until %(date)s", date=last) if last else ""


class CodeLists:
    """The code lists of a release, with what it holds.

    Args:
        model: the model of the release.
        counts: how often it holds each code.
        graph: the statements of the model, where they have been read already.
    """

    def __init__(self, model: Model, counts: Counts, graph: Graph | None = None) -> None:
        self.model = model
        self.counts = counts
        self.graph = graph or Graph(model.quads)

    def groups(self) -> tuple[ListGroup, ...]:
        """Return every list under a heading that says what kind it is."""
        scales = set(self.model.scales.values())
        kinds: dict[tuple[int, str, str], list[ListRow]] = {}
        for scheme in sorted(self.model.schemes.values(), key=lambda s: s.label.lower()):
            if scheme.kind != "Code":
                place = (0, "indicators", _("Indicators and when they were in use"))
            elif scheme.notation in scales:
                place = (1, "scales", _("Scales: the answers of indicators"))
            elif scheme.file:
                place = (2, "kinds", _("Kinds, roles and tags"))
            else:
                place = (3, "versions", _("Versions of lists"))
            kinds.setdefault(place, []).append(self._line(scheme))
        return tuple(
            ListGroup(anchor, title, tuple(rows))
            for (_, anchor, title), rows in sorted(kinds.items())
        )

    def _line(self, scheme: Scheme) -> ListRow:
        iris = {code.iri for code in scheme.codes}
        held, scale_of = sum(map(self.counts.held, iris)), self._scale_of(scheme)
        return ListRow(
            link=Reference(scheme.label, f"/code/{scheme.notation}"),
            definition=scheme.definition,
            scale_of=scale_of,
            codes=len(iris),
            held=held if held or scale_of or any(self._users(scheme)) else None,
        )

    def _scale_of(self, scheme: Scheme) -> tuple[Reference, ...]:
        lists_of_scale = (CODE.local(iri) for iri in self.graph.subjects(NS("scale"), scheme.iri))
        return tuple(code_reference(self.model, *path.split("/", 1)) for path in lists_of_scale)

    def code_list(self, scheme: Scheme) -> CodeList:
        """Return a list with what its codes mean, narrower codes below each broader one."""
        statements = self.graph
        parents = statements.texts(scheme.iri, NS("versionOf"))
        notation = CODE.local(parents[0]) if parents else ""
        return CodeList(
            iri=scheme.iri,
            notation=scheme.notation,
            label=scheme.label,
            definition=scheme.definition,
            closed=scheme.closed,
            cycles=self._cycles(scheme.iri),
            version=statements.text(scheme.iri, OWL("versionInfo")),
            issued=statements.text(scheme.iri, DCTERMS("issued")),
            version_of=Reference(self.model.schemes[notation].label, f"/code/{notation}")
            if notation in self.model.schemes
            else None,
            versions=tuple(self._versions(scheme)),
            used_by=tuple(self._users(scheme)),
            scale_of=self._scale_of(scheme),
            sources=tuple(map(outside, statements.texts(scheme.iri, DCTERMS("source")))),
            codes=tuple(self._tree(scheme)),
        )

    def _cycles(self, iri: str) -> str:
        years = [self.graph.text(iri, NS(name)) for name in ("firstCycle", "lastCycle")]
        return cycles_in_words(*(int(year) if year else None for year in years))

    def _versions(self, scheme: Scheme) -> Iterator[VersionRow]:
        for iri in self.graph.subjects(NS("versionOf"), scheme.iri):
            scheme_of_list = self.model.schemes[CODE.local(iri)]
            yield VersionRow(
                link=Reference(scheme_of_list.label, f"/code/{scheme_of_list.notation}"),
                definition=scheme_of_list.definition,
                number=self.graph.text(iri, OWL("versionInfo")),
                issued=self.graph.text(iri, DCTERMS("issued")),
                codes=len(scheme_of_list.codes),
            )

    def _users(self, scheme: Scheme) -> Iterator[tuple[Reference, Reference]]:
        for definition in sorted(self.model.classes.values(), key=lambda d: d.label.lower()):
            for property_def in definition.properties:
                if property_def.scheme == scheme.notation:
                    property_ = term_reference(self.model, property_def.iri)
                    yield property_, term_reference(self.model, definition.iri)

    def _tree(self, scheme: Scheme) -> Iterator[CodeRow]:
        members = {code.iri for code in scheme.codes}
        below: dict[str, list[Code]] = {}
        for code in scheme.codes:
            broader = members.intersection(self.graph.texts(code.iri, SKOS("broader")))
            for parent in broader or {""}:
                below.setdefault(parent, []).append(code)

        def rows(parent: str, depth: int) -> Iterator[CodeRow]:
            for code in below.get(parent, ()):
                yield self.row(scheme, code, depth)
                if depth < len(members):  # a circle of broader codes ends here
                    yield from rows(code.iri, depth + 1)

        yield from rows("", 0)

    def row(self, scheme: Scheme, code: Code, depth: int = 0) -> CodeRow:
        """Return one code."""
        statements = self.graph
        lists = [CODE.local(i) for i in statements.texts(code.iri, SKOS("inScheme"))]
        phases = [CODE.local(i) for i in statements.texts(code.iri, NS("phaseOnly"))]
        return CodeRow(
            iri=code.iri,
            href=f"/code/{CODE.local(code.iri)}",
            notation=code.notation,
            label=label(code.label, code.iri),
            definition=" ".join(statements.texts(code.iri, SKOS("definition"))),
            notes=tuple(statements.texts(code.iri, NS("note"))),
            alternatives=code.alternatives,
            rank=statements.text(code.iri, NS("rank")),
            cycles=cycles_in_words(code.first, code.last),
            phase=code_reference(self.model, *phases[0].split("/", 1)) if phases else None,
            versions=tuple(
                Reference(
                    _version_name(self.model.schemes[name], scheme), f"/code/{name}", local=True
                )
                for name in lists
                if name != scheme.notation and name in self.model.schemes
            ),
            deprecated=statements.deprecated(code.iri),
            replaced_by=tuple(
                code_reference(self.model, *CODE.local(iri).split("/", 1))
                for iri in statements.texts(code.iri, DCTERMS("isReplacedBy"))
                if iri in CODE
            ),
            held=self.counts.held(code.iri),
            depth=depth,
        )

    def uses(self, code: str) -> tuple[UseRow, ...]:
        """Return in which ways a code is carried, what sources say first."""
        uses_of_code = sorted(self.counts.uses.get(code, ()), key=lambda u: (u.computed, -u.number))
        return tuple(self._use(use) for use in uses_of_code)

    def _use(self, use: Use) -> UseRow:
        return UseRow(
            property=term_reference(self.model, use.property),
            kind=term_reference(self.model, use.kind).text,
            number=use.number,
            computed=use.computed,
            query=query_href(
                "/sparql",
                "code-uses",
                property=NamedNode(use.property),
                code=NamedNode(use.code),
                **{"class": NamedNode(use.kind)},
            ),
        )


def _version_name(version: Scheme, scheme: Scheme) -> str:
    """Return the name of a version of a list, without the list's own name before it."""
    return label(version.label).removeprefix(f"{label(scheme.label)}, ")


@dataclass(frozen=True, slots=True)
class UseRow:
    """How many things of a class carry a code in one way, and the query that lists them."""

    property: Reference
    kind: str
    number: int
    computed: bool
    query: str


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One code, `depth` levels below the top of its list.

    Attributes:
        cycles: in which it was seen, "" where nobody says.
        phase: the only one it is used in.
        versions: dated lists it belongs to.
        held: how many things carry it because a source says so.
        deprecated: whether it is out of use; `replaced_by` is what to use instead.
    """

    iri: str
    href: str
    notation: str
    label: str
    definition: str
    notes: tuple[str, ...]
    alternatives: tuple[str, ...]
    rank: str
    cycles: str
    phase: Reference | None
    versions: tuple[Reference, ...]
    deprecated: bool
    replaced_by: tuple[Reference, ...]
    held: int
    depth: int = 0


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A dated version of a list."""

    link: Reference
    definition: str
    number: str
    issued: str
    codes: int


@dataclass(frozen=True, slots=True)
class ListRow:
    """One line of the overview; `held` is None where no property takes codes of the list."""

    link: Reference
    definition: str
    scale_of: tuple[Reference, ...]
    codes: int
    held: int | None


@dataclass(frozen=True, slots=True)
class ListGroup:
    """Code lists of one kind."""

    anchor: str
    title: str
    lists: tuple[ListRow, ...]


@dataclass(frozen=True, slots=True)
class CodeList:
    """Everything codelist.html shows, codes in the order of their hierarchy.

    Attributes:
        closed: whether the list is complete by nature.
        version: its own number, "" for none; `issued` is when it appeared.
        version_of: the list over all versions.
        used_by: properties that take its codes, with the class and the rule.
        scale_of: indicators that take their values from it.
    """

    iri: str
    notation: str
    label: str
    definition: str
    closed: bool
    cycles: str
    version: str
    issued: str
    version_of: Reference | None
    versions: tuple[VersionRow, ...]
    used_by: tuple[tuple[Reference, Reference], ...]
    scale_of: tuple[Reference, ...]
    sources: tuple[Value, ...]
    codes: tuple[CodeRow, ...]

    @property
    def distinct(self) -> tuple[CodeRow, ...]:
        """Every code once, wherever it stands first."""
        return tuple({code.iri: code for code in reversed(self.codes)}.values())[::-1]
