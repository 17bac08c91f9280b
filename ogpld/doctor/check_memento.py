"""Can earlier states be requested (Memento, RFC 7089)?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

from ogpld.doctor import parsing as reading
from ogpld.doctor.check import Check, CheckFailure, NotApplicableError
from ogpld.doctor.client import Response
from ogpld.doctor.parsing import HeaderLink
from ogpld.doctor.sample import SampleDocument, documents
from ogpld.doctor.server_map import ExaminedServer

_ENTRY = re.compile(r"<([^>]+)>([^<]*)")
_DATE = re.compile(r"datetime=\"([^\"]+)\"")


def _timemap(site: ExaminedServer) -> tuple[SampleDocument, HeaderLink]:
    for document in documents(site):
        for link in reading.links_with_relation(document.reply, "timemap"):
            return document, link
    raise NotApplicableError("documents name no TimeMap")


def _mementos(site: ExaminedServer) -> tuple[Response, list[tuple[str, str]]]:
    _, link = _timemap(site)
    reply = site.client.get(link.href, "application/link-format")
    mementos = [
        (site.url_of(urljoin(reply.url, address)), date[1])
        for address, rest in _ENTRY.findall(reply.text)
        if "memento" in rest and (date := _DATE.search(rest))
    ]
    return reply, mementos


def timemap(site: ExaminedServer) -> Iterator[CheckFailure]:
    """The TimeMap lists mementos with their dates, oldest first."""
    reply, listed = _mementos(site)
    if not reply.ok or reply.type != "application/link-format":
        yield CheckFailure(reply, f"the TimeMap gives {reply.status_line}")
        return
    if not listed:
        yield CheckFailure(reply, "the TimeMap lists no memento")
        return
    try:
        dates = [parsedate_to_datetime(date) for _, date in listed]
    except ValueError as error:
        yield CheckFailure(reply, f"a date is no HTTP date: {error}")
        return
    if dates != sorted(dates):
        yield CheckFailure(reply, "the mementos are not in the order of time")


def mementos(site: ExaminedServer) -> Iterator[CheckFailure]:
    """A memento answers, says when it is of, and may be kept for ever."""
    _, listed = _mementos(site)
    for address, date in listed[: site.client.limits.sample]:
        reply = site.client.follow(address, "text/turtle")
        if not reply.ok:
            yield CheckFailure(reply, f"the memento of {date} gives {reply.status_line}")
        elif "memento-datetime" not in reply.headers:
            yield CheckFailure(reply, "a memento without Memento-Datetime")
        elif not any("original" in link.rels for link in reading.links(reply)):
            yield CheckFailure(reply, "a memento that does not name its original")
        elif "immutable" not in reply.headers.get("cache-control", ""):
            yield CheckFailure(
                reply, f"Cache-Control is {reply.headers.get('cache-control', 'absent')}"
            )


def datetime_negotiation(site: ExaminedServer) -> Iterator[CheckFailure]:
    """`Accept-Datetime` gives the state of that time, and Vary names it."""
    document, _ = _timemap(site)
    _, listed = _mementos(site)
    if not listed:
        raise NotApplicableError("the TimeMap lists no memento")
    headers = {"Accept": "text/turtle", "Accept-Datetime": listed[-1][1]}
    reply = site.client.ask("GET", document.url, headers)
    if "accept-datetime" not in reply.headers.get("vary", "").lower():
        yield CheckFailure(reply, f"Vary is {reply.headers.get('vary', 'absent')}")
    if reply.status in {302, 307}:
        reply = site.client.follow(
            urljoin(reply.url, reply.headers.get("location", "")), "text/turtle"
        )
    if not reply.ok or "memento-datetime" not in reply.headers:
        yield CheckFailure(
            reply, f"Accept-Datetime gives {reply.status_line} without Memento-Datetime"
        )


def unusable_dates(site: ExaminedServer) -> Iterator[CheckFailure]:
    """What is no date of RFC 1123 is refused, not guessed at."""
    document, _ = _timemap(site)
    for date in ("Tue, 14 Jan 2014 10:01:00 EST", "2014-01-14T10:01:00Z"):
        headers = {"Accept": "text/turtle", "Accept-Datetime": date}
        reply = site.client.ask("GET", document.url, headers)
        if reply.status != 400:  # noqa: PLR2004
            yield CheckFailure(reply, f"Accept-Datetime: {date} gives {reply.status_line}, not 400")


_WHY = "RFC 7089"
CHECKS = (
    Check("memento.timemap", "the TimeMap lists what there was", f"{_WHY} 5", timemap),
    Check("memento.mementos", "mementos answer and are dated", f"{_WHY} 2.1.1", mementos),
    Check(
        "memento.negotiated",
        "Accept-Datetime leads to them",
        f"{_WHY} 2.1, 4",
        datetime_negotiation,
    ),
    Check("memento.strict", "other dates are refused", f"{_WHY} 4.5.3", unusable_dates),
)
