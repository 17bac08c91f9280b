"""The things a list has left after its filters, their pages, and how many there would be by other filters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ogpld.errors import QuerySearchError
from ogpld.model.facets import Facet
from ogpld.queries import bind, load
from ogpld.rdf import NamedNode, canonical_triples
from ogpld.search.name_lookup import ReleaseNames
from ogpld.stores import Query
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.http.problems import Problem
from ogpld.web.lists.list_index import column, facets, things
from ogpld.web.lists.list_request import UNKNOWN, ListRequest, no_page
from ogpld.web.lists.list_table import sort_things

#: Most names that are looked through for words.
_HITS = 100_000


@dataclass(frozen=True, slots=True)
class Selection:
    """What is left of a list, and the page of it that was asked for.

    Attributes:
        list_request: the filters, page and size of the request.
        total: things left.
        pages: pages they fill; one also where nothing is left.
        page: the things on the page.
    """

    list_request: ListRequest
    total: int
    pages: int
    page: tuple[str, ...]


def select(serving: OpenRelease, list_request: ListRequest) -> Selection:
    """Return the page that is asked for.

    Raises:
        Problem: 404 for a page past the last.
    """
    members = _ordered(serving, list_request)
    pages = max(1, -(-len(members) // list_request.limit))
    if list_request.page > pages:
        raise no_page(list_request.page)
    start = (list_request.page - 1) * list_request.limit
    return Selection(
        list_request, len(members), pages, tuple(members[start : start + list_request.limit])
    )


def select_all(serving: OpenRelease, list_request: ListRequest) -> Selection:
    """Return everything that passes the filters, as one page.

    Raises:
        Problem: 413 for more than a list may have that is asked for as a whole.
    """
    members, most = _ordered(serving, list_request), serving.settings.list_rows
    if len(members) > most:
        problem = Problem(
            "result-too-large",
            f"The list has {len(members):,} rows, more than the {most:,} that are given at once.",
            "add page=1 and limit=1000 and follow the links, narrow it by its filters, or take a dump: /dump",
            limit=most,
            total=len(members),
        )
        problem.headers["Link"] = '</dump/current>; rel="alternate"'
        raise problem
    return Selection(list_request, len(members), 1, tuple(members))


def left_of(serving: OpenRelease, list_request: ListRequest, but: str = "") -> Sequence[str]:
    """Return the things that pass every filter, leaving out one."""
    members: Sequence[str] = things(serving, list_request.name)
    facets_by_key = facets(serving, list_request.name)
    for key, wanted in list_request.filters.items():
        if key != but:
            values_of = column(serving, list_request.name, facets_by_key[key])
            given = frozenset(wanted)
            if key in list_request.all_of:
                members = [t for t in members if given.issubset(values_of.get(t, (UNKNOWN,)))]
            else:
                members = [t for t in members if not given.isdisjoint(values_of.get(t, (UNKNOWN,)))]
    if list_request.text:
        named = _named(serving, list_request.text)
        members = [thing for thing in members if thing in named]
    return _modified(serving, list_request, members)


def _named(serving: OpenRelease, text: str) -> frozenset[str]:
    """Return the things with a name that has all words of a text, as `ogpld:search` understands them.

    Raises:
        Problem: 400 for a text without words, or that too many things have.
    """

    def read() -> frozenset[str]:
        lookup = ReleaseNames(lambda: serving.search_index)
        return frozenset(hit[0] for hit in lookup(text, "beginnings", _HITS))

    try:
        return serving.cached(("named", text), read)
    except QuerySearchError as error:
        raise Problem(
            "filter-unknown",
            f"q={text[:80]}: {error.message}",
            error.hint or "write one or more words of a name",
            parameter="q",
        ) from error


def _ordered(serving: OpenRelease, list_request: ListRequest) -> Sequence[str]:
    """Return the things that are left, in the order that is asked for."""
    members = left_of(serving, list_request)
    if not list_request.sort:
        return members
    return sort_things(serving, list_request.name, members, list_request.sort)


def _modified(
    serving: OpenRelease, list_request: ListRequest, members: Sequence[str]
) -> Sequence[str]:
    """Return the things that changed since the time asked for.

    Where a part of the change log cannot be read, everything may have changed then: a harvester that reads
    too much is well served, one that misses a change is not.
    """
    moment = list_request.moment
    if moment is None:
        return members
    history = serving.history
    unknown = {*history.unknown, *history.gaps}
    if any(release.id in unknown and release.time >= moment for release in history.releases):
        return members
    return [t for t in members if (changed := history.changed(t)) is not None and changed >= moment]


def counts(serving: OpenRelease, list_request: ListRequest, facet: Facet) -> Counter[str]:
    """Return how many things that pass the filters have each value of a facet, its own filter aside.

    Where things must have all values that are chosen of it, its own filter counts too: a further value
    leaves those that have it as well, a chosen one is what all of the list have. Things without a value are
    counted as `UNKNOWN`, so that values of which a thing has one add up.
    """
    values_of = column(serving, list_request.name, facet)
    aside = "" if facet.key in list_request.all_of else facet.key
    left = left_of(serving, list_request, aside)

    def count() -> Counter[str]:
        return Counter(value for thing in left for value in values_of.get(thing, (UNKNOWN,)))

    if len(left) < len(things(serving, list_request.name)):
        return count()
    # the whole list: every page of it has the same, and callers add to their own
    return Counter(serving.cached(("counts", list_request.name, facet.key), count))


def statements(serving: OpenRelease, page: Sequence[str]) -> bytes:
    """Return what is stated of the things of a page and of their parts, as `canonical_triples` does.

    Raises:
        Problem: 500 when the release does not say anything of one: a page lacks nothing, or is none.
        QueryStoppedError: when it took too long.
    """
    if not page:
        return b""
    text = bind(load("page"), things=[NamedNode(iri) for iri in page])
    answer = serving.store.answer(Query(text, ("", "nt")), trusted=True)
    triples = canonical_triples((), answer.body)
    subjects = {line.partition(b" ")[0].decode() for line in triples.split(b"\n")}
    missing = {iri for iri in page if f"<{iri}>" not in subjects}
    if missing:
        raise Problem("list-incomplete", f"{len(missing)} things of this page are missing.")
    return triples
