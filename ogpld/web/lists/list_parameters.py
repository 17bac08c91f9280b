"""The one table of what can be asked of every list beside its facets, and of how an address repeats it.

Links, the addresses of pages and collections, the names of kept files and the hidden fields of forms are made
of it: what a request has and no address says would be another list under the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ogpld.web.http.parameters import FORMAT, LANGUAGE, PROFILE, Parameter

if TYPE_CHECKING:
    from ogpld.web.lists.list_request import ListRequest

#: Things on a page when nobody says how many, and at most.
PAGE, MOST = 100, 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class ListParameter(Parameter):
    """A parameter that every list has beside its facets.

    Attributes:
        values: what a request has of it, as an address repeats it; nothing for what goes without saying.
    """

    values: Callable[[ListRequest], Iterable[str]]


def _text(value: str) -> tuple[str, ...]:
    return (value,) if value else ()


def _number(value: int, usual: int) -> tuple[str, ...]:
    return (str(value),) if value != usual else ()


# An address has them in this order: what says which list it is, the filters, the rest, the page.
BEFORE_FILTERS = (
    ListParameter(
        name="type",
        description="Which of the lists at one address, by its name.",
        values=lambda request: _text(request.kind),
    ),
    ListParameter(
        name="q",
        description="Words that a name must have, each of them or their beginning.",
        blank=True,
        values=lambda request: _text(request.text),
    ),
)
AFTER_FILTERS = (
    ListParameter(
        name="all",
        description="Facet of which things must have all values asked for, not one of them.",
        repeated=True,
        values=lambda request: request.all_of,
    ),
    ListParameter(
        name="modified_since",
        description="Only what changed at that date or time or later.",
        blank=True,
        values=lambda request: _text(request.since),
    ),
    ListParameter(
        name="sort",
        description="Key of the column to sort by, with a minus for falling; usually by key.",
        blank=True,
        values=lambda request: _text(request.sort),
    ),
)
#: Those of a part of the list; whole lists have none.
OF_PAGES = (
    ListParameter(
        name="limit",
        description=f"Rows on a page, from 1 to {MOST:,}; usually {PAGE}.",
        values=lambda request: _number(request.limit, PAGE),
    ),
    ListParameter(
        name="page",
        description="Number of the page, from 1; without it CSV and NDJSON have all rows.",
        values=lambda request: _number(request.page, 0),
    ),
)
#: Parameters beside the facets that say what a list has: addresses, kept files and forms repeat them all.
PARAMETERS = (*BEFORE_FILTERS, *AFTER_FILTERS, *OF_PAGES)
#: Every parameter of a list that is no facet.
EVERY: tuple[Parameter, ...] = (*PARAMETERS, *FORMAT, *PROFILE, LANGUAGE)
