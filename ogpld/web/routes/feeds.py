"""`/ldes`, `/activity`, `/feed.atom`: the change log in three renderings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from urllib.parse import urlencode

from flask import Blueprint

from ogpld.catalogue.activity import (
    collection,
    collection_page,
    entries_of_page,
    log_entries,
    page_count,
)
from ogpld.catalogue.atom import PAGE as ENTRIES
from ogpld.catalogue.atom import feed, part_feed
from ogpld.catalogue.ldes import (
    STREAM_PREFIXES,
    StreamPage,
    page_quads,
    pages_of,
    root_quads,
    stream_pages,
)
from ogpld.errors import ReleaseError
from ogpld.formats import media
from ogpld.formats.negotiation import Offer
from ogpld.formats.rdf_writers import used_prefixes
from ogpld.rdf import Quad, canonical_triples, serialise
from ogpld.release import Release
from ogpld.release.changes import Change
from ogpld.release.history import History, things_at
from ogpld.web.current.dataset_facts import facts
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.http.http_messages import Response
from ogpld.web.http.languages import DEFAULT
from ogpld.web.http.page_numbers import page_number
from ogpld.web.http.parameters import whole_only
from ogpld.web.http.problems import Problem
from ogpld.web.http.responses import IMMUTABLE, choose, respond, suffix_of, write_as_named
from ogpld.web.lists.change_words import change_words, classes_of_changes
from ogpld.web.lists.part_changes import BELONGING, part_changes
from ogpld.web.pages.chart_parameters import filter_value
from ogpld.web.pages.links import local_path
from ogpld.web.routes.releases import moved_release
from ogpld.wording import gettext

routes = Blueprint(__name__.rpartition(".")[2], __name__)

#: Root and pages have the same forms, so that a client can stay in one. In those of graphs the statements of
#: a page's members stand in one graph: a page is of one release and has each thing once.
_FORMS = (
    *media.offers_of((media.TRIG, media.N_QUADS, media.JSON_LD, media.TURTLE)),
    replace(media.offer_of(media.N_TRIPLES), aliases=()),  # text is for people: they have the feed
)
_ACTIVITY, _ATOM = media.offer_of(media.ACTIVITY), media.offer_of(media.ATOM)


@routes.get("/ldes")
@routes.get("/ldes.<suffix>")
def stream(request: ReleaseRequest, suffix: str = "") -> Response:
    """Answer with the root of the event stream."""
    current = request.release
    offer, negotiated = choose(request, _FORMS, suffix)
    history = _history(request)
    body = _written(root_quads(current.iris, stream_pages(history), history.gaps), offer)
    request.state.cacheable = True
    return respond(request, body, offer, negotiated=negotiated, path="/ldes", offers=_FORMS)


@routes.get("/ldes/<name>")
def stream_page(request: ReleaseRequest, name: str) -> Response:
    """Answer with a page of the event stream, which never changes."""
    current = request.release
    plain, _, suffix = name.partition(".")
    identity, _, number = plain.rpartition("-")
    present = current.release_store.present_id(identity)
    if present != identity:
        raise moved_release(request, identity, present)
    page = next((p for p in _pages(request, identity) if str(p.number) == number), None)
    if page is None:
        raise Problem("not-found", f"The stream has no page {plain}.", "start at /ldes")
    offer, negotiated = choose(request, _FORMS, suffix)
    things = [change.thing for change in page.changes]
    try:
        content = things_at(current.release_store, page.release, things)
    except ReleaseError as error:
        raise Problem(
            "release-gap",
            f"What release {page.release.id} said cannot be told: {error.message}.",
            "the dumps have the data as it is: /dump/current",
        ) from error
    request.state.cacheable = True
    return respond(
        request,
        _written(page_quads(current.iris, page, content), offer),
        offer,
        negotiated=negotiated,
        path=f"/ldes/{plain}",
        offers=_FORMS,
        links=['</ldes>; rel="collection"'],
        caching=IMMUTABLE,
    )


@routes.get("/activity")
def activity(request: ReleaseRequest) -> Response:
    """Answer with the collection of activities."""
    return _json(request, collection(request.release.iris, _entries(request)))


@routes.get("/activity/<name>")
def activity_page(request: ReleaseRequest, name: str) -> Response:
    """Answer with a page of activities; one that is full never changes."""
    current, entries, history = request.release, _entries(request), _history(request)
    last = page_count(entries)
    number = page_number(name, last, "/activity")
    classes: dict[str, str] = {}
    for _, part in groupby(entries_of_page(entries, number), key=lambda entry: entry[0].id):
        releases, changes = zip(*part, strict=True)
        names = classes_of_changes(current, history, releases[0], changes)
        classes |= {thing: current.model.classes[name].iri for thing, name in names.items()}
    body = collection_page(current.iris, entries, number, classes)
    return _json(request, body)


@routes.get("/feed.atom")
def atom(request: ReleaseRequest) -> Response:
    """Answer with the feed for readers of news: of all changes, or of a member or policy area in words."""
    part = next((name for name in BELONGING if name in request.args), None)
    if part:
        return _part_feed(request, part)
    entries = _entries(request)
    pages = max(1, -(-len(entries) // ENTRIES))
    number = page_number(request.args.get("page", "1"), pages, "/feed.atom")
    offer, _ = choose(request, (_ATOM,), "atom")
    write_as_named(request)
    request.state.cacheable = True
    return respond(
        request,
        feed(request.release.iris, facts(request.release).whole.title, entries, number),
        offer,
        negotiated=False,
    )


def _part_feed(request: ReleaseRequest, parameter: str) -> Response:
    """Return the feed of what belongs to one member or policy area, one entry a release.

    Raises:
        Problem: 400 for an unknown one; 410 or 500 when what a withdrawn thing belonged to cannot
            be told: it might be this one, so that the feed would lack its end.
    """
    serving = request.release
    offer, _ = choose(request, (_ATOM,), "atom")
    write_as_named(request)
    others = [name for name in ("page", *BELONGING) if name != parameter]
    whole_only(request, f"the feed of one {parameter}", others)
    key = filter_value(parameter, request.args[parameter].strip(), serving)
    label = serving.statistics.label(parameter, key)
    iri = _iri_of(serving, parameter, key)
    history = _history(request)
    try:
        parts = part_changes(serving, history, parameter, iri)
    except ReleaseError as error:
        detail = f"What withdrawn things belonged to cannot be told: {error.message}."
        whole = "the feed of all changes is whole: /feed.atom"
        if serving.release_store.absent():
            raise Problem("release-gap", detail, whole) from error
        raise Problem("log-damaged", detail, whole) from error
    entries = [
        (
            release,
            change_words(serving, history, release, changes)
            or gettext("Changes of what is about it"),
        )
        for release, changes in parts
    ]
    address = f"{serving.iris.base}feed.atom?{urlencode({parameter: key, **_language(request)})}"
    page = serving.iris.base.rstrip("/") + (local_path(iri, serving.iris) or "/")
    title = facts(serving).whole.title
    body = part_feed(
        address, gettext("Changes: %(name)s", name=label), title, page, entries, serving.iris.base
    )
    request.state.cacheable = True
    return respond(request, body, offer, negotiated=False)


def _language(request: ReleaseRequest) -> dict[str, str]:
    """Return the parameter that names the language of a feed, nothing for that of the data."""
    named = request.named_language
    return {"lang": named} if named and named != DEFAULT else {}


def _iri_of(serving: OpenRelease, parameter: str, key: str) -> str:
    if parameter == "member":
        return serving.statistics.members[key].iri
    code = serving.model.schemes[parameter].find(key)
    assert code is not None  # noqa: S101  (its notation was read from there)
    return code.iri


def _pages(request: ReleaseRequest, identity: str) -> Iterator[StreamPage]:
    """Yield the pages of a release, also of one that was rolled back: what never changes never goes."""
    history = _history(request)
    if identity not in history.changes:
        release_store = request.release.release_store
        later = next((r for r in release_store.releases() if r.id == identity), None)
        if later is None:
            return
        history = _whole(History(release_store, later))
    release = next(r for r in history.releases if r.id == identity)
    yield from pages_of(release, history.changes[identity])


def _history(request: ReleaseRequest) -> History:
    """Return the change log of the release in service, whole."""
    return _whole(request.release.history)


def _whole(history: History) -> History:
    """Return a change log.

    Raises:
        Problem: 500 when a part of it cannot be read: who follows it would lose changes.
    """
    if history.unknown:
        raise Problem(
            "log-damaged",
            f"The changes of release {history.unknown[0]} cannot be read.",
            "the data is whole: harvest the dumps or the catalogue until this is mended",
        )
    return history


def _entries(request: ReleaseRequest) -> Sequence[tuple[Release, Change]]:
    current = request.release
    return current.cached("log", lambda: log_entries(_history(request)))


def _written(quads: Iterable[Quad], offer: Offer) -> bytes:
    statements = list(quads)
    triples = canonical_triples(quad.triple for quad in statements)
    prefixes = used_prefixes(triples, STREAM_PREFIXES)
    return serialise(statements, suffix_of(offer), prefixes)


def _json(request: ReleaseRequest, body: dict[str, object]) -> Response:
    offer, negotiated = choose(request, (_ACTIVITY,))
    request.state.cacheable = True
    text = json.dumps(body, ensure_ascii=False, indent=1) + "\n"
    return respond(request, text.encode(), offer, negotiated=negotiated)
