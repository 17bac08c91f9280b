"""Locate the services of a server: by what it announces, else at the usual addresses.

What the command line names is not looked for. Data may have been minted under another address than the one
it is served at (a staging server, a proxy): IRIs under its base are asked for at the server at hand.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote, urljoin, urlsplit

from rdflib import Graph, URIRef

from ogpld.doctor import parsing as reading
from ogpld.doctor.client import Client, Response
from ogpld.doctor.terms import DCAT, DCTERMS, RDF, VOID
from ogpld.errors import Unreachable

#: What a program that reads RDF sends.
RDF_ACCEPT = "text/turtle, application/ld+json;q=0.9, application/rdf+xml;q=0.8"
RESULTS = "application/sparql-results+json"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


#: The suffix of a form, at the end of an address.
_SUFFIX = re.compile(r"\.(ttl|jsonld|rdf|nt|xml|json|html)$")


def without_suffix(url: str) -> str:
    """Return an address without the suffix of its form; one that has none is left as it is."""
    return _SUFFIX.sub("", url)


@dataclass(frozen=True, slots=True)
class EntryPoints:
    """Where to begin, where a server does not announce it.

    Attributes:
        catalog: address of the catalogue, in any form.
        sparql: address of the endpoint.
        things: IRIs of things to dereference.
        base_iri: under which the data was minted.
    """

    catalog: str = ""
    sparql: str = ""
    things: tuple[str, ...] = ()
    base_iri: str = ""


class ExaminedServer:
    """A server under examination; each part is requested when first needed, and once."""

    def __init__(self, url: str, client: Client, start: EntryPoints | None = None) -> None:
        self.url = url if url.endswith("/") else url + "/"
        self.client = client
        self.start = start or EntryPoints()
        #: What the check that is running did not look at, in sentences.
        self.notes: list[str] = []

    def at(self, path: str) -> str:
        """Return the address of a path of this server, which may be below a path of its host."""
        return self.url + path.removeprefix("/")

    def _at_root(self, path: str, accept: str) -> Response:
        """Ask for a path of this server; where it has none, at the root of its host (RFC 8615 section 3)."""
        here, root = self.at(path), urljoin(self.url, path)
        reply = self.client.follow(here, accept)
        return reply if reply.ok or here == root else self.client.follow(root, accept)

    def url_of(self, iri: str) -> str:
        """Return where to ask for an IRI."""
        if self.base != self.url and iri.startswith(self.base):
            return self.url + iri.removeprefix(self.base)
        return iri

    def own(self, url: str) -> bool:
        """Say whether an address is one of this server."""
        here, there = urlsplit(self.url), urlsplit(url)
        return (here.scheme, here.netloc) == (there.scheme, there.netloc)

    def graph(self, reply: Response, form: str = "") -> Graph:
        """Return the graph of an answer, its contexts asked of this server."""

        def fetch(address: str) -> Response:
            return self.client.get(self.url_of(address), "application/ld+json")

        return reading.read(reply, fetch, form=form)

    def _readable(self, url: str, accept: str = RDF_ACCEPT) -> tuple[Response, Graph] | None:
        """Ask for RDF; None when there is none."""
        return self._read(self.client.follow(url, accept))

    def _read(self, reply: Response) -> tuple[Response, Graph] | None:
        """Return an answer with its graph, None when it has none."""
        if not reply.ok:
            return None
        try:
            return reply, self.graph(reply)
        except reading.UnreadableError:
            return None

    @cached_property
    def home(self) -> Response:
        """The home page as a browser gets it.

        Raises:
            Unreachable: when nobody answers there.
        """
        reply = self.client.follow(self.url, BROWSER)
        if reply.error:
            raise Unreachable(
                f"{self.url} gives {reply.error}", hint="is the server running, the address right?"
            )
        return reply

    @cached_property
    def void(self) -> tuple[Response, Graph] | None:
        """The VoID description."""
        return self._read(self._at_root("/.well-known/void", RDF_ACCEPT))

    @cached_property
    def api_catalog(self) -> Response:
        """The list of services (RFC 9727)."""
        return self._at_root("/.well-known/api-catalog", "application/linkset+json")

    @cached_property
    def robots(self) -> Response:
        """The answer of `/robots.txt`."""
        return self._at_root("/robots.txt", "*/*")

    @cached_property
    def services(self) -> list[str]:
        """Addresses of services the api-catalog names, with what their descriptions are."""
        try:
            linksets = json.loads(self.api_catalog.body)["linkset"] if self.api_catalog.ok else []
            return [
                t["href"] for s in linksets for t in [*s.get("item", ()), {"href": s["anchor"]}]
            ]
        except (ValueError, KeyError, TypeError, AttributeError):
            return []

    @cached_property
    def catalogues(self) -> dict[str, str]:
        """Addresses of the catalogue by media type, those that answer."""
        stem = without_suffix(self.start.catalog or self.at("/catalog"))
        graphs = {}
        for media_type, (suffix, _) in reading.RDF_FORMS.items():
            if suffix != "nt" and self.client.get(f"{stem}.{suffix}").ok:
                graphs[media_type] = f"{stem}.{suffix}"
        if not graphs:
            for url in (self.start.catalog, self.at("/catalog.xml"), self.url):
                answer = self._readable(url) if url else None
                if answer and (None, RDF.type, DCAT.Catalog) in answer[1]:
                    graphs[reading.media_type(answer[0])] = answer[0].url
                    break
        return graphs

    @cached_property
    def catalogue(self) -> tuple[Response, Graph] | None:
        """The catalogue in the first form that can be read."""
        for media_type, url in self.catalogues.items():
            reply = self.client.get(url, media_type if url == self.url else "*/*")
            try:
                graph = self.graph(reply)
            except reading.UnreadableError:
                continue
            if (None, RDF.type, DCAT.Catalog) in graph:
                return reply, graph
        return None

    @cached_property
    def base(self) -> str:
        """The base IRI of the data: the server's own address unless the catalogue has another."""
        if self.start.base_iri:
            return self.start.base_iri
        for media_type, url in self.catalogues.items():
            stem = url.removesuffix(f".{reading.RDF_FORMS[media_type][0]}").removeprefix(self.url)
            reply = self.client.get(url)
            form = reading.media_type(reply)
            if not stem or not reply.ok or form == "application/ld+json":
                continue  # JSON-LD may need a context whose address hangs on the base
            try:
                graph = reading.read(reply, self.client.get, form=form)
            except reading.UnreadableError:
                continue
            for catalogue in graph.subjects(RDF.type, DCAT.Catalog):
                if str(catalogue).endswith(f"/{stem}"):
                    return str(catalogue).removesuffix(stem)
        return self.url

    @cached_property
    def sparql(self) -> str:
        """Address of the SPARQL endpoint, "" when there is none."""
        if self.start.sparql:
            return self.start.sparql
        places = []
        if self.void:
            places += [str(o) for o in self.void[1].objects(None, VOID.sparqlEndpoint)]
        if self.catalogue:
            graph = self.catalogue[1]
            protocol = URIRef("https://www.w3.org/TR/sparql11-protocol/")
            for service in graph.subjects(DCTERMS.conformsTo, protocol):
                places += [str(o) for o in graph.objects(service, DCAT.endpointURL)]
        usual = [self.at("/sparql"), self.at("/query"), self.url]
        for url in dict.fromkeys([*map(self.url_of, places), *usual]):
            if self.query(url, "ASK {}").type == RESULTS:
                return url
        return ""

    def query(self, endpoint: str, text: str, accept: str = RESULTS) -> Response:
        """Ask a query with GET."""
        return self.client.get(f"{endpoint}?query={quote(text)}", accept)

    def rows(self, text: str) -> list[dict[str, str]] | None:
        """Return the rows of a query, values as text; None when it was not answered."""
        reply = self.query(self.sparql, text)
        try:
            bindings = json.loads(reply.body)["results"]["bindings"]
            return [{name: term["value"] for name, term in row.items()} for row in bindings]
        except (ValueError, KeyError, TypeError, AttributeError):
            return None
