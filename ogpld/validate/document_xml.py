"""Make submitted RDF/XML safe to parse: no DOCTYPE, well-formed to its end, bounded depth.

The RDF parser expands entities without end, forgives elements that are never closed, says no line,
and takes quadratic time for deep nesting; expat knows about lines and does none of that once there
is no DOCTYPE. XML 1.0 section 2.1 is what well-formed means.
"""

from __future__ import annotations

import re
from xml.parsers import expat

from ogpld.errors import DocumentError
from ogpld.validate.document_text import DocumentText, excerpt

#: Elements inside one another; a list that is written out has two for each member.
DEPTH = 1_000
#: Characters all names may have with their namespaces: so many, or so many for each of the document.
WRITTEN, SPREAD = 64 * 1024 * 1024, 32
_DOCTYPE = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING = re.compile(r"""<\?xml\s[^>]*?encoding\s*=\s*["']([^"']*)["']""")


def check_xml(document: DocumentText) -> None:
    """Refuse what is not plain, well-formed XML in UTF-8.

    Raises:
        DocumentError: with line and column.
    """
    doctype = _DOCTYPE.search(document.text)
    if doctype:
        raise document.error(
            "it has a DOCTYPE, which is not read here",
            at=doctype.start(),
            code="document-forbidden",
            hint="write the addresses out in place of entities, and leave the DOCTYPE away",
        )
    declared = _ENCODING.match(document.text)
    if declared and declared[1].lower() != "utf-8":
        raise document.error(
            f"it says its encoding is '{excerpt(declared[1])}'",
            at=declared.start(1),
            hint="save it as UTF-8, and let its first line say so",
        )
    _check_elements(document)


def _check_elements(document: DocumentText) -> None:
    """Read the document with expat for its form alone."""
    # the encoding is given, so that a declared one is never looked up
    parser = expat.ParserCreate("utf-8", " ")
    depth, written = 0, 0
    bound = max(WRITTEN, SPREAD * len(document.text))

    def opened(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, written
        depth += 1
        if depth > DEPTH:
            raise _too_large(document, parser, f"it nests more than {DEPTH:,} elements")
        written += len(name) + sum(map(len, attributes))
        if written > bound:
            raise _too_large(document, parser, "its namespaces make the names too long")

    def closed(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    try:
        parser.Parse(document.text.encode(), True)  # noqa: FBT003  (positional only)
    except expat.ExpatError as error:
        raise document.error(
            f"it is not well-formed XML: {expat.ErrorString(error.code)}",
            line=error.lineno,
            column=error.offset + 1,
            hint="correct it there; the rest was not looked at",
        ) from None
    finally:
        parser.StartElementHandler = parser.EndElementHandler = None


def _too_large(document: DocumentText, parser: expat.XMLParserType, what: str) -> DocumentError:
    return document.error(
        what,
        line=parser.CurrentLineNumber,
        column=parser.CurrentColumnNumber + 1,
        code="document-too-large",
        hint="give things short identifiers, and describe them one after the other",
    )
