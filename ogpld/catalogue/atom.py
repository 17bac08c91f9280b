"""The change log as an Atom feed (RFC 4287), newest first, in pages (RFC 5005 section 3)."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from ogpld.catalogue.ldes import activity_iri
from ogpld.formats import media
from ogpld.iris import Iris
from ogpld.language_tags import DEFAULT
from ogpld.release import Release
from ogpld.release.changes import Change
from ogpld.release.changes_in_words import WORDS
from ogpld.wording import day, gettext, language, titled
from ogpld.xml_output import legible

#: Entries of one page.
PAGE = 100
_ATOM = "http://www.w3.org/2005/Atom"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def feed(
    iris: Iris, title: str, entries: Sequence[tuple[Release, Change]], number: int = 1
) -> bytes:
    """Return a page of the feed.

    Args:
        iris: the IRI policy.
        title: what the data is called.
        entries: the whole log, oldest first.
        number: of the page, from 1.
    """
    address = f"{iris.base}feed.atom"
    if language() != DEFAULT:
        address += f"?lang={language()}"
    root = _root(
        address,
        gettext("Changes of %(title)s", title=title),
        title,
        [release for release, _ in entries],
    )
    _link(root, "self", _address(address, number))
    _link(root, "alternate", f"{iris.base}releases", media.HTML.type)
    pages = max(1, -(-len(entries) // PAGE))
    for rel, other in (("previous", number - 1), ("next", number + 1)):
        if 1 <= other <= pages:
            _link(root, rel, _address(address, other))
    end = len(entries) - (number - 1) * PAGE
    for release, change in reversed(entries[max(0, end - PAGE) : end]):
        _entry(root, iris, release, change)
    return _bytes(root)


def part_feed(
    address: str,
    title: str,
    author: str,
    page: str,
    entries: Sequence[tuple[Release, str]],
    base: str,
) -> bytes:
    """Return a feed with one entry a release, newest first, in words.

    Args:
        address: of the feed.
        title: what it follows.
        author: what the data is called.
        page: address of the page of that.
        entries: each release that changed something, and what, oldest first.
        base: base IRI of the data.
    """
    root = _root(address, title, author, [release for release, _ in entries])
    _link(root, "self", address)
    _link(root, "alternate", page, media.HTML.type)
    for release, words in reversed(entries):
        entry = _add(root, "entry")
        previous = release.manifest.previous
        place = f"{previous}..{release.id}" if previous else release.id
        _add(entry, "id", f"{address}#{release.id}")
        _add(entry, "title", words)
        _add(entry, "updated", release.manifest.created)
        _add(
            entry,
            "summary",
            gettext(
                "Release %(id)s of %(date)s: %(words)s.",
                id=release.id,
                date=day(release.manifest.created),
                words=words,
            ),
        )
        _link(entry, "alternate", page, media.HTML.type)
        _link(entry, "related", f"{base}release/{place}", media.HTML.type)
    return _bytes(root)


def _root(address: str, title: str, author: str, releases: Sequence[Release]) -> ET.Element:
    """Return a feed without links and entries, changed by the last of the releases."""
    ET.register_namespace("", _ATOM)
    root = ET.Element(f"{{{_ATOM}}}feed")
    if language() != DEFAULT:
        root.set(_LANGUAGE, language())
    _add(root, "id", address)
    _add(root, "title", title)
    _add(root, "updated", releases[-1].manifest.created if releases else "1970-01-01T00:00:00Z")
    _add(_add(root, "author"), "name", author)
    return root


def _bytes(root: ET.Element) -> bytes:
    return f"{ET.tostring(root, encoding='unicode', xml_declaration=True)}\n".encode()


def _address(address: str, number: int) -> str:
    return address if number == 1 else f"{address}{'&' if '?' in address else '?'}page={number}"


def _entry(root: ET.Element, iris: Iris, release: Release, change: Change) -> None:
    entry = _add(root, "entry")
    name = change.label or change.thing.removeprefix(f"{iris.base}id/")
    _add(entry, "id", activity_iri(iris, release, change.thing))
    _add(entry, "title", titled(name, gettext(WORDS[change.kind])))
    _add(entry, "updated", release.manifest.created)
    _add(entry, "summary", gettext("In release %(id)s.", id=release.id))
    page = f"{iris.base}release/{release.id}"
    document = iris.document(change.thing) if iris.is_thing(change.thing) else page
    _link(entry, "alternate", document, media.HTML.type)
    _link(entry, "related", page, media.HTML.type)


def _add(parent: ET.Element, name: str, text: str = "") -> ET.Element:
    element = ET.SubElement(parent, f"{{{_ATOM}}}{name}")
    element.text = legible(text) or None
    return element


def _link(parent: ET.Element, rel: str, href: str, kind: str = media.ATOM.type) -> None:
    ET.SubElement(parent, f"{{{_ATOM}}}link", {"rel": rel, "type": kind, "href": href})
