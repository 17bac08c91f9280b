"""Sitemaps (https://www.sitemaps.org/protocol.html): an index, and files of at most 50,000 addresses.

`lastmod` is told where it is known, and left out elsewhere: crawlers stop believing a site whose dates
are made up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

#: Addresses one file may have.
PAGE = 50_000
_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


@dataclass(frozen=True, slots=True)
class SitemapEntry:
    """An address with the time its content last changed, "" where that is not known."""

    href: str
    changed: str = ""


def files(number: int) -> int:
    """Return how many files so many addresses need; there is always one."""
    return max(1, -(-number // PAGE))


def index(places: Sequence[SitemapEntry]) -> bytes:
    """Return a sitemap index."""
    return _write("sitemapindex", "sitemap", places)


def urlset(places: Sequence[SitemapEntry]) -> bytes:
    """Return a sitemap file."""
    return _write("urlset", "url", places)


def newest(places: Sequence[SitemapEntry]) -> str:
    """Return the newest time of places, "" where it is not known of all of them."""
    times = [place.changed for place in places]
    return max(times) if times and all(times) else ""


def _write(root: str, element: str, places: Sequence[SitemapEntry]) -> bytes:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<{root} xmlns="{_SPACE}">']
    for place in places:
        changed = f"<lastmod>{escape(place.changed)}</lastmod>" if place.changed else ""
        lines.append(f"<{element}><loc>{escape(place.href)}</loc>{changed}</{element}>")
    return ("\n".join([*lines, f"</{root}>"]) + "\n").encode()
