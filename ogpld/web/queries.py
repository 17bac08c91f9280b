"""`/queries`: the questions the data can be asked, with a form, a table, and the same as CSV and JSON.

The query is one of ours with values bound as terms; it runs in the pool like any other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request

from ogpld.errors import UsageError
from ogpld.formats.negotiation import Offer
from ogpld.queries.named import NamedQuery, Parameter, by_topic, load_named
from ogpld.stores import Query
from ogpld.web import parameters as web
from ogpld.web.asking import asking
from ogpld.web.chart import bars
from ogpld.web.front import keep
from ogpld.web.links import local_path, outside_host
from ogpld.web.negotiated import HTML, choose, respond
from ogpld.web.problems import Problem
from ogpld.web.resource import serving
from ogpld.web.serving import Serving

routes = Blueprint("queries", __name__)

_RESULTS = Offer("json", "application/sparql-results+json", ("application/json",), ("srj",))
_TABLE = Offer("csv", "text/csv")
_XML = Offer("xml", "application/sparql-results+xml", ("application/xml",), ("srx",))
_TABS = Offer("tsv", "text/tab-separated-values")
_TEXT = Offer("rq", "application/sparql-query")
_OFFERS = (HTML, _TABLE, _RESULTS, _XML, _TABS, _TEXT)
#: Rows a page shows; the downloads have all.
_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter as a form shows it.

    Attributes:
        options: value and label of each code or thing, empty for free input.
    """

    parameter: Parameter
    value: str
    input: str
    options: tuple[tuple[str, str], ...] = ()


@routes.get("/queries")
def questions() -> Response:
    """Answer with the list of questions."""
    offer, negotiated = choose((HTML,))
    body = render_template("queries.html", topics=list(by_topic(load_named()))).encode()
    keep(request.environ)
    return respond(body, offer, negotiated=negotiated, links=['</queries>; rel="canonical"'])


@routes.get("/queries/<name>")
def question(name: str) -> Response:
    """Answer a question, as a page or in the form asked for by suffix, parameter or header."""
    queries = load_named()
    stem, _, suffix = name.rpartition(".")
    if stem not in queries:
        stem, suffix = name, ""
    found = queries.get(stem)
    if found is None:
        raise Problem(404, "not-found", f"There is no question {name[:80]!r}.", "see /queries")
    offer, negotiated = choose(_OFFERS, suffix)
    values = _values(found)
    current = serving()
    try:
        text = found.bound(values, current.model, current.iris)
    except UsageError as error:
        raise Problem(400, "parameter", error.message, error.hint) from error
    body = _body(found, values, text, offer, current)
    keep(request.environ)
    path = f"/queries/{found.name}"
    query = f"?{urlencode(values)}" if values else ""
    links = [f'<{path}{query}>; rel="canonical"']
    links += [
        f'<{path}.{other.name}{query}>; rel="alternate"; type="{other.media_type}"'
        for other in _OFFERS
        if other not in {offer, HTML}
    ]
    response = respond(body, offer, negotiated=negotiated, links=links)
    if negotiated and offer is not HTML:
        response.headers["Content-Location"] = f"{path}.{offer.name}{query}"
    return response


def parameters_of(found: NamedQuery) -> tuple[web.Parameter, ...]:
    """Return the parameters of a question's address; a form sends those left open as empty ones."""
    own = (web.Parameter(p.name, p.label, blank=True) for p in found.parameters)
    return (*own, *web.FORMAT, web.LANGUAGE)


def _values(found: NamedQuery) -> dict[str, str]:
    """Return the values of the address; one that stays empty is not taken.

    Raises:
        Problem: 400 for a parameter that the question has not, or one that stands twice.
    """
    web.check(parameters_of(found))
    given = ((p.name, request.args.get(p.name, "").strip()) for p in found.parameters)
    return {name: value for name, value in given if value}


def _body(
    found: NamedQuery, values: Mapping[str, str], text: str, offer: Offer, current: Serving
) -> bytes:
    """Return the answer in one form."""
    if offer is _TEXT:
        return text.encode()
    form = "json" if offer is HTML else offer.name
    asked = asking().read(Query(text, (form, "")), current)
    body = asking().answer(asked, current).body
    return _page(found, values, text, body, current) if offer is HTML else body


def _page(
    found: NamedQuery, values: Mapping[str, str], text: str, body: bytes, current: Serving
) -> bytes:
    content = json.loads(body)
    names: list[str] = content["head"]["vars"]
    rows = content["results"]["bindings"]
    shown = [[_cell(row.get(name), current) for name in names] for row in rows[:_SHOWN]]
    query = f"?{urlencode(values)}" if values else ""
    return render_template(
        "query.html",
        query=found,
        fields=[_field(p, values.get(p.name, p.default), current) for p in found.parameters],
        names=[_heading(name) for name in names],
        rows=shown,
        total=len(rows),
        bars=bars(found.chart, rows),
        text=text,
        parameters=query,
    ).encode()


def _heading(name: str) -> str:
    """Return a variable's name as words: `endOfTerm` is `end of term`."""
    return "".join(f" {c.lower()}" if c.isupper() else c for c in name)


def _cell(value: dict[str, Any] | None, current: Serving) -> dict[str, str]:
    """Return a value as the page shows it: text, address, language."""
    if value is None:
        return {"text": ""}
    text = value["value"]
    if value["type"] != "uri":
        if value.get("datatype", "").endswith("#boolean"):
            text = "yes" if text == "true" else "no"
        return {"text": text, "language": value.get("xml:lang", "")}
    path = local_path(text, current.iris)
    if path is not None:
        return {"text": path.rpartition("/")[2], "href": path}
    return {"text": text, "href": text if outside_host(text) else ""}


def _field(parameter: Parameter, value: str, current: Serving) -> Field:
    """Return what a form shows for a parameter."""
    if parameter.code_list:
        codes = current.model.schemes[parameter.code_list].codes
        code = current.model.schemes[parameter.code_list].find(value)
        chosen = code.notation if code else value
        return Field(parameter, chosen, "select", tuple((c.notation, c.label) for c in codes))
    kind = {"date": "date", "integer": "number"}.get(parameter.kind, "text")
    return Field(parameter, value, kind)
