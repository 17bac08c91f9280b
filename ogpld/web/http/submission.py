"""A document that is sent: as a body or in a form, with its name and what it is.

What it holds is not looked at here, and nothing of it is written, logged or kept.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO
from urllib.parse import unquote_to_bytes

from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from ogpld.config import Settings
from ogpld.formats import media
from ogpld.web.http.body_coding import require_charset, require_plain
from ogpld.web.http.form_fields import check_fields
from ogpld.web.http.http_messages import Request
from ogpld.web.http.problems import Problem


@dataclass(frozen=True, slots=True)
class SubmissionForms:
    """What a route reads.

    Attributes:
        accepted: the media types that can be sent.
        fields: the fields of a form beside the document, which is `file` or `text`.
        type_field: the one that names the media type of a text; "" where none does, and the text is CSV.
    """

    accepted: tuple[media.MediaType, ...]
    fields: tuple[str, ...] = ()
    type_field: str = ""


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
#: Forms that a document can be in (HTML, section 4.10.21.6).
_MULTIPART, _URLENCODED = "multipart/form-data", media.FORM.type
#: Characters of a file name that are kept.
_NAME = 100


@dataclass(frozen=True, slots=True)
class Submission:
    """A document as it was sent.

    Attributes:
        body: its bytes.
        media_type: one that the route accepts.
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


def read_submission(request: Request, limit: int, forms: SubmissionForms) -> Submission:
    """Return the document of a request.

    Args:
        request: the request.
        limit: bytes the document may have.
        forms: what the route reads.

    Raises:
        Problem: 400 for none or two, 413 for one that is too large, 415 for one that is not read.
    """
    require_plain(request)
    require_charset(request)
    try:
        submission = _read(request, limit, forms)
    except RequestEntityTooLarge as error:
        if request.mimetype == _URLENCODED:  # its escapes count, so the document may be a small one
            raise _form_too_large(limit) from error
        raise too_large(limit) from error
    with _typed(submission.fields):
        if not submission.body.strip():
            raise Problem("document-missing", "There is no document.", "send a file or text")
        if len(submission.body) > limit:
            raise too_large(limit)
    return submission


@contextmanager
def _typed(fields: Mapping[str, str]) -> Iterator[None]:
    """Have a problem say what the form has in its fields."""
    try:
        yield
    except Problem as problem:
        problem.typed = fields
        raise


def _read(request: Request, limit: int, forms: SubmissionForms) -> Submission:
    """Return the document of a form, or the body as one.

    Programs such as curl call any body an urlencoded form, so a name in the address counts more, and one
    without text is none.
    """
    is_form = request.mimetype in {_MULTIPART, _URLENCODED}
    body = request.read(limit + _ENVELOPE if is_form else limit)
    name = _plain(request.args.get("name", ""))
    if request.mimetype == _MULTIPART:
        form, files = _parse(request, body, limit)
        with _typed(form.to_dict()):
            return _from_form(request, forms, form, files)
    if is_form and _kind_of_name(name) is None:
        fields = _urlencoded_fields(body)
        if "text" in fields:
            return _from_form(request, forms, fields, MultiDict())
    class_name = _plain(request.args.get("class", ""))
    return Submission(body, _kind(forms, request.mimetype, name), name, class_name)


def too_large(limit: int) -> Problem:
    """Return the problem of a document past the limit."""
    return Problem(
        "document-too-large",
        f"The document is larger than {limit:,} bytes, the limit of this service.",
        "split it, for example by action plan",
        limit=limit,
    )


def _form_too_large(limit: int) -> Problem:
    """Return the problem of an urlencoded form past the limit."""
    return Problem(
        "document-too-large",
        f"The form is larger than {limit + _ENVELOPE:,} bytes, the limit of this service.",
        f"send it as {_MULTIPART}, which has no escapes, or as a body of its own type",
        limit=limit,
    )


def _urlencoded_fields(body: bytes) -> MultiDict[str, str]:
    """Return the fields of an urlencoded form; none of a body that has no field `text`.

    Raises:
        Problem: 400 for too many fields, and for text that is not UTF-8.
    """
    if not body.startswith(b"text=") and b"&text=" not in body:
        return MultiDict()
    parts = body.split(b"&", _PARTS)
    if len(parts) > _PARTS:
        raise Problem("form", f"The form has more than {_PARTS} fields.", f"send {_MULTIPART}")
    try:
        pairs = [
            [unquote_to_bytes(text.replace(b"+", b" ")).decode() for text in (name, value)]
            for name, _, value in (part.partition(b"=") for part in parts)
        ]
    except UnicodeDecodeError as error:
        raise Problem("not-utf-8", "The form is not UTF-8.", "encode the text as UTF-8") from error
    return MultiDict((name, value) for name, value in pairs)


def _parse(
    request: Request, body: bytes, limit: int
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
        raise Problem("form", "The form cannot be read.", f"send {_MULTIPART}") from error
    for name, value in form.items(multi=True):
        # the parser puts this sign in the place of bytes that are no text; others may have written it
        if "\ufffd" in value and value.encode() not in body:
            raise Problem(
                "not-utf-8",
                f"The field {name[:80]!r} is not UTF-8.",
                "encode the text as UTF-8, or send the file itself as file",
            )
    return form, files


def _from_form(
    request: Request,
    forms: SubmissionForms,
    form: MultiDict[str, str],
    files: MultiDict[str, FileStorage],
) -> Submission:
    """Return the document of a form: a file, or text with its type.

    Raises:
        Problem: 400 for a field that is unknown or given twice, or for two documents.
    """
    sent = [name for fields in (form, files) for name in fields for _ in fields.getlist(name)]
    check_fields(sent, ("file", "text", *forms.fields))
    class_name = _plain(form.get("class", "") or request.args.get("class", ""))
    text = form.get("text", "")
    file = files.get("file")
    body = file.stream.read() if file is not None else b""
    if file is None or not (file.filename or body):
        media_type = form.get(forms.type_field, "") if forms.type_field else ""
        kind = _kind(forms, media_type or media.CSV.type, "")
        return Submission(text.encode(), kind, "", class_name, text, form.to_dict())
    if text.strip():
        raise Problem("two-documents", "There are a file and a text.", "send one of the two")
    name = _plain(file.filename or "")
    kind = _kind(forms, file.mimetype, name)
    return Submission(body, kind, name, class_name, "", form.to_dict())


def _kind_of_name(name: str) -> media.MediaType | None:
    """Return what the suffix of a file name says, None where it says nothing."""
    _, dot, suffix = name.rpartition(".")
    return _BY_SUFFIX.get(suffix.lower()) if dot else None


def _kind(forms: SubmissionForms, media_type: str, name: str) -> str:
    """Return the type of a document: by its file's suffix, which programs get right, else as sent.

    Raises:
        Problem: 415 with what is accepted.
    """
    suffix = name.rpartition(".")[2].lower()
    kind = _kind_of_name(name) or _BY_TYPE.get(media_type)
    if kind in forms.accepted:
        return kind.type
    available = [row.type for row in forms.accepted]
    if kind is None and (suffix in _OTHER_TABLES or media_type in _OTHER_TABLES.values()):
        raise Problem(
            "media-type",
            f"The file {name or media_type!r} is a table of a kind that is not read here.",
            "save it as an Excel workbook (.xlsx), without password and macros, or as 'CSV UTF-8'",
            available=available,
        )
    if kind is not None:
        raise Problem(
            "media-type",
            f"{kind.title} is not read here.",
            f"send one of: {', '.join(available)}",
            available=available,
        )
    if name:
        suffixes = ", ".join(f".{row.name}" for row in forms.accepted)
        raise Problem(
            "media-type",
            f"The file {name} is no table and no linked data, so it cannot be read here.",
            f"choose a file that ends in one of: {suffixes}",
            available=available,
        )
    raise Problem(
        "media-type",
        f"{media_type[:100] or 'A document without type'} is not read here.",
        "say what it is with Content-Type, or with ?name= and a file name",
        available=available,
    )


def _plain(name: str) -> str:
    """Return a name without folders and invisible characters, cut to a sensible length."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in last if c.isprintable())[-_NAME:].strip()
