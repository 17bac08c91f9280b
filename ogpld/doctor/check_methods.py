"""Does every reading method work, from every origin, without harm to readers?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ogpld.doctor.check import Check, CheckFailure, NotApplicableError
from ogpld.doctor.client import Response
from ogpld.doctor.sample import documents_or_none
from ogpld.doctor.server_map import BROWSER, ExaminedServer

#: Headers that may differ between GET and HEAD: they tell of the moment or the connection.
_OF_THE_MOMENT = {
    "date",
    "age",
    "connection",
    "keep-alive",
    "transfer-encoding",
    "ratelimit",
    "ratelimit-policy",
    "server-timing",
    "x-request-id",
    "content-security-policy",
}
#: HEAD may leave out a length that is known only when the body is made (RFC 9110 9.3.2).
_UNKNOWN = ("content-length", False)
_EXPOSED = ("link", "etag", "content-location")
_INLINE = re.compile(r"<script(?![^>]*\bsrc=)([^>]*)>", re.IGNORECASE)
_FOREIGN = re.compile(
    r"<(?:script|link|img|iframe)\b[^>]*\b(?:src)=[\"']?(?:https?:)?//", re.IGNORECASE
)


def _read_paths(site: ExaminedServer) -> list[Response]:
    """Return one answer of every kind of address that is read."""
    replies = []
    for document in documents_or_none(site)[:1]:
        replies += [site.client.get(document.url, accept) for accept in ("text/turtle", BROWSER)]
        replies += [site.client.get(url) for url in document.forms.values()]
        replies.append(site.client.get(site.url_of(document.thing)))
    replies += [site.client.get(url) for url in site.catalogues.values()]
    replies.append(site.client.get(site.url, BROWSER))
    if site.sparql:
        replies.append(site.query(site.sparql, "ASK {}"))
    return list({(r.url, r.sent["Accept"]): r for r in replies}.values())


def head_headers(site: ExaminedServer) -> Iterator[CheckFailure]:
    """HEAD gives the headers of GET and no body."""
    for reply in _read_paths(site):
        answer = site.client.ask("HEAD", reply.url, reply.sent)
        if answer.status != reply.status:
            yield CheckFailure(answer, f"HEAD gives {answer.status_line}, GET {reply.status}")
            continue
        differ = sorted(
            name
            for name in (reply.headers.keys() | answer.headers.keys()) - _OF_THE_MOMENT
            if reply.headers.get(name) != answer.headers.get(name)
            and (name, name in answer.headers) != _UNKNOWN
        )
        if differ:
            yield CheckFailure(answer, f"HEAD differs from GET in {', '.join(differ)}")


def cors_origin(site: ExaminedServer) -> Iterator[CheckFailure]:
    """Scripts of other sites may read everything that is public."""
    missing = site.client.get(site.at("/ogpld-doctor-asks-for-what-is-not-there"))
    for earlier in (*_read_paths(site), missing):
        # some servers speak of origins only to who names one
        reply = site.client.ask(
            "GET", earlier.url, {**earlier.sent, "Origin": "https://example.org"}
        )
        if reply.headers.get("access-control-allow-origin") != "*":
            origin = reply.headers.get("access-control-allow-origin", "absent")
            yield CheckFailure(reply, f"Access-Control-Allow-Origin is {origin}")


def cors_headers(site: ExaminedServer) -> Iterator[CheckFailure]:
    """Scripts may read the headers a client of linked data needs."""
    for reply in _read_paths(site):
        exposed = reply.headers.get("access-control-expose-headers", "").lower()
        hidden = [n for n in _EXPOSED if n in reply.headers and n not in exposed and exposed != "*"]
        if hidden:
            yield CheckFailure(
                reply, f"Access-Control-Expose-Headers leaves out {', '.join(hidden)}"
            )


def preflight(site: ExaminedServer) -> Iterator[CheckFailure]:
    """OPTIONS is answered with 204 and names the methods."""
    urls = [d.url for d in documents_or_none(site)[:1]] + list(site.catalogues.values())[:1]
    for url in [*urls, *([site.sparql] if site.sparql else [])]:
        headers = {
            "Origin": "https://example.org",
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "accept, if-none-match",
        }
        reply = site.client.ask("OPTIONS", url, headers)
        if reply.status != 204:  # noqa: PLR2004
            yield CheckFailure(reply, f"OPTIONS gives {reply.status_line}, not 204")
        elif "GET" not in reply.headers.get("access-control-allow-methods", ""):
            yield CheckFailure(reply, "Access-Control-Allow-Methods does not name GET")
        elif "accept" not in reply.headers.get("access-control-allow-headers", "").lower():
            yield CheckFailure(reply, "Access-Control-Allow-Headers does not name Accept")


def content_type_options(site: ExaminedServer) -> Iterator[CheckFailure]:
    """`X-Content-Type-Options: nosniff` keeps browsers from taking data for a page."""
    for reply in _read_paths(site):
        if reply.headers.get("x-content-type-options", "").lower() != "nosniff":
            yield CheckFailure(reply, "X-Content-Type-Options is not nosniff")


def _pages(site: ExaminedServer) -> list[Response]:
    urls = [site.url, *(d.url for d in documents_or_none(site)[:1])]
    replies = [site.client.follow(url, BROWSER) for url in urls]
    pages = [reply for reply in replies if reply.ok and reply.type == "text/html"]
    if not pages:
        raise NotApplicableError("there are no HTML pages")
    return pages


def script_policy(site: ExaminedServer) -> Iterator[CheckFailure]:
    """Pages have a policy under which no script that was smuggled in would run."""
    for reply in _pages(site):
        policy = reply.headers.get("content-security-policy", "")
        rules = {r.split()[0].lower(): r for r in policy.split(";") if r.split()}
        rule = rules.get("script-src", rules.get("default-src", ""))
        if not rule:
            yield CheckFailure(reply, "no Content-Security-Policy for scripts")
        elif "'unsafe-inline'" in rule or "'unsafe-eval'" in rule or " *" in rule:
            yield CheckFailure(reply, f"the policy lets any script run: {rule.strip()}")


def own_scripts(site: ExaminedServer) -> Iterator[CheckFailure]:
    """Pages have no inline script and fetch nothing from elsewhere; JSON-LD blocks are data."""
    for reply in _pages(site):
        inline = [m for m in _INLINE.findall(reply.text) if "ld+json" not in m and "nonce" not in m]
        if inline:
            yield CheckFailure(reply, "the page has an inline script")
        if _FOREIGN.search(reply.text):
            yield CheckFailure(reply, "the page loads something from another host")


_CORS = "Fetch 3.2; /docs/contract#headers"
_PAGES = "CSP 3; /docs/contract#headers"
CHECKS = (
    Check("methods.head", "HEAD gives the headers of GET", "RFC 9110 9.3.2", head_headers),
    Check("methods.cors", "every origin may read", _CORS, cors_origin),
    Check("methods.cors-headers", "scripts may read the headers they need", _CORS, cors_headers),
    Check("methods.options", "OPTIONS is 204 with the methods", _CORS, preflight),
    Check("pages.nosniff", "nothing is taken for another type", "Fetch 3.6", content_type_options),
    Check("pages.script-policy", "no smuggled script would run", _PAGES, script_policy),
    Check("pages.own-scripts", "no inline script, nothing from elsewhere", _PAGES, own_scripts),
)
