"""Can JSON-LD be read by whoever finds it (JSON-LD 1.1)?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import urljoin

from ogpld.doctor import parsing as reading
from ogpld.doctor.check import Check, CheckFailure, NotApplicableError
from ogpld.doctor.client import Response
from ogpld.doctor.sample import documents
from ogpld.doctor.server_map import ExaminedServer

_LD = "application/ld+json"


def _jsonld(site: ExaminedServer) -> list[Response]:
    replies = [site.client.get(d.forms[_LD], _LD) for d in documents(site) if _LD in d.forms]
    replies += [site.client.get(url) for kind, url in site.catalogues.items() if kind == _LD]
    if not replies:
        raise NotApplicableError("there is no JSON-LD")
    return replies


def _contexts(site: ExaminedServer) -> list[str]:
    """Return the addresses of contexts that JSON-LD documents name."""
    urls: dict[str, None] = {}
    for reply in _jsonld(site):
        try:
            content = json.loads(reply.body)
        except ValueError:
            continue
        for address in reading.context_addresses(content):
            urls[site.url_of(urljoin(reply.url, address))] = None
    if not urls:
        raise NotApplicableError("JSON-LD names no context by address")
    return list(urls)


def context_presence(site: ExaminedServer) -> Iterator[CheckFailure]:
    """JSON-LD is JSON with a context, and keyed by names rather than IRIs."""
    for reply in _jsonld(site):
        try:
            content = json.loads(reply.body)
        except ValueError as error:
            yield CheckFailure(reply, f"no JSON: {error}")
            continue
        if not isinstance(content, dict) or "@context" not in content:
            yield CheckFailure(reply, "no @context: every key is an IRI")


def context_addresses(site: ExaminedServer) -> Iterator[CheckFailure]:
    """Contexts answer with a JSON object that has @context."""
    for url in _contexts(site):
        reply = site.client.get(url, _LD)
        try:
            if not reply.ok or "@context" not in json.loads(reply.body):
                yield CheckFailure(reply, f"gives {reply.status_line}, no context")
        except (ValueError, TypeError):
            yield CheckFailure(reply, "is no JSON object")
            continue
        if reply.ok and reply.type not in {_LD, "application/json"}:
            yield CheckFailure(reply, f"is sent as {reply.type}")


def cors_origin(site: ExaminedServer) -> Iterator[CheckFailure]:
    """Scripts of other sites may read contexts."""
    for url in _contexts(site):
        reply = site.client.get(url, _LD)
        if reply.headers.get("access-control-allow-origin") != "*":
            yield CheckFailure(reply, "Access-Control-Allow-Origin is not *")


def context_lifetime(site: ExaminedServer) -> Iterator[CheckFailure]:
    """Contexts may be kept and have an ETag: they are asked for with every document."""
    for url in _contexts(site):
        reply = site.client.get(url, _LD)
        policy = reply.headers.get("cache-control", "")
        if "max-age" not in policy or "no-store" in policy:
            yield CheckFailure(reply, f"Cache-Control is {policy or 'absent'}")
        elif "etag" not in reply.headers and "immutable" not in policy:
            yield CheckFailure(reply, "neither ETag nor immutable")


def context_origin(site: ExaminedServer) -> Iterator[CheckFailure]:
    """Documents do not hang on contexts of other hosts."""
    for url in _contexts(site):
        if not site.own(url):
            yield CheckFailure(
                Response("GET", url, {"Accept": _LD}), "is a context of another host"
            )


_CONTEXTS = "/docs/contract#contexts"
CHECKS = (
    Check("contexts.json", "JSON-LD has a context", "JSON-LD 1.1, 3.1", context_presence),
    Check("contexts.reachable", "contexts can be had", "JSON-LD 1.1, 3.1", context_addresses),
    Check("contexts.cors", "scripts may read contexts", _CONTEXTS, cors_origin),
    Check("contexts.cacheable", "contexts may be kept", _CONTEXTS, context_lifetime),
    Check("contexts.own", "contexts are of this server", _CONTEXTS, context_origin),
)
