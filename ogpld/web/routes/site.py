"""Home, health, graphs and source tables: what is about the site rather than a thing."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from http import HTTPStatus
from typing import Any

from flask import Blueprint

from ogpld import __version__
from ogpld.catalogue.linkset import Link
from ogpld.charts.chart_list import CHARTS
from ogpld.formats import media
from ogpld.formats.profiles import PLAIN
from ogpld.formats.sssom import SUFFIX
from ogpld.program_digest import program_digest
from ogpld.release import Release
from ogpld.web.current.assessment_numbers import assessment_numbers
from ogpld.web.current.commitment_sources import of_readings
from ogpld.web.current.dataset_facts import dumps
from ogpld.web.current.health import HealthProblem, probe_problems, standing_problems
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.release_coverage import of_list
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.current.withdrawn_parts import missing_part
from ogpld.web.documents.answer_document import represent
from ogpld.web.documents.document import Document, find_document
from ogpld.web.documents.linkset_file import sssom_of
from ogpld.web.http.http_messages import Response
from ogpld.web.http.problems import Problem
from ogpld.web.http.responses import HTML, LIVE, OFFERS, choose, respond
from ogpld.web.lists.change_words import change_words
from ogpld.web.lists.list_page import entry
from ogpld.web.lists.member_tiles import STEPS, member_tiles
from ogpld.web.pages.chart_page import ChartPage
from ogpld.web.pages.templates import render
from ogpld.web.routes.catalogue import catalogue_bytes
from ogpld.web.routes.source_tables import table_response

routes = Blueprint(__name__.rpartition(".")[2], __name__)

#: Names of graphs: of a source and one of its units.
_GRAPH = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(/[A-Za-z0-9][A-Za-z0-9_-]*)*")
#: What machines find from the home page.
_HOME = (
    Link("service", "/sparql", {"title": "SPARQL endpoint"}),
    Link("api-catalog", "/.well-known/api-catalog", {"type": media.LINKSET_JSON.type}),
    Link("describedby", "/.well-known/void", {"type": media.TURTLE.type}),
    Link("describedby", "/catalog.ttl", {"type": media.TURTLE.type}),
)

#: Classes that the home page counts first, by segment.
_FIRST = ("member", "action-plan", "commitment", "report", "institution")
#: Classes whose changes the home page tells, and the number of releases it does so for.
_NEWS = (
    "Member",
    "ActionPlan",
    "Commitment",
    "SubCommitment",
    "Milestone",
    "Report",
    "Institution",
)
_RELEASES = 3

#: The chart on the home page.
_CHART = "completion-by-cycle"

#: Problems that change nothing of what is answered now: they count where readiness is asked for.
_LATER = frozenset({"settings", "clock", "dumps-missing", "disk-full"})


@routes.get("/")
def home(request: ReleaseRequest) -> Response:
    """Answer with the home page, or the catalogue in RDF."""
    current = request.release
    dumped = dumps(current) is not None
    offer, negotiated = choose(request, OFFERS, profiles=PLAIN)
    if offer is HTML:
        manifest = current.release.manifest
        lists = [
            (definition.segment, definition.label, manifest.classes.get(definition.name, 0))
            for definition in current.model.classes.values()
            if definition.segment
        ]
        by_segment = {segment: (label, count) for segment, label, count in reversed(lists)}
        body = render(
            request,
            "home.html",
            manifest=manifest,
            assessments=assessment_numbers(current),
            lists=lists,
            first=[
                (name, *by_segment[name]) for name in _FIRST if by_segment.get(name, ("", 0))[1]
            ],
            base=current.iris.base,
            example=entry(current, "commitment", "EE0050"),  # the one README names, else the first
            coverage=of_list(current, "Commitment", {}),
            readings=of_readings(current, current.statistics.records),
            dumped=dumped,
            regions=member_tiles(current),
            steps=STEPS,
            cycles=_cycles(current),
            changes=_changes(current),
            chart=ChartPage(CHARTS[_CHART], current, {}, "number"),
        ).encode()
    else:
        body = catalogue_bytes(request, offer)
    if offer is HTML and dumped:  # what the catalogue lists may be still to come
        request.state.cacheable = True
    response = respond(request, body, offer, negotiated=negotiated, profiles=PLAIN)
    response.headers["Link"] = ", ".join(link.header() for link in _HOME)
    return response


def _cycles(current: OpenRelease) -> tuple[str, str] | tuple[()]:
    """Return the first and the last cycle of plans, nothing where there are none."""
    row = current.cached("cycles", lambda: current.select("cycles"))[0]
    return (row["first"], row["last"]) if "first" in row else ()


def _changes(current: OpenRelease) -> list[tuple[Release, str]]:
    """Return the last releases and what each changed, in words, newest first."""
    history = current.history
    return [
        (release, change_words(current, history, release, history.changes[release.id], _NEWS))
        for release in history.releases[: -_RELEASES - 1 : -1]
        if release.id in history.changes
    ]


@routes.get("/graph/<path:name>")
def graph(request: ReleaseRequest, name: str) -> Response:
    """Answer with the description of a named graph, or with `.sssom.tsv` the links of a linkset."""
    plain, _, suffix = name.partition(".")
    document = None
    if _GRAPH.fullmatch(plain):
        iri = request.release.iris.graph(plain).value
        document = find_document(
            request.release, f"{request.release.path_prefix}/graph/{plain}", iri
        )
    if document is None:
        detail = f"There is no graph {plain}."
        raise missing_part(request.release, f"/graph/{plain}", detail, "see /sparql")
    if suffix == SUFFIX:
        return _sssom(request, document)
    return represent(request, document, suffix)


def _sssom(request: ReleaseRequest, document: Document) -> Response:
    """Answer with the links of a linkset as SSSOM."""
    body = sssom_of(request.release, document)
    if body is None:
        raise Problem("not-found", f"{document.path} is no linkset.", "see /.well-known/void")
    request.state.cacheable = True
    header = [f'<{document.path}>; rel="canonical"']
    return respond(request, body, media.offer_of(media.TSV), negotiated=False, links=header)


@routes.get("/source/<name>/<file>")
def source_table(request: ReleaseRequest, name: str, file: str) -> Response:
    """Answer with a source table as it was read; in HTML rows and cells have anchors."""
    return table_response(request, request.release.release, name, file, "/source", lambda _: LIVE)


@routes.get("/healthz")
def health(request: ReleaseRequest) -> Response:
    """Say which release is served, how the pool is, and what an operator has to mend."""
    problems = standing_problems(request.release)
    return _report(request, problems, {problem.code for problem in problems} - _LATER)


@routes.get("/healthz/live")
def live(request: ReleaseRequest) -> Response:
    """Say that the process answers; whatever else is wrong, another start would not mend it."""
    del request
    return _json({"status": "live", "software": __version__})


@routes.get("/healthz/ready")
def ready(request: ReleaseRequest) -> Response:
    """Say whether pages and queries are answered, having asked the workers."""
    current = request.release
    problems = [*standing_problems(current), *probe_problems(current)]
    if current.ending:
        problems.append(HealthProblem("draining", "The server is ending.", stops=True))
    return _report(request, problems, {problem.code for problem in problems})


def _report(
    request: ReleaseRequest, problems: Sequence[HealthProblem], counting: AbstractSet[str]
) -> Response:
    """Return what an operator has to know; `counting` are the codes that make the status."""
    current = request.release
    stopping = {problem.code for problem in problems if problem.stops}
    status = "degraded" if counting else "ok"
    if stopping:
        status = min(stopping) if stopping <= {"draining", "restarting"} else "failing"
    body = {
        "status": status,
        "release": current.release.id,
        "digest": current.release.manifest.digest,
        "quads": current.release.manifest.quads,
        "software": __version__,
        "build": program_digest(),
        "problems": [problem.as_json() for problem in problems],
        "pool": current.store.status(),
    }
    return _json(body, HTTPStatus.SERVICE_UNAVAILABLE if stopping else HTTPStatus.OK)


def _json(body: dict[str, Any], status: HTTPStatus = HTTPStatus.OK) -> Response:
    response = Response(json.dumps(body, indent=1) + "\n", status, content_type=media.JSON.type)
    response.headers["Cache-Control"] = "no-store"
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "2"
    return response
