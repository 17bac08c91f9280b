"""Web addresses in cells and descriptions."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from ogpld.rdf import NamedNode

#: An address with a host that `urlsplit` would take apart without a doubt.
_PLAIN_LINK = re.compile(r"https?://[A-Za-z0-9.-]+(?:[/?#][^][\s]*)?", re.ASCII)

#: Where another address begins behind a comma.
_SECOND = re.compile(r",https?://", re.IGNORECASE)


def link(address: str) -> NamedNode | None:
    """Return an absolute http(s) address as a link, None for another text and for what is no IRI.

    Two addresses with a comma and no blank between them are no address; in a query they are part of one.
    """
    if has_two(address):
        return None
    try:
        if _PLAIN_LINK.fullmatch(
            address
        ):  # as nearly all are: taking them apart costs ten times more
            return NamedNode(address)
        parts = urlsplit(address)
        if parts.scheme in {"http", "https"} and parts.netloc:
            return NamedNode(address)
    except ValueError:
        pass
    return None


def has_two(text: str) -> bool:
    """Say whether a text is two addresses with a comma between them."""
    return _SECOND.search(text.partition("?")[0].partition("#")[0]) is not None


def is_iri(text: str) -> bool:
    """Say whether a text is an IRI of any scheme."""
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True
