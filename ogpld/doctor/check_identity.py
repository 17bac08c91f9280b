"""Do IRIs lead to what they name, whoever asks (Cool URIs 4; docs/contract.md#iris)?"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin

from rdflib import URIRef

from ogpld.doctor import parsing as reading
from ogpld.doctor.check import Check, CheckFailure, NotApplicableError
from ogpld.doctor.client import Response
from ogpld.doctor.sample import documents, things
from ogpld.doctor.server_map import BROWSER, RDF_ACCEPT, ExaminedServer

#: A name nobody has (RFC 2606); an answer that repeats it has believed the request.
_FORGED = "ogpld-doctor.invalid"


def dereference(site: ExaminedServer) -> Iterator[CheckFailure]:
    """A thing's IRI leads to RDF that speaks of the thing."""
    for iri in things(site):
        reply = site.client.follow(site.url_of(iri.partition("#")[0]), RDF_ACCEPT)
        if not reply.ok:
            yield CheckFailure(reply, f"<{iri}> leads to {reply.status_line}")
            continue
        try:
            graph = site.graph(reply)
        except reading.UnreadableError as reason:
            yield CheckFailure(reply, str(reason))
            continue
        if (URIRef(iri), None, None) not in graph:
            yield CheckFailure(reply, f"the document says nothing of <{iri}>")


def see_other(site: ExaminedServer) -> Iterator[CheckFailure]:
    """A thing is not its document: 303, or a hash IRI."""
    slashed = [iri for iri in things(site) if "#" not in iri]
    if not slashed:
        raise NotApplicableError("things have hash IRIs")
    for iri in slashed:
        for accept in ("text/turtle", BROWSER):
            reply = site.client.get(site.url_of(iri), accept)
            if reply.status != 303:  # noqa: PLR2004
                yield CheckFailure(reply, f"a thing answers {reply.status_line}, not 303")
                break


def redirected_query(site: ExaminedServer) -> Iterator[CheckFailure]:
    """A redirect keeps what was asked for in the query."""
    for iri in things(site)[:1]:
        if "#" in iri:
            raise NotApplicableError("things have hash IRIs")
        reply = site.client.get(f"{site.url_of(iri)}?format=jsonld")
        if reply.status != 303:  # noqa: PLR2004
            raise NotApplicableError("things do not redirect with 303")
        if "format=jsonld" not in reply.headers.get("location", ""):
            yield CheckFailure(reply, f"Location is {reply.headers.get('location')}")


def redirect_targets(site: ExaminedServer) -> Iterator[CheckFailure]:
    """Redirects and Content-Location stay on the server that was asked."""
    replies = [site.client.get(site.url_of(iri), "text/turtle") for iri in things(site)]
    readable = [reply for reply in replies if 0 < reply.status < 400]  # noqa: PLR2004
    if not readable:
        raise NotApplicableError("no thing that was found leads anywhere")
    for reply in readable:
        end = site.client.follow(reply.url, "text/turtle")
        for answer, name in ((reply, "location"), (end, "content-location")):
            target = urljoin(answer.url, answer.headers.get(name, ""))
            if not site.own(target):
                yield CheckFailure(answer, f"{name.title()} leads to {target}")


def content_location(site: ExaminedServer) -> Iterator[CheckFailure]:
    """A negotiated answer says in `Content-Location` which form it is, and that form is the same."""
    document = documents(site)[0]
    for accept in ("text/turtle", BROWSER):
        reply = site.client.get(document.url, accept)
        if not reply.ok:
            continue
        place = reply.headers.get("content-location", "")
        if not place:
            yield CheckFailure(reply, "no Content-Location")
            continue
        concrete = site.client.get(urljoin(reply.url, place))
        if not concrete.ok or (concrete.body, concrete.type) != (reply.body, reply.type):
            yield CheckFailure(
                concrete, f"Content-Location {place} is {concrete.status_line}, not the same"
            )


def _forged_host_replies(site: ExaminedServer) -> list[Response]:
    document = documents(site)[0]
    headers = {"Accept": BROWSER, "Host": _FORGED, "X-Forwarded-Host": _FORGED}
    urls = [site.url, site.url_of(document.thing), document.url, *document.forms.values()]
    urls += list(site.catalogues.values())
    return [site.client.ask("GET", url, headers) for url in dict.fromkeys(urls)]


def host_header(site: ExaminedServer) -> Iterator[CheckFailure]:
    """Nothing the server says is made from the Host a client names."""
    for reply in _forged_host_replies(site):
        places = [
            n
            for n in ("location", "content-location", "link")
            if _FORGED in reply.headers.get(n, "")
        ]
        if places:
            yield CheckFailure(reply, f"a forged Host is repeated in {', '.join(places)}")
        elif _FORGED in reply.text:
            yield CheckFailure(reply, "a forged Host is repeated in the body")


def base_iri(site: ExaminedServer) -> Iterator[CheckFailure]:
    """IRIs in documents are those of the data, not of the address they were fetched from."""
    for document in documents(site):
        graph = site.graph(document.reply)
        if site.base == site.url:
            raise NotApplicableError("the data was minted under the address it is served at")
        strange = {str(s) for s in graph.subjects() if str(s).startswith(site.url)}
        if strange:
            yield CheckFailure(
                document.reply, f"speaks of <{min(strange)}>; the base is {site.base}"
            )


CHECKS = (
    Check(
        "identity.dereference",
        "IRIs lead to RDF about the thing",
        "Linked Data rule 3",
        dereference,
    ),
    Check("identity.303", "a thing is not its document", "Cool URIs 4", see_other),
    Check(
        "identity.query-kept", "a redirect keeps the query", "/docs/contract#iris", redirected_query
    ),
    Check(
        "identity.relative",
        "redirects stay on the server asked",
        "/docs/contract#iris",
        redirect_targets,
    ),
    Check(
        "identity.content-location",
        "a negotiated answer names its form",
        "RFC 9110 8.7",
        content_location,
    ),
    Check(
        "identity.host", "the Host of a request is not believed", "/docs/contract#iris", host_header
    ),
    Check("identity.base", "IRIs are those of the data", "/docs/contract#iris", base_iri),
)
