"""Can changes be followed (LDES and TREE)?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from rdflib import Dataset, Graph, Literal, URIRef

from ogpld.doctor import parsing as reading
from ogpld.doctor.check import Check, CheckFailure, NotApplicableError
from ogpld.doctor.client import Response
from ogpld.doctor.server_map import ExaminedServer
from ogpld.doctor.terms import LDES, RDF, TREE

#: Forms with named graphs first: a member's graph may be the page's only word on it.
_ACCEPT = (
    "application/trig, application/n-quads;q=0.9, text/turtle;q=0.8, application/ld+json;q=0.7"
)
#: A time of day at the end, without a zone.
_NO_ZONE = re.compile(r"T\d\d:\d\d(:\d\d(\.\d+)?)?$")


@dataclass(slots=True)
class EventStream:
    """A stream followed from its root.

    Attributes:
        root: the answer a client begins with.
        pages: answers and graphs of every node that was reached.
        wrong: nodes that did not answer.
    """

    root: Response
    pages: dict[str, tuple[Response, Graph]] = field(default_factory=dict)
    wrong: list[CheckFailure] = field(default_factory=list)


def _root(site: ExaminedServer) -> Response:
    """Return the root: what is announced, else /ldes."""
    announced = [url for url in site.services if url.rstrip("/").endswith("ldes")]
    reply = site.client.follow(
        site.url_of(announced[0]) if announced else site.at("/ldes"), _ACCEPT
    )
    if reply.status == 404 and not announced:  # noqa: PLR2004
        raise NotApplicableError("there is no event stream at /ldes, and none is announced")
    return reply


@lru_cache(maxsize=1)
def _follow(site: ExaminedServer) -> EventStream:
    """Return the stream of a server, followed once for all checks."""
    root = _root(site)
    stream = EventStream(root)
    waiting = [root.url]
    while waiting and len(stream.pages) < site.client.limits.pages:
        url = waiting.pop(0)
        if url in stream.pages:
            continue
        reply = site.client.get(url, _ACCEPT)
        try:
            graph = site.graph(reply)
        except reading.UnreadableError as reason:
            stream.wrong.append(CheckFailure(reply, str(reason)))
            continue
        stream.pages[url] = reply, graph
        waiting += sorted({site.url_of(str(o)) for o in graph.objects(None, TREE.node)})
    return stream


def root_node(site: ExaminedServer) -> Iterator[CheckFailure]:
    """The root names one stream and one view of it."""
    stream = _follow(site)
    if stream.root.url not in stream.pages:
        yield CheckFailure(stream.root, f"the root gives {stream.root.status_line}")
        return
    reply, graph = stream.pages[stream.root.url]
    streams = list(graph.subjects(RDF.type, LDES.EventStream))
    views = list(graph.objects(None, TREE.view))
    if len(streams) != 1 or len(views) != 1:
        yield CheckFailure(
            reply, f"{len(streams)} ldes:EventStream and {len(views)} tree:view, not one each"
        )
    elif (streams[0], LDES.timestampPath, None) not in graph:
        yield CheckFailure(reply, "the stream has no ldes:timestampPath")


def pages(site: ExaminedServer) -> Iterator[CheckFailure]:
    """Every page a relation leads to answers, and relations lead nowhere twice."""
    stream = _follow(site)
    yield from stream.wrong
    for reply, graph in stream.pages.values():
        for relation in graph.objects(None, TREE.relation):
            if len(list(graph.objects(relation, TREE.node))) != 1:
                yield CheckFailure(reply, "a relation has not one tree:node")
            for value in graph.objects(relation, TREE.value):
                if isinstance(value, Literal) and _NO_ZONE.search(str(value)):
                    yield CheckFailure(reply, f"tree:value {value} has no time zone")


def members(site: ExaminedServer) -> Iterator[CheckFailure]:
    """A member is on one page, described there, and says of what it is a version."""
    stream, seen = _follow(site), dict[str, str]()
    for url, (reply, graph) in stream.pages.items():
        for member in sorted(set(graph.objects(None, TREE.member)), key=str):
            if not isinstance(member, URIRef):
                yield CheckFailure(reply, "a member has no IRI")
            elif not _has_description(graph, member):
                yield CheckFailure(reply, f"<{member}> is not described")
            elif str(member) in seen:
                yield CheckFailure(reply, f"<{member}> was on {seen[str(member)]} already")
            seen[str(member)] = url


def _has_description(graph: Graph, member: URIRef) -> bool:
    """Say whether a member is described: as a subject, or by a graph of its name."""
    named = isinstance(graph, Dataset) and len(graph.graph(member)) > 0
    return named or (member, None, None) in graph


def immutable_pages(site: ExaminedServer) -> Iterator[CheckFailure]:
    """Pages that are full may be kept for ever, the others are asked for again by ETag."""
    for reply, graph in _follow(site).pages.values():
        policy = reply.headers.get("cache-control", "")
        full = (None, LDES.immutable, Literal(True)) in graph  # noqa: FBT003  (RDF's literal)
        if full != ("immutable" in policy):
            yield CheckFailure(
                reply, f"ldes:immutable {str(full).lower()}, Cache-Control {policy or 'absent'}"
            )
        elif not full and "etag" not in reply.headers:
            yield CheckFailure(reply, "a page that may grow has no ETag")


_WHY = "LDES 1.0"
CHECKS = (
    Check("ldes.root", "the root names one stream, one view", _WHY, root_node),
    Check("ldes.pages", "every page answers", "TREE, relations", pages),
    Check("ldes.members", "members are described, once", "TREE, members", members),
    Check("ldes.caching", "full pages are immutable", f"{_WHY}, caching", immutable_pages),
)
