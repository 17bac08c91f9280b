"""`/validate`: check a stranger's document against our shapes, and `/template/…`: tables to fill in.

The document is not looked at here: it goes to a worker of the pool's third lane as bytes and comes back
as a report. Nothing of it is written, logged or kept.
"""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint

from ogpld.errors import OgpldError, SourceError, UsageError
from ogpld.formats import media
from ogpld.formats.negotiation import Offer
from ogpld.formats.profiles import PLAIN
from ogpld.iris import natural
from ogpld.model.tables import class_called, template_classes
from ogpld.report import Report
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.documents.document import find_document, write
from ogpld.web.http.http_messages import Response
from ogpld.web.http.problems import Problem, as_problem, problem_of
from ogpld.web.http.responses import HTML, LIVE, OFFERS, choose, content_type, respond, suffix_of
from ogpld.web.http.submission import ACCEPTED, Submission, SubmissionForms, read_submission
from ogpld.web.lists.thing_names import names_of
from ogpld.web.pages.form_again import form_again
from ogpld.web.pages.reports import REPORT_OFFERS, report_bytes, report_page
from ogpld.web.pages.templates import render
from ogpld.web.routes.adapter import query_callers

routes = Blueprint(__name__.rpartition(".")[2], __name__)

#: What a government drafting a plan fills in, in one workbook.
_PLAN = ("ActionPlan", "Commitment", "Milestone")
#: What can be sent: the text of a form is what its `type` says.
_DOCUMENTS = SubmissionForms(ACCEPTED, ("type", "class"), "type")

EXAMPLE = """\
key,title@en,member,plans,startDate,endDate,policyAreas
EE0901,Publish who meets ministers,EST,EST05,2026-01,2025-06,Lobbying
EE0902,,EST,EST05,2026-03,2026-12,Open Data
EE0903,Open the budget,EST,EST05,next spring,2027-01,Fiscal Opennes
"""


def _example(current: OpenRelease) -> str:
    """Return a small table with mistakes, about a plan of the release where it has any."""
    plans = names_of(current, current.model.classes["ActionPlan"]).labels
    if not plans or "EST05" in plans:
        return EXAMPLE
    plan = min(plans, key=natural)
    member = plan.rstrip("0123456789")
    return EXAMPLE.replace("EST05", plan).replace("EST", member).replace("EE", member[:2].upper())


@routes.get("/validate")
def form(request: ReleaseRequest) -> Response:
    """Answer with the form, or for programs with what the catalogue says of this service."""
    current = request.release
    offer, negotiated = choose(request, OFFERS, profiles=PLAIN)
    document = None
    if offer is not HTML:
        document = find_document(current, "/validate", f"{current.iris.base}validate")
    if document is None:
        body, offer = _form(request).encode(), HTML
    else:
        body = write(current, document, offer, suffix_of(offer))
    request.state.cacheable = True
    return respond(request, body, offer, negotiated=negotiated, profiles=PLAIN)


@routes.post("/validate")
def check(request: ReleaseRequest) -> Response:
    """Check the document of the request; the answer is the report, whatever it says."""
    offer, _ = choose(request, REPORT_OFFERS)
    sent: Submission | None = None
    try:
        sent = read_submission(request, request.release.settings.validate_bytes, _DOCUMENTS)
        reply, report = _checked(request, sent)
    except (Problem, OgpldError) as error:
        problem = problem_of(error)
        if offer is not HTML or problem is None:
            raise
        return form_again(problem, _form(request, problem, sent))
    if offer is HTML:
        return _answer(_page(request, sent, reply, report), offer)
    current = request.release
    body = report_bytes(
        report,
        offer,
        iri=f"urn:uuid:{uuid.uuid4()}",
        context=current.context,
        context_iri=current.iris.context,
    )
    return _answer(body, offer)


@routes.get("/template/<name>.<suffix>")
def template(request: ReleaseRequest, name: str, suffix: str) -> Response:
    """Answer with an empty table of a class, or the workbook of a plan, as `ogpld template`."""
    from ogpld.formats.blank import blank_csv, blank_workbook  # noqa: PLC0415  (slow to import)

    model = request.release.model
    definition = class_called(model, name)
    names = (
        _PLAN
        if name == "plan"
        else (definition.name,)
        if definition and definition.segment == name
        else ()
    )
    if suffix == "xlsx" and names:
        body, offer = blank_workbook(model, names), media.offer_of(media.XLSX)
    elif suffix == "csv" and len(names) == 1:
        body, offer = blank_csv(model, names[0]).encode(), media.offer_of(media.CSV)
    else:
        raise Problem("not-found", f"There is no template {name}.{suffix}.", "see /validate")
    request.state.cacheable = True
    response = respond(request, body, offer, negotiated=False, caching=LIVE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{suffix}"'
    return response


def _checked(request: ReleaseRequest, sent: Submission) -> tuple[dict[str, Any], Report]:
    """Check a document on a worker.

    Raises:
        Problem: 400 for one that cannot be read.
        OgpldError: as the worker raised it.
    """
    current = request.release
    head = {
        "name": sent.name,
        "type": sent.media_type,
        "class": sent.class_name,
        "base": current.iris.base,
        "most": current.settings.query_bytes,
    }
    try:
        reply, body = query_callers().check(
            request, lambda: current.store.run(head, sent.body, request.state.cancel)
        )
    except (SourceError, UsageError) as error:  # in a build they are our fault, here the sender's
        raise as_problem(error) from error
    return reply, Report.from_json(body)


def _page(
    request: ReleaseRequest, sent: Submission, reply: dict[str, Any], report: Report
) -> bytes:
    current = request.release
    page = report_page(report.causes(), report.counts(), iris=current.iris, table=None)
    return render(
        request, "checked.html", page=page, report=report, reply=reply, name=sent.name
    ).encode()


def _form(
    request: ReleaseRequest, problem: Problem | None = None, sent: Submission | None = None
) -> str:
    current = request.release
    return render(
        request,
        "validate.html",
        accepted=ACCEPTED,
        classes=template_classes(current.model),
        settings=current.settings,
        base=current.iris.base,
        example=_example(request.release),
        problem=problem,
        pasted=sent if sent and sent.pasted else None,
    )


def _answer(body: bytes, offer: Offer) -> Response:
    """Return an answer to a POST: never kept by anybody, never compared with an earlier one."""
    response = Response(body, content_type=content_type(offer))
    response.headers["Vary"] = "Accept"
    response.headers["Cache-Control"] = "no-store"
    return response
