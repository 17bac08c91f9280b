"""The services of a site, as an API catalogue names them (RFC 9727, after FAIRiCat)."""

from __future__ import annotations

from collections.abc import Callable

from ogpld.catalogue.linkset import Link, Linkset
from ogpld.catalogue.services import SERVICES
from ogpld.formats import media

_HTML = {"type": media.HTML.type}


def api_catalogue(exists: Callable[[str], bool]) -> Linkset:
    """Return the linkset of an API catalogue.

    Args:
        exists: whether there is something at a path.
    """
    services = [service for service in SERVICES if exists(service.path)]
    items = [Link("item", service.path, {"title": service.title}) for service in services]
    items += [
        Link("item", "/sitemap.xml", {"type": media.XML.type, "title": "Sitemap"}),
        Link("describedby", "/.well-known/void", {"type": media.TURTLE.type, "title": "VoID"}),
        Link(
            "describedby", "/catalog.ttl", {"type": media.TURTLE.type, "title": "DCAT-AP catalogue"}
        ),
    ]
    linkset: list[tuple[str, list[Link]]] = [("/.well-known/api-catalog", items)]
    for service in services:
        href, media_type = service.described
        links = [Link("service-desc", href, {"type": media_type})] if href else []
        if service.documented:
            links.append(Link("service-doc", service.documented, _HTML))
        links.append(Link("status", "/healthz", {"type": media.JSON.type}))
        linkset.append((service.path, links))
    return linkset
