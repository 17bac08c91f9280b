"""Turn a document's quads into what a page shows: labelled, grouped and ordered by the shapes.

Computed and reconciled statements are marked, so that nobody takes them for what a source said. Only
http and https addresses become links; everything else is text (reliability.md 2.7).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from ogpld.iris import Iris, natural
from ogpld.model import ClassDef, Model, PropertyDef
from ogpld.rdf import CODE, NS, PROV, RDF, RDFS, SHAPES, XSD, Literal, NamedNode, Quad, term_text

_TYPE, _LABEL, _ROW = RDF("type").value, RDFS("label").value, PROV("wasDerivedFrom").value


@dataclass(frozen=True, slots=True)
class Value:
    """One value: text, and where it leads."""

    text: str
    href: str = ""
    outside: str = ""
    language: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Property:
    """A property with its values."""

    name: str
    description: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Properties under one heading."""

    title: str
    properties: tuple[Property, ...]


@dataclass(frozen=True, slots=True)
class Incoming:
    """Things that point here in one way."""

    title: str
    total: int
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Everything resource.html shows."""

    title: str
    kind: str
    iri: str
    sections: tuple[Section, ...]
    parts: tuple[tuple[str, tuple[Property, ...]], ...]
    incoming: tuple[Incoming, ...]
    graphs: tuple[Value, ...]
    rows: tuple[Value, ...]


def local_path(iri: str, iris: Iris) -> str | None:
    """Return the path at which this deployment serves an IRI, None for outside ones."""
    if iris.is_thing(iri):
        path, _, part = iri.partition("#")
        return quote("/doc/" + path.removeprefix(f"{iris.base}id/")) + (f"#{part}" if part else "")
    if iri in NS:
        return f"/ns#{NS.local(iri)}"
    if iri in SHAPES:
        return f"/shapes#{SHAPES.local(iri)}"
    if iri in CODE:
        return quote(f"/code/{CODE.local(iri)}")
    below = iris.path(iri)
    return quote(below, safe="/#=") if below is not None else None


def outside_host(iri: str) -> str:
    """Return the host of an http(s) address that can be linked, "" for anything else."""
    try:
        parts = urlsplit(iri)
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        return ""
    return parts.hostname


class _Maker:
    """Hold what making a page needs again and again."""

    def __init__(self, quads: Sequence[Quad], model: Model, iris: Iris) -> None:
        self.model = model
        self.iris = iris
        self.by_subject: dict[str, list[Quad]] = {}
        self.labels: dict[str, str] = {}
        for quad in quads:
            subject = term_text(quad.subject)
            self.by_subject.setdefault(subject, []).append(quad)
            if quad.predicate.value == _LABEL and isinstance(quad.object, Literal):
                english = quad.object.language == "en"
                if english or subject not in self.labels:
                    self.labels[subject] = term_text(quad.object)

    def label(self, iri: str) -> str:
        """Return a label, else the name the IRI ends in."""
        if iri in self.labels:
            return self.labels[iri]
        term = self.model.terms.get(iri)
        if term is not None:
            return term.label
        known = self.model.by_class_iri.get(iri)
        if known is not None:
            return known.label
        return unquote(re.split(r"[#/]", iri.rstrip("/#"))[-1]) or iri

    def value(self, quad: Quad) -> Value:
        """Return an object as shown."""
        mark = ""
        if "/graph/derived/" in term_text(quad.graph_name):
            mark = "computed"
        elif "/graph/reconciled/" in term_text(quad.graph_name):
            mark = "reconciled"
        term = quad.object
        if isinstance(term, Literal):
            text = term.value
            if term.datatype == XSD("boolean"):
                text = "yes" if text == "true" else "no"
            return Value(text, language=term.language or "", mark=mark)
        if not isinstance(term, NamedNode):
            return Value(str(term), mark=mark)
        return self.link(term.value, mark)

    def link(self, iri: str, mark: str = "") -> Value:
        """Return an IRI as a link, or as text when it is no safe address."""
        path = local_path(iri, self.iris)
        if path is not None:
            return Value(self.label(iri), href=path, mark=mark)
        host = outside_host(iri)
        return Value(iri, href=iri if host else "", outside=host, mark=mark)

    def definition(self, subject: str) -> ClassDef | None:
        """Return the most telling class of a thing: the one with most properties."""
        kinds = [
            self.model.by_class_iri[term_text(q.object)]
            for q in self.by_subject.get(subject, [])
            if q.predicate.value == _TYPE and term_text(q.object) in self.model.by_class_iri
        ]
        return max(kinds, key=lambda d: (bool(d.segment), len(d.properties)), default=None)

    def properties(self, subject: str) -> list[tuple[PropertyDef | None, Property]]:
        """Return the properties of a thing in page order; labels and types are shown elsewhere."""
        definition = self.definition(subject)
        grouped: dict[str, list[Quad]] = {}
        for quad in self.by_subject.get(subject, []):
            if quad.predicate.value not in {_TYPE, _LABEL, _ROW}:
                grouped.setdefault(quad.predicate.value, []).append(quad)
        found = []
        for iri, quads in grouped.items():
            known = definition.property(iri) if definition else None
            name = known.name if known and known.name else self.label(iri)
            values = tuple(dict.fromkeys(self.value(q) for q in sorted(quads, key=str)))
            values = tuple(
                sorted(values, key=lambda v: (v.language not in {"", "en"}, natural(v.text)))
            )
            text = known.description if known else ""
            found.append((known, Property(name[:1].upper() + name[1:], text, values)))
        return sorted(found, key=lambda f: (f[0].order if f[0] else 1e9, f[1].name))


def make_page(
    *,
    quads: Sequence[Quad],
    root: str,
    incoming: Mapping[str, int],
    model: Model,
    iris: Iris,
) -> Page:
    """Return the page of a thing."""
    maker = _Maker(quads, model, iris)
    definition = maker.definition(root)
    sections: dict[tuple[float, str], list[Property]] = {}
    parts_iris = {s for s in maker.by_subject if s.startswith(f"{root}#")}
    for known, shown in maker.properties(root):
        group = model.groups.get(known.group) if known else None
        key = (group.order, group.label) if group else (1e9, "Further statements")
        kept = tuple(v for v in shown.values if not _is_part(v, root, iris))
        if kept:
            sections.setdefault(key, []).append(Property(shown.name, shown.description, kept))
    return Page(
        title=maker.label(root),
        kind=definition.label if definition else "",
        iri=root,
        sections=tuple(Section(title, tuple(p)) for (_, title), p in sorted(sections.items())),
        parts=tuple(
            (maker.label(part), _part_properties(maker, part, root, iris))
            for part in sorted(parts_iris, key=natural)
            if any(q.predicate.value == _TYPE for q in maker.by_subject[part])
        ),
        incoming=_incoming(maker, root, incoming, parts_iris),
        graphs=tuple(_graphs(maker, root)),
        rows=tuple(_rows(maker, root, iris)),
    )


def _part_properties(maker: _Maker, part: str, root: str, iris: Iris) -> tuple[Property, ...]:
    """Return the properties of a part, without those that only lead back to the page."""
    own = local_path(root, iris)
    return tuple(
        shown
        for _, shown in maker.properties(part)
        if not all(value.href == own for value in shown.values)
    )


def _is_part(value: Value, root: str, iris: Iris) -> bool:
    """Say whether a value is a hash part of the page itself, which has a table of its own."""
    own = local_path(root, iris)
    return bool(own) and value.href.startswith(f"{own}#") and not value.outside


def _incoming(
    maker: _Maker, root: str, counts: Mapping[str, int], parts: Iterable[str]
) -> tuple[Incoming, ...]:
    """Return one section per way of pointing here and class of what points."""
    hidden = set(parts) | {root}
    found: dict[str, list[str]] = {}
    for subject, quads in maker.by_subject.items():
        if subject in hidden:
            continue
        for quad in quads:
            if isinstance(quad.object, NamedNode) and term_text(quad.object) == root:
                found.setdefault(quad.predicate.value, []).append(subject)
    sections = []
    for predicate, subjects in found.items():
        term = maker.model.terms.get(predicate)
        title = (term.reverse_label if term else "") or f"{maker.label(predicate)} (from)"
        kinds: dict[str, list[str]] = {}
        for subject in set(subjects):
            kinds.setdefault(_segment(subject, maker.iris), []).append(subject)
        for segment, members in sorted(kinds.items()):
            classes = maker.model.by_segment.get(segment, ())
            name = title if len(kinds) == 1 or not classes else f"{title}: {classes[0].label}"
            values = tuple(_shortened(maker.link(s), root) for s in sorted(members, key=natural))
            total = counts.get(predicate, len(members)) if len(kinds) == 1 else len(members)
            sections.append(Incoming(name, max(total, len(members)), values))
    return tuple(sorted(sections, key=lambda s: (-len(s.values) > -2, s.title)))  # noqa: PLR2004


def _segment(iri: str, iris: Iris) -> str:
    return iri.removeprefix(f"{iris.base}id/").partition("/")[0] if iris.is_thing(iri) else ""


def _shortened(value: Value, root: str) -> Value:
    """Drop the page's own key from the front of a label ("EE0050: Completion …")."""
    key = root.rpartition("/")[2]
    text = value.text.removeprefix(f"{key}: ")
    return Value(text[:1].upper() + text[1:], value.href, value.outside, value.language, value.mark)


def _graphs(maker: _Maker, root: str) -> list[Value]:
    """Return the graphs the thing's own statements are in."""
    names = {term_text(q.graph_name) for q in maker.by_subject.get(root, [])} - {""}
    return [maker.link(name) for name in sorted(names)]


def _rows(maker: _Maker, root: str, iris: Iris) -> list[Value]:
    """Return links to the rows of the tables the thing was read from."""
    found = []
    for quad in maker.by_subject.get(root, []):
        path = local_path(term_text(quad.object), iris) if quad.predicate.value == _ROW else None
        if path:
            file, _, row = path.rpartition("/")[2].partition("#row=")
            found.append(Value(f"{unquote(file)}, row {row}", href=path))
    return sorted(set(found), key=lambda v: natural(v.text))
