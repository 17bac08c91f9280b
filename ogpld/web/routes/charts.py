"""`/chart` and `/compare`: pictures of what commitments came to, with the numbers they are made of."""

from __future__ import annotations

from functools import partial

from flask import Blueprint

from ogpld.charts.chart_list import CHARTS
from ogpld.charts.png import PaintingError
from ogpld.formats import media
from ogpld.formats.negotiation import Offer
from ogpld.near_names import closest
from ogpld.web.current.request import ReleaseRequest, caching_of
from ogpld.web.http import parameters as web
from ogpld.web.http.http_messages import Response
from ogpld.web.http.languages import DEFAULT
from ogpld.web.http.problems import Problem
from ogpld.web.http.responses import CSP, HTML, choose, respond
from ogpld.web.pages.chart_page import SCALES, ChartPage, gallery
from ogpld.web.pages.chart_parameters import parameters_of, read_filters
from ogpld.web.pages.compare_request import COMPARED, comparison_again, read_comparison
from ogpld.web.pages.form_again import form_again, is_shown_again
from ogpld.web.pages.templates import render
from ogpld.wording import ENGLISH, Wording, write_in

routes = Blueprint(__name__.rpartition(".")[2], __name__)

_FILES = (media.SVG, media.PNG, media.CSV, media.SPARQL_QUERY)
_COMPARE_FILES = (media.CSV, media.SPARQL_QUERY)
_OFFERS = (HTML, *media.offers_of(_FILES))
_SVG, _PNG, _CSV, _TEXT = _OFFERS[1:]
#: What may show the page of a chart in a frame: everybody. All else stays as it is.
_EMBED_CSP = CSP.replace("frame-ancestors 'none'", "frame-ancestors *")


@routes.get("/chart")
def charts(request: ReleaseRequest) -> Response:
    """Answer with the list of charts."""
    offer, negotiated = choose(request, (HTML,))
    measures = {name: m.label for name, m in request.release.statistics.measures.items()}
    first = ChartPage(CHARTS["completion-by-cycle"], request.release, {}, "number")
    body = render(
        request, "charts.html", groups=gallery(list(CHARTS.values()), measures), first=first
    )
    request.state.cacheable = True
    return respond(
        request, body.encode(), offer, negotiated=negotiated, links=['</chart>; rel="canonical"']
    )


@routes.get("/chart/<name>")
def chart(request: ReleaseRequest, name: str) -> Response:
    """Answer with a chart: its page, a picture, its rows or its query."""
    stem, _, suffix = name.partition(".")
    page = _page(request, stem)
    offer, negotiated = choose(request, _OFFERS, suffix)
    if offer is HTML:
        body = render(request, "chart.html", page=page, files=_FILES).encode()
    else:
        # rows and query are in English, a picture in the language that its address names
        named = (
            request.wording_in(request.named_language or DEFAULT)
            if offer in {_SVG, _PNG}
            else ENGLISH
        )
        key = ("chart", page.path, page.parameters, offer.name, named.language)
        body = request.release.cached(key, partial(_file, page, offer, named))
    request.state.cacheable = True
    links = [
        f'<{page.path}{page.parameters}>; rel="canonical"',
        f'<{page.permanent_path}{page.parameters}>; rel="cite-as"',
        f'<{request.release.licence}>; rel="license"',
    ]
    links += [
        f'<{page.path}.{other.name}{page.parameters}>; rel="alternate"; type="{other.media_type}"'
        for other in _OFFERS
        if other not in {offer, HTML}
    ]
    response = respond(
        request, body, offer, negotiated=negotiated, links=links, caching=caching_of(request, offer)
    )
    if negotiated and offer is not HTML:
        response.headers["Content-Location"] = f"{page.path}.{offer.name}{page.parameters}"
    if offer in {_SVG, _PNG}:
        response.headers["Content-Language"] = request.named_language or DEFAULT
    return response


@routes.get("/chart/<name>/embed")
def embed(request: ReleaseRequest, name: str) -> Response:
    """Answer with a chart for a frame in pages of others."""
    page = _page(request, name)
    offer, negotiated = choose(request, (HTML,))
    body = render(request, "chart_embed.html", page=page).encode()
    request.state.cacheable = True
    links = [f'<{page.path}{page.parameters}>; rel="canonical"']
    response = respond(request, body, offer, negotiated=negotiated, links=links)
    response.headers["Content-Security-Policy"] = _EMBED_CSP
    return response


@routes.get("/compare")
@routes.get("/compare.<suffix>")
def compare(request: ReleaseRequest, suffix: str = "") -> Response:
    """Answer with members side by side."""
    is_asked = bool(suffix or request.args.get("member") or request.args.get("against"))
    # without anybody to compare there is the form alone
    offer, negotiated = choose(request, (HTML, _CSV, _TEXT) if is_asked else (HTML,), suffix)
    try:
        web.check(request, COMPARED)
        page = read_comparison(request, request.release)
    except Problem as problem:
        if offer is not HTML or not is_shown_again(request, problem):
            raise
        page = comparison_again(request, request.release)
        return form_again(problem, render(request, "compare.html", page=page, problem=problem))
    if offer is HTML:
        body = render(request, "compare.html", page=page, files=_COMPARE_FILES).encode()
    elif page.sides:
        body = page.csv() if offer is _CSV else page.query.encode()
    else:
        raise Problem(
            "parameter", "Nobody is compared.", "name members: ?member=", parameter="member"
        )
    request.state.cacheable = True
    links = [f'</compare{page.parameters}>; rel="canonical"']
    if offer is HTML and page.sides:
        links += [
            f'</compare.{form.name}{page.parameters}>; rel="alternate"; type="{form.type}"'
            for form in _COMPARE_FILES
        ]
    return respond(request, body, offer, negotiated=negotiated, links=links)


def _file(page: ChartPage, offer: Offer, wording: Wording) -> bytes:
    """Return a chart in one of its other forms, with the words of a language.

    Raises:
        Problem: 503 for a picture that cannot be painted now.
    """
    write_in(wording)
    if offer is _PNG:
        try:
            return page.painted()
        except PaintingError as error:
            detail = f"The picture cannot be painted now: {error}."
            problem = Problem("picture-busy", detail, "ask again in a moment, or take the SVG")
            problem.headers["Retry-After"] = "5"
            raise problem from error
    if offer is _SVG:
        return page.picture().svg.encode()
    return page.csv() if offer is _CSV else page.query.encode()


def _page(request: ReleaseRequest, name: str) -> ChartPage:
    """Return the chart of that name as it is asked for.

    Raises:
        Problem: 404 where there is none, 400 for a parameter that cannot be.
    """
    if name not in CHARTS:
        nearest = closest(name, CHARTS)
        more = f"did you mean /chart/{nearest}? " if nearest else ""
        meant = {"suggestion": f"/chart/{nearest}"} if nearest else {}
        detail = f"There is no chart {name[:80]!r}."
        raise Problem("not-found", detail, f"{more}see /chart", **meant)
    chart_of_name = CHARTS[name]
    web.check(request, parameters_of(chart_of_name))
    scale = request.args.get("scale", "") or SCALES[0]
    if scale not in SCALES:
        detail = f"There is no scale {scale[:80]!r}."
        raise web.unknown_value("parameter", detail, "scale", scale[:80], SCALES)
    filters = read_filters(request, chart_of_name, request.release)
    return ChartPage(chart_of_name, request.release, filters, scale)
