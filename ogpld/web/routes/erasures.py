"""`/erasures`: what was taken out of releases, when and why, with the digests before and since."""

from __future__ import annotations

from flask import Blueprint

from ogpld.catalogue.erasure_description import erasure_triples
from ogpld.formats.profiles import PLAIN
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.documents.document import write_triples
from ogpld.web.http.http_messages import Response
from ogpld.web.http.responses import HTML, OFFERS, choose, respond
from ogpld.web.pages.templates import render

routes = Blueprint(__name__.rpartition(".")[2], __name__)


@routes.get("/erasures")
@routes.get("/erasures.<suffix>")
def listing(request: ReleaseRequest, suffix: str = "") -> Response:
    """Answer with the records of all erasures, newest first."""
    current = request.release
    offer, negotiated = choose(request, OFFERS, suffix, profiles=PLAIN)
    if offer is HTML:
        text = render(request, "erasures.html", erasures=list(reversed(current.erasures)))
        body = text.encode()
    else:
        triples = list(erasure_triples(current.iris, current.erasures))
        body = write_triples(current, triples, f"{current.iris.base}erasures", offer)
    request.state.cacheable = True
    return respond(request, body, offer, negotiated=negotiated, path="/erasures", profiles=PLAIN)
