"""The page of a query with a permanent address: its answer on its release, its text, what else there is."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from ogpld.formats import media
from ogpld.release.query_register import RegisteredQuery
from ogpld.stores import Answer
from ogpld.web.current.absent_terms import find_absences, is_empty
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.lists.answer_table import cells, columns, heading
from ogpld.web.pages.citation_styles import STYLES
from ogpld.web.pages.templates import render
from ogpld.web.sparql.added_columns import AddedColumns

_BOOLEANS = (media.CSV, media.RESULTS_JSON, media.RESULTS_XML, media.TSV, media.SPARQL_QUERY)
_ROW_FORMS = (media.CSV, media.XLSX, media.PARQUET, *_BOOLEANS[1:])
_GRAPHS = (*media.FORMATS, media.SPARQL_QUERY)
#: Rows and characters of a graph that the page shows; the files have all.
_ROWS, _CHARACTERS = 500, 100_000


def permanent_page(
    request: ReleaseRequest,
    query: RegisteredQuery,
    title: str,
    answer: Answer,
    *,
    same: bool | None,
) -> bytes:
    """Return the page.

    Args:
        request: the request to the release the query was asked of.
        query: the query.
        title: what it is called.
        answer: its answer, as JSON or Turtle.
        same: whether the release in service gives the same answer, None where it gives none.
    """
    parameters = [
        ("query", query.query),
        *(("default-graph-uri", graph) for graph in query.default_graphs),
        *(("named-graph-uri", graph) for graph in query.named_graphs),
        *AddedColumns(query.labels, query.why).parameters.items(),
    ]
    release = request.release.release
    return render(
        request,
        "permanent.html",
        title=title,
        query=query,
        release=release,
        was_erased=release.id != query.release,
        now=f"/sparql?{urlencode(parameters)}",
        same=same,
        path=f"/q/{query.digest}",
        forms={"graph": _GRAPHS, "boolean": _BOOLEANS}.get(answer.kind, _ROW_FORMS),
        citation_styles=STYLES,
        total=answer.rows,
        absences=find_absences(request.release, query.query) if is_empty(answer) else None,
        **_result(request, answer),
    ).encode()


def _result(request: ReleaseRequest, answer: Answer) -> dict[str, Any]:
    """Return what the page shows of an answer: `graph`, `boolean`, or `heads` and `cells`."""
    if answer.kind == "graph":
        return {
            "graph": answer.body.decode()[:_CHARACTERS],
            "is_cut": len(answer.body) > _CHARACTERS,
        }
    content = json.loads(answer.body)
    if answer.kind == "boolean":
        return {"boolean": content["boolean"]}
    rows = content["results"]["bindings"]
    names = columns(content["head"]["vars"], rows)
    return {
        "heads": [heading(name, names) for name in names],
        "cells": cells(names, rows[:_ROWS], request.release),
    }
