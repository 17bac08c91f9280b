"""What pages are made of: labels, links and values as they are shown.

Computed and reconciled statements are marked, so that nobody takes them for what a source said. Only
http and https addresses become links; everything else is text. No Flask here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import quote, quote_plus, unquote, urlsplit

from ogpld.iris import Iris, natural
from ogpld.language_tags import nearest_name
from ogpld.model import Model, PropertyDef
from ogpld.queries import bind, load
from ogpld.rdf import CODE, NS, PROV, RDF, RDFS, SHAPES, XSD, Literal, NamedNode, Quad, term_text
from ogpld.web.pages.graph_names import graph_name
from ogpld.web.pages.tables import Value
from ogpld.wording import gettext as _
from ogpld.wording import has_label, label, language, marked, own_name

_TYPE, _LABEL, _ROW = RDF("type").value, RDFS("label").value, PROV("wasDerivedFrom").value
#: Datatypes of dates that a language has a way of writing.
_DATES = frozenset({XSD("date"), XSD("gYearMonth")})
#: A host that can be shown as it is read: no backslash, no invisible characters.
_HOST = re.compile(r"[\w.-]+|[0-9a-f:.]+")
#: Sites on which anybody keeps copies of documents that others published.
COPIES = frozenset(
    (
        "docplayer.net",
        "docslib.org",
        "scribd.com",
        "slidelegend.com",
        "slideshare.net",
        "vdocuments.us",
    )
)
#: A row or cell of a source table: `estonia/estonia.csv#row=25`, `estonia/estonia.csv#cell=25,12`.
_PLACE = re.compile(
    r"(?P<source>[^/#]+)/(?P<file>[^/#]+)#(?:row=|cell=)(?P<row>\d+)(?:,(?P<column>\d+))?"
)
#: Words for statements that no source makes, by the first segment of their graph's path.
MARKS = {"derived": marked("computed"), "reconciled": marked("reconciled")}


@dataclass(frozen=True, slots=True)
class Property:
    """A property with its values; `href` leads to its definition, `note` says where they are from."""

    name: str
    description: str
    values: tuple[Value, ...]
    href: str = ""
    note: str = ""


def local_path(iri: str, iris: Iris) -> str | None:
    """Return the path at which this deployment serves an IRI, None for outside ones."""
    if iris.is_thing(iri):
        path, _, part = iri.partition("#")
        path_of_document = f"{iris.path_prefix}/doc/{path.removeprefix(f'{iris.base}id/')}"
        return quote(path_of_document) + (f"#{part}" if part else "")
    if iri in NS:
        return f"/ns#{NS.local(iri)}"
    if iri == SHAPES.iri.rstrip("#"):
        return "/shapes"
    if iri in SHAPES:
        return f"/shapes#{SHAPES.local(iri)}"
    if iri in CODE:
        return quote(f"/code/{CODE.local(iri)}")
    below = iris.path(iri)
    if below is None or below.startswith("//"):  # a browser would take //name for a host
        return None
    own = below.startswith(("/graph/", "/source/"))  # each release has its own
    return (iris.path_prefix if own else "") + quote(below, safe="/#=,")


def outside_host(iri: str) -> str:
    """Return the host of an http(s) address that can be linked, "" for anything else."""
    try:
        parts = urlsplit(iri)
        host = parts.hostname or ""
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc or not _HOST.fullmatch(host):
        return ""
    return host


def in_address(text: str) -> str:
    """Return a text as a value of a query string; signs that may stand there (RFC 3986 section 3.4) are left.

    The strokes of an address inside of it are encoded, so that nobody takes it for one of the page.

    >>> in_address("?s a <http://x/y> ; (?p)")
    '?s+a+%3Chttp:%2F%2Fx%2Fy%3E+%3B+(?p)'
    """
    return quote_plus(text, safe="?@(),:")


def query_href(endpoint: str, name: str, **terms: NamedNode) -> str:
    """Return the address of the SPARQL page with one of our queries filled in."""
    return f"{endpoint}?query={in_address(bind(load(name), **terms))}"


class Description:
    """What the store says of a thing, asked for in the words of a page.

    Attributes:
        root: IRI of the thing.
        by_subject: statements by subject, parts and things that point here among them.
        labels: one label a subject, that for a reader of the language of the page.
        standing: marks of members that left or are suspended, by IRI.
        notes: where the values of a property are from, by its IRI.
    """

    def __init__(
        self,
        quads: Sequence[Quad],
        root: str,
        model: Model,
        iris: Iris,
        column: Callable[[str, str, int], str] = lambda _source, _file, number: str(number),
        standing: Mapping[str, str] | None = None,
        notes: Mapping[str, str] | None = None,
    ) -> None:
        self.root = root
        #: Gives the name of a column of a source table by source, file and position.
        self.column = column
        self.model = model
        self.iris = iris
        self.standing = standing or {}
        self.notes = notes or {}
        self.by_subject: dict[str, list[Quad]] = {}
        names: dict[str, list[tuple[str, str]]] = {}
        for quad in sorted(quads, key=str):
            subject = term_text(quad.subject)
            self.by_subject.setdefault(subject, []).append(quad)
            if quad.predicate.value != _LABEL or not isinstance(quad.object, Literal):
                continue
            names.setdefault(subject, []).append((quad.object.value, quad.object.language or ""))
        self.labels = {subject: _literal(several) for subject, several in names.items()}

    def learn(self, names: Mapping[str, tuple[str, str]]) -> None:
        """Take over what things are called that the document does not name: texts with tags, by IRI."""
        for iri, name in names.items():
            self.labels.setdefault(iri, _literal([name]))

    @cached_property
    def own_path(self) -> str:
        """The path of the page itself."""
        return local_path(self.root, self.iris) or ""

    def label(self, iri: str) -> str:
        """Return a label, that of a class in English, else the name the IRI ends in, in words."""
        definition = self.model.by_class_iri.get(iri)
        if definition is None and iri in self.labels:
            return self.labels[iri].value
        term = definition or self.model.terms.get(iri)
        if term is not None:
            return term.label
        name = unquote(re.split(r"[#/]", iri.rstrip("/#"))[-1]) or iri
        if local_path(iri, self.iris) is None:
            name = re.sub(r"(?<=[a-z])[A-Z](?=[a-z])", lambda m: f" {m[0].lower()}", name)
        return name

    def name(self, iri: str) -> tuple[str, str]:
        """Return what something is called on a page, and the tag of that, "" for the page's own language.

        What the model calls so is said in the language of the page; the names of things are data.
        """
        if own := own_name(iri):
            return own if self.iris.is_thing(iri) else (own[0], "")
        text = self.label(iri)
        if iri.startswith(f"{self.iris.base}graph/") and (name := graph_name(text)):
            return name, language()
        if not self.iris.is_thing(iri) and (has_label(iri) or has_label(text)):
            return label(text, iri), ""
        literal = self.labels.get(iri)
        return text, (literal.language or "") if literal else ""

    def mark(self, graphs: Iterable[str]) -> str:
        """Say how a statement came to be, when no source graph has it."""
        place = f"{self.iris.base}graph/"
        marks = {MARKS.get(g.removeprefix(place).partition("/")[0], "") for g in graphs}
        return "" if "" in marks else max(marks, default="")

    def link(self, iri: str, mark: str = "") -> Value:
        """Return an IRI as a link, or as text when it is no safe address."""
        path = local_path(iri, self.iris)
        if path is not None:
            name, tag = self.name(iri)
            standing = self.standing.get(iri, "")
            return Value(name, path, language=tag, mark=mark, standing=standing)
        host = outside_host(iri)
        is_copy = host.removeprefix("www.") in COPIES
        return Value(
            iri, iri if host else "", outside=host, is_copy=is_copy, language="", mark=mark
        )

    def value(self, term: object, mark: str) -> Value:
        """Return an object as shown."""
        if isinstance(term, NamedNode):
            return self.link(term.value, mark)
        if not isinstance(term, Literal):
            return Value(str(term), language="", mark=mark)
        text = term.value
        if term.datatype == XSD("boolean"):
            text = _("yes") if text == "true" else _("no")
        is_date = term.datatype in _DATES
        return Value(text, language=term.language or "", mark=mark, is_date=is_date)

    @cached_property
    def shortcuts(self) -> frozenset[str]:
        """Properties whose values are those of an assessment, word for word."""
        return frozenset(NS(w.shortcut).value for w in self.model.windows if w.shortcut)

    def values(self, quads: Sequence[Quad]) -> tuple[Value, ...]:
        """Return the objects of one property; where sources differ, each with its source.

        Only dates, numbers and keys can differ: texts stand beside each other.
        """
        graphs: dict[object, list[str]] = {}
        for quad in quads:
            graphs.setdefault(quad.object, []).append(term_text(quad.graph_name))
        sources = [
            frozenset(names)
            for term, names in graphs.items()
            if isinstance(term, Literal) and not term.language and not self.mark(names)
        ]
        differ = len(set(sources)) > 1
        values = []
        for term, names in graphs.items():
            value = self.value(term, self.mark(names))
            if differ and isinstance(term, Literal) and not value.mark and not value.language:
                value = replace(value, origin=self.link(min(names)))
            if value.mark and quads[0].predicate.value in self.shortcuts:
                value = replace(value, restated=True)
            values.append(value)
        return tuple(sorted(values, key=by_language))

    def types(self, subject: str) -> list[str]:
        """Return the classes of a thing, the most telling first."""
        stated = {
            term_text(quad.object)
            for quad in self.by_subject.get(subject, [])
            if quad.predicate.value == _TYPE
        }
        classes = self.model.by_class_iri

        def rank(iri: str) -> tuple[bool, bool, int, str]:
            definition = classes.get(iri)
            if definition is None:
                return (True, True, 0, iri)
            return (False, not definition.segment, -len(definition.properties), iri)

        return sorted(stated, key=rank)

    def derived(self, subject: str) -> list[str]:
        """Return the rows and cells a thing was read from."""
        quads = self.by_subject.get(subject, [])
        rows = {term_text(quad.object) for quad in quads if quad.predicate.value == _ROW}
        return sorted(rows, key=natural)

    def read_from(self, iri: str) -> Value:
        """Return a link to a row or cell of a source table ("estonia.csv, row 25"), else to what it is.

        Both lead to the page of the row, where a cell stands under the name of its column.
        """
        path = local_path(iri, self.iris) or ""
        place = _PLACE.fullmatch(path.removeprefix(f"{self.iris.path_prefix}/source/"))
        if place is None or not path.startswith(f"{self.iris.path_prefix}/source/"):
            return self.link(iri)
        table, __, fragment = path.partition("#")
        name = _("%(file)s, row %(row)s", file=unquote(place["file"]), row=place["row"])
        if place["column"] is None:
            return Value(name, f"{table}?row={place['row']}", language="")
        column = self.column(place["source"], place["file"], int(place["column"]))
        return Value(
            _("%(place)s, column %(column)s", place=name, column=column),
            f"{table}?row={place['row']}#{fragment}",
            language="",
        )

    def name_of_part(self, part: str) -> str:
        """Return the name of the property that leads from the thing to a part of it."""
        for definition, property_shown in self.properties(self.root):
            if definition and any(
                v.href == local_path(part, self.iris) for v in property_shown.values
            ):
                return property_shown.name
        return self.label(part)

    def properties(self, subject: str) -> list[tuple[PropertyDef | None, Property]]:
        """Return the properties of a thing in page order; labels and types are shown elsewhere."""
        classes = (self.model.by_class_iri.get(iri) for iri in self.types(subject))
        definitions = [definition for definition in classes if definition]
        grouped: dict[str, list[Quad]] = {}
        for quad in self.by_subject.get(subject, []):
            if quad.predicate.value not in {_TYPE, _LABEL, _ROW}:
                grouped.setdefault(quad.predicate.value, []).append(quad)
        properties = []
        for iri, quads in grouped.items():
            definition = next((p for d in definitions if (p := d.property(iri))), None)
            name = definition.name if definition and definition.name else self.label(iri)
            href = local_path(definition.shape if definition else iri, self.iris) or ""
            entry = Property(
                name=name[:1].upper() + name[1:],
                description=definition.description if definition else "",
                values=self.values(quads),
                href=href,
                note=self.notes.get(iri, ""),
            )
            properties.append((definition, entry))
        return sorted(properties, key=lambda f: (f[0].order if f[0] else 1e9, f[1].name))

    def objects(self, predicate: NamedNode, subject: str = "") -> list[str]:
        """Return the values of a property of the thing, or of another subject, as texts."""
        quads = self.by_subject.get(subject or self.root, ())
        return list(dict.fromkeys(term_text(q.object) for q in quads if q.predicate == predicate))

    def values_of(self, predicate: NamedNode, subject: str = "") -> tuple[Value, ...]:
        """Return the values of a property of the thing, or of another subject, as pages show them."""
        quads = self.by_subject.get(subject or self.root, ())
        mine = [quad for quad in quads if quad.predicate == predicate]
        return self.values(mine) if mine else ()

    def is_part(self, value: Value) -> bool:
        """Say whether a value is a hash part of the page itself, which is shown on its own."""
        return bool(self.own_path) and value.href.startswith(f"{self.own_path}#")


def _literal(names: Sequence[tuple[str, str]]) -> Literal:
    name, tag = names[0] if len(names) == 1 else nearest_name(names, language())
    return Literal(name, language=tag) if tag else Literal(name)


def by_language(value: Value) -> tuple[bool, int, str, tuple[str, ...]]:
    """Return a key that puts English and texts of unknown language first, then each language.

    Copies at third parties come after the addresses of who published something.
    """
    rank = 0 if value.language in {"", "en"} else 1 if value.language == "und" else 2
    return value.is_copy, rank, value.language if rank else "", natural(value.text)
