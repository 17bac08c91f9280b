"""Pages of the statements that match a triple pattern, with the controls of Triple Pattern Fragments.

Data stands in the default graph; what is said of the page (its total, Hydra's search form and links) in the
named graph `{page}#metadata`, whose `foaf:primaryTopic` are the page and the data set. Forms without named
graphs have both together. The number of statements is exact. Statements come in the order of the store, which
is the same in every process that loads the release: a page stays what it is while its release is in service.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from ogpld.formats import media
from ogpld.formats.negotiation import Offer
from ogpld.formats.rdf_writers import used_prefixes
from ogpld.queries import bind, load
from ogpld.rdf import (
    DCTERMS,
    FOAF,
    HYDRA,
    RDF,
    VOID,
    XSD,
    Literal,
    NamedNode,
    Quad,
    Triple,
    canonical_triples,
    english,
    parse_quads,
    serialise,
    whole_number,
)
from ogpld.stores import Query
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.http.problems import Problem
from ogpld.web.lists.hydra import search_form
from ogpld.web.lists.triple_pattern import POSITIONS, TriplePattern

#: Statements on a page.
PAGE = 500
#: The forms there are; the first has data and controls apart, as clients of fragments want them.
FORMS = (
    *media.offers_of((media.TRIG, media.N_QUADS, media.JSON_LD, media.TURTLE)),
    replace(media.offer_of(media.N_TRIPLES), aliases=()),  # text is for people: they have the page
    media.offer_of(media.HTML),
)
#: What may stand in an address as it was sent (RFC 3986 section 3.4).
_QUERY = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*")


@dataclass(frozen=True, slots=True)
class Fragment:
    """A page of the statements that match a pattern.

    Attributes:
        serving: the release.
        pattern: what is asked for.
        number: of the page, from 1.
        total: how many statements match, exactly.
        triples: those of the page.
    """

    serving: OpenRelease
    pattern: TriplePattern
    number: int
    total: int
    triples: Sequence[Triple]

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE))

    @property
    def first(self) -> int:
        """Number of the first statement of the page among all, from 1."""
        return (self.number - 1) * PAGE + 1

    def links(self) -> dict[str, int]:
        """Return the numbers of the pages a reader may go on to, by what Hydra calls them."""
        numbers = {"first": 1, "last": self.pages}
        if self.number > 1:
            numbers["previous"] = self.number - 1
        if self.number < self.pages:
            numbers["next"] = self.number + 1
        return numbers

    def path(self, number: int, suffix: str = "", form: str = "") -> str:
        """Return the path of a page with its query.

        Args:
            number: of the page.
            suffix: ending of the address, "" for the negotiated one.
            form: value of `format`, "" for none.
        """
        parts = [
            self.pattern.query,
            f"page={number}" if number > 1 else "",
            f"format={quote(form, safe='')}" if form else "",
        ]
        query = "&".join(part for part in parts if part)
        path = f"/fragments.{suffix}" if suffix else "/fragments"
        return f"{path}?{query}" if query else path

    def write(self, offer: Offer, address: str, suffix: str = "", form: str = "") -> bytes:
        """Return the page in an RDF form.

        Args:
            offer: the form.
            address: IRI of the page, as it was asked for.
            suffix: ending of its address, for the links to other pages.
            form: its `format`, likewise.
        """
        graph = NamedNode(f"{address}#metadata")
        controls = [
            Quad(triple.subject, triple.predicate, triple.object, graph)
            for triple in self._controls(address, suffix, form, graph)
        ]
        quads = [*(Quad(*triple) for triple in self.triples), *controls]
        prefixes = None
        if offer.name in {"trig", "ttl"}:
            prefixes = used_prefixes(canonical_triples(quad.triple for quad in quads))
        return serialise(quads, offer.name, prefixes)

    def _controls(self, address: str, suffix: str, form: str, graph: NamedNode) -> Iterator[Triple]:
        """Yield what is said of the page: what it is of, how much there is, where to go on."""
        iris = self.serving.iris
        site = iris.base.rstrip("/")
        dataset, page = NamedNode(f"{site}/fragments#dataset"), NamedNode(address)
        fragment = NamedNode(site + self.path(1))
        total = whole_number(self.total)
        yield Triple(graph, FOAF("primaryTopic"), page)
        yield Triple(graph, FOAF("primaryTopic"), dataset)
        yield Triple(dataset, RDF("type"), VOID("Dataset"))
        yield Triple(dataset, RDF("type"), HYDRA("Collection"))
        yield Triple(dataset, DCTERMS("isPartOf"), NamedNode(f"{iris.base}dataset/ogpld"))
        yield Triple(dataset, DCTERMS("license"), NamedNode(self.serving.licence))
        yield Triple(dataset, VOID("subset"), page)
        if fragment != page:
            yield Triple(dataset, VOID("subset"), fragment)
        yield Triple(fragment, RDF("type"), HYDRA("Collection"))
        yield Triple(fragment, VOID("triples"), total)
        yield Triple(fragment, HYDRA("totalItems"), total)
        yield Triple(fragment, HYDRA("view"), page)
        yield Triple(page, RDF("type"), HYDRA("PartialCollectionView"))
        title = "Statements of the release in service that match a triple pattern"
        yield Triple(page, DCTERMS("title"), english(title))
        yield Triple(page, DCTERMS("source"), dataset)
        size = Literal(str(PAGE), datatype=XSD("integer"))
        yield Triple(page, HYDRA("itemsPerPage"), size)
        for name, number in self.links().items():
            target = NamedNode(site + self.path(number, suffix, form))
            yield Triple(page, HYDRA(name), target)
        yield from _search(dataset, site)


def _search(dataset: NamedNode, site: str) -> Iterator[Triple]:
    """Yield the form in which patterns are asked for."""
    search = NamedNode(f"{site}/fragments#search")
    properties = {name: RDF(name) for name in POSITIONS}
    yield from search_form(
        dataset, search, f"{site}/fragments", properties, "ExplicitRepresentation"
    )


def is_plain_query(query: str) -> bool:
    """Say whether the query of an address can stand in an IRI as it was sent."""
    return _QUERY.fullmatch(query) is not None


def read_fragment(serving: OpenRelease, pattern: TriplePattern, page: str) -> Fragment:
    """Return a page of the statements that match a pattern.

    Raises:
        Problem: 404 for a page past the last.
        QueryError: for a number the store cannot hold.
    """
    total = serving.cached(("fragment-size", pattern.query), lambda: _total(serving, pattern))
    number = int(page) if re.fullmatch("[1-9][0-9]{0,8}", page) else 0
    fragment = Fragment(serving, pattern, number, total, ())
    if not 1 <= number <= fragment.pages:
        raise Problem(
            "not-found",
            f"The fragment has no page {page[:20]!r}; it has {fragment.pages}.",
            "follow the links of the first page",
        )
    if not total:
        return fragment
    key = ("fragment", pattern.query, number)
    body = serving.cached(key, lambda: _page(serving, pattern, number))
    return replace(fragment, triples=[quad.triple for quad in parse_quads(body, "nt")])


def _total(serving: OpenRelease, pattern: TriplePattern) -> int:
    """Return how many statements match."""
    if pattern.is_everything:
        return serving.default_size
    rows = serving.select("fragment-size", **pattern.by_position)
    total = int(rows[0]["size"])
    wanted = pattern.terms[2]
    if total and isinstance(wanted, Literal) and wanted.datatype != XSD("string"):
        # the store finds numbers and times by their value: "01" would find 1, which is another term
        text = bind(load("fragment-example"), **pattern.by_position)
        example = serving.store.answer(Query(text, ("", "nt")), trusted=True).body
        stated = next(parse_quads(example, "nt"), None)
        return total if stated is not None and stated.object == wanted else 0
    return total


def _page(serving: OpenRelease, pattern: TriplePattern, number: int) -> bytes:
    """Return the statements of a page as N-Triples."""
    text = bind(load("fragment"), **pattern.by_position, limit=PAGE, offset=(number - 1) * PAGE)
    return serving.store.answer(Query(text, ("", "nt")), trusted=True).body
