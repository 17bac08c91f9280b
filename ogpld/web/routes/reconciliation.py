"""`/reconcile`: the Reconciliation Service API 0.2, for OpenRefine and its like; below it 1.0-draft."""

from __future__ import annotations

import json
import re
from html import escape
from typing import Any

from flask import Blueprint

from ogpld.formats import media
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.http.http_messages import Response
from ogpld.web.http.languages import DEFAULT
from ogpld.web.http.problems import Problem
from ogpld.web.http.redirects import moved
from ogpld.web.http.responses import HTML, respond
from ogpld.web.reconciliation import conditions, reconciler
from ogpld.web.reconciliation.batches import (
    PROPERTIES,
    form_of,
    json_body,
    read_extension,
    read_json,
    read_queries,
)
from ogpld.web.reconciliation.extending import columns, extend, propose, suggest_properties
from ogpld.web.reconciliation.views_of_things import PREVIEW_CSP, page_path, preview, summary, thing

routes = Blueprint(__name__.rpartition(".")[2], __name__)

#: JSON of the protocol, which is no JSON-LD.
_JSON = media.offer_of(media.JSON)


def answer_json(request: ReleaseRequest, data: Any) -> Response:
    """Return data as JSON."""
    # escaped: an id of a client may have half of a surrogate pair, which UTF-8 has no bytes for
    body = json.dumps(data, separators=(",", ":")).encode()
    if request.method == "POST":
        return Response(body, content_type=_JSON.media_type)
    request.state.cacheable = True
    return respond(request, body, _JSON, negotiated=False)


@routes.get("/reconcile")
@routes.post("/reconcile")
def endpoint(request: ReleaseRequest) -> Response:
    """Answer a batch of queries, a wish for values, or with the manifest."""
    current = request.release
    fields = form_of(request)
    both = [name for name in ("queries", "extend") if name in fields]
    if len(both) > 1:
        raise Problem("reconciliation-query", "queries and extend are both given.", "send one")
    if "queries" in fields:
        batch = read_queries(
            read_json(fields["queries"], "queries"), reconciler.class_names(current)
        )
        return answer_json(request, reconciler.results(current, batch))
    if "extend" in fields:
        return answer_json(
            request, extend(current, read_extension(read_json(fields["extend"], "extend")))
        )
    return answer_json(request, reconciler.manifest(current))


@routes.get("/reconcile/1.0-draft")
def draft_manifest(request: ReleaseRequest) -> Response:
    """Answer with the manifest of the draft."""
    return answer_json(request, conditions.manifest(request.release))


@routes.post("/reconcile/1.0-draft")
@routes.post("/reconcile/1.0-draft/match")
def draft_match(request: ReleaseRequest) -> Response:
    """Answer a batch of queries."""
    current = request.release
    batch = conditions.read_batch(json_body(request), reconciler.class_names(current))
    return answer_json(request, conditions.results(current, batch))


@routes.post("/reconcile/1.0-draft/extend")
def draft_extend(request: ReleaseRequest) -> Response:
    """Answer with values of things."""
    extension = read_extension(json_body(request))
    return answer_json(request, conditions.extension_results(extend(request.release, extension)))


@routes.get("/reconcile/suggest/<kind>")
@routes.get("/reconcile/1.0-draft/suggest/<kind>")
def suggest(request: ReleaseRequest, kind: str) -> Response:
    """Answer with what begins as what was typed so far."""
    prefix, cursor = request.args.get("prefix", ""), _number(request, "cursor", 1_000)
    if kind == "entity":
        return answer_json(request, reconciler.suggest_entities(request.release, prefix, cursor))
    if kind == "type":
        rows = reconciler.suggest_types(request.release, prefix)
    elif kind == "property":
        rows = suggest_properties(request.release, prefix)
    else:
        raise _unknown_kind(kind)
    return answer_json(request, {"result": rows[cursor:]})


@routes.get("/reconcile/flyout/<kind>")
def flyout(request: ReleaseRequest, kind: str) -> Response:
    """Answer with a few lines of HTML about a thing, a property or a class, in JSON."""
    name = _id(request)
    if kind == "entity":
        return answer_json(request, {"id": name, "html": summary(request.release, name)})
    if kind == "type":
        definition = request.release.model.classes.get(
            reconciler.class_names(request.release).get(name, "")
        )
        text = (definition.label, definition.comment) if definition else None
    elif kind != "property":
        raise _unknown_kind(kind)
    else:
        column = columns(request.release).get(name)
        label = PROPERTIES.get(name) or (column.label if column else "")
        text = (label, "") if label else None
    if text is None:
        raise Problem("not-found", f"There is no {kind} {name[:80]}.", "see /reconcile")
    html = f"<p><strong>{escape(text[0])}</strong></p><p>{escape(text[1])}</p>"
    return answer_json(request, {"id": name, "html": html})


@routes.get("/reconcile/view")
def view(request: ReleaseRequest) -> Response:
    """Redirect to the page of a thing."""
    path = page_path(request.release, thing(request.release, _id(request)).iri)
    return moved(request, path, 303, query=False)


@routes.get("/reconcile/preview")
@routes.get("/reconcile/1.0-draft/preview")
def preview_page(request: ReleaseRequest) -> Response:
    """Answer with a small page about a thing, which other sites may show in a frame."""
    body = preview(request.release, _id(request))
    request.state.cacheable = True
    response = respond(request, body, HTML, negotiated=False)
    response.headers["Content-Security-Policy"] = PREVIEW_CSP
    response.headers["Content-Language"] = DEFAULT
    return response


@routes.get("/reconcile/extend/propose")
@routes.get("/reconcile/1.0-draft/extend/propose")
def proposals(request: ReleaseRequest) -> Response:
    """Answer with the properties of a class that give columns."""
    name = request.args.get("type", "")
    names = reconciler.class_names(request.release)
    if name and name not in names:
        raise Problem("not-found", f"There is no type {name[:80]}.", "see /reconcile/suggest/type")
    limit = _number(request, "limit", 1_000)
    return answer_json(request, propose(request.release, names.get(name, ""), limit))


def _unknown_kind(kind: str) -> Problem:
    return Problem(
        "not-found", f"There is no {kind[:80]} here.", "ask for entity, property or type"
    )


def _id(request: ReleaseRequest) -> str:
    name = request.args.get("id", "")
    if not name:
        raise Problem(
            "reconciliation-query", "id is missing.", "give the id of a thing", place="id"
        )
    return name


def _number(request: ReleaseRequest, name: str, most: int) -> int:
    text = request.args.get(name, "0")
    if not re.fullmatch("[0-9]{1,9}", text) or int(text) > most:
        raise Problem(
            "reconciliation-query",
            f"{name} is no number from 0 to {most:,}.",
            "leave it out",
            place=name,
        )
    return int(text)
