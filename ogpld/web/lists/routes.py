"""`/doc/{class}`: a list as page, Hydra collection, CSV or lines of JSON, page by page."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, render_template, request

from ogpld.dumps.csvw import MEDIA_TYPE as CSVW
from ogpld.formats import FORMATS
from ogpld.formats.negotiation import Offer
from ogpld.formats.profiles import PLAIN
from ogpld.web.framing import frame_links
from ogpld.web.front import keep
from ogpld.web.lists.asked import read_asked
from ogpld.web.lists.hydra import Collection
from ogpld.web.lists.page import list_page
from ogpld.web.lists.selection import select
from ogpld.web.lists.table import write_metadata, write_table
from ogpld.web.negotiated import HTML, IMMUTABLE, JSON, LIVE, OFFERS, choose, respond, suffix_of
from ogpld.web.profiles import query_of
from ogpld.web.serving import Serving

NDJSON = Offer(
    "ndjson",
    "application/x-ndjson",
    (
        "application/ndjson",
        "application/x-ld+ndjson",
        "application/jsonl",
        "application/x-jsonlines",
    ),
    ("jsonl", "ndjson-ld"),
)
CSV = Offer("csv", "text/csv")
LIST_OFFERS: tuple[Offer, ...] = (*(o for o in OFFERS if o is not HTML), CSV, NDJSON, HTML)
#: Where clients of CSV on the Web look for what a table's columns are (Tabular Data 5.3).
_METADATA = "csv-metadata.json"
_TITLES = {form.name: form.title for form in FORMATS} | {"csv": "CSV", "ndjson": "NDJSON"}


def answer_list(serving: Serving, segment: str, suffix: str) -> Response:
    """Return a page of a class's list in the form the request asks for.

    Raises:
        Problem: 400 for an unknown filter, 404 for a page there is not, 406 for an unknown form.
    """
    if suffix == _METADATA:
        body = write_metadata(serving, read_asked(serving, segment).name, segment)
        keep(request.environ)
        return respond(body, Offer("csvm", CSVW), negotiated=False)
    offer, negotiated = choose(LIST_OFFERS, suffix, profiles=PLAIN)
    path = f"{serving.place}/doc/{segment}"
    selection = select(serving, read_asked(serving, segment))
    found = Collection(serving, path, selection)
    body = _write(found, offer, negotiated=negotiated)
    keep(request.environ)
    caching = IMMUTABLE if serving.place and offer is not HTML else LIVE
    response = respond(
        body,
        offer,
        negotiated=negotiated,
        links=_links(found, offer, negotiated=negotiated),
        caching=caching,
    )
    if negotiated:
        response.headers["Content-Location"] = _quoted(found, selection.asked.page, offer)
    return response


def _write(found: Collection, offer: Offer, *, negotiated: bool) -> bytes:
    name = suffix_of(offer)
    if name == CSV.name:
        return write_table(found.serving, found.selection)
    if name == NDJSON.name:
        return found.lines()
    if name != HTML.name:
        return found.write(offer)
    number = found.selection.asked.page
    forms = [
        (other.name, other.media_type, _TITLES[other.name], _quoted(found, number, other))
        for other in _others(offer)
    ]
    links = [
        (name, _place(found, page, offer, negotiated=negotiated))
        for name, page in found.pages().items()
    ]
    page = list_page(found.serving, found.path, found.selection, links, forms)
    return render_template("list.html", page=page).encode()


def _others(offer: Offer) -> list[Offer]:
    """Return the other forms of a page."""
    return [
        o for o in LIST_OFFERS if o is not JSON and (o.name != suffix_of(offer) or query_of(offer))
    ]


def _quoted(found: Collection, number: int, offer: Offer) -> str:
    """Return the address of a page in one form, as headers have it."""
    return quote(found.page_path(number, offer), safe="/?&=%+.")


def _place(found: Collection, number: int, offer: Offer, *, negotiated: bool) -> str:
    """Return the address of another page: in this form, or negotiated again where this one was."""
    if negotiated and not query_of(offer):
        query = found.selection.asked.query(found.serving, number)
        return quote(found.path + query, safe="/?&=%+.")
    return _quoted(found, number, offer)


#: Bytes of a query with which every form of a page is linked; longer ones would make headers too long.
_QUERY = 300


def _links(found: Collection, offer: Offer, *, negotiated: bool) -> list[str]:
    """Return the Link values: other pages (RFC 8288), other forms, licence, frame and schema."""
    number = found.selection.asked.page
    names = {"first": "first", "last": "last", "previous": "prev", "next": "next"}
    links = [
        f'<{_place(found, page, offer, negotiated=negotiated)}>; rel="{names[name]}"'
        for name, page in found.pages().items()
    ]
    if len(found.selection.asked.query(found.serving, number)) <= _QUERY:
        links += [
            f'<{_quoted(found, number, other)}>; rel="alternate"; type="{other.media_type}"'
            for other in _others(offer)
        ]
    links.append(f'<{found.serving.licence}>; rel="license"')
    if offer is CSV:
        beside = quote(f"{found.path}.{_METADATA}")
        links.append(f'<{beside}>; rel="describedby"; type="{CSVW}"')
    if suffix_of(offer) in {"jsonld", NDJSON.name} and not found.serving.place:
        links += frame_links(found.frame, framed=suffix_of(offer) == NDJSON.name)
    return links
