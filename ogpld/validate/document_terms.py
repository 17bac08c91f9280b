"""Limit what the statements of a submitted document may be: how many, how long, and of RDF 1.1 only.

A prefix or a context lets a short document stand for names of any length, so the length of all of
them together is bounded too. Nested triple terms end the parser's process by exhausting its stack,
which is why they are looked for in the text, before it is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ogpld.errors import DocumentError
from ogpld.rdf import DefaultGraph, Literal, Quad, Triple
from ogpld.validate.document_text import DocumentText

#: Characters one name or text may have, as a cell of a table may.
TERM = 131_072
#: Characters all terms of a document may have together: this many, or so many for each of its own.
TERMS, SPREAD = 64 * 1024 * 1024, 32

#: What may hide "<<": comments, strings, IRIs, escapes. An unclosed one runs as far as it can.
_TOKEN = re.compile(
    r"""
    \#[^\r\n]*+
    | \"{3}(?:[^"\\]++|\\.|"(?!""))*+(?:\"{3})?
    | '{3}(?:[^'\\]++|\\.|'(?!''))*+(?:'{3})?
    | "(?:[^"\\\r\n]++|\\.)*+"?
    | '(?:[^'\\\r\n]++|\\.)*+'?
    | <[^<>\s]*+>
    | \\.
    | (?P<term><<)
    """,
    re.VERBOSE | re.DOTALL,
)


def check_triple_terms(document: DocumentText) -> None:
    """Refuse triple terms and reified triples in Turtle and its kin.

    Raises:
        DocumentError: `document-forbidden`, with line and column.
    """
    if "<<" not in document.text:
        return
    for token in _TOKEN.finditer(document.text):
        if token["term"]:
            raise _newer(document, "statements about statements ('<<')", token.start())


@dataclass(slots=True)
class StatementLimit:
    """Read statements one by one up to a limit.

    Attributes:
        document: where they come from.
        statements: how many there may be.
    """

    document: DocumentText
    statements: int

    def take(self, quads: Iterable[Quad]) -> list[Quad]:
        """Return the statements.

        Raises:
            DocumentError: `document-too-large` or `document-forbidden`.
        """
        taken: list[Quad] = []
        text = self.document.text
        left = max(TERMS, SPREAD * len(text))
        nul = "\\u0000" in text or "\\U00000000" in text
        for quad in quads:
            if len(taken) >= self.statements:
                raise self._too_large(f"it has more than {self.statements:,} statements")
            left -= self._length(quad)
            if left < 0:
                raise self._too_large(
                    "its names and texts are too long together once they are written out"
                )
            if nul and isinstance(quad.object, Literal) and "\0" in quad.object.value:
                at = min(a for a in map(text.find, ("\\u0000", "\\U00000000")) if a >= 0)
                raise self.document.error("it holds a NUL character", at=at)
            taken.append(quad)
        return taken

    def _length(self, quad: Quad) -> int:
        """Return the characters of a statement; refuse a term that is too long."""
        thing: Any = quad.object
        if isinstance(thing, Triple):
            raise _newer(self.document, "statements about statements (triple terms)")
        subject: Any = quad.subject
        lengths = [len(subject.value), len(quad.predicate.value), len(thing.value)]
        if isinstance(thing, Literal):
            if thing.direction is not None:
                raise _newer(self.document, "texts with a base direction")
            lengths.append(len(thing.language or thing.datatype.value))
        if not isinstance(quad.graph_name, DefaultGraph):
            lengths.append(len(quad.graph_name.value))
        if max(lengths) > TERM:
            is_text = isinstance(thing, Literal) and lengths[2] > TERM
            what = "a text" if is_text else "a name"
            raise self._too_large(f"it has {what} of more than {TERM:,} characters")
        return sum(lengths)

    def _too_large(self, message: str) -> DocumentError:
        return self.document.error(
            message, code="document-too-large", hint="shorten it, or send it in parts"
        )


def _newer(document: DocumentText, what: str, at: int | None = None) -> DocumentError:
    return document.error(
        f"it has {what}, which RDF 1.1 does not know",
        at=at,
        code="document-forbidden",
        hint="say the same in RDF 1.1",
    )
