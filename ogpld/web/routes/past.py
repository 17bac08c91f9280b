"""`/release/{id}/doc/…`, `/release/{id}/sparql`, `/timemap/…`: any kept release, as it was.

The views are those of the release in service; they take the release from `serving()` and their addresses
from its place. What is under a release's id never changes, so programs may keep it for ever.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, Response, g, request

from ogpld.formats.negotiation import Offer
from ogpld.iris import is_key
from ogpld.release import Release
from ogpld.web.current.open_release import past_place
from ogpld.web.current.past_releases import Archive
from ogpld.web.current.request import serving
from ogpld.web.documents.memento import date_of, mementos, past_links
from ogpld.web.http.caching import keep
from ogpld.web.http.problems import Problem
from ogpld.web.http.redirects import moved
from ogpld.web.http.responses import choose, respond
from ogpld.web.routes import site
from ogpld.web.routes import things as resource
from ogpld.web.routes.releases import find_whole
from ogpld.web.sparql import endpoint as sparql

routes = Blueprint("past", __name__)

_LINKS = Offer("link", "application/link-format")
_JSON = Offer("json", "application/json")


@contextmanager
def _open(name: str, *, long: bool = False) -> Iterator[Release]:
    """Answer from a kept release during a block.

    Raises:
        Problem: 404 when there is none of that name, 410 when its data was pruned, 503 when it
            cannot be opened now.
    """
    live = serving()
    if name == live.release.id:
        g.serving = live.as_past
        yield live.release
        return
    archive: Archive = request.environ["ogpld.archive"]
    release = find_whole(name)
    with archive.lease(release, long=long) as past:
        g.serving = past
        yield release


@routes.get("/release/<name>/doc/<segment>/<key>")
def document(name: str, segment: str, key: str) -> Response:
    """Answer with a thing's document as a release had it: a memento."""
    live = serving()
    with _open(name) as release:
        response = resource.document(segment, key)
        past = serving()
    plain = key.partition(".")[0]
    path = f"/doc/{segment}/{plain}"
    kept = mementos(live.history, past.iris.thing(segment, plain).value, path)
    links = [response.headers["Link"], *past_links(past, kept, path)]
    response.headers["Link"] = ", ".join(links)
    response.headers["Memento-Datetime"] = date_of(release)
    return response


@routes.get("/release/<name>/doc/<segment>")
def listing(name: str, segment: str) -> Response:
    """Answer with a list of things as a release had them."""
    with _open(name):
        return resource.listing(segment)


@routes.get("/release/<name>/graph/<path:graph>")
def graph(name: str, graph: str) -> Response:
    """Answer with the description of a named graph of a release."""
    with _open(name):
        return site.graph(graph)


@routes.route("/release/<name>/sparql", methods=sparql.METHODS)
def endpoint(name: str) -> Response:
    """Answer a query over a release, under the limits of `/sparql`."""
    with _open(name, long=True):
        return sparql.endpoint()


@routes.route("/release/current/sparql", methods=sparql.METHODS)
def current_endpoint() -> Response:
    """Redirect a query to the release in service, with its method and body."""
    return current("sparql")


@routes.get("/release/current/<path:below>")
def current(below: str) -> Response:
    """Redirect to the same of the release in service."""
    return moved(f"{past_place(serving().release)}/{below}", 307)


@routes.get("/timemap/doc/<segment>/<key>")
def timemap(segment: str, key: str) -> Response:
    """Answer with all mementos of a document (RFC 7089 section 5)."""
    current = serving()
    path = f"/doc/{segment}/{key}"
    if segment not in current.model.by_segment or not is_key(key):
        raise Problem("not-found", f"There is no document {path}.")
    kept = mementos(current.history, current.iris.thing(segment, key).value, path)
    if not kept:
        raise Problem("not-found", f"No kept release has {path}.", "see /releases")
    offer, negotiated = choose((_LINKS, _JSON))
    base = current.iris.base.rstrip("/")
    here = f"/timemap{path}"
    listed = [(f"{base}{memento.path}", memento.date) for memento in kept]
    if offer is _JSON:
        told = {
            "original_uri": base + path,
            "timegate_uri": base + path,
            "timemap_uri": base + here,
            "mementos": {"list": [{"uri": uri, "datetime": date} for uri, date in listed]},
        }
        body = json.dumps(told, indent=1) + "\n"
    else:
        first, last = listed[0][1], listed[-1][1]
        lines = [
            f'<{base}{path}>; rel="original timegate"',
            f'<{base}{here}>; rel="self"; type="{_LINKS.media_type}"; from="{first}"; until="{last}"',
            *(f'<{uri}>; rel="memento"; datetime="{date}"' for uri, date in listed),
        ]
        body = ",\n".join(lines) + "\n"
    keep(request.environ)
    return respond(body.encode(), offer, negotiated=negotiated)
