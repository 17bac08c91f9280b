"""`/docs/{name}`: documents that travel with the software, as pages and as Markdown."""

from __future__ import annotations

from flask import Blueprint

from ogpld.formats import media
from ogpld.paths import shipped
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.http.http_messages import Response
from ogpld.web.http.parameters import whole_only
from ogpld.web.http.problems import Problem
from ogpld.web.http.responses import HTML, choose, respond
from ogpld.web.pages.division import divide
from ogpld.web.pages.markdown import as_html
from ogpld.web.pages.templates import render

routes = Blueprint(__name__.rpartition(".")[2], __name__)

#: The documents by name, with the titles of their pages.
DOCUMENTS = {
    "ask": "Ask with SPARQL",
    "link": "Link a spreadsheet",
    "harvest": "Harvest",
    "publish": "Publish a plan",
    "releases": "Releases and limits",
    "operate": "Operate a site",
    "engines": "Engines",
    "scale": "Scale",
    "extend": "Extend the model",
    "why-not": "Why not something else",
    "contract": "What you can rely on",
    "sparql-deviations": "SPARQL deviations",
    "agents": "Language models as readers",
    "federation": "Joining with what others publish",
    "export": "A copy without a server",
}
_OFFERS = (HTML, media.offer_of(media.MARKDOWN))
_INDEX = "index"


@routes.get("/docs/design")
def design(request: ReleaseRequest) -> Response:
    """Answer with every element that pages are made of, once."""
    offer, negotiated = choose(request, (HTML,))
    request.state.cacheable = True
    return respond(request, render(request, "design.html").encode(), offer, negotiated=negotiated)


@routes.get("/docs")
@routes.get("/docs.<suffix>")
def index(request: ReleaseRequest, suffix: str = "") -> Response:
    """Answer with what documents there are, by what somebody wants."""
    return _answer(request, _INDEX, "Documentation", "/docs", suffix)


@routes.get("/docs/<name>")
def document(request: ReleaseRequest, name: str) -> Response:
    """Answer with a document; a suffix fixes its form."""
    name, _, suffix = name.partition(".")
    if name not in DOCUMENTS:
        available = ", ".join(f"/docs/{other}" for other in DOCUMENTS)
        raise Problem("not-found", f"There is no document {name[:80]!r}.", f"there are {available}")
    return _answer(request, name, DOCUMENTS[name], f"/docs/{name}", suffix)


def _answer(
    request: ReleaseRequest, name: str, title: str, path: str, suffix: str = ""
) -> Response:
    offer, negotiated = choose(request, _OFFERS, suffix)
    body = (shipped("docs") / f"{name}.md").read_bytes()
    if offer is HTML:
        content = as_html(body.decode(), DOCUMENTS)
        division = divide(content, path, request.args.get("page", "1"))
        body = render(request, "document.html", title=title, division=division).encode()
    else:
        whole_only(request, offer.name, ("page",))
    request.state.cacheable = True
    return respond(request, body, offer, negotiated=negotiated, path=path, offers=_OFFERS)
