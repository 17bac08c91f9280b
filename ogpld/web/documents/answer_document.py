"""Answer with the document of a thing: its form, its page, its earlier versions, what became of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from urllib.parse import quote

from ogpld.formats.negotiation import Offer
from ogpld.formats.profiles import FRAMED
from ogpld.iris import is_key, natural
from ogpld.near_names import closest
from ogpld.rdf import NS, NamedNode, term_text
from ogpld.release.history import Version
from ogpld.waiting import in_thread
from ogpld.web.current.open_release import OpenRelease, past_path_prefix
from ogpld.web.current.published import column_name
from ogpld.web.current.release_coverage import coverage, of_things
from ogpld.web.current.request import ReleaseRequest, caching_of
from ogpld.web.documents import memento
from ogpld.web.documents.document import (
    Document,
    find_document,
    frame_of,
    profiles_of,
    write,
)
from ogpld.web.documents.signposts import signposts
from ogpld.web.http.frame_links import frame_links
from ogpld.web.http.http_messages import Response
from ogpld.web.http.problems import NotAcceptableError, Problem
from ogpld.web.http.redirects import location, moved
from ogpld.web.http.responses import OFFERS, choose, respond, suffix_of
from ogpld.web.lists.full_lists import whole_lists
from ogpld.web.lists.member_status import standings
from ogpld.web.pages.assessed_things import assessed_things
from ogpld.web.pages.class_pages import class_page
from ogpld.web.pages.columns import notes_of
from ogpld.web.pages.links import Description, local_path
from ogpld.web.pages.subject import Subject
from ogpld.web.pages.templates import render
from ogpld.web.pages.thing import ReadFrom, make_page
from ogpld.wording import write_in

#: Things of a class that point at a thing in one way, in the fold of a page of its own.
_FOLDED = 20
#: Bytes of a description whose document takes its time to be written.
_LONG = 65_536


def answer_document(request: ReleaseRequest, segment: str, name: str) -> Response:
    """Answer with the document of a thing."""
    key, _, suffix = name.partition(".")
    time = request.headers.get("Accept-Datetime")
    if time is not None and not request.release.path_prefix:
        return _timegate(request, time, segment, key, suffix)
    document = require_document(
        request, f"{request.release.path_prefix}/doc/{segment}/{key}", segment, key
    )
    return represent(request, document, suffix)


def _timegate(request: ReleaseRequest, time: str, segment: str, key: str, suffix: str) -> Response:
    """Redirect to the document as it was at a time (RFC 7089 section 4.1.1).

    Raises:
        Problem: 400 for what is no date, 404 when no kept release has the document for that time, 410 or
            301 for a thing that was withdrawn then, 406 for an unknown form.
    """
    current = request.release
    path = f"/doc/{segment}/{key}"
    if suffix:
        choose(request, OFFERS, suffix)
    if segment not in current.model.by_segment or not is_key(key):
        raise no_document(path, meant_path(current, segment, key))
    iri = current.iris.thing(segment, key).value
    if (problem := erased_thing(current, iri)) is not None:
        raise problem
    moment = memento.wanted(time)
    memento_then = memento.at(current.history, iri, path, moment)
    if memento_then is None:
        problem = _withdrawn(request, iri, memento.withdrawn_at(current.history, iri, moment))
        problem = problem or Problem(
            "not-found",
            f"No kept release has {path} as it was then.",
            f"what there is of it is listed at {memento.timemap_path(path)}",
        )
        problem.headers["Vary"] = "Accept-Datetime"
        raise problem
    target = memento_then.path + (f".{suffix}" if suffix else "")
    response = moved(request, target, 302, caching="public, max-age=300")
    response.headers["Vary"] = "Accept-Datetime"
    response.headers["Link"] = ", ".join(memento.live_links(path))
    return response


def require_document(request: ReleaseRequest, path: str, segment: str, key: str) -> Document:
    """Return the document of a thing.

    Raises:
        Problem: 404 where there is none, 410 or 301 for a thing that was withdrawn.
    """
    current = request.release
    if segment not in current.model.by_segment or not is_key(key):
        raise no_document(path, meant_path(current, segment, key))
    iri = current.iris.thing(segment, key).value
    document = find_document(current, path, iri)
    if document is None:
        raise in_thread(partial(_missing, request, path, iri))
    return document


def require_thing(request: ReleaseRequest, path: str, segment: str, key: str) -> None:
    """Require a document of a thing as `require_document` does, without having it described."""
    current = request.release
    is_name = segment in current.model.by_segment and is_key(key)
    if not (is_name and current.store.has_thing(current.iris.thing(segment, key).value)):
        require_document(request, path, segment, key)


def _missing(request: ReleaseRequest, path: str, iri: str) -> Problem:
    """Return what to say of a thing the release does not have; earlier ones are looked through."""
    current = request.release
    gone = erased_thing(current, iri) or _withdrawn(request, iri, current.history.withdrawn(iri))
    return gone or no_document(path, _in_other_case(current, iri))


def meant_path(current: OpenRelease, segment: str, key: str = "") -> str:
    """Return the path that is meant by the name of no class, as `plan` means action plans, "" for none."""
    segments = sorted(current.model.by_segment)
    word = segment.lower().removesuffix("s")
    exact = word if word in segments else next((s for s in segments if word in s.split("-")), "")
    meant = exact or closest(segment, segments)
    if not meant or not key:
        return f"/doc/{meant}" if meant else ""
    is_there = is_key(key) and current.store.has_thing(current.iris.thing(meant, key).value)
    return f"/doc/{meant}/{key}" if is_there else f"/doc/{meant}"


def _in_other_case(current: OpenRelease, iri: str) -> str:
    """Return the path of the document of a thing whose IRI differs in capitals alone, "" for none."""
    matches = current.search_index.by_identifier(iri.rpartition("/")[2])
    meant = next((match.iri for match in matches if match.iri.casefold() == iri.casefold()), "")
    return (local_path(meant, current.iris) or "") if meant else ""


def erased_thing(current: OpenRelease, iri: str) -> Problem | None:
    """Return what to say of a thing that was erased, None for others."""
    erasure = next((e for e in reversed(current.erasures) if iri in e.things), None)
    if erasure is None:
        return None
    return Problem(
        "erased",
        f"{iri} was erased on {erasure.date[:10]}: {erasure.reason}",
        f"delete your copies; the record is at /erasures#{erasure.number}",
        thing=iri,
        erasure=f"/erasures#{erasure.number}",
        date=erasure.date,
        reason=erasure.reason,
    )


def _withdrawn(request: ReleaseRequest, iri: str, gone: Version | None) -> Problem | None:
    """Return what to say of a thing that a version withdrew, None where there is no such version."""
    current = request.release
    last = current.history.before(gone.release) if gone else None
    if gone is None or last is None:
        return None
    change = gone.change
    members = {
        "thing": change.thing,
        "label": change.label,
        "lastRelease": last.id,
        "withdrawnIn": gone.release.id,
        "replacedBy": list(change.replaced_by),
    }
    if not last.pruned:
        path = current.iris.document(iri).removeprefix(current.iris.base)
        members["memento"] = f"{past_path_prefix(last)}/{path}"
    hint = f"what changed then is at /release/{last.id}..{gone.release.id}"
    others = map(current.history.present, change.replaced_by)
    paths = [local_path(other, current.iris) for other in others]
    if len(paths) == 1 and paths[0] is not None:
        detail = f"{change.label or iri} has another identifier now: {change.replaced_by[0]}."
        problem = Problem("re-identified", detail, hint, **members)
        _, dot, suffix = request.path.rpartition("/")[2].partition(".")
        problem.headers["Location"] = location(request, f"{paths[0]}{dot}{suffix}")
        return problem
    detail = f"{change.label or iri} was withdrawn. Before that, release {last.id} had it."
    return Problem("withdrawn", detail, hint, **members)


def no_document(path: str, meant: str = "") -> Problem:
    """Return the 404 of an unknown document; `meant` is the path of one that may be meant."""
    return Problem(
        "not-found",
        f"There is no page {path} here.",
        f"did you mean {meant}?"
        if meant
        else "look for it in the lists that the home page links to",
        **({"suggestion": meant} if meant else {}),
    )


def represent(
    request: ReleaseRequest,
    document: Document,
    suffix: str = "",
    html: Callable[[ReleaseRequest, Document], bytes] | None = None,
) -> Response:
    """Return a document in the form the request asks for; `html` writes its page another way."""
    current = request.release
    profiles = profiles_of(current, document)
    try:
        offer, negotiated = choose(request, OFFERS, suffix, profiles=profiles)
    except NotAcceptableError as problem:
        if document.path.startswith(f"{current.path_prefix}/doc/"):
            listed = document.path.rpartition("/")[0]
            problem.hint += f"; tables are of lists: {listed}.csv, or /dump/current"
        raise
    name = suffix_of(offer)
    # links of a page name its language where its address does
    languages = (request.language, request.named_language) if name == "html" else ()
    key = ("representation", document.path, name, offer.profile, offer.inline, languages)

    def written() -> bytes:
        if name != "html":
            return write(current, document, offer, name)
        # what is kept is English, but the key of this has its language
        write_in(request.wording_in(request.language))
        return (html or _html)(request, document)

    made = partial(current.cached, key, written, lambda body: len(body) + 1_000)
    body = in_thread(made) if len(document.description) > _LONG else made()
    request.state.cacheable = True
    live = document.path.startswith("/doc/")
    return respond(
        request,
        body,
        offer,
        negotiated=negotiated,
        path=document.path,
        links=[
            *_links(request, document, offer),
            *(memento.live_links(document.path) if live else ()),
        ],
        profiles=profiles,
        caching=caching_of(request, offer),
        vary=("Accept-Datetime",) if live else (),
    )


def _html(request: ReleaseRequest, document: Document) -> bytes:
    current = request.release
    graphs = {
        term_text(quad.graph_name)
        for quad in document.quads
        if term_text(quad.subject).partition("#")[0] == document.iri
    }
    about = Description(
        document.quads,
        document.iri,
        current.model,
        current.iris,
        column=partial(column_name, current.release),
        standing=standings(current).by_iri,
        notes=notes_of(current, {_source_of(graph, current) for graph in graphs}),
    )
    subject = Subject(current, about, document.incoming)
    own = class_page(subject)
    left_out = [current.left_out[graph] for graph in sorted(graphs & current.left_out.keys())]
    member = coverage(current).members.get(document.iri)
    left_out += member.leaves_out if member else ()
    return render(
        request,
        own.template if own else "resource.html",
        page=make_page(
            about,
            document.incoming,
            _read_from(request, document),
            _FOLDED if own else None,
            assessed_things(subject),
        ),
        own=own.view(subject) if own else None,
        path=document.path,
        frame=None if current.path_prefix else frame_of(current, document),
        whole=list(whole_lists(current, document.iri, document.incoming, current.page_links)),
        findings=current.findings.get(document.iri, ()),
        left_out=list(dict.fromkeys(left_out)),
        coverage=of_things(current, [document.iri]),
        place=current.path_prefix or "/release/current",
        versions=_versions(request, document),
    ).encode()


def _read_from(request: ReleaseRequest, document: Document) -> dict[str, ReadFrom]:
    """Return where the assessments that point at a thing were read from, by their IRIs."""
    current = request.release
    places: dict[str, ReadFrom] = {}
    for predicate in (NS("assesses"), NS("report")):
        if predicate.value not in document.incoming:
            continue
        rows = current.select("read-from", predicate=predicate, thing=NamedNode(document.iri))
        for row in rows:
            thing = row["thing"]
            place = places.get(thing, ReadFrom())
            cells = {*place.cells, *([row["cell"]] if "cell" in row else [])}
            report = row.get("report", place.report)
            places[thing] = ReadFrom(report, tuple(sorted(cells, key=natural)))
    return places


def _source_of(graph: str, current: OpenRelease) -> str:
    """Return the name of the source a graph was read from."""
    return graph.removeprefix(current.iris.graph("").value).partition("/")[0]


def _versions(request: ReleaseRequest, document: Document) -> list[tuple[Version, str, str]]:
    """Return the versions of a thing, newest first, with the addresses of its page and of what changed."""
    current = request.release
    history = current.history
    versions = []
    for version in reversed(history.versions(document.iri)):
        release, before = version.release, history.before(version.release)
        path = document.path.removeprefix(current.path_prefix)
        address = "" if version.gone or release.pruned else quote(past_path_prefix(release) + path)
        versions.append((version, address, f"/release/{before.id}..{release.id}" if before else ""))
    return versions


def _links(request: ReleaseRequest, document: Document, offer: Offer) -> list[str]:
    """Return the Link values of a document beyond its other forms (Signposting)."""
    current = request.release
    path = quote(document.path)
    links = [
        f'<{path}>; rel="canonical"',
        f'<{current.licence}>; rel="license"',
        *(link.header() for link in signposts(current, document.path)),
    ]
    thing_path = current.iris.path(document.iri)
    links.append(f'<{quote(thing_path) if thing_path else document.iri}>; rel="cite-as"')
    if document.path.startswith(f"{current.path_prefix}/doc/"):
        links.append(f'<{path.rpartition("/")[0]}>; rel="collection"')
    links += [f'<{kind}>; rel="type"' for kind in sorted(document.types)]
    if not current.path_prefix and suffix_of(offer) == "jsonld":
        frame = frame_of(current, document)
        links += frame_links(frame, framed=offer.profile == FRAMED) if frame else ()
    return links
