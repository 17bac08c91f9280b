"""`/validate`: check a stranger's document against our shapes, and `/template/…`: tables to fill in.

The document is not looked at here: it goes to a worker of the pool's third lane as bytes and comes back
as a report. Nothing of it is written, logged or kept.
"""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Response, render_template, request

from ogpld.errors import OgpldError, SourceError, UsageError
from ogpld.formats.blank import blank_csv, blank_workbook
from ogpld.formats.negotiation import Offer
from ogpld.model.tables import class_called, template_classes
from ogpld.report import Report
from ogpld.web.asking import ticket_of
from ogpld.web.current.request import serving
from ogpld.web.documents.document import find_document, write
from ogpld.web.http.caching import keep
from ogpld.web.http.problems import Problem, problem_of
from ogpld.web.http.responses import HTML, LIVE, OFFERS, choose, content_type, respond, suffix_of
from ogpld.web.pages.reports import REPORT_OFFERS, report_bytes, report_page
from ogpld.web.submission import ACCEPTED, Submission, read_submission

routes = Blueprint("validation", __name__)

#: Causes a page shows; the other forms of the report have all.
_SHOWN = 500
#: What a government drafting a plan fills in, in one workbook.
_PLAN = ("ActionPlan", "Commitment", "Milestone")
_WORKBOOK = next(kind.media_type for kind in ACCEPTED if not kind.text)

EXAMPLE = """\
key,title@en,member,plans,startDate,endDate,policyAreas
EE0901,Publish who meets ministers,EST,EST05,2026-01,2025-06,Lobbying
EE0902,,EST,EST05,2026-03,2026-12,Open Data
EE0903,Open the budget,EST,EST05,next spring,2027-01,Fiscal Opennes
"""


@routes.get("/validate")
def form() -> Response:
    """Answer with the form, or for programs with what the catalogue says of this service."""
    current = serving()
    offer, negotiated = choose(OFFERS)
    found = None
    if offer is not HTML:
        found = find_document(current, "/validate", f"{current.iris.base}validate")
    if found is None:
        body, offer = _form(), HTML
    else:
        body = write(current, found, offer, suffix_of(offer))
    keep(request.environ)
    return respond(body, offer, negotiated=negotiated)


@routes.post("/validate")
def check() -> Response:
    """Check the document of the request; the answer is the report, whatever it says."""
    offer, _ = choose(REPORT_OFFERS)
    sent: Submission | None = None
    try:
        sent = read_submission(serving().settings.validate_bytes)
        reply, report = _checked(sent)
    except (Problem, OgpldError) as error:
        problem = problem_of(error)
        if offer is not HTML or problem is None:
            raise
        response = _answer(_form(problem, sent), offer, problem.status)
        response.headers.update(problem.headers)
        return response
    if offer is HTML:
        return _answer(_page(sent, reply, report), offer)
    current = serving()
    body = report_bytes(
        report,
        offer,
        iri=f"urn:uuid:{uuid.uuid4()}",
        context=current.context,
        context_iri=f"{current.iris.base}context.jsonld",
    )
    return _answer(body, offer)


@routes.get("/template/<name>.<suffix>")
def template(name: str, suffix: str) -> Response:
    """Answer with an empty table of a class, or the workbook of a plan, as `ogpld template`."""
    model = serving().model
    found = class_called(model, name)
    names = _PLAN if name == "plan" else (found.name,) if found and found.segment == name else ()
    if suffix == "xlsx" and names:
        body, offer = blank_workbook(model, names), Offer("xlsx", _WORKBOOK)
    elif suffix == "csv" and len(names) == 1:
        body, offer = blank_csv(model, names[0]).encode(), Offer("csv", "text/csv")
    else:
        raise Problem(404, "not-found", f"There is no template {name}.{suffix}.", "see /validate")
    keep(request.environ)
    response = respond(body, offer, negotiated=False, caching=LIVE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{suffix}"'
    return response


def _checked(sent: Submission) -> tuple[dict[str, Any], Report]:
    """Have a document checked by a worker.

    Raises:
        Problem: 400 for one that cannot be read.
        OgpldError: as the worker raised it.
    """
    current = serving()
    head = {
        "name": sent.name,
        "type": sent.media_type,
        "class": sent.class_name,
        "base": current.iris.base,
    }
    try:
        reply, body = current.store.run(head, sent.body, ticket_of())
    except (SourceError, UsageError) as error:  # in a build they are our fault, here the sender's
        error.status = 400
        raise
    return reply, Report.from_json(body)


def _page(sent: Submission, reply: dict[str, Any], report: Report) -> bytes:
    current = serving()
    page = report_page(report.causes(), report.counts(), iris=current.iris, table=None, size=_SHOWN)
    return render_template(
        "checked.html", page=page, report=report, reply=reply, name=sent.name
    ).encode()


def _form(problem: Problem | None = None, sent: Submission | None = None) -> bytes:
    current = serving()
    return render_template(
        "validate.html",
        accepted=ACCEPTED,
        classes=template_classes(current.model),
        settings=current.settings,
        base=current.iris.base,
        example=EXAMPLE,
        problem=problem,
        pasted=sent if sent and sent.pasted else None,
    ).encode()


def _answer(body: bytes, offer: Offer, status: int = 200) -> Response:
    """Return an answer to a POST: never kept by anybody, never compared with an earlier one."""
    response = Response(body, status, content_type=content_type(offer))
    response.headers["Vary"] = "Accept"
    response.headers["Cache-Control"] = "no-store"
    return response
