"""A page of a list as a Hydra collection (Hydra Core Vocabulary 5.3, 5.5), in every RDF form.

The collection is the filtered list, whatever its pages; the view is the page, at the address of the file that
was asked for, so that whoever follows `hydra:next` stays in one form. Members come with their own statements.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ogpld.formats import Statements, format_named, media
from ogpld.formats.framing import framed_things
from ogpld.formats.jsonld import to_line
from ogpld.formats.negotiation import Offer
from ogpld.formats.nodes import Node, by_subject, compacted
from ogpld.formats.profiles import EXPANDED, FLATTENED
from ogpld.model.frames import Frame
from ogpld.rdf import (
    DCTERMS,
    HYDRA,
    RDF,
    RDFS,
    Literal,
    NamedNode,
    Triple,
    canonical_triples,
    english,
    whole_number,
)
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.http.jsonld_profile import query_of
from ogpld.web.http.responses import suffix_of
from ogpld.web.lists.list_index import class_of, facets
from ogpld.web.lists.list_parameters import PARAMETERS
from ogpld.web.lists.list_request import UNKNOWN
from ogpld.web.lists.selection import Selection, statements

#: Forms that have all rows where no page is asked for.
TABLES = frozenset(row.name for row in media.TABLE_FORMS)


@dataclass(frozen=True, slots=True)
class Collection:
    """A page of a list, ready to be written.

    Attributes:
        serving: the release.
        path: address of the list, without suffix and query.
        selection: what is on the page.
    """

    serving: OpenRelease
    path: str
    selection: Selection

    @property
    def iri(self) -> str:
        """The filtered list."""
        return self._address(self.path + self.selection.list_request.query(self.serving))

    @property
    def frame(self) -> Frame:
        """The frame of its members, without what points at them: a page does not know all of that."""
        return replace(self.serving.frames.by_name[self.selection.list_request.name], pointing={})

    def page_path(self, number: int, offer: Offer) -> str:
        """Return the path of a page in one form; without a page, CSV and NDJSON have all rows."""
        more = dict(pair.split("=") for pair in query_of(offer)[1:].split("&") if pair)
        first = 1 if offer.name in TABLES else 2
        query = self.selection.list_request.query(self.serving, number, first=first, **more)
        return f"{self.path}.{suffix_of(offer)}{query}"

    def whole_path(self, offer: Offer) -> str:
        """Return the path of all rows in one form."""
        return f"{self.path}.{suffix_of(offer)}{self.selection.list_request.query(self.serving)}"

    def _address(self, path: str) -> str:
        return self.serving.iris.base.rstrip("/") + path

    def pages(self) -> dict[str, int]:
        """Return the numbers of the pages a reader may go on to, by what Hydra calls them."""
        list_request, pages = self.selection.list_request, self.selection.pages
        numbers = {"first": 1, "last": pages}
        if list_request.page > 1:
            numbers["previous"] = list_request.page - 1
        if list_request.page < pages:
            numbers["next"] = list_request.page + 1
        return numbers

    def write(self, offer: Offer) -> bytes:
        """Return the page in an RDF form."""
        members = statements(self.serving, self.selection.page)
        about = canonical_triples(self._about(offer))
        page_statements = Statements(
            ntriples=canonical_triples((), about + members),
            root=self.iri,
            context=self.serving.context,
            context_iri=self.serving.iris.context,
            profile=offer.profile,
            inline=offer.inline,
        )
        if suffix_of(offer) == "jsonld" and offer.profile not in {EXPANDED, FLATTENED}:
            return self._jsonld(page_statements, about, self.nodes(members))
        form = format_named(suffix_of(offer))
        return form.write(page_statements)

    def lines(self) -> bytes:
        """Return the page as NDJSON: a framed document a line."""
        context = self.serving.context.address(self.serving.iris.context)
        nodes = self.nodes(statements(self.serving, self.selection.page))
        return b"".join(to_line({"@context": context, **node}) for node in nodes)

    def nodes(self, members: bytes) -> list[Node]:
        """Return the members framed, in the order of the page."""
        by_id = {node["id"]: node for node in framed_things(members, self.frame)}
        return [by_id[iri] for iri in self.selection.page]

    def _jsonld(self, page_statements: Statements, about: bytes, nodes: list[Node]) -> bytes:
        """Write the collection with its view, its search and its members in their places, one a line."""
        by_id = {
            subject: compacted(subject, properties, page_statements.context)
            for subject, properties in by_subject(about).items()
        }
        root = by_id[self.iri]
        search = by_id[root["hydra:search"]]
        search["hydra:mapping"] = [by_id[iri] for iri in search["hydra:mapping"]]
        head = {
            "@context": page_statements.context_value,
            **{key: value for key, value in root.items() if key != "hydra:member"},
            "hydra:view": by_id[root["hydra:view"]],
            "hydra:search": search,
        }
        written = [f"{json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in head.items()]
        lines = ",\n  ".join(json.dumps(node, ensure_ascii=False) for node in nodes)
        written.append(f'"hydra:member": [\n  {lines}\n ]' if nodes else '"hydra:member": []')
        return ("{\n " + ",\n ".join(written) + "\n}\n").encode()

    def _about(self, offer: Offer) -> Iterator[Triple]:
        """Yield what is said of the collection, of the page and of the search."""
        root, serving = NamedNode(self.iri), self.serving
        definition = class_of(serving, self.selection.list_request.name)
        total = whole_number(self.selection.total)
        view = NamedNode(self._address(self.page_path(self.selection.list_request.page, offer)))
        yield Triple(root, RDF("type"), HYDRA("Collection"))
        yield Triple(root, RDFS("label"), english(definition.label))
        yield Triple(root, DCTERMS("isPartOf"), NamedNode(f"{serving.iris.base}dataset/ogpld"))
        yield Triple(root, DCTERMS("license"), NamedNode(serving.licence))
        yield Triple(root, HYDRA("totalItems"), total)
        yield Triple(root, HYDRA("view"), view)
        for iri in self.selection.page:
            yield Triple(root, HYDRA("member"), NamedNode(iri))
        yield Triple(view, RDF("type"), HYDRA("PartialCollectionView"))
        for name, number in self.pages().items():
            target = NamedNode(self._address(self.page_path(number, offer)))
            yield Triple(view, HYDRA(name), target)
        yield from self._search(root)

    def _search(self, root: NamedNode) -> Iterator[Triple]:
        """Yield how the list can be filtered; what is no property of a member has none here."""
        search = NamedNode(self._address(f"{self.path}#search"))
        facets_by_key = facets(self.serving, self.selection.list_request.name)
        names = [*facets_by_key, *(parameter.name for parameter in PARAMETERS)]
        about = f"A filter with the value {UNKNOWN} finds what has no value."
        yield Triple(search, RDFS("comment"), english(about))
        properties = {
            name: NamedNode(facets_by_key[name].definition.iri)
            if name in facets_by_key and facets_by_key[name].own and not facets_by_key[name].first
            else None
            for name in names
        }
        yield from search_form(root, search, self._address(self.path), properties)


def search_form(
    root: NamedNode,
    search: NamedNode,
    address: str,
    properties: Mapping[str, NamedNode | None],
    representation: str = "BasicRepresentation",
) -> Iterator[Triple]:
    """Yield the form in which parts of something are asked for (Hydra Core, templated links).

    Args:
        root: what is searched.
        search: IRI of the form.
        address: of what answers, without parameters.
        properties: by parameter, the property it is about, None for none.
        representation: how values are written, `BasicRepresentation` or `ExplicitRepresentation`.
    """
    yield Triple(root, HYDRA("search"), search)
    yield Triple(search, RDF("type"), HYDRA("IriTemplate"))
    yield Triple(search, HYDRA("template"), Literal(f"{address}{{?{','.join(properties)}}}"))
    yield Triple(search, HYDRA("variableRepresentation"), HYDRA(representation))
    for name, about in properties.items():
        mapping = NamedNode(f"{search.value}-{name}")
        yield Triple(search, HYDRA("mapping"), mapping)
        yield Triple(mapping, RDF("type"), HYDRA("IriTemplateMapping"))
        yield Triple(mapping, HYDRA("variable"), Literal(name))
        if about is not None:
            yield Triple(mapping, HYDRA("property"), about)
