"""What a SPARQL 1.1 Protocol request says: its parameters, its dataset, the form it wants.

Read from the address and, for POST and QUERY, from the body (Protocol 2.1; RFC 9110 for media types).
Parameters nobody knows are passed over; what is wrong is said before anything runs.
"""

from __future__ import annotations

import math
from urllib.parse import parse_qsl

from ogpld.errors import QueryForbiddenError
from ogpld.formats import FORMATS
from ogpld.formats.negotiation import HEADER_LIMIT, Offer, by_name, negotiate
from ogpld.stores import Query
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.http.problems import Problem

Parameters = dict[str, list[str]]

#: Parameters that name a form; clients send all three at once.
NAMES = ("format", "output", "results")

#: Forms of SELECT and ASK results. What is second is what clients in the wild write.
SOLUTIONS = (
    Offer("json", "application/sparql-results+json", ("application/json",), ("srj",)),
    Offer("xml", "application/sparql-results+xml", ("application/xml", "text/xml"), ("srx",)),
    Offer("csv", "text/csv"),
    Offer("tsv", "text/tab-separated-values", ("text/tsv",)),
)
_TURTLE = ("application/x-turtle", "application/turtle", "text/ttl")
_N3 = ("text/rdf+n3", "application/n3")
#: Forms of CONSTRUCT and DESCRIBE results.
GRAPHS = (
    Offer("ttl", "text/turtle", _TURTLE, ("turtle",)),
    *(
        Offer(
            f.name,
            f.media_type,
            {
                "jsonld": ("application/json", "application/ld json"),
                "nt": ("text/plain", "application/ntriples"),
                "rdf": ("application/xml", "text/xml", "application/rdf"),
            }[f.name],
            {
                "jsonld": ("json-ld", "json"),
                "nt": ("ntriples", "n-triples"),
                "rdf": ("xml", "rdfxml", "rdf/xml"),
            }[f.name],
        )
        for f in FORMATS
        if f.name != "ttl"
    ),
    Offer("nq", "application/n-quads", (), ("nquads", "n-quads")),
    Offer("trig", "application/trig", ("application/x-trig",)),
    Offer("n3", "text/n3", _N3),
)
#: What the worker writes for a form: a graph without name is the same in these pairs; JSON-LD is made
#: of N-Triples.
WRITTEN = {"jsonld": "nt", "nq": "nt", "trig": "ttl", "n3": "ttl"}

DIRECT = "application/sparql-query"
FORM = "application/x-www-form-urlencoded"
#: Largest body that is read, in query texts: form encoding takes three bytes for one.
_BODY = 4
_UPDATE = "application/sparql-update"
_CHARSETS = {"utf-8", "utf8", "us-ascii", "ascii"}


def read_parameters(request: ReleaseRequest) -> Parameters:
    """Return the parameters of the request, in order.

    Raises:
        Problem: 415 for another body, charset or encoding, 400 for text that is not UTF-8.
        QueryForbiddenError: for an update.
    """
    found: Parameters = {}
    _add_pairs(found, request.query_string)
    if request.method in {"POST", "QUERY"}:
        _add_body(request, found)
    if "update" in found:
        raise QueryForbiddenError("this endpoint is read-only", hint="send a query, not an update")
    return found


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
        found = by_name(value, offers)
        if found is not None:
            return found, False
    if any(by_name(value, (*SOLUTIONS, *GRAPHS)) for value in named):
        return offers[0], False
    return negotiate(accepted_header(request), offers), True


def accepted_header(request: ReleaseRequest) -> str | None:
    """Return the Accept header.

    Raises:
        Problem: 431 for one no client needs.
    """
    header = request.headers.get("Accept")
    if header is not None and len(header) > HEADER_LIMIT:
        raise Problem("header-too-large", f"Accept is longer than {HEADER_LIMIT} bytes")
    return header


def _add_body(request: ReleaseRequest, found: Parameters) -> None:
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise Problem("content-encoding", "Compressed requests are not read.", "send it plain")
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if charset not in _CHARSETS:
        raise Problem("charset", f"{charset[:40]!r} is not read.", "send UTF-8")
    kind = request.mimetype
    body = request.read(request.release.settings.query_text_bytes * _BODY)
    if kind == DIRECT:
        found.setdefault("query", []).append(_utf8(body))
    elif kind == _UPDATE:
        raise QueryForbiddenError("this endpoint is read-only", hint=f"send {DIRECT}")
    elif kind == FORM:
        _add_pairs(found, body)
    elif body:
        raise Problem(
            "media-type",
            f"{kind or 'a body without type'} is not read.",
            f"send {FORM} or {DIRECT}",
        )


def _add_pairs(found: Parameters, pairs: bytes) -> None:
    try:
        for name, value in parse_qsl(
            _utf8(pairs), keep_blank_values=True, errors="strict", max_num_fields=1000
        ):
            found.setdefault(name, []).append(value)
    except UnicodeDecodeError as error:
        raise _not_utf8() from error
    except ValueError as error:
        raise Problem("parameters", "There are more than 1,000 parameters.") from error


def _utf8(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_utf8() from error


def _not_utf8() -> Problem:
    return Problem("not-utf-8", "The request is not UTF-8.", "encode the text as UTF-8")


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
