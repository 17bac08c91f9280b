"""What machines follow from a document besides its forms (https://signposting.org/FAIR/, level 1 and 2)."""

from __future__ import annotations

import re
from urllib.parse import quote

from ogpld.catalogue.linkset import Link
from ogpld.formats import media
from ogpld.web.current.dataset_facts import facts
from ogpld.web.current.open_release import OpenRelease

#: What leads from every document.
_ALWAYS = (
    Link("describedby", "/shapes.ttl", {"type": media.TURTLE.type}),
    Link("type", "https://schema.org/AboutPage"),
)
#: Metadata about a document: RDF of what it says. Its other forms are alternates.
_DESCRIPTIONS = (media.TURTLE, media.JSON_LD)
#: How a data set is cited, for reference managers and for who registers a DOI.
_CITATIONS = (media.BIBTEX, media.CSL, media.DATACITE_JSON)
#: What has a linkset: documents of things, codes, graphs and data sets of the release in service.
_LINKED = re.compile(r"/(?:(?:doc|code)/[^/]+/[^/]+|graph/.+|dataset/[^/]+)")


def has_linkset(path: str) -> bool:
    """Say whether the document at a path leads to its links in a document, which then has to be there."""
    return _LINKED.fullmatch(path) is not None


def signposts(current: OpenRelease, path: str) -> list[Link]:
    """Return the links of the document at a path that hang on nothing but what it is about."""
    address = quote(path)
    links = [
        Link("describedby", f"{address}.{form.name}", {"type": form.type}) for form in _DESCRIPTIONS
    ]
    links += _ALWAYS
    if current.settings.publisher_iri:
        links.append(Link("author", current.settings.publisher_iri))
    if has_linkset(path):
        links.append(Link("linkset", f"/linkset{address}", {"type": media.LINKSET_JSON.type}))
    return [*links, *_of_dataset(current, path)]


def _of_dataset(current: OpenRelease, path: str) -> list[Link]:
    """Return how a data set is cited; nothing for other documents."""
    place, _, name = path.rpartition("/")
    if place != "/dataset" or facts(current).named(name) is None:
        return []
    return [
        Link("describedby", f"{quote(path)}.{style.name}", {"type": style.type})
        for style in _CITATIONS
    ]
