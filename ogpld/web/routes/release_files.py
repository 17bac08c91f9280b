"""`/releases/index.json`, `/release/{id}/files…`: releases file by file, as another home fetches them.

A file is looked up in the list of the release, never by the path in the address.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from flask import Blueprint

from ogpld.formats import media
from ogpld.release import Release
from ogpld.release.release_files import ReleaseFiles, ReleaseList
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.http.file_response import send
from ogpld.web.http.http_dates import last_modified
from ogpld.web.http.http_messages import Response
from ogpld.web.http.problems import Problem
from ogpld.web.http.responses import EXPOSED, IMMUTABLE, LIVE, respond
from ogpld.web.routes.releases import find_release

routes = Blueprint(__name__.rpartition(".")[2], __name__)

_JSON = media.offer_of(media.JSON)
_ANY = media.BYTES.type


@routes.get("/releases/index.json")
def index(request: ReleaseRequest) -> Response:
    """Answer with the kept releases, the one in service, erasures and contexts."""
    current = request.release
    body = ReleaseList.of(current.release_store, current.release.id).as_json()
    return respond(request, body, _JSON, negotiated=False, caching=LIVE)


@routes.get("/release/<name>/files.json")
def listed(request: ReleaseRequest, name: str) -> Response:
    """Answer with the files of a release."""
    files = _files(request, find_release(request, name))
    return respond(request, files.as_json(), _JSON, negotiated=False, caching=LIVE)


@routes.get("/release/<name>/files/<path:path>")
def download(request: ReleaseRequest, name: str, path: str) -> Response:
    """Send a file of a release, or a range of it."""
    release = find_release(request, name)
    file = _files(request, release).files.get(path)
    if file is None:
        raise Problem(
            "not-found",
            f"Release {release.id} has no file {path[:200]}.",
            f"see /release/{release.id}/files.json",
        )
    saved = re.sub(r"[^A-Za-z0-9._-]", "_", f"ogpld-{release.manifest.sequence}-{path}")
    headers = {
        "Content-Type": media.GZIP.type if path.endswith(".gz") else _ANY,
        "Content-Disposition": f'attachment; filename="{saved}"',
        "Cache-Control": IMMUTABLE,
        "Last-Modified": last_modified(release.time),
        "Link": f'</release/{release.id}/files/{quote(path)}>; rel="canonical"',
        "Access-Control-Expose-Headers": f"{EXPOSED}, Accept-Ranges, Content-Range, Content-Disposition",
    }
    return send(request, release.path / path, file.size, f'"{file.sha256[:32]}"', headers)


def _files(request: ReleaseRequest, release: Release) -> ReleaseFiles:
    """Return the files of a release, which are read once."""
    # pruning leaves fewer; an erasure makes another id
    key = ("files of", release.id, release.pruned)
    return request.release.cached(key, lambda: ReleaseFiles.of(release))
