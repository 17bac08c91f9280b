"""Can JSON-LD be read by whoever finds it (JSON-LD 1.1; contract.md 4, contexts)?"""

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
    found = [site.client.get(d.forms[_LD], _LD) for d in documents(site) if _LD in d.forms]
    found += [site.client.get(url) for kind, url in site.catalogues.items() if kind == _LD]
    if not found:
        raise NotApplicableError("there is no JSON-LD")
    return found


def _contexts(site: ExaminedServer) -> list[str]:
    """Return the addresses of contexts that JSON-LD documents name."""
    found: dict[str, None] = {}
    for reply in _jsonld(site):
        try:
            told = json.loads(reply.body)
        except ValueError:
            continue
        for address in reading.context_addresses(told):
            found[site.url_of(urljoin(reply.url, address))] = None
    if not found:
        raise NotApplicableError("JSON-LD names no context by address")
    return list(found)


def is_json(site: ExaminedServer) -> Iterator[CheckFailure]:
    """JSON-LD is JSON with a context, and keyed by names rather than IRIs."""
    for reply in _jsonld(site):
        try:
            told = json.loads(reply.body)
        except ValueError as error:
            yield CheckFailure(reply, f"no JSON: {error}")
            continue
        if not isinstance(told, dict) or "@context" not in told:
            yield CheckFailure(reply, "no @context: every key is an IRI")


def reachable(site: ExaminedServer) -> Iterator[CheckFailure]:
    """Contexts answer with a JSON object that has @context."""
    for url in _contexts(site):
        reply = site.client.get(url, _LD)
        try:
            if not reply.ok or "@context" not in json.loads(reply.body):
                yield CheckFailure(reply, f"gives {reply.said}, no context")
        except (ValueError, TypeError):
            yield CheckFailure(reply, "is no JSON object")
            continue
        if reply.ok and reply.type not in {_LD, "application/json"}:
            yield CheckFailure(reply, f"is sent as {reply.type}")


def shared(site: ExaminedServer) -> Iterator[CheckFailure]:
    """Scripts of other sites may read contexts."""
    for url in _contexts(site):
        reply = site.client.get(url, _LD)
        if reply.headers.get("access-control-allow-origin") != "*":
            yield CheckFailure(reply, "Access-Control-Allow-Origin is not *")


def cacheable(site: ExaminedServer) -> Iterator[CheckFailure]:
    """Contexts may be kept and have an ETag: they are asked for with every document."""
    for url in _contexts(site):
        reply = site.client.get(url, _LD)
        told = reply.headers.get("cache-control", "")
        if "max-age" not in told or "no-store" in told:
            yield CheckFailure(reply, f"Cache-Control is {told or 'absent'}")
        elif "etag" not in reply.headers and "immutable" not in told:
            yield CheckFailure(reply, "neither ETag nor immutable")


def of_this_server(site: ExaminedServer) -> Iterator[CheckFailure]:
    """Documents do not hang on contexts of other hosts."""
    for url in _contexts(site):
        if not site.own(url):
            yield CheckFailure(
                Response("GET", url, {"Accept": _LD}), "is a context of another host"
            )


_CONTEXTS = "contract 4, contexts"
CHECKS = (
    Check("contexts.json", "JSON-LD has a context", "JSON-LD 1.1, 3.1", is_json),
    Check("contexts.reachable", "contexts can be had", "JSON-LD 1.1, 3.1", reachable),
    Check("contexts.cors", "scripts may read contexts", _CONTEXTS, shared),
    Check("contexts.cacheable", "contexts may be kept", _CONTEXTS, cacheable),
    Check("contexts.own", "contexts are of this server", _CONTEXTS, of_this_server),
)
