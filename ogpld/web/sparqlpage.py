"""The page at `/sparql` for browsers: a form, and the result of a query as a table. It needs no script."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, render_template

from ogpld.errors import QueryError, QuerySyntaxError
from ogpld.rdf import PREFIXES
from ogpld.stores import Answer
from ogpld.web.asking import asking
from ogpld.web.links import local_path
from ogpld.web.negotiated import HTML, respond
from ogpld.web.problems import problem_of
from ogpld.web.protocol import Parameters, read_query
from ogpld.web.resource import serving

EXAMPLE = """\
PREFIX ogpld: <https://w3id.org/ogpld/ns#>
PREFIX dcterms: <http://purl.org/dc/terms/>

SELECT ?commitment ?title ?completion WHERE {
  ?commitment a ogpld:Commitment ; dcterms:title ?title .
  OPTIONAL { ?commitment ogpld:completion ?completion }
}
ORDER BY ?commitment
LIMIT 50
"""


def query_page(text: str, parameters: Parameters) -> Response:
    """Return the form, with the result of the query as a table."""
    current = serving()
    shown: dict[str, Any] = {}
    status, headers = 200, {}
    if text:
        try:
            asked = asking().read(
                read_query(text, parameters, ("json", "ttl"), current.iris.base), current
            )
            shown = _result(asking().answer(asked, current))
        except QueryError as error:
            problem = problem_of(error)
            status, headers = error.status, problem.headers if problem else {}
            shown = {"error": error}
            if isinstance(error, QuerySyntaxError):
                shown |= {"line": error.line, "column": error.column}
    body = render_template(
        "sparql.html",
        text=text or EXAMPLE,
        prefixes=PREFIXES,
        settings=current.settings,
        result=shown,
    ).encode()
    response = respond(body, HTML, negotiated=True, caching="no-store", etag="")
    response.status_code = status
    response.headers.update(headers)
    return response


def _result(answer: Answer) -> dict[str, Any]:
    """Return what the template shows of an answer."""
    if answer.kind == "graph":
        return {"graph": answer.body.decode(), "rows_total": answer.rows}
    content = json.loads(answer.body)
    if answer.kind == "boolean":
        return {"boolean": content["boolean"]}
    names = content["head"]["vars"]
    rows = [[row.get(name) for name in names] for row in content["results"]["bindings"]]
    for cell in (cell for row in rows for cell in row if cell and cell["type"] == "uri"):
        cell["href"] = local_path(cell["value"], serving().iris)
    return {"names": names, "rows": rows, "rows_total": answer.rows}
