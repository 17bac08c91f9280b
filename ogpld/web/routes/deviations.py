"""`/docs/sparql-deviations`: where the SPARQL engine deviates, as a page and as Markdown."""

from __future__ import annotations

from flask import Blueprint
from markdown_it import MarkdownIt
from markupsafe import Markup

from ogpld.formats.negotiation import Offer
from ogpld.paths import shipped
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.http.http_messages import Response
from ogpld.web.http.responses import HTML, choose, respond
from ogpld.web.pages.templates import render
from ogpld.web.sparql.service_description import DEVIATIONS

routes = Blueprint("deviations", __name__)

_OFFERS = (HTML, Offer("md", "text/markdown", ("text/plain",), ("markdown",)))


@routes.get(DEVIATIONS)
@routes.get(f"{DEVIATIONS}.<suffix>")
def sparql_deviations(request: ReleaseRequest, suffix: str = "") -> Response:
    """Answer with the document that travels with this software."""
    offer, negotiated = choose(request, _OFFERS, suffix)
    body = (shipped("docs") / "sparql-deviations.md").read_bytes()
    if offer is HTML:
        content = as_html(body.decode())
        body = render(request, "document.html", title="SPARQL deviations", content=content).encode()
    request.state.cacheable = True
    return respond(request, body, offer, negotiated=negotiated, path=DEVIATIONS, offers=_OFFERS)


def as_html(markdown: str) -> Markup:
    """Return Markdown as HTML: no HTML in it is taken over, tables scroll on their own."""
    page = MarkdownIt("js-default").render(markdown)
    page = page.replace(
        "<table>", '<div class="wide" role="region" aria-label="Table" tabindex="0">\n<table>'
    )
    page = page.replace("</table>", "</table>\n</div>").replace("<th>", '<th scope="col">')
    return Markup(page)  # noqa: S704  (our own document, through a renderer that escapes)
