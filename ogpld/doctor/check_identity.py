"""Do IRIs lead to what they name, whoever asks (Cool URIs 4; docs/contract.md#iris)?"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin

from rdflib import URIRef

from ogpld.doctor import parsing as reading
from ogpld.doctor.check import Check, Failure, NotApplicable
from ogpld.doctor.client import Reply
from ogpld.doctor.sample import documents, things
from ogpld.doctor.server_map import BROWSER, RDF_ACCEPT, Site

#: A name nobody has (RFC 2606); an answer that repeats it has believed the request.
_FORGED = "ogpld-doctor.invalid"


def dereference(site: Site) -> Iterator[Failure]:
    """A thing's IRI leads to RDF that speaks of the thing."""
    for iri in things(site):
        reply = site.client.follow(site.url_of(iri.partition("#")[0]), RDF_ACCEPT)
        if not reply.ok:
            yield Failure(reply, f"<{iri}> leads to {reply.said}")
            continue
        try:
            graph = site.graph(reply)
        except reading.Unreadable as reason:
            yield Failure(reply, str(reason))
            continue
        if (URIRef(iri), None, None) not in graph:
            yield Failure(reply, f"the document says nothing of <{iri}>")


def see_other(site: Site) -> Iterator[Failure]:
    """A thing is not its document: 303, or a hash IRI."""
    slashed = [iri for iri in things(site) if "#" not in iri]
    if not slashed:
        raise NotApplicable("things have hash IRIs")
    for iri in slashed:
        for accept in ("text/turtle", BROWSER):
            reply = site.client.get(site.url_of(iri), accept)
            if reply.status != 303:  # noqa: PLR2004
                yield Failure(reply, f"a thing answers {reply.said}, not 303")
                break


def keeps_asking(site: Site) -> Iterator[Failure]:
    """A redirect keeps what was asked for in the query."""
    for iri in things(site)[:1]:
        if "#" in iri:
            raise NotApplicable("things have hash IRIs")
        reply = site.client.get(f"{site.url_of(iri)}?format=jsonld")
        if reply.status != 303:  # noqa: PLR2004
            raise NotApplicable("things do not redirect with 303")
        if "format=jsonld" not in reply.headers.get("location", ""):
            yield Failure(reply, f"Location is {reply.headers.get('location')}")


def relative(site: Site) -> Iterator[Failure]:
    """Redirects and Content-Location stay on the server that was asked."""
    replies = [site.client.get(site.url_of(iri), "text/turtle") for iri in things(site)]
    found = [reply for reply in replies if 0 < reply.status < 400]  # noqa: PLR2004
    if not found:
        raise NotApplicable("no thing that was found leads anywhere")
    for reply in found:
        end = site.client.follow(reply.url, "text/turtle")
        for answer, name in ((reply, "location"), (end, "content-location")):
            target = urljoin(answer.url, answer.headers.get(name, ""))
            if not site.own(target):
                yield Failure(answer, f"{name.title()} leads to {target}")


def content_location(site: Site) -> Iterator[Failure]:
    """A negotiated answer says in `Content-Location` which form it is, and that form is the same."""
    document = documents(site)[0]
    for accept in ("text/turtle", BROWSER):
        reply = site.client.get(document.url, accept)
        if not reply.ok:
            continue
        place = reply.headers.get("content-location", "")
        if not place:
            yield Failure(reply, "no Content-Location")
            continue
        concrete = site.client.get(urljoin(reply.url, place))
        if not concrete.ok or (concrete.body, concrete.type) != (reply.body, reply.type):
            yield Failure(concrete, f"Content-Location {place} is {concrete.said}, not the same")


def _asked_as_another(site: Site) -> list[Reply]:
    document = documents(site)[0]
    asked = {"Accept": BROWSER, "Host": _FORGED, "X-Forwarded-Host": _FORGED}
    urls = [site.url, site.url_of(document.thing), document.url, *document.forms.values()]
    urls += list(site.catalogues.values())
    return [site.client.ask("GET", url, asked) for url in dict.fromkeys(urls)]


def host(site: Site) -> Iterator[Failure]:
    """Nothing the server says is made from the Host a client names."""
    for reply in _asked_as_another(site):
        places = [
            n
            for n in ("location", "content-location", "link")
            if _FORGED in reply.headers.get(n, "")
        ]
        if places:
            yield Failure(reply, f"a forged Host is repeated in {', '.join(places)}")
        elif _FORGED in reply.text:
            yield Failure(reply, "a forged Host is repeated in the body")


def fragment_of_base(site: Site) -> Iterator[Failure]:
    """IRIs in documents are those of the data, not of the address they were fetched from."""
    for document in documents(site):
        graph = site.graph(document.reply)
        if site.base == site.url:
            raise NotApplicable("the data was minted under the address it is served at")
        strange = {str(s) for s in graph.subjects() if str(s).startswith(site.url)}
        if strange:
            yield Failure(document.reply, f"speaks of <{min(strange)}>; the base is {site.base}")


CHECKS = (
    Check(
        "identity.dereference",
        "IRIs lead to RDF about the thing",
        "Linked Data rule 3",
        dereference,
    ),
    Check("identity.303", "a thing is not its document", "Cool URIs 4", see_other),
    Check("identity.query-kept", "a redirect keeps the query", "/docs/contract#iris", keeps_asking),
    Check(
        "identity.relative", "redirects stay on the server asked", "/docs/contract#iris", relative
    ),
    Check(
        "identity.content-location",
        "a negotiated answer names its form",
        "RFC 9110 8.7",
        content_location,
    ),
    Check("identity.host", "the Host of a request is not believed", "/docs/contract#iris", host),
    Check("identity.base", "IRIs are those of the data", "/docs/contract#iris", fragment_of_base),
)
