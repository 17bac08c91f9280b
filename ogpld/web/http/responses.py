"""Answer a request in the form it asks for, with the headers every read path has.

`Vary` names exactly the headers that were used, `Content-Location` the concrete
file, `Link: alternate` every other form; strong ETags are digests of the bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote, urlencode

from ogpld.formats import FORMATS, media
from ogpld.formats.negotiation import HEADER_LIMIT, Offer, by_name, negotiate
from ogpld.formats.profiles import EXPANDED, accepted, iri_of
from ogpld.web.http.http_messages import Request, Response
from ogpld.web.http.jsonld_profile import (
    named_profile,
    profile_in_type,
    profile_links,
    query_of,
    wants_inline,
)
from ogpld.web.http.languages import DEFAULT
from ogpld.web.http.parameters import content_parameters
from ogpld.web.http.problems import NotAcceptableError, Problem
from ogpld.wording import ENGLISH, write_in

HTML = media.offer_of(media.HTML)

#: JSON-LD under its plain name.
JSON = replace(media.offer_of(media.JSON), second_name_of=media.JSON_LD.type)

#: Every form of a document.
OFFERS: tuple[Offer, ...] = media.apart(
    [
        offer
        for form in FORMATS
        for offer in (media.offer_of(form), *((JSON,) if form is media.JSON_LD else ()))
    ]
    + [HTML]
)

LIVE = "public, max-age=300, stale-while-revalidate=86400"
IMMUTABLE = "public, max-age=31536000, immutable"
EXPOSED = (
    "Link, ETag, Content-Location, Content-Disposition, Memento-Datetime, Retry-After, RateLimit,"
    " RateLimit-Policy, Service-Failed, X-Total-Count, X-Request-Id"
)
CSP = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


def choose(
    request: Request,
    offers: Sequence[Offer],
    suffix: str = "",
    names: Sequence[str] = ("_mediatype", "format"),
    profiles: Sequence[str] = (),
) -> tuple[Offer, bool]:
    """Return the form to answer in, and whether the Accept header decided.

    A suffix wins over the parameters, these over the header. What is written from here on is in the
    language of the page, and in English for every other form.

    Args:
        request: the request.
        offers: the forms there are.
        suffix: that of the address.
        names: the parameters that name a form.
        profiles: the shapes JSON-LD can be had in, beside the parameters for them.

    Raises:
        Problem: 406 with the list of forms or profiles, 431 for an absurd header.
    """
    write_in(ENGLISH)
    if not profiles:
        offer, negotiated = _form(request, offers, suffix, names)
        if offer.name == HTML.name:
            write_in(request.wording_in(request.language))
        return offer, negotiated
    profile = named_profile(request, profiles)
    jsonld = [offer for offer in offers if offer is JSON or offer.name == "jsonld"]
    offer, negotiated = _form(request, jsonld if profile else offers, suffix, names)
    if offer.name == HTML.name:
        write_in(request.wording_in(request.language))
    if offer not in jsonld:
        return offer, negotiated
    profile = profile or profile_in_type(request, names, profiles)
    if not profile and negotiated:
        profile = accepted(request.headers.get("Accept"), offer.media_type, profiles)
    inline = wants_inline(request)
    return (
        replace(offer, profile=profile, inline=inline) if profile or inline else offer
    ), negotiated


def write_as_named(request: Request) -> None:
    """Write from here on in the language that the address names, for feeds and suggestions of pages in it."""
    write_in(request.wording_in(request.named_language or DEFAULT))


def _form(
    request: Request, offers: Sequence[Offer], suffix: str, names: Sequence[str]
) -> tuple[Offer, bool]:
    """Return the media type to answer in, and whether the Accept header decided."""
    if suffix:
        offer = by_name(suffix, offers)
        if offer is None:
            raise NotAcceptableError(offers)
        return offer, False
    for name in names:
        if value := request.args.get(name):
            offer = by_name(value.partition(";")[0], offers)
            if offer is None:
                raise NotAcceptableError(offers)
            return offer, False
    header = request.headers.get("Accept")
    if header is not None and len(header) > HEADER_LIMIT:
        raise Problem("header-too-large", f"Accept is longer than {HEADER_LIMIT} bytes")
    offer = negotiate(header, offers)
    if offer is None:
        raise NotAcceptableError(offers)
    return offer, True


def content_type(offer: Offer) -> str:
    """Return what is sent as Content-Type; JSON-LD in a shape that was asked for says which it is."""
    if offer.profile and offer.media_type == media.JSON_LD.type:
        return f'{offer.media_type};profile="{iri_of(offer.profile)}"'
    text = offer.media_type.startswith("text/")
    return f"{offer.media_type}; charset=utf-8" if text else offer.media_type


def etag_of(body: bytes, offer: Offer) -> str:
    """Return a strong ETag: equal only for equal bytes of the same type."""
    return etag_by_digest(hashlib.sha256(body).hexdigest(), offer)


def etag_by_digest(digest: str, offer: Offer) -> str:
    """Return the ETag of bytes whose SHA-256 is known, in hex."""
    name = f"{offer.name}-{offer.profile}" if offer.profile else offer.name
    return f'"{digest[:24]}-{name}"'


def suffix_of(offer: Offer) -> str:
    """Return the suffix of the address that always gives this form."""
    return "jsonld" if _is_json(offer) else offer.name


def _is_json(offer: Offer) -> bool:
    """Say whether a form is JSON-LD under its plain name; other JSON is not."""
    shaped = bool(offer.profile or offer.inline)
    return offer is JSON or (shaped and offer.media_type == JSON.media_type)


def respond(
    request: Request,
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
    profiles: Sequence[str] = (),
) -> Response:
    """Return a 200 with the headers of a representation.

    Args:
        request: the request.
        body: its bytes.
        offer: its form.
        negotiated: whether Accept decided, so that Vary names it.
        path: address without suffix; gives Content-Location and the alternates.
        offers: every form there is at that path.
        links: further Link values.
        caching: Cache-Control.
        etag: what stands for the bytes when it is not they themselves; "" for none.
        vary: headers of the request beside Accept that decided.
        profiles: shapes of JSON-LD there are at that path.
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
        pairs = (
            content_parameters(request) if offer is HTML else []
        )  # a page may be a part of its text
        query = f"?{urlencode(pairs)}" if pairs else query_of(offer)
        response.headers["Content-Location"] = f"{quote(path)}.{suffix_of(offer)}{query}"
    values = list(links)
    if path:
        address, own = quote(path), "" if query_of(offer) else suffix_of(offer)
        values += [
            f'<{address}.{other.name}>; rel="alternate"; type="{other.media_type}"'
            for other in offers
            if other is not JSON and other.name != own
        ]
        values += profile_links(address, offer, profiles)
    if _is_json(offer) and offer.profile != EXPANDED and not offer.inline:
        context = request.context_address
        values.append(
            f'<{context}>; rel="http://www.w3.org/ns/json-ld#context"; type="{media.JSON_LD.type}"'
        )
    if values:
        response.headers["Link"] = ", ".join(values)
    return response
