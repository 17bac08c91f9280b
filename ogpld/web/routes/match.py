"""`/match`: a table of anybody's comes back with the ids of what its cells mean.

The table is read by a worker, as documents at `/validate` are; here it is rows of text. Nothing of it is
written, logged or kept.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Blueprint

from ogpld.csv_rows import csv_text
from ogpld.errors import SourceError, TaskStoppedError, UsageError
from ogpld.formats import media
from ogpld.formats.table_file import table_file
from ogpld.model.tables import template_classes
from ogpld.rdf import NamedNode
from ogpld.search.table_match import MatchedTable, match_request, match_table
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.http.http_messages import Response
from ogpld.web.http.problems import Problem, as_problem
from ogpld.web.http.responses import HTML, content_type, respond
from ogpld.web.http.submission import Submission, SubmissionForms, read_submission
from ogpld.web.lists.list_index import labels
from ogpld.web.pages.form_again import form_again, is_shown_again
from ogpld.web.pages.links import local_path
from ogpld.web.pages.templates import render
from ogpld.web.routes.adapter import query_callers

routes = Blueprint(__name__.rpartition(".")[2], __name__)

#: What no release has, to show what comes back for it.
_NOWHERE = "Atlantis"
_KINDS = {media.CSV.type: media.CSV, media.XLSX.type: media.XLSX}
#: Forms of the answer; one is a page to look at before the file is wanted, with so many cells of an answer.
_PAGE, _CELLS = "html", 10
_FORMS = frozenset({*(kind.name for kind in _KINDS.values()), _PAGE})
_FIELDS = ("type", "column", "member", "sheet", "format")
#: What can be sent; `type` is the class that is meant here, and the text of a form is CSV.
_TABLES = SubmissionForms(tuple(_KINDS.values()), _FIELDS)


@routes.get("/match")
def form(request: ReleaseRequest) -> Response:
    """Answer with the form."""
    body = _form(request).encode()
    request.state.cacheable = True
    return respond(request, body, HTML, negotiated=False)


def _form(
    request: ReleaseRequest,
    problem: Problem | None = None,
    fields: Mapping[str, str] | None = None,
) -> str:
    current = request.release
    classes = template_classes(current.model)
    return render(
        request,
        "match.html",
        classes=[c for c in classes if c.name in current.matcher.classes],
        settings=current.settings,
        base=current.iris.base,
        example=_example(current),
        problem=problem,
        fields=fields or {},
    )


def _example(current: OpenRelease) -> str:
    """Return a small table about a member of the release, one of no release, and nobody."""
    kind = NamedNode(current.model.classes["Member"].iri)
    members = [row["thing"] for row in current.select("example-thing", kind=kind, wanted=[])]
    names = [label for label, _ in labels(current, members).values()]
    rows = [["Country", "Documents"], *([name, "7"] for name in names), [_NOWHERE, "0"], ["", "3"]]
    return csv_text(rows)


@routes.post("/match")
def match(request: ReleaseRequest) -> Response:
    """Match the table of the request; the answer is the table, for people who erred the form again."""
    typed: Mapping[str, str] = {}
    try:
        sent = read_submission(request, request.release.settings.validate_bytes, _TABLES)
        typed = sent.fields
        return _answer(request, sent, _fields(request, typed))
    except Problem as problem:
        if not is_shown_again(request, problem):
            raise
        fields = _fields(request, typed or problem.typed)
        return form_again(problem, _form(request, problem, fields))


def _fields(request: ReleaseRequest, typed: Mapping[str, str]) -> dict[str, str]:
    """Return what is said beside the table, in its form or else in the address."""
    return {name: typed.get(name) or request.args.get(name, "") for name in _FIELDS}


def _answer(request: ReleaseRequest, sent: Submission, fields: Mapping[str, str]) -> Response:
    wanted = fields["format"].lower() or _KINDS[sent.media_type].name
    if wanted not in _FORMS:
        raise Problem(
            "parameter",
            "format is none of csv, xlsx and html.",
            "choose one, or leave it out",
            parameter="format",
        )
    try:
        matched, body = query_callers().check(
            request, lambda: _matched(request, sent, fields, wanted)
        )
    except (SourceError, UsageError) as error:  # in a build they are our fault, here the sender's
        problem = as_problem(error)
        if isinstance(error, UsageError):
            problem.members["parameter"] = "type"
        raise problem from error
    if wanted == _PAGE:
        page = render(
            request,
            "match-result.html",
            table=matched,
            name=sent.name,
            most=_CELLS,
            path_of=partial(local_path, iris=request.release.iris),
            names=request.release.names(filter(None, matched.candidates)),
        )
        answer = Response(page.encode(), content_type=content_type(HTML))
    else:
        answer = Response(body, content_type=content_type(media.offer_of(_kind_of(wanted))))
        name = re.sub(r"[^A-Za-z0-9._-]", "_", sent.name.rpartition(".")[0]) or "table"
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}-matched.{wanted}"'
    answer.headers["Match-Summary"] = matched.summary
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _kind_of(name: str) -> media.MediaType:
    return next(kind for kind in _KINDS.values() if kind.name == name)


def _matched(
    request: ReleaseRequest, sent: Submission, fields: Mapping[str, str], form: str
) -> tuple[MatchedTable, bytes]:
    """Read a table on a worker, match its rows, and write it in the form that is wanted.

    Raises:
        SourceError: for a table that cannot be read or written, or whose column cannot be told.
        UsageError: for an unknown class.
        TaskStoppedError: past the deadline.
    """
    current, token, began = request.release, request.state.cancel, time.monotonic()
    settings = current.settings
    wanted = match_request(current.model, fields["type"], fields["column"], fields["member"])
    head = {
        "name": sent.name or "table",
        "type": sent.media_type,
        "sheet": fields["sheet"],
        "limits": {"rows": settings.match_rows, "cells": settings.match_cells},
    }
    _, body = current.store.run(head, sent.body, token)
    table: dict[str, Any] = json.loads(body)

    def progress(_done: int, _of: int) -> None:
        if token.cancelled:
            raise token.refusal()
        if time.monotonic() - began > settings.validate_deadline:
            raise TaskStoppedError(
                f"the table was not matched within {settings.validate_deadline:g} s",
                limit="deadline",
                hint="send it in parts, or use 'ogpld match' on your own machine",
            )

    matcher, codes, start = current.matcher, current.member_codes, time.monotonic()
    try:
        matched = match_table(
            matcher, table["header"], table["rows"], wanted, codes=codes, progress=progress
        )
        return matched, b"" if form == _PAGE else table_file(form, matched, table)
    finally:
        token.seconds += time.monotonic() - start
