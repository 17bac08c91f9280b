"""Can caches keep what the server sends (RFC 9110 8.8, 12.5.5, 13.1; RFC 9111)?"""

from __future__ import annotations

from collections.abc import Iterator

from ogpld.doctor.check import Check, CheckFailure
from ogpld.doctor.client import Response
from ogpld.doctor.sample import SampleDocument, documents, documents_or_none
from ogpld.doctor.server_map import BROWSER, ExaminedServer

#: Headers an answer may be negotiated by; others in Vary make every client's answer its own.
_NEGOTIATED = {"accept", "accept-language", "accept-encoding", "accept-datetime", "accept-profile"}


def _vary(reply: Response) -> set[str]:
    return {name.strip().lower() for name in reply.headers.get("vary", "").split(",")} - {""}


def _replies(site: ExaminedServer, document: SampleDocument) -> list[Response]:
    """Return a document in every form, each at its own address."""
    return [site.client.get(url, media_type) for media_type, url in document.forms.items()]


def vary(site: ExaminedServer) -> Iterator[CheckFailure]:
    """`Vary` names Accept where Accept decided, and no header that did not."""
    document = documents(site)[0]
    accepts = ("text/turtle", "application/ld+json", BROWSER, "*/*", "image/png")
    negotiated = [site.client.get(document.url, accept) for accept in accepts]
    for reply in negotiated:
        named = _vary(reply)
        if "accept" not in named:
            yield CheckFailure(
                reply, f"Vary is {reply.headers.get('vary', 'absent')!r}: Accept decided"
            )
        elif foreign := sorted(named - _NEGOTIATED):
            yield CheckFailure(reply, f"Vary names {', '.join(foreign)}")
    for reply in _replies(site, document):
        named = _vary(reply)
        if reply.url != document.url and ("accept" in named or named - _NEGOTIATED):
            yield CheckFailure(
                reply, f"Vary is {reply.headers['vary']!r} where the address decides"
            )


def strong_etags(site: ExaminedServer) -> Iterator[CheckFailure]:
    """Every form has a strong ETag of its own."""
    by_tag: dict[str, Response] = {}
    for reply in _replies(site, documents(site)[0]):
        tag = reply.headers.get("etag", "")
        if not tag or tag.startswith("W/"):
            yield CheckFailure(reply, f"ETag is {tag or 'absent'}")
        elif tag in by_tag and by_tag[tag].type != reply.type:
            yield CheckFailure(reply, f"{reply.type} has the ETag of {by_tag[tag].type}")
        by_tag.setdefault(tag, reply)


def equal_bytes(site: ExaminedServer) -> Iterator[CheckFailure]:
    """Who asks twice gets the same bytes and the same ETag."""
    for first in _replies(site, documents(site)[0]):
        second = site.client.get(first.url, first.sent["Accept"], fresh=True)
        if first.headers.get("etag") != second.headers.get("etag"):
            yield CheckFailure(second, "the ETag is another the second time")
        elif first.body != second.body:
            yield CheckFailure(second, "the bytes are others the second time")


def not_modified(site: ExaminedServer) -> Iterator[CheckFailure]:
    """Who has it gets 304 without a body, with the headers a cache needs."""
    document = documents(site)[0]
    for reply in (document.reply, *_replies(site, document)):
        tag, accept = reply.headers.get("etag", ""), reply.sent["Accept"]
        if not tag:
            continue
        for condition in (tag, f'"other", {tag}', f"W/{tag}", "*"):
            again = site.client.get(reply.url, accept, if_none_match=condition)
            if again.status != 304 or again.body:  # noqa: PLR2004
                yield CheckFailure(
                    again, f"If-None-Match with its ETag gives {again.status_line}, not 304"
                )
                break
            missing = [
                name
                for name in ("etag", "vary", "cache-control", "content-location")
                if name in reply.headers and reply.headers[name] != again.headers.get(name)
            ]
            if missing:
                yield CheckFailure(again, f"304 lacks or changes {', '.join(missing)}")
                break
        other = site.client.get(reply.url, accept, if_none_match='"ogpld-doctor"')
        if other.status != 200:  # noqa: PLR2004
            yield CheckFailure(other, f"an unknown ETag gives {other.status_line}, not 200")


def preconditions(site: ExaminedServer) -> Iterator[CheckFailure]:
    """Who names another ETag with If-Match gets 412; the right one and `*` give the document."""
    document = documents(site)[0]
    for reply in (document.reply, *_replies(site, document)):
        tag, accept = reply.headers.get("etag", ""), reply.sent["Accept"]
        if not tag or tag.startswith("W/"):
            continue
        for condition, wanted in (
            ('"ogpld-doctor"', 412),
            (f"W/{tag}", 412),
            (tag, 200),
            ("*", 200),
        ):
            again = site.client.get(reply.url, accept, if_match=condition)
            if again.status != wanted:
                yield CheckFailure(
                    again, f"If-Match: {condition} gives {again.status_line}, not {wanted}"
                )
                break


def validators(site: ExaminedServer) -> Iterator[CheckFailure]:
    """Documents and the catalogue can be asked for conditionally."""
    urls = [d.url for d in documents(site)] + list(site.catalogues.values())
    for url in urls:
        reply = site.client.get(url)
        if "etag" not in reply.headers and "last-modified" not in reply.headers:
            yield CheckFailure(reply, "neither ETag nor Last-Modified")


def lifetime(site: ExaminedServer) -> Iterator[CheckFailure]:
    """`Cache-Control` says how long a document may be kept."""
    for reply in _replies(site, documents(site)[0]):
        if "max-age" not in reply.headers.get("cache-control", ""):
            yield CheckFailure(
                reply, f"Cache-Control is {reply.headers.get('cache-control', 'absent')}"
            )


def error_lifetime(site: ExaminedServer) -> Iterator[CheckFailure]:
    """Errors are not kept."""
    replies = [site.client.get(d.url, "image/png") for d in documents_or_none(site)[:1]]
    replies.append(site.client.get(site.at("/ogpld-doctor-asks-for-what-is-not-there")))
    for reply in replies:
        if reply.status >= 400 and "no-store" not in reply.headers.get("cache-control", ""):  # noqa: PLR2004
            policy = reply.headers.get("cache-control", "absent")
            yield CheckFailure(reply, f"{reply.status} with Cache-Control {policy}")


_CACHING = "RFC 9111; /docs/contract#caching"
CHECKS = (
    Check("caching.vary", "Vary names exactly the headers used", "RFC 9110 12.5.5", vary),
    Check("caching.etag", "each form has a strong ETag", "RFC 9110 8.8.3", strong_etags),
    Check("caching.stable", "equal requests get equal bytes", "RFC 9110 8.8.1", equal_bytes),
    Check("caching.304", "who has it gets 304", "RFC 9110 13.1.2, 15.4.5", not_modified),
    Check("caching.412", "If-Match holds", "RFC 9110 13.1.1, 13.2.2", preconditions),
    Check("caching.validators", "documents and catalogue have validators", _CACHING, validators),
    Check("caching.lifetime", "Cache-Control says how long", _CACHING, lifetime),
    Check("caching.errors", "errors are not kept", _CACHING, error_lifetime),
)
