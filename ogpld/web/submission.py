"""A document somebody sends to be checked: found in the request, held in memory, never written.

What it is gets decided here by what the sender says (Content-Type, file name, choice on the page);
nothing of it is read. Limits: RFC 9110 section 15.5.14 (413) and 15.5.16 (415).
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import IO

from flask import request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from ogpld.web.http.problems import Problem


@dataclass(frozen=True, slots=True)
class Accepted:
    """A kind of document that is read: `suffixes` are those of its files, the first the usual."""

    media_type: str
    title: str
    suffixes: tuple[str, ...]

    @property
    def text(self) -> bool:
        """Whether it can be pasted."""
        return self.suffixes[0] != "xlsx"


ACCEPTED = (
    Accepted("text/csv", "CSV table", ("csv",)),
    Accepted(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "Excel workbook",
        ("xlsx",),
    ),
    Accepted("text/turtle", "Turtle", ("ttl",)),
    Accepted("application/ld+json", "JSON-LD", ("jsonld", "json")),
    Accepted("application/n-triples", "N-Triples", ("nt",)),
    Accepted("application/rdf+xml", "RDF/XML", ("rdf", "owl", "xml")),
    Accepted("application/trig", "TriG", ("trig",)),
    Accepted("application/n-quads", "N-Quads", ("nq",)),
)
_BY_TYPE = {kind.media_type: kind for kind in ACCEPTED}
_BY_SUFFIX = {suffix: kind for kind in ACCEPTED for suffix in kind.suffixes}

#: Files of tables that are not read, by suffix, with their types.
_OTHER_TABLES = {
    "xls": "application/vnd.ms-excel",
    "xlsb": "application/vnd.ms-excel.sheet.binary.macroenabled.12",
    "xlsm": "application/vnd.ms-excel.sheet.macroenabled.12",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "numbers": "application/vnd.apple.numbers",
    "tsv": "text/tab-separated-values",
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
    """

    body: bytes
    media_type: str
    name: str = ""
    class_name: str = ""
    pasted: str = ""


def read_submission(limit: int) -> Submission:
    """Return the document of the request at hand.

    Raises:
        Problem: 400 for none or two, 413 for one that is too large, 415 for one that is not read.
    """
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise Problem(415, "content-encoding", "Compressed requests are not read.", "send it plain")
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if charset not in {"utf-8", "utf8", "us-ascii"}:
        raise Problem(415, "charset", f"Text in {charset[:40]} is not read.", "send it as UTF-8")
    try:
        if request.mimetype == "multipart/form-data":
            request.max_content_length = limit + _ENVELOPE
            found = _from_form(*_parse(limit))
        else:
            # one more than wanted, because a body without length ends at the bound without a word
            request.max_content_length = limit + 1
            name = _plain(request.args.get("name", ""))
            body = request.get_data(cache=False)
            found = Submission(
                body, _kind(request.mimetype, name), name, _plain(request.args.get("class", ""))
            )
    except RequestEntityTooLarge as error:
        raise too_large(limit) from error
    if not found.body.strip():
        raise Problem(400, "document-missing", "There is no document.", "send a file or text")
    if len(found.body) > limit:
        raise too_large(limit)
    return found


def too_large(limit: int) -> Problem:
    """Return the problem of a document past the limit."""
    return Problem(
        413,
        "document-too-large",
        f"The document is larger than {limit:,} bytes, the limit of this service.",
        "split it, for example by action plan",
        limit=limit,
    )


def _parse(limit: int) -> tuple[MultiDict[str, str], MultiDict[str, FileStorage]]:
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
            request.stream, request.mimetype, request.content_length, request.mimetype_params
        )
    except ValueError as error:
        raise Problem(
            400, "form", "The form cannot be read.", "send multipart/form-data"
        ) from error
    return form, files


def _from_form(form: MultiDict[str, str], files: MultiDict[str, FileStorage]) -> Submission:
    """Return the document of a form: a file, or text with its type."""
    class_name = _plain(form.get("class", "") or request.args.get("class", ""))
    text = form.get("text", "")
    file = files.get("file")
    body = file.stream.read() if file is not None else b""
    if file is None or not (file.filename or body):
        kind = _kind(form.get("type", "text/csv"), "")
        return Submission(text.encode(), kind, "", class_name, pasted=text)
    if text.strip():
        raise Problem(400, "two-documents", "There are a file and a text.", "send one of the two")
    name = _plain(file.filename or "")
    return Submission(body, _kind(file.mimetype, name), name, class_name)


def _kind(media_type: str, name: str) -> str:
    """Return the type of a document: by its file's suffix, which programs get right, else as sent.

    Raises:
        Problem: 415 with what is accepted.
    """
    _, dot, suffix = name.rpartition(".")
    found = (_BY_SUFFIX.get(suffix.lower()) if dot else None) or _BY_TYPE.get(media_type)
    if found is None and (suffix.lower() in _OTHER_TABLES or media_type in _OTHER_TABLES.values()):
        raise Problem(
            415,
            "media-type",
            f"The file {name or media_type!r} is a table of a kind that is not read here.",
            "save it as an Excel workbook (.xlsx), without password and macros, or as 'CSV UTF-8'",
            available=[kind.media_type for kind in ACCEPTED],
        )
    if found is None:
        kinds = [kind.media_type for kind in ACCEPTED]
        raise Problem(
            415,
            "media-type",
            f"{media_type[:100] or 'A document without type'} is not read here.",
            "say what it is with Content-Type, or with ?name= and a file name",
            available=kinds,
        )
    return found.media_type


def _plain(name: str) -> str:
    """Return a name without folders and invisible characters, cut to a sensible length."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in last if c.isprintable())[-_NAME:].strip()
