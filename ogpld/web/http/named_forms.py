"""Links of an answer to its own further pages: in the form that its address names, where it names one."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from ogpld.web.http.http_messages import Request
from ogpld.web.http.parameters import FORMAT, PROFILE

#: An element of a page that leads to another page of the same, and the path and query that it leads to.
_TO_PAGE = re.compile(
    r'(<(?:a|link)\b[^>]*?\srel="(?:first|prev|next|last)"[^>]*?\shref=")([^"#?]*)(\?[^"#]*)?(?=["#])'
)


def form_query(request: Request) -> str:
    """Return the parameters by which an address names a form, as they stand in one; "" for none."""
    names = (parameter.name for parameter in (*FORMAT, *PROFILE))
    return urlencode([(name, request.args[name]) for name in names if request.args.get(name)])


def with_form(path: str, query: str) -> str:
    """Return a path of the site that names a form, "" for none; one that names one stays as it is.

    >>> with_form("/search?q=a&page=2", "format=json"), with_form("/ns", "")
    ('/search?q=a&page=2&format=json', '/ns')
    """
    if not query or re.search(r"[?&](?:format|_mediatype)=", path):
        return path
    return f"{path}{'&' if '?' in path else '?'}{query}"


def keep_form(html: str, path: str, query: str) -> str:
    """Return a page whose links to further pages of its own path name the form that it was asked for in.

    >>> keep_form('<a rel="next" href="ns?page=2">', "ns", "format=html")
    '<a rel="next" href="ns?page=2&amp;format=html">'
    """

    def named(match: re.Match[str]) -> str:
        start, target, parameters = match[1], match[2], match[3] or ""
        if target != path:
            return match[0]
        return start + with_form(target + parameters.replace("&amp;", "&"), query).replace(
            "&", "&amp;"
        )

    return _TO_PAGE.sub(named, html) if query else html
