"""Do errors come in a form programs can read (RFC 9457)?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ogpld.doctor.check import Check, CheckFailure
from ogpld.doctor.client import Response
from ogpld.doctor.sample import documents_or_none
from ogpld.doctor.server_map import BROWSER, ExaminedServer

_NOWHERE = "/ogpld-doctor-asks-for-what-is-not-there"


def problem(reply: Response) -> dict[str, Any] | None:
    """Return a problem document, None when the answer is none."""
    if reply.type != "application/problem+json":
        return None
    try:
        content = json.loads(reply.body)
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


def _somewhere(site: ExaminedServer) -> str:
    """Return the address of a document, else of the home page."""
    return next((document.url for document in documents_or_none(site)), site.url)


def not_found(site: ExaminedServer) -> Iterator[CheckFailure]:
    """What is not there is 404, also below the addresses of things and documents."""
    urls = [site.at(_NOWHERE)]
    for document in documents_or_none(site)[:1]:
        thing = site.url_of(document.thing).partition("#")[0]
        urls += [f"{thing}-ogpld-doctor-none", f"{document.url}-ogpld-doctor-none"]
    for url in urls:
        for accept in ("application/json", "text/turtle", BROWSER):
            reply = site.client.get(url, accept)
            if reply.status not in {404, 410}:
                yield CheckFailure(reply, f"gives {reply.status_line}, not 404")


def problem_details(site: ExaminedServer) -> Iterator[CheckFailure]:
    """Errors are problem+json with status, title and a stable code."""
    replies = [site.client.get(site.at(_NOWHERE), "application/json")]
    replies += [site.client.get(d.url, "image/png") for d in documents_or_none(site)[:1]]
    for reply in replies:
        content = problem(reply)
        if content is None:
            yield CheckFailure(reply, f"{reply.status_line} is no problem document")
        elif content.get("status") != reply.status or not content.get("title"):
            yield CheckFailure(reply, "the problem document lacks its status or a title")
        elif not (content.get("code") or content.get("type", "about:blank") != "about:blank"):
            yield CheckFailure(reply, "the problem document has neither code nor type")


def error_page(site: ExaminedServer) -> Iterator[CheckFailure]:
    """A browser gets an error as a page."""
    reply = site.client.get(site.at(_NOWHERE), BROWSER)
    if reply.type != "text/html":
        yield CheckFailure(reply, f"a browser gets {reply.status_line}")


def unknown_method(site: ExaminedServer) -> Iterator[CheckFailure]:
    """A method nobody knows is refused with 405 or 501 and does nothing."""
    reply = site.client.ask("OGPLD-DOCTOR", _somewhere(site))
    if reply.status not in {405, 501, 400}:
        yield CheckFailure(reply, f"an unknown method gives {reply.status_line}, not 405")


def malformed_requests(site: ExaminedServer) -> Iterator[CheckFailure]:
    """Malformed addresses and headers are no internal error, and tell nothing of the inside."""
    url = _somewhere(site)
    for reply in (
        site.client.get(f"{url}?format=%ff%fe&lang=%00"),
        site.client.get(f"{url}%00%ff"),
        site.client.get(url, ";;q=,/*;q=NaN,text"),
        site.client.get(url, "text/turtle;q=0.5," * 300),
    ):
        if reply.status >= 500 or reply.status == 0:  # noqa: PLR2004
            yield CheckFailure(reply, f"gives {reply.status_line}")
        elif "Traceback (most recent call last)" in reply.text or "\tat java." in reply.text:
            yield CheckFailure(reply, "the answer shows the inside of the server")


_ERRORS = "RFC 9457; /docs/contract#errors"
CHECKS = (
    Check("errors.404", "what is not there is 404", "RFC 9110 15.5.5", not_found),
    Check("errors.problem", "errors are problem+json with a code", _ERRORS, problem_details),
    Check("errors.page", "a browser gets an error as a page", _ERRORS, error_page),
    Check("errors.method", "an unknown method is refused", "RFC 9110 15.5.6", unknown_method),
    Check("errors.malformed", "nonsense is no internal error", _ERRORS, malformed_requests),
)
