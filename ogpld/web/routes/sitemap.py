"""`/sitemap.xml`: what people read, with the time it last changed where that is known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from flask import Blueprint

from ogpld.catalogue.sitemap import PAGE, SitemapEntry, files, index, newest, urlset
from ogpld.charts.chart_list import CHARTS
from ogpld.formats import media
from ogpld.queries.named import load_named
from ogpld.web.current.dataset_facts import facts, keep_settled
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.http.http_messages import Response
from ogpld.web.http.problems import Problem
from ogpld.web.http.redirects import is_number
from ogpld.web.http.responses import choose, respond
from ogpld.web.lists.list_index import lists_of, things
from ogpld.web.pages.links import local_path
from ogpld.web.routes.claims import claims_of

routes = Blueprint(__name__.rpartition(".")[2], __name__)

_XML = media.offer_of(media.XML)
#: Lists whose things are read on the pages of others: an assessment on that of its commitment.
_READ_ELSEWHERE = frozenset({"assessment"})


@routes.get("/sitemap.xml")
def sitemap(request: ReleaseRequest) -> Response:
    """Answer with the index of sitemap files."""
    keep_settled(request)
    base = request.release.iris.base
    pages = range(files(len(_places(request.release))))
    return _xml(request, index([SitemapEntry(f"{base}sitemap/{page + 1}.xml") for page in pages]))


@routes.get("/sitemap/<number>.xml")
def sitemap_file(request: ReleaseRequest, number: str) -> Response:
    """Answer with one file."""
    keep_settled(request)
    places = _places(request.release)
    if not (is_number(number) and int(number) <= files(len(places))):
        raise Problem("not-found", f"There is no sitemap {number}.", "see /sitemap.xml")
    first = (int(number) - 1) * PAGE
    return _xml(request, urlset(places[first : first + PAGE]))


def _xml(request: ReleaseRequest, body: bytes) -> Response:
    offer, _ = choose(request, (_XML,), "xml")
    return respond(request, body, offer, negotiated=False)


def _places(current: OpenRelease) -> list[SitemapEntry]:
    """Return every address people read."""
    key = ("sitemap", facts(current).dumps)

    def read() -> list[SitemapEntry]:
        places = [*_fixed(current), *_datasets(current), *_things(current)]
        return list({place.href: place for place in places}.values())

    return current.cached(key, read)


def _fixed(current: OpenRelease) -> list[SitemapEntry]:
    """Return the pages that are there whatever the data says; what counts the release changed with it."""
    base, released = current.iris.base, current.release.manifest.created
    counted = [SitemapEntry(base + path, released) for path in ("", "releases")]
    named = ("queries", "ns", "shapes", "code", "harvest")
    charts = ("chart", "compare", *(f"chart/{name}" for name in CHARTS))
    return [
        *counted,
        *(SitemapEntry(base + path, released) for path in charts),
        *(SitemapEntry(base + path) for path in named),
        *(SitemapEntry(f"{base}queries/{name}") for name in load_named()),
        *_code_lists(current),
        *(SitemapEntry(f"{base}claims/{key}", released) for key in claims_of(current)),
    ]


def _code_lists(current: OpenRelease) -> Iterator[SitemapEntry]:
    """Yield each code list and its codes."""
    for name, scheme in sorted(current.model.schemes.items()):
        yield SitemapEntry(f"{current.iris.base}code/{name}")
        for code in scheme.codes:
            path = local_path(code.iri, current.iris)
            if path:
                yield SitemapEntry(current.iris.base + path[1:])


def _datasets(current: OpenRelease) -> list[SitemapEntry]:
    return [
        SitemapEntry(described.iri, described.modified) for described in facts(current).datasets
    ]


def _things(current: OpenRelease) -> list[SitemapEntry]:
    """Return the lists and documents of things; a list changed when one of its things did."""
    thing_places, base = [], current.iris.base
    segments = dict.fromkeys(d.segment for d in current.model.classes.values() if d.segment)
    for segment in segments:
        listed = [iri for name in lists_of(current, segment) for iri in things(current, name)]
        if segment in _READ_ELSEWHERE or not listed:
            continue
        places = [
            SitemapEntry(base + (local_path(iri, current.iris) or "/")[1:], _changed(current, iri))
            for iri in dict.fromkeys(listed)
        ]
        thing_places += [SitemapEntry(f"{base}doc/{segment}", newest(places)), *places]
    return thing_places


def _changed(current: OpenRelease, thing: str) -> str:
    """Return when a thing last changed, "" where a part of the log that cannot be read might tell."""
    history = current.history
    changed = history.changed(thing)
    untold = {*history.unknown, *history.gaps}
    lost = [release.time for release in history.releases if release.id in untold]
    if changed is None or (lost and changed <= max(lost)):
        return ""
    return changed.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
