"""The addresses whose answers caches outside may still hold after an erasure."""

from __future__ import annotations

from collections.abc import Iterable

from ogpld.iris import Iris
from ogpld.release.erasure.erasure_record import Erasure

#: Live addresses whose answers depend on all data; `*` stands for any ending.
_LIVE = (
    "",
    "activity*",
    "catalog*",
    "dataset/*",
    "dump",
    "dump/current*",
    "feed.atom*",
    "ldes*",
    "q/*",
    "queries*",
    "query*",
    "release/current*",
    "releases*",
    "sitemap*",
    "source/*",
    "sparql*",
    "timemap/*",
    "void*",
    ".well-known/void*",
    "graph/*",
)


def purge_addresses(iris: Iris, erasure: Erasure) -> list[str]:
    """Return the addresses to purge, sorted, each once; `*` at the end stands for any ending.

    Args:
        iris: the IRI policy.
        erasure: the record of what was erased.
    """
    paths = set(_LIVE)
    for entry in erasure.releases:
        for folder in ("release", "dump"):
            paths.add(f"{folder}/{entry.before}*")
        paths.add(f"ldes/{entry.before}-*")
    addresses = {iris.base + path for path in paths}
    addresses |= {f"{iris.base}release/*..{entry.before}*" for entry in erasure.releases}
    for iri in (*erasure.things, *erasure.subjects):
        addresses |= {iri, *_documents(iris, iri)}
    return sorted(addresses)


def _documents(iris: Iris, iri: str) -> Iterable[str]:
    """Yield the addresses of a thing's document, of the list it is in, and of its links."""
    document = iris.document(iri)
    path = document.removeprefix(iris.base)
    yield f"{document}*"
    yield f"{document.rpartition('/')[0]}*"
    yield f"{iris.base}linkset/{path}*"
