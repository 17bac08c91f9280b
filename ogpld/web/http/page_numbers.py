"""Numbers of pages that addresses ask for."""

from __future__ import annotations

from ogpld.web.http.problems import Problem
from ogpld.web.http.redirects import is_number


def page_number(text: str, pages: int, path: str) -> int:
    """Return the number of the page that is asked for, from 1.

    Args:
        text: what the address says.
        pages: how many there are.
        path: where the first one is.

    Raises:
        Problem: 404 for a page that there is not.
    """
    if not is_number(text) or int(text) > pages:
        detail = f"There is no page {text[:80]!r}; the last one is {pages}."
        raise Problem("not-found", detail, f"see {path}")
    return int(text)
