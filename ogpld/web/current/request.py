"""Hand a request the release it is answered from."""

from __future__ import annotations

from flask import g

from ogpld.formats.negotiation import Offer
from ogpld.web.current.open_release import Serving
from ogpld.web.http.responses import HTML, IMMUTABLE, LIVE


def serving() -> Serving:
    """Return the release this request is answered from."""
    found: Serving = g.serving
    return found


def caching_of(offer: Offer) -> str:
    """Return how long a form may be kept; pages change with our frame, what is past does not."""
    return IMMUTABLE if serving().place and offer is not HTML else LIVE
