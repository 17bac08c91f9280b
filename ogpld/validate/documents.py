"""Read a stranger's RDF document from bytes: nothing is opened, nothing is fetched.

The parser is strict and survives deep nesting; what it does not bound is bounded here: encodings,
DOCTYPE (the only way to entities in RDF/XML), depth of JSON, remote contexts, the number of
statements and the length of a term (reliability.md 2.4 to 2.7). A bad document gives one error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from xml.parsers import expat

from ogpld.errors import DocumentError, Where
from ogpld.model.context import Context
from ogpld.rdf import Literal, Quad, Triple, parse_foreign
from ogpld.validate.jsonld import with_own_context

#: Media types and suffixes that are read, with the form of each.
KINDS = {
    "text/turtle": "ttl",
    "application/x-turtle": "ttl",
    "ttl": "ttl",
    "application/trig": "trig",
    "trig": "trig",
    "application/n-triples": "nt",
    "nt": "nt",
    "application/n-quads": "nq",
    "nq": "nq",
    "application/rdf+xml": "rdf",
    "application/xml": "rdf",
    "text/xml": "rdf",
    "rdf": "rdf",
    "owl": "rdf",
    "xml": "rdf",
    "application/ld+json": "jsonld",
    "application/json": "jsonld",
    "jsonld": "jsonld",
    "json": "jsonld",
}
#: What people are told.
NAMES = "Turtle, TriG, N-Triples, N-Quads, RDF/XML, JSON-LD"

_UNSAID = {"", "application/octet-stream", "text/plain"}
#: Characters a term may have; the longest honest text known is a commitment's.
_TERM = 131_072
_XML_ENCODING = re.compile(r"""<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")
_PLACE = re.compile(
    r"^Parser error at line \d+ (?:column \d+|between columns \d+ and \d+|between .*?): "
)


def read_document(
    content: bytes,
    kind: str,
    *,
    name: str = "",
    base: str,
    context: Context | None,
    statements: int = 200_000,
) -> list[Quad]:
    """Return the statements of a document; its blank nodes get names of their own.

    Args:
        content: the document.
        kind: media type or suffix; "" to go by the name.
        name: file name, for errors.
        base: IRI that relative ones are resolved against, and under which our context lies.
        context: what stands for our own JSON-LD context; None where it may not be named.
        statements: how many it may have.

    Raises:
        DocumentError: saying what is wrong with it, and where.
    """
    form = form_of(kind, name)
    text = _decoded(content, name)
    if form == "rdf":
        _check_xml(text, name)
    elif form == "jsonld":
        text = with_own_context(text, name, base, context)
    found: list[Quad] = []
    try:
        for quad in parse_foreign(text, form, base):
            if len(found) >= statements:
                raise DocumentError(
                    f"it has more than {statements:,} statements",
                    hint="send it in parts",
                    where=_where(name),
                    code="document-too-large",
                )
            found.append(_checked(quad, name))
    except SyntaxError as error:
        raise _malformed(error, name) from None
    except ValueError as error:
        raise DocumentError(str(error), where=_where(name)) from None
    return found


def form_of(kind: str, name: str) -> str:
    """Return the form of a document from its media type or suffix, else from its name.

    Raises:
        DocumentError: `document-type`, listing what can be read.
    """
    said = kind.partition(";")[0].strip().lower().lstrip(".")
    form = KINDS.get(said)
    if form is None and said in _UNSAID:
        form = KINDS.get(name.rpartition(".")[2].lower()) if "." in name else None
    if form is None:
        what = f"the type {said!r}" if said not in _UNSAID else "no type that is known"
        raise DocumentError(
            f"the document has {what}",
            hint=f"send {NAMES}, with its media type or a file name that ends in .ttl, .nt …",
            where=_where(name),
            code="document-type",
        )
    return form


def _where(name: str, line: int | None = None) -> Where | None:
    return Where(name or "the document", line=line) if name or line else None


def _decoded(content: bytes, name: str) -> str:
    """Return the text, or say where it stops being UTF-8."""
    content = content.removeprefix(b"\xef\xbb\xbf")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DocumentError("it is UTF-16", hint="save it as UTF-8", where=_where(name))
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DocumentError(
            f"the byte {content[error.start]:#04x} is not UTF-8",
            hint="save it as UTF-8",
            where=_where(name, line),
        ) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise DocumentError("it holds a NUL character", where=_where(name, line))
    return text


def _check_xml(text: str, name: str) -> None:
    """Refuse what XML can do beyond elements."""
    doctype = text.upper().find("<!DOCTYPE")
    if doctype >= 0:
        raise DocumentError(
            "it has a DOCTYPE, which is not read here",
            hint="write the addresses out in place of entities, and leave the DOCTYPE away",
            where=_where(name, text.count("\n", 0, doctype) + 1),
            code="document-forbidden",
        )
    try:
        parser = expat.ParserCreate()
        parser.ParseFile(BytesIO(text.encode()))  # the RDF parser forgives a missing end
    except expat.ExpatError as error:
        raise DocumentError(
            f"it is no XML, at column {error.offset + 1}: {expat.ErrorString(error.code)}",
            hint="correct it there; the rest was not looked at",
            where=_where(name, error.lineno),
        ) from None
    said = _XML_ENCODING.match(text.lstrip())
    if said and said[1].lower() not in {"utf-8", "utf8", "us-ascii", "ascii"}:
        raise DocumentError(
            f"it says its encoding is {said[1][:40]!r}",
            hint="save it as UTF-8",
            where=_where(name, 1),
        )


def _checked(quad: Quad, name: str) -> Quad:
    """Refuse terms that are too long, and statements about statements."""
    for term in _terms(quad):
        if isinstance(term, Triple):
            raise DocumentError(
                "it has triple terms (RDF-star)",
                hint="state the triple itself",
                where=_where(name),
                code="document-forbidden",
            )
        if len(term.value) > _TERM:
            raise DocumentError(
                f"a {'text' if isinstance(term, Literal) else 'name'} is longer than {_TERM:,} characters",
                where=_where(name),
                code="document-too-large",
            )
    return quad


def _terms(quad: Quad) -> Iterator[Any]:
    yield quad.subject
    yield quad.predicate
    yield quad.object


def _malformed(error: SyntaxError, name: str) -> DocumentError:
    """Return the parser's error as a sentence with line and column."""
    message = _PLACE.sub("", str(error.msg or error)).strip()
    if "LoadDocumentCallback" in message:
        return DocumentError(
            "it names a JSON-LD context elsewhere, and nothing is fetched here",
            hint="put the context into the document",
            where=_where(name),
            code="document-forbidden",
        )
    column = f" at column {error.offset}" if error.offset else ""
    return DocumentError(
        f"it cannot be read{column}: {message[:300]}",
        hint="correct it there; the rest was not looked at",
        where=_where(name, error.lineno),
    )
