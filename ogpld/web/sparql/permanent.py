"""`/q/{digest}`: a query with a permanent address, answered from the release it was asked of.

`POST /q` registers a query that has an answer and redirects to its address. The address says what the query
says on that release for as long as the release has its data, whatever is in service.
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from ogpld.errors import OgpldError, ReleaseError
from ogpld.formats import media
from ogpld.formats.negotiation import Offer
from ogpld.release import Release
from ogpld.release.query_register import QueryRegister, RegisteredQuery, RegisterFullError
from ogpld.stores import Answer
from ogpld.stores.fingerprint import fingerprint
from ogpld.waiting import in_thread
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.documents.memento import date_of
from ogpld.web.http.budget import ADDRESSES
from ogpld.web.http.http_messages import Response
from ogpld.web.http.problems import NotAcceptableError, Problem
from ogpld.web.http.redirects import moved
from ogpld.web.http.responses import HTML, LIVE, etag_of, respond
from ogpld.web.pages.citation_styles import STYLES
from ogpld.web.pages.page_citation import page_citation
from ogpld.web.sparql.added_columns import AddedColumns, read_added_columns, require_rows
from ogpld.web.sparql.callers import PreparedQuery, QueryCallers
from ogpld.web.sparql.forms import ResultForm
from ogpld.web.sparql.permanent_page import permanent_page
from ogpld.web.sparql.protocol import (
    GRAPHS,
    MADE,
    SOLUTIONS,
    Parameters,
    graph_written,
    read_query,
)
from ogpld.web.sparql.row_forms import TABLES, answer_rows, needs_terms

_DIGEST = re.compile(r"[0-9a-f]{32}")
_TEXT = media.offer_of(media.SPARQL_QUERY)
_STYLES = {media.offer_of(style): write for style, write in STYLES.items()}
_MISSING = "register the query: POST it to /q, or use the button beside its answer at /sparql"


def register(
    request: ReleaseRequest, callers: QueryCallers, text: str, parameters: Parameters
) -> Response:
    """Register a query with the release of the request, and redirect to its address.

    Raises:
        Problem: 400 for a query whose answer may differ from run to run, or whose answer has no rows to add
            columns to; 507 or 503 where it cannot be kept.
        QueryError: where it has no answer.
    """
    current, client = request.release, callers.client(request)
    query = _query_of(current, text, parameters, read_added_columns(parameters))
    prepared = _prepared(request, callers, query, ("json", "nt"))
    if not prepared.key:
        raise Problem(
            "query-unstable",
            "The answer to this query may be another each time it is asked, so there is none to cite.",
            "leave out SERVICE, NOW, RAND, UUID, STRUUID, BNODE and blank nodes that are made for each row",
        )
    callers.budget.require(client, (ADDRESSES,))
    if prepared.kind == "graph":
        require_rows(_added(query))
    _answer(request, callers, query, ("json", "nt"))
    try:
        if QueryRegister(current.settings.home).add(query, current.settings.queries_bytes):
            callers.budget.charge(client, {ADDRESSES: 1.0})
    except RegisterFullError as error:
        raise Problem(
            "queries-full",
            "No more queries can be given a permanent address here.",
            "keep the text of the query and the id of the release, which say the same; tell the operator",
            limit="queries_bytes",
        ) from error
    except sqlite3.Error as error:
        raise _unavailable(error) from error
    return moved(request, f"/q/{query.digest}", 303, query=False)


def cite_as(current: OpenRelease, prepared: PreparedQuery, added: AddedColumns) -> list[str]:
    """Return the Link value with the permanent address of a query, none where it has none (RFC 8574)."""
    if not current.query_register.is_begun:
        return []
    asked_of = current.release.id
    query = RegisteredQuery.of(
        prepared.query.text,
        asked_of,
        prepared.query.default_graphs,
        prepared.query.named_graphs,
        added.labels,
        why=added.why,
    )
    try:
        is_there = current.query_register.has(query.digest)
        if is_there is None:
            register = QueryRegister(current.settings.home)
            registration = in_thread(partial(register.find, query.digest))
            is_there = registration is not None and registration.query is not None
    except sqlite3.Error:
        return []
    return [f'</q/{query.digest}>; rel="cite-as"'] if is_there else []


def find_query(request: ReleaseRequest, digest: str) -> RegisteredQuery:
    """Return the query at a permanent address.

    Raises:
        Problem: 404 where there is none, 410 where it was removed, 503 where the register cannot be read.
    """
    if not _DIGEST.fullmatch(digest):
        raise Problem("not-found", f"There is no query /q/{digest[:80]}.", _MISSING)
    try:
        registration = QueryRegister(request.release.settings.home).find(digest)
    except sqlite3.Error as error:
        raise _unavailable(error) from error
    if registration is None:
        raise Problem("not-found", f"No query is registered as {digest}.", _MISSING)
    if registration.query is None:
        raise Problem(
            "query-removed",
            f"The query at /q/{digest} was removed on {registration.time[:10]}.",
            "what was erased from the data, and when, is at /erasures",
        )
    return registration.query


def release_of(request: ReleaseRequest, query: RegisteredQuery) -> Release:
    """Return the release a query was asked of, under the id it has since an erasure.

    Raises:
        Problem: 410 where the release was removed.
    """
    current = request.release
    if query.release == current.release.id:
        return current.release
    try:
        return current.release_store.get(query.release)
    except ReleaseError as error:
        raise Problem(
            "release-gap",
            f"Release {query.release}, of which this was asked, was removed.",
            "ask a release that /releases lists",
            release=query.release,
            query=query.query,
        ) from error


def offers_of(query: RegisteredQuery) -> tuple[Offer, ...]:
    """Return the forms of what is at a permanent address: its answer, its text, its citation."""
    is_graph = fingerprint(query.query).kind == "graph"
    return (HTML, *(GRAPHS if is_graph else SOLUTIONS), _TEXT, *_STYLES)


def needs_data(offer: Offer) -> bool:
    """Say whether a form has the answer; the others can be had of a release without data."""
    return offer is not _TEXT and offer not in _STYLES


def describe_query(
    request: ReleaseRequest, query: RegisteredQuery, release: Release, form: tuple[Offer, bool]
) -> Response:
    """Answer with the text of a query, or with how it is cited."""
    offer, _ = form
    if offer is _TEXT:
        body = f"{query.query}\n".encode()
    else:
        path = f"/q/{query.digest}"
        cited = page_citation(request, release, title_of(query))
        address = request.release.iris.base.rstrip("/") + path
        key = f"{path.strip('/')}-{release.id}"
        body = _STYLES[offer](
            replace(cited, key=key, url=address, whole=address, description=query.query)
        )
    return _respond(request, body, query, release, form)


def answer_query(
    request: ReleaseRequest,
    callers: QueryCallers,
    query: RegisteredQuery,
    live: ReleaseRequest,
    form: tuple[Offer, bool],
) -> Response:
    """Answer with a registered query's answer.

    Args:
        request: the request to the release it was asked of.
        callers: what the server remembers of its callers.
        query: the query.
        live: the same request to the release in service.
        form: the form, and whether Accept decided.
    """
    offer, negotiated = form
    current = request.release
    if offer is HTML:
        answer = _answer(request, callers, query, ("json", "ttl"))
        same = live.release.release.id == current.release.id or _is_same(
            live, callers, query, answer.body
        )
        body = permanent_page(request, query, title_of(query), answer, same=same)
        return _respond(request, body, query, current.release, form)
    forms = ("json", graph_written(offer)) if offer in GRAPHS else (offer.name, "nt")
    answer = _answer(request, callers, query, forms)
    body = answer.body
    if answer.kind == "graph" and offer.name in MADE:
        body = ResultForm(offer, negotiated).write(body, current)
    return _respond(request, body, query, current.release, form)


def title_of(query: RegisteredQuery) -> str:
    """Return what a query is called: the comment in its first line, else its digest."""
    first = query.query.partition("\n")[0]
    comment = " ".join(first.lstrip("# ").split()) if first.startswith("#") else ""
    return f"Query: {comment[:200]}" if comment else f"Query {query.digest[:8]}"


def _query_of(
    current: OpenRelease, text: str, parameters: Parameters, added: AddedColumns
) -> RegisteredQuery:
    return RegisteredQuery.of(
        text,
        current.release.id,
        parameters.get("default-graph-uri", ()),
        parameters.get("named-graph-uri", ()),
        added.labels,
        why=added.why,
    )


def _added(query: RegisteredQuery) -> AddedColumns:
    return AddedColumns(query.labels, query.why)


def _answer(
    request: ReleaseRequest, callers: QueryCallers, query: RegisteredQuery, forms: tuple[str, str]
) -> Answer:
    """Return a registered query's answer, with the columns it was registered with.

    Raises:
        Problem: 400 where it has no rows to add columns to.
        NotAcceptableError: for a boolean as a table.
    """
    added, (rows, graph) = _added(query), forms
    made_here = needs_terms(rows, added)
    prepared = _prepared(request, callers, query, ("json" if made_here else rows, graph))
    began = time.monotonic()
    answer = callers.answer(request, prepared)
    if answer.kind != "solutions":
        require_rows(added)
        if answer.kind == "boolean" and rows in TABLES:
            raise NotAcceptableError([offer for offer in SOLUTIONS if offer.name not in TABLES])
    return (
        answer_rows(request, callers, prepared, answer, rows, added, began=began)
        if made_here and (answer.kind == "solutions")
        else answer
    )


def _prepared(
    request: ReleaseRequest, callers: QueryCallers, query: RegisteredQuery, forms: tuple[str, str]
) -> PreparedQuery:
    """Return a registered query as it is to be answered."""
    parameters = {
        "default-graph-uri": list(query.default_graphs),
        "named-graph-uri": list(query.named_graphs),
    }
    base = request.release.iris.base
    return callers.read(request, read_query(query.query, parameters, forms, base))


def _is_same(
    live: ReleaseRequest, callers: QueryCallers, query: RegisteredQuery, body: bytes
) -> bool | None:
    """Say whether the release in service gives the same answer, None where it gives none."""
    try:
        return _answer(live, callers, query, ("json", "ttl")).body == body
    except (OgpldError, Problem):
        return None


def _respond(
    request: ReleaseRequest,
    body: bytes,
    query: RegisteredQuery,
    release: Release,
    form: tuple[Offer, bool],
) -> Response:
    """Return what is at a permanent address.

    It may be kept for minutes, not for ever: an erasure changes what it says, and it stays where it is.
    """
    offer, negotiated = form
    path = f"/q/{query.digest}"
    offers = offers_of(query)
    links: Sequence[str] = (
        f'<{path}>; rel="canonical"',
        f'<{path}>; rel="cite-as"',
        f'<{request.release.licence}>; rel="license"',
        f'</release/{release.id}>; rel="describedby"',
    )
    response = respond(
        request,
        body,
        offer,
        negotiated=negotiated,
        path=path,
        offers=offers,
        links=links,
        caching=LIVE,
        etag=etag_of(body, offer),
    )
    response.headers["Memento-Datetime"] = date_of(release)
    return response


def _unavailable(error: sqlite3.Error) -> Problem:
    """Return what to say where the register cannot be read or written."""
    problem = Problem(
        "queries-unavailable",
        f"The register of queries cannot be used now: {error}.",
        "ask again in a moment; tell the operator where it stays so: the home may be read-only",
    )
    problem.headers["Retry-After"] = "30"
    return problem
