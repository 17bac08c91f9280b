"""Answer a request in the form it asks for, with the headers every read path has.

Contract.md section 4: `Vary` names exactly the headers that were used, `Content-Location` the concrete
file, `Link: alternate` every other form; strong ETags are digests of the bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from urllib.parse import quote

from flask import Response, request

from ogpld.formats import FORMATS
from ogpld.formats.negotiation import HEADER_LIMIT, Offer, by_name, negotiate
from ogpld.web.front import matches
from ogpld.web.problems import NotAcceptableError, Problem

HTML = Offer("html", "text/html", ("application/xhtml+xml",))

#: JSON-LD under its plain name.
JSON = Offer("json", "application/json")

#: Every form of a document.
OFFERS: tuple[Offer, ...] = (
    *(
        offer
        for form in FORMATS
        for offer in (
            (
                Offer(
                    form.name,
                    form.media_type,
                    tuple(a for a in form.aliases if a != "application/json"),
                    ("json-ld",) if form.name == "jsonld" else ("turtle",) * (form.name == "ttl"),
                ),
                *((JSON,) if form.name == "jsonld" else ()),
            )
        )
    ),
    HTML,
)

LIVE = "public, max-age=300, stale-while-revalidate=86400"
IMMUTABLE = "public, max-age=31536000, immutable"
EXPOSED = "Link, ETag, Content-Location, Memento-Datetime, Retry-After, RateLimit, RateLimit-Policy"
CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


def choose(
    offers: Sequence[Offer], suffix: str = "", names: Sequence[str] = ("_mediatype", "format")
) -> tuple[Offer, bool]:
    """Return the form to answer in, and whether the Accept header decided.

    A suffix wins over the parameters, these over the header.

    Raises:
        Problem: 406 with the list of forms, 431 for an absurd header.
    """
    if suffix:
        found = by_name(suffix, offers)
        if found is None:
            raise NotAcceptableError(offers)
        return found, False
    for name in names:
        if asked := request.args.get(name):
            found = by_name(asked, offers)
            if found is None:
                raise NotAcceptableError(offers)
            return found, False
    header = request.headers.get("Accept")
    if header is not None and len(header) > HEADER_LIMIT:
        raise Problem(431, "header-too-large", f"Accept is longer than {HEADER_LIMIT} bytes")
    found = negotiate(header, offers)
    if found is None:
        raise NotAcceptableError(offers)
    return found, True


def content_type(offer: Offer) -> str:
    """Return what is sent as Content-Type."""
    text = offer.media_type.startswith("text/")
    return f"{offer.media_type}; charset=utf-8" if text else offer.media_type


def etag_of(body: bytes, offer: Offer) -> str:
    """Return a strong ETag: equal only for equal bytes of the same type."""
    return f'"{hashlib.sha256(body).hexdigest()[:24]}-{offer.name}"'


def suffix_of(offer: Offer) -> str:
    """Return the suffix of the address that always gives this form."""
    return "jsonld" if offer is JSON else offer.name


def respond(
    body: bytes,
    offer: Offer,
    *,
    negotiated: bool,
    path: str = "",
    offers: Sequence[Offer] = OFFERS,
    links: Sequence[str] = (),
    caching: str = LIVE,
    etag: str | None = None,
    vary: Sequence[str] = (),
) -> Response:
    """Return a 200 (or 304) with the headers of a representation.

    Args:
        body: its bytes.
        offer: its form.
        negotiated: whether Accept decided, so that Vary names it.
        path: address without suffix; gives Content-Location and the alternates.
        offers: every form there is at that path.
        links: further Link values.
        caching: Cache-Control.
        etag: what stands for the bytes when it is not they themselves; "" for none.
        vary: headers of the request beside Accept that decided.
    """
    response = Response(body, content_type=content_type(offer))
    tag = etag_of(body, offer) if etag is None else etag
    if tag:
        response.headers["ETag"] = tag
    response.headers["Cache-Control"] = caching
    deciding = [*(("Accept",) if negotiated else ()), *vary]
    if deciding:
        response.headers["Vary"] = ", ".join(deciding)
    if negotiated and path:
        response.headers["Content-Location"] = f"{quote(path)}.{suffix_of(offer)}"
    values = list(links)
    if path:
        values += [
            f'<{quote(path)}.{other.name}>; rel="alternate"; type="{other.media_type}"'
            for other in offers
            if other is not JSON and other.name != suffix_of(offer)
        ]
    if offer is JSON:
        context = "/context.jsonld"
        values.append(
            f'<{context}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
        )
    if values:
        response.headers["Link"] = ", ".join(values)
    if tag and matches(request.headers.get("If-None-Match", ""), tag):
        response.status_code = 304
        response.set_data(b"")
        del response.headers["Content-Type"]
    return response
