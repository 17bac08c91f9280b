"""Read a submitted RDF document from bytes: nothing is opened, nothing is fetched.

The parser is strict; what it does not bound is bounded around it: encoding and control characters
(`document_text`), XML (`document_xml`), JSON and its contexts (`jsonld`), statements and terms
(`document_terms`). A bad document gives one `DocumentError`.
"""

from __future__ import annotations

import re

from ogpld.errors import DocumentError
from ogpld.formats import media
from ogpld.model.context import Context
from ogpld.rdf import Quad, parse_foreign
from ogpld.validate.document_terms import StatementLimit, check_triple_terms
from ogpld.validate.document_text import DocumentText, excerpt
from ogpld.validate.document_xml import check_xml
from ogpld.validate.json_numbers import WholeNumbers
from ogpld.validate.safe_jsonld import check_not_silent, with_own_context

_RDF = tuple(row for row in media.MEDIA_TYPES if row.holds in {"triples", "quads"})
_READ = tuple(row for row in _RDF if row.reads)
#: Types that do not say what a document is.
_VAGUE = {"", media.BYTES.type, media.TEXT.type}
#: Media types and suffixes that are read, with the form of each.
KINDS = {
    **{row.type: row.name for row in _READ},
    **{
        alias: row.name
        for row, offer in zip(_RDF, media.offers_of(_RDF), strict=True)
        if row.reads
        for alias in offer.aliases
        if alias not in _VAGUE
    },
    **{suffix: row.name for row in _READ for suffix in (row.name, *row.suffixes)},
}
#: Names of the forms in errors.
NAMES = ", ".join(row.title for row in _READ)

_PLACE = re.compile(
    r"^(?:Parser error )?(?:at|between) line \d+ (?:column \d+|between columns \d+ and \d+)"
    r"(?: and line \d+ column \d+)?: "
)
#: What to do about what the parser says most often.
_HINTS = (
    (re.compile("prefix .* not been declared"), "declare the prefix at the top of the document"),
    (re.compile("Unexpected end"), "it ends too early; was it cut on its way?"),
    (re.compile("No scheme found"), "write the IRI in full, with http:// or https://"),
    (re.compile("IRI code point"), "percent-encode what an IRI may not have, such as %20"),
    (re.compile("dot is expected"), "end the statement before with a dot"),
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
    document = DocumentText.of(content, name)
    text, numbers = document.text, None
    if form == "rdf":
        check_xml(document)
    elif form == "jsonld":
        numbers = WholeNumbers.of(with_own_context(document, base, context), document)
        text = numbers.text
    else:
        check_triple_terms(document)
    try:
        quads = StatementLimit(document, statements).take(parse_foreign(text, form, base))
    except SyntaxError as error:
        raise _syntax_error(error, document, exact=text == document.text) from None
    except MemoryError as error:
        if "buffer" not in str(error):
            raise
        # the parser's own bound on one token, 16 MiB
        raise document.error(
            "it has a name or text of more than 16,777,216 bytes", code="document-too-large"
        ) from None
    if numbers is None:
        return quads
    if not quads:
        check_not_silent(document, base)
    return [numbers.restore(quad) for quad in quads] if numbers.digits else quads


def form_of(kind: str, name: str) -> str:
    """Return the form of a document from its media type or suffix, else from its name.

    Raises:
        DocumentError: `document-type`, listing what can be read.
    """
    media_type = kind.partition(";")[0].strip().lower().lstrip(".")
    form = KINDS.get(media_type)
    if form is None and media_type in _VAGUE:
        form = KINDS.get(name.rpartition(".")[2].lower()) if "." in name else None
    if form is None:
        what = (
            f"the type '{excerpt(media_type)}'"
            if media_type not in _VAGUE
            else "no type that is known"
        )
        suffixes = ", ".join(f".{suffix}" for suffix in KINDS if "/" not in suffix)
        raise DocumentText(name, "").error(
            f"the document has {what}",
            hint=f"send {NAMES}, with its media type or a file name that ends in {suffixes}",
            code="document-type",
        )
    return form


def _syntax_error(error: SyntaxError, document: DocumentText, *, exact: bool) -> DocumentError:
    """Return the parser's error as a sentence; `exact` says whether its columns are the document's."""
    message = _PLACE.sub("", str(error.msg or error)).strip()
    if "LoadDocumentCallback" in message:  # none is known to come this far
        return document.error(
            "it names a JSON-LD context elsewhere, and nothing is fetched here",
            code="document-forbidden",
            hint="put the context into the document",
        )
    hint = next(
        (hint for sign, hint in _HINTS if sign.search(message)),
        "correct it there; the rest was not looked at",
    )
    if message[:1].isupper() and not message[1:2].isupper():
        message = message[0].lower() + message[1:]
    return document.error(
        f"it cannot be read: {excerpt(message)}",
        line=error.lineno,
        column=error.offset if exact else None,
        hint=hint,
    )
