"""`/id/…` and `/doc/…`: things redirect to documents, documents come in every form.

The release is that of `serving()`: the one in service, or a kept one (`past.py`).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from urllib.parse import quote

from flask import Blueprint, Response, g, render_template, request

from ogpld.formats.negotiation import Offer
from ogpld.formats.profiles import FRAMED
from ogpld.iris import is_key, natural
from ogpld.queries import bind, load
from ogpld.rdf import NS, NamedNode, term_text
from ogpld.release.history import Version
from ogpld.stores import Query
from ogpld.web.current.open_release import Serving, past_place
from ogpld.web.current.published import column_name
from ogpld.web.current.release_coverage import coverage, of_things
from ogpld.web.current.request import caching_of, serving
from ogpld.web.documents import memento
from ogpld.web.documents.document import (
    Document,
    find_document,
    frame_of,
    profiles_of,
    types_of,
    write,
)
from ogpld.web.documents.frame_links import frame_links
from ogpld.web.documents.signposts import signposts
from ogpld.web.http.caching import keep
from ogpld.web.http.problems import NotAcceptableError, Problem
from ogpld.web.http.redirects import moved
from ogpld.web.http.responses import OFFERS, choose, respond, suffix_of
from ogpld.web.lists.full_lists import whole_lists
from ogpld.web.lists.member_status import standings
from ogpld.web.pages.columns import notes_of
from ogpld.web.pages.links import local_path
from ogpld.web.pages.thing import ReadFrom, make_page
from ogpld.web.routes.lists import answer_list

routes = Blueprint("resource", __name__)


@routes.before_app_request
def take_serving() -> None:
    """Put the release the front leased where routes find it."""
    g.serving = request.environ["ogpld.serving"]


@routes.app_context_processor
def _past() -> dict[str, object]:
    """Tell every page from which release of the past it is, if it is."""
    current: Serving | None = g.get("serving")
    if current is None or not current.place:
        return {}
    return {"past": current.release, "now": request.path.removeprefix(current.place)}


@routes.get("/id/<segment>/<key>")
def thing(segment: str, key: str) -> Response:
    """Redirect from a thing to its document with 303 (httpRange-14)."""
    path = f"/doc/{segment}/{key}"
    _document(path, segment, key)
    keep(request.environ)
    return moved(path, 303, caching="public, max-age=300")


@routes.get("/doc/<segment>/<name>")
def document(segment: str, name: str) -> Response:
    """Answer with the document of a thing."""
    key, _, suffix = name.partition(".")
    asked = request.headers.get("Accept-Datetime")
    if asked is not None and not serving().place:
        return _timegate(asked, segment, key, suffix)
    found = _document(f"{serving().place}/doc/{segment}/{key}", segment, key)
    return represent(found, suffix)


def _timegate(asked: str, segment: str, key: str, suffix: str) -> Response:
    """Redirect to the document as it was at a time (RFC 7089 section 4.1.1).

    Raises:
        Problem: 400 for what is no date, 404 when no kept release has the document for that time,
            406 for a form there is not.
    """
    current = serving()
    path = f"/doc/{segment}/{key}"
    if suffix:
        choose(OFFERS, suffix)
    if segment not in current.model.by_segment or not is_key(key):
        raise _unknown(path)
    iri = current.iris.thing(segment, key).value
    found = memento.at(current.history, iri, path, memento.wanted(asked))
    if found is None:
        raise Problem(
            "not-found",
            f"No kept release has {path} as it was then.",
            f"what there is of it is listed at {memento.timemap_path(path)}",
        )
    target = found.path + (f".{suffix}" if suffix else "")
    response = moved(target, 302, caching="public, max-age=300")
    response.headers["Vary"] = "Accept-Datetime"
    response.headers["Link"] = ", ".join(memento.live_links(path))
    return response


@routes.get("/doc/<segment>")
def listing(segment: str) -> Response:
    """Answer with the list of a class's things, page by page."""
    name, _, suffix = segment.partition(".")
    if name not in serving().model.by_segment:
        raise _unknown(f"/doc/{segment}")
    return answer_list(serving(), name, suffix)


def _document(path: str, segment: str, key: str) -> Document:
    current = serving()
    if segment not in current.model.by_segment or not is_key(key):
        raise _unknown(path)
    iri = current.iris.thing(segment, key).value
    found = find_document(current, path, iri)
    if found is None:
        raise _withdrawn(iri) or _unknown(path)
    return found


def _withdrawn(iri: str) -> Problem | None:
    """Return what to say of a thing that earlier releases had, None for others."""
    current = serving()
    gone = current.history.withdrawn(iri)
    last = current.history.before(gone.release) if gone else None
    if gone is None or last is None:
        return None
    change = gone.change
    told = {
        "thing": iri,
        "label": change.label,
        "lastRelease": last.id,
        "withdrawnIn": gone.release.id,
        "replacedBy": list(change.replaced_by),
    }
    if not last.pruned:
        path = current.iris.document(iri).removeprefix(current.iris.base)
        told["memento"] = f"{past_place(last)}/{path}"
    hint = f"what changed then is at /release/{last.id}..{gone.release.id}"
    paths = [local_path(other, current.iris) for other in change.replaced_by]
    if len(paths) == 1 and paths[0] is not None:
        detail = f"{change.label or iri} has another identifier now: {change.replaced_by[0]}."
        problem = Problem("re-identified", detail, hint, **told)
        problem.headers["Location"] = paths[0]
        return problem
    detail = f"{change.label or iri} was withdrawn. Release {last.id} was the last to have it."
    return Problem("withdrawn", detail, hint, **told)


def _unknown(path: str) -> Problem:
    return Problem(
        "not-found",
        f"The release in service says nothing about {path}.",
        "look for it in the lists that the home page links to",
    )


def represent(
    found: Document, suffix: str = "", html: Callable[[Document], bytes] | None = None
) -> Response:
    """Return a document in the form the request asks for; `html` writes its page another way."""
    current = serving()
    profiles = profiles_of(current, found)
    try:
        offer, negotiated = choose(OFFERS, suffix, profiles=profiles)
    except NotAcceptableError as problem:
        if found.path.startswith(f"{current.place}/doc/"):
            listed = found.path.rpartition("/")[0]
            problem.hint += f"; tables are of lists: {listed}.csv, or /dump/current"
        raise
    name = suffix_of(offer)
    key = ("representation", found.path, name, offer.profile, offer.inline)
    body = current.documents.get(key)
    if body is None:
        body = (html or _html)(found) if name == "html" else write(current, found, offer, name)
        current.documents.put(key, body, len(body) + 128)
    keep(request.environ)
    live = found.path.startswith("/doc/")
    return respond(
        body,
        offer,
        negotiated=negotiated,
        path=found.path,
        links=[*_links(found, offer), *(memento.live_links(found.path) if live else ())],
        profiles=profiles,
        caching=caching_of(offer),
        vary=("Accept-Datetime",) if live else (),
    )


def _html(found: Document) -> bytes:
    current = serving()
    graphs = {
        term_text(quad.graph_name)
        for quad in found.quads
        if term_text(quad.subject).partition("#")[0] == found.iri
    }
    page = make_page(
        quads=found.quads,
        root=found.iri,
        incoming=found.incoming,
        model=current.model,
        iris=current.iris,
        column=partial(column_name, current.release),
        read_from=_read_from(found),
        standing=standings(current).by_iri,
        notes=notes_of(current, {_source_of(graph, current) for graph in graphs}),
    )
    left_out = [current.left_out[graph] for graph in sorted(graphs & current.left_out.keys())]
    member = coverage(current).members.get(found.iri)
    left_out += member.leaves_out if member else ()
    return render_template(
        "resource.html",
        page=page,
        path=found.path,
        frame=None if current.place else frame_of(current, found),
        whole=list(whole_lists(current, found.iri, found.incoming, current.page_links)),
        findings=current.findings.get(found.iri, ()),
        left_out=list(dict.fromkeys(left_out)),
        coverage=of_things(current, [found.iri]),
        place=current.place or "/release/current",
        versions=_versions(found),
    ).encode()


def _read_from(found: Document) -> dict[str, ReadFrom]:
    """Return where the assessments that point at a thing were read from, by their IRIs."""
    current = serving()
    places: dict[str, ReadFrom] = {}
    for predicate in (NS("assesses"), NS("report")):
        if predicate.value not in found.incoming:
            continue
        text = bind(load("read-from"), predicate=predicate, thing=NamedNode(found.iri))
        answer = current.store.answer(Query(text, ("json", "")), trusted=True)
        for row in json.loads(answer.body)["results"]["bindings"]:
            thing = row["thing"]["value"]
            place = places.get(thing, ReadFrom())
            cells = {*place.cells, *([row["cell"]["value"]] if "cell" in row else [])}
            report = row["report"]["value"] if "report" in row else place.report
            places[thing] = ReadFrom(report, tuple(sorted(cells, key=natural)))
    return places


def _source_of(graph: str, current: Serving) -> str:
    """Return the name of the source a graph was read from."""
    return graph.removeprefix(current.iris.graph("").value).partition("/")[0]


def _versions(found: Document) -> list[tuple[Version, str, str]]:
    """Return the versions of a thing, newest first, with the addresses of its page and of what changed."""
    current = serving()
    history = current.history
    told = []
    for version in reversed(history.versions(found.iri)):
        release, before = version.release, history.before(version.release)
        path = found.path.removeprefix(current.place)
        shown = "" if version.gone or release.pruned else quote(past_place(release) + path)
        told.append((version, shown, f"/release/{before.id}..{release.id}" if before else ""))
    return told


def _links(found: Document, offer: Offer) -> list[str]:
    """Return the Link values of a document beyond its other forms (Signposting)."""
    current = serving()
    path = quote(found.path)
    links = [
        f'<{path}>; rel="canonical"',
        f'<{current.licence}>; rel="license"',
        *(link.header() for link in signposts(current, found.path)),
    ]
    thing_path = current.iris.path(found.iri)
    links.append(f'<{quote(thing_path) if thing_path else found.iri}>; rel="cite-as"')
    if found.path.startswith(f"{current.place}/doc/"):
        links.append(f'<{path.rpartition("/")[0]}>; rel="collection"')
    links += [f'<{kind}>; rel="type"' for kind in sorted(types_of(found))]
    frame = frame_of(current, found)
    if frame is not None and not current.place and suffix_of(offer) == "jsonld":
        links += frame_links(frame, framed=offer.profile == FRAMED)
    return links
