"""Draw a sample of the things, documents, lists and data sets of a server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from rdflib import URIRef

from ogpld.doctor import parsing as reading
from ogpld.doctor.check import NotApplicableError
from ogpld.doctor.client import Response
from ogpld.doctor.server_map import BROWSER, RDF_ACCEPT, ExaminedServer
from ogpld.doctor.terms import DCAT, RDF, VOID

_LOCATION = re.compile(r"<loc>\s*([^<\s]+)\s*</loc>")


@dataclass(frozen=True, slots=True)
class SampleDocument:
    """A document about a thing.

    Attributes:
        thing: IRI of the thing.
        url: address of the document, negotiated.
        forms: addresses of its forms by media type, HTML among them.
        reply: the answer in RDF.
    """

    thing: str
    url: str
    forms: dict[str, str]
    reply: Response


def _candidates(site: ExaminedServer) -> Iterator[str]:
    """Yield IRIs that should be things: given, announced, from a query, from the sitemap."""
    yield from site.start.things
    if site.void:
        yield from sorted(str(o) for o in site.void[1].objects(None, VOID.exampleResource))
    if site.sparql:
        space = _space(site)
        rows = site.rows(
            f'SELECT DISTINCT ?s {{ ?s a ?c FILTER(isIRI(?s) && STRSTARTS(STR(?s), "{space}") '
            f'&& !CONTAINS(STR(?s), "#")) }} LIMIT {site.client.limits.sample}'
        )
        yield from (row["s"] for row in rows or ())
    for page in sitemap_urls(site):
        reply = site.client.get(site.url_of(page), BROWSER)
        yield from (link.href for link in reading.links_with_relation(reply, "cite-as"))


def _space(site: ExaminedServer) -> str:
    """Return the namespace of things (`void:uriSpace`), from a document or a query."""
    graphs = [entry[1] for entry in (site.void, site.catalogue) if entry]
    spaces = {str(o) for graph in graphs for o in graph.objects(None, VOID.uriSpace)}
    if not spaces:
        rows = site.rows(f"SELECT DISTINCT ?o {{ ?s <{VOID.uriSpace}> ?o }} LIMIT 100")
        spaces = {row["o"] for row in rows or ()}
    return min((space for space in spaces if space.startswith(site.base)), default=site.base)


def sitemap_urls(site: ExaminedServer, most: int = 0) -> list[str]:
    """Return the first addresses of the sitemap, through one level of index."""
    most = most or site.client.limits.sample
    places = re.findall(r"(?im)^\s*sitemap:\s*(\S+)", site.robots.text if site.robots.ok else "")
    urls: list[str] = []
    for place in places or [site.at("/sitemap.xml")]:
        reply = site.client.get(site.url_of(place))
        if not reply.ok:
            continue
        inner = _LOCATION.findall(reply.text)
        if "<sitemapindex" in reply.text:
            inner = [
                u for f in inner for u in _LOCATION.findall(site.client.get(site.url_of(f)).text)
            ]
        urls += inner
    step = max(1, len(urls) // most)
    return urls[::step][:most]


def things(site: ExaminedServer) -> list[str]:
    """Return a sample of IRIs of things.

    Raises:
        NotApplicableError: when none is found.
    """
    iris: dict[str, None] = {}
    for iri in _candidates(site):
        if site.own(site.url_of(iri)):
            iris[iri] = None
        if len(iris) >= site.client.limits.sample:
            break
    if not iris:
        raise NotApplicableError("no thing of this server was found; name one with --thing")
    return list(iris)


def documents(site: ExaminedServer) -> list[SampleDocument]:
    """Return the documents of the sample.

    Raises:
        NotApplicableError: when nothing dereferences to RDF.
    """
    sampled = [d for iri in things(site) if (d := document(site, iri))]
    if not sampled:
        raise NotApplicableError("no thing that was found leads to a document in RDF")
    return sampled


def documents_or_none(site: ExaminedServer) -> list[SampleDocument]:
    """Return the documents of the sample, none where there are none."""
    try:
        return documents(site)
    except NotApplicableError:
        return []


def document(site: ExaminedServer, iri: str) -> SampleDocument | None:
    """Return the document of a thing; None when it does not answer in RDF."""
    reply = site.client.follow(site.url_of(iri.partition("#")[0]), RDF_ACCEPT)
    if not reply.ok or not reading.media_type(reply):
        return None
    forms = {reply.type: urljoin(reply.url, reply.headers.get("content-location", reply.url))}
    for link in reading.links_with_relation(reply, "alternate"):
        media_type = link.parameters.get("type", "")
        if media_type in reading.RDF_FORMS or media_type == "text/html":
            forms.setdefault(media_type, link.href)
    return SampleDocument(iri, reply.url, forms, reply)


def collections(site: ExaminedServer) -> list[str]:
    """Return addresses of lists: what documents say they are in.

    Raises:
        NotApplicableError: when they say nothing of the kind.
    """
    urls = [
        link.href
        for d in documents(site)
        for link in reading.links_with_relation(d.reply, "collection")
    ]
    own = list(dict.fromkeys(url for url in urls if site.own(url)))
    if not own:
        raise NotApplicableError("no document names a list (Link: rel=collection)")
    return own


def datasets(site: ExaminedServer) -> list[str]:
    """Return the data sets of the catalogue.

    Raises:
        NotApplicableError: when there is no catalogue.
    """
    if site.catalogue is None:
        raise NotApplicableError("there is no catalogue that can be read")
    nodes = site.catalogue[1].subjects(RDF.type, DCAT.Dataset)
    return sorted({str(s) for s in nodes if isinstance(s, URIRef)})


def dataset_pages(site: ExaminedServer) -> list[Response]:
    """Return the pages of a sample of data sets that this server serves, as a browser gets them."""
    urls = [u for u in map(site.url_of, datasets(site)) if site.own(u)]
    return [site.client.follow(url, BROWSER) for url in urls[: site.client.limits.sample]]
