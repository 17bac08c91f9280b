"""Which page of results an address asks for, and how many results on one."""

from __future__ import annotations

import re

from ogpld.web.http.http_messages import Request
from ogpld.web.http.problems import Problem
from ogpld.web.http.redirects import is_number


def page_number(text: str, pages: int, path: str) -> int:
    """Return the number of the page that is asked for, from 1.

    Args:
        text: what the address says.
        pages: how many there are.
        path: where the first one is.

    Raises:
        Problem: 404 for a page past the last.
    """
    if not is_number(text) or int(text) > pages:
        detail = f"There is no page {text[:80]!r}; the last one is {pages}."
        raise Problem("not-found", detail, f"see {path}")
    return int(text)


def limit_of(request: Request, usual: int, most: int) -> int:
    """Return how many results of a page a request asks for.

    Args:
        request: the request.
        usual: how many there are when nobody says.
        most: how many there are at most.

    Raises:
        Problem: 400 for what is no number, or too high.
    """
    text = request.args.get("limit", "")
    if not text:
        return usual
    if not re.fullmatch("[1-9][0-9]{0,3}", text) or int(text) > most:
        raise Problem("limit", f"limit={text[:20]} is not a number from 1 to {most:,}.", most=most)
    return int(text)
