"""Can portals take the catalogue as it is (DCAT-AP 3.0.1; what ckanext-dcat, udata and piveau read)?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from rdflib import Graph
from rdflib.term import BNode

from ogpld.doctor import parsing as reading
from ogpld.doctor.address_sample import addresses
from ogpld.doctor.check import Check, CheckFailure, NotApplicableError
from ogpld.doctor.client import Response
from ogpld.doctor.dcatap import shortcomings
from ogpld.doctor.server_map import ExaminedServer, without_suffix
from ogpld.doctor.terms import DCAT, DCTERMS, FOAF, HYDRA, RDF

_URLS = (
    DCAT.accessURL,
    DCAT.downloadURL,
    DCAT.landingPage,
    DCAT.endpointURL,
    DCAT.endpointDescription,
    FOAF.homepage,
    FOAF.page,
)
#: What a harvester reads in one go unless told otherwise (ckanext-dcat).
_PAGE = 50_000_000


def _catalogue(site: ExaminedServer) -> tuple[Response, Graph]:
    if site.catalogue is None:
        raise NotApplicableError("there is no catalogue that can be read")
    return site.catalogue


def _forms(site: ExaminedServer) -> list[tuple[str, Response]]:
    """Return the catalogue in each form, asked for as harvesters do."""
    _catalogue(site)
    forms = []
    for media_type, url in site.catalogues.items():
        accept = media_type if url == site.url else "*/*"
        forms.append((media_type, site.client.get(url, accept)))
    return forms


def catalogue_presence(site: ExaminedServer) -> Iterator[CheckFailure]:
    """There is a DCAT catalogue with data sets, in RDF."""
    if site.catalogue is None:
        reply = site.client.get(site.start.catalog or site.at("/catalog.ttl"))
        yield CheckFailure(
            reply, "no DCAT catalogue was found (/catalog.ttl, …); name one with --catalog"
        )
    elif (None, RDF.type, DCAT.Dataset) not in site.catalogue[1]:
        yield CheckFailure(site.catalogue[0], "the catalogue has no dcat:Dataset")


def forms(site: ExaminedServer) -> Iterator[CheckFailure]:
    """Turtle, JSON-LD and RDF/XML have addresses that end in their suffix."""
    forms = dict(_forms(site))
    for media_type, (suffix, _) in reading.RDF_FORMS.items():
        if suffix != "nt" and media_type not in forms:
            stem = without_suffix(next(iter(site.catalogues.values())))
            stem = site.at("/catalog") if stem == site.url else stem
            reply = site.client.get(f"{stem}.{suffix}")
            yield CheckFailure(reply, f"no catalogue in {media_type}: {reply.status_line}")


def equal_forms(site: ExaminedServer) -> Iterator[CheckFailure]:
    """The catalogue says the same in every form."""
    _, expected = _catalogue(site)
    for media_type, reply in _forms(site):
        try:
            if not reading.same(site.graph(reply, media_type), expected):
                yield CheckFailure(reply, "says something else than the first form")
        except reading.UnreadableError as reason:
            yield CheckFailure(reply, str(reason))


def head_headers(site: ExaminedServer) -> Iterator[CheckFailure]:
    """HEAD tells harvesters type and length, below what they read in one go."""
    for media_type, reply in _forms(site):
        head = site.client.ask("HEAD", reply.url, reply.sent)
        if head.status != 200 or head.type != media_type:  # noqa: PLR2004
            yield CheckFailure(head, f"HEAD gives {head.status_line}, not {media_type}")
        elif int(head.headers.get("content-length", "0") or "0") > _PAGE:
            yield CheckFailure(
                head, f"is {head.headers['content-length']} bytes; harvesters stop at 50 MB"
            )


def mandatory_properties(site: ExaminedServer) -> Iterator[CheckFailure]:
    """What DCAT-AP demands is there."""
    reply, graph = _catalogue(site)
    for node, sentence in islice(shortcomings(graph), 5):
        yield CheckFailure(reply, f"<{node}>: {sentence}")


def dataset_iris(site: ExaminedServer) -> Iterator[CheckFailure]:
    """Data sets and distributions have IRIs: a blank node is another one at every harvest."""
    reply, graph = _catalogue(site)
    for kind in (DCAT.Catalog, DCAT.Dataset, DCAT.Distribution, DCAT.DataService):
        if any(isinstance(node, BNode) for node in graph.subjects(RDF.type, kind)):
            yield CheckFailure(reply, f"a {kind.fragment or kind} has no IRI")


def equal_bytes(site: ExaminedServer) -> Iterator[CheckFailure]:
    """The catalogue has equal bytes when nothing changed: harvesters compare digests."""
    for media_type, reply in _forms(site):
        again = site.client.get(reply.url, reply.sent["Accept"], fresh=True)
        if again.body != reply.body:
            yield CheckFailure(again, f"{media_type} has other bytes the second time")


def complete_catalogue(site: ExaminedServer) -> Iterator[CheckFailure]:
    """The catalogue is one document; where it is paged, its pages lead to the end."""
    reply, graph = _catalogue(site)
    seen, pages = {reply.url}, 0
    while following := next(iter(graph.objects(None, HYDRA.next)), None):
        url, pages = site.url_of(str(following)), pages + 1
        page = site.client.get(url)
        if url in seen:
            yield CheckFailure(page, "hydra:next of the catalogue leads back: harvesters never end")
            return
        if not page.ok:
            yield CheckFailure(
                page, f"a page of the catalogue gives {page.status_line}: harvesters delete"
            )
            return
        if pages >= site.client.limits.pages:
            return
        seen.add(url)
        graph = site.graph(page)


def links(site: ExaminedServer) -> list[tuple[str, str]]:
    """Return addresses in the catalogue with the property that has them; what is left out is noted."""
    _, graph = _catalogue(site)
    urls: set[tuple[str, str]] = set()
    for property_name in _URLS:
        name = f"{property_name}".rpartition("#")[2].rpartition("/")[2]
        taken, number = addresses(graph, property_name, site.client.limits.addresses)
        urls.update((url, name) for url in taken)
        if len(taken) < number:
            site.notes.append(f"{name}: {len(taken):,} of {number:,} addresses were asked for")
    pages = {
        (str(o), "conformsTo")
        for o in graph.objects(None, DCTERMS.conformsTo)
        if site.own(site.url_of(str(o)))
    }
    return sorted(urls | pages)


def answers(site: ExaminedServer, url: str) -> Response:
    """Ask with HEAD whether an address answers; another's private address is not asked."""
    place = site.url_of(url)
    if not site.own(place) and site.client.private(place) and not site.client.private(site.url):
        return Response("HEAD", place, {}, error="a private address, which nobody else can reach")
    return site.client.head(place)


def linked_addresses(site: ExaminedServer) -> Iterator[CheckFailure]:
    """The addresses in the catalogue answer HEAD; of very many of a property, a sample."""
    for url, name in links(site):
        reply = answers(site, url)
        if reply.status not in {200, 204}:
            yield CheckFailure(reply, f"{name} <{url}> gives {reply.status_line}")


_PROFILE = "DCAT-AP 3.0.1"
_HARVEST = "ckanext-dcat; /docs/contract#catalogue"
CHECKS = (
    Check("catalogue.exists", "there is a catalogue of data sets", _PROFILE, catalogue_presence),
    Check("catalogue.forms", "Turtle, JSON-LD and RDF/XML by suffix", _HARVEST, forms),
    Check("catalogue.same", "every form says the same", _HARVEST, equal_forms),
    Check("catalogue.head", "HEAD tells type and length", _HARVEST, head_headers),
    Check("catalogue.profile", "mandatory properties are there", _PROFILE, mandatory_properties),
    Check("catalogue.named", "data sets have IRIs", _HARVEST, dataset_iris),
    Check(
        "catalogue.steady",
        "unchanged means equal bytes",
        "data.europa.eu provider manual",
        equal_bytes,
    ),
    Check("catalogue.whole", "it is complete in what is read", _HARVEST, complete_catalogue),
    Check(
        "catalogue.links",
        "addresses in it answer HEAD",
        "data.europa.eu MQA",
        linked_addresses,
    ),
)
