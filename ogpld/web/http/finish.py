"""What is done to every answer before it is sent: coding, preconditions, CORS, a policy for pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus

from ogpld.formats import media
from ogpld.web.http.content_coding import (
    GZIP,
    IDENTITY,
    LEAST,
    acceptable,
    condition_names,
    gains,
    gzip_body,
    no_transform,
    tag_of,
)
from ogpld.web.http.http_messages import Request, Response, not_modified
from ogpld.web.http.preconditions import REPEATED, outcome
from ogpld.web.http.problems import failed_precondition, no_coding
from ogpld.web.http.responses import CSP, EXPOSED
from ogpld.web.http.site_paths import keep_language_in_headers

#: What an answer has of these where it does not say otherwise.
_COMMON = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", EXPOSED),
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
)
#: Characters that HTML cannot have (HTML Living Standard 13.2.3.5): a page shows U+FFFD for them.
_NO_HTML = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def note_language(request: Request, response: Response) -> None:
    """Say which language a page is in, and that the request chose it; one that says so itself is left.

    Where the address names the language, those in the headers do.
    """
    if 300 <= response.status_code < 400:  # noqa: PLR2004
        return
    named = request.named_language
    if response.mimetype == media.HTML.type and "Content-Language" not in response.headers:
        response.headers["Content-Language"] = request.language
        if not named:
            response.vary_by("Accept-Language")
    if named:
        keep_language_in_headers(response.headers, named)


def choose_coding(request: Request, response: Response) -> None:
    """Choose the content coding of an answer: its ETag is from here on that of the coding, `Vary` says so.

    A file that can be had in ranges is sent as it is.

    Raises:
        Problem: 406 for who refuses `identity` where there is nothing else.
    """
    status = response.status_code
    if response.coding is not None or status == HTTPStatus.NO_CONTENT or 300 <= status < 400:  # noqa: PLR2004
        return
    codings, own = acceptable(request.environ), _by_name(response)
    size = int(own.get("content-length", 0))
    as_it_is = "accept-ranges" in own or not gains(response.mimetype or "")
    if as_it_is and (size or response.file is not None) and codings == (GZIP,):
        raise no_coding()
    response.coding = IDENTITY
    if as_it_is:
        return
    response.vary_by("Accept-Encoding")
    tag = own.get("etag", "")
    coding = condition_names(request.environ, tag, codings)
    if coding is None:
        small = size < LEAST or no_transform(own.get("cache-control", ""))
        coding = IDENTITY if not codings or (small and IDENTITY in codings) else codings[0]
    response.coding = coding
    if tag and coding:
        response.headers["ETag"] = tag_of(tag, coding)


def pack(response: Response) -> None:
    """Compress the body of an answer whose coding is coding."""
    if not response.coding or "Content-Encoding" in response.headers:
        return
    response.direct_passthrough = False
    response.set_data(gzip_body(response.get_data(), response.headers.get("ETag", "")))
    response.headers["Content-Encoding"] = response.coding


def judge_preconditions(request: Request, response: Response) -> Response:
    """Return the answer, or 304 where the preconditions of the request say so (RFC 9110 section 13).

    Raises:
        Problem: 412 where one of them fails.
    """
    if response.status_code not in range(200, 300) or response.file is not None:
        return response
    result = outcome(request.environ, list(response.headers))
    if result == HTTPStatus.PRECONDITION_FAILED:
        raise failed_precondition()
    if result == HTTPStatus.NOT_MODIFIED:
        headers = [(n, v) for n, v in response.headers if n.lower() in REPEATED]
        response.close()
        response = not_modified(headers)
    return response


def add_common_headers(response: Response, rate_limits: Mapping[str, str]) -> Response:
    """Add what every answer has: CORS, no sniffing, and a policy for pages."""
    own = _by_name(response)
    common = [pair for pair in _COMMON if pair[0].lower() not in own]
    response.headers.extend(common)
    response.headers.update(rate_limits)  # a release of the past has finished its answer before
    if response.mimetype == media.HTML.type:
        response.headers.setdefault("Content-Security-Policy", CSP)
        response.headers["Referrer-Policy"] = "no-referrer"
        plain = not response.direct_passthrough and "Content-Encoding" not in response.headers
        if plain and _NO_HTML.search(body := response.get_data()):
            response.set_data(_NO_HTML.sub("\ufffd".encode(), body))
    return response


def _by_name(response: Response) -> dict[str, str]:
    """Return the headers of an answer by their names in small letters."""
    return {name.lower(): value for name, value in response.headers}
