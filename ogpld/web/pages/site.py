"""What every page says of the site it belongs to: its name and who answers for it, from the settings."""

from __future__ import annotations

from dataclasses import dataclass

from ogpld.config import Settings
from ogpld.language_tags import DEFAULT


@dataclass(frozen=True, slots=True)
class Site:
    """A site as its pages name it; "" where an operator says nothing.

    Attributes:
        name: its name.
        language: tag of that, "" where nobody says it: an operator chose it.
        publisher: who publishes the data.
        publisher_iri: their address.
        contact_name: who answers questions.
        contact_email: their mail address.
        contact_url: their page.
        imprint: the imprint, as an address or in words.
        imprint_page: its address where it is one.
        privacy: address of the privacy statement.
        accessibility: address of the accessibility statement.
    """

    name: str
    language: str
    publisher: str
    publisher_iri: str
    contact_name: str
    contact_email: str
    contact_url: str
    imprint: str
    imprint_page: str
    privacy: str
    accessibility: str


def site_of(settings: Settings) -> Site:
    """Return what pages say of the site."""
    is_page = settings.imprint.startswith(("http://", "https://"))
    return Site(
        name=settings.site_name or settings.title,
        language="" if settings.site_name else DEFAULT,
        publisher=settings.publisher_name,
        publisher_iri=settings.publisher_iri,
        contact_name=settings.contact_name,
        contact_email=settings.contact_email,
        contact_url=settings.contact_url,
        imprint=settings.imprint,
        imprint_page=settings.imprint if is_page else "",
        privacy=settings.privacy_statement,
        accessibility=settings.accessibility_statement,
    )
