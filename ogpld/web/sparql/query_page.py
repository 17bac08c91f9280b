"""The page at `/sparql` for browsers: a form, the result as a table, the query as a program.

It needs no script. Where the editor's files are at hand (`make editor`) the page loads them and our
`sparql.js`, named by a nonce, and the form becomes an editor.
"""

from __future__ import annotations

import json
import secrets
import time
from pathlib import Path
from typing import Any

from ogpld.errors import QueryError
from ogpld.queries.named import NamedQuery, by_topic, load_named
from ogpld.rdf import PREFIXES
from ogpld.stores import Answer
from ogpld.web.current.absent_terms import find_absences, is_empty
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.http.http_messages import Response
from ogpld.web.http.problems import as_problem
from ogpld.web.http.responses import CSP, HTML, respond
from ogpld.web.lists.thing_names import defaults
from ogpld.web.pages.links import local_path
from ogpld.web.pages.templates import render
from ogpld.web.sparql.added_columns import read_added_columns, require_rows
from ogpld.web.sparql.callers import QueryCallers
from ogpld.web.sparql.program_examples import PROGRAMS, filled_program
from ogpld.web.sparql.protocol import Parameters, read_query
from ogpld.web.sparql.row_forms import answer_rows

#: Files that are served as they are.
_STATIC = Path(__file__).parent.parent / "static"

EXAMPLE = """\
PREFIX ogpld: <https://w3id.org/ogpld/ns#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

# the latest completion: at the end of the term, else at mid-term
SELECT ?commitment ?title ?completion WHERE {
  ?commitment a ogpld:Commitment ; dcterms:title ?title .
  OPTIONAL { ?commitment ogpld:completion/rdfs:label ?end . FILTER(LANG(?end) = "en") }
  OPTIONAL { ?commitment ogpld:midTermCompletion/rdfs:label ?middle . FILTER(LANG(?middle) = "en") }
  BIND(COALESCE(?end, ?middle) AS ?completion)
}
ORDER BY ?commitment
LIMIT 50
"""

#: A query for each spelling of a search, with what it asks for (docs/contract.md#text-search).
SEARCHES = (
    (
        "The ten things whose names have the words open and data, with score and name (as in Jena)",
        """\
PREFIX text: <http://jena.apache.org/text#>

SELECT ?thing ?score ?name WHERE {
  (?thing ?score ?name) text:query ("open data" 10)
}
ORDER BY DESC(?score) ?thing ?name
""",
    ),
    (
        "Names that have a word which begins with budget, and what is called so (as in QLever)",
        """\
PREFIX ql: <http://qlever.cs.uni-freiburg.de/builtin-functions/>

SELECT ?name ?thing WHERE {
  ?name ql:contains-word "budget*" .
  ?name ql:contains-entity ?thing .
}
ORDER BY ?name ?thing
""",
    ),
    (
        "Commitments that have open government in a name, as the search of this site finds them",
        """\
PREFIX ogpld: <https://w3id.org/ogpld/ns#>
PREFIX dcterms: <http://purl.org/dc/terms/>

SELECT ?commitment ?title WHERE {
  ?commitment a ogpld:Commitment ; dcterms:title ?title
  FILTER(ogpld:search(?commitment, "open government"))
}
ORDER BY ?commitment ?title
""",
    ),
)

#: The style element by which the editor's table lets columns be widened; the only one it makes.
_GRIPS = "sha256-zCK2EVMoPc04mRF/g5CotUvxbJPWS+8V0b+s9ptqQIk="


def query_page(
    request: ReleaseRequest, callers: QueryCallers, text: str, parameters: Parameters
) -> Response:
    """Return the form with the result of a query, or of an example when there is none."""
    current = request.release
    text = text or EXAMPLE
    status, result, headers = _outcome(request, callers, text, parameters)
    nonce = secrets.token_urlsafe(18) if _has_editor() else ""
    body = render(
        request,
        "sparql.html",
        text=text,
        prefixes=PREFIXES,
        settings=current.settings,
        result=result,
        added=read_added_columns(parameters),
        graphs=[
            (name, graph)
            for name in ("default-graph-uri", "named-graph-uri")
            for graph in parameters.get(name, ())
        ],
        programs={
            name: (filled_program(name, text, _site(current)), code)
            for name, code in PROGRAMS.items()
        },
        base=_site(current),
        endpoint=current.iris.endpoint,
        topics=_examples(current),
        searches=SEARCHES,
        nonce=nonce,
    ).encode()
    response = respond(request, body, HTML, negotiated=True, caching="no-store", etag="")
    response.status_code = status
    response.headers.update(headers)
    if nonce:
        response.headers["Content-Security-Policy"] = _policy(nonce)
    return response


def _policy(nonce: str) -> str:
    """Return the policy of the page with the editor: its scripts, one style of its own, our endpoint."""
    styled = CSP.replace("style-src 'self'", f"style-src 'self' '{_GRIPS}'")
    drawn = styled.replace("img-src 'self'", "img-src 'self' data:")
    return drawn.replace("script-src 'self'", f"script-src 'self' 'nonce-{nonce}'")


def _outcome(
    request: ReleaseRequest, callers: QueryCallers, text: str, parameters: Parameters
) -> tuple[int, dict[str, Any], dict[str, str]]:
    """Return status, what the template shows, and headers."""
    try:
        query = read_query(text, parameters, ("json", "ttl"), request.release.iris.base)
        added = read_added_columns(parameters)
        prepared = callers.read(request, query)
        began = time.monotonic()
        answer = callers.answer(request, prepared)
        if answer.kind != "solutions":
            require_rows(added)
        elif added:
            answer = answer_rows(request, callers, prepared, answer, "json", added, began=began)
    except QueryError as error:
        problem = as_problem(error)
        result: dict[str, Any] = {"problem": problem, "line": error.line, "column": error.column}
        return error.status, result, problem.headers
    result = _result(request, answer) | {"passed_over": request.state.failed_services}
    if is_empty(answer):
        result["absences"] = find_absences(request.release, text)
    return 200, result, {}


def _site(current: OpenRelease) -> str:
    """Return the address that programs ask below."""
    return f"{current.iris.base.rstrip('/')}{current.iris.path_prefix}/"


def _has_editor() -> bool:
    return (_STATIC / "editor" / "yasgui.min.js").is_file()


def _examples(current: OpenRelease) -> list[tuple[str, list[tuple[NamedQuery, str]]]]:
    """Return each of our questions with its text, by topic."""
    return [
        (
            topic,
            [
                (query, query.bound(defaults(current, query), current.model, current.iris))
                for query in queries
            ],
        )
        for topic, queries in by_topic(load_named())
    ]


def _result(request: ReleaseRequest, answer: Answer) -> dict[str, Any]:
    """Return what the template shows of an answer."""
    if answer.kind == "graph":
        return {"graph": answer.body.decode(), "rows_total": answer.rows}
    content = json.loads(answer.body)
    if answer.kind == "boolean":
        return {"boolean": content["boolean"]}
    names = content["head"]["vars"]
    rows = [[row.get(name) for name in names] for row in content["results"]["bindings"]]
    for cell in (cell for row in rows for cell in row if cell and cell["type"] == "uri"):
        cell["href"] = local_path(cell["value"], request.release.iris)
    return {"names": names, "rows": rows, "rows_total": answer.rows}
