"""Do lists come to an end, complete (Hydra; RFC 8288, relation `next`)?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urljoin

from rdflib import Graph

from ogpld.doctor import parsing as reading
from ogpld.doctor.check import Check, CheckFailure, NotApplicableError
from ogpld.doctor.client import Response
from ogpld.doctor.sample import collections
from ogpld.doctor.server_map import ExaminedServer
from ogpld.doctor.terms import HYDRA


@dataclass(slots=True)
class PagedList:
    """A list followed page by page.

    Attributes:
        pages: the answers.
        members: member IRIs with the page that has them, repeated ones in `repeated`.
        totals: what pages say the whole has.
        ended: whether the last page names no next.
        wrong: what stopped the walk.
    """

    pages: list[Response] = field(default_factory=list)
    members: dict[str, Response] = field(default_factory=dict)
    repeated: dict[str, Response] = field(default_factory=dict)
    totals: dict[int, Response] = field(default_factory=dict)
    disagree: list[Response] = field(default_factory=list)
    ended: bool = False
    wrong: CheckFailure | None = None


def _next(graph: Graph, reply: Response) -> tuple[str, str]:
    """Return the next page as Hydra and as the header have it."""
    targets = [str(o) for o in graph.objects(None, HYDRA.next)]
    targets += [str(o) for o in graph.objects(None, HYDRA.nextPage)]
    headers = [link.href for link in reading.links_with_relation(reply, "next")]
    return urljoin(reply.url, targets[0]) if targets else "", headers[0] if headers else ""


def _forms(site: ExaminedServer, url: str) -> list[str]:
    """Return the addresses of a list in RDF."""
    forms = []
    for media_type in ("text/turtle", "application/ld+json"):
        reply = site.client.follow(url, media_type)
        if reply.ok and reply.type == media_type:
            place = urljoin(reply.url, reply.headers.get("content-location", reply.url))
            forms.append(place)
    return forms


def walk(site: ExaminedServer, url: str) -> PagedList:
    """Follow a list to its end, or to where it goes wrong, or to the limit of pages."""
    pages, seen = PagedList(), set[str]()
    while url and len(pages.pages) < site.client.limits.pages:
        reply = site.client.get(url)
        pages.pages.append(reply)
        if url in seen:
            pages.wrong = CheckFailure(reply, "next leads back to a page that was there: no end")
            return pages
        seen.add(url)
        try:
            url = _page(site, pages, reply)
        except reading.UnreadableError as reason:
            pages.wrong = CheckFailure(reply, f"a page of the list: {reason}")
            return pages
    pages.ended = not url
    return pages


def _page(site: ExaminedServer, pages: PagedList, reply: Response) -> str:
    """Take what a page has, and return the next one, "" at the end.

    Raises:
        UnreadableError: when it is no page, or one that leads nowhere.
    """
    if not reply.ok:
        raise reading.UnreadableError(reply.status_line)
    graph = site.graph(reply)
    members = {str(o) for o in graph.objects(None, HYDRA.member)}
    for member in members:
        (pages.repeated if member in pages.members else pages.members)[member] = reply
    for total in graph.objects(None, HYDRA.totalItems):
        if str(total).isdecimal():
            pages.totals.setdefault(int(str(total)), reply)
    hydra, header = _next(graph, reply)
    if site.url_of(hydra) != site.url_of(header):
        pages.disagree.append(reply)
    following = site.url_of(hydra or header)
    if following and not members:
        raise reading.UnreadableError("has no members and names a next one: no end")
    return following


@lru_cache(maxsize=1)
def _walks(site: ExaminedServer) -> tuple[PagedList, ...]:
    """Return the lists of a server in each form, followed once for all checks."""
    urls = collections(site)[: site.client.limits.sample]
    lists = tuple(walk(site, form) for url in urls for form in _forms(site, url))
    if not lists:
        raise NotApplicableError("lists are not in RDF")
    return lists


def last_page(site: ExaminedServer) -> Iterator[CheckFailure]:
    """`next` leads to the end: every page answers, none comes twice."""
    walks = _walks(site)
    wrong = [paged.wrong for paged in walks if paged.wrong]
    yield from wrong
    if not wrong:
        _require_last_page(site, walks)


def _require_last_page(site: ExaminedServer, walks: tuple[PagedList, ...]) -> None:
    """Raise where the last page of a list was not reached.

    Raises:
        NotApplicableError: as nothing can be said of the whole list then.
    """
    if not all(paged.ended for paged in walks):
        most = site.client.limits.pages
        raise NotApplicableError(f"a list goes on after {most} pages; follow more with --max-pages")


def total_items(site: ExaminedServer) -> Iterator[CheckFailure]:
    """`totalItems` is the number of members of all pages."""
    walks = tuple(paged for paged in _walks(site) if not paged.wrong)
    for paged in walks:
        first = paged.pages[0]
        if not paged.totals:
            yield CheckFailure(first, "the list does not say how many members it has")
        elif len(paged.totals) > 1:
            yield CheckFailure(first, f"pages name different totals: {sorted(paged.totals)}")
        elif paged.ended and set(paged.totals) != {len(paged.members)}:
            yield CheckFailure(
                first, f"says {next(iter(paged.totals))}, has {len(paged.members)} members"
            )
    _require_last_page(site, walks)


def distinct_members(site: ExaminedServer) -> Iterator[CheckFailure]:
    """No member comes on two pages."""
    for paged in _walks(site):
        for member, reply in list(paged.repeated.items())[:1]:
            if reply.url != paged.members[member].url:
                yield CheckFailure(reply, f"<{member}> was on {paged.members[member].url} already")


def link_headers(site: ExaminedServer) -> Iterator[CheckFailure]:
    """The header `Link: rel=next` and Hydra name the same page."""
    for paged in _walks(site):
        for reply in paged.disagree[:1]:
            yield CheckFailure(reply, "Link: rel=next and hydra:next differ")


def page_beyond_last(site: ExaminedServer) -> Iterator[CheckFailure]:
    """A page that is not there is an error, not an empty list."""
    for url in collections(site)[:1]:
        for page in ("100000", "nonsense"):
            reply = site.client.get(f"{url}?page={page}", "text/turtle")
            if reply.status in {406, 415}:
                raise NotApplicableError("lists are not in RDF")
            if reply.status < 400:  # noqa: PLR2004
                yield CheckFailure(reply, f"?page={page} gives {reply.status_line}")


def csv_rows(site: ExaminedServer) -> Iterator[CheckFailure]:
    """The table of a list has as many rows as the list has members."""
    for url in collections(site)[:1]:
        reply = site.client.get(f"{url}.csv")
        if reply.status == 404:  # noqa: PLR2004
            raise NotApplicableError("lists have no .csv")
        if reply.status == 413:  # noqa: PLR2004
            raise NotApplicableError("the list has more rows than are given at once, and says so")
        if not reply.ok or reply.type != "text/csv":
            yield CheckFailure(reply, f"gives {reply.status_line}")
            continue
        for form in _forms(site, url)[:1]:
            paged = walk(site, form)
            rows = _rows(reply.text)
            if paged.ended and rows < len(paged.members):
                yield CheckFailure(reply, f"has {rows} rows, the list {len(paged.members)} members")


def _rows(text: str) -> int:
    """Count the rows of a table below its header; quoted line breaks are no rows."""
    quoted, rows = False, 0
    for character in text.rstrip("\r\n"):
        if character == '"':
            quoted = not quoted
        elif character == "\n" and not quoted:
            rows += 1
    return rows


def member_array(site: ExaminedServer) -> Iterator[CheckFailure]:
    """`member` of a page in JSON-LD is a list, also with one member."""
    for url in collections(site)[:1]:
        reply = site.client.follow(url, "application/ld+json")
        if not reply.ok or reply.type != "application/ld+json":
            raise NotApplicableError("lists are not in JSON-LD")
        try:
            content = json.loads(reply.body)
        except ValueError:
            yield CheckFailure(reply, "is no JSON")
            continue
        members = [
            content[k]
            for k in ("member", "hydra:member")
            if isinstance(content, dict) and k in content
        ]
        if not members or not isinstance(members[0], list):
            yield CheckFailure(reply, "has no list under member")


_LISTS = "Hydra 5.2; /docs/contract#lists"
CHECKS = (
    Check("paging.ends", "next leads to the end", _LISTS, last_page),
    Check("paging.total", "totalItems is what there is", _LISTS, total_items),
    Check("paging.distinct", "no member comes twice", _LISTS, distinct_members),
    Check("paging.link", "Link: next and Hydra agree", "RFC 8288; Hydra 5.2", link_headers),
    Check("paging.beyond", "a page that is not there is an error", _LISTS, page_beyond_last),
    Check("paging.csv", "the table has the rows of the list", _LISTS, csv_rows),
    Check("paging.member", "member is always a list", _LISTS, member_array),
)
