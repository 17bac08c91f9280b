"""`/validate`: check a stranger's document against our shapes, and `/template/…`: tables to fill in.

The document is not looked at here: it goes to a worker of the pool's third lane as bytes and comes back
as a report. Nothing of it is written, logged or kept.
"""

from __future__ import annotations

import io
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, Any

from flask import Blueprint
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from ogpld.config import Settings
from ogpld.errors import OgpldError, SourceError, UsageError
from ogpld.formats import media
from ogpld.formats.negotiation import Offer
from ogpld.iris import natural
from ogpld.model.tables import class_called, template_classes
from ogpld.report import Report
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.documents.document import find_document, write
from ogpld.web.http.http_messages import Response
from ogpld.web.http.problems import Problem, as_problem, problem_of
from ogpld.web.http.responses import HTML, LIVE, OFFERS, choose, content_type, respond, suffix_of
from ogpld.web.lists.thing_names import names_of
from ogpld.web.pages.reports import REPORT_OFFERS, report_bytes, report_page
from ogpld.web.pages.templates import render
from ogpld.web.routes.adapter import query_callers

routes = Blueprint("validation", __name__)

#: What a government drafting a plan fills in, in one workbook.
_PLAN = ("ActionPlan", "Commitment", "Milestone")

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
    offer, negotiated = choose(request, OFFERS)
    document = None
    if offer is not HTML:
        document = find_document(current, "/validate", f"{current.iris.base}validate")
    if document is None:
        body, offer = _form(request), HTML
    else:
        body = write(current, document, offer, suffix_of(offer))
    request.state.cacheable = True
    return respond(request, body, offer, negotiated=negotiated)


@routes.post("/validate")
def check(request: ReleaseRequest) -> Response:
    """Check the document of the request; the answer is the report, whatever it says."""
    offer, _ = choose(request, REPORT_OFFERS)
    sent: Submission | None = None
    try:
        sent = read_submission(request, request.release.settings.validate_bytes)
        reply, report = _checked(request, sent)
    except (Problem, OgpldError) as error:
        problem = problem_of(error)
        if offer is not HTML or problem is None:
            raise
        response = _answer(_form(request, problem, sent), offer, problem.status)
        response.headers.update(problem.headers)
        return response
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
    """Have a document checked by a worker.

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
) -> bytes:
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
    ).encode()


def _answer(body: bytes, offer: Offer, status: int = 200) -> Response:
    """Return an answer to a POST: never kept by anybody, never compared with an earlier one."""
    response = Response(body, status, content_type=content_type(offer))
    response.headers["Vary"] = "Accept"
    response.headers["Cache-Control"] = "no-store"
    return response


#: What can be sent.
ACCEPTED = tuple(row for row in media.MEDIA_TYPES if row.reads)
_BY_TYPE = {
    media_type: row
    for row, offer in zip(ACCEPTED, media.offers_of(ACCEPTED, queried=True), strict=True)
    for media_type in (offer.media_type, *offer.aliases)
}
_BY_SUFFIX = {suffix: row for row in ACCEPTED for suffix in (row.name, *row.suffixes)}

#: Files of tables that are not read, by suffix, with their types.
_OTHER_TABLES = {
    row.name: row.type for row in media.MEDIA_TYPES if row.holds == "table" and not row.reads
}

#: Bytes a form may have around the document, and fields it may have.
_ENVELOPE, _PARTS = 65_536, 10
#: Characters of a file name that are kept.
_NAME = 100


@dataclass(frozen=True, slots=True)
class Submission:
    """A document as it was sent.

    Attributes:
        body: its bytes.
        media_type: one of ACCEPTED.
        name: file name, "" when it has none.
        class_name: what the rows of a table are, "" when the sender does not say.
        pasted: the text of a paste, so that a page can show it again.
        fields: the other fields of its form.
    """

    body: bytes
    media_type: str
    name: str = ""
    class_name: str = ""
    pasted: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


def body_bytes(settings: Settings) -> int:
    """Return the bytes that the body of a request may have: a document and the form around it."""
    return settings.validate_bytes + _ENVELOPE


def read_submission(request: ReleaseRequest, limit: int) -> Submission:
    """Return the document of a request.

    Raises:
        Problem: 400 for none or two, 413 for one that is too large, 415 for one that is not read.
    """
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise Problem("content-encoding", "Compressed requests are not read.", "send it plain")
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if charset not in {"utf-8", "utf8", "us-ascii"}:
        raise Problem("charset", f"Text in {charset[:40]} is not read.", "send it as UTF-8")
    form = request.mimetype == "multipart/form-data"
    try:
        body = request.read(limit + _ENVELOPE if form else limit)
        if form:
            submission = _from_form(request, *_parse(request, body, limit))
        else:
            name = _plain(request.args.get("name", ""))
            class_name = _plain(request.args.get("class", ""))
            submission = Submission(body, _kind(request.mimetype, name), name, class_name)
    except RequestEntityTooLarge as error:
        raise too_large(limit) from error
    if not submission.body.strip():
        raise Problem("document-missing", "There is no document.", "send a file or text")
    if len(submission.body) > limit:
        raise too_large(limit)
    return submission


def too_large(limit: int) -> Problem:
    """Return the problem of a document past the limit."""
    return Problem(
        "document-too-large",
        f"The document is larger than {limit:,} bytes, the limit of this service.",
        "split it, for example by action plan",
        limit=limit,
    )


def _parse(
    request: ReleaseRequest, body: bytes, limit: int
) -> tuple[MultiDict[str, str], MultiDict[str, FileStorage]]:
    """Parse a form; files stay in memory, where others' parsers would write large ones to disk."""

    def memory(
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        del total_content_length, content_type, filename, content_length
        return io.BytesIO()

    parser = FormDataParser(
        stream_factory=memory,
        max_form_memory_size=limit + _ENVELOPE,
        max_form_parts=_PARTS,
        silent=False,
    )
    try:
        _, form, files = parser.parse(
            io.BytesIO(body), request.mimetype, len(body), request.mimetype_params
        )
    except ValueError as error:
        raise Problem("form", "The form cannot be read.", "send multipart/form-data") from error
    return form, files


def _from_form(
    request: ReleaseRequest, form: MultiDict[str, str], files: MultiDict[str, FileStorage]
) -> Submission:
    """Return the document of a form: a file, or text with its type."""
    class_name = _plain(form.get("class", "") or request.args.get("class", ""))
    text = form.get("text", "")
    file = files.get("file")
    body = file.stream.read() if file is not None else b""
    if file is None or not (file.filename or body):
        kind = _kind(form.get("type", media.CSV.type), "")
        return Submission(text.encode(), kind, "", class_name, text, form.to_dict())
    if text.strip():
        raise Problem("two-documents", "There are a file and a text.", "send one of the two")
    name = _plain(file.filename or "")
    return Submission(body, _kind(file.mimetype, name), name, class_name, "", form.to_dict())


def _kind(media_type: str, name: str) -> str:
    """Return the type of a document: by its file's suffix, which programs get right, else as sent.

    Raises:
        Problem: 415 with what is accepted.
    """
    _, dot, suffix = name.rpartition(".")
    kind = (_BY_SUFFIX.get(suffix.lower()) if dot else None) or _BY_TYPE.get(media_type)
    if kind is None and (suffix.lower() in _OTHER_TABLES or media_type in _OTHER_TABLES.values()):
        raise Problem(
            "media-type",
            f"The file {name or media_type!r} is a table of a kind that is not read here.",
            "save it as an Excel workbook (.xlsx), without password and macros, or as 'CSV UTF-8'",
            available=[row.type for row in ACCEPTED],
        )
    if kind is None:
        kinds = [row.type for row in ACCEPTED]
        raise Problem(
            "media-type",
            f"{media_type[:100] or 'A document without type'} is not read here.",
            "say what it is with Content-Type, or with ?name= and a file name",
            available=kinds,
        )
    return kind.type


def _plain(name: str) -> str:
    """Return a name without folders and invisible characters, cut to a sensible length."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in last if c.isprintable())[-_NAME:].strip()
