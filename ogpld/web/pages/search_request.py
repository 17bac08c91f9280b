"""What a request to `/search` or `/suggest` looks for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from ogpld.search.index import LONGEST_TEXT
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.value_names import member_key
from ogpld.web.http.http_messages import Request
from ogpld.web.http.page_numbers import limit_of
from ogpld.web.http.parameters import unknown_value
from ogpld.web.http.problems import Problem

#: Matches on a page when nobody says how many, and at most.
PAGE, MOST = 20, 100
#: Suggestions when nobody says how many, and at most.
SUGGESTIONS, MOST_SUGGESTIONS = 10, 50


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What is looked for.

    Attributes:
        text: as it was sent, "" for nothing.
        classes: local name of the class that is wanted, none for all.
        member: key of the member whose things are wanted, "" for all.
        page: number of the page, from 1.
        limit: matches on a page.
    """

    text: str
    classes: tuple[str, ...] = ()
    member: str = ""
    page: int = 1
    limit: int = PAGE

    def address(self, **changes: object) -> str:
        """Return the address of the page with other values: `page` 1 and "" are left out."""
        values: dict[str, object] = {
            "q": self.text,
            "class": "".join(self.classes),
            "member": self.member,
            "limit": self.limit if self.limit != PAGE else "",
            "page": self.page,
            **changes,
        }
        if values["page"] == 1:
            del values["page"]
        return f"/search?{urlencode({name: value for name, value in values.items() if value})}"


def read_search(request: Request, serving: OpenRelease) -> SearchRequest:
    """Return what a request looks for.

    Raises:
        Problem: 400 for a text that is too long, or a class, member, number or page that cannot be.
    """
    page = request.args.get("page", "1")
    if not re.fullmatch("[1-9][0-9]{0,5}", page):
        raise no_page(page)
    return SearchRequest(
        text_wanted(request),
        classes_wanted(request, serving),
        _member(request, serving),
        int(page),
        limit_of(request, PAGE, MOST),
    )


def text_wanted(request: Request) -> str:
    """Return the text that a request looks for, with single blanks.

    Raises:
        Problem: 400 for one that is too long.
    """
    text = request.args.get("q", "")
    if len(text) > LONGEST_TEXT:
        raise Problem(
            "search-text",
            f"The text has {len(text):,} characters, more than {LONGEST_TEXT:,}.",
            "look for a name or a few words of it; documents are compared at /sparql",
            limit=LONGEST_TEXT,
        )
    return " ".join(text.split())


def classes_wanted(request: Request, serving: OpenRelease) -> tuple[str, ...]:
    """Return the local name of the class that a request wants, none for all.

    Raises:
        Problem: 400 for an unknown one.
    """
    text = request.args.get("class", "").strip()
    if not text:
        return ()
    by_name: dict[str, str] = {}
    for definition in serving.model.classes.values():
        by_name[definition.name.casefold()] = definition.name
        if definition.segment:
            by_name.setdefault(definition.segment, definition.name)
    name = by_name.get(text.casefold())
    if name is None:
        names = sorted({definition.name for definition in serving.model.classes.values()})
        raise unknown_value(
            "filter-unknown", f"There is no class {text[:80]!r}.", "class", text[:80], names
        )
    return (name,)


def _member(request: Request, serving: OpenRelease) -> str:
    text = request.args.get("member", "").strip()
    return member_key(text, serving, "filter-unknown") if text else ""


def no_page(number: str) -> Problem:
    """Return what to say of a page that the results do not have."""
    return Problem(
        "not-found",
        f"The results have no page {number[:20]!r}.",
        "follow the links of the first page",
    )
