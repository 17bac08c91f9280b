"""`/harvest`: the settings with which portals and clients take up this site."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from ogpld.catalogue.harvesters import clients, portals
from ogpld.web.current.dataset_facts import facts
from ogpld.web.current.request import serving
from ogpld.web.http.responses import HTML, choose, respond
from ogpld.web.routes.catalogue import keep_settled
from ogpld.web.routes.discovery import exists

routes = Blueprint("harvest", __name__)


@routes.get("/harvest")
def harvest() -> Response:
    """Answer with the page."""
    current = serving()
    offer, negotiated = choose((HTML,))
    known = facts(current)
    body = render_template(
        "harvest.html",
        base=current.iris.base,
        datasets=known.datasets,
        release=current.release,
        portals=portals(current.iris.base, current.settings, known.whole.name),
        clients=clients(current.iris.base, exists),
        files=len([file for found in known.datasets for file in found.files]),
    ).encode()
    keep_settled()
    return respond(body, offer, negotiated=negotiated)
