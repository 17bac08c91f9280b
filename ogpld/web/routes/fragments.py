"""`/fragments`: the statements that match a triple pattern, page by page (Triple Pattern Fragments)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote, urlencode

from flask import Blueprint

from ogpld.formats.negotiation import Offer
from ogpld.rdf import Literal, NamedNode, Triple
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.http.http_messages import Response
from ogpld.web.http.page_numbers import page_number
from ogpld.web.http.parameters import whole_only
from ogpld.web.http.responses import HTML, choose, respond
from ogpld.web.lists.fragments import FORMS, PAGE, Fragment, is_plain_query, read_fragment
from ogpld.web.lists.triple_pattern import POSITIONS, read_pattern, written
from ogpld.web.pages.tables import Value
from ogpld.web.pages.templates import render

routes = Blueprint(__name__.rpartition(".")[2], __name__)

#: Statements that people see at once: a part of the page that programs have.
_PART = 100
#: Characters of a term that are shown, and by which others are looked for.
_LONG = 300
#: What Hydra calls other pages, and Link values (RFC 8288).
_RELATIONS = {"first": "first", "previous": "prev", "next": "next", "last": "last"}


@routes.get("/fragments")
@routes.get("/fragments.<suffix>")
def pattern(request: ReleaseRequest, suffix: str = "") -> Response:
    """Answer with a page of the statements that match a pattern.

    Raises:
        Problem: 400 for a term that cannot be read, 404 for a page past the last, 406 for an unknown form.
    """
    offer, negotiated = choose(request, FORMS, suffix)
    named = request.args.get("format") or request.args.get("_mediatype", "")
    fragment = read_fragment(
        request.release, read_pattern(request), request.args.get("page", "1").strip()
    )
    if offer.name == HTML.name:
        body = _page(request, fragment, suffix, named).encode()
    else:
        whole_only(request, offer.name, ("part",))
        body = fragment.write(offer, _address(request, fragment, suffix, named), suffix, named)
    response = respond(
        request,
        body,
        offer,
        negotiated=negotiated,
        offers=FORMS,
        links=_links(fragment, offer, suffix, named),
    )
    if (
        negotiated and offer.name == HTML.name
    ):  # data names the address that was asked, as no file does
        place = fragment.path(fragment.number, offer.name)
        part = request.args.get("part", "1").strip()  # of pages alone: other forms have all of it
        response.headers["Content-Location"] = place if part == "1" else _of_part(place, part)
    response.headers["X-Total-Count"] = str(fragment.total)
    request.state.cacheable = True
    return response


def _address(request: ReleaseRequest, fragment: Fragment, suffix: str, named: str) -> str:
    """Return the IRI of the page as it was asked for: clients look for the address they know."""
    query = request.query_string.decode("latin-1")
    site = request.release.iris.base.rstrip("/")
    if not is_plain_query(query):
        return site + fragment.path(fragment.number, suffix, named)
    return f"{site}{quote(request.path)}{'?' if query else ''}{query}"


def _links(fragment: Fragment, offer: Offer, suffix: str, named: str) -> list[str]:
    """Return the Link values: other pages and other forms."""
    links = [
        f'<{fragment.path(number, suffix, named)}>; rel="{_RELATIONS[name]}"'
        for name, number in fragment.links().items()
    ]
    links += [
        f'<{fragment.path(fragment.number, other.name)}>; rel="alternate"; type="{other.media_type}"'
        for other in FORMS
        if other.name != offer.name
    ]
    return [*links, f'<{fragment.serving.licence}>; rel="license"']


def _page(request: ReleaseRequest, fragment: Fragment, suffix: str, named: str) -> str:
    """Return the page for people: the form, a part of the statements, each term a pattern of its own.

    Raises:
        Problem: 404 for an unknown part.
    """
    terms = fragment.pattern.by_position
    parts = max(1, -(-len(fragment.triples) // _PART))
    part = page_number(request.args.get("part", "1"), parts, fragment.path(fragment.number))
    start = (part - 1) * _PART
    triples = fragment.triples[start : start + _PART]
    place = (fragment.number - 1) * (PAGE // _PART) + part
    last_place = max(1, -(-fragment.total // _PART))
    places = {"first": 1, "previous": place - 1, "next": place + 1, "last": last_place}

    def address(place: int) -> str:
        number, before = divmod(place - 1, PAGE // _PART)
        path = fragment.path(number + 1, suffix, named)
        return _of_part(path, before + 1) if before else path

    return render(
        request,
        "fragments.html",
        fragment=fragment,
        first=fragment.first + start,
        last=fragment.first + start + len(triples) - 1,
        is_cut=any(len(term.value) > _LONG for triple in triples for term in _terms(triple)),
        fields=[(name, written(term)) for name, term in terms.items()],
        rows=[_cells(triple) for triple in triples],
        links={name: address(at) for name, at in places.items() if 1 <= at <= last_place},
        forms=[
            (other.media_type, other.name, fragment.path(fragment.number, other.name))
            for other in FORMS
            if other.name != HTML.name
        ],
    )


def _of_part(path: str, part: int | str) -> str:
    """Return the address of a part of a page."""
    return f"{path}{'&' if '?' in path else '?'}part={part}"


def _cells(triple: Triple) -> list[Value]:
    """Return the terms of a statement as shown, each with the address of what else has it in its place."""
    cells = []
    for name, term in zip(POSITIONS, _terms(triple), strict=True):
        language = (term.language or "") if isinstance(term, Literal) else ""
        if len(term.value) > _LONG:
            cells.append(Value(f"{term.value[:_LONG]}…", language=language))
        else:
            href = f"/fragments?{urlencode({name: written(term)})}"
            cells.append(Value(term.value, href, language=language))
    return cells


def _terms(triple: Triple) -> Iterator[NamedNode | Literal]:
    """Yield the terms of a statement."""
    for term in (triple.subject, triple.predicate, triple.object):
        if not isinstance(term, NamedNode | Literal):
            raise TypeError("published data has IRIs and literals")
        yield term
