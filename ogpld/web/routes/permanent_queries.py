"""`/q` and `/q/{digest}`: queries with a permanent address."""

from __future__ import annotations

from flask import Blueprint

from ogpld.web.current.past_releases import pruned
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.http.http_messages import Response
from ogpld.web.http.problems import Problem
from ogpld.web.http.responses import choose
from ogpld.web.pages.answer import answer
from ogpld.web.routes.adapter import query_callers
from ogpld.web.routes.past import lease
from ogpld.web.routes.releases import release_id
from ogpld.web.sparql import permanent
from ogpld.web.sparql.protocol import read_parameters

routes = Blueprint(__name__.rpartition(".")[2], __name__)


@routes.post("/q")
def register(request: ReleaseRequest) -> Response:
    """Give a query a permanent address, and redirect to it."""
    parameters = read_parameters(request)
    texts = parameters.get("query", [])
    if len(texts) > 1:
        raise Problem("query-repeated", "query is given more than once.", "send one query")
    if not texts or not texts[0].strip():
        raise Problem("query-missing", "There is no query.", "send query=… or the text")
    name = next(iter(parameters.get("release", ())), request.release.release.id)
    with lease(request, release_id(request, name), long=True) as past:
        return answer(request.of(past), permanent.register, query_callers(), texts[0], parameters)


@routes.get("/q/<name>")
def query(request: ReleaseRequest, name: str) -> Response:
    """Answer with a registered query: its answer on its release, its text, or how it is cited."""
    digest, _, suffix = name.partition(".")
    registered = permanent.find_query(request, digest)
    form = choose(request, permanent.offers_of(registered), suffix)
    release = permanent.release_of(request, registered)
    if not permanent.needs_data(form[0]):
        return permanent.describe_query(request, registered, release, form)
    if release.pruned:
        problem = pruned(release)
        problem.hint = (
            f"the text of the query is at /q/{digest}.rq, how it is cited at /q/{digest}.bib, what the"
            f" release changed at /release/{release.id}"
        )
        problem.members |= {"release": release.id, "query": registered.query}
        raise problem
    with lease(request, release.id, long=True) as past:
        return answer(
            request.of(past), permanent.answer_query, query_callers(), registered, request, form
        )
