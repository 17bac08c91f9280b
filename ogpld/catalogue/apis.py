"""The services of a site, as an API catalogue names them (RFC 9727, after FAIRiCat)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ogpld.catalogue.linkset import Link, Linkset

_HTML = {"type": "text/html"}


@dataclass(frozen=True, slots=True)
class Service:
    """Something programs can ask.

    Attributes:
        path: its address.
        title: what it is called.
        described: address and type of a description for programs, "" for none.
        documented: address of its page for people, "" for none.
    """

    path: str
    title: str
    described: tuple[str, str] = ("", "")
    documented: str = ""


SERVICES = (
    Service("/sparql", "SPARQL endpoint", ("/sparql", "text/turtle"), "/sparql"),
    Service("/catalog", "DCAT-AP catalogue", documented="/harvest"),
    Service("/ldes", "Linked Data Event Stream of changes", ("/ldes", "text/turtle"), "/harvest"),
    Service("/activity", "ActivityStreams of changes", documented="/harvest"),
    Service("/feed.atom", "Atom feed of changes"),
    Service("/validate", "Check of documents against the shapes", documented="/validate"),
    Service("/reconcile", "Reconciliation", ("/reconcile", "application/json")),
    Service("/search", "Keyword search", documented="/search"),
    Service("/queries", "Questions with parameters", documented="/queries"),
)


def api_catalogue(exists: Callable[[str], bool]) -> Linkset:
    """Return the linkset of an API catalogue.

    Args:
        exists: whether there is something at a path.
    """
    services = [service for service in SERVICES if exists(service.path)]
    items = [Link("item", service.path, {"title": service.title}) for service in services]
    items += [
        Link("item", "/sitemap.xml", {"type": "application/xml", "title": "Sitemap"}),
        Link("describedby", "/.well-known/void", {"type": "text/turtle", "title": "VoID"}),
        Link("describedby", "/catalog.ttl", {"type": "text/turtle", "title": "DCAT-AP catalogue"}),
    ]
    linkset: list[tuple[str, list[Link]]] = [("/.well-known/api-catalog", items)]
    for service in services:
        href, media_type = service.described
        links = [Link("service-desc", href, {"type": media_type})] if href else []
        if service.documented:
            links.append(Link("service-doc", service.documented, _HTML))
        links.append(Link("status", "/healthz", {"type": "application/json"}))
        linkset.append((service.path, links))
    return linkset
