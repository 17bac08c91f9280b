"""Are the files the catalogue offers what it says (RFC 9110 14; DCAT-AP 3.0.1, Distribution)?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from rdflib import Graph
from rdflib.term import Node

from ogpld.doctor.check import Check, CheckFailure, NotApplicableError
from ogpld.doctor.server_map import ExaminedServer
from ogpld.doctor.terms import DCAT, RDF, SPDX

#: Files longer than this are not downloaded to compare their digest.
_COMPARED = 5_000_000


def _files(site: ExaminedServer) -> tuple[Graph, list[tuple[Node, str]]]:
    """Return the catalogue and a sample of distributions with their files, small ones first."""
    if site.catalogue is None:
        raise NotApplicableError("there is no catalogue that can be read")
    graph = site.catalogue[1]
    files = [
        (node, site.url_of(str(url)))
        for node in sorted(graph.subjects(RDF.type, DCAT.Distribution), key=str)
        for url in graph.objects(node, DCAT.downloadURL)
    ]
    files = [(node, url) for node, url in files if site.own(url)]
    if not files:
        raise NotApplicableError("the catalogue offers no file of this server")

    def size(item: tuple[Node, str]) -> int:
        text = str(graph.value(item[0], DCAT.byteSize) or "")
        return int(text) if text.isdecimal() else 0

    step = max(1, len(files) // site.client.limits.sample)
    return graph, sorted(files, key=size)[::step][: site.client.limits.sample]


def byte_sizes(site: ExaminedServer) -> Iterator[CheckFailure]:
    """`dcat:byteSize` is the length of the file."""
    graph, files = _files(site)
    sized = [(n, u, s) for n, u in files if (s := graph.value(n, DCAT.byteSize)) is not None]
    if not sized:
        raise NotApplicableError("the catalogue tells no sizes")
    for _, url, size in sized:
        reply = site.client.head(url)
        if reply.headers.get("content-length") != str(size):
            length = reply.headers.get("content-length", "absent")
            yield CheckFailure(reply, f"byteSize is {size}, Content-Length {length}")


def checksums(site: ExaminedServer) -> Iterator[CheckFailure]:
    """The checksum is the file's."""
    graph, files = _files(site)
    compared = 0
    for node, url in files:
        checksum = graph.value(node, SPDX.checksum)
        value = graph.value(checksum, SPDX.checksumValue) if checksum else None
        length = site.client.head(url).headers.get("content-length", "")
        if value is None or not length.isdecimal() or int(length) > _COMPARED:
            continue
        compared += 1
        reply = site.client.follow(url)
        if hashlib.sha256(reply.body).hexdigest() != str(value).lower():
            yield CheckFailure(reply, f"its SHA-256 is not {value}")
    if not compared:
        raise NotApplicableError("no file that is small enough has a checksum")


def byte_ranges(site: ExaminedServer) -> Iterator[CheckFailure]:
    """A download that broke off can go on: byte ranges."""
    for _, url in _files(site)[1]:
        end = site.client.head(url)
        reply = site.client.get(end.url, range="bytes=0-9")
        whole = end.headers.get("content-length", "*")
        content_range = reply.headers.get("content-range", "")
        if reply.status != 206 or len(reply.body) != 10:  # noqa: PLR2004
            yield CheckFailure(
                reply, f"Range: bytes=0-9 gives {reply.status_line}, {len(reply.body)} bytes"
            )
        elif content_range != f"bytes 0-9/{whole}":
            yield CheckFailure(
                reply, f"Content-Range is {content_range or 'absent'}, the file has {whole} bytes"
            )


_DOWNLOADS = "/docs/contract#downloads"
CHECKS = (
    Check("downloads.size", "byteSize is the file's", "DCAT-AP 3.0.1", byte_sizes),
    Check("downloads.checksum", "the checksum is the file's", "DCAT-AP 3.0.1", checksums),
    Check("downloads.ranges", "byte ranges are served", f"RFC 9110 14; {_DOWNLOADS}", byte_ranges),
)
