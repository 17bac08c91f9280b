"""`/codebook`: what each column of the tables in the dumps means, and how much of it is filled.

Read from the codebook of the newest complete dumps, which counted while the tables were written.
"""

from __future__ import annotations

import csv
import io
from itertools import groupby

from flask import Blueprint

from ogpld.dumps.column_codebook import NAME
from ogpld.dumps.dump_index import FOLDER, WHOLE
from ogpld.formats import media
from ogpld.web.current.dataset_facts import dumps, keep_settled
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.http.http_messages import Response
from ogpld.web.http.problems import Problem
from ogpld.web.http.responses import HTML, choose, respond
from ogpld.web.pages.templates import render

routes = Blueprint(__name__.rpartition(".")[2], __name__)

_CSV = media.offer_of(media.CSV)

_Tables = dict[str, list[dict[str, str]]]


@routes.get("/codebook")
@routes.get("/codebook.<suffix>")
def tables(request: ReleaseRequest, suffix: str = "") -> Response:
    """Answer with all tables: an index as a page, every column as CSV."""
    offer, negotiated = choose(request, (HTML, _CSV), suffix)
    keep_settled(request)
    release, body, by_table = _read(request)
    if offer is HTML:
        body = render(request, "codebook_tables.html", release=release, tables=by_table).encode()
    links = ['</codebook>; rel="canonical"', f'</dump/{release}>; rel="collection"']
    return respond(
        request,
        body,
        offer,
        negotiated=negotiated,
        path="/codebook",
        offers=(HTML, _CSV),
        links=links,
    )


@routes.get("/codebook/<name>")
def table(request: ReleaseRequest, name: str) -> Response:
    """Answer with the columns of one table."""
    offer, negotiated = choose(request, (HTML,))
    keep_settled(request)
    release, _, by_table = _read(request)
    if name not in by_table:
        raise Problem("not-found", f"There is no table {name[:80]!r}.", "see /codebook")
    body = render(
        request, "codebook_table.html", release=release, name=name, columns=by_table[name]
    ).encode()
    links = [f'</codebook/{name}>; rel="canonical"', '</codebook>; rel="up"']
    return respond(request, body, offer, negotiated=negotiated, links=links)


def _read(request: ReleaseRequest) -> tuple[str, bytes, _Tables]:
    """Return the release the codebook is of, the file, and its rows by table.

    Raises:
        Problem: 404 where no dumps have one.
    """
    listed = dumps(request.release)
    file = listed[1].by_name.get(f"{WHOLE}/{NAME}.csv") if listed else None
    if listed is None or file is None:
        raise Problem(
            "no-dumps",
            "No release has a codebook yet.",
            "it is written with the dumps, after a release is published; /code has the code lists",
        )
    release = listed[0]

    def read() -> tuple[bytes, _Tables]:
        body = (release.path / FOLDER / file.file).read_bytes()
        rows = csv.DictReader(io.StringIO(body.decode(), newline=""))
        by_table = {name: list(group) for name, group in groupby(rows, lambda row: row["table"])}
        return body, by_table

    body, by_table = request.release.cached(("codebook", release.id), read)
    return release.id, body, by_table
