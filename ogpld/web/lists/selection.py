"""The things a list has left after its filters, their pages, and how many there would be by other filters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ogpld.model.facets import Facet
from ogpld.queries import bind, load
from ogpld.rdf import NamedNode, Triple, parse_quads, term_text
from ogpld.stores import Query
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.http.problems import Problem
from ogpld.web.lists.list_index import column, facets, things
from ogpld.web.lists.list_request import UNKNOWN, ListRequest, no_page


@dataclass(frozen=True, slots=True)
class Selection:
    """What is left of a list, and the page of it that was asked for.

    Attributes:
        asked: what was asked.
        total: things left.
        pages: pages they fill; one also where nothing is left.
        page: the things on the page.
    """

    asked: ListRequest
    total: int
    pages: int
    page: tuple[str, ...]


def select(serving: OpenRelease, asked: ListRequest) -> Selection:
    """Return the page that is asked for.

    Raises:
        Problem: 404 for a page past the last.
    """
    found = _left(serving, asked)
    pages = max(1, -(-len(found) // asked.limit))
    if asked.page > pages:
        raise no_page(asked.page)
    start = (asked.page - 1) * asked.limit
    return Selection(asked, len(found), pages, tuple(found[start : start + asked.limit]))


def select_all(serving: OpenRelease, asked: ListRequest) -> Selection:
    """Return everything that passes the filters, as one page.

    Raises:
        Problem: 413 for more than a list may have that is asked for as a whole.
    """
    found, most = _left(serving, asked), serving.settings.list_rows
    if len(found) > most:
        problem = Problem(
            "result-too-large",
            f"The list has {len(found):,} rows, more than the {most:,} that are given at once.",
            "add page=1 and limit=1000 and follow the links, narrow it by its filters, or take a dump: /dump",
            limit=most,
            total=len(found),
        )
        problem.headers["Link"] = '</dump/current>; rel="alternate"'
        raise problem
    return Selection(asked, len(found), 1, tuple(found))


def _left(serving: OpenRelease, asked: ListRequest, but: str = "") -> Sequence[str]:
    """Return the things that pass every filter, leaving out one."""
    found: Sequence[str] = things(serving, asked.name)
    known = facets(serving, asked.name)
    for key, wanted in asked.filters.items():
        if key != but:
            told, any_of = column(serving, asked.name, known[key]), frozenset(wanted)
            found = [t for t in found if not any_of.isdisjoint(told.get(t, (UNKNOWN,)))]
    return _modified(serving, asked, found)


def _modified(serving: OpenRelease, asked: ListRequest, found: Sequence[str]) -> Sequence[str]:
    """Return the things that changed since the time asked for.

    Where a part of the change log cannot be read, everything may have changed then: a harvester that reads
    too much is well served, one that misses a change is not.
    """
    moment = asked.moment
    if moment is None:
        return found
    history = serving.history
    unknown = set(history.unknown)
    if any(release.id in unknown and release.time >= moment for release in history.releases):
        return found
    return [t for t in found if (changed := history.changed(t)) is not None and changed >= moment]


def counts(serving: OpenRelease, asked: ListRequest, facet: Facet) -> Counter[str]:
    """Return how many things each value of a facet would leave, its own filter aside.

    Those without a value are counted as `UNKNOWN`, so that values of which a thing has one add up.
    """
    told = column(serving, asked.name, facet)
    left = _left(serving, asked, facet.key)
    return Counter(value for thing in left for value in told.get(thing, (UNKNOWN,)))


def statements(serving: OpenRelease, page: Sequence[str]) -> list[Triple]:
    """Return what is stated of the things of a page and of their parts, sorted.

    Raises:
        Problem: 500 when the release does not say anything of one: a page lacks nothing, or is none.
        QueryStoppedError: when it took too long.
    """
    if not page:
        return []
    text = bind(load("page"), things=[NamedNode(iri) for iri in page])
    answer = serving.store.answer(Query(text, ("", "nt")), trusted=True)
    found = sorted({quad.triple for quad in parse_quads(answer.body, "nt")}, key=str)
    missing = set(page) - {term_text(triple.subject) for triple in found}
    if missing:
        raise Problem("list-incomplete", f"{len(missing)} things of this page are missing.")
    return found
