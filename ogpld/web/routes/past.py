"""`/release/{id}/doc/…`, `/release/{id}/sparql`, `/timemap/…`: any kept release, as it was.

What answers is what answers for the release in service: it is handed the request with another release, whose
addresses begin with its `path_prefix`. What is under a release's id never changes, so programs may keep it
for ever.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Blueprint

from ogpld.formats import media
from ogpld.iris import is_key
from ogpld.web.current.open_release import OpenRelease, past_path_prefix
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.documents.answer_document import answer_document, erased_thing
from ogpld.web.documents.memento import date_of, mementos, past_links
from ogpld.web.http.http_messages import Response
from ogpld.web.http.problems import Problem
from ogpld.web.http.redirects import moved
from ogpld.web.http.responses import choose, respond
from ogpld.web.pages.answer import answer
from ogpld.web.routes import charts, site, things
from ogpld.web.routes.adapter import query_callers
from ogpld.web.routes.releases import find_whole
from ogpld.web.sparql.callers import QueryCallers
from ogpld.web.sparql.endpoint import METHODS, answer_sparql

routes = Blueprint(__name__.rpartition(".")[2], __name__)

_LINKS, _JSON = media.offer_of(media.LINK_FORMAT), media.offer_of(media.JSON)


@contextmanager
def lease(request: ReleaseRequest, name: str, *, long: bool = False) -> Iterator[OpenRelease]:
    """Hold a kept release open during a block.

    Raises:
        Problem: 404 when there is none of that name, 410 when its data was pruned, 503 when it
            cannot be opened now.
    """
    if name == request.release.release.id:
        yield request.release.as_past
        return
    release = find_whole(request, name)
    with (
        query_callers().past_page(request),
        request.state.past.lease(release, long=long) as past,
    ):
        yield past


def _answer(
    request: ReleaseRequest,
    name: str,
    view: Callable[..., Response],
    *values: str | QueryCallers,
    long: bool = False,
) -> Response:
    """Answer with a view of a kept release; its errors are that release's as well."""
    with lease(request, name, long=long) as past:
        return answer(request.of(past), view, *values)


@routes.get("/release/<name>/doc/<segment>/<key>")
def document(request: ReleaseRequest, name: str, segment: str, key: str) -> Response:
    """Answer with a thing's document as a release had it: a memento."""
    history = request.release.history

    def memento(past: ReleaseRequest) -> Response:
        response = answer_document(past, segment, key)
        plain = key.partition(".")[0]
        path = f"/doc/{segment}/{plain}"
        there = mementos(history, request.release.iris.thing(segment, plain).value, path)
        links = [response.headers["Link"], *past_links(past.release, there, path)]
        response.headers["Link"] = ", ".join(links)
        response.headers["Memento-Datetime"] = date_of(past.release.release)
        return response

    return _answer(request, name, memento)


@routes.get("/release/<name>/doc/<segment>")
def listing(request: ReleaseRequest, name: str, segment: str) -> Response:
    """Answer with a list of things as a release had them."""
    return _answer(request, name, things.listing, segment)


@routes.get("/release/<name>/graph/<path:graph>")
def graph(request: ReleaseRequest, name: str, graph: str) -> Response:
    """Answer with the description of a named graph of a release."""
    return _answer(request, name, site.graph, graph)


@routes.get("/release/<name>/chart/<chart>")
def chart(request: ReleaseRequest, name: str, chart: str) -> Response:
    """Answer with a chart of a release."""
    return _answer(request, name, charts.chart, chart)


@routes.get("/release/<name>/chart/<chart>/embed")
def chart_embed(request: ReleaseRequest, name: str, chart: str) -> Response:
    """Answer with a chart of a release for a frame in pages of others."""
    return _answer(request, name, charts.embed, chart)


@routes.route("/release/<name>/sparql", methods=METHODS)
def endpoint(request: ReleaseRequest, name: str) -> Response:
    """Answer a query over a release, under the limits of `/sparql`."""
    return _answer(request, name, answer_sparql, query_callers(), long=True)


@routes.route("/release/current/sparql", methods=METHODS)
def current_endpoint(request: ReleaseRequest) -> Response:
    """Redirect a query to the release in service, with its method and body."""
    return current(request, "sparql")


@routes.get("/release/current/<path:below>")
def current(request: ReleaseRequest, below: str) -> Response:
    """Redirect to the same of the release in service."""
    return moved(request, f"{past_path_prefix(request.release.release)}/{below}", 307)


@routes.get("/timemap/doc/<segment>/<key>")
def timemap(request: ReleaseRequest, segment: str, key: str) -> Response:
    """Answer with all mementos of a document (RFC 7089 section 5)."""
    current = request.release
    path = f"/doc/{segment}/{key}"
    if segment not in current.model.by_segment or not is_key(key):
        raise Problem("not-found", f"There is no document {path}.")
    versions = mementos(current.history, current.iris.thing(segment, key).value, path)
    if problem := erased_thing(current, current.iris.thing(segment, key).value):
        raise problem
    if not versions:
        raise Problem("not-found", f"No kept release has {path}.", "see /releases")
    offer, negotiated = choose(request, (_LINKS, _JSON))
    base = current.iris.base.rstrip("/")
    here = f"/timemap{path}"
    listed = [(f"{base}{memento.path}", memento.date) for memento in versions]
    if offer is _JSON:
        listing = {
            "original_uri": base + path,
            "timegate_uri": base + path,
            "timemap_uri": base + here,
            "mementos": {"list": [{"uri": uri, "datetime": date} for uri, date in listed]},
        }
        body = json.dumps(listing, indent=1) + "\n"
    else:
        first, last = listed[0][1], listed[-1][1]
        lines = [
            f'<{base}{path}>; rel="original timegate"',
            f'<{base}{here}>; rel="self"; type="{_LINKS.media_type}"; from="{first}"; until="{last}"',
            *(f'<{uri}>; rel="memento"; datetime="{date}"' for uri, date in listed),
        ]
        body = ",\n".join(lines) + "\n"
    request.state.cacheable = True
    return respond(request, body.encode(), offer, negotiated=negotiated)
