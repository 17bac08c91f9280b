"""Linksets: links that say what a thing is elsewhere, and the graph each of them stands in.

A link is a statement with `schema:sameAs`, `owl:sameAs` or a mapping property of SKOS about a thing or code.
Links from one class to one authority with one property are a linkset (VoID section 5), and stand in a
graph of their own, `{base}graph/reconciled/{name}` (docs/contract.md#linksets). The name is told by the link
alone: no source, table or order of reading changes it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ogpld.rdf import CODE, OWL, SCHEMA, SKOS

#: Properties whose statements are links, with what they add to the name of a linkset.
LINK_PREDICATES = {
    SCHEMA("sameAs").value: "",
    OWL("sameAs").value: "-owl-same-as",
    **{SKOS(f"{kind}Match").value: f"-{kind}-match" for kind in ("exact", "close", "broad")},
    **{SKOS(f"{kind}Match").value: f"-{kind}-match" for kind in ("narrow", "related")},
}

PLACES = frozenset({"Country", "AdministrativeArea"})
_EU = "http://publications.europa.eu/resource/authority"
_THING = re.compile(r"(?P<base>.+)id/(?P<segment>[a-z][a-z-]*)/[^/]+")
_SITE = re.compile(r"(?P<scheme>https?)://(?P<host>[^/?#]+)")


@dataclass(frozen=True, slots=True)
class Authority:
    """Who gives identifiers.

    Attributes:
        key: its part of the names of linksets, and its prefix in compact IRIs.
        name: what people call it.
        start: how its identifiers begin, as a pattern that takes other spellings too.
        local: how they go on, as a pattern.
        classes: classes of things that they are for; none for any.
        space: how they begin where they are written as the authority writes them.
        end: what stands behind the local part.
    """

    key: str
    name: str
    start: str
    local: str
    classes: frozenset[str]
    space: str
    end: str = ""


AUTHORITIES = (
    Authority(
        "wikidata",
        "Wikidata",
        r"https?://(?:www\.)?wikidata\.org/(?:entity|wiki)/",
        r"Q[1-9][0-9]*",
        frozenset(),
        "http://www.wikidata.org/entity/",
    ),
    Authority(
        "geonames",
        "GeoNames",
        r"https?://(?:sws\.|www\.)?geonames\.org/",
        r"[1-9][0-9]*",
        PLACES,
        "https://sws.geonames.org/",
        "/",
    ),
    Authority(
        "eu-country",
        "EU authority table of countries",
        rf"https?{_EU[4:]}/country/",
        r"[A-Z0-9_]+",
        frozenset({"Country"}),
        f"{_EU}/country/",
    ),
    Authority(
        "eu-corporate-body",
        "EU authority table of corporate bodies",
        rf"https?{_EU[4:]}/corporate-body/",
        r"[A-Z0-9_]+",
        frozenset({"Institution"}),
        f"{_EU}/corporate-body/",
    ),
)


@dataclass(frozen=True, slots=True, order=True)
class Linkset:
    """Links with one property from things of one kind to one authority.

    Attributes:
        name: as in its graph, `reconciled/{name}`.
        predicate: IRI of the property.
        space: what the IRIs that it leads to begin with.
    """

    name: str
    predicate: str
    space: str

    @property
    def key(self) -> str:
        """The key of the authority: the name without the kind of thing and the property."""
        return _target(self.space)[0]

    @property
    def target(self) -> str:
        """What people call the authority."""
        return _target(self.space)[1]

    @property
    def kind(self) -> str:
        """The kind of thing that the links are about: a path segment, or the name of a code list."""
        tail = LINK_PREDICATES[self.predicate]
        kind = self.name.removesuffix(tail)
        return kind if kind == self.key else kind.removesuffix(f"-{self.key}")


def linkset_of(subject: str, predicate: str, value: str) -> Linkset | None:
    """Return the linkset that a statement belongs to, None for one that is no link between data sets.

    Args:
        subject: IRI of a thing or code.
        predicate: IRI of the property.
        value: IRI of what the thing is elsewhere; a thing of this data is not elsewhere.
    """
    tail = LINK_PREDICATES.get(predicate)
    if tail is None:
        return None
    if subject.startswith(CODE.iri):
        kind, base = _code_list(subject), ""
    elif thing := _THING.fullmatch(subject.partition("#")[0]):
        kind, base = thing["segment"], thing["base"]
    else:
        return None
    space = _space(value)
    if not space or (base and value.startswith(base)):
        return None
    key = _target(space)[0]
    return Linkset((kind if key == kind else f"{kind}-{key}") + tail, predicate, space)


def _code_list(iri: str) -> str:
    return iri.removeprefix(CODE.iri).partition("/")[0]


def _space(iri: str) -> str:
    """Return what IRIs of the same authority begin with, "" for what is no web address."""
    for authority in AUTHORITIES:
        if iri.startswith(authority.space):
            return authority.space
    if iri.startswith(CODE.iri):
        return f"{CODE.iri}{_code_list(iri)}/"
    site = _SITE.match(iri)
    return f"{site[0]}/" if site else ""


@lru_cache(256)
def _target(space: str) -> tuple[str, str]:
    """Return key and name of the authority with a space; one without a line above goes by its host."""
    for authority in AUTHORITIES:
        if space == authority.space:
            return authority.key, authority.name
    if space.startswith(CODE.iri):
        return _code_list(space), f"the code list {_code_list(space)}"
    site = _SITE.match(space)
    host = site["host"] if site else space
    # hosts have no two dots in a row, so a doubled dash tells a-b.org from a.b.org
    letters = (c if c.isascii() and c.isalnum() else "-" if c in ".:-" else f"u{ord(c):x}"
               for c in host.replace("-", "--"))  # fmt: skip
    key = "".join(letters).strip("-")
    return key + ("-http" if space.startswith("http:") else ""), host
