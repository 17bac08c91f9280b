"""`/queries`: the questions the data can be asked, with a form, a table, and the same as CSV and JSON.

The query is one of ours with values bound as terms; it runs in the pool like any other.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint

from ogpld.errors import UsageError
from ogpld.formats import media
from ogpld.formats.negotiation import Offer
from ogpld.iris import Iris
from ogpld.model import Model
from ogpld.queries.named import NamedQuery, by_topic, load_named
from ogpld.queries.named.unknown import Unknown, summary
from ogpld.stores import Query
from ogpld.waiting import in_thread
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.release_coverage import covered, of_list
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.http import parameters as web
from ogpld.web.http.http_messages import Response
from ogpld.web.http.problems import Problem
from ogpld.web.http.responses import HTML, choose, respond
from ogpld.web.lists.answer_table import cells, columns, heading
from ogpld.web.lists.list_index import ask
from ogpld.web.lists.thing_names import defaults, field_of, typed_value
from ogpld.web.pages.answer_chart import answer_svg, bars
from ogpld.web.pages.form_again import form_again, is_shown_again
from ogpld.web.pages.templates import render
from ogpld.web.routes.adapter import query_callers
from ogpld.web.sparql.added_columns import AddedColumns, read_added_columns
from ogpld.web.sparql.callers import QueryCallers
from ogpld.web.sparql.row_forms import answer_rows, needs_terms

routes = Blueprint(__name__.rpartition(".")[2], __name__)

_ROWS = (
    *(media.CSV, media.XLSX, media.PARQUET),
    *(media.RESULTS_JSON, media.RESULTS_XML, media.TSV),
    media.SPARQL_QUERY,
)
_OFFERS = (HTML, *media.offers_of(_ROWS))
_RESULTS, _TEXT = (
    _OFFERS[1 + _ROWS.index(row)] for row in (media.RESULTS_JSON, media.SPARQL_QUERY)
)
#: Rows a page shows; the downloads have all.
_ROWS_OF_PAGE = 500


@routes.get("/queries")
def questions(request: ReleaseRequest) -> Response:
    """Answer with the list of questions."""
    offer, negotiated = choose(request, (HTML,))
    body = render(
        request,
        "queries.html",
        topics=list(by_topic(load_named())),
        coverage=of_list(request.release, "Commitment", {}),
        unanswered=_unanswered(request.release),
    ).encode()
    request.state.cacheable = True
    return respond(
        request, body, offer, negotiated=negotiated, links=['</queries>; rel="canonical"']
    )


def _unanswered(current: OpenRelease) -> frozenset[str]:
    """Return the names of the questions that may lack their data, and have no answer in a release."""

    def read() -> frozenset[str]:
        return frozenset(
            query.name
            for query in load_named().values()
            if query.unanswered
            and not any(
                ask(current, query.bound(defaults(current, query), current.model, current.iris))
            )
        )

    return current.cached("unanswered", read)


@routes.get("/queries/<name>")
def question(request: ReleaseRequest, name: str) -> Response:
    """Answer a question, as a page or in the form asked for by suffix, parameter or header."""
    return answer_question(request, query_callers(), name)


def answer_question(request: ReleaseRequest, callers: QueryCallers, name: str) -> Response:
    """Answer a question, at the expense of who asks."""
    query, suffix = _named(name)
    current = request.release
    offer, negotiated = choose(request, _OFFERS, suffix)
    try:
        values = in_thread(partial(_values, request, query, current)) if request.args else {}
        full = defaults(current, query) | values
        text = _bound(query.bound, full, current)
    except Problem as problem:
        if offer is not HTML or not is_shown_again(request, problem):
            raise
        return form_again(problem, _form(request, query, problem))
    unknown = _unknown(request, callers, query, full)
    address = {**values, **_added(request).parameters}
    path = f"/queries/{query.name}"
    if offer is _TEXT:
        body = text.encode()
    elif offer is HTML:
        body = _page(request, callers, query, values, text, unknown)
    else:
        body = _answer(request, callers, text, offer.name)
        if offer is _RESULTS and query.unknown:
            place = f"{path}/unknown.json{_query(address)}"
            body = in_thread(partial(_with_unknown, body, unknown, place, current))
    links = [] if offer is HTML else _left_out_links(query, address, unknown, offer)
    return _respond(request, body, path, address, (offer, negotiated), links)


@routes.get("/queries/<name>/unknown")
@routes.get("/queries/<name>/unknown.<suffix>")
def left_out(request: ReleaseRequest, name: str, suffix: str = "") -> Response:
    """Answer with what a question leaves out because a value is not known."""
    callers = query_callers()
    query, strange = _named(name)
    if strange or not query.unknown:
        detail = f"The question {query.name} leaves nothing out for a value that is not known"
        detail += f": {query.whole}." if query.whole else "."
        raise Problem("not-found", detail, f"see /queries/{query.name}")
    current = request.release
    offer, negotiated = choose(request, _OFFERS, suffix)
    values = _values(request, query, current)
    text = _bound(query.bound_unknown, defaults(current, query) | values, current)
    if offer is _TEXT:
        body = text.encode()
    elif offer is HTML:
        body = _left_out_page(request, callers, query, values, text)
    else:
        body = _answer(request, callers, text, offer.name)
    path = f"/queries/{query.name}/unknown"
    address = {**values, **_added(request).parameters}
    links = [f'</queries/{query.name}{_query(address)}>; rel="up"']
    return _respond(request, body, path, address, (offer, negotiated), links)


def _named(name: str) -> tuple[NamedQuery, str]:
    """Return a question and the suffix behind its name.

    Raises:
        Problem: 404 where there is none of that name.
    """
    queries = load_named()
    stem, _, suffix = name.rpartition(".")
    if stem not in queries:
        stem, suffix = name, ""
    if stem not in queries:
        raise Problem("not-found", f"There is no question {name[:80]!r}.", "see /queries")
    return queries[stem], suffix


def _values(request: ReleaseRequest, query: NamedQuery, current: OpenRelease) -> dict[str, str]:
    """Return the values of the address, names of things as their keys; one that stays empty is not taken.

    Raises:
        Problem: 400 for a parameter that the question has not, for one that stands twice, or for a value
            that is no key or name of one thing.
    """
    web.check(request, parameters_of(query))
    values: dict[str, str] = {}
    for parameter in query.parameters:
        text = request.args.get(parameter.name, "").strip()
        if text:
            try:
                text = typed_value(current, parameter, text)
            except UsageError as error:
                raise Problem(
                    "parameter", error.message, error.hint, parameter=parameter.name
                ) from error
        if text:
            values[parameter.name] = text
    return values


def _bound(
    bound: Callable[[Mapping[str, str], Model, Iris], str],
    values: Mapping[str, str],
    current: OpenRelease,
) -> str:
    try:
        return bound(values, current.model, current.iris)
    except UsageError as error:
        raise Problem("parameter", error.message, error.hint) from error


def _answer(request: ReleaseRequest, callers: QueryCallers, text: str, form: str) -> bytes:
    """Return the answer to a query in one form, with the columns that the request has added."""
    added = _added(request)
    if not needs_terms(form, added):
        return callers.answer(request, callers.read(request, Query(text, (form, "")))).body
    prepared = callers.read(request, Query(text, ("json", "")))
    began = time.monotonic()
    answer = callers.answer(request, prepared)
    rows = partial(answer_rows, request, callers, prepared, answer, form, added, began=began)
    return in_thread(rows).body


def _added(request: ReleaseRequest) -> AddedColumns:
    return read_added_columns({name: request.args.getlist(name) for name in ("labels", "why")})


def _unknown(
    request: ReleaseRequest, callers: QueryCallers, query: NamedQuery, values: Mapping[str, str]
) -> Unknown:
    """Return how many things a question leaves out."""
    if not query.unknown:
        return Unknown(0, ())
    text = _bound(query.bound_unknown, values, request.release)
    body = callers.answer(request, callers.read(request, Query(text, ("json", "")))).body
    return summary(row["notKnown"]["value"] for row in json.loads(body)["results"]["bindings"])


def _with_unknown(body: bytes, unknown: Unknown, path: str, current: OpenRelease) -> bytes:
    """Return results with the list of what is left out: `head.link` (SPARQL 1.1 JSON, 3.1.2), and counts."""
    content = json.loads(body)
    address = current.iris.base + path.removeprefix("/")
    content["head"]["link"] = [address]
    groups = [{"value": label, "count": number} for label, number in unknown.groups]
    content["leftOut"] = {"total": unknown.total, "notKnown": groups, "list": address}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _left_out_links(
    query: NamedQuery, values: Mapping[str, str], unknown: Unknown, offer: Offer
) -> list[str]:
    """Return the Link value that leads to what is left out; the title says how many."""
    if not query.unknown:
        return []
    path = f"/queries/{query.name}/unknown.{offer.name}{_query(values)}"
    return [f'<{path}>; rel="related"; type="{offer.media_type}"; title="{unknown}"']


def _query(values: Mapping[str, str]) -> str:
    return f"?{urlencode(values)}" if values else ""


def _respond(
    request: ReleaseRequest,
    body: bytes,
    path: str,
    values: Mapping[str, str],
    form: tuple[Offer, bool],
    more: Sequence[str],
) -> Response:
    """Return the answer at an address, with links to its other forms."""
    offer, negotiated = form
    request.state.cacheable = True
    query = _query(values)
    links = [f'<{path}{query}>; rel="canonical"', *more]
    links += [
        f'<{path}.{other.name}{query}>; rel="alternate"; type="{other.media_type}"'
        for other in _OFFERS
        if other not in {offer, HTML}
    ]
    response = respond(request, body, offer, negotiated=negotiated, links=links)
    if negotiated and offer is not HTML:
        response.headers["Content-Location"] = f"{path}.{offer.name}{query}"
    return response


def parameters_of(query: NamedQuery) -> tuple[web.Parameter, ...]:
    """Return the parameters of a question's address; a form sends those left open as empty ones."""
    own = (web.Parameter(p.name, p.label, blank=True) for p in query.parameters)
    return (*own, *web.FORMAT, *web.ADDED_COLUMNS, web.LANGUAGE)


def _page(
    request: ReleaseRequest,
    callers: QueryCallers,
    query: NamedQuery,
    values: Mapping[str, str],
    text: str,
    unknown: Unknown,
) -> bytes:
    rows, current = _rows(request, callers, text), request.release
    full = {**defaults(current, query), **values}
    drawn = bars(query.chart, rows["rows"])
    return render(
        request,
        "query.html",
        query=query,
        fields=[field_of(p, full.get(p.name, p.default), current) for p in query.parameters],
        bars=drawn,
        svg=answer_svg(drawn, query.title),
        unknown=unknown,
        coverage=covered(query, full, current),
        text=text,
        path=f"/queries/{query.name}",
        parameters=_query({**values, **_added(request).parameters}),
        added=_added(request),
        forms=_ROWS,
        **rows,
    ).encode()


def _form(request: ReleaseRequest, query: NamedQuery, problem: Problem) -> str:
    """Return the page of a question that cannot be answered, with what its fields said."""
    current, typed = request.release, request.args
    full = defaults(current, query)
    fields = [
        field_of(p, typed.get(p.name, "") or full.get(p.name, p.default), current)
        for p in query.parameters
    ]
    try:
        added = _added(request)
    except Problem:  # the one that is shown, or one that comes after it
        added = AddedColumns()
    return render(request, "query.html", query=query, fields=fields, added=added, problem=problem)


def _left_out_page(
    request: ReleaseRequest,
    callers: QueryCallers,
    query: NamedQuery,
    values: Mapping[str, str],
    text: str,
) -> bytes:
    return render(
        request,
        "unknown.html",
        query=query,
        text=text,
        path=f"/queries/{query.name}/unknown",
        parameters=_query({**values, **_added(request).parameters}),
        forms=_ROWS,
        **_rows(request, callers, text),
    ).encode()


def _rows(request: ReleaseRequest, callers: QueryCallers, text: str) -> dict[str, Any]:
    """Return what a page shows of an answer: heads, rows of cells, number of rows."""
    content = json.loads(_answer(request, callers, text, "json"))
    rows = content["results"]["bindings"]
    names = columns(content["head"]["vars"], rows)
    return {
        "heads": [heading(name, names) for name in names],
        "cells": cells(names, rows[:_ROWS_OF_PAGE], request.release),
        "total": len(rows),
        "rows": rows,
    }
