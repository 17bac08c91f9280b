"""Documents written in Markdown, as what a page shows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape


def as_html(markdown: str, documents: Collection[str] = ()) -> Markup:
    """Return Markdown as HTML: no HTML of it is kept, headings have anchors and name tables, which scroll.

    Args:
        markdown: a text of ours.
        documents: names of the documents that are served, so that links to their files lead to their pages.
    """
    renderer = MarkdownIt("js-default")
    tokens = renderer.parse(markdown)
    for token, following in zip(tokens, [*tokens[1:], Token("", "", 0)], strict=True):
        if token.type == "heading_open":
            token.attrSet("id", anchor(following.content))
    for link in _links(tokens):
        document, _, fragment = str(link.attrGet("href")).partition(".md")
        if document in documents:
            link.attrSet("href", f"/docs/{document}{fragment}")
    page = renderer.renderer.render(tokens, renderer.options, {})
    names = _table_names(tokens)
    page = re.sub(
        "<table>",
        lambda _: (
            f'<div class="wide" role="region" aria-label="{escape(next(names))}" tabindex="0">\n<table>'
        ),
        page,
    )
    page = page.replace("</table>", "</table>\n</div>").replace("<th>", '<th scope="col">')
    page = page.replace("<pre>", '<pre tabindex="0">')
    return Markup(page)  # noqa: S704  (our own document, through a renderer that escapes)


def anchor(heading: str) -> str:
    """Return the anchor of a heading, as hosts of code make it.

    >>> anchor("The W3C's evaluation tests")
    'the-w3cs-evaluation-tests'
    """
    return re.sub(r"[^\w-]", "", heading.strip().lower().replace(" ", "-"))


def _table_names(tokens: list[Token]) -> Iterator[str]:
    """Give each table the text of the heading it stands below, numbered where that has several."""
    heading, number = "", Counter[str]()
    for token, following in zip(tokens, [*tokens[1:], Token("", "", 0)], strict=True):
        if token.type == "heading_open":
            heading = "".join(child.content for child in following.children or ())
        elif token.type == "table_open":
            number[heading] += 1
            yield heading if number[heading] == 1 else f"{heading}, {number[heading]}"


def _links(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from (child for child in token.children or () if child.type == "link_open")
