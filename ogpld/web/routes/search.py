"""`/search`, `/suggest` and `/opensearch.xml`: things by what they are called, for people and programs."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from flask import Blueprint

from ogpld.formats import media
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.http.http_messages import Response
from ogpld.web.http.responses import HTML, choose, respond, write_as_named
from ogpld.web.pages.search_page import (
    address_of_page,
    search_json,
    search_page,
    suggestions,
    suggestions_array,
    suggestions_json,
)
from ogpld.web.pages.search_request import read_search
from ogpld.web.pages.site import site_of
from ogpld.web.pages.templates import render

routes = Blueprint(__name__.rpartition(".")[2], __name__)

_JSON = media.offer_of(media.JSON)
_OFFERS = (HTML, _JSON)
_ARRAY = media.offer_of(media.SUGGESTIONS)
_SUGGESTED = (_ARRAY, _JSON)
#: Characters that the short and the long name of a search engine may have (OpenSearch 1.1).
_SHORT, _LONG = 16, 48


@routes.get("/search")
def search(request: ReleaseRequest) -> Response:
    """Answer with the things that have such a name."""
    offer, negotiated = choose(request, _OFFERS)
    if offer is not HTML:
        write_as_named(request)
    page = search_page(request.release, read_search(request, request.release))
    body = (
        render(request, "search.html", page=page).encode()
        if offer is HTML
        else search_json(request, page)
    )
    request.state.cacheable = True
    links = [
        f'<{address_of_page(request, href)}>; rel="{name}"'
        for name, href in (("prev", page.previous), ("next", page.next))
        if href
    ]
    return respond(request, body, offer, negotiated=negotiated, links=links)


@routes.get("/suggest")
def suggest(request: ReleaseRequest) -> Response:
    """Answer with what a text that was begun may become, for browsers or for a page."""
    offer, negotiated = choose(request, _SUGGESTED)
    write_as_named(request)
    text, hits = suggestions(request, request.release)
    body = (
        suggestions_array(text, hits, request.release.iris.base)
        if offer is _ARRAY
        else suggestions_json(request, hits)
    )
    request.state.cacheable = True
    return respond(request, body, offer, negotiated=negotiated)


@routes.get("/opensearch.xml")
def opensearch(request: ReleaseRequest) -> Response:
    """Describe the search for browsers (OpenSearch 1.1)."""
    base = request.release.iris.base
    name = site_of(request.release.settings).name
    short = name if len(name) <= _SHORT else "OGP data"
    pages = (
        (media.HTML.type, "results", "search?q={searchTerms}"),
        (media.JSON.type, "results", "search?q={searchTerms}&format=json"),
        (media.SUGGESTIONS.type, "suggestions", "suggest?q={searchTerms}&format=suggestions"),
        (media.OPENSEARCH.type, "self", "opensearch.xml"),
    )
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">',
        f"<ShortName>{escape(short)}</ShortName>",
        f"<LongName>{escape(name[:_LONG])}</LongName>",
        "<Description>Members, action plans, commitments and codes by their names.</Description>",
        *(
            f"<Url type={quoteattr(kind)} rel={quoteattr(rel)} template={quoteattr(base + path)}/>"
            for kind, rel, path in pages
        ),
        f'<Image type="image/svg+xml">{escape(base)}static/icon.svg</Image>',
        "<InputEncoding>UTF-8</InputEncoding>",
        "<OutputEncoding>UTF-8</OutputEncoding>",
        "</OpenSearchDescription>",
        "",
    ]
    offer = media.offer_of(media.OPENSEARCH)
    request.state.cacheable = True
    return respond(request, "\n".join(lines).encode(), offer, negotiated=False)
