"""`/api` and `/openapi.json`: everything that programs can ask, for people and for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace

from flask import Blueprint
from flask.globals import current_app

from ogpld.catalogue.services import SERVICES
from ogpld.charts.chart_list import CHARTS
from ogpld.formats import media
from ogpld.formats.negotiation import Offer
from ogpld.queries.named import load_named
from ogpld.web.current.dataset_facts import dumps
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.http import parameters as web
from ogpld.web.http.http_messages import Response
from ogpld.web.http.openapi import Operation, openapi
from ogpld.web.http.responses import HTML, OFFERS, choose, respond
from ogpld.web.lists.answer_list import LIST_OFFERS
from ogpld.web.lists.list_index import lists_of
from ogpld.web.lists.list_request import list_parameters
from ogpld.web.pages.chart_parameters import parameters_of as parameters_of_chart
from ogpld.web.pages.compare_request import COMPARED
from ogpld.web.pages.reports import REPORT_OFFERS
from ogpld.web.pages.site import site_of
from ogpld.web.pages.templates import render
from ogpld.web.routes.claims import CLAIM_OFFERS, CLAIMS_OFFERS
from ogpld.web.routes.queries import parameters_of
from ogpld.web.routes.source_tables import TABLE_OFFERS
from ogpld.web.sparql.protocol import DIRECT, FORM, GRAPHS, NAMES, SOLUTIONS
from ogpld.web.sparql.service_description import limits_in_words

routes = Blueprint(__name__.rpartition(".")[2], __name__)

_OPENAPI = media.offer_of(media.OPENAPI)
_PATH = "/api"
#: Endpoints that programs have no use for.
_UNLISTED = frozenset({"static", "discovery.icon"})
_BODIES = {
    "sparql.endpoint": (DIRECT, FORM),
    "past.endpoint": (DIRECT, FORM),
    "permanent_queries.register": (DIRECT, FORM),
    "agents.endpoint": (media.JSON.type,),
    "reconciliation.endpoint": (FORM,),
    "validate.check": (media.BYTES.type,),
    "match.match": (media.CSV.type, media.XLSX.type),
}
#: What leads elsewhere, by endpoint, and with which status.
_STATUSES = {
    "things.thing": 303,
    "dumps.current": 302,
    "past.current": 307,
    "past.current_endpoint": 307,
    "permanent_queries.register": 303,
    "reconciliation.view": 303,
    "releases.current_release": 302,
    "releases.current_report": 302,
    "vocabulary.ontology_version": 302,
}
#: Forms of what is neither a document of RDF nor a query, by endpoint.
_OFFERS = {
    "claims.listing": CLAIMS_OFFERS,
    "claims.claim": CLAIM_OFFERS,
    "releases.table": TABLE_OFFERS,
    "releases.validation": REPORT_OFFERS,
    "site.source_table": TABLE_OFFERS,
    "validate.check": REPORT_OFFERS,
}
#: Endpoints of one chart each, and where their rules have its name.
_CHARTS = frozenset({"charts.chart", "charts.embed", "past.chart", "past.chart_embed"})
_CHART = re.compile(r"(?<=/chart/)<\w+>")
#: A variable part of a rule that is one of some words.
_WORDS = re.compile(r"<any\(([^)]*)\):\w+>")
_DECLARED = {**web.ROUTES, "charts.compare": COMPARED}
#: What `/sparql` takes; other parameters are passed over there.
_SPARQL = (
    web.Parameter("query", "The query; without it the service is described."),
    web.Parameter("default-graph-uri", "Graph that is asked as the default one.", repeated=True),
    web.Parameter("named-graph-uri", "Graph that GRAPH may name.", repeated=True),
    web.Parameter("timeout", "Seconds the query may take, at most the deadline of the site."),
    web.Parameter("frame", "Class whose frame shapes JSON-LD."),
    *web.FORMAT[:1],
    *(web.Parameter(name, "The same as format.") for name in NAMES[1:]),
    *web.PROFILE,
    *web.ADDED_COLUMNS,
)


@routes.get(_PATH)
def machines(request: ReleaseRequest) -> Response:
    """Answer with the page that says what programs can ask, in which forms and within which limits."""
    offer, negotiated = choose(request, (HTML,))
    current = request.release
    body = render(
        request,
        "machines.html",
        base=current.iris.base,
        limits=limits_in_words(current),
        services=[service for service in SERVICES if service.path != _PATH],
        forms=[o for o in OFFERS if o is not HTML and o.media_type != media.JSON.type],
        manifest=current.release.manifest,
        dumped=dumps(current) is not None,
    ).encode()
    return respond(request, body, offer, negotiated=negotiated)


@routes.get("/openapi.json")
def description(request: ReleaseRequest) -> Response:
    """Answer with the OpenAPI 3.1 description of the site."""
    current = request.release
    document = openapi(
        _operations(current),
        title=site_of(current.settings).name,
        description=limits_in_words(current),
        server=current.iris.base.removesuffix("/"),
        licence=current.licence,
    )
    body = json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"
    return respond(request, body, _OPENAPI, negotiated=False)


def _operations(serving: OpenRelease) -> Iterator[Operation]:
    """Yield what each address does: routes, each list, each question and each chart apart."""
    for rule in current_app.url_map.iter_rules():
        endpoint = rule.endpoint
        methods = frozenset(rule.methods or ()) - {"HEAD", "OPTIONS"}
        if endpoint in _UNLISTED:
            continue
        summary = (current_app.view_functions[endpoint].__doc__ or "").strip().partition("\n")[0]
        if endpoint in {"things.listing", "past.listing"}:
            yield from _lists(serving, rule.rule, methods)
        elif endpoint in {"queries.question", "queries.left_out"}:
            yield from _questions(
                rule.rule, methods, left_out=summary if "left" in endpoint else ""
            )
        elif endpoint in _CHARTS:
            yield from _charts(rule.rule, methods, summary)
        else:
            query = "sparql" in rule.rule or rule.rule == "/query"
            declared = _SPARQL if query else _DECLARED.get(endpoint, ())
            forms = (*SOLUTIONS, *GRAPHS) if query else _forms(endpoint, declared)
            for address in _addresses(rule.rule):
                yield Operation(
                    address,
                    methods,
                    summary,
                    () if methods == {"DELETE"} else declared,
                    tuple(dict.fromkeys(o.media_type for o in forms)),
                    _BODIES.get(endpoint, ()),
                    _STATUSES.get(endpoint, 200),
                )


def _addresses(rule: str) -> Iterator[str]:
    """Yield a rule with each of the words that may stand in it: other words there are another address."""
    match = _WORDS.search(rule)
    if match is None:
        yield rule
    else:
        yield from (rule.replace(match[0], word) for word in re.findall("'([^']+)'", match[1]))


def _forms(endpoint: str, declared: tuple[web.Parameter, ...]) -> tuple[Offer, ...]:
    """Return the forms of an endpoint; what has its profile chosen is a document of RDF."""
    return _OFFERS.get(endpoint) or (OFFERS if web.PROFILE[0] in declared else ())


def _lists(serving: OpenRelease, rule: str, methods: frozenset[str]) -> Iterator[Operation]:
    forms = tuple(dict.fromkeys(o.media_type for o in LIST_OFFERS))
    segments = {d.segment: d for d in reversed(serving.model.classes.values()) if d.segment}
    for segment, definition in segments.items():
        summary = f"List, page by page, of what is a {definition.label}."
        path = rule.replace("<segment>", segment)
        yield Operation(path, methods, summary, _list_parameters(serving, segment), forms)


def _list_parameters(serving: OpenRelease, segment: str) -> tuple[web.Parameter, ...]:
    """Return the parameters of the lists at an address; one that not all of them have says of which it is."""
    lists = lists_of(serving, segment)
    declared: dict[str, web.Parameter] = {}
    having: dict[str, list[str]] = {}
    for name in lists:
        for parameter in list_parameters(serving, name):
            declared.setdefault(parameter.name, parameter)
            having.setdefault(parameter.name, []).append(f"type={name}")
    for key, types in having.items():
        if len(types) < len(lists):
            words = f"{declared[key].description} Only with {' or '.join(types)}."
            declared[key] = replace(declared[key], description=words)
    return tuple(declared.values())


def _questions(rule: str, methods: frozenset[str], *, left_out: str) -> Iterator[Operation]:
    """Yield the questions, or those that leave something out, with the sentence that says so."""
    forms = tuple(dict.fromkeys(o.media_type for o in (*SOLUTIONS, HTML)))
    for query in load_named().values():
        if left_out and not query.unknown:
            continue
        path = rule.replace("<name>", query.name)
        summary = f"{query.title} {left_out}".strip()
        yield Operation(path, methods, summary, parameters_of(query), forms)


def _charts(rule: str, methods: frozenset[str], summary: str) -> Iterator[Operation]:
    for chart in CHARTS.values():
        path = _CHART.sub(chart.name, rule)
        yield Operation(path, methods, f"{chart.title}. {summary}", parameters_of_chart(chart))
