"""`/doc/{class}`: a list as page, Hydra collection, CSV or lines of JSON.

CSV and lines of JSON have all rows unless a page is asked for; the other forms go page by page.
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import quote

from ogpld.formats import FORMATS, media
from ogpld.formats.negotiation import Offer
from ogpld.formats.profiles import PLAIN
from ogpld.iris import slug
from ogpld.web.current.request import ReleaseRequest, caching_of
from ogpld.web.http.content_coding import (
    GZIP,
    IDENTITY,
    acceptable,
    condition_names,
    gains,
    tag_of,
)
from ogpld.web.http.file_response import send
from ogpld.web.http.frame_links import frame_links
from ogpld.web.http.http_messages import Response
from ogpld.web.http.jsonld_profile import query_of
from ogpld.web.http.problems import no_coding
from ogpld.web.http.responses import (
    HTML,
    JSON,
    OFFERS,
    choose,
    etag_by_digest,
    respond,
    suffix_of,
)
from ogpld.web.http.spool import SpooledFile
from ogpld.web.lists.all_rows import all_rows, packed_rows
from ogpld.web.lists.hydra import TABLES, Collection
from ogpld.web.lists.list_csv import write_metadata, write_table
from ogpld.web.lists.list_index import facets
from ogpld.web.lists.list_page import list_page
from ogpld.web.lists.list_request import read_list_request, short
from ogpld.web.lists.list_workbook import FORMS, is_made_here, pieces
from ogpld.web.lists.selection import select, select_all
from ogpld.web.pages.templates import render

NDJSON, CSV = media.offer_of(media.NDJSON), media.offer_of(media.CSV)
#: Workbook, and Parquet where it can be written.
ROWS = media.offers_of(FORMS)
LIST_OFFERS = media.apart([*(o for o in OFFERS if o is not HTML), CSV, NDJSON, *ROWS, HTML])
#: Where clients of CSV on the Web look for what a table's columns are (Tabular Data 5.3).
_METADATA = "csv-metadata.json"
#: Characters of the name of a file before the number of its page.
_NAME = 100
_TITLES = {row.name: row.title for row in (*FORMATS, media.CSV, media.NDJSON, *FORMS)}


def answer_list(request: ReleaseRequest, segment: str, suffix: str) -> Response:
    """Return a page of a class's list in the form the request asks for.

    Raises:
        Problem: 400 for an unknown filter, 404 for a page past the last, 406 for an unknown form, 413 for
            more rows than are given at once.
    """
    serving = request.release
    if suffix == _METADATA:
        metadata = write_metadata(serving, read_list_request(request, segment).name, segment)
        request.state.cacheable = True
        return respond(request, metadata, media.offer_of(media.CSVW), negotiated=False)
    offer, negotiated = choose(request, LIST_OFFERS, suffix, profiles=PLAIN)
    path = f"{serving.path_prefix}/doc/{segment}"
    wanted = read_list_request(request, segment)
    if offer.name in TABLES and not wanted.paged:
        collection = Collection(serving, path, select_all(serving, wanted))
        body = all_rows(collection, offer)
    else:
        collection = Collection(serving, path, select(serving, wanted))
        body = _write(request, collection, offer, negotiated=negotiated)
    tag = etag_by_digest(body.digest, offer) if isinstance(body, SpooledFile) else None
    response = respond(
        request,
        b"" if isinstance(body, SpooledFile) else body,
        offer,
        negotiated=negotiated,
        links=_links(collection, offer, negotiated=negotiated),
        caching=caching_of(request, offer),
        etag=tag,
    )
    if negotiated:
        response.headers["Content-Location"] = _quoted(
            collection, collection.selection.list_request.page, offer
        )
    response.headers["X-Total-Count"] = str(collection.selection.total)
    if offer.name in TABLES:
        name = _file_name(collection, segment, offer)
        response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    if isinstance(body, SpooledFile) and response.status_code == HTTPStatus.OK:
        return _send_file(request, collection, offer, body, response)
    request.state.cacheable = True
    return response


def _send_file(
    request: ReleaseRequest,
    whole: Collection,
    offer: Offer,
    rows_file: SpooledFile,
    response: Response,
) -> Response:
    """Return the answer with the file of a whole list, in gzip for who takes that and asks for no range."""
    codings: Sequence[str] = (IDENTITY,)
    if gains(response.mimetype or ""):
        codings = acceptable(request.environ) or codings
        response.vary.add("Accept-Encoding")
    elif acceptable(request.environ) == (GZIP,):
        raise no_coding()
    tag = response.headers["ETag"]
    coding = condition_names(request.environ, tag, codings)
    coding = codings[0] if coding is None else coding
    response.headers.remove("Content-Length")
    if coding:
        rows_file = packed_rows(whole, offer, rows_file)
        response.headers["Content-Encoding"] = coding
    etag = tag_of(tag, coding)
    answer = send(request, rows_file.path, rows_file.size, etag, dict(response.headers), rows_file)
    answer.coding = coding
    if coding:  # who asks for a range gets one of the plain bytes
        answer.headers.remove("Accept-Ranges")
    return answer


def _file_name(collection: Collection, segment: str, offer: Offer) -> str:
    """Return what a file of rows is saved as: the list, its filters, and which page it is."""
    wanted = collection.selection.list_request
    values = [
        short(collection.serving, facets(collection.serving, wanted.name)[key], value)
        for key, several in wanted.filters.items()
        for value in several
    ]
    words = [segment, wanted.kind, *values, wanted.since and f"since {wanted.since}"]
    stem = slug(" ".join(word for word in words if word))[:_NAME].strip("-")
    page = f"-page-{wanted.page}-of-{collection.selection.pages}" if wanted.paged else ""
    return f"{stem}{page}.{offer.name}"


def _write(
    request: ReleaseRequest, collection: Collection, offer: Offer, *, negotiated: bool
) -> bytes:
    name = suffix_of(offer)
    if name == CSV.name:
        return write_table(collection.serving, collection.selection)
    if is_made_here(offer):
        parts = (collection.selection,)
        return b"".join(pieces(collection.serving, parts, collection.iri, offer))
    if name == NDJSON.name:
        return collection.lines()
    if name != HTML.name:
        return collection.write(offer)
    number = collection.selection.list_request.page
    forms = [
        (other.name, other.media_type, _TITLES[other.name], _quoted(collection, number, other))
        for other in _others(offer)
        if other.name not in TABLES
    ]
    tables = [(o.media_type, _TITLES[o.name], _whole(collection, o)) for o in (CSV, NDJSON, *ROWS)]
    links = [
        (name, _place(collection, page, offer, negotiated=negotiated))
        for name, page in collection.pages().items()
    ]
    page = list_page(
        collection.serving, collection.path, collection.selection, links, forms, tables
    )
    return render(request, "list.html", page=page).encode()


def _others(offer: Offer) -> list[Offer]:
    """Return the other forms of a page."""
    return [
        o for o in LIST_OFFERS if o is not JSON and (o.name != suffix_of(offer) or query_of(offer))
    ]


def _quoted(collection: Collection, number: int, offer: Offer) -> str:
    """Return the address of a page in one form, as headers have it; of all rows where none is asked for."""
    if offer.name in TABLES and not collection.selection.list_request.paged:
        return _whole(collection, offer)
    return quote(collection.page_path(number, offer), safe="/?&=%+.")


def _whole(collection: Collection, offer: Offer) -> str:
    """Return the address of all rows in one form, as headers have it."""
    return quote(collection.whole_path(offer), safe="/?&=%+.")


def _place(collection: Collection, number: int, offer: Offer, *, negotiated: bool) -> str:
    """Return the address of another page: in this form, or negotiated again where this one was."""
    if negotiated and not query_of(offer):
        first = 1 if offer.name in TABLES else 2
        query = collection.selection.list_request.query(collection.serving, number, first=first)
        return quote(collection.path + query, safe="/?&=%+.")
    return _quoted(collection, number, offer)


#: Bytes of a query with which every form of a page is linked; longer ones would make headers too long.
_QUERY = 300


def _links(collection: Collection, offer: Offer, *, negotiated: bool) -> list[str]:
    """Return the Link values: other pages (RFC 8288), other forms, licence, frame and schema."""
    number = collection.selection.list_request.page
    names = {"first": "first", "last": "last", "previous": "prev", "next": "next"}
    pages = (
        {}
        if offer.name in TABLES and not collection.selection.list_request.paged
        else collection.pages()
    )
    links = [
        f'<{_place(collection, page, offer, negotiated=negotiated)}>; rel="{names[name]}"'
        for name, page in pages.items()
    ]
    if len(collection.selection.list_request.query(collection.serving, number)) <= _QUERY:
        links += [
            f'<{_quoted(collection, number, other)}>; rel="alternate"; type="{other.media_type}"'
            for other in _others(offer)
        ]
    links.append(f'<{collection.serving.licence}>; rel="license"')
    if offer is CSV:
        kind = collection.selection.list_request.kind
        beside = quote(f"{collection.path}.{_METADATA}") + (f"?type={quote(kind)}" if kind else "")
        links.append(f'<{beside}>; rel="describedby"; type="{media.CSVW.type}"')
    if suffix_of(offer) in {"jsonld", NDJSON.name} and not collection.serving.path_prefix:
        links += frame_links(collection.frame, framed=suffix_of(offer) == NDJSON.name)
    return links
