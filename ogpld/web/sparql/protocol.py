"""What a SPARQL 1.1 Protocol request says: its parameters, its dataset, the form it wants.

Read from the address and, for POST and QUERY, from the body (Protocol 2.1; RFC 9110 for media types).
Parameters nobody knows are passed over; what is wrong is said before anything runs.
"""

from __future__ import annotations

import math
from urllib.parse import parse_qsl

from ogpld.config import Settings
from ogpld.errors import QueryForbiddenError
from ogpld.formats import FORMATS, media
from ogpld.formats.negotiation import HEADER_LIMIT, Offer, by_name, negotiate
from ogpld.stores import GRAPH_FORMS, Query
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.http.body_coding import require_charset, require_plain
from ogpld.web.http.problems import Problem, not_utf8, require_utf8

Parameters = dict[str, list[str]]

#: Parameters that name a form; clients send all three at once.
NAMES = ("format", "output", "results")

#: Forms of SELECT and ASK results.
SOLUTIONS = media.offers_of(
    (*(media.RESULTS_JSON, media.RESULTS_XML, media.CSV, media.TSV), media.XLSX, media.PARQUET),
    queried=True,
)
#: Forms of datasets and supersets of Turtle, with the form in which a graph without name is the same.
_SAME = {media.N_QUADS: "nt", media.TRIG: "ttl", media.N3: "ttl"}
#: Forms of CONSTRUCT and DESCRIBE results.
GRAPHS = media.offers_of(dict.fromkeys((*FORMATS, *_SAME)), queried=True)
#: What the store writes for a form that it does not have by that name.
WRITTEN = {row.name: form for row, form in _SAME.items()}
#: Forms that are made here, of the N-Triples of the store.
MADE = frozenset(offer.name for offer in GRAPHS) - {*GRAPH_FORMS, *WRITTEN}

DIRECT = media.SPARQL_QUERY.type
FORM = media.FORM.type
#: Largest body that is read, in query texts: form encoding takes three bytes for one.
_BODY = 4
_UPDATE = media.SPARQL_UPDATE.type


def read_parameters(request: ReleaseRequest) -> Parameters:
    """Return the parameters of the request, in order.

    Raises:
        Problem: 415 for another body, charset or encoding, 400 for text that is not UTF-8.
        QueryForbiddenError: for an update.
    """
    parameters: Parameters = {}
    _add_pairs(parameters, request.query_string)
    if request.method in {"POST", "QUERY"}:
        _add_body(request, parameters)
    if "update" in parameters:
        raise QueryForbiddenError("this endpoint is read-only", hint="send a query, not an update")
    return parameters


def read_query(text: str, parameters: Parameters, forms: tuple[str, str], base: str) -> Query:
    """Return the query with its dataset and deadline; relative IRIs are the endpoint's."""
    return Query(
        text,
        forms,
        tuple(dict.fromkeys(parameters.get("default-graph-uri", ()))),
        tuple(dict.fromkeys(parameters.get("named-graph-uri", ()))),
        _seconds(parameters.get("timeout", ())),
        f"{base}sparql",
    )


def choose_form(
    request: ReleaseRequest, parameters: Parameters, offers: tuple[Offer, ...]
) -> tuple[Offer | None, bool]:
    """Return the form for one kind of result, None for 406, and whether Accept decided.

    A name that fits no form of that kind, but one of the other, means the first of this kind.
    """
    named = [value for name in NAMES for value in parameters.get(name, ())]
    named = [value.partition(";")[0] for value in named]  # what follows is JSON-LD's profile
    for value in named:
        offer = by_name(value, offers)
        if offer is not None:
            return offer, False
    if any(by_name(value, (*SOLUTIONS, *GRAPHS)) for value in named):
        return offers[0], False
    return negotiate(accepted_header(request), offers), True


def graph_written(offer: Offer) -> str:
    """Return the form the store writes a graph in, for one of GRAPHS."""
    return "nt" if offer.name in MADE else WRITTEN.get(offer.name, offer.name)


def accepted_header(request: ReleaseRequest) -> str | None:
    """Return the Accept header.

    Raises:
        Problem: 431 for one no client needs.
    """
    header = request.headers.get("Accept")
    if header is not None and len(header) > HEADER_LIMIT:
        raise Problem("header-too-large", f"Accept is longer than {HEADER_LIMIT} bytes")
    return header


def body_bytes(settings: Settings) -> int:
    """Return the bytes that the body of a query may have, with its parameters and escapes."""
    return settings.query_text_bytes * _BODY


def _add_body(request: ReleaseRequest, parameters: Parameters) -> None:
    require_plain(request)
    require_charset(request)
    kind = request.mimetype
    body = request.read(body_bytes(request.release.settings))
    if kind == DIRECT:
        parameters.setdefault("query", []).append(require_utf8(body))
    elif kind == _UPDATE:
        raise QueryForbiddenError("this endpoint is read-only", hint=f"send {DIRECT}")
    elif kind == FORM:
        _add_pairs(parameters, body)
    elif body:
        raise Problem(
            "media-type",
            f"{kind or 'a body without type'} is not read.",
            f"send {FORM} or {DIRECT}",
        )


def _add_pairs(parameters: Parameters, pairs: bytes) -> None:
    text = require_utf8(pairs)
    try:
        for name, value in parse_qsl(
            text, keep_blank_values=True, errors="strict", max_num_fields=1000
        ):
            parameters.setdefault(name, []).append(value)
    except UnicodeDecodeError as error:
        raise not_utf8() from error
    except ValueError as error:
        raise Problem("parameters", "There are more than 1,000 parameters.") from error


def _seconds(values: list[str] | tuple[str, ...]) -> float | None:
    """Return the least time asked for; what is no time is passed over."""
    times = []
    for given in values:
        try:
            seconds = float(given)
        except ValueError:
            continue
        if seconds > 0 and math.isfinite(seconds):
            times.append(seconds)
    return min(times, default=None)
