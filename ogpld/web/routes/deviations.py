"""`/docs/sparql-deviations`: where the SPARQL engine deviates, as a page and as Markdown."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from markdown_it import MarkdownIt
from markupsafe import Markup

from ogpld.formats import media
from ogpld.paths import shipped
from ogpld.web.http.caching import keep
from ogpld.web.http.responses import HTML, choose, respond
from ogpld.web.sparql.service_description import DEVIATIONS

routes = Blueprint("deviations", __name__)

_OFFERS = (HTML, media.offer_of(media.MARKDOWN))


@routes.get(DEVIATIONS)
@routes.get(f"{DEVIATIONS}.<suffix>")
def sparql_deviations(suffix: str = "") -> Response:
    """Answer with the document that travels with this software."""
    offer, negotiated = choose(_OFFERS, suffix)
    body = (shipped("docs") / "sparql-deviations.md").read_bytes()
    if offer is HTML:
        content = as_html(body.decode())
        body = render_template("document.html", title="SPARQL deviations", content=content).encode()
    keep(request.environ)
    return respond(body, offer, negotiated=negotiated, path=DEVIATIONS, offers=_OFFERS)


def as_html(markdown: str) -> Markup:
    """Return Markdown as HTML: no HTML in it is taken over, tables scroll on their own."""
    page = MarkdownIt("js-default").render(markdown)
    page = page.replace(
        "<table>", '<div class="wide" role="region" aria-label="Table" tabindex="0">\n<table>'
    )
    page = page.replace("</table>", "</table>\n</div>").replace("<th>", '<th scope="col">')
    return Markup(page)  # noqa: S704  (our own document, through a renderer that escapes)
