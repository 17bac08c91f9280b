"""`/docs/{name}`: documents that travel with the software, as pages and as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flask import Blueprint, Response, render_template, request
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from ogpld.formats.negotiation import Offer
from ogpld.paths import shipped
from ogpld.web.http.caching import keep
from ogpld.web.http.problems import Problem
from ogpld.web.http.responses import HTML, choose, respond

routes = Blueprint("documentation", __name__)

#: The documents by name, with the titles of their pages.
DOCUMENTS = {"contract": "What you can rely on", "sparql-deviations": "SPARQL deviations"}
_OFFERS = (HTML, Offer("md", "text/markdown", ("text/plain",), ("markdown",)))


@routes.get("/docs/<name>")
def document(name: str) -> Response:
    """Answer with a document; a suffix fixes its form."""
    name, _, suffix = name.partition(".")
    if name not in DOCUMENTS:
        known = ", ".join(f"/docs/{other}" for other in DOCUMENTS)
        raise Problem(404, "not-found", f"There is no document {name[:80]!r}.", f"there are {known}")
    offer, negotiated = choose(_OFFERS, suffix)
    body = (shipped("docs") / f"{name}.md").read_bytes()
    if offer is HTML:
        content = as_html(body.decode())
        body = render_template("document.html", title=DOCUMENTS[name], content=content).encode()
    keep(request.environ)
    return respond(body, offer, negotiated=negotiated, path=f"/docs/{name}", offers=_OFFERS)


def as_html(markdown: str) -> Markup:
    """Return Markdown as HTML: no HTML in it is taken over, headings have anchors, tables scroll.

    Args:
        markdown: the text of one of `DOCUMENTS`.
    """
    renderer = MarkdownIt("js-default")
    tokens = renderer.parse(markdown)
    for token, following in zip(tokens, [*tokens[1:], Token("", "", 0)], strict=True):
        if token.type == "heading_open":
            token.attrSet("id", anchor(following.content))
    for link in _links(tokens):
        place, _, fragment = str(link.attrGet("href")).partition(".md")
        if place in DOCUMENTS:
            link.attrSet("href", f"/docs/{place}{fragment}")
    page = renderer.renderer.render(tokens, renderer.options, {})
    page = page.replace(
        "<table>", '<div class="wide" role="region" aria-label="Table" tabindex="0">\n<table>'
    )
    page = page.replace("</table>", "</table>\n</div>").replace("<th>", '<th scope="col">')
    return Markup(page)  # noqa: S704  (our own document, through a renderer that escapes)


def anchor(heading: str) -> str:
    """Return the anchor of a heading, as hosts of code make it.

    >>> anchor("The W3C's evaluation tests")
    'the-w3cs-evaluation-tests'
    """
    return re.sub(r"[^\w-]", "", heading.strip().lower().replace(" ", "-"))


def _links(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from (child for child in token.children or () if child.type == "link_open")
