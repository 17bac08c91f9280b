"""What machines follow from a document besides its forms (https://signposting.org/FAIR/, level 1 and 2)."""

from __future__ import annotations

from urllib.parse import quote

from ogpld.catalogue.linkset import JSON_TYPE, Link
from ogpld.web.current.dataset_facts import facts
from ogpld.web.current.open_release import OpenRelease

_ABOUT = "https://schema.org/AboutPage"
#: Metadata about a document: RDF of what it says. Its other forms are alternates.
_DESCRIPTIONS = (("ttl", "text/turtle"), ("jsonld", "application/ld+json"))
#: How a data set is cited, for reference managers and for who registers a DOI.
_CITATIONS = (
    ("bib", "application/x-bibtex"),
    ("csl.json", "application/vnd.citationstyles.csl+json"),
    ("datacite.json", "application/vnd.datacite.datacite+json"),
)


def signposts(current: OpenRelease, path: str) -> list[Link]:
    """Return the links of the document at a path that hang on nothing but what it is about."""
    address = quote(path)
    links = [
        Link("describedby", f"{address}.{suffix}", {"type": media_type})
        for suffix, media_type in _DESCRIPTIONS
    ]
    links.append(Link("describedby", "/shapes.ttl", {"type": "text/turtle"}))
    links.append(Link("type", _ABOUT))
    if current.settings.publisher_iri:
        links.append(Link("author", current.settings.publisher_iri))
    if not current.path_prefix:
        links.append(Link("linkset", f"/linkset{address}", {"type": JSON_TYPE}))
    return [*links, *_of_dataset(current, path)]


def _of_dataset(current: OpenRelease, path: str) -> list[Link]:
    """Return how a data set is cited; nothing for other documents."""
    place, _, name = path.rpartition("/")
    if place != "/dataset" or facts(current).named(name) is None:
        return []
    return [
        Link("describedby", f"{quote(path)}.{suffix}", {"type": media_type})
        for suffix, media_type in _CITATIONS
    ]
