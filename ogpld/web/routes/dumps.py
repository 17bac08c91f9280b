"""`/dump/…`: the dumps of a release, listed and sent; `current` redirects to the newest complete ones.

A file is looked up in the list of the release, never by the path in the address.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from flask import Blueprint

from ogpld.catalogue.rocrate import PROFILE, crate
from ogpld.dumps.csvw import FILE as TABLES
from ogpld.dumps.dump_index import CODES, FOLDER, WHOLE, DumpFile, DumpIndex, read_index
from ogpld.formats import media
from ogpld.release import Release
from ogpld.web.current.dataset_facts import dumps, facts, keep_settled
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.current.withdrawn_parts import missing_part
from ogpld.web.http.file_response import send
from ogpld.web.http.http_dates import last_modified
from ogpld.web.http.http_messages import Response
from ogpld.web.http.problems import Problem
from ogpld.web.http.redirects import moved
from ogpld.web.http.responses import EXPOSED, HTML, IMMUTABLE, LIVE, choose, respond
from ogpld.web.pages.templates import render
from ogpld.web.routes.releases import find_whole

routes = Blueprint(__name__.rpartition(".")[2], __name__)

_JSON = media.offer_of(media.JSON)  # not JSON-LD
_CRATE = "ro-crate-metadata.json"


@routes.get("/dump")
@routes.get("/dump/current")
@routes.get("/dump/current/<path:file>")
def current(request: ReleaseRequest, file: str = "") -> Response:
    """Redirect to the newest complete dumps."""
    index_and_release = dumps(request.release)
    if index_and_release is None:
        raise Problem(
            "no-dumps",
            "No release has dumps yet.",
            "they are written after a release is published; documents and /sparql have the data",
        )
    release, index_there = index_and_release
    name, _, rest = file.partition("/")
    if rest and name not in index_there.datasets:
        detail = f"The dumps of {release.id} have no file {file}."
        raise missing_part(request.release, f"/dataset/{name}", detail, f"see /dump/{release.id}")
    return moved(request, f"/dump/{release.id}" + (f"/{file}" if file else ""), 302)


@routes.get("/dump/<name>")
def listed(request: ReleaseRequest, name: str) -> Response:
    """Answer with the list of a release's dumps."""
    release, index = _find(request, name)
    offer, negotiated = choose(request, (_JSON, HTML))
    if offer is HTML:
        keep_settled(request)
        titles = {dataset.name: dataset.title for dataset in facts(request.release).datasets}
        ordered = sorted(index.datasets, key=lambda name: (name != WHOLE, name == CODES, name))
        datasets = [
            (dataset_name, titles.get(dataset_name, dataset_name), list(index.of(dataset_name)))
            for dataset_name in ordered
        ]
        newest = dumps(request.release)
        body = render(
            request,
            "dumps.html",
            is_newest=newest is not None and newest[0].id == release.id,
            release=release,
            index=index,
            datasets=datasets,
            current=request.release.release.id,
        ).encode()
    else:
        body = index.as_json()
        request.state.cacheable = True
    place = f"/dump/{release.id}"
    described = f'<{place}/{_CRATE}>; rel="describedby"; type="{media.JSON_LD.type}"'
    links = [f'<{place}>; rel="canonical"', f'{described}; profile="{PROFILE}"']
    return respond(
        request,
        body,
        offer,
        negotiated=negotiated,
        links=links,
        caching=LIVE if offer is HTML else IMMUTABLE,
    )


@routes.get("/dump/<name>/index.json")
def index(request: ReleaseRequest, name: str) -> Response:
    """Answer with the list as JSON."""
    _, dump_index = _find(request, name)
    return respond(request, dump_index.as_json(), _JSON, negotiated=False, caching=IMMUTABLE)


@routes.get(f"/dump/<name>/{_CRATE}")
def ro_crate(request: ReleaseRequest, name: str) -> Response:
    """Answer with the RO-Crate metadata of a release's dumps."""
    release, dump_index = _find(request, name)
    body = crate(release.manifest, dump_index, request.release.settings)
    offer = media.offer_of(media.JSON_LD)
    return respond(request, body, offer, negotiated=False, caching=LIVE)


@routes.get("/dump/<name>/<path:file>")
def download(request: ReleaseRequest, name: str, file: str) -> Response:
    """Send a file, or a range of it."""
    release, dump_index = _find(request, name)
    file_entry = dump_index.by_name.get(file)
    if file_entry is None:
        raise Problem(
            "not-found", f"The dumps of {release.id} have no file {file}.", f"see /dump/{name}"
        )
    response = send(
        request,
        release.path / FOLDER / file_entry.file,
        file_entry.bytes,
        f'"{file_entry.sha256[:32]}"',
        _headers(release, file_entry),
    )
    response.headers["Access-Control-Expose-Headers"] = (
        f"{EXPOSED}, Accept-Ranges, Content-Range, Content-Disposition"
    )
    return response


def _headers(release: Release, file_entry: DumpFile) -> dict[str, str]:
    place = f"/dump/{release.id}"
    saved = f"ogpld-{release.manifest.sequence}-{file_entry.file.replace('/', '-')}"
    kind = file_entry.sent_type
    links = [
        f'<{place}/{quote(file_entry.file)}>; rel="canonical"',
        f'</dataset/{quote(file_entry.dataset)}>; rel="collection"',
    ]
    if file_entry.kind in {"csv", "tidy", "codebook"}:
        links.append(
            f'<{place}/{quote(file_entry.dataset)}/{TABLES}>; rel="describedby"; type="{media.CSVW.type}"'
        )
        kind += "; charset=utf-8"
    return {
        "Content-Type": kind,
        "Content-Disposition": f'attachment; filename="{re.sub(r"[^A-Za-z0-9._-]", "_", saved)}"',
        "Cache-Control": IMMUTABLE,
        "Last-Modified": last_modified(release.time),
        "Link": ", ".join(links),
    }


def _find(request: ReleaseRequest, name: str) -> tuple[Release, DumpIndex]:
    """Return a release and the list of its dumps.

    Raises:
        Problem: 404 when it has none (yet), 410 when its data was pruned.
    """
    cached: tuple[Release, DumpIndex] | None = request.release.documents.get(("dumps of", name))
    if cached is not None and not cached[0].pruned:
        return cached
    release = find_whole(request, name)
    dump_index = read_index(release)
    if dump_index is None:
        raise Problem(
            "no-dumps",
            f"Release {release.id} has no dumps.",
            "the newest complete ones are at /dump/current",
        )
    request.release.documents.put(("dumps of", name), (release, dump_index))
    return release, dump_index
