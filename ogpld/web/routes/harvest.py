"""`/harvest`: the settings with which portals and clients take up this site."""

from __future__ import annotations

from flask import Blueprint

from ogpld.catalogue.harvesters import clients, portals
from ogpld.web.current.dataset_facts import facts, keep_settled
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.http.http_messages import Response
from ogpld.web.http.responses import HTML, choose, respond
from ogpld.web.pages.templates import render
from ogpld.web.routes.discovery import exists

routes = Blueprint(__name__.rpartition(".")[2], __name__)


@routes.get("/harvest")
def harvest(request: ReleaseRequest) -> Response:
    """Answer with the page."""
    current = request.release
    offer, negotiated = choose(request, (HTML,))
    keep_settled(request)
    catalogue_facts = facts(current)
    body = render(
        request,
        "harvest.html",
        base=current.iris.base,
        datasets=catalogue_facts.datasets,
        release=current.release,
        portals=portals(current.iris.base, current.settings, catalogue_facts.whole.name),
        clients=clients(current.iris.base, exists),
        files=len([file for described in catalogue_facts.datasets for file in described.files]),
    ).encode()
    return respond(request, body, offer, negotiated=negotiated)
