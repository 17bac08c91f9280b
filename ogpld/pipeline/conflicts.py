"""Resolve conflicts of sources about one thing: the value with the higher precedence is published.

Sources are folders with a `precedence` in source.toml. Where a property can have one value, the other
source's is left out and reported; an assessment with another value is kept beside the accepted one as a
reading (`ogpld:Reading`). Tags of policy areas that only the other source has are published as earlier ones
where both sources tag after one edition of the list; tags of another edition contradict nothing. What may
stand several times stays from all sources.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ogpld.iris import Iris
from ogpld.model import Model
from ogpld.rdf import NS, RDF, Literal, NamedNode, Quad, term_text
from ogpld.report import Finding, Severity
from ogpld.sources.source_description import Source
from ogpld.sources.trace import Derivation, Trace

_VALUES = (NS("value"), NS("noValue"))
_AREA, _EARLIER_AREA = NS("policyArea"), NS("earlierPolicyArea")

#: Properties with one value, whatever the class.
_SINGLE = frozenset({*_VALUES, _AREA})


@dataclass(slots=True)
class Resolution:
    """The statements to publish, and the findings about those left out."""

    quads: list[Quad] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def resolve_conflicts(
    by_source: Iterable[Sequence[Quad]], model: Model, iris: Iris, trace: Trace
) -> Resolution:
    """Return the quads of all sources with one value where a property can have one.

    What comes out about a thing depends only on what the sources say of that thing.

    Args:
        by_source: quads of each source, in the order of their precedence (`ranked`).
        model: which properties have one value.
        iris: the IRI policy.
        trace: takes where readings are from.
    """
    resolution = Resolution()
    accepted = _Accepted(_single(model, iris), _editions(model))
    for source in by_source:
        quads = list(dict.fromkeys(source))
        shared = accepted.subjects & {q.subject for q in quads}
        if shared:
            quads = list(_joined(quads, shared, accepted, resolution.findings, trace))
        resolution.quads += quads
        accepted.take(quads)
    return resolution


def ranked(sources: Iterable[Source]) -> list[Source]:
    """Return sources by precedence, the highest first; among equals the earlier wins."""
    return sorted(sources, key=lambda source: -source.precedence)


@dataclass(slots=True)
class _Accepted:
    """The statements of the sources of higher precedence.

    Attributes:
        single: for a beginning of IRIs the properties with one value, and if one for each language.
        editions: notations of the editions of its list that a code is in, by its IRI.
    """

    single: dict[str, dict[NamedNode, bool]]
    editions: dict[str, frozenset[str]]
    subjects: set[object] = field(default_factory=set)
    values: dict[tuple[object, NamedNode, str], set[object]] = field(default_factory=dict)

    def take(self, quads: Iterable[Quad]) -> None:
        """Take over what another source says."""
        for quad in quads:
            self.subjects.add(quad.subject)
            if (key := self.key(quad)) is not None:
                self.values.setdefault(key, set()).add(quad.object)

    def key(self, quad: Quad) -> tuple[object, NamedNode, str] | None:
        """Return what of the statement there is one of, None when there may be several."""
        if quad.predicate in _SINGLE:
            return quad.subject, quad.predicate, ""
        properties = self.single.get(term_text(quad.subject).rpartition("/")[0], {})
        by_language = properties.get(quad.predicate)
        if by_language is None:
            return None
        tag = quad.object.language if isinstance(quad.object, Literal) and by_language else ""
        return quad.subject, quad.predicate, tag or ""

    def has_edition_of(self, tag: Quad) -> bool:
        """Say whether the accepted tags of the thing are of an edition that this one is of too."""
        own = self._editions_of(tag.object)
        return any(own & self._editions_of(each) for each in self.values[tag.subject, _AREA, ""])

    def _editions_of(self, tag: object) -> frozenset[str]:
        return (
            self.editions.get(tag.value, frozenset()) if isinstance(tag, NamedNode) else frozenset()
        )


def _editions(model: Model) -> dict[str, frozenset[str]]:
    """Return the notations of the editions that codes are in, by their IRIs."""
    editions: dict[str, frozenset[str]] = {}
    for scheme in model.schemes.values():
        for code in scheme.codes if not scheme.file else ():
            editions[code.iri] = editions.get(code.iri, frozenset()) | {scheme.notation}
    return editions


def _single(model: Model, iris: Iris) -> dict[str, dict[NamedNode, bool]]:
    """Return the properties that have one value, or one for each language, by class of things."""
    single: dict[str, dict[NamedNode, bool]] = {}
    for segment, classes in model.by_segment.items():
        properties = single.setdefault(f"{iris.base}id/{segment}", {})
        for definition in (p for c in classes for p in c.properties):
            if definition.max_count == 1:
                properties[NamedNode(definition.iri)] = False
            elif definition.unique_lang:
                properties.setdefault(NamedNode(definition.iri), True)
    return single


def _joined(
    quads: list[Quad],
    shared: set[object],
    accepted: _Accepted,
    findings: list[Finding],
    trace: Trace,
) -> Iterator[Quad]:
    """Yield what a source of lower precedence adds to what is accepted."""
    differing = {
        q.subject
        for q in quads
        if q.subject in shared and q.predicate in _VALUES and _differs(q, accepted)
    }
    for quad in quads:
        if quad.subject in differing:
            yield from _reading(quad, trace)
            continue
        key = accepted.key(quad) if quad.subject in shared else None
        values = accepted.values.get(key, set()) if key else set()
        if not values or quad.object in values:
            yield quad
        elif quad.predicate == _AREA:
            area = _EARLIER_AREA if accepted.has_edition_of(quad) else _AREA
            yield Quad(quad.subject, area, quad.object, quad.graph_name)
        elif not any(_agrees(quad.object, other) for other in values):
            findings.append(_finding(quad, values))


def _differs(quad: Quad, accepted: _Accepted) -> bool:
    """Say whether an assessment has a value, or none, where the accepted one says otherwise."""
    values = {v for p in _VALUES for v in accepted.values.get((quad.subject, p, ""), ())}
    return bool(values) and quad.object not in values


def _reading(quad: Quad, trace: Trace) -> Iterator[Quad]:
    """Yield a statement of an assessment as one of the reading beside it."""
    subject = term_text(quad.subject)
    reading = NamedNode(f"{subject}#reading-1")
    value = quad.object
    if quad.predicate == RDF("type"):
        value = NS("Reading")
        link = NS("conflictsWith")
        trace.derive(
            subject, link.value, str(reading), Derivation(subject, tuple(p.value for p in _VALUES))
        )
        yield Quad(NamedNode(subject), link, reading, quad.graph_name)
    trace.derive(
        reading.value,
        quad.predicate.value,
        str(value),
        Derivation(subject, (quad.predicate.value,), str(quad.object)),
    )
    yield Quad(reading, quad.predicate, value, quad.graph_name)


def _agrees(value: object, other: object) -> bool:
    """Say whether two values differ only in their language, or one is less exact than the other."""
    if not (isinstance(value, Literal) and isinstance(other, Literal)):
        return False
    first, second = sorted((value.value, other.value), key=len)
    if value.language or other.language:
        return first.casefold() == second.casefold()
    return second.startswith(f"{first}-") or first == second


def _finding(quad: Quad, accepted: set[object]) -> Finding:
    published = sorted(term_text(v) for v in accepted if isinstance(v, NamedNode | Literal))
    return Finding(
        Severity.WARNING,
        focus=term_text(quad.subject),
        message="Two sources say different things; the one with the higher precedence is published.",
        path=quad.predicate.value,
        value=term_text(quad.object),
        value_term=str(quad.object),
        hint=f"published is {', '.join(map(repr, published))}; if that is wrong, correct its table",
    )
