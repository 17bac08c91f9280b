"""Which addresses an export has: those of the release's things and descriptions; pages lead to the others."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from importlib import resources
from urllib.parse import quote, urlsplit

from ogpld.dumps.dump_index import read_index
from ogpld.release import Release
from ogpld.web.current.dataset_facts import facts
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.lists.list_index import lists_of, things
from ogpld.web.pages.links import local_path

#: The document of a thing, without what is in front of the site's paths.
THING = r"/doc/[^/]+/[^/.~]+"
#: What needs a server: it computes its answers, has no end, or is of the past.
_COMPUTED = re.compile(
    r"/(?:sparql|query|q|search|suggest|mcp|reconcile|validate|match|fragments|linkset|timemap|healthz"
    r"|release/(?:current|[^/]+/(?:doc|graph|chart|source|sparql)))(?:[/.].*)?"
    r"|/static/editor/.*"
)
_LINK = re.compile(r'(?:href|src)="([^"]+)"')
#: Addresses that nothing has to link to.
_FIXED = (
    "/",
    "/ns",
    "/shapes",
    "/code",
    "/context.jsonld",
    "/catalog",
    "/void",
    "/.well-known/void",
    "/.well-known/api-catalog",
    "/sitemap.xml",
    "/robots.txt",
    "/opensearch.xml",
    "/openapi.json",
    "/api",
    "/harvest",
    "/queries",
    "/chart",
    "/codebook",
    "/releases",
    "/claims",
    "/erasures",
    "/errors",
    "/docs/design",
    "/ldes",
    "/activity",
    "/feed.atom",
)


def is_computed(path: str) -> bool:
    """Whether a path of the site, without prefix, is of what needs a server."""
    return _COMPUTED.fullmatch(path) is not None


def things_of(current: OpenRelease) -> Iterator[str]:
    """Yield the address of each thing's document."""
    for segment in _segments(current):
        for iri in dict.fromkeys(
            iri for name in lists_of(current, segment) for iri in things(current, name)
        ):
            path = local_path(iri, current.iris)
            if path:
                yield path


def other_addresses(current: OpenRelease) -> Iterator[str]:
    """Yield the addresses of everything else that the release has."""
    yield from _FIXED
    for segment in _segments(current):
        yield f"/doc/{segment}"
        yield f"/doc/{segment}.csv-metadata.json"
    for segment in current.model.by_segment:
        yield f"/frame/{segment}.jsonld"
        yield f"/schema/{segment}.json"
    yield f"/context/{current.context.digest}.jsonld"
    folder = current.release_store.home / "contexts"
    yield from (f"/context/{file.name}" for file in sorted(folder.glob("*.jsonld")))
    yield f"/ns/{current.model.version}"
    for name, scheme in current.model.schemes.items():
        yield f"/code/{name}"
        for code in scheme.codes:
            if path := local_path(code.iri, current.iris):
                yield path
    yield from _described(current)
    for release in current.release_store.releases():
        yield from _of_release(release)
    static = resources.files("ogpld.web") / "static"
    yield from sorted(f"/static/{file.name}" for file in static.iterdir() if file.is_file())


def _described(current: OpenRelease) -> Iterator[str]:
    """Yield the addresses of graphs, source tables and datasets."""
    base = current.iris.base
    for graph in sorted(current.graph_sizes):
        if graph.startswith(base):
            path = "/" + graph.removeprefix(base)
            yield path
            yield f"{path}.sssom.tsv"
    for table in sorted((current.release.path / "sources").glob("*/*.csv")):
        yield f"/source/{quote(table.parent.name)}/{quote(table.name)}"
    for dataset in facts(current).datasets:
        yield "/" + dataset.iri.removeprefix(base)


def _of_release(release: Release) -> Iterator[str]:
    """Yield what is said of a release, and its dumps."""
    yield f"/release/{release.id}"
    if release.pruned:
        return
    yield f"/release/{release.id}/validation"
    index = read_index(release)
    if index is not None:
        yield f"/dump/{release.id}"
        yield f"/dump/{release.id}/index.json"
        yield f"/dump/{release.id}/ro-crate-metadata.json"
        yield from (f"/dump/{release.id}/{quote(file.file)}" for file in index.files)


def links_in(page: bytes, prefix: str) -> Iterator[str]:
    """Yield the paths of the site, without prefix, that a page leads to without a query."""
    for written in _LINK.findall(page.decode("utf-8", "replace")):
        parts = urlsplit(html.unescape(written))
        if parts.scheme or parts.netloc or parts.query or not parts.path.startswith(f"{prefix}/"):
            continue
        path = parts.path.removeprefix(prefix)
        if not is_computed(path):
            yield path


def _segments(current: OpenRelease) -> list[str]:
    """Return the path segments of classes, each once."""
    return list(dict.fromkeys(d.segment for d in current.model.classes.values() if d.segment))
