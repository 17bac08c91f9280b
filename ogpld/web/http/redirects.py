"""Redirects to other paths of this site, never to a host; the query goes along, whatever it is made of."""

from __future__ import annotations

import re
from urllib.parse import quote

from werkzeug.utils import redirect

from ogpld.web.http.http_messages import Request, Response
from ogpld.web.http.site_paths import with_language

#: What may stand in a query as it is (RFC 3986 section 3.4); what is encoded already stays so.
_QUERY = "%/?:@!$&'()*+,;=-._~"


def moved(
    request: Request, path: str, status: int, *, caching: str = "no-store", query: bool = True
) -> Response:
    """Return a redirect.

    Args:
        request: the request.
        path: address, not yet quoted.
        status: 301, 302, 303 or 307.
        caching: Cache-Control.
        query: whether the query of the request goes along; of one that does not, the language does.
    """
    without_query = with_language(quote(path), request.named_language)
    target = location(request, path) if query else without_query
    response = redirect(request.address(target), status, Response)
    headers = {**dict(response.headers), "Location": target, "Cache-Control": caching}
    return Response(response.get_data(), status, headers)


class Redirection(Exception):
    """An address stands for another; raised where a view would answer.

    Args:
        response: the redirect.
    """

    def __init__(self, response: Response) -> None:
        super().__init__(response.headers["Location"])
        self.response = response


def location(request: Request, path: str) -> str:
    """Return a path, not yet quoted, as an address with the query of the request."""
    query = quote(request.query_string, safe=_QUERY)
    return quote(path) + (f"?{query}" if query else "")


_NUMBER = re.compile(r"[1-9][0-9]{0,6}")


def is_number(text: str) -> bool:
    """Say whether a text is a number from 1 on, without leading zeros and not absurdly large."""
    return _NUMBER.fullmatch(text) is not None
