"""Memento (RFC 7089): which release a document is wanted from, and what there is of it.

A live document is its own TimeGate: with `Accept-Datetime` it redirects to the release that was the newest
then. Every kept release that has the thing holds a memento of its document.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from werkzeug.http import http_date

from ogpld.formats import media
from ogpld.release import Release
from ogpld.release.history import History, Version
from ogpld.web.current.open_release import OpenRelease, past_path_prefix
from ogpld.web.http.http_dates import fixed_date
from ogpld.web.http.problems import Problem


@dataclass(frozen=True, slots=True)
class Memento:
    """A document in a kept release.

    Attributes:
        path: its address.
        release: the release.
    """

    path: str
    release: Release

    @property
    def date(self) -> str:
        """The release's time as HTTP writes it."""
        return date_of(self.release)


def date_of(release: Release) -> str:
    """Return a release's time as HTTP writes it."""
    return http_date(release.time)


def mementos(history: History, iri: str, path: str) -> Sequence[Memento]:
    """Return the mementos of a thing's document, oldest first; `path` is that of the live one."""
    return [
        Memento(past_path_prefix(release) + path, release)
        for release in _having(history, iri)
        if not release.pruned
    ]


def _having(history: History, iri: str) -> Sequence[Release]:
    """Return the releases that have a thing."""
    changes = {v.release.id: not v.gone for v in history.versions(iri)}
    releases, there = [], False
    for release in history.releases:
        there = changes.get(release.id, there)
        if there:
            releases.append(release)
    return releases


def wanted(header: str) -> datetime:
    """Return the time an `Accept-Datetime` header asks for.

    Raises:
        Problem: 400 for anything but a date of RFC 1123 (RFC 7089 sections 2.1.1 and 4.5.3).
    """
    time = fixed_date(header.strip())
    if time is None:
        raise Problem(
            "accept-datetime",
            "Accept-Datetime is not a date of HTTP, with its true day of the week, in GMT.",
            'write it like "Thu, 31 May 2012 20:35:00 GMT"',
        )
    return time


def at(history: History, iri: str, path: str, time: datetime) -> Memento | None:
    """Return the memento of a document at a time, None where the thing was withdrawn then or none is kept.

    It is that of the release that was the newest then, or of the nearest kept one before it; a time before
    the first memento means the first (RFC 7089 section 4.5.3).
    """
    mementos_there = mementos(history, iri, path)
    newest = history.at(time)
    there = {release.id for release in _having(history, iri)}
    came = history.versions(iri)
    if not mementos_there or (newest and newest.id not in there and came[0].release.time <= time):
        return None
    return next((m for m in reversed(mementos_there) if m.release.time <= time), mementos_there[0])


def withdrawn_at(history: History, iri: str, time: datetime) -> Version | None:
    """Return the version that had withdrawn a thing at a time, None for one that was there or not yet."""
    versions = [v for v in history.versions(iri) if v.release.time <= time]
    return versions[-1] if versions and versions[-1].gone else None


def timemap_path(path: str) -> str:
    """Return the address of the list of mementos of a live document."""
    return f"/timemap{quote(path)}"


def live_links(path: str) -> list[str]:
    """Return the Link values of a live document: it is the original and its own TimeGate."""
    return [
        f'<{quote(path)}>; rel="original timegate"',
        f'<{timemap_path(path)}>; rel="timemap"; type="{media.LINK_FORMAT.type}"',
    ]


def past_links(past: OpenRelease, mementos_there: Sequence[Memento], path: str) -> list[str]:
    """Return the Link values of a memento.

    Args:
        past: the release it is from.
        mementos_there: all mementos of the document.
        path: address of the live document.
    """
    links = live_links(path)
    place = next((n for n, m in enumerate(mementos_there) if m.release.id == past.release.id), None)
    if place is not None:
        for number, rel in _neighbours(place, len(mementos_there)).items():
            memento = mementos_there[number]
            links.append(f'<{quote(memento.path)}>; rel="{rel}"; datetime="{memento.date}"')
    return links


def _neighbours(place: int, number: int) -> dict[int, str]:
    """Return the relations of the first, the last, the one itself and those beside it, by their number."""
    relations = {0: ["first"], number - 1: []}
    relations.setdefault(place, [])
    relations[number - 1].append("last")
    for beside, rel in ((place - 1, "prev"), (place + 1, "next")):
        if 0 <= beside < number:
            relations.setdefault(beside, []).append(rel)
    return {n: " ".join([*rels, "memento"]) for n, rels in sorted(relations.items())}
