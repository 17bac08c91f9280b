"""Found by whoever knows only the address: VoID, the list of services, linksets, robots.txt."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, current_app

from ogpld.catalogue.linkset import (
    Link,
    Linkset,
    as_json,
    as_text,
    read_header,
)
from ogpld.catalogue.services import api_catalogue
from ogpld.catalogue.void import void_triples
from ogpld.formats import Statements, format_named, media
from ogpld.queries import load
from ogpld.rdf import canonical_triples
from ogpld.stores import Query
from ogpld.web.current.dataset_facts import facts, keep_settled
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.documents.signposts import has_linkset
from ogpld.web.http.http_messages import Response
from ogpld.web.http.problems import Problem
from ogpld.web.http.redirects import moved
from ogpld.web.http.responses import HTML, LIVE, OFFERS, choose, respond, suffix_of
from ogpld.web.lists.list_index import things

routes = Blueprint(__name__.rpartition(".")[2], __name__)

_RDF = tuple(offer for offer in OFFERS if offer is not HTML)
_LINKSETS = media.offers_of((media.LINKSET_JSON, media.LINKSET_TEXT))


@routes.get("/.well-known/void")
@routes.get("/void")
@routes.get("/void.<suffix>")
def void(request: ReleaseRequest, suffix: str = "") -> Response:
    """Answer with the VoID description: counts, linksets, and how to get at the data."""
    current = request.release
    offer, negotiated = choose(request, _RDF, suffix)
    keep_settled(request)
    graph = current.iris.graph("void").value
    answer = current.store.answer(
        Query(load("graph"), ("", "nt"), default_graphs=(graph,)), trusted=True
    )
    linksets = current.store.answer(Query(load("linksets"), ("", "nt")), trusted=True)
    segments = [d.segment for d in current.model.classes.values() if d.segment]
    examples = [members[0] for s in dict.fromkeys(segments) if (members := things(current, s))]
    triples = void_triples(facts(current), examples=examples)
    form = format_named(suffix_of(offer))
    root = f"{current.iris.base}.well-known/void"
    context_iri = current.iris.context
    content = canonical_triples(triples, answer.body + linksets.body)
    body = form.write(Statements(content, root, current.context, context_iri))
    return respond(request, body, offer, negotiated=negotiated, path="/void", offers=_RDF)


@routes.get("/.well-known/api-catalog")
def api_catalog(request: ReleaseRequest) -> Response:
    """Answer with the services there are (RFC 9727)."""
    keep_settled(request)
    return _linkset(
        request, api_catalogue(exists), links=[Link("api-catalog", "/.well-known/api-catalog")]
    )


def exists(path: str) -> bool:
    """Say whether this server answers at a path."""
    return any(rule.rule == path for rule in current_app.url_map.iter_rules())


@routes.get("/linkset/<path:below>")
def linkset(request: ReleaseRequest, below: str) -> Response:
    """Answer with the links of a document or a data set: those of its header, in a document."""
    path = f"/{below}"
    keep_settled(request)
    if not has_linkset(path):
        hint = "documents of things, codes, graphs and data sets have one"
        raise Problem("not-found", f"{path} has no linkset.", hint)
    endpoint, arguments = current_app.url_map.bind("").match(f"{path}.ttl")
    request.environ.pop("HTTP_ACCEPT_DATETIME", None)  # the links are those of the live document
    answer: Response = current_app.view_functions[endpoint](request, **arguments)  # type: ignore[assignment]
    address = quote(path)
    links = [link for link in read_header(answer.headers.get("Link", "")) if link.rel != "linkset"]
    links.append(Link("alternate", f"{address}.ttl", {"type": media.TURTLE.type}))
    described = [
        (link.href, [Link("describes", address)]) for link in links if _describes(link, address)
    ]
    return _linkset(request, [(address, links), *described])


def _describes(link: Link, address: str) -> bool:
    return link.rel == "describedby" and link.href.startswith(f"{address}.")


def _linkset(
    request: ReleaseRequest, linkset_of_path: Linkset, links: list[Link] | None = None
) -> Response:
    offer, negotiated = choose(request, _LINKSETS)
    base = request.release.iris.base
    body = (
        as_json(linkset_of_path, base) if offer.name == "json" else as_text(linkset_of_path, base)
    )
    header = [link.header() for link in links or ()]
    return respond(request, body, offer, negotiated=negotiated, links=header)


@routes.get("/robots.txt")
def robots(request: ReleaseRequest) -> Response:
    """Tell crawlers what is where, and ask them to leave alone what is worked out for each caller."""
    base = request.release.iris.base
    lines = [
        f"# The data as files: {base}dump/current/ (their digests: {base}catalog.ttl)",
        f"# What changed: {base}ldes, {base}activity or {base}feed.atom",
        f"# How portals harvest: {base}harvest",
        "# Please take those before pages: they are complete and cost nobody anything.",
        "User-agent: *",
        *(f"{rule}: {request.address(path)}" for rule, path in _RULES),
        "",
        f"Sitemap: {base}sitemap.xml",
    ]
    request.state.cacheable = True
    return respond(
        request, "\n".join([*lines, ""]).encode(), media.offer_of(media.TEXT), negotiated=False
    )


@routes.get("/favicon.ico")
def icon(request: ReleaseRequest) -> Response:
    """Redirect to the icon: browsers look here beside everything that is no page of ours."""
    return moved(request, "/static/icon.png", 301, caching=LIVE, query=False)


#: What answers each caller anew, and what says again what the live documents say. Lists with filters are
#: endless; their pages without any may be walked (RFC 9309: the longest rule counts).
_RULES = (
    ("Disallow", "/sparql"),
    ("Disallow", "/query"),
    ("Disallow", "/q/"),
    ("Disallow", "/search"),
    ("Disallow", "/suggest"),
    ("Disallow", "/fragments"),
    ("Disallow", "/validate"),
    ("Disallow", "/release/*/doc/"),
    ("Disallow", "/release/*/graph/"),
    ("Disallow", "/release/*/sparql"),
    ("Disallow", "/timemap/"),
    ("Disallow", "/queries/*?"),
    ("Disallow", "/doc/*?"),
    ("Allow", "/doc/*?page="),
    ("Disallow", "/doc/*?page=*&"),
)
